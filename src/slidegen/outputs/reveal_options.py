"""The options of `Reveal.initialize` that a deck may set, from reveal.js 6's config.d.ts and its zoom plugin.

Options that take functions are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from slidegen.errors import Problem, nearest
from slidegen.units import is_shown

BOOLEANS = frozenset(
    [
        "progress",
        "hashOneBasedIndex",
        "hash",
        "respondToHashChanges",
        "jumpToSlide",
        "history",
        "disableLayout",
        "overview",
        "center",
        "touch",
        "loop",
        "rtl",
        "shuffle",
        "fragments",
        "fragmentInURL",
        "embedded",
        "help",
        "pause",
        "showHiddenSlides",
        "autoAnimate",
        "autoAnimateUnmatched",
        "autoSlideStoppable",
        "mouseWheel",
        "previewLinks",
        "postMessage",
        "postMessageEvents",
        "focusBodyOnPageVisibilityChange",
        "hideInactiveCursor",
        "preventIframeAutoFocus",
        "controlsTutorial",
        "pdfSeparateFragments",
        "preloadIframes",
        "autoPlayMedia",
        "sortFragmentsOnSync",
        "keyboard",
    ]
)
NUMBERS = frozenset(
    [
        "margin",
        "minScale",
        "maxScale",
        "autoAnimateDuration",
        "autoSlide",
        "defaultTiming",
        "totalTime",
        "minimumTimePerSlide",
        "viewDistance",
        "mobileViewDistance",
        "hideCursorTime",
        "pdfMaxPagesPerSlide",
        "pdfPageHeightOffset",
        "scrollActivationWidth",
        "parallaxBackgroundHorizontal",
        "parallaxBackgroundVertical",
        "zoomLevel",
    ]
)
CHOICES: Mapping[str, tuple[str | bool, ...]] = {
    "controls": (True, False, "speaker", "speaker-only"),
    "controlsLayout": ("edges", "bottom-right"),
    "controlsBackArrows": ("faded", "hidden", "visible"),
    "slideNumber": (True, False, "h.v", "h/v", "c", "c/t"),
    "showSlideNumber": ("all", "print", "speaker"),
    "showNotes": (True, False, "separate-page"),
    "keyboardCondition": ("focused",),
    "navigationMode": ("default", "linear", "grid"),
    "transition": ("none", "fade", "slide", "convex", "concave", "zoom"),
    "backgroundTransition": ("none", "fade", "slide", "convex", "concave", "zoom"),
    "transitionSpeed": ("default", "fast", "slow"),
    "zoomKey": ("alt", "ctrl", "shift", "meta"),
    "view": ("print", "scroll"),
    "scrollLayout": ("full", "compact"),
    "scrollSnap": ("mandatory", "proximity", False),
    "scrollProgress": ("auto", True, False),
}
TEXTS = frozenset(["autoAnimateEasing", "autoAnimateStyles", "parallaxBackgroundRepeat", "parallaxBackgroundPosition"])
KNOWN = (*BOOLEANS, *NUMBERS, *CHOICES, *TEXTS)
MORE_CSS = re.compile(r"[{};\\]|url\(|image-set\(", re.IGNORECASE)
"""What such a text must not contain: reveal.js puts it into CSS unchanged."""
OWN = {"width": "use size", "height": "use size", "plugins": "remove it, the plugins are built in"}


def option_mistakes(options: Mapping[str, Any], path: str, lines: Mapping[str, int]) -> Iterator[Problem]:
    """The unknown names and wrong values in the `reveal:` mapping of the deck at `path`. `lines` holds the line of
    each ``reveal.name``."""
    return (
        Problem(message, path, lines.get(f"reveal.{name}"), code="wrong-value" if name in KNOWN else "unknown-key")
        for name, message in _mistakes(options)
    )


def _mistakes(options: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in options.items():
        if name in OWN:
            yield name, f"reveal.{name} is set by slidegen; {OWN[name]}"
        elif name not in KNOWN:
            yield name, f"unknown option reveal.{name}; {nearest(name, KNOWN)}"
        elif name in BOOLEANS and not isinstance(value, bool):
            yield name, f"reveal.{name} is {value!r}; allowed: true, false"
        elif name in NUMBERS and not _is_number(value):
            yield name, f"reveal.{name} is {value!r}; a number is needed"
        elif name in CHOICES and not any(type(value) is type(choice) and value == choice for choice in CHOICES[name]):
            yield name, f"reveal.{name} is {value!r}; allowed: {', '.join(map(_yaml, CHOICES[name]))}"
        elif name in TEXTS and not isinstance(value, str):
            yield name, f"reveal.{name} is {value!r}; text is needed"
        elif name in TEXTS and MORE_CSS.search(value):
            yield name, f"reveal.{name} is {value!r}; one value of CSS is needed, without url()"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and is_shown(value)


def _yaml(value: str | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else value
