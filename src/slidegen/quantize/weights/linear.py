"""Decides by its name whether a tensor is a linear weight, because a file of weights does not contain modules.

Linear weights multiply activations by a matrix: `nn.Linear`, GPT-2's `Conv1D` (stored transposed) and fused 3-D expert
weights. Embeddings, norms, convolutions and biases are not linear weights, and neither is the output head: transformers
leaves it in half precision for bitsandbytes, llama.cpp stores it with more bits than the rest, and often it is the
embedding itself. The same applies to the heads of classifiers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_MATRIX: Final = re.compile(r"(?:\.weight|(?:^|[._])(?:proj|projection|kernel|fn|in_proj_weight|projection_weight))$")
_OTHER: Final = re.compile(
    r"embed(?!.*(?:linear|proj|projection)\.weight$)|norm|position|token_type"
    r"|(?:^|\.)(?:ln_\w+|ln|wte|wpe|shared|conv\w*|relative_attention_bias)\.",
    re.I,
)
_HEAD: Final = re.compile(
    r"(?:^|\.)(?:lm_head|embed_out|vocab_\w+|qa_outputs)\.|^(?:cls|score|(?:pre_)?classifier|output)\."
)
_CONV1D: Final = frozenset({"gpt2", "openai-gpt", "decision_transformer", "imagegpt"})
_INPUTS_FIRST: Final = frozenset({"gpt_oss", "llama4", "llama4_text", "dbrx"})
_GGUF: Final = re.compile(r"^(?:enc\.|dec\.)?blk\.\d+\.(?!.*(?:norm|conv1d|rel_b)).*\.weight$")


def is_head(name: str) -> bool:
    """Returns whether a tensor or module of that name (a module's ends with a dot) belongs to an output head."""
    return _HEAD.search(name) is not None


def is_linear(name: str, shape: Sequence[int]) -> bool:
    """Returns whether a tensor of a safetensors file is a linear weight; a 3-D tensor is one if it holds experts."""
    if len(shape) == 3:
        return "experts" in name and "bias" not in name
    return len(shape) == 2 and bool(_MATRIX.search(name)) and not _OTHER.search(name) and not is_head(name)


def is_linear_gguf(name: str, shape: Sequence[int]) -> bool:
    """Returns whether a tensor of a GGUF file is a linear weight: one of a block's matrices."""
    return len(shape) in (2, 3) and bool(_GGUF.match(name))


def is_linear_glass(name: str, shape: Sequence[int]) -> bool:
    """Returns whether a parameter of glassllm is a linear weight: one of a block's matrices."""
    return len(shape) == 2 and name.startswith("blocks.")


def matrices_of(
    name: str, values: NDArray[np.float32], model_type: str | None
) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """Yields the matrices of a linear weight with their names, as views of shape (outputs, inputs) into `values`.

    A fused expert weight (experts, ., .) holds one for each expert; some architectures store inputs before outputs.
    """
    if values.ndim == 3:
        for expert, matrix in enumerate(values):
            yield f"{name}[{expert}]", matrix.T if model_type in _INPUTS_FIRST else matrix
    elif model_type in _CONV1D and re.search(r"\.(?:c_\w+|q_attn)\.weight$", name):
        yield name, values.T
    else:
        yield name, values
