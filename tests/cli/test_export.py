"""`slidegen export` as a command: names of files, refused options, several decks, Ctrl-C."""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from benchmarks.exports import processes
from tests.cli.conftest import Shell

DECK = "title: T\nslides:\n  - {content: '# One', notes: Hello.}\n  - '# Two'\n"


@pytest.fixture
def decks(shell: Shell) -> Shell:
    """A folder with two decks."""
    shell.write("a.yml", DECK)
    shell.write("b.yml", DECK)
    return shell


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["a.yml", "--to", "pdf,notes", "-o", "x.pdf"], "--output names one file, but there are several exports"),
        (["a.yml", "b.yml", "-o", "x.pdf"], "--output names one file, but there are several decks"),
        (
            ["a.yml", "A.markdown"],
            "a.yml and A.markdown would be written under the same name a.pdf; export them one by one",
        ),
        (
            ["a.yml", "a.md", "--to", "handout,png"],
            "a.yml and a.md would be written under the same names a.handout.pdf, a-png; export them one by one",
        ),
        (["a.yml", "--to", "pdf", "-o", "x.png"], "the export 'pdf' cannot have the suffix '.png'; allowed: .pdf"),
        (["a.yml", "--to", "png", "-o", "x.png"], "the export 'png' makes a folder; name one without a suffix"),
        (["a.yml", "-o", "."], "--output . is a folder; name a file in it, or use --output-dir"),
        (["a.yml", "--width", "100"], "--width has an effect only on: png; add one with --to"),
        (["a.yml", "--to", "notes", "--steps"], "--steps has an effect only on: pdf, handout, pptx; add one with --to"),
        (["a.yml", "--to", "png", "--per-page", "3"], "--per-page has an effect only on: handout; add one with --to"),
        (
            ["a.yml", "--slides", "x"],
            "'x' is not a number or a range from 1 on; write 3, 3-7, 3-, -7 or 1,4-6",
        ),
    ],
)
def test_wrong_usage(decks: Shell, arguments: list[str], message: str) -> None:
    """Exit code 2, and nothing is built."""
    found = decks.run("export", *arguments)
    assert (found.returncode, found.stdout) == (2, "")
    assert message in " ".join(found.stderr.split())
    assert not (decks.folder / "build").exists()


def test_decks_of_one_name_keep_their_folders(decks: Shell) -> None:
    """As those of `build`."""
    for name in ("x", "y"):
        (decks.folder / name).mkdir()
        decks.write(f"{name}/a.yml", DECK)
    found = decks.run("export", "x/a.yml", "y/a.yml", "--to", "notes", "-q")
    assert found.stdout == "build/x/a.notes.md\nbuild/y/a.notes.md\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["a.yml", "--to", "pfd"],
            "error: unknown export 'pfd'; did you mean 'pdf'? available: handout, notes, pdf, png, pptx",
        ),
        (
            ["a.yml", "--to", "notes", "--slides", "3"],
            "error: a.yml: --slides 3: the deck has 2 slides; allowed: 1 to 2",
        ),
        (["no.yml", "--to", "notes"], "error: no.yml: cannot be read: no such file or directory"),
    ],
)
def test_mistakes(decks: Shell, arguments: list[str], message: str) -> None:
    """One line, exit code 1, and nothing is written."""
    found = decks.run("export", *arguments)
    assert (found.returncode, found.stdout) == (1, "")
    assert found.stderr.strip().splitlines() == [message]
    assert not (decks.folder / "build").exists()


def test_several_decks(decks: Shell) -> None:
    """Each gets its own files; a mistake in one does not stop the others."""
    decks.write("bad.yml", "slides: [1]\ntheme: 3\n")
    found = decks.run("export", "a.yml", "bad.yml", "b.yml", "--to", "notes", "-q")
    assert found.returncode == 1
    assert found.stdout.splitlines() == ["build/a.notes.md", "build/b.notes.md"]
    assert "bad.yml" in found.stderr


def test_the_suffix_of_the_output_names_the_export(decks: Shell) -> None:
    """Markdown and text are notes."""
    found = decks.run("export", "a.yml", "-o", "n.md")
    assert (found.returncode, found.stdout) == (0, "n.md\n")
    assert "Hello." in (decks.folder / "n.md").read_text()


@pytest.mark.browser
def test_all_exports_of_a_deck(decks: Shell) -> None:
    """With one command."""
    found = decks.run("export", "a.yml", "--to", "pdf,handout", "--to", "png,notes", "--width", "64")
    assert found.returncode == 0, found.stderr
    names = ["build/a.pdf", "build/a.handout.pdf", "build/a-png", "build/a.notes.md"]
    assert found.stdout.splitlines() == names
    assert [path.name for path in sorted((decks.folder / "build/a-png").iterdir())] == ["001.png", "002.png"]
    again = decks.run("export", "a.yml", "--to", "png,notes", "-q", "--width", "64")
    assert (again.returncode, again.stdout.splitlines()) == (0, names[2:])


@pytest.mark.browser
@pytest.mark.unix
def test_ctrl_c_leaves_nothing_half_written(decks: Shell) -> None:
    """Neither pictures nor their folder, nor a file of the browser's."""
    slides = "".join(f"  - '# Slide {number}'\n" for number in range(300))
    decks.write("long.yml", f"title: T\nslides:\n{slides}")
    process = decks.start("export", "long.yml", "--to", "png")
    folder = decks.folder / "build" / "long-png"
    deadline = time.monotonic() + 120
    while not folder.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 130
    assert "stopped" in errors
    assert "Traceback" not in errors
    assert not folder.exists()


@pytest.mark.browser
@pytest.mark.skipif(sys.platform != "linux", reason="the browser's processes are found in /proc")
def test_a_browser_that_dies_leaves_nothing(decks: Shell) -> None:
    """One line says so; neither pictures nor the folders made for them stay."""
    slides = "".join(f"  - '# Slide {number}'\n" for number in range(300))
    decks.write("long.yml", f"title: T\nslides:\n{slides}")
    process = decks.start("export", "long.yml", "--to", "png", "-q")
    folder = decks.folder / "build" / "long-png"
    deadline = time.monotonic() + 120
    while not folder.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    for child in processes(process.pid)[1:]:
        with suppress(OSError):
            if "--headless" in Path(f"/proc/{child}/cmdline").read_text():
                os.kill(child, signal.SIGKILL)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 1
    assert errors.startswith("error: long.yml: the browser stopped while it exported the deck: ")
    assert (errors.count("\n"), "logs" in errors) == (1, False)
    assert not (decks.folder / "build").exists()
