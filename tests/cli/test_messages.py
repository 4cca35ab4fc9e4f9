"""Messages for programs: --messages json, --messages-file, and the code of each message."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from slidegen.cli import COMMANDS
from slidegen.cli.messages import json_line
from slidegen.codes import CODES
from slidegen.errors import MissingExtraError, Problem
from tests.cli.said import TABLE, objects, run, said, write
from tests.tiny_fonts import tiny_font

DOCS = Path(__file__).parents[2] / "docs" / "messages.md"
pytestmark = pytest.mark.usefixtures("here")
DATA = "tables:\n  t: {source: data, rows: [{a: x, b: 1}, {a: y, b: 2}]}\n"


def as_text(one: Mapping[str, Any]) -> str:
    """An object as people see it."""
    place = [one["path"], one["line"]] if one["line"] is not None else [one["path"]] if one["path"] else []
    return f"{one['severity']}: {':'.join(map(str, place))}{': ' if place else ''}{one['message']}"


class Case(NamedTuple):
    """A command whose messages have a code."""

    code: str
    files: Mapping[str, str | bytes]
    arguments: Sequence[str] = ("build", "a.yml", "--offline")


QUICK = "allocated('openai-community/gpt2', method='lora', quick=true, seq_len=64).total"


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
    of_slide("diagram", "```mermaid\nflowchat LR\n```"),
    of_slide("diagram-part", "```dot\ndigraph { a [URL=b] }\n```"),
    of_slide("duplicate-key", "a", "title: a\ntitle: b\n"),
    Case("empty-deck", {"a.ipynb": '{"nbformat": 4, "metadata": {}, "cells": []}'}, ("build", "a.ipynb")),
    of_slide("false-claim", "{{ claim(2 < 1, 'w') }}"),
    of_slide("figure", "a", f"{DATA}figures: {{f: {{kind: bars, table: t, value: a}}}}\n"),
    Case("front-matter", {"a.md": "---\ntitle: a\n"}, ("build", "a.md")),
    of_slide("frozen", "a", f"{TABLE}}}\n")._replace(arguments=("build", "a.yml", "--frozen")),
    of_slide("html", "<object data='x'></object>"),
    Case("include", {"a.md": "# a\n\n<!-- include: b.qmd -->", "b.qmd": "# b"}, ("build", "a.md")),
    of_slide("limit", "a", "vars: {x: " + "[" * 101 + "]" * 101 + "}\n"),
    of_slide("math-syntax", r"$\frac{a$"),
    Case("missing-file", {}, ("tables", "a.yml")),
    of_slide("missing-glyph", "\U00012000"),
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
    of_slide("restricted-font", "a", "fonts: {text: a.ttf}\n", **{"a.ttf": tiny_font("a", embedding=2)}),
    of_slide("style-sheet", "<style>p {background: image-set('x')}</style>"),
    of_slide("template-syntax", "{{ 1 + }}"),
    of_slide("theme-file", "a", "theme: t\n", **{"t/theme.yml": "- a\n"}),
    of_slide("thin-claim", "{% set m = " + QUICK + " %}{{ claim(m < m.value * 1.01, 'w') }}"),
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
    "smaller-text": "found in a browser, see test_check.py",
    **dict.fromkeys(
        ("contrast", "hidden-text", "identical-labels", "margins", "overlap", "picture-scaled", "small-chart"),
        "found in a browser, see tests/checks",
    ),
    **dict.fromkeys(("small-table", "small-text", "too-much-to-say"), "found in a browser, see tests/checks"),
    "refreshed": "tests/cli/test_refresh.py",
    **dict.fromkeys(("git", "git-revision"), "tests/revisions, tests/cli/test_diff.py"),
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
    "claims": ["a.yml"],
    "diff": ["a.yml"],
    "stale": ["a.yml"],
    "estimate": ["a b", "--accounting", "textbook"],
    "quantize": ["error", "--nope"],
    "sweep": ["a.yml"],
    "models": ["show", "./a"],
    "themes": ["show", "drak"],
    "icons": ["rokcet"],
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


def test_missing_slides_are_on_no_slide() -> None:
    """Nor is the key that was meant."""
    write({"a.yml": "title: a\nslidess: [1]\n"})
    assert [one["slide"] for one in said("build", "a.yml")] == [None, None]


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


def test_a_text_in_quotes_does_not_reach_into_the_next_slide() -> None:
    """Its lines are in the text alone: the message has the line of the file on which they end."""
    write({"a.yml": 'slides:\n- "a\\n\\n<b>\\n\\n{{ x }}"\n- c\n'})
    assert [(one["line"], one["slide"]) for one in said("build", "a.yml")] == [(2, 1)]
