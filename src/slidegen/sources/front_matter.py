"""Checks slidegen's own keys in the front matter of Markdown decks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from slidegen.build_options import OnFalse
from slidegen.languages.direction import Direction
from slidegen.model import Appendix, OpensWith
from slidegen.sources.checked import checked
from slidegen.sources.citing import CitingModel
from slidegen.sources.house import HouseModel, house_of
from slidegen.sources.own_keys import Head
from slidegen.sources.schema import LANGUAGE, CheckModel, FigureModel, FigureName, Minutes, Name, TableModel
from slidegen.sources.yaml import bibliography_of, figures_of, tables_of
from slidegen.yaml_tree import YamlTree


class HeadModel(HouseModel, CitingModel):
    """slidegen's own keys of a front matter."""

    format: str = "reveal"
    reveal: dict[str, Any] = Field(default_factory=dict)
    vars: dict[Name, Any] = Field(default_factory=dict)
    tables: dict[Name, TableModel] = Field(default_factory=dict)
    figures: dict[FigureName, FigureModel] = Field(default_factory=dict)
    theme: str | None = None
    scheme: OpensWith | None = None
    lang: str = Field("en", pattern=LANGUAGE)
    dir: Direction | None = None
    hyphenate: bool = False
    date: str | None = None
    dialect: str | None = None
    slide_level: int | None = Field(None, alias="slide-level", ge=0, le=6)
    minutes: Minutes | None = None
    appendix: Appendix | None = None
    claims: OnFalse = "fail"
    check: CheckModel | None = None


def read_head(tree: YamlTree, texts: Mapping[str, object], name: str) -> Head:
    """Returns slidegen's own keys of the front matter in `tree`. `texts` holds the values that Marp reads as text.

    The `problems` of the result are the mistakes in these keys, in the file `name`.
    """
    keys = {field.alias or name for name, field in HeadModel.model_fields.items()}
    own = {key: value for key, value in tree.value.items() if key in keys} | dict(texts)
    found = checked(HeadModel, own, tree, name)
    model = found.model
    tables = tables_of(model.tables, tree, name)
    figures = figures_of(model.figures, tree, name)
    return Head(
        theme=model.theme,
        scheme=model.scheme,
        format=model.format,
        reveal=model.reveal,
        variables=model.vars,
        tables=tables,
        figures=figures,
        lang=model.lang,
        dir=model.dir,
        hyphenate=model.hyphenate,
        date=model.date,
        dialect=model.dialect,
        slide_level=model.slide_level,
        minutes=model.minutes,
        appendix=model.appendix,
        claims=model.claims,
        bibliography=bibliography_of(model),
        house=house_of(model),
        ignored=() if model.check is None else tuple(model.check.ignore),
        problems=found.problems,
        unusable=found.unusable,
    )
