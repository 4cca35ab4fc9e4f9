"""How a slide of a notebook is set that holds more than a slide: its author wrote for a page that scrolls.

Heights and widths are estimates, as those in `render.sizing`; what is too much after all is reported by `check`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from slidegen.sources.translation import Line

HEIGHT: Final = 600
"""The pixels of a slide inside its margins."""
HEADING, TEXT, ROW, AFTER, PICTURE, FORMULA = 74, 38, 45, 20, 150, 40
"""The heights of a heading, a line of text, a row of a table, the space after a block, a picture, and what
a formula takes beside its lines."""
ON_A_LINE: Final = 88
CODE: Final = {False: (32, 28, 40), True: (25, 25, 24)}
"""The heights of a line of code, of a line of output, and of the space around them, by whether the slide is dense."""
CLOSER: Final = 0.86
"""What the other heights shrink to on a dense slide."""
WIDEST: Final = 100
"""Characters of a line of code that stand beside each other in its smaller size."""
WIDE: Final = 82
FENCE: Final = re.compile(r"(?P<sign>`{3,})(?P<info>[^`]*)")
PRINTED: Final = '<div class="sg-code-block output'
NOTHING: Final = re.compile(r":{3,}|</?(?:table|thead|tbody|div)\b[^<>]*>$")


def fitted(lines: Sequence[Line]) -> tuple[list[Line], tuple[str, ...]]:
    """The lines of a slide, with code that is too wide set smaller or wrapped, and the classes that the slide needs."""
    found = [Line(_narrower(line.text, lines, number), line.number) for number, line in enumerate(lines)]
    if height([line.text for line in lines], dense=False) <= HEIGHT:
        return found, ()
    return found, ("dense",) if height([line.text for line in lines], dense=True) <= HEIGHT else ("dense", "scrollable")


def _narrower(text: str, lines: Sequence[Line], number: int) -> str:
    """A line that opens a block of code, with the classes that its widest line needs."""
    fence = FENCE.fullmatch(text)
    if fence is not None and fence["info"]:
        rows = _until(lines, number + 1, fence["sign"])
    elif text.startswith(PRINTED):
        rows = [re.sub(r"<[^<>]*>", "", row) for row in _until(lines, number, "</span></code>")]
    else:
        return text
    widest = max(map(len, rows), default=0)
    classes = ["compact"] * (widest > WIDE) + ["wrapped"] * (widest > WIDEST)
    if not classes:
        return text
    if fence is None:
        return text.replace(PRINTED, f"{PRINTED} {' '.join(classes)}", 1)
    given = " ".join(f".{name}" for name in classes)
    return f"{text[:-1]} {given}}}" if text.endswith("}") and "{." in text else f"{text} {{{given}}}"


def _until(lines: Sequence[Line], start: int, sign: str) -> list[str]:
    rows: list[str] = []
    for line in lines[start:]:
        if line.text.startswith(sign):
            break
        rows.append(line.text)
    return rows


def height(rows: Sequence[str], dense: bool) -> float:
    """About how many pixels of height some lines of Markdown take."""
    code, output, around = CODE[dense]
    total, inside, of_output = 0.0, "", False
    scale = CLOSER if dense else 1.0
    for before, row in zip(["", *rows], rows, strict=False):
        if inside:
            total += output if of_output else code * max(1, -(-len(row) // WIDEST))
            inside = "" if row.startswith(inside) else inside
            continue
        fence = FENCE.match(row)
        if fence is not None or row.startswith(PRINTED):
            inside = fence["sign"] if fence is not None else "</span></code>"
            of_output = ".output" in row or fence is None
            total += (AFTER if of_output else around + AFTER) - (output if of_output else code)
        elif row.strip() and not NOTHING.match(row):
            total += scale * (_height(row) + (AFTER if not before.strip() else 0))
    return total


def _height(row: str) -> float:
    if re.match(r"#{1,3}\s", row):
        return HEADING - AFTER
    if re.match(r"\s*(\||<tr)", row):
        return 0 if re.fullmatch(r"[\s|:-]+", row) else ROW
    if re.match(r"!\[[^\]]*\]\([^()]*\)", row):
        return PICTURE
    if row.startswith(("$$", "\\begin", "\\end")):
        return FORMULA / 2
    return TEXT * max(1, -(-len(row) // ON_A_LINE))
