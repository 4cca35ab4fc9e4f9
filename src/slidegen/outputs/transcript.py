"""The deck as text, for screen readers and for reading: headings, texts, lists, tables, and what pictures, charts and
formulas say. It is in the page in a closed dialog, which no reader of the slides meets, and no printer prints."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape
from typing import Final

from selectolax.lexbor import LexborNode

from slidegen.languages.direction import direction, with_directions
from slidegen.languages.words import is_english, said
from slidegen.markup import Fragment, TooDeepError, ancestors
from slidegen.memo import Memo, once
from slidegen.outputs.table_headers import table_headers
from slidegen.rendered import MarpSlide, RenderedSlide

READ: Final = "Read the deck as text"
HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
OF_TEXT: Final = "p ul ol li dl dt dd blockquote pre code table caption thead tbody tfoot tr th td a sup sub bdi bdo"
OF_MATH: Final = (
    "math mrow mi mn mo ms mtext mfrac msqrt mroot msub msup msubsup munder mover munderover mtable mtr mtd mstyle "
    "mspace mpadded mphantom menclose mmultiscripts mprescripts"
)
KEPT: Final = frozenset((*OF_TEXT.split(), *OF_MATH.split()))
"""Elements that stand in the transcript, without their classes and styles."""
OF_LANGUAGE: Final = ("lang", "dir")
"""The attributes that every element keeps."""
ATTRIBUTES: Final[Mapping[str, frozenset[str]]] = {
    "a": frozenset({"href"}),
    "th": frozenset({"scope", "colspan", "rowspan"}),
    "td": frozenset({"colspan", "rowspan"}),
    "ol": frozenset({"start"}),
    "math": frozenset({"display"}),
    "mo": frozenset({"stretchy"}),
}
DROPPED: Final = frozenset({"script", "style", "template", "annotation", "source"})
"""Elements that say nothing on paper."""
PICTURES: Final = frozenset({"audio", "iframe", "image", "img", "object", "video"})
"""Elements that their names stand for."""
UNSAID: Final = frozenset({"color", "file", "hidden", "password", "range"})
"""Types of fields that show no text, or show it to nobody."""
RUNNING: Final = frozenset({"header", "footer"})
APART: Final = frozenset(
    [
        *("div", "section", "figure", "figcaption", "foreignobject", "label", "summary", "details", "aside", "header"),
        *("footer", "fieldset", "legend"),
    ]
)
"""Elements whose content stands in lines of its own."""
NO_TEXT: Final = frozenset({"background", "pseudo"})
"""The layers that Marpit puts behind a slide."""
SPACE: Final = re.compile(r"[ \t\r\n\f]+")
EMPTY: Final = re.compile(r'<(p|li|ul|ol|dd|sup|sub|code|div|span)(?: (?:lang|dir)="[^"]*")*>\s*</\1>\s*')
ABOUT_LINK: Final = re.compile(r"https?://", re.IGNORECASE)


def transcript(title: str, lang: str, slides: Sequence[RenderedSlide | MarpSlide], memo: Memo | None = None) -> str:
    """Returns the button that opens the transcript of a deck in a language, and the dialog with it."""
    (read, of_read), (close, _) = said(READ, lang), said("Close", lang)
    own = ' lang="en"' if of_read == "en" and not is_english(lang) else ""
    text = "".join(_slide(number, slide, memo) for number, slide in enumerate(slides, start=1))
    return (
        f'<header class="sg-top"><button type="button" class="sg-skip" aria-haspopup="dialog"{own}>{escape(read)}'
        "</button></header>\n"
        "<noscript><style>.sg-transcript{display:block;position:static;width:auto;max-height:none}"
        ".reveal,.marpit,.sg-top,.sg-transcript .sg-shut{display:none!important}</style></noscript>\n"
        f'<dialog class="sg-dialog sg-transcript" aria-label="{escape(title)}"><header><h2>{escape(title)}</h2>'
        f'<button type="button" class="sg-shut" aria-label="{escape(close)}">×</button></header>\n'
        f"{with_directions(text, direction(lang))}</dialog>"
    )


def _slide(number: int, slide: RenderedSlide | MarpSlide, memo: Memo | None) -> str:
    html = slide.svg if isinstance(slide, MarpSlide) else f"{slide.body}{slide.media}{slide.footnotes}"
    heading, text = once(memo, "text", html, lambda: text_of(html))
    whole = f"<h3>{number}{'. ' if heading else ''}{heading}</h3>\n{text}\n"
    own = "" if isinstance(slide, MarpSlide) else _of_language(slide.options.attributes)
    return f"<div{own}>{whole}</div>\n" if own else whole


def text_of(html: str) -> tuple[str, str]:
    """Returns the first heading of a slide as HTML, and what else the slide says."""
    tree = Fragment(html)
    try:
        top = [node for node in tree.nodes() if node.parent is None or not node.parent.is_element_node]
    except TooDeepError:  # such a slide is refused when it is built
        return "", ""
    writer = _Writer()
    for node in top:
        writer.write(node)
    return writer.finished()


class _Writer:
    """Collects a slide's text. `heading` is that of the first heading, once it is complete."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.heading: str | None = None

    def finished(self) -> tuple[str, str]:
        html = "".join(self.parts)
        while (shorter := EMPTY.sub("", html)) != html:
            html = shorter
        return (self.heading or "").strip(), table_headers(html).strip()

    def write(self, top: LexborNode) -> None:
        """Adds a node and its children. Nesting is no recursion: a slide may be nested deeply."""
        begun: int | None = None  # where the first heading begins in `parts`
        pending: list[LexborNode | str] = [top]
        while pending:
            node = pending.pop()
            if isinstance(node, str):
                if node == "</h4>" and begun is not None:
                    self.heading = "".join(self.parts[begun:])
                    del self.parts[begun:]
                    begun = None
                else:
                    self.parts.append(node)
                continue
            if node.is_text_node:
                self.parts.append(_text(node))
            if not node.is_element_node or _is_silent(node):
                continue
            said = _said(node)
            if said is not None:
                self.parts.append(said)
                continue
            before, after = _around(node)
            if after == "</h4>" and self.heading is None and begun is None:
                own = _of_language(_inherited(node))  # the heading moves out of what is around it
                begun, before = len(self.parts), f"<span{own}>" if own else ""
                pending.append(after)
                after = "</span>" if own else ""
            self.parts.append(before)
            pending.append(after)
            pending.extend(reversed(list(_children(node))))


def _children(node: LexborNode) -> Iterator[LexborNode]:
    child = node.first_child
    while child is not None:
        yield child
        child = child.next


def _text(node: LexborNode) -> str:
    text = escape(node.text_content or "", quote=False)
    inside = node.parent
    while inside is not None and inside.is_element_node:
        if inside.tag == "pre":
            return text
        inside = inside.parent
    return SPACE.sub(" ", text)


def _is_silent(node: LexborNode) -> bool:
    attributes = node.attributes
    classes = (attributes.get("class") or "").split()
    hidden = attributes.get("aria-hidden") == "true" or "hidden" in attributes
    layer = attributes.get("data-marpit-advanced-background") in NO_TEXT
    notes = node.tag == "aside" and "notes" in map(str.lower, classes)
    return node.tag in DROPPED or hidden or layer or notes or "phone-chart" in classes or _is_running(node)


def _is_running(node: LexborNode) -> bool:
    """Whether an element is the running header or footer of a Marp deck: the first or the last of its section."""
    slide = node.parent
    if node.tag not in RUNNING or slide is None or f"data-{node.tag}" not in slide.attributes:
        return False
    beside = node.prev if node.tag == "header" else node.next
    while beside is not None and not beside.is_element_node:
        beside = beside.prev if node.tag == "header" else beside.next
    return beside is None


def _said(node: LexborNode) -> str | None:
    """What stands for an element that is no text; None if it is one."""
    attributes = node.attributes
    name = attributes.get("alt") or attributes.get("aria-label") or attributes.get("title") or ""
    if node.tag == "svg" and attributes.get("role") == "img":
        named = [child.text(strip=True) for child in _children(node) if child.tag in ("title", "desc")]
        return _picture(". ".join(filter(None, named)) or name)
    if node.tag in PICTURES or attributes.get("role") == "img":
        return _picture(name)
    if (field := FIELDS.get(node.tag or "")) is not None:
        return field(node)
    if node.tag == "br":
        return "<br>"
    if node.tag == "mjx-container" and name:
        return escape(name, quote=False)
    return None


def _input(node: LexborNode) -> str:
    attributes = node.attributes
    kind = (attributes.get("type") or "text").lower()
    if kind in ("checkbox", "radio"):
        return "☑ " if "checked" in attributes else "☐ "
    value = "" if kind in UNSAID else attributes.get("value") or attributes.get("placeholder") or ""
    return escape(value, quote=False)


def _select(node: LexborNode) -> str:
    choices = [one.attributes.get("label") or one.text(strip=True) for one in node.css("option")]
    return escape(", ".join(choices), quote=False)


def _area(node: LexborNode) -> str:
    return escape(node.text() or node.attributes.get("placeholder") or "", quote=False)


FIELDS: Final[Mapping[str, Callable[[LexborNode], str]]] = {"input": _input, "select": _select, "textarea": _area}
"""What the fields of a form show."""


def _of_language(attributes: Mapping[str, str | None]) -> str:
    """The attributes that say the language and the direction of a part; none for a slide of Marp, as it has those of
    the page."""
    if "data-lang" in attributes:
        return ""
    return "".join(f' {name}="{escape(value)}"' for name in OF_LANGUAGE if (value := attributes.get(name)))


def _inherited(node: LexborNode) -> Mapping[str, str | None]:
    """The language and the direction of an element, which it may have from those around it."""
    found: dict[str, str | None] = {}
    for one in (node, *ancestors(node)):
        if "data-lang" not in one.attributes:
            found = {name: one.attributes[name] for name in OF_LANGUAGE if one.attributes.get(name)} | found
    return found


def _picture(text: str) -> str:
    return f" <em>[{escape(text, quote=False)}]</em> " if text else ""


def _around(node: LexborNode) -> tuple[str, str]:
    """The tags around the content of an element."""
    tag = (node.tag or "").lower().removeprefix("marp-")
    own = _of_language(node.attributes)
    if tag in HEADINGS:
        return f"<h4{own}>", "</h4>"
    if tag == "table":
        return f'<div class="sg-scroll" role="group" aria-label="Table" tabindex="0"><table{own}>', "</table></div>"
    names = ATTRIBUTES.get(tag, frozenset())
    kept = {name: value or "" for name, value in node.attributes.items() if name in names}
    if tag in KEPT and (tag != "a" or ABOUT_LINK.match(kept.get("href", ""))):
        written = "".join(f' {name}="{escape(value)}"' for name, value in kept.items())
        return f"<{tag}{own}{written}>", f"</{tag}>"
    if tag in APART:
        return f"<div{own}>", "</div>"
    return (f"<span{own}>", "</span>") if own else ("", "")
