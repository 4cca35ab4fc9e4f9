"""Characters that no font in the file has are told, with their slide and line."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from slidegen.outputs import own_fonts
from slidegen.outputs.glyphs import visible_text
from slidegen.pipeline import BuildOptions, build
from tests.deck_folder import DeckFolder
from tests.tiny_fonts import tiny_font

SLIDES = Path(__file__).parents[2] / "slides"


@pytest.fixture(autouse=True)
def _without_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fonts of the extra may be installed where the tests run."""
    monkeypatch.setattr(own_fonts, "PACKS", ("slidegen_has_no_such_fonts",))


def warnings(folder: DeckFolder, deck: str, name: str = "talk.yml", **options: str) -> list[str]:
    """The messages about glyphs, without what to do."""
    found = folder.build(deck, name, **options).built.warnings
    return [str(one).replace(f"{folder.path}/", "").split("; ")[0] for one in found if one.code == "missing-glyph"]


@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_characters_without_a_glyph_are_told_with_line_and_script(folder: DeckFolder, output: str) -> None:
    """In text, in formulas and in notes; slides after one another with the same scripts share one warning."""
    deck = """\
        slides:
        - |
          # Hello

          日本 <b>語</b>
        - "`語`"
        - ok
        - $\\text{한}$
        - content: seen
          notes: |
            first
            هذا
        """
    assert warnings(folder, deck, format=output) == [
        "talk.yml:5: no font in the file has 日 本 語 (Han), on this slide and 1 after it",
        "talk.yml:8: no font in the file has 한 (Hangul)",
        "talk.yml:12: no font in the file has ا ذ ه (Arabic)",
    ]


@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_a_marp_deck_is_told_too(folder: DeckFolder, output: str) -> None:
    """Entities are characters."""
    deck = "---\nmarp: true\n---\n# a\n\n---\n\n&#x65E5; <b>&#26412;</b>\n"
    assert warnings(folder, deck, "talk.md", format=output) == ["talk.md:7: no font in the file has 日 本 (Han)"]


def test_labels_of_charts_count_but_not_what_nobody_sees(folder: DeckFolder) -> None:
    """Neither titles nor comments nor other languages' names in attributes."""
    assert visible_text("<svg><text>日</text></svg>") == "日"
    assert (
        visible_text('<svg><title>日</title></svg><!-- 日 --><p title="日" hidden>日</p><style>/* 日 */</style>') == ""
    )
    table = "tables:\n  t: {source: data, rows: [{name: 日, value: 1}, {name: b, value: 2}]}\n"
    deck = f"{table}figures:\n  f: {{kind: bars, table: t, value: value}}\nslides:\n- '{{{{ chart(\"f\") }}}}'\n"
    assert warnings(folder, deck) == ["talk.yml:6: no font in the file has 日 (Han)"]


def test_what_is_drawn_by_formulas_signs_or_invisible_is_no_alarm(folder: DeckFolder) -> None:
    """Joiners, spaces of all widths, signs from the text and code fonts in each other's text, KaTeX's own glyphs."""
    text = "$$\\implies \\mathbb{R} \\not\\in \\overbrace{x}^{n}$$ a\u200bb\u2009c\ufeff ✓ → ≤ ░ `ἀ ≠` ﬁ ½ \u0301 Ω🚀"
    text += " \u212a \u1e17"
    assert warnings(folder, f"slides:\n- |\n  {text}\n") == []


def test_fonts_of_the_decks_own_style_sheets_count(folder: DeckFolder) -> None:
    """A font that a slide brings by `@font-face` has its glyphs; a damaged one has none."""
    face = "<style>@font-face {{font-family: Own; src: url({})}}</style>日本"
    folder.write("own.ttf", tiny_font("日"))
    assert warnings(folder, f"slides:\n- |\n  {face.format('own.ttf')}\n") == [
        "talk.yml:3: no font in the file has 本 (Han)"
    ]
    broken = f"data:font/ttf;base64,{base64.b64encode(b'no font').decode()}"
    assert warnings(folder, f"slides:\n- |\n  {face.format(broken)}\n") == [
        "talk.yml:3: no font in the file has 日 本 (Han)"
    ]


@pytest.mark.parametrize("deck", sorted(SLIDES.glob("*.yml")), ids=lambda path: path.stem)
def test_the_example_decks_have_all_glyphs(deck: Path, tmp_path: Path) -> None:
    """No false alarm."""
    built = build(str(deck), BuildOptions(offline=True, mode="frozen", folder=tmp_path, root=SLIDES.parent))
    assert [str(one) for one in built.warnings if one.code == "missing-glyph"] == []


def test_a_warning_says_how_to_add_a_font(folder: DeckFolder) -> None:
    """By a file, and by the extra if that has the script."""
    (chinese,) = folder.build("slides: [\u65e5]\n").built.warnings
    assert (
        str(chinese)
        .partition("; ")[2]
        .startswith("name a font file that has them by fonts: {also: FILE}, or add fonts with: ")
    )
    assert "[fonts-cjk]" in str(chinese)
    (runes,) = folder.build("slides: [\U00012000]\n").built.warnings
    assert str(runes).endswith("(Cuneiform); name a font file that has them by fonts: {also: FILE}")


@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_emoji_that_fonts_show_as_their_parts_are_told(folder: DeckFolder, output: str) -> None:
    """Joined ones in labels of charts and keycaps in code; in text they are pictures, and single ones are signs."""
    rows = '{name: "a \U0001f469\U0001f3fd\u200d\U0001f680", value: 3}, {name: "b \U0001f389", value: 4}'
    deck = (
        f"tables:\n  t: {{source: data, columns: [name, value], rows: [{rows}]}}\nslides:\n"
        "- \"{{ chart('t', kind='bars', label='name', value='value') }}\"\n"
        "- |\n  1\ufe0f\u20e3 `\U0001f389`\n\n  `1\ufe0f\u20e3`\n- 1\ufe0f\u20e3 \U0001f469\u200d\U0001f680\n"
    )
    told = [one.partition(": emoji are")[0] for one in warnings(folder, deck, format=output)]
    assert told == [
        "talk.yml:4: no font in the file joins the parts of \U0001f469\U0001f3fd\u200d\U0001f680",
        "talk.yml:6: no font in the file joins the parts of 1\ufe0f\u20e3",
    ]
