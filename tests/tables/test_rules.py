"""The table source `rules`: rules of thumb beside the simulated truth."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from slidegen.errors import SlidegenError
from slidegen.estimate.rules import RULES
from slidegen.model import Table
from slidegen.results.store import check_parameters
from slidegen.tables.allocated import ALLOCATED_SOURCE
from slidegen.tables.base import SourceContext
from slidegen.tables.rules import RULES_SOURCE
from tests.deck_folder import DeckFolder

SMALL = "HuggingFaceTB/SmolLM2-135M"


def rules(context: SourceContext, **parameters: Any) -> dict[str, dict[str, Any]]:
    """The rows of the table `rules`, by the rule."""
    table = RULES_SOURCE.compute(check_parameters(RULES_SOURCE, parameters), context)
    return {row["rule"]: row for row in as_dicts(table)}


def as_dicts(table: Table) -> list[dict[str, Any]]:
    """The rows by column key."""
    return [{column.key: cell for column, cell in zip(table.columns, row, strict=True)} for row in table.rows]


def test_every_rule_is_a_row(context: SourceContext) -> None:
    """With what it counts, its size and where it is published; without the truth that is all, and nothing is run."""
    found = rules(context, models=SMALL, truth=False)
    assert list(found) == [rule.name for rule in RULES]
    row = found["zero-16"]
    assert (row["parameters"], row["per_parameter"], row["total"]) == (134_515_008, 16.0, 16 * 134_515_008)
    assert row["says"] == "2 + 2 + 12: weights, gradients, Adam with float32 weights"
    assert (row["source"], row["url"]) == ("Rajbhandari et al. 2019, ZeRO", "https://arxiv.org/abs/1910.02054")
    assert all((row["truth"], row["error"], row["setting"], row["note"]) == (None,) * 4 for row in found.values())


def test_the_rules_of_one_method(context: SourceContext) -> None:
    """Those on inference alone."""
    assert list(rules(context, models="7B", method="inference", truth=False)) == [
        *("inference-2", "inference-x1.2", "mixed-precision-inference-6")
    ]


def test_a_nominal_size_has_the_rules_that_need_no_layers(context: SourceContext) -> None:
    """28 GB and 126 GB for 7B; the others are named as left out, and there is no truth."""
    table = RULES_SOURCE.compute(check_parameters(RULES_SOURCE, {"parameters": 7e9}), context)
    found = {row["rule"]: row for row in as_dicts(table)}
    assert [row["method"] for row in found.values()].count("lora") == 0
    assert found["bfloat16-8bit-adam-4"]["total"] == 28 * 10**9
    assert found["mixed-precision-adam-18"]["total"] == 126 * 10**9
    assert {row["note"] for row in found.values()} == {"a nominal size has no layers to simulate"}
    assert "of nominal sizes: the rules of lora and qlora" in (table.provenance.leaves_out or "")
    assert table.provenance.models == {"7B": "nominal size: 7,000,000,000 parameters"}


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (
            {"models": "7B", "method": ["lora", "qlora"]},
            "rules: 7B is a nominal size, and the size of an adapter depends on the layers: name a model for lora",
        ),
        ({"models": SMALL, "seq_len": [1024, 2048]}, "rules: seq_len is a list; allowed: a whole number"),
        ({"models": SMALL, "optimizer": "sgd"}, "rules: unknown parameter 'optimizer'; "),
    ],
)
def test_what_makes_no_sense_is_refused(parameters: dict[str, Any], message: str) -> None:
    """In one line."""
    with pytest.raises(SlidegenError) as caught:
        check_parameters(RULES_SOURCE, parameters)
    assert str(caught.value).startswith(message)


def test_the_truth_is_what_allocated_says(context: SourceContext, said: list[str]) -> None:
    """Of the same setting, which is run once for all rules that are about it; the error is the rule's."""
    pytest.importorskip("peft")
    found = rules(context, models=SMALL, method="full", seq_len=256, batch_size=[2])
    setting = {"models": SMALL, "method": "full", "seq_len": 256, "batch_size": 2}
    for name, more in (
        ("bfloat16-8bit-adam-4", {"optimizer": "adamw_8bit"}),
        (
            "mixed-precision-momentum-14",
            {"dtype": "float32", "mixed_precision": "bfloat16", "optimizer": "sgd_momentum"},
        ),
        ("float32-adam-16", {"dtype": "float32"}),
    ):
        (row,) = as_dicts(ALLOCATED_SOURCE.compute(check_parameters(ALLOCATED_SOURCE, setting | more), context))
        assert found[name]["truth"] == row["total"]
        assert found[name]["error"] == pytest.approx(found[name]["total"] / row["total"] - 1)
    assert found["zero-16"]["truth"] == found["mixed-precision-adam-18"]["truth"]
    assert found["zero-16"]["setting"] == "full, float32, autocast bfloat16, adamw_torch_fused, 2 x 256 tokens"
    simulated = [line for line in said if line.startswith(f"simulating {SMALL}: ")]
    assert len(simulated) == len(set(simulated)) == 7


def test_adapters_and_inference_are_simulated(context: SourceContext) -> None:
    """An adapter on the embeddings takes more; inference under autocast is not simulated, and a note says so."""
    pytest.importorskip("peft")
    found = rules(context, models=SMALL, method=["inference", "lora", "qlora"], seq_len=64)
    plain, more = found["lora-3-adapters"], found["lora-embeddings-3-adapters"]
    assert more["truth"] - plain["truth"] > 4 * 16 * (49_152 + 576)
    assert more["setting"] == "lora, bfloat16, adamw_torch_fused, rank 16, embeddings adapted, 1 x 64 tokens"
    assert found["inference-2"]["truth"] > found["inference-2"]["total"]
    assert found["qlora-3-adapters"]["error"] < 0
    row = found["mixed-precision-inference-6"]
    assert (row["truth"], row["note"]) == (None, "inference under autocast is not simulated")


WITHOUT_TORCH = f"""
import importlib.util
from pathlib import Path
real = importlib.util.find_spec
importlib.util.find_spec = lambda name, *rest: None if name in ("torch", "peft") else real(name, *rest)
from slidegen.errors import MissingExtraError
from slidegen.models.finder import ModelFinder
from slidegen.tables.base import SourceContext
from slidegen.tables.rules import RULES_SOURCE, RulesParameters
context = SourceContext(ModelFinder(hub_cache=Path("nowhere"), offline=True), lambda _: None)
try:
    RULES_SOURCE.compute(RulesParameters(models="{SMALL}", method="lora"), context)
except MissingExtraError as error:
    print(error)
table = RULES_SOURCE.compute(RulesParameters(models="{SMALL}", method="lora", truth=False), context)
print(*{{row[table.column("truth")] for row in table.rows}})
"""


def test_without_torch_the_truth_is_refused() -> None:
    """One line says what to install, and how to leave the truth out: a record would keep a gap for all who read it."""
    done = subprocess.run([sys.executable, "-c", WITHOUT_TORCH], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    refused, shown = done.stdout.splitlines()
    assert refused.startswith(
        "the simulated peak next to a rule (truth: false and --no-truth leave it out) needs the extra 'models'; install"
    )
    assert shown == "None"


def test_a_deck_with_rules(folder: DeckFolder) -> None:
    """A table, and one rule in a sentence."""
    deck = """\
tables:
  r: {source: rules, models: 13B, method: inference, truth: false, unit: GB, columns: [rule, says, total, source]}
slides:
  - '{{ table("r") }} {{ tables.r.row(rule="inference-x1.2").total | gb }}'
"""
    html = folder.build(deck).html
    assert "EleutherAI, Transformer Math 101" in html
    assert "31.20\u00a0GB" in html
