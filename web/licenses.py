"""The list of the third-party files in `_vendor`, with the whole text of each licence beside it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Part:
    """Files that came from elsewhere under one licence."""

    name: str
    package: str  # in node_modules
    license: str  # SPDX
    files: str
    text: str = ""  # path of the licence in node_modules; the package's own LICENSE if empty
    note: str = ""


_OFL = "@fontsource-variable/jetbrains-mono/LICENSE"
_BUNDLED = "bundled into it by reveal.js; the version is the newest that it allows"
_RENAMED = "cut into chunks and renamed inside"
PARTS = (
    Part("reveal.js", "reveal.js", "MIT", "reveal/*"),
    Part("fitty", "fitty", "MIT", "reveal/reveal.js", note=_BUNDLED),
    Part("marked", "marked", "MIT", "reveal/notes.js", "marked/LICENSE.md", _BUNDLED),
    Part("KaTeX", "katex", "MIT", "katex/katex.min.js, katex/katex.min.css"),
    Part("KaTeX fonts", "katex", "OFL-1.1", "katex/fonts/*"),
    Part("Source Sans 3", "source-sans", "OFL-1.1",
         "fonts/source-sans-3-*, fonts/slidegen-symbols-normal-scripts.woff2", "source-sans/LICENSE.md",
         f"{_RENAMED} to Slidegen Sans and Slidegen Symbols, as the name Source is reserved"),
    Part("JetBrains Mono", "@fontsource-variable/jetbrains-mono", "OFL-1.1", "fonts/jetbrains-mono-*",
         note="cut into chunks, without ligatures"),
    Part("JetBrains Mono (symbols)", "jetbrains-mono", "OFL-1.1", "fonts/jetbrains-mono-*-symbols.woff2", _OFL,
         "cut into chunks"),
    Part("Noto Sans Math", "@fontsource/noto-sans-math", "OFL-1.1", "fonts/slidegen-symbols-*",
         note=f"{_RENAMED} to Slidegen Symbols"),
    Part("Noto Sans Symbols 2", "@fontsource/noto-sans-symbols-2", "OFL-1.1", "fonts/slidegen-symbols-*-2.woff2",
         note=f"{_RENAMED} to Slidegen Symbols"),
    Part("Noto Emoji", "@fontsource/noto-emoji", "OFL-1.1", "fonts/noto-emoji-*", note="cut into chunks"),
)  # fmt: skip

_HEAD = """# Third-party files

What the slidegen wheel holds in `slidegen/_vendor` that others wrote. The whole text of each licence is in
`slidegen/_vendor/LICENSES`.

| part | version | licence | files | text | note |
|---|---|---|---|---|---|
"""


def write(node_modules: Path, vendor: Path) -> dict[str, str]:
    """Writes `licenses.md` and `LICENSES/`; returns the version of each npm package that was copied from."""
    folder = vendor / "LICENSES"
    folder.mkdir()
    rows, versions = [], {}
    for part in PARTS:
        version = json.loads((node_modules / part.package / "package.json").read_text(encoding="utf-8"))["version"]
        if part.note != _BUNDLED:
            versions[part.package] = version
        name = part.name.replace(" ", "-").replace("(", "").replace(")", "") + ".txt"
        (folder / name).write_text(_text(part, node_modules), encoding="utf-8")
        files = ", ".join(f"`{pattern}`" for pattern in part.files.split(", "))
        cells = (part.name, version, part.license, files, name, part.note)
        rows.append("| " + " | ".join(cells) + " |\n")
    (vendor / "licenses.md").write_text(_HEAD + "".join(rows), encoding="utf-8")
    return dict(sorted(versions.items()))


def _text(part: Part, node_modules: Path) -> str:
    if part.name == "KaTeX fonts":  # the package holds only the MIT text; the fonts name their licence inside
        return _katex_font_notice(node_modules) + _ofl_body(node_modules)
    path = part.text or f"{part.package}/LICENSE"
    return (node_modules / path).read_text(encoding="utf-8").strip() + "\n"


def _katex_font_notice(node_modules: Path) -> str:
    from fontTools.ttLib import TTFont

    notices = set()
    for path in sorted((node_modules / "katex/dist/fonts").glob("*.woff2")):
        with TTFont(path) as font:
            notices.add(str(font["name"].getDebugName(13)).strip())
    return "\n\n".join(sorted(notices)) + "\n\n"


def _ofl_body(node_modules: Path) -> str:
    text = (node_modules / _OFL).read_text(encoding="utf-8")
    return text[text.index("-----") :].strip() + "\n"
