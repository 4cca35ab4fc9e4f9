"""The neutral tree between a laid-out deck and a presentation: shapes with boxes, and the text, tables and pictures in
them.

`walk/*.js` fills it from the browser's layout and knows nothing of PowerPoint; `writing/` turns it into a file and
knows nothing of HTML. Lengths and sizes of type are CSS pixels of the slide, counted from its top left corner.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Annotated, Literal

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

from slidegen.exports.pptx.chart import Chart

STRICT = ConfigDict(extra="forbid")

Align = Literal["start", "center", "end", "justify"]
Anchor = Literal["top", "middle", "bottom"]
Role = Literal["title", "subtitle", "body", "text", "footer", "number"]
"""What a text is on its slide. `body` is the text that fills the placeholder for content."""


@dataclass(frozen=True, slots=True, config=STRICT)
class Color:
    """A colour: `rgb` as six hexadecimal digits, and how opaque it is, from 0 to 1."""

    rgb: str
    alpha: float = 1.0


@dataclass(frozen=True, slots=True, config=STRICT)
class Box:
    """A rectangle."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The x of its right side."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """The y of its lower side."""
        return self.top + self.height


@dataclass(frozen=True, slots=True, config=STRICT)
class Stroke:
    """A line: its colour and width."""

    color: Color
    width: float


@dataclass(frozen=True, slots=True, config=STRICT)
class Gradient:
    """A linear gradient: its CSS angle in degrees (180 is downwards) and its stops, each at a share of its length."""

    angle: float
    stops: tuple[tuple[float, Color], ...]


@dataclass(frozen=True, slots=True, config=STRICT)
class Formula:
    """A formula: its TeX and KaTeX's MathML. A `display` formula stands alone on its line."""

    tex: str
    mathml: str
    display: bool = False


@dataclass(frozen=True, slots=True, config=STRICT)
class Link:
    """Where a link leads: to an address, or to a page of the export (from 1)."""

    address: str = ""
    page: int | None = None


@dataclass(frozen=True, slots=True, config=STRICT)
class Run:
    """Text of one look. A run with a `formula` has its text as fallback; the text "\\n" is a line break.

    `raised` is -1 for a subscript, 1 for a superscript; `size` is then that of the text around it. `spacing` is added
    between letters.
    """

    text: str
    size: float
    font: str = ""
    color: Color | None = None
    bold: bool = False
    italic: bool = False
    underline: bool = False
    strike: bool = False
    code: bool = False
    raised: int = 0
    spacing: float = 0.0
    highlight: Color | None = None
    link: Link | None = None
    lang: str = ""
    formula: Formula | None = None


@dataclass(frozen=True, slots=True, config=STRICT)
class Marker:
    """What stands before an item: a sign, or if there is none a number, `style` being its CSS list style."""

    sign: str = ""
    style: str = "decimal"
    start: int = 1
    color: Color | None = None
    scale: float = 1.0


@dataclass(frozen=True, slots=True, config=STRICT)
class Paragraph:
    """A paragraph. `indent` is where its text begins, `hanging` how far its marker stands before that; `before` is the
    gap to the one above; `leading` the height of a line over the size of its type, `natural` the one that the font asks
    for; the leading is `exact` whatever the font, in code. In the browser it stands on `lines` lines, of which the
    widest has the width `extent`; they are `balanced` if all are about as wide. `step` is the fragment in which it
    appears."""

    runs: tuple[Run, ...]
    box: Box
    size: float
    level: int = 0
    marker: Marker | None = None
    indent: float = 0.0
    hanging: float = 0.0
    before: float = 0.0
    leading: float = 1.2
    natural: float = 1.2
    align: Align = "start"
    rtl: bool = False
    exact: bool = False
    lines: int = 1
    extent: float = 0.0
    balanced: bool = False
    step: int | None = None

    @property
    def text(self) -> str:
        """Its text without the look."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True, config=STRICT)
class TextShape:
    """A text box. `padding` is its inset at the top, right, bottom and left. `code` says that it is a block of code."""

    kind: Literal["text"]
    box: Box
    paragraphs: tuple[Paragraph, ...]
    role: Role = "text"
    anchor: Anchor = "top"
    fill: Color | None = None
    outline: Stroke | None = None
    radius: float = 0.0
    padding: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    code: bool = False
    name: str = ""
    step: int | None = None


@dataclass(frozen=True, slots=True, config=STRICT)
class Cell:
    """A cell of a table, which covers `across` columns and `down` rows. `left`, `right`, `above` and `below` are
    the rules at its sides."""

    row: int
    column: int
    paragraphs: tuple[Paragraph, ...]
    across: int = 1
    down: int = 1
    header: bool = False
    fill: Color | None = None
    left: Stroke | None = None
    right: Stroke | None = None
    above: Stroke | None = None
    below: Stroke | None = None
    padding: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    anchor: Anchor = "top"


@dataclass(frozen=True, slots=True, config=STRICT)
class TableShape:
    """A table: the widths of its columns, the heights of its rows, and its cells in reading order. `name` is that of
    the deck's table, if it is a computed one."""

    kind: Literal["table"]
    box: Box
    columns: tuple[float, ...]
    rows: tuple[float, ...]
    cells: tuple[Cell, ...]
    header_rows: int = 0
    rtl: bool = False
    name: str = ""
    step: int | None = None


@dataclass(frozen=True, slots=True, config=STRICT)
class PictureShape:
    """A picture: a PNG, JPEG or GIF as a `data:` address, and for a drawing its SVG besides.

    `crop` is the share cut off at the left, top, right and bottom. `figure` and `figure_kind` are the name and kind of
    the deck's figure, if it is a computed one; its `tints` are the colours of charts there, by name.
    """

    kind: Literal["picture"]
    box: Box
    data: str
    svg: str = ""
    alt: str = ""
    crop: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    radius: float = 0.0
    link: Link | None = None
    figure: str = ""
    figure_kind: str = ""
    tints: Mapping[str, Color] = field(default_factory=dict)
    step: int | None = None


@dataclass(frozen=True, slots=True, config=STRICT)
class ChartShape:
    """A computed figure as a chart with its numbers, in the colours of its slide. `figure` is its name; `scale` says
    how much larger it is shown than it is laid out."""

    kind: Literal["chart"]
    box: Box
    chart: Chart
    tints: Mapping[str, Color]
    alt: str = ""
    figure: str = ""
    step: int | None = None
    scale: float = 1.0


@dataclass(frozen=True, slots=True, config=STRICT)
class PanelShape:
    """A filled or outlined rectangle without text: a card, a rule, a bar."""

    kind: Literal["panel"]
    box: Box
    fill: Color | None = None
    gradient: Gradient | None = None
    outline: Stroke | None = None
    radius: float = 0.0
    step: int | None = None


Shape = Annotated[TextShape | TableShape | PictureShape | ChartShape | PanelShape, Field(discriminator="kind")]


@dataclass(frozen=True, slots=True, config=STRICT)
class Ground:
    """What is behind a slide: a colour, a gradient over it, and a picture over both with its opacity."""

    color: Color | None = None
    gradient: Gradient | None = None
    picture: str = ""
    opacity: float = 1.0


@dataclass(frozen=True, slots=True, config=STRICT)
class Loss:
    """Something on a slide that the presentation does not have, or not so that it can be edited: an `element`, and what
    becomes of it."""

    element: str
    what: str


@dataclass(frozen=True, slots=True, config=STRICT)
class Slide:
    """A page of the export: slide `number` of the deck (from 1), in a state of its fragments. `text` is the colour of
    its text. A `hidden` one is not shown. `targets` are the pages of the export to which its links lead, for each page
    of the layout that it was read from; empty if these are the same."""

    number: int
    layout: str
    shapes: tuple[Shape, ...]
    ground: Ground
    text: Color
    notes: tuple[Paragraph, ...] = ()
    losses: tuple[Loss, ...] = ()
    hidden: bool = False
    targets: tuple[int, ...] = ()

    @property
    def runs(self) -> Iterator[Run]:
        """The runs of its texts and tables."""
        for shape in self.shapes:
            texts = [shape] if isinstance(shape, TextShape) else shape.cells if isinstance(shape, TableShape) else ()
            for text in texts:
                for paragraph in text.paragraphs:
                    yield from paragraph.runs


@dataclass(frozen=True, slots=True, config=STRICT)
class Look:
    """The look of the deck: colours by their role, and the families of its text, headings and code, and which of these
    are without serifs."""

    colors: Mapping[str, Color]
    text_font: str
    heading_font: str
    code_font: str
    sans: tuple[str, ...] = ()
    rtl: bool = False
    lang: str = "en"


@dataclass(frozen=True, slots=True, config=STRICT)
class Scene:
    """A deck as shapes. `size` is that of a slide."""

    size: tuple[float, float]
    look: Look
    slides: tuple[Slide, ...] = field(default=())
