"""Claims in figures: which rows stand out, and which bars end before a line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from slidegen.errors import Problem
from slidegen.pictures import Picture
from slidegen.resolve.claims import Claims, Place
from slidegen.resolve.marking import claimed_rows, marking
from slidegen.resolve.table_view import TableView
from slidegen.resolve.values import ValueProblem
from slidegen.resolved import PlacedClaim

if TYPE_CHECKING:
    from slidegen.figures.annotations import Note
    from slidegen.figures.base import FigureOptions

ONE = "claim needs highlight, whose rows it names"
BARS = "a claim at a line or a range is for bars of one column"


def claimed_title(
    options: FigureOptions, view: TableView, claims: Claims, place: Callable[[str], Place], lang: str
) -> str | None:
    """Returns the title of a figure, with the rows that stand out in place of those that are claimed to.

    Raises:
        FigureError: the claim does not fit the figure or its table.
    """
    if options.claim is None:
        return options.title
    expression = getattr(options, "highlight", None)
    if expression is None:
        raise _error("claim", ValueProblem(ONE, code="figure"))
    made = _claim("claim", options.title or expression, expression, options.claim, view, claims, place, lang)
    return None if options.title is None else str(made)


def claimed_picture(
    picture: Picture, view: TableView, claims: Claims, place: Callable[[str], Place], lang: str
) -> Picture:
    """Returns bars whose words at lines and ranges say which bars end there, in place of what is claimed.

    Raises:
        FigureError: a claim does not fit the figure or its table.
    """
    notes: tuple[Note, ...] = getattr(picture, "notes", ())
    if not any(getattr(note, "claim", None) is not None for note in notes):
        return picture
    from slidegen.figures.annotations import ends
    from slidegen.figures.bars import Bars

    found = []
    for note in notes:
        if note.claim is None:
            found.append(note)
            continue
        if not isinstance(picture, Bars) or len(picture.columns) != 1 or note.value is None:
            raise _error("annotate", ValueProblem(BARS, code="figure"))
        key, divisor = picture.columns[0].key, picture.measure.divisor
        low, high = (end * divisor for end in ends(note.value))
        expression = f"{key} <= {high!r}" if low == high else f"{low!r} <= {key} <= {high!r}"
        made = _claim("annotate", note.text, expression, note.claim, view, claims, place, lang)
        found.append(note.model_copy(update={"text": str(made)}))
    assert isinstance(picture, Bars)
    return replace(picture, notes=tuple(found))


def _claim(
    option: str,
    words: str,
    expression: str,
    claimed: Any,
    view: TableView,
    claims: Claims,
    place: Callable[[str], Place],
    lang: str,
) -> PlacedClaim:
    try:
        rows = claimed_rows(claimed)
        assert rows is not None
        found = marking(view, expression, rows)
    except ValueProblem as error:
        raise _error(option, error) from None
    made = claims.add(words, found.judgment, place(option), lang, found.instead)
    return replace(made, truth=found.marked)


def _error(option: str, error: ValueProblem) -> Exception:
    from slidegen.figures import FigureError

    return FigureError([(option, Problem(str(error), code=error.code))])
