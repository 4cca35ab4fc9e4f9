"""A deck's programs are left out, and told; so is what goes somewhere by itself. The page's policy says the same."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest

from slidegen.render.sanitize import needs_sanitizing
from tests.deck_folder import DeckFolder

SCRIPTS = "; --allow-scripts keeps it"
OUTPUTS = ("reveal", "marp")

LEFT_OUT = {
    "script": ("<script>alert(1)</script>", "<script> is left out with its text" + SCRIPTS),
    "script of a file": ('<script src="a.js"></script>', "<script> is left out with its text" + SCRIPTS),
    "script in capitals": ("<SCRIPT\ntype=module SRC=a.js></SCRIPT>", "<script> is left out with its text" + SCRIPTS),
    "script in a drawing": ("<svg><script>alert(1)</script></svg>", "<script> is left out with its text" + SCRIPTS),
    "data for scripts": ('<script type="speculationrules">{}</script>', "<script> is left out with its text" + SCRIPTS),
    "handler": ('<b onclick="alert(1)">b</b>', "the handler onclick is left out" + SCRIPTS),
    "handler of a picture": ("<img src=x.gif onerror=alert(1)>", "the handler onerror is left out" + SCRIPTS),
    "handler after a slash": ("<svg/onload=alert(1)></svg>", "the handler onload is left out" + SCRIPTS),
    "handler in capitals": ("<details open ONTOGGLE=alert(1)></details>", "the handler ontoggle is left out" + SCRIPTS),
    "handler of the future": ("<b onnothingyet=alert(1)>b</b>", "the handler onnothingyet is left out" + SCRIPTS),
    "address": ('<a href="javascript:alert(1)">a</a>', "href is left out: it runs a program" + SCRIPTS),
    "hidden address": ('<a href=" jav&#x09;ascript:alert(1)">a</a>', "href is left out: it runs a program" + SCRIPTS),
    "address in a drawing": (
        '<svg><a xlink:href="javascript:alert(1)"><text>a</text></a></svg>',
        "xlink:href is left out: it runs a program" + SCRIPTS,
    ),
    "page in an address": ('<a href="data:text/html,x">a</a>', "href is left out: it runs a program" + SCRIPTS),
    "animated address": (
        '<svg><a><animate attributeName="x" values="a;javascript:alert(1)"/></a></svg>',
        "values is left out: it runs a program" + SCRIPTS,
    ),
    "form": (
        '<button formaction="javascript:alert(1)">a</button>',
        "formaction is left out: it runs a program" + SCRIPTS,
    ),
    "base": ('<base href="http://x/">', "<base> is left out: it would redirect every link of the deck"),
    "refresh": (
        '<meta http-equiv="refresh" content="0;url=http://x/">',
        "<meta> is left out: it belongs in the head of the page",
    ),
    "prefetch": (
        '<link rel="prefetch" href="http://x/">',
        "<link> is left out: it loads a file; write the rules in <style>",
    ),
    "ping": ('<a href="http://x" ping="http://y/">a</a>', "ping is left out: it tells a server about a click"),
    "template": ('<template><img src="http://x/"></template>', "<template> is left out: a browser shows nothing of it"),
    "noscript": (
        '<noscript><p title="</noscript><img src=x onerror=alert(1)>">a</p></noscript>',
        "<noscript> is left out: a browser shows it only without scripts, and slides need them",
    ),
    "page in a slide": ("<frameset></frameset>", "<frameset> is left out: a slide is a part of a page"),
}  # fmt: skip


@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize(("html", "message"), LEFT_OUT.values(), ids=LEFT_OUT.keys())
def test_what_is_not_harmless_is_left_out_and_told(folder: DeckFolder, html: str, message: str, output: str) -> None:
    """With its line, in a deck of either dialect."""
    folder.write("x.gif", b"GIF89a")
    markdown = f"# a\n\n<div>\n{html}\n</div>\n\nb\n"
    page = folder.build(markdown, "talk.md", format=output)
    assert [str(problem).replace(f"{folder.path}/", "") for problem in page.built.warnings] == [f"talk.md:4: {message}"]
    yaml = folder.slide(markdown, format=output)
    assert [str(problem).replace(f"{folder.path}/", "") for problem in yaml.built.warnings] == [
        f"talk.yml:6: {message}"
    ]
    for built in (page.html, yaml.html):
        assert "alert(1)" not in built
        assert "http://x/" not in built
        assert "http://y/" not in built
        assert re.search(r"<p>b</p>", built)


def test_attributes_in_braces_are_held_to_the_same(folder: DeckFolder) -> None:
    """They become HTML, too."""
    page = folder.slide('a\n\n# b {onclick="alert(1)"}\n')
    assert [problem.message for problem in page.built.warnings] == ["the handler onclick is left out" + SCRIPTS]
    assert [problem.line for problem in page.built.warnings] == [5]
    assert page.body == "<p>a</p>\n<h1>b</h1>"


@pytest.mark.parametrize("output", OUTPUTS)
def test_scripts_are_kept_for_who_allows_them(folder: DeckFolder, output: str) -> None:
    """A deck of one's own: its policy lets every script run that is in the page."""
    html = '<div><script>let a = "<b>";</script><b onclick="x()">b</b></div>'
    page = folder.slide(html, format=output, allow_scripts=True)
    assert page.built.warnings == ()
    assert '<script>let a = "<b>";</script><b onclick="x()">b</b>' in page.html
    assert "script-src 'unsafe-inline';" in page.html


@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("name", ["talk.yml", "talk.md"])
def test_the_policy_names_every_script_of_the_page(folder: DeckFolder, output: str, name: str) -> None:
    """By its hash, and no other: an inline handler, or a script that came in some other way, does not run."""
    deck = "slides:\n- a\n" if name == "talk.yml" else "# a\n"
    html = folder.build(deck, name, format=output).html
    policy = re.search(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', html)
    assert policy is not None
    assert "'unsafe-inline'" not in policy[1].partition("script-src")[2].partition(";")[0]
    scripts = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    assert len(scripts) >= 2
    for script in scripts:
        assert base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() in policy[1]


def test_style_is_kept(folder: DeckFolder) -> None:
    """It runs nothing."""
    page = folder.slide("<style>p > b { color: red }</style>\n\n**a**")
    assert "<style>p > b { color: red }</style>" in page.body
    assert page.built.warnings == ()


@pytest.mark.parametrize(
    "html",
    [
        '<p>typing a description, mapping = shopping</p><a href="https://x/script">a</a>',
        '<math><mstyle scriptlevel="0"></mstyle></math>',
        '<img src="data:image/png;base64,AA==">',
    ],
)
def test_a_slide_that_is_harmless_by_its_text_is_not_read_as_a_tree(html: str) -> None:
    """Words are no attributes."""
    assert not needs_sanitizing(html)


@pytest.mark.parametrize(
    "html",
    [
        *('<b onclick="a">', '<b on-x="">', '<a ping="x">', "<script>", "<LINK>", '<a href="java\tscript:a">'),
        *('<a href="&#106;avascript:a">', "<a href=javascript:a>", '<a href="data:text/html,x">'),
        '<animate values="a;javascript:x">',
    ],
)
def test_a_slide_that_may_harm_is_read_as_a_tree(html: str) -> None:
    """However it is written."""
    assert needs_sanitizing(html)


def test_attributes_without_braces_are_held_to_the_same(folder: DeckFolder) -> None:
    """Those of a container."""
    page = folder.slide(':::: columns\n::: column onclick="alert(1)"\na\n:::\n::::\n')
    assert [problem.message for problem in page.built.warnings] == ["the handler onclick is left out" + SCRIPTS]
    assert "alert" not in page.body
