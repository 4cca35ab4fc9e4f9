"""Where a build writes to: files, links, devices, pipes, standard output, and what it refuses."""

from __future__ import annotations

import errno
import os
import socket
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.cli.conftest import Shell
from tests.deck_folder import MODEL

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="needs nodes of POSIX systems")
COMPUTED = f"slides: ['{{{{ memory(\"{MODEL}\").total | gib }}}}']\n"
HTML = "<!doctype html>"
ALLOWED = "allowed: .html, .htm"


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A folder with a deck."""
    shell = Shell(tmp_path)
    shell.write("talk.yml", COMPUTED)
    return shell


def names(shell: Shell) -> list[str]:
    """What is in the folder, but for the fixture's own."""
    return sorted(path.name for path in shell.folder.iterdir() if path.name != "installed")


def refused(done: subprocess.CompletedProcess[str], message: str) -> bool:
    """Whether a command ended with this line and nothing else."""
    return (done.returncode, done.stdout, done.stderr) == (1, "", f"error: {message}\n")


@pytest.mark.parametrize(
    "name", ["talk.pdf", "talk.pptx", "talk.png", "talk.md", "talk.docx", "talk.yml", "talk.HTMLX"]
)
def test_a_file_that_is_called_otherwise_is_refused(shell: Shell, name: str) -> None:
    """Before anything is computed; a build writes HTML."""
    before = names(shell)
    suffix = Path(name).suffix
    message = f"{name}: a build writes HTML, and the file's name ends in '{suffix}'; {ALLOWED}"
    message += "; for a PDF: slidegen export talk.yml --to pdf" if suffix.lower() == ".pdf" else ""
    assert refused(shell.run("build", "talk.yml", "--offline", "-o", name), message)
    assert names(shell) == before
    assert (shell.folder / "talk.yml").read_text() == COMPUTED


def test_a_file_without_a_suffix_is_refused(shell: Shell) -> None:
    """And a folder."""
    assert refused(shell.run("build", "talk.yml", "-o", "talk"), f"talk: has no suffix; {ALLOWED}")
    (shell.folder / "out.html").mkdir()
    message = "is a folder; name a file in it, or use --output-dir"
    assert refused(shell.run("build", "talk.yml", "-o", "out.html"), f"out.html: {message}")
    assert names(shell) == ["out.html", "talk.yml"]


@pytest.mark.parametrize("name", ["a.htm", "A.HTML", "a.marp.html"])
def test_these_are_pages(shell: Shell, name: str) -> None:
    """In any case."""
    assert shell.run("build", "talk.yml", "--offline", "-o", name).stdout == f"{name}\n"
    assert (shell.folder / name).read_text().startswith(HTML)


@pytest.mark.parametrize("format_", ["reveal", "marp"])
def test_a_page_overwrites_any_file_of_its_name(shell: Shell, format_: str) -> None:
    """The one that `-o` names, and the one in the build folder, whoever wrote them."""
    page = f"build/talk{'.marp' if format_ == 'marp' else ''}.html"
    shell.write("a.html", "mine")
    (shell.folder / "build").mkdir()
    shell.write(page, "mine")
    for arguments in (("-o", "a.html"), ()):
        assert shell.run("build", "talk.yml", "--offline", "--format", format_, *arguments).returncode == 0
    assert all((shell.folder / name).read_text().startswith(HTML) for name in ("a.html", page))


@pytest.mark.parametrize("format_", ["reveal", "marp"])
def test_a_page_goes_to_standard_output_alone(shell: Shell, format_: str) -> None:
    """No path, no Marp Markdown beside it, the same bytes as in a file; what was computed is kept."""
    shell.write("talk.yml", COMPUTED.replace("slides:", "title: \u00e4\nslides:"))
    shell.run("build", "talk.yml", "--offline", "--format", format_, "-o", "a.html")
    before = names(shell)
    command = shell.command("build", "talk.yml", "--offline", "--format", format_, "-o", "-")
    done = subprocess.run(command, cwd=shell.folder, env=shell.environment, capture_output=True)
    assert done.stdout == (shell.folder / "a.html").read_bytes()
    assert done.stderr.startswith(b"1 slide, ")
    assert names(shell) == before
    assert "talk.record.json" in before


@POSIX
@pytest.mark.parametrize("name", ["-", "/dev/stdout"])
def test_standard_output_may_be_a_file(shell: Shell, name: str) -> None:
    """It holds the page and nothing else."""
    with (shell.folder / "out.html").open("wb") as file:
        command = shell.command("build", "talk.yml", "--offline", "-o", name)
        done = subprocess.run(command, cwd=shell.folder, env=shell.environment, stdout=file, stderr=subprocess.PIPE)
    assert done.returncode == 0
    text = (shell.folder / "out.html").read_text()
    assert (text.startswith(HTML), text.endswith("</html>")) == (True, True)


@pytest.mark.unix
@POSIX
def test_a_reader_that_stops_reading_ends_it_quietly(shell: Shell) -> None:
    """As `| head -1` does; the page is longer than a pipe holds."""
    command = " ".join(shell.command("build", "talk.yml", "--offline", "-q", "-o", "-"))
    line = f"({command}; echo $? > code) | head -1"
    done = subprocess.run(["/bin/sh", "-c", line], cwd=shell.folder, env=shell.environment, capture_output=True)
    assert (done.stdout, done.stderr) == (f"{HTML}\n".encode(), b"")
    assert (shell.folder / "code").read_text() == "0\n"


@pytest.mark.unix
@POSIX
def test_the_null_device_is_a_dry_run(shell: Shell) -> None:
    """Nothing is written, neither beside it nor beside the deck; also through a link."""
    (shell.folder / "null").symlink_to(os.devnull)
    for name in (os.devnull, "null"):
        done = shell.run("build", "talk.yml", "--offline", "--format", "marp", "-o", name)
        assert (done.returncode, done.stdout) == (0, f"{name}\n")
        assert names(shell) == ["null", "talk.yml"]
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)
    assert not Path(os.devnull).with_name("null.marp.md").exists()


@pytest.mark.unix
@POSIX
def test_a_pipe_with_a_name_is_written_to(shell: Shell) -> None:
    """And is one afterwards."""
    pipe = shell.folder / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    done = shell.run("build", "talk.yml", "--offline", "--format", "marp", "-o", "pipe")
    reader.join()
    assert (done.returncode, done.stdout) == (0, "pipe\n")
    assert read[0].startswith(HTML.encode())
    assert read[0].endswith(b"</html>")
    assert pipe.is_fifo()
    assert names(shell) == ["pipe", "talk.record.json", "talk.yml"]


@POSIX
def test_a_device_is_written_to(shell: Shell) -> None:
    """One of the test's own, which takes everything."""
    device = shell.folder / "device.html"
    try:
        os.mknod(device, 0o600 | stat.S_IFCHR, Path(os.devnull).stat().st_rdev)
        device.open("wb").close()
    except OSError:
        pytest.skip("devices cannot be made here")
    assert shell.run("build", "talk.yml", "--offline", "-o", "device.html").returncode == 0
    assert stat.S_ISCHR(device.stat().st_mode)
    assert names(shell) == ["device.html", "talk.yml"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_device_is_told(shell: Shell) -> None:
    """And the record of what was computed is not half written."""
    message = f"/dev/full: cannot be written: {os.strerror(errno.ENOSPC).lower()}"
    assert refused(shell.run("build", "talk.yml", "--offline", "-o", "/dev/full"), message)
    assert names(shell) == ["talk.yml"]


@pytest.mark.unix
@POSIX
def test_a_socket_is_refused(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """It stays."""
    monkeypatch.chdir(shell.folder)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("s.html")
        message = "s.html: cannot be written: it is a socket"
        assert refused(shell.run("build", "talk.yml", "--offline", "-o", "s.html"), message)
        assert (shell.folder / "s.html").is_socket()


@pytest.mark.unix
def test_a_marp_file_that_is_a_link_keeps_both(shell: Shell) -> None:
    """The page and the Markdown are written where their links lead."""
    (shell.folder / "there").mkdir()
    for name in ("a.html", "a.marp.md"):
        (shell.folder / name).symlink_to(f"there/{name}")
    done = shell.run("build", "talk.yml", "--offline", "--format", "marp", "-o", "a.html")
    assert done.stdout == "a.html\na.marp.md\n"
    assert (shell.folder / "a.html").is_symlink()
    assert sorted(path.name for path in (shell.folder / "there").iterdir()) == ["a.html", "a.marp.md"]


@pytest.mark.unix
@pytest.mark.parametrize("name", ["file", "link"])
def test_an_output_folder_that_is_none(shell: Shell, name: str) -> None:
    """A file is told; a link that leads nowhere makes what it leads to."""
    (shell.folder / "file").write_text("old")
    (shell.folder / "link").symlink_to("made")
    done = shell.run("build", "talk.yml", "--offline", "--output-dir", name)
    if name == "link":
        assert done.stdout == "link/talk.html\n"
        assert (shell.folder / "made" / "talk.html").exists()
    else:
        reason = os.strerror(errno.ENOTDIR).lower()
        assert refused(done, f"file/talk.html: cannot be written: {reason}")
        assert (shell.folder / "file").read_text() == "old"


def test_decks_of_one_name_keep_their_folders(shell: Shell) -> None:
    """All decks of the call do, as soon as two clash; counted from the folder that all of them are in."""
    for name in ("course/week1/slides.md", "course/week2/slides.md", "course/week2/extra.md"):
        (shell.folder / name).parent.mkdir(parents=True, exist_ok=True)
        shell.write(name, f"# {name}\n")
    decks = ("course/week1/slides.md", "./course/week2/slides.md", "course/week2/extra.md")
    done = shell.run("build", *decks)
    assert done.stdout == "build/week1/slides.html\nbuild/week2/slides.html\nbuild/week2/extra.html\n"
    assert "course/week1/slides.md" in (shell.folder / "build/week1/slides.html").read_text()
    assert shell.run("build", decks[0], decks[2]).stdout == "build/slides.html\nbuild/extra.html\n"
    done = shell.run("build", "course/week1/slides.md", "talk.yml", "course/week2/slides.md", "--output-dir", "o")
    assert done.stdout == "o/course/week1/slides.html\no/talk.html\no/course/week2/slides.html\n"


@pytest.mark.parametrize("other", ["talk.md", "Talk.yml", "./TALK.markdown"])
def test_decks_that_differ_in_their_suffix_or_case_only_are_refused(shell: Shell, other: str) -> None:
    """Both are named."""
    shell.write(other, "# a\n")
    done = shell.run("build", "talk.yml", other)
    assert done.returncode == 2
    message = f"Error: talk.yml and {other} would be written under the same name talk; build them one by one"
    assert done.stderr.splitlines()[-1] == message
    assert not (shell.folder / "build").exists()


def test_a_deck_that_is_named_twice_is_built_once(shell: Shell) -> None:
    """Under its first name, also when -o names its file."""
    assert shell.run("build", "./talk.yml", "talk.yml", "--offline").stdout == "build/talk.html\n"
    assert shell.run("build", "./talk.yml", "talk.yml", "--offline", "-o", "a.html").stdout == "a.html\n"


def test_a_deck_is_not_written_over_that_of_another_format(shell: Shell) -> None:
    """`talk.marp.md` makes talk.marp.html, as does talk.yml as Marp."""
    shell.write("talk.yml", "format: marp\nslides: [first]\n")
    shell.write("talk.marp.md", "# second\n")
    done = shell.run("build", "talk.yml", "talk.marp.md", "-q")
    assert (done.returncode, done.stdout) == (1, "build/talk.marp.html\nbuild/talk.marp.md\n")
    message = "the output would overwrite the output of talk.yml; build them one by one"
    assert done.stderr == f"error: build/talk.marp.html: {message}\n"
    assert "first" in (shell.folder / "build/talk.marp.html").read_text()


def test_a_quiet_build_prints_paths_and_errors(shell: Shell) -> None:
    """No size, no record, no warning."""
    done = shell.run("build", "talk.yml", "--offline", "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (0, "build/talk.html\n", "")
    assert refused(shell.run("build", "no.yml", "-q"), "no.yml: cannot be read: no such file or directory")
