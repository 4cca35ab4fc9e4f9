"""`slidegen estimate` of nominal sizes, and its accounting `rules`."""

from __future__ import annotations

import json

import pytest

from tests.cli.said import run

pytestmark = pytest.mark.usefixtures("here")
LLAMA = "meta-llama/Meta-Llama-3-8B"


def test_the_textbook_of_a_nominal_size() -> None:
    """All methods that need no layers, and that it is nominal."""
    done = run("estimate", "13B", "--accounting", "textbook", "--unit", "GB")
    lines = done.stdout.splitlines()
    assert [line.split()[:2] for line in lines[2:4]] == [["13B", "full"], ["13B", "inference"]]
    assert [line.split()[-1] for line in lines[2:4]] == ["104.00", "26.00"]
    assert "13B is a nominal size: 13,000,000,000 parameters, not a model." in lines


def test_programs_get_the_note() -> None:
    """And exact bytes."""
    done = run("estimate", "7B", "--accounting", "textbook", "--optimizer", "sgd,momentum", "--format", "json")
    rows = json.loads(done.stdout)
    found = [(row["method"], row["optimizer_name"], row["optimizer_bytes"], row["note"]) for row in rows]
    assert found == [
        ("full", "sgd", 0, "nominal size"),
        ("full", "momentum", 14 * 10**9, "nominal size"),
        ("inference", None, 0, "nominal size"),
    ]


def test_mixed_precision_in_the_textbook() -> None:
    """18 bytes a parameter for full fine-tuning."""
    options = ("--method", "full", "--mixed-precision", "bfloat16", "--format", "json")
    (row,) = json.loads(run("estimate", "7B", "--accounting", "textbook", *options).stdout)
    assert (row["dtype"], row["mixed_precision"], row["total_bytes"]) == ("float32", "bfloat16", 126 * 10**9)


def test_rules_of_a_nominal_size() -> None:
    """Each with its sum and its size; the sources stand below."""
    done = run("estimate", "7B", "--accounting", "rules", "--unit", "GB")
    assert (done.exit_code, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    (rule,) = (line for line in lines if line.startswith("bfloat16-8bit-adam-4 "))
    assert rule.split()[-2:] == ["4", "28.00"]
    assert "7B is a nominal size: 7,000,000,000 parameters, not a model." in lines
    assert "  zero-16: Rajbhandari et al. 2019, ZeRO, section 3.1, https://arxiv.org/abs/1910.02054" in lines


def test_rules_of_a_model_for_programs() -> None:
    """Without the truth, in JSON."""
    done = run("estimate", LLAMA, "--accounting", "rules", "--no-truth", "--format", "json", "--offline")
    rows = {row["rule"]: row for row in json.loads(done.stdout)}
    assert rows["zero-16"]["total_bytes"] == 16 * 8_030_261_248
    assert (rows["zero-16"]["accounting"], rows["zero-16"]["truth_bytes"]) == ("rules", None)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("7B",),
            "error: model '7B': it is a nominal size, not a model; only the accountings textbook and rules accept one",
        ),
        (
            ("7B", "--accounting", "textbook", "--method", "qlora"),
            "error: memory: 7B is a nominal size, and the size of an adapter depends on the layers: name a model for",
        ),
        (
            (LLAMA, "--accounting", "rules", "--optimizer", "sgd"),
            "the accounting rules does not support --optimizer; allocated does",
        ),
        ((LLAMA, "--no-truth"), "the accounting allocated does not support --truth; rules does"),
    ],
)
def test_wrong_uses_are_one_line(arguments: tuple[str, ...], message: str) -> None:
    """Without a traceback."""
    done = run("estimate", *arguments, "--offline")
    assert done.exit_code != 0
    assert message in done.stderr
    assert "Traceback" not in done.stderr
