"""Checks a deck's keys: mistakes in some keys leave the others usable, so that all mistakes are reported at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from slidegen.errors import DeckError, KeyPath, Problem
from slidegen.sources.schema import FIGURE_NAME, NAME, PATTERNS
from slidegen.validation import Mistake, Words, mistakes
from slidegen.yaml_tree import YamlTree

Model = TypeVar("Model", bound=BaseModel)
Name = tuple[str, str | None]
"""A key that declares names, and a name under it."""

DECLARING: Final = ("vars", "tables", "figures")
"""The keys that declare names for a deck's text."""
ROUNDS: Final = 5
"""How often the remaining keys are checked: a list without its only item, for example, becomes a mistake itself."""
WORDS: Final = Words(patterns=PATTERNS)


@dataclass(frozen=True, slots=True)
class Checked(Generic[Model]):
    """A deck's valid keys, its problems, and the names that these make `unusable` (see `Deck`)."""

    model: Model
    problems: tuple[Problem, ...] = ()
    unusable: frozenset[Name] = frozenset()


def checked(kind: type[Model], value: Mapping[str, Any], tree: YamlTree, name: str) -> Checked[Model]:
    """Returns the keys of the deck `name` as a `kind`. `tree` has their lines.

    Raises:
        DeckError: with every mistake, if the deck is not valid without the wrong keys either.
    """
    try:
        return Checked(kind.model_validate(value))
    except ValidationError as error:
        found = list(mistakes(error, kind, value, WORDS))
    problems = tuple(mistake.problem(name, *tree.place(mistake.path)) for mistake in found)
    rest = deepcopy(dict(value))
    for _ in range(ROUNDS):
        _leave_out(rest, {_cut(mistake) for mistake in found})
        if "slides" in kind.model_fields and not rest.get("slides"):
            rest["slides"] = [""]
        try:
            model = kind.model_validate(rest)
        except ValidationError as error:
            found = list(mistakes(error, kind, rest, WORDS))
        else:
            return Checked(model, problems, frozenset(_unusable(value, rest, _keys(kind))))
    raise DeckError(problems)


def _keys(kind: type[BaseModel]) -> set[str]:
    return {field.alias or name for name, field in kind.model_fields.items()}


def _cut(mistake: Mistake) -> KeyPath:
    """Returns the path to leave out for a mistake: that of the whole table or figure, so that none is half checked."""
    return mistake.cut[:2] if mistake.path[:1] in (("tables",), ("figures",)) else mistake.cut


def _leave_out(value: Any, cuts: Iterable[KeyPath]) -> None:
    """Removes the parts at `cuts` from a mapping, the last items of a list first.

    A slide becomes empty instead, so that those after it keep their numbers."""
    for path in sorted(filter(None, cuts), key=lambda path: [str(part).zfill(9) for part in path], reverse=True):
        around = value
        for part in path[:-1]:
            around = around[part]
        if path[0] == "slides" and len(path) > 1 and all(isinstance(part, int) for part in path[1:]):
            around[path[-1]] = ""
        else:
            del around[path[-1]]


def _unusable(given: Mapping[str, Any], left: Mapping[str, Any], known: Iterable[str]) -> Iterator[Name]:
    """Yields the names that `left` lacks, with their key. The name is None if the names of a key are not known."""
    for key in DECLARING:
        for name in given[key] if isinstance(given.get(key), dict) else ():
            if name not in left.get(key, {}):
                pattern = FIGURE_NAME if key == "figures" else NAME
                yield key, name if re.match(pattern, str(name)) else None
        if key in given and key not in left:
            yield key, None
    if any(isinstance(value, dict) and key not in known for key, value in given.items()):
        yield "vars", None  # most likely a typing error, as in "tabels:"
