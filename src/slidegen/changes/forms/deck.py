"""Changes as a deck of slidegen's own: what changed by reason, with old and new numbers in tables."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Sequence
from typing import Final

from slidegen.changes.forms.markdown import escaped
from slidegen.changes.forms.words import counted, joined, reasons_text, relative_text, subject
from slidegen.changes.values import Change, Changes, Reason, SlideChange
from slidegen.marks import NO_TEXT
from slidegen.printing import printable

BEGINNING: Final = "# Changes that slidegen diff found"
"""How the file begins: such a file may be written again."""
LINES: Final = 12
"""The lines of the tables of a slide."""
COLUMN: Final = 44
"""About how many characters of what changed are on a line of a table."""
MAX_TEXT: Final = 130
"""The most characters of a sentence in a table."""
MAX_PAGES: Final = 12
"""The most slides about one reason."""
MAX_NAMES: Final = 9
"""The most slides of the old or new deck that a list names."""
LONGEST: Final = 30
LONG: Final = re.compile(rf"[^\s/-]{{{LONGEST + 1},}}")
"""A word that cannot be broken, and would make its column too wide."""
UNIT: Final = re.compile(r"(?<=\d) (?=[%A-Za-z])")
Row = tuple[SlideChange, Change]


def as_deck(changes: Changes, title: str) -> str:
    """The changes as the text of a YAML deck. `title` names what is compared."""
    name = f"What changed since {changes.old}" if changes.old != "as it is" else f"What changes {changes.new}"
    lines = [
        f"{BEGINNING} on {_plain(title)}",
        f"title: {_quoted(name)}",
        "theme: auto",
        "slide_number: true",
        "slides:",
    ]
    for layout, content in _slides(changes, title, name):
        lines += ["", f"- layout: {layout}", "  content: |", *(f"    {line}".rstrip() for line in content)]
    return "\n".join(lines) + "\n"


def _slides(changes: Changes, title: str, name: str) -> Iterator[tuple[str, list[str]]]:
    what = [escaped(title), ""] if title else []
    yield "title", [f"# {escaped(name)}", "", *what, f"{escaped(changes.old)} → {escaped(changes.new)}"]
    if changes:
        yield "stats", ["## What changed", "", *_counts(changes)]
    groups = _by_reason(changes)
    if len(groups) > 1:
        yield "table", ["## Why", "", *_why(groups)]
    for reasons, rows in groups.items():
        yield from _group(reasons, rows)
    for kind, heading in (("added", "New slides"), ("removed", "Slides that are gone")):
        names = [_slide_name(slide) for slide in changes.slides if slide.kind == kind]
        for page, part in _parts(names, MAX_NAMES):
            yield "content", [f"## {heading}{page}", "", *(f"- {escaped(one)}" for one in part)]
    same = f"{counted(changes.same, 'number')} did not change"
    hidden = f"{counted(changes.hidden, 'number')} changed only in digits that are not shown." if changes.hidden else ""
    yield "closing", [f"# {same}", "", hidden]


def _counts(changes: Changes) -> Iterator[str]:
    """Yields the items of the slide with the counts."""
    changed = [slide for slide in changes.slides if slide.kind == "changed"]
    if changed:
        yield f"- {_figure(sum(len(slide.changes) for slide in changed), 'change')} on {counted(len(changed), 'slide')}"
    others = (changes.of_kind("added"), changes.of_kind("removed"))
    if any(others):
        yield f"- {_figure(sum(others), 'slide')}: {others[0]} added, {others[1]} removed"
    yield f"- {_figure(changes.same, 'number')} {'is' if changes.same == 1 else 'are'} the same"


def _figure(count: int, what: str) -> str:
    """A count in words, with the number in bold, which the layout sets in large type."""
    return counted(count, what).replace(str(count), f"**{count}**", 1)


def _by_reason(changes: Changes) -> dict[tuple[Reason, ...], list[Row]]:
    """Returns the changes of slides on both sides by their reasons, those with the most changes first, edits last."""
    groups: dict[tuple[Reason, ...], list[Row]] = {}
    for slide in changes.slides:
        for change in joined(slide.changes) if slide.kind == "changed" else ():
            groups.setdefault(change.reasons, []).append((slide, change))
    return dict(sorted(groups.items(), key=lambda one: (one[0] == (Reason("text"),), -len(one[1]))))


def _why(groups: dict[tuple[Reason, ...], list[Row]]) -> Iterator[str]:
    yield "| reason | changes |"
    yield "|---|---:|"
    shown = list(groups.items())[:LINES]
    for reasons, rows in shown:
        yield f"| {_cut(reasons_text(reasons))} | {len(rows)} |"
    if len(groups) > len(shown):
        others = list(groups.values())[LINES:]
        yield f"| {counted(len(others), 'other reason')} | {sum(map(len, others))} |"


def _group(reasons: tuple[Reason, ...], rows: Sequence[Row]) -> Iterator[tuple[str, list[str]]]:
    """Yields the slides about one reason: first numbers, then sentences."""
    heading = _cut(_sentence(reasons_text(reasons)), 90)
    pages = [
        *_pages([row for row in rows if not _is_wide(row[1])]),
        *_pages([row for row in rows if _is_wide(row[1])]),
    ]
    for at, page in enumerate(pages[:MAX_PAGES], 1):
        number = f" ({at} of {min(len(pages), MAX_PAGES)})" if len(pages) > 1 else ""
        yield "table", [f"## {heading}{number}", "", *_table(page)]
    if len(pages) > MAX_PAGES:
        left = sum(map(len, pages[MAX_PAGES:]))
        yield "statement", [f"{counted(left, 'more change')}: slidegen diff lists them"]


def _pages(rows: Sequence[Row]) -> list[list[Row]]:
    """Divides rows among slides by the lines that they take."""
    pages: list[list[Row]] = []
    room = 0
    for row in rows:
        lines = _height(row[1])
        if lines > room:
            pages.append([])
            room = LINES
        pages[-1].append(row)
        room -= lines
    return pages


def _is_wide(change: Change) -> bool:
    """Whether a change is that of sentences, or of whole rows and columns, which stand side by side."""
    return change.kind in ("words", "row", "column")


def _sides(change: Change) -> tuple[str, str]:
    """The old and the new text of a wide change, with the name of the row or column."""
    name = "" if change.kind == "words" else f"{subject(change)}: "
    old, new = (f"{name}{text}" if text is not None else "" for text in (change.old, change.new))
    return old, new


def _height(change: Change) -> int:
    if _is_wide(change):
        longest = max(min(MAX_TEXT, len(text)) for text in _sides(change))
        return max(1, math.ceil(longest / COLUMN))
    return max(1, math.ceil(min(MAX_TEXT, len(subject(change))) / COLUMN))


def _table(rows: Sequence[Row]) -> Iterator[str]:
    if _is_wide(rows[0][1]):
        yield "| Slide | Old | New |"
        yield "|---|---|---|"
        for slide, change in rows:
            old, new = _sides(change)
            yield f"| {_number(slide)} | {_cut(old)} | {_cut(new)} |"
        return
    relative = any(relative_text(change) for _, change in rows)
    yield f"| Slide | What | Old | New |{' Change |' if relative else ''}"
    yield f"|---|---|---:|---:|{'---:|' if relative else ''}"
    for slide, change in rows:
        cells = [_number(slide), _cut(subject(change)), _together(change.old), _together(change.new)]
        yield f"| {' | '.join(cells)} |{f' {escaped(relative_text(change))} |' if relative else ''}"


def _number(slide: SlideChange) -> str:
    return escaped(slide.new_number or slide.old_number or slide.title[:40])


def _slide_name(slide: SlideChange) -> str:
    number = slide.new_number or slide.old_number
    title = slide.title if len(slide.title) <= MAX_TEXT else f"{slide.title[:MAX_TEXT]}…"
    return f"{number}: {title}" if number else title


def _parts(names: Sequence[str], most: int) -> Iterator[tuple[str, Sequence[str]]]:
    count = math.ceil(len(names) / most)
    for at in range(count):
        yield f" ({at + 1} of {count})" if count > 1 else "", names[at * most : (at + 1) * most]


def _cut(text: str, most: int = MAX_TEXT) -> str:
    """A text of at most about `most` characters, escaped, without words that are too long for a line."""
    text = LONG.sub(lambda found: f"{found[0][:LONGEST]}…", text)
    if len(text) > most:
        text = f"{text[:most].rsplit(' ', 1)[0]} …"
    return escaped(text)


def _together(text: str | None) -> str:
    """A number, escaped, whose unit stays on its line."""
    return UNIT.sub("\N{NO-BREAK SPACE}", _cut(text or "", 60))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _quoted(text: str) -> str:
    """A text for a value of YAML that is expanded: without expressions."""
    return json.dumps(_plain(text).replace("{", "(").replace("}", ")"), ensure_ascii=False)


def _plain(text: str) -> str:
    """A text on one line, without characters that no deck may hold."""
    return " ".join(NO_TEXT.sub("\N{REPLACEMENT CHARACTER}", printable(text)).split())
