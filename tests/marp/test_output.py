"""The files that a Markdown deck becomes: alone, repeatable, with its notes, and styled only where it says so."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from slidegen.errors import DeckError
from slidegen.pipeline import BuildOptions, build
from tests.deck_folder import PIXEL_URI, DeckFolder, without_transcript
from tests.marp.dom import OUTPUTS, Deck, built

EACH_OUTPUT = pytest.mark.parametrize("output", OUTPUTS)
ROOT = Path(__file__).parents[2]
LOADS = re.compile(
    r"""url\(\s*["']?+(?!data:|#|\))|@import|\s(?:src|srcset|poster|data)=["']?+(?!data:)""", re.IGNORECASE
)

MADE = "# Made by slidegen from talk.md; the next build overwrites it."

DECK = """\
---
marp: true
theme: gaia
header: '![](a.png)'
footer: a **footer**
paginate: true
title: A deck
---

# One :rocket: 🚀

* a
* b

<!-- Notes & <b>more</b> -->

---

<!-- _backgroundImage: url(a.png) -->
<style scoped>h2 { color: rgb(1, 2, 3) }</style>

## Two

$x^2$

---

![bg left](a.png)
![bg](b.png)

## Three

```python
print("x")
```
"""


def loads(html: str) -> list[str]:
    """What a page would load, its scripts and text left out."""
    html = unescape(re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL))
    return [html[match.start() : match.start() + 80] for match in LOADS.finditer(html)]


@EACH_OUTPUT
def test_the_same_deck_gives_the_same_bytes(folder: DeckFolder, output: str) -> None:
    """Also with ids that marp-core makes by chance, and after another deck."""
    first = built(folder, DECK, output)
    built(folder, "<style scoped>p { color: red }</style>\n\na\n", output, name="other.md")
    assert built(folder, DECK, output).page.html == first.page.html


def test_the_markdown_is_the_same_whatever_the_folder(folder: DeckFolder) -> None:
    """And stands beside the page, under the deck's name."""
    built(folder, DECK, "marp")
    written = {path.name for path in (folder.path / "build").iterdir()}
    assert written == {"talk.marp.html", "talk.marp.md"}


@EACH_OUTPUT
@pytest.mark.parametrize("theme", ["default", "gaia", "uncover", "light"])
def test_nothing_is_loaded(folder: DeckFolder, theme: str, output: str) -> None:
    """No font, emoji, style or image: everything is in the file."""
    html = built(folder, DECK.replace("gaia", theme), output).page.html
    assert loads(html) == []


REMOTE = [
    "![x](https://example.org/a.png)",
    "![bg](https://example.org/a.png)",
    "![bg left:30%](https://example.org/a.png)",
    "<!-- backgroundImage: url(https://example.org/a.png) -->\n\na",
    "<!-- _backgroundImage: url('https://example.org/a.png') -->\n\na",
    "<!-- header: '![](https://example.org/a.png)' -->\n\na",
    '<div style="background: url(https://example.org/a.png)">a</div>',
    "<style>section { background: url(https://example.org/a.png) }</style>\n\na",
    "<style scoped>section { background: url(https://example.org/a.png) }</style>\n\na",
]


@EACH_OUTPUT
@pytest.mark.parametrize("deck", REMOTE)
def test_an_image_of_the_network_is_refused(folder: DeckFolder, deck: str, output: str) -> None:
    """In one message with the ways out, at its line, wherever it stands."""
    (told,) = {re.sub(r"slide [\d.]+: ", "", told) for told in folder.problems(deck, "talk.md", format=output)}
    assert told == (
        "talk.md:1: 'https://example.org/a.png' is on the network; --fetch-remote inlines it, "
        "--allow-remote-missing shows a placeholder"
    )


@EACH_OUTPUT
@pytest.mark.parametrize("deck", REMOTE)
def test_a_missing_image_is_shown_as_such(folder: DeckFolder, deck: str, output: str) -> None:
    """With `--allow-remote-missing`: crossed out, and nothing is loaded."""
    assert loads(built(folder, deck, output, remote="placeholder").page.html) == []


@EACH_OUTPUT
def test_an_image_stands_once_for_each_use(folder: DeckFolder, output: str) -> None:
    """Marp's copies of a background in attributes and custom properties are left out."""
    deck = built(folder, "---\nbackgroundImage: url(a.png)\n---\n\n# a\n\n---\n\n![w:1](a.png)\n", output)
    assert deck.page.html.count(PIXEL_URI) == 3


@EACH_OUTPUT
@pytest.mark.parametrize("deck", ["![x](no.png)", "![bg](no.png)", "<!-- _backgroundImage: url(no.png) -->\na"])
def test_a_missing_file_is_told(folder: DeckFolder, deck: str, output: str) -> None:
    """With its line and slide, once."""
    told = folder.problems(f"# a\n\n---\n\n{deck}\n", "talk.md", format=output)
    assert told == ["talk.md:5: slide 2: no file 'no.png' in the deck's folder"]


# --- plain Markdown

VALUES = """\
---
marp: true
vars:
  name: Ann
  number: 3
tables:
  all:
    source: memory
    models: [Qwen/Qwen2-1.5B]
    method: full
paginate: true
---

# {{ name }} {{ number + 1 }}

`{{ code }}`

---

{{ table("all") }}

---

::: columns

a

b
:::
"""


def test_the_markdown_is_plain_and_filled_in(folder: DeckFolder) -> None:
    """Values and tables stand in it; slidegen's own keys, Jinja and marks do not."""
    built(folder, VALUES, "marp")
    text = (folder.path / "build" / "talk.marp.md").read_text(encoding="utf-8")
    front, _, rest = text.removeprefix("---\n").partition("\n---\n")
    assert front.split("\n") == [MADE, "marp: true", "paginate: true"]
    assert "# Ann 4\n" in rest
    assert "| 11.50" in rest or " 11.50 |" in rest
    assert "`{{ code }}`" in rest
    assert [sign for sign in ("_slidegen", "{{ name", "vars", "<span class", "\ue000") if sign in text] == []


def test_minus_signs_are_for_the_page(folder: DeckFolder) -> None:
    """The Markdown, which people edit, has hyphens."""
    rows = "tables: {t: {source: data, digits: 1, rows: [{x: -0.42}]}}"
    deck = built(
        folder, f"---\nmarp: true\n{rows}\n---\n\n{{{{ tables.t.rows[0].x }}}}\n\n{{{{ table('t') }}}}\n", "marp"
    )
    text = (folder.path / "build" / "talk.marp.md").read_text(encoding="utf-8")
    assert "\n-0.42\n" in text
    assert "| -0.4 |" in text
    assert "\N{MINUS SIGN}" not in text
    assert "\N{MINUS SIGN}0.42" in deck.texts[0]
    assert "\N{MINUS SIGN}0.4" in deck.texts[0].replace("0.42", "")


@pytest.mark.parametrize("deck", [DECK, VALUES.replace('{{ table("all") }}', "a")])
def test_the_markdown_builds_to_the_same_text(folder: DeckFolder, deck: str) -> None:
    """Slide for slide."""
    first = built(folder, deck, "marp")
    text = (folder.path / "build" / "talk.marp.md").read_text(encoding="utf-8")
    again = built(folder, text.replace("../", "").encode(), "marp", name="again.md")
    assert again.texts == first.texts


def test_plain_markdown_stays_as_it_was_written(folder: DeckFolder) -> None:
    """A deck of Marp's own features only; its pictures are found from the build folder."""
    built(folder, DECK, "marp")
    text = (folder.path / "build" / "talk.marp.md").read_text(encoding="utf-8")
    assert "](../a.png)" in text
    assert text.replace("../", "").replace(f"{MADE}\n", "") == DECK


def test_somebodys_markdown_is_not_overwritten(folder: DeckFolder) -> None:
    """Neither by the file beside -o nor by that of the build folder; slidegen's own is."""
    built(folder, DECK, "marp")
    built(folder, DECK, "marp")
    mine = folder.path / "build" / "talk.marp.md"
    mine.write_text("# mine\n", encoding="utf-8")
    with pytest.raises(
        DeckError, match=r"talk\.marp\.md: the output would overwrite a file that slidegen did not make$"
    ):
        built(folder, DECK, "marp")
    assert mine.read_text(encoding="utf-8") == "# mine\n"


# --- notes


def test_notes_are_in_both(folder: DeckFolder) -> None:
    """In reveal's speaker view and the player's presenter window, as plain text; not on the slide."""
    deck = "# a\n\n<!-- one & <b>two</b> -->\n\n<!-- three -->\n\n---\n\nb\n"
    assert built(folder, deck, "reveal").page.notes == ["<p>one &amp; &lt;b&gt;two&lt;/b&gt;</p><p>three</p>"]
    assert player_notes(built(folder, deck, "marp")) == ["one & <b>two</b>\n\nthree", ""]
    assert built(folder, deck, "marp").texts == ["a", "b"]


def test_a_transition_is_no_note(folder: DeckFolder) -> None:
    """It is a directive of marp-cli's."""
    deck = built(folder, "# a\n\n<!-- transition: fade -->\n\n---\n\n<!-- _transition: cube 2s -->\n\nb\n", "marp")
    assert player_notes(deck) == ["", ""]


def test_notes_cannot_end_the_script_they_stand_in(folder: DeckFolder) -> None:
    """Whatever they say."""
    deck = built(folder, "# a\n\n<!-- </script><script>alert(1)</script> -->\n", "marp")
    assert player_notes(deck) == ["</script><script>alert(1)</script>"]


def test_notes_cannot_end_the_comment_that_marp_keeps_them_in(folder: DeckFolder) -> None:
    """All that they say is in the notes and nothing of it on the slide, also when Marp builds the file beside."""
    source = "slides:\n  - content: '# a'\n    notes: 'x --> y --> z'\n"
    deck = built(folder, source, "marp", name="talk.yml")
    markdown = (folder.path / "build" / "talk.marp.md").read_text(encoding="utf-8")
    for made in (deck, built(folder, markdown, "marp", name="again.md")):
        assert made.texts == ["a"]
        assert [said.replace("\u200b", "") for said in player_notes(made)] == ["x --> y --> z"]


def player_notes(deck: Deck) -> list[str]:
    """The notes that the presenter window shows."""
    found = re.search(r'<script type="application/json" id="notes">(.*?)</script>', deck.page.html)
    assert found is not None
    return list(json.loads(found[1]))


# --- styles


STYLED = """\
---
style: |
  section { letter-spacing: 3px; }
  @media screen { @supports (color: red) { section:is(.x) > h2 { word-spacing: 4px } } }
---
<style>h1 { color: rgb(1, 2, 3) }</style>

# a

## aa

---
<!-- _class: x -->
<style scoped>
section { text-indent: 5px }
h1 { color: rgb(4, 5, 6) }
</style>

# b

## bb

---

# c
"""

MEASURE = """
() => [...document.querySelectorAll(".marpit section[id], .marpit marp-section[id]")].map((section) => {
  const style = (element, name) => element ? getComputedStyle(element)[name] : null;
  return [
    style(section, "letterSpacing"),
    style(section, "textIndent"),
    style(section.querySelector("h1"), "color"),
    style(section.querySelector("h2"), "wordSpacing"),
  ];
})
"""


@EACH_OUTPUT
def test_styles_hit_the_slides_they_are_written_for(folder: DeckFolder, browser: Browser, output: str) -> None:
    """Global ones all slides, scoped ones their own, and none of them reveal's sections."""
    deck = built(folder, STYLED, output)
    page = browser.new_page()
    page.goto(deck.page.built.output.as_uri())
    assert page.evaluate(MEASURE) == [
        ["3px", "0px", "rgb(1, 2, 3)", "0px"],
        ["3px", "5px", "rgb(4, 5, 6)", "4px"],
        ["3px", "0px", "rgb(1, 2, 3)", None],
    ]
    outer = "() => [...document.querySelectorAll('.slides > section')].map((s) => getComputedStyle(s).letterSpacing)"
    assert set(page.evaluate(outer)) <= {"normal"}
    page.close()


def test_the_sections_of_marp_are_not_reveals(folder: DeckFolder) -> None:
    """reveal.js finds as many slides as there are."""
    html = built(folder, STYLED, "reveal").page.html
    assert html.count("<marp-section") == 3
    assert len(re.findall(r"<section>", html)) == 3


# --- YAML decks


def test_the_talk_as_marp(tmp_path: Path) -> None:
    """A YAML deck gives a page and Markdown; its notes and numbers come along."""
    options = BuildOptions(folder=tmp_path, format="marp", mode="frozen", offline=True, keep_record=False)
    html = build(str(ROOT / "slides" / "europython.yml"), options).output.read_text(encoding="utf-8")
    assert loads(html) == []
    assert (
        (tmp_path / "europython.marp.md")
        .read_text(encoding="utf-8")
        .startswith("---\n# Made by slidegen from europython.yml")
    )


def test_a_yaml_decks_notes_and_background_come_along(folder: DeckFolder) -> None:
    """In a deck of one slide."""
    page = folder.build(
        "title: T\nslides:\n- content: '# a'\n  notes: 'said **so**'\n  background: '#102030'\n", format="marp"
    )
    assert '["said so"]' in page.html
    assert "background-color:#102030" in page.html
    assert "<title>T</title>" in page.html


def test_a_yaml_decks_html_is_that_of_reveal(folder: DeckFolder) -> None:
    """marp-core would close elements of SVG before their titles, and lose empty lines."""
    text = """\
        # A

        <svg viewBox="0 0 9 9"><rect width="9" height="9"><title>tip</title></rect><path d="M0 0"/></svg>

        <pre>
        a


        b
        </pre>

        {{ chart("c") }}
        """
    head = """\
        tables: {t: {source: data, rows: [{name: a, x: 1, y: 1}, {name: b, x: 2, y: 2}]}}
        figures: {c: {kind: scatter, table: t, x: x, y: y}}
        """
    body = folder.slide(text, head).body
    assert '<rect width="9" height="9"><title>tip</title></rect><path d="M0 0"></path>' in body
    assert "<pre>a\n\n\nb\n</pre>" in body
    phone = re.compile(r'<div class="figure phone.*?</div>', re.DOTALL)
    assert phone.sub("", body) in folder.slide(text, head, format="marp").html


@pytest.mark.parametrize("output", ["reveal", "marp"])
@pytest.mark.parametrize("around", ["::: tabs\n### A\n%s\n### B\ntext\n:::", "::: columns\n%s\n:::", "%s"])
def test_lists_in_containers_appear_item_by_item_as_marps_do(folder: DeckFolder, around: str, output: str) -> None:
    """Those with asterisks and parentheses; hyphens and points keep a list as it is."""
    text = around % "* one\n* two\n\n1) three\n\n- four\n\n1. five\n"
    page = folder.build(f"---\nmarp: true\n---\n{text}\n", "talk.md", format=output).html
    items = re.findall(r'<li((?: (?:class="fragment"|data-marpit-fragment)[^<>]*)?)>\s*(\w+)', without_transcript(page))
    assert [word for steps, word in items if steps] == ["one", "two", "three"]
    assert [word for steps, word in items if not steps] == ["four", "five"]
