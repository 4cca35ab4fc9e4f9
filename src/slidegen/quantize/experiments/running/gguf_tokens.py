"""The tokenizer in a GGUF file: byte-level BPE after a split into words, for which the file only names a rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from slidegen.errors import model_error, reason
from slidegen.quantize.weights.base import Weights
from slidegen.quantize.weights.gguf_header import Value

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_GPT2: Final = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
_LLAMA3: Final = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|%s| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
SPLITS: Final[Mapping[str, tuple[str, ...]]] = {
    "gpt-2": (_GPT2,),
    "smollm": (r"\p{N}", _GPT2),
    "llama-bpe": (_LLAMA3 % r"\p{N}{1,3}",),
    "qwen2": (_LLAMA3 % r"\p{N}",),
}
"""The patterns that split a text, applied one after another, by GGUF's `tokenizer.ggml.pre`.

Source: the `pre_tokenizer` in the tokenizer.json of GPT-2, SmolLM2, Llama 3 and Qwen2, to which GGUF's names refer.
"""


def gguf_tokenizer(weights: Weights, metadata: Mapping[str, Value]) -> Tokenizer:
    """Returns the tokenizer of a GGUF file, which adds no special tokens. Raises ModelError for an unsupported one."""
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers

    kind, pre = metadata.get("tokenizer.ggml.model"), metadata.get("tokenizer.ggml.pre", "gpt-2")
    if kind != "gpt2" or pre not in SPLITS:
        found = f"{kind!r} with {pre!r}"
        raise model_error(
            weights.name,
            f"its tokenizer ({found}) is not supported; allowed: 'gpt2' with one of {', '.join(sorted(SPLITS))}",
            code="unsupported-model",
        )
    words, merges = metadata.get("tokenizer.ggml.tokens"), metadata.get("tokenizer.ggml.merges")
    if not isinstance(words, list) or not isinstance(merges, list):
        raise model_error(weights.name, "its file has no tokenizer, so it cannot be run on a text", code="model-files")
    pairs: Any = [tuple(str(merge).split(" ", 1)) for merge in merges]
    try:
        tokenizer = Tokenizer(models.BPE({str(word): id for id, word in enumerate(words)}, pairs))
    except Exception as error:  # tokenizers, which is Rust, raises the bare class
        raise model_error(
            weights.name, f"its tokenizer is damaged ({reason(error)}); download it again", code="model-files"
        ) from error
    splits = [pre_tokenizers.Split(Regex(pattern), "isolated") for pattern in SPLITS[str(pre)]]
    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([*splits, byte_level])
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def gguf_prefix(metadata: Mapping[str, Value]) -> tuple[int, ...]:
    """Returns the token that starts a text; empty unless the file says that there is one."""
    token = metadata.get("tokenizer.ggml.bos_token_id")
    return (token,) if metadata.get("tokenizer.ggml.add_bos_token") is True and isinstance(token, int) else ()
