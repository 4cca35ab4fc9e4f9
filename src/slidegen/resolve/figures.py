"""Figures in a deck: declared under `figures:` or placed by `chart(...)`, read from their tables and checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from slidegen.errors import DeckError, Problem, nearest
from slidegen.model import FigureDeclaration, Provenance, Table, TableDeclaration
from slidegen.resolve.claims import Claims, Place
from slidegen.resolve.expander import Expander
from slidegen.resolve.figure_claims import claimed_picture, claimed_title
from slidegen.resolve.meter import FIGURE
from slidegen.resolve.placing import sorted_by
from slidegen.resolve.shown_table import holds, names_in
from slidegen.resolve.table_view import TableView
from slidegen.resolve.values import ValueProblem, unwrapped
from slidegen.resolve.variables import Line, evaluated
from slidegen.resolved import PlacedFigure, PlacedValue
from slidegen.results.parts import merged

if TYPE_CHECKING:
    from slidegen.figures.base import FigureOptions

OTHER: Final = "other"
"""The key of the label for the parts of bars that are drawn together."""
CLAIMING: Final = frozenset({"claim", "highlight", "annotate", "where"})
"""The options by which a call makes claims of its own."""
MAX_NAMED: Final = 25
"""The most cells of a table from which a warning about a label suggests one."""


class Figures:
    """The figures of one deck.

    `computed` holds the declared tables that could be computed, `views` the same in expressions. `claims` keeps those
    of the figures. `unusable` names the figures and tables whose
    declarations have mistakes: what uses them is left out. `warnings` is about labels that match nothing.
    """

    def __init__(
        self,
        declared: tuple[FigureDeclaration, ...],
        tables: tuple[TableDeclaration, ...],
        computed: Mapping[str, Table],
        views: Mapping[str, TableView],
        claims: Claims,
        expander: Expander,
        unusable: frozenset[str] = frozenset(),
        lang: str = "en",
    ) -> None:
        self._declared = {figure.name: figure for figure in declared}
        self._looks = {table.name: table.look for table in tables}
        self._computed = computed
        self._expander = expander
        self._unusable = unusable
        self._lang = lang
        self._placed: dict[str, PlacedFigure] = {}
        self._views = views
        self._claims = claims
        self.warnings: list[Problem] = []

    def read(self) -> None:
        """Reads every declared figure and collects the mistakes, each at the line of its option."""
        for name, declared in self._declared.items():
            count = len(self._expander.problems)
            options = evaluated(dict(declared.options), self._expander, declared.path, _lines_of(declared))
            if len(self._expander.problems) > count:
                continue
            figure = self._declared[name] = replace(declared, options=_given(options))
            try:
                placed = self._place(figure)
            except DeckError as error:
                self._expander.problems += [problem.at(figure.path, figure.line) for problem in error.problems]
            else:
                self._placed |= {} if placed is None else {figure.name: placed}

    def call(self, name: str, /, **options: Any) -> PlacedFigure | str:
        """``chart("name", ...)`` in a deck's text: a declared figure, or a table with a `kind`.

        Options of the call override those of the declaration; None removes one. Returns "" for a figure whose
        declaration, or whose table, already has a problem.

        Raises:
            ValueProblem, DeckError: no such name, or a mistake in the options of the call.
        """
        given = {key: _given(value) for key, value in options.items()}
        figure = self._declared.get(name)
        if figure is not None and (not given or name not in self._placed):
            return self._placed.get(name, "")
        if figure is None and name in self._unusable:
            return ""
        if figure is None and name not in self._looks:
            known = nearest(name, {*self._declared, *self._looks})
            raise ValueProblem(f"no figure or table {name!r} is declared; {known}", code="unknown-name")
        figure = figure or FigureDeclaration(name, "", name, {}, "", 0, {})
        kind, table = str(given.pop("kind", figure.kind)), str(given.pop("table", figure.table))
        if not kind:
            from slidegen.figures import FIGURES

            raise ValueProblem(
                f"chart {name!r}: kind is missing; available: {', '.join(sorted(FIGURES.names()))}", code="missing-key"
            )
        merged = {key: value for key, value in {**figure.options, **given}.items() if value is not None}
        # The claims of the declared figure are made already.
        claiming = name not in self._declared or not CLAIMING.isdisjoint(given)
        # No path and no lines: its mistakes are reported at the line of the call.
        return self._place(FigureDeclaration(name, kind, table, merged, "", 0, {}), claiming) or ""

    def _place(self, figure: FigureDeclaration, claiming: bool = True) -> PlacedFigure | None:
        """Returns the figure; None if its table is declared but could not be computed. Its claims are kept if it is
        `claiming`.

        Raises:
            DeckError: with every mistake in the figure.
        """
        from slidegen.figures import FigureError

        try:
            return self._read(figure, claiming)
        except FigureError as error:
            raise DeckError(
                replace(problem, message=f"chart {figure.name!r}: {problem.message}").at(
                    figure.path or None, figure.lines.get(option, figure.line) or None
                )
                for option, problem in error.problems
            ) from None

    def _read(self, figure: FigureDeclaration, claiming: bool) -> PlacedFigure | None:
        from slidegen.figures import FigureError, check_options, read_picture
        from slidegen.figures.data import Reader

        self._expander.spend(FIGURE)
        options = check_options(figure.kind, figure.options)
        if figure.table in self._unusable:
            return None
        if figure.table not in self._looks:
            message = f"no table {figure.table!r} is declared; {nearest(figure.table, self._looks)}"
            raise FigureError([("table", Problem(message, code="unknown-name"))])
        named = [figure.table, getattr(options, "levels", None) or figure.table]
        if any(name in self._looks and name not in self._computed for name in named):
            return None
        look = self._looks[figure.table]
        if figure.path:  # the place of a call is not known
            tables = [self._computed[name] for name in dict.fromkeys(named) if name in self._computed]
            self.warnings += _unused_labels(figure, options, tables)
        reader = Reader(
            name=figure.table,
            table=self._rows(figure.table, options),
            labels={**look.labels, **options.labels},
            unit=options.unit or look.unit,
            digits=options.digits,
            lang=self._lang,
            tables=self._computed,
            holds=self._rule,
        )
        picture = read_picture(figure.kind, reader, options)
        view = self._views[figure.table].of(reader.table)
        claims = self._claims if claiming else Claims()
        here = (figure.path, figure.line) if figure.path else self._claims.place or ("", 1)

        def at(option: str) -> Place:
            return here[0], figure.lines.get(option, here[1])

        title = claimed_title(options, view, claims, at, self._lang)
        picture = claimed_picture(picture, view, claims, at, self._lang)
        sources = _sources(self._computed[name] for name in dict.fromkeys(named))
        return PlacedFigure(
            name=figure.name,
            kind=figure.kind,
            picture=picture,
            provenance=sources,
            sourced=options.provenance,
            title=title,
            subtitle=options.shown_subtitle,
            caption=options.caption,
            width=options.width,
            height=options.height,
            aspect=options.aspect,
            steps=options.steps,
            patterns=options.patterns,
            caveats=tuple(reader.caveats()),
            notes=tuple(reader.notes()),
            lang=self._lang,
            annotations=tuple(_annotations(options)),
            drawn=reader.read,
            look=replace(look, unit=reader.unit, digits=reader.digits, labels=reader.labels),
        )

    def _rows(self, name: str, options: FigureOptions) -> Table:
        """Returns the rows that `where` selects, in the order of `sort_by`."""
        from slidegen.figures import FigureError

        table = self._computed[name]
        self._expander.spend(len(table.rows) * len(table.columns))
        try:
            table = sorted_by(name, table, options.sort_by)
        except ValueProblem as error:
            raise FigureError([("sort_by", Problem(str(error), code=error.code))]) from None
        if options.where is None:
            return table
        try:
            kept = self._rule(name, table, options.where)
        except ValueError as error:
            raise FigureError([("where", Problem(str(error), code="wrong-expression"))]) from None
        table = replace(table, rows=tuple(row for row, keep in zip(table.rows, kept, strict=True) if keep))
        if not table.rows:
            message = f"{options.where!r} holds for no row of table {name!r}"
            raise FigureError([("where", Problem(message, code="unknown-row"))])
        return table

    def _rule(self, name: str, table: Table, expression: str) -> list[bool]:
        """Returns for each row whether an expression over its columns is true. Raises ValueError if it is a bad one."""
        keys = [column.key for column in table.columns]
        try:
            names = names_in(expression, name, self._expander)
            if not names & set(keys):
                raise ValueProblem(
                    f"{expression!r} uses no column; {nearest(min(names, default=''), keys)}", code="unknown-column"
                )
            return [holds(expression, names, dict(zip(keys, row, strict=True)), self._expander) for row in table.rows]
        except ValueProblem as error:
            raise ValueError(str(error)) from None


def _annotations(options: FigureOptions) -> Iterator[str]:
    """Yields the words at points and lines, and the chosen graphics cards."""
    yield from (note.text for note in getattr(options, "annotate", ()))
    cards = getattr(options, "cards", ())
    if isinstance(cards, tuple):
        yield from (f"{card} GB" if isinstance(card, int) else card for card in cards)


def _unused_labels(figure: FigureDeclaration, options: FigureOptions, tables: Iterable[Table]) -> Iterator[Problem]:
    """Warns of labels that name no column, cell or part of a figure's tables, and so have no effect."""
    if not options.labels:
        return
    columns = {column.key for table in tables for column in table.columns}
    cells = {str(cell) for table in tables for row in table.rows for cell in row}
    for key in options.labels:
        if key not in (*columns, OTHER) and key not in cells:
            hint = nearest(key, {*columns, *(cells if len(cells) <= MAX_NAMED else ())})
            message = f"chart {figure.name!r}: labels: no column or cell of table {figure.table!r} is {key!r}; {hint}"
            yield Problem(message, figure.path, figure.lines.get("labels", figure.line), code="unknown-column")


def _given(value: Any) -> Any:
    """Returns the value of an option: a number or text, in place of a computed one or of a claim."""
    if isinstance(value, (list, tuple)):
        return [_given(item) for item in value]
    if isinstance(value, dict):
        return {key: _given(item) for key, item in value.items()}
    return str(value) if isinstance(value, PlacedValue) else unwrapped(value)


def _lines_of(figure: FigureDeclaration) -> Line:
    """Returns the function that gives the line of an option of a figure."""
    return lambda path: figure.lines.get(str(path[0]), figure.line)


def _sources(tables: Iterable[Table]) -> tuple[Provenance, ...]:
    """Returns the provenance of a figure's tables; tables of the same source share one."""
    groups: dict[tuple[str | None, ...], list[Provenance]] = {}
    for table in tables:
        origin = table.provenance
        groups.setdefault((origin.source, origin.accounting, origin.given), []).append(origin)
    return tuple(group[0] if len(group) == 1 else merged(group) for group in groups.values())
