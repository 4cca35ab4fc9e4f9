"""Items of lists, as slidegen's Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from slidegen.sources.org.attributes import braces
from slidegen.sources.org.boxes import tight, with_braces, wrapped
from slidegen.sources.org.context import Context
from slidegen.sources.org.inline import lines, one_line
from slidegen.sources.org.lists import Item
from slidegen.sources.translation import Line

Inner = Callable[[Sequence[Line]], list[Line]]
"""What makes blocks of the rows of an item."""


def listed(items: Sequence[Item], each: Sequence[Mapping[str, str]], context: Context, inner: Inner) -> list[Line]:
    """A list; `each` has the attributes of its items."""
    described = any(item.term is not None for item in items)
    made: list[Line] = []
    number = 1
    for item, given in zip(items, each, strict=True):
        number = item.counter or number
        if described:
            made += [Line("", item.number)] if made else []
            made += _term(item, given, context, inner)
        else:
            made += _item(item, number, given, inner)
        number += 1
    return made


def _item(item: Item, number: int, given: Mapping[str, str], inner: Inner) -> list[Line]:
    bullet = f"{number}. " if item.ordered else "- "
    box = {None: "", "X": "[x] ", "x": "[x] ", " ": "[ ] ", "-": "[ ] "}[item.box]
    body = tight(inner(item.rows))
    first = body[0].text if body else ""
    starts = bool(body) and not re.match(r"```|[~$|<{>]|[-+*] |\d+[.)] |:::|\\begin", first)
    if given:
        body = with_braces(body, braces(given)) if starts else wrapped(body, given, number=item.number)
    if box and not starts:
        body = [Line("", item.number), *body]
    rows = body or [Line("", item.number)]
    indent = " " * len(bullet)
    return [
        Line(
            f"{bullet}{box if not at else ''}{line.text}".rstrip() if not at else f"{indent}{line.text}".rstrip(),
            line.number,
        )
        for at, line in enumerate(rows)
    ]


def _term(item: Item, given: Mapping[str, str], context: Context, inner: Inner) -> list[Line]:
    if item.term is None:
        words = "\\ "
    else:
        words = lines(one_line(item.term, item.number, context), [Line(item.term, item.number)])[0].text or "\\ "
    body = tight(inner(item.rows)) or [Line("&nbsp;", item.number)]
    sign = braces(given)
    if sign:
        words = f"{words} {sign}"
        body = [Line(f"[{body[0].text}]{sign}", body[0].number), *body[1:]] if len(body) == 1 else wrapped(body, given)
    rows = [Line(f": {body[0].text}", body[0].number)]
    rows += [Line(f"  {line.text}".rstrip(), line.number) for line in body[1:]]
    return [Line(words, item.number), *rows]
