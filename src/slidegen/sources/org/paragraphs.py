"""Paragraphs: words, pictures with their captions, formulas between them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from slidegen.sources.org.attributes import braces
from slidegen.sources.org.boxes import formula, shown, with_braces, wrapped
from slidegen.sources.org.context import Context
from slidegen.sources.org.inline import lines, objects
from slidegen.sources.org.links import is_picture, resolved
from slidegen.sources.translation import Line

FORMULA: Final = re.compile(
    r"(?<!\\)\\\[(?P<tex>(?:[^\\]|\\(?![\[\]]).)*)\\\]|(?<!\\)\$\$(?P<dollars>[^$]+)\$\$", re.DOTALL
)
PICTURES: Final = re.compile(r"(?:(?:\[\[[^\[\]]+\]\]|(?<!\S)file:[^\s\[\]]+)[ \t\n]*)+")
FRAGMENT_KEYS: Final = frozenset({"class", "data-fragment-index", "id"})


def paragraph(rows: Sequence[Line], given: Mapping[str, str], context: Context) -> list[list[Line]]:
    """The blocks of a paragraph: its formulas on lines of their own are blocks between its words."""
    rows = [Line(row.text.strip(), row.number) for row in rows]
    text = "\n".join(row.text for row in rows)
    made: list[list[Line]] = []
    at = row_at = 0
    for found in FORMULA.finditer(text):
        tex = found["tex"] if found["tex"] is not None else found["dollars"]
        if not tex.strip():
            continue
        made.append(_words(text[at : found.start()], rows, row_at, {}, context))
        row_at = text.count("\n", 0, found.start())
        inside = [Line(one, rows[row_at + n].number) for n, one in enumerate(tex.split("\n"))]
        block = [Line("$$", rows[row_at].number), *formula(inside, context), Line("$$", inside[-1].number)]
        made.append(wrapped(block, shown(given)))
        at, row_at = found.end(), text.count("\n", 0, found.end())
    made.append(_words(text[at:], rows, row_at, given if at == 0 else {}, context))
    return [block for block in made if block]


def _words(text: str, rows: Sequence[Line], row: int, given: Mapping[str, str], context: Context) -> list[Line]:
    """A paragraph, or a picture with its caption."""
    while text.startswith("\n"):
        text, row = text[1:], row + 1
    text = text.rstrip()
    if not text:
        return []
    pictures = PICTURES.fullmatch(text + "\n") is not None and _only_pictures(text, context)
    of_image = {} if not given else {k: v for k, v in given.items() if k not in FRAGMENT_KEYS} if pictures else {}
    if pictures and given.get("id") in context.labels:
        of_image["id"] = given["id"]
    of_block = {k: v for k, v in given.items() if k not in of_image}
    if pictures and "fragment" in of_block.get("class", ""):
        fragment_names = of_block.pop("class").split()
        at = fragment_names.index("fragment")
        of_image |= {"class": " ".join(fragment_names[:at])} if at else {}
        of_block["class"] = " ".join(fragment_names[at:])
    elif pictures and "class" in of_block:
        of_image["class"] = of_block.pop("class")
    if not pictures and "caption" in of_block:
        of_block.pop("caption")
    made = lines(objects(text, rows[row].number, context, of_image), rows[row:])
    made = [line for line in made if line.text] or []
    if made and made[-1].text.endswith("\\") and not made[-1].text.endswith("\\\\"):
        made[-1] = Line(made[-1].text[:-1], made[-1].number)
    return with_braces(made, braces(of_block)) if made and of_block else made


def _only_pictures(text: str, context: Context) -> bool:
    targets = re.findall(r"\[\[([^\[\]]+)\]\]", text) + re.findall(r"(?<!\S)file:[^\s\[\]]+", text)
    return all(is_picture(resolved(target, context)) for target in targets)
