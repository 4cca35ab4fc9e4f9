"""What CUDA's kernels need beside their outputs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import pytest
import torch

from slidegen.estimate.setting import Setting
from slidegen.simulate.cuda import TEMPORARIES
from slidegen.simulate.run import allocation

ROWS, INNER, COLUMNS = 8, 6, 4
OPT: Final[dict[str, Any]] = {
    "model_type": "opt",
    "architectures": ["OPTForCausalLM"],
    "vocab_size": 100,
    "word_embed_proj_dim": 64,
    "hidden_size": 64,
    "ffn_dim": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
}


def matrix(rows: int, columns: int, *strides: int) -> torch.Tensor:
    """A float32 matrix on the meta device, contiguous unless strides are given."""
    return torch.empty_strided((rows, columns), strides or (columns, 1), device="meta")


@pytest.mark.parametrize(
    ("left", "right", "copied"),
    [
        (matrix(ROWS, INNER), matrix(INNER, COLUMNS), 0),
        (matrix(INNER, ROWS).t(), matrix(COLUMNS, INNER).t(), 0),
        (matrix(ROWS, INNER, 100, 1), matrix(INNER, COLUMNS), 0),  # a part of wider rows
        (torch.empty(1, 1, device="meta").expand(ROWS, INNER), matrix(INNER, COLUMNS), ROWS * INNER),
        (matrix(ROWS, INNER), matrix(INNER, COLUMNS, 40, 2), INNER * COLUMNS),  # every second column
    ],
    ids=["contiguous", "transposed", "part of rows", "gradient of a sum", "every second column"],
)
def test_a_product_copies_a_matrix_that_cublas_cannot_read(
    left: torch.Tensor, right: torch.Tensor, copied: int
) -> None:
    """As PyTorch's `prepare_matrix_for_cublas` decides by strides; a copy has four bytes per number."""
    assert TEMPORARIES[torch.ops.aten.mm.default](left, right) == 4 * copied
    assert TEMPORARIES[torch.ops.aten.bmm.default](left[None], right[None]) == 4 * copied


def test_the_bias_of_a_product_is_not_copied() -> None:
    """`addmm` broadcasts it."""
    bias = torch.empty(1, device="meta").expand(COLUMNS)
    assert TEMPORARIES[torch.ops.aten.addmm.default](bias, matrix(ROWS, INNER), matrix(INNER, COLUMNS)) == 0


def test_a_mask_of_ones_that_a_model_makes_itself_is_skipped() -> None:
    """OPT builds a mask even for a batch without padding; attention then runs without one, as with none."""
    setting = Setting("inference", batch_size=8, seq_len=512)
    without, padded = (allocation(OPT, "opt", replace(setting, padded=one)).peak.total for one in (False, True))
    assert padded - without >= 8 * 512 * 512
