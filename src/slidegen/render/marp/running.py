"""Marp's running headers and footers: closed and sanitized separately, wherever their HTML comes from."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from slidegen.marks import RUNNING
from slidegen.model import Text
from slidegen.render.context import SlideContext
from slidegen.render.placed import Place, finish, warn_unmatched
from slidegen.render.raw_html import RawHtml
from slidegen.render.sizing import Space
from slidegen.resolved import ResolvedText
from slidegen.source_lines import MARKED

PIECE: Final = re.compile(f"{RUNNING.opening}([^{RUNNING.closing}]*){RUNNING.closing}")
NUMBER: Final = re.compile("[0-9]+")


class RunningTexts:
    """The running headers and footers of a deck; each is finished once. `context` belongs to any slide of the deck."""

    def __init__(self, context: SlideContext) -> None:
        self._context = context
        self._done: dict[str, str] = {}

    def split(self, content: str) -> tuple[str, str, str]:
        """Splits a slide into its content, its header and its footer."""
        if RUNNING.opening not in content:
            return content, "", ""
        pieces = [found[1] for found in PIECE.finditer(content)]
        header = "".join(self._finished(piece) for piece in pieces if piece.startswith("<header"))
        footer = "".join(self._finished(piece) for piece in pieces if piece.startswith("<footer"))
        return PIECE.sub("", content), header, footer

    def _finished(self, html: str) -> str:
        if html not in self._done:
            found = MARKED.search(html)
            number = NUMBER.search(found[0]) if found else None
            text = self._context.text
            source = Text(html, text.source.path, int(number[0]) if number else text.source.line)
            context = replace(self._context, text=ResolvedText(html, text.placed, source))
            raw = RawHtml(((0, html),))
            warn_unmatched(raw, context)
            self._done[html] = finish(html, raw, context, Place("running", Space(0, 0)))
        return self._done[html]
