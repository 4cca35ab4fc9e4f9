"""marp-core as one script: it runs in V8 without a browser, and everyone whose code is in it is named."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from py_mini_racer import MiniRacer

from slidegen.v8 import initialize_v8
from web import VendorError, bundle, licenses, styles, vendor

ROOT = Path(__file__).resolve().parents[2]
VENDOR = ROOT / "src/slidegen/_vendor"
STAMP: dict[str, Any] = json.loads((VENDOR / "stamp.json").read_text(encoding="utf-8"))
RENDER = """
((markdown) => {
  const options = {emoji: {shortcode: true, unicode: false}, html: true, script: false, math: "katex"}
  return JSON.stringify(new Marp(options).use(katexPlugin({fontPath: false})).render(markdown))
})
"""


@pytest.fixture(scope="module", autouse=True)
def _initialized() -> None:
    """V8 is initialized once in a process, and other tests' engines run in it too."""
    initialize_v8()


@pytest.fixture(scope="module")
def v8() -> MiniRacer:
    """The engine with the bundle and KaTeX; marp-core expects a console, which only a browser or node has."""
    engine = MiniRacer()
    engine.eval("globalThis.console = {log() {}, warn() {}, error() {}}")
    engine.eval((VENDOR / bundle.SCRIPT).read_text(encoding="utf-8"))
    engine.eval((VENDOR / "katex/katex.min.js").read_text(encoding="utf-8"))
    return engine


def _render(v8: MiniRacer, markdown: str) -> dict[str, str]:
    rendered: dict[str, str] = json.loads(str(v8.eval(f"{RENDER}({json.dumps(markdown)})")))
    return rendered


def test_the_bundle_renders_in_v8(v8: MiniRacer) -> None:
    """Slides, directives, math, and a style that is scoped by PostCSS."""
    front = "---\ntheme: gaia\npaginate: true\n---\n\n"
    slides = "# x :smile:\n\n$x^2$\n\n---\n\n<style scoped>h2 { color: red }</style>\n\n## y"
    rendered = _render(v8, front + slides)
    html = rendered["html"]
    assert html.count("<section") == 2
    assert 'data-theme="gaia"' in html
    assert 'data-marpit-pagination="2"' in html
    assert "😄" in html
    assert '<annotation encoding="application/x-tex">x^2</annotation>' in html
    assert re.search(r"section\[data-marpit-scope-\w+\] :is\(h2, marp-h2\)\{color:red\}", rendered["css"])


@pytest.mark.parametrize("theme", ["default", "uncover", "gaia"])
def test_only_the_font_import_of_gaia_asks_the_network(v8: MiniRacer, theme: str) -> None:
    """What outputs have to strip, and nothing else."""
    rendered = _render(v8, f"---\ntheme: {theme}\n---\n\n# x 🚀\n\n$x^2$")
    found = set(re.findall(r"https?://[\w./-]+", rendered["html"] + rendered["css"])) - vendor.INERT_ADDRESSES
    assert found == ({"https://fonts.bunny.net/css"} if theme == "gaia" else set())


def test_the_browser_script_can_stand_in_a_page() -> None:
    """Inside `<script>`, without a source map to ask for."""
    text = (VENDOR / bundle.BROWSER_SCRIPT).read_text(encoding="utf-8")
    assert "sourceMappingURL" not in text
    assert not re.search(r"</script|<!--|^\s*(import|export)\b", text, re.IGNORECASE | re.MULTILINE)
    assert text.endswith("})();\n")


@pytest.mark.parametrize(
    "script", ["web/marp.js", "web/mathjax.js", "src/slidegen/scripts/marp.js", "src/slidegen/scripts/math.js"]
)
def test_the_scripts_are_part_of_the_stamp(tmp_path: Path, script: str) -> None:
    """A changed one makes the bundle and the packed styles anew."""
    for name in ("hatch_build.py", "web/marp.js", "web/mathjax.js", *styles.SCRIPTS):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    before = vendor.digest(tmp_path)
    (tmp_path / script).write_text("2")
    assert vendor.digest(tmp_path) != before


def test_prepared_styles_are_what_marp_core_makes() -> None:
    """Its three themes, read and packed: a deck without its own style gets the same from the package and from it."""
    engine = MiniRacer()
    try:
        engine.eval((VENDOR / bundle.SCRIPT).read_text(encoding="utf-8"))
        for script in styles.SCRIPTS:
            engine.eval((ROOT / script).read_text(encoding="utf-8"))
        engine.call("slidegenMarp", json.dumps({"head": "theme: gaia"}))
        fresh = json.loads(str(engine.eval("JSON.stringify([...packed])")))
        themes = json.loads(str(engine.eval("JSON.stringify([...new Marp({ math: false }).themeSet.themes()])")))
    finally:
        engine.close()
    text = (VENDOR / styles.FILE).read_text(encoding="ascii")
    prepared = json.loads(text.removeprefix("globalThis.preparedStyles = ").removesuffix(";\n"))
    assert len(fresh) == 2  # the deck that warms it up is of the default theme
    assert all(entry in prepared["styles"] for entry in fresh)
    assert len(prepared["styles"]) == 4  # the default theme by its name and without one
    assert prepared["themes"] == themes
    assert [theme["name"] for theme in themes] == ["default", "gaia", "uncover"]


def test_the_scripts_that_v8_reads_are_ascii() -> None:
    """With a single other character V8 keeps two bytes for each, and takes longer; what they mean stays the same."""
    assert (VENDOR / bundle.SCRIPT).read_bytes().isascii()
    assert (VENDOR / bundle.MATHJAX).read_bytes().isascii()
    assert (VENDOR / styles.FILE).read_bytes().isascii()
    assert bundle.escaped("/[é😀]/u") == r"/[\u00e9\ud83d\ude00]/u"
    engine = MiniRacer()
    try:
        assert engine.eval(bundle.escaped("/^[é😀]{2}$/u.test('é😀')")) is True
    finally:
        engine.close()


def test_everyone_in_the_scripts_has_a_licence() -> None:
    """As esbuild and the source maps told when they were made; with the version that npm installed."""
    bundled: dict[str, list[str]] = STAMP["bundled"]
    assert set(bundled) == {bundle.SCRIPT, bundle.MATHJAX, bundle.BIBTEX, bundle.BROWSER_SCRIPT}
    assert {"@marp-team/marp-core", "@marp-team/marpit", "emoji-regex", "postcss"} <= set(bundled[bundle.SCRIPT])
    assert bundled[bundle.BROWSER_SCRIPT] == ["@marp-team/marp-core", "@marp-team/marpit-svg-polyfill"]
    assert bundled[bundle.MATHJAX] == ["@marp-team/marp-core", "mathjax-full", "mhchemparser"]
    licenses.check_bundled(bundled)
    lock = json.loads((ROOT / "web/package-lock.json").read_text(encoding="utf-8"))["packages"]
    table = (VENDOR / "licenses.md").read_text(encoding="utf-8")
    for part in licenses.PARTS:
        if part.package in licenses.OF_PYTHON:
            continue
        entry = lock[f"node_modules/{part.package}"]
        assert f"| {part.name} | {entry['version']} | {part.license} | " in table
        # The pictures of twemoji, which nobody takes, have another licence than its code.
        if part.files.startswith("marp/") and part.name != "@twemoji/api":
            assert entry["license"] == part.license, part.name


@pytest.mark.parametrize(
    ("more", "fewer", "told"),
    [
        ({"left-pad"}, set(), "left-pad in marp/marp-core.js has no licence in web/licenses.py"),
        ({"xss/node_modules/x"}, set(), "xss/node_modules/x in marp/marp-core.js has no licence in web/licenses.py"),
        (set(), {"nanoid"}, "nanoid in web/licenses.py is no longer in marp/marp-core.js"),
    ],
)  # fmt: skip
def test_a_list_of_licences_that_is_not_what_is_bundled_stops_the_build(
    more: set[str], fewer: set[str], told: str
) -> None:
    """Nobody's code comes in unnamed with a new version, and nobody is named in vain."""
    changed = sorted({*STAMP["bundled"][bundle.SCRIPT], *more} - fewer)
    with pytest.raises(VendorError) as caught:
        licenses.check_bundled({bundle.SCRIPT: changed})
    assert str(caught.value) == f"slidegen: the list of licences is out of date: {told}"


def test_packages_are_told_by_metafile_and_source_maps(tmp_path: Path) -> None:
    """Nested versions by their path; what a package bundled itself by its map; what is not in the output not at all."""
    script = tmp_path / "node_modules/@a/b/lib/index.mjs"
    script.parent.mkdir(parents=True)
    sources = ["../src/index.ts", "../node_modules/@d/e/node_modules/@f/g/index.js"]
    script.with_name("index.mjs.map").write_text(json.dumps({"sources": sources}))
    sizes = {
        "marp.js": 9,
        "node_modules/@a/b/lib/index.mjs": 9,
        "node_modules/c/index.js": 9,
        "node_modules/c/node_modules/@x/y/index.js": 9,
        "node_modules/empty/index.js": 0,
        "(disabled):node_modules/off/index.js": 17,
        "(disabled):fs": 17,
    }
    inputs = {path: {"bytesInOutput": size} for path, size in sizes.items()}
    found = bundle.packages({"outputs": {"out.js": {"inputs": inputs}}}, tmp_path)
    assert found == {"@a/b", "@f/g", "c", "c/node_modules/@x/y"}


@pytest.mark.unix
@pytest.mark.parametrize(
    ("program", "told"),
    [
        (None, "npm brought no program for this platform"),
        ("#!/bin/sh\necho '✘ [ERROR] Could not resolve \"x\"' >&2\necho more >&2\nexit 1\n", 'Could not resolve "x"'),
        ("#!/bin/sh\nexit 3\n", "it ended with code 3"),
        ("#!/no/such/shell\n", "[Errno 2] No such file or directory: "),
    ],
)  # fmt: skip
def test_a_failing_esbuild_is_one_line(tmp_path: Path, program: str | None, told: str) -> None:
    """What went wrong, without a traceback."""
    path = tmp_path / "node_modules/@esbuild/any/bin/esbuild"
    path.parent.mkdir(parents=True)
    if program:
        path.write_text(program, encoding="utf-8")
        path.chmod(0o755)
    with pytest.raises(VendorError) as caught:
        bundle.write(ROOT / "web", tmp_path / "node_modules", tmp_path / "new")
    assert str(caught.value).startswith(f"slidegen: could not bundle scripts with esbuild: {told}")
    assert "\n" not in str(caught.value)
