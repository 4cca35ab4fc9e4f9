"""What a theme's `theme.yml` may say, checked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pygments.token import STANDARD_TYPES

from slidegen.errors import DeckError, Problem, nearest
from slidegen.yaml_tree import YamlTree

Scheme = Literal["light", "dark"]
COLOR = r"^(#[0-9a-fA-F]{3,8}|(rgb|rgba|hsl|hsla|oklch|oklab|color)\([\w\s.,%/+-]*\)|[a-zA-Z]+)$"
CODE_NAMES = frozenset(str(kind).removeprefix("Token.") for kind in STANDARD_TYPES)
Color = Annotated[str, Field(pattern=COLOR)]


class ThemeFile(BaseModel):
    """The keys of `theme.yml`; what it leaves out comes from the built-in theme of its scheme."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)
    scheme: Scheme
    counterpart: str | None = Field(None, description="The theme that key T switches to; else the built-in one")
    tokens: dict[str, Color] = {}
    chart: list[Color] | None = Field(None, min_length=6, max_length=6)
    code: dict[str, Color] = {}


def read_theme(tree: YamlTree, path: Path, tokens: Callable[[Scheme], Collection[str]]) -> ThemeFile:
    """The content of the theme file `path`; `tokens` gives the names of a scheme's tokens.

    Raises:
        DeckError: with every mistake and its line.
    """
    try:
        file = ThemeFile.model_validate(tree.value)
    except ValidationError as error:
        raise DeckError(_problems(error, tree, path)) from None
    known = tokens(file.scheme)
    problems = [
        Problem(f"unknown token {name!r}; {nearest(name, known)}", str(path), tree.line(("tokens", name)))
        for name in sorted(set(file.tokens) - set(known))
    ]
    problems += [
        Problem(f"unknown code token {name!r}; {nearest(name, CODE_NAMES)}", str(path), tree.line(("code", name)))
        for name in sorted(set(file.code) - CODE_NAMES)
    ]
    if problems:
        raise DeckError(problems)
    return file


def _problems(error: ValidationError, tree: YamlTree, path: Path) -> Iterator[Problem]:
    for detail in error.errors(include_url=False):
        where = ".".join(map(str, detail["loc"])) or "the file"
        message = f"{where}: {detail['msg'][:1].lower()}{detail['msg'][1:]}"
        if detail["type"] == "extra_forbidden":
            message = f"unknown key {where!r}; {nearest(where, ThemeFile.model_fields)}"
        elif detail["type"] == "model_type":
            message = "a theme is a mapping with a key 'scheme'"
        elif detail["type"] == "string_pattern_mismatch":
            message = f"{where} is {detail['input']!r}; a colour is #rrggbb, a name, rgb(), hsl(), oklch() or oklab()"
        yield Problem(message, str(path), tree.line(detail["loc"]))
