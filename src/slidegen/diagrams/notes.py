"""What a diagram asks for and does not get: it is told with its line, also when the drawing comes from the record."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from slidegen.diagrams.base import Note

Hints = tuple[tuple[re.Pattern[str], str], ...]

WEB: Final = r"https?://"
TAGS: Final = "a|b|big|code|del|div|em|font|h[1-6]|i|img|ins|kbd|li|mark|ol|p|pre|q|s|small|span|strong|sub|sup|u|ul"


def _hints(*pairs: tuple[str, str]) -> Hints:
    return tuple((re.compile(pattern, re.IGNORECASE), message) for pattern, message in pairs)


MERMAID: Final = _hints(
    (
        rf"^\s*(?:click\s+[\w.]+\s+(?=[\w\"])|callback\s+\w+\s+\")(?!.*{WEB}).*",
        '{found} leads nowhere: a slide runs no programs, and links to the web only; write click A "https://..."',
    ),
    (
        rf"^\s*(?:click|link)\s+\S+.*{WEB}[^\s\"]*\"\s+\"[^\"]*\"",
        "the tooltip in {found} is not shown; leave it out",
    ),
    (r"^\s*links?\s+[^\s:]+\s*:", "{found} makes a menu that opens, which a slide does not have; leave it out"),
    (
        r"\bfa[bklrs]?:fa-[\w-]+|^\s*::icon\([^)]*\)",
        "{found} is an icon that is not drawn; leave it out, or use an emoji",
    ),
    (r"@\{[^}]*\bicon:[^,}]*", "{found} is an icon that is not drawn; leave it out, or use an emoji"),
    (r"\$\$.+?\$\$", "formulas are not set in diagrams; write {found} with characters, as x² or α"),
    (
        rf"</?(?:{TAGS})(?:\s[^<>]*)?/?>",
        'tags in labels are shown as they are written; leave {found} out, or write "`**bold** *italic*`"',
    ),
    (r"\banimat(?:e:\s*true|ion:\s*\w+)", "edges do not move; leave {found} out"),
    (r"^\s*flowchart-elk", "{found} is not available: dagre places the nodes; write flowchart"),
)
GANTT: Final = _hints((r"^\s*click\b.*", "a plan has no links; leave {found} out"))
SETTINGS: Final = _hints(
    (r"\blayout:\s*(?!dagre)\w[\w.-]*", "{found} is not available: dagre places the nodes; leave it out"),
    (
        r"\btheme(?:Variables)?:\s*\w*",
        "a diagram has the colours of its slide's theme; leave {found} out, and colour a node by style or classDef",
    ),
    (
        r"\b(?:fontFamily|securityLevel|htmlLabels):\s*\w*",
        "{found} cannot be chosen in a diagram; leave it out",
    ),
)
"""What holds in the head of a Mermaid diagram and in its directives."""
GRAPHVIZ: Final = _hints(
    (r"\b(?:image|shapefile)\s*=\s*\"?[^\s\",;\]>]+\"?|<img\b", "a graph reads no files; leave {found} out"),
    (
        rf"\b(?:edge|head|label|tail)?(?:url|href)\s*=\s*\"?(?!\"?{WEB})[^\s\",;\]>]+\"?",
        '{found} leads nowhere: links lead to the web only; write URL="https://..."',
    ),
    (r"\b(?:edge|head|label|tail)?tooltip\s*=\s*\"?[^\s\",;\]>]+\"?", "tooltips are not shown; leave {found} out"),
    (
        r"\bfont(?:name|path)\s*=\s*(?:\"[^\"]*\"|[^\s,;\]]+)",
        "text has the typeface of the look; leave {found} out",
    ),
)


GRAPH: Final = re.compile(r"\b(?:di)?graph\b[\s\w]*\{", re.IGNORECASE)


def mermaid_notes(source: str) -> Iterator[Note]:
    """Yields what of a Mermaid diagram is not drawn, once for each kind."""
    rows = source.split("\n")
    settings = _settings(rows)
    hints = GANTT if any(re.match(r"\s*gantt\b", row) for row in rows) else MERMAID
    unquoted = [re.sub("[\"']", "", row) if at in settings else "" for at, row in enumerate(rows)]
    yield from _notes(unquoted, SETTINGS)
    yield from _notes(["" if at in settings or row.lstrip()[:2] == "%%" else row for at, row in enumerate(rows)], hints)


def graphviz_notes(source: str) -> Iterator[Note]:
    """Yields what of a graph is not drawn, once for each kind."""
    yield from _notes(["" if row.lstrip()[:2] in ("//", "# ") else row for row in source.split("\n")], GRAPHVIZ)
    graphs = list(GRAPH.finditer(re.sub(r'"(?:[^"\\]|\\.)*"', lambda text: "x" * len(text[0]), source)))
    if len(graphs) > 1:
        yield source.count("\n", 0, graphs[1].start()), "only the first graph is drawn; give each a fence of its own"


def _notes(rows: list[str], hints: Hints) -> Iterator[Note]:
    for pattern, message in hints:
        for at, row in enumerate(rows):
            if (found := pattern.search(row)) is not None:
                yield at, message.format(found=repr(found[0].strip()[:60]))
                break


def _settings(rows: list[str]) -> set[int]:
    """The rows of the head of a Mermaid diagram, and of its directives."""
    found: set[int] = set()
    first = next((at for at, row in enumerate(rows) if row.strip()), 0)
    if rows[first].strip() == "---":
        end = next((at for at in range(first + 1, len(rows)) if rows[at].strip() == "---"), first)
        found.update(range(first, end + 1))
    inside = False
    for at, row in enumerate(rows):
        inside = inside or "%%{" in row
        if inside:
            found.add(at)
        inside = inside and "}%%" not in row
    return found
