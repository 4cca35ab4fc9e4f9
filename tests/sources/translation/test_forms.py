"""An imported deck has the slides of the file that it was made of."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from slidegen.model import Source
from slidegen.project import Project
from slidegen.sources import parse, read, translate
from slidegen.sources.translation import Line, TranslatedDeck, TranslatedSlide
from slidegen.sources.translation.deck import deck, declared, slide_value
from slidegen.sources.translation.markdown_form import markdown_form
from slidegen.sources.translation.words import block_line, escaped
from slidegen.sources.translation.yaml_form import yaml_form
from slidegen.yaml_tree import parse_yaml
from tests.deck_folder import PIXEL, DeckFolder

ORG = r"""
#+TITLE: A /talk/ with {{ braces }}
#+OPTIONS: num:nil toc:1
#+REVEAL_TRANS: fade
#+REVEAL_INIT_SCRIPT: lost()
* One
:PROPERTIES:
:reveal_background: #123456
:reveal_extra_attr: class="x" data-y="1"
:END:
#+ATTR_REVEAL: :frag (appear)
- =a= \(x_1\)
- Note: {{ b }}
#+begin_notes
for me
#+end_notes
** Below
#+begin_src python -n
---
Note: code
#+end_src
#+CALL: lost()
-----
[[file:pixel.png]]
* Two
| a | {.b} |
"""
COMMENT = re.compile(r"<!-- line .*? -->\s*")


@pytest.fixture
def talk(folder: DeckFolder) -> Path:
    """A talk with a picture."""
    folder.write("pixel.png", PIXEL)
    return folder.write("talk.org", ORG)


def test_yaml_gives_the_same_slides(folder: DeckFolder, talk: Path) -> None:
    """The same HTML, and a comment for each loss, at its slide."""
    text = yaml_form(translate(read(str(talk))))
    assert folder.build(text, "again.yml").slides == folder.build(ORG, "talk.org").slides
    assert "  # line 5: #+REVEAL_INIT_SCRIPT: is left out; no program of a deck is run\n  - |\n    ## Table" in text
    assert "    # line 22: #+CALL: is left out; no program of a deck is run\n    - |\n      ## Below\n" in text


def test_markdown_gives_the_same_slides(folder: DeckFolder, talk: Path) -> None:
    """But for its comments, which stay in the page; what the form cannot say is told."""
    text, unsaid = markdown_form(translate(read(str(talk))))
    assert unsaid == ()
    again = COMMENT.sub("", folder.build(text, "again.md").slides)
    assert again == COMMENT.sub("", folder.build(ORG, "talk.org").slides)
    footed = translate(read(str(folder.write("foot.org", f"#+REVEAL_SLIDE_FOOTER: x\n{ORG}"))))
    assert [(one.line, one.message) for one in markdown_form(footed)[1]] == [
        (line, "footer: is left out; Markdown decks have no such option, --to yaml has") for line in (1, 3, 4)
    ]
    assert "<!-- line 22: #+CALL: is left out; no program of a deck is run -->" in text


def test_pictures_of_the_file_itself_are_shown(folder: DeckFolder, talk: Path) -> None:
    """They stand in no folder; on import they are written beside the deck."""
    source = read(str(talk))
    source = replace(source, files={"talk_files/a.png": PIXEL})
    slide = TranslatedSlide((Line("![a](talk_files/a.png)", 1),), 1)
    made = deck(TranslatedDeck(source, {}, ((slide,),)))
    assert made.source.files == {"talk_files/a.png": PIXEL}


def test_texts_know_the_lines_of_their_file() -> None:
    """Content, notes and what the file says to slidegen."""
    source = Source(Path("t.org"), "t.org", "", Project.of(Path()))
    slide = TranslatedSlide((Line("a", 7), Line("b", 9)), 7, (Line("n", 20),), {"id": "x"}, {"id": 6})
    own = declared([replace(_text("vars:\n  n: 1\n"), lines=(3, 5, 6))])
    made = deck(TranslatedDeck(source, {"title": "T"}, ((slide,),), {"title": 2}, own))
    (one,) = made.stacks[0]
    assert [one.content.line_of(row) for row in range(3)] == [7, 9, 9]
    assert one.notes is not None
    assert (one.notes.line_of(0), made.title and made.title.line, made.variable_lines[("n",)]) == (20, 2, 5)


def _text(text: str):  # type: ignore[no-untyped-def]
    from slidegen.model import Text

    return Text(text, "t.org", 1)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r")), max_size=4))
@example(["\t0"])
def test_any_text_comes_back_from_yaml(rows: list[str]) -> None:
    """Letter by letter: what a block cannot hold stands in quotes."""
    rows = [row.replace("\n", " ") for row in rows]
    source = Source(Path("t.org"), "t.org", "", Project.of(Path()))
    lines = tuple(Line(row, 1) for row in rows)
    slides = (TranslatedSlide(lines, 1), TranslatedSlide(lines, 1, lines, {"id": "x"}))
    from slidegen.marks import NO_TEXT

    if any(NO_TEXT.search(row) for row in rows):
        return
    text = yaml_form(TranslatedDeck(source, {}, (slides, slides[:1])))
    assert parse_yaml(text, "t.yml").value["slides"] == [[slide_value(one) for one in slides], slide_value(slides[0])]


def test_a_line_separator_in_an_option_comes_back_from_yaml() -> None:
    """It ends no line of the file."""
    source = Source(Path("t.org"), "t.org", "", Project.of(Path()))
    slide = TranslatedSlide((Line("a", 1),), 1, (), {"background": {"image": "a\u2028b.png", "size": "cover"}})
    text = yaml_form(TranslatedDeck(source, {}, ((slide,),)))
    assert parse_yaml(text, "t.yml").value["slides"] == [slide_value(slide)]


@given(st.text(st.sampled_from("ab1 *_`~[](){}<>&#$^|\\!:.-+=%/'\"@,"), min_size=1, max_size=12))
def test_words_are_shown_letter_by_letter(text: str) -> None:
    """Whatever signs stand in them."""
    from markdown_it import MarkdownIt

    from slidegen.markup import Fragment

    text = " ".join(text.split())
    if not text:
        return
    parser = MarkdownIt("commonmark", {"html": True}).enable(["strikethrough", "table"])
    html = parser.render(block_line(escaped(text)))
    assert html.startswith("<p>")
    assert html.count("<") == html.count("</") * 2 + html.count("<!--")
    assert Fragment(html).text().strip() == text


def test_a_deck_that_is_parsed_is_the_same_as_a_translated_one(talk: Path) -> None:
    """`parse` knows the format by its suffix."""
    source = read(str(talk))
    assert parse(source).stacks == deck(translate(source)).stacks
