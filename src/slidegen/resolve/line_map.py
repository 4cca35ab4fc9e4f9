"""Maps each line of an expanded text to the line of the deck that it comes from.

Jinja copies the text between its tags to wherever a loop or a macro puts it. So each line of that text gets a mark with
its number before Jinja runs, and the marks are read and removed afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from slidegen.marks import CODE, LINE


def with_lines(pieces: Iterable[tuple[int, str, str]], first: int) -> Iterator[tuple[int, str, str]]:
    """Yields the pieces of a template (line from 1, type, text), each line of its own text with a mark of its number.

    `first` is the line of the file in which the template begins.
    """
    for line, kind, text in pieces:
        yield line, kind, marked(text, first + line - 1) if kind == "data" and text else text


def marked(text: str, line: int) -> str:
    """Returns a text whose every line begins with the mark of its number. The first is `line`.

    A mark of code holds as many newlines as the code, and is not split.
    """
    parts: list[str] = [LINE.mark(line)]
    at = 0
    for code in CODE.pattern.finditer(text):
        before = text[at : code.start()]
        parts += [_each_line(before, line), code[0]]
        line += before.count("\n") + code[0].count("\n")
        at = code.end()
    return "".join((*parts, _each_line(text[at:], line)))


def _each_line(text: str, line: int) -> str:
    first, *rest = text.split("\n")
    return "".join([first, *(f"\n{LINE.mark(line + number)}{row}" for number, row in enumerate(rest, start=1))])


def traced(text: str, first: int) -> tuple[str, tuple[int, ...] | None]:
    """Returns the text without its marks, and the line of the file that each of its lines comes from.

    The lines are None if they simply count up from `first`. A line without a mark, from a value of several lines, has
    the number of the last mark before it.
    """
    lines: list[int] = []
    rows = text.split("\n")
    last = first
    for row in rows:
        numbers = list(LINE.numbers(row))
        lines.append(numbers[0] if numbers else last)
        last = numbers[-1] if numbers else last
    unmoved = all(line == first + row for row, line in enumerate(lines))
    return LINE.pattern.sub("", text), None if unmoved else tuple(lines)
