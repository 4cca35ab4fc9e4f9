"""Emoji are shown in colour, each picture once in a file, and stay text."""

from __future__ import annotations

import re
import sys

import pytest
from py_mini_racer import MiniRacer

from slidegen.outputs.emoji import BASIC, emoji_css, with_emoji, without_marked
from tests.deck_folder import DeckFolder

ASTRONAUT = "\U0001f469\U0001f3fd\u200d\U0001f680"

SCOTLAND = (0xE0067, 0xE0062, 0xE0073, 0xE0063, 0xE0074, 0xE007F)


def names(html: str) -> list[str]:
    """The pictures of marked emoji, in their order."""
    return re.findall(r'<span class="sg-emoji sg-emoji-([0-9a-f-]+)">', with_emoji(html))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("\U0001f680", "1f680"),
        ("\u2705", "2705"),
        ("\u2764\ufe0f", "2764"),
        ("\U0001f321", "1f321"),
        ("\u261d\U0001f3ff", "261d-1f3ff"),
        (ASTRONAUT, "1f469-1f3fd-200d-1f680"),
        ("\U0001f441\ufe0f\u200d\U0001f5e8\ufe0f", "1f441-200d-1f5e8"),
        ("\U0001f1eb\U0001f1f7", "1f1eb-1f1f7"),
        ("1\ufe0f\u20e3", "31-20e3"),
        ("\U0001f3f4" + "".join(map(chr, SCOTLAND)), "-".join(["1f3f4", *(f"{point:x}" for point in SCOTLAND)])),
    ],
)  # fmt: skip
def test_a_sequence_is_one_picture_and_stays_text(text: str, name: str) -> None:
    """Joined ones, skin tones, flags, keycaps; what is copied is what was written."""
    html = with_emoji(f"<p>a {text} &amp; b</p>")
    assert html == f'<p>a <span class="sg-emoji sg-emoji-{name}">{text}</span> &amp; b</p>'
    assert emoji_css([html]).count(f".sg-emoji-{name} {{") == 1
    assert with_emoji(html) == html


@pytest.mark.parametrize(
    "text", ["\u2764 \u2714 \u00a9 1 # \u2192 \u2600", "\U0001f680\ufe0e", "\u203c x", "\U0001faff", "12"]
)
def test_text_stays_as_it_is(text: str) -> None:
    """Signs that are text without a selector, emoji with the selector for text, and what has no picture."""
    assert with_emoji(f"<p>{text}</p>") == f"<p>{text}</p>"


def test_what_has_no_picture_of_its_own_is_shown_in_parts() -> None:
    """As browsers do."""
    assert names("<p>\U0001f680\u200d\U0001f40d</p>") == ["1f680", "1f40d"]


def test_code_formulas_drawings_and_attributes_stay_as_they_are() -> None:
    """There the characters are in the colour of the text, if a font has them."""
    html = '<p title="🚀"><code>🚀</code></p><svg><text>🚀</text></svg><style>/* 🚀 */</style>'
    assert with_emoji(html) == html
    assert names("<svg><foreignObject><h2>\U0001f680</h2></foreignObject></svg>") == ["1f680"]


def test_characters_that_are_emoji_by_themselves_are_those_of_unicode() -> None:
    """As the V8 engine knows them by their property Emoji_Presentation, below U+10000."""
    engine = MiniRacer()
    test = "(at) => /\\p{Emoji_Presentation}/u.test(String.fromCodePoint(at))"
    expected = engine.eval(f"JSON.stringify(Array.from({{length: 0xffff}}, (_, at) => at).filter({test}))")
    found = [point for point in range(0xFFFF) if re.fullmatch(f"[{BASIC}]", chr(point))]
    assert str(found).replace(" ", "") == expected


def test_all_emoji_of_the_unicode_standard_have_a_picture() -> None:
    """Each fully qualified sequence up to Unicode 16, which the package emoji lists, is one picture."""
    from emoji import EMOJI_DATA, STATUS

    qualified = [
        text for text, about in EMOJI_DATA.items() if about["status"] == STATUS["fully_qualified"] and about["E"] <= 16
    ]
    assert len(qualified) > 3500
    html = with_emoji("".join(f"<p>{text}</p>" for text in qualified))
    without = [text for text, shown in zip(qualified, html.split("</p>"), strict=False) if shown.count("<span") != 1]
    assert without == []
    assert without_marked(html) == "<p></p>" * len(qualified)


@pytest.mark.parametrize("output", ["reveal", "marp"])
@pytest.mark.parametrize("name", ["talk.yml", "talk.md"])
def test_a_picture_is_once_in_a_file(folder: DeckFolder, output: str, name: str) -> None:
    """In headings and tables, in both outputs, with Twemoji's licence; decks without emoji have nothing of it."""
    text = "# :rocket: \U0001f680\n\n| \U0001f680 | a |\n|---|---|\n| \u2705 | `\U0001f680` |\n"
    indented = text.replace("\n", "\n  ")
    deck = f"slides:\n- |\n  {indented}" if name.endswith("yml") else f"---\nmarp: true\n---\n{text}"
    page = folder.build(deck, name, format=output)
    assert page.html.count(".sg-emoji-1f680 {") == 1
    assert page.html.count('<span class="sg-emoji sg-emoji-1f680">\U0001f680</span>') == 3
    assert page.html.count('<span class="sg-emoji sg-emoji-2705">\u2705</span>') == 1
    assert "Twemoji" in page.html
    assert "CC BY 4.0" in page.html
    assert not page.built.warnings
    plain = folder.build(deck.replace("\U0001f680", "x").replace(":rocket:", "x").replace("\u2705", "x"), name)
    assert "sg-emoji" not in plain.html


def test_pictures_are_read_when_a_deck_has_some(folder: DeckFolder) -> None:
    """A deck without emoji does not wait for the pack."""
    from slidegen.outputs import emoji

    emoji._pack.cache_clear()
    folder.slide("plain \u2192 \u2714")
    assert emoji._pack.cache_info().currsize == 0
    assert "sg-emoji" in folder.slide("\U0001f680").html
    assert sys.getsizeof(emoji_css([with_emoji("<p>\U0001f680</p>")])) < 6000
