"""What a template says of the text in a placeholder: the size, the indents and the markers of its levels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from slidegen.exports.pptx.writing.text import SIZE, Level
from slidegen.exports.pptx.writing.xml import EMU, POINT, named

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

LEVELS: Final = 9
INSETS: Final = (4.8, 9.6, 4.8, 9.6)
"""The insets of a text box if nothing says them: 0.05 and 0.1 inches."""
STYLES: Final = {"title": "titleStyle", "ctrTitle": "titleStyle", "dt": "otherStyle", "ftr": "otherStyle"}
MARKERS: Final = ("buNone", "buChar", "buAutoNum", "buBlip")
MASTERS: Final = {"ctrTitle": "title", "subTitle": "body", "obj": "body"}
"""The types of the master's placeholders that those of a layout follow, where they differ."""


class Styles:
    """The styles of an open template."""

    def __init__(self, made: Any) -> None:
        self._usual = made.part._element.find(named("p:defaultTextStyle"))
        self.dark = _is_dark(made)

    def levels(self, shape: Any, layout: Any) -> tuple[Level, ...]:
        """The look of the levels of a placeholder in a layout."""
        return tuple(self._level(list(self._sources(shape, layout)), number) for number in range(1, LEVELS + 1))

    def insets(self, shape: Any, layout: Any) -> tuple[float, float, float, float]:
        """The insets of a placeholder in a layout."""
        bodies = [one.find(f".//{named('a:bodyPr')}") for one in self._shapes(shape, layout)]
        found = []
        for side, usual in zip("trbl", INSETS, strict=True):
            values = [body.get(f"{side}Ins") for body in bodies if body is not None]
            given = next((value for value in values if value is not None), None)
            found.append(usual if given is None else int(given) / EMU)
        top, right, bottom, left = found
        return top, right, bottom, left

    def _shapes(self, shape: Any, layout: Any) -> Iterator[Element]:
        yield shape._element
        kind = shape._element.find(f".//{named('p:ph')}").get("type", "obj")
        for one in layout.slide_master.placeholders:
            if one._element.find(f".//{named('p:ph')}").get("type", "obj") == MASTERS.get(kind, kind):
                yield one._element

    def _sources(self, shape: Any, layout: Any) -> Iterator[Element]:
        """The lists of levels that a placeholder follows, the nearest first."""
        for one in self._shapes(shape, layout):
            yield from one.iter(named("a:lstStyle"))
        kind = shape._element.find(f".//{named('p:ph')}").get("type", "obj")
        styles = layout.slide_master._element.find(named("p:txStyles"))
        if styles is not None:
            name = "otherStyle" if kind == "sldNum" else STYLES.get(kind, "bodyStyle")
            yield from styles.findall(named(f"p:{name}"))
        if self._usual is not None:
            yield self._usual

    @staticmethod
    def _level(sources: list[Element], number: int) -> Level:
        levels = [level for one in sources if (level := one.find(named(f"a:lvl{number}pPr"))) is not None]

        def length(name: str) -> float:
            return next((int(value) for one in levels if (value := one.get(name)) is not None), 0) / EMU

        runs = [run for one in levels if (run := one.find(named("a:defRPr"))) is not None]
        size = next((int(value) / 100 / POINT for one in runs if (value := one.get("sz")) is not None), SIZE)
        marks = [child.tag for one in levels for child in one if _local(child) in MARKERS]
        return Level(size, length("marL"), -length("indent"), bool(marks) and marks[0] != named("a:buNone"))


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _is_dark(made: Any) -> bool:
    """Whether the text of the first master is light."""
    from lxml import etree
    from pptx.opc.constants import RELATIONSHIP_TYPE as RT

    master = made.slide_master
    chosen = master._element.find(named("p:clrMap"))
    name = "dk1" if chosen is None else chosen.get("tx1", "dk1")
    theme = etree.fromstring(master.part.part_related_by(RT.THEME).blob)
    entry = theme.find(f".//{named('a:clrScheme')}/{named(f'a:{name}')}")
    if entry is None or not len(entry):
        return False
    rgb = entry[0].get("lastClr") or entry[0].get("val", "")
    try:
        red, green, blue = (int(rgb[at : at + 2], 16) for at in (0, 2, 4))
    except ValueError:
        return False
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 127
