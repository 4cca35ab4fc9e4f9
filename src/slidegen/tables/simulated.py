"""Runs models for the table sources on allocated memory. Each run is made once in a process."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from importlib.util import find_spec
from typing import Final

from slidegen.errors import MissingExtraError, ModelError, SlidegenError, model_error, reason
from slidegen.estimate.allocated import ACCOUNTING, LEAVES_OUT, Allocation
from slidegen.estimate.analytic import analytic
from slidegen.estimate.setting import Setting
from slidegen.estimate.sharding import on_each_gpu
from slidegen.model import ModelFacts, Provenance
from slidegen.models.finder import origin_text
from slidegen.tables.base import SourceContext

NEEDED: Final = ("torch", "transformers", "peft", "numpy")


def allocation(facts: ModelFacts, setting: Setting, quick: bool, context: SourceContext) -> Allocation:
    """Returns what one GPU of the setting allocates for a model: by a run, or by formulas if `quick`.

    Raises ModelError if transformers cannot build or run it that way, MissingExtraError without the packages.
    """
    if quick:
        return on_each_gpu(_quick(facts, setting, context), setting)
    if any(find_spec(package) is None for package in NEEDED):
        what = "the accounting allocated, which runs models without their memory (quick and textbook do without),"
        raise MissingExtraError(what, "models")
    return on_each_gpu(_run(_Key(facts, context.progress), setting), setting)


def _quick(facts: ModelFacts, setting: Setting, context: SourceContext) -> Allocation:
    census = context.models.census(facts)
    try:
        return analytic(census, facts.config, setting)
    except SlidegenError as error:
        raise model_error(facts.name, reason(error)) from None


class _Key:
    """A model as a cache key: two are equal if their configs are. `progress` takes a line about a long run."""

    def __init__(self, facts: ModelFacts, progress: Callable[[str], None]) -> None:
        self.facts = facts
        self.progress = progress

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self.facts.digest == other.facts.digest

    def __hash__(self) -> int:
        return hash(self.facts.digest)


@lru_cache(maxsize=4096)
def _run(key: _Key, setting: Setting) -> Allocation:
    from slidegen.models.instantiate import has_flash_attention, silent

    with silent():  # peft imports optional packages, which print what they miss
        from slidegen.simulate.run import allocation as run

    name = key.facts.name
    if setting.attention == "flash" and not has_flash_attention(key.facts.config, name):
        raise model_error(name, "transformers has no flash attention for it; allowed here: sdpa, eager")
    try:
        return run(key.facts.config, name, setting, progress=key.progress)
    except (ModelError, MissingExtraError):
        raise
    except ValueError as error:
        raise model_error(name, reason(error)) from None
    except Exception as error:  # a model's code may raise anything on tensors without data: it was not written for them
        what = f"transformers cannot run it without its weights ({reason(error, named=True)})"
        if setting.adapter is not None and setting.adapter.target_modules == ("all-linear",):
            what += "; PEFT adapts all its linear layers: name target_modules instead"
        raise model_error(name, what) from error


def origin(source: str, models: tuple[ModelFacts, ...], quick: bool) -> Provenance:
    """Returns a table's provenance: the models' configs, and the libraries that ran; no libraries for formulas."""
    origins = {facts.name: origin_text(facts) for facts in models}
    if quick:
        left_out = f"what formulas of a model's operations miss of a run (a few percent), {LEAVES_OUT}"
        return Provenance(source, "analytic", origins, leaves_out=left_out)
    from importlib.metadata import version

    versions = {package: version(package).partition("+")[0] for package in ("peft", "torch", "transformers")}
    return Provenance(source, ACCOUNTING, origins, versions, leaves_out=LEAVES_OUT)
