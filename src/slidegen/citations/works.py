"""Reads the works that a deck cites: BibTeX, BibLaTeX or CSL-JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from slidegen.citations.engine import read_bibtex
from slidegen.citations.items import csl_item, from_markdown
from slidegen.errors import DeckError, Problem
from slidegen.files import FileError, read_text
from slidegen.marks import NO_TEXT
from slidegen.memo import Memo, once
from slidegen.resolved import ResolvedDeck
from slidegen.v8 import EngineError
from slidegen.yaml_tree import parse_yaml

MAX_BYTES: Final = 5_000_000
"""The most bytes of a file of references: about ten thousand works."""
ENTRY: Final = re.compile(r"^[ \t]*@(?P<type>\w+)[ \t]*[{(]\s*(?P<key>[^\s,={}()]+)[ \t]*,", re.MULTILINE)
ESCAPED: Final = re.compile(r"\\[{}]")
ADDRESS: Final = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
PLACE: Final = re.compile(r"(?P<what>[^\n]*?) at line (?P<line>\d+) col \d+")
TOKENS: Final = {
    "lbrace": "{",
    "rbrace": "}",
    "comma": "a comma",
    "equals": "=",
    "label": "a key",
    "identifier": "a name",
    "quote": "a quotation mark",
    "EOF": "the end of the file",
    "hash": "#",
    "number": "a number",
    "text": "a text",
    "at": "@",
    "dataEntryType": "the kind of an entry",
}
"""What the reader of BibTeX calls the signs that it finds."""


@dataclass(frozen=True, slots=True)
class Works:
    """The works of a deck in CSL's form, by their keys, and the mistakes in their files."""

    items: Mapping[str, Mapping[str, Any]]
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


class _Mistake(Exception):
    """What is wrong with a file, and the line."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def read_works(deck: ResolvedDeck, memo: Memo | None = None) -> Works:
    """Returns the works of a deck's `references` and in the files of its `bibliography`. A key means the first."""
    items: dict[str, Mapping[str, Any]] = {}
    for work in deck.options.bibliography.works:
        items.setdefault(str(work["id"]), csl_item(from_markdown(work)))
    problems: list[Problem] = []
    warnings: list[Problem] = []
    place = deck.options.place("bibliography", deck.source.name)
    for name in deck.options.bibliography.files:
        try:
            text = _text(deck, name)
            read = FORMATS.get(name.lower().rpartition(".")[2], _bibtex)
            found, twice = once(memo, "works", (name, text), partial(read, name, text))
        except _Mistake as mistake:
            problems.append(mistake.problem.at(*place))
        else:
            warnings += twice
            items = {**found, **items}
    return Works(items, tuple(problems), tuple(warnings))


def _text(deck: ResolvedDeck, name: str) -> str:
    if ADDRESS.match(name):
        what = f"bibliography: {name!r} is an address, and nothing is fetched; save the file in the project"
        raise _Mistake(Problem(what, code="wrong-value"))
    project = deck.source.project
    path = project.folder / name
    if not project.admits(path):
        what = f"bibliography: the file {name!r} {project.outside()}"
        raise _Mistake(Problem(what, code="outside-root"))
    try:
        text = read_text(path, MAX_BYTES, "utf-8-sig")
    except FileError as error:
        raise _Mistake(Problem(f"bibliography: the file {name!r} cannot be read: {error}", code=error.code)) from None
    except UnicodeDecodeError:
        raise _Mistake(Problem(f"bibliography: the file {name!r} is not UTF-8 text", code="not-text")) from None
    if wrong := NO_TEXT.search(text):
        line = text.count("\n", 0, wrong.start()) + 1
        raise _Mistake(Problem(f"U+{ord(wrong[0]):04X} is not text", name, line, code="not-text"))
    return text


def _bibtex(name: str, text: str) -> tuple[dict[str, Mapping[str, Any]], list[Problem]]:
    try:
        state, answer = read_bibtex(text)
    except EngineError as error:
        raise _Mistake(Problem(f"BibTeX: {error}", name, code="limit")) from None
    if state == "error":
        raise _Mistake(_syntax(name, text, answer))
    return {item["id"]: item for item in answer}, list(_repeated(name, text))


def _syntax(name: str, text: str, message: str) -> Problem:
    """The mistake in a file, from the message of the reader of BibTeX."""
    place = PLACE.search(message)
    what, line = (place["what"], int(place["line"])) if place else (message.split("\n")[0], 1)
    begun = [entry for entry in ENTRY.finditer(text) if text.count("\n", 0, entry.start()) < line]
    if "EOF" in what and (unclosed := _unclosed(text)) is not None:
        key, line = unclosed
        what = f"BibTeX: the entry {key!r} is not closed; each {{ has its }}, and each quotation mark its second"
        return Problem(what, name, line, code="data-file")
    entry = f" in the entry {begun[-1]['key']!r}" if begun else ""
    for token, word in TOKENS.items():
        what = what.replace(f'"{token}"', word).replace(f"got {token}", f"got {word}")
    what = re.sub(r"^\w*Error: ", "", what).replace("got", "found").replace("invalid syntax", "this is not BibTeX")
    return Problem(f"BibTeX: {what}{entry}; each field is name = {{value}}, with a comma after it", name, line,
                   code="data-file")  # fmt: skip


def _unclosed(text: str) -> tuple[str, int] | None:
    """The key and the line of the first entry whose braces are not closed where the next one begins."""
    entries = list(ENTRY.finditer(text))
    for entry, end in zip(entries, [*(one.start() for one in entries[1:]), len(text)], strict=True):
        body = ESCAPED.sub("", text[entry.start() : end])
        if body.count("{") > body.count("}"):
            return entry["key"], text.count("\n", 0, entry.start("type")) + 1
    return None


def _repeated(name: str, text: str) -> Iterator[Problem]:
    """Warns of keys that a file gives to several works."""
    lines: dict[str, int] = {}
    for entry in ENTRY.finditer(text):
        if entry["type"].lower() in ("comment", "string", "preamble"):
            continue
        line = text.count("\n", 0, entry.start("type")) + 1
        first = lines.setdefault(entry["key"], line)
        if first != line:
            what = f"the key {entry['key']!r} is also that of line {first}; the last one counts"
            yield Problem(what, name, line, code="duplicate-key")


def _json(name: str, text: str) -> tuple[dict[str, Mapping[str, Any]], list[Problem]]:
    try:
        value = json.loads(text)
    except ValueError as error:
        line = getattr(error, "lineno", 1)
        raise _Mistake(Problem(f"CSL-JSON: {getattr(error, 'msg', error)}", name, line, code="data-file")) from None
    except RecursionError:
        raise _Mistake(Problem("CSL-JSON: is nested too deeply", name, code="limit")) from None
    return _items("CSL-JSON", name, value), []


def _yaml(name: str, text: str) -> tuple[dict[str, Mapping[str, Any]], list[Problem]]:
    try:
        value = parse_yaml(text, name).value
    except DeckError as error:
        raise _Mistake(error.problems[0]) from None
    return _items("CSL-YAML", name, value), []


def _items(form: str, name: str, value: Any) -> dict[str, Mapping[str, Any]]:
    listed = value.get("items", value.get("references")) if isinstance(value, dict) else value
    if not isinstance(listed, list) or not all(isinstance(one, dict) and "id" in one for one in listed):
        what = f"{form}: is not a list of works, each with an id"
        raise _Mistake(Problem(what, name, 1, code="data-file"))
    return {str(one["id"]): csl_item(from_markdown(one) if form == "CSL-YAML" else one) for one in listed}


FORMATS: Final = {"json": _json, "yaml": _yaml, "yml": _yaml}
"""What reads a file, by the end of its name. All others are BibTeX."""
