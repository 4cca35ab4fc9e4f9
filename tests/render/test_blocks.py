"""Markdown of slides: containers, attributes, fragments, footnotes, images, math, emoji."""

from __future__ import annotations

import re

import pytest

from slidegen.render.callout_icons import ICONS
from slidegen.render.containers import CALLOUTS
from tests.deck_folder import PIXEL, PIXEL_URI, DeckFolder, without_icons

NAMES = "center, column, columns, fragment, important, incremental, note, notes, tab, tabs, tip, warning"


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("# H {.x #y}", '<h1 id="y" class="x">H</h1>'),
        ("- a {.fragment}\n- b", '<ul>\n<li class="fragment">a</li>\n<li>b</li>\n</ul>'),
        ("a {.quiet}", '<p class="quiet">a</p>'),
        ("{.x}\n- a", '<ul class="x">\n<li>a</li>\n</ul>'),
        ("[a]{.b} `c`{.d} [e](http://f){.g}",
         '<p><span class="b">a</span> <code class="d">c</code> <a href="http://f" class="g">e</a></p>'),
        ("| a |\n|---|\n| b {.c} |", '<table>\n<thead>\n<tr>\n<th scope="col">a</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n'
         '<td class="c">b</td>\n</tr>\n</tbody>\n</table>'),
        ("a {not one} {} {1, 2}", "<p>a {not one} {} {1, 2}</p>"),
        ("`a {.b}`", "<p><code>a {.b}</code></p>"),
        ("T\n: d", "<dl>\n<dt>T</dt>\n<dd>d</dd>\n</dl>"),
        ("~~a~~ :rocket: :nosuch: 10:30:45 `:rocket:`",
         '<p><s>a</s> <span class="sg-emoji sg-emoji-1f680">\U0001f680</span> :nosuch: 10:30:45 '
         "<code>:rocket:</code></p>"),
        ("::: incremental\n- a\n- b\n:::",
         '<div class="incremental">\n<ul>\n<li class="fragment">a</li>\n<li class="fragment">b</li>\n</ul>\n</div>'),
        ("::: fragment\na\n:::", '<div class="fragment">\n<p>a</p>\n</div>'),
        ("::: tip Measure *first* & `a{b}` [c]{.d} {.x}\na\n:::",
         '<div class="callout tip x" role="note">\n'
         '<p class="callout-title">Measure <em>first</em> &amp; <code>a{b}</code> <span class="d">c</span></p>\n'
         "<p>a</p>\n</div>"),
        ("- a\n\n  ::: note Two [c]{.d}\n  b\n  :::",
         '<ul>\n<li>\n<p>a</p>\n<div class="callout note" role="note">\n'
         '<p class="callout-title">Two <span class="d">c</span></p>\n<p>b</p>\n</div>\n</li>\n</ul>'),
        (":::warning\na\n:::",
         '<div class="callout warning" role="note">\n<p class="callout-title">Warning</p>\n<p>a</p>\n</div>'),
        (":::: columns\n::: column {width=40%}\na\n:::\n::: column width=60%\nb\n:::\n::::",
         '<div class="columns">\n<div class="column" style="flex:0 1 40%">\n<p>a</p>\n</div>\n'
         '<div class="column" style="flex:0 1 60%">\n<p>b</p>\n</div>\n</div>'),
        ("It costs $5 and $6, or $ 5 $ and 5$.", "<p>It costs $5 and $6, or $ 5 $ and 5$.</p>"),
        ("```\n::: foo\n```", '<div class="sg-code-block"><pre tabindex="-1"><code><span class="sg-line">::: foo\n'
         "</span></code></pre></div>"),
    ],
)  # fmt: skip
def test_markdown_becomes_html(folder: DeckFolder, markdown: str, html: str) -> None:
    """Every feature that docs/decks.md names, without the icons of callouts."""
    assert without_icons(folder.slide(markdown).body) == html


def test_each_kind_of_callout_has_an_icon(folder: DeckFolder) -> None:
    """In the colour of its title, and hidden from screen readers, which read the title."""
    body = folder.slide("\n\n".join(f"::: {kind}\na\n:::" for kind in CALLOUTS)).body
    icons = re.findall('<div class="callout [a-z]+" role="note">(<svg .*?</svg>)\n', body)
    assert len(icons) == len(set(icons)) == len(CALLOUTS) == len(ICONS)
    assert all('stroke="currentColor"' in one and 'aria-hidden="true"' in one for one in icons)


def test_footnote_marks_side_by_side_are_separated(folder: DeckFolder) -> None:
    """A 1 and a 2 are not 12. Marks with words between them need no comma."""
    body = folder.slide("a[^1][^2] b[^2]\n\n[^1]: x\n[^2]: y").body
    assert re.sub("<[^>]*>", "", body).strip() == "a1,\u202f2 b2"


def test_task_lists_cannot_be_ticked(folder: DeckFolder) -> None:
    """They show what is done."""
    body = folder.slide("- [ ] a\n- [x] b").body
    assert re.findall(r'<input class="task-list-item-checkbox" ([^>]*)>', body) == [
        'aria-label="Incomplete task" disabled="disabled" type="checkbox"',
        'aria-label="Completed task" checked="checked" disabled="disabled" type="checkbox"',
    ]


@pytest.mark.parametrize(
    ("markdown", "messages"),
    [
        ("a\n\n::: colums\nx\n:::", [f"5: unknown container 'colums'; did you mean 'columns'? available: {NAMES}"]),
        ("- a\n\n  ::: foo\n  x\n  :::", [f"5: unknown container 'foo'; available: {NAMES}"]),
        (
            "::: columns\n::: column\na\n:::\n::: column\nb\n:::\n:::",
            ["10: ::: does not close a container; an outer one needs more colons than those inside"],
        ),
        ("a\n\n::: note {.a\nx\n:::", ["5: container: attributes {.a cannot be read"]),
        ("a\n\n![b](a.png){width=red}", ["5: image: width 'red' is not a length; write 60% or 400px"]),
        (
            'a ![b](a.png){height="1px;background:url(http://x)"}',
            ["3: image: height '1px;background:url(http://x)' is not a length; write 60% or 400px"],
        ),
        (
            "a\n$x$ and $\\bad$",
            ["4: math: Undefined control sequence: \\bad at position 1: \\\u0332b\u0332a\u0332d\u0332"],
        ),
        (
            "a\n\n$$\n\\foo{x}\n$$",
            ["6: math: Undefined control sequence: \\foo at position 1: \\\u0332f\u0332o\u0332o\u0332{x}"],
        ),
        ("a\n\n\\begin{align*}\nx &= \\nope\n\\end{align*}", None),
        (
            "$\\def\\a{\\a\\a}\\a$",
            ["3: math: Too many expansions: infinite loop or need to increase maxExpand setting"],
        ),
        ("$\\href{javascript:alert(1)}{x}$", ["3: math: \\href is not supported"]),
        ("$\\includegraphics{http://x/a.png}$", ["3: math: \\includegraphics is not supported"]),
    ],
)
def test_mistakes_have_their_lines(folder: DeckFolder, markdown: str, messages: list[str] | None) -> None:
    """As the file is opened in an editor."""
    folder.write("a.png", PIXEL)
    told = folder.slide_problems(markdown)
    if messages is None:
        (message,) = told
        assert message.startswith("talk.yml:5: math: Undefined control sequence: \\nope")
    else:
        assert told == [f"talk.yml:{message}" for message in messages]


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        (
            '![a *b*](a.png "c <d>"){width=60% .center}',
            f'<figure class="figure center" style="width:60%"><img src="{PIXEL_URI}" alt="a b" style="width:100%">'
            "<figcaption>c &lt;d&gt;</figcaption></figure>",
        ),
        (
            "![a](a.png){.left height=20}",
            f'<figure class="figure left"><img src="{PIXEL_URI}" alt="a" style="height:20px"></figure>',
        ),
        ('a ![b](a.png "c")', f'<p>a <img src="{PIXEL_URI}" title="c" alt="b"></p>'),
        ("![](a.png) ![b](a.png)", f'<p><img src="{PIXEL_URI}" alt=""> <img src="{PIXEL_URI}" alt="b"></p>'),
    ],
)
def test_an_image_alone_is_a_figure(folder: DeckFolder, markdown: str, html: str) -> None:
    """With its title as caption; among text it is an image."""
    folder.write("a.png", PIXEL)
    assert folder.slide(markdown).body == html


@pytest.mark.parametrize(
    ("markdown", "tex"),
    [
        ("$a<b$", ["a&lt;b"]),
        ("\\begin{equation}\na \\\\ b\n\\end{equation}",
         ["\\begin{equation}\\begin{gathered}\na \\\\ b\n\\end{gathered}\\end{equation}"]),
        ("- x\n  \\begin{align*}\n  a &= b\n  \\end{align*}\n- $y$",
         ["\\begin{align*}\na &amp;= b\n\\end{align*}", "y"]),
        ("a $$b$$ c\n\n$$\nd\n$$", ["b", "d"]),
        ("$a$ = 3\n\n- $b$, in 2026\n\n# $c$ of 4", ["a", "b", "c"]),
    ],
)  # fmt: skip
def test_math_is_set_when_the_deck_is_built(folder: DeckFolder, markdown: str, tex: list[str]) -> None:
    """With its source beside it, for screen readers."""
    body = folder.slide(markdown).body
    assert re.findall(r'<annotation encoding="application/x-tex">(.*?)</annotation>', body, re.DOTALL) == tex
    assert "merror" not in body


def test_footnotes_are_told_apart_on_one_page(folder: DeckFolder) -> None:
    """Their ids are unique among slides, notes and footers; every reference has its note."""
    deck = "footer: |\n  f[^1]\n\n  [^1]: F\nslides:\n" + "".join(
        f"- content: |\n    a[^1] b[^x] a[^1]\n\n    [^1]: A{n}\n    [^x]: B\n  notes: |\n    n[^1]\n\n    [^1]: N\n"
        for n in (1, 2)
    )
    slides = folder.build(deck).slides
    ids = re.findall(r'id="(fn-[^"]*)"', slides)
    references = re.findall(r'aria-describedby="(fn-[^"]*)"', slides)
    assert len(ids) == len(set(ids)) == 8
    assert set(references) == set(ids)
    assert len(references) == 10


def test_hidden_slides_are_left_out(folder: DeckFolder) -> None:
    """A stack of hidden ones leaves no trace; an uncounted slide is shown."""
    deck = """\
        slides:
        - a
        - {content: b, visibility: hidden}
        - - {content: c, visibility: hidden}
          - {content: d, visibility: uncounted}
        - - {content: e, visibility: hidden}
    """
    page = folder.build(deck)
    assert page.bodies == ["<p>a</p>", "<p>d</p>"]
    assert page.slides.count("<section") == 2
    assert 'data-visibility="uncounted"' in page.slides


def test_notes_are_for_the_speaker(folder: DeckFolder) -> None:
    """Those of the slide's key, then those in its text; none on the slide."""
    page = folder.build("slides:\n- content: |\n    a\n\n    ::: notes\n    *b*\n    :::\n  notes: c\n")
    assert page.body == "<p>a</p>"
    assert page.notes == ["<p>c</p>\n<p><em>b</em></p>"]


@pytest.mark.parametrize(
    ("markdown", "layout"),
    [
        ("# a\n\nb", "title"),
        ("## a", "section"),
        ("## a\n\nb", "content"),
        ("a\n\n:::: columns\n::: column\nb\n:::\n::::", "two-columns"),
        ("## a\n\n| b |\n|---|\n| c |", "table"),
        ("## a\n\n```\nb\n```", "code"),
        ("> a", "quote"),
    ],
)
def test_the_content_decides_on_the_layout(folder: DeckFolder, markdown: str, layout: str) -> None:
    """Of a slide that names none."""
    assert re.search(f'<section class="layout-{layout}[ "]', folder.slide(markdown).slides)


@pytest.mark.parametrize(
    ("markdown", "message"),
    [
        ("a\n\n::: tip\nb", "talk.yml:5: the container ::: tip is not closed"),
        (":::: columns\n::: column\na\n::::", "talk.yml:4: the container ::: column is not closed"),
        ("::: tip\n- a\n:::", None),
        (":::: columns\n::: column\na\n:::\n::::\n", None),
        ("- a\n\n  ::: tip\n  b\n  :::\n", None),
    ],
)
def test_a_container_that_nothing_closes_is_told(folder: DeckFolder, markdown: str, message: str | None) -> None:
    """It ends with the slide, or with the container around it."""
    told = [str(warning).replace(f"{folder.path}/", "") for warning in folder.slide(markdown).built.warnings]
    assert len(told) == (message is not None)
    assert all(one.startswith(str(message)) for one in told)


def test_a_container_that_is_nearly_one_is_told_in_other_dialects(folder: DeckFolder) -> None:
    """It is a box there, as a foreign one is."""
    (warning,) = folder.build("---\nmarp: true\n---\n::: columsn\na\n:::\n", "talk.md").built.warnings
    assert (warning.line, warning.message) == (4, "unknown container 'columsn'; did you mean 'columns'?")


def test_a_formula_takes_the_attributes_above_it(folder: DeckFolder) -> None:
    """All of them, as other blocks do; its own class stays."""
    markdown = 'text\n\n    {.big #law style="font-size:56px"}\n    $$\n    a + b\n    $$'
    body = folder.build(f"slides:\n- |\n    {markdown}\n").bodies[0]
    opening = re.search("<div [^>]*math-display[^>]*>", body)
    assert opening is not None
    for attribute in ('class="math-display big"', 'id="law"', 'style="font-size'):
        assert attribute in opening[0]
