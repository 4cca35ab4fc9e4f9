"""What a label becomes in a slide's Markdown, in the spelling that its dialect has for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from html import escape
from typing import Final

from slidegen.crossrefs.labels import Label
from slidegen.model import BY_MARP
from slidegen.render.images import NUMBERED, numbered_caption
from slidegen.resolved import ResolvedText

CLASS: Final = "caption"
SETTING: Final = re.compile(r"(?:^|\s)(?:bg|(?:[wh]|width|height|blur|brightness|contrast|opacity):\S+)(?=\s|$)")
"""Marp's words in the description of a picture."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A part of a text, from `start` up to `end`, and what takes its place."""

    start: int
    end: int
    text: str


def label_edits(label: Label, number: int, heading: str, text: str, dialect: str, own: str = "") -> Iterator[Edit]:
    """Yields the edits that number what has a label. `heading` is the beginning of its caption, "Figure 3"; `own` takes
    the place of its name, if that is the id of the same thing on another slide."""
    if own:
        renamed = partial(re.compile(rf"#{re.escape(label.name)}(?![\w.:-])").sub, f"#{own}")
        edits = list(label_edits(replace(label, name=own), number, heading, text, dialect))
        yield from (replace(edit, text=renamed(edit.text)) for edit in edits)
        opened = max(text.rfind("{", label.start, label.end), label.start)
        if label.form == "div":
            end = text.find("\n", label.at)
            yield Edit(label.at, end, renamed(text[label.at : end]))
        elif all(edit.end <= opened for edit in edits):
            yield Edit(opened, label.end, renamed(text[opened : label.end]))
        return
    by_marp, braces, name = dialect in BY_MARP, text[label.start : label.end], escape(label.name)
    captioned = numbered_caption(heading, label.caption)
    match label.form:
        case "picture" if by_marp:
            shown = " ".join(SETTING.sub(" ", label.caption).split())
            captioned = numbered_caption(heading, shown)
            yield Edit(label.start, label.end, f'<br><span class="{CLASS}" id="{name}">{captioned}</span>')
        case "picture":
            yield Edit(label.start, label.end, f'{braces[:-1]} {NUMBERED}="{escape(heading)}"}}')
        case "div" if not label.caption and label.start == label.end and text[label.start - 2 : label.start] == ": ":
            yield Edit(label.start, label.end, f"{heading}: ")
        case "div":
            blank = "" if label.caption else "\n"
            yield Edit(label.start, label.end, f'{blank}<span class="{CLASS}">{captioned}</span>{blank}')
        case "cell":
            yield Edit(label.start, label.end, f'\n<span class="{CLASS}" id="{name}">{captioned}</span>\n\n')
        case "caption" if dialect == "pandoc":
            yield Edit(label.at, label.at, f"{heading}: ")
        case "caption" | "line" if by_marp:
            yield Edit(label.start, label.end, f'<span class="{CLASS}" id="{name}">{captioned}</span>')
        case "caption" | "line":
            yield Edit(label.start, label.end, f"{captioned} {{#{label.name} .{CLASS}}}")
        case "heading":
            if number:
                yield Edit(label.at, label.at, f"{number} ")
            if by_marp:
                yield Edit(label.start, label.end, f'<a id="{name}"></a>')
        case "slide" if label.at >= 0 and number:
            yield Edit(label.at, label.at, f"{number} ")
        case "formula":
            yield from _of_formula(label, number, text, by_marp)
        case _:
            pass


def _of_formula(label: Label, number: int, text: str, by_marp: bool) -> Iterator[Edit]:
    """The number of a formula is TeX's, and its name, too; marp-core has a place for it after the formula."""
    tag = f"\\tag{{{number}}}" if by_marp else f"\\tag{{{number}}}\\label{{{label.name}}}"
    anchor = f'\n\n<div id="{escape(label.name)}"></div>\n' if by_marp else ""
    if text.startswith("\\label", label.start):
        yield Edit(label.start, label.end, tag)
        if by_marp:
            yield Edit(label.at, label.at, anchor)
        return
    closing = label.at - 2 if text.endswith("$$", 0, label.at) else text.rfind("\\end{", 0, label.at)
    yield Edit(closing, closing, tag)
    yield Edit(label.start, label.end, anchor)


def edited(text: ResolvedText, edits: Sequence[Edit]) -> ResolvedText:
    """Returns a text with its parts replaced, and with the lines that its rows come from."""
    parts: list[str] = []
    lines = [text.line(0)]
    at = row = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        for _ in range(text.text.count("\n", at, edit.start)):
            row += 1
            lines.append(text.line(row))
        lines += [text.line(row)] * edit.text.count("\n")
        row += text.text.count("\n", edit.start, edit.end)
        parts += [text.text[at : edit.start], edit.text]
        at = edit.end
    lines += [text.line(number) for number in range(row + 1, row + 1 + text.text.count("\n", at))]
    return replace(text, text="".join((*parts, text.text[at:])), lines=tuple(lines))
