"""What a heading's properties say of its slide, as the options of a slide in a YAML deck."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from slidegen.markup import attributes_of
from slidegen.sources.org.context import Context
from slidegen.sources.org.links import file_of
from slidegen.sources.schema import DATA_NAME, HTML_ID, TRANSITION

PARTS: Final = ("size", "position", "repeat", "opacity")
ATTRIBUTES: Final = {
    "reveal_data_state": "data-state",
    "reveal_background_trans": "data-background-transition",
    "reveal_background_iframe": "data-background-iframe",
    "reveal_background_video": "data-background-video",
    "reveal_background_interactive": "data-background-interactive",
    "reveal_data_timing": "data-timing",
    "reveal_data_autoslide": "data-autoslide",
    "reveal_data_notes": "data-notes",
    "reveal_auto_animate": "data-auto-animate",
}
"""Properties that are attributes of the slide."""
ELSEWHERE: Final = frozenset({"reveal_data_transition", "reveal_extra_attr", "reveal_background", "reveal_trans"})
DEFAULT: Final = "REVEAL_DEFAULT_SLIDE_BACKGROUND"


def slide_options(
    properties: Mapping[str, str], lines: Mapping[str, int], number: int, context: Context
) -> tuple[dict[str, Any], dict[str, int]]:
    """The options of a slide and where they stand. Warns of those that slidegen does not have."""
    return _options({**_defaults(context), **properties}, lines, number, context)


def _options(
    given: Mapping[str, str], lines: Mapping[str, int], number: int, context: Context
) -> tuple[dict[str, Any], dict[str, int]]:
    found: dict[str, Any] = {}
    places: dict[str, int] = {}
    background = _background(given, lines, number, context)
    if background:
        alone = len(background) == 1 and given.get("reveal_background")
        found["background"] = next(iter(background.values())) if alone else background
        places["background"] = lines.get("reveal_background", number)
    attributes: dict[str, str] = {}
    for name, value in given.items():
        line = lines.get(name, number)
        if name in ATTRIBUTES and value:
            attributes[ATTRIBUTES[name]] = value
            places[f"attributes.{ATTRIBUTES[name]}"] = line
        elif name in ("reveal_data_transition", "reveal_trans"):
            _transition(value, line, found, places, context)
        elif name == "reveal_extra_attr":
            _extra(value, line, found, attributes, places, context)
        elif name == "html_container_class":
            found["class"] = value
        elif name.startswith("reveal_") and name not in ELSEWHERE and not name.startswith("reveal_background_"):
            context.lose(f"the property {name} is left out; slidegen does not have this property", line)
    if attributes:
        found["attributes"] = attributes
    return found, places


def keyword_options(prefix: str, context: Context) -> tuple[dict[str, Any], dict[str, int]]:
    """The background and the state of a slide that no heading makes: `prefix` is `REVEAL_TITLE_SLIDE` or its like."""
    names = {"_BACKGROUND": "reveal_background", "_STATE": "reveal_data_state"}
    names |= {f"_BACKGROUND_{part.upper()}": f"reveal_background_{part}" for part in PARTS}
    names["_BACKGROUND_TRANSITION"] = "reveal_background_trans"
    keys = {name: prefix + key for key, name in names.items() if context.settings.get(prefix + key)}
    properties = {name: context.settings.get(key) or "" for name, key in keys.items()}
    return _options(properties, {name: context.settings.number(key) for name, key in keys.items()}, 1, context)


def _defaults(context: Context) -> dict[str, str]:
    names = {"": "", "_TRANSITION": "_trans", **{f"_{part.upper()}": f"_{part}" for part in PARTS}}
    values = {f"reveal_background{name}": context.settings.get(DEFAULT + key) for key, name in names.items()}
    extra = {"reveal_extra_attr": context.settings.get("REVEAL_EXTRA_ATTR")}
    return {name: value for name, value in {**values, **extra}.items() if value}


def _background(given: Mapping[str, str], lines: Mapping[str, int], number: int, context: Context) -> Any:
    value = given.get("reveal_background", "")
    found: dict[str, Any] = {}
    if value:
        found[_kind_of_background(value)] = file_of(value) or value
    for kind in ("color", "gradient", "image"):
        if given.get(f"reveal_background_{kind}"):
            found[kind] = given[f"reveal_background_{kind}"]
    for part in PARTS:
        name = f"reveal_background_{part}"
        if part == "opacity" and name in given:
            opacity = _opacity(given[name])
            if opacity is None:
                context.lose(f"{name} {given[name]!r} is not a number from 0 to 1", lines.get(name, number))
            else:
                found[part] = opacity
        elif given.get(name):
            found[part] = given[name]
    for name in given:
        known = (*PARTS, "color", "gradient", "image", "trans", "iframe", "video", "interactive")
        if name.startswith("reveal_background_") and name.removeprefix("reveal_background_") not in known:
            context.lose(
                f"the property {name} is left out; slidegen does not have this property", lines.get(name, number)
            )
    return found


def _kind_of_background(value: str) -> str:
    """Whether a background is a color, a gradient or an image."""
    if "gradient(" in value:
        return "gradient"
    return "image" if ("." in value or "/" in value) and not re.match(r"[a-z-]+\(", value) else "color"


def _opacity(value: str) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return number if 0 <= number <= 1 else None


def _transition(value: str, line: int, found: dict[str, Any], places: dict[str, int], context: Context) -> None:
    if re.match(TRANSITION, value):
        found["transition"] = value
        places["transition"] = line
    elif value and value != "default":
        context.lose(f"the transition {value!r} is left out; allowed: none, fade, slide, convex, concave, zoom", line)


def _extra(
    text: str, line: int, found: dict[str, Any], attributes: dict[str, str], places: dict[str, int], context: Context
) -> None:
    """The attributes that a heading adds to its slide."""
    for name, value in attributes_of(text).items():
        if name == "class":
            found["class"] = f"{found.get('class', '')} {value}".strip()
        elif name == "id" and re.match(HTML_ID, value):
            found["id"] = value
        elif name == "data-transition":
            _transition(value, line, found, places, context)
        elif re.match(DATA_NAME, name):
            attributes[name] = value
            places[f"attributes.{name}"] = line
        else:
            context.lose(f"the attribute {name!r} is left out: a slide cannot have it", line)
