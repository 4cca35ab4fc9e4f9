"""The workers of a cluster that may compute: those that have the versions that this process has."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from slidegen.errors import Problem, reason
from slidegen.sweep.remote import described

MISSING = "none"


@dataclass(slots=True)
class CheckedWorkers:
    """The workers of a cluster by address, as far as they are known to agree with this process or to differ from it.

    `names` are those of all workers that are there. A library that is not installed here must be the same in all
    workers. `problems` has a line for each difference.
    """

    source: str
    names: dict[str, str] = field(default_factory=dict)
    agreeing: set[str] = field(default_factory=set)
    differing: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    _versions: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._versions = json.loads(described(self.source.encode()))
        self._versions["threads of numerical libraries"] = "one"

    def update(self, names: Mapping[str, str]) -> list[str]:
        """Takes the workers that are there now. Returns the addresses of new ones."""
        new = [address for address in names if address not in self.names]
        self.names = dict(names)
        self.agreeing &= names.keys()
        self.differing &= names.keys()
        return new

    def check(self, address: str, found: Mapping[str, str]) -> list[Problem]:
        """Takes the description of a worker. Returns a line for each difference."""
        differences = []
        for what, here in self._versions.items():
            there = found.get(what, MISSING)
            if there == here:
                continue
            if here == MISSING:
                self._versions[what] = there
            elif what.startswith("threads"):
                differences.append(f"{what}: {there}; start it with a nanny, or set these variables to 1")
            else:
                differences.append(f"{what} {there} there, {here} here")
        return self._different(address, differences)

    def broken(self, address: str, error: BaseException) -> list[Problem]:
        """Takes the error of a worker that could not describe itself. Returns a line that says so."""
        if isinstance(error, ModuleNotFoundError):
            what = f"slidegen with its sweeps is not installed there ({reason(error)})"
        else:
            what = f"it cannot describe itself: {reason(error, named=True)}"
        return self._different(address, [what])

    def _different(self, address: str, differences: list[str]) -> list[Problem]:
        who = f"worker {self.names.get(address, address)} ({address}) is not used"
        problems = [Problem(f"{who}: {what}", code="worker") for what in differences]
        (self.differing if problems else self.agreeing).add(address)
        self.problems += problems
        return problems
