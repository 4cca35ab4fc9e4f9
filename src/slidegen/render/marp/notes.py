"""Notes as plain text, as the window for presenting a Marp page shows them."""

from __future__ import annotations

from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from slidegen.markup import RAW_TEXT, Fragment, ancestors


def notes_text(html: str) -> str:
    """The text of notes: a formula is its TeX, a drawing its title, and nothing is said twice."""
    return "".join(_texts(Fragment(html)))


def _texts(fragment: Fragment) -> Iterator[str]:
    for node in fragment.nodes():
        if node.is_text_node and _is_said(node):
            text = node.text_content or ""
            yield f"${text.strip()}$" if node.parent is not None and node.parent.tag == "annotation" else text


def _is_said(node: LexborNode) -> bool:
    """Whether a text is that of the notes. Beside its TeX a formula has its signs, twice; a drawing has its title."""
    around = list(ancestors(node))
    if not around:
        return True
    name = around[0].tag or ""
    if name in RAW_TEXT:
        return False
    tags = {one.tag for one in around}
    if "math" in tags:
        return name == "annotation"
    if "svg" in tags:
        return name == "title"
    return not any("katex-html" in (one.attributes.get("class") or "").split() for one in around)
