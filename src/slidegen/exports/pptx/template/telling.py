"""Tells what of a deck a template has no place for."""

from __future__ import annotations

from collections.abc import Iterator

from slidegen.errors import Problem
from slidegen.exports.pptx.scene import Scene
from slidegen.exports.pptx.template.fitting import lost
from slidegen.exports.pptx.template.matching import ENGLISH, Template
from slidegen.exports.pptx.writing.arranging import arranged
from slidegen.exports.pptx.writing.base import is_dark


def template_warnings(scene: Scene, template: Template) -> Iterator[Problem]:
    """The layouts that are used instead of others, each once; the slides whose footer or number has no place; and a
    deck whose scheme is not that of the template."""
    placed = [arranged(slide) for slide in scene.slides]
    for layout in dict.fromkeys(one.layout for one in placed):
        if layout in template.instead:
            taken = template.layouts[layout].name
            what = f"has no layout {ENGLISH[layout]!r}; {taken!r} is used for such slides"
            yield Problem(what, template.name, code="not-applied")
    told = dict.fromkeys((layout.layout, found) for layout in placed for found in lost(layout, template))
    for _, (element, what) in told:
        yield Problem(f"{element} {what}", template.name, code="not-applied")
    if is_dark(scene.look) != template.dark:
        own, other = ("light", "dark") if template.dark else ("dark", "light")
        what = f"is {other}, the deck is {own}; what has colours of its own, such as code, is hard to read there"
        yield Problem(f"{what}: --theme {other}", template.name, code="not-applied")
