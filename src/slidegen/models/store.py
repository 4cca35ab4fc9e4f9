"""Reads and writes a census as JSON, for the built-in catalogue and the user's cache folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, get_args

from slidegen.errors import SlidegenError
from slidegen.model import Census, ParameterGroup, ParameterKind, Scope
from slidegen.write import write_file

FORMAT: Final = 1
"""Raise it when the same config gives another census: files of an older format in the user's cache are ignored."""

_KINDS: Final = frozenset(get_args(ParameterKind))
_SCOPES: Final = frozenset(get_args(Scope))


def census_to_text(census: Census) -> str:
    """Returns a census as JSON, one group a line in the model's order, so that two versions can be compared."""
    facts = {
        "model_class": census.model_class,
        "base_class": census.base_class,
        "versions": dict(sorted(census.versions.items())),
        "largest_layer_bytes": census.largest_layer_bytes,
        "largest_layers": list(census.largest_layers),
        "total_bytes": census.total_bytes,
    }
    lines = [f"  {json.dumps(key)}: {json.dumps(value)}," for key, value in facts.items()]
    groups = [
        json.dumps([g.module, g.name, g.kind, list(g.shape), g.count, g.scope, *([True] if g.tied else [])])
        for g in census.groups
    ]
    body = ",\n".join(f"    {group}" for group in groups)
    return "{\n" + "\n".join(lines) + '\n  "groups": [\n' + body + "\n  ]\n}\n"


def census_from_text(text: str | bytes) -> Census:
    """Reads a census from JSON text. Raises ValueError if the text is not a census."""
    try:
        return census_from_json(json.loads(text))
    except RecursionError as error:
        raise ValueError(f"not a census: {error!r}") from error


def census_from_json(facts: Any) -> Census:
    """Reads a census from a JSON value. Raises ValueError if the value is not a census."""
    try:
        return Census(
            model_class=_text(facts["model_class"]),
            base_class=_text(facts["base_class"]),
            groups=tuple(_group(row) for row in facts["groups"]),
            largest_layer_bytes=_count(facts["largest_layer_bytes"]),
            largest_layers=tuple(_text(name) for name in facts["largest_layers"]),
            total_bytes=_count(facts["total_bytes"]),
            versions=_versions(facts["versions"]),
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a census: {error!r}") from error


class CensusStore:
    """Stores censuses of configs outside the catalogue, by the config's digest and the version of transformers."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    @property
    def folder(self) -> Path:
        """Returns the folder; the default is inside the user's cache folder."""
        if self._folder is None:
            from platformdirs import user_cache_path

            self._folder = user_cache_path("slidegen", appauthor=False) / "census"
        return self._folder

    def read(self, digest: str, transformers_version: str) -> Census | None:
        """Returns the stored census; None if there is none or its file is damaged."""
        try:
            return census_from_text(self._path(digest, transformers_version).read_bytes())
        except (OSError, ValueError):
            return None

    def write(self, digest: str, transformers_version: str, census: Census) -> None:
        """Stores a census, whole or not at all. A folder that cannot be written to is ignored; it only costs time."""
        with suppress(SlidegenError):
            write_file(self._path(digest, transformers_version), census_to_text(census).encode())

    def _path(self, digest: str, transformers_version: str) -> Path:
        return self.folder / f"{digest}-transformers-{transformers_version}-{FORMAT}.json"


def _group(row: Any) -> ParameterGroup:
    module, name, kind, shape, count, scope, *tied = row
    if kind not in _KINDS or scope not in _SCOPES:
        raise ValueError(f"not a census: unknown kind {kind!r} or scope {scope!r}")
    sides = tuple(_count(side) for side in shape)
    return ParameterGroup(_text(module), _text(name), kind, sides, _count(count), scope, tied == [True])


def _count(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise ValueError(f"not a census: {value!r} is not a count")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"not a census: {value!r} is not text")
    return value


def _versions(value: Any) -> Mapping[str, str]:
    return {_text(key): _text(version) for key, version in value.items()}
