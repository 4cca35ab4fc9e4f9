"""What moves between slides: what finished slides say of it, what a page has for it, and warnings."""

from __future__ import annotations

import re

import pytest

from tests.deck_folder import DeckFolder, Page

SCRIPT = 'slidegen-moved", () => {\nif (waits)'
STYLE = ".sg-magic > .sg-code-block"


BEGIN = re.compile(r'<div class="(?:slides|marpit[^"]*)">')


def slides_of(page: Page) -> str:
    """The HTML of the slides of either output."""
    begin = BEGIN.search(page.html)
    assert begin is not None
    return page.html[begin.start() :].partition("<script")[0]


DECKS = {
    "talk.yml": "slides: [{content: '# A', auto_animate: true}, {content: '# A', auto_animate: true}, '# B']",
    "marp.md": "---\nmarp: true\n---\n<!-- auto_animate: true -->\n# A\n\n---\n<!-- auto_animate: true -->\n# A\n\n"
    "---\n# B\n",
    "talk.qmd": "## A {auto-animate=true}\n\n## A {auto-animate=true}\n\n## B\n",
    "reveal.md": "<!-- .slide: data-auto-animate -->\n# A\n\n---\n<!-- .slide: data-auto-animate -->\n# A\n\n"
    "---\n# B\n",
}


@pytest.mark.parametrize("output", ["reveal", "marp"])
@pytest.mark.parametrize("name", DECKS)
def test_every_dialect_and_output_animates(folder: DeckFolder, name: str, output: str) -> None:
    """The slides say so; the page has the script, and leaves nothing to reveal.js."""
    page = folder.build(DECKS[name], name, format=output)
    found = [
        bool(re.search("<(section|svg)[^>]* data-auto-animate=", html)) for html in slides_of(page).split("</section>")
    ]
    assert found[:3] == [True, True, False]
    assert SCRIPT in page.html
    assert ('"autoAnimate": false' in page.html) == (output == "reveal")
    assert page.built.warnings == ()


MOVES = "---\n<!-- auto_animate: true -->\n# A\n\n---\n<!-- auto_animate: true -->\n# A\n"
MAGIC = "---\n````md magic-move\n```python\na = 1\n```\n```python\na = 2\n```\n````\n"


@pytest.mark.parametrize("slides", [MOVES, MAGIC, "---\n# A\n"])
def test_marps_theme_styles_slides_inside_reveal_js(folder: DeckFolder, slides: str) -> None:
    """Its rules name the element that stands for marp-core's section, whatever style sheets follow it."""
    page = folder.build(f"---\nmarp: true\ntheme: gaia\n{slides}", "marp.md")
    assert re.search(r"foreignObject ?> ?marp-section\b", page.html)
    assert not re.search(r"foreignObject ?> ?section\b", page.html)


@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_other_pages_have_nothing_of_it(folder: DeckFolder, output: str) -> None:
    """Neither the script nor the style sheet."""
    page = folder.build("slides: ['# A', '```python\\na = 1\\n```']", format=output)
    assert SCRIPT not in page.html
    assert STYLE not in page.html
    assert "data-m=" not in page.html


@pytest.mark.parametrize("output", ["reveal", "marp"])
@pytest.mark.parametrize("name", ["talk.yml", "marp.md"])
def test_code_of_slides_that_follow_one_another_is_matched(folder: DeckFolder, name: str, output: str) -> None:
    """Block by block, or by a name; not on slides between which nothing moves."""
    code = "```python\na = {}\nb = 2\n```"
    if name == "marp.md":
        deck = "---\nmarp: true\n---\n" + "\n---\n".join(
            f"<!-- auto_animate: {flag} -->\n\n{code.format(at)}\n" for at, flag in enumerate(["true", "true", "false"])
        )
    else:
        entry = '- auto_animate: {flag}\n  content: "{code}"\n'
        text = [code.format(at).replace("\n", "\\n") for at in range(3)]
        deck = "slides:\n" + "".join(entry.format(flag=at < 2, code=one).lower() for at, one in enumerate(text))
    html = slides_of(folder.build(deck, name, format=output))
    assert re.findall(r' data-m="(\d+)"', html) == ["1", "2", "1", "2"]
    assert len(set(re.findall(r' data-motion="(\d+)"', html))) == 1


def test_a_restart_begins_another_run(folder: DeckFolder) -> None:
    """As in reveal.js, and so does another id."""
    slide = "{{content: '# A', auto_animate: true, attributes: {{{}}}}}"
    deck = ",\n".join(slide.format(one) for one in ["", "data-auto-animate-restart: ''", "data-auto-animate-id: a"])
    page = folder.build(f"slides: [{deck}]")
    assert [problem.message for problem in page.built.warnings] == [
        "auto-animate has no effect: neither the slide before nor the slide after has it"
    ] * 3


def test_hidden_slides_do_not_count(folder: DeckFolder) -> None:
    """The slides around them follow one another."""
    hidden = "{content: '# A', visibility: hidden, auto_animate: true}"
    page = folder.build(
        f"slides: [{{content: '# A', auto_animate: true}}, {hidden}, {{content: '# A', auto_animate: true}}]"
    )
    assert page.built.warnings == ()


@pytest.mark.parametrize(
    ("name", "deck", "line"),
    [
        ("talk.yml", "slides:\n  - '# A'\n  - content: '# B'\n    auto_animate: true\n  - '# C'\n", 4),
        ("marp.md", "---\nmarp: true\n---\n# A\n\n---\n\n<!-- auto_animate: true -->\n# B\n", 8),
        ("talk.qmd", "## A\n\n## B {auto-animate=true}\n", 3),
    ],
)
def test_a_slide_alone_is_told(folder: DeckFolder, name: str, deck: str, line: int) -> None:
    """With the line that asks for it."""
    (warning,) = folder.build(deck, name).built.warnings
    assert (warning.line, warning.code) == (line, "not-applied")


def test_reveals_own_switch_turns_it_off(folder: DeckFolder) -> None:
    """`autoAnimate: false` under `reveal:`."""
    page = folder.build(f"reveal: {{autoAnimate: false}}\n{DECKS['talk.yml']}", format="marp")
    assert SCRIPT not in page.html
