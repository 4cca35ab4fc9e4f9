"""A placed table as HTML: numbers aligned at the decimal point, units in the heading, provenance on every cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from slidegen.model import NUMERIC, CellValue, Column, Provenance
from slidegen.render import provenance
from slidegen.render.anchors import id_attribute
from slidegen.render.caveats import Footnotes, split_footnotes
from slidegen.render.struck import struck_html
from slidegen.render.tables.drawn import EMPTY_BAR, bar, heat
from slidegen.render.tables.fitting import Fit, attributes
from slidegen.render.tables.formats import Show, cell_formats, group_names, pad, printed, tails
from slidegen.resolved import PlacedTable, Spanner, SummaryRow
from slidegen.table_look import EmphasisStyle, TableLook
from slidegen.units import NOT_AVAILABLE

EMPTY_CELL = f'<span class="not-available">{NOT_AVAILABLE}</span>'


def table_html(placed: PlacedTable, fitted: Fit | None = None) -> str:
    """The table in a figure, with its caption, legend, footnotes and provenance. `fitted` says how it fits its place;
    by default it has room."""
    parts = _Table.of(placed, fitted is not None and fitted.beside)
    look = placed.look
    below = (
        f'<span class="caption">{escape(look.caption)}</span> ' if look.caption else "",
        _legend(look, parts.placed.styles, parts.placed.lang),
        parts.footnotes(),
        f'<span class="note">{escape(parts.marked.text)}</span> ' if parts.marked.text else "",
        _provenance(placed),
    )
    caption = "".join(filter(None, below))
    caption = f"\n<figcaption>{caption}</figcaption>" if caption else ""
    return (
        f'<figure{id_attribute(placed.label)} class="computed-table" data-table="{escape(placed.name)}">'
        f"<table{attributes(fitted, parts.classes())}>\n"
        f"{parts.columns()}<thead>{parts.head()}</thead>\n{parts.body()}</table>{caption}</figure>\n"
    )


@dataclass(frozen=True, slots=True)
class _Table:
    """A table without its columns of caveats and notes, which are `marked`. `pads` align the numbers of each column:
    those of its rows, then those of all rows with totals. `beside` says that the names of groups stand in a column."""

    placed: PlacedTable
    marked: Footnotes
    formats: list[tuple[str, Show]]
    pads: list[list[str]]
    names: frozenset[int]
    beside: bool

    @staticmethod
    def of(placed: PlacedTable, beside: bool) -> _Table:
        placed, marked = split_footnotes(placed)
        table, formats = placed.table, cell_formats(placed)
        totals = [row for group in placed.arrangement.groups for row in group.summaries]
        totals += placed.arrangement.summaries
        pads = []
        for at, (column, (_, show)) in enumerate(zip(table.columns, formats, strict=True)):
            cells = [*(row[at] for row in table.rows), *(total.cells.get(column.key) for total in totals)]
            pads.append(
                [
                    pad(tail, placed.lang)
                    for tail in tails(column, ["" if cell is None else show(cell) for cell in cells])
                ]
            )
        models = {at for at, column in enumerate(table.columns) if column.kind == "model"}
        first = {0} if len(table.columns) > 1 and table.columns[0].kind == "text" else set()
        return _Table(placed, marked, formats, pads, frozenset(models or first), beside)

    def classes(self) -> list[str]:
        """The classes of the table."""
        look, arrangement = self.placed.look, self.placed.arrangement
        filled = bool(look.stripes or arrangement.heat)
        wanted = {"compact": look.compact, "filled": filled, "striped": look.stripes, "beside": self.beside}
        return [name for name, given in wanted.items() if given]

    def columns(self) -> str:
        """The groups of columns, for headings over several."""
        if not self.placed.arrangement.spanners:
            return ""
        spans = "".join(
            f'<colgroup span="{len(columns)}"></colgroup>' for _, columns in self._spans(self.placed.table.columns)
        )
        return f"<colgroup></colgroup>{spans}\n" if self.beside else f"{spans}\n"

    def _spans(self, columns: Sequence[Column]) -> Iterator[tuple[Spanner | None, list[int]]]:
        """Yields the spanners with their columns. Columns without a spanner come alone."""
        over = {key: spanner for spanner in self.placed.arrangement.spanners for key in spanner.columns}
        last: tuple[Spanner | None, list[int]] | None = None
        for at, column in enumerate(columns):
            spanner = over.get(column.key)
            if last is not None and spanner is not None and last[0] is spanner:
                last[1].append(at)
                continue
            if last is not None:
                yield last
            last = spanner, [at]
        if last is not None:
            yield last

    def head(self) -> str:
        """The rows of headings."""
        columns = self.placed.table.columns
        if not self.placed.arrangement.spanners:
            return f"<tr>{self._corner()}" + "".join(self._heading(at) for at in range(len(columns))) + "</tr>"
        above, below = [self._corner(' rowspan="2"')], []
        for spanner, under in self._spans(columns):
            if spanner is None:
                above.append(self._heading(under[0], ' rowspan="2"'))
                continue
            units = {self.formats[at][0] for at in under}
            unit = units.pop() if len(units) == 1 else ""
            above.append(
                f'<th scope="colgroup" colspan="{len(under)}"><span class="spanner">{escape(spanner.label)}'
                f"{_unit(unit)}</span></th>"
            )
            below += [self._heading(at, _edges(at, len(columns)), with_unit=not unit) for at in under]
        return f"<tr>{''.join(above)}</tr>\n<tr>{''.join(below)}</tr>"

    def _corner(self, more: str = "") -> str:
        """The heading of the column with the names of groups."""
        grouped = self.placed.arrangement.grouped
        return f'<th scope="col"{more}>{escape(grouped.label)}</th>' if self.beside and grouped else ""

    def _heading(self, at: int, more: str = "", with_unit: bool = True) -> str:
        column = self.placed.table.columns[at]
        unit = self.formats[at][0] if with_unit else ""
        arrangement = self.placed.arrangement
        names = ["numeric"] if column.kind in NUMERIC else []
        names += ["barred"] if column.key in arrangement.bars else []
        named = f' class="{" ".join(names)}"' if names else ""
        text = f"{escape(column.label)}{_unit(unit)}{_marks(arrangement.notes.heads.get(column.key, ()))}"
        text += EMPTY_BAR if column.key in arrangement.bars else ""
        return f'<th{named} scope="col"{more}>{text}</th>'

    def body(self) -> str:
        """The rows, group by group, and those with totals."""
        arrangement, rows = self.placed.arrangement, len(self.placed.table.rows)
        if not arrangement.groups:
            found = [_section("tbody", [self._row(row) for row in range(rows)])]
        else:
            found, start, total = [], 0, rows
            for group, name in zip(arrangement.groups, group_names(self.placed), strict=True):
                lines = [self._row(row) for row in range(start, start + group.count)]
                lines += [self._total(summary, total + at) for at, summary in enumerate(group.summaries)]
                found.append(_section("tbody", self._named(name, lines)))
                total += len(group.summaries)
                start += group.count
        totals = sum(len(group.summaries) for group in arrangement.groups)
        foot = [
            self._total(summary, rows + totals + at, more=self.beside)
            for at, summary in enumerate(arrangement.summaries)
        ]
        return "\n".join([*found, *([_section("tfoot", foot)] if foot else [])])

    def _named(self, name: str, lines: list[str]) -> list[str]:
        """The rows of a group with its name: above them, or beside them."""
        if self.beside:
            cell = f'<th class="group" scope="rowgroup" rowspan="{len(lines)}">{escape(name)}</th>'
            return [lines[0].replace(">", f">{cell}", 1), *lines[1:]]
        width = f' colspan="{len(self.formats)}"' if len(self.formats) > 1 else ""
        return [f'<tr class="group"><th scope="rowgroup"{width}>{escape(name)}</th></tr>', *lines]

    def _row(self, number: int) -> str:
        """A row of the computed table."""
        table, arrangement = self.placed.table, self.placed.arrangement
        row = table.rows[number]
        where = table.provenance.of_row(row)
        mark = self.marked.marks[number]
        star = f'<span class="star">\u202f{mark}</span>' if mark else ""
        cells = []
        for at, (column, value) in enumerate(zip(table.columns, row, strict=True)):
            after = (star if at == self.marked.name else "") + self.pads[at][number]
            after += _marks(arrangement.notes.cells.get((number, column.key), ()))
            cells.append(self._cell(at, value, where, after, self.placed.styles[number][at]))
        return f"<tr>{''.join(cells)}</tr>"

    def _total(self, summary: SummaryRow, number: int, more: bool = False) -> str:
        """A row with totals: its label over the columns before the first of them, and over one `more`."""
        table = self.placed.table
        first = next((at for at, column in enumerate(table.columns) if column.key in summary.cells), len(table.columns))
        across = first + more
        width = f' colspan="{across}"' if across > 1 else ""
        cells = [f'<th scope="row"{width}>{escape(summary.label)}</th>'] if across else []
        for at, column in enumerate(table.columns[first:], start=first):
            value = summary.cells.get(column.key)
            if column.key in summary.cells:
                label = "" if across else f'<span class="total-label">{escape(summary.label)}</span> '
                after = self.pads[at][number]
                cells.append(self._cell(at, value, table.provenance, after, None, total=True, before=label))
            else:
                cells.append("<td></td>")
        return f'<tr class="summary">{"".join(cells)}</tr>'

    def _cell(
        self,
        at: int,
        value: CellValue,
        where: Provenance,
        after: str,
        style: EmphasisStyle | None,
        total: bool = False,
        before: str = "",
    ) -> str:
        column, (_, show) = self.placed.table.columns[at], self.formats[at]
        arrangement = self.placed.arrangement
        text = EMPTY_CELL if value is None else escape(printed(column, value, show, self.placed.lang))
        if style is not None:
            element = "em" if style == "em" else "strong"
            text = f'<{element} class="chip chip-{style}">{text}</{element}>'
        is_name = at in self.names and not total
        names = ["numeric"] if column.kind in NUMERIC else []
        names += ["model"] if is_name and column.kind == "model" else []
        if column.key in arrangement.bars:
            after += EMPTY_BAR if total else bar(value, arrangement.bars[column.key])
        if column.key in arrangement.heat and not total:
            ground = heat(value, arrangement.heat[column.key])
            names += [] if ground is None else [f"heat-{ground}"]
        named = f' class="{" ".join(names)}"' if names else ""
        tag, scope = ("th", ' scope="row"') if is_name else ("td", "")
        return f"<{tag}{named}{scope}{provenance.attributes((where,), value)}>{before}{text}{after}</{tag}>"

    def footnotes(self) -> str:
        """The texts of the footnotes of the look, each after its letter."""
        texts = self.placed.arrangement.notes.texts
        return "".join(
            f'<span class="note"><sup>{mark_of(index)}</sup>\u202f{escape(text)}</span> '
            for index, text in enumerate(texts)
        )


def mark_of(index: int) -> str:
    """The mark of a footnote: a letter, because stars, daggers and numbers have meanings of their own."""
    return chr(ord("a") + index)


def _marks(indexes: Sequence[int]) -> str:
    return f'<sup class="mark">{",".join(map(mark_of, indexes))}</sup>' if indexes else ""


def _unit(unit: str) -> str:
    return f' <span class="unit">{escape(unit)}</span>' if unit else ""


def _edges(at: int, count: int) -> str:
    """Says of a heading below a spanner whether it is at an edge of the table."""
    edge = "start" if at == 0 else "end" if at == count - 1 else ""
    return f' data-edge="{edge}"' if edge else ""


def _section(tag: str, rows: Sequence[str]) -> str:
    lines = "\n".join(rows)
    return f"<{tag}>\n{lines}\n</{tag}>"


def _legend(look: TableLook, styles: tuple[tuple[EmphasisStyle | None, ...], ...], lang: str) -> str:
    used = {style for row in styles for style in row}
    parts = []
    for rule in look.emphasis:
        if rule.legend and (rule.style in used or rule.truth):
            tag = "em" if rule.style == "em" else "strong"
            false = " false-claim" if rule.truth else ""
            words = struck_html(rule.legend, rule.truth, lang)
            parts.append(f'<{tag} class="chip chip-{rule.style}{false}">{words}</{tag}>')
    return f'<span class="legend">{" ".join(parts)}</span> ' if parts else ""


def _provenance(placed: PlacedTable) -> str:
    return provenance.noted((placed.table.provenance,), placed.lang) if placed.look.provenance else ""
