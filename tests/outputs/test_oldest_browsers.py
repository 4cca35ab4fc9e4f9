"""The oldest browsers that the README names, from what pages need."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
NEEDED = {
    r"light-dark\(": (123, 120, 17.5),
    r"zoom: var\(": (1, 126, 3.1),
    r":dir\(": (120, 49, 16.4),
    r":has\(": (105, 121, 15.4),
    r"color-mix\(": (111, 113, 16.2),
    r"\.checkVisibility\(": (105, 106, 17.4),
    r"container-type": (105, 110, 16),
    r"and \(not \(": (104, 102, 16.4),
    r"\.inert|\binert\b": (102, 112, 15.5),
    r"\.showModal\(": (37, 98, 15.4),
    r"overflow: clip": (90, 81, 16),
    r"\.at\(-": (92, 90, 15.4),
    r"\?\?=": (85, 79, 14),
    r"inset-inline": (87, 63, 14.1),
}
"""What style sheets and scripts use, and the first Chrome, Firefox and Safari that have it (MDN, browser-compat-data).
What a page looks well without, such as `text-wrap`, is not here."""
NEWER = (
    *(r"@container\b.*style\(", r"field-sizing", r"\bsubgrid\b", r"@property\b", r"anchor-name", r"@starting-style"),
    *(r"Object\.groupBy", r"Promise\.withResolvers", r"\bRegExp\.escape", r"\.toSorted\("),
)
"""What newer browsers have, or what is not in the table."""


def used() -> str:
    """All style sheets and scripts of pages."""
    places = [ROOT / "themes", ROOT / "src" / "slidegen" / "outputs", ROOT / "src" / "slidegen" / "present"]
    paths = [path for place in places for end in ("css", "js") for path in sorted(place.rglob(f"*.{end}"))]
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


def test_the_readme_names_the_oldest_browsers() -> None:
    """They have all that pages need, and nothing in the table is no longer used."""
    text = used()
    assert [name for name in NEEDED if not re.search(name, text)] == []
    assert [name for name in NEWER if re.search(name, text)] == []
    chrome, firefox, safari = (max(versions) for versions in zip(*NEEDED.values(), strict=True))
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"Chrome or Edge {chrome}, Firefox {firefox} or Safari {safari}" in readme
