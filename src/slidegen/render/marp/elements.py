"""reveal-md's ``<!-- .element: class="fragment" -->``: attributes for the element that the comment stands in."""

from __future__ import annotations

from html import escape

from selectolax.lexbor import LexborNode

from slidegen.markup import Fragment
from slidegen.render.context import SlideContext
from slidegen.render.harmless import leave_out
from slidegen.render.marp.compose import DATA
from slidegen.render.placed import row_in_text

TAKERS = frozenset(
    ["li", "p", "h1", "h2", "h3", "h4", "h5", "h6", "td", "th", "blockquote", "div", "pre", "figure", "section"]
)
"""The elements that take attributes; a slide itself takes none this way."""


def apply_elements(html: str, context: SlideContext) -> str:
    """`html` with the attributes of every mark on the block before it, as far as they are harmless, and the marks
    gone."""
    if "data-element" not in html:
        return html
    fragment = Fragment(html)
    taker: LexborNode | None = None
    for node in fragment.nodes():
        mark = node.attributes.get("data-element") if node.is_element_node else None
        if mark is not None:
            if taker is not None and taker.tag != "section":
                _give(taker, mark)
            _remove(node, fragment)
        elif node.tag in TAKERS:
            taker = node
    for message, pattern in leave_out(fragment, context.allow_scripts):
        context.warn_at(message, row_in_text(pattern, context))
    return fragment.write()


def _give(taker: LexborNode, mark: str) -> None:
    for found in DATA.finditer(mark):
        name, value = found[1], next(one for one in found.groups()[1:] if one is not None)
        known = taker.attributes.get(name)
        if known is not None and name == "class":
            taker.attrs["class"] = f"{known} {value}"
        elif name not in taker.attributes:
            taker.attrs[name] = value


def _remove(mark: LexborNode, fragment: Fragment) -> None:
    """Takes a mark away, with the spaces before it."""
    fragment.replace(mark)
    before = mark.prev
    if before is not None and before.is_text_node:
        fragment.replace(before, escape((before.text_content or "").rstrip(" \t"), quote=False))
