"""The resolve stage: every declared table and every value that the text asks for, computed or from the record."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Any

from pydantic import ValidationError

from slidegen.errors import DeckError, Problem, SlidegenError, nearest
from slidegen.marks import NO_TEXT, PLACED
from slidegen.model import (
    Deck,
    PlacedTable,
    ResolvedDeck,
    ResolvedSlide,
    Slide,
    Table,
    TableDeclaration,
    TableLook,
)
from slidegen.resolve import values
from slidegen.resolve.environment import Expander, Scope, is_expression, make_environment
from slidegen.resolve.figures import Figures
from slidegen.resolve.meter import COMPUTATION, DECK_SPENT
from slidegen.resolve.placing import place
from slidegen.resolve.template_text import template_text
from slidegen.sources.schema import LookModel
from slidegen.sources.yaml import look_of
from slidegen.tables import TABLE_SOURCES, find_source
from slidegen.tables.desk import Desk
from slidegen.units import is_shown
from slidegen.verbatim import verbatim


def resolve(deck: Deck, desk: Desk, settings: Mapping[str, str] | None = None) -> ResolvedDeck:
    """Computes a deck's tables and expands its text.

    `settings` are the values of ``--set``: text, read as the type that the deck's own value has.

    Raises:
        DeckError: with every mistake of the deck's tables and expressions.
    """
    variables = apply_settings(deck, settings or {})
    if not deck.templated:
        return verbatim(deck)
    resolver = _Resolver(deck, desk, variables)
    tables = resolver.tables()
    resolver.figures.read()
    stacks = tuple(tuple(resolver.slide(slide) for slide in stack) for stack in deck.stacks)
    title = resolver.title()
    if resolver.expander.problems:
        raise DeckError(_without_followers(resolver.expander.problems, deck, tables))
    return ResolvedDeck(deck.source, replace(deck.options, title=title), tables, stacks, deck.marp)


def _without_followers(problems: list[Problem], deck: Deck, tables: Mapping[str, PlacedTable]) -> list[Problem]:
    """The mistakes without those that only follow: values of a table that failed, and the same missing model again.

    When the deck has no steps left, this is told where it is first noticed: nothing after it is evaluated.
    """
    failed = tuple(f"no {table.name!r} here; " for table in deck.tables if table.name not in tables)
    kept: dict[str, Problem] = {}
    for number, problem in enumerate(problems):
        if not (failed and problem.message.startswith(failed)):
            once = problem.message.startswith("model '") or problem.message == DECK_SPENT
            kept.setdefault(problem.message if once else str(number), problem)
    return list(kept.values())


def apply_settings(deck: Deck, settings: Mapping[str, str]) -> dict[str, Any]:
    """The deck's variables with those of ``--set`` in their place.

    Raises:
        DeckError: a name that the deck does not declare, or a value that is not of its type.
    """
    variables = dict(deck.variables)
    problems = []
    for name, text in settings.items():
        if name not in variables:
            problems.append(Problem(f"--set {name}: the deck has no such variable; {nearest(name, variables)}"))
            continue
        try:
            forbidden = NO_TEXT.search(text)
            if forbidden:
                raise ValueError(f"holds the character U+{ord(forbidden[0]):04X}, which is no text")
            variables[name] = _typed(text, variables[name])
        except ValueError as error:
            problems.append(Problem(f"--set {name}: {error}"))
    if problems:
        raise DeckError(problems)
    return variables


def _typed(text: str, like: Any) -> Any:
    if isinstance(like, list):
        parts = [part.strip() for part in text.split(",") if part.strip()]
        return [_typed(part, like[0]) if like else part for part in parts]
    if isinstance(like, bool):
        if text.lower() not in ("true", "false"):
            raise ValueError(f"{text!r} is not allowed; true or false")
        return text.lower() == "true"
    if isinstance(like, int | float):
        try:
            number = type(like)(text)
        except ValueError:
            number = math.nan
        if not is_shown(number):
            raise ValueError(f"{text!r} is not a number like {like}")
        return number
    if isinstance(like, dict):
        raise ValueError("the variable is a mapping, which cannot be set here")
    return text


class _Resolver:
    """The resolve stage of one deck."""

    def __init__(self, deck: Deck, desk: Desk, variables: Mapping[str, Any]) -> None:
        self.deck = deck
        self.desk = desk
        self._placed: dict[str, PlacedTable] = {}
        self._computed: dict[str, Table] = {}
        views: dict[str, values.TableView] = {}
        self._views = views
        context: dict[str, Any] = {
            **{name: self._caller(name) for name in TABLE_SOURCES},
            **template_text(variables),
            "deck": template_text(
                {"title": deck.options.title, "author": deck.options.author, "date": deck.options.date}
            ),
            "tables": views,
            "table": self._place_call,
        }
        self.expander = Expander(make_environment(), context)
        self.figures = Figures(deck.figures, deck.tables, self._computed, self.expander)
        context["chart"] = self.figures.call

    def tables(self) -> dict[str, PlacedTable]:
        for declaration in self.deck.tables:
            try:
                table = self.desk.table(declaration.source, self._parameters(declaration))
                self._computed[declaration.name] = table
                self._views[declaration.name] = values.TableView(declaration.name, table)
                self._placed[declaration.name] = place(declaration.name, table, declaration.look, self.expander)
            except SlidegenError as error:
                self.expander.problems += [
                    Problem(p.message, p.path or declaration.path, p.line or declaration.line) for p in error.problems
                ]
            except values.ValueProblem as error:
                self.expander.problems.append(Problem(str(error), declaration.path, declaration.line))
        return self._placed

    def slide(self, slide: Slide) -> ResolvedSlide:
        footer = slide.footer or (self.deck.footer if slide.options.footer else None)
        expand = self.expander.expand
        scope = Scope()
        return ResolvedSlide(
            content=expand(slide.content, scope),
            options=slide.options,
            notes=None if slide.notes is None else expand(slide.notes, scope),
            footer=None if footer is None else expand(footer, scope),
        )

    def title(self) -> str | None:
        if self.deck.title is None:
            return self.deck.options.title
        resolved = self.expander.expand(self.deck.title, markdown=False)
        return PLACED.replace(resolved.text, lambda index: getattr(resolved.placed[index], "text", ""))

    def _parameters(self, declaration: TableDeclaration) -> dict[str, Any]:
        find_source(declaration.source)
        return {name: self._expanded(value) for name, value in declaration.parameters.items()}

    def _expanded(self, value: Any) -> Any:
        expression = is_expression(value)
        if expression is not None:
            return values.plain(self.expander.evaluate(expression))
        if isinstance(value, list):
            return [self._expanded(item) for item in value]
        if isinstance(value, dict):
            return {key: self._expanded(item) for key, item in value.items()}
        return value

    def _caller(self, source: str) -> Callable[..., values.Row]:
        """The function that a deck's text calls for one value: the first row of the table."""

        def call(*subjects: Any, **parameters: Any) -> values.Row:
            if len(subjects) > 1:
                raise values.ValueProblem(
                    f"{source}() takes one value without a name, its {find_source(source).subject}"
                )
            self.expander.spend(COMPUTATION)
            given = {name: values.plain(value) for name, value in parameters.items()}
            if subjects:
                given[find_source(source).subject] = values.plain(subjects[0])
            table = self.desk.table(source, given)
            if not table.rows:
                raise values.ValueProblem(f"{source}() gives no rows")
            return values.Row(table, table.rows[0])

        return call

    def _place_call(self, name: str, **look: Any) -> PlacedTable | str:
        """``table("name", ...)`` in a deck's text; nothing for a table whose declaration is a mistake already told."""
        declared = [declaration.name for declaration in self.deck.tables]
        if name not in declared:
            raise values.ValueProblem(f"no table {name!r} is declared; {nearest(name, declared)}")
        if name not in self._placed:
            return ""
        if not look:
            return self._placed[name]
        try:
            changed = look_of(LookModel.model_validate(look))
        except ValidationError as error:
            detail = error.errors(include_url=False)[0]
            key = str(detail["loc"][0])
            hint = f"; {nearest(key, LookModel.model_fields)}" if detail["type"] == "extra_forbidden" else ""
            said = detail["msg"][:1].lower() + detail["msg"][1:]
            raise values.ValueProblem(f"table({name!r}): {key}: {said}{hint}") from None
        declared_look = self._placed[name].look
        merged = {f.name: getattr(changed if f.name in look else declared_look, f.name) for f in fields(TableLook)}
        return place(name, self._computed[name], TableLook(**merged), self.expander)
