"""Steps on the sequence of a slide's blocks: headings, notes, pauses, table captions, lists in quotes."""

from __future__ import annotations

import itertools
import re
from typing import Any, Final

from markdown_it.token import Token

from slidegen.pandoc.attributes import html_attributes, split_attributes
from slidegen.pandoc.identifiers import identifier, unique
from slidegen.pandoc.inlines import RAW_TEX
from slidegen.pandoc.typography import dashes
from slidegen.render.blocks import split_notes
from slidegen.render.context import Env, slide_context

PAUSE: Final = ". . ."
CAPTION: Final = re.compile(r"(?:[Tt]able)?:\s+(?=\S)")
LISTS: Final = frozenset({"bullet_list_open", "ordered_list_open", "dl_open"})


def raw_tex(tokens: list[Token], _: Env) -> list[Token]:
    """Drops paragraphs that consist of TeX commands."""
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        if tokens[at].type == "paragraph_open" and RAW_TEX.fullmatch(tokens[at + 1].content):
            at += 3
            continue
        found.append(tokens[at])
        at += 1
    return found


def headings(tokens: list[Token], env: Env) -> list[Token]:
    """Gives headings inside a slide their attributes and ids. The slide itself has those of its own heading."""
    names = slide_context(env).findings.names
    own = env.get("id")
    if own is not None:
        names.setdefault(str(own), 0)
    for before, token in itertools.pairwise(tokens):
        if before.type != "heading_open":
            continue
        token.content, found = split_attributes(token.content)
        if own is not None:
            own = None
            continue
        attributes: dict[str, Any] = html_attributes(found or {})
        if "id" not in attributes:
            attributes["id"] = unique(identifier(dashes(token.content.replace("*", "").replace("`", ""))), names)
        before.attrs = {**attributes, **before.attrs}
    return tokens


def captions(tokens: list[Token], _: Env) -> list[Token]:
    """Moves a paragraph ``: caption`` before or after a table into the table."""
    found: list[Token] = []
    opening: Token | None = None
    place = 0
    waiting: list[Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        caption = tokens[at + 1] if _is_caption(tokens, at) else None
        before = caption is not None and at + 3 < len(tokens) and tokens[at + 3].type == "table_open"
        if caption is not None and (opening is not None or before):
            caption_tokens = _caption(caption, token.level + 1)
            if opening is not None:
                found[place:place] = _with_attributes(opening, caption_tokens)
                opening = None
            else:
                waiting = caption_tokens
            at += 3
            continue
        found.append(token)
        at += 1
        if token.type == "table_open":
            place = len(found)
            found += _with_attributes(token, waiting)
            opening, waiting = (None if waiting else token), []
        elif token.type != "table_close" and (opening is None or token.level <= opening.level):
            opening = None
    return found


def _is_caption(tokens: list[Token], at: int) -> bool:
    return tokens[at].type == "paragraph_open" and CAPTION.match(tokens[at + 1].content) is not None


def _caption(inline: Token, level: int) -> list[Token]:
    content, found = split_attributes(CAPTION.sub("", inline.content, count=1))
    inline.content = content
    opening = Token("caption_open", "caption", 1, meta={"attributes": found or {}}, level=level, block=True)
    return [opening, inline, Token("caption_close", "caption", -1, level=level, block=True)]


def _with_attributes(table: Token, caption: list[Token]) -> list[Token]:
    if caption:
        table.attrs = {**table.attrs, **html_attributes(caption[0].meta["attributes"])}
    return caption


def toggles(tokens: list[Token], _: Env) -> list[Token]:
    """Unwraps a quote that holds only a list: pandoc's way to reverse whether the items appear one by one."""
    opened: list[bool] = []
    for at, token in enumerate(tokens):
        if token.type == "blockquote_open":
            opened.append(_holds_a_list(tokens, at))
        if token.type in ("blockquote_open", "blockquote_close") and opened[-1]:
            token.type, token.hidden = token.type.replace("blockquote", "toggle"), True
        if token.type.endswith(("blockquote_close", "toggle_close")):
            opened.pop()
    return tokens


def _holds_a_list(tokens: list[Token], start: int) -> bool:
    inside = 0
    for token in tokens[start + 1 :]:
        if token.level == tokens[start].level:
            return inside == 1
        if token.level == tokens[start].level + 1 and token.nesting >= 0:
            if token.type not in LISTS:
                return False
            inside += 1
    return False


def notes_last(tokens: list[Token], _: Env) -> list[Token]:
    """Moves notes out of columns, lists and fragments to the end: the speaker sees them from the start."""
    shown, notes = split_notes(tokens)
    return [*shown, *notes]


def pauses(tokens: list[Token], _: Env) -> list[Token]:
    """Puts what follows a paragraph ``. . .`` into a fragment, up to the next pause or the end of the block around."""
    found: list[Token] = []
    opened: list[int] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if opened and (token.level < opened[-1] or token.type == "container_notes_open"):
            found.append(_fragment(-1, opened.pop()))
            continue
        if token.type == "paragraph_open" and tokens[at + 1].content == PAUSE:
            if opened and opened[-1] == token.level:
                found.append(_fragment(-1, opened.pop()))
            opened.append(token.level)
            found.append(_fragment(1, token.level))
            at += 3
            continue
        found.append(token)
        at += 1
    return [*found, *(_fragment(-1, level) for level in reversed(opened))]


def _fragment(nesting: Any, level: int) -> Token:
    kind = "open" if nesting > 0 else "close"
    attributes: dict[str, Any] = {"class": "fragment"} if nesting > 0 else {}
    return Token(f"container_fragment_{kind}", "div", nesting, attributes, level=level, block=True)
