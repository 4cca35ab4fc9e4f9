"""Finishes the slides of a page, and takes those that have not changed from the build before."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from slidegen.marks import UNKNOWN
from slidegen.memo import Memo
from slidegen.model import Text
from slidegen.outputs.assets import Assets
from slidegen.outputs.emoji import with_emoji
from slidegen.outputs.table_headers import table_headers
from slidegen.outputs.target import Target
from slidegen.source_lines import absolute_lines, relative_lines

COARSE_NS: Final = 2_500_000_000
"""How coarse the times of a file system may be."""

ALONE: Final = re.compile(f'<p((?: data-line="[0-9]+")?)>\\s*{UNKNOWN}\\s*</p>')
"""A paragraph in which nothing but a table or a figure would stand."""
PENDING: Final = re.compile(f"<[^<>]*>|{UNKNOWN}")
HOLDER: Final = '<span class="slidegen-pending">…</span>'


@dataclass(frozen=True, slots=True)
class _Kept:
    """A finished slide, and the state of each file in it."""

    html: str
    files: tuple[tuple[Path, tuple[int, int, int]], ...]


@dataclass(frozen=True, slots=True)
class Sections:
    """Finishes slides for a page. For one that is served, their lines count from that of each slide. Emoji become
    pictures if `color_emoji`."""

    assets: Assets
    target: Target
    color_emoji: bool = True

    def section(self, key: Hashable, line: int, make: Callable[[], str]) -> str:
        """Returns a finished slide whose first line is `line`. `make` makes it; `key` stands for all that this depends
        on besides the files that the slide loads, or is None."""
        memo = self.target.memo
        if memo is None or key is None or self.target.written:
            html = self._finished(make)
            return html if self.target.written else _served(html, line)
        key = key, self.color_emoji
        kept: _Kept | None = memo.find("section", key)
        if kept is not None and all(_state(path) == state for path, state in kept.files):
            self.assets.files.project.reads.update(path for path, _ in kept.files)
            return kept.html
        return self._made(memo, key, line, make)

    def _finished(self, make: Callable[[], str]) -> str:
        html = table_headers(make())
        return with_emoji(html) if self.color_emoji else html

    def with_links(self, stacks: Sequence[Sequence[str]], sources: Sequence[Sequence[Text]]) -> list[list[str]]:
        """Returns finished slides, those that have links inside the deck with the lines of the file."""
        if self.target.written:
            return [list(stack) for stack in stacks]
        return [
            [
                absolute_lines(html, text.line) if 'href="#' in html else html
                for html, text in zip(stack, texts, strict=True)
            ]
            for stack, texts in zip(stacks, sources, strict=True)
        ]

    def _made(self, memo: Memo, key: Hashable, line: int, make: Callable[[], str]) -> str:
        assets = self.assets
        files, reads = assets.files, assets.files.project.reads
        before = assets.state
        used, asked = set(files.used), set(reads)
        files.used.clear()
        html = _served(self._finished(make), line)
        states = [(path, _state(path)) for path in {*files.used, *(reads - asked)}]
        files.used.update(used)
        # A slide with mistakes, or with a drawing that is numbered within the deck, is made anew each time.
        if assets.state == before and all(state is not None for _, state in states):
            known = tuple((path, state) for path, state in states if state is not None)
            memo.keep("section", key, _Kept(html, known))
        return html


def _served(html: str, line: int) -> str:
    """A finished slide of a page that is served: its lines count from that of the slide, and what is not computed yet
    has a place-holder."""
    html = relative_lines(html, line)
    if UNKNOWN not in html:
        return html
    html = ALONE.sub(lambda found: f'<div{found[1]} class="slidegen-pending alone" role="status">computing</div>', html)
    return PENDING.sub(lambda found: found[0].replace(UNKNOWN, "…") if found[0] != UNKNOWN else HOLDER, html)


def _state(path: Path) -> tuple[int, int, int] | None:
    """Returns the size, the time and the number of a file; None if it may have changed without another time."""
    try:
        found = path.stat()
    except OSError:
        return None
    if time.time_ns() - found.st_mtime_ns < COARSE_NS:
        return None
    return found.st_size, found.st_mtime_ns, found.st_ino
