"""What an open page does when the deck's files change."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.access.axe import violations
from tests.serve.conftest import Live, Server, until

pytestmark = pytest.mark.browser

DECK = """
title: A live talk
slides:
  - |
    # A live talk
  - - |
      ## Stack one
    - |
      ## Stack two

      - one
      - two
  - |
    ## Steps

    - first {.fragment}
    - second {.fragment}
    - third {.fragment}
  - |
    ## Last
"""
Show = Callable[[str], Live]


def test_the_slide_in_view_stays_with_its_stack_and_its_fragments(server: Server, show: Show) -> None:
    server.write(DECK)
    served = server.start()
    live = show(served.url)
    live.page.evaluate("Reveal.slide(2, 0, 1)")
    live.after(lambda: served.write(DECK.replace("third", "the third")))
    assert live.place() == (2, 0, 1)
    assert "the third" in live.text()
    visible = live.page.evaluate("Reveal.getCurrentSlide().querySelectorAll('.fragment.visible').length")
    assert visible == 2
    live.page.evaluate("Reveal.slide(1, 1)")
    live.after(lambda: served.write(DECK.replace("two\n", "two and more\n")))
    assert live.place()[:2] == (1, 1)
    assert "two and more" in live.text()


def test_a_tab_stays_open_while_its_panel_is_written(server: Server, show: Show) -> None:
    """The tabs of a slide that is exchanged are made again."""
    deck = "slides:\n  - |\n    ## A\n\n    ::: tabs\n    ### One\n    a\n    ### Two\n    b\n    :::\n"
    server.write(deck)
    served = server.start()
    live = show(served.url)
    live.page.get_by_role("tab", name="Two").click()
    live.after(lambda: served.write(deck.replace("    b\n", "    changed\n")))
    expect(live.page.get_by_role("tab", name="Two")).to_have_attribute("aria-selected", "true")
    expect(live.page.locator(".tab-panel.open p")).to_have_text("changed")


def test_slides_that_come_and_go_leave_the_slide_in_view(server: Server, show: Show) -> None:
    server.write(DECK)
    served = server.start()
    live = show(served.url)
    live.page.evaluate("Reveal.slide(2, 0, 0)")
    more = DECK.replace("  - - |\n", "  - |\n    ## New\n  - - |\n", 1)
    live.after(lambda: served.write(more))
    assert live.place() == (3, 0, 0)
    assert "Steps" in live.text()
    assert live.page.evaluate("Reveal.getTotalSlides()") == 6
    live.after(lambda: served.write(DECK))
    assert live.place() == (2, 0, 0)
    live.after(lambda: served.write(more.replace("## Steps", "## Other steps")))
    assert live.page.evaluate("[...document.querySelectorAll('.slides > section')].length") == 5
    assert live.page.evaluate("document.querySelectorAll('.slides section.present h2').length") >= 1


def test_an_edited_slide_is_exchanged_and_the_others_keep_their_elements(server: Server, show: Show) -> None:
    server.write(DECK)
    served = server.start()
    live = show(served.url)
    live.page.evaluate("for (const slide of Reveal.getSlides()) slide.querySelector('.slide').marked = true")
    live.after(lambda: served.write(DECK.replace("## Last", "## The last")))
    kept = live.page.evaluate("Reveal.getSlides().map((slide) => slide.querySelector('.slide').marked === true)")
    assert kept == [True, True, True, True, False]


def test_a_title_and_a_theme_change_without_a_reload(server: Server, show: Show) -> None:
    server.write(DECK)
    served = server.start()
    live = show(served.url)
    live.after(lambda: served.write(DECK.replace("title: A live talk", "title: Renamed\ntheme: dark")))
    assert live.page.title() == "Renamed"
    assert live.page.evaluate("document.documentElement.dataset.scheme") == "dark"
    dark = live.page.evaluate("getComputedStyle(document.querySelector('.reveal-viewport')).backgroundColor")
    live.after(lambda: served.write(DECK.replace("title: A live talk", "title: Renamed\ntheme: light")))
    assert live.page.evaluate("getComputedStyle(document.querySelector('.reveal-viewport')).backgroundColor") != dark


def test_the_files_of_a_theme_are_watched(server: Server, show: Show) -> None:
    server.write("theme: own\n" + DECK.lstrip())
    server.write('scheme: light\ntokens:\n  background: "#ffffff"\n', "own/theme.yml")
    served = server.start()
    live = show(served.url)
    live.after(lambda: served.write('scheme: light\ntokens:\n  background: "#fff0f0"\n', "own/theme.yml"))
    assert (
        live.page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--background')").find("fff0f0")
        > 0
    )
    live.after(lambda: served.write(".reveal h2 { letter-spacing: 3px; }\n", "own/reveal.css"))
    assert live.page.evaluate("getComputedStyle(document.querySelector('h2')).letterSpacing") == "3px"


def test_mistakes_stand_over_the_last_good_slides_until_they_are_mended(server: Server, show: Show) -> None:
    server.write(DECK)
    served = server.start()
    live = show(served.url)
    wrong = DECK.replace("## Last", "## {{ missing }}\n\n    ```nolanguage\n    x\n    ```")
    live.after(lambda: served.write(wrong))
    assert live.panel("h1") == ["2 mistakes"]
    rows = live.panel(".row")
    line = wrong.split("\n").index("    ## {{ missing }}") + 1
    assert rows[0].startswith(f"talk.yml:{line}")
    assert "unknown name 'missing'" in rows[0]
    assert rows[1].startswith(f"talk.yml:{line + 2}")
    assert "nolanguage" in rows[1]
    live.page.evaluate("Reveal.slide(3)")
    assert "Last" in live.text()
    live.after(lambda: served.write(DECK.replace("## Last", "## Mended")))
    assert live.panel("h1") == []
    assert "Mended" in live.text()


def test_a_deck_that_has_never_built_shows_its_mistakes_and_then_its_slides(server: Server, show: Show) -> None:
    server.write("slides: 3\n")
    served = server.start()
    live = show(served.url)
    assert live.panel("h1") == ["1 mistake"]
    assert "talk.yml:1" in live.panel(".row")[0]
    served.write(DECK)
    live.wait("window.Reveal && Reveal.isReady()")
    assert "A live talk" in live.text()
    assert live.panel("h1") == []


def test_editors_that_save_by_renaming(server: Server, show: Show) -> None:
    server.write(DECK)
    served = server.start()
    live = show(served.url)
    for number in range(3):

        def save(number: int = number) -> None:
            served.write(DECK.replace("## Last", f"## Renamed {number}"), ".talk.yml.tmp")
            (served.folder / ".talk.yml.tmp").replace(served.folder / "talk.yml")

        live.after(save)
        assert f"Renamed {number}" in live.page.inner_text(".slides") or live.page.evaluate(
            "document.querySelector('.slides').textContent.includes('Renamed')"
        )


def test_a_deck_that_is_deleted_and_comes_back(server: Server, show: Show) -> None:
    server.write(DECK)
    served = server.start()
    live = show(served.url)
    live.after(lambda: (served.folder / "talk.yml").unlink())
    assert "talk.yml" in live.panel(".row")[0]
    assert "cannot be read" in live.panel(".row")[0]
    assert "A live talk" in live.text()
    live.after(lambda: served.write(DECK.replace("# A live talk", "# Back again")))
    assert live.panel("h1") == [], (live.panel(".row"), served.said)
    assert "Back again" in live.text()


def test_a_file_that_is_only_touched_changes_nothing(server: Server, show: Show) -> None:
    server.write(DECK)
    served = server.start()
    live = show(served.url)
    version = live.version
    os.utime(served.folder / "talk.yml")
    served.write(DECK)
    live.page.wait_for_timeout(1500)
    assert live.version == version


def test_a_picture_that_comes_and_changes(server: Server, show: Show) -> None:
    server.write(DECK + "  - |\n    ## Picture\n\n    ![a drawing](drawing.svg)\n")
    served = server.start()
    live = show(served.url)
    assert "no file 'drawing.svg'" in live.panel(".row")[0]
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="{}" height="10" viewBox="0 0 10 10"><path d="M0 0h10"/></svg>'
    served.write(svg.format(10), "drawing.svg")
    live.wait("document.querySelector('.slides img')")
    before = live.page.evaluate("document.querySelector('.slides img').getAttribute('src')")
    live.after(lambda: served.write(svg.format(30), "drawing.svg"))
    assert live.page.evaluate("document.querySelector('.slides img').getAttribute('src')") != before


def test_the_view_follows_the_edits_if_it_is_told_to(server: Server, show: Show) -> None:
    server.write(DECK)
    served = server.start("talk.yml", "--follow-edits")
    live = show(served.url)
    live.after(lambda: served.write(DECK.replace("two\n", "two here\n")))
    assert live.place()[:2] == (1, 1)
    live.after(lambda: served.write(DECK.replace("two\n", "two here\n").replace("## Last", "## Very last")))
    assert live.place()[:2] == (3, 0), served.said


def test_what_runs_off_is_counted_in_the_page_and_outlined(server: Server, show: Show) -> None:
    long = "".join(f"    - point {number}\n" for number in range(40))
    server.write(DECK + f"  - |\n    ## Long\n\n{long}")
    served = server.start()
    live = show(served.url)
    live.wait("document.documentElement.dataset.overflowMeasured")
    assert live.panel(".chip.warn") == ["1 slide runs off"]
    live.page.keyboard.press("Alt+o")
    assert live.page.locator("[data-slidegen-off]").count() > 0
    live.page.keyboard.press("Alt+o")
    assert live.page.locator("[data-slidegen-off]").count() == 0
    live.page.locator("slidegen-panel >> .chip.warn").click()
    assert "Long" in live.text()
    live.after(lambda: served.write(DECK))
    live.wait("!document.querySelector('slidegen-panel').shadowRoot.querySelector('.chip.warn')")


def test_a_marp_deck_keeps_its_place_too(server: Server, show: Show) -> None:
    text = "---\nmarp: true\ntitle: One\n---\n\n# First\n\n---\n\n# Second\n\n* a\n* b\n"
    server.write(text, "marp.md")
    served = server.start("marp.md")
    live = show(served.url)
    assert live.panel(".row") == []
    live.page.evaluate("Reveal.slide(1, 0, 0)")
    live.after(lambda: served.write(text.replace("* b", "* bee"), "marp.md"))
    assert live.place() == (1, 0, 0)
    assert "bee" in live.text()


def test_a_page_of_the_marp_output_keeps_its_place(server: Server, show: Show) -> None:
    text = "---\nmarp: true\ntitle: One\n---\n\n# First\n\n---\n\n# Second\n\n* a\n* b\n"
    server.write(text, "marp.md")
    served = server.start("marp.md", "--format", "marp")
    live = show(served.url)
    live.page.evaluate("slidegen.show(1, 1)")
    live.after(lambda: served.write(text.replace("* b", "* bee"), "marp.md"))
    assert live.page.evaluate("slidegen.at()") == [1, 1]
    assert "bee" in live.page.evaluate("slidegen.slides[1].textContent")
    live.after(lambda: served.write(text.replace("# First", "# First\n\n---\n\n# New"), "marp.md"))
    assert live.page.evaluate("slidegen.at()") == [2, 1]


@pytest.mark.unix
@pytest.mark.parametrize(
    ("name", "deck", "places"),
    [
        (
            "talk.yml",
            DECK,
            {"li:nth-child(2) >> nth=0": "- two", "h2 >> nth=1": "## Stack two"},
        ),
        (
            "talk.md",
            "---\nmarp: true\n---\n\n# First\n\ntext\n\n---\n\n## Second\n\n- one\n- two\n\n```python\nx = 1\n```\n",
            {"li:nth-child(2)": "- two", "code": "```python", "h2": "## Second"},
        ),
    ],
)
def test_a_double_click_opens_the_line(
    name: str, deck: str, places: dict[str, str], server: Server, show: Show
) -> None:
    server.write(deck, name)
    script, opened = server.folder / "editor.sh", server.folder / "opened.txt"
    script.write_text(f'#!/bin/sh\necho "$1" > "{opened}.new" && mv "{opened}.new" "{opened}"\n')
    script.chmod(0o755)
    served = server.start(name, environment={"SLIDEGEN_EDITOR": f"{script} {{path}}:{{line}}"})
    live = show(served.url)
    live.page.evaluate("Reveal.slide(1, Reveal.getSlides().length > 3 ? 1 : 0)")
    lines = (server.folder / name).read_text().split("\n")
    for selector, written in places.items():
        opened.unlink(missing_ok=True)
        expected = next(number for number, line in enumerate(lines, start=1) if line.strip() == written)
        live.page.locator(f".slides section.present >> {selector}").last.dblclick()
        until(opened.exists, written)
        assert opened.read_text().strip() == f"{(server.folder / name).resolve()}:{expected}"
    opened.unlink()
    live.page.keyboard.press("Alt+e")
    until(opened.exists, "Alt+E")


def test_a_text_that_an_edit_moves_keeps_its_line(server: Server, show: Show) -> None:
    """The slides below an edit are not sent again, but where they begin is."""
    server.write(DECK)
    served = server.start()
    live = show(served.url)
    live.page.evaluate("for (const slide of Reveal.getSlides()) slide.querySelector('.slide').marked = true")
    asked: list[str] = []
    live.page.on("request", lambda request: asked.append(request.post_data or ""))
    live.after(lambda: served.write(DECK.replace("# A live talk", "# A live talk\n\n    More")))
    assert live.page.evaluate("Reveal.getSlides()[4].querySelector('.slide').marked")
    live.page.evaluate("Reveal.slide(3)")
    live.page.locator(".slides section.present h2").dblclick()
    until(lambda: any('"line"' in one for one in asked))
    line = (served.folder / "talk.yml").read_text().split("\n").index("    ## Last") + 1
    assert f'"line":{line},' in next(one for one in asked if '"line"' in one)


@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_the_speaker_view_and_the_plan_follow_edits(output: str, server: Server, show: Show) -> None:
    """Notes change in the open view, and the planned minutes in the page, without a reload."""
    deck = "minutes: {minutes}\nslides:\n  - content: '# One'\n    notes: {notes}\n  - two\n"
    server.write(deck.format(minutes=4, notes="before"))
    served = server.start("talk.yml", "--format", output)
    live = show(served.url)
    live.wait("window.slidegen.talk")
    with live.page.context.expect_page() as opened:
        live.page.keyboard.press("s")
    notes = opened.value.locator(".sp-text")
    expect(notes).to_have_text("before")
    live.after(lambda: served.write(deck.format(minutes=6, notes="after")))
    expect(notes).to_have_text("after")
    assert '"plan": [0.0, 180.0, 360.0]' in live.page.locator("#timing").inner_text()


@pytest.mark.slow
def test_axe_finds_nothing_in_served_pages(server: Server, show: Show) -> None:
    """The list of decks, a page with its buttons, and the mistakes over it."""
    server.write(DECK)
    server.write(DECK, "other.yml")
    served = server.start("talk.yml", "other.yml")
    live = show(served.url + "talk/")
    decks = live.page.context.new_page()
    decks.goto(served.url)
    expect(decks.get_by_role("link")).to_have_count(2)
    found = {"list": violations(decks)}
    found["page"] = violations(live.page)
    live.after(lambda: served.write(DECK.replace("## Last", "## {{ missing }}")))
    assert live.panel("h1") == ["1 mistake"]
    found["mistakes"] = violations(live.page)
    assert not any(found.values()), found
