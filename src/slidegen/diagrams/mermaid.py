"""Mermaid: the real one, run in V8 on the DOM that the package mermaidx brings. No browser, no request, no file."""

from __future__ import annotations

import json
import re
import time
from concurrent.futures import Future
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from xml.etree import ElementTree as ET

from slidegen.diagrams.base import EXTRA, SVG, DiagramError, DiagramKind
from slidegen.diagrams.mermaid_parts import parts, rows
from slidegen.diagrams.mermaid_settings import MAX_SOURCE, SMALLER, settings
from slidegen.diagrams.notes import mermaid_notes
from slidegen.diagrams.palette import MEANINGS
from slidegen.diagrams.styling import plain_name, recorded
from slidegen.errors import MissingExtraError
from slidegen.figures.type import text_width
from slidegen.v8 import EngineError, call, own_script, script_engine

if TYPE_CHECKING:
    from py_mini_racer import MiniRacer

PACKAGE: Final = "mermaidx"
ASSETS: Final = ("path_bbox.js", "dom_shim.js", "mermaid.js")
EXPORTED: Final = "__esbuild_esm_mermaid_nm.mermaid"
SECONDS: Final = 20.0
"""How long one diagram may take; usual ones take a tenth of a second."""
SLACK: Final = 1.06
"""How much wider than in Source Sans 3 text is in the widest typeface of the looks."""
SETTINGS: Final = 3

TINT: Final = re.compile(r"color-mix\(in srgb, (var\(--chart-\d\)) \d+%, [^)]*\)\)")
HEAD: Final = re.compile(r"\A\s*---[ \t]*\n.*?\n[ \t]*---[ \t]*(?:\n|\Z)", re.DOTALL)
DIRECTIVE: Final = re.compile(r"%%\{.*?\}%%", re.DOTALL)
COMMENT: Final = re.compile(r"\s*%%(?!\{)")
MARK: Final = re.compile(r"translate\(([\d.]+),\s*0(?:\.0*)?\)")
LINE: Final = re.compile(r"(?:on |at )?line:? (\d+)", re.IGNORECASE)
ADVICE: Final = re.compile(r"\s*(?:Expecting .*|-*\^)\Z", re.DOTALL)


def _folder() -> Path | None:
    """The folder with the scripts of mermaidx, which is not imported: its own engines are not used."""
    from importlib.util import find_spec

    spec = find_spec(PACKAGE)
    places = () if spec is None else spec.submodule_search_locations or ()
    return next((Path(place) / "assets" for place in places), None)


def version() -> tuple[str, str] | None:
    """Returns the name and the version of the installed package; None if there is none."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return PACKAGE, version(PACKAGE)
    except PackageNotFoundError:
        return None


@cache
def _engine() -> Future[MiniRacer]:
    from slidegen.figures.type import SEMIBOLD, advances

    folder = _folder()
    if folder is None:
        raise MissingExtraError("a mermaid diagram", EXTRA)
    try:
        shim, *rest = ((folder / name).read_text(encoding="utf-8") for name in ASSETS)
    except OSError:
        raise MissingExtraError("a mermaid diagram", EXTRA) from None  # another version, which has other files
    widths = f"const slidegenWidths = {json.dumps(advances())}, slidegenSlack = {SLACK}, slidegenBold = {SEMIBOLD};"
    named = f"globalThis.mermaid = globalThis.{EXPORTED}.default || globalThis.{EXPORTED};"
    return script_engine([widths, own_script("mermaid.js"), shim, *rest, own_script("selectors.js"), named])


def draw(source: str) -> str:
    """Draws a diagram. Raises DiagramError, MissingExtraError."""
    if len(source) > MAX_SOURCE:
        raise DiagramError(f"{len(source):,} characters are too many; at most {MAX_SOURCE:,}", code="limit")
    state, result, place = _answer(source)
    if state == "error":
        raise _mistake(source, str(result), place)
    kind = str(place)
    return recorded(str(result), kind, parts, lambda element: _adjust(element, kind))


def _adjust(element: ET.Element, kind: str) -> None:
    """Mends what Mermaid's settings cannot: pale words, words beside their shape, pale curves, what is seen through."""
    name = plain_name(element)
    fill = element.get("fill", "")
    if name in ("text", "tspan") and fill.startswith("color-mix"):
        element.set("fill", MEANINGS["ink"])
    if name == "rect" and fill == MEANINGS["page"]:
        element.attrib.pop("opacity", None)
    if kind == "mindmap" and name == "g" and re.match(r"translate\(0(?:\.0+)?[, ]", element.get("transform", "")):
        for text in element.iter(f"{{{SVG}}}text"):
            text.set("text-anchor", "middle")
    if kind == "gantt" and name == "g":
        _thin_out(element)
    if kind == "sankey" and name == "text":
        element.set("fill", MEANINGS["ink"])
    if kind == "radar":
        for key in ("fill", "stroke"):
            if (share := TINT.fullmatch(element.get(key, ""))) is not None:
                element.set(key, share[1])
                element.set("fill-opacity", "0.25")


def _thin_out(axis: ET.Element) -> None:
    """Removes the words of the marks of time that would stand on those before them, or say the same."""
    end, last = float("-inf"), ""
    for mark in axis.findall(f"{{{SVG}}}g"):
        place = MARK.match(mark.get("transform", ""))
        text = mark.find(f"{{{SVG}}}text")
        if place is None or text is None:
            continue
        words = "".join(text.itertext())
        middle, half = float(place[1]), text_width(words, SMALLER) * SLACK / 2
        if words == last or middle - half < end + SMALLER / 2:
            mark.remove(text)
        else:
            end, last = middle + half, words


def _answer(source: str) -> tuple[str, str, Any]:
    engine = _engine()
    end = time.monotonic() + SECONDS
    try:
        call(engine, "slidegenBegin", source, settings(), seconds=SECONDS)
        while (left := end - time.monotonic()) > 0:
            answer = call(engine, "slidegenStep", seconds=left)
            if answer is not None:
                state, result, place = answer
                return state, result, place
    except EngineError:
        _engine.cache_clear()
    raise DiagramError(f"it takes longer than {SECONDS:g} s; make it smaller", code="limit")


def _mistake(source: str, message: str, place: Any) -> DiagramError:
    """The mistake in Mermaid's message, with its row."""
    found = LINE.search(message)
    number = int(found[1]) if found else int(place) if isinstance(place, int | float) else None
    rows = message.strip().split("\n")
    what = rows[0]
    if message.startswith("Parse error on line"):
        shown = next((row.strip() for row in rows[1:2]), "")
        expected = next((row for row in rows if row.startswith("Expecting")), "")
        got = re.search(r"got '([^']*)'", expected)
        what = f"cannot be read near {shown!r}" + (f" ({_token(got[1])} is not expected there)" if got else "")
    elif message.startswith("Lexical error on line"):
        what = f"cannot be read near {rows[1].strip()!r}" if len(rows) > 1 else "cannot be read"
    elif "No diagram type detected" in message:
        first = next((row.strip() for row in source.split("\n") if row.strip()), "")
        if first == "zenuml":
            return DiagramError("zenuml is not available; write it as a sequenceDiagram", 0)
        return DiagramError(
            f"begins with {first[:40]!r}; it begins with its kind, as in flowchart LR or sequenceDiagram", 0
        )
    elif message == "Image is not defined":
        what = "a node with img loads a picture, which a diagram may not; leave img out"
    what = re.sub(r"\s+", " ", what).strip().rstrip(".")
    return DiagramError(what[:200], None if number is None else _row(source, number))


def _token(name: str) -> str:
    """What the parser calls a piece of the source, in words."""
    return {"EOF": "the end", "1": "the end", "NEWLINE": "the end of the line"}.get(name, name)


def _row(source: str, number: int) -> int:
    """The row (from 0) of a line (from 1) that Mermaid counts: without its head, directives, comments and the empty
    lines before all others."""
    rows = list(enumerate(source.split("\n")))
    if (head := HEAD.match(source)) is not None:
        rows = rows[head[0].count("\n") :]
    inside = False
    kept: list[int] = []
    for index, row in rows:
        if COMMENT.match(row):
            continue
        if "%%{" in row:
            inside = True
        rest = DIRECTIVE.sub("", row)
        if inside and not rest.strip():
            inside = "}%%" not in row
            continue
        inside = inside and "}%%" not in row
        if kept or rest.strip():
            kept.append(index)
    return kept[min(max(number, 1), len(kept)) - 1] if kept else 0


MERMAID: Final = DiagramKind("mermaid", SETTINGS, version, draw, rows, mermaid_notes)
