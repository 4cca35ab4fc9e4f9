"""Reads the YAML of a deck slide by slide: of a deck that was read before, only the slides that have changed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from slidegen.errors import DeckError, KeyPath
from slidegen.memo import Memo
from slidegen.yaml_tree import MAX_DEPTH, YamlTree, parse_yaml

KEY: Final = "slides"
OPENING: Final = re.compile(r"^slides:[ \t]*(?:#[^\n]*)?\n", re.MULTILINE)
FIRST: Final = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\n)*(?P<indent> *)-(?=[ \n])")
DOCUMENT: Final = re.compile(r"^(?:---|\.\.\.|%)", re.MULTILINE)
"""A line that begins or ends a document, or that is about it."""
MOST: Final = 1_000_000
"""The most characters: a longer text may hold too many values, which only reading it as a whole finds out."""
DEEP: Final = MAX_DEPTH - 10
"""The most levels of an item; of those nested deeper, reading the whole says whether they are too deep."""


@dataclass(frozen=True, slots=True)
class _Item:
    """An item of the list of slides, as if it stood alone."""

    value: Any
    lines: tuple[tuple[KeyPath, int], ...]
    text_lines: tuple[tuple[KeyPath, int], ...]
    columns: tuple[tuple[KeyPath, int], ...]


class _Whole(Exception):
    """The deck must be read as a whole."""


def parse_deck(text: str, name: str, memo: Memo | None) -> YamlTree:
    """Reads a deck as `parse_yaml` does, with the same result and the same mistakes.

    The items of the list of slides are read one by one where their indentation divides them. Whatever is unusual about
    a deck (an alias, a mistake) makes it be read as a whole.
    """
    if memo is not None and len(text) < MOST and DOCUMENT.search(text) is None:
        try:
            return _joined(text, name, memo)
        except (DeckError, _Whole):
            pass
    return parse_yaml(text, name)


def _joined(text: str, name: str, memo: Memo) -> YamlTree:
    opening = OPENING.search(text)
    first = None if opening is None else FIRST.match(text, opening.end())
    if opening is None or first is None or OPENING.search(text, opening.end()) is not None:
        raise _Whole
    indent = len(first["indent"])
    end = re.compile(r"^(?:[^ #\n-]|-(?![ \n]))" if indent == 0 else r"^[^ #\n]", re.MULTILINE)
    ended = end.search(text, first.end())
    last = len(text) if ended is None else ended.start()
    begins = [found.start() for found in re.finditer(rf"^ {{{indent}}}-(?=[ \n])", text[:last], re.MULTILINE)]
    begins = [opening.end(), *(at for at in begins if at > first.end())]
    around = f"{text[: opening.end()]}{chr(10) * text.count(chr(10), opening.end(), last)}{text[last:]}"
    tree = memo.once("yaml around", (around, name), lambda: _around(around, name))
    line = text.count("\n", 0, opening.end())
    lines, text_lines, columns = dict(tree.lines), dict(tree.text_lines), dict(tree.columns)
    values = []
    for index, (start, stop) in enumerate(zip(begins, [*begins[1:], last], strict=True)):
        part = text[start:stop]
        item: _Item = memo.once("yaml item", (part, name), lambda part=part: _item(part, name))  # type: ignore[misc]
        values.append(item.value)
        lines.update([((KEY, index, *path), line + row) for path, row in item.lines])
        text_lines.update([((KEY, index, *path), line + row) for path, row in item.text_lines])
        columns.update([((KEY, index, *path), column) for path, column in item.columns])
        line += part.count("\n")
    return YamlTree({**tree.value, KEY: values}, lines, text_lines, columns)


def _around(text: str, name: str) -> YamlTree:
    """Reads what stands around the slides."""
    tree = parse_yaml(text, name)
    if not isinstance(tree.value, dict) or tree.value.get(KEY, "") is not None:
        raise _Whole
    del tree.text_lines[KEY,]
    return tree


def _item(text: str, name: str) -> _Item:
    """Reads one item of the list."""
    tree = parse_yaml(text, name)
    if not isinstance(tree.value, list) or len(tree.value) != 1:
        raise _Whole
    if max(map(len, tree.lines)) > DEEP or tree.text_ends:
        raise _Whole
    lines, columns = (
        tuple((path[1:], place) for path, place in places.items() if path) for places in (tree.lines, tree.columns)
    )
    return _Item(tree.value[0], lines, tuple((path[1:], line) for path, line in tree.text_lines.items()), columns)
