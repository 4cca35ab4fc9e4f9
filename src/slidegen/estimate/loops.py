"""What an estimate says about its training loop, and what it leaves out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from slidegen.estimate.setting import Setting, casts_adapters

TRL: Final = "TRL 1.16"


def loop_notes(setting: Setting) -> tuple[str, ...]:
    """Returns the notes on the loop of a setting, without full stops. Each names the library whose code it follows."""
    return tuple(_notes(setting)) if setting.trains else ()


def _notes(setting: Setting) -> Iterator[str]:
    yield from _preparation(setting)
    if setting.outputs_kept:
        yield "the loop keeps logits and KV cache of a step until the next forward pass is over"
    if setting.loop == "trl":
        yield (
            f"{TRL} computes no matrix of logits but tiles of 4096 tokens and 32768 entries of the vocabulary, "
            "which count as temporaries"
        )
    if setting.preference is None:
        return
    reference = setting.preference.reference
    yield (
        f"DPO runs {2 * setting.batch_size} sequences at once, the chosen and the rejected text of each pair, and all "
        "their tokens count as completions"
    )
    if reference == "separate":
        yield "the weights are those of the model and of its reference model, loaded alike"
    elif reference == "adapter":
        yield "the reference model is the model with its adapter disabled, so its weights count once"
    elif reference == "precomputed":
        yield "the pass before training that computes the probabilities of the reference model is left out"
    else:
        yield "there is no reference model"


def _preparation(setting: Setting) -> Iterator[str]:
    """Yields what TRL's trainers do to a quantized model instead of PEFT's preparation."""
    if setting.quantization is None or setting.loop != "trl" or setting.quantization.upcast:
        return
    adapter = "float32" if setting.adapter is None else setting.adapter.dtype
    cast = " and cast adapters to bfloat16" if casts_adapters(setting) and adapter == "bfloat16" else ""
    yield (
        f"weights that are not quantized are {setting.dtype}, and the adapter is {adapter}: TRL's trainers do not "
        f"call PEFT's prepare_model_for_kbit_training{cast}"
    )
