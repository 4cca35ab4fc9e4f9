"""Text as a terminal shows it: carriage returns and backspaces go back, ANSI's escape sequences colour and erase."""

from __future__ import annotations

import colorsys
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from itertools import groupby
from typing import Any, Final

COLOURS: Final = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
TAB: Final = 8
FURTHEST: Final = 10_000
"""The column and the row that a cursor is moved to at most."""
CONTROL: Final = re.compile(
    r"(?P<csi>\x1b\[(?P<private>[<-?]?)(?P<numbers>[0-9;:]*)[0-?]*[ -/]*(?P<final>[@-~]))"
    r"|(?P<osc>\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?)|(?P<other>\x1b[ -/]*[0-~]?)"
    r"|(?P<sign>[\x00-\x1a\x1c-\x1f\x7f])"
)
PLAIN: Final = re.compile(r"[^\x00-\x08\x0b-\x1f\x7f]*")
"""Text that a terminal shows as it stands."""
GREY: Final = 0.2
"""The saturation below which a colour is grey."""


@dataclass(frozen=True, slots=True)
class Style:
    """How characters look; colours are names of `COLOURS`."""

    colour: str | None = None
    background: str | None = None
    bold: bool = False
    faint: bool = False
    italic: bool = False
    underline: bool = False
    inverse: bool = False

    @property
    def classes(self) -> str:
        """The classes of it in HTML."""
        colour, background = self.colour, self.background
        if self.inverse:
            colour, background = background or "inverse", colour or "inverse"
        names = [f"ansi-{colour}" if colour else "", f"ansi-{background}-bg" if background else ""]
        names += [f"ansi-{name}" for name in ("bold", "faint", "italic", "underline") if getattr(self, name)]
        return " ".join(filter(None, names))


Row = list[tuple[str, Style]]
DEFAULT: Final = Style()


def shown(text: str) -> list[Row]:
    """The rows of a screen on which a text was written, each its characters with their style, without the spaces at
    its end."""
    if PLAIN.fullmatch(text):
        return [[(sign, DEFAULT) for sign in row.expandtabs(TAB)] for row in text.rstrip("\n").split("\n")]
    screen = _Screen()
    at = 0
    for found in CONTROL.finditer(text):
        screen.write(text[at : found.start()])
        at = found.end()
        if found["sign"] is not None:
            screen.sign(found["sign"])
        elif found["csi"] is not None and not found["private"]:  # the others hide the cursor and the like
            screen.sequence(found["final"], _numbers(found["numbers"]))
    screen.write(text[at:])
    return screen.trimmed()


def is_plain(rows: Sequence[Row]) -> bool:
    """Whether no character of some rows has a style."""
    return all(style == DEFAULT for row in rows for _, style in row)


def plain(row: Row) -> str:
    """The characters of a row."""
    return "".join(sign for sign, _ in row)


def html(row: Row) -> str:
    """A row as HTML."""
    return "".join(_runs(row))


def _runs(row: Row) -> Iterator[str]:
    for style, signs in groupby(row, key=lambda one: one[1]):
        text = escape("".join(sign for sign, _ in signs), quote=False)
        yield f'<span class="{style.classes}">{text}</span>' if style.classes else text


class _Screen:
    """The rows, where the cursor stands, and the style in which it writes."""

    def __init__(self) -> None:
        self.rows: list[Row] = [[]]
        self.row = self.column = 0
        self.style = DEFAULT

    def write(self, text: str) -> None:
        row = self.rows[self.row]
        row += [(" ", DEFAULT)] * (self.column - len(row))
        row[self.column : self.column + len(text)] = [(sign, self.style) for sign in text]
        self.column += len(text)

    def sign(self, sign: str) -> None:
        if sign == "\n":
            self.down(1)
            self.column = 0
        elif sign == "\r":
            self.column = 0
        elif sign == "\b":
            self.column = max(0, self.column - 1)
        elif sign == "\t":
            self.write(" " * (TAB - self.column % TAB))

    def down(self, count: int) -> None:
        self.row = min(self.row + count, max(len(self.rows), FURTHEST))
        self.rows += ([] for _ in range(self.row - len(self.rows) + 1))

    def sequence(self, final: str, numbers: list[int]) -> None:
        count = min(max(1, numbers[0]), FURTHEST)
        if final == "m":
            self.style = _styled(self.style, numbers)
        elif final == "A":
            self.row = max(0, self.row - count)
        elif final == "B":
            self.down(count)
        elif final == "C":
            self.column = min(self.column + count, FURTHEST)
        elif final == "D":
            self.column = max(0, self.column - count)
        elif final == "G":
            self.column = count - 1
        elif final == "K":
            self.erase(numbers[0])
        elif final == "J" and numbers[0] == 2:
            self.rows, self.row, self.column = [[]], 0, 0

    def erase(self, kind: int) -> None:
        row = self.rows[self.row]
        if kind in (0, 2):
            del row[self.column if kind == 0 else 0 :]
        else:
            row[: self.column] = [(" ", DEFAULT)] * min(self.column, len(row))

    def trimmed(self) -> list[Row]:
        for row in self.rows:
            while row and row[-1][0] == " " and not (row[-1][1].background or row[-1][1].inverse):
                row.pop()
        while len(self.rows) > 1 and not self.rows[-1]:
            self.rows.pop()
        return self.rows


def _numbers(text: str) -> list[int]:
    return [min(int(one), FURTHEST) if one and len(one) < 6 else 0 for one in text.replace(":", ";").split(";")]


def _styled(style: Style, numbers: list[int]) -> Style:
    """A style after the sequence with these numbers (ECMA-48, "SGR")."""
    changes: dict[str, Any] = {}
    rest = list(numbers)
    while rest:
        number = rest.pop(0)
        if number == 0:
            style, changes = DEFAULT, {}
        elif number in FLAGS:
            changes |= FLAGS[number]
        elif number in (38, 48):
            changes["colour" if number == 38 else "background"] = _extended(rest)
        elif 30 <= number <= 39 or 90 <= number <= 97:
            changes["colour"] = COLOURS[number % 10] if number != 39 else None
        elif 40 <= number <= 49 or 100 <= number <= 107:
            changes["background"] = COLOURS[number % 10] if number != 49 else None
    return replace(style, **changes)


FLAGS: Final[Mapping[int, Mapping[str, bool]]] = {
    **{number: {name: True} for number, name in ((1, "bold"), (2, "faint"), (3, "italic"), (4, "underline"))},
    5: {"bold": True},  # a slide does not blink
    7: {"inverse": True},
    21: {"bold": False},
    22: {"bold": False, "faint": False},
    **{number: {name: False} for number, name in ((23, "italic"), (24, "underline"), (27, "inverse"))},
}


def _extended(rest: list[int]) -> str | None:
    """Takes a colour of 256 or of 16 million from the numbers: the nearest of the eight that a theme has."""
    kind = rest.pop(0) if rest else 0
    if kind == 2 and len(rest) >= 3:
        return _nearest(rest.pop(0), rest.pop(0), rest.pop(0))
    if kind != 5 or not rest:
        rest.clear()
        return None
    number = rest.pop(0)
    if number < 16:
        return COLOURS[number % 8]
    if number >= 232:
        return _nearest(*[(number - 232) * 10 + 8] * 3)
    steps = (0, 95, 135, 175, 215, 255)
    number -= 16
    return _nearest(steps[number // 36], steps[number // 6 % 6], steps[number % 6])


def _nearest(red: int, green: int, blue: int) -> str:
    hue, saturation, value = colorsys.rgb_to_hsv(*(min(one, 255) / 255 for one in (red, green, blue)))
    if saturation < GREY or value < GREY:
        return "black" if value < 0.5 else "white"
    return ("red", "yellow", "green", "cyan", "blue", "magenta")[round(hue * 6) % 6]
