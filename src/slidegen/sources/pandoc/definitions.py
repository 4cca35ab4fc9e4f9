"""Copies footnotes and link addresses that another slide defines, because each slide's text is parsed by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from markdown_it.common.utils import normalizeReference

from slidegen.pandoc.attributes import split_attributes
from slidegen.pandoc.cells import is_hidden
from slidegen.sources.pandoc.outline import Outline
from slidegen.sources.pandoc.slides import Part

LABEL: Final = re.compile(r"\[(?P<note>\^)?(?P<label>[^\[\]\n]+)\]")


def slide_texts(outline: Outline, parts: Sequence[Part], given: Mapping[str, Any]) -> Iterator[str]:
    """Yields the text of each slide, without the attributes of its heading and with the definitions of other slides
    that it needs.

    As in pandoc, a heading's text in brackets is a link to the heading. Code cells are left out if their options or the
    front matter in `given` hide them.
    """
    defined = _defined(outline)
    headings = {normalizeReference(text): name for text, name in outline.names.items() if text}
    hidden = _hidden_cells(outline, given)
    for part in parts:
        text = "\n".join(_lines(outline, part, hidden))
        needed: dict[str, str] = {}
        for match in LABEL.finditer(text):
            key = f"^{match['label']}" if match["note"] else normalizeReference(match["label"])
            if key in defined:
                start, end = defined[key]
                if not part.start <= start < part.end:
                    needed[key] = "\n".join(outline.lines[start:end]).strip("\n")
            elif key in headings and not match["note"]:
                needed[key] = f"[{match['label']}]: #{headings[key]}"
        yield "\n\n".join([text.rstrip("\n"), *needed.values()]) if needed else text


def _hidden_cells(outline: Outline, given: Mapping[str, Any]) -> frozenset[int]:
    """Returns the lines of hidden code cells."""
    return frozenset(
        line
        for token in outline.tokens
        if token.type == "fence" and token.map is not None and is_hidden(token.info, token.content, given)
        for line in range(*token.map)
    )


def _lines(outline: Outline, part: Part, hidden: frozenset[int]) -> list[str]:
    """Returns the lines of a slide. Hidden lines are empty, and so is a heading with attributes but no text."""
    lines = ["" if at in hidden else outline.lines[at] for at in range(part.start, part.end)]
    if part.heading is None:
        return lines
    first, end = (line - part.start for line in part.heading.lines)
    for at in range(end - 1, first - 1, -1):
        before, found = split_attributes(lines[at])
        if found is not None:
            lines[at] = before
            break
    if not part.heading.text and lines[first].strip(" #") == "":
        lines[first] = ""
    return lines


def _defined(outline: Outline) -> Mapping[str, tuple[int, int]]:
    """Returns the lines that define each note ("^label") and each address."""
    found: dict[str, tuple[int, int]] = {}
    for label, reference in outline.env.get("references", {}).items():
        if "map" in reference:
            found[label] = (reference["map"][0], reference["map"][1])
    for token in outline.tokens:
        if token.type == "footnote_reference_open" and token.map is not None:
            found[f"^{token.meta['label']}"] = (token.map[0], token.map[1])
    return found
