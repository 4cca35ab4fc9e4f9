"""Images: width and height as attributes, and figures with captions from lone images."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from slidegen.render.absolute import CLASS
from slidegen.render.context import Env, slide_context

ALIGNMENTS = frozenset({"left", "right", "center"})
NUMBERED = "data-numbered"
"""The attribute that holds the beginning of a picture's caption, such as "Figure 3"."""
STEP = re.compile(r"fragment|(?:semi-)?fade-[\w-]+|grow|shrink|strike|current-visible|highlight-[\w-]+")
"""The classes of a picture that say how it comes and goes, which its figure does."""
LENGTH = re.compile(r"^\d+(\.\d+)?(px|%|em|rem|vw|vh|cm|mm|in|pt)?$")


def numbered_caption(number: str, caption: str) -> str:
    """A caption with its number: "Figure 3: words", or "(a) words" for a part of a figure."""
    return " ".join(filter(None, (number if number.startswith("(") or not caption else f"{number}:", caption)))


def images(md: MarkdownIt) -> None:
    """Registers figures and the rendering of images."""
    md.core.ruler.push("figures", _figures)
    md.add_render_rule("image", _image)


def lone_image(inline: Token) -> Token | None:
    """The image of a paragraph that consists of one image; else None."""
    children = [child for child in inline.children or () if child.type != "softbreak" and child.content.strip() != ""]
    images = [child for child in inline.children or () if child.type == "image"]
    return images[0] if len(images) == 1 and all(child.type == "image" for child in children) else None


def _figures(state: StateCore) -> None:
    for opening, inline, closing in zip(state.tokens, state.tokens[1:], state.tokens[2:], strict=False):
        if opening.type != "paragraph_open" or inline.type != "inline":
            continue
        image = lone_image(inline)
        if image is None:
            continue
        classes = str(image.attrGet("class") or "").split()
        aligned = [name for name in classes if name in (*ALIGNMENTS, CLASS)]
        fragment = [name for name in classes if STEP.fullmatch(name)] if "fragment" in classes else []
        opening.tag = closing.tag = "figure"
        opening.hidden = closing.hidden = False
        opening.attrJoin("class", " ".join(["figure", *aligned, *fragment]))
        if fragment and "data-fragment-index" in image.attrs:
            opening.attrs["data-fragment-index"] = image.attrs.pop("data-fragment-index")
        if CLASS in classes:
            opening.attrs["style"] = str(image.attrs.pop("style", ""))
            image.attrs["style"] = "width:100%" + (";height:100%" if "height:" in str(opening.attrs["style"]) else "")
        width = image.attrs.pop("width", None)
        if width is not None:
            opening.attrs["style"] = _sized(state.env, image, "width", str(width))
            image.attrs["style"] = "width:100%"
        image.attrs["class"] = " ".join(name for name in classes if name not in (*aligned, *fragment))
        image.meta["caption"] = image.attrs.pop("title", None)


def _sized(env: Env, token: Token, name: str, value: str) -> str:
    """The CSS for an image's width or height. Reports a value that is not a length and returns an empty string."""
    if not LENGTH.match(value):
        slide_context(env).problem(
            f"image: {name} {value!r} is not a length; write 60% or 400px", token, code="wrong-value"
        )
        return ""
    return f"{name}:{value}px" if value.replace(".", "", 1).isdigit() else f"{name}:{value}"


def _image(renderer: Any, tokens: Sequence[Token], index: int, options: Any, env: Env) -> str:
    token = tokens[index]
    context = slide_context(env)
    alt = context.plain(renderer.renderInlineAsText(token.children, options, env)) if token.children else ""
    attributes = {key: context.plain(str(value)) for key, value in token.attrs.items() if value != ""}
    attributes["alt"] = alt
    numbered = attributes.pop(NUMBERED, None)
    style = [attributes.pop("style", "")]
    sides = [side for side in ("width", "height") if side in attributes]
    style += [_sized(env, token, side, attributes.pop(side)) for side in sides]
    attributes["style"] = ";".join(filter(None, style))
    html = (
        "<img"
        + "".join(f' {key}="{escape(value)}"' for key, value in attributes.items() if value or key == "alt")
        + ">"
    )
    caption = token.meta.get("caption")
    if numbered is not None and "caption" in token.meta:
        caption = numbered_caption(str(numbered), str(caption or alt))
    return html if caption is None else f"{html}<figcaption>{escape(str(caption))}</figcaption>"
