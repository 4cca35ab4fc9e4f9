"""The deck that a translated one is: checked as a YAML deck, with the lines of its file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

from slidegen.errors import DeckError, KeyPath, Problem
from slidegen.model import Deck, Source, Text
from slidegen.sources.base import SourceFormat
from slidegen.sources.translation import Line, TranslatedDeck, TranslatedSlide
from slidegen.sources.yaml import deck_of
from slidegen.yaml_tree import YamlTree, parse_yaml

SLIDES: Final = "slides"


def translated_format(called: str, translate: Callable[[Source], TranslatedDeck]) -> SourceFormat:
    """Returns the input format of another program's decks, which messages call `called`."""
    return SourceFormat(called, lambda source, _: deck(translate(source)), translate=translate)


def deck(translated: TranslatedDeck) -> Deck:
    """The deck of a translated file. Its losses are its first warnings.

    Raises:
        DeckError: with every mistake of keys of which nothing can be made.
    """
    tree, lines = _tree(translated)
    made = deck_of(translated.source, tree, lines)
    return replace(made, warnings=(*translated.losses, *made.warnings))


def declared(texts: Sequence[Text]) -> YamlTree:
    """What pieces of a file say in slidegen's own YAML, together.

    Raises:
        DeckError: broken YAML, no mapping, or a key that two of them have; each with its line in the file.
    """
    tree = YamlTree({})
    for text in texts:
        try:
            found = parse_yaml(text.text, text.path)
        except DeckError as error:
            raise DeckError(
                replace(one, line=one.line and text.line_of(one.line - 1), column=None) for one in error.problems
            ) from None
        if found.value is None:
            continue
        if not isinstance(found.value, dict):
            raise DeckError(
                [
                    Problem(
                        "what slidegen is to read is a mapping of keys to values",
                        text.path,
                        text.line,
                        code="wrong-value",
                    )
                ]
            )
        for key in found.value:
            line = text.line_of(found.line((key,)) - 1)
            if key == SLIDES:
                raise DeckError(
                    [
                        Problem(
                            "the slides are those of the file; allowed: the other keys",
                            text.path,
                            line,
                            code="wrong-value",
                        )
                    ]
                )
            if key in tree.value:
                raise DeckError([Problem(f"key {key!r} is given twice", text.path, line, code="duplicate-key")])
        tree.value |= found.value
        tree.lines |= {path: text.line_of(line - 1) for path, line in found.lines.items() if path}
        tree.text_lines |= {path: text.line_of(line - 1) for path, line in found.text_lines.items()}
    return tree


def slide_value(slide: TranslatedSlide) -> str | dict[str, Any]:
    """A slide as the entry of a YAML deck."""
    content = text_of(slide.content)
    if not slide.options and not slide.notes:
        return content
    notes = {"notes": text_of(slide.notes)} if slide.notes else {}
    return {**slide.options, "content": content, **notes}


def text_of(lines: Sequence[Line]) -> str:
    """Lines as one text."""
    return "".join(f"{line.text}\n" for line in lines)


def _tree(translated: TranslatedDeck) -> tuple[YamlTree, dict[KeyPath, tuple[int, ...]]]:
    """The keys of a translated deck as those of a YAML deck, and the lines of its texts."""
    own = translated.declared
    tree = YamlTree({**translated.keys, SLIDES: []})
    tree.lines = {(*key.split("."),): line for key, line in translated.lines.items()} | own.lines
    tree.text_lines = dict(own.text_lines)
    lines: dict[KeyPath, tuple[int, ...]] = {}
    for number, stack in enumerate(translated.stacks):
        entries = []
        for below, slide in enumerate(stack):
            path: KeyPath = (SLIDES, number) if len(stack) == 1 else (SLIDES, number, below)
            value = slide_value(slide)
            entries.append(value)
            tree.lines[path] = slide.line
            tree.lines |= {(*path, *key.split(".")): line for key, line in slide.lines.items()}
            for key, some in (("content", slide.content), ("notes", slide.notes)):
                place = (*path, key) if isinstance(value, dict) else path
                if some:
                    lines[place] = (*(line.number for line in some), some[-1].number)
                    tree.text_lines[place] = some[0].number
        tree.value[SLIDES].append(entries[0] if len(stack) == 1 else entries)
    return tree, lines
