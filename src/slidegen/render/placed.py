"""The last step of a slide's HTML: closed, made harmless, and with what Jinja placed in it.

Here text becomes HTML, so here it is escaped: whatever a value went through, it cannot become markup.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

from selectolax.lexbor import LexborNode

from slidegen.marks import DRAWN, PLACED
from slidegen.markup import RAW_TEXT, Fragment, TooDeepError, in_drawing, may_be_deep
from slidegen.render import harmless, provenance
from slidegen.render.context import SlideContext
from slidegen.render.elements import apply_element_comments
from slidegen.render.raw_html import RawHtml
from slidegen.render.sizing import Space
from slidegen.resolved import PlacedFigure, PlacedTable, PlacedValue, ResolvedText
from slidegen.source_lines import line_of
from slidegen.units import typeset

ALONE = re.compile(rf"<p([^>]*)>\s*({PLACED.pattern.pattern})\s*</p>")
ATTRIBUTED = re.compile(r"[{`~]|:::")
"""What gives attributes to elements in Markdown without HTML: braces, fences of code, containers."""
TAG = re.compile(r"<[a-zA-Z]")
"""A sign of HTML in a slide's text: marp-core may see a tag where `RawHtml` sees none."""
READINGS = 8
MOST_TOLD = 100
"""Warnings of one kind that a slide gives: more are no help, and each counts the slide's lines."""
IN_TAG = re.compile(rf"<[a-zA-Z][^<>]*{PLACED.opening}")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text stands: `name` is that of its slide, with a letter for notes and footers. Figures have the room that
    `spaces` gives to their marks, else `whole`, and are drawn for a `phone`, too, if the output has a view for one."""

    name: str
    whole: Space
    spaces: Mapping[int, Space] = field(default_factory=dict)
    phone: bool = False


def finish(html: str, raw: RawHtml, context: SlideContext, place: Place, whole: bool = True) -> str:
    """The HTML of a part of a slide, closed at its end, without what is not harmless, and with every mark replaced: in
    attributes by plain text, elsewhere by HTML.

    `raw` is the HTML in the slide's Markdown. The text that `context` has is the `whole` of what the HTML was made of,
    or else a link's address, say, came from another slide.
    """
    text = context.text
    marked = PLACED.opening in html
    if marked:
        html = ALONE.sub(lambda match: _unwrapped(match, text), html)
    if raw.pieces or _needs_reading(html, marked, text.text, whole):
        html = _closed(html, raw, context)
    html = PLACED.replace(html, lambda index: _html(text, index, place, "span"))
    return DRAWN.replace(html, lambda index: _html(text, index, place, "tspan"))


def _needs_reading(html: str, marked: bool, markdown: str, whole: bool) -> bool:
    """Whether HTML has to be read as a tree: that of plain Markdown is closed, and holds nothing to leave out."""
    if TAG.search(markdown) or (marked and IN_TAG.search(html)):
        return True
    return (not whole or ATTRIBUTED.search(markdown) is not None) and harmless.may_harm(html)


def tell_unmatched(raw: RawHtml, context: SlideContext) -> None:
    """Warns of tags that nothing closes, which are closed where the slide ends, and of those that close nothing."""
    if not raw.pieces:
        return
    # The same tags of a line are told once: to find the line of each takes a time that grows with the slide.
    for row, name in list(dict.fromkeys(raw.of_pages()))[:MOST_TOLD]:
        context.warn_at(f"<{name}> is left out: a slide is no page of its own", row)
    left_open, stray = raw.unmatched()
    for row, name in list(dict.fromkeys(left_open))[:MOST_TOLD]:
        context.warn_at(f"<{name}> is not closed; it is closed where the slide ends", row)
    for row, name in list(dict.fromkeys(stray))[:MOST_TOLD]:
        context.warn_at(f"</{name}> closes nothing; it is left out", row)


def _closed(html: str, raw: RawHtml, context: SlideContext) -> str:
    try:
        fragment = Fragment(html)
        if fragment.swallowed and not _tell_swallowed(raw, context):
            return ""
        if context.dialect == "reveal" and "<!--" in html:
            apply_element_comments(fragment, context)
        if PLACED.opening in html:
            count = len(context.findings.problems)
            for node in fragment.nodes():
                _replace_marks(node, fragment, context)
            if len(context.findings.problems) > count:
                return ""
        for _ in range(READINGS):
            read = fragment.html
            if may_be_deep(read) or harmless.may_harm(read):
                for message, line in list(harmless.leave_out(fragment, context.allow_scripts))[:MOST_TOLD]:
                    context.warn_on(message, line)
            written = fragment.write()
            if written == html:
                return written
            html, fragment = written, Fragment(written)  # a browser may read another tree in it
        context.problem_at("HTML that is read otherwise each time; nest elements as HTML allows", _first_row(raw))
        return ""
    except TooDeepError:
        context.problem_at("HTML elements are nested too deeply", _first_row(raw))
        return ""


def _first_row(raw: RawHtml) -> int:
    return raw.pieces[0][0] if raw.pieces else 0


def _replace_marks(node: LexborNode, fragment: Fragment, context: SlideContext) -> None:
    """Puts the words of what was placed where no HTML can stand: in attributes, comments and raw text."""
    if node.is_element_node:
        for name, value in node.attributes.items():
            if PLACED.opening in name:
                message = "a computed value cannot be an attribute; write the attribute and its value"
                context.problem_on(message, line_of(node))
            if value and PLACED.opening in value:
                node.attrs[name] = context.plain(value)
        return
    content = (node.comment_content if node.is_comment_node else node.text_content) or ""
    if PLACED.opening not in content:
        return
    around = (node.parent.tag if node.parent is not None else None) or ""
    if node.is_comment_node:
        fragment.replace(node, f"<!-- {context.plain(content).strip().replace('--', '- -')} -->")
    elif around in RAW_TEXT:
        fragment.put_text(node, context.plain(content))
    elif around in ("textarea", "title"):
        fragment.replace(node, escape(context.plain(content)))
    elif in_drawing(node):
        fragment.replace(node, escape(PLACED.replace(content, DRAWN.mark), quote=False))


def _tell_swallowed(raw: RawHtml, context: SlideContext) -> bool:
    """Tells what takes the rest of a slide: a comment or raw text, which end with it, or a tag, which is a mistake.

    Returns whether the slide can be shown."""
    row, text = raw.pieces[-1] if raw.pieces else (0, "<")
    row += text.count("\n", 0, text.rfind("<"))
    if text.rfind("<!--") > text.rfind("-->"):
        context.warn_at("the comment is not closed; it ends with the slide", row)
    elif not any(name in RAW_TEXT or name in ("textarea", "title") for _, name in raw.unmatched()[0]):
        context.problem_at(f"the tag {text[text.rfind('<') :].split()[0]} is not closed; write its >", row)
        return False
    return True


def _unwrapped(match: re.Match[str], text: ResolvedText) -> str:
    """A table or figure alone in its paragraph takes the paragraph's place."""
    if isinstance(text.placed[int(match[3])], PlacedValue):
        return match[0]
    return f"<div{match[1]}>{match[2]}</div>" if match[1] else match[2]


def _html(text: ResolvedText, index: int, place: Place, tag: str) -> str:
    placed = text.placed[index]
    if isinstance(placed, PlacedTable):
        from slidegen.render.table import table_html  # most decks of Marp place neither tables nor figures

        return table_html(placed)
    if isinstance(placed, PlacedFigure):
        from slidegen.render.figure import figure_html

        prefix = f"f{place.name.replace('.', '-')}-{index}"
        return figure_html(placed, place.spaces.get(index, place.whole), prefix, place.phone)
    return value_html(placed, tag)


def value_html(placed: PlacedValue, tag: str = "span") -> str:
    """A value in text: a number is set as in print, and its exact value stands in an attribute."""
    if not placed.provenance:
        return escape(placed.text, quote=False)
    attributes = provenance.attributes(placed.provenance, placed.value)
    text = typeset(placed.text) if isinstance(placed.value, int | float) else placed.text
    return f'<{tag} class="computed"{attributes}>{escape(text)}</{tag}>'
