"""What of the deck in benchmarks/specimens/presentations stays editable in a presentation, read back from the file."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from lxml import etree
from pptx import Presentation

NAMES: Final = {
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "asvg": "http://schemas.microsoft.com/office/drawing/2016/SVG/main",
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "p": "http://schemas.openxmlformats.org/presentationml/2006/main",
    "p14": "http://schemas.microsoft.com/office/powerpoint/2010/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
}
TITLES: Final = (
    "One content, five files",
    "First part",
    "Levels and emphasis",
    "Numbers in a table",
    "Code",
    "Formulas",
    "Second part",
    "Bars",
    "A drawing",
    "A photograph",
    "Two columns",
    "Step by step",
    "On a picture",
)
"""The titles of the slides, in their order in every spelling of the deck."""
LEVELS, TABLE, CODE, FORMULAS, BARS, DRAWING, PHOTOGRAPH, COLUMNS, GROUND = 2, 3, 4, 5, 7, 8, 9, 10, 12
CELLS: Final = ("method", "memory", "steps", "full", "64.50", "1200", "lora", "18.25", "950", "qlora", "7.75", "900")
VALUES: Final = {64.5, 18.25, 7.75}
ALTERNATIVES: Final = ("full 64.5 GiB", "Two boxes and an arrow", "A gradient of light")
NOTES: Final = {0: "Say hello to everyone.", LEVELS: "The levels come first.", COLUMNS: "Explain both sides."}
LINES: Final = ("def mean(values):", "# the sum first", "total = sum(values)", "return total / len(values)")
LOST: Final = "lost"
FREE: Final = "//p:sp[.//a:custGeom]"


def plain(text: str) -> str:
    """Text without ligatures and mathematical letters."""
    return unicodedata.normalize("NFKC", text)


@dataclass(frozen=True, slots=True)
class Slide:
    """A slide as python-pptx has it, and its XML without what only older programs read."""

    of: Any
    tree: Any

    def find(self, path: str) -> list[Any]:
        """The elements or attributes of an XPath."""
        return list(self.tree.xpath(path, namespaces=NAMES))

    def boxes(self) -> list[Any]:
        """The shapes with text."""
        return [one for one in self.find("//p:sp[p:txBody]") if text_of(one).strip()]

    def holds_picture(self) -> bool:
        """Whether there is any picture on the slide or as its ground."""
        return bool(self.find("//a:blip"))


def text_of(element: Any) -> str:
    """The text of an element, a line for each paragraph or break."""
    paragraphs = element.iterfind(".//a:p", NAMES)
    parts = (
        "".join("\n" if one.tag.endswith("}br") else one.text or "" for one in paragraph.iterfind(".//*") if leaf(one))
        for paragraph in paragraphs
    )
    return plain("\n".join(parts))


def leaf(element: Any) -> bool:
    """Whether an element is text or a break."""
    return str(element.tag).rpartition("}")[2] in ("t", "br")


def slides(path: Path) -> list[Slide]:
    """The slides of a file, without those that only show a further step of the list that appears step by step.

    Raises:
        SystemExit: the file has fewer slides than the deck.
    """
    found = []
    for slide in Presentation(str(path)).slides:
        tree = etree.fromstring(etree.tostring(slide._element))
        for fallback in tree.xpath("//*[local-name()='Fallback']"):
            fallback.getparent().remove(fallback)
        found.append(Slide(slide, tree))
    if len(found) < len(TITLES):
        raise SystemExit(f"{path} has {len(found)} slides, the deck has {len(TITLES)}")
    return [*found[:GROUND], found[-1]]


def place(slide: Slide, *wanted: str) -> tuple[str, Any]:
    """Where words are: the shape that has all of them, or how else they are there."""
    for box in slide.boxes():
        if all(one in text_of(box) for one in wanted):
            return ("placeholder" if box.find(".//p:nvPr/p:ph", NAMES) is not None else "text box"), box
    holding = [box for box in slide.boxes() if any(one in text_of(box) for one in wanted)]
    if all(any(one in text_of(box) for box in holding) for one in wanted):
        return f"{len(holding)} text boxes", None
    return ("picture" if slide.holds_picture() else LOST), None


def titles(deck: Sequence[Slide]) -> str:
    """How many titles are placeholders for titles."""
    known = "//p:sp[.//p:ph[@type='title' or @type='ctrTitle']]"
    count = sum(
        any(title in text_of(box) for box in slide.find(known)) for slide, title in zip(deck, TITLES, strict=True)
    )
    return f"{count} of {len(TITLES)}" if count else f"none: {place(deck[1], TITLES[1])[0]}"


def levels(deck: Sequence[Slide]) -> str:
    """The levels of a nested list."""
    words = ("level one", "level two", "level three")
    where, box = place(deck[LEVELS], *words)
    if box is None:
        return where
    found = {
        (one.find("a:pPr", NAMES).get("lvl", "0") if one.find("a:pPr", NAMES) is not None else "0")
        for one in box.iterfind(".//a:p", NAMES)
        if any(word in "".join(one.itertext()) for word in words)
    }
    return f"{where}, {len(found)} of 3 levels"


def emphasis(deck: Sequence[Slide]) -> str:
    """The emphasis of words in a sentence, as properties of their runs."""
    kinds = {
        "bold": "//a:r[a:rPr/@b='1' and contains(a:t, 'bold face')]",
        "italic": "//a:r[a:rPr/@i='1' and contains(a:t, 'slanted face')]",
        "monospaced": "//a:r[a:rPr/a:latin[contains(@typeface, 'Mono') or contains(@typeface, 'Courier')]"
        " and contains(a:t, 'fixed face')]",
        "struck": "//a:r[a:rPr[@strike and @strike!='noStrike'] and contains(a:t, 'struck out')]",
        "subscript": "//a:r[a:rPr/@baseline < 0 and a:t='2']",
    }
    where, _ = place(deck[LEVELS], "bold face", "struck out")
    kept = [kind for kind, path in kinds.items() if deck[LEVELS].find(path)]
    return f"{where}: {', '.join(kept)}" if kept else where


def links(deck: Sequence[Slide]) -> str:
    """Links to an address and to another slide."""
    clicks = deck[LEVELS].find("//a:hlinkClick/@r:id")
    parts = deck[LEVELS].of.part.rels
    outside = any(parts[one].is_external and "example.org/paper" in parts[one].target_ref for one in clicks)
    inside = any(not parts[one].is_external and parts[one].target_part is deck[DRAWING].of.part for one in clicks)
    return " and ".join(name for name, has in (("outside", outside), ("inside", inside)) if has) or LOST


def table(deck: Sequence[Slide]) -> str:
    """A table and what it has of the alignment and emphasis of its cells."""
    slide = deck[TABLE]
    cells = {text_of(cell).strip(): cell for cell in slide.find("//a:tc")}
    if "64.50" not in cells:
        return place(slide, *CELLS)[0]
    right = all(cells[one].find(".//a:pPr[@algn='r']", NAMES) is not None for one in ("64.50", "7.75", "950"))
    bold = cells["7.75"].find(".//a:rPr[@b='1']", NAMES) is not None
    return ", ".join(["table", *["numbers at the right"] * right, *["bold"] * bold])


def code(deck: Sequence[Slide]) -> str:
    """Code and the colours of its runs."""
    where, box = place(deck[CODE], *LINES)
    if box is None:
        return where
    values = box.xpath(".//a:r/a:rPr/a:solidFill/*/@val", namespaces=NAMES)
    return f"{where}, {len(set(values))} colours" if values else f"{where}, no colours"


def inline_formula(deck: Sequence[Slide]) -> str:
    """A formula in a sentence."""
    if deck[FORMULAS].find("//a:p[contains(., 'The energy is')]//m:oMath"):
        return "Office Math in the sentence"
    return place(deck[FORMULAS], "The energy is", "mc", "at rest")[0]


def display_formula(deck: Sequence[Slide]) -> str:
    """A formula of its own."""
    if deck[FORMULAS].find("//m:oMathPara[contains(., '∞')]"):
        return "Office Math"
    signs = ("∫", "∞", "dx", "π")
    where, _ = place(deck[FORMULAS], *signs)
    return f"{where} of single signs" if where.endswith("boxes") else where


def drawn(deck: Sequence[Slide], at: int) -> str:
    """How a drawing is there."""
    slide, without = deck[at], deck[1]
    if slide.find("//p:pic//asvg:svgBlip"):
        return "SVG and PNG"
    for name in slide.find("//p:pic//a:blip/@r:embed"):
        return f"picture ({slide.of.part.rels[name].target_part.partname.ext})"
    if slide.find("//p:bg//a:blip"):
        return "in the slide's picture"
    count = len(slide.find(FREE)) - len(without.find(FREE))
    return f"{count} shapes without a group" if count else LOST


def chart(deck: Sequence[Slide]) -> str:
    """A bar chart: with its numbers, or as a drawing."""
    charts = [one.chart for one in deck[BARS].of.shapes if one.has_chart]
    values = {value for one in charts for plot in one.plots for series in plot.series for value in series.values}
    if values >= VALUES:
        sheet = all(one.part.chart_workbook.xlsx_part is not None for one in charts)
        return "chart with its data sheet" if sheet else "chart without data"
    return drawn(deck, BARS)


def photograph(deck: Sequence[Slide]) -> str:
    """A photograph."""
    return "picture" if deck[PHOTOGRAPH].find("//p:pic") else drawn(deck, PHOTOGRAPH)


def alternatives(deck: Sequence[Slide]) -> str:
    """The alternative texts of the chart, the drawing and the photograph."""
    texts = [deck[at].find("//p:cNvPr/@descr") for at in (BARS, DRAWING, PHOTOGRAPH)]
    count = sum(any(words in one for one in found) for words, found in zip(ALTERNATIVES, texts, strict=True))
    return f"{count} of {len(ALTERNATIVES)}" if count else LOST


def columns(deck: Sequence[Slide]) -> str:
    """Two lists beside each other."""
    left, one = place(deck[COLUMNS], "port side", "second line of it")
    right, other = place(deck[COLUMNS], "starboard side", "other line of it")
    if one is None or other is None:
        return "a text box a line" if left.endswith("boxes") else left
    return f"{left} and {right}" if one is not other else f"one {left}"


def steps(deck: Sequence[Slide]) -> str:
    """The clicks of the list that appears step by step."""
    count = len(deck[GROUND - 1].find("//p:timing//p:cTn[@nodeType='clickEffect']"))
    more = len(deck[0].of.part.package.presentation_part.presentation.slides) - len(TITLES)
    if more:
        return f"{more + 1} slides"
    return f"{count} of 3 clicks" if count else LOST


def notes(deck: Sequence[Slide]) -> str:
    """The notes of three slides."""
    kept = sum(
        words in deck[at].of.notes_slide.notes_text_frame.text
        for at, words in NOTES.items()
        if deck[at].of.has_notes_slide
    )
    return f"{kept} of {len(NOTES)}" if kept else LOST


def sections(deck: Sequence[Slide]) -> str:
    """The sections of the file."""
    tree = deck[0].of.part.package.presentation_part._element
    count = len(tree.findall(".//p14:section", NAMES))
    return str(count) if count else "none"


def ground(deck: Sequence[Slide]) -> str:
    """A picture behind a slide with text."""
    where, _ = place(deck[GROUND], "Words on a ground")
    if where == "picture":
        return "in the slide's picture"
    if deck[GROUND].find("//p:bg//a:blip"):
        return "background of the slide"
    return "picture on the slide" if deck[GROUND].find("//p:pic") else LOST


def footer(deck: Sequence[Slide]) -> str:
    """The foot of a slide."""
    where, _ = place(deck[0], "The foot of the slide")
    return where


def slide_number(deck: Sequence[Slide]) -> str:
    """The number of a slide."""
    if deck[4].find("//a:fld[@type='slidenum']"):
        return "field"
    if any(text_of(box).strip() == "5" for box in deck[4].boxes()):
        return "text box"
    return "picture" if deck[4].find("//p:bg//a:blip") else LOST


def properties(deck: Sequence[Slide]) -> str:
    """What the file says of itself."""
    core = deck[0].of.part.package.core_properties
    languages = {one for slide in deck for one in slide.find("//a:rPr/@lang")}
    known = {
        "title": core.title == "One content, five files",
        "author": core.author == "A. Speaker",
        "language of the text": bool(languages),
    }
    return ", ".join(name for name, has in known.items() if has) or LOST


def shapes(deck: Sequence[Slide]) -> str:
    """How many shapes there are, groups and their parts counted."""
    return str(sum(len(slide.find("//p:sp|//p:pic|//p:graphicFrame|//p:cxnSp")) for slide in deck))


PARTS: Final[Mapping[str, Callable[[Sequence[Slide]], str]]] = {
    "titles in their placeholders": titles,
    "nested list": levels,
    "emphasis": emphasis,
    "links": links,
    "table": table,
    "code": code,
    "formula in a sentence": inline_formula,
    "formula of its own": display_formula,
    "bar chart": chart,
    "drawing (SVG)": lambda deck: drawn(deck, DRAWING),
    "photograph": photograph,
    "alternative texts": alternatives,
    "two columns": columns,
    "list step by step": steps,
    "notes": notes,
    "sections": sections,
    "picture as background": ground,
    "footer": footer,
    "slide number": slide_number,
    "properties": properties,
    "shapes": shapes,
}
"""What is read back, by the name of its row."""


@cache
def read_back(path: Path) -> dict[str, str]:
    """What stays of each part of the deck in a file, by the name of its row."""
    deck = slides(path)
    return {name: part(deck) for name, part in PARTS.items()}
