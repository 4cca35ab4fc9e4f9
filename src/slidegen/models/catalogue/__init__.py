"""The models that slidegen ships: for each a config, a census of its parameters and a line on its source.

`models.json` holds the configs with their sources and is written by hand; `censuses.json` is made from it by
``python -m slidegen.models.remake``. Both are JSON objects with one record a model, in alphabetical order. Each name
stands at the beginning of a line, so that a record can be parsed without the others. `twins.json` lists models with the
shape of one of these, mostly its chat or base version, with a line on the source and the keys of the config that
differ. Each twin is listed by name because a suffix proves nothing: Mixtral-8x22B-Instruct has another vocabulary than
its base.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from slidegen.model import Census, ModelFacts
from slidegen.models.configs import config_digest
from slidegen.models.store import census_from_json, census_to_text

FOLDER: Final = Path(__file__).parent
MODELS: Final = FOLDER / "models.json"
CENSUSES: Final = FOLDER / "censuses.json"
TWINS: Final = FOLDER / "twins.json"


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """A model of the catalogue, without its config.

    `parameters` counts the whole model, output head included. `published` compares that with the count on the model's
    page. `source` says where the config's facts come from.
    """

    name: str
    model_class: str
    parameters: int
    published: str
    source: str
    note: str | None = None


@cache
def entries() -> dict[str, CatalogueEntry]:
    """Returns all entries by model name, in alphabetical order."""
    return {name: _entry(name, record) for name, record in json.loads(_text(MODELS)).items()}


@dataclass(frozen=True, slots=True)
class Twin:
    """A model with the shape of `base`, an entry of the catalogue: all parameters and buffers have the same size.

    `changes` are the keys of its config that differ. `source` says where this was verified.
    """

    base: str
    changes: dict[str, Any]
    source: str


@cache
def twins() -> dict[str, Twin]:
    """Returns the models that have the shape of an entry, by name."""
    lists = json.loads(TWINS.read_bytes())
    return {
        name: Twin(line["of"], line.get("changes", {}), lists["sources"][line["source"]])
        for name, line in lists["twins"].items()
    }


def has(name: str) -> bool:
    """Returns whether the catalogue has the model ``org/name``, as an entry or as a twin."""
    return _record(MODELS, name) is not None or name in twins()


def base_of(name: str) -> str | None:
    """Returns the entry whose shape a twin has; None if the model is not a twin."""
    return twins()[name].base if name in twins() else None


def facts(name: str) -> ModelFacts:
    """Returns the config of a model of the catalogue; check with `has` first."""
    if name in twins():
        twin = twins()[name]
        base = facts(twin.base)
        config = {**base.config, **twin.changes}
        source = f"{base.source}; config of {twin.base}: {twin.source}"
        return ModelFacts(name, config, config_digest(config), "catalogue", source=source)
    record = _record(MODELS, name)
    entry = _entry(name, record)
    source = f"{entry.source}; {entry.note}" if entry.note else entry.source
    return ModelFacts(name, record["config"], config_digest(record["config"]), "catalogue", source=source)


def census(name: str) -> Census:
    """Returns the census of a model of the catalogue."""
    return census_from_json(_record(CENSUSES, base_of(name) or name))


def censuses() -> dict[str, Census]:
    """Returns all censuses by model name."""
    return {name: census_from_json(record) for name, record in json.loads(_text(CENSUSES)).items()}


def censuses_to_text(known: Mapping[str, Census]) -> str:
    """Returns the text of `CENSUSES`, in the order of the entries. A resized parameter changes one line of it."""
    records = (f"{json.dumps(name)}: {census_to_text(known[name]).rstrip()}" for name in entries() if name in known)
    return "{\n" + ",\n".join(records) + "\n}\n"


def hint(name: str) -> str:
    """Returns the hint for an error about an unknown model: the nearest name in the catalogue, or how to list it.

    The hint is empty for a model that is in the catalogue.
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
    """Returns what `slidegen models` lists, in alphabetical order."""
    return tuple(entries().values())


def _entry(name: str, record: Mapping[str, Any]) -> CatalogueEntry:
    return CatalogueEntry(
        name, record["class"], record["parameters"], record["published"], record["source"], record.get("note")
    )


@cache
def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _record(path: Path, name: str) -> Any:
    """Parses the record of one model without the others; returns None if the file does not have it."""
    text, key = _text(path), f"\n{json.dumps(name)}: "
    start = text.find(key)
    return None if start < 0 else json.JSONDecoder().raw_decode(text, start + len(key))[0]
