"""A deck's keys, checked: with mistakes in some of them the others still serve, so that all mistakes come at once."""

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
"""A name that a deck declares, and the key under which it does."""

DECLARING: Final = ("vars", "tables", "figures")
"""The keys that give names to a deck's text."""
ROUNDS: Final = 5
"""How often what is left is checked: a list that lost its only item, say, is a mistake only then."""
WORDS: Final = Words(patterns=PATTERNS)


@dataclass(frozen=True, slots=True)
class Checked(Generic[Model]):
    """What is right of a deck's keys, what is wrong, and the names that are `unusable` thereby (see `Deck`)."""

    model: Model
    problems: tuple[Problem, ...] = ()
    unusable: frozenset[Name] = frozenset()


def checked(kind: type[Model], value: Mapping[str, Any], tree: YamlTree, name: str) -> Checked[Model]:
    """The keys of the deck `name` as a `kind`; `tree` has their lines.

    Raises:
        DeckError: with every mistake, if nothing is left without what is wrong.
    """
    try:
        return Checked(kind.model_validate(value))
    except ValidationError as error:
        found = list(mistakes(error, kind, value, WORDS))
    problems = tuple(Problem(one.message, name, tree.line(one.path)) for one in found)
    rest = deepcopy(dict(value))
    for _ in range(ROUNDS):
        _leave_out(rest, {_cut(one) for one in found})
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
    """What is left out for a mistake: a table or a figure as a whole, so that it is not half checked."""
    return mistake.cut[:2] if mistake.path[:1] in (("tables",), ("figures",)) else mistake.cut


def _leave_out(value: Any, cuts: Iterable[KeyPath]) -> None:
    """Takes the parts at `cuts` out of a mapping, the last items of a list first.

    A slide becomes empty, so that those after it keep their numbers."""
    for path in sorted(filter(None, cuts), key=lambda path: [str(part).zfill(9) for part in path], reverse=True):
        around = value
        for part in path[:-1]:
            around = around[part]
        if path[0] == "slides" and len(path) > 1 and all(isinstance(part, int) for part in path[1:]):
            around[path[-1]] = ""
        else:
            del around[path[-1]]


def _unusable(given: Mapping[str, Any], left: Mapping[str, Any], known: Iterable[str]) -> Iterator[Name]:
    """The names that were given and are not left; None for all of a key's where they cannot be told."""
    for key in DECLARING:
        for name in given[key] if isinstance(given.get(key), dict) else ():
            if name not in left.get(key, {}):
                pattern = FIGURE_NAME if key == "figures" else NAME
                yield key, name if re.match(pattern, str(name)) else None
        if key in given and key not in left:
            yield key, None
    if any(isinstance(value, dict) and key not in known for key, value in given.items()):
        yield "vars", None  # most likely a slip of the keys, as in "tabels:"
