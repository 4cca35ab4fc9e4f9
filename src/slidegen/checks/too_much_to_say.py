"""The rule `too-much-to-say`: the notes can be said, and the slide be read, in the time that is planned."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from slidegen.checks.rule import Finding, Rule
from slidegen.checks.scene import Scene
from slidegen.checks.words import count_words

SPOKEN: Final = 160
"""The words that a speaker says in a minute at most: talks have 120 to 150."""
READ: Final = 250
"""The words that the audience reads in a minute at most: adults read 238 (Brysbaert 2019,
doi:10.1016/j.jml.2019.104047)."""
MUCH: Final = 75
"""The words that are at least much on a slide: the time of a single one is only a share of its section's."""
PROSE: Final = frozenset({"body", "heading"})


def _find(scene: Scene) -> Iterator[Finding]:
    spoken = scene.spoken
    if spoken is None:
        return
    if spoken.section is not None:
        words, seconds = spoken.section
        if words * 60 > SPOKEN * seconds:
            minutes = words / SPOKEN
            yield Finding(
                f"the notes from here on have {words} words for {seconds / 60:.3g} minutes, which are "
                f"{words * 60 / seconds:.0f} a minute, and {SPOKEN} can be said; shorten them, or plan {minutes:.1f} "
                "minutes"
            )
    if spoken.seconds is not None:
        words = sum(count_words(text.text) for text in scene.texts if text.kind in PROSE)
        if words >= MUCH and words * 60 > READ * spoken.seconds:
            yield Finding(
                f"the slide has {words} words for the {spoken.seconds:.0f} seconds that are planned for it; "
                f"{READ} a minute can be read; say less on it"
            )


RULE: Final = Rule("too-much-to-say", "warning", "the notes or the slide have more words than the planned time", _find)
