"""Why a number changed: what differs between the deck's texts, its variables, and the results on both sides."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from slidegen.changes.requests import MODELS, request_reasons
from slidegen.changes.sentences import UNKNOWN_TEXT, Token
from slidegen.changes.values import SPECIFIC, UNKNOWN, Reason
from slidegen.model import Provenance
from slidegen.resolved import ResolvedDeck

EXPRESSION: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
NAME: Final = re.compile(r"[^\W\d]\w*")
NUMBER: Final = re.compile(r"\d+(?:[.,\u202f\u00a0’]\d+)*")
DECK: Final = "the deck"
"""Where the rows of a table come from that a deck declares itself."""
ITEMS: Final = 6
"""The most items of a list that a reason names."""
Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Texts:
    """What the author wrote around a value on both sides: the texts of a slide's place before they were expanded.

    `lost` says whether one of them has no sentences because a value in its statements is unknown, `unknown` whether a
    value in a sentence is. `whole` says that they are whole decks, whose typed digits are those of variables too.
    """

    old: str = ""
    new: str = ""
    lost: bool = False
    unknown: bool = False
    whole: bool = False

    @property
    def names(self) -> frozenset[str]:
        """The names that the expressions of both use."""
        return names_in(self.old) | names_in(self.new)

    def are_typed(self, old: Token, new: Token) -> bool:
        """Returns whether the author typed the digits of two numbers: the old text has the old ones more often than the
        new text, or the new text the new ones."""
        before, after = typed_numbers(self.old), typed_numbers(self.new)
        one, two = _digits(old), _digits(new)
        return bool(before[one] and after[two]) and (before[one] > after[one] or after[two] > before[two])


@dataclass(slots=True)
class Sides:
    """What two decks say of all their values; of two records nothing."""

    old: ResolvedDeck | None = None
    new: ResolvedDeck | None = None
    variables: dict[str, Reason] = field(init=False)
    """The variables that differ, by their names; the items of a mapping or list of mappings by their paths."""
    _sources: tuple[Mapping[str, tuple[Provenance, ...]], ...] = field(init=False)

    def __post_init__(self) -> None:
        before, after = ({} if deck is None else deck.variables for deck in (self.old, self.new))
        self.variables = dict(_changed(before, after))
        self._sources = tuple(_by_name(deck) for deck in (self.old, self.new))

    def of_values(
        self, old: Sequence[Provenance], new: Sequence[Provenance], texts: Texts | None = None
    ) -> tuple[Reason, ...]:
        """Returns why a value from these results differs, the most specific first."""
        found = self._results(old, new)
        if not found and texts is not None:
            found = [*self._mentioned(texts)] or ([Reason("text")] if self._edited(texts) else [])
        return ordered(found or self._rows(old, new)) or (UNKNOWN,)

    def of_cells(self, old: Sequence[Provenance], new: Sequence[Provenance], *, is_number: bool) -> tuple[Reason, ...]:
        """Returns why a cell differs, or, if it is not a number, a whole row, a column or their emphasis."""
        found = self.of_values(old, new)
        return (Reason("text"),) if found == (UNKNOWN,) and not is_number and self._edited() else found

    def of_tokens(self, old: Token, new: Token, texts: Texts) -> tuple[Reason, ...]:
        """Returns why a number in a text differs."""
        if UNKNOWN_TEXT in (old.text, new.text):
            return (Reason("missing"),)
        if old.sources or new.sources:
            return self.of_values(old.sources, new.sources, texts)
        changed = [one for one in self._mentioned(texts) if (one.old, one.new) == (old.text, new.text)]
        if texts.whole and len(changed) == 1:
            return tuple(changed)
        edited = [Reason("text")] if self._edited(texts) else []
        if edited and texts.are_typed(old, new):
            return tuple(edited)
        return ordered([*self._around(texts)] or edited) or (UNKNOWN,)

    def of_words(self, old: Sequence[Provenance], new: Sequence[Provenance], texts: Texts) -> tuple[Reason, ...]:
        """Returns why the words around computed values differ: their own results, and those that the conditions and
        loops around them use."""
        if texts.lost:
            return (Reason("missing"),)
        found = self._results(old, new)
        if self._edited(texts):
            found.append(Reason("text"))
        return ordered(found or self._around(texts)) or (UNKNOWN,)

    @staticmethod
    def lacks(table: str, deck: ResolvedDeck | None) -> bool:
        """Returns whether a deck declares a table that could not be read from its record."""
        if deck is None or not deck.problems or table in deck.tables:
            return False
        declared = re.compile(rf"(?:^|[{{,])\s*[\"']?{re.escape(table)}[\"']?\s*:", re.MULTILINE)
        return any(declared.search(one.text) for one in (deck.source, *deck.source.parts.values()))

    def _edited(self, texts: Texts | None = None) -> bool:
        """Returns whether the author edited the deck or a file that it includes, and these texts of it. The texts of
        two slides differ without an edit if a sentence moved from one to the other."""
        if self.old is None or self.new is None or (texts is not None and texts.old == texts.new):
            return False
        before, after = ((deck.source, *deck.source.parts.values()) for deck in (self.old, self.new))
        return [one.text for one in before] != [one.text for one in after]

    def _around(self, texts: Texts) -> list[Reason]:
        """Returns why the result of an expression differs that is not a computed value itself, such as a count: the
        variables, or else the results, that the expressions of its text use."""
        used = [name for name in texts.names if name in self._sources[0] and name in self._sources[1]]
        before, after = ([one for name in used for one in side[name]] for side in self._sources)
        return [*self._mentioned(texts)] or self._results(before, after)

    def _mentioned(self, texts: Texts) -> Iterator[Reason]:
        """Yields the variables that differ and that the expressions of a text use."""
        names = texts.names
        return (reason for path, reason in self.variables.items() if path.partition(".")[0] in names)

    def _named(self, reason: Reason) -> Reason:
        """Returns a reason about a parameter as one about the variable that it is from, if there is one."""
        if reason.kind != "parameter":
            return reason
        if reason.what == MODELS and (same_models := self._models(reason)) is not None:
            return same_models
        values = (reason.old, reason.new)
        same = [one for one in self.variables.values() if (one.old, one.new) == values]
        return next((one for one in same if one.what == reason.what), same[0] if len(same) == 1 else reason)

    def _models(self, reason: Reason) -> Reason | None:
        """Returns a reason about models as one about the variable with all of them: as that says it, or only with the
        model that took the place of one. None if no variable has them."""
        if self.old is None or self.new is None:
            return None
        gone, come = (set((side or "").split(", ")) - {""} for side in (reason.old, reason.new))
        for name, whole in self.variables.items():
            before, after = (_items(deck.variables.get(name)) for deck in (self.old, self.new))
            if gone <= before and come <= after:
                one_for_one = len(gone) == len(come) == 1
                return Reason("variable", name, reason.old, reason.new) if one_for_one else whole
        return None

    def _results(self, old: Sequence[Provenance], new: Sequence[Provenance]) -> list[Reason]:
        """Returns what differs between the results of two values."""
        return [self._named(reason) for reason in request_reasons(old, new)]

    def _rows(self, old: Sequence[Provenance], new: Sequence[Provenance]) -> list[Reason]:
        """Returns why rows differ that are given: in a file, or in the deck, which may use its variables for them."""
        given = {one.given for one in (*old, *new)}
        if None in given or not given:
            return []
        if given != {DECK}:
            return [Reason("given", str(name)) for name in given if name != DECK]
        return [Reason("text")] if self._edited() else [*self.variables.values()]


def ordered(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Returns each reason once, the most specific first."""
    return tuple(sorted(dict.fromkeys(reasons), key=lambda reason: (SPECIFIC.index(reason.kind), reason.what)))


def _items(value: Any) -> set[str]:
    return set(map(str, value)) if isinstance(value, list) else {str(value)}


def _digits(token: Token) -> str:
    found = NUMBER.search(token.text)
    return "" if found is None or token.computed else found[0]


@lru_cache
def names_in(text: str) -> frozenset[str]:
    """Returns the names that the expressions of a text use."""
    return frozenset(NAME.findall(" ".join(EXPRESSION.findall(text))))


@lru_cache
def typed_numbers(text: str) -> Counter[str]:
    """Returns how often each number stands in a text outside its expressions."""
    return Counter(" ".join(number.split()) for number in NUMBER.findall(EXPRESSION.sub(" ", text)))


def _changed(old: Values, new: Values, path: str = "") -> Iterator[tuple[str, Reason]]:
    """Yields the values of two mappings that differ, by their paths."""
    for name in dict.fromkeys((*old, *new)):
        before, after = old.get(name), new.get(name)
        if before == after:
            continue
        where = f"{path}{name}"
        one, two = (dict(enumerate(side)) if isinstance(side, list) else side for side in (before, after))
        nested = [side for side in (one, two) if isinstance(side, dict)]
        if len(nested) == 2 and any(isinstance(item, dict | list) for side in nested for item in side.values()):
            yield from _changed(_texts(one), _texts(two), f"{where}.")
        elif isinstance(before, dict) and isinstance(after, dict):
            yield from _changed(before, after, f"{where}.")
        else:
            yield where, Reason("variable", where, *differing(before, after))


def _texts(mapping: Any) -> dict[str, Any]:
    return {str(key): value for key, value in mapping.items()}


def differing(old: Any, new: Any) -> tuple[str | None, str | None]:
    """Returns two values as text; of two lists only the items in which they differ."""
    if isinstance(old, list) and isinstance(new, list) and len(old) + len(new) > 2:
        old, new = [one for one in old if one not in new], [one for one in new if one not in old]
    return _text(old), _text(new)


def _text(value: Any) -> str | None:
    if isinstance(value, list):
        shown = [str(_text(one)) for one in value[:ITEMS]]
        return ", ".join([*shown, *([f"and {len(value) - ITEMS} more"] if len(value) > ITEMS else [])]) or None
    return None if value is None else str(value)


def _by_name(deck: ResolvedDeck | None) -> dict[str, tuple[Provenance, ...]]:
    """Returns where the values of a deck come from, by the names that its expressions use: of tables and of sources."""
    if deck is None:
        return {}
    found = {name: [one.table.provenance] for name, one in deck.tables.items()}
    for provenance in deck.results:
        found.setdefault(provenance.source, []).append(provenance)
    return {name: tuple(several) for name, several in found.items()}
