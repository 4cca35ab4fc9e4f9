"""Which dialect a Markdown deck is taken for, and where its slides begin in each."""

from __future__ import annotations

import textwrap
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from slidegen.cli import main
from slidegen.model import Deck, Source
from slidegen.project import Project
from slidegen.sources import parse
from slidegen.sources.base import ParseOptions
from tests.deck_folder import PIXEL, DeckFolder


def parsed(text: str, name: str = "talk.md", **options: object) -> Deck:
    """A deck of this text."""
    source = Source(Path(name), name, textwrap.dedent(text), Project.of(Path()))
    return parse(source, ParseOptions(**options))  # type: ignore[arg-type]


def texts(deck: Deck) -> list[list[str]]:
    """The text of each slide, stack by stack, on one line."""
    return [[" ".join(slide.content.text.split()) for slide in stack] for stack in deck.stacks]


def told(deck: Deck) -> list[str]:
    """The warnings of a deck."""
    return [str(warning) for warning in deck.warnings]


FENCED = "```\n{}\n```\n\n# a\n"


@pytest.mark.parametrize(
    ("text", "dialect", "why"),
    [
        ("# a\n", "plain", "no sign of another"),
        ("---\nmarp: true\n---\n<!-- .slide: class='x' -->\n", "marp", "marp: in the front matter"),
        ("---\npaginate: true\n---\n# a\n", "marp", "paginate: in the front matter"),
        ("---\ntheme: gaia\n---\n# a\n", "marp", "theme: in the front matter"),
        ("---\ntheme: dark\n---\n# a\n", "plain", "no sign of another"),
        ("# a\n\n<!-- _class: lead -->\n", "marp", "line 3: the directive _class"),
        ("# <!-- fit --> a\n", "marp", "line 1: <!-- fit -->"),
        ("`<!-- fit -->`\n", "plain", "no sign of another"),
        ("# a\n\n<!-- a note -->\n", "plain", "no sign of another"),
        ("---\nrevealOptions: {loop: true}\n---\n# a\n", "reveal", "revealOptions: in the front matter"),
        ("---\nseparator: '^---$'\n---\n# a\n", "reveal", "separator: in the front matter"),
        ("# a\n\n<!-- .slide: class='x' -->\n", "reveal", "line 3: a comment .slide:"),
        ("- a <!-- .element class='x' -->\n", "reveal", "line 1: a comment .element"),
        ("# a\n\n-v-\n\n# b\n", "reveal", "line 3: -v-"),
        ("# a\n\n----\n\n# b\n", "reveal", "line 3: a ruler ----"),
        ("<!-- class: lead -->\n# a\n\n----\n\n# b\n", "marp", "line 1: the directive class"),
        ("a\n----\n", "plain", "no sign of another"),
        ("---\ndialect: plain\nmarp: true\n---\n# a\n", "plain", "dialect: in the front matter"),
        (FENCED.format("<!-- .slide: class='x' -->"), "plain", "no sign of another"),
        (FENCED.format("<!-- _class: lead -->"), "plain", "no sign of another"),
        (FENCED.format("-v-\n\n----\n"), "plain", "no sign of another"),
        ("`<!-- .slide: x -->` `<!-- class: y -->`\n", "plain", "no sign of another"),
        ("a\n\n    <!-- .slide: class='x' -->\n", "plain", "no sign of another"),
    ],
)
def test_a_dialect_is_recognised_by_its_signs(text: str, dialect: str, why: str) -> None:
    """Outside code; the surest sign counts."""
    deck = parsed(text)
    assert (deck.dialect, deck.why) == (dialect, why)


def test_an_option_says_it_outright() -> None:
    """Whatever the deck says."""
    assert parsed("---\nmarp: true\n---\n# a\n", dialect="reveal").dialect == "reveal"


def test_an_unknown_dialect_is_a_mistake(folder: DeckFolder) -> None:
    """With its line, and what there is."""
    (message,) = folder.problems("---\ndialect: reveel\n---\n# a\n", "talk.md")
    assert message.startswith("talk.md:2: unknown dialect 'reveel'; did you mean 'reveal'? available: ")


def test_a_yaml_deck_has_no_dialect(tmp_path: Path) -> None:
    """Which the command line is told."""
    deck = tmp_path / "talk.yml"
    deck.write_text("slides: [a]\n", encoding="utf-8")
    result = CliRunner().invoke(main, ["build", str(deck), "--dialect", "marp", "--output-dir", str(tmp_path / "out")])
    assert result.exit_code == 1
    assert "a YAML deck has no dialect; --dialect and --slide-level are for Markdown" in result.output


# --- plain Markdown

LECTURE = """\
# Part one

## Intro

words

### Detail

#### Deeper

more

## Next

# Part two

end
"""


@pytest.mark.parametrize(
    ("text", "level", "slides"),
    [
        (
            LECTURE,
            None,
            ["# Part one", "## Intro words", "### Detail #### Deeper more", "## Next", "# Part two end"],
        ),
        (LECTURE, 1, ["# Part one ## Intro words ### Detail #### Deeper more ## Next", "# Part two end"]),
        (LECTURE, 2, ["# Part one", "## Intro words ### Detail #### Deeper more", "## Next", "# Part two end"]),
        ("words first\n\n# a\n", None, ["words first", "# a"]),
        ("<!-- note -->\n\n# a\n\n# b\n", None, ["<!-- note --> # a", "# b"]),
        ("Title\n=====\n\nSub\n---\n\ntext\n", None, ["Title =====", "Sub --- text"]),
        ("# a\n\n---\n\n# b\n\n## c\n", None, ["# a", "# b ## c"]),
        ("# a\n\n```\n# no heading\n```\n\n- # in a list\n", None, ["# a ``` # no heading ``` - # in a list"]),
    ],
)
def test_headings_begin_slides_where_nothing_else_does(text: str, level: int | None, slides: list[str]) -> None:
    """Those of level 1 to 3; `--slide-level` gives another level."""
    assert texts(parsed(text, slide_level=level)) == [[slide] for slide in slides]


def test_the_front_matter_may_give_the_level() -> None:
    """As pandoc's does."""
    assert len(texts(parsed(f"---\nslide-level: 1\ndialect: plain\n---\n{LECTURE}"))) == 2


def test_a_lecture_of_many_headings_is_many_slides() -> None:
    """One of 215 lines with 18 headings."""
    section = "## Heading\n\n" + "Some words of a lecture.\n\n" * 5
    assert len(parsed("# Lecture\n\nabout\n\n" + 17 * section).stacks) == 18


@pytest.mark.parametrize("head", ["", "---\nmarp: true\n---\n"])
def test_notes_of_reveal_md_stay_on_the_slide(head: str) -> None:
    """In other dialects; a warning says so, with the line and the ways to write notes."""
    deck = parsed(f"{head}# A\n\nNote: mine\n\n---\n\nA note: no.\n\n```\nNote: code\n```\n")
    line = 3 + head.count("\n")
    assert texts(deck)[0] == ["# A Note: mine"]
    assert told(deck) == [
        f"talk.md:{line}: Note: is text of the slide; notes are comments <!-- ... --> or stand in ::: notes; with "
        "dialect: reveal, this is a note"
    ]


# --- Marp


@pytest.mark.parametrize(
    ("divider", "slides"),
    [
        ("2", ["# a", "## b ### c", "# d"]),
        ("[2]", ["# a", "## b ### c # d"]),
        ("[1, 3]", ["# a ## b", "### c", "# d"]),
        ("1", ["# a ## b ### c", "# d"]),
        ("false", ["# a ## b ### c # d"]),
    ],
)
def test_headings_divide_as_the_directive_says(divider: str, slides: list[str]) -> None:
    """One level and those above it, or exactly those of a list; the last directive counts, and code says nothing."""
    body = "# a\n\n## b\n\n### c\n\n# d\n"
    assert texts(parsed(f"---\nheadingDivider: {divider}\n---\n{body}")) == [[slide] for slide in slides]
    comment = f"<!-- headingDivider: {divider} -->"
    said = parsed(f"---\nheadingDivider: 6\n---\n{comment}\n\n{body}\n```\n<!-- headingDivider: 4 -->\n```\n")
    assert len(said.stacks) == len(slides)


def test_one_long_slide_is_told_of_the_divider() -> None:
    """Where headings show that it was meant as several."""
    deck = parsed("---\nmarp: true\n---\n\n" + 10 * "## Heading\n\nwords\n\nwords\n\n")
    assert told(deck) == [
        "talk.md:4: the deck is one slide of 30 lines, which overflows; write --- between slides, or headingDivider: 2 "
        "in the front matter"
    ]


def test_comments_of_reveal_md_are_notes_in_marp() -> None:
    """As in Marp; a warning tells."""
    deck = parsed('---\nmarp: true\n---\n# a <!-- .element: class="x" -->\n')
    assert told(deck) == [
        "talk.md:4: the comment '.element: class=\"x\"' is reveal-md's, and a note in a Marp deck; dialect: reveal "
        "applies it"
    ]


# --- reveal-md


@pytest.mark.parametrize(
    ("text", "stacks"),
    [
        ("# a\n\n---\n\n# b\n\n----\n\n# c\n\n---\n\n# d\n", [["# a"], ["# b", "# c"], ["# d"]]),
        ("a\n---\nb\n----\nc\n", [["a"], ["b", "c"]]),
        ("a\n\n***\n\nb\n", [["a *** b"]]),
        ("a\n\n```\n\n---\n\n```\n\n<!--\n---\n-->\n", [["a ``` --- ``` <!-- --- -->"]]),
        ("a\n\n- b\n\n---\n\nc\n", [["a - b"], ["c"]]),
    ],
)
def test_reveal_md_divides_at_its_separators(text: str, stacks: list[list[str]]) -> None:
    """At lines of dashes, whatever stands before them, but not in code or comments."""
    assert texts(parsed(text, dialect="reveal")) == stacks


@pytest.mark.parametrize(
    ("head", "body", "stacks"),
    [
        (
            r'separator: "^\n\n\n"|verticalSeparator: "^\n\n"',
            "a\n\n\n\nb\n\n\nc\n\n\n\nd\n",
            [["a"], ["b", "c"], ["d"]],
        ),
        (
            r'separator: "\r?\n---\r?\n"|verticalSeparator: "\r?\n--\r?\n"',
            "a\n\n---\n\nb\n\n--\n\nc\n",
            [["a"], ["b", "c"]],
        ),
        (
            "separator: <!--s-->|verticalSeparator: <!--v-->",
            "a\n\n---\n\nb\n\n<!--s-->\n\nc\n\n<!--v-->\n\nd\n",
            [["a --- b"], ["c", "d"]],
        ),
        (
            r'separator: "^(?<!x)==+$"',
            "ä🚀\n\n==\n\nb\n\n```\n===\n```\n\n===\nc\n",
            [["ä🚀"], ["b ``` === ```"], ["c"]],
        ),
    ],
)
def test_separators_are_expressions_of_javascript(head: str, body: str, stacks: list[list[str]]) -> None:
    """Of any form, on text outside code."""
    lines = head.replace("|", "\n")
    assert texts(parsed(f"---\n{lines}\n---\n{body}")) == stacks


@pytest.mark.parametrize(
    ("head", "message"),
    [
        ("separator: '('", "talk.md:2: separator: Invalid regular expression: /(/gm: Unterminated group"),
        ("notesSeparator: '['", "talk.md:2: notesSeparator: Invalid regular expression: /[/gim: "),
        ("separator: '(a+)+$'", "talk.md:2: the separators take longer than 5 s; write simpler expressions"),
    ],
)
def test_a_separator_that_is_none_is_a_mistake(folder: DeckFolder, head: str, message: str) -> None:
    """With the line of its key; one that takes too long, too."""
    (told_,) = folder.problems(f"---\n{head}\n---\n{'a' * 40}b\n", "talk.md")
    assert told_.startswith(message)


def test_separators_that_take_too_long_are_told_with_their_key(folder: DeckFolder) -> None:
    """With that of the first one, for which of them it was is not known."""
    (message,) = folder.problems(f"---\ndialect: reveal\nnotesSeparator: (a+)+$\n---\n{'a' * 60}b\n", "talk.md")
    assert message == "talk.md:3: the separators take longer than 5 s; write simpler expressions"


def test_notes_are_markdown(folder: DeckFolder) -> None:
    """After Note: or Notes:, or what the deck calls them; not in code."""
    deck = parsed("# a\n\nNote: *mine*\n- two\n\n---\n\n```yaml\nnote: keep\n```\n\nNOTES:\n\nb\n", dialect="reveal")
    slides = [slide for stack in deck.stacks for slide in stack]
    notes = [slide.notes and slide.notes.text.strip() for slide in slides]
    assert notes == ["*mine*\n- two", "b"]
    assert "note: keep" in slides[1].content.text
    own = parsed("---\nnotesSeparator: 'Speaker:'\n---\na\n\nSpeaker: b\n")
    assert [slide.notes and slide.notes.text.strip() for (slide,) in own.stacks] == ["b"]
    page = folder.build("# a\n\nNote: *mine*\n", "talk.md", dialect="reveal")
    assert page.notes == ["<p><em>mine</em></p>"]


def test_second_notes_in_a_slide_are_told() -> None:
    """reveal.js' plugin shows such a slide whole, with its notes; here all after the first mark is notes."""
    deck = parsed("# a\n\nNote: b\n\nc\n\nNotes: d\n\nNote: e\n\n---\n\nf\n\nNote: g\n", dialect="reveal")
    assert texts(deck) == [["# a"], ["f"]]
    assert told(deck) == ["talk.md:7: 'Notes:' is text of the slide's notes, which begin above it"]


@pytest.mark.slow
def test_many_slides_take_a_time_that_grows_with_their_number() -> None:
    """Lines, notes and comments of a slide are not looked for in the whole deck."""

    def seconds(slides: int) -> float:
        start = time.process_time()
        parsed("<!-- .slide: class='a' -->\n# T\n\nNote: n\n\n---\n\n" * slides, dialect="reveal")
        return time.process_time() - start

    seconds(10)
    few, many = (min(seconds(slides) for _ in range(3)) for slides in (2000, 8000))
    assert many < 8 * few  # four times as long, if nothing else runs


def test_a_slide_takes_every_attribute() -> None:
    """Of its comment: those that slidegen knows as options, the others as they are; what may harm is left out."""
    deck = parsed(
        """\
        <!-- .slide: id="intro" class="a b" data-transition="zoom"
             data-state="cool" data-auto-animate data-timing=60 -->
        # A

        ---

        <!-- .slide: data-background="p.png" data-background-size="100px" data-background-opacity="0.5" -->
        B <!-- .slide: data-background-video='v.mp4' onclick="x()" -->
        """
    )
    first, second = (slide.options for (slide,) in deck.stacks)
    assert (first.id, first.classes) == ("intro", ("a", "b"))
    assert first.attributes == {
        "data-transition": "zoom",
        "data-state": "cool",
        "data-auto-animate": "",
        "data-timing": "60",
    }
    assert second.background is not None
    assert (second.background.image, second.background.size, second.background.opacity) == ("p.png", "100px", 0.5)
    assert second.attributes == {"data-background-video": "v.mp4"}
    assert texts(deck) == [["# A"], ["B"]]
    assert told(deck) == ["talk.md:8: the attribute 'onclick' is left out: a slide cannot have it"]


def test_what_a_comment_gives_an_element_is_told_with_its_line(folder: DeckFolder) -> None:
    """And so is one that stands before every element."""
    page = folder.build(
        "---\ndialect: reveal\n---\n<!-- .element: class='a' -->\na\n\nb\nc <!-- .element: onclick='x()' -->\n\n"
        "- d\n<!-- .element: onload='x()' class='k' -->\n",
        "talk.md",
    )
    assert [f"{Path(one.path or '').name}:{one.line}: {one.message}" for one in page.built.warnings] == [
        "talk.md:4: the comment .element has no element before it, so it has no effect",
        "talk.md:8: the handler onclick is left out; --allow-scripts keeps it",
        "talk.md:11: the handler onload is left out; --allow-scripts keeps it",
    ]
    assert '<li class="k">d</li>' in page.html
    assert "sg-line=" not in page.html


@pytest.mark.parametrize(
    ("name", "deck", "line"),
    [
        ("talk.md", "`![](no.png)`\n\n<!-- .slide:\n data-background-image='no.png' -->\n", 3),
        ("talk.md", "`![](no.png)`\n\n<!-- .slide: data-background='no.png' -->\n", 3),
        ("talk.md", "`![](v.mp4)`\n\n<!-- .slide: data-background-video='v.mp4' -->\n", 3),
        ("talk.yml", "slides:\n- content: a `no.png`\n  background:\n    size: cover\n    image: no.png\n", 5),
        ("talk.yml", "slides:\n- content: a `no.png`\n  background: no.png\n", 3),
        ("talk.yml", "slides:\n- content: a `v.mp4`\n  attributes:\n    data-background-video: v.mp4\n", 4),
    ],
)
def test_a_background_that_is_missing_is_told_with_its_line(
    folder: DeckFolder, name: str, deck: str, line: int
) -> None:
    """Not with that of the same name in code above it."""
    (message,) = folder.problems(deck, name)
    assert message.startswith(f"{name}:{line}: slide 1: no file ")


def test_options_of_reveal_md_are_taken_or_told(folder: DeckFolder) -> None:
    """Sides become the size; what reveal.js does not know is a mistake, and a theme is the nearest one."""
    deck = parsed(
        """\
        ---
        theme: night
        highlightTheme: dracula
        css: a.css
        revealOptions: {transition: none, width: 960, height: 700, autoSlide: 5000}
        ---
        # A
        """
    )
    assert deck.options.theme == "dark"
    assert deck.options.size == (960, 700)
    assert dict(deck.options.reveal) == {"transition": "none", "autoSlide": 5000}
    assert told(deck) == [
        "talk.md:4: css: is left out; its rules are not in the deck; write them in <style>, or in a theme of slidegen's"
    ]
    (message,) = folder.problems("---\nrevealOptions:\n  transision: none\n---\n# A\n", "talk.md")
    assert message.startswith("talk.md:3: unknown option reveal.transision; did you mean 'transition'?")


@pytest.mark.parametrize("output", ["reveal", "marp"])
@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ('# A <!-- .element: class="x" -->', '<h1 class="x">A</h1>'),
        ('- one <!-- .element: class="fragment" -->', '<li class="fragment">one</li>'),
        ('- <!-- .element: class="fragment" -->one', '<li class="fragment">\none\n</li>'),
        ('a **b** c <!-- .element: id="y" -->', '<p>a <strong id="y">b</strong> c</p>'),
        ('a<br>b <!-- .element: title="y z" -->', '<p title="y z">a<br>b</p>'),
        ("[a](#1) <!-- .element target='_blank' class=btn -->", 'target="_blank"'),
        ('![p](a.png) <!-- .element height="50%" width="40%" -->', 'height="50%" width="40%"'),
        ('|a|\n|-|\n|b|\n\n<!-- .element: class="fragment" -->', '<table class="fragment">'),
        ('```\na\n```\n<!-- .element: class="fragment" -->', '<div class="sg-code-block fragment">'),
        ('> a\n\n<!-- .element: data-fragment-index="2" -->', '<blockquote data-fragment-index="2">'),
        ("a <!-- .element: onclick='x()' class='k' -->", '<p class="k">a</p>'),
        ("- a\n- b\n<!-- .element: class='x' -->", '<li class="x">b</li>'),
        ("- a\n- b\n\n<!-- .element: class='x' -->", '<ul class="x">'),
        ("- a\n  1. b\n  2. c\n  <!-- .element: class='x' -->\n- d", '<li class="x">c</li>'),
    ],
)
def test_an_element_takes_the_attributes_of_a_comment(
    folder: DeckFolder, markdown: str, html: str, output: str
) -> None:
    """By reveal.js' rule: the element before the comment, or the one around it; with and without a colon."""
    folder.write("a.png", PIXEL)
    page = folder.build(f"{markdown}\n\n<!-- .slide: class='s' -->\n", "talk.md", format=output)
    assert html in page.html
    assert "element" not in page.html.partition('<div class="slides">')[2].partition("</section>")[0]


@pytest.mark.parametrize("output", ["reveal", "marp"])
@pytest.mark.parametrize("name", ["directive-in-fence", "element-in-fence", "dashes-in-fence", "note-in-code"])
def test_what_stands_in_code_means_nothing(folder: DeckFolder, name: str, output: str) -> None:
    """And is shown as it is written."""
    decks = {
        "directive-in-fence": "---\nmarp: true\n---\n\n# a\n\n```md\n<!-- headingDivider: 2 -->\n## One\n```\n\n## b\n",
        "element-in-fence": '```html\n- x <!-- .element: class="f" -->\n<!-- .slide: data-background="red" -->\n```\n',
        "dashes-in-fence": "# a\n\nTitle\n---\n\ntext\n\n---\n\n```md\nA\n\n----\n\nB\n```\n",
        "note-in-code": "<!-- .slide: class='x' -->\n\n```yaml\nnote: keep me\nb: 1\n```\n\nafter\n",
    }
    shown = {
        "directive-in-fence": (1, "headingDivider"),
        "element-in-fence": (1, "data-background"),
        "dashes-in-fence": (2, "----"),
        "note-in-code": (1, "keep me"),
    }
    page = folder.build(decks[name], "talk.md", format=output)
    count, words = shown[name]
    assert len(page.built.lines) == count
    assert words in page.html


@pytest.mark.parametrize("output", ["reveal", "marp"])
@pytest.mark.parametrize("head", ["---\nmarp: true\n---\n", "---\ndialect: reveal\n---\n", "% T\n\n"])
def test_a_container_of_notes_is_notes_in_every_dialect(folder: DeckFolder, head: str, output: str) -> None:
    """For the speaker, and not on the slide."""
    page = folder.build(f"{head}# A\n\n::: notes\nmine\n:::\n\n# B\n", "talk.md", format=output)
    if output == "reveal":
        assert [note for note in page.notes if note] == ["<p>mine</p>"]
    else:
        assert '"mine"' in page.html.partition('id="notes">')[2].partition("</script>")[0]
    assert page.html.count("mine") == 1


@pytest.mark.parametrize("output", ["reveal", "marp"])
@pytest.mark.parametrize("head", ["---\nmarp: true\n---\n", "---\ndialect: reveal\n---\n"])
def test_containers_and_words_of_other_programs_are_shown_plainly(folder: DeckFolder, head: str, output: str) -> None:
    """A container is a box, a word after a language means nothing; neither is told."""
    text = ":::info Look\ninside\n:::\n\n```ts {1,3} [a.ts] foo=bar\na\nb\nc\n```\n\n```nolang\nx\n```\n"
    page = folder.build(f"{head}# A\n\n{text}", "talk.md", format=output)
    assert '<div class="callout info" role="note">' in page.html
    assert '<p class="callout-title">Look</p>' in page.html
    assert ":::" not in page.slides if output == "reveal" else ":::" not in page.html
    assert page.built.warnings == ()


def test_a_slide_is_hidden_by_its_comment() -> None:
    """Unless reveal.js is asked to show hidden slides: then it is on the page."""
    slide = '<!-- .slide: data-visibility="hidden" -->\n# A\n'
    ((hidden,),) = parsed(slide, dialect="reveal").stacks
    assert (hidden.options.visibility, hidden.options.attributes) == ("hidden", {})
    ((shown,),) = parsed(f"---\nrevealOptions: {{showHiddenSlides: true}}\n---\n{slide}", dialect="reveal").stacks
    assert (shown.options.visibility, shown.options.attributes) == (None, {"data-visibility": "hidden"})
