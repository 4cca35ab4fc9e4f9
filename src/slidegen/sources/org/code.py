"""Blocks of code and of examples, with org's switches."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from slidegen.diagrams.kinds import KINDS
from slidegen.sources.org.attributes import Affiliated, braces, pairs
from slidegen.sources.org.context import Context
from slidegen.sources.translation import Line
from slidegen.sources.translation.words import attribute, fence, language

COMMA: Final = re.compile(r"^([ \t]*),(,*(?:\*|#\+))")
LABEL: Final = re.compile(r"\(ref:([\w-]+)\)$")
SWITCH: Final = re.compile(
    r"(?:^|(?<=\s))(?:(?P<sign>[-+])n(?:[ \t]+(?P<first>\d+))?|-(?P<flag>[rik])|-l[ \t]+\"[^\"]*\")(?=\s|$)"
)
STEPS: Final = re.compile(r"data-line-numbers=\\?[\"']?([\d,|\s-]+)")
LANGUAGES: Final = {
    "emacs-lisp": "elisp",
    "elisp": "elisp",
    "ipython": "python",
    "jupyter-python": "python",
    "sh": "bash",
    "shell": "bash",
    "jupyter-julia": "julia",
    "c++": "cpp",
    "cpp": "cpp",
    "r": "r",
    "jupyter-r": "r",
    "conf": "ini",
    "latex": "latex",
    "org": "text",
    "text": "text",
    "ditaa": "text",
    "plantuml": "text",
    "dot": "dot",
    "js": "js",
    "maxima": "maxima",
    "gnuplot": "gnuplot",
    "f90": "fortran",
    "fortran": "fortran",
    "screen": "bash",
}
"""Org's names of languages, where they are not Pygments' own."""


def dedented(rows: Sequence[Line]) -> list[Line]:
    """Rows without the space that all of them begin with."""
    texts = [row.text.expandtabs(8) if "\t" in row.text else row.text for row in rows]
    space = min((len(text) - len(text.lstrip(" ")) for text in texts if text.strip()), default=0)
    return [Line(text[space:], row.number) for text, row in zip(texts, rows, strict=True)]


def uncommented(rows: Sequence[Line]) -> list[Line]:
    """Rows without the commas that keep org from reading them."""
    return [Line(COMMA.sub(r"\1\2", row.text), row.number) for row in rows]


def code(
    rows: Sequence[Line], arguments: str, first: Line, above: Affiliated, given: Mapping[str, str], context: Context
) -> list[Line]:
    """A block of code; `arguments` are those of `#+begin_src` in the line `first`, `given` are its attributes."""
    name, _, rest = arguments.strip().partition(" ")
    if name.startswith(("-", "+", ":")):
        name, rest = "", arguments
    flags = {found["flag"] for found in SWITCH.finditer(rest)}
    body = uncommented(rows) if "i" in flags else dedented(uncommented(rows))
    texts = _labelled([row.text for row in body], "r" in flags, _first_number(rest, context) or 1, context)
    number = _first_number(rest, context)
    if number is not None:
        context.last_code_line = number + len(body) - 1
    code_language = language(LANGUAGES.get(name.lower(), name), "\n".join(texts))
    info = [code_language]
    steps = STEPS.search(pairs(above.get("ATTR_REVEAL")).get("code_attribs", ""))
    if steps is not None:
        info += _steps(steps[1], len(texts), above, context)
    if number is not None:
        info.append("numbers" if number == 1 else f"numbers={number}")
    if given.get("caption"):
        name = "caption" if code_language in KINDS else "title"
        info.append(f'{name}="{given["caption"].replace(chr(34), chr(39)).replace("`", chr(39))}"')
    if code_language in KINDS:
        info += [f"{key}={attribute(given[key])}" for key in ("alt", "width", "height") if given.get(key)]
    kept = {key: value for key, value in given.items() if key not in ("caption", "alt", "width", "height")}
    sign = fence(texts)
    end = rows[-1].number + 1 if rows else first.number
    return [
        *([Line(braces(kept), first.number)] if kept else []),
        Line(f"{sign}{' '.join(info)}", first.number),
        *(Line(text, row.number) for text, row in zip(texts, body, strict=True)),
        Line(sign, end),
    ]


def _first_number(rest: str, context: Context) -> int | None:
    """The number of a block's first line; None if its lines have none."""
    for found in SWITCH.finditer(rest):
        if found["sign"]:
            first = int(found["first"] or (1 if found["sign"] == "-" else 0))
            return first if found["sign"] == "-" else context.last_code_line + max(1, first)
    return None


def _labelled(texts: list[str], remove: bool, first: int, context: Context) -> list[str]:
    """Lines whose labels for links are kept in mind, and taken away if the block wants that."""
    shown = []
    for number, text in enumerate(texts, start=first):
        found = LABEL.search(text.rstrip())
        if found is not None:
            context.code_lines[found[1]] = number
        shown.append(text[: found.start()].rstrip() if found is not None and remove else text)
    return shown


def _steps(text: str, count: int, above: Affiliated, context: Context) -> list[str]:
    steps = re.sub(r"\s", "", text).strip("|,-")
    numbers = [int(number) for number in re.findall(r"\d+", steps)]
    if (
        not numbers
        or max(numbers) > count
        or min(numbers) < 1
        or not re.fullmatch(r"\d+(-\d+)?([,|]\d+(-\d+)?)*", steps)
    ):
        context.lose(f"the lines {text!r} to highlight are not in the block", above.number("ATTR_REVEAL"))
        return []
    return [f"{{{steps}}}"]
