"""Writes text: bodies, paragraphs with their markers, runs with their look, and formulas among them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from slidegen.exports.pptx.scene import Color, Link, Marker, Paragraph, Run
from slidegen.exports.pptx.writing.context import SlideWriter
from slidegen.exports.pptx.writing.formulas import omml
from slidegen.exports.pptx.writing.xml import emu, points, sub

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

ALIGN: Final = {"start": "l", "center": "ctr", "end": "r", "justify": "just"}
RTL_ALIGN: Final = ALIGN | {"start": "r", "end": "l"}
NUMBERS: Final[Mapping[str, str]] = {
    "decimal": "arabicPeriod",
    "plain": "arabicPlain",
    "lower-alpha": "alphaLcPeriod",
    "lower-latin": "alphaLcPeriod",
    "upper-alpha": "alphaUcPeriod",
    "upper-latin": "alphaUcPeriod",
    "lower-roman": "romanLcPeriod",
    "upper-roman": "romanUcPeriod",
    "hebrew": "hebrew2Minus",
    "arabic-indic": "arabicPeriod",
}
"""How CSS and DrawingML call ways to number a list (ECMA-376, 20.1.10.61); others are counted as `decimal`."""
REGIONS: Final[Mapping[str, str]] = {
    "ar": "SA", "bg": "BG", "ca": "ES", "cs": "CZ", "da": "DK", "de": "DE", "el": "GR", "en": "US", "es": "ES",
    "et": "EE", "fa": "IR", "fi": "FI", "fr": "FR", "he": "IL", "hi": "IN", "hr": "HR", "hu": "HU", "it": "IT",
    "ja": "JP", "ko": "KR", "lt": "LT", "lv": "LV", "nb": "NO", "nl": "NL", "pl": "PL", "pt": "PT", "ro": "RO",
    "ru": "RU", "sk": "SK", "sl": "SI", "sv": "SE", "th": "TH", "tr": "TR", "uk": "UA", "vi": "VN", "zh": "CN",
}  # fmt: skip
"""The region of a language that is named without one: PowerPoint's spelling checkers are for regions."""
MOST_LEVELS: Final = 9
TASKS: Final = "☐☑"
"""The signs of tasks."""
MATH: Final = "Cambria Math"
FORMULA_SIDES: Final = {"start": "left", "center": "center", "end": "right", "justify": "left"}
"""Where a displayed formula stands (ECMA-376 part 1, 22.1.3.6)."""


SIZE: Final = 24.0
"""The size of type that text has if nothing says one: 18 points (ECMA-376, 21.1.2.3.9), in CSS pixels."""


@dataclass(frozen=True, slots=True)
class Level:
    """A level of text in a placeholder: its size of type, where it begins, how far its marker stands before that, and
    whether it has one."""

    size: float = SIZE
    indent: float = 0.0
    hanging: float = 0.0
    marker: bool = False


@dataclass(frozen=True, slots=True)
class Default:
    """The look that text has by itself in its shape: its size in CSS pixels, colour, weight, whether it is set in the
    font of headings, and the font of its empty lines. What a run has in common with it is not written, so that it
    follows the template. With `levels` those of somebody else's template: paragraphs then have its indents, markers
    and gaps."""

    size: float | None = None
    color: Color | None = None
    bold: bool = False
    heading: bool = False
    font: str = ""
    levels: tuple[Level, ...] = ()


def write_paragraphs(
    writer: SlideWriter, body: Element, paragraphs: Sequence[Paragraph], default: Default, *, plain: bool = False
) -> None:
    """Adds paragraphs to a body. A `plain` one, for a fallback, has its formulas as text."""
    for index, paragraph in enumerate(numbered(paragraphs)):
        made = sub(body, "a:p")
        if default.levels:
            default = replace(default, size=default.levels[min(paragraph.level, MOST_LEVELS - 1)].size)
            _following(writer, made, paragraph, default.levels)
        else:
            _properties(writer, made, paragraph, first=index == 0)
        for run in paragraph.runs:
            if run.formula and run.formula.mathml and not plain:
                _formula(writer, made, run, paragraph, default)
            elif run.text == "\n":
                _look(writer, sub(made, "a:br"), "a:rPr", run, default)
            else:
                written = sub(made, "a:r")
                _look(writer, written, "a:rPr", run, default)
                sub(written, "a:t").text = clean(run.text)
        if not paragraph.runs or paragraph.runs[-1].formula:
            end = sub(made, "a:endParaRPr", sz=None if default.levels else points(paragraph.size))
            if default.font:
                sub(end, "a:latin", typeface=default.font, pitchFamily=49)
    if not paragraphs:
        sub(body, "a:p")


def numbered(paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    """The same paragraphs, each number being the first of its list: PowerPoint counts the items itself."""
    made: list[Paragraph] = []
    open_lists: dict[int, tuple[str, int, int]] = {}  # by level: the style, the first and the last number
    for paragraph in paragraphs:
        marker = paragraph.marker
        for level in [level for level in open_lists if level > paragraph.level]:
            del open_lists[level]
        if marker is None or marker.sign:
            if marker is not None or not paragraph.indent:
                open_lists.pop(paragraph.level, None)
            made.append(paragraph)
            continue
        style, first, last = open_lists.get(paragraph.level, ("", 0, 0))
        if style != marker.style or marker.start != last + 1:
            first = marker.start
        open_lists[paragraph.level] = (marker.style, first, marker.start)
        made.append(replace(paragraph, marker=replace(marker, start=first)))
    return made


def spoken(lang: str) -> str:
    """The name of a language with its region, "en-US" for "en"."""
    return f"{lang}-{REGIONS[lang]}" if lang in REGIONS else lang


def clean(text: str) -> str:
    """The text without characters that XML does not allow (XML 1.0, 2.2)."""
    return "".join(sign for sign in text if sign in "\t\n" or " " <= sign <= "\ud7ff" or sign >= "\ue000")


def has_formula(paragraphs: Sequence[Paragraph]) -> bool:
    """Whether there is a formula among the runs."""
    return any(run.formula and run.formula.mathml for paragraph in paragraphs for run in paragraph.runs)


def _properties(writer: SlideWriter, made: Element, paragraph: Paragraph, *, first: bool) -> None:
    align = (RTL_ALIGN if paragraph.rtl else ALIGN)[paragraph.align]
    properties = sub(
        made,
        "a:pPr",
        marL=emu(paragraph.indent),
        indent=emu(-paragraph.hanging),
        lvl=min(paragraph.level, MOST_LEVELS - 1) or None,
        algn=align,
        rtl=True if paragraph.rtl else None,
    )
    share = min(4.0, max(0.6, paragraph.leading / (paragraph.natural or 1.2)))
    spacing = sub(properties, "a:lnSpc")
    if paragraph.exact:
        sub(spacing, "a:spcPts", val=round(paragraph.leading * paragraph.size * 75))
    else:
        sub(spacing, "a:spcPct", val=round(share * 100) * 1000)
    sub(sub(properties, "a:spcBef"), "a:spcPts", val=0 if first else round(paragraph.before * 75))
    sub(sub(properties, "a:spcAft"), "a:spcPts", val=0)
    _marker(writer, properties, paragraph.marker)


def _following(writer: SlideWriter, made: Element, paragraph: Paragraph, levels: Sequence[Level]) -> None:
    """Adds the properties of a paragraph in a placeholder of a template: only those that this does not give it."""
    number = min(paragraph.level, MOST_LEVELS - 1)
    level, marker = levels[number], paragraph.marker
    inside = marker is None and paragraph.indent > 0  # a paragraph that continues an item
    own = marker is not None and not (level.marker and level.hanging > 0)
    properties = sub(
        made,
        "a:pPr",
        marL="0" if marker is None and not inside else emu(1.3 * level.size * (number + 1)) if own else None,
        indent="0" if marker is None else emu(-1.3 * level.size) if own else None,
        lvl=number or None,
        algn="r" if paragraph.rtl else None,
        rtl=True if paragraph.rtl else None,
    )
    if marker is None and level.marker:
        sub(properties, "a:buNone")
    elif marker is not None and (own or not marker.sign or marker.sign in TASKS):
        _marker(writer, properties, replace(marker, color=None))


def _marker(writer: SlideWriter, properties: Element, marker: Marker | None) -> None:
    if marker is None:
        sub(properties, "a:buNone")
        return
    if marker.color is not None:
        writer.palette.color(sub(properties, "a:buClr"), marker.color)
    if marker.sign:
        sub(properties, "a:buFont", typeface="Segoe UI Symbol" if marker.sign in TASKS else "Arial")
        sub(properties, "a:buChar", char=marker.sign)
    else:
        kind = NUMBERS.get(marker.style, "arabicPeriod")
        sub(properties, "a:buFont", typeface="+mj-lt")
        sub(properties, "a:buAutoNum", type=kind, startAt=marker.start if marker.start > 1 else None)


def _look(writer: SlideWriter, made: Element, name: str, run: Run, default: Default) -> None:
    """Adds the properties of a run, as far as they differ from the default. Their order is that of the schema
    (ECMA-376, 21.1.2.3.9)."""
    bold = run.bold if run.bold != default.bold else None
    properties = sub(
        made,
        name,
        lang=spoken(run.lang or writer.look.lang),
        sz=None if default.size is not None and abs(run.size - default.size) < 0.1 else points(run.size),
        b=bold,
        i=True if run.italic else None,
        u="sng" if run.underline else None,
        strike="sngStrike" if run.strike else None,
        baseline={1: 30000, -1: -25000}.get(run.raised),
        spc=round(run.spacing * 75) or None,
        dirty=False,
    )
    if run.color is not None and run.color != default.color:
        writer.palette.color(sub(properties, "a:solidFill"), run.color)
    if run.highlight is not None:
        writer.palette.color(sub(properties, "a:highlight"), run.highlight)
    _font(writer, properties, run, default)
    if run.link is not None:
        _link(writer, properties, run.link, run.color)


def _font(writer: SlideWriter, properties: Element, run: Run, default: Default) -> None:
    look = writer.look
    if not run.font or run.font == (look.heading_font if default.heading else look.text_font):
        return
    face = {look.text_font: "+mn", look.heading_font: "+mj"}.get(run.font)
    if face:
        for script, end in (("latin", "lt"), ("ea", "ea"), ("cs", "cs")):
            sub(properties, f"a:{script}", typeface=f"{face}-{end}")
        return
    fixed = 49 if run.code else None  # a modern face of fixed pitch, which PowerPoint takes for one that it lacks
    sub(properties, "a:latin", typeface=run.font, pitchFamily=fixed)
    sub(properties, "a:cs", typeface=run.font, pitchFamily=fixed)


def _link(writer: SlideWriter, properties: Element, link: Link, color: Color | None) -> None:
    key, action = writer.link(link)
    made = sub(properties, "a:hlinkClick", r_id=key, action=action)
    accent = writer.look.colors.get("accent")
    if color is not None and color != accent:  # else PowerPoint gives it the colour of links
        extension = sub(sub(made, "a:extLst"), "a:ext", uri="{A12FA001-AC4F-418D-AE19-62706E023703}")
        sub(extension, "ahyp:hlinkClr", val="tx")


def _formula(writer: SlideWriter, made: Element, run: Run, paragraph: Paragraph, default: Default) -> None:
    def look(properties: Element) -> None:
        properties.set("lang", "en-US")
        properties.set("sz", points(run.size))
        color = run.color or default.color
        if color is not None:
            writer.palette.color(sub(properties, "a:solidFill"), color)
        sub(properties, "a:latin", typeface=MATH, panose="02040503050406030204", pitchFamily="18", charset="0")

    assert run.formula is not None
    side = FORMULA_SIDES[paragraph.align] if run.formula.display and len(paragraph.runs) == 1 else None
    sub(made, "a14:m").append(omml(run.formula.mathml, look, side))
