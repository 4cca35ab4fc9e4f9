"""A deck's own font files are in the built file, cut down to what it shows."""

from __future__ import annotations

import base64
import io
import re
import textwrap
from importlib.util import find_spec
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from slidegen.build_options import BuildOptions
from slidegen.memo import Memo
from slidegen.outputs import own_fonts
from slidegen.pipeline import preview
from tests.deck_folder import DeckFolder, Page
from tests.tiny_fonts import tiny_font

FACE = re.compile(r'@font-face\{font-family:"(Deck [^"]*)";([^}]*?)src:url\(data:font/woff2;base64,([^)]*)\)')
LATIN = "".join(map(chr, range(0x20, 0x7F)))


@pytest.fixture(autouse=True)
def _without_extra(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The fonts of the extra may be installed where the tests run."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
    if "installed" not in request.node.name:
        monkeypatch.setattr(own_fonts, "PACKS", ("slidegen_has_no_such_fonts",))


def faces(page: Page) -> dict[str, set[str]]:
    """The characters of the deck's own fonts, by family and what is declared of it."""
    found = {}
    for family, declared, data in FACE.findall(page.html):
        with TTFont(io.BytesIO(base64.b64decode(data))) as font:
            found[f"{family} {declared.replace('font-', '')}".replace(";display:block;", "")] = set(
                map(chr, font.getBestCmap())
            )
    return found


def stack(page: Page, name: str) -> str:
    """The custom property of a stack of families."""
    found = re.search(f"--font-{name}: ([^;]*);", page.html)
    assert found is not None
    return found[1]


def messages(page: Page) -> list[str]:
    """The warnings, with paths relative to the deck."""
    return [re.sub(r"^/\S*/", "", str(one)) for one in page.built.warnings]


@pytest.mark.parametrize("output", ["reveal", "marp"])
@pytest.mark.parametrize("name", ["talk.yml", "talk.md", "marp.md"])
def test_a_file_for_each_kind_of_text(folder: DeckFolder, name: str, output: str) -> None:
    """In YAML, in Markdown and in Marp's dialect, in both outputs: the family is the first one of its stack."""
    for role in ("text", "heading", "code"):
        folder.write(f"fonts/{role}.ttf", tiny_font(LATIN + "日本"))
    keys = "fonts: {text: fonts/text.ttf, heading: fonts/heading.ttf, code: [fonts/code.ttf]}\n"
    dialect = "marp: true\n" if name == "marp.md" else "dialect: plain\n"
    text = "# 日\n\na `b`\n"
    deck = f"{keys}slides: ['{text!s}']\n" if name.endswith("yml") else f"---\n{dialect}{keys}---\n{text}"
    page = folder.build(deck.replace("\n\n", "\n\n"), name, format=output)
    assert faces(page) == {
        f"Deck {role} style:normal;weight:400": {*LATIN, "日"} for role in ("Text", "Heading", "Code")
    }
    assert stack(page, "text").startswith('"Deck Text", "Source Sans 3", ')
    assert stack(page, "heading").startswith('"Deck Heading", "Source Sans 3", ')
    assert stack(page, "code").startswith('"Deck Code", "JetBrains Mono", ')
    assert messages(page) == []


def test_weights_and_styles_of_one_role_are_one_family(folder: DeckFolder) -> None:
    """A regular and a bold file."""
    folder.write("a.ttf", tiny_font(LATIN))
    folder.write("b.ttf", tiny_font(LATIN, bold=True))
    page = folder.build("fonts: {text: [a.ttf, b.ttf]}\nslides: [a]\n")
    assert list(faces(page)) == ["Deck Text style:normal;weight:400", "Deck Text style:normal;weight:700"]


def test_fonts_for_what_all_others_lack(folder: DeckFolder) -> None:
    """Only those characters are taken, from the first file that has them, in all its weights; no warning is left."""
    folder.write("jp.ttf", tiny_font("a日本", family="J"))
    folder.write("jpb.ttf", tiny_font("a日", family="J", bold=True))
    folder.write("kr.ttf", tiny_font("日한글", family="K"))
    page = folder.build("fonts: {also: [jp.ttf, jpb.ttf, kr.ttf]}\nslides: [a 日 한 — 🚀]\n")
    assert faces(page) == {
        "Deck Also 1 style:normal;weight:400": {"日"},
        "Deck Also 1 style:normal;weight:700": {"日"},
        "Deck Also 2 style:normal;weight:400": {"한"},
    }
    for name in ("text", "code", "figure"):
        assert '"Deck Also 1", "Deck Also 2", "Slidegen Symbols"' in stack(page, name)
    assert messages(page) == []


def test_a_theme_of_marp_takes_the_decks_fonts(folder: DeckFolder) -> None:
    """Its own families come after them."""
    folder.write("a.ttf", tiny_font(LATIN))
    folder.write("own.css", "/* @theme own */\nsection { font-family: Serif Of Theirs; }")
    deck = "---\nmarp: true\ntheme: {}\nfonts: {{text: a.ttf}}\n---\n# a\n"
    for theme in ("default", "gaia"):
        html = folder.build(deck.format(theme), "talk.md", format="marp").html
        assert 'font-family:"Deck Text", "Source Sans 3"' in html
    html = folder.build(deck.format("own"), "talk.md", format="marp", theme_set=(folder.path / "own.css",)).html
    assert ":is(section, marp-section) { font-family: var(--font-text) !important; }" in html


def test_the_same_deck_has_the_same_bytes(folder: DeckFolder) -> None:
    """Whatever the time is."""
    folder.write("a.ttf", tiny_font(LATIN + "日"))
    deck = "fonts: {text: a.ttf, also: a.ttf}\nslides: [日]\n"
    assert folder.build(deck).html == folder.build(deck).html


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ("text: no.ttf", "talk.yml:1: no font 'no.ttf' in the deck's folder"),
        ("{also: [../no.ttf]}", "talk.yml:1: font '../no.ttf' is outside the deck's folder; copy the file into it"),
        ("text: a.txt", "talk.yml:1: 'a.txt' is not a font file; allowed: .ttf, .otf, .woff2, .woff, .ttc, .otc"),
        ("code: broken.ttf", "talk.yml:1: font 'broken.ttf' cannot be used: Not a TrueType or OpenType font"),
        ("code: cut.ttf", "talk.yml:1: font 'cut.ttf' cannot be used: "),
        ("text: 3", "talk.yml:1: fonts.text is 3; allowed: text or a list"),
        ("body: a.ttf", "talk.yml:1: unknown key 'body'; available: also, code, emoji, heading, text"),
        ("emoji: grey", "talk.yml:1: fonts.emoji is 'grey'; allowed: 'color' or 'mono'"),
    ],
)
def test_what_is_wrong_with_a_font_is_one_line(folder: DeckFolder, keys: str, message: str) -> None:
    """With what is allowed, or what the library says."""
    folder.write("broken.ttf", b"no font at all")
    folder.write("cut.ttf", tiny_font(LATIN)[:700])
    inside = keys.strip("{}")
    (found,) = folder.problems(f"fonts: {{{inside}}}\nslides: [a]\n")
    assert found.startswith(message)
    assert "\n" not in found


def test_all_mistakes_in_fonts_are_told_together(folder: DeckFolder) -> None:
    """Each at its line, with those of the slides."""
    folder.write("broken.ttf", b"no font at all")
    deck = textwrap.dedent("""\
        fonts:
          text: no.ttf
          also:
            - broken.ttf
            - neither.otf
        slides: ["![](x.png)"]
        """)
    found = folder.problems(deck)
    assert [one.split(": ")[0] for one in found] == ["talk.yml:2", "talk.yml:5", "talk.yml:6"]


def test_a_font_that_takes_for_ever_is_stopped(
    folder: DeckFolder, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """And the font that was being read is named."""
    worker = tmp_path_factory.mktemp("worker") / "worker.py"
    worker.write_text("import sys\nprint(0, file=sys.stderr, flush=True)\nwhile True:\n    pass\n")
    monkeypatch.setattr(own_fonts, "WORKER", worker)
    monkeypatch.setattr(own_fonts, "SECONDS", 2)
    folder.write("a.ttf", tiny_font(LATIN))
    found = folder.problems("fonts: {text: a.ttf}\nslides: [a]\n")
    assert found == ["talk.yml:1: font 'a.ttf' cannot be used: reading it takes more than 2 seconds"]


def test_a_font_of_a_folder_that_cannot_be_read_does_not_matter(
    folder: DeckFolder, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """One that stops the program, and one that is damaged: the deck's own are there, and the missing glyph is told."""
    folder.write("a.ttf", tiny_font(LATIN))
    folder.write("system/b.ttf", b"no font")
    deck = "fonts: {text: a.ttf}\nslides: [한]\n"
    for worker in (None, tmp_path_factory.mktemp("worker") / "worker.py"):
        if worker is not None:
            text = (
                own_fonts.WORKER.read_text().replace("    _limit()\n", "").replace("def _opened(", "def _was_opened(")
            )
            stop = (
                "def _opened(file, variant):\n    if isinstance(file, str):\n        import os\n        os._exit(1)\n"
            )
            ending = text.index('if __name__ == "__main__":')
            worker.write_text(f"{text[:ending]}{stop}    return _was_opened(file, variant)\n\n\n{text[ending:]}")
            monkeypatch.setattr(own_fonts, "WORKER", worker)
        page = folder.build(deck, fonts=(folder.path / "system",))
        assert list(faces(page)) == ["Deck Text style:normal;weight:400"]
        assert [one.code for one in page.built.warnings] == ["missing-glyph"]


def test_a_licence_that_forbids_embedding_is_told(folder: DeckFolder) -> None:
    """By the bits of `fsType`: restricted, no subset; not by those that allow to look at it or to edit."""
    for bits in (0x0002, 0x0100):
        folder.write("a.ttf", tiny_font(LATIN, embedding=bits))
        assert messages(folder.build("fonts: {text: a.ttf}\nslides: [a]\n")) == [
            "talk.yml:1: font 'a.ttf' says that its licence forbids embedding it (fsType); ask its maker"
        ]
    for bits in (0x0000, 0x0004, 0x0008):
        folder.write("a.ttf", tiny_font(LATIN, embedding=bits))
        assert messages(folder.build("fonts: {text: a.ttf}\nslides: [a]\n")) == []


def test_emoji_in_the_colour_of_the_text(folder: DeckFolder) -> None:
    """A font draws them."""
    html = folder.build("fonts: {emoji: mono}\nslides: [🚀]\n").html
    assert "sg-emoji" not in html
    assert 'font-family:"Noto Emoji"' in html


def test_a_folder_that_the_user_offers(folder: DeckFolder) -> None:
    """Its fonts have what the deck's lack; a deck itself cannot name it."""
    (found,) = folder.problems("slides: [한]\n", fonts=(folder.path / "none",))
    assert found == "none: --fonts is not a folder"
    folder.write("system/deep/k.otf", tiny_font("한", family="K"))
    page = folder.build("slides: [한]\n", fonts=(folder.path / "system",))
    assert faces(page) == {"Deck Also 1 style:normal;weight:400": {"한"}}
    assert messages(page) == []


def test_fonts_are_cut_once_for_a_page_that_is_served(folder: DeckFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until other characters are needed."""
    folder.write("a.ttf", tiny_font(LATIN + "日本"))
    memo = Memo()

    def served(text: str) -> str:
        deck = folder.write("talk.yml", f"fonts: {{text: a.ttf}}\nslides: [{text}]\n")
        page = preview(str(deck), BuildOptions(offline=True, memo=memo))
        memo.finish()
        return "".join(page.page.styles)

    assert "Deck Text" in served("日 one two")
    monkeypatch.setattr(own_fonts, "WORKER", Path("none.py"))
    assert "Deck Text" in served("日 two one")


def test_a_repeated_build_cuts_no_font_again(folder: DeckFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """It finds them in the user's cache folder, unless the deck, the fonts or the program are others."""
    folder.write("a.ttf", tiny_font(LATIN + "日本"))
    deck = "fonts: {text: a.ttf}\nslides: [日]\n"
    page = folder.build(deck).html
    asked: list[bytes] = []

    def cut(sent: bytes) -> dict[str, list[str]]:
        asked.append(sent)
        return {"faces": [], "problems": []}

    monkeypatch.setattr(own_fonts, "_cut", cut)
    assert folder.build(deck).html == page
    assert not asked
    folder.build(deck.replace("日", "本"))
    folder.write("a.ttf", tiny_font(LATIN + "日"))
    folder.build(deck)
    assert len(asked) == 2


@pytest.mark.skipif(find_spec("justmytype_intl_cjk") is None, reason="the extra fonts-cjk is not installed")
def test_installed_fonts_have_what_others_lack(folder: DeckFolder) -> None:
    """In the forms of the deck's language, with the joined forms that a script needs."""
    page = folder.build("lang: ja\nslides: [骨 の 한 हिन्दी क्ष]\n")
    assert messages(page) == []
    found = faces(page)
    assert {"骨", "の"} in found.values()
    assert {"한"} in found.values()
    assert all("weight:100 900" in name for name in found)
    (devanagari,) = (font for font in _fonts(page) if ord("ह") in font.getBestCmap())
    assert len(devanagari.getGlyphOrder()) > 2 * len(devanagari.getBestCmap())
    other = folder.build("lang: zh-TW\nslides: [骨]\n")
    assert FACE.findall(other.html) != FACE.findall(folder.build("lang: ja\nslides: [骨]\n").html)


def _fonts(page: Page) -> list[TTFont]:
    return [TTFont(io.BytesIO(base64.b64decode(data))) for _, _, data in FACE.findall(page.html)]
