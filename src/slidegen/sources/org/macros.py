"""Macros: ``{{{name(arguments)}}}`` stands for the text of `#+MACRO`, with the arguments in it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from slidegen.sources.org.context import Context

OPENS: Final = re.compile(r"\{\{\{(?P<name>[A-Za-z][\w-]*)(?P<given>\()?")
ARGUMENT: Final = re.compile(r"\\,|,")
PLACE: Final = re.compile(r"\$(\d+)")
DEEPEST: Final = 20
"""Macros that call one another."""
LONGEST: Final = 200_000
"""Characters of a text whose macros are expanded."""


def expanded(text: str, number: int, context: Context) -> str:
    """A text in which what macros stand for stands in their place. One that calls itself, or makes too much of a text,
    is left out with a warning."""
    if "{{{" not in text:
        return text
    for _ in range(DEEPEST):
        made = _replaced(text, lambda name, given: _value(name, given, number, context))
        if made == text:
            return made
        if len(made) > LONGEST + len(text):
            break
        text = made
    context.lose("a macro calls itself without end, or makes too long a text; it is left out", number)
    return _replaced(text, lambda *_: "")


def _replaced(text: str, value: Callable[[str, str], str]) -> str:
    """A text with the values of its calls, each of which has a name and arguments."""
    parts: list[str] = []
    at = 0
    while (opened := OPENS.search(text, at)) is not None:
        closing = ")}}}" if opened["given"] else "}}}"
        end = text.find(closing, opened.end())
        if end < 0:
            break
        parts.append(text[at : opened.start()])
        if opened["given"] or end == opened.end():
            parts.append(value(opened["name"].lower(), text[opened.end() : end]))
            at = end + len(closing)
        else:
            parts.append(opened[0])
            at = opened.end()
    return "".join((*parts, text[at:]))


def _value(name: str, given: str, number: int, context: Context) -> str:
    arguments = _arguments(given) if given else []
    if name in context.macros:
        body = context.macros[name]
        if body.startswith("(eval"):
            context.lose(
                f"the macro {name!r} is a program of Emacs' and is left out; no program of a deck is run", number
            )
            return ""
        return PLACE.sub(lambda place: _argument(int(place[1]), arguments), body)
    built_in = BUILT_IN.get(name)
    value = None if built_in is None else built_in(context, arguments)
    if value is None:
        why = "" if built_in is not None or name in PROGRAMS else "; no #+MACRO defines it"
        context.lose(f"the macro {name!r} is left out{why}", number)
        return ""
    return value


def _argument(place: int, arguments: list[str]) -> str:
    if place == 0:
        return ",".join(arguments)
    return arguments[place - 1] if place <= len(arguments) else ""


def _arguments(text: str) -> list[str]:
    """What stands between commas; one with a backslash before it is part of an argument."""
    parts, at = [""], 0
    for comma in ARGUMENT.finditer(text):
        parts[-1] += text[at : comma.start()]
        at = comma.end()
        if comma[0] == ",":
            parts.append("")
        else:
            parts[-1] += ","
    parts[-1] += text[at:]
    return [part.strip() for part in parts]


def _keyword(context: Context, arguments: list[str]) -> str | None:
    return context.settings.get(arguments[0].upper()) if arguments else None


def _property(context: Context, arguments: list[str]) -> str | None:
    return context.properties.get(arguments[0].lower()) if arguments else None


def _count(context: Context, arguments: list[str]) -> str:
    name, action = (*arguments, "", "")[:2]
    start = int(action) if action.isdigit() else 1 if action else None
    count = context.counters.get(name, 0) + (action != "-") if start is None else start
    context.counters[name] = count
    return str(count)


def _of(key: str) -> Callable[[Context, list[str]], str | None]:
    return lambda context, _: context.settings.get(key) or ""


BUILT_IN: Final[dict[str, Callable[[Context, list[str]], str | None]]] = {
    "title": _of("TITLE"),
    "author": _of("AUTHOR"),
    "email": _of("EMAIL"),
    "date": _of("DATE"),
    "keyword": _keyword,
    "property": _property,
    "n": _count,
    "input-file": lambda context, _: context.source.path.name,
}
"""The macros that org defines itself."""
PROGRAMS: Final = frozenset({"time", "modification-time", "results"})
"""Those that say when a file was made, or run a program."""
