"""What pandoc's Markdown becomes on a slide."""

from __future__ import annotations

import re

import pytest

from tests.deck_folder import PIXEL, PIXEL_URI, DeckFolder, without_icons


def body(folder: DeckFolder, markdown: str, head: str = "") -> str:
    """The HTML of the only slide of a deck of Quarto's."""
    (found,) = folder.build(f"---\nlang: en\n{head}---\n\n{markdown}\n", "talk.qmd").bodies
    return found


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("::: {.columns}\n::: {.column width=\"40%\"}\na\n:::\n::: {.column}\nb\n:::\n:::",
         '<div class="columns">\n<div class="column" style="flex:0 1 40%">\n<p>a</p>\n</div>\n'
         '<div class="column">\n<p>b</p>\n</div>\n</div>'),
        ("::: a :::\n::::: {#b .c k=v}\nx\n::::\n:::::::",
         '<div class="a">\n<div class="c" id="b" data-k="v">\n<p>x</p>\n</div>\n</div>'),
        ("text\n::: {.a}\nx\n:::", '<p>text</p>\n<div class="a">\n<p>x</p>\n</div>'),
        ("::: incremental\n- a\n\n::: nonincremental\n- b\n:::\n:::",
         '<div class="incremental">\n<ul>\n<li class="fragment">a</li>\n</ul>\n'
         '<div class="nonincremental">\n<ul>\n<li>b</li>\n</ul>\n</div>\n</div>'),
        ("> - a", '<ul>\n<li class="fragment">a</li>\n</ul>'),
        ("a\n\n. . .\n\nb\n\n. . .\n\nc",
         '<p>a</p>\n<div class="fragment">\n<p>b</p>\n</div>\n<div class="fragment">\n<p>c</p>\n</div>'),
        ("::: {.fragment .fade-in fragment-index=2}\na\n:::",
         '<div class="fragment fade-in" data-fragment-index="2">\n<p>a</p>\n</div>'),
        ("[a]{.fragment .highlight-red} [b]{.mark} [c]{.underline} [d]{style='color:red'}",
         '<p><span class="fragment highlight-red">a</span> <mark>b</mark> <u>c</u> '
         '<span style="color:red">d</span></p>'),
        ("- a {.fragment}", '<ul>\n<li class="fragment">a</li>\n</ul>'),
        ("::: {.callout-note title=\"A *b*\" collapse=true}\nx\n:::",
         '<div class="callout note" role="note">\n<p class="callout-title">A <em>b</em></p>\n<p>x</p>\n</div>'),
        ("::: callout-caution\n## T\nx\n:::",
         '<div class="callout warning" role="note">\n<p class="callout-title">T</p>\n<p>x</p>\n</div>'),
        ("::: {.callout-tip}\nx\n:::",
         '<div class="callout tip" role="note">\n<p class="callout-title">Tip</p>\n<p>x</p>\n</div>'),
        ("::: {.absolute top=10 left=\"5%\" width=200}\nx\n:::",
         '<div class="absolute" style="position:absolute;top:10px;left:5%;width:200px">\n<p>x</p>\n</div>'),
        ("::: {.content-visible when-format=\"pdf\"}\nx\n:::\n\n::: {.content-hidden when-format=\"pdf\"}\ny\n:::",
         '<div class="content-hidden" data-when-format="pdf">\n<p>y</p>\n</div>'),
        ("a\\ b \\\nH~2~O x^2^ ~~c~~", "<p>a\xa0b <br />\nH<sub>2</sub>O x<sup>2</sup> <s>c</s></p>"),
        ('"a" \'b\' it\'s 1--2 --- c ...', "<p>“a” ‘b’ it’s 1–2 — c …</p>"),
        ("`a -- \"b\"`{.x}", '<p><code class="x">a -- &quot;b&quot;</code></p>'),
        ("| a\n|  b", '<div class="line-block">\n<p>a<br />\n\xa0b</p>\n</div>'),
        ("b. x\nc. y", '<ol type="a" start="2">\n<li>x</li>\n<li>y</li>\n</ol>'),
        ("(iv) x\n(v) y", '<ol type="i" start="4">\n<li>x</li>\n<li>y</li>\n</ol>'),
        ("#. x\n\n#. y", "<ol>\n<li>\n<p>x</p>\n</li>\n<li>\n<p>y</p>\n</li>\n</ol>"),
        ("B. Russell", "<p>B. Russell</p>"),
        ("(@x) a\n\n(@) b", "<ol>\n<li>\n<p>a</p>\n</li>\n<li>\n<p>b</p>\n</li>\n</ol>"),
        ("| a |\n|---|\n| b |\n\n: C *d* {#t .u}",
         '<table id="t" class="u">\n<caption>C <em>d</em></caption>\n<thead>\n<tr>\n<th scope="col">a</th>\n</tr>\n'
         "</thead>\n<tbody>\n<tr>\n<td>b</td>\n</tr>\n</tbody>\n</table>"),
        ("Table: C\n\n a   b\n--- ---\n 1   2",
         "<table>\n<caption>C</caption>\n<thead>\n<tr>\n"
         '<th style="text-align:center" scope="col">a</th>\n'
         '<th style="text-align:center" scope="col">b</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n'
         '<td style="text-align:center">1</td>\n<td style="text-align:center">2</td>\n</tr>\n</tbody>\n</table>'),
        ("+---+:-:+\n| a | b |\n| c |   |\n+---+---+",
         '<table>\n<tbody>\n<tr>\n<td>a\nc</td>\n<td style="text-align:center">b</td>\n</tr>\n</tbody>\n</table>'),
        ("```{=html}\n<b>x</b>\n```\n\n```{=latex}\ny\n```\n\n`<i>z</i>`{=html} `w`{=tex}",
         "<b>x</b>\n<p><i>z</i> </p>"),
        ("\\newpage\n\n\\vspace{1cm}\n\nx", "<p>x</p>"),
        ("{{< pagebreak >}}\n\nx", "<p></p>\n<p>x</p>"),
        ("### A {.k}\n\nx [@a]", '<h3 class="k" id="a">A</h3>\n<p>x [@a]</p>'),
        ("<div class=\"a\">\n*x*\n</div>", '<div class="a">\n<p><em>x</em></p>\n</div>'),
        ("\\(x\\) [l](http://a){target=_blank}", '<p>(x) <a href="http://a" target="_blank">l</a></p>'),
    ],
)  # fmt: skip
def test_markdown_becomes_html(folder: DeckFolder, markdown: str, html: str) -> None:
    """Every feature that docs/markdown.md names; no sign of them is left on the slide."""
    assert re.sub(r"\n{2,}", "\n", without_icons(body(folder, markdown))) == html


CODE = r'data-language="([^"]*)"|<span class="sg-line([^"]*)"(?: data-n="(\d+)")?>'


@pytest.mark.parametrize(
    ("fence", "expected"),
    [
        ("```python\na\n```", ["python", ""]),
        ("```{.python .numberLines startFrom=\"10\"}\na\nb\n```", ["python", " 10", " 11"]),
        ("``` {.r code-line-numbers=\"1|2\"}\na\nb\n```", ["r", " sg-step-1 1", " sg-step-2 2"]),
        ("```r {1|2}\na\nb\n```", ["r", " sg-step-1", " sg-step-2"]),
        ("```{python}\n#| code-line-numbers: \"|2\"\n#| label: x\na\nb\n```",
         ["python", " sg-step-1 1", " sg-step-1 sg-step-2 2"]),
        ("```{.python code-line-numbers=\"false\"}\na\n```", ["python", ""]),
        ("```{.python code-line-numbers=\"7\"}\na\n```", ["python", " sg-step-1 1"]),
        ("```{.nosuchlanguage}\na\n```", [""]),
        ("```{ojs}\n//| fig-width: 3\na\n```", ["text", ""]),
        ("```python title words\na\n```", ["python", ""]),
    ],
)  # fmt: skip
def test_fences_have_pandocs_attributes(folder: DeckFolder, fence: str, expected: list[str]) -> None:
    """Languages, numbers, steps, cells without their options; each line as its steps and its number."""
    found = re.findall(CODE, body(folder, fence))
    assert [language or f"{steps} {number}".rstrip() for language, steps, number in found] == expected


def test_a_file_name_stands_above_code(folder: DeckFolder) -> None:
    """Quarto's ``filename``."""
    assert '<div class="sg-code-title">a.py</div>' in body(folder, '```{.python filename="a.py"}\nx\n```')


def test_a_picture_alone_is_a_figure_with_its_description_under_it(folder: DeckFolder) -> None:
    """pandoc's implicit figures."""
    folder.write("a.png", PIXEL)
    assert body(folder, "![A *b*](a.png){width=60% fig-align=center .q}\n\nx ![c](a.png){height=2em} y") == (
        '<figure class="figure center" style="width:60%">'
        f'<img src="{PIXEL_URI}" class="q" alt="A b" style="width:100%"><figcaption>A b</figcaption></figure>\n'
        f'<p>x <img src="{PIXEL_URI}" alt="c" style="height:2em"> y</p>'
    )


def test_notes_are_the_speakers_wherever_they_stand(folder: DeckFolder) -> None:
    """In a column, after a pause, among items that appear one by one."""
    columns = "::: {.columns}\n::: {.column}\n::: {.notes}\nsay *x*\n:::\n:::\n:::"
    text = f"## A\n\n{columns}\n\n. . .\n\nb\n\n::: notes\n- y\n:::"
    page = folder.build(f"---\nincremental: true\n---\n\n{text}\n", "talk.qmd")
    assert page.notes == ["<p>say <em>x</em></p>\n<ul>\n<li>y</li>\n</ul>"]
    assert "say" not in page.bodies[0]


def test_all_lists_appear_one_by_one_where_the_deck_says_so(folder: DeckFolder) -> None:
    """Unless they are in quotes or in a box that says otherwise."""
    found = body(folder, "- a\n\n> 1. b\n\n::: nonincremental\n- c\n:::\n\nT\n:   d", "incremental: true\n")
    assert re.findall(r'<(li|dt|dd)(?: class="(fragment)")?>', found) == [
        ("li", "fragment"), ("li", ""), ("li", ""), ("dt", "fragment"), ("dd", "fragment"),
    ]  # fmt: skip


def test_headings_inside_a_slide_have_names_to_link_to(folder: DeckFolder) -> None:
    """Each its own; the slide's heading gives its name to the slide."""
    page = folder.build("## A\n\n### A\n\n[to](#a-1)\n\n## B\n\n### A\n", "talk.qmd")
    assert re.findall(r'<(section|h\d)[^>]* id="([^"]+)"', page.slides) == [
        ("section", "a"), ("h3", "a-1"), ("section", "b"), ("h3", "a-2"),
    ]  # fmt: skip
    assert page.built.warnings == ()


def test_a_slides_state_joins_that_of_its_background(folder: DeckFolder) -> None:
    """reveal.js puts both on the page."""
    page = folder.build("## A {state=mine background-color=navy}\n", "talk.qmd")
    assert 'data-state="on-dark mine"' in page.slides


def test_values_are_filled_in(folder: DeckFolder) -> None:
    """Those of a deck that declares some, in divs, spans and headings."""
    page = folder.build("---\nvars: {n: 3}\n---\n\n## {{ n }} {.a}\n\n::: {.b}\n[{{ n }}]{.c}\n:::\n", "talk.qmd")
    assert re.sub(r"<span class=\"computed\"[^>]*>(.*?)</span>", r"\1", page.bodies[0]) == (
        '<h2>3</h2>\n<div class="b">\n<p><span class="c">3</span></p>\n</div>'
    )


def test_mistakes_of_the_front_matter_are_told_with_those_of_the_slides(folder: DeckFolder) -> None:
    """All at once, as in every dialect."""
    deck = "---\nformat: revealjs\nlang: 7\nreveal: x\n---\n\n## A\n\n$\\nosuch$\n"
    assert [" ".join(line.split()[:3]) for line in folder.problems(deck, "talk.qmd")] == [
        "talk.qmd:3: lang is",
        "talk.qmd:4: reveal is",
        "talk.qmd:9: math: Undefined",
    ]


def test_a_deck_becomes_marp_too(folder: DeckFolder) -> None:
    """Its slides in the same look; the Markdown beside it holds HTML, and notes as comments."""
    text = "## A {#x background-color=navy}\n\n[b]{.c}\n\n::: {.notes}\nsay\n:::\n\n## B\n\n[to](#x)\n"
    page = folder.build(text, "talk.qmd", format="marp")
    assert page.html.count("<svg data-marpit-svg") == 2
    assert '<span class="c">b</span>' in page.html
    assert 'id="x"' in page.html
    assert re.search(r"<section[^>]*on-dark", page.html)
    (markdown,) = page.built.beside
    assert markdown.read_text(encoding="utf-8").split("---\n\n")[1] == (
        '<h2 id="a">A</h2>\n<p><span class="c">b</span></p>\n\n<!--\nsay\n-->\n\n'
    )
    assert page.built.warnings == ()


def test_hostile_decks_take_no_time(folder: DeckFolder) -> None:
    """Thousands of divs, brackets, braces and pauses that nothing closes."""
    text = (
        "---\nx\n\n" * 2000
        + "::: {.a}\n\n" * 3000
        + "\n\n"
        + "[" * 900
        + "{.a " * 900
        + "\n\n. . .\n\n" * 500
        + "| a\n" * 2000
        + "\n| a |\n|---|\n" * 500
        + "\n["
        + "@a" * 9000
        + "{{<" * 300
    )
    assert folder.build(f"## A\n\n{text}", "talk.qmd").bodies
