"""Reads and checks a theme's `theme.yml`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Annotated, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pygments.token import STANDARD_TYPES

from slidegen.errors import DeckError, Problem, nearest
from slidegen.model import Scheme
from slidegen.validation import Words, mistakes
from slidegen.yaml_tree import YamlTree

COLOR = r"^(#[0-9a-fA-F]{3,8}|(rgb|rgba|hsl|hsla|oklch|oklab|color)\([\w\s.,%/+-]*\)|[a-zA-Z]+)$"
WORDS = Words("the theme", patterns={COLOR: "a colour is #rrggbb, a name, rgb(), hsl(), oklch() or oklab()"})
CODE_NAMES = frozenset(str(kind).removeprefix("Token.") for kind in STANDARD_TYPES)
Color = Annotated[str, Field(pattern=COLOR)]


class ThemeFile(BaseModel):
    """The keys of `theme.yml`. Missing ones come from the built-in theme of the same scheme."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)
    scheme: Scheme
    counterpart: str | None = Field(None, description="The theme that key T switches to; else the built-in one")
    tokens: dict[str, Color] = {}
    chart: list[Color] | None = Field(None, min_length=6, max_length=6)
    code: dict[str, Color] = {}


def read_theme(tree: YamlTree, path: Path, tokens: Callable[[Scheme], Collection[str]]) -> ThemeFile:
    """Checks the content of the theme file `path`. `tokens` returns the names of a scheme's tokens.

    Raises:
        DeckError: the file has mistakes; the error holds all of them with their lines.
    """
    if not isinstance(tree.value, dict):
        raise DeckError([Problem("a theme is a mapping with a key 'scheme'", str(path), 1, code="theme-file")])
    problems = list(_unknown(tree, path, tokens))
    try:
        file = ThemeFile.model_validate(tree.value)
    except ValidationError as error:
        found = mistakes(error, ThemeFile, tree.value, WORDS)
        raise DeckError([*problems, *(one.problem(str(path), *tree.place(one.path)) for one in found)]) from None
    if problems:
        raise DeckError(problems)
    return file


def _unknown(tree: YamlTree, path: Path, tokens: Callable[[Scheme], Collection[str]]) -> Iterator[Problem]:
    """The unknown names in a theme file. Its tokens are not checked if the scheme is unknown."""
    scheme = tree.value.get("scheme")
    allowed = {"code": ("code token", CODE_NAMES)}
    if scheme in get_args(Scheme):
        allowed["tokens"] = ("token", frozenset(tokens(scheme)))
    for key, (what, names) in allowed.items():
        given = tree.value.get(key)
        for name in sorted(set(map(str, given)) - names) if isinstance(given, dict) else ():
            yield Problem(
                f"unknown {what} {name!r}; {nearest(name, names)}",
                str(path),
                *tree.place((key, name)),
                code="unknown-key",
            )
