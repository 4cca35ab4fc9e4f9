"""The words of the interface."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from slidegen.languages.words import WORDS, html, said, translated_languages, words
from tests.deck_folder import DeckFolder, without_icons

SOURCE = Path(__file__).parents[2] / "src" / "slidegen"


def test_a_translation_is_of_a_text_that_the_interface_has() -> None:
    """No file has words that nothing shows, and none breaks the HTML in which it stands."""
    parts = [path for end in ("js", "html", "py") for path in SOURCE.rglob(f"*.{end}") if "_vendor" not in path.parts]
    text = "\n".join(path.read_text(encoding="utf-8") for path in parts)
    languages = translated_languages()
    assert len(languages) > 10
    every = {english for lang in languages for english in words(lang)}
    assert [english for english in sorted(every) if not re.search(rf'["\'>]{re.escape(english)}["\'<]', text)] == []
    assert [(lang, one) for lang in languages for one in words(lang).values() if re.search(r'[<>&"]|^\s*$', one)] == []


@pytest.mark.parametrize("path", sorted(WORDS.glob("*.json")), ids=lambda path: path.stem)
def test_every_translation_has_one_source(path: Path) -> None:
    """The publication that it is from, once."""
    sources = json.loads(path.read_text(encoding="utf-8"))
    assert [name for name in sources if not re.match(r"LibreOffice, |Quarto, |slidegen's ", name)] == []
    every = [english for found in sources.values() for english in found]
    assert len(every) == len(set(every))


def test_words_follow_the_most_special_tag() -> None:
    """Brazil has its own; Austria has those of Germany; traditional Chinese is no simplified one."""
    assert (said("Slide", "pt")[0], said("Slide", "pt-BR")[0]) == ("Diapositivo", "Slide")
    assert said("Notes", "de-AT") == ("Notizen", "de-AT")
    assert said("Notes", "zh-CN") == ("备注", "zh-CN")
    assert said("Notes", "zh-Hant-TW") == ("Notes", "en")
    assert said("Notes", "en-GB") == ("Notes", "en")
    assert html("Notes", "en-GB") == "Notes"
    assert html("Notes", "eo") == '<span lang="en" dir="ltr">Notes</span>'


def test_titles_of_callouts_are_in_the_language_of_the_slide(folder: DeckFolder) -> None:
    """In every dialect; a title of the deck's own stays, and English is marked."""
    callouts = "::: warning\\na\\n:::\\n\\n::: tip Eigener\\na\\n:::"
    page = folder.build(f'lang: de\nslides: ["{callouts}", {{lang: sv, content: "::: tip\\na\\n:::"}}]\n')
    titles = [re.findall(r'<p class="callout-title"[^>]*>.*?</p>', body) for body in page.bodies]
    assert titles == [
        ['<p class="callout-title">Warnung</p>', '<p class="callout-title">Eigener</p>'],
        ['<p class="callout-title">Tips</p>'],
    ]
    quarto = "---\nformat: revealjs\nlang: {}\n---\n\n## A\n\n::: callout-caution\na\n:::\n"
    for lang, title in (("nl", '<p class="callout-title">Opgelet</p>'), ("sv", 'lang="en">Caution</p>')):
        assert title in without_icons(folder.build(quarto.format(lang), "talk.qmd").html)


def test_what_is_english_is_marked(folder: DeckFolder) -> None:
    """The line that says where numbers come from, and the slides at the end; not in an English deck."""
    deck = (
        "lang: {}\nappendix: provenance\ntables: {{t: {{source: memory, models: [Qwen/Qwen2-1.5B], method: full}}}}\n"
    )
    deck += "slides: ['{{{{ table(\"t\") }}}}']\n"
    german, english = (folder.build(deck.format(lang)).slides for lang in ("de", "en"))
    assert '<span class="provenance" lang="en" title=' in german
    assert "Woher die Zahlen kommen</h2>" in german
    assert '<span lang="en"><strong>Slide 1: memory' in german
    assert "lang=" not in english
    arabic = folder.build(deck.format("ar")).slides
    assert '<span class="provenance" lang="en" dir="ltr" title=' in arabic


def test_footnotes_are_named_in_the_language_of_the_slide(folder: DeckFolder) -> None:
    """For screen readers; in English where there is no translation."""
    note = "a[^1]\\n\\n[^1]: b"
    page = folder.build(
        f'lang: fi\nslides: ["{note}", {{lang: ko, content: "{note}"}}, {{lang: eo, content: "{note}"}}]\n'
    )
    assert re.findall(r'class="footnotes" aria-label="([^"]*)"', page.html) == ["Alaviitteet", "각주", "Footnotes"]
