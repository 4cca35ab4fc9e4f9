"""Divides a deck as pandoc does for reveal.js: at headings up to the slide level and at rulers, sections as stacks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from slidegen.model import Background, Layout, Slide, SlideOptions, Text
from slidegen.pandoc.attributes import html_name
from slidegen.sources.pandoc.metadata import Metadata
from slidegen.sources.pandoc.options import Settings
from slidegen.sources.pandoc.outline import Heading, Outline, Unit

SILENT: Final = frozenset({"unnumbered", "unlisted"})
"""Classes that only tell pandoc how to number and list sections."""
IMAGE: Final = re.compile(r"(?:https?|file):|//|.*\.(?:svg|png|jpe?g|gif|bmp|webp)(?:[?#\s]|$)", re.IGNORECASE)
"""A value of ``data-background`` that reveal.js reads as a picture."""
FEW: Final = 2


@dataclass(frozen=True, slots=True)
class Part:
    """The lines of a slide from `start` up to `end`.

    `text_only` says that one or two paragraphs are all that follows its heading, `section` that its heading is above
    the slide level.
    """

    start: int
    end: int
    heading: Heading | None
    section: bool
    text_only: bool


def divide(outline: Outline, level: int) -> list[list[Part]]:
    """Returns the slides of a deck with this slide level, in stacks: a section's slides are below the section's own.

    pandoc nests once: a section inside a section is in the same stack.
    """
    stacks: list[list[Part]] = []
    root = 7
    for heading_level, part in _parts(outline, level):
        if stacks and heading_level > root:
            stacks[-1].append(part)
        else:
            stacks.append([part])
            root = heading_level if heading_level < level else 7
    return stacks


def _parts(outline: Outline, level: int) -> Iterator[tuple[int, Part]]:
    """Yields each slide with the level of its heading. One without a heading has the slide level."""
    units = outline.units
    opened: tuple[int, Heading | None, list[Unit]] | None = None
    for unit, after in zip(units, [*units[1:], None], strict=True):
        heading = unit.heading if unit.heading is not None and unit.heading.level <= level else None
        if heading is None and unit.kind != "ruler" and opened is not None:
            opened[2].append(unit)
            continue
        if opened is not None:
            yield _closed(opened, unit.start, level)
        opened = None
        if unit.kind == "ruler":
            if not (after and after.kind == "heading" and after.heading and after.heading.level == level):
                opened = unit.end, None, []
        else:
            opened = unit.start, heading, [] if heading is not None and unit.kind == "heading" else [unit]
    if opened is not None:
        yield _closed(opened, len(outline.lines), level)


def _closed(opened: tuple[int, Heading | None, list[Unit]], end: int, level: int) -> tuple[int, Part]:
    start, heading, units = opened
    text_only = 0 < len(units) <= FEW and all(unit.kind == "text" for unit in units)
    section = heading is not None and heading.level < level
    return (level if heading is None else heading.level), Part(start, end, heading, section, text_only)


def to_slide(part: Part, text: Text, settings: Settings) -> Slide:
    """Returns the slide of a part. The attributes of its heading become the slide's."""
    # Elsewhere a first-level heading over a sentence makes a section slide; here only one above the slide level does.
    layout: Layout | None = "content" if part.heading is not None and part.text_only and not part.section else None
    options = slide_options({} if part.heading is None else part.heading.attributes, settings)
    return Slide(text, replace(options, layout=layout))


def title_slide(metadata: Metadata, name: str, settings: Settings) -> Slide | None:
    """Returns the slide that pandoc makes of a deck's title, its authors and its date; None without a title."""
    if metadata.title is None:
        return None
    # A title of several lines becomes one line.
    lines = [f"# {' '.join(metadata.title.text.split())}", *metadata.under_title]
    options = slide_options({"id": "title-slide", **metadata.title_attributes}, settings)
    return Slide(Text("\n\n".join(lines), name, metadata.title.line), replace(options, layout="title"))


def slide_options(attributes: Mapping[str, str], settings: Settings) -> SlideOptions:
    """Returns the slide options in a heading's attributes. reveal.js and pandoc ignore ``data-`` before a name."""
    given = {key.removeprefix("data-"): value for key, value in attributes.items()}
    classes = [name for name in given.pop("class", "").split() if name not in SILENT]
    visibility = given.get("visibility")
    options = {
        "id": given.pop("id", None),
        "background": _background(given),
        "transition": given.pop("transition", None),
        "auto_animate": given.pop("auto-animate", "false") != "false",
        "visibility": given.pop("visibility") if visibility in ("hidden", "uncounted") else None,
    }
    given.pop("background-iframe", None)  # `notices` warns of it: one file cannot hold another page
    others = {html_name(key): value for key, value in given.items()}
    return SlideOptions(
        classes=tuple(dict.fromkeys((*classes, *settings.classes))),
        incremental=settings.incremental,
        attributes=others,
        **options,  # type: ignore[arg-type]
    )


def _background(given: dict[str, str]) -> Background | None:
    """Removes the attributes of a slide's background from `given`, and returns the background."""
    both = given.pop("background", None)
    found: dict[str, Any] = {}
    if both is not None:
        found["image" if IMAGE.match(both) else "gradient" if "gradient(" in both else "color"] = both
    for key in ("color", "gradient", "image", "size", "position", "repeat"):
        value = given.pop(f"background-{key}", None)
        if value is not None:
            found[key] = value
    try:
        found["opacity"] = float(given["background-opacity"])
        del given["background-opacity"]
    except (KeyError, ValueError):
        pass
    return Background(**found) if found else None
