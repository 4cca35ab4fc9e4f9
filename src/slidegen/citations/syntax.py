"""pandoc's syntax of citations in prose: `[see @key, p. 3; -@other]`, and `@key` in a sentence.

Cross references are written in the same way; the beginning of their names tells them apart (Quarto)."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from slidegen.scan import scan

KEY: Final = r"(?:\{(?P<braced>[^{}\s]+)\}|(?P<plain>[\w](?:[\w]|[:.#$%&\-+?<>~/](?=\w))*))"
"""A key: letters, digits and _, and single signs between them; any text without spaces in braces."""
BRACKETS: Final = re.compile(r"(?<![\\!\]])\[(?P<inside>[^\[\]]*?(?<![\w\\])@[\w{][^\[\]]*)\](?![(\[{:])")
ITEM: Final = re.compile(rf"(?P<prefix>(?:.*?[\s(])??)(?P<minus>-?)(?<![\w\\])@{KEY}(?P<suffix>.*)", re.DOTALL)
PICTURE: Final = re.compile(
    r"!\[(?P<alt>(?:[^\[\]\\]|\\.|\[[^\[\]]*\])*)\]"
    r"\((?:<[^<>\n]*>|(?:[^\s()<>]|\([^\s()]*\))*)(?:\s+(?P<title>\"[^\"\n]*\"|'[^'\n]*'))?\s*\)"
)
LINKED: Final = re.compile(rf"(?<!!){PICTURE.pattern.removeprefix('!')}")
LINK: Final = re.compile(r"\[[^\[\]]*\]\([^()]*\)")
SENTENCE: Final = re.compile(
    rf"(?:(?<![\w\\@/.\-:])|(?<=\w-)(?=@(?:fig|tbl|eq|sec)-))@(?![\w.-]+@\w)"
    rf"{KEY}(?:[ ]\[(?P<after>[^\[\]@]+)\](?![(\[{{]))?"
)
UNCITED: Final = re.compile(rf"(?<![\w\\])-?@(?:(?P<all>\*)|{KEY})")
"""A work that pandoc's `nocite` names, or all."""
LABELS: Final = {
    "book": "bk. bks. book books",
    "chapter": "ch. chs. chap. chaps. chapter chapters",
    "column": "col. cols. column columns",
    "figure": "fig. figs. figure figures",
    "folio": "fol. fols. folio folios",
    "issue": "no. nos. number numbers",
    "line": "l. ll. line lines",
    "note": "n. nn. note notes",
    "page": "p. pp. page pages",
    "paragraph": "para. paras. paragraph paragraphs ¶ ¶¶",
    "part": "pt. pts. part parts",
    "section": "sec. secs. section sections § §§",
    "sub-verbo": "s.v. s.vv.",
    "verse": "v. vv. verse verses",
    "volume": "vol. vols. volume volumes",
}
"""The words before a locator, by CSL's name of its kind (pandoc's manual, "Citation syntax")."""
OF_LABEL: Final = {word: kind for kind, words in LABELS.items() for word in words.split()}
LOCATOR: Final = re.compile(
    r"\s*,?\s*(?:\{(?P<braced>[^{}]*)\}"
    r"|(?:(?P<label>" + "|".join(map(re.escape, sorted(OF_LABEL, key=len, reverse=True))) + r")\s*)?"
    r"(?P<number>(?:[\dA-Z]*\d[\w]*|[ivxlcdm]+\b)(?:\s*[-–—:,]\s*(?:[\dA-Z]*\d\w*|[ivxlcdm]+\b))*))"
)
COLONS: Final = re.compile(r"^[ \t>]*:{3,}[ \t]*(?P<name>[^\n]*)$", re.MULTILINE)
"""A line that opens a container, or closes one if it has no name."""
OF_NOTES: Final = re.compile(r"notes\b|\{[^{}]*\.notes\b")
OPENED: Final = re.compile(r"</?[A-Za-z]")
MAX_TAG: Final = 4_000
"""How far before a sign the tag around it may begin."""
REFERRING: Final = ("fig-", "tbl-", "eq-", "sec-", "lst-", "sld-")
"""What the names of cross references begin with (Quarto, "Cross References")."""


@dataclass(frozen=True, slots=True)
class Cited:
    """A work in a citation: its key, the text before and after it, and a place in it, of a kind that CSL names."""

    key: str
    prefix: str = ""
    suffix: str = ""
    label: str = ""
    locator: str = ""
    without_author: bool = False


@dataclass(frozen=True, slots=True)
class Citation:
    """A citation in a text, from `start` up to `end`. One in a sentence has its authors outside the brackets; one
    in the words of a picture becomes the value of an attribute, and one in those of a link is no link."""

    start: int
    end: int
    works: tuple[Cited, ...]
    in_sentence: bool = False
    attribute: bool = False

    @property
    def refers(self) -> bool:
        """Whether it is a cross reference."""
        return self.works[0].key.startswith(REFERRING)


def notes_in(text: str) -> list[tuple[int, int]]:
    """Returns where the notes stand in a slide's text: `::: notes` and what is in it, with its offsets."""
    found: list[tuple[int, int]] = []
    opened: list[int] = []  # the offsets of notes, and -1 for other containers
    for line in COLONS.finditer(text) if "notes" in text else ():
        if name := line["name"].rstrip(" \t:"):
            opened.append(line.start() if OF_NOTES.match(name) else -1)
        elif opened and (start := opened.pop()) >= 0:
            found.append((start, line.end()))
    return found + [(start, len(text)) for start in opened if start >= 0]


def citations(text: str) -> Iterator[Citation]:
    """Yields the citations in the prose of a text, in order. Code, formulas, HTML and comments hold none."""
    return (one for one in _written(text) if not one.refers)


def cross_references(text: str) -> Iterator[Citation]:
    """Yields the cross references in the prose of a text, likewise."""
    return (one for one in _written(text) if one.refers)


def _written(text: str) -> Iterator[Citation]:
    if "@" not in text:
        return
    for piece in scan(text):
        if piece.kind == "prose":
            yield from _in_prose(text, piece.start, piece.end)


def _in_prose(text: str, start: int, end: int) -> Iterator[Citation]:
    at = start
    links = [found.span() for found in LINK.finditer(text, start, end)] if "](" in text else []
    shown = _of_pictures(text, start, end) if links or "![" in text else []
    linked = [found.span("alt") for found in LINKED.finditer(text, start, end)] if "](" in text else []
    bracket, sentence = BRACKETS.search(text, at, end), SENTENCE.search(text, at, end)
    while at < end:
        if bracket is not None and bracket.start() < at:
            bracket = BRACKETS.search(text, at, end)
        if sentence is not None and sentence.start() < at:
            sentence = SENTENCE.search(text, at, end)
        if bracket is not None and (sentence is None or bracket.start() < sentence.start()):
            works = _works(bracket["inside"])
            inside = _in(shown, bracket.start()) or _in(linked, bracket.start())
            if works and (inside or not _in_tag(text, bracket.start())):
                yield Citation(bracket.start(), bracket.end(), works, attribute=inside)
                at = bracket.end()
            else:
                at = bracket.start() + 1
        elif sentence is not None:
            at = sentence.end()
            key = _key(sentence)
            inside = _in(shown, sentence.start())
            if inside or not (_in_tag(text, sentence.start()) or _in(links, sentence.start())):
                if key.startswith(REFERRING) and sentence["after"] is not None:
                    at = sentence.start("after") - len(" [")  # what follows is no place in a work
                work = _placed(Cited(key), sentence["after"] or "") if at == sentence.end() else Cited(key)
                yield Citation(sentence.start(), at, (work,), True, inside)
        else:
            return


def _of_pictures(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Where the descriptions and the titles of pictures stand, in order. A name alone is whom a picture shows."""
    pictures = PICTURE.finditer(text, start, end)
    found = [(one[name], one.span(name)) for one in pictures for name in ("alt", "title") if one[name]]
    return [span for words, span in found if " " in words or words[0] in "[\"'"]


def _in(spans: Sequence[tuple[int, int]], at: int) -> bool:
    place = bisect_right(spans, at, key=lambda span: span[0]) - 1
    return place >= 0 and at < spans[place][1]


def _in_tag(text: str, at: int) -> bool:
    """Whether an offset is inside an HTML tag or the address of a link."""
    row = text[max(text.rfind("\n", 0, at) + 1, at - MAX_TAG) : at]
    opened = row.rfind("<")
    in_html = opened > row.rfind(">") and OPENED.match(row, opened) is not None  # else it is a sign: p < 0.05
    return in_html or row.rfind("](") > row.rfind(")")


def _key(found: re.Match[str]) -> str:
    """The key of a match. Quarto's `@Fig-name` is a reference at the beginning of a sentence."""
    key: str = found["braced"] or found["plain"]
    small = key[:1].lower() + key[1:]
    return small if small.startswith(REFERRING) else key


def _works(inside: str) -> tuple[Cited, ...]:
    """The works of a citation in brackets; none if it is something else, or if some are cross references."""
    found: list[Cited] = []
    for part in inside.split(";"):
        item = ITEM.fullmatch(part)
        if item is None:
            return ()
        key = _key(item)
        work = Cited(key, item["prefix"].lstrip(), without_author=bool(item["minus"]))
        if key.startswith(REFERRING):
            found.append(replace(work, suffix=item["suffix"].rstrip()))
        else:
            found.append(_placed(work, item["suffix"]))
    return tuple(found) if len({work.key.startswith(REFERRING) for work in found}) == 1 else ()


def _placed(work: Cited, after: str) -> Cited:
    """A work with the locator and the text that follow its key."""
    locator = LOCATOR.match(after)
    if locator is None:
        return Cited(work.key, work.prefix, after.rstrip(), "", "", work.without_author)
    label, number = locator["label"], locator["number"]
    if locator["braced"] is not None:
        inner = LOCATOR.match(locator["braced"])
        label, number = (inner["label"], inner["number"]) if inner and inner["number"] else (None, locator["braced"])
    kind = OF_LABEL.get(label or "p.", "page")
    return Cited(work.key, work.prefix, after[locator.end() :].rstrip(), kind, number, work.without_author)
