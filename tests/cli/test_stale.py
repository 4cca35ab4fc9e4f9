"""`slidegen stale`: which results of a record are not those that a build of today would make."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from slidegen import build
from tests.cli.said import run

MODEL = "Qwen/Qwen2-1.5B"
DECK = f"""\
tables:
  t: {{source: memory, models: {MODEL}, method: [full, lora]}}
slides:
- |
  # One
  {{{{ table("t") }}}}
- - '# Two'
  - '# Three, {{{{ memory("{MODEL}", method="qlora").total | gib }}}}'
"""
Change = Callable[[list[dict[str, Any]]], object]


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The record of the deck."""
    folder = tmp_path_factory.mktemp("built")
    (folder / "talk.yml").write_text(DECK)
    build(folder / "talk.yml", output=folder / "talk.html", offline=True)
    return (folder / "talk.record.json").read_text()


@pytest.fixture
def found(here: Path, record: str) -> Callable[[Change], tuple[int, dict[str, Any], str]]:
    """The exit code of the command for a deck whose record is changed, what it says as JSON, and as text."""

    def call(change: Change) -> tuple[int, dict[str, Any], str]:
        (here / "talk.yml").write_text(DECK)
        content = json.loads(record)
        change(content["results"])
        (here / "talk.record.json").write_text(json.dumps(content))
        as_json = run("stale", "talk.yml", "--format", "json")
        text = run("stale", "talk.yml", "-v")
        assert text.exit_code == as_json.exit_code
        return text.exit_code, json.loads(as_json.stdout)[0], text.stdout

    return call


def states(found: dict[str, Any]) -> list[str]:
    """The states of the results."""
    return [one["state"] for one in found["results"]]


def test_all_is_current(found: Callable[..., Any]) -> None:
    """What the catalogue counted does not depend on the libraries that are installed."""
    code, data, text = found(lambda _: None)
    assert (code, states(data), text) == (0, ["current"] * 2, "talk.yml: all 2 results are current\n")
    assert [(one["tables"], one["slides"]) for one in data["results"]] == [(["t"], ["1"]), ([], ["2.2"])]
    assert data["current"] is True


def test_other_versions_of_a_library(found: Callable[..., Any]) -> None:
    """Of both results; the table is named with its slide."""
    code, data, text = found(lambda results: [one["versions"].update(transformers="4.1.0") for one in results])
    assert (code, states(data), data["current"]) == (1, ["stale"] * 2, False)
    assert data["results"][0]["reasons"] == [
        {"kind": "library", "what": "transformers", "old": "4.1.0", "new": "5.23.0"}
    ]
    assert text.splitlines() == [
        "talk.yml: of 2 results 2 made with other versions; slidegen build talk.yml --refresh renews them",
        "  transformers 4.1.0 -> 5.23.0",
        "    t                   slide 1",
        f"      {MODEL}, full, lora",
        "    memory in the text  slide 2.2",
        f"      {MODEL}, qlora",
    ]


def test_a_library_that_ran(found: Callable[..., Any]) -> None:
    """A result of more than counting is compared with what is installed: pydantic is, the other one is not."""

    def change(results: list[dict[str, Any]]) -> None:
        results[0]["versions"] = {"pydantic": "1.0+cpu", "no-such-library": "3.0"}

    code, data, text = found(change)
    assert (code, states(data).count("stale")) == (1, 1)
    assert data["not_installed"] == {"no-such-library": "3.0"}
    assert "no-such-library 3.0 made results and is not installed here" in text


def test_only_a_library_that_is_not_installed(found: Callable[..., Any]) -> None:
    """It cannot be compared, and is not stale."""
    code, data, _ = found(lambda results: results[0].update(versions={"no-such-library": "3.0"}))
    assert (code, states(data)) == (0, ["current"] * 2)


def test_a_formula_and_a_config(found: Callable[..., Any]) -> None:
    """The numbers of the old ones are still shown by the slides that are named."""

    def change(results: list[dict[str, Any]]) -> None:
        results[0]["version"] = 0
        results[1]["inputs"] = {MODEL: "0" * 64}

    code, data, text = found(change)
    assert (code, states(data)) == (1, ["stale"] * 2)
    assert "formula of memory 0 -> 1" in text
    assert f"config of {MODEL} 000000000000 -> " in text
    assert sorted(slide for one in data["results"] for slide in one["slides"]) == ["1", "2.2"]


def test_missing_and_unused_results(found: Callable[..., Any]) -> None:
    """A result under a former name of a parameter is not found: it is missing, and there is one that is not used."""

    def rename(results: list[dict[str, Any]]) -> None:
        parameters = next(one["parameters"] for one in results if one["parameters"]["method"] == ["qlora"])
        parameters["ranks"] = parameters.pop("rank")

    code, data, text = found(rename)
    assert (code, sorted(states(data))) == (1, ["current", "missing", "unused"])
    assert text.startswith("talk.yml: of 2 results 1 missing; slidegen build talk.yml computes them\n")
    assert "1 result of the record is not used by the deck; the next build removes it" in text


def test_only_an_unused_result(found: Callable[..., Any]) -> None:
    """No number on a slide is of another version."""

    def add(results: list[dict[str, Any]]) -> None:
        results.append({**results[0], "parameters": {**results[0]["parameters"], "rank": [128]}})

    code, data, _ = found(add)
    assert (code, states(data)) == (0, ["current", "current", "unused"])


def test_without_a_record(here: Path) -> None:
    """Nothing is computed."""
    (here / "talk.yml").write_text(DECK)
    (here / "plain.yml").write_text("slides: ['# a']\n")
    done = run("stale", "talk.yml", "plain.yml")
    assert done.stdout.splitlines() == [
        "talk.yml: there is no record yet; slidegen build talk.yml computes 2 results",
        "  the record does not have",
        "    t                   slide 1",
        "    memory in the text",
        "plain.yml: the deck computes nothing",
    ]
    assert done.exit_code == 1
    assert run("stale", "talk.yml", "--exit-zero").exit_code == 0
    assert [path.name for path in here.iterdir() if path.suffix == ".json"] == []


def test_diagrams(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are drawn by a library as well."""
    pytest.importorskip("mermaidx")
    (here / "talk.yml").write_text("slides:\n- '# a'\n- |\n  ```mermaid\n  flowchart LR\n    A --> B\n  ```\n")
    assert "diagram  slide 2" in run("stale", "talk.yml").stdout
    build("talk.yml", output=here / "talk.html")
    assert "its one result is current" in run("stale", "talk.yml").stdout
    monkeypatch.setattr("slidegen.results.versions._installed", lambda _: "99.0")
    assert "-> 99.0\n    diagram  slide 2\n" in run("stale", "talk.yml").stdout


def test_markdown_is_escaped(found: Callable[..., Any], here: Path) -> None:
    """A stranger's record cannot put a link into a pull request, nor colours into a terminal."""
    found(lambda results: results[0].update(versions={"pydantic": "[x](https://a.example) <b>|\x1b[31m"}))
    text = run("stale", "talk.yml", "--format", "markdown").stdout
    assert r"\[x\](https://a.example) \<b\>\|" in text
    assert "\x1b" not in text + run("stale", "talk.yml").stdout


def test_mistakes_of_a_deck(here: Path) -> None:
    """Those of all decks together, after what is known of the others."""
    (here / "a.yml").write_text("slides: ['{{ nope }}']\n")
    (here / "b.yml").write_text("slides: [a]\n")
    done = run("stale", "a.yml", "b.yml", "c.yml")
    assert done.exit_code == 1
    assert done.stdout == "b.yml: the deck computes nothing\n"
    assert [line.split(":")[1].strip() for line in done.stderr.splitlines()] == ["a.yml", "c.yml"]


def test_the_file_of_a_cut_has_changed(here: Path) -> None:
    """The reason names the file, and not the config of a model."""
    arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    (here / "cut.yml").write_text("slides: ['{{ sweep(\"n.parquet\", count=true).count }} rows']\n")
    parquet.write_table(arrow.table({"n": [1, 2]}), here / "n.parquet")
    build("cut.yml", output=here / "cut.html")
    assert run("stale", "cut.yml").exit_code == 0
    parquet.write_table(arrow.table({"n": [1, 2, 3]}), here / "n.parquet")
    done = run("stale", "cut.yml")
    assert (done.exit_code, "data in n.parquet " in done.stdout, "config" in done.stdout) == (1, True, False)
