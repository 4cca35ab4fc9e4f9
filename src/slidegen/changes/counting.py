"""Decides which numbers are listed as changed, and counts the others."""

from __future__ import annotations

from dataclasses import dataclass

from slidegen.model import CellValue


@dataclass(slots=True)
class Counts:
    """Numbers that are not listed: the `same` on both sides, and those that differ only beyond the shown digits, which
    are `hidden`. With `exact` the latter are listed."""

    exact: bool = False
    same: int = 0
    hidden: int = 0

    def lists(self, old: str, new: str, old_value: CellValue, new_value: CellValue) -> bool:
        """Returns whether a number is listed as changed; counts it if it is not."""
        if old != new:
            return True
        if old_value != new_value:
            self.hidden += not self.exact
            return self.exact
        self.same += 1
        return False
