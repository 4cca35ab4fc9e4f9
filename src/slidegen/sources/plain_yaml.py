"""Reads YAML decks that need no schema: every key is one of a few, and every value of the type that its key takes.

Most decks are like this, and so do not wait for pydantic to start. The result is the same as the schema's
(tests/sources/test_yaml_decks.py compares the two). All other decks go to the schema.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any, Final, get_args

from slidegen.model import Layout, OpensWith

LAYOUTS: Final = frozenset(get_args(Layout))


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_date(value: Any) -> bool:
    return isinstance(value, str) or type(value) is dt.date


def _is_layout(value: Any) -> bool:
    return isinstance(value, str) and value in LAYOUTS


def _is_scheme(value: Any) -> bool:
    return isinstance(value, str) and value in get_args(OpensWith)


def _is_footer(value: Any) -> bool:
    return value is False or isinstance(value, str)


Kind = Callable[[Any], bool]
DECK: Final[Mapping[str, Kind]] = {
    **dict.fromkeys(("title", "author", "description", "footer", "theme", "format"), _is_text),
    **dict.fromkeys(("slide_number", "incremental", "hyphenate"), _is_flag),
    "date": _is_date,
    "scheme": _is_scheme,
}
SLIDE: Final[Mapping[str, Kind]] = {
    **dict.fromkeys(("content", "notes"), _is_text),
    **dict.fromkeys(("incremental", "slide_number", "auto_animate"), _is_flag),
    "layout": _is_layout,
    "footer": _is_footer,
}
DECK_DEFAULTS: Final[Mapping[str, Any]] = {
    **dict.fromkeys(("title", "author", "date", "description", "footer")),
    "lang": "en",
    "dir": None,
    "hyphenate": False,
    "theme": "auto",
    "scheme": None,
    "format": "reveal",
    "size": "16:9",
    "slide_number": True,
    "minutes": None,
    "appendix": None,
    "claims": "fail",
    **dict.fromkeys(("bibliography", "csl", "nocite")),
    "references": [],
    "citations": "end",
    "link_citations": True,
    "suppress_bibliography": False,
    **dict.fromkeys(("accent", "fonts", "logo", "brand")),
    "check": None,
    "incremental": False,
    **{key: {} for key in ("reveal", "vars", "tables", "figures")},
}
SLIDE_DEFAULTS: Final[Mapping[str, Any]] = {
    **dict.fromkeys(
        (
            "notes",
            "layout",
            "background",
            "id",
            "class_",
            "incremental",
            "transition",
            "visibility",
            "minutes",
            "when",
            "lang",
            "dir",
            "check",
        )
    ),
    "content": "",
    "auto_animate": False,
    "footer": None,
    "slide_number": True,
    "attributes": {},
}


def plain_deck(value: Mapping[Any, Any]) -> SimpleNamespace | None:
    """Returns the deck with the fields of `DeckModel`, or None if it needs the schema."""
    slides = value.get("slides")
    if not isinstance(slides, list) or not slides:
        return None
    rest = {key: item for key, item in value.items() if key != "slides"}
    if not _matches(rest, DECK):
        return None
    entries = [_entry(entry) for entry in slides]
    if any(entry is None for entry in entries):
        return None
    return SimpleNamespace(**{**DECK_DEFAULTS, **rest}, slides=entries)


def _matches(given: Mapping[Any, Any], kinds: Mapping[str, Kind]) -> bool:
    return all(key in kinds and kinds[key](value) for key, value in given.items())


def _entry(entry: Any) -> str | SimpleNamespace | list[Any] | None:
    """Returns a slide or a stack of slides; None if it needs the schema."""
    if isinstance(entry, list):
        stack = [_slide(slide) for slide in entry]
        return stack if stack and all(slide is not None for slide in stack) else None
    return _slide(entry)


def _slide(entry: Any) -> str | SimpleNamespace | None:
    if isinstance(entry, str):
        return entry
    if not isinstance(entry, dict) or not _matches(entry, SLIDE):
        return None
    return SimpleNamespace(**{**SLIDE_DEFAULTS, **entry})
