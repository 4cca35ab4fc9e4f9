"""Formulas of a deck that marp-core renders: the library that sets them, and the formulas that it cannot set."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import unescape
from typing import Final, Literal, NamedTuple

from markdown_it import MarkdownIt

from slidegen.errors import Problem
from slidegen.limits import MAX_FORMULA, MAX_MATHJAX, formula
from slidegen.locate import line_of_text
from slidegen.marks import FORMULA
from slidegen.markup import Fragment
from slidegen.model import Text
from slidegen.render.sanitize import needs_sanitizing, sanitize

Library = Literal["katex", "mathjax"]
LIBRARY: Final = re.compile(r"""^math[ \t]*:[ \t]*(["']?)(katex|mathjax)\1[ \t]*(?:#.*)?$""", re.MULTILINE)
COMMENT: Final = re.compile(r"<!--(.*?)-->", re.DOTALL)
MISTAKE: Final = "math: "
"""How every message about a formula begins."""
WRONG: Final = re.compile(
    r'class="katex-error" title="ParseError: (?:KaTeX parse error: )?(?P<katex>[^"]*)"'
    r'|mathcolor="#cc0000"><mtext>(?P<unsupported>\\[^<]*)'
    r'|data-mjx-error="(?P<mathjax>[^"]*)"'
    r'|<g data-mml-node="mtext" fill="red" stroke="red">(?P<undefined><path data-c="5C".*?)</g>'
)
IS_SET: Final = re.compile(r'class="katex|<mjx-container')
LONGEST: Final = {"katex": MAX_FORMULA, "mathjax": MAX_MATHJAX}
LETTER: Final = re.compile(r'data-c="([0-9A-F]+)"')


class WrongFormula(NamedTuple):
    """A formula that a library could not set: its line if known, its TeX, and the HTML that is shown instead."""

    line: int | None
    tex: str
    html: str


class Formulas:
    """Collects the formulas inside HTML, so that marp-core's library sets them with the other formulas of the deck."""

    def __init__(self) -> None:
        self.tex: list[tuple[str, bool]] = []

    def render(self, tex: str, display: bool) -> str:
        """The mark that stands for a formula."""
        self.tex.append((tex, display))
        return FORMULA.mark(len(self.tex) - 1)


def named_library(head: str, texts: Sequence[str]) -> Library | None:
    """The library that a deck names in its front matter or in comments. As in Marp, the last one wins."""
    found = [match[2] for match in LIBRARY.finditer(head)]
    for text in texts:
        if "math" not in text or "<!--" not in text:
            continue
        for comment in _comments(text):
            found += [match[2] for match in LIBRARY.finditer("\n".join(map(str.strip, comment.splitlines())))]
    if not found:
        return None
    return "mathjax" if found[-1] == "mathjax" else "katex"


def _comments(text: str) -> Iterator[str]:
    for block in MarkdownIt("commonmark", {"html": True}).parse(text):
        for token in (block, *(block.children or ())):
            if token.type in ("html_block", "html_inline"):
                yield from COMMENT.findall(token.content)


def without_programs(html: str) -> str:
    """Sanitizes the HTML of a formula, which may have links."""
    if not needs_sanitizing(html):
        return html
    fragment = Fragment(html)
    for _ in sanitize(fragment, allow_scripts=False):
        pass
    return fragment.write()


def mistakes(wrong: Sequence[WrongFormula], library: Library, text: Text) -> Iterator[Problem]:
    """Warnings about formulas that cannot be set: Marp reports them only on the slide."""
    for line, tex, html in wrong:
        shown = "it is shown in red" if IS_SET.search(html) else "it is shown as it is written"
        for snippet, message in _reasons(tex, html, library):
            at = line_of_text(text, snippet.strip()) if line is None else line
            yield Problem(f"{MISTAKE}{message}; {shown}", text.path, at, code="math-syntax")


def _reasons(tex: str, html: str, library: Library) -> Iterator[tuple[str, str]]:
    if too_long := formula(tex, LONGEST[library]):
        yield tex, too_long
    elif not IS_SET.search(html):
        yield tex, "it cannot be set; it may be nested too deeply"
    for match in WRONG.finditer(html):
        if match["katex"] is not None:
            yield tex, unescape(match["katex"]).splitlines()[0]
        elif match["mathjax"] is not None:
            yield tex, unescape(match["mathjax"])
        else:
            command = _command(match)
            yield command, f"{command} is unknown or not supported"


def _command(match: re.Match[str]) -> str:
    if match["unsupported"] is not None:
        return unescape(match["unsupported"])
    return "".join(chr(int(code, 16)) for code in LETTER.findall(match["undefined"]))


def count_mistakes(problems: Sequence[Problem]) -> int:
    """How many problems are about formulas."""
    return sum(problem.message.startswith(MISTAKE) for problem in problems)
