"""The space for a figure or a table on its slide: the width of its column, and the height that the text leaves.

Heights are estimated from the number of characters. The style sheet scales down what turns out too high.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from markdown_it.token import Token

from slidegen.marks import PLACED
from slidegen.measures import PLAIN_MEASURES, Measures
from slidegen.model import Layout
from slidegen.render.blocks import is_references
from slidegen.resolved import PlacedFigure, PlacedTable, ResolvedText

BIG_TABLE: Final = Measures(side=48, top=36, bottom=56, heading=34, leading=1.15, below=14)
"""The measures of a table that takes the whole slide, in any look."""
GUTTER: Final = 56
"""The space between columns, in pixels; equal to that in the style sheets."""
GRID_GAP: Final = 28
"""The space between cells of a grid, likewise."""
TEXT_LINE, AFTER, FOOTER, FOOTNOTES, ROW = 38, 20, 8, 60, 51
"""The heights of a line of text, the space after a block, a footer, footnotes, and a row of a table, in pixels."""
SUBHEADING: Final = 74.0
"""The height of a heading inside a slide."""
HEADING_WIDTH: Final = 1.1
"""The width of headings, relative to regular text in the typeface by which all is measured; they are bold, and those of
some looks are wider."""
TEXT: Final = 28.0
"""The font size of text, in pixels."""
UNKNOWN_VALUE: Final = "0000"
"""Stands for a computed value in the estimate of a line's length."""
WORDS: Final = ("text", "code_inline", "softbreak", "hardbreak")
"""The tokens of a paragraph's text."""
CELLS: Final = ("container_column_open", "container_panel_open")
"""What stands beside others or takes turns with them, a column or a panel of a tabset, has the height for itself."""
MANY: Final = 99
IMAGE_SHARE: Final = 0.54
MIN_SIDE: Final = 120.0
"""The least width of a column and height of a figure, in pixels."""
COLUMN_WIDTH: Final = re.compile(r"width\s*=\s*[\"']?(\d+(?:\.\d+)?)(%|px)?")


@dataclass(frozen=True, slots=True)
class Space:
    """The space of a figure with the text below it, in CSS pixels of the slide."""

    width: float
    height: float


def whole_slide(size: tuple[int, int], measures: Measures = PLAIN_MEASURES) -> Space:
    """The whole slide inside its margins, below a heading."""
    whole = inside(size, measures=measures)
    return Space(whole.width, whole.height - measures.heading_height())


def inside(size: tuple[int, int], footer: bool = False, measures: Measures = PLAIN_MEASURES) -> Space:
    """The whole slide inside its margins."""
    height = size[1] - measures.top - measures.bottom - (FOOTER if footer and measures.bottom < 56 else 0)
    return Space(size[0] - 2 * measures.side, height)


def spaces(
    blocks: Sequence[list[Token]],
    text: ResolvedText,
    size: tuple[int, int],
    layout: Layout,
    footer: bool,
    measures: Measures = PLAIN_MEASURES,
) -> Mapping[int, Space]:
    """The space of each figure on a slide, by the number of its mark. `blocks` are the slide's top-level blocks.

    Figures one below the other share the height that other blocks leave; figures in adjacent columns do not.
    """
    figures = {index for index, placed in text.marked().items() if isinstance(placed, PlacedFigure)}
    if not figures:
        return {}
    measures = BIG_TABLE if layout == "big-table" else measures
    width, height = _beside_picture(size, layout, footer, measures)
    found: dict[int, Space] = {}
    grids: dict[int, Mapping[str, int]] = {}
    rows = 0
    for block in blocks:
        places = [
            (index, token, one) for token, one in _places(block, width) for index in _marks(token) if index in figures
        ]
        rows += bool(places)
        height -= 0 if places else _height(block, width, figures, measures)
        for index, token, one in places:
            found[index] = Space(one, _height(_column_with(block, token), one, figures, measures))
            grids[index] = block[0].meta
    return {
        index: Space(space.width, max(MIN_SIDE, _row(height / rows, grids[index]) - space.height))
        for index, space in found.items()
    }


def _row(height: float, grid: Mapping[str, int]) -> float:
    """The height inside a cell of a grid that has this height. `grid` is the meta of its columns (see `blocks`)."""
    rows = grid.get("rows", 1)
    return (height - GRID_GAP * (rows - 1)) / rows - 2 * grid.get("inset", 0)


def table_spaces(
    blocks: Sequence[list[Token]],
    text: ResolvedText,
    size: tuple[int, int],
    layout: Layout,
    footer: bool,
    measures: Measures = PLAIN_MEASURES,
) -> list[tuple[Token, int | None, Space]]:
    """The space of each table on a slide: the token where it stands, and the mark of a placed one.

    Tables and figures one below the other share the height that other blocks leave.
    """
    drawn = {index: placed for index, placed in text.marked().items() if isinstance(placed, PlacedFigure | PlacedTable)}
    marks = set(drawn)
    is_written = any(token.type == "table_open" for block in blocks for token in block)
    if not is_written and not any(isinstance(placed, PlacedTable) for placed in drawn.values()):
        return []
    measures = BIG_TABLE if layout == "big-table" else measures
    width, height = _beside_picture(size, layout, footer, measures)
    found: list[tuple[Token, int | None, Space, Mapping[str, int]]] = []
    rows = 0
    for block in blocks:
        places = [
            (token, mark, one, _column_with(block, token))
            for token, one in _places(block, width)
            for mark in ([None] if token.type == "table_open" else [index for index in _marks(token) if index in drawn])
        ]
        rows += bool(places)
        height -= 0 if places else _height(block, width, marks, measures)
        for token, mark, one, beside in places:
            if mark is None or isinstance(drawn[mark], PlacedTable):
                found.append((token, mark, Space(one, _height(beside, one, marks, measures)), block[0].meta))
    return [
        (token, mark, Space(space.width, max(MIN_SIDE, _row(height / rows, grid) - space.height)))
        for token, mark, space, grid in found
    ]


def _beside_picture(size: tuple[int, int], layout: Layout, footer: bool, measures: Measures) -> tuple[float, float]:
    """The width and the height inside the margins of a slide, beside its picture."""
    whole = inside(size, footer, measures)
    beside = layout in ("image-left", "image-right")
    return (whole.width - GUTTER) * IMAGE_SHARE if beside else whole.width, whole.height


def _height(block: list[Token], width: float, figures: set[int], measures: Measures) -> float:
    """The estimated height of the text in some tokens, without the figures among them."""
    first = block[0].type if block else ""
    if first == "container_notes_open":
        return 0.0
    if first == "footnote_block_open" or (block and is_references(block[0])):
        return FOOTNOTES
    height, tables = 0.0, 0
    for before, token in zip([None, *block], block, strict=False):
        if token.type in ("table_open", "table_close"):
            tables += token.nesting
        elif tables:
            height += ROW if token.type == "tr_open" else 0.0
        elif token.type == "fence":
            height += (token.content.count("\n") + 1) * TEXT_LINE + AFTER
        elif token.type == "inline" and not figures & set(_marks(token)):
            if before is not None and before.type == "heading_open":
                height += _heading(before, token, width, measures)
            else:
                height += _lines(token, width) * TEXT_LINE + AFTER
    return height


def _heading(opening: Token, token: Token, width: float, measures: Measures) -> float:
    """The height of a heading. That of the slide may have several lines."""
    if opening.tag not in ("h1", "h2"):
        return SUBHEADING
    return measures.heading_height(_lines(token, width, measures.heading * HEADING_WIDTH))


def _lines(token: Token, width: float, size: float = TEXT) -> int:
    """How many lines the text of a paragraph takes."""
    from slidegen.figures.type import wrapped  # only slides with figures need it

    words = "".join(child.content or " " for child in token.children or () if child.type in WORDS)
    return max(1, len(wrapped(PLACED.pattern.sub(UNKNOWN_VALUE, words), size, width, MANY)))


def _column_with(block: list[Token], place: Token) -> list[Token]:
    """The tokens in the same column or panel as one of them, without the table that it opens; empty if the block has
    neither."""
    columns: list[list[Token]] = [[]]
    for token in block:
        if token.type in CELLS:
            columns.append([])
        columns[-1].append(token)
    mine = next((column for column in columns[1:] if any(token is place for token in column)), [])
    at = next((at for at, token in enumerate(mine) if token is place), 0)
    end = next((end for end in range(at, len(mine)) if mine[end].type == "table_close"), at)
    return mine[:at] + mine[end + 1 :] if place.type == "table_open" else mine


def _marks(token: Token) -> list[int]:
    return list(PLACED.numbers(token.content)) if token.type == "inline" else []


def _places(block: list[Token], width: float) -> Iterator[tuple[Token, float]]:
    """Yields each text and table of a block with its width. Columns share the width of the block around them, as in a
    CSS flexbox."""
    around = [width]
    shares: list[list[float]] = []
    for at, token in enumerate(block):
        if token.type == "container_columns_open":
            shares.append(_columns(block, at, around[-1]))
        elif token.type == "container_columns_close":
            shares.pop()
        elif token.type == "container_column_open" and shares:
            around.append(shares[-1].pop(0) if shares[-1] else around[-1])
        elif token.type == "container_column_close" and len(around) > 1:
            around.pop()
        elif token.type in ("inline", "table_open"):
            yield token, around[-1]


def _columns(block: list[Token], start: int, width: float) -> list[float]:
    """The widths of the columns directly inside the container at `start`."""
    widths: list[float | None] = []  # None: the column shares what the others leave
    depth = 0
    for token in block[start + 1 :]:
        if token.type == "container_columns_close" and depth == 0:
            break
        if token.type == "container_column_open" and depth == 0:
            given = COLUMN_WIDTH.search(token.info)
            widths.append(None if given is None else float(given[1]) * (width / 100 if given[2] == "%" else 1))
        if token.type.startswith("container_"):
            depth += token.nesting
    fixed = sum(one or 0.0 for one in widths)
    grid = block[start].meta
    if "across" in grid:
        gap, across = GRID_GAP if "inset" in grid else GUTTER, grid["across"]
        return [(width - gap * (across - 1)) / across - 2 * grid.get("inset", 0)] * len(widths)
    free = width - GUTTER * max(0, len(widths) - 1)
    flexible = widths.count(None)
    if flexible:
        return [max(MIN_SIDE, (free - fixed) / flexible) if one is None else one for one in widths]
    return [(one or 0.0) * min(1.0, free / (fixed or 1.0)) for one in widths]
