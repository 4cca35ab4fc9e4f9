"""Reads and checks a theme's `theme.yml`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pygments.token import STANDARD_TYPES

from slidegen.errors import DeckError, KeyPath, Problem, nearest
from slidegen.look import SCHEMES, Colors, Fonts
from slidegen.measures import PLAIN_MEASURES, Measures
from slidegen.model import Scheme
from slidegen.validation import Words, mistakes
from slidegen.yaml_tree import YamlTree

COLOR: Final = r"^(#[0-9a-fA-F]{3,8}|(rgb|rgba|hsl|hsla|oklch|oklab|color)\([\w\s.,%/+-]*\)|[a-zA-Z]+)$"
FAMILIES: Final = r"^[\w -]+(, *[\w -]+)*$"
WORDS: Final = Words(
    "the theme",
    patterns={
        COLOR: "a colour is #rrggbb, a name, rgb(), hsl(), oklch() or oklab()",
        FAMILIES: "font families are names with commas between, without quotes",
    },
)
CODE_NAMES: Final = frozenset(str(kind).removeprefix("Token.") for kind in STANDARD_TYPES)
OF_ONE: Final = ("counterpart", "tokens", "chart", "code")
"""The keys of a theme with one scheme, which has no `schemes`."""
Color = Annotated[str, Field(pattern=COLOR)]
Families = Annotated[str, Field(pattern=FAMILIES)]
STRICT: Final = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class ColorsModel(BaseModel):
    """The colours of one scheme. Missing ones come from the plain look."""

    model_config = STRICT
    tokens: dict[str, Color] = {}
    chart: list[Color] | None = Field(None, min_length=6, max_length=6)
    code: dict[str, Color] = {}

    @property
    def chosen(self) -> Colors:
        """These colours."""
        return Colors(self.tokens, tuple(self.chart or ()), self.code)


class SchemesModel(BaseModel):
    """The two schemes of a theme."""

    model_config = STRICT
    light: ColorsModel = Field(default_factory=lambda: ColorsModel(chart=None))
    dark: ColorsModel = Field(default_factory=lambda: ColorsModel(chart=None))


class FontsModel(BaseModel):
    """Font families, the first choice first."""

    model_config = STRICT
    text: Families | None = None
    heading: Families | None = None
    code: Families | None = None

    @property
    def chosen(self) -> Fonts:
        """These fonts."""
        return Fonts(self.text, self.heading, self.code)


class MeasuresModel(BaseModel):
    """The measures of slides in pixels; those that are missing are the plain look's."""

    model_config = STRICT
    side: float = Field(PLAIN_MEASURES.side, ge=0, le=400)
    top: float = Field(PLAIN_MEASURES.top, ge=0, le=300)
    bottom: float = Field(PLAIN_MEASURES.bottom, ge=0, le=300)
    heading: float = Field(PLAIN_MEASURES.heading, ge=18, le=200)
    leading: float = Field(PLAIN_MEASURES.leading, ge=0.8, le=2)
    below: float = Field(PLAIN_MEASURES.below, ge=0, le=200)

    @property
    def chosen(self) -> Measures:
        """These measures."""
        return Measures(**self.model_dump())


class ThemeFile(ColorsModel):
    """The keys of `theme.yml`. A theme has `schemes`, or the colours of one `scheme`."""

    description: str = Field("", description="One line for `slidegen themes`")
    fonts: FontsModel = Field(default_factory=FontsModel)
    measures: MeasuresModel = Field(default_factory=lambda: MeasuresModel.model_validate({}))
    section_progress: bool = Field(False, description="Slides tell how far their section has come")
    schemes: SchemesModel | None = None
    scheme: Scheme | None = None
    counterpart: str | None = Field(None, description="The theme that key T switches to; else the plain look")

    @property
    def colors(self) -> Mapping[Scheme, Colors]:
        """The colours of each scheme that the theme has."""
        if self.scheme is not None:
            return {self.scheme: self.chosen}
        schemes = self.schemes or SchemesModel()
        return {"light": schemes.light.chosen, "dark": schemes.dark.chosen}


def read_theme(tree: YamlTree, path: Path, tokens: Collection[str]) -> ThemeFile:
    """Checks the content of the theme file `path`. `tokens` are the names that there are.

    Raises:
        DeckError: the file has mistakes; the error holds all of them with their lines.
    """
    given = tree.value
    if not isinstance(given, dict):
        message = "a theme is a mapping with a key 'schemes' or 'scheme'"
        raise DeckError([Problem(message, str(path), 1, code="theme-file")])
    problems = [*_unknown(tree, path, tokens), *_unclear(tree, path)]
    try:
        file = ThemeFile.model_validate(given)
    except ValidationError as error:
        found = mistakes(error, ThemeFile, given, WORDS)
        raise DeckError([*problems, *(one.problem(str(path), *tree.place(one.path)) for one in found)]) from None
    if problems:
        raise DeckError(problems)
    return file


def _unclear(tree: YamlTree, path: Path) -> Iterator[Problem]:
    """The mistakes of a file that has neither one scheme nor several, or says both."""
    given = tree.value
    if "scheme" not in given and "schemes" not in given:
        message = "scheme is missing; a theme has schemes: {light: ..., dark: ...}, or scheme: light or dark"
        yield Problem(message, str(path), 1, code="missing-key")
    for key in ("scheme", *OF_ONE) if "schemes" in given else ():
        if key in given:
            message = f"{key} does not go with schemes; write it below schemes.light or schemes.dark"
            message = f"{key} does not go with schemes" if key in ("scheme", "counterpart") else message
            yield Problem(message, str(path), *tree.place((key,)), code="wrong-value")


def _unknown(tree: YamlTree, path: Path, tokens: Collection[str]) -> Iterator[Problem]:
    """The unknown names of tokens and of kinds of code in a theme file."""
    known = {"tokens": ("token", tokens), "code": ("code token", CODE_NAMES)}
    places: list[tuple[KeyPath, Any]] = [((), tree.value)]
    schemes = tree.value.get("schemes")
    if isinstance(schemes, dict):
        places += [(("schemes", scheme), schemes[scheme]) for scheme in SCHEMES if scheme in schemes]
    for place, part in places:
        for key, (what, names) in known.items() if isinstance(part, dict) else ():
            given = part.get(key)
            for name in sorted(set(map(str, given)) - set(names)) if isinstance(given, dict) else ():
                message = f"unknown {what} {name!r}; {nearest(name, names)}"
                yield Problem(message, str(path), *tree.place((*place, key, name)), code="unknown-key")
