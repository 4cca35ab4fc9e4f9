"""Reads the scene of a deck from its layout in the browser: one page, all slides in one evaluation."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from slidegen.exports.base import ExportJob
from slidegen.exports.pdf_file import PLACE
from slidegen.exports.pptx.charts.tints import chart_tints
from slidegen.exports.pptx.scene import Scene
from slidegen.exports.printing import laid_out

WALK: Final = Path(__file__).parent / "walk"
PARTS: Final = ("base", "text", "drawings", "panels", "tables", "blocks", "slide", "deck")
"""The files of the walk, in the order in which they use each other. They are the body of one function."""


def walk_script() -> str:
    """The function that walks the pages; it takes what `deck.js` describes and returns a scene as JSON."""
    parts = [(WALK / f"{part}.js").read_text(encoding="utf-8") for part in PARTS]
    return "async (given) => {\nconst look = { colors: {} };\nlet sheet = null;\n" + "\n".join(parts) + "}"


def read_scene(job: ExportJob, *, dark: bool = False) -> Scene:
    """Lays out the chosen slides of a deck, with all fragments or a page for each step, and reads their shapes. If the
    template is `dark`, so is a deck that has both schemes.

    Raises:
        SlidegenError: there is no browser, or it stops.
    """
    from pydantic import TypeAdapter

    before = (WALK / "notes.js").read_text(encoding="utf-8")
    with laid_out(job, before=before) as (page, found):
        if dark:
            page.emulate_media(media="screen", color_scheme="dark")
        given: dict[str, Any] = {
            "steps": job.options.steps,
            "size": job.deck.size,
            "written": found["written"],
            "place": PLACE,
            "tints": chart_tints(),
            "notes": found["before"] if job.options.notes is not False else [],
        }
        walked = page.evaluate(walk_script(), given)  # one string: many values take Playwright seconds
    return TypeAdapter(Scene).validate_json(walked)
