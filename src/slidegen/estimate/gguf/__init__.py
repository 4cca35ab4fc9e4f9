"""The sizes of GGUF files: tensors, their quantized types by llama.cpp's rules, and the KV cache beside them.

The rules are those of llama.cpp b11434 (October 2026), `src/llama-quant.cpp` and `conversion/`. Nothing here needs
torch.
"""
