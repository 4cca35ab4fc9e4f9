"""The options of ``format: revealjs`` and the variables of pandoc's template, read as slidegen's settings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from slidegen.errors import KeyPath, Problem
from slidegen.model import Text
from slidegen.sources.reveal_themes import nearest_theme
from slidegen.yaml_tree import YamlTree

FORMAT: Final = "revealjs"
NUMBER: Final = (int, float)
REVEAL: Final[Mapping[str, tuple[type, ...]]] = {
    **dict.fromkeys(
        (
            *("progress", "hashOneBasedIndex", "hash", "respondToHashChanges", "history", "center", "touch", "loop"),
            *("rtl", "shuffle", "fragments", "fragmentInURL", "help", "pause", "overview", "autoAnimate", "mouseWheel"),
            *("autoAnimateUnmatched", "autoSlideStoppable", "hideInactiveCursor", "controlsTutorial", "keyboard"),
            *("pdfSeparateFragments", "previewLinks", "jumpToSlide", "embedded"),
        ),
        (bool,),
    ),
    **dict.fromkeys(
        (
            *("margin", "minScale", "maxScale", "autoAnimateDuration", "autoSlide", "defaultTiming", "totalTime"),
            *("viewDistance", "mobileViewDistance", "hideCursorTime", "pdfMaxPagesPerSlide"),
        ),
        NUMBER,
    ),
    **dict.fromkeys(
        (
            *("transition", "backgroundTransition", "transitionSpeed", "navigationMode", "controlsLayout"),
            *("controlsBackArrows", "autoAnimateEasing", "showSlideNumber"),
        ),
        (str,),
    ),
    **dict.fromkeys(("controls", "showNotes"), (bool, str)),
}
"""Options of reveal.js that a deck may set, in reveal.js' spelling or Quarto's (``auto-slide``), and their types."""
SILENT: Final = frozenset(
    [
        *(
            "embed-resources",
            "self-contained",
            "self-contained-math",
            "standalone",
            "output-file",
            "keep-md",
            "revealjs",
        ),
        *("html-math-method", "code-copy", "code-overflow", "highlight-style", "syntax-highlighting", "auto-stretch"),
        *("link-external-newwindow", "revealjs-url", "pdf-max-pages-per-slide", "date-format", "lang", "toc-depth"),
        *(
            "fig-width",
            "fig-height",
            "fig-align",
            "fig-format",
            "fig-dpi",
            "df-print",
            "echo",
            "menu",
            "title",
            "author",
        ),
        *("subtitle", "date", "from", "to", "reference-location", "template", "dpi", "touch"),
    ]
)
"""Options under `revealjs` that are ignored without a warning: they have no effect here, or slidegen does it anyway."""
OTHER_FORMATS: Final = frozenset({"html", "pdf", "pptx", "beamer", "docx", "gfm", "typst"})
KEBAB: Final = re.compile(r"-([a-z])")


@dataclass(slots=True)
class Settings:
    """The settings of a deck's options. `classes` are those of every slide, `lines` those of the options by key."""

    slide_level: int | None = None
    incremental: bool = False
    theme: str | None = None
    width: int | None = None
    height: int | None = None
    slide_number: bool = False
    footer: Text | None = None
    classes: tuple[str, ...] = ()
    reveal: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    warnings: list[Problem] = field(default_factory=list)


def read_settings(tree: YamlTree, name: str, quarto: bool) -> Settings:
    """Reads the options in a front matter. Those below ``format: {revealjs: ...}`` override those on the top level.

    The default slide level is 2 in Quarto; pandoc derives one from the headings.
    """
    settings = Settings(slide_level=2 if quarto else None)
    given = tree.value if isinstance(tree.value, dict) else {}
    for key, value in given.items():
        _Option(str(key), value, (key,), False).read(settings, tree, name)
    formats = given.get("format")
    below = formats.get(FORMAT) if isinstance(formats, dict) else None
    for key, value in (below if isinstance(below, dict) else {}).items():
        _Option(str(key), value, ("format", FORMAT, key), True).read(settings, tree, name)
    return settings


@dataclass(frozen=True, slots=True)
class _Option:
    """An option as written. `nested` says that it stands below `revealjs`, where an unknown option is a mistake."""

    key: str
    value: Any
    path: KeyPath
    nested: bool

    def read(self, settings: Settings, tree: YamlTree, name: str) -> None:
        line, column = tree.place(self.path)
        for message in self._messages(settings, name, line):
            settings.warnings.append(Problem(message, name, line, column, code="not-applied"))

    def _messages(self, settings: Settings, name: str, line: int) -> Iterator[str]:
        key, value = self.key, self.value
        camel = KEBAB.sub(lambda match: match[1].upper(), key)
        if key == "slide-level":
            if isinstance(value, int) and 0 <= value <= 6:
                settings.slide_level = value
            elif self.nested or isinstance(value, int):
                yield f"slide-level is {value!r}; allowed: 0 to 6"
        elif key == "theme":
            yield from self._theme(settings)
        elif key == "incremental":
            settings.incremental = value is True
        elif key in ("width", "height"):
            yield from self._side(settings)
        elif camel == "slideNumber":
            settings.slide_number = bool(value)
            if isinstance(value, str) and value not in ("all", "true"):
                settings.reveal["slideNumber"] = value
                settings.lines["reveal.slideNumber"] = line
        elif key == "footer" and isinstance(value, str) and self.nested:
            settings.footer = Text(value, name, line)
        elif key in ("scrollable", "smaller", "center-title-slide") and self.nested:
            if value is True and key != "center-title-slide":
                settings.classes = (*settings.classes, key)
        elif camel in REVEAL:
            yield from self._reveal(settings, camel, line)
        elif self.nested and key not in SILENT and value not in (False, None):
            yield f"format.revealjs.{key} is not supported; it is left out"

    def _theme(self, settings: Settings) -> Iterator[str]:
        names = [str(name) for name in (self.value if isinstance(self.value, list) else [self.value]) if name]
        for name in names:
            if name.endswith((".scss", ".css")):
                yield f"theme {name} is not supported; it is left out"
            elif (found := "auto" if name == "default" else nearest_theme(name)) is not None:
                settings.theme = found
            else:
                yield f"unknown theme {name!r}; the deck is built with theme: {settings.theme or 'auto'}"

    def _side(self, settings: Settings) -> Iterator[str]:
        pixels = re.fullmatch(r"(\d{3,4})(?:px)?", str(self.value))
        if pixels and 200 <= int(pixels[1]) <= 4000:
            setattr(settings, self.key, int(pixels[1]))
        else:
            yield f"{self.key} is {self.value!r} and is left out; allowed: 200 to 4000 pixels"

    def _reveal(self, settings: Settings, name: str, line: int) -> Iterator[str]:
        value = (
            {"true": True, "false": False}.get(self.value, self.value) if isinstance(self.value, str) else self.value
        )
        kinds = REVEAL[name]
        if isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool)):
            settings.reveal[name] = value
            settings.lines[f"reveal.{name}"] = line
        elif self.nested:
            yield f"format.revealjs.{self.key} is {self.value!r}, which reveal.js does not have; it is left out"
