"""What an org file loses is told with its line; what would be a mistake in Emacs is one here."""

from __future__ import annotations

from pathlib import Path

import pytest

from slidegen.errors import DeckError
from tests.deck_folder import DeckFolder
from tests.sources.org.translating import content, losses, translated

HEAD = "#+OPTIONS: toc:nil num:nil\n* A\n"


@pytest.mark.parametrize(
    ("org", "told"),
    [
        ("#+REVEAL_INIT_SCRIPT: x()", "3: #+REVEAL_INIT_SCRIPT: is left out; no program of a deck is run"),
        ("#+REVEAL_EXTRA_JS: x.js", "3: #+REVEAL_EXTRA_JS: is left out; no program is loaded"),
        ("#+CALL: f(1)", "3: #+CALL: is left out; no program of a deck is run"),
        ("#+UNHEARD_OF: x", "3: #+UNHEARD_OF: is left out; the keyword is unknown"),
        ("x call_f(1) y", "3: 'call_f(1)' is left out; no program of a deck is run"),
        ("#+begin_src sh :exports results\nls\n#+end_src",
         "3: the results of this block are not in the file; no program of a deck is run"),
        ("#+begin_src sh\nls", "3: #+begin_src is not closed; the line is left out"),
        (":MINE:\nx", "3: :MINE: opens no drawer; the line is left out"),
        ("x\n\n:PROPERTIES:\n:a: b\n:END:", "5: properties stand right below a heading; these are left out"),
        ("x [[nowhere][word]]", "3: the link 'nowhere' leads nowhere in the deck; its words stay"),
        ("x\n[[elisp:(f)][word]]", "4: the link 'elisp:(f)' is left out, but for its words; it is for Emacs"),
        ("x[fn:none]", "3: no footnote 'none' is there; the mark is left out"),
        ("see [cite:@a;@b]", "3: a citation is shown as its keys; nothing is looked up without #+BIBLIOGRAPHY"),
        ("{{{none}}}x", "3: the macro 'none' is left out; no #+MACRO defines it"),
        ("{{{time(%Y)}}}x", "3: the macro 'time' is left out"),
        ("#+ATTR_HTML: :width wide\n[[file:a.png]]", "3: ATTR_HTML: width 'wide' is not a length such as 60% or 400px"),
        ("#+ATTR_HTML: :onclick x()\ny", "3: ATTR_HTML: the attribute 'onclick' is left out"),
        ("#+ATTR_REVEAL: :frag (a) :frag_idx (1 2)\n- x", "3: ATTR_REVEAL: frag_idx has 2 numbers for 1 items"),
        ("#+ATTR_REVEAL: :frag t\n\nx", "3: ATTR_REVEAL: is left out; no element stands right below it"),
        ("#+REVEAL: new", "3: #+REVEAL: new is left out; allowed: split"),
        ("\\begin{tikzpicture}\nx\n\\end{tikzpicture}",
         "3: the LaTeX environment 'tikzpicture' is left out; it is not a formula"),
        ("* B\n:PROPERTIES:\n:reveal_sound: x\n:END:",
         "5: the property reveal_sound is left out; slidegen does not have this property"),
        ("* B\n:PROPERTIES:\n:reveal_background_opacity: 2\n:END:",
         "5: reveal_background_opacity '2' is not a number from 0 to 1"),
        ("* B\n:PROPERTIES:\n:reveal_extra_attr: onclick=\"x\"\n:END:",
         "5: the attribute 'onclick' is left out: a slide cannot have it"),
    ],
)  # fmt: skip
def test_a_loss_is_told_with_its_line(org: str, told: str) -> None:
    """Once."""
    assert losses(translated(HEAD + org)) == [told]


@pytest.mark.parametrize(
    ("keyword", "told"),
    [
        ("#+REVEAL_THEME: neon", "#+REVEAL_THEME: 'neon' is not a theme of reveal.js or slidegen; auto is used"),
        (
            "#+REVEAL_TRANS: cube",
            "#+REVEAL_TRANS: 'cube' is left out; allowed: none, fade, slide, convex, concave, zoom",
        ),
        ("#+REVEAL_MARGIN: wide", "#+REVEAL_MARGIN: 'wide' is not a number"),
        ("#+LANGUAGE: english!", "#+LANGUAGE: 'english!' is not a language such as en"),
        ("#+OPTIONS: shiny:t", "#+OPTIONS: shiny: is left out; slidegen does not have this option"),
        ("#+REVEAL_EXTRA_CSS: x.css", "#+REVEAL_EXTRA_CSS: 'x.css' is left out; the deck's project has no such file"),
        ("#+REVEAL_SLIDE_HEADER: x", "#+REVEAL_SLIDE_HEADER: is left out; slides have a footer only"),
    ],
)
def test_a_keyword_of_the_deck_that_cannot_be_is_told(keyword: str, told: str) -> None:
    """With its line."""
    assert losses(translated(f"{keyword}\n{HEAD}")) == [f"1: {told}"]


def test_syntax_never_reaches_a_slide() -> None:
    """What is left out leaves nothing behind."""
    org = "#+begin_src sh\n:MINE:\n#+CALL: f()\n#+end_foo\n:END:\n#+UNKNOWN: x\nword"
    assert content(translated(HEAD + org).stacks[0][0]) == "## A\n\nword"


def test_a_script_in_a_file_is_left_out(folder: DeckFolder) -> None:
    """As in every deck, with its line."""
    page = folder.build(f"{HEAD}#+begin_export html\n<script>\nalert(1)\n</script>\n#+end_export\n", "talk.org")
    assert "alert" not in page.slides
    (warning,) = page.built.warnings
    assert (warning.line, warning.message) == (4, "<script> is left out with its text; --allow-scripts keeps it")


def test_mistakes_have_the_line_of_the_org_file(folder: DeckFolder) -> None:
    """In values, in formulas and in pictures, behind blocks that became shorter or longer."""
    org = """\
#+OPTIONS: toc:nil num:nil
#+begin_src yaml :slidegen
vars:
  n: 3
#+end_src
* A
:PROPERTIES:
:reveal_background: img/none.png
:END:

| {{ n }} | {{ m }} |
* B
"""
    picture, name = folder.problems(org, "talk.org")
    assert picture == "talk.org:8: slide 1: no file 'img/none.png' in the deck's folder"
    assert name.startswith("talk.org:11: unknown name 'm'; ")
    org = "#+OPTIONS: toc:nil num:nil\n* A\ntext =one\ntwo= and\n\n- x\n- \\(\\foo\\)\n\n[[file:none.png]]\n"
    formula, picture = folder.problems(org, "talk.org")
    assert formula.startswith("talk.org:7: math: Undefined control sequence: \\foo")
    assert picture == "talk.org:9: slide 1: no file 'none.png' in the deck's folder"


def test_what_is_said_to_slidegen_is_checked_with_its_line(folder: DeckFolder) -> None:
    """By the rules of a YAML deck."""
    org = "* A\n#+begin_src yaml :slidegen\ntables:\n  t: {source: memory, models: x, unit: GiG}\n#+end_src\n"
    assert folder.problems(org, "talk.org")[0].startswith("talk.org:4: tables.t.unit")
    org = "#+SLIDEGEN: vars: {\n* A\n"
    assert folder.problems(org, "talk.org")[0].startswith("talk.org:1: not valid YAML")
    org = "#+SLIDEGEN: vars: {a: 1}\n#+begin_src yaml :slidegen\nvars: {b: 1}\n#+end_src\n* A\n"
    assert folder.problems(org, "talk.org") == ["talk.org:3: key 'vars' is given twice"]


def test_a_file_is_included_in_its_place(tmp_path: Path) -> None:
    """As org, as code, or in part; headings go below the one at hand."""
    (tmp_path / "part.org").write_text("* Sub\ntext\n** Subsub\n* Other\n", encoding="utf-8")
    (tmp_path / "x.py").write_text("a = 1\nb = 2\n* c\n", encoding="utf-8")
    org = (
        '#+OPTIONS: toc:nil num:nil\n* A\n#+INCLUDE: "part.org::*Sub"\n* B\n#+INCLUDE: "x.py" src python :lines "2-"\n'
    )
    deck = translated(org, tmp_path)
    shown = [[content(slide) for slide in stack] for stack in deck.stacks]
    assert shown == [["## A", "## Sub\n\ntext", "## Subsub"], ["## B\n\n```python\nb = 2\n* c\n```"]]
    assert {line.number for line in deck.stacks[0][1].content} == {3}


@pytest.mark.parametrize(
    ("include", "message"),
    [
        ('"none.org"', "'none.org' cannot be read: no such file or directory"),
        ('"../secret.org"', "'../secret.org' is outside the deck's folder; copy the file into it"),
        ('"loop.org"', "'loop.org' includes itself"),
        ('"https://a.b/c.org"', "'https://a.b/c.org' is on the network; copy the file into the deck's folder"),
        ("", 'needs a file; write it as "file.org" or "file.py" src python'),
    ],
)
def test_what_cannot_be_included_is_a_mistake(tmp_path: Path, include: str, message: str) -> None:
    """With the line of the keyword in the deck."""
    (tmp_path / "loop.org").write_text('* L\n#+INCLUDE: "loop.org"\n', encoding="utf-8")
    with pytest.raises(DeckError) as caught:
        translated(f"* A\n#+INCLUDE: {include}\n", tmp_path)
    assert [str(problem) for problem in caught.value.problems] == [f"talk.org:2: #+INCLUDE: {message}"]


@pytest.mark.parametrize("name", ["none.org", "https://a.b/theme.setup", "~/.emacs.d/talk.org"])
def test_a_setup_file_that_cannot_be_read_is_left_out(tmp_path: Path, name: str) -> None:
    """Emacs exports such a file as well."""
    deck = translated(f"#+SETUPFILE: {name}\n{HEAD}", tmp_path)
    (loss,) = losses(deck)
    assert loss.startswith(f"1: #+SETUPFILE: is left out; '{name}' ")
    assert content(deck.stacks[0][0]) == "## A"


def test_commands_for_paper_leave_nothing_behind() -> None:
    """They hold no words; each is a loss."""
    deck = translated(f"{HEAD}word\\pause\n\n\\vspace{{1cm}}\n\n- x \\pause\n")
    assert content(deck.stacks[0][0]) == "## A\n\nword\n\n- x"
    assert losses(deck) == [
        "3: the LaTeX command '\\\\pause' is left out; it is for LaTeX alone",
        "5: the LaTeX command '\\\\vspace{1cm}' is left out; it is for LaTeX alone",
        "7: the LaTeX command '\\\\pause' is left out; it is for LaTeX alone",
    ]


@pytest.mark.parametrize("keyword", ["#+BEAMER_HEADER_EXTRA: x", "#+SPDX-License-Identifier: x", "#+LINK_UP: x"])
def test_keywords_of_other_formats_are_no_loss(keyword: str) -> None:
    """They change nothing in org's own export to HTML either."""
    assert losses(translated(f"{keyword}\n{HEAD}")) == []


def test_keywords_of_a_setup_file_count(tmp_path: Path) -> None:
    """And nothing else of it."""
    (tmp_path / "setup.org").write_text("#+TITLE: From there\n* No slide\n", encoding="utf-8")
    deck = translated("#+SETUPFILE: setup.org\n#+OPTIONS: toc:nil num:nil\n* A\n", tmp_path)
    assert [content(slide) for stack in deck.stacks for slide in stack] == ["# From there", "## A"]
