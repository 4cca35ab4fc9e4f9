"""What the parts of a YAML deck's shape share."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict


class Strict(BaseModel):
    """A mapping of a deck. An unknown key is a mistake. The validator is built when it is first needed."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


def kind_of(value: Any) -> str | None:
    """Returns the kind of a value, by which pydantic chooses among several: "text", "list" or "mapping"."""
    for kind, tag in ((str, "text"), (list, "list"), ((dict, BaseModel), "mapping")):
        if isinstance(value, kind):
            return tag
    return None
