"""The resolve stage: computes every declared table and every value in the text, or takes it from the record."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import fields, replace
from functools import partial
from typing import Any

from pydantic import ValidationError

from slidegen.errors import DeckError, KeyPath, Problem, SlidegenError, nearest
from slidegen.marks import PLACED, UNKNOWN
from slidegen.model import Deck, Part, Provenance, Request, Slide, Table, TableDeclaration, Text
from slidegen.render.qr import QrProblem, qr_code
from slidegen.resolve import values
from slidegen.resolve.claim_slides import with_slides
from slidegen.resolve.claims import Claims, Place, claim_function, problems_of
from slidegen.resolve.conditions import holds
from slidegen.resolve.environment import Missing, make_environment
from slidegen.resolve.expander import Expander, Scope
from slidegen.resolve.figures import Figures
from slidegen.resolve.given_rows import with_sources
from slidegen.resolve.locating import line_of, lines_of, located
from slidegen.resolve.looks import claimed_look, evaluated_look
from slidegen.resolve.meter import COMPUTATION, FIGURE, MAX_WORK, Meter
from slidegen.resolve.order import Node, is_node, order
from slidegen.resolve.placing import LookError, place
from slidegen.resolve.roots import roots
from slidegen.resolve.shown_table import judged
from slidegen.resolve.stacks import resolved_stacks
from slidegen.resolve.table_view import Row, TableView, called_row
from slidegen.resolve.template_text import template_text
from slidegen.resolve.values import unwrapped
from slidegen.resolve.variables import Allowance, evaluated, reserved_by, settings_by_part
from slidegen.resolve.variables import apply_settings as apply_settings
from slidegen.resolved import (
    PlacedFigure,
    PlacedQr,
    PlacedTable,
    PlacedValue,
    ResolvedDeck,
    ResolvedSlide,
    ResolvedText,
)
from slidegen.results.store import ResultStore
from slidegen.sources.look import LookModel, look_of
from slidegen.table_look import TableLook
from slidegen.tables import TABLE_SOURCES
from slidegen.validation import Words, mistakes
from slidegen.verbatim import footer_in, unexpanded, verbatim


def resolve(deck: Deck, store: ResultStore, settings: Mapping[str, str] | None = None) -> ResolvedDeck:
    """Computes a deck's tables and expands its text.

    `settings` are the values of ``--set``: text, read as the type that the deck's own value has. The `problems` of the
    result are all mistakes in the settings, in the deck's tables and in its expressions. Mistakes that only follow from
    another one are left out.
    """
    own, *of_parts = settings_by_part(deck, settings or {})
    problems: tuple[Problem, ...] = ()
    try:
        variables = apply_settings(deck, own)
    except DeckError as error:
        variables, own, problems = dict(deck.variables), {}, error.problems
        store.skips_slow = True
    decks = (deck, *(part.deck for part in deck.parts))
    if not any(one.templated for one in decks) and not any(part.include.when for part in deck.parts):
        return replace(verbatim(deck), problems=problems)
    if any(name is None for _, name in deck.unusable):
        return replace(unexpanded(deck), problems=problems)
    resolver = Resolver(deck, store, variables, own)
    tables = resolver.tables()
    resolver.figures.read()
    everyone = [resolver]
    for part, chosen in zip(deck.parts, of_parts, strict=True):
        everyone.append(_of_part(part, everyone, store, chosen))
        if everyone[-1].shown:
            tables = {**everyone[-1].tables(), **tables}
            everyone[-1].figures.read()
    left_out: list[int] = []
    stacks = tuple(resolved_stacks(deck, everyone, left_out))
    if not stacks:
        what = "no slide is left: none has a condition that holds; change the values that the conditions use"
        problems = (*problems, Problem(what, deck.source.name, code="empty-deck"))
    title = resolver.title()
    directives = resolver.directives()
    problems = (*problems, *(problem for one in everyone for problem in roots(one.expander.problems, one.failed)))
    options = replace(deck.options, title=title)
    warnings = tuple(warning for one in everyone for warning in one.figures.warnings)
    warns = deck.options.claims == "warn"
    made = with_slides(resolver.claims, stacks, decks)
    false, thin = problems_of(made, warns)
    problems, warnings = (problems if warns else (*problems, *false)), (*warnings, *thin, *(false if warns else ()))
    return ResolvedDeck(
        deck.source,
        options,
        tables,
        stacks,
        deck.marp,
        warnings,
        deck.dialect,
        directives,
        problems,
        frozenset(left_out),
        footer=footer_in(stacks, deck),
        claims=made,
        variables=resolver.known_variables(),
        results=tuple(result for one in everyone for result in one.results.values()),
    )


def _of_part(part: Part, resolvers: Sequence[Resolver], store: ResultStore, settings: Mapping[str, str]) -> Resolver:
    """Returns the resolver of a file that a deck includes, with the values that it is given."""
    include, around = part.include, resolvers[part.within]

    def line(path: KeyPath) -> int:
        return include.lines.get(path, include.line)

    shown = around.shown and all(
        holds(condition, around.expander, (include.path, at)) for condition, at in include.when
    )
    given = evaluated(dict(include.given), around.expander, include.path, line) if shown else {}
    try:
        variables = apply_settings(part.deck, settings)
    except DeckError as error:
        around.expander.problems += error.problems
        variables, settings = dict(part.deck.variables), {}
    return Resolver(part.deck, store, variables, settings, given, resolvers[0], shown=shown)


class Resolver:
    """The resolve stage of one deck, or of a file that the deck `within` includes. That gives it values, which are
    evaluated. `failed` holds the values and tables that could not be computed. `shown` says whether the condition of
    the include holds: else nothing is computed."""

    def __init__(
        self,
        deck: Deck,
        store: ResultStore,
        variables: Mapping[str, Any],
        settings: Collection[str],
        given: Mapping[str, Any] | None = None,
        within: Resolver | None = None,
        *,
        shown: bool = True,
    ) -> None:
        given = given or {}
        variables = {**variables, **given}
        whole: Deck = deck if within is None else within.deck
        self.deck: Deck = deck
        self.shown = shown
        self.store = store
        self.failed: set[Node] = {node for node in deck.unusable if is_node(node)}
        self._variables = variables
        self._settings = settings
        self._given = given
        self._allowance = Allowance()
        self.results: dict[tuple[Request, ...], Provenance] = {}
        self._placed: dict[str, PlacedTable] = {}
        self._computed: dict[str, Table] = {}
        self._views: dict[str, TableView] = {}
        self._context: dict[str, Any] = {
            **{name: self._caller(name) for name in TABLE_SOURCES},
            "qr": self._qr,
            # The name of a value is known before the value is evaluated, and even if it cannot be.
            **{name: Missing(name=name) for name in variables},
            "deck": template_text(
                {"title": whole.options.title, "author": whole.options.author, "date": whole.options.date}
            ),
            "tables": self._views,
            **{name: _refuse(name) for name in ("table", "chart")},
        }
        self._meter: Meter = Meter() if within is None else within._meter
        self.claims: Claims = Claims() if within is None else within.claims
        environment = make_environment(deck.options.lang, self._meter, self.claims)
        self._context["claim"] = claim_function(environment, deck.options.lang)
        self.expander = Expander(environment, self._context, shortcodes=deck.dialect == "pandoc")
        unusable = frozenset(name for kind, name in deck.unusable if kind != "vars" and name is not None)
        self.figures = Figures(
            deck.figures,
            deck.tables,
            self._computed,
            self._views,
            self.claims,
            self.expander,
            unusable,
            deck.options.lang,
        )

    def tables(self) -> dict[str, PlacedTable]:
        """Evaluates the values and computes the tables, each after those that it needs. Then places the tables."""
        declared = {table.name: table for table in self.deck.tables}
        ready, needs, cycles = order(
            {
                name: None if name in (*self._settings, *self._given) else value
                for name, value in self._variables.items()
            },
            {table.name: table.parameters for table in self.deck.tables},
        )
        self.expander.problems += [self._cycle(cycle) for cycle in cycles]
        self.failed |= needs.keys() - set(ready)
        for node in ready:
            kind, name = node
            count = len(self.expander.problems)
            if needs[node] & self.failed:
                self.failed.add(node)
            elif kind == "vars":
                self._evaluate(name)
            else:
                self._compute(declared[name])
            if len(self.expander.problems) > count:
                self.failed.add(node)
        self._context["table"] = self._place_call
        self._context["chart"] = self._chart_call
        for table in self.deck.tables:
            if table.name in self._computed:
                self._place(table)
        return self._placed

    def _served(self, table: Table) -> Table:
        """Notes the results that the deck uses."""
        self.results.setdefault(table.provenance.requests, table.provenance)
        return table

    def known_variables(self) -> dict[str, Any]:
        """Returns the values under ``vars:`` that could be evaluated, as plain numbers, texts, lists and mappings."""
        known = {name: self._context[name] for name in self._variables}
        return {name: unwrapped(value) for name, value in known.items() if not isinstance(value, Missing)}

    def _evaluate(self, name: str) -> None:
        """Evaluates a value. One of ``--set`` is taken as it is."""
        value, lines, problems = self._variables[name], self.deck.variable_lines, self.expander.problems
        file, count = self.deck.source.name, len(self.expander.problems)
        if (owner := reserved_by(name)) is not None:
            message = f"vars.{name}: the name {name!r} is reserved by {owner}; choose another"
            problems.append(Problem(message, file, lines.get((name,)), code="wrong-value"))
            return
        if name in self._settings:
            value = template_text(value)
        elif name not in self._given:
            value = evaluated(value, self.expander, file, lambda path: lines.get((name, *path), 1))
        if not self._allowance.holds(value):
            message = f"vars.{name}: the values are too large together, more than {MAX_WORK:,} characters and items"
            problems.append(Problem(message, file, lines.get((name,)), code="limit"))
        if len(problems) == count:
            self._context[name] = value

    def _compute(self, declaration: TableDeclaration) -> None:
        problems = self.expander.problems
        count = len(problems)
        line = lines_of(declaration)
        filled = evaluated(dict(declaration.parameters), self.expander, declaration.path, line)
        parameters: dict[str, Any] = unwrapped(filled)
        if len(problems) > count:
            return
        try:
            table = self._served(self.store.table(declaration.source, parameters, declaration.name))
        except SlidegenError as error:
            problems += located(error, declaration, parameters)
        else:
            table = with_sources(table, filled)
            self._computed[declaration.name] = table
            accuracy = TABLE_SOURCES.find(declaration.source).accuracy_of
            self._views[declaration.name] = TableView(declaration.name, table, accuracy, partial(judged, self.expander))

    def _place(self, declaration: TableDeclaration) -> None:
        name, count = declaration.name, len(self.expander.problems)
        look = evaluated_look(declaration, self.expander)
        if len(self.expander.problems) > count:
            return

        def at(option: str) -> Place:
            return declaration.path, line_of(declaration, option)

        try:
            placed = place(name, self._computed[name], look, self.expander)
            look = claimed_look(self._views[name], look, self.claims, at, self.deck.options.lang)
            placed = replace(placed, look=look)
            self._placed[name] = replace(placed, lang=self.deck.options.lang)
        except LookError as error:
            self.failed.add(("tables", name))
            self.expander.problems += [
                problem.at(declaration.path, line_of(declaration, option)) for option, problem in error.problems
            ]

    def _cycle(self, cycle: Sequence[Node]) -> Problem:
        """Returns the problem of values and tables that need each other, at the line of the first of them."""
        lines = {("tables", table.name): table.line for table in self.deck.tables}
        lines |= {("vars", name): self.deck.variable_lines.get((name,), 1) for name in self.deck.variables}
        first = min(range(len(cycle)), key=lambda at: lines[cycle[at]])
        named = [name if kind == "vars" else f"tables.{name}" for kind, name in (*cycle[first:], *cycle[: first + 1])]
        message = f"values cannot use each other in a cycle: {' -> '.join(named)}; give one of them a value of its own"
        return Problem(message, self.deck.source.name, lines[cycle[first]], code="cycle")

    def slide(self, slide: Slide, footer: Text | None) -> ResolvedSlide:
        """Resolves a slide with this footer."""
        expand = self.expander.expand
        scope = Scope()
        count = len(self.expander.problems)
        content = expand(slide.content, scope)
        if len(self.expander.problems) > count and "{%" in slide.content.text:
            # Its statements may have failed to set names that the other texts use.
            return ResolvedSlide(content, slide.options, None, None)
        return ResolvedSlide(
            content=content,
            options=slide.options,
            notes=None if slide.notes is None else expand(slide.notes, scope),
            footer=None if footer is None else expand(footer, scope),
        )

    def directives(self) -> dict[str, ResolvedText]:
        given = {} if self.deck.marp is None or not self.deck.templated else self.deck.marp.directives
        return {key: self.expander.expand(text, markdown=False) for key, text in given.items()}

    def title(self) -> str | None:
        if self.deck.title is None or not self.deck.templated:
            return self.deck.options.title
        resolved = self.expander.expand(self.deck.title, markdown=False)

        def shown(index: int) -> str:
            placed = resolved.placed[index]
            return str(placed) if isinstance(placed, PlacedValue) else getattr(placed, "text", "")

        return PLACED.replace(resolved.text, shown)

    def _caller(self, source: str) -> Callable[..., Row]:
        """Returns the function of a table source in a deck's text. It gives the only row of the table."""

        def call(*subjects: Any, **parameters: Any) -> Row:
            if len(subjects) > 1:
                raise values.ValueProblem(
                    f"{source}() takes one unnamed argument, its {TABLE_SOURCES.find(source).subject}",
                    code="wrong-expression",
                )
            self.expander.spend(COMPUTATION)
            given = {name: unwrapped(value) for name, value in parameters.items()}
            if subjects:
                given[TABLE_SOURCES.find(source).subject] = unwrapped(subjects[0])
            known = TABLE_SOURCES.find(source)
            table = self._served(self.store.table(source, given))
            return called_row(source, table, known.parameters.model_fields, known.accuracy_of)

        return call

    def _pending(self) -> PlacedValue | str:
        """Returns what stands in the place of a table that could not be computed: a mark if it still will be."""
        return PlacedValue(UNKNOWN, None, ()) if self.store.deferred else ""

    def _qr(self, text: Any, /, **options: Any) -> PlacedQr:
        """``qr("https://...")`` in a deck's text."""
        self.expander.spend(FIGURE)
        try:
            return qr_code(values.shown(unwrapped(text)), **{key: unwrapped(value) for key, value in options.items()})
        except (QrProblem, TypeError) as error:
            message = str(error) if isinstance(error, QrProblem) else "qr() takes a text, size=, caption= and alt="
            raise values.ValueProblem(message, code="wrong-value") from None

    def _chart_call(self, name: str, /, **options: Any) -> PlacedFigure | PlacedValue | str:
        """``chart("name", ...)`` in a deck's text."""
        return self.figures.call(name, **options) or self._pending()

    def _place_call(self, name: str, **look: Any) -> PlacedTable | PlacedValue | str:
        """``table("name", ...)`` in a deck's text. Gives "" for a table whose declaration already has a problem."""
        declared = [declaration.name for declaration in self.deck.tables]
        if name not in declared and ("tables", name) not in self.failed:
            raise values.ValueProblem(f"no table {name!r} is declared; {nearest(name, declared)}", code="unknown-name")
        if name not in self._placed:
            return self._pending()
        if not look:
            return self._placed[name]
        try:
            changed = look_of(LookModel.model_validate(look))
        except ValidationError as error:
            found = mistakes(error, LookModel, look, Words(about=f"table({name!r}): "))
            raise DeckError(mistake.problem() for mistake in found) from None
        declared_look = self._placed[name].look
        merged = {f.name: getattr(changed if f.name in look else declared_look, f.name) for f in fields(TableLook)}
        shown = TableLook(**merged)
        if "emphasis" in look:  # the claims of the declared rules are made already
            here = self.claims.place or (self.deck.source.name, 1)
            shown = claimed_look(self._views[name], shown, self.claims, lambda _: here, self.deck.options.lang)
        return replace(place(name, self._computed[name], shown, self.expander), lang=self.deck.options.lang)


def _refuse(name: str) -> Callable[..., Any]:
    """Returns what `table` and `chart` are in values and in the parameters of tables: a function that raises."""

    def refuse(*_: Any, **__: Any) -> Any:
        raise values.ValueProblem(
            f"{name}() is for a slide's text; a value can use tables.NAME.row(...)", code="wrong-expression"
        )

    return refuse
