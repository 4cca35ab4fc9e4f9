"""Formulas that MathJax sets in Marp decks. What is expected of a formula is what marp-cli 4.5.1 made of it."""

from __future__ import annotations

import re
from typing import NamedTuple

import pytest

from tests.deck_folder import DeckFolder
from tests.marp.dom import OUTPUTS, built

EACH_OUTPUT = pytest.mark.parametrize("output", OUTPUTS)
HEAD = "---\nmarp: true\nmath: mathjax\n---\n\n"
SILENT = "---\nmarp: true\n---\n\n"
FORMULA = re.compile(r"<mjx-container.*?</mjx-container>", re.DOTALL)
LETTER = re.compile(r'data-c="([0-9A-F]+)"|<text[^>]*>([^<]*)</text>')
SIZE = re.compile(r'<svg[^>]* width="([^"]*)" height="([^"]*)"')


class Fact(NamedTuple):
    """The letters of a formula in their order, the width and the height of its picture, and what it links to."""

    letters: str
    width: str
    height: str
    links: tuple[str, ...] = ()


def facts(html: str) -> list[Fact]:
    """Those of every formula in a page."""
    found = []
    for formula in FORMULA.findall(html):
        letters = "".join(chr(int(code, 16)) if code else text for code, text in LETTER.findall(formula))
        size = SIZE.search(formula)
        assert size is not None
        found.append(Fact(letters, size[1], size[2], tuple(re.findall(r'href="([^"]*)"', formula))))
    return found


def warnings(folder: DeckFolder, deck: str, output: str = "marp") -> list[str]:
    """The warnings of a build, without the folder's path."""
    told = built(folder, deck, output).page.built.warnings
    return [str(warning).replace(f"{folder.path}/", "") for warning in told]


BY_MARP_CLI = {
    r"$\ce{2H2 + O2 -> 2H2O}$": Fact("2H2+O2⟶2H2O", "20.624ex", "1.959ex"),
    r"$$\begin{align} a &= b \label{eq:1}\tag{1} \\ c &= d \end{align}$$": Fact("𝑎=𝑏𝑐=𝑑(1)", "100%", "5.204ex"),
    r"$\eqref{eq:1}$": Fact("(1)", "2.891ex", "2.262ex", ("#mjx-eqn%3Aeq%3A1",)),
    r"$\bbox[yellow]{x}$": Fact("𝑥", "1.294ex", "1.025ex"),
    r"$\href{https://a.org}{y}$": Fact("𝑦", "1.109ex", "1.464ex", ("https://a.org",)),
    r"$\unicode{x263a}$": Fact("☺", "1.357ex", "2.149ex"),
    r"$$\begin{multline} a+b \\ +c \end{multline}$$": Fact("𝑎+𝑏+𝑐", "80ex", "5.656ex"),
    r"$\newcommand{\RR}{\mathbb{R}} \RR$": Fact("ℝ", "1.633ex", "1.545ex"),
    r"$x \in \RR$": Fact("𝑥∈ℝ", "5.694ex", "1.636ex"),
    r"$\bra{a}$": Fact("⟨𝑎|", "2.706ex", "2.262ex"),
    r"$\require{physics}$": Fact(r"\require𝑝ℎ𝑦𝑠𝑖𝑐𝑠", "15.428ex", "2.262ex"),
    r"$\SI{5}{\meter}$": Fact(r"\SI5\meter", "11.129ex", "2.262ex"),
    r"$\color{red}{x}$": Fact("𝑥", "1.294ex", "1.025ex"),
    r"$\cancel{x}$": Fact("𝑥", "2.502ex", "2.233ex"),
    r"$\enclose{circle}{x}$": Fact("𝑥", "2.502ex", "2.233ex"),
    r"$$\begin{CD} A @>a>> B \end{CD}$$": Fact("𝐴→−𝑎𝐵", "11.898ex", "3.269ex"),
    r"$\frac{1$": Fact(r"\frac{1", "9.502ex", "2.149ex"),
}


@EACH_OUTPUT
def test_commands_come_out_as_in_marp_cli(folder: DeckFolder, output: str) -> None:
    """In one deck, whose formulas share macros and labels; what MathJax does not know is red there, too."""
    page = built(folder, HEAD + "\n\n".join(BY_MARP_CLI), output).page
    assert facts(page.html) == list(BY_MARP_CLI.values())
    assert 'id="mjx-eqn:eq:1"' in page.html
    path = folder.path / "talk.md"
    assert [str(warning) for warning in page.built.warnings] == [
        f"{path}:26: math: \\require is unknown or not supported; it is shown in red",
        f"{path}:28: math: \\SI is unknown or not supported; it is shown in red",
        f"{path}:28: math: \\meter is unknown or not supported; it is shown in red",
        f"{path}:38: math: Missing close brace; it is shown in red",
    ]


@EACH_OUTPUT
def test_its_style_comes_along(folder: DeckFolder, output: str) -> None:
    """MathJax's rules, and nothing of KaTeX, whose fonts are a third of a page."""
    html = built(folder, f"{HEAD}$x$", output).page.html
    assert 'mjx-container[jax="SVG"][display="true"]' in html
    assert "KaTeX_Main" not in html


@pytest.mark.parametrize(
    ("deck", "mathjax"),
    [
        (f"{HEAD}$x$", True),
        ("---\nmarp: true\nmath: katex\n---\n\n$x$", False),
        (f"{SILENT}$x$", False),
        (f"{SILENT}$x$\n\n---\n\n<!-- math: mathjax -->", True),
        (f"{SILENT}$x$\n\n<!--\ntheme: gaia\nmath: 'mathjax' # now\n-->", True),
        (f"{SILENT}$x$\n\n```\n<!-- math: mathjax -->\n```\n\nand `<!-- math: mathjax -->`", False),
        (f"{SILENT}$x$ $\\ce{{H2O}}$", True),
        ("---\nmarp: true\nmath: katex\n---\n\n$x$ $\\ce{H2O}$", False),
        (f"{SILENT}$x$ $\\foo$", False),
        (f"{SILENT}$x$ $\\foo$ $\\ce{{H2O}}$", True),
    ],
)
def test_a_deck_says_who_sets_its_formulas(folder: DeckFolder, deck: str, mathjax: bool) -> None:
    """One library for all of them; a deck that names none gets KaTeX, unless MathJax sets more of them."""
    html = built(folder, deck, "marp").page.html
    assert ("<mjx-container" in html, 'class="katex"' in html) == (mathjax, not mathjax)


@EACH_OUTPUT
def test_formulas_in_html_of_slidegen_are_set_with_the_others(folder: DeckFolder, output: str) -> None:
    """Those that stand bare, in containers and in footnotes share macros and labels with the rest, in their order."""
    text = (
        "\\begin{align*}\n\\newcommand{\\RR}{\\mathbb{R}}\n\\ce{H2O} &= \\RR \\tag{7}\\label{e}\n\\end{align*}\n\n"
        "::: note\n$\\RR$ and $\\eqref{e}$\n:::\n\n$\\RR$ and[^1].\n\n[^1]: $\\ce{N2}$\n"
    )
    deck = built(folder, SILENT + text, output)
    assert [fact.letters for fact in facts(deck.page.html)] == ["H2O=ℝ(7)", "ℝ", "(7)", "ℝ", "N2"]
    assert deck.page.built.warnings == ()
    assert "\ufddc" not in deck.page.html
    if output == "marp":
        markdown = (folder.path / "build/talk.marp.md").read_text(encoding="utf-8")
        assert [fact.letters for fact in facts(markdown)] == ["H2O=ℝ(7)", "ℝ", "(7)", "ℝ", "N2"]


@EACH_OUTPUT
def test_computed_values_stand_in_formulas(folder: DeckFolder, output: str) -> None:
    """Letter by letter, in formulas and in the text in them; a value is no command."""
    tables = 'tables: {t: {source: data, rows: [{m: a, v: 1.5}, {m: b, v: "x<y|*$5%\\\\~^{#&_`!"}]}}'
    values = ["{{ tables.t.row(m='a').v }}", "{{ tables.t.row(m='b').v }}"]
    deck = f"---\nmarp: true\nmath: mathjax\n{tables}\n---\n\n$x={values[0]}$ ${values[1]}$ $\\text{{ {values[1]} }}$\n"
    found = built(folder, deck, output)
    assert [fact.letters.strip() for fact in facts(found.page.html)] == [
        "𝑥=1.5",
        "𝑥<𝑦|*$5%∖~^{#&_`!",
        "x<y|*$5%\\~^{#&_`!",
    ]
    assert found.page.built.warnings == ()


@EACH_OUTPUT
def test_a_link_in_a_formula_is_harmless(folder: DeckFolder, output: str) -> None:
    """One that runs a program is left out, and told; in the Markdown file, too."""
    deck = f"{HEAD}$\\href{{javascript:alert(1)}}{{x}}$\n\n::: note\n$\\href{{JavaScript:alert(2)}}{{y}}$\n:::\n"
    page = built(folder, deck, output).page
    assert [(fact.letters, fact.links) for fact in facts(page.html)] == [("𝑥", ()), ("𝑦", ())]
    assert {warning.message for warning in page.built.warnings} == {
        "href is left out: it runs a program; --allow-scripts keeps it"
    }
    if output == "marp":
        markdown = (folder.path / "build/talk.marp.md").read_text(encoding="utf-8")
        assert "JavaScript:" not in markdown.partition("<div")[2]


def test_the_yellow_ground_of_a_mistake_is_no_picture(folder: DeckFolder) -> None:
    """MathJax marks it by an attribute that on a slide of reveal.js names one."""
    assert warnings(folder, f"{HEAD}$\\frac{{1$", "reveal") == [
        "talk.md:6: math: Missing close brace; it is shown in red"
    ]


@pytest.mark.parametrize(
    ("tex", "told"),
    [
        (r"\def\a{\a}\a", "MathJax maximum macro substitution count exceeded; is here a recursive macro call?"),
        (r"\def\a{\a\a}\a", "MathJax maximum macro substitution count exceeded; is here a recursive macro call?"),
        ("{" * 2400 + "x" + "}" * 2400, "it cannot be set; it may be nested too deeply"),
        ("x+" * 2500 + "x", "a formula of 5,001 characters is too long; at most 5,000"),
        (r"\char", r"\char needs a number"),
        (r"\char1114112", r"\char needs a number"),
        (r'\mmlToken{mi}[onclick="alert(1)"]{x}', "onclick is not a recognized attribute for mi"),
    ],
)
def test_formulas_that_mean_harm_are_told(folder: DeckFolder, tex: str, told: str) -> None:
    """None of them takes long, or ends the build, or keeps the next one from being set."""
    deck = built(folder, f"{HEAD}${tex}$ $y$\n", "marp")
    (warning,) = deck.page.built.warnings
    assert warning.message.rpartition("; it is shown")[0] == f"math: {told}"
    assert facts(deck.page.html)[-1].letters == "𝑦"


def test_the_same_deck_gives_the_same_bytes(folder: DeckFolder) -> None:
    """The second time, too, when MathJax has set formulas already."""
    deck = HEAD + "\n\n".join(BY_MARP_CLI)
    first, second = (built(folder, deck, "marp").page.html for _ in range(2))
    assert first == second


@EACH_OUTPUT
@pytest.mark.parametrize("library", ["katex", "mathjax"])
def test_text_may_follow_a_formula_in_double_dollars(folder: DeckFolder, output: str, library: str) -> None:
    """On its line; to marp-core all that follows would be in the formula, the next slides included."""
    text = "$$ p<1 $$ - text\nand $$q$$ more\n\n$$\nr\n$$\n\nin a $$line$$\n\n---\n\n$$ s $$\n"
    deck = built(folder, f"---\nmarp: true\nmath: {library}\n---\n\n{text}", output)
    sign = "mjx-container" if library == "mathjax" else "annotation"
    assert len(list(deck.section(1).all(sign))) == 3
    assert len(list(deck.section(2).all(sign))) == 1
    paragraph = deck.section(1).one("p")
    assert len(list(paragraph.all(sign))) == 2
    assert [part.strip() for part in paragraph.inside if isinstance(part, str) and part.strip()] == [
        "- text",
        "and",
        "more",
    ]
    assert deck.texts[0].endswith("in a $$line$$")
    if library == "mathjax":
        assert [fact.letters for fact in facts(deck.page.html)] == ["𝑝<1", "𝑞", "𝑟", "𝑠"]
