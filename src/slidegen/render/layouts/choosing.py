"""Chooses the layout of a slide that does not name one, from its blocks. docs/decks.md has these rules in a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from slidegen.model import Layout, SlideOptions
from slidegen.render.blocks import Block, is_shown, kind
from slidegen.render.layouts.base import Room
from slidegen.render.layouts.code_and_result import is_code_and_result
from slidegen.render.layouts.two_columns import MARKER, are_short_lists
from slidegen.render.sizing import IMAGE_SHARE, TEXT

SENTENCE: Final = 80
"""How many characters a slide's only sentence may have to be a statement."""
FEATURES: Final[tuple[tuple[str, Layout], ...]] = (
    ("columns", "two-columns"),
    ("table", "table"),
    ("chart", "chart"),
    ("code", "code"),
)
"""The layouts of slides that hold such a block, the first that fits."""
FILLED: Final = frozenset({"slidegen", "reveal", "plain", "marp"})
"""The dialects whose slides slidegen fills. It renders those of the last two where another deck includes them."""
RECOLOURED: Final = frozenset({"invert"})
"""The classes of slides that change nothing but colours."""
BESIDE_PICTURE: Final = frozenset({"image-left", "image-right"})
DASHES: Final = ("—", "–")


def fills(options: SlideOptions, dialect: str) -> bool:
    """Whether slidegen may fill a slide: by a layout for all its blocks, and by the size of its type. A class of the
    slide's own may have a look of its own; pandoc's decks keep theirs."""
    return options.layout is None and set(options.classes) <= RECOLOURED and dialect in FILLED


def enlarges(options: SlideOptions) -> bool:
    """Whether text may be larger on a slide whose layout the author names: beside a picture, which it would else leave
    half empty."""
    return options.layout in BESIDE_PICTURE and set(options.classes) <= RECOLOURED


def choose(blocks: Sequence[Block], room: Room, first: bool, fill: bool) -> Layout:
    """Chooses a layout. `first` says that the slide is the deck's first, `fill` what `fills` says."""
    shown = [block for block in blocks if is_shown(block)]
    kinds = [kind(block, room.slide.text) for block in shown]
    rest = [kind for kind in kinds if kind != "heading"]
    headings = [block[0].tag for block in shown if block[0].type == "heading_open"]
    if headings == ["h1"] and kinds[0] == "heading" and len(rest) <= 2 and set(rest) <= {"text", "image"}:
        return "title" if first else "section"
    if headings and not rest:
        return "section"
    found = _of_the_whole(shown, kinds, room) if fill else None
    if found is not None:
        return found
    for feature, layout in FEATURES:
        if feature in rest:
            return layout
    return "quote" if rest == ["quote"] and not headings else "content"


def _of_the_whole(shown: Sequence[Block], kinds: Sequence[str], room: Room) -> Layout | None:
    """A layout that fits all blocks of a slide and fills it."""
    start = 1 if kinds and kinds[0] == "heading" else 0
    below, rest = list(shown[start:]), list(kinds[start:])
    if are_short_lists(below, room):
        return "two-columns"
    if "heading" in rest:
        return None
    if is_code_and_result(below, rest, room):
        return "code-and-result"
    if _is_picture_and_list(below, rest, room):
        if rest[-1] != "image":
            return "two-columns"
        return "image-right" if room.slide.writing.direction == "ltr" else "image-left"  # the picture comes last
    if not start and rest == ["quote", "text"] and below[1][1].content.startswith(DASHES):
        return "quote"
    if not start and rest == ["text"] and _is_sentence(below[0], room):
        return "statement"
    return None


def _is_sentence(block: Block, room: Room) -> bool:
    """Whether a paragraph is short, and plain text."""
    children = block[1].children or ()
    plain = all(child.type in ("text", "strong_open", "strong_close", "em_open", "em_close") for child in children)
    return plain and len(room.plain(block[1])) <= SENTENCE


def _is_picture_and_list(rest: Sequence[Block], kinds: Sequence[str], room: Room) -> bool:
    """Whether a slide consists of a list, perhaps other text, and one picture before or after it that has neither a
    size nor a place of its own; and the words fit beside it."""
    if kinds.count("image") != 1 or "list" not in kinds or set(kinds) != {"image", "list"} | (set(kinds) & {"text"}):
        return False
    if "image" not in (kinds[0], kinds[-1]):
        return False
    picture = rest[kinds.index("image")]
    if picture[0].attrs.get("style") or set(str(picture[0].attrGet("class")).split()) & {"left", "right", "center"}:
        return False
    words = [token for block in rest if block is not picture for token in block if token.type == "inline"]
    return _height([room.plain(token) for token in words], room) <= room.height - room.heading


def _height(texts: Sequence[str], room: Room) -> float:
    """The height of texts beside a picture, in pixels."""
    from slidegen.figures.type import wrapped

    width = room.cell(2) * 2 * IMAGE_SHARE - MARKER
    return sum(len(wrapped(text, TEXT, width, 99)) * TEXT * 1.35 + 12 for text in texts)
