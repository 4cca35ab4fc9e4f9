"""The shape of a YAML deck, checked by pydantic; `slidegen schema` prints it as JSON Schema."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, ConfigDict, Discriminator, Field, Tag, field_validator, model_validator

from slidegen.build_options import OnFalse
from slidegen.checks import RULES
from slidegen.checks.ignoring import known_rule
from slidegen.languages.direction import Direction
from slidegen.model import Appendix, Layout, OpensWith
from slidegen.sources.citing import CitingModel
from slidegen.sources.house import HouseModel
from slidegen.sources.look import LookModel
from slidegen.sources.size import parse_size
from slidegen.sources.strict import Strict, kind_of
from slidegen.timing import MOST

NAME = r"^[A-Za-z_][A-Za-z0-9_]*$"
FIGURE_NAME = r"^[A-Za-z_][A-Za-z0-9_-]*$"
HTML_ID = r"^[A-Za-z][\w:.-]*$"
LANGUAGE = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]+)*$"
DATA_NAME = r"^data-[a-z0-9-]+$"
TRANSITION = r"^(none|fade|slide|convex|concave|zoom)(-(in|out)( (none|fade|slide|convex|concave|zoom)-(in|out))?)?$"
PATTERNS = {
    NAME: "a name has letters, digits and _ and starts with no digit",
    FIGURE_NAME: "a figure's name has letters, digits, _ and - and starts with a letter",
    HTML_ID: "an id starts with a letter and has letters, digits and - _ : . only",
    LANGUAGE: "a language is written like en or pt-BR",
    DATA_NAME: "a name like data-something is needed",
    TRANSITION: "a transition is none, fade, slide, convex, concave or zoom, or two of them like slide-in fade-out",
}
"""Each pattern in words."""
Name = Annotated[str, Field(pattern=NAME)]
Minutes = Annotated[float, Field(gt=0, le=MOST, strict=True)]
FigureName = Annotated[str, Field(pattern=FIGURE_NAME)]
RuleName = Annotated[str, AfterValidator(known_rule), Field(json_schema_extra={"enum": sorted(RULES)})]


class CheckModel(Strict):
    """What `slidegen check` does not look for."""

    ignore: list[RuleName] = Field([], description="Rules that do not hold here; `slidegen check --rules` lists them")


class TableModel(LookModel):
    """A computed table: its source, the source's own parameters, and its look."""

    model_config = ConfigDict(extra="allow", frozen=True, defer_build=True)
    source: str


def _inlined(schema: Any, models: dict[str, Any]) -> Any:
    """A JSON Schema with every reference to one of `models` replaced by that model."""
    if isinstance(schema, list):
        return [_inlined(part, models) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _inlined(models[schema["$ref"].rsplit("/", 1)[-1]], models)
    return {key: _inlined(part, models) for key, part in schema.items()}


def _figure_schema(schema: dict[str, Any]) -> None:
    """Adds the kinds of figures and all their options to the JSON Schema, for an editor to complete."""
    from slidegen.figures import FIGURES  # only the schema needs them

    options: dict[str, Any] = {}
    for name in FIGURES.names():
        own = FIGURES.find(name).options.model_json_schema()
        options = _inlined(own["properties"], own.get("$defs", {})) | options
    schema["properties"] = {**options, **schema["properties"]}
    schema["properties"]["kind"]["enum"] = list(FIGURES.names())
    schema["additionalProperties"] = False


class FigureModel(Strict):
    """A figure: its kind, its table, and the kind's own options."""

    model_config = ConfigDict(extra="allow", frozen=True, defer_build=True, json_schema_extra=_figure_schema)
    kind: str
    table: str = Field(description="A name under `tables:`")


def _closed(value: str) -> str:
    """Refuses CSS with a parenthesis that is not closed: YAML reads what follows ` #` as a comment."""
    if re.match(r"[a-z-]+\(", value) and value.count("(") != value.count(")"):
        raise ValueError(f"{value!r} has an unclosed parenthesis; put quotes around a value with a #")
    return value


BackgroundText = Annotated[str, AfterValidator(_closed)]


class BackgroundModel(Strict):
    """What lies behind a slide."""

    color: BackgroundText | None = None
    gradient: BackgroundText | None = None
    image: str | None = None
    size: str | None = None
    position: str | None = None
    repeat: str | None = None
    opacity: float | None = Field(None, ge=0, le=1)
    dark: bool | None = None


BackgroundEntry = Annotated[
    Annotated[BackgroundText, Tag("text")] | Annotated[BackgroundModel, Tag("mapping")],
    Discriminator(kind_of, custom_error_type="background", custom_error_message="a background is text or a mapping"),
]


class SlideModel(Strict):
    """A slide with options."""

    content: str = ""
    notes: str | None = None
    layout: Layout | None = None
    background: BackgroundEntry | None = None
    id: str | None = Field(None, pattern=HTML_ID)
    class_: str | list[str] | None = Field(None, alias="class")
    incremental: bool | None = None
    transition: str | None = Field(None, pattern=TRANSITION)
    auto_animate: bool = False
    visibility: Literal["hidden", "uncounted"] | None = None
    footer: Literal[False] | str | None = None
    slide_number: bool = True
    minutes: Minutes | None = Field(None, description="How long the section that begins here is planned to take")
    check: CheckModel | None = None
    lang: str | None = Field(None, pattern=LANGUAGE, description="The language of the slide, if it is not the deck's")
    dir: Direction | None = Field(None, description="The direction of its text, if it is not that of its language")
    when: str | bool | None = Field(None, description="The slide is there if this expression is true")
    attributes: dict[Annotated[str, Field(pattern=DATA_NAME)], str | int | float | bool] = Field({})


class IncludedModel(Strict):
    """Slides of another file, with values for its variables."""

    file: str = Field(description="A deck in the project, by its path from this deck's folder")
    slides: int | str | list[int | str] | None = Field(None, description="The numbers of the slides, such as 2-5")
    vars: dict[Name, Any] = Field({}, description="Values for the file's own variables")
    when: str | bool | None = Field(None, description="The slides are there if this expression is true")


IncludedEntry = Annotated[
    Annotated[str, Tag("text")] | Annotated[IncludedModel, Tag("mapping")],
    Discriminator(kind_of, custom_error_type="include", custom_error_message="an include is text or a mapping"),
]


class IncludeModel(Strict):
    """The place of slides of another file."""

    include: IncludedEntry = Field(description="A file and, behind #, the numbers of its slides: intro.md#2-5")
    when: str | bool | None = Field(None, description="The slides are there if this expression is true")

    @model_validator(mode="before")
    @classmethod
    def _alone(cls, value: Any) -> Any:
        others = [key for key in value if key not in cls.model_fields] if isinstance(value, dict) else []
        for key in others:
            if key in IncludedModel.model_fields:
                raise ValueError(f"{key!r} stands inside include, as in include: {{file: intro.md, {key}: ...}}")
            raise ValueError(f"{key!r} cannot stand beside include; allowed: when")
        return value


INCLUDED: Final = "slides of a file"
"""The kind of an entry with `include`. It differs from every key: places of mistakes leave out names of kinds alone."""


def _kind_of_slide(value: Any) -> str | None:
    """Returns the kind of an entry, by which pydantic chooses: `INCLUDED`, or as `kind_of`."""
    if isinstance(value, IncludeModel) or (isinstance(value, dict) and "include" in value):
        return INCLUDED
    return kind_of(value)


SlideEntry = Annotated[
    Annotated[str, Tag("text")] | Annotated[SlideModel, Tag("mapping")] | Annotated[IncludeModel, Tag(INCLUDED)],
    Discriminator(_kind_of_slide, custom_error_type="slide", custom_error_message="a slide is text or a mapping"),
]
Entry = Annotated[
    Annotated[str, Tag("text")]
    | Annotated[SlideModel, Tag("mapping")]
    | Annotated[IncludeModel, Tag(INCLUDED)]
    | Annotated[list[SlideEntry], Tag("list"), Field(min_length=1)],
    Discriminator(
        _kind_of_slide, custom_error_type="entry", custom_error_message="a slide is text, a mapping, or a list"
    ),
]


class DeckModel(HouseModel, CitingModel):
    """A deck."""

    title: str | None = None
    author: str | None = None
    date: str | dt.date | None = None
    lang: str = Field("en", pattern=LANGUAGE)
    dir: Direction | None = Field(None, description="The direction of the text, if it is not that of the language")
    hyphenate: bool = Field(False, description="Break long words at the end of a line")
    description: str | None = None
    footer: str | None = None
    theme: str = "auto"
    scheme: OpensWith | None = Field(None, description="What the page opens with; auto follows the system")
    format: str = "reveal"
    size: str = "16:9"
    slide_number: bool = True
    minutes: Minutes | None = Field(None, description="How long the talk is planned to take")
    appendix: Appendix | None = Field(None, description="Slides at the end: where the numbers come from")
    claims: OnFalse = Field("fail", description="Whether a false claim stops the build, or is struck through")
    check: CheckModel | None = None
    incremental: bool = False
    reveal: dict[str, Any] = Field({})
    vars: dict[Name, Any] = Field({})
    tables: dict[Name, TableModel] = Field({})
    figures: dict[FigureName, FigureModel] = Field({})
    slides: list[Entry] = Field(min_length=1)

    @field_validator("size")
    @classmethod
    def _size(cls, value: str) -> str:
        parse_size(value)
        return value
