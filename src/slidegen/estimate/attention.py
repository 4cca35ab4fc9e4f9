"""Which attention a model runs, and what an estimate says of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from slidegen.estimate.setting import Attention, Kernel

WITHOUT_SDPA: Final = frozenset({"bloom", "deepseek_v4", "gemma2", "gpt_oss", "gptj", "mpt"})
"""The model types of the catalogue without fused attention: scores that are capped, biased or have a sink. Source:
transformers 5, `_supports_sdpa` in `models/<type>/modeling_<type>.py`."""


def attention_of(config: Mapping[str, Any], asked: Attention) -> Attention:
    """Returns the attention that transformers runs for a config, if there is no torch to ask the model itself."""
    return "eager" if asked == "sdpa" and config.get("model_type") in WITHOUT_SDPA else asked


def attention_notes(asked: Attention, ran: Attention, kernels: Collection[Kernel] = ()) -> Iterator[str]:
    """Yields what must be said of the attention that ran: another one than asked for, or one that holds the scores."""
    if ran != asked:
        yield f"transformers has no {asked} for this model, so attention is {ran}, which holds the scores of each head"
    if "math" in kernels:
        yield "sdpa runs PyTorch's math kernel on this GPU, which holds the scores of each head"
