"""Mermaid's settings: every colour stands for one of the theme, and text is as large as that of charts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from slidegen.diagrams.base import FONT_SIZE
from slidegen.diagrams.palette import COLORS, HEX, chart, tint
from slidegen.limits import MAX_CODE

MAX_SOURCE: Final = MAX_CODE
"""Characters of one diagram: as many as a block of code may have; Mermaid's own limit is 50,000."""
MAX_EDGES: Final = 500
FAMILY: Final = "sans-serif"
SMALLER: Final = 18
CROSSED: Final = ".messageText .loopText .architecture-service .commit-label"
"""What text of a diagram lines may cross: it has a halo in the colour of the page."""
SMALL: Final = ".edgeTerminals, .tick text, .packetByte, .node-labels text"
"""What Mermaid's own style sheets make smaller."""

COLORS_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "ink": (
        "primaryText secondaryText tertiaryText text title nodeText noteText actorText signalText labelText loopText",
        "taskText taskTextOutside taskTextLight taskTextDark taskTextClickable transitionLabel stateLabel errorText",
        "scaleLabel pieTitleText pieLegendText requirementText relationLabel branchLabel tagLabel commitLabel",
        "vennTitleText vennSetText",
    ),
    "quiet": ("line arrowhead defaultLink signal transition relation specialState archEdge archEdgeArrow",),
    "strong": (
        "primaryBorder secondaryBorder tertiaryBorder noteBorder actorLine labelBoxBorder activationBorder",
        "taskBorder requirementBorder archGroupBorder doneTaskBorder",
    ),
    "surface": ("primary secondary noteBkg activationBkg labelBoxBkg taskBkg errorBkg doneTaskBkg",),
    "page": ("sequenceNumber altSectionBkg pieStroke pieSectionText",),
    "pale": ("tertiary rectBkg sectionBkg excludeBkg",),
    "faint": ("grid pieOuterStroke",),
    "soft": ("activeTaskBkg critBkg",),
    "accent": ("activeTaskBorder todayLine vertLine",),
    "bad": ("critBorder",),
}
"""The theme variables whose names end in `Color`, by what their colour means."""
OTHERS: Final[Mapping[str, tuple[str, ...]]] = {
    "ink": (
        "classText quadrant1TextFill quadrant2TextFill quadrant3TextFill quadrant4TextFill quadrantPointTextFill",
        "quadrantXAxisTextFill quadrantYAxisTextFill quadrantTitleFill",
    ),
    "quiet": ("quadrantInternalBorderStrokeFill quadrantExternalBorderStrokeFill emArrowhead emRelationStroke",),
    "strong": (
        "border2 actorBorder nodeBorder clusterBorder compositeBorder personBorder innerEndBackground tagLabelBorder",
        "emUiStroke emProcessorStroke emReadModelStroke emCommandStroke emEventStroke emSwimlaneBackgroundStroke",
    ),
    "surface": (
        "actorBkg nodeBkg mainBkg personBkg stateBkg rowOdd requirementBackground compositeTitleBackground",
        "attributeBackgroundColorOdd quadrant1Fill tagLabelBackground emUiFill emProcessorFill",
    ),
    "page": (
        "background edgeLabelBackground relationLabelBackground compositeBackground quadrant3Fill rowEven",
        "attributeBackgroundColorEven labelBackground labelBackgroundColor clusterBkg",
    ),
    "pale": ("sectionBkgColor2 altBackground quadrant2Fill quadrant4Fill emSwimlaneBackgroundOdd",),
    "tint1": ("emCommandFill",),
    "tint2": ("emEventFill",),
    "tint3": ("emReadModelFill",),
    "chart1": ("quadrantPointFill",),
}
"""The other theme variables."""


def _variables() -> dict[str, Any]:
    """The theme variables: every colour that Mermaid would derive from others is given."""
    size = f"{FONT_SIZE}px"
    return {
        **{f"{name}Color": color for name, color in _named(COLORS_OF)},
        **dict(_named(OTHERS)),
        **_series(),
        "xyChart": _xy_chart(),
        "radar": {
            "axisColor": HEX["strong"],
            "graticuleColor": HEX["faint"],
            "axisLabelFontSize": FONT_SIZE,
            "legendFontSize": FONT_SIZE,
        },
        "packet": {
            **dict.fromkeys(("labelColor", "titleColor"), HEX["ink"]),
            **dict.fromkeys(("startByteColor", "endByteColor"), HEX["quiet"]),
            "blockFillColor": HEX["surface"],
            "blockStrokeColor": HEX["strong"],
            "byteFontSize": f"{SMALLER}px",
            "labelFontSize": f"{SMALLER}px",
            "titleFontSize": "24px",
        },
        "commitLabelBackground": "transparent",
        "pieTitleTextSize": "24px",
        **dict.fromkeys(("pieSectionTextSize", "pieLegendTextSize", "fontSize"), size),
        "pieOpacity": "1",
        "pieStrokeWidth": "2px",
        "pieOuterStrokeWidth": "0px",
        **dict.fromkeys(("tagLabelFontSize", "commitLabelFontSize"), f"{SMALLER}px"),
        "dropShadow": "none",
        "useGradient": False,
        "fontFamily": FAMILY,
    }


def _named(table: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    for meaning, names in table.items():
        for name in " ".join(names).split():
            yield name, HEX[meaning]


def _series() -> dict[str, str]:
    """The colours of what is told apart by its colour."""
    found: dict[str, str] = {}
    for n in range(12):
        own, pale = HEX[chart(n)], HEX[tint(n)]
        found |= {f"cScale{n}": pale, f"cScaleLabel{n}": HEX["ink"], f"cScaleInv{n}": HEX["strong"]}
        found |= {f"cScalePeer{n}": own, f"pie{n + 1}": own, f"fillType{n}": pale, f"venn{n + 1}": own}
        found |= {f"git{n}": own, f"gitInv{n}": HEX["page"], f"gitBranchLabel{n}": HEX["page"]}
        found |= {f"surface{n}": HEX["surface"], f"surfacePeer{n}": HEX["strong"]}
    return found


def _xy_chart() -> dict[str, str]:
    words = ("title", "dataLabel", "xAxisTitle", "xAxisLabel", "yAxisTitle", "yAxisLabel")
    lines = ("xAxisTick", "xAxisLine", "yAxisTick", "yAxisLine")
    return {
        "backgroundColor": "transparent",
        **{f"{name}Color": HEX["ink"] for name in words},
        **{f"{name}Color": HEX["strong"] for name in lines},
        "plotColorPalette": ",".join(HEX[chart(n)] for n in range(COLORS)),
    }


def _c4() -> dict[str, Any]:
    kinds = "person system system_db system_queue container container_db container_queue component component_db"
    persons = [f"{far}{kind}" for far in ("", "external_") for kind in (*kinds.split(), "component_queue")]
    return {
        **{f"{name}FontSize": SMALLER for name in (*persons, "boundary", "message")},
        **{f"{name}_bg_color": HEX["quiet" if name.startswith("external") else "chart1"] for name in persons},
        **{f"{name}_border_color": HEX["strong"] for name in persons},
        "c4ShapeMargin": 40,
        "diagramMarginX": 10,
        "diagramMarginY": 10,
    }


def _kinds() -> dict[str, Any]:
    """The settings of single kinds of diagrams."""
    size = FONT_SIZE
    sequence: dict[str, Any] = {f"{name}FontFamily": FAMILY for name in ("actor", "message", "note")}
    sequence |= {"actorFontSize": size, "messageFontSize": size, "noteFontSize": SMALLER, "mirrorActors": False}
    sequence |= {"width": 160, "height": 64, "labelBoxWidth": 60, "labelBoxHeight": 28}
    sequence |= {"boxTextMargin": 8, "messageMargin": 20}
    gantt = {"fontSize": SMALLER, "sectionFontSize": SMALLER, "barHeight": 32, "barGap": 8, "topPadding": 56}
    gantt |= {"leftPadding": 140, "rightPadding": 40, "gridLineStartPadding": 44, "useWidth": 1100}
    quadrant = {"chartWidth": 720, "chartHeight": 560, "titleFontSize": 24, "quadrantLabelFontSize": size}
    quadrant |= {"pointLabelFontSize": SMALLER, "xAxisLabelFontSize": size, "yAxisLabelFontSize": size}
    axis = {"labelFontSize": size, "titleFontSize": size}
    return {
        "flowchart": {"htmlLabels": False, "padding": 16, "subGraphTitleMargin": {"top": 6, "bottom": 6}},
        **{name: {"htmlLabels": False} for name in ("class", "state", "block")},
        **{name: {"fontSize": size} for name in ("er", "requirement")},
        "mindmap": {"padding": 12},
        "sequence": {**sequence, "diagramMarginX": 8, "diagramMarginY": 16},
        "gantt": gantt,
        "pie": {"textPosition": 0.72},
        "quadrantChart": quadrant,
        "xyChart": {"width": 1000, "height": 520, "titleFontSize": 24, "xAxis": axis, "yAxis": axis},
        "journey": {"taskFontSize": SMALLER, "textPlacement": "old", "width": 190, "height": 60},
        "timeline": {"textPlacement": "old"},
        "kanban": {"sectionWidth": 260},
        "packet": {"bitWidth": 34, "rowHeight": 44},
        "sankey": {"width": 1000, "height": 520, "linkColor": "source"},
        "radar": {"width": 560, "height": 480},
        "architecture": {"fontSize": SMALLER, "iconSize": 72},
        "c4": _c4(),
    }


def _style() -> str:
    """What Mermaid's theme variables do not reach."""
    crossed = ", ".join(f"{name}, {name} text, {name} tspan" for name in CROSSED.split())
    return (
        f"{crossed} {{ paint-order: stroke; stroke: {HEX['page']} !important; stroke-width: 5px; }}"
        f".edgeLabel .label rect {{ fill: {HEX['page']} !important; }}"
        f".sequenceNumber {{ paint-order: stroke; stroke: {HEX['quiet']} !important; stroke-width: 4px; }}"
        f"{SMALL} {{ font-size: {SMALLER}px !important; }} .edgeLabel .label {{ font-size: {FONT_SIZE}px !important; }}"
    )


@cache
def settings() -> Mapping[str, Any]:
    """Mermaid's settings. Those that are `secure` cannot be changed by a diagram."""
    secure = "secure securityLevel startOnLoad maxTextSize suppressErrorRendering maxEdges htmlLabels fontFamily"
    return {
        "startOnLoad": False,
        "theme": "base",
        "htmlLabels": False,
        "securityLevel": "strict",
        "maxEdges": MAX_EDGES,
        "maxTextSize": MAX_SOURCE,
        "suppressErrorRendering": True,
        "deterministicIds": True,
        "fontSize": FONT_SIZE,
        "fontFamily": FAMILY,
        "secure": [*secure.split(), "dompurifyConfig"],
        "layout": "dagre",
        "themeVariables": _variables(),
        "themeCSS": _style(),
        **_kinds(),
    }
