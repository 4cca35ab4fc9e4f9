"""Steps on the inline text of a slide: HTML attributes, raw HTML, dashes, image captions, incremental lists."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from slidegen.pandoc.attributes import html_attributes, split_attributes
from slidegen.pandoc.fences import HTML
from slidegen.pandoc.identifiers import plain_text
from slidegen.pandoc.typography import dashes
from slidegen.render.absolute import placed, reporter, styled
from slidegen.render.attributes import OWNERS, merge
from slidegen.render.context import Env, slide_context
from slidegen.render.images import LENGTH, lone_image
from slidegen.render.qr import DEFAULT, SIZES, QrProblem, qr_code, qr_html

ATTRIBUTED: Final = frozenset({"span_open", "link_open", "code_inline", "image"})
ITEMS: Final = frozenset({"list_item_open", "dt_open", "dd_open"})


def register_spans(md: MarkdownIt) -> None:
    """Registers renderings for shortcodes: QR codes, and nothing for those that slides do not show."""
    md.add_render_rule("shortcode", lambda *_: "")
    md.add_render_rule("qrcode", _qrcode)


def _qrcode(_: Any, tokens: Sequence[Token], index: int, _options: Any, env: Env) -> str:
    token = tokens[index]
    try:
        return qr_html(qr_code(token.content, min(max(token.meta.get("size", DEFAULT), SIZES[0]), SIZES[1])))
    except QrProblem as problem:
        context = slide_context(env)
        before, _, _ = context.text.text.partition(token.content)
        context.problem_at(f"qrcode: {problem}", before.count("\n"), code="wrong-value")
        return ""


def spans(tokens: list[Token], env: Env) -> None:
    """Translates the attributes of spans, links and images to HTML, and drops raw text of other formats."""
    for token in tokens:
        if not token.children:
            continue
        for child in token.children:
            if child.type == "raw_inline":
                child.type = "html_inline"
                child.content = child.content if child.meta["format"] in HTML else ""
            elif child.type in ATTRIBUTED and child.attrs:
                child.attrs = dict(_attributes(child, reporter(env, token.map[0] if token.map else 0)))


def _attributes(token: Token, report: Callable[[str], None]) -> dict[str, str]:
    given = {key: str(value) for key, value in token.attrs.items()}
    classes = given.get("class", "").split()
    given = placed(classes, given, report)
    if token.type == "image":
        align = given.pop("fig-align", None)
        classes += [{"default": "left"}.get(align, align)] if align else []
        given |= {"class": " ".join(classes)} if classes else {}
        for side in ("width", "height"):
            if side in given and not LENGTH.match(given[side]):
                given = styled({key: value for key, value in given.items() if key != side}, f"{side}:{given[side]}")
    return html_attributes(given)


def trailing(tokens: list[Token], _: Env) -> None:
    """Moves attributes at the end of an item, a paragraph or a cell to it. pandoc would show them as text."""
    for index, inline in enumerate(tokens):
        if inline.type != "inline" or not inline.children or tokens[index - 1].type not in OWNERS:
            continue
        last = inline.children[-1]
        before, found = split_attributes(last.content) if last.type == "text" else ("", None)
        if found:
            last.content = before
            owner = tokens[index - 1]
            if owner.type == "paragraph_open" and tokens[index - 2].type == "list_item_open":
                owner = tokens[index - 2]
            merge(owner, html_attributes(found))


def typography(tokens: list[Token], _: Env) -> None:
    """Sets dashes and ellipses."""
    for token in tokens:
        for child in token.children or ():
            if child.type == "text":
                child.content = dashes(child.content)


def incremental(tokens: list[Token], env: Env) -> None:
    """Makes the items of incremental lists fragments. Notes are excepted: the speaker sees all of them."""
    steps: list[bool] = [env["slide"].incremental]
    for token in tokens:
        name = token.type.removeprefix("container_").rpartition("_")[0]
        if name in ("incremental", "nonincremental", "notes", "toggle"):
            if token.nesting > 0:
                steps.append(not steps[-1] if name == "toggle" else name == "incremental")
            else:
                steps.pop()
        elif token.type in ITEMS and steps[-1] and "fragment" not in str(token.attrs.get("class", "")).split():
            token.attrJoin("class", "fragment")


def figures(tokens: list[Token]) -> None:
    """Makes the description of a lone image its caption, unless the image has a title."""
    for inline in tokens:
        image: Any = lone_image(inline) if inline.type == "inline" else None
        if image is not None and image.meta.get("caption") is None and image.children:
            image.meta["caption"] = plain_text(image.children) or None
