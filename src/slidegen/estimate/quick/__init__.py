"""The quick mode of the accounting `allocated`: a step counted from the sizes of its tensors, without torch.

`layers` and its neighbours list the operations of each kind of layer as transformers computes it. `operations` says
what each operation allocates, and what autograd saves for its backward pass. `graph` then runs the backward pass on
sizes alone. No tensor has values, a device or a shape: only a number of bytes and a lifetime.
"""
