"""Measures what a real training or inference step allocates, by running it on tensors that have shapes but no memory.

The model is the real transformers model, the adapters are PEFT's, autograd and the optimizers are PyTorch's; only the
tensors are on the meta device. A dispatch mode records each storage when it is allocated and when it is freed.
"""
