"""What a page shows of a deck, and what has to be sent to it when that changes."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any, Final

from slidegen.errors import Problem
from slidegen.memo import Memo
from slidegen.rendered import Page, Script

DATA: Final = ("notes", "provenance", "timing")
"""The JSON elements of a page that change while it is open."""


@dataclass(frozen=True, slots=True)
class ShownSlide:
    """A slide of the page: its HTML, in which elements have their lines in `data-line`, counted from `line`, and a key
    that stands for this HTML."""

    key: str
    html: str
    line: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A state of the page. `stacks` are the slides of the last build without mistakes, `problems` the mistakes since.

    `focus` is the number (from 0) of the slide that the last edit changed, `edit` counts the edits that changed one.
    `computing` says what is being computed, if anything. `files` has the file of each slide if there are several,
    `clips` the files that the page loads, by their addresses.
    """

    version: int = 0
    page: Page | None = None
    stacks: tuple[tuple[ShownSlide, ...], ...] = ()
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    computing: Mapping[str, Any] | None = None
    focus: int | None = None
    edit: int = 0
    styles: tuple[tuple[str, str], ...] = field(default=())
    files: tuple[str, ...] = ()
    clips: Mapping[str, Path] = field(default_factory=dict)

    @property
    def slides(self) -> list[ShownSlide]:
        """All slides in order."""
        return [slide for stack in self.stacks for slide in stack]

    @property
    def lines(self) -> list[int]:
        """The line of each slide."""
        return [slide.line for stack in self.stacks for slide in stack]

    @property
    def around(self) -> str:
        """A key for what a page cannot exchange while it is open: its scripts and their settings."""
        if self.page is None:
            return ""
        page = self.page
        scripts = [
            part.code if isinstance(part, Script) else part
            for part in (*page.head, *page.before, *page.after, *page.scripts)
        ]
        settings = [text for name, text in page.data.items() if name not in DATA]
        return key_of("\0".join((*scripts, *settings, str(page.nested), str(page.any_script), str(page.clips_beside))))


def key_of(text: str) -> str:
    """A key that stands for a text."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=9).hexdigest()


def shown_slides(page: Page, lines: Sequence[int], memo: Memo) -> tuple[tuple[ShownSlide, ...], ...]:
    """The slides of a page that is served, each with its line in the deck's file."""
    line = iter(lines)

    def shown(html: str) -> ShownSlide:
        return ShownSlide(memo.once("key", html, lambda: key_of(html)), html, next(line))

    return tuple(tuple(map(shown, stack)) for stack in page.stacks)


def shown_styles(page: Page) -> tuple[tuple[str, str], ...]:
    """The style sheets of a page, each with its key."""
    return tuple((key_of(css), css) for css in page.styles)


def changes(old: Shown | None, new: Shown) -> dict[str, Any]:
    """Returns what a page that shows `old` needs to show `new`, as JSON. `old` is None for a page of unknown state.

    The first `front` and the last `back` stacks stay. Those between are `stacks`, by the keys of their slides; `html`
    has the slides that come: where no stack grows or shrinks, each one that is not the one in its place; else those
    that the page does not have.
    """
    sent: dict[str, Any] = {"version": new.version, "edit": new.edit, "focus": new.focus}
    if old is None or old.problems != new.problems:
        sent["problems"] = [message(problem) for problem in new.problems]
    if old is None or old.warnings != new.warnings:
        sent["warnings"] = [message(problem) for problem in new.warnings]
    if old is None or old.computing != new.computing:
        sent["computing"] = new.computing
    if new.page is None:
        return sent
    if old is not None and old.page is not None and old.around != new.around:
        return sent | {"reload": True}
    if old is None or old.stacks is not new.stacks:
        sent |= _slides(() if old is None else old.stacks, new.stacks)
    if old is None or old.lines != new.lines:
        sent["lines"] = new.lines
    if old is None or old.files != new.files:
        sent["files"] = list(new.files)
    if old is None or old.page is not new.page:
        sent |= _around(old, new)
    return sent


def message(problem: Problem) -> dict[str, Any]:
    """A mistake or a warning as JSON."""
    return {"message": problem.message, "path": problem.path, "line": problem.line}


def _slides(old: Sequence[tuple[ShownSlide, ...]], new: Sequence[tuple[ShownSlide, ...]]) -> dict[str, Any]:
    before, after = [_keys(stack) for stack in old], [_keys(stack) for stack in new]
    most = min(len(before), len(after))
    front = next((at for at in range(most) if before[at] != after[at]), most)
    back = next((at for at in range(most - front) if before[-1 - at] != after[-1 - at]), most - front)
    if front == len(before) == len(after):
        return {}
    between = new[front : len(new) - back]
    gone, come = before[front : len(before) - back], after[front : len(after) - back]
    if list(map(len, gone)) == list(map(len, come)):
        needed = {
            key
            for old_keys, keys in zip(gone, come, strict=True)
            for known, key in zip(old_keys, keys, strict=True)
            if known != key
        }
    else:
        needed = set(Counter(chain(*come)) - Counter(chain(*gone)))
    html = {slide.key: slide.html for stack in between for slide in stack if slide.key in needed}
    return {"front": front, "back": back, "stacks": come, "html": html}


def _keys(stack: Sequence[ShownSlide]) -> list[str]:
    return [slide.key for slide in stack]


def _around(old: Shown | None, new: Shown) -> dict[str, Any]:
    """What surrounds the slides: the title, the attributes of the root, the style sheets that are new, the notes."""
    assert new.page is not None
    page, known = new.page, None if old is None else old.page
    sent: dict[str, Any] = {}
    if known is None or known.title != page.title:
        sent["title"] = page.title
    if known is None or known.root != page.root:
        sent["root"] = dict(page.root)
    if old is None or old.styles != new.styles:
        had = set() if old is None else {key for key, _ in old.styles}
        sent["styles"] = [key for key, _ in new.styles]
        sent["css"] = {key: css for key, css in new.styles if key not in had}
    for name in DATA:
        if name in page.data and (known is None or known.data.get(name) != page.data[name]):
            sent[name] = page.data[name]
    return sent
