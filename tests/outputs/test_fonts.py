"""Only the fonts that a deck needs are in its file."""

from __future__ import annotations

import re

from slidegen.outputs.fonts import font_faces, katex_css
from slidegen.themes import plain_look
from tests.deck_folder import DeckFolder


def faces(slides: list[str]) -> str:
    """The rules for slides in the plain look."""
    return font_faces(slides, plain_look().fonts)


def families(css: str) -> list[tuple[str, str]]:
    """Family and style of each face."""
    return re.findall(r'font-family:"?([^;"]+)"?;font-style:(\w+)', css)


def test_text_needs_its_font_and_nothing_else() -> None:
    """Neither italics nor code nor symbols."""
    assert set(families(faces(["<p>Hello</p>"]))) == {("Source Sans 3", "normal")}


def test_italics_and_code_bring_their_fonts() -> None:
    """By the tags in use."""
    assert set(families(faces(["<em>a</em><code>b</code>"]))) == {
        ("Source Sans 3", "normal"),
        ("Source Sans 3", "italic"),
        ("JetBrains Mono", "normal"),
    }


def test_a_look_has_the_fonts_that_its_style_sheets_name(folder: DeckFolder) -> None:
    """Academic sets tables in the family of charts, which a deck without charts has as well, in both outputs."""
    for name, head in (("talk.yml", ""), ("talk.md", "marp: true\n")):
        table = "| a | b |\n|---|---|\n| c | 1 |\n"
        if head:
            deck = f"---\n{head}theme: academic\n---\n\n{table}"
        else:
            deck = "theme: academic\nslides:\n- |\n" + "".join(f"  {row}\n" for row in table.splitlines())
        assert ("Source Sans 3", "normal") in families(folder.build(deck, name).html), name


def test_characters_bring_the_parts_of_a_font_that_have_them() -> None:
    """Entities are characters too."""
    plain = faces(["<p>a</p>"])
    assert len(faces(["<p>\u0416</p>"])) > len(plain)
    assert faces(["<p>&#x416;</p>"]) == faces(["<p>\u0416</p>"])
    assert "Noto Emoji" in faces(["<p>\U0001f680</p>"])


def test_formulas_bring_the_fonts_that_they_use() -> None:
    """And KaTeX's style refers to no other file."""
    main = katex_css(['<span class="katex"><span class="mord">1</span></span>'])
    script = katex_css(['<span class="katex"><span class="mord mathcal">L</span></span>'])
    assert "KaTeX_Caligraphic" not in "".join(re.findall(r"@font-face\{[^}]*\}", main))
    assert "KaTeX_Caligraphic" in "".join(re.findall(r"@font-face\{[^}]*\}", script))
    assert set(re.findall(r"url\(([^:)]*)", main)) == {"data"}


def test_a_deck_without_math_has_nothing_of_katex(folder: DeckFolder) -> None:
    """Neither its style nor its fonts."""
    assert "KaTeX_" not in folder.slide("a").html
    assert "KaTeX_Main" in folder.slide("$a$").html
