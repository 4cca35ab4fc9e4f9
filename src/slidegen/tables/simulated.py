"""Runs models for the table sources on allocated memory. Each run is made once in a process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from importlib.util import find_spec
from traceback import walk_tb
from typing import Final

from slidegen.errors import MissingExtraError, ModelError, SlidegenError, model_error, reason
from slidegen.estimate import checkpoint
from slidegen.estimate.allocated import ACCOUNTING, LEAVES_OUT, Allocation, on_card
from slidegen.estimate.attention import attention_notes, attention_of
from slidegen.estimate.checkpoint import CheckpointError, Loaded
from slidegen.estimate.loops import loop_notes
from slidegen.estimate.setting import Setting
from slidegen.estimate.sharding import on_each_gpu
from slidegen.model import Column, ModelFacts, Provenance
from slidegen.models.finder import origin_text
from slidegen.tables.base import SourceContext

NOTES: Final = Column("notes", "Notes", "note")
"""The last column of the tables on allocated memory."""
NEEDED: Final = ("torch", "transformers", "peft", "numpy", "gguf")


def allocation(facts: ModelFacts, setting: Setting, quick: bool, context: SourceContext) -> Allocation:
    """Returns what one GPU of the setting allocates for a model: by a run, or by formulas if `quick`.

    If the setting has the memory of a GPU, the allocation has a verdict, and reserves no more. The notes on how the
    checkpoint is loaded come first.
    Raises ModelError if transformers cannot build or run it that way, MissingExtraError without the packages.
    """
    loaded = as_loaded(facts, setting)
    setting = loaded.setting
    found = on_each_gpu(_allocation(facts, replace(setting, memory=None), quick, context), setting)
    found = replace(found, notes=(*loaded.notes, *found.notes, *loop_notes(setting)))
    return found if setting.memory is None else on_card(found, setting.memory)


def as_loaded(facts: ModelFacts, setting: Setting) -> Loaded:
    """Returns the setting as transformers loads the model's checkpoint. Raises ModelError if it does not load so."""
    try:
        return checkpoint.as_loaded(facts.config, setting)
    except CheckpointError as error:
        raise model_error(facts.name, reason(error), code="unsupported-model") from None


def _allocation(facts: ModelFacts, setting: Setting, quick: bool, context: SourceContext) -> Allocation:
    """Returns what a single GPU allocates."""
    if quick:
        return _quick(facts, setting, context)
    if any(find_spec(package) is None for package in NEEDED):
        what = "the accounting allocated, which runs models without their memory (quick and textbook do without),"
        raise MissingExtraError(what, "models")
    if setting.file_type is not None:
        return _file(facts, setting)
    return _run(_Key(facts, context.progress), setting)


def _file(facts: ModelFacts, setting: Setting) -> Allocation:
    """Returns what llama.cpp allocates for a GGUF file of the model. No step is run."""
    from slidegen.estimate.gguf.memory import gguf_allocation

    class_name, tensors = _tensors(_Key(facts, print))
    try:
        return gguf_allocation(facts.name, class_name, facts.config, tensors, setting)
    except ValueError as error:
        raise model_error(facts.name, reason(error), code="unsupported-model") from None


@lru_cache(maxsize=64)
def _tensors(key: _Key) -> tuple[str, Mapping[str, tuple[int, ...]]]:
    from slidegen.models.tensors import checkpoint_tensors

    return checkpoint_tensors(key.facts.config, key.facts.name)


def _quick(facts: ModelFacts, setting: Setting, context: SourceContext) -> Allocation:
    """Returns what the formulas count, with the attention that transformers runs."""
    from slidegen.estimate.quick.count import analytic

    ran = attention_of(facts.config, setting.attention)
    census = context.models.census(facts)
    try:
        found = analytic(census, facts.config, replace(setting, attention=ran))
    except SlidegenError as error:
        raise model_error(facts.name, reason(error), code=error.problems[0].code) from None
    return replace(found, attention=ran, notes=(*found.notes, *attention_notes(setting.attention, ran)))


class _Key:
    """A model as a cache key: two are equal if their configs are. `progress` takes a line about a long run."""

    def __init__(self, facts: ModelFacts, progress: Callable[[str], None]) -> None:
        self.facts = facts
        self.progress = progress

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self.facts.digest == other.facts.digest

    def __hash__(self) -> int:
        return hash(self.facts.digest)


@lru_cache(maxsize=512)  # each holds the events of its replay, about a megabyte
def _run(key: _Key, setting: Setting) -> Allocation:
    from slidegen.models.instantiate import has_flash_attention, silent

    with silent():  # peft imports optional packages, which print what they miss
        from slidegen.simulate.run import allocation as run

    name = key.facts.name
    if setting.attention == "flash" and not has_flash_attention(key.facts.config, name):
        raise model_error(
            name, "transformers has no flash attention for it; allowed here: sdpa, eager", code="unsupported-model"
        )
    try:
        return run(key.facts.config, name, setting, progress=key.progress)
    except (ModelError, MissingExtraError):
        raise
    except ValueError as error:
        raise model_error(name, reason(error), code="unsupported-model") from None
    except Exception as error:  # a model's code may raise anything on tensors without data: it was not written for them
        what = f"transformers cannot run it without its weights ({reason(error, named=True)})"
        everywhere = setting.adapter is not None and setting.adapter.target_modules == ("all-linear",)
        if everywhere and _raised_in(error, "peft"):
            what += "; PEFT adapts all its linear layers: name target_modules instead"
        raise model_error(name, what, code="model-run") from error


def _raised_in(error: BaseException, package: str) -> bool:
    """Returns whether code of a package was running when an error was raised."""
    modules = (frame.f_globals.get("__name__", "") for frame, _ in walk_tb(error.__traceback__))
    return any(name.partition(".")[0] == package for name in modules)


def origin(source: str, models: tuple[ModelFacts, ...], quick: bool) -> Provenance:
    """Returns a table's provenance: the models' configs, and the libraries that ran; no libraries for formulas."""
    origins = {facts.name: origin_text(facts) for facts in models}
    if quick:
        left_out = f"what formulas of a model's operations miss of a run (a few percent), {LEAVES_OUT}"
        return Provenance(source, "analytic", origins, leaves_out=left_out)
    from importlib.metadata import version

    versions = {package: version(package).partition("+")[0] for package in ("peft", "torch", "transformers")}
    return Provenance(source, ACCOUNTING, origins, versions, leaves_out=LEAVES_OUT)
