"""Clips above the limit for the page: files in a folder beside it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from slidegen.build_options import BuildOptions
from slidegen.checking import check_deck
from slidegen.errors import Problem, SlidegenError
from slidegen.outputs import clips as clips_module
from slidegen.pipeline import build, preview
from tests.deck_folder import PIXEL, DeckFolder
from tests.media.test_clips import SQUARE

if TYPE_CHECKING:
    from playwright.sync_api import Browser

LARGE = SQUARE.read_bytes() + b"\0" * 1_100_000
"""A clip of 1.1 MB: above a limit of 1 MB. A player skips what follows its last frame."""
DECK = "slides:\n- '![A square](long.webm){poster=poster.png}'\n"
SOURCE = re.compile(r'<(?:video|audio|source)[^>]*? src="([^"]*)"')


@pytest.fixture
def large(folder: DeckFolder) -> DeckFolder:
    folder.write("poster.png", PIXEL)
    folder.write("long.webm", LARGE)
    return folder


def beside(folder: DeckFolder, page: str = "talk") -> dict[str, bytes]:
    """The files in the folder of a page."""
    return {path.name: path.read_bytes() for path in (folder.path / f"build/{page}.media").glob("*")}


def mistakes(folder: DeckFolder, deck: str) -> tuple[Problem, ...]:
    """The mistakes of a deck, which may have been built before."""
    with pytest.raises(SlidegenError) as caught:
        folder.build(deck, inline_media=1)
    return caught.value.problems


def test_a_large_clip_is_a_file_beside_the_page(large: DeckFolder) -> None:
    """The page names it relative to itself, and the build says so."""
    page = large.build(DECK, inline_media=1)
    (address,) = SOURCE.findall(page.html)
    (path,) = page.built.beside
    assert page.built.output.parent / address == path
    assert re.fullmatch(r"talk\.media/long-[0-9a-f]{16}\.webm", address)
    assert path.read_bytes() == LARGE
    assert "media-src data: blob: 'self' file:;" in page.html
    (warning,) = page.built.warnings
    assert (warning.line, warning.message) == (
        2,
        "slide 1: 'long.webm' has 1 MB, and the page holds clips of up to 1 MB; it goes into the folder 'talk.media' "
        "beside the page, so keep both together; --inline-media 2 puts it into the page",
    )


def test_a_clip_up_to_the_limit_is_in_the_page(large: DeckFolder) -> None:
    page = large.build(DECK, inline_media=2)
    (address,) = SOURCE.findall(page.html)
    assert address.startswith("data:video/webm;base64,")
    assert "file:;" not in page.html.split("frame-src")[0]
    assert (page.built.warnings, page.built.beside) == ((), ())
    assert not (large.path / "build/talk.media").exists()


@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_in_both_outputs_and_renderers(large: DeckFolder, output: str) -> None:
    """A player of the deck's own HTML, one with several sources, and part of a clip."""
    for name, head in [("a.md", "---\nmarp: true\n---\n"), ("b.md", "---\ndialect: reveal\n---\n")]:
        text = f'{head}<video poster="poster.png"><source src="long.webm#t=0.2,0.5"></video>\n'
        page = large.build(text, name, format=output, inline_media=1)
        (address,) = SOURCE.findall(page.html)
        assert (page.built.output.parent / address.removesuffix("#t=0.2,0.5")).read_bytes() == LARGE
        assert address.endswith("#t=0.2,0.5")


def test_what_is_not_needed_any_more_is_removed(large: DeckFolder) -> None:
    """After the clip has changed, the old file goes; after the deck has none, the folder goes, too."""
    large.build(DECK, inline_media=1)
    (old,) = beside(large)
    large.write("long.webm", LARGE + b"more")
    large.build(DECK, inline_media=1)
    assert list(beside(large).values()) == [LARGE + b"more"]
    assert old not in beside(large)
    large.build(DECK)
    assert not (large.path / "build/talk.media").exists()


def test_files_of_the_user_stay(large: DeckFolder) -> None:
    """Also those whose names look like those of slidegen, but not their content."""
    own = {"mine.webm": b"mine", "mine-0123456789abcdef.webm": b"mine"}
    for name, content in own.items():
        large.write(f"build/talk.media/{name}", content)
    large.build(DECK, inline_media=1)
    assert len(beside(large)) == 3
    large.build(DECK)
    assert beside(large) == own


def test_a_file_of_the_user_is_not_overwritten(large: DeckFolder) -> None:
    """Nothing is written then."""
    large.build(DECK, inline_media=1)
    (name,) = beside(large)
    page = (large.path / "build/talk.html").read_bytes()
    large.write(f"build/talk.media/{name}", b"mine")
    (problem,) = mistakes(large, DECK + "- another\n")
    assert problem.path == str(large.path / "build/talk.media" / name)
    assert problem.message == "the output would overwrite a file that slidegen did not make"
    assert beside(large) == {name: b"mine"}
    assert (large.path / "build/talk.html").read_bytes() == page


def test_a_link_does_not_lead_a_clip_out(large: DeckFolder, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (large.path / "build").mkdir()
    (large.path / "build/talk.media").symlink_to(elsewhere)
    (problem,) = mistakes(large, DECK)
    assert "the output is a link out of the output folder" in problem.message
    assert not list(elsewhere.iterdir())


def test_two_clips_of_one_name_and_two_decks_in_one_folder(large: DeckFolder) -> None:
    """Each page has a folder of its own; one clip on two slides is one file."""
    large.write("b/long.webm", LARGE + b"b")
    slides = [f"'![]({name}){{poster=poster.png}}'" for name in ("long.webm", "b/long.webm", "long.webm")]
    first = large.build(f"slides: [{', '.join(slides)}]\n", "first.yml", inline_media=1)
    large.build(DECK, "second.yml", inline_media=1)
    assert len(first.built.beside) == 2
    assert sorted(map(len, beside(large, "first").values())) == [len(LARGE), len(LARGE) + 1]
    large.build("slides: [text]\n", "second.yml")
    assert len(beside(large, "first")) == 2


def test_names_with_all_kinds_of_signs(large: DeckFolder) -> None:
    """Need no quoting in the page; the deck's own name is quoted."""
    large.write("a 'b' %20 é.webm", LARGE)
    page = large.build(
        "slides:\n- |\n  ![](<a 'b' %2520 é.webm>){poster=poster.png}\n", "my talk %.yml", inline_media=1
    )
    (address,) = SOURCE.findall(page.html)
    assert re.fullmatch(r"my%20talk%20%25\.media/a-b-20-[0-9a-f]{16}\.webm", address)
    (path,) = page.built.beside
    assert path.parent.name == "my talk %.media"


def test_a_page_alone_holds_everything(large: DeckFolder, tmp_path: Path) -> None:
    """On standard output and for a device there is no folder."""
    large.write("talk.yml", DECK)
    with (tmp_path / "page.html").open("wb") as stream:
        build(str(large.path / "talk.yml"), BuildOptions(offline=True, stream=stream, inline_media=1))
    assert "data:video/webm" in (tmp_path / "page.html").read_text()


def test_a_clip_that_changes_while_it_is_copied_is_a_mistake(
    large: DeckFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that the name of a file always says what is in it. Nothing is written."""
    places = clips_module.clip_places

    def changed(*given: object) -> object:
        found = places(*given)  # type: ignore[arg-type]
        large.write("long.webm", LARGE + b"more")
        return found

    monkeypatch.setattr("slidegen.pipeline.clip_places", changed)
    (problem,) = mistakes(large, DECK)
    assert problem.message == "the clip has changed while the deck was built; build it again"
    assert [path for path in (large.path / "build").rglob("*") if path.is_file()] == []


def test_served_pages_load_it_from_where_it_is(large: DeckFolder) -> None:
    """Nothing is copied."""
    path = large.write("talk.yml", DECK)
    made = preview(str(path), BuildOptions(offline=True, inline_media=1))
    (clip,) = made.clips
    assert clip.path == large.path / "long.webm"
    assert f'src="{clip.name}"' in made.page.stacks[0][0]
    assert made.page.clips_beside
    options = BuildOptions(offline=True, inline_media=1, folder=large.path / "build", temporary=True)
    kept = build(str(path), options)
    assert f'src="{(large.path / "long.webm").as_uri()}"' in kept.output.read_text()
    assert not beside(large)


def test_more_than_a_stick_holds_is_a_mistake(large: DeckFolder) -> None:
    with (large.path / "long.webm").open("ab") as file:
        file.truncate(4_100_000_000)  # takes no place on the disk
    (problem,) = large.problems(DECK)
    assert problem == "talk.yml:2: slide 1: 'long.webm' cannot be read: is larger than 100 MB"


@pytest.mark.slow
def test_a_clip_beside_the_page_plays(large: DeckFolder, browser: Browser) -> None:
    """From a file, and from its middle."""
    page = large.build("slides:\n- '![](long.webm){start=0.3}'\n", inline_media=1)
    shown = browser.new_page()
    shown.goto(page.built.output.as_uri())
    shown.wait_for_function("() => document.querySelector('video').readyState > 1")
    assert shown.evaluate("document.querySelector('video').currentTime") == pytest.approx(0.3)
    shown.evaluate("() => document.querySelector('video').play()")
    shown.wait_for_function("() => document.querySelector('video').currentTime > 0.4")
    shown.close()


@pytest.mark.slow
def test_a_clip_beside_the_page_is_no_mistake_of_check(large: DeckFolder, browser: Browser) -> None:
    """It comes from the disk, and from where it lies."""
    path = large.write("talk.yml", DECK)
    options = BuildOptions(offline=True, inline_media=1, folder=large.path / "out", keep_record=False, temporary=True)
    checked = check_deck(str(path), options, browser=browser)
    assert checked.mistakes == ()
    assert not beside(large)
