def step(model, optimizer, batches):
    """One update: the memory of one batch, the gradient of all."""
    for batch in batches:
        loss = model(**batch).loss / len(batches)
        loss.backward()
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
