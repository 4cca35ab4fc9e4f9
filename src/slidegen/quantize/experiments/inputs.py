"""The inputs of models: windows of the shipped text for language models, the shipped sentences for encoders."""

from __future__ import annotations

from slidegen.errors import model_error
from slidegen.quantize.data import sentences, text
from slidegen.quantize.experiments.running import Runnable


def text_windows(runnable: Runnable, tokens: int, context: int) -> list[list[int]]:
    """Returns the text's first `tokens` tokens as windows of `context`, each with the tokenizer's prefix of a text.

    Windows do not overlap, and an incomplete one at the end is dropped. `context` is limited to that of the model.
    Raises ModelError if the text does not fill one window.
    """
    length = min(context, runnable.context) - len(runnable.prefix)
    ids = runnable.encode(text())[:tokens]
    if length < 2 or len(ids) < length:
        what = f"the text gives {len(ids)} tokens, and a window needs {length}; use more tokens or less context"
        raise model_error(runnable.weights.name, what, code="wrong-value")
    return [[*runnable.prefix, *ids[at : at + length]] for at in range(0, len(ids) - length + 1, length)]


def sentence_ids(runnable: Runnable) -> list[list[int]]:
    """Returns each shipped sentence as token ids, special tokens included."""
    return [runnable.encode(sentence)[: runnable.context] for sentence in sentences()]
