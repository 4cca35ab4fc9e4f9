"""The same models and methods by other people's code, for the expected numbers."""

from __future__ import annotations

import bitsandbytes.functional
import torch


def bitsandbytes_4bit(weights: torch.Tensor, kind: str) -> torch.Tensor:
    """Weights in blocks of 64 as bitsandbytes' "nf4" or "fp4" reads them back, in float32."""
    packed, state = bitsandbytes.functional.quantize_4bit(weights.contiguous(), blocksize=64, quant_type=kind)
    back: torch.Tensor = bitsandbytes.functional.dequantize_4bit(packed, state)
    return back


def rows_int8(weights: torch.Tensor) -> torch.Tensor:
    """Absmax int8 with a scale for each row, by torch's own quantized tensors."""
    scales = weights.abs().amax(dim=1).double() / 127
    zeros = torch.zeros(len(weights), dtype=torch.long)
    return torch.quantize_per_channel(weights, scales, zeros, 0, torch.qint8).dequantize()
