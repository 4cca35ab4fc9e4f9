"""The models that slidegen ships: a config, a census of its parameters and a line on its source for each.

`<org>__<name>.json` is the config, `<org>__<name>.census.json` the census, both read only when that model is asked
for; `sources.json` says for all of them where the config's facts come from. `twins.json` lists models that have the
shape of one of them, most of them its chat or base version, with a line on the source and the keys of the config that
differ. It names each one, as a suffix proves nothing: Mixtral-8x22B-Instruct has another vocabulary than its base.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from slidegen.model import Census, ModelFacts
from slidegen.models.configs import config_digest, parse_config
from slidegen.models.store import census_from_text

FOLDER: Final = Path(__file__).parent
SOURCES: Final = FOLDER / "sources.json"
TWINS: Final = FOLDER / "twins.json"


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """A line of the catalogue: `parameters` counts the whole model, output head included.

    `published` compares that with the count on the model's page, `source` says where the config's facts come from.
    """

    name: str
    model_class: str
    parameters: int
    published: str
    source: str
    note: str | None = None


@cache
def entries() -> dict[str, CatalogueEntry]:
    """All entries by model name, in alphabetical order."""
    lines: dict[str, dict[str, Any]] = json.loads(SOURCES.read_bytes())
    return {
        name: CatalogueEntry(
            name, line["class"], line["parameters"], line["published"], line["source"], line.get("note")
        )
        for name, line in lines.items()
    }


@dataclass(frozen=True, slots=True)
class Twin:
    """A model with the shape of `base`, an entry of the catalogue: no parameter and no buffer differs in its size.

    `changes` are the keys of its config that differ, `source` says how it is known.
    """

    base: str
    changes: dict[str, Any]
    source: str


@cache
def twins() -> dict[str, Twin]:
    """The models that have the shape of an entry, by name."""
    lists = json.loads(TWINS.read_bytes())
    return {
        name: Twin(line["of"], line.get("changes", {}), lists["sources"][line["source"]])
        for name, line in lists["twins"].items()
    }


def has(name: str) -> bool:
    """Whether the catalogue has the model ``org/name``, or one of the same shape."""
    return name in entries() or name in twins()


def base_of(name: str) -> str | None:
    """The entry whose shape a model has; None if it has an entry of its own, or is not in the catalogue."""
    return None if name in entries() or name not in twins() else twins()[name].base


def facts(name: str) -> ModelFacts:
    """The config of a model of the catalogue; `has` says whether it is there."""
    if base_of(name) is not None:
        twin = twins()[name]
        base = facts(twin.base)
        config = {**base.config, **twin.changes}
        source = f"{base.source}; config of {twin.base}: {twin.source}"
        return ModelFacts(name, config, config_digest(config), "catalogue", source=source)
    config = parse_config(_path(name).read_bytes(), name)
    entry = entries()[name]
    source = f"{entry.source}; {entry.note}" if entry.note else entry.source
    return ModelFacts(name, config, config_digest(config), "catalogue", source=source)


def census(name: str) -> Census:
    """The census of a model of the catalogue."""
    return census_from_text(census_path(base_of(name) or name).read_bytes())


def census_path(name: str) -> Path:
    """The file of a model's census."""
    return _path(name, ".census.json")


def hint(name: str) -> str:
    """For an error about an unknown model: the catalogue's nearest name, or where to see them all.

    Nothing for a model that the catalogue has.
    """
    from difflib import get_close_matches

    if has(name):
        return ""

    names = [*entries(), *twins()]
    spellings = {full.lower(): full for full in names}
    spellings |= {full.partition("/")[2].lower(): full for full in reversed(names)}
    close = get_close_matches(name.lower(), spellings, n=1, cutoff=0.7)
    return f"did you mean {spellings[close[0]]!r}?" if close else "`slidegen models` lists the built-in ones"


def list_catalogue() -> tuple[CatalogueEntry, ...]:
    """What `slidegen models` lists, in alphabetical order."""
    return tuple(entries().values())


def _path(name: str, suffix: str = ".json") -> Path:
    return FOLDER / (name.replace("/", "__") + suffix)
