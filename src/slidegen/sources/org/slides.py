"""The slides of an outline: headings by their level beside or below one another, deeper ones as lists."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from slidegen.sources.org.attributes import braces
from slidegen.sources.org.blocks import blocks
from slidegen.sources.org.contents import Entry
from slidegen.sources.org.context import Context
from slidegen.sources.org.front import contents_slide, title_slide
from slidegen.sources.org.inline import one_line
from slidegen.sources.org.links import place
from slidegen.sources.org.outline import Heading
from slidegen.sources.org.rows import ends_of, joined
from slidegen.sources.org.settings import KEYWORD
from slidegen.sources.org.slide_options import slide_options
from slidegen.sources.schema import HTML_ID
from slidegen.sources.translation import Line, TranslatedSlide
from slidegen.sources.translation.words import NOTHING, block_line, without_attributes

TARGET: Final = re.compile(r"<<<?([^<>\n]{1,500})>>>?")
NAMED: Final = re.compile(r"[ \t]*#\+name:(.*)$", re.IGNORECASE)
NOTE: Final = re.compile(r"\[\^[^\]]*\]")
UNSEEN: Final = re.compile(
    r"<style\b.*?</style>|<link\b[^>]*>|<!--(?!\s*include:).*?-->|</?div>", re.DOTALL | re.IGNORECASE
)
FOOTNOTES: Final = "footnotes"
SPLIT: Final = "split"
MOST_LEVELS: Final = 20
"""Levels of headings below the slides."""


@dataclass(slots=True)
class _Part:
    """A heading that begins a slide, with the deeper ones that stand on it."""

    heading: Heading
    level: int
    name: str
    title: str
    number: str = ""
    deeper: list[Heading] = field(default_factory=list)


def stacks(above: Sequence[Line], headings: Sequence[Heading], context: Context) -> list[list[TranslatedSlide]]:
    """The stacks of slides of a file: `above` are the rows above the first heading."""
    headings = [one for one in headings if one.title.strip().lower() != FOOTNOTES]
    low = min((heading.level for heading in headings), default=1)
    deepest = max(1, context.settings.whole("H", 3))
    parts = _parts(headings, low, deepest, context)
    entries: list[Entry] = [
        (part.level, part.number + context.references[place(part.heading.title)], part.name, part.heading.number)
        for part in parts
    ]
    context.contents = entries
    found: list[list[TranslatedSlide]] = []
    title = title_slide(context)
    if title is not None:
        found.append([title])
    listed = contents_slide(entries, context)
    if listed is not None:
        found.append([listed])
    before = _slides(_Part(Heading(0, "", above[0].number if above else 1, rows=tuple(above)), 1, "", ""), context)
    found += [[slide] for slide in before if _has_words(slide) or slide.notes]
    styles = [line for slide in before if not (_has_words(slide) or slide.notes) for line in slide.content]
    beside = context.settings.get("REVEAL_HLEVEL") or "1"
    for part in parts:
        made = _slides(part, context)
        if part.level <= (int(beside) if beside.isdigit() else 1) or not found or part is parts[0]:
            found.append(made)
        else:
            found[-1] += made
    if any(line.text.strip() for line in styles):
        found = found or [[TranslatedSlide((), styles[0].number)]]
        first = found[0][0]
        found[0][0] = replace(first, content=(*first.content, Line("", styles[0].number), *styles))
    return [[_named(slide, context) for slide in stack] for stack in found]


def _has_words(slide: TranslatedSlide) -> bool:
    """Whether a slide has more than style sheets, which belong to the whole deck."""
    return bool(UNSEEN.sub("", "\n".join(line.text for line in slide.content)).strip())


def _named(slide: TranslatedSlide, context: Context) -> TranslatedSlide:
    """A slide without the name that no link leads to, unless the file gave it."""
    name = slide.options.get("id")
    if name is None or name in context.linked or not name.startswith(GENERATED):
        return slide
    return replace(slide, options={key: value for key, value in slide.options.items() if key != "id"})


GENERATED: Final = "sec-"


def _parts(headings: Sequence[Heading], low: int, deepest: int, context: Context) -> list[_Part]:
    found: list[_Part] = []
    numbers: list[int] = []
    numbered = context.settings.whole("num", MOST_LEVELS)
    places: dict[str, str] = {}
    taken: set[str] = set()
    for heading in headings:
        level = heading.level - low + 1
        number = ""
        if level <= numbered and "unnumbered" not in heading.properties:
            numbers = [*numbers[:level], *[0] * (level - len(numbers))][:level]
            numbers[-1] += 1
            number = ".".join(map(str, numbers)) + ". "
        if (level > deepest or "noslide" in heading.properties) and found:
            found[-1].deeper.append(heading)
            _keep_places(heading, found[-1].name, places)
            continue
        part = _Part(heading, level, _name(heading, taken), "", number)
        found.append(part)
        _keep_places(heading, part.name, places)
    context.places = places
    for part in found:
        words = one_line(part.heading.title, part.heading.number, context)
        part.title = part.number + _title(part.heading, words, context)
        bare = NOTE.sub("", words)
        for sign, name in (("", None), ("#", "custom_id"), ("id:", "id")):
            named = part.heading.properties.get(name) if name else place(part.heading.title)
            if named is not None:
                context.references[sign + named] = bare
    return found


def _name(heading: Heading, taken: set[str]) -> str:
    """The id of a heading's slide: its own, or one made of its line."""
    own = heading.properties.get("custom_id", "")
    name = re.sub(r"[^\w:.-]", "-", own)
    if name and not re.match(HTML_ID, name):
        name = f"id-{name}"
    if not name or name in taken:
        name = f"{GENERATED}{len(taken) + 1}"
    taken.add(name)
    return name


def _keep_places(heading: Heading, name: str, places: dict[str, str]) -> None:
    """What links may name of a heading: it, what it is called, and the targets below it."""
    if heading.properties.get("custom_id"):
        places.setdefault(f"#{heading.properties['custom_id']}", name)
    if heading.properties.get("id"):
        places.setdefault(f"id:{heading.properties['id']}", name)
    places.setdefault(place(heading.title), name)
    for row in heading.rows:
        if "<<" in row.text:
            for target in TARGET.finditer(row.text):
                places.setdefault(place(target[1]), name)
        named = NAMED.match(row.text) if "#+" in row.text else None
        if named is not None:
            places.setdefault(place(named[1]), name)


def _title(heading: Heading, words: str, context: Context) -> str:
    """The words of a heading, with its state and its tags as org exports them."""
    settings = context.settings
    parts = []
    if heading.todo is not None and settings.on("todo", True):
        parts.append(f"[{heading.todo}]{{.org-todo}}")
    if heading.priority is not None and settings.on("pri", False):
        parts.append(f"\\[{heading.priority}\\]")
    parts.append(words)
    if settings.on("tags", True):
        parts += [f"[{tag}]{{.org-tag}}" for tag in heading.tags]
    return " ".join(filter(None, parts))


def _slides(part: _Part, context: Context) -> list[TranslatedSlide]:
    """The slides of a heading: as many as `#+REVEAL: split` makes of it."""
    heading = part.heading
    context.properties = heading.properties
    options, lines = slide_options(heading.properties, heading.property_lines, heading.number, context)
    pieces = _pieces(heading.rows)
    found = []
    for number, (rows, attributes) in enumerate(pieces):
        context.notes, context.used = [], {}
        some, places = dict(options), dict(lines)
        if attributes and attributes != REPEATED and attributes.strip():
            some, places = slide_options(
                {"reveal_extra_attr": attributes}, {}, rows[0].number if rows else heading.number, context
            )
        if number:
            some.pop("id", None)
        head = _heading_line(part) if not number or attributes == REPEATED else []
        last = part.deeper if number == len(pieces) - 1 else []
        content = joined([head, blocks(rows, context), _deeper(last, context)])
        content = joined([content, _footnotes(context)])
        notes = tuple(context.notes)
        if not number and part.name and "id" not in some:
            some = {"id": part.name, **some}
        line = heading.number if not number else rows[0].number if rows else heading.number
        found.append(TranslatedSlide(tuple(content), line, notes, some, places))
    return found


REPEATED: Final = "\0"
"""Stands for the attributes of a slide that repeats its heading."""


def _pieces(rows: Sequence[Line]) -> list[tuple[Sequence[Line], str | None]]:
    """The rows of each slide of a heading, with the attributes that its sign gives it."""
    ends = ends_of(rows)
    found: list[tuple[Sequence[Line], str | None]] = []
    start = at = 0
    attributes: str | None = None
    while at < len(rows):
        keyword = KEYWORD.match(rows[at].text) if "#+" in rows[at].text and ends[at] == at + 1 else None
        if keyword is not None and keyword["key"].upper() == "REVEAL":
            value = keyword["value"].strip()
            if value.startswith(SPLIT):
                found.append((rows[start:at], attributes))
                rest = value.removeprefix(SPLIT)
                attributes, start = REPEATED if rest.startswith(":") else rest, at + 1
        at = ends[at]
    return [*found, (rows[start:], attributes)]


def _heading_line(part: _Part) -> list[Line]:
    title = part.title
    if not title.strip():
        return []
    given = {"class": part.heading.properties.get("html_headline_class", "")}
    sign = braces(given) if given["class"] else ""
    if title.endswith("#"):  # Markdown would take it for the heading's end
        title += NOTHING
    line = f"## {title if sign else without_attributes(title)}{' ' + sign if sign else ''}"
    return [Line(line, part.heading.number)]


def _deeper(headings: Sequence[Heading], context: Context) -> list[Line]:
    """Headings below the slides, as a list."""
    made: list[Line] = []
    levels: list[int] = []
    for heading in headings:
        while levels and levels[-1] >= heading.level:
            levels.pop()
        indent = "  " * min(len(levels), MOST_LEVELS)
        levels.append(heading.level)
        context.properties = heading.properties
        words = _title(heading, one_line(heading.title, heading.number, context), context)
        made.append(Line(f"{indent}- {block_line(words) or '&nbsp;'}", heading.number))
        body = blocks(heading.rows, context) if heading.rows else []
        if body:
            made.append(Line("", body[0].number))
            made += [Line(f"{indent}  {line.text}".rstrip(), line.number) for line in body]
            made.append(Line("", body[-1].number))
    while made and not made[-1].text:
        made.pop()
    return made


def _footnotes(context: Context) -> list[Line]:
    """The footnotes that a slide refers to, and those that these refer to."""
    found: list[list[Line]] = []
    shown: set[str] = set()
    while waiting := [name for name in context.used if name not in shown]:
        for name in waiting:
            shown.add(name)
            made = blocks(context.footnotes[name], context)
            rows = made or [Line("", context.footnotes[name][0].number if context.footnotes[name] else 1)]
            first = Line(f"[^{name}]: {rows[0].text}", rows[0].number)
            found.append([first, *(Line(f"    {row.text}".rstrip(), row.number) for row in rows[1:])])
    return joined(found)
