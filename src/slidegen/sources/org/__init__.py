"""Decks in Emacs' org, as org-re-reveal exports them (https://gitlab.com/oer/org-re-reveal).

The file is read by rules of org's own syntax (https://orgmode.org/worg/org-syntax.html): lines become an outline, what
stands below a heading becomes elements, and the words in these become objects.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from slidegen.model import Source, Text
from slidegen.sources.org.blocks import OWN
from slidegen.sources.org.context import Context
from slidegen.sources.org.deck_options import deck_options
from slidegen.sources.org.include import included
from slidegen.sources.org.labels import labels_of
from slidegen.sources.org.outline import keywords, outline
from slidegen.sources.org.rows import BEGIN, DEFINITION, definition_end, ends_of
from slidegen.sources.org.settings import read_settings
from slidegen.sources.org.slides import stacks
from slidegen.sources.translation import Line, TranslatedDeck, TranslatedSlide
from slidegen.sources.translation.deck import declared, translated_format
from slidegen.yaml_tree import YamlTree

INLINE_NOTE: Final = re.compile(r"\[fn:([\w-]+):([^\[\]]{0,2000})\]")
DECLARING: Final = ("vars", "tables", "figures")


def translate(source: Source) -> TranslatedDeck:
    """Returns the deck of an org file.

    Raises:
        DeckError: a file cannot be included, or the declarations for slidegen are not valid YAML.
    """
    rows, losses = included(source)
    settings = read_settings(keywords(rows))
    own = declared(_own(rows, source))
    context = Context(source, settings, templated=_is_templated(own))
    context.losses += losses
    context.labels = labels_of(rows)
    context.macros = _macros(settings.keywords.get("MACRO", ()))
    _take_footnotes(rows, context)
    above, headings = outline(rows, settings)
    options, lines = deck_options(context)
    slides = stacks(above, headings, context)
    if not slides:
        slides = [[TranslatedSlide((Line("", 1),), 1)]]
    if context.uncited and "bibliography" in options:
        options = {**options, "nocite": context.uncited}
    slides[0][0] = _with_styles(slides[0][0], context)
    every = tuple(sorted(dict.fromkeys(context.losses), key=lambda loss: loss.line or 0))
    return TranslatedDeck(source, options, tuple(map(tuple, slides)), lines, own, every)


def _is_templated(own: YamlTree) -> bool:
    return any((own.value or {}).get(key) for key in DECLARING)


def _own(rows: Sequence[Line], source: Source) -> list[Text]:
    """Returns the declarations for slidegen: lines `#+SLIDEGEN`, and blocks of YAML with the word ``:slidegen``."""
    texts = []
    lines = [line for key, line in keywords(rows) if key == "SLIDEGEN"]
    if lines:
        texts.append(_text(lines, source))
    ends = ends_of(rows)
    for at, row in enumerate(rows):
        begun = BEGIN.match(row.text) if ":slidegen" in row.text else None
        if (
            begun is not None
            and begun["name"].lower() == "src"
            and OWN.search(begun["arguments"])
            and ends[at] > at + 2
        ):
            texts.append(_text(rows[at + 1 : ends[at] - 1], source))
    return texts


def _text(rows: Sequence[Line], source: Source) -> Text:
    space = min((len(row.text) - len(row.text.lstrip(" ")) for row in rows if row.text.strip()), default=0)
    numbers = tuple(row.number for row in rows)
    return Text("\n".join(row.text[space:] for row in rows), source.name, numbers[0], numbers)


def _macros(lines: Sequence[Line]) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in lines:
        name, _, body = line.text.partition(" ")
        found[name.lower()] = body.strip()
    return found


def _take_footnotes(rows: list[Line], context: Context) -> None:
    """Keeps the footnotes of a file in mind, wherever they stand."""
    ends = ends_of(rows)
    at = 0
    while at < len(rows):
        text = rows[at].text
        found = DEFINITION.match(text) if text.startswith("[fn:") else None
        if found is not None:
            end = next((n for n in range(at + 1, definition_end(rows, at)) if rows[n].text.startswith("*")), None)
            end = definition_end(rows, at) if end is None else end
            context.footnotes[found["name"]] = (Line(found["rest"], rows[at].number), *rows[at + 1 : end])
            at = end
            continue
        if "[fn:" in text:
            for note in INLINE_NOTE.finditer(text):
                if note[2]:
                    context.footnotes.setdefault(note[1], (Line(note[2], rows[at].number),))
        at = ends[at] if ends[at] > at + 1 and _is_opaque(text) else at + 1


def _is_opaque(text: str) -> bool:
    begun = BEGIN.match(text)
    return begun is not None and begun["name"].lower() in ("src", "example", "export", "comment")


def _with_styles(slide: TranslatedSlide, context: Context) -> TranslatedSlide:
    """The first slide with links to the deck's own style sheets, which the build puts into the page."""
    links = []
    for line in context.settings.keywords.get("REVEAL_EXTRA_CSS", ()):
        name = line.text.strip()
        path: Path = context.source.path.parent / name
        if not name:
            continue
        if re.match(r"(?:[a-z]+:)?//", name) or not context.source.project.admits(path) or not path.is_file():
            context.lose(f"#+REVEAL_EXTRA_CSS: {name!r} is left out; the deck's project has no such file", line.number)
        else:
            links.append(Line(f'<link rel="stylesheet" href="{name}">', line.number))
    if not links:
        return slide
    gap = Line("", links[0].number)
    content = (*slide.content, gap, *links)
    return TranslatedSlide(content, slide.line, slide.notes, slide.options, slide.lines)


ORG: Final = translated_format("an Org deck", translate)
