"""The colours of charts by name, as CSS, which the browser turns into those of each slide."""

from __future__ import annotations

from slidegen.figures.svg import COLORS, CONTEXT, FAINT, INK, PAGE, QUIET, STRONG, color, inside_color, label_color


def chart_tints() -> dict[str, str]:
    """The CSS of each tint: those of six series, of words on them, of words beside them, and those that all share."""
    found = {"ink": INK, "quiet": QUIET, "faint": FAINT, "strong": STRONG, "page": PAGE, "context": CONTEXT}
    for series in range(COLORS):
        found |= {
            f"series{series}": color(series),
            f"inside{series}": inside_color(series),
            f"label{series}": label_color(series),
        }
    return found


def of(kind: str, series: int) -> str:
    """The name of a tint of a series: `kind` is "series", "inside" or "label"."""
    return f"{kind}{series % COLORS}"
