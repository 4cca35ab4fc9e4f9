"""A PowerPoint presentation that can be edited: text, lists, tables, formulas and code are what PowerPoint has of them.

The way of the data, with a new type at each step:

    built deck -> its layout in a browser   exports.printing
               -> Scene                     walk/*.js, measuring, scene
               -> Scene with charts         charts/, from the figures of the resolved deck
               -> Scene with hidden slides  hidden, from a second page
               -> the file                  writing/

The positions of everything on a slide come from style sheets, so that they are measured once in the browser, all slides
in one evaluation, and each shape is placed at its measured box. The walk knows no PowerPoint, the writers know no HTML.
What a presentation cannot have, or not so that it can be edited, is a `Loss`, told with the line of its slide.

Where to add what:

- a kind of shape: its type in `scene.py`, a file of the walk that makes it, a module of `writing/` that writes it, and
  a line in `writing/presentation.py`;
- a chart of PowerPoint for another kind of figure: a function in `charts/` and its line there;
- layouts: `writing/base.py` makes the theme's, `template/` finds those of somebody else's template and fits the slides.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from slidegen.errors import MissingExtraError, Problem
from slidegen.exports.base import MADE, Export, ExportJob
from slidegen.progress import Step
from slidegen.rendered import OutputFile

if TYPE_CHECKING:
    from pathlib import Path

    from slidegen.exports.pptx.scene import Scene
    from slidegen.exports.pptx.template.matching import Template


def make(job: ExportJob) -> Iterator[OutputFile | Problem]:
    """Writes the presentation, after the warnings about what it lacks.

    Raises:
        SlidegenError: there is no browser, it stops, or the date of the environment is wrong.
        MissingExtraError: python-pptx is not installed.
    """
    try:
        import pptx  # noqa: F401 - before the slow part
    except ImportError:
        raise MissingExtraError("a presentation", "export") from None
    from slidegen.exports.pptx.charts import with_charts
    from slidegen.exports.pptx.facts import deck_facts
    from slidegen.exports.pptx.hidden import hidden_scene, with_hidden
    from slidegen.exports.pptx.measuring import read_scene
    from slidegen.exports.pptx.writing.presentation import presentation

    template = _template(job.options.template)
    facts = deck_facts(job)
    job.progress(Step(f"writing {len(job.chosen())} slides", job.deck.name))

    def read(one: ExportJob) -> Scene:
        page = read_scene(one, dark=template is not None and template.dark)
        return with_charts(page, one.deck.slides, steps=one.options.steps)

    scene = read(job)
    told = list(losses(job, scene))
    found = hidden_scene(job, read)
    if found is not None:
        told += losses(*found, hidden=True)
        scene = with_hidden(job, scene, *found)
    yield from dict.fromkeys([*warnings(job, scene, template), *told])
    yield OutputFile(str(job.name), presentation(scene, facts, template), MADE.encode())


def _template(path: Path | None) -> Template | None:
    """The template with its layouts. Raises SlidegenError if it cannot be used."""
    if path is None:
        return None
    from slidegen.exports.pptx.template.matching import matched
    from slidegen.exports.pptx.template.reading import open_template

    return matched(str(path), open_template(path))


def warnings(job: ExportJob, scene: Scene, template: Template | None = None) -> Iterator[Problem]:
    """What the template has no place for, and once the fonts, which are not in the presentation."""
    if template is not None:
        from slidegen.exports.pptx.template.telling import template_warnings

        yield from template_warnings(scene, template)
    families = dict.fromkeys(run.font for slide in scene.slides for run in slide.runs if run.font)
    if template is not None:  # which has fonts of its own for text and headings
        look = scene.look
        families = {name: None for name in families if name not in (look.text_font, look.heading_font)}
    if families:
        what = f"the fonts are not in the presentation: {', '.join(families)}; install them where it is shown"
        yield Problem(what, job.deck.name, code="not-applied")


def losses(job: ExportJob, scene: Scene, *, hidden: bool = False) -> Iterator[Problem]:
    """What the presentation lacks of each slide of a page: of those that are shown, or of the hidden ones."""
    for slide in scene.slides:
        source = job.deck.slides[slide.number - 1]
        if source.hidden is not hidden:
            continue
        name, number = ("a hidden slide", None) if hidden else (f"slide {slide.number}", slide.number)
        for loss in slide.losses:
            what = f"{name}: {loss.element} {loss.what}"
            yield Problem(what, source.path, source.line, slide=number, code="not-applied")


PPTX: Final = Export("pptx", ".pptx", make, (".pptx",), frozenset({"steps", "notes", "template"}))
