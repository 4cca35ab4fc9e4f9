"""The outline of an org file: its headings, with what stands right below each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from slidegen.sources.org.rows import BEGIN, END
from slidegen.sources.org.settings import KEYWORD, Settings
from slidegen.sources.translation import Line

HEADING: Final = re.compile(r"(?P<stars>\*+)[ \t]+(?P<title>.*)$")
TAGS: Final = re.compile(r"(?:^|[ \t]):(?P<tags>[\w@#%:]+):$")
PRIORITY: Final = re.compile(r"\[#(?P<priority>[A-Za-z0-9]+)\][ \t]*")
PLANNING: Final = re.compile(r"[ \t]*(?:CLOSED|DEADLINE|SCHEDULED):[ \t]*[<\[]")
PROPERTY: Final = re.compile(r"[ \t]*:(?P<name>[^\s:]+):[ \t]*(?P<value>.*)$")
KEYWORDS: Final = ("TODO", "DONE")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: its `level` in the file, its line, its properties (small letters), the rows below it."""

    level: int
    title: str
    number: int
    todo: str | None = None
    priority: str | None = None
    tags: tuple[str, ...] = ()
    commented: bool = False
    properties: Mapping[str, str] = field(default_factory=dict)
    property_lines: Mapping[str, int] = field(default_factory=dict)
    rows: tuple[Line, ...] = ()


def keywords(rows: Sequence[Line]) -> Iterator[tuple[str, Line]]:
    """Yields the keywords of a file outside blocks, each with its value and line."""
    inside: str | None = None
    for row in rows:
        if "#+" not in row.text:
            continue
        begun, ended = BEGIN.match(row.text), END.match(row.text)
        if begun is not None and inside is None:
            inside = begun["name"].lower()
        elif ended is not None and ended["name"].lower() == inside:
            inside = None
        elif inside is None and (found := KEYWORD.match(row.text)):
            key = found["key"].upper()
            # YAML goes by indentation, so that of slidegen's own lines stays.
            value = (
                row.text.partition(":")[2].removeprefix(" ").rstrip() if key == "SLIDEGEN" else found["value"].strip()
            )
            yield key, Line(value, row.number)


def outline(rows: Sequence[Line], settings: Settings) -> tuple[list[Line], list[Heading]]:
    """The rows above the first heading, and the headings that are exported, in order."""
    starts = [at for at, row in enumerate(rows) if row.text.startswith("*") and HEADING.match(row.text)]
    todo = _todo(settings)
    found = []
    for start, end in zip(starts, [*starts[1:], len(rows)], strict=False):
        found.append(_heading(rows[start], rows[start + 1 : end], todo))
    return list(rows[: starts[0] if starts else len(rows)]), _exported(found, settings)


def _todo(settings: Settings) -> frozenset[str]:
    words = [
        word.partition("(")[0]
        for key in ("TODO", "SEQ_TODO", "TYP_TODO")
        for word in settings.words(key)
        if word != "|"
    ]
    return frozenset(words or KEYWORDS)


def _heading(row: Line, below: Sequence[Line], todo: frozenset[str]) -> Heading:
    match = HEADING.match(row.text)
    assert match is not None
    title = match["title"].strip()
    tags = TAGS.search(title)
    if tags is not None:
        title = title[: tags.start()].rstrip()
    state, _, rest = title.partition(" ")
    if state in todo:
        title = rest.lstrip()
    priority = PRIORITY.match(title)
    if priority is not None:
        title = title[priority.end() :]
    commented = title == "COMMENT" or title.startswith("COMMENT ")
    heading = Heading(
        level=len(match["stars"]),
        title=title,
        number=row.number,
        todo=state if state in todo else None,
        priority=None if priority is None else priority["priority"],
        tags=tuple(filter(None, tags["tags"].split(":"))) if tags is not None else (),
        commented=commented,
    )
    return _with_properties(heading, below)


def _with_properties(heading: Heading, below: Sequence[Line]) -> Heading:
    """A heading with the properties right below it, and the rows below those."""
    at = 0
    while at < len(below) and PLANNING.match(below[at].text):
        at += 1
    if at < len(below) and below[at].text.strip().upper() == ":PROPERTIES:":
        end = at + 1
        properties: dict[str, str] = {}
        numbers: dict[str, int] = {}
        while end < len(below) and (found := PROPERTY.match(below[end].text)) and found["name"].upper() != "END":
            name = found["name"].lower()
            if name.endswith("+"):
                name = name[:-1]
                properties[name] = f"{properties.get(name, '')} {found['value'].strip()}".strip()
            else:
                properties[name] = found["value"].strip()
            numbers[name] = below[end].number
            end += 1
        if end < len(below) and below[end].text.strip().upper() == ":END:":
            return replace(heading, properties=properties, property_lines=numbers, rows=tuple(below[end + 1 :]))
    return replace(heading, rows=tuple(below[at:]))


def _exported(found: list[Heading], settings: Settings) -> list[Heading]:
    """The headings without those that are comments, have a tag that excludes them, or lack one that selects."""
    excluded = frozenset(settings.words("EXCLUDE_TAGS") or ["noexport"])
    selected = frozenset(settings.words("SELECT_TAGS") or ["export"])
    kept: list[Heading] = []
    hidden: int | None = None
    chosen = _chosen(found, selected)
    for at, heading in enumerate(found):
        if hidden is not None and heading.level > hidden:
            continue
        hidden = None
        if heading.commented or excluded & set(heading.tags):
            hidden = heading.level
        elif chosen is not None and at not in chosen:
            continue
        elif "ARCHIVE" in heading.tags and settings.options.get("arch", "headline") != "t":
            hidden = heading.level
            kept.append(replace(heading, rows=()))
        else:
            kept.append(heading)
    return kept


def _chosen(found: list[Heading], selected: frozenset[str]) -> set[int] | None:
    """The headings with a tag that selects, those below and those above them; None if there are none."""
    if not any(selected & set(heading.tags) for heading in found):
        return None
    chosen: set[int] = set()
    above: list[int] = []
    inside: int | None = None
    for at, heading in enumerate(found):
        while above and found[above[-1]].level >= heading.level:
            above.pop()
        above.append(at)
        if inside is not None and heading.level <= inside:
            inside = None
        if inside is None and selected & set(heading.tags):
            inside = heading.level
            chosen |= set(above)
        if inside is not None:
            chosen.add(at)
    return chosen
