"""Messages for programs: --messages json, --messages-file, and the code of each message."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner, Result

from slidegen.cli import COMMANDS, main
from slidegen.cli.messages import KEYS, json_line
from slidegen.codes import CODES
from slidegen.errors import MissingExtraError, Problem
from tests.cli.conftest import Shell
from tests.deck_folder import MODEL

DOCS = Path(__file__).parents[2] / "docs" / "messages.md"
TABLE = f"tables:\n  t: {{source: memory, models: {MODEL}, method: full"
DATA = "tables:\n  t: {source: data, rows: [{a: x, b: 1}, {a: y, b: 2}]}\n"
Objects = list[dict[str, Any]]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Commands run in an empty folder."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def run(*arguments: str) -> Result:
    """Runs a command."""
    return CliRunner().invoke(main, arguments, prog_name="slidegen")


def objects(text: str) -> Objects:
    """The objects of the lines of a text, which has nothing else, each with all keys in their order."""
    found = [json.loads(line) for line in text.splitlines()]
    assert all(tuple(one) == KEYS for one in found), text
    assert all(one["severity"] in ("error", "warning", "info") and one["code"] in CODES for one in found), text
    return found


def said(*arguments: str) -> Objects:
    """What a command says in JSON."""
    return objects(run(*arguments, "--messages", "json").stderr)


def as_text(one: Mapping[str, Any]) -> str:
    """An object as people see it."""
    place = [one["path"], one["line"]] if one["line"] is not None else [one["path"]] if one["path"] else []
    return f"{one['severity']}: {':'.join(map(str, place))}{': ' if place else ''}{one['message']}"


def write(files: Mapping[str, str | bytes]) -> None:
    """Writes files into the working directory."""
    for name, content in files.items():
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


class Case(NamedTuple):
    """A command whose messages have a code."""

    code: str
    files: Mapping[str, str | bytes]
    arguments: Sequence[str] = ("build", "a.yml", "--offline")


def of_slide(code: str, text: str, above: str = "", **files: str | bytes) -> Case:
    """A deck with one slide."""
    return Case(
        code, {"a.yml": f"{above}slides:\n- |\n" + "".join(f"  {line}\n" for line in text.split("\n")), **files}
    )


CASES = (
    of_slide("broken-link", "[x](#nope)"),
    of_slide("built", "a"),
    of_slide("code-block", "```python {x}\na\n```"),
    of_slide("cycle", "a", 'vars: {a: "{{ b }}", b: "{{ a }}"}\n'),
    Case("data-file", {"a.yml": "tables: {t: {source: data, file: t.csv}}\nslides: [a]", "t.csv": "a,b\n"}),
    Case("detail", {"a.md": "# a"}, ("build", "a.md", "-v")),
    of_slide("duplicate-key", "a", "title: a\ntitle: b\n"),
    Case("empty-deck", {"a.ipynb": '{"nbformat": 4, "metadata": {}, "cells": []}'}, ("build", "a.ipynb")),
    of_slide("figure", "a", f"{DATA}figures: {{f: {{kind: bars, table: t, value: a}}}}\n"),
    Case("front-matter", {"a.md": "---\ntitle: a\n"}, ("build", "a.md")),
    of_slide("frozen", "a", f"{TABLE}}}\n")._replace(arguments=("build", "a.yml", "--frozen")),
    of_slide("html", "<object data='x'></object>"),
    of_slide("limit", "a", "vars: {x: " + "[" * 101 + "]" * 101 + "}\n"),
    of_slide("math-syntax", r"$\frac{a$"),
    Case("missing-file", {}, ("tables", "a.yml")),
    of_slide("missing-key", "a", f"{DATA}figures: {{f: {{table: t}}}}\n"),
    Case("model-files", {"m/config.json": "{"}, ("estimate", "./m", "--accounting", "textbook")),
    of_slide("network-file", "![](https://example.org/x.png)"),
    Case("not-applied", {"a.org": "* a\n#+OPTIONS: nope:t\n\\clearpage\n"}, ("import", "a.org")),
    Case("not-text", {"a.yml": b"slides: [\xff]"}),
    Case("notebook-format", {"a.ipynb": "{}"}, ("build", "a.ipynb")),
    Case("offline", {}, ("estimate", "nobody/nothing", "--offline", "--accounting", "textbook")),
    Case("output-conflict", {"a.yml": "slides: [a]"}, ("build", "a.yml", "-o", "m.html", "--messages-file", "m.html")),
    of_slide("outside-root", "![](../x.png)"),
    of_slide("record-file", "a", f"{TABLE}}}\n", **{"a.record.json": "x"}),
    of_slide("record-updated", "a", f"{TABLE}}}\n"),
    Case("runs-off", {"a.md": "---\nmarp: true\n---\n# a\n" + "\n## b\n\nc\n" * 20}, ("build", "a.md")),
    of_slide("style-sheet", "<style>p {background: image-set('x')}</style>"),
    of_slide("template-syntax", "{{ 1 + }}"),
    of_slide("theme-file", "a", "theme: t\n", **{"t/theme.yml": "- a\n"}),
    of_slide("toml-syntax", "a", **{"slidegen.toml": "x ="}),
    of_slide("unclosed-block", "<b>"),
    of_slide("unknown-column", "a", f"{TABLE}, columns: [nope]}}\n"),
    of_slide("unknown-extension", "a", "tables: {t: {source: nope}}\n"),
    of_slide("unknown-key", "a", "titel: a\n"),
    of_slide("unknown-language", "```nope\na\n```"),
    Case("unknown-model", {}, ("estimate", "a b", "--accounting", "textbook")),
    of_slide("unknown-name", "{{ nope }}"),
    of_slide("unknown-row", "{{ tables.t.row(a='z').b }}", DATA),
    Case("unknown-suffix", {"a.txt": "a"}, ("build", "a.txt")),
    of_slide("unknown-theme", "a", "theme: drak\n"),
    of_slide("unknown-word", "::: tipp\na\n:::"),
    Case("unreadable-file", {"a.yml/b": ""}),
    Case("unsupported-model", {"m/config.json": '{"model_type": "nope"}'}, ("estimate", "./m", "--method", "full")),
    Case("unwritable-file", {"a.yml": "slides: [a]", "b": ""}, ("build", "a.yml", "--output-dir", "b")),
    Case("usage", {}, ("build", "--nope")),
    of_slide("wrong-expression", "{{ 1 / 0 }}"),
    Case("wrong-media", {"a.yml": "slides: ['![](a.txt)']", "a.txt": "a"}),
    Case("wrong-output", {"a.yml": "slides: [a]"}, ("build", "a.yml", "-o", "a.pdf")),
    Case("wrong-value", {"a.yml": "slides: [1]"}),
    Case("yaml-syntax", {"a.yml": "slides: ["}),
)
ELSEWHERE = {
    **dict.fromkeys(("console-message", "network-request", "page-error", "slide-range"), "test_check_..."),
    **dict.fromkeys(("environment-variable", "hub", "no-browser", "port"), "test_the_environment_..."),
    **dict.fromkeys(("broken-extension", "extension", "internal-error"), "test_another_package_..."),
    **dict.fromkeys(("progress", "results-kept", "worker"), "test_slow_tables_..."),
    **dict.fromkeys(("serving", "stopped"), "test_serve_..."),
    **dict.fromkeys(("installation", "missing-extra", "quantization"), "test_some_codes_..."),
    "editor": "shown on the served page, see tests/serve/test_server.py",
    "model-run": "a model's own code fails",
    "next-step": "test_new_says_what_comes_next",
}
"""Codes that no case has: where they are seen."""


@pytest.mark.parametrize("case", CASES, ids=[case.code for case in CASES])
def test_a_message_has_its_code(case: Case) -> None:
    """Of a real command with real files; nothing else stands on standard error."""
    write(case.files)
    assert case.code in [one["code"] for one in said(*case.arguments)]


def test_every_code_is_seen_somewhere() -> None:
    """Or there is a reason."""
    assert sorted([*(case.code for case in CASES), *ELSEWHERE]) == sorted(CODES)


@pytest.mark.parametrize("case", CASES, ids=[case.code for case in CASES])
def test_text_and_json_say_the_same(case: Case) -> None:
    """Errors and warnings, in the same order."""
    write(case.files)
    told = said(*case.arguments)
    for path in Path().rglob("*"):
        if path.is_file() and str(path) not in case.files:
            path.unlink()
    text = run(*case.arguments).stderr.splitlines()
    if case.code == "usage":
        assert text[-1] == f"Error: {told[0]['message']}"
    else:
        shown = [line for line in text if line.startswith(("error: ", "warning: "))]
        assert shown == [as_text(one) for one in told if one["severity"] != "info"]
        assert len(text) == len(told)


WRONG = {
    "new": ["talk", "--template", "nope"],
    "config": ["a.yml"],
    "build": ["a.yml"],
    "serve": ["a.yml", "--port", "x"],
    "present": ["a.yml", "--port", "x"],
    "check": ["a.yml"],
    "export": ["a.yml"],
    "import": ["a.org"],
    "tables": ["a.yml"],
    "estimate": ["a b", "--accounting", "textbook"],
    "quantize": ["error", "--nope"],
    "models": ["show", "./a"],
    "schema": ["--nope"],
}
"""Arguments of each command that are wrong."""


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_says_in_json_what_is_wrong(command: str) -> None:
    """One object a line, and nothing on standard output."""
    done = run(command, *WRONG[command], "--messages", "json")
    assert done.exit_code in (1, 2)
    assert done.stdout == ""
    (one,) = objects(done.stderr)
    assert one["severity"] == "error"
    assert (one["code"] == "usage") == (done.exit_code == 2)


def test_new_says_what_comes_next() -> None:
    """The commands as one object, not as the lines that people see."""
    (one,) = said("new", "talk", "--template", "blank")
    assert (one["severity"], one["code"]) == ("info", "next-step")
    assert one["message"] == "cd talk; slidegen serve talk.yml; slidegen build talk.yml"


@pytest.mark.parametrize(
    "arguments",
    [
        ("--messages", "json", "build", "--nope"),
        ("build", "--messages=json", "--nope"),
        ("build", "--nope", "--messages", "json"),
        ("--messages=json", "nope"),
        ("models", "--messages", "json", "show"),
        ("models", "show", "--messages", "json"),
        ("build", "--nope", "--messages", "text", "--messages", "json"),
    ],
)
def test_a_wrong_command_line_is_an_object(arguments: Sequence[str]) -> None:
    """Wherever the option stands; the exit code stays."""
    done = run(*arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    (one,) = objects(done.stderr)
    assert (one["code"], one["severity"], one["path"]) == ("usage", "error", None)
    assert "Usage:" not in one["message"]


def test_what_follows_two_dashes_is_no_option() -> None:
    """It is the name of a deck."""
    assert run("build", "--", "--messages", "json").stderr.startswith("error: ")


def test_only_two_forms_are_allowed() -> None:
    """Anything else is wrong usage, said as text."""
    done = run("build", "a.yml", "--messages", "xml")
    assert done.exit_code == 2
    assert "'xml' is not one of 'text', 'json'" in done.stderr


def test_every_command_has_the_options_in_its_help() -> None:
    """Once each."""
    for command in [[], *([name] for name in COMMANDS), ["models", "show"]]:
        text = run(*command, "--help").stdout
        assert text.count("--messages [text|json]") == text.count("--messages-file PATH") == 1, command


def test_places_are_lines_columns_and_slides() -> None:
    """Slides are counted one by one, also in stacks; what is declared beside them is on none."""
    deck = "titel: a\nslides:\n- a\n-\n  - b\n  - |\n    c\n\n    {{ x }}\n- content: d\n  layout: nope\n"
    write(
        {"a.yml": deck + "tables:\n  t: {source: nope}\n", "b.md": "---\ntitel: a\nthem: dark\n---\na\n\n---\n\n<b>\n"}
    )
    places = [(one["code"], one["line"], one["column"], one["slide"]) for one in said("build", "a.yml")]
    assert places == [
        ("unknown-key", 1, 1, None),
        ("unknown-name", 9, None, 3),
        ("wrong-value", 11, 3, 4),
        ("unknown-extension", 13, None, None),
    ]
    places = [(one["code"], one["line"], one["column"], one["slide"]) for one in said("build", "b.md")][:-1]
    assert places == [("unknown-key", 2, 1, None), ("unknown-key", 3, 1, None), ("unclosed-block", 9, None, 2)]
    write({"c.yml": "slides:\n  - a: [1,\n     }\n"})
    assert [(one["line"], one["column"]) for one in said("build", "c.yml")] == [(3, 6)]


def test_a_notebook_says_its_cell_in_the_message() -> None:
    """Its lines are not those of the file, so there is no line; the slide is known."""
    cells = [{"cell_type": "markdown", "metadata": {}, "source": f"# {name}"} for name in ("a", "b\n\n<i>")]
    write({"a.ipynb": json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells})})
    one, *_ = said("build", "a.ipynb")
    assert (one["path"], one["line"], one["column"], one["slide"]) == ("a.ipynb", None, None, 2)
    assert one["message"].startswith("cell 2, line 3: <i> is not closed")


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


def test_missing_slides_are_on_no_slide() -> None:
    """Nor is the key that was meant."""
    write({"a.yml": "title: a\nslidess: [1]\n"})
    assert [one["slide"] for one in said("build", "a.yml")] == [None, None]


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


@pytest.mark.unix
def test_names_that_are_not_text_do_not_break_the_json(here: Path) -> None:
    """In any locale the output is UTF-8; what it lacks becomes a replacement character."""
    name = b"\xff\xe9.yml"
    (Path(os.fsdecode(os.fsencode(here) + b"/" + name))).write_text("slides: [1]")
    decks = [name, "\u00e9\x1b.yml".encode()]
    command: list[str | bytes] = [sys.executable, "-m", "slidegen", "build", *decks, "--messages", "json"]
    done = subprocess.run(command, capture_output=True, env={**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0"})
    first, second = objects(done.stderr.decode("utf-8"))
    assert {first["path"], second["path"]} == {"\ufffd\ufffd.yml", "\u00e9\x1b.yml"}
    assert b"\x1b" not in done.stderr


def test_an_object_is_one_line_whatever_the_message_holds() -> None:
    """Line ends of any kind, control characters, quotes and half of a pair."""
    message = 'a\nb\r\x85\u2028\u2029\x1b[31m\x9b"\\\ud800\N{PILE OF POO}'
    line = json_line("error", Problem(message, "p\n", 1, code="usage"))
    text = line.decode()
    assert len(text.splitlines()) == 1
    assert json.loads(text)["message"] == message.replace("\ud800", "\ufffd")


def test_quiet_says_errors_only() -> None:
    """In JSON as in text."""
    write({"a.yml": "slides: ['<b>']"})
    assert run("build", "a.yml", "-q", "--messages", "json").stderr == ""
    assert [one["code"] for one in said("build", "a.yml")] == ["unclosed-block", "built"]


def test_the_page_lists_the_codes() -> None:
    """With the descriptions of the program."""
    rows = [line for line in DOCS.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    listed = [line.strip("| ").split(" | ") for line in rows]
    found = {code.strip("`"): text.strip() for code, text in listed if code.strip("`") in CODES}
    assert found == CODES
    assert list(found) == sorted(CODES)


def test_some_codes_come_from_functions() -> None:
    """That no command can be made to call here: everything is installed."""
    from slidegen.vendor import vendor_bytes

    with pytest.raises(Exception, match="front-end file") as caught:
        vendor_bytes("nope.js")
    assert [problem.code for problem in caught.value.problems] == ["installation"]  # type: ignore[attr-defined]
    assert [problem.code for problem in MissingExtraError("a browser", "browser").problems] == ["missing-extra"]
    np = pytest.importorskip("numpy")
    from slidegen.quantize.registry import quantize

    with pytest.raises(Exception, match="an array is needed") as caught:
        quantize(np.float32(1), "int8", "tensor", name="x")
    assert [problem.code for problem in caught.value.problems] == ["quantization"]  # type: ignore[attr-defined]


def alone(shell: Shell, *arguments: str, **variables: str) -> tuple[int, list[str]]:
    """The exit code and the codes of a command in a process of its own."""
    command = shell.command(*arguments, "--messages", "json")
    environment = {**shell.environment, **variables}
    done = subprocess.run(command, cwd=shell.folder, env=environment, capture_output=True, text=True, timeout=300)
    return done.returncode, [one["code"] for one in objects(done.stderr)]


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


LONG = "word " * 3000


@pytest.mark.browser
def test_check_looks_at_some_slides(shell: Shell) -> None:
    """Mistakes of the other slides are not shown."""
    shell.write("a.yml", f"slides:\n- a\n- {LONG}\n-\n  - b\n  - <b>\n")
    done = shell.run("check", "a.yml", "--slides", "1,3-")
    assert (done.returncode, done.stdout) == (0, "a.yml: 3 of 4 slides, nothing runs off\n")
    assert done.stderr.startswith("warning: a.yml:6: <b> is not closed")
    done = shell.run("check", "a.yml", "--slides", "-2", "--messages", "json")
    assert (done.returncode, done.stdout) == (1, "")
    found = objects(done.stderr)
    assert {(one["code"], one["line"], one["slide"]) for one in found} == {("runs-off", 3, 2)}
    done = shell.run("check", "a.yml", "--slides", "4-5")
    assert (done.returncode, done.stderr) == (1, "error: a.yml: --slides 4-5: the deck has 4 slides; allowed: 1 to 4\n")
    assert alone(shell, "check", "a.yml", "--slides", "5") == (1, ["slide-range"])


@pytest.mark.parametrize("given", ["0", "a", "3-2", "", "1,,2", "--", "1-2-3", "0-4", "-", "1.5"])
def test_slides_are_numbers_and_ranges(given: str) -> None:
    """Anything else is wrong usage."""
    done = run("check", "a.yml", "--slides", given)
    assert done.exit_code == 2
    assert "Invalid value for '--slides'" in done.stderr


@pytest.mark.browser
def test_check_fails_for_errors_only(shell: Shell) -> None:
    """What a script says is a warning; what it does not catch, and what it loads, are errors."""
    shell.write("a.yml", "slides:\n- \"<script>console.log('x')</script>\"\n")
    assert alone(shell, "check", "a.yml", "--allow-scripts") == (0, ["console-message"])
    shell.write("b.yml", 'slides:\n- "<script>nope()</script>"\n')
    assert alone(shell, "check", "b.yml", "--allow-scripts") == (1, ["page-error"])
    shell.write("c.yml", "slides:\n- \"<script>new Image().src = 'http://127.0.0.1:9/x.png'</script>\"\n")
    code, found = alone(shell, "check", "c.yml", "--allow-scripts")
    assert (code, "network-request" in found) == (1, True)


def test_a_text_in_quotes_does_not_reach_into_the_next_slide() -> None:
    """Its lines are in the text alone: the message has the line of the file on which they end."""
    write({"a.yml": 'slides:\n- "a\\n\\n<b>\\n\\n{{ x }}"\n- c\n'})
    assert [(one["line"], one["slide"]) for one in said("build", "a.yml")] == [(2, 1)]
