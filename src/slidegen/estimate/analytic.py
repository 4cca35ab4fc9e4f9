"""The quick mode of the accounting `allocated`: formulas instead of a run. No torch, no I/O."""

from __future__ import annotations

from slidegen.estimate.quick.count import analytic

__all__ = ["analytic"]
