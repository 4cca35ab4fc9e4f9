"""A deck's slides with their numbers, titles and texts, and which slides of two decks belong together."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from slidegen.changes.aligning import Pair, aligned, best_pairs, similarity
from slidegen.changes.sentences import Sentence, sentences
from slidegen.resolved import PlacedFigure, PlacedTable, ResolvedDeck, ResolvedSlide, ResolvedText

WORD: Final = re.compile(r"\w+")
FENCE: Final = re.compile(r"^\s*:{3,}\s*(?P<name>.*?)\s*:*$")
NOTES: Final = re.compile(r"(?:^|[.\s{])notes\b")
TITLE: Final = 0.4
"""The share of the titles in the similarity of two slides; the rest is that of what the author wrote."""
BETWEEN: Final = 0.25
"""The least similarity of two slides that stand between the same slides."""
SHOWN: Final = 0.5
"""The share of the tables in the similarity of two slides of which one shows some."""


@dataclass(frozen=True, slots=True)
class SlideText:
    """A slide of a deck: its position (from 0), its number on the page, its title, and its sentences by place."""

    slide: ResolvedSlide
    position: int
    number: str
    title: str
    content: tuple[Sentence, ...]
    notes: tuple[Sentence, ...]
    footer: tuple[Sentence, ...]

    @property
    def key(self) -> tuple[str, ...]:
        """What two slides must share to be the same without doubt."""
        if self.slide.options.id:
            return ("id", self.slide.options.id)
        return ("text", self.slide.content.source.text)

    @property
    def tables(self) -> set[str]:
        """The names of the tables that it places, and of those that its figures draw."""
        return {
            name for block in self.blocks for name in ([block.name] if isinstance(block, PlacedTable) else block.drawn)
        }

    def sentences(self, place: str) -> tuple[Sentence, ...]:
        """Its sentences in a place: "text", "notes" or "footer"."""
        return {"text": self.content, "notes": self.notes, "footer": self.footer}[place]

    def written(self, place: str) -> str:
        """What the author wrote in a place. Its expressions may use names that the text of the slide defines."""
        notes, footer = (None if one is None else one.source.text for one in (self.slide.notes, self.slide.footer))
        content = self.slide.content.source.text
        return {"text": content, "notes": f"{content}\n{notes or ''}", "footer": footer or ""}[place]

    @property
    def blocks(self) -> Iterator[PlacedTable | PlacedFigure]:
        """The tables and figures that it places, in order."""
        for text in (self.slide.content, self.slide.notes):
            for placed in () if text is None else text.marked().values():
                if isinstance(placed, PlacedTable | PlacedFigure):
                    yield placed


def slides_of(deck: ResolvedDeck) -> list[SlideText]:
    """Returns the slides of a deck that are shown, in order."""
    found: list[SlideText] = []
    for at, stack in enumerate(deck.shown, 1):
        for below, slide in enumerate(stack, 1):
            number = f"{at}.{below}" if len(stack) > 1 else str(at)
            shown, said = without_notes(slide.content)
            content = tuple(sentences(shown))
            notes = (*sentences(said), *sentences(slide.notes))
            footer = tuple(sentences(slide.footer))
            found.append(SlideText(slide, len(found), number, _title(content), content, notes, footer))
    return found


def paired_slides(old: Sequence[SlideText], new: Sequence[SlideText]) -> list[Pair]:
    """Pairs the slides of two decks: those with the same id or the same text, then the most similar ones: by their
    texts, titles and notes, and by the tables that they show."""
    words = [[_words(slide.slide.content.source.text) for slide in side] for side in (old, new)]
    titles = [[_words(slide.title) for slide in side] for side in (old, new)]
    notes = [[_words(slide.written("notes")) for slide in side] for side in (old, new)]
    tables = [[sorted(slide.tables) for slide in side] for side in (old, new)]

    def alike(a: int, b: int) -> float:
        one, two = old[a].slide.options.id, new[b].slide.options.id
        if one and two and one != two:
            return 0.0
        text, title = similarity(words[0][a], words[1][b]), similarity(titles[0][a], titles[1][b])
        said = similarity(notes[0][a], notes[1][b])
        wording = max(text, said, (1 - TITLE) * text + TITLE * title)
        shown = similarity(tables[0][a], tables[1][b]) if tables[0][a] or tables[1][b] else 0.0
        return max(wording, (1 - SHOWN) * wording + SHOWN * shown)

    return _with_neighbours(aligned([slide.key for slide in old], [slide.key for slide in new], alike), alike)


def _with_neighbours(pairs: Sequence[Pair], alike: Callable[[int, int], float]) -> list[Pair]:
    """Pairs slides that are less similar if they stand between the same slides."""
    found: list[Pair] = []
    for alone, run in groupby(pairs, lambda pair: None in pair):
        some = list(run)
        if alone:
            gone, come = [a for a, _ in some if a is not None], [b for _, b in some if b is not None]
            more = {b: a for a, b in best_pairs(gone, come, alike, BETWEEN)}
            some = [(more.get(b, a) if b is not None else a, b) for a, b in some]
            some = [pair for pair in some if pair[1] is not None or pair[0] not in more.values()]
        found += some
    return found


def _words(text: str) -> list[str]:
    return WORD.findall(text.lower())


def without_notes(text: ResolvedText) -> tuple[ResolvedText, ResolvedText | None]:
    """Splits a slide's text into what is shown and what its boxes ``::: notes`` say; None if it has none."""
    if ":::" not in text.text:
        return text, None
    shown: list[str] = []
    said: list[str] = []
    boxes: list[bool] = []
    for line in text.text.split("\n"):
        fence = FENCE.match(line)
        if fence and fence["name"]:
            boxes.append(any(boxes) or NOTES.search(fence["name"]) is not None)
        (said if any(boxes) else shown).append(line)
        if fence and not fence["name"] and boxes:
            boxes.pop()
    return replace(text, text="\n".join(shown)), replace(text, text="\n".join(said)) if said else None


def _title(found: Sequence[Sentence]) -> str:
    """Returns the first heading of a slide, else its first sentence, else ""."""
    headings = [sentence for sentence in found if sentence.heading]
    return next((sentence.text for sentence in (*headings, *found)), "")
