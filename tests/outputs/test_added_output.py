"""An output of another package: one module, one line; here one of three files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from slidegen.errors import DeckError
from slidegen.model import Deck, DeckOptions, MarpHead, Source
from slidegen.outputs import OUTPUTS
from slidegen.outputs.base import Output
from slidegen.project import Project
from tests.available import listed
from tests.extension import Builder

DECK = "format: outline\nslides:\n- '# One'\n- |\n  # Two\n\n  text\n"
PAGE = '<link rel="stylesheet" href="{}.css"><li>One</li><li>Two</li>'
LIST = "# an outline by slidegen\nOne\nTwo"


def outputs(folder: Path, place: str) -> Builder:
    """A folder with a deck that asks for an output of another package, which stands at this place."""
    builder = Builder(folder, "slidegen.outputs", {"outline": place})
    builder.write("talk.yml", DECK)
    return builder


@pytest.fixture
def builder(tmp_path: Path) -> Builder:
    """A folder with a deck, and the output of outline.py."""
    return outputs(tmp_path, "tests.outputs.outline:OUTLINE")


def files(builder: Builder) -> dict[str, str]:
    """The texts of all files but the deck's, by their names."""
    paths = [path for path in builder.folder.rglob("*.*") if path.is_file() and path.name != "talk.yml"]
    return {str(path.relative_to(builder.folder)): path.read_text(encoding="utf-8") for path in paths}


def test_three_files_of_one_output(builder: Builder) -> None:
    """In the build folder, the page first; a second build takes their place."""
    for _ in range(2):
        done = builder.build("talk.yml")
        assert done.stdout.splitlines() == ["build/talk.outline.html", "build/talk.css", "build/talk.txt"]
    found = files(builder)
    assert (found["build/talk.outline.html"], found["build/talk.txt"]) == (PAGE.format("talk"), LIST)
    assert found["build/talk.css"].startswith("li { color: #")
    assert len(found) == 3


def test_three_files_where_they_are_asked_for(builder: Builder) -> None:
    """`--output` names the page, and those beside it are named after it; `--output-dir` the folder of all."""
    assert builder.build("talk.yml", "-o", "out/a.html").stdout.splitlines() == ["out/a.html", "out/a.css", "out/a.txt"]
    assert builder.build("talk.yml", "--output-dir", "here").stdout.splitlines() == [
        "here/talk.outline.html",
        "here/talk.css",
        "here/talk.txt",
    ]
    found = files(builder)
    assert (found["out/a.html"], found["out/a.txt"]) == (PAGE.format("a"), LIST)
    assert found["here/talk.outline.html"] == PAGE.format("talk")
    assert len(found) == 6


def test_standard_output_and_the_null_device_take_the_page_alone(builder: Builder) -> None:
    """Nothing is written beside them."""
    assert builder.build("talk.yml", "-o", "-").stdout == PAGE.format("talk")
    assert builder.build("talk.yml", "-o", os.devnull).stdout == f"{os.devnull}\n"
    assert files(builder) == {}


def test_a_file_of_the_users_stays(builder: Builder) -> None:
    """The output says by which sign its own are known; then none of the three is written."""
    builder.write("a.txt", "mine")
    done = builder.build("talk.yml", "-o", "a.html")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "error: a.txt: the output would overwrite a file that slidegen did not make\n"
    assert files(builder) == {"a.txt": "mine"}


def test_what_it_does_not_want(builder: Builder) -> None:
    """It takes what slidegen renders, so no deck in the Marp dialect."""
    builder.write("talk.md", "---\nformat: outline\n---\n\n# A\n")
    done = builder.build("talk.md")
    message = "the output 'outline' does not support decks in the Marp dialect; write the deck in YAML"
    assert done.stderr == f"error: talk.md:2: {message}\n"


def test_the_formats_that_there_are(builder: Builder) -> None:
    """An unknown one is told with those of other packages."""
    done = builder.build("talk.yml", "--format", "outlin")
    message = f"unknown format 'outlin'; did you mean 'outline'? available: {listed(OUTPUTS, 'outline')}"
    assert done.stderr == f"error: talk.yml:1: {message}\n"


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("tests.outputs.outline:nothing", "does not load: module 'tests.outputs.outline' has no attribute 'nothing'"),
        ("tests.outputs.outline:SIGN", "is not of the type Output"),
    ],
)
def test_an_entry_point_that_is_no_output(tmp_path: Path, target: str, message: str) -> None:
    """It is told when a deck asks for a format that slidegen itself lacks."""
    done = outputs(tmp_path, target).build("talk.yml")
    assert done.stderr == f"error: talk.yml:1: the output 'outline' ({target}) {message}\n"


def test_an_output_whose_function_is_not_there(tmp_path: Path) -> None:
    """It is told when the deck is rendered, and nothing is written."""
    builder = outputs(tmp_path, "lost:LOST")
    text = 'from slidegen import Output\nLOST = Output("outline", {"slidegen": "lost:files"})\n'
    (builder.installed / "lost.py").write_text(text, encoding="utf-8")
    message = "the output 'outline' (lost:files) does not load: module 'lost' has no attribute 'files'"
    assert builder.message("talk.yml") == message
    assert files(builder) == {}


def test_our_own_outputs() -> None:
    """The functions of each are there."""
    for output in OUTPUTS.values():
        assert all(callable(output.load(renderer)) for renderer in output.files)
    assert list(OUTPUTS["marp"].files) == ["marp-core"]


def test_a_deck_goes_to_whom_it_is_written_for() -> None:
    """marp-core renders decks in its dialect, slidegen its own; each output takes what it wants."""
    source = Source(Path("talk.md"), "talk.md", "", Project.of(Path()))
    own = Deck(source, DeckOptions(), {}, (), ())
    marp = Deck(source, DeckOptions(), {}, (), (), marp=MarpHead("", None, {}))
    both = OUTPUTS["reveal"]
    assert (both.renderer(marp), both.renderer(own)) == ("marp-core", "slidegen")
    assert OUTPUTS["marp"].renderer(own) == "marp-core"
    with pytest.raises(DeckError, match="does not support decks in the Marp dialect"):
        Output("outline", {"slidegen": "a:b"}).renderer(marp)
