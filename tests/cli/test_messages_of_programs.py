"""Messages of the program in a process of its own: the environment, other packages, slow tables, servers, Ctrl-C."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Shell
from tests.cli.said import TABLE, alone, objects


@pytest.mark.parametrize(("form", "expected"), [("text", "stopped\n"), ("json", '"code": "stopped"')])
def test_ctrl_c_before_a_command_begins(form: str, expected: str) -> None:
    """While its modules are imported: the same words and the same exit code."""
    program = """
import sys
class Stop:
    def find_spec(self, name, *_):
        if name == "slidegen.cli":
            sys.meta_path.remove(self)
            raise KeyboardInterrupt
sys.meta_path.insert(0, Stop())
from slidegen.__main__ import run
run()
"""
    done = subprocess.run(
        [sys.executable, "-c", program, "build", "a.yml", "--messages", form],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 130
    assert expected in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_the_environment_may_be_wrong(shell: Shell) -> None:
    """Variables, the network, the browser, a port."""
    shell.write("a.yml", f"{TABLE}}}\nslides: [a]")
    assert alone(shell, "build", "a.yml", SOURCE_DATE_EPOCH="x") == (1, ["environment-variable"])
    asked = ("estimate", "nobody/nothing", "--accounting", "textbook")
    assert alone(shell, *asked, HF_ENDPOINT="http://127.0.0.1:9", HF_HUB_CACHE=str(shell.folder)) == (1, ["hub"])
    shell.write("b.yml", "slides: [a]")
    nowhere = {"PATH": "/nowhere", "PLAYWRIGHT_BROWSERS_PATH": "/nowhere", "SLIDEGEN_BROWSER": ""}
    assert alone(shell, "check", "b.yml", **nowhere) == (1, ["no-browser"])
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert alone(shell, "serve", "b.yml", "--port", str(taken.getsockname()[1])) == (1, ["port"])


def test_another_package_need_not_give_a_code(tmp_path: Path) -> None:
    """Its problems without one have a code of their own; those of its exceptions are slidegen's."""
    from tests.extension import installed

    places = {"lines": "tests.sources.codeless:LINES", "crash": "tests.sources.codeless:CRASH", "gone": "nope:X"}
    shell = Shell.__new__(Shell)
    shell.folder, shell.environment = tmp_path, installed(tmp_path / "i", "slidegen.sources", places)
    for name, code in (("a.lines", "extension"), ("a.crash", "internal-error"), ("a.gone", "broken-extension")):
        shell.write(name, "a\n\nb\n")
        assert alone(shell, "build", name) == (1, [code])


def test_slow_tables_say_what_they_do(shell: Shell) -> None:
    """Without bars; a build that fails says what it keeps, and a process that ends too early is named."""
    shell.write("a.yml", "tables: {t: {source: letters, letters: [a, '!']}}\nslides: [a]")
    code, found = alone(shell, "build", "a.yml")
    assert (code, set(found)) == (1, {"progress", "results-kept", "wrong-value"})
    shell.write("c.yml", "tables: {t: {source: letters, letters: [^, c]}}\nslides: [a]")
    assert alone(shell, "build", "c.yml", "--jobs", "2")[1][-2:] == ["record-updated", "built"]
    shell.write("b.yml", "tables: {t: {source: letters, letters: [b, '-']}}\nslides: [a]")
    code, found = alone(shell, "build", "b.yml", "--jobs", "2")
    assert (code, found[-1]) == (1, "worker")


@pytest.mark.unix
def test_serve_says_what_happens(shell: Shell) -> None:
    """From its start until Ctrl-C, mistakes included."""
    shell.write("a.yml", "slides: ['<b>']")
    process = shell.start("serve", "a.yml", "--port", "0", "--messages", "json")
    assert process.stderr is not None
    lines: list[str] = []
    while not lines or '"built"' not in lines[-1]:
        lines.append(process.stderr.readline())
    process.send_signal(signal.SIGINT)
    _, rest = process.communicate(timeout=60)
    found = objects("".join([*lines, rest]))
    assert [one["code"] for one in found] == ["serving", "unclosed-block", "built", "stopped"]
    assert [one["path"] for one in found] == [None, "a.yml", "a.yml", None]
