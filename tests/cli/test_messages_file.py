"""Messages in a file: line by line, and never over anything else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.said import objects, run, write

pytestmark = pytest.mark.usefixtures("here")


def test_messages_are_written_to_a_file() -> None:
    """Line by line, besides the text; a file of an earlier run is written anew."""
    write({"a.yml": "titel: a\nslides: [1]"})
    for _ in range(2):
        done = run("build", "a.yml", "--messages-file", "m.jsonl")
        assert done.stderr.startswith("error: a.yml:1: unknown key")
        assert [one["line"] for one in objects(Path("m.jsonl").read_text())] == [1, 2]
    done = run("build", "a.yml", "--messages-file=m.jsonl", "--messages=json")
    assert done.stderr == Path("m.jsonl").read_text()
    run("build", "--nope", "--messages-file", "m.jsonl")
    assert [one["code"] for one in objects(Path("m.jsonl").read_text())] == ["usage"]


@pytest.mark.parametrize("name", ["a.yml", "c.css", "out.html", "new/m.jsonl", "folder", "slidegen.toml", "more.jsonl"])
def test_a_file_that_cannot_be_the_messages_is_one_clear_error(name: str) -> None:
    """One that holds something else stays as it is."""
    message = '{"path":1,"line":1,"column":1,"severity":1,"code":1,"message":1,"slide":1}'
    files = {"a.yml": "slides: [a]", "c.css": "b {}", "out.html": "<!doctype html>", "folder/x": ""}
    files |= {"slidegen.toml": "", "more.jsonl": f"{message}\nmine\n"}
    write(files)
    done = run("build", "a.yml", "--messages-file", name)
    assert (done.exit_code, done.stdout, len(done.stderr.splitlines())) == (1, "", 1)
    assert done.stderr.startswith(f"error: {name}: ")
    assert {path: Path(path).read_text() for path in files} == files


def test_an_empty_path_is_wrong_usage() -> None:
    """A variable of a shell that is not set."""
    write({"a.yml": "slides: [a]"})
    done = run("build", "a.yml", "--messages-file", "")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "--messages-file: a path is empty" in done.stderr


def test_no_output_replaces_the_messages() -> None:
    """Neither that of -o nor the usual one."""
    write({"a.yml": "slides: [a]"})
    done = run("build", "a.yml", "--messages-file", "build/a.html")
    assert done.stderr == "error: build/a.html: cannot be written: no such file or directory\n"
    Path("build").mkdir()
    done = run("build", "a.yml", "--messages-file", "build/a.html")
    assert done.exit_code == 1
    assert done.stderr.startswith("error: build/a.html: the output would overwrite the file of --messages-file")
    assert run("build", "a.yml", "-o", "x.html", "--messages-file", "./x.html").exit_code == 1
    assert not Path("x.html").exists()


@pytest.mark.unix
def test_a_full_disk_is_told_once() -> None:
    """The command goes on, and its exit code says it."""
    write({"a.yml": "slides: ['<b>']"})
    done = run("build", "a.yml", "--messages-file", "/dev/full")
    assert (done.exit_code, done.stdout) == (1, "build/a.html\n")
    assert done.stderr.count("error: /dev/full: cannot be written: no space left on device") == 1
    assert run("build", "a.yml", "--messages-file", "/dev/null").exit_code == 0
