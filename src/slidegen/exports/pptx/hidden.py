"""The hidden slides of a deck, which PowerPoint has at their places without showing them.

The page of a deck does not have them. They are read from a second one, on which they follow the other slides; these are
laid out there as well, for the links that lead to them, and left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from slidegen.exports.base import ExportJob
from slidegen.exports.pptx.scene import Scene, Slide, TextShape


def hidden_scene(job: ExportJob, read: Callable[[ExportJob], Scene]) -> tuple[ExportJob, Scene] | None:
    """The job of the second page, and its scene with the chosen slides and the hidden ones that come with them; None if
    no hidden slide does. `read` returns the scene of a job.

    Raises:
        SlidegenError: there are mistakes on the hidden slides, or as `read`.
    """
    chosen = job.chosen()
    come = [max(place, 1) in chosen for place in job.deck.hidden]
    if job.whole is None or not any(come):
        return None
    deck = job.whole()
    shown = [slide.number for slide in deck.slides if not slide.hidden]
    hidden = [slide.number for slide in deck.slides if slide.hidden]
    taken = {number for at, number in enumerate(shown, start=1) if at in chosen}
    taken.update(number for number, comes in zip(hidden, come, strict=True) if comes)
    options = replace(job.options, slides=lambda _: tuple(sorted(taken)))
    whole = replace(job, deck=deck, options=options)
    return whole, read(whole)


def with_hidden(job: ExportJob, scene: Scene, whole: ExportJob, more: Scene) -> Scene:
    """Returns the scene of a job with the hidden slides of the second page at their places. A hidden slide has the
    number of the slide before it, and shows none; links lead to the pages of the new scene."""
    hidden = [slide.number for slide in whole.deck.slides if slide.hidden]
    shown = [slide.number for slide in whole.deck.slides if not slide.hidden]
    places = dict(zip(hidden, job.deck.hidden, strict=True))
    pages = [((slide.number, 0), False, at) for at, slide in enumerate(scene.slides)]
    pages += [
        ((places[slide.number], slide.number), True, at)
        for at, slide in enumerate(more.slides)
        if slide.number in places
    ]
    pages.sort()
    found = {(key, at): page for page, (_, key, at) in enumerate(pages, start=1)}
    first = _first_pages(scene)
    own = [found[False, at] for at in range(len(scene.slides))]
    others = [
        found[True, at] if slide.number in places else found[False, first[shown.index(slide.number) + 1]]
        for at, slide in enumerate(more.slides)
    ]
    return replace(
        scene,
        slides=tuple(
            _hidden(more.slides[at], max(before, 1), others) if key else replace(scene.slides[at], targets=tuple(own))
            for (before, _), key, at in pages
        ),
    )


def _first_pages(scene: Scene) -> dict[int, int]:
    """The index of the first page of each slide."""
    first: dict[int, int] = {}
    for at, slide in enumerate(scene.slides):
        first.setdefault(slide.number, at)
    return first


def _hidden(slide: Slide, number: int, targets: Sequence[int]) -> Slide:
    shapes = tuple(one for one in slide.shapes if not (isinstance(one, TextShape) and one.role == "number"))
    return replace(slide, number=number, shapes=shapes, hidden=True, targets=tuple(targets))
