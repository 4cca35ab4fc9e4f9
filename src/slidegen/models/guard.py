"""Limits on the numbers in a config: building a model loops over them, and a deck may come from a stranger."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from slidegen.errors import ModelError, model_error

LIMITS: Final[tuple[tuple[re.Pattern[str], int, str], ...]] = (
    (re.compile(r"(token|_id$|_ids$|index|seed|theta|base$)", re.I), 2**62, "token ids and bases"),
    (re.compile(r"(size|dim|hidden_act|layer_?norm|layerdrop)", re.I), 10**9, "sizes"),
    (re.compile(r"(position|length|window|ctx|context|chunk|_len$)", re.I), 10**8, "lengths"),
    (re.compile(r"(layer|depth|block|stage)", re.I), 2_000, "layers"),
    (re.compile(r"expert", re.I), 100_000, "experts"),
    (re.compile(r"label", re.I), 1_000_000, "labels"),
    (re.compile(r""), 10_000_000, "anything else"),
)
"""Key pattern, largest integer, what it limits. The first pattern that matches a key applies. The largest models of
2026 have about 130 layers and 512 experts."""

POSITIVE: Final = re.compile(
    r"(num_(hidden_layers|layers|attention_heads|key_value_heads|heads)|n_(layer|head|embd)"
    r"|(hidden|intermediate|vocab)_size|d_model|d_kv|d_ff|ffn_dim|head_dim)"
)
"""Keys of what every model has at least one of. A model without it is built, and counts nothing, or fails later."""

_STRIPPED: Final = frozenset(
    {
        "auto_map",
        "quantization_config",
        "compression_config",
        "attn_implementation",
        "_attn_implementation",
        "_attn_implementation_internal",
        "experts_implementation",
        "_experts_implementation",
        "_experts_implementation_internal",
        "use_kernels",
        "dtype",  # of the checkpoint; a model is built in the dtype that is asked for
        "torch_dtype",
    }
)
_FORCED: Final[Mapping[str, Any]] = {
    "use_pretrained_backbone": False,  # downloads weights
    "backbone_kwargs": None,
    "sinusoidal_pos_embds": False,  # fills a table of the same shape in a loop
    "sinusoidal_embeddings": False,
}
_DEEPEST: Final = 64


def check_plausible(config: Mapping[str, Any], name: str) -> None:
    """Raises ModelError, which names the first number, if a config exceeds LIMITS or has none of what is POSITIVE."""
    for key, value in _numbers(config, "", name, 0):
        last = key.rpartition(".")[2]
        if value < 1 and POSITIVE.fullmatch(last):
            raise _problem(name, f"{_short(key)} is {_short(value)}, less than 1")
        for pattern, most, _ in LIMITS:
            if pattern.search(last):
                if abs(value) > most:
                    raise _problem(name, f"{_short(key)} is {_short(value)}, more than the limit of {most:,}")
                break


def harmless(config: Any) -> Any:
    """Returns a config without the keys that make transformers fetch code, kernels or weights, quantize modules
    or choose a dtype."""
    if isinstance(config, Mapping):
        kept = {key: harmless(value) for key, value in config.items() if key not in _STRIPPED}
        return {key: _FORCED.get(key, value) for key, value in kept.items()}
    if isinstance(config, list):
        return [harmless(value) for value in config]
    return config


def _numbers(value: Any, key: str, name: str, depth: int) -> Iterator[tuple[str, int]]:
    """Yields each integer of a config with its dotted key; those in a list have the list's key."""
    if depth > _DEEPEST:
        raise _problem(name, f"is nested deeper than {_DEEPEST}")
    if isinstance(value, bool):
        return
    if isinstance(value, int):
        yield key, value
    elif isinstance(value, Mapping):
        for inner, item in value.items():
            yield from _numbers(item, f"{key}.{inner}" if key else str(inner), name, depth + 1)
    elif isinstance(value, list):
        for item in value:
            yield from _numbers(item, key, name, depth + 1)


def _short(value: int | str) -> str:
    if isinstance(value, str):
        return value if len(value) <= 80 and value.isprintable() else repr(value[:80])
    text = str(value)
    return text if len(text) <= 24 else f"a number of {len(text)} digits"


def _problem(name: str, what: str) -> ModelError:
    return model_error(name, f"its config.json {what}; slidegen does not build such a model", code="unsupported-model")
