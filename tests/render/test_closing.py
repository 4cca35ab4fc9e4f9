"""A slide's HTML ends with the slide: what nothing closes is closed there, in every output, and told with its line."""

from __future__ import annotations

import re

import pytest

from slidegen.render.context import SlideContext
from tests.deck_folder import DeckFolder
from tests.marp.dom import slides_of

OUTPUTS = ("reveal", "marp")
CLOSED = "is not closed; it is closed where the slide ends"

OPEN = {
    "div": ("<div>\n\na", ["4: <div> " + CLOSED]),
    "center": ("<center>\n\n**a**", ["4: <center> " + CLOSED]),
    "paragraph": ('<p align="center">\n\na', ["4: <p> " + CLOSED]),
    "several": ("<div><center>\n\n<section>\n\na", [
        "4: <center> " + CLOSED, "4: <div> " + CLOSED, "6: <section> " + CLOSED,
    ]),
    "in a line": ("a <b>b *c*", ["4: <b> " + CLOSED]),
    "in a list": ("- a\n- <span>b\n- c", ["5: <span> " + CLOSED]),
    "table": ("<table><tr><td>a", ["4: <table> " + CLOSED]),
    "drawing": ('<svg viewBox="0 0 1 1"><g>\n<path d="M0 0"/>', ["4: <g> " + CLOSED, "4: <svg> " + CLOSED]),
    "closes a section": ("a\n\n</section>\n\nb", ["6: </section> closes nothing; it is left out"]),
    "closes the slides": ("</div></div></section></svg>\n\nb", [
        "4: </div> closes nothing; it is left out", "4: </section> closes nothing; it is left out",
        "4: </svg> closes nothing; it is left out",
    ]),
    "crossed": ("<b><i>a</b></i>", []),
    "items need no end": ("<ul><li>a<li>b</ul>", []),
    "in code": ("`<div>`\n\n```html\n<div>\n```", []),
    "in a comment": ("<!-- <div> -->\n\na", []),
    "closed by itself": ('<svg viewBox="0 0 1 1"><path d="M0 0"/></svg><br>', []),
}  # fmt: skip


@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize(("html", "warnings"), OPEN.values(), ids=OPEN.keys())
def test_no_slide_is_lost(folder: DeckFolder, html: str, warnings: list[str], output: str) -> None:
    """The slides after it are there, each with its own heading, at the top of the deck and nowhere inside."""
    page = folder.build(f"# One\n\n\n{html}\n\n---\n\n# Two\n\n---\n\n# Three\n", "talk.md", format=output)
    assert [re.sub(r".*talk\.md:", "", str(problem)) for problem in page.built.warnings] == warnings
    texts = [slide.text for slide in slides_of(page.html)]
    assert len(texts) == 3
    assert texts[1:] == ["Two", "Three"]


@pytest.mark.parametrize("output", OUTPUTS)
def test_slides_of_yaml_end_too(folder: DeckFolder, output: str) -> None:
    """With notes and a footer, whose HTML ends by itself."""
    deck = """\
        footer: "<b>foot"
        slides:
          - {content: "<div><center>\\n\\n# One", notes: "<div>note"}
          - "# Two"
        """
    page = folder.build(deck, format=output)
    titles = re.findall(r"<h1[^>]*>(\w+)</h1>", page.html)
    assert titles == ["One", "Two"]
    assert len(re.findall(r'<section[^>]*class="[^"]*layout-', page.html)) == 2
    assert {problem.message for problem in page.built.warnings} == {
        f"<{name}> {CLOSED}" for name in ("b", "div", "center")
    }


def test_an_open_comment_ends_with_the_slide(folder: DeckFolder) -> None:
    """Of a YAML deck, whose slides are texts of their own."""
    page = folder.build('slides:\n- "a <b>c</b>\\n\\n<!-- d"\n- b\n')
    assert page.bodies[1] == "<p>b</p>"
    assert [problem.message for problem in page.built.warnings] == ["the comment is not closed; it ends with the slide"]


def test_a_tag_without_its_end_is_a_mistake(folder: DeckFolder) -> None:
    """Nobody knows where it was to end."""
    assert folder.slide_problems("<div><img src=http://x/a.png </div") == [
        "talk.yml:3: the tag </div is not closed; write its >"
    ]
    assert folder.slide_problems("a\n\n<p><img src=x onerror=alert(1)") == [
        "talk.yml:5: the tag <img is not closed; write its >"
    ]


def test_elements_inside_each_other_have_a_bound(folder: DeckFolder) -> None:
    """Far beyond what a slide needs; a browser stops there, too."""
    assert folder.slide_problems("<div>" * 600) == ["talk.yml:3: HTML elements are nested too deeply"]


def test_a_newline_that_begins_preformatted_text_stays(folder: DeckFolder) -> None:
    """HTML drops the first one, each time it is read."""
    assert "<pre>\n\na</pre>" in folder.build('slides:\n- "<pre>\\n\\na</pre> <b title=1>b</b>"\n').body


@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize(("html", "name"), [("<![CDATA[ a", "<![CDATA["), ("<?php a", "<?php"), ("<!x a", "<!x")])
def test_what_is_no_tag_is_open_too(folder: DeckFolder, html: str, name: str, output: str) -> None:
    """A browser takes it for a comment, up to the next >, which would be that of a later slide."""
    deck = f"# One\n\n{html}\n\n---\n\n# Two\n"
    assert folder.problems(deck, "talk.md", format=output) == [f"talk.md:3: the tag {name} is not closed; write its >"]


@pytest.mark.parametrize("output", OUTPUTS)
def test_a_container_ends_too(folder: DeckFolder, output: str) -> None:
    """Also where a style in it takes the rest, and for the tag, its own line is told."""
    page = folder.build("# One\n\n::: note\n<p></b><style>\n:::\n\n---\n\n# Two\n", "talk.md", format=output)
    assert [re.sub(r".*talk\.md:", "", str(problem)) for problem in page.built.warnings] == [
        "4: </b> closes nothing; it is left out",
        "4: <p> " + CLOSED,
        "4: <style> " + CLOSED,
    ]
    assert [slide.text for slide in slides_of(page.html)][1:] == ["Two"]


def test_the_same_tags_of_a_line_are_one_finding(monkeypatch: pytest.MonkeyPatch, folder: DeckFolder) -> None:
    """The line of each is looked for in the slide, which would take the square of its length."""
    found: list[str] = []
    monkeypatch.setattr(SlideContext, "warn_at", lambda _, message, __, **___: found.append(message))
    folder.build("x " + "</div>" * 1000 + "\n", "talk.md")
    assert found == ["</div> closes nothing; it is left out"]


def test_a_slide_tells_a_hundred_tags_at_most(folder: DeckFolder) -> None:
    """Each warning counts the lines of the slide; a hundred thousand took minutes."""
    page = folder.slide("<div>\n" + "<i onclick=a></i></b>\n" * 1000 + "</div>")
    assert len(page.built.warnings) == 200
    assert "onclick" not in page.body
