"""What a build with `--refresh` changed: the numbers of the record before and after it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from slidegen.changes.forms.words import reason_counts, reason_text, relative_text, subject, summary
from slidegen.changes.values import Change, Changes
from slidegen.errors import SlidegenError

if TYPE_CHECKING:
    from slidegen.build_options import BuildOptions
    from slidegen.resolved import ResolvedDeck

LARGEST: Final = 3
"""The most changes that a summary names."""
REASONS: Final = 3
"""The most reasons that a summary names."""


def recorded_values(deck: str, options: BuildOptions) -> ResolvedDeck | None:
    """Returns the values that a deck shows by its record. None if it has none, or if a build says what is wrong."""
    from slidegen.pipeline import past_deck
    from slidegen.results.keeping import has_record

    if not has_record(Path(deck)):
        return None
    try:
        return past_deck(deck, replace(options, stream=None, reads=None))
    except SlidegenError:
        return None


def refreshed(before: ResolvedDeck, deck: str, options: BuildOptions) -> Changes:
    """Returns what a refresh changed. Computes nothing: it has written the record."""
    from slidegen.changes.comparing import compare
    from slidegen.pipeline import past_deck

    return compare(before, past_deck(deck, replace(options, stream=None, reads=None)))


def refresh_lines(changes: Changes, deck: str) -> list[str]:
    """The summary of a refresh, on a line each: the counts, the reasons, the largest changes, and how to see all."""
    lines = [summary(changes)]
    if not changes:
        return lines
    for reason, count in reason_counts(changes)[:REASONS]:
        lines.append(f"{reason_text(reason)} ({count})")
    slides = {id(change): slide for slide in changes.slides for change in slide.changes}
    for change in largest(changes):
        slide = slides[id(change)]
        more = relative_text(change)
        values = f"{change.old} -> {change.new}{f' ({more})' if more else ''}"
        lines.append(f"slide {slide.new_number or slide.old_number}: {subject(change)}: {values}")
    lines.append(f"slidegen diff {deck} lists all changes since the last commit")
    return lines


def largest(changes: Changes) -> list[Change]:
    """Returns the numbers that changed most, as shares of the old ones."""
    sized = [(abs(change.relative), change) for change in changes if change.relative is not None]
    return [change for _, change in sorted(sized, key=lambda one: -one[0])[:LARGEST]]
