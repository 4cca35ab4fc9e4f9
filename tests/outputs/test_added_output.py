"""An output of another package: one module, one line; here one of three files."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from slidegen.errors import DeckError
from slidegen.outputs import OUTPUTS, Output, find_output

ROOT = Path(__file__).parents[2]
DECK = "format: outline\nslides:\n- '# One'\n- |\n  # Two\n\n  text\n"
PAGE = '<link rel="stylesheet" href="{}.css"><li>One</li><li>Two</li>'
LIST = "# an outline by slidegen\nOne\nTwo"


class Shell:
    """Runs slidegen in a folder, beside an installed package that has these entry points."""

    def __init__(self, folder: Path, points: str) -> None:
        self.folder = folder / "work"
        self.folder.mkdir()
        info = folder / "installed" / "outline-1.0.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: outline\nVersion: 1.0\n", encoding="utf-8")
        (info / "entry_points.txt").write_text(f"[slidegen.outputs]\n{points}\n", encoding="utf-8")
        paths = filter(None, (str(folder / "installed"), str(ROOT), os.environ.get("PYTHONPATH")))
        self.environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
        self.write("talk.yml", DECK)

    def write(self, name: str, text: str) -> None:
        """Writes a file of the folder."""
        (self.folder / name).write_text(text, encoding="utf-8")

    def build(self, *arguments: str, deck: str = "talk.yml") -> subprocess.CompletedProcess[str]:
        """Builds a deck."""
        command = [sys.executable, "-m", "slidegen", "build", deck, "--offline", *arguments]
        return subprocess.run(command, cwd=self.folder, env=self.environment, capture_output=True, text=True)

    def files(self) -> dict[str, str]:
        """The texts of all files but the deck's, by their names."""
        paths = [path for path in self.folder.rglob("*.*") if path.is_file() and path.name != "talk.yml"]
        return {str(path.relative_to(self.folder)): path.read_text(encoding="utf-8") for path in paths}


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A folder with a deck, and the output of outline.py."""
    return Shell(tmp_path, "outline = tests.outputs.outline:OUTLINE")


def test_three_files_of_one_output(shell: Shell) -> None:
    """In the build folder, the page first; a second build takes their place."""
    for _ in range(2):
        done = shell.build()
        assert done.stdout.splitlines() == ["build/talk.outline.html", "build/talk.css", "build/talk.txt"]
    found = shell.files()
    assert (found["build/talk.outline.html"], found["build/talk.txt"]) == (PAGE.format("talk"), LIST)
    assert found["build/talk.css"].startswith("li { color: #")
    assert len(found) == 3


def test_three_files_where_they_are_asked_for(shell: Shell) -> None:
    """`--output` names the page, and those beside it are named after it; `--output-dir` the folder of all."""
    assert shell.build("-o", "out/a.html").stdout.splitlines() == ["out/a.html", "out/a.css", "out/a.txt"]
    assert shell.build("--output-dir", "here").stdout.splitlines() == [
        "here/talk.outline.html",
        "here/talk.css",
        "here/talk.txt",
    ]
    found = shell.files()
    assert (found["out/a.html"], found["out/a.txt"]) == (PAGE.format("a"), LIST)
    assert found["here/talk.outline.html"] == PAGE.format("talk")
    assert len(found) == 6


def test_standard_output_and_the_null_device_take_the_page_alone(shell: Shell) -> None:
    """Nothing is written beside them."""
    assert shell.build("-o", "-").stdout == PAGE.format("talk")
    assert shell.build("-o", os.devnull).stdout == f"{os.devnull}\n"
    assert shell.files() == {}


def test_a_file_of_the_users_stays(shell: Shell) -> None:
    """The output says by which sign its own are known; then none of the three is written."""
    shell.write("a.txt", "mine")
    done = shell.build("-o", "a.html")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "error: a.txt: the output would overwrite a file that slidegen did not make\n"
    assert shell.files() == {"a.txt": "mine"}


def test_what_it_does_not_want(shell: Shell) -> None:
    """It takes what slidegen renders, so no deck in the Marp dialect."""
    shell.write("talk.md", "---\nformat: outline\n---\n\n# A\n")
    done = shell.build(deck="talk.md")
    message = "the output 'outline' takes no deck in the Marp dialect; write it in YAML"
    assert done.stderr == f"error: talk.md:2: {message}\n"


def test_the_formats_that_there_are(shell: Shell) -> None:
    """An unknown one is told with those of other packages."""
    done = shell.build("--format", "outlin")
    message = "unknown format 'outlin'; did you mean 'outline'? available: marp, outline, reveal"
    assert done.stderr == f"error: talk.yml:1: {message}\n"


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("tests.outputs.outline:nothing", "does not load: module 'tests.outputs.outline' has no attribute 'nothing'"),
        ("tests.outputs.outline:SIGN", "is no Output"),
    ],
)
def test_an_entry_point_that_is_no_output(tmp_path: Path, target: str, message: str) -> None:
    """It is told when a deck asks for a format that slidegen itself lacks."""
    done = Shell(tmp_path, f"outline = {target}").build()
    assert done.stderr == f"error: talk.yml:1: the output 'outline' ({target}) {message}\n"


def test_our_own_outputs() -> None:
    """Each is registered under its own name, and its function is there."""
    assert {name: output.name for name, output in OUTPUTS.items()} == {name: name for name in OUTPUTS}
    assert all(callable(output.load()) for output in OUTPUTS.values())
    assert find_output("marp").wants == {"marp-core"}


def test_a_deck_goes_to_whom_it_is_written_for() -> None:
    """marp-core renders decks in its dialect, slidegen its own; each output takes what it wants."""
    both: Output = OUTPUTS["reveal"]
    assert (both.renderer(marp=True), both.renderer(marp=False)) == ("marp-core", "slidegen")
    assert OUTPUTS["marp"].renderer(marp=False) == "marp-core"
    with pytest.raises(DeckError, match="takes no deck in the Marp dialect"):
        Output("outline", frozenset({"slidegen"}), "a:b").renderer(marp=True)
