"""The slides of a built Markdown deck as a tree of elements, whichever output they stand in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from tests.deck_folder import PIXEL, DeckFolder, Page

VOID = frozenset({"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
UNSEEN = frozenset({"style", "script", "title"})
OUTPUTS = ("reveal", "marp")


@dataclass(slots=True)
class Element:
    """An element: its name (`section` for `marp-section` too), attributes, and what is in it."""

    tag: str
    attributes: dict[str, str]
    inside: list[Element | str] = field(default_factory=list)

    def all(self, tag: str = "") -> Iterator[Element]:
        """The elements below this one, in order."""
        for child in self.inside:
            if isinstance(child, Element):
                if tag in ("", child.tag):
                    yield child
                yield from child.all(tag)

    def one(self, tag: str, **attributes: str) -> Element:
        """The first element of this name with these attributes."""
        for found in self.all(tag):
            if all(found.attributes.get(name.replace("_", "-")) == value for name, value in attributes.items()):
                return found
        raise AssertionError(f"no <{tag}> with {attributes}")

    @property
    def text(self) -> str:
        """The text in it, with single spaces."""
        return " ".join("".join(self._texts()).split())

    @property
    def style(self) -> dict[str, str]:
        """The declarations of its `style`."""
        return declarations(self.attributes.get("style", ""))

    @property
    def classes(self) -> list[str]:
        """Its classes."""
        return self.attributes.get("class", "").split()

    def _texts(self) -> Iterator[str]:
        for child in self.inside:
            if isinstance(child, str):
                yield child
            elif child.tag not in UNSEEN:
                yield from child._texts()


def declarations(style: str) -> dict[str, str]:
    """A `style` attribute as a mapping; data URIs keep their semicolons."""
    found: dict[str, str] = {}
    for part in style.replace(";base64", "\0base64").split(";"):
        name, _, value = part.replace("\0base64", ";base64").partition(":")
        if name.strip():
            found[name.strip()] = value.strip()
    return found


class Reader(HTMLParser):
    """Reads a page into a tree."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Element("page", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element("section" if tag == "marp-section" else tag, {name: value or "" for name, value in attrs})
        self._open[-1].inside.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        name = "section" if tag == "marp-section" else tag
        for depth in range(len(self._open) - 1, 0, -1):
            if self._open[depth].tag == name:
                del self._open[depth:]
                return
            if self._open[depth].tag == "foreignobject":  # as in a browser, nothing on a slide closes what is around
                return

    def handle_data(self, data: str) -> None:
        self._open[-1].inside.append(data)


def tree(html: str) -> Element:
    """HTML as a tree."""
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader.root


@dataclass(frozen=True, slots=True)
class Deck:
    """A built Markdown deck: its page, the page's tree, and Marp's slides in it."""

    page: Page
    tree: Element
    slides: list[Element]

    @property
    def texts(self) -> list[str]:
        """The visible text of each slide."""
        return [slide.text for slide in self.slides]

    def section(self, number: int = 1) -> Element:
        """The section that holds what is on slide `number`."""
        sections = list(self.slides[number - 1].all("section"))
        content = [s for s in sections if s.attributes.get("data-marpit-advanced-background") in (None, "content")]
        return content[0]

    @property
    def metas(self) -> dict[str, str]:
        """The page's metadata."""
        found = {
            m.attributes.get("name") or m.attributes.get("property", ""): m.attributes for m in self.tree.all("meta")
        }
        return {name: attributes.get("content", "") for name, attributes in found.items()}


def slides_of(html: str) -> list[Element]:
    """The `<svg>` of each slide."""
    return [svg for svg in tree(html).all("svg") if "data-marpit-svg" in svg.attributes]


def built(folder: DeckFolder, deck: str | bytes, output: str, **options: Any) -> Deck:
    """A Markdown deck in one output; `a.png` and `b.png` stand beside it."""
    folder.write("a.png", PIXEL)
    folder.write("b.png", PIXEL)
    page = folder.build(deck, options.pop("name", "talk.md"), format=output, **options)
    root = tree(page.html)
    return Deck(page, root, [svg for svg in root.all("svg") if "data-marpit-svg" in svg.attributes])
