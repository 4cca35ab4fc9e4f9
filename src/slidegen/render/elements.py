"""reveal.js' comments ``<!-- .element: class="fragment" -->``: attributes for the element before the comment.

The rule is that of reveal.js' Markdown plugin. The attributes go to the nearest preceding sibling that is an element
other than ``<br>``; without one, to the parent of the comment. If that sibling is a list directly above, with no
blank line between, they go to its last item.
"""

from __future__ import annotations

import re
from html import escape
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from selectolax.lexbor import LexborNode

from slidegen.markup import Fragment, attributes_of
from slidegen.render.context import SlideContext, slide_context
from slidegen.render.lines import rows
from slidegen.source_lines import ATTRIBUTE, line_of

ELEMENT: Final = re.compile(r"\s*\.element\b\s*:?")
BLOCK: Final = re.compile(r"\s*<!--" + ELEMENT.pattern)
APART: Final = re.compile(r"\n[ \t]*\n")


def element_comments(md: MarkdownIt) -> None:
    """Registers a rule that keeps what CommonMark's HTML loses: the line of such a comment, which becomes one of its
    attributes, and the blank line before it."""
    md.core.ruler.push("element_comments", _mark_comments)


def _mark_comments(state: StateCore) -> None:
    source: list[str] = []
    for token in state.tokens:
        for child, row in rows(token) if token.type == "inline" and ".element" in token.content else ():
            if child.type == "html_inline":
                _keep_line(child, row, state)
        if token.type == "html_block" and token.map and BLOCK.match(token.content):
            source = source or state.src.split("\n")
            start = token.map[0]
            _keep_line(token, start, state)
            if start and not source[start - 1].strip(" \t>"):
                token.content = f"\n{token.content}"


def _keep_line(token: Token, row: int, state: StateCore) -> None:
    found = BLOCK.match(token.content)
    if found is not None:
        line = slide_context(state.env).text.line(row)
        token.content = f'{found[0]} {ATTRIBUTE}="{line}" {token.content[found.end() :]}'


def apply_element_comments(fragment: Fragment, context: SlideContext) -> None:
    """Moves the attributes of each such comment to its element and removes the comment."""
    for node in list(fragment.nodes()):
        comment = (node.comment_content if node.is_comment_node else None) or ""
        found = ELEMENT.match(comment)
        if found is None:
            continue
        target = _target(node)
        attributes = attributes_of(comment[found.end() :])
        if target is None:
            line = int(attributes.get(ATTRIBUTE) or 0) or line_of(node)
            context.warn_on(
                "the comment .element has no element before it, so it has no effect", line, code="not-applied"
            )
        else:
            _give(target, attributes)
        _remove(node, fragment)


def _target(comment: LexborNode) -> LexborNode | None:
    before = comment.prev
    while before is not None and (not before.is_element_node or before.tag == "br"):
        before = before.prev
    if before is not None:
        return _last_item(before, comment) if before.tag in ("ul", "ol") else before
    parent = comment.parent
    return parent if parent is not None and parent.is_element_node and parent.tag not in ("section", "html") else None


def _last_item(found: LexborNode, comment: LexborNode) -> LexborNode:
    """The last item of a list directly above the comment; the list itself if a blank line stands between."""
    between = comment.prev
    if between is not None and between.is_text_node and APART.search(between.text_content or ""):
        return found
    item = found.last_child
    while item is not None and not item.is_element_node:
        item = item.prev
    return found if item is None else item


def _give(target: LexborNode, attributes: dict[str, str]) -> None:
    if target.attributes.get(ATTRIBUTE):
        attributes.pop(ATTRIBUTE, None)
    for name, value in attributes.items():
        present = target.attributes.get(name)
        target.attrs[name] = f"{present} {value}" if present and name == "class" else value


def _remove(comment: LexborNode, fragment: Fragment) -> None:
    """Removes a comment and the spaces before it."""
    fragment.replace(comment)
    before = comment.prev
    if before is not None and before.is_text_node:
        fragment.replace(before, escape((before.text_content or "").rstrip(" \t"), quote=False))
