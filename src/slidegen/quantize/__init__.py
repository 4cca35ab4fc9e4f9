"""Quantizers: how weights are stored in fewer bits, and what they read back as. Importing this costs no numpy."""

from slidegen.quantize.base import Granularities, Granularity, Quantized, Quantizer
from slidegen.quantize.registry import QUANTIZERS, find_quantizer, quantize

__all__ = ["QUANTIZERS", "Granularities", "Granularity", "Quantized", "Quantizer", "find_quantizer", "quantize"]
