"""Style sheets, scripts and pages that a deck names: inside the file, or left out with a warning."""

from __future__ import annotations

import base64
import re

import pytest

from slidegen.outputs.assets_css import MAX_DEPTH, MAX_SHEETS
from tests.deck_folder import PIXEL_URI, WAYS, DeckFolder, Page

OUTPUTS = pytest.mark.parametrize("output", ["reveal", "marp"])
LEFT_OUT = "is left out: it is on the network; --fetch-remote inlines it"
FRAME = "is left out: it shows a page of the network, which a single file cannot hold; link to it instead"
FONT_URI = f"data:font/woff2;base64,{base64.b64encode(b'wOF2 a font').decode()}"
URL = "https://example.org/x.css"


def told(page: Page, folder: DeckFolder) -> list[str]:
    """What a build warned of, without the folder and the slide."""
    found = [str(warning).replace(f"{folder.path}/", "") for warning in page.built.warnings]
    return [re.sub(r"slide [\d.]+: ", "", one) for one in found]


def of_the_deck(html: str) -> str:
    """A page without slidegen's own scripts."""
    return re.sub(r"<script>.*?</script>", "", html, flags=re.DOTALL)


IMPORTS = {
    "style": (f"# a\n\n<style>\n@import url('{URL}');\np {{ color: red }}\n</style>\n", 4),
    "scoped style": (f"# a\n\n<style scoped>\np {{ color: red }}\n@import '{URL}' screen;\n</style>\n", 5),
    "front matter": (f"---\nmarp: true\nstyle: |\n  @import url({URL});\n  p {{ color: red }}\n---\n# a\n", 4),
    "second slide": (f'# a\n\n---\n\n<style>p {{ color: red }}\n@import/**/"{URL}";</style>\n', 6),
}


@OUTPUTS
@pytest.mark.parametrize(("deck", "line"), IMPORTS.values(), ids=IMPORTS.keys())
def test_an_import_of_the_network_is_left_out(folder: DeckFolder, deck: str, line: int, output: str) -> None:
    """With a warning at its line; the other rules stay."""
    page = folder.build(deck, "talk.md", format=output)
    assert told(page, folder) == [f"talk.md:{line}: @import of '{URL}' {LEFT_OUT}"]
    assert URL not in page.html
    assert "@import" not in of_the_deck(page.html)
    assert "color: red" in page.html


@OUTPUTS
def test_an_import_in_a_theme_is_told_where_it_stands(folder: DeckFolder, output: str) -> None:
    """In the file of the Marp theme, or of the folder of slidegen's own."""
    folder.write("mine.css", f"/* @theme mine */\n\n@import url('{URL}');\nsection {{ color: red }}\n")
    page = folder.build("---\ntheme: mine\n---\n# a\n", "talk.md", format=output)
    assert told(page, folder) == [f"mine.css:3: @import of '{URL}' {LEFT_OUT}"]
    folder.write("own/theme.yml", "scheme: light\n")
    folder.write("own/reveal.css", f"\n@import '{URL}';\n.x {{ color: red }}\n")
    page = folder.slide("a", "theme: own\n")
    assert told(page, folder) == [f"own/reveal.css:2: @import of '{URL}' {LEFT_OUT}"]


@OUTPUTS
@pytest.mark.parametrize(
    ("html", "message"),
    [
        (f'<link rel="stylesheet" href="{URL}">', f"<link> of '{URL}' {LEFT_OUT}"),
        ('<iframe src="https://example.org/"></iframe>', f"<iframe> of 'https://example.org/' {FRAME}"),
        ('<iframe data-src="//example.org/"></iframe>', f"<iframe> of '//example.org/' {FRAME}"),
        ('<script src="//example.org/a.js"></script>', f"<script> of '//example.org/a.js' {LEFT_OUT}"),
    ],
)
def test_what_an_element_loads_from_the_network_is_left_out(
    folder: DeckFolder, html: str, message: str, output: str
) -> None:
    """With a warning at its line, in either dialect."""
    markdown = f"# a\n\n<div>\n{html}\n</div>\n\nb\n"
    scripts = "script" in html
    page = folder.build(markdown, "talk.md", format=output, allow_scripts=scripts)
    assert told(page, folder) == [f"talk.md:4: {message}"]
    yaml = folder.slide(markdown, format=output, allow_scripts=scripts)
    assert told(yaml, folder) == [f"talk.yml:6: {message}"]
    for built in (page, yaml):
        assert "example.org" not in built.html


@OUTPUTS
@pytest.mark.parametrize(
    "style", ["<style>@import url(URL);</style>", '<link rel="stylesheet" href="URL">'], ids=["import", "link"]
)
def test_a_sheet_of_the_network_is_fetched(
    folder: DeckFolder, server: tuple[str, list[str]], style: str, output: str
) -> None:
    """With what it imports and the files it names, relative to where it was found; a cycle is passed over."""
    url, asked = server
    deck = f"# a\n\n<div>\n{style.replace('URL', f'{url}/moved.css')}\n</div>\n"
    page = folder.build(deck, "talk.md", remote="fetch-private", format=output)
    assert told(page, folder) == []
    assert FONT_URI in page.html
    assert re.search(r"@media screen\s*\{\s*\.b \{ background: url\(\"" + re.escape(PIXEL_URI), page.html)
    assert asked == ["/moved.css", "/css/a.css", "/css/b.css", "/a.png", "/css/f.woff2"]
    assert url not in page.html


def test_only_public_addresses_are_asked_also_by_a_sheet(folder: DeckFolder, server: tuple[str, list[str]]) -> None:
    """Without `--fetch-private`; and a sheet of the network reads no file of this machine."""
    url, asked = server
    (message,) = folder.slide_problems(f"<style>@import url({url}/css/a.css);</style>", remote="fetch")
    assert message == (
        f"talk.yml:3: slide 1: @import: '{url}/css/a.css' could not be fetched: "
        "127.0.0.1 is not a public address; --fetch-private allows it"
    )
    assert asked == []
    (message,) = folder.slide_problems(f"<style>@import url({url}/css/inside.css);</style>", remote="fetch-private")
    assert message == (
        f"{url}/css/inside.css:1: slide 1: only files of the deck's folder can be inlined, not 'file:///etc/hostname'"
    )


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/a.png", "talk.yml:3: slide 1: @import: 'URL/a.png' is image/png, not a style sheet"),
        ("/css/gone.css", "URL/css/gone.css:2: slide 1: @import: 'URL/css/no.css' could not be fetched: the server "
         "answered 404 Not Found"),
    ],
)  # fmt: skip
def test_a_sheet_that_cannot_be_fetched_is_told(
    folder: DeckFolder, server: tuple[str, list[str]], path: str, message: str
) -> None:
    """Where it is named."""
    url, _ = server
    style = f"<style>@import url({url}{path});</style>"
    assert folder.slide_problems(style, remote="fetch-private") == [message.replace("URL", url)]


def test_a_script_needs_both_options(folder: DeckFolder, server: tuple[str, list[str]]) -> None:
    """Then it stands in the page, and its text does not end it; one in a file of the deck needs leave to run."""
    url, asked = server
    html = f'<script src="{url}/a.js" defer integrity="x" id="s"></script>'
    page = folder.slide(html, remote="fetch-private")
    assert told(page, folder) == ["talk.yml:3: <script> is left out with its text; --allow-scripts keeps it"]
    assert asked == []
    page = folder.slide(html, remote="fetch-private", allow_scripts=True)
    assert "<script id=\"s\">\ndocument.title = '<\\/script>';\n</script>" in page.html
    folder.write("b.js", "let b = 1 < 2;")
    page = folder.slide('<script src="b.js"></script>', allow_scripts=True)
    assert "<script>\nlet b = 1 < 2;\n</script>" in page.html
    assert folder.slide('<script src="b.js"></script>').built.warnings != ()


@OUTPUTS
def test_sheets_of_the_deck_are_inlined(folder: DeckFolder, output: str) -> None:
    """From its folder, with the files that they name relative to themselves, and under their conditions."""
    folder.write(
        "css/a.css", "@import url(more/b.css) layer(base) supports(display: grid) print;\n.a { color: #010203 }"
    )
    folder.write("css/more/b.css", ".b { background: url('../c.png') ")
    folder.write("css/c.png", base64.b64decode(PIXEL_URI.partition(",")[2]))
    for html in ('<link rel="stylesheet" media="print" href="css/a.css">', "<style>@import 'css/a.css';</style>"):
        page = folder.build(f"# a\n\n<div>\n{html}\n</div>\n", "talk.md", format=output)
        flat = re.sub(r"\s+", "", page.html)
        b = f'.b{{background:url("{PIXEL_URI}")}}'
        assert f"@layerbase{{@supports(display:grid){{@mediaprint{{{b}}}}}}};" not in flat
        assert f"@layerbase{{@supports(display:grid){{@mediaprint{{{b}}}}}}}.a{{color:#010203}}" in flat
        assert ('<style media="print">' in page.html) == html.startswith("<link")


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("../a.css", f"'../a.css' is outside the deck's folder; copy the file into it{WAYS}"),
        ("no.css", "no file 'no.css' in the deck's folder"),
        ("notes.txt", "'notes.txt' is not a style sheet"),
        ("file:///a.css", "only files of the deck's folder can be inlined, not 'file:///a.css'"),
    ],
)
def test_a_local_sheet_that_cannot_be_read_is_a_mistake(folder: DeckFolder, url: str, message: str) -> None:
    """As a picture is; so is what it names itself."""
    folder.write("notes.txt", "p {}")
    folder.write("css/a.css", "\n@import '../../a.css';\np { background: url(no.png) }")
    assert folder.slide_problems(f"a\n\n<style>@import '{url}';</style>") == [
        f"talk.yml:5: slide 1: @import: {message}"
    ]
    assert folder.slide_problems(f'<div>\n<link rel="stylesheet" href="{url}">\n</div>') == [
        f"talk.yml:4: slide 1: <link>: {message}"
    ]
    assert folder.slide_problems('<div><link rel="stylesheet" href="css/a.css"></div>') == [
        f"css/a.css:2: slide 1: @import: 'css/../../a.css' is outside the deck's folder; copy the file into it{WAYS}",
        "css/a.css:3: slide 1: no file 'css/no.png' in the deck's folder",
    ]


def test_sheets_that_import_each_other_have_limits(folder: DeckFolder) -> None:
    """How deep they go, and how many there are."""
    for number in range(MAX_DEPTH + 2):
        folder.write(f"{number}.css", f"@import '{number + 1}.css';")
    (message,) = folder.slide_problems("<style>@import '0.css';</style>")
    limit = f"a deck loads at most {MAX_SHEETS} style sheets of 20 MB, {MAX_DEPTH} inside each other"
    assert message == f"9.css:1: slide 1: @import: {limit}"
    folder.write("a.css", "p {}")
    many = "@import 'a.css';" * (MAX_SHEETS + 1)
    messages = folder.slide_problems(f"<style>{many}</style>")
    assert messages == [f"talk.yml:3: slide 1: @import: {limit}"]
