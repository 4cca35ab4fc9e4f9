"""The settings of the whole deck: in a notebook's metadata, and in a raw cell of YAML at its top, as in Quarto."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from slidegen.bibliography import CITING_KEYS
from slidegen.errors import DeckError, Problem
from slidegen.model import Text
from slidegen.sources.notebook.format import Cell, Notebook
from slidegen.sources.reveal_themes import THEMES
from slidegen.sources.translation.deck import declared
from slidegen.sources.translation.words import verbatim
from slidegen.yaml_tree import YamlTree

FRONT_MATTER: Final = re.compile(r"\A\s*---[ \t]*\n(?P<head>.*?)\n?(?:---|\.\.\.)[ \t]*\n*\Z", re.DOTALL)
OWN: Final = "slidegen"
DECLARING: Final = ("vars", "tables", "figures")
KEYS: Final = (
    *(
        *DECLARING,
        "lang",
        "dir",
        "hyphenate",
        "description",
        "footer",
        "reveal",
        "size",
        "slide_number",
        "minutes",
        "appendix",
        "claims",
        *CITING_KEYS,
    ),
    *("incremental", "scheme", "check", "accent", "fonts", "logo", "brand"),
)
"""Keys of a front matter that are taken as they stand. Those of Quarto's own are not slidegen's business."""
TRANSITIONS: Final = frozenset({"none", "fade", "slide", "convex", "concave", "zoom"})
RISE: Final = {
    "backimage": "a slide of slidegen has a background of its own",
    "overlay": "a footer may take its place",
    "header": "a footer may take its place",
    "chalkboard": "no slide can be written on",
    "enable_chalkboard": "no slide can be written on",
}
"""What RISE puts on slides and slidegen does not."""


@dataclass(frozen=True, slots=True)
class Head:
    """The keys of the deck, those that the notebook declares in slidegen's own words, and the number of its cell with
    the front matter; `title` and `under` are those of the title slide that Quarto makes of one, `echo` whether code
    is shown if a cell does not set it."""

    options: Mapping[str, Any]
    declared: YamlTree
    cell: Cell | None = None
    title: str | None = None
    under: tuple[str, ...] = ()
    losses: tuple[Problem, ...] = ()
    echo: bool = True

    @property
    def templated(self) -> bool:
        """Whether the notebook declares values."""
        return any(key in (self.declared.value or {}) for key in DECLARING)


def read_head(notebook: Notebook, name: str) -> Head:
    """Returns the settings of the deck.

    Raises:
        DeckError: broken YAML in the cell at the top, or a key that no deck has.
    """
    metadata = notebook.metadata
    losses: list[Problem] = []
    options = {**_titled(metadata), **_rise(metadata, name, losses)}
    own = metadata.get(OWN)
    tree = YamlTree({})
    if own is not None and not isinstance(own, dict):
        raise DeckError(
            [Problem("the key 'slidegen' of the notebook's metadata is not a mapping", name, code="wrong-value")]
        )
    if isinstance(own, dict):
        tree = _plain_tree(own)
    cell, found, marked = _front_matter(notebook.cells, name)
    title: str | None = None
    under: tuple[str, ...] = ()
    echo = metadata.get("hide_input") is not True
    if cell is not None:
        given = found.value or {}
        twice = next((key for key in given if key in (tree.value or {})), None)
        if twice is not None:
            message = f"the key {twice!r} of 'slidegen' is also in the notebook's metadata"
            raise DeckError([Problem(message, name, found.line((twice,)), code="duplicate-key")])
        if not marked:
            title, under, rest = _of_quarto(given)
            echo = echo and _echo(given)
            options |= rest
            kept = {key: value for key, value in given.items() if key in KEYS}
        else:
            kept = dict(given)
        tree.value = {**(tree.value or {}), **kept}
        tree.lines |= found.lines
        tree.text_lines |= found.text_lines
    if "title" in options and not any(key in tree.value for key in DECLARING):
        options["title"] = verbatim(options["title"])
    return Head(options, tree, cell, title, under, tuple(losses), echo)


def _front_matter(cells: tuple[Cell, ...], name: str) -> tuple[Cell | None, YamlTree, bool]:
    """The raw cell that holds YAML, its content, and whether it is marked as slidegen's own."""
    for cell in cells:
        if cell.kind != "raw":
            continue
        found = FRONT_MATTER.match(cell.source)
        marked = OWN in cell.tags or OWN in cell.metadata or str(cell.metadata.get("format", "")) == OWN
        if marked or (found is not None and cell is next(one for one in cells if one.source.strip())):
            text = found["head"] if found is not None else cell.source
            first = cell.line + (cell.source.count("\n", 0, found.start("head")) if found is not None else 0)
            return cell, declared([Text(text, name, first)]), marked
    return None, YamlTree(), False


def _plain_tree(value: Mapping[str, Any]) -> YamlTree:
    """A mapping of JSON as a tree without lines."""
    return YamlTree(dict(value))


def _titled(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """The title and the authors in a notebook's metadata."""
    found: dict[str, Any] = {}
    if isinstance(title := metadata.get("title"), str) and title.strip():
        found["title"] = " ".join(title.split())
    if author := _authors(metadata.get("authors", metadata.get("author"))):
        found["author"] = author
    return found


def _authors(given: Any) -> str:
    """The names of authors, which stand in a notebook as texts or as mappings with a key "name"."""
    some = given if isinstance(given, list) else [given]
    names = [one.get("name") if isinstance(one, dict) else one for one in some]
    return ", ".join(" ".join(name.split()) for name in names if isinstance(name, str) and name.strip())


def _rise(metadata: Mapping[str, Any], name: str, losses: list[Problem]) -> dict[str, Any]:
    """What RISE's options are here."""
    found: dict[str, Any] = {}
    given: dict[str, Any] = {}
    for key in ("livereveal", "rise"):
        value = metadata.get(key)
        given |= value if isinstance(value, dict) else {}
    theme = given.get("theme")
    if isinstance(theme, str):
        if theme in THEMES:
            found["theme"] = THEMES[theme]
        else:
            losses.append(
                Problem(
                    f"RISE's theme {theme!r} is not a theme of reveal.js or slidegen; auto is used",
                    name,
                    code="not-applied",
                )
            )
    if given.get("transition") in TRANSITIONS:
        found["reveal"] = {"transition": given["transition"]}
    if isinstance(given.get("footer"), str) and given["footer"].strip():
        found["footer"] = verbatim(given["footer"])
    if given.get("slideNumber") is False:
        found["slide_number"] = False
    losses += (
        Problem(f"RISE's option {key!r} is left out: {why}", name, code="not-applied")
        for key, why in RISE.items()
        if given.get(key)
    )
    return found


def _echo(given: Mapping[str, Any]) -> bool:
    """Whether Quarto shows the code of a document with this front matter."""
    execute = given.get("execute")
    return given.get("echo") is not False and not (isinstance(execute, dict) and execute.get("echo") is False)


def _of_quarto(given: Mapping[str, Any]) -> tuple[str | None, tuple[str, ...], dict[str, Any]]:
    """The title of a front matter, what stands under it on the title slide, and the deck's options that it gives."""
    options: dict[str, Any] = {}
    title = given.get("title")
    title = " ".join(str(title).split()) if isinstance(title, (str, int, float)) and str(title).strip() else None
    author = _authors(given.get("author", given.get("authors")))
    under = [str(given[key]) for key in ("subtitle",) if given.get(key)]
    if title is not None:
        options["title"] = title
    if author:
        options["author"] = author
        under.append(author)
    if given.get("date") is not None:
        options["date"] = str(given["date"])
        under.append(str(given["date"]))
    if given.get("theme") in THEMES:
        options["theme"] = THEMES[given["theme"]]
    return title, tuple(under), options
