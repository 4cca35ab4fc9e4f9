"""Blocks between `#+begin_` and `#+end_`, by their name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from slidegen.sources.org.attributes import Affiliated, braces, html_attributes, merged, whole_fragment
from slidegen.sources.org.boxes import contained, raw_html, shown, wrapped
from slidegen.sources.org.code import code, dedented
from slidegen.sources.org.context import Context
from slidegen.sources.org.inline import lines, one_line, plain
from slidegen.sources.org.labels import label
from slidegen.sources.org.rows import joined
from slidegen.sources.translation import Line

CALLOUTS: Final = {
    "note": "note",
    "tip": "tip",
    "hint": "tip",
    "important": "important",
    "warning": "warning",
    "caution": "warning",
}


@dataclass(frozen=True, slots=True)
class Block:
    """A block: its name in small letters, what stands behind that, its rows, the line that opens it, the keywords above
    it. `inner` makes blocks of rows in it."""

    name: str
    arguments: str
    rows: Sequence[Line]
    first: Line
    above: Affiliated
    context: Context
    inner: Callable[[Sequence[Line]], list[Line]]


def given_to(above: Affiliated, context: Context) -> dict[str, str]:
    """The attributes that keywords give to the element below them, and its caption in words."""
    given = merged(html_attributes(above, context), whole_fragment(above, context))
    caption = above.get("CAPTION")
    if caption:
        given["caption"] = plain(caption, above.number("CAPTION"), context)
    if (name := label(above.get("NAME"))) in context.labels and str(name).startswith("fig-"):
        given["id"] = str(name)
    return given


def named_block(block: Block) -> list[Line]:
    """The Markdown of a block; one whose name means nothing is a box of that class."""
    return BLOCKS.get(block.name, _special)(block)


def _source(block: Block) -> list[Line]:
    return code(
        block.rows, block.arguments, block.first, block.above, given_to(block.above, block.context), block.context
    )


def _example(block: Block) -> list[Line]:
    return _source(replace(block, arguments=f"text {block.arguments}"))


def _export(block: Block) -> list[Line]:
    backend = block.arguments.strip().lower().partition(" ")[0]
    if backend in ("html", "reveal", "re-reveal", "revealjs"):
        html = raw_html(block.rows, block.first.number, block.context)
        return wrapped(html, whole_fragment(block.above, block.context))
    if backend in ("md", "markdown"):
        return list(block.rows)
    return []


def _comment(_: Block) -> list[Line]:
    return []


def _notes(block: Block) -> list[Line]:
    made = block.inner(block.rows)
    if made:
        block.context.notes += [Line("", made[0].number)] if block.context.notes else []
        block.context.notes += made
    return []


def _quote(block: Block) -> list[Line]:
    made = block.inner(block.rows)
    given = given_to(block.above, block.context)
    quoted = [Line(f"> {line.text}".rstrip(), line.number) for line in made]
    return [*([Line(braces(shown(given)), block.first.number)] if shown(given) else []), *quoted]


def _verse(block: Block) -> list[Line]:
    """Lines that stay lines, with the space that they begin with."""
    body = dedented(block.rows)
    parts: list[list[Line]] = [[]]
    for line in body:
        if not line.text.strip():
            parts.append([])
            continue
        space = len(line.text) - len(line.text.lstrip(" "))
        words = one_line(line.text.strip(), line.number, block.context).removesuffix("\\")
        safe = lines(words, [line])[0].text
        parts[-1].append(Line("&nbsp;" * space + safe, line.number))
    made = [[*(Line(f"{one.text}\\", one.number) for one in part[:-1]), *part[-1:]] for part in parts]
    return wrapped(joined(made), merged({"class": "verse"}, shown(given_to(block.above, block.context))))


def _center(block: Block) -> list[Line]:
    given = given_to(block.above, block.context)
    return contained("center", block.inner(block.rows), block.first.number, shown(given))


def _tabs(block: Block) -> list[Line]:
    return contained("tabs", block.inner(block.rows), block.first.number, shown(given_to(block.above, block.context)))


def _tab(block: Block) -> list[Line]:
    title = one_line(block.arguments.strip(), block.first.number, block.context)
    given = shown(given_to(block.above, block.context))
    return contained(f"tab {title}".rstrip(), block.inner(block.rows), block.first.number, given)


def _special(block: Block) -> list[Line]:
    made, given = block.inner(block.rows), shown(given_to(block.above, block.context))
    if block.name in CALLOUTS:
        return contained(CALLOUTS[block.name], made, block.first.number, given)
    classes = re.sub(r"[^\w-]", "-", block.name)
    return wrapped(made, merged({"class": classes}, given), always=True, number=block.first.number)


BLOCKS: Final[Mapping[str, Callable[[Block], list[Line]]]] = {
    "src": _source,
    "example": _example,
    "export": _export,
    "comment": _comment,
    "notes": _notes,
    "quote": _quote,
    "verse": _verse,
    "center": _center,
    "tabs": _tabs,
    "tab": _tab,
}
"""The blocks that org and org-re-reveal know by name, and tabs."""
