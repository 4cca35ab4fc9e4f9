"""Reads and packs Marp's own themes when the package is built: a tenth of a second that no deck has to wait for.

marp-core does it, run by the same V8 and the same script as when it renders a deck.
"""

from __future__ import annotations

import json
from pathlib import Path

from web import bundle

FILE = "marp/styles.js"
SCRIPT = "src/slidegen/scripts/marp.js"
THEMES = ("default", "gaia", "uncover")


def write(root: Path, target: Path) -> None:
    """Writes a script that sets `preparedStyles` into the folder `target`, where marp-core's bundle is already."""
    from py_mini_racer import MiniRacer

    engine = MiniRacer()
    try:
        engine.eval((target / bundle.SCRIPT).read_text(encoding="utf-8"))
        engine.eval((root / SCRIPT).read_text(encoding="utf-8"))
        for theme in THEMES:
            engine.call("slidegenMarp", json.dumps({"head": f"theme: {theme}"}))
        prepared = engine.eval("JSON.stringify({ themes: ownThemes(), styles: [...packed] })")
    finally:
        engine.close()
    (target / FILE).write_text(bundle.escaped(f"globalThis.preparedStyles = {prepared};\n"), encoding="ascii")
