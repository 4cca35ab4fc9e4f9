"""A resolved deck as Marp Markdown: what Marp has stays as it is written, what it lacks becomes HTML."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, cached_property
from html import escape
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from slidegen.marks import PLACED
from slidegen.render.context import Findings, SlideContext
from slidegen.render.markdown_text import values_in_markdown
from slidegen.render.placed import Place, tell_unmatched
from slidegen.render.raw_html import RawHtml
from slidegen.render.rooms import whole_slide
from slidegen.render.slips import BRACES, SHORTCODE, warn_slips
from slidegen.resolved import PlacedFigure, PlacedTable, ResolvedSlide, ResolvedText

if TYPE_CHECKING:
    from slidegen.render.marp.beyond import Beyond

BEYOND = re.compile(r":::|\[\^|^[ \t]*(?:`{3,}+|~{3,}+)[^\n]*[{\[ =][^\n]*$|\\begin\{", re.MULTILINE)
"""A sign that a text may hold something that Marp lacks: containers, footnotes, code options, bare math."""
TAG_OR_SLIP = re.compile(rf"<[a-zA-Z/!?]|{BRACES.pattern}|{SHORTCODE.pattern}")
"""A sign that a text may hold HTML, or words that are nearly others."""
MATH = re.compile(r"(?<!\\)\$\$(?:[^$\\]|\\.)*\$\$|(?<!\\)\$(?:[^$\\\n]|\\.)+\$", re.DOTALL)
RULER = re.compile(r"^ {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*$", re.MULTILINE)
SLIDE_COMMENT = re.compile(r"<!--\s*\.slide:")
ELEMENT_COMMENT = re.compile(r"<!--\s*\.element:")
DATA = re.compile(r"""(?<![\w-])([\w-]++)\s*+=\s*(?:"([^"]*)"|'([^']*)'|(\S+))""")
BACKGROUNDS = {
    "data-background": "_backgroundColor",
    "data-background-color": "_backgroundColor",
    "data-background-image": "_backgroundImage",
    "data-background-size": "_backgroundSize",
    "data-background-position": "_backgroundPosition",
    "data-background-repeat": "_backgroundRepeat",
    "class": "_class",
}


@dataclass(frozen=True, slots=True)
class Composed:
    """A slide's text for marp-core (`engine`), with the marks of what is placed in it, and for people (`plain`), with
    values as Markdown that shows them. `raw` is the HTML in it, `place` where its figures stand."""

    engine: str
    plain: str
    context: SlideContext
    raw: RawHtml
    place: Place


class Composer:
    """Composes the slides of one deck; `breaks` says whether a line's end is a break."""

    def __init__(self, breaks: bool, findings: Findings, size: tuple[int, int], allow_scripts: bool) -> None:
        self._breaks = breaks
        self._findings = findings
        self._size = size
        self._allow_scripts = allow_scripts

    @cached_property
    def _beyond(self) -> Beyond:
        from slidegen.render.marp.beyond import Beyond  # most Marp decks have all that they need in marp-core

        return Beyond(self._breaks, self._size)

    def slide(self, slide: ResolvedSlide, name: str) -> Composed:
        """A slide, its notes as a comment at the end."""
        content = slide.content
        if RULER.search(content.text):
            content = replace(content, text=_without_breaks(content.text))
        context = SlideContext(content, self._findings, False, self._allow_scripts)
        tokens = _blocks(inline=True).parse(content.text) if TAG_OR_SLIP.search(content.text) else []
        raw = RawHtml.of(tokens)
        tell_unmatched(raw, context)
        warn_slips(tokens, context)
        body = self._composed(context, raw, name)
        engine, plain = ("", "") if slide.notes is None else _notes(slide.notes)
        return replace(body, engine=reveal_comments(body.engine) + engine, plain=reveal_comments(body.plain) + plain)

    def _composed(self, context: SlideContext, raw: RawHtml, name: str) -> Composed:
        text = context.text
        if BEYOND.search(text.text) or any(
            isinstance(one, PlacedTable | PlacedFigure) for one in text.marked().values()
        ):
            return self._beyond.compose(context, raw, name)
        engine = values_in_math(text.text, context)
        return Composed(engine, values_in_markdown(engine, text), context, raw, Place(name, whole_slide(self._size)))


def values_in_math(markdown: str, context: SlideContext) -> str:
    """`markdown` with the values inside formulas as TeX shows them: formulas are set before values are filled in."""
    if PLACED.opening not in markdown or "$" not in markdown:
        return markdown
    return MATH.sub(lambda match: context.tex(match[0]), markdown)


def _notes(notes: ResolvedText) -> tuple[str, str]:
    """The comments that hold a slide's notes, for marp-core and for people."""
    text = comment_text(notes.text)
    return (
        f"\n\n<!--\n{text}\n-->",
        f"\n\n<!--\n{comment_text(PLACED.replace(text, lambda i: notes.placed[i].plain))}\n-->",
    )


def reveal_comments(text: str) -> str:
    """reveal-md's comments on a slide as Marp's directives, and those on an element as marks for `apply_elements`."""
    if "<!--" not in text:
        return text

    def directives(said: str) -> str:
        found = {m[1].lower(): next(v for v in m.groups()[1:] if v is not None) for m in DATA.finditer(said)}
        lines = []
        for key, value in found.items():
            name = BACKGROUNDS.get(key)
            if key == "data-background" and ("/" in value or "." in value):
                name = "_backgroundImage"
            if name == "_backgroundImage" and "gradient(" not in value:
                value = f"url({value})"
            if name is not None:
                lines.append(f"{name}: '{value}'")
        return "<!--\n" + "\n".join(lines) + "\n-->" if lines else ""

    text = _replaced(text, SLIDE_COMMENT, directives)
    return _replaced(text, ELEMENT_COMMENT, lambda said: f'<span data-element="{escape(said)}"></span>')


def _replaced(text: str, opening: re.Pattern[str], replacement: Callable[[str], str]) -> str:
    """`text` with every closed comment that begins so replaced by what `replacement` gives for the rest of it."""
    parts: list[str] = []
    at = 0
    while (found := opening.search(text, at)) is not None:
        end = text.find("-->", found.end())
        if end < 0:
            break
        parts += [text[at : found.start()], replacement(text[found.end() : end].strip())]
        at = end + len("-->")
    return "".join((*parts, text[at:]))


@cache
def _blocks(inline: bool = False) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True}).enable("table")
    return parser if inline else parser.disable("inline")


def _without_breaks(text: str) -> str:
    """`text` with rulers that would begin a slide as HTML: the deck is split already, so they come from values."""
    lines = text.split("\n")
    for token in _blocks().parse(text):
        if token.type == "hr" and token.level == 0 and token.map is not None:
            lines[token.map[0]] = "<hr>"
    return "\n".join(lines)


def comment_text(text: str) -> str:
    """A text that does not end the comment that it stands in."""
    return text.strip().replace("-->", "--\u200b>")
