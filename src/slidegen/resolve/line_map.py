"""Maps each line of an expanded text to the line of the deck that it comes from.

Jinja copies the text between its tags to wherever a loop or a macro puts it. So each line of that text gets a mark with
its number before Jinja runs, and the marks are read and removed afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from slidegen.marks import CODE, LINE
from slidegen.model import Text


def with_lines(pieces: Iterable[tuple[int, str, str]], source: Text) -> Iterator[tuple[int, str, str]]:
    """Yields the pieces of a template (line from 1, type, text), each line of its own text with a mark of its number.

    The template is all of `source`, whose lines are those of the file.
    """
    for line, kind, text in pieces:
        yield line, kind, marked(text, source, line - 1) if kind == "data" and text else text


def marked(text: str, source: Text, row: int) -> str:
    """Returns a part of `source` that begins in its row (from 0) `row`. The mark of its line of the file is in front of
    each line.

    A mark of code holds as many newlines as the code, and is not split.
    """
    parts: list[str] = [LINE.mark(source.line_of(row))]
    at = 0
    for code in CODE.pattern.finditer(text):
        before = text[at : code.start()]
        parts += [_each_line(before, source, row), code[0]]
        row += before.count("\n") + code[0].count("\n")
        at = code.end()
    return "".join((*parts, _each_line(text[at:], source, row)))


def _each_line(text: str, source: Text, row: int) -> str:
    first, *rest = text.split("\n")
    marks = (LINE.mark(source.line_of(row + number)) for number in range(1, len(rest) + 1))
    return "".join([first, *(f"\n{mark}{line}" for mark, line in zip(marks, rest, strict=True))])


def traced(text: str, source: Text) -> tuple[str, tuple[int, ...] | None]:
    """Returns the text without its marks, and the line of the file that each of its lines comes from.

    The lines are None if they are those of the `source`. A line without a mark, from a value of several lines, has the
    number of the last mark before it.
    """
    lines: list[int] = []
    rows = text.split("\n")
    last = source.line_of(0)
    for row in rows:
        numbers = list(LINE.numbers(row))
        lines.append(numbers[0] if numbers else last)
        last = numbers[-1] if numbers else last
    unmoved = all(line == source.line_of(row) for row, line in enumerate(lines))
    return LINE.pattern.sub("", text), None if unmoved else tuple(lines)
