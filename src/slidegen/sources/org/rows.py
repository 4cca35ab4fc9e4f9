"""The rows of an org file: where blocks and footnotes begin and end in them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from slidegen.sources.translation import Line

BEGIN: Final = re.compile(r"[ \t]*#\+begin_(?P<name>\S+)(?P<arguments>.*)$", re.IGNORECASE)
END: Final = re.compile(r"[ \t]*#\+end_(?P<name>\S+)[ \t]*$", re.IGNORECASE)
DEFINITION: Final = re.compile(r"\[fn:(?P<name>[\w-]+)\][ \t]*(?P<rest>.*)$")
OPAQUE: Final = frozenset({"src", "example", "export", "comment", "verse"})
"""Blocks that hold no others."""


def joined(parts: Sequence[list[Line]]) -> list[Line]:
    """Blocks with empty lines between them."""
    found: list[Line] = []
    for part in parts:
        if part:
            found += [Line("", part[0].number)] if found else []
            found += part
    return found


def ends_of(rows: Sequence[Line]) -> list[int]:
    """For each row, where the block ends that begins there: right below it, if none does."""
    ends = list(range(1, len(rows) + 1))
    opened: dict[str, list[int]] = {}
    for at, row in enumerate(rows):
        if "#+" not in row.text and not row.text.lstrip().startswith((":", "\\")):
            continue
        begun, ended = BEGIN.match(row.text), END.match(row.text)
        if begun is not None:
            opened.setdefault(begun["name"].lower(), []).append(at)
        elif ended is not None and opened.get(ended["name"].lower()):
            starts = opened[ended["name"].lower()]
            start = starts[0] if ended["name"].lower() in OPAQUE else starts[-1]
            ends[start] = at + 1
            opened[ended["name"].lower()] = [] if ended["name"].lower() in OPAQUE else starts[:-1]
    return ends


def definition_end(rows: Sequence[Line], at: int) -> int:
    """Where a footnote ends that begins in a row: at the next one, or two empty lines."""
    at += 1
    while at < len(rows):
        empty = not rows[at].text.strip()
        if DEFINITION.match(rows[at].text) or (empty and at + 1 < len(rows) and not rows[at + 1].text.strip()):
            break
        at += 1
    return at
