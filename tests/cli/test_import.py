"""`slidegen import`: what it writes where, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Shell

ORG = "#+OPTIONS: toc:nil num:nil\n* A\n#+CALL: f()\ntext\n"
YAML = """\
# From talk.org, by slidegen import.
slides:
  # line 3: #+CALL: is left out; no program of a deck is run
  - |
    ## A

    text
"""
WARNING = "warning: talk.org:3: #+CALL: is left out; no program of a deck is run\n"


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A folder with a talk in org."""
    shell = Shell(tmp_path)
    shell.write("talk.org", ORG)
    return shell


def test_a_deck_is_written_beside_the_file(shell: Shell) -> None:
    """With a warning for each loss, and its path on standard output."""
    done = shell.run("import", "talk.org")
    assert (done.returncode, done.stdout, done.stderr) == (0, "talk.yml\n", WARNING)
    assert (shell.folder / "talk.yml").read_text(encoding="utf-8") == YAML


def test_markdown_is_asked_for_by_word_or_suffix(shell: Shell) -> None:
    """`--to md`, or an output that is called so."""
    assert shell.run("import", "talk.org", "--to", "md").stdout == "talk.md\n"
    assert shell.run("import", "talk.org", "-q", "-o", "other.md").stdout == "other.md\n"
    first, other = ((shell.folder / name).read_text(encoding="utf-8") for name in ("talk.md", "other.md"))
    assert first == other
    assert first.startswith("---\n# From talk.org, by slidegen import.\ndialect: reveal\n")


def test_nothing_is_written_over_without_being_told(shell: Shell) -> None:
    """`--force` tells."""
    shell.write("talk.yml", "mine")
    done = shell.run("import", "talk.org")
    assert (done.returncode, done.stderr) == (1, "error: talk.yml: is there already; --force writes over it\n")
    assert (shell.folder / "talk.yml").read_text(encoding="utf-8") == "mine"
    assert shell.run("import", "talk.org", "--force", "-q").returncode == 0
    assert (shell.folder / "talk.yml").read_text(encoding="utf-8") == YAML


def test_standard_output_takes_the_deck(shell: Shell) -> None:
    """And no path."""
    done = shell.run("import", "talk.org", "-o", "-", "-q")
    assert (done.returncode, done.stdout, done.stderr) == (0, YAML, "")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("none.org",), "none.org: cannot be read: no such file or directory"),
        (("talk.txt",), "talk.txt: unknown kind of deck '.txt'"),
        (("deck.yml",), "deck.yml: is already in a form of slidegen's own; allowed: .org, .ipynb"),
        (
            ("talk.org", "-o", "talk.html"),
            "talk.html: a deck in the form yaml cannot have the suffix '.html'; allowed: .yml, .yaml",
        ),
        (("talk.org", "-o", "sub/talk.yml"), "sub/talk.yml: the deck names its pictures from .; write it there"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(shell: Shell, arguments: tuple[str, ...], message: str) -> None:
    """And nothing is written."""
    shell.write("deck.yml", "slides: [a]")
    done = shell.run("import", *arguments)
    assert done.returncode == 1
    assert done.stderr.startswith(f"error: {message}")
    assert done.stderr.count("\n") == 1
    assert sorted(path.name for path in shell.folder.glob("*.*")) == ["deck.yml", "talk.org"]
