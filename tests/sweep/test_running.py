"""Sweeps that run, stop, are killed and go on: what the file has, what is computed again, and what is told."""

from __future__ import annotations

import json
import os
import signal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from slidegen.tables.sweep_format import all_columns, read_head
from tests.cli.said import run
from tests.sweep.folder import SweepFolder, wait_for

LLAMA = "meta-llama/Llama-3.2-1B"
LETTERS = "source: letters\nletters: {letters}\nlog: {log}\noutput: out.parquet\n"


def letters(sweeps: SweepFolder, text: str, *arguments: str) -> str:
    """What a sweep over letters prints."""
    sweeps.write(LETTERS.format(letters=list(text), log=sweeps.folder / "log"))
    return sweeps.done("sweep.yml", *arguments)


def test_a_file_has_the_rows_of_the_source_with_their_provenance(sweeps: SweepFolder) -> None:
    """Cells as in the source's own table, and every key of a record."""
    sweeps.write(f"source: memory\nmodels: [{LLAMA}, 7B]\nmethod: [lora, full]\nrank: [16, 8]\noutput: out.parquet\n")
    assert sweeps.done("sweep.yml").startswith("out.parquet: 6 settings in 6 rows, 4 computed, 2 failed, ")
    rows = sweeps.rows()
    estimates = run("estimate", LLAMA, "--accounting", "textbook", "--method", "full", "--format", "json", "--offline")
    (estimate,) = json.loads(estimates.stdout)
    assert [(row["model"], row["parameter_method"], row["parameter_rank"]) for row in rows] == [
        (LLAMA, "lora", 16),
        (LLAMA, "lora", 8),
        (LLAMA, "full", None),
        (None, "lora", 16),
        (None, "lora", 8),
        ("7B", "full", None),
    ]
    assert rows[3]["error"].startswith("memory: 7B is a nominal size")
    full = rows[2]
    assert (full["total"], full["rank"], full["error"]) == (estimate["total_bytes"], None, None)
    assert (full["provenance_source"], full["provenance_version"], full["provenance_date"]) == (
        "memory",
        1,
        "2026-01-01",
    )
    assert json.loads(full["provenance_parameters"])["models"] == [LLAMA]
    assert list(json.loads(full["provenance_inputs"])) == [LLAMA]
    assert json.loads(full["provenance_models"]) == {LLAMA: "catalogue"}
    assert json.loads(full["provenance_versions"]).keys() == {"accelerate", "transformers"}
    assert full["provenance_accounting"] == "textbook"
    assert "activations" in full["provenance_leaves_out"]


def test_results_of_other_versions_are_told(sweeps: SweepFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are kept, as in a record."""
    options = ("--source", "memory", "--models", LLAMA, "--method", "lora", "--rank", "8,16", "-o", "out.parquet")
    sweeps.done(*options)
    versions = json.loads(sweeps.rows()[0]["provenance_versions"])
    monkeypatch.setattr("slidegen.results.versions._shipped", lambda _, library: f"{versions[library]}.1")
    again = sweeps.run(*options, "--rank", "8,16,32")
    assert "3 settings in 3 rows, 1 computed" in again.stdout
    for library in ("accelerate", "transformers"):
        line = (
            f"warning: out.parquet: 2 results are kept from {library} {versions[library]}, and {versions[library]}.1 is"
            " installed; delete the file to compute all of it again"
        )
        assert line in again.stderr


def test_the_columns_of_the_source_can_be_made_again(sweeps: SweepFolder) -> None:
    """A source that adds a column for some settings has it in its place; sizes are whole numbers, text dictionaries."""
    sweeps.done("--source", "memory", "--models", "7B", "--optimizer", "adam,sgd", "-o", "out.parquet")
    schema = pq.read_schema(sweeps.folder / "out.parquet")
    columns = all_columns(read_head(schema.metadata, "out.parquet").shapes)
    assert [column.key for column in columns][3:6] == ["rank", "optimizer_name", "parameters"]
    assert [(column.label, column.kind) for column in columns][-2:] == [("Total", "bytes"), ("Note", "text")]
    assert (schema.field("total").type, schema.field("parameter_train_embedding").type) == (pa.int64(), pa.bool_())
    assert schema.field("method").type == pa.dictionary(pa.int32(), pa.string())
    assert [row["optimizer_name"] for row in sweeps.rows()] == [None, "sgd"]


def test_the_rows_of_a_setting_stay_together_and_in_order(sweeps: SweepFolder) -> None:
    """A list by nature takes lists."""
    other = "Qwen/Qwen3-0.6B"
    sweeps.done("--source", "parameters", "--models", f"{other},{LLAMA}", "-o", "out.parquet")
    kinds = [(row["model"], row["kind"]) for row in sweeps.rows()]
    assert kinds == [(model, kind) for model in (other, LLAMA) for kind in ("embedding", "linear", "norm")]
    sweeps.write(
        f"source: parts\nmodels: {LLAMA}\ntarget_modules: [[q_proj, v_proj], [all-linear]]\noutput: parts.parquet\n"
    )
    sweeps.done("sweep.yml")
    few, all_ = sweeps.rows("parts.parquet")
    assert (few["parameter_target_modules"], all_["parameter_target_modules"]) == ("q_proj, v_proj", "all-linear")
    assert 0 < few["adapter"] < all_["adapter"]


def test_zip_goes_side_by_side(sweeps: SweepFolder) -> None:
    """A single value goes with each."""
    options = ("--source", "memory", "--models", "7B", "--dtype", "int8,float32", "--optimizer", "adam,sgd")
    sweeps.done(*options, "--combine", "zip", "-o", "out.parquet")
    assert [(row["dtype"], row["parameter_optimizer"]) for row in sweeps.rows()] == [
        ("int8", "adam"),
        ("float32", "sgd"),
    ]


def test_a_larger_sweep_extends_the_file(sweeps: SweepFolder) -> None:
    """Only what is new is computed, the order is that of the sweep, and what it lacks stays at the end."""
    letters(sweeps, "bd")
    assert " 2 computed" in letters(sweeps, "abcd")
    assert [row["letter"] for row in sweeps.rows()] == list("abcd")
    whole = sweeps.content()
    assert " 0 computed" in letters(sweeps, "abcd")
    assert sweeps.content() == whole
    assert " 1 computed" in letters(sweeps, "ec")
    assert [row["letter"] for row in sweeps.rows()] == list("ecabd")
    assert [line.split()[0] for line in sweeps.computed()].count("c") == 1


def test_failures_are_rows_and_can_be_tried_again(sweeps: SweepFolder) -> None:
    """A mistake, an error that nobody foresaw, a process that is killed, and inputs that are not found."""
    letters(sweeps, "a!b%c-d?")
    assert [(row["letter"], row["error"]) for row in sweeps.rows()] == [
        ("a", None),
        (None, "letters: ! is no letter; allowed: a to z"),
        ("b", None),
        (None, "ValueError: what no one foresaw"),
        ("c", None),
        (None, "its process was killed, perhaps for lack of memory; fewer --jobs need less"),
        ("d", None),
        (None, "model '?': not here"),
    ]
    assert [row["parameter_letters"] for row in sweeps.rows()] == list("a!b%c-d?")
    assert " 0 computed, 4 failed" in letters(sweeps, "a!b%c-d?")
    assert " 3 computed, 4 failed" in letters(sweeps, "a!b%c-d?", "--retry-failed")


def test_another_formula_or_another_model_is_computed_again(sweeps: SweepFolder) -> None:
    """The same rule as in a record."""
    letters(sweeps, "abc")
    whole, path = sweeps.content(), sweeps.folder / "out.parquet"
    table = pq.read_table(path)
    versions = table.set_column(table.schema.get_field_index("provenance_version"), "provenance_version", [[1, 0, 1]])
    digests = ['{"a":"digest of a"}', '{"b":"digest of b"}', '{"c":"another"}']
    changed = versions.set_column(table.schema.get_field_index("provenance_inputs"), "provenance_inputs", [digests])
    pq.write_table(changed, path)
    assert " 2 computed" in letters(sweeps, "abc")
    assert sweeps.content() == whole


def test_a_killed_sweep_goes_on_where_it_was(sweeps: SweepFolder) -> None:
    """What is written is not computed again, no other sweep writes the file meanwhile, and the bytes in the end are
    those of a run that was not killed, with another number of processes."""
    names = [f"{letter}{number}" for number in range(4) for letter in "abcdefgh"]
    sweeps.write(LETTERS.format(letters=names, log=sweeps.folder / "log"))
    (sweeps.folder / "log.hold").write_text("h3")
    killed = sweeps.start("sweep.yml", "--jobs", "2")
    wait_for(lambda: sweeps.parts() == 7)
    second = sweeps.run("sweep.yml")
    assert second.exit_code == 1
    assert second.stderr.startswith("error: out.parquet: another sweep is writing it; if there is none, delete ")
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait(timeout=60)
    kept = [
        name
        for part in (sweeps.folder / "out.parquet.parts").glob("part-*.parquet")
        for name in pq.read_table(part).column("letter").to_pylist()
    ]
    (sweeps.folder / "log.hold").unlink()
    assert f" {len(names) - len(kept)} computed" in sweeps.done("sweep.yml", "--jobs", "2")
    computed = [line.split()[0] for line in sweeps.computed()]
    assert [computed.count(name) for name in kept] == [1] * len(kept)
    assert not (sweeps.folder / "out.parquet.parts").exists()
    sweeps.done("sweep.yml", "--jobs", "1", "-o", "other.parquet")
    assert sweeps.content() == sweeps.content("other.parquet")


def test_a_killed_worker_loses_nothing(sweeps: SweepFolder) -> None:
    """Its batch is tried again."""
    sweeps.write(LETTERS.format(letters=["a", "b", "h"], log=sweeps.folder / "log"))
    (sweeps.folder / "log.hold").write_text("h")
    running = sweeps.start("sweep.yml", "--jobs", "1")
    wait_for(lambda: len(sweeps.computed()) == 2)
    os.kill(int(sweeps.computed()[-1].split()[1]), signal.SIGKILL)
    (sweeps.folder / "log.hold").unlink()
    assert running.communicate(timeout=60)[0].startswith("out.parquet: 3 settings in 3 rows, 3 computed, ")
    assert [row["error"] for row in sweeps.rows()] == [None] * 3


@pytest.mark.unix
def test_ctrl_c_keeps_what_is_finished(sweeps: SweepFolder) -> None:
    """It says so and exits with 130."""
    sweeps.write(LETTERS.format(letters=["a", "b", "h"], log=sweeps.folder / "log"))
    (sweeps.folder / "log.hold").write_text("h")
    running = sweeps.start("sweep.yml", "--jobs", "2")
    wait_for(lambda: sweeps.parts() == 2)
    os.killpg(running.pid, signal.SIGINT)
    output, errors = running.communicate(timeout=60)
    assert (running.returncode, output) == (130, "")
    assert errors.splitlines()[-1] == "stopped; 2 settings are kept, and the same command computes the rest"
    (sweeps.folder / "log.hold").unlink()
    assert " 1 computed" in sweeps.done("sweep.yml")
