"""Works in CSL's form as people write them: in YAML, with dates as text, and with numbers that are no text."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

DATES: Final = ("accessed", "available-date", "event-date", "issued", "original-date", "submitted")
NAMES: Final = (
    *("author", "chair", "collection-editor", "compiler", "composer", "container-author", "contributor", "curator"),
    *("director", "editor", "editorial-director", "editor-translator", "executive-producer", "guest", "host"),
    *("illustrator", "interviewer", "narrator", "organizer", "original-author", "performer", "producer", "recipient"),
    *("reviewed-author", "script-writer", "series-creator", "translator"),
)
VERBATIM: Final = ("id", "type", "DOI", "URL")
MARKUP: Final = (
    (re.compile(r"(?<![\\\w*])\*\*(?!\s)([^*]+)(?<![\s\\])\*\*(?!\w)"), "b"),
    (re.compile(r"(?<![\\\w*])\*(?!\s)([^*]+)(?<![\s\\])\*(?!\w)"), "i"),
    (re.compile(r"(?<![\\\w_])_(?!\s)([^_]+)(?<![\s\\])_(?!\w)"), "i"),
    (re.compile(r"(?<!\\)\^([^\s^]+)(?<!\\)\^"), "sup"),
    (re.compile(r"(?<![\\~])~([^\s~]+)(?<!\\)~(?!~)"), "sub"),
)
PART: Final = r"(-?\d{4})(?:-(\d\d))?(?:-(\d\d))?(?:T\S*)?[~?%]?"
DATE: Final = re.compile(rf"{PART}(?:/(?:{PART}|\.\.)?)?")
"""A day, a month, a year, or two of them (EDTF, level 0, which pandoc reads in CSL-YAML)."""


def csl_item(given: Mapping[str, Any]) -> dict[str, Any]:
    """Returns a work as citeproc-js takes it."""
    item = {key: _text(value) for key, value in given.items() if value is not None}
    kept = {key: value for key, value in item.items() if isinstance(value, str)}
    names = {key: [*_names(item[key])] for key in NAMES if key in item}
    return kept | names | {key: date(item[key]) for key in DATES if key in item}


def from_markdown(given: Mapping[str, Any]) -> dict[str, Any]:
    """Returns a work of CSL-YAML, whose texts are Markdown (pandoc's manual, "Bibliographic data"), in CSL's markup."""
    return {key: _marked(value) if isinstance(value, str) and key not in VERBATIM else value
            for key, value in given.items()}  # fmt: skip


def _marked(text: str) -> str:
    for form, tag in MARKUP:
        text = form.sub(rf"<{tag}>\1</{tag}>", text)
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text)


def _names(given: Any) -> Iterator[dict[str, Any]]:
    for one in given if isinstance(given, list) else [given]:
        if isinstance(one, dict):
            yield {key: value for key, value in one.items() if isinstance(value, str | bool)}
        else:
            yield {"literal": str(one)}


def date(given: Any) -> Any:
    """Returns a date in CSL's form: of a text such as 2020-05, or of pandoc's mapping of year, month and day."""
    if isinstance(given, list) and all(isinstance(one, dict) for one in given):
        return {"date-parts": [_mapped(one) for one in given[:2]]}
    if isinstance(given, dict):
        return {"date-parts": [_mapped(given)]} if "year" in given else given
    if not isinstance(given, str):
        return given
    found = DATE.fullmatch(given.strip())
    if found is None:
        return {"literal": given}
    days = [found.groups()[:3], found.groups()[3:]]
    return {"date-parts": [[int(part) for part in day if part] for day in days if day[0]]}


def _mapped(given: Mapping[str, Any]) -> list[Any]:
    return [given[part] for part in ("year", "month", "day") if part in given]


def _text(value: Any) -> Any:
    """A number or a date of YAML as text, which is what CSL's variables hold."""
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
