"""Inputs that repeat one sign: they take a time in proportion to their length, or are refused with a line.

Work is counted in lines of Python that run. Regular expressions run none: what they are given here would take those
that try every way to read it longer than anyone waits.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from slidegen.markup import Fragment
from slidegen.model import Text
from slidegen.outputs.marp_style import rename_sections
from slidegen.outputs.svg import inline_svg
from slidegen.render.attributes import parse_attributes, trailing_braces
from slidegen.render.context import Findings, SlideContext
from slidegen.render.elements import apply_element_comments
from slidegen.render.markdown import make_parser
from slidegen.render.marp import IMAGE_URL
from slidegen.render.marp.compose import LACKS
from slidegen.render.marp.stacks import REPEATED
from slidegen.resolved import ResolvedText
from slidegen.scan import Piece, scan
from slidegen.source_lines import with_lines
from slidegen.tables.data import NUMBER
from slidegen.v8 import EngineError, call, marp_engine
from slidegen.yaml_tree import parse_yaml
from tests.deck_folder import DeckFolder

MANY = 200_000


def steps(function: Callable[..., Any], *arguments: Any) -> int:
    """How many lines of Python run in a call."""
    count = 0

    def trace(frame: FrameType, event: str, _: object) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        function(*arguments)
    finally:
        sys.settrace(before)
    return count


def parse(markdown: str) -> list[str]:
    """Reads the Markdown of a slide; the mistakes found."""
    text = ResolvedText(markdown, (), Text(markdown, "talk.yml", 1))
    findings = Findings()
    make_parser().parse(markdown, {"slide": SlideContext(text, findings, incremental=False), "docId": "1"})
    return [problem.message for problem in findings.problems]


def with_elements(html: str) -> str:
    """Gives elements their attributes."""
    fragment = Fragment(html)
    text = ResolvedText(html, (), Text(html, "talk.md", 1))
    apply_element_comments(fragment, SlideContext(text, Findings(), incremental=False))
    return fragment.write()


def scanned(text: str) -> list[Piece]:
    """What a text holds beside prose."""
    return [piece for piece in scan(text) if piece.kind != "prose"]


UNENDING = f'background-image{"--background-image:" * MANY}"'
"""A background that no semicolon ends."""


def of_sections(css: str) -> str:
    """A style whose sections are called x."""
    return rename_sections(css, "x")


def filled_svg(value: str) -> str:
    """A drawing with that value of `fill`."""
    return inline_svg(f'<svg xmlns="http://www.w3.org/2000/svg" fill="{value}"/>', {}, "a")


@pytest.mark.parametrize(
    ("function", "unit"),
    [
        (with_elements, "<p>a<!-- .element: class=b --></p>"),
        (scanned, "`` a ` b\n\n"),
        (scanned, "`a` \\` "),
        (scanned, "a <!-- b --> $c$ "),
        (scanned, "<!-- b\n"),
        (scanned, "$$ a\n"),
        (lambda text: with_lines(text, int), "<a b='c'>"),
        (lambda text: with_lines(text, int), "<script>"),
        (parse, "\\begin{align}\n\n"),
        (parse, "\\begin{align}\n"),
        (parse, "> \\begin{align}\n"),
        (parse, "# a {.b}\n"),
    ],
)
def test_work_grows_with_the_length(function: Callable[[str], object], unit: str) -> None:
    """Twice the length is twice the work, give or take what is done once."""
    function(unit)
    short, long = (steps(function, unit * count) for count in (60, 120))
    assert long <= 2.2 * short


@pytest.mark.parametrize(
    ("function", "text", "result"),
    [
        (scanned, "".join("`" * n + " " for n in range(1, 700)), []),
        (LACKS.search, "`" * MANY, None),
        (LACKS.search, "~" * MANY, None),
        (NUMBER.fullmatch, "1" * MANY + "x", None),
        (IMAGE_URL.findall, "![" * MANY, []),
        (lambda html: REPEATED.sub("", html), UNENDING, UNENDING),
        (trailing_braces, f"{{a{' ' * MANY}x", (f"{{a{' ' * MANY}x", "")),
        (trailing_braces, "{" * MANY + "}", ("{" * (MANY - 1), "{}")),
        (parse_attributes, "{." + "a" * MANY + "}", {"class": "a" * MANY}),
        (of_sections, "/**/ " * 1000 + "section {}", "/**/ " * 1000 + "x {}"),
        (of_sections, "section {}" + "/*" * MANY, "x {}" + "/*" * MANY),
        (of_sections, "section {}" + "url(" * MANY, "x {}" + "url(" * MANY),
        (of_sections, "section " + "[" * MANY + "{}", "x " + "[" * MANY + "{}"),
        (filled_svg, "url(#" * MANY, f'<svg fill="{"url(#" * MANY}" class="" role="img" />'),
    ],
)
def test_no_expression_tries_every_way(function: Callable[[str], object], text: str, result: object) -> None:
    """Each of these ends at once, though nothing in it is closed."""
    assert function(text) == result


@pytest.mark.parametrize(
    "text",
    [
        "<!-- a -->" * 2000 + "x",
        "<!-- headingDivider: [" + "headingDivider: [" * 20_000 + " -->",
        "---\ntitle: a" + " " * MANY + "b\n---\nx",
        "---\nheadingDivider: 1\n---\n\n" + "<!-- a --> " * 500 + "b\n\n# c",
    ],
)
def test_a_deck_in_markdown_is_read_at_once(folder: DeckFolder, text: str) -> None:
    """Comments that nothing closes, and spaces inside a title."""
    assert folder.build(text, "talk.md").html


def test_mappings_are_merged_one_by_one() -> None:
    """The first that has a key gives its value."""
    parts = ", ".join(f"{{k{n}: {n}, last: {n}}}" for n in range(20_000))
    merged = parse_yaml(f"a:\n  <<: [{parts}]\n", "talk.yml").value["a"]
    assert (len(merged), merged["k19999"], merged["last"]) == (20_001, 19_999, 0)


TOO_MUCH = {
    "text": ("a " * 30_000 + "b", "60,001 characters without a blank line are too many; at most 20,000"),
    "brackets": ("[a" * 5_000, "5,000 of the signs [ ` $ ~ < without a blank line are too many; at most 2,000"),
    "comments": ("x <!--" * 3_000, "3,000 of the signs [ ` $ ~ < without a blank line are too many; at most 2,000"),
    "tags": ("x " + "<b>" * 200_000, "600,002 characters of HTML without a blank line are too many; at most 500,000"),
    "columns": ("|a" * 20_000 + "\n" + "|-" * 20_000, "a table of 20,000 columns is too wide; at most 200"),
    "list": ("- [ ] a\n" * 3_000, "a list of more than 2,000 items is too long"),
    "code": (
        "```python\n" + "x = 1\n" * 5_000 + "```",
        "30,000 characters of code are too many to highlight; at most 20,000, or name the language text",
    ),
    "spaces": (
        "```python\nx" + " " * 5_000 + "y\n```",
        "5,000 spaces in a row are too many to highlight; at most 1,000, or name the language text",
    ),
    "references": ("[a]\n\n" * 4_000 + f"[a]: /{'u' * 99_999}", "its links by reference take 400 MB; at most 20 MB"),
    "comments that nothing closes": (
        "<!-- headingDivider: [\n" * 20_000,
        "a comment is not closed, and much follows it; write -->",
    ),
    "styles": ("<style>" * 2_000, "a <style> is not closed, and much follows it; write </style>"),
}


@pytest.mark.parametrize("what", TOO_MUCH)
def test_what_is_too_much_is_refused_with_its_line(folder: DeckFolder, what: str) -> None:
    """In a deck in YAML, before and after its texts are expanded, and in Markdown with Marp's look."""
    text, message = TOO_MUCH[what]
    markdown = f"# a\n\n{text}\n"
    (told,) = folder.problems(markdown, "talk.md")
    assert told.startswith("talk.md")
    assert told.endswith(message)
    yaml = "slides:\n  - |\n" + "".join(f"    {line}\n" for line in markdown.splitlines())
    (told,) = folder.problems(yaml)
    assert told.startswith("talk.yml:")
    assert told.endswith(message)


def test_the_line_is_that_of_the_block(folder: DeckFolder) -> None:
    """All that is too much is told together."""
    text = f"# a\n\n{'a' * 30_000}\n\n---\n\n- b\n\n{'[' * 3_000}\n"
    assert folder.problems(text, "talk.md") == [
        "talk.md:3: 30,000 characters without a blank line are too many; at most 20,000",
        "talk.md:9: 3,000 of the signs [ ` $ ~ < without a blank line are too many; at most 2,000",
    ]


def test_what_expressions_make_is_bounded_too(folder: DeckFolder) -> None:
    """The text of a Markdown deck is looked at again once its values are in it."""
    text = "---\nvars: {a: 1}\n---\n\n# {{ a }}\n\n{% for n in range(6000) %}[abc{% endfor %}\n"
    (told,) = folder.problems(text, "talk.md")
    assert told.endswith("24,000 characters without a blank line are too many; at most 20,000")


@pytest.mark.parametrize(
    "tex", ["$$\n" + "x + " * 50_000 + "y\n$$", "\\begin{align}\n" + "x + " * 50_000 + "y\n\\end{align}"]
)
def test_a_formula_has_a_length(folder: DeckFolder, tex: str) -> None:
    """KaTeX takes minutes for 200 kB."""
    (told,) = folder.slide_problems(tex)
    assert told.startswith("talk.yml:3: a formula of 2")
    assert told.endswith("characters is too long; at most 20,000")


@pytest.mark.parametrize(
    "text",
    [
        f"![a](data:image/png;base64,{'iVBORw0KGgo' * 20_000})",
        f'a <svg viewBox="0 0 1 1">{"<path d=&quot;M0 0&quot;/>".replace("&quot;", chr(34)) * 3_000}</svg>',
        "a sentence of a long paragraph. " * 500,
        "- a point of a long list\n" * 1_000,
        "| a " * 50 + "|\n" + "|---" * 50 + "|\n" + ("| b " * 50 + "|\n") * 50,
        "```python\nx = [1, 2, 3]\n" + "print(x)  # all of it\n" * 500 + "```",
        "```\n" + "a line of a long log\n" * 20_000 + "```",
    ],
    ids=["picture", "drawing", "paragraph", "list", "table", "code", "log"],
)
def test_honest_slides_are_below_the_limits(folder: DeckFolder, text: str) -> None:
    """Pictures in the text, drawings, long logs."""
    assert folder.build(f"# a\n\n{text}\n", "talk.md").html


def test_a_fence_says_little(folder: DeckFolder) -> None:
    """Its line is read by an expression that braces make slow."""
    (told,) = folder.slide_problems("```python " + "{" * 5_000 + "\nx\n```")
    assert "code: the line after the fence has 5,007 characters; at most 1,000" in told
    (told,) = folder.slide_problems("```python {" + "1|" * 200 + "1}\nx\n```")
    assert "code: 201 steps are too many; at most 100" in told


def test_mistakes_without_end_are_told_up_to_a_thousand(folder: DeckFolder) -> None:
    """Each costs a look through the slide."""
    told = folder.slide_problems("::: a\n:::\n\n" * 1_500)
    assert len(told) == 1_001
    assert told[-1].endswith(": more than 1000 mistakes; the others are not listed")


def test_an_engine_has_an_end() -> None:
    """Whatever gets by the limits: a call that never returns is stopped, and the engine goes on."""
    engine = marp_engine()
    engine.result().eval("function forever() { for (;;); } function one() { return 1; }")
    with pytest.raises(EngineError, match=r"^takes longer than 0\.2 s; shorten or divide the deck$"):
        call(engine, "forever", seconds=0.2)
    assert call(engine, "one") == 1


def test_a_number_has_a_length(folder: DeckFolder) -> None:
    """One of hexadecimal digits is read in no time, and shown in none."""
    message = "a whole number of so many digits cannot be shown; put it in quotes"
    assert folder.problems(f"date: 0x{'f' * 10_000}\nslides: [a]\n") == [f"talk.yml:1: {message}"]


LONG_NUMBER = "9" * 2000
SAID = "a number of 2,000 digits in a style is too long; at most 100"


@pytest.mark.parametrize("output", ["reveal", "marp"])
@pytest.mark.parametrize(
    ("deck", "message"),
    [
        (
            f"# a\n\n<style>\na {{ b: #1{LONG_NUMBER} }}\n</style>\n",
            "3: a number of 2,001 digits in a style is too long; at most 100",
        ),
        (f"# a\n\n<style scoped>\na {{ b: 1.{LONG_NUMBER}; }}\n</style>\n", f"3: {SAID}"),
        (f"# a\n\n<!-- style: 'a {{ b: {LONG_NUMBER} }}' -->\n", f"3: {SAID}"),
        (f"---\nmarp: true\nstyle: 'a {{ b: {LONG_NUMBER} }}'\n---\n# a\n", f"3: style: {SAID}"),
    ],
)
def test_a_number_of_a_style(folder: DeckFolder, deck: str, message: str, output: str) -> None:
    """Marp-core looks for a unit behind every digit of it; 2,000 digits take it half a minute."""
    assert folder.problems(deck, "talk.md", format=output) == [f"talk.md:{message}"]


def test_a_number_of_a_theme(folder: DeckFolder) -> None:
    """Of Marp's kind, beside the deck."""
    folder.write("own.css", f"/* @theme own */\nsection {{ width: {LONG_NUMBER} }}\n")
    deck = "---\ntheme: own\n---\n# a\n"
    assert folder.problems(deck, "talk.md") == [f"talk.md:2: theme: {SAID}"]
