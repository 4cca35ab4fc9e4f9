"""Numbers that no float holds, and halves of characters, wherever a deck can have them: told, and never shown."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from slidegen.errors import DeckError
from tests.deck_folder import MODEL, DeckFolder

HUGE = "1" + "0" * 400
DATA = "tables: {t: {source: data, rows: [{a: VALUE}], KINDS}}\nslides: ['{{ table(\"t\") }}']\n"


@pytest.mark.parametrize("text", ["1.0e+400", "-1.0e+999"])
def test_a_number_of_yaml_that_is_too_large(folder: DeckFolder, text: str) -> None:
    """It would be infinite; what says that it is, is."""
    assert folder.problems(f"vars:\n  x: {text}\nslides: [a]\n") == [f"talk.yml:2: {text} is too large a number"]
    assert folder.build("vars: {x: .inf}\nslides: [a]\n").body == "<p>a</p>"


@pytest.mark.parametrize("kind", ["bytes", "count", "integer", "number", "percent", "measure", "ratio", "significant"])
@pytest.mark.parametrize("text", [HUGE, f"-{HUGE}"])
def test_a_cell_that_is_too_large(folder: DeckFolder, kind: str, text: str) -> None:
    """Of any kind of number, in the deck's text."""
    deck = DATA.replace("VALUE", text).replace("KINDS", f"kinds: {{a: {kind}}}")
    assert folder.problems(deck) == ["talk.yml:1: data: row 1: a is too large; at most 1e+300 can be shown"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1e400", "data: row 1: a is inf; allowed: a finite number, or an empty cell"),
        ("1e301", "data: row 1: a is too large; at most 1e+300 can be shown"),
    ],
)
def test_a_cell_of_a_file_that_is_too_large(folder: DeckFolder, text: str, message: str) -> None:
    """As a CSV file writes it."""
    folder.write("a.csv", f"n,a\nx,{text}\n")
    deck = "tables: {t: {source: data, file: a.csv}}\nslides: ['{{ table(\"t\") }}']\n"
    assert folder.problems(deck) == [f"talk.yml:1: {message}"]


@pytest.mark.parametrize("number", ["9" * 5000, "0x" + "f" * 5000, "0b" + "1" * 5000, "0o" + "7" * 2000])
def test_an_expression_with_more_digits_than_python_reads(folder: DeckFolder, number: str) -> None:
    """In a slide, a condition, a variable and the parameter of a table, which are read to be put into order first."""
    said = "the expression holds a number that is too large"
    assert folder.problems(f"slides: ['{{{{ {number} }}}}']") == [f"talk.yml:1: {said}"]
    assert folder.problems(f"slides: ['{{% if {number} %}}a{{% endif %}}']") == [f"talk.yml:1: {said}"]
    assert folder.problems(f"vars: {{a: '{{{{ {number} }}}}'}}\nslides: ['{{{{ a }}}}']") == [f"talk.yml:1: {said}"]
    table = f"{{source: memory, models: {MODEL}, rank: '{{{{ {number} }}}}'}}"
    assert folder.problems(f"slides: [a]\ntables:\n  t: {table}") == [f"talk.yml:3: {said}"]


@pytest.mark.parametrize("expression", ["1e400", "1e400 + 1", "[1e400]", "-1e400 | abs"])
def test_an_expression_with_a_number_that_is_too_large(folder: DeckFolder, expression: str) -> None:
    """Also in the condition of an emphasis."""
    message = "the expression holds a number that is too large"
    assert folder.problems(f"slides: ['{{{{ {expression} }}}}']\n") == [f"talk.yml:1: {message}"]
    rule = f"emphasis: [{{when: 'a > {expression}', style: good}}]"
    (problem,) = folder.problems(DATA.replace("VALUE", "1").replace("KINDS", rule))
    assert problem == f"talk.yml:1: {message}"


def test_thousands_of_digits_in_a_condition(folder: DeckFolder) -> None:
    """More than Python turns into a number."""
    rule = f"emphasis: [{{when: 'a > {'1' * 5000}', style: good}}]"
    (problem,) = folder.problems(DATA.replace("VALUE", "1").replace("KINDS", rule))
    assert problem == "talk.yml:1: table 't': an expression holds a number that is too large"


def test_parameters_that_are_too_large(folder: DeckFolder) -> None:
    """All of a table at once; no library counts with them."""
    deck = f"tables:\n  t: {{source: memory, models: {MODEL}, method: lora, rank: [8, {HUGE}]}}\nslides: [a]\n"
    assert folder.problems(deck) == ["talk.yml:2: memory: rank is too large a number"]


def test_options_of_reveal_that_are_too_large(folder: DeckFolder) -> None:
    """Which would be no number in the page."""
    (problem,) = folder.problems(f"reveal:\n  autoSlide: {HUGE}\nslides: [a]\n")
    assert problem == f"talk.yml:2: reveal.autoSlide is {HUGE}; a number is needed"


@pytest.mark.parametrize("like", ["1", "1.5", "[1]", "[1.5]"])
@pytest.mark.parametrize("text", ["1e400", "inf", "nan", HUGE])
def test_a_setting_that_is_too_large(folder: DeckFolder, like: str, text: str) -> None:
    """As the type of the deck's own value."""
    (problem,) = folder.problems(f"vars: {{x: {like}}}\nslides: [a]\n", settings={"x": text})
    assert problem == f"--set x: {text!r} is not a number like {like.strip('[]')}"


@pytest.mark.parametrize(("text", "code"), [("\udce9", "DCE9"), ("a\ud800", "D800"), ("\ufdd00\ufdd1", "FDD0")])
def test_a_setting_that_is_no_text(folder: DeckFolder, text: str, code: str) -> None:
    """Bytes of the command line that are no UTF-8, and what no deck may hold either."""
    (problem,) = folder.problems("vars: {x: abc}\nslides: ['{{ x }}']\n", settings={"x": text})
    assert problem == f"--set x: holds the character U+{code}, which is not text"


@pytest.mark.parametrize("value", ["1e400", "-1e400", "NaN", HUGE, '"\\ud800"'])
def test_a_record_with_such_a_cell_is_refused(folder: DeckFolder, value: str) -> None:
    """It is left as it is."""
    deck = f"slides: ['{{{{ memory(\"{MODEL}\").total | gib }}}}']\n"
    folder.build(deck)
    path = folder.path / "talk.record.json"
    content = json.loads(path.read_text())
    content["results"][0]["rows"][0][-2] = "HERE"
    path.write_text(json.dumps(content).replace('"HERE"', value))
    before = path.read_bytes()
    with pytest.raises(DeckError, match=r"^[^\n]*talk\.record\.json: not a record of format 1 \([^\n]*$"):
        folder.build(deck)
    assert path.read_bytes() == before


@pytest.mark.parametrize("option", ["--theme", "--theme-set"])
def test_a_name_of_a_theme_that_is_too_long(tmp_path: Path, option: str) -> None:
    """For the file system."""
    (tmp_path / "a.md").write_text("# a\n")
    command = [sys.executable, "-m", "slidegen", "build", "a.md", option, "a" * 400]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert done.stderr.startswith("error: ")
