"""Blocks of slidegen's Markdown: boxes, attributes, raw HTML, formulas."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

from slidegen.sources.org.attributes import braces
from slidegen.sources.org.code import dedented
from slidegen.sources.org.context import Context
from slidegen.sources.org.labels import TEX_LABEL, tex_label
from slidegen.sources.translation import Line

COMMENT: Final = re.compile(r"<!--[^\n]*-->")


def formula(rows: Sequence[Line], context: Context) -> list[Line]:
    """The rows of a formula, without empty ones and the labels that nothing refers to."""
    kept = [(TEX_LABEL.sub(lambda found: tex_label(found, context.labels), row.text), row.number) for row in rows]
    texts = [Line(context.sealed(text).strip(), number) for text, number in kept]
    return [row for row in texts if row.text]


def raw_html(rows: Sequence[Line], number: int, context: Context) -> list[Line]:
    """HTML as one block: no empty line is in it, and it begins with what begins one."""
    from markdown_it.common.html_blocks import block_names

    kept = [Line(context.sealed(row.text), row.number) for row in dedented(rows)]
    whole = "\n".join(row.text for row in kept)
    keeps = re.search(r"<(?:pre|textarea)\b", whole, re.IGNORECASE)
    kept = [row if row.text.strip() else Line("<!-- -->", row.number) for row in kept if row.text.strip() or keeps]
    if not kept:
        return []
    if COMMENT.fullmatch(whole):
        return kept
    opened = re.match(r"[ \t]*</?([A-Za-z][\w-]*)", kept[0].text)
    if opened is not None and opened[1].lower() in block_names:
        return kept
    return [Line("<div>", number), *kept, Line("</div>", kept[-1].number)]


def wrapped(made: list[Line], given: Mapping[str, str], always: bool = False, number: int | None = None) -> list[Line]:
    """A block inside a `<div>` with attributes, if it is to have any."""
    if not (given or always) or not made:
        return made
    number = made[0].number if number is None else number
    attributes = "".join(f' {key}="{escape(value)}"' for key, value in given.items())
    last = made[-1].number
    return [Line(f"<div{attributes}>", number), Line("", number), *made, Line("", last), Line("</div>", last)]


def contained(name: str, made: list[Line], number: int, given: Mapping[str, str]) -> list[Line]:
    """A container of slidegen's around a block."""
    longest = max((len(found[0]) for line in made if (found := re.match(r":{3,}", line.text))), default=2)
    sign = ":" * (longest + 1)
    head = " ".join(filter(None, (sign, name, braces(given))))
    return [Line(head, number), *made, Line(sign, made[-1].number if made else number)]


def shown(given: Mapping[str, str]) -> dict[str, str]:
    """The attributes of a block, without the caption that stands elsewhere."""
    return {key: value for key, value in given.items() if key not in ("caption", "alt", "width", "height")}


def with_braces(made: list[Line], sign: str) -> list[Line]:
    """A block whose first paragraph ends with attributes."""
    end = next((at for at, line in enumerate(made) if not line.text.strip()), len(made)) - 1
    nested = (
        next((at for at, line in enumerate(made) if at and re.match(r"(?:[-+*]|\d+\.) ", line.text)), len(made)) - 1
    )
    end = min(end, nested)
    text = made[end].text.removesuffix("<!-- -->")
    return [*made[:end], Line(f"{text} {sign}", made[end].number), *made[end + 1 :]]


def tight(made: list[Line]) -> list[Line]:
    """Blocks of an item, its list right below its words."""
    kept: list[Line] = []
    inside = ""
    for at, line in enumerate(made):
        sign = re.match(r"(`{3,}|:{3,})", line.text)
        if sign is not None:
            inside = "" if inside else sign[0]
        following = made[at + 1].text if at + 1 < len(made) else ""
        before = made[at - 1].text if at else ""
        if (
            not line.text
            and not inside
            and re.match(r"(?:[-+]|\d+\.)(?: |$)", following)
            and not re.match(r"(?:[-+]|\d+\.| |`|\||<|\$|\\end)", before)
        ):
            continue
        kept.append(line)
    return kept
