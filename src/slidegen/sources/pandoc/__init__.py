"""pandoc's and Quarto's Markdown: a deck in slidegen's own look, divided into slides as pandoc does for reveal.js."""

from __future__ import annotations

from dataclasses import replace

from slidegen.model import Deck, DeckOptions, Text
from slidegen.sources.markdown_file import Choice, MarkdownFile, is_revealjs
from slidegen.sources.pandoc.definitions import slide_texts
from slidegen.sources.pandoc.metadata import Metadata, read_metadata
from slidegen.sources.pandoc.notices import notices
from slidegen.sources.pandoc.options import Settings, read_settings
from slidegen.sources.pandoc.outline import Outline
from slidegen.sources.pandoc.slides import divide, title_slide, to_slide


def parse(file: MarkdownFile, choice: Choice, slide_level: int | None = None) -> Deck:
    """Parses a deck in pandoc's dialect. `slide_level` overrides the front matter's.

    Raises:
        DeckError: with every mistake of the front matter.
    """
    quarto = file.source.path.suffix.lower() == ".qmd" or is_revealjs(file.given.get("format"))
    metadata, body, line = read_metadata(file)
    settings = read_settings(file.tree, file.source.name, quarto)
    outline = Outline.of(body)
    level = next((given for given in (slide_level, settings.slide_level) if given is not None), outline.slide_level())
    stacks = divide(outline, level)
    name = file.source.name
    texts = slide_texts(outline, [part for stack in stacks for part in stack], file.given)
    slides = [
        [to_slide(part, Text(next(texts), name, line + part.start), settings) for part in stack] for stack in stacks
    ]
    first = title_slide(metadata, name, settings)
    if first is not None:
        slides.insert(0, [first])
    title = metadata.plain_title
    warnings = (*settings.warnings, *metadata.warnings, *notices(outline, name, line, file.given))
    deck = file.deck(choice, _options(file, title, metadata, settings), slides, warnings)
    return replace(deck, footer=settings.footer, title=title)


def _options(file: MarkdownFile, title: Text | None, metadata: Metadata, settings: Settings) -> DeckOptions:
    return DeckOptions(
        title=None if title is None else title.text,
        author=metadata.author,
        date=metadata.date,
        lang=file.own.lang,
        dir=file.own.dir,
        hyphenate=file.own.hyphenate,
        description=file.text("description"),
        theme=settings.theme or "auto",
        scheme=file.own.scheme,
        format=file.own.format,
        reveal={**settings.reveal, **file.own.reveal},
        size=(settings.width or 1280, settings.height or 720),
        slide_number=settings.slide_number,
        minutes=file.own.minutes,
        appendix=file.own.appendix,
        claims=file.own.claims,
        bibliography=file.own.bibliography,
        house=file.own.house,
        ignored=file.own.ignored,
        lines={**file.lines(), **settings.lines},
    )
