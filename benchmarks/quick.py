"""Compares the formulas of the quick mode with the run of the same step, over models and methods of the catalogue.

    python benchmarks/quick.py                        # every model: an hour on two cores
    python benchmarks/quick.py --sample               # the smallest model of each type: ten minutes
    python benchmarks/quick.py --models gpt2,Qwen/Qwen3-0.6B --seq-len 512 --optimizer adafactor

It prints a line for each model, method and checkpointing: the peak of the formulas, that of the run, their ratio. At
the end it prints the worst ratio, the models that quick refuses with its reason, and what the run itself refuses. A
model with fewer positions than `--seq-len` gets as many tokens as it has. Nothing is stored: each run is made anew. It
fails if a ratio is more than a tenth off.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from slidegen.errors import SlidegenError
from slidegen.estimate.allocated import Allocation
from slidegen.models import catalogue
from slidegen.models.finder import ModelFinder
from slidegen.project import Project
from slidegen.tables.base import SourceContext
from slidegen.tables.rows import settings
from slidegen.tables.settings import SettingParameters
from slidegen.tables.simulated import allocation

BOUND: Final = 0.1
GIB: Final = 2**30
METHODS: Final = ("full", "lora", "qlora", "inference")
TOO_LONG: Final = re.compile(r"it has positions for (\d+) tokens")


@dataclass(frozen=True, slots=True)
class Compared:
    """A step of a model: its peak by formulas and by a run in bytes, or why one of them is refused."""

    model: str
    method: str
    checkpointing: bool
    quick: int | str
    run: int | str

    @property
    def ratio(self) -> float | None:
        """Returns the peak of the formulas over that of the run; None if either is refused."""
        if isinstance(self.quick, str) or isinstance(self.run, str):
            return None
        return self.quick / self.run

    def line(self) -> str:
        """Returns the printed line."""
        method = f"{self.method}{' checkpointing' if self.checkpointing else ''}"
        sizes = (f"{size / GIB:10.3f}" if isinstance(size, int) else "   refused" for size in (self.quick, self.run))
        ratio = "" if self.ratio is None else f"{self.ratio:8.3f}"
        return f"{self.model:44} {method:20} {' '.join(sizes)} {ratio}"


def compare(models: Sequence[str], methods: Sequence[str] = METHODS, **options: Any) -> Iterator[Compared]:
    """Yields each model with each method, training with and without checkpointing; what quick refuses is not run."""
    context = SourceContext(ModelFinder(offline=True), lambda _: None, Project.of(Path()))
    for model in models:
        for method in methods:
            for checkpointing in (False, True) if method != "inference" else (False,):
                given = {"models": model, "method": method, **options}
                if method != "inference":
                    given["gradient_checkpointing"] = checkpointing
                quick = _peak(given, False, context)
                run = quick if isinstance(quick, str) else _peak(given, True, context)
                yield Compared(model, method, checkpointing, quick, run)


def _peak(given: Mapping[str, Any], of_run: bool, context: SourceContext) -> int | str:
    """Returns the peak in bytes, or the message of a refusal; a prompt that is too long is cut."""
    try:
        return _allocation(given, of_run, context).peak.total
    except SlidegenError as error:
        found = TOO_LONG.search(str(error))
        if found is None or given.get("seq_len") == int(found[1]):
            return str(error)
        return _peak({**given, "seq_len": int(found[1])}, of_run, context)


def _allocation(given: Mapping[str, Any], of_run: bool, context: SourceContext) -> Allocation:
    ((model, setting),) = settings(SettingParameters.model_validate(given))
    return allocation(context.models.find(model), setting, not of_run, context)


def sample() -> list[str]:
    """Returns the smallest model of each type in the catalogue."""
    entries = sorted(catalogue.list_catalogue(), key=lambda entry: entry.parameters)
    smallest: dict[str, str] = {}
    for entry in entries:
        smallest.setdefault(str(catalogue.facts(entry.name).config["model_type"]), entry.name)
    return list(smallest.values())


def report(rows: Iterator[Compared]) -> int:
    """Prints the rows and what they have in common; returns the number of those that are too far off."""
    refused: dict[str, str] = {}
    cannot: dict[str, str] = {}
    worst: Compared | None = None
    far = 0
    for row in rows:
        print(row.line(), flush=True)
        if isinstance(row.quick, str):
            refused[row.model] = row.quick
        elif isinstance(row.run, str):
            cannot[f"{row.model} {row.method}"] = row.run
        elif row.ratio is not None:
            far += abs(row.ratio - 1) > BOUND
            if worst is None or worst.ratio is None or abs(row.ratio - 1) > abs(worst.ratio - 1):
                worst = row
    print("\nWorst:", "none" if worst is None else worst.line())
    print(f"Off by more than {BOUND:.0%}: {far}")
    print("\nRefused by quick:", *(f"  {why}" for why in dict.fromkeys(refused.values())), sep="\n")
    print("\nRefused by the run, not by quick:", *(f"  {name}: {why}" for name, why in cannot.items()), sep="\n")
    return far


def main() -> int:
    """Runs the comparison that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--models", help="names, with commas; default: the whole catalogue")
    parser.add_argument("--sample", action="store_true", help="only the smallest model of each type")
    parser.add_argument("--methods", default=",".join(METHODS), help="default: all four")
    parser.add_argument("--seq-len", type=int, default=2048)
    parser.add_argument("--batch-size", type=int, default=1)
    parser.add_argument("--max-new-tokens", type=int, default=0)
    parser.add_argument("--attention", default="sdpa")
    parser.add_argument("--optimizer", default="adamw_torch_fused")
    parser.add_argument("--dtype", default="bfloat16")
    asked = parser.parse_args()
    names = [entry.name for entry in catalogue.list_catalogue()]
    if asked.models:
        names = asked.models.split(",")
    elif asked.sample:
        names = sample()
    options = {name: getattr(asked, name) for name in ("seq_len", "batch_size", "attention", "dtype")}
    rows: list[Iterator[Compared]] = []
    for method in asked.methods.split(","):
        more = {"max_new_tokens": asked.max_new_tokens} if method == "inference" else {"optimizer": asked.optimizer}
        rows.append(compare(names, (method,), **options, **more))
    return 1 if report(row for each in rows for row in each) else 0


if __name__ == "__main__":
    sys.exit(main())
