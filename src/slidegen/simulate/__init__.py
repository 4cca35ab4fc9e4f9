"""What a real training or inference step allocates, by running it on tensors that have shapes and no memory.

The model is the real transformers model, the adapters are PEFT's, autograd and the optimizers are PyTorch's; only the
tensors are on the meta device. A dispatch mode writes down each storage as it comes and goes.
"""
