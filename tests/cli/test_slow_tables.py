"""Decks with slow tables: progress, processes, Ctrl-C and mistakes in the middle."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.cli.conftest import Shell

pytestmark = pytest.mark.unix

DECK = """\
vars: {{letters: {letters}}}
tables:
  t: {{source: letters, letters: "{{{{ letters }}}}", seconds: {seconds}, log: {log}}}
slides: ['{{{{ table("t") }}}}{more}']
"""


def write(shell: Shell, letters: str, seconds: float = 0, more: str = "") -> None:
    """Writes the deck talk.yml."""
    listed = "[" + ", ".join(f"'{letter}'" for letter in letters) + "]"
    shell.write("talk.yml", DECK.format(letters=listed, seconds=seconds, log=shell.folder / "log", more=more))


def hold(shell: Shell, letters: str) -> None:
    """Letters that are not finished until none are held."""
    shell.write("log.hold", letters)


def computed(shell: Shell) -> str:
    """The letters that were computed since the last call, in their order."""
    log = shell.folder / "log"
    lines = log.read_text().splitlines() if log.exists() else []
    log.unlink(missing_ok=True)
    return "".join(line[0] for line in lines)


def recorded(shell: Shell) -> str:
    """The letters in the record."""
    path = shell.folder / "talk.record.json"
    if not path.exists():
        return ""
    return "".join(sorted(entry["rows"][0][0] for entry in json.loads(path.read_text())["results"]))


def stopped(process: subprocess.Popen[str], after: str, group: bool) -> tuple[int, list[str]]:
    """Sends Ctrl-C once standard error has said `after`; the exit code, and all that was said."""
    assert process.stderr is not None
    said = []
    for line in process.stderr:
        said.append(line.rstrip("\n"))
        if after in line:
            break
    if group:  # as a terminal does: to each process
        os.killpg(process.pid, signal.SIGINT)
    else:
        process.send_signal(signal.SIGINT)
    _, rest = process.communicate(timeout=600)
    return process.returncode, said + rest.splitlines()


def running(group: int) -> list[str]:
    """What runs in a process group; one that has ended and only waits to be collected does not."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            name, _, fields = (process / "stat").read_text().rpartition(") ")
            state, _, its_group = fields.split()[:3]
            if int(its_group) == group and state != "Z":
                found.append(name)
    return found


def group_is_empty(group: int) -> bool:
    """Whether no process of a group runs, within a minute."""
    for _ in range(600):
        if not running(group):
            return True
        time.sleep(0.1)
    return False


def test_plain_lines_where_there_is_no_terminal(shell: Shell) -> None:
    """One for each part; a second build says nothing of what it takes from the record."""
    write(shell, "ab")
    done = shell.run("build", "talk.yml")
    assert done.stderr.splitlines()[:-1] == [
        "letters: a (1 of 2)",
        "writing a",
        "letters: b (2 of 2)",
        "writing b",
        "talk.record.json: updated",
    ]
    assert len(shell.run("build", "talk.yml").stderr.splitlines()) == 1


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_the_same_bytes_with_any_number_of_processes(shell: Shell, jobs: str, tmp_path: Path) -> None:
    """Of the deck and of the record."""
    write(shell, "abcde")
    shell.run("build", "talk.yml", "--jobs", jobs, "-o", f"{jobs}.html")
    alone = Shell(tmp_path / "alone")
    alone.write("talk.yml", (shell.folder / "talk.yml").read_text())
    alone.run("build", "talk.yml")
    for ours, theirs in ((f"{jobs}.html", "build/talk.html"), ("talk.record.json", "talk.record.json")):
        assert (shell.folder / ours).read_bytes() == (alone.folder / theirs).read_bytes()


@pytest.mark.parametrize(
    ("jobs", "group"),
    [
        pytest.param("1", True, id="1-Ctrl-C in a terminal"),
        pytest.param("2", False, id="2-kill -INT"),
        pytest.param("1", False, id="1-kill -INT", marks=pytest.mark.slow),
        pytest.param("2", True, id="2-Ctrl-C in a terminal", marks=pytest.mark.slow),
    ],
)
def test_ctrl_c_keeps_what_is_finished(shell: Shell, jobs: str, group: bool) -> None:
    """And what the record had before, though this build had not come to it. No process is left, no file half done."""
    write(shell, "yz")
    shell.run("build", "talk.yml")
    (shell.folder / "build" / "talk.html").unlink()
    computed(shell)
    write(shell, "abcdef")
    hold(shell, "d")
    process = shell.start("build", "talk.yml", "--jobs", jobs)
    assert running(process.pid)
    code, said = stopped(process, "letters: d", group)
    kept = recorded(shell).removesuffix("yz")
    assert code == 130
    assert said[-1] == f"stopped; {len(kept)} of 6 results kept in talk.record.json"
    assert 2 <= len(kept) <= 5
    assert group_is_empty(process.pid)
    assert recorded(shell) == f"{kept}yz"
    assert set(kept) <= set(computed(shell))
    assert not (shell.folder / "build" / "talk.html").exists()
    assert "Traceback" not in "".join(said)
    hold(shell, "")
    shell.run("build", "talk.yml", "--jobs", jobs)
    assert sorted(computed(shell) + kept) == list("abcdef")
    assert recorded(shell) == "abcdef"


def test_ctrl_c_before_anything_is_finished(shell: Shell) -> None:
    """Leaves no record, and says nothing of one."""
    write(shell, "ab")
    hold(shell, "a")
    code, said = stopped(shell.start("build", "talk.yml"), "writing a", group=True)
    assert (code, said[-1]) == (130, "stopped")
    assert not (shell.folder / "talk.record.json").exists()


def test_ctrl_c_in_a_build_that_keeps_no_record(shell: Shell) -> None:
    """One with --set is for another audience."""
    write(shell, "ab")
    hold(shell, "z")
    code, said = stopped(shell.start("build", "talk.yml", "--set", "letters=x,y,z"), "writing z", group=True)
    assert (code, said[-1]) == (130, "stopped")
    assert recorded(shell) == ""


def test_a_build_in_the_background_goes_on(shell: Shell) -> None:
    """A script's `slidegen build talk.yml &`: Ctrl-C is for what runs in the foreground."""
    write(shell, "ab")
    hold(shell, "b")
    process = shell.start("build", "talk.yml", "--jobs", "2", interrupt=signal.SIG_IGN)
    assert process.stderr is not None
    for line in process.stderr:
        if "writing b" in line:
            break
    os.killpg(process.pid, signal.SIGINT)
    hold(shell, "")
    process.communicate(timeout=600)
    assert process.returncode == 0
    assert recorded(shell) == "ab"


@pytest.mark.parametrize("command", ["tables", "check"])
def test_ctrl_c_in_commands_that_write_nothing(shell: Shell, command: str) -> None:
    """They stop."""
    write(shell, "ab")
    hold(shell, "ab")
    process = shell.start(command, "talk.yml", "--jobs", "2")
    code, said = stopped(process, "writing b", group=True)
    assert (code, said[-1]) == (130, "stopped")
    assert group_is_empty(process.pid)
    assert sorted(path.name for path in shell.folder.iterdir()) == ["installed", "log.hold", "talk.yml"]


@pytest.mark.parametrize(
    ("letters", "more", "error"),
    [
        ("ab!", "", "talk.yml:3: letters: ! is no letter; allowed: a to z"),
        ("ab", " {{ nothing }}", "talk.yml:4: unknown name 'nothing'; available: "),
        ("ab", " $\\bad$", "talk.yml:4: "),
    ],
    ids=["part", "text", "render"],
)
def test_a_mistake_does_not_lose_what_was_slow(shell: Shell, letters: str, more: str, error: str) -> None:
    """Nothing of the deck is written, but nobody has to wait for the same results again."""
    write(shell, letters, more=more)
    done = shell.run("build", "talk.yml")
    assert done.returncode == 1
    kept, *errors = done.stderr.splitlines()[-2:]
    assert kept == "talk.record.json: keeps the computed results"
    assert [line.startswith(f"error: {error}") for line in errors] == [True]
    assert not (shell.folder / "build").exists()
    assert recorded(shell) == computed(shell) == "ab"


def test_an_error_in_a_process_is_one_line(shell: Shell) -> None:
    """With the line of the table in the deck."""
    write(shell, "%a")
    done = shell.run("build", "talk.yml", "--jobs", "2")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "error: talk.yml:3: letters (%): ValueError: what no one foresaw"
    assert "Traceback" not in done.stderr


def on_a_terminal(shell: Shell, code: int, *arguments: str, **environment: str) -> str:
    """What a command that ends with `code` writes on standard error when that is a terminal of 80 columns."""
    import pty

    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        shell.command(*arguments),
        cwd=shell.folder,
        env={**shell.environment, "TERM": "xterm", "COLUMNS": "80", **environment},
        stdout=subprocess.DEVNULL,
        stderr=theirs,
    )
    os.close(theirs)
    said = b""
    try:
        while chunk := os.read(ours, 4096):
            said += chunk
    except OSError:  # the other side is closed
        pass
    os.close(ours)
    assert process.wait(600) == code
    return said.decode()


def test_a_bar_on_a_terminal(shell: Shell) -> None:
    """With the part, how much is done, of each part too, and the time left; at its end the cursor is there again."""
    write(shell, "abc", seconds=1.1)
    said = on_a_terminal(shell, 0, "build", "talk.yml")
    lines = re.sub(r"\x1b\[\?25[lh]", "", said).split("\r")
    bar = [re.sub(r"\s+$", "", line) for line in lines if line.startswith("letters")]
    assert bar[0] == f"letters  [{'-' * 20}]    0%  a (1 of 3)"
    assert bar[1] == f"letters  [{'-' * 20}]    0%  writing a"
    assert any(re.fullmatch(r"letters  \[###-{17}\]   16%  .*a \(1 of 3\)", line) for line in bar)
    assert any(re.fullmatch(r"letters  \[#{13}-{7}\]   66%  \d+:\d\d left  c \(3 of 3\)", line) for line in bar)
    assert bar[-1] == f"letters  [{'#' * 20}]  100%  3 of 3"
    assert said.rindex("\x1b[?25h") > said.rindex("\x1b[?25l")
    assert "talk.record.json: updated" in said


def test_no_bar_where_lines_are_read_later(shell: Shell) -> None:
    """CI keeps a log of what looks like a terminal."""
    write(shell, "ab")
    said = on_a_terminal(shell, 0, "build", "talk.yml", CI="true")
    assert "letters: a (1 of 2)" in said
    assert "\x1b" not in said


def test_a_bar_fits_the_terminal(shell: Shell) -> None:
    """A long name is cut; a line that wraps would be written again and again."""
    write(shell, "ab", seconds=0)
    text = (shell.folder / "talk.yml").read_text().replace("'a'", "'" + 100 * "a" + "'")
    shell.write("talk.yml", text.replace("letters: [", "letters: [", 1))
    said = on_a_terminal(shell, 0, "build", "talk.yml", COLUMNS="70")
    lines = re.sub(r"\x1b\[\?25[lh]", "", said).split("\r")
    assert "a\u2026" in said
    assert max(len(line.rstrip()) for line in lines) <= 70


def test_a_bar_for_each_table(shell: Shell) -> None:
    """Also after one that could not be computed."""
    shell.write(
        "talk.yml",
        "tables:\n  t: {source: letters, letters: 'a,b,!'}\n  u: {source: letters, letters: 'c,d,e'}\nslides: [a]\n",
    )
    said = on_a_terminal(shell, 1, "build", "talk.yml")
    bars = re.sub(r"\x1b\[\?25[lh]", "", said).split("\n")
    assert re.search(r"83%  \d+:\d\d left  ! \(3 of 3\)\s*\r?$", bars[0])
    assert re.search(r"100%  3 of 3\s*\r?$", bars[1])
    assert bars[-2].strip() == "error: talk.yml:2: letters: ! is no letter; allowed: a to z"
