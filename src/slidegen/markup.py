"""A piece of HTML as a tree, which lexbor parses as a browser does: closed at its end, changed, and written again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from slidegen.marks import INSERTED

INTEGRATION: Final = {
    "svg": frozenset({"foreignObject", "desc", "title"}),
    "math": frozenset({"mi", "mo", "mn", "ms", "mtext"}),
}
"""Elements of SVG and MathML whose children are HTML (HTML, "The stack of open elements")."""
PAGES_IN_MATH: Final = frozenset({"text/html", "application/xhtml+xml"})
END: Final = f"<!--{INSERTED.opening}-->"
"""Marks the end while a piece is parsed: the elements around it are those that are still open there."""
RAW_TEXT: Final = frozenset({"script", "style", "xmp", "iframe", "noembed", "noframes", "plaintext"})
"""Elements whose text is written as it is, without entities."""
RAW_TAG: Final = re.compile(f"<(?:{'|'.join(sorted(RAW_TEXT))})\\b")
DEEPEST: Final = 500
"""The deepest nesting of elements. Browsers stop at about the same depth."""


class TooDeepError(Exception):
    """Elements are nested deeper than `DEEPEST`."""


def may_be_deep(html: str) -> bool:
    """Returns whether HTML has enough elements for some to be nested deeper than `DEEPEST`."""
    return html.count("</") >= DEEPEST


class Fragment:
    """The tree of a piece of HTML inside a slide.

    `swallowed` says that its end lies inside an unclosed tag, comment or style sheet.
    """

    def __init__(self, html: str) -> None:
        self._replaced: dict[int, tuple[LexborNode, str]] = {}
        self._prepended: list[tuple[LexborNode, str]] = []
        self._parser = LexborHTMLParser(html + END, is_fragment=True, fragment_tag="section")
        end = self._last()
        if end is None or not _is_end(end):
            end = next((node for node in self.nodes() if _is_end(node)), None)
        self.swallowed = end is None
        if end is None:
            self._parser = LexborHTMLParser(html, is_fragment=True, fragment_tag="section")
        else:
            end.decompose()

    @property
    def html(self) -> str:
        """The tree as HTML, before replacements."""
        return self._parser.html or ""

    def _last(self) -> LexborNode | None:
        """Returns the last node in document order."""
        node = self._parser.root
        while node is not None and node.last_child is not None:
            node = node.last_child
        return node

    def nodes(self) -> Iterator[LexborNode]:
        """Yields every element, text and comment in document order, except replaced nodes and their children.

        Raises:
            TooDeepError: elements are nested deeper than `DEEPEST`.
        """
        stack = [(self._parser.root, 1)]
        while stack:
            node, depth = stack.pop()
            if node is None:
                continue
            if depth > DEEPEST:
                raise TooDeepError
            if node.mem_id not in self._replaced:
                yield node
            stack.append((node.next, depth))
            if node.mem_id not in self._replaced:
                stack.append((node.first_child, depth + 1))

    def replace(self, node: LexborNode, html: str = "") -> None:
        """Replaces a node by `html`, which is written as it is."""
        self._replaced[node.mem_id] = node, html

    def prepend(self, node: LexborNode, html: str) -> None:
        """Writes `html` before all that is in an element, as it is."""
        self._prepended.append((node, html))

    def put_text(self, node: LexborNode, text: str) -> None:
        """Replaces a text in an element of `RAW_TEXT` by `text`, escaped so that it does not end the element."""
        foreign = node.parent is not None and namespace(node.parent) != "html"
        self.replace(node, escape(text, quote=False) if foreign else raw_text(text))

    def text(self) -> str:
        """Returns its text, without raw text and comments."""
        parts = [node for node in self.nodes() if node.is_text_node]
        kept = (node for node in parts if node.parent is None or node.parent.tag not in RAW_TEXT)
        return "".join(node.text_content or "" for node in kept)

    def write(self) -> str:
        """Returns the tree as HTML. The tree must not be used afterwards."""
        pieces: list[str] = []
        self._escape_foreign()
        for node, html in self._replaced.values():
            node.replace_with(INSERTED.mark(len(pieces)))
            pieces.append(html)
        for node, html in self._prepended:
            first, mark = node.first_child, INSERTED.mark(len(pieces))
            node.insert_child(mark) if first is None else first.insert_before(mark)
            pieces.append(html)
        if self._parser.root is not None:
            for node in self._parser.css("pre, textarea, listing"):
                _keep_first_newline(node)
        html = self._parser.html or ""
        if not RAW_TAG.search(html):
            html = html.replace("&nbsp;", "\u00a0")  # as the renderer writes it
        return INSERTED.replace(html, pieces.__getitem__)

    def _escape_foreign(self) -> None:
        """Escapes raw text in SVG and MathML, where it may hold entities: lexbor writes it as it is."""
        if self._parser.root is None:
            return
        for node in self._parser.css(",".join(sorted(RAW_TEXT))):
            if namespace(node) != "html":
                for text in texts(node):
                    if text.mem_id not in self._replaced:
                        self.put_text(text, text.text_content or "")


def attributes_of(text: str) -> dict[str, str]:
    """Returns the attributes in a text such as ``class="a" hidden data-x=1``. One without a value is ""."""
    tag = f"<i {text.replace('<', '&lt;').replace('>', '&gt;')}>"
    found = LexborHTMLParser(tag, is_fragment=True, fragment_tag="section").css_first("i")
    return {} if found is None else {name: value or "" for name, value in found.attributes.items()}


def ancestors(node: LexborNode) -> Iterator[LexborNode]:
    """Yields the elements around a node, the nearest first."""
    parent = node.parent
    while parent is not None and parent.is_element_node:
        yield parent
        parent = parent.parent


def texts(node: LexborNode) -> list[LexborNode]:
    """Returns the texts that are children of a node."""
    found, child = [], node.first_child
    while child is not None:
        if child.is_text_node:
            found.append(child)
        child = child.next
    return found


def namespace(node: LexborNode) -> str:
    """Returns the namespace of an element, "html", "svg" or "math", as the parser does (HTML, "Tree construction")."""
    found, inside = "html", None
    for element in reversed((node, *ancestors(node))):
        tag = element.tag or ""
        if inside is None or _holds_html(inside, found):
            of_math = (
                found == "math" and tag in ("mglyph", "malignmark") and (inside and inside.tag) != "annotation-xml"
            )
            found = tag if tag in ("svg", "math") else "math" if of_math else "html"
        elif found == "math" and tag == "svg" and inside.tag == "annotation-xml":
            found = "svg"
        inside = element
    return found


def _holds_html(element: LexborNode, belongs: str) -> bool:
    if belongs == "math" and element.tag == "annotation-xml":
        return (element.attributes.get("encoding") or "").lower() in PAGES_IN_MATH
    return belongs == "html" or element.tag in INTEGRATION[belongs]


def in_drawing(node: LexborNode) -> bool:
    """Returns whether a node is inside an SVG, where only SVG's own elements are shown."""
    for around in ancestors(node):
        if around.tag == "svg":
            return True
        if around.tag == "foreignObject":
            return False
    return False


def raw_text(text: str) -> str:
    """Returns a text escaped for an element of `RAW_TEXT`, so that it does not end the element."""
    return text.replace("</", "<\\/").replace("<!--", "<\\!--")


def _is_end(node: LexborNode) -> bool:
    return bool(node.is_comment_node and node.comment_content == INSERTED.opening)


def _keep_first_newline(node: LexborNode) -> None:
    """Doubles a newline at the beginning of an element, because HTML drops the first one."""
    first = node.first_child
    if first is not None and first.is_text_node and (first.text_content or "").startswith("\n"):
        first.insert_before("\n")
