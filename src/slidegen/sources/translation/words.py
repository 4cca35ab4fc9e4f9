"""Words as slidegen's Markdown shows them letter by letter, and what else its form needs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from slidegen.diagrams.kinds import KINDS
from slidegen.limits import MAX_CODE, MAX_SPACE, SPACE

SPECIAL: Final = re.compile(r"[\\`*{\[\]<$]|(?<!\w)_|_(?!\w)|~(?=~)|(?<=~)~|\^(?=\[)|&(?=[#\w])")
"""Signs that mean something anywhere in a text."""
SHORTCODE: Final = re.compile(r":(?=([\w+-]+):)")
BLOCK: Final = re.compile(r"(?P<space>[ \t]*)(?:(?P<number>\d{1,9})(?=[.)])|(?=[#>+=:|-]|~~~|notes?:))", re.IGNORECASE)
"""What begins a block, if a line begins with it."""
NOTHING: Final = "<!-- -->"
"""Keeps signs apart, and is not seen."""
TEMPLATE: Final = re.compile(r"\{(?=[{%#])")


def escaped(text: str) -> str:
    """A text within a line, so that Markdown and Jinja show it as it is."""
    text = SPECIAL.sub(lambda found: f"\\{found[0]}", text).replace("{%", "{\\%").replace("{#", "{\\#")
    if ":" in text:
        text = SHORTCODE.sub(lambda found: f":{NOTHING}" if _is_emoji(found[1]) else ":", text)
    return text


def _is_emoji(name: str) -> bool:
    from emoji import emojize  # few texts hold what may be one

    return emojize(f":{name}:", language="alias") != f":{name}:"


def without_attributes(text: str) -> str:
    """The last line of a block, already escaped, that does not end with what would be attributes."""
    return text + NOTHING if text.rstrip().endswith("}") and "\\{" in text else text


def block_line(text: str, last: bool = True) -> str:
    """A line of words, already escaped, that begins no block by its first signs, nor ends the `last` one with what
    would be attributes."""
    found = BLOCK.match(text)
    if found is not None:
        at = found.end() if found["number"] else len(found["space"])
        if text[at : at + 1].isalpha():  # reveal-md's notes
            at = text.index(":", at)
        text = f"{text[:at]}\\{text[at:]}"
    return without_attributes(text) if last else text


def verbatim(text: str) -> str:
    """A text that Jinja reads and Markdown does not, such as a deck's title, so that Jinja shows it as it is."""
    return TEMPLATE.sub("{{ '{' }}", text)


def apart(text: str) -> str:
    """A formula, so that Jinja sees nothing in it: no two braces touch."""
    return TEMPLATE.sub("{ ", text)


def code_span(text: str) -> str:
    """Code within a line."""
    text = " ".join(text.split("\n"))
    longest = max(map(len, re.findall("`+", text)), default=0)
    ticks = "`" * (longest + 1)
    pad = " " if text[:1] == "`" or text[-1:] == "`" or (text.strip() and text[0] == text[-1] == " ") else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"


def fence(lines: Iterable[str]) -> str:
    """The sign that opens and closes a block of code which holds some lines."""
    longest = max((len(found) for line in lines for found in re.findall(r"^ {0,3}(`+)", line)), default=0)
    return "`" * max(3, longest + 1)


def language(name: str, code: str) -> str:
    """The name by which a block of code in some language is highlighted; "text" for what is not, or is too long.
    Diagrams keep theirs."""
    too_long = len(code) > MAX_CODE or max(map(len, SPACE.findall(code)), default=0) > MAX_SPACE
    if not name or too_long:
        return "text"
    if name.lower() in KINDS:
        return name.lower()
    if name == "qr":
        return name
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        get_lexer_by_name(name.lower())
    except ClassNotFound:
        return "text"
    return name.lower()


def attribute(value: str) -> str:
    """The value of an attribute in braces, in quotes. The form has no sign for a quotation mark in it."""
    return '"' + value.replace("\\", "\\\\").replace('"', "'").replace("\n", " ") + '"'
