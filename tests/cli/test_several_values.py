"""Arguments and options that take several values: with commas, with spaces, one by one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.deck_folder import MODEL
from tests.test_cli import run


def test_several_values_are_written_with_commas_or_one_by_one() -> None:
    """As people try first."""
    common = ("estimate", MODEL, "--accounting", "textbook", "--dtype", "float16", "--format", "json", "--offline")
    commas = run(*common, "--method", "full, lora", "--rank", "8,16")
    assert commas.stdout == run(*common, "--method", "full", "--method", "lora", "--rank", "8", "--rank", "16").stdout
    assert [(row["method"], row["rank"]) for row in json.loads(commas.stdout)] == [
        ("full", None),
        ("lora", 8),
        ("lora", 16),
    ]
    assert "'foo' is not one of 'full', 'lora'" in run(*common, "--method", "full,foo").stderr


@pytest.mark.parametrize(
    "models",
    [
        [f"{MODEL},openai-community/gpt2"],
        [MODEL, "openai-community/gpt2"],
        [f"{MODEL}, openai-community/gpt2"],
        [f"{MODEL},openai-community/gpt2", MODEL],
    ],
)
def test_models_are_written_with_spaces_or_commas(models: list[str]) -> None:
    """One that is named twice has one row."""
    done = run("estimate", *models, "--accounting", "textbook", "--method", "full", "--format", "json", "--offline")
    assert [row["model"] for row in json.loads(done.stdout)] == [MODEL, "openai-community/gpt2"]


@pytest.mark.parametrize("models", [[f"{MODEL},"], [f",{MODEL}"], [f"{MODEL},,gpt2"], [MODEL, ","], [""]])
@pytest.mark.parametrize("command", ["estimate", "quantize"])
def test_a_comma_without_a_model(command: str, models: list[str]) -> None:
    """It is wrong usage, not a model without a name."""
    done = run(command, *models)
    assert done.exit_code == 2
    assert done.stderr.splitlines()[-1] == (
        "Error: Invalid value for 'MODEL...': a model's name is empty; separate values by commas"
    )


def test_a_path_with_a_comma_is_one_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As long as it is there."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a,b").mkdir()
    (tmp_path / "a,b" / "config.json").write_text("[]")
    done = run("estimate", "./a,b", "--accounting", "textbook")
    assert done.stderr.startswith("error: model './a,b': its config.json is not a JSON object")
