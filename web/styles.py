"""Reads and packs Marp's own themes when the package is built: a tenth of a second that no deck has to wait for.

marp-core does it, run by the same V8 and the same scripts as when it renders a deck. MathJax's style is kept, too.
"""

from __future__ import annotations

import json
from pathlib import Path

from web import bundle

FILE = "marp/styles.js"
MATHJAX = "marp/mathjax.css"
SCRIPTS = ("src/slidegen/scripts/math.js", "src/slidegen/scripts/marp.js")
THEMES = ("default", "gaia", "uncover")


def write(root: Path, target: Path) -> None:
    """Writes a script that sets `preparedStyles`, and MathJax's style, into `target`, where the bundles are already."""
    from py_mini_racer import MiniRacer

    engine = MiniRacer()
    try:
        engine.eval((target / bundle.SCRIPT).read_text(encoding="utf-8"))
        for script in SCRIPTS:
            engine.eval((root / script).read_text(encoding="utf-8"))
        for theme in THEMES:
            engine.call("slidegenMarp", json.dumps({"head": f"theme: {theme}"}))
        prepared = engine.eval("JSON.stringify({ themes: ownThemes(), styles: [...packed] })")
        engine.eval((target / bundle.MATHJAX).read_text(encoding="utf-8"))
        mathjax = str(engine.eval("mathjaxStyle()"))
    finally:
        engine.close()
    (target / MATHJAX).write_text(mathjax, encoding="utf-8")
    (target / FILE).write_text(bundle.escaped(f"globalThis.preparedStyles = {prepared};\n"), encoding="ascii")
