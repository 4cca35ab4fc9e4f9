"""The last step of a slide's HTML: closes its tags, sanitizes it, and fills in what Jinja placed.

Text becomes HTML here, so it is escaped here: no value can become markup, whatever filters it went through.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

from selectolax.lexbor import LexborNode

from slidegen.marks import DRAWN, PLACED
from slidegen.markup import RAW_TEXT, Fragment, TooDeepError, in_drawing, may_be_deep
from slidegen.render import provenance, sanitize
from slidegen.render.context import SlideContext
from slidegen.render.elements import apply_element_comments
from slidegen.render.raw_html import RawHtml
from slidegen.render.sizing import Space
from slidegen.render.struck import struck_html
from slidegen.render.tables.fitting import Fit
from slidegen.resolved import PlacedClaim, PlacedFigure, PlacedQr, PlacedTable, PlacedValue, ResolvedText
from slidegen.source_lines import line_of, without_lines
from slidegen.units import typeset

ALONE = re.compile(rf"<p([^>]*)>\s*({PLACED.pattern.pattern})\s*</p>")
ATTRIBUTED = re.compile(r"[{`~]|:::")
"""Markdown that can add attributes to elements: braces, code fences, containers."""
TAG = re.compile(r"<[a-zA-Z]")
"""A sign of HTML in a slide's text: marp-core may find a tag where `RawHtml` does not."""
MAX_ROUNDS = 8
"""How often HTML is parsed and written until it no longer changes."""
MAX_WARNINGS = 100
"""How many warnings of one kind a slide gives: more are no help, and each counts the lines of the slide."""
IN_TAG = re.compile(rf"<[a-zA-Z][^<>]*{PLACED.opening}")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text stands. `name` is the slide's name, with a letter for notes and footers. A figure gets the space
    that `spaces` has for its mark, else `whole`. It is drawn for a `phone` as well if the output has a view for one.
    `fits` says of the marks of tables how they fit their space."""

    name: str
    whole: Space
    spaces: Mapping[int, Space] = field(default_factory=dict)
    phone: bool = False
    fits: Mapping[int, Fit] = field(default_factory=dict)


def finish(html: str, raw: RawHtml, context: SlideContext, place: Place, whole: bool = True) -> str:
    """Finishes the HTML of a part of a slide: closes it, sanitizes it, and replaces every mark, in attributes by plain
    text, elsewhere by HTML.

    `raw` is the HTML in the slide's Markdown. `whole` says that the HTML comes from the text of `context` alone; it is
    false if, for example, a link's address may come from another slide.
    """
    text = context.text
    marked = PLACED.opening in html
    lines: dict[int, str] = {}
    if marked:
        html = ALONE.sub(lambda match: _unwrapped(match, text, lines), html)
    if raw.pieces or _needs_reading(html, marked, text.text, whole):
        html = _closed(html, raw, context)
    html = PLACED.replace(html, lambda index: _with_line(_html(text, index, place, "span"), lines.get(index, "")))
    return DRAWN.replace(html, lambda index: _html(text, index, place, "tspan"))


def _needs_reading(html: str, marked: bool, markdown: str, whole: bool) -> bool:
    """Whether HTML must be parsed. The HTML of plain Markdown is closed and needs no sanitizing."""
    if TAG.search(markdown) or (marked and IN_TAG.search(html)):
        return True
    return (not whole or ATTRIBUTED.search(markdown) is not None) and sanitize.needs_sanitizing(html)


def warn_unmatched(raw: RawHtml, context: SlideContext) -> None:
    """Warns of tags that are not closed, of stray closing tags, and of tags that belong to a page."""
    if not raw.pieces:
        return
    # One warning for equal tags of a line: finding the line of a tag takes longer the longer the slide is.
    for row, name in list(dict.fromkeys(raw.of_pages()))[:MAX_WARNINGS]:
        context.warn_at(f"<{name}> is left out: a slide is a part of a page", row, code="html")
    left_open, stray = raw.unmatched()
    for row, name in list(dict.fromkeys(left_open))[:MAX_WARNINGS]:
        context.warn_at(f"<{name}> is not closed; it is closed where the slide ends", row, code="unclosed-block")
    for row, name in list(dict.fromkeys(stray))[:MAX_WARNINGS]:
        context.warn_at(f"</{name}> closes nothing; it is left out", row, code="html")


def _closed(html: str, raw: RawHtml, context: SlideContext) -> str:
    try:
        fragment = Fragment(html)
        if fragment.swallowed and not _report_swallowed(raw, context):
            return ""
        if context.dialect == "reveal" and "<!--" in html:
            apply_element_comments(fragment, context)
        if PLACED.opening in html:
            count = len(context.findings.problems)
            for node in fragment.nodes():
                _replace_marks(node, fragment, context)
            if len(context.findings.problems) > count:
                return ""
        for _ in range(MAX_ROUNDS):
            read = fragment.html
            if may_be_deep(read) or sanitize.needs_sanitizing(read):
                for message, line in list(sanitize.sanitize(fragment, context.allow_scripts))[:MAX_WARNINGS]:
                    context.warn_on(message, line, code="html")
            written = fragment.write()
            if written == html:
                return written
            html, fragment = written, Fragment(written)  # a browser may parse it as another tree
        context.problem_at(
            "HTML is read differently each time; nest elements as HTML allows", _first_row(raw), code="html"
        )
        return ""
    except TooDeepError:
        context.problem_at("HTML elements are nested too deeply", _first_row(raw), code="limit")
        return ""


def _first_row(raw: RawHtml) -> int:
    return raw.pieces[0][0] if raw.pieces else 0


def _replace_marks(node: LexborNode, fragment: Fragment, context: SlideContext) -> None:
    """Replaces marks by plain text where HTML is not possible: in attributes, comments and raw text."""
    if node.is_element_node:
        for name, value in node.attributes.items():
            if PLACED.opening in name:
                message = "a computed value cannot be an attribute; write the attribute and its value"
                context.problem_on(message, line_of(node), code="wrong-expression")
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


def _report_swallowed(raw: RawHtml, context: SlideContext) -> bool:
    """Reports what swallows the rest of a slide: a comment or raw text is a warning, an open tag is a mistake.

    Returns whether the slide can be shown."""
    row, text = raw.pieces[-1] if raw.pieces else (0, "<")
    row += text.count("\n", 0, text.rfind("<"))
    if text.rfind("<!--") > text.rfind("-->"):
        context.warn_at("the comment is not closed; it ends with the slide", row, code="unclosed-block")
    elif not any(name in RAW_TEXT or name in ("textarea", "title") for _, name in raw.unmatched()[0]):
        context.problem_at(
            f"the tag {text[text.rfind('<') :].split()[0]} is not closed; write its >", row, code="unclosed-block"
        )
        return False
    return True


def _unwrapped(match: re.Match[str], text: ResolvedText, lines: dict[int, str]) -> str:
    """Replaces a paragraph that holds only a table or figure by the table or figure, which gets its line."""
    index = int(match[3])
    if isinstance(text.placed[index], PlacedValue | PlacedQr):
        return match[0]
    if without_lines(match[1]):
        return f"<div{match[1]}>{match[2]}</div>"
    lines[index] = match[1]
    return match[2]


def _with_line(html: str, line: str) -> str:
    """Adds the attribute with the line to the first tag."""
    return re.sub(r"(?<=^<)[a-z]+", lambda tag: tag[0] + line, html, count=1) if line else html


def _html(text: ResolvedText, index: int, place: Place, tag: str) -> str:
    placed = text.placed[index]
    if isinstance(placed, PlacedTable):
        from slidegen.render.tables.html import table_html  # most Marp decks place neither tables nor figures

        return table_html(placed, place.fits.get(index))
    if isinstance(placed, PlacedFigure):
        from slidegen.render.figure import figure_html

        prefix = f"f{place.name.replace('.', '-')}-{index}"
        return figure_html(placed, place.spaces.get(index, place.whole), prefix, place.phone)
    if isinstance(placed, PlacedQr):
        from slidegen.render.qr import qr_html

        return qr_html(placed)
    return value_html(placed, tag)


def value_html(placed: PlacedValue, tag: str = "span") -> str:
    """A value in text. Numbers are typeset; an attribute holds the exact value."""
    if isinstance(placed, PlacedClaim) and placed.truth:
        return claim_html(placed, tag)
    if not placed.provenance:
        return escape(placed.text, quote=False)
    attributes = provenance.attributes(placed.provenance, placed.value)
    text = typeset(placed.text) if isinstance(placed.value, int | float) else placed.text
    name = "claim" if isinstance(placed, PlacedClaim) else "computed"  # words may wrap, a number may not
    return f'<{tag} class="{name}"{attributes}>{escape(text)}</{tag}>'


def claim_html(claim: PlacedClaim, tag: str) -> str:
    """A claim that is not true: its words struck through, and the truth beside them. A drawing shows it as text."""
    attributes = provenance.attributes(claim.provenance, claim.value) if claim.provenance else ""
    if tag == "tspan":
        return f'<tspan class="false-claim"{attributes}>{escape(claim.plain)}</tspan>'
    return f'<{tag} class="false-claim"{attributes}>{struck_html(claim.text, claim.truth, claim.lang)}</{tag}>'
