"""Measurements of GPU memory, published ones and those of `measure_gpu.py`."""
