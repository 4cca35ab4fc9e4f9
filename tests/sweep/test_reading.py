"""What a sweep is asked for: its file, its options, and all its mistakes at once."""

from __future__ import annotations

from pathlib import Path

from tests.sweep.folder import SweepFolder

LLAMA = "meta-llama/Llama-3.2-1B"


def test_all_mistakes_come_at_once_with_their_lines(sweeps: SweepFolder) -> None:
    """Unknown keys, values that are not allowed, lists of different lengths, an output of another kind."""
    text = """\
source: memory
models: meta-llama/Llama-3.2-1B
metod: lora
method:
  - full
  - lorra
rank: [8, x, 0]
combine: cross
output: out.csv
"""
    assert sweeps.mistakes(text) == [
        "sweep.yml:3: unknown key 'metod'; did you mean 'method'? available: accounting, combine, dtype, method, "
        "mixed_precision, models, optimizer, output, parameters, rank, source, train_embedding",
        "sweep.yml:6: memory: method is 'lorra'; allowed: 'full', 'lora', 'qlora' or 'inference'",
        "sweep.yml:7: memory: rank is 'x'; allowed: a whole number",
        "sweep.yml:7: memory: rank is 0; allowed: more than 0",
        "sweep.yml:8: combine is 'cross'; allowed: product, zip",
        "sweep.yml:9: output 'out.csv'; allowed: the path of a .parquet file",
    ]


def test_zip_names_the_lists_of_different_lengths(sweeps: SweepFolder) -> None:
    """A single value goes with each of the others."""
    text = "source: memory\nmodels: [7B, 13B]\ndtype: [float16]\nrank: [1, 2, 3]\ncombine: zip\noutput: out.parquet\n"
    message = "sweep.yml:5: zip: models has 2, rank has 3; allowed: lists of one length, and single values"
    assert sweeps.mistakes(text) == [message]


def test_a_source_is_needed_and_known(sweeps: SweepFolder) -> None:
    """Sources of other packages count."""
    (missing,) = sweeps.mistakes("models: 7B\n")
    assert missing.startswith("sweep.yml:1: source is missing; allowed: memory, allocated")
    (unknown,) = sweeps.mistakes("\nsource: letter\n")
    assert unknown.startswith("sweep.yml:2: unknown table source 'letter'; did you mean 'letters'?")
    assert sweeps.mistakes("source: memory\n") == [
        "sweep.yml: memory: models is missing; one model or a list: org/name, org/name@revision, or a path",
        "sweep.yml: output is missing; allowed: the path of a .parquet file",
    ]


def test_a_rule_that_every_setting_breaks_is_a_mistake(sweeps: SweepFolder) -> None:
    """Before anything is computed; so is a parameter without an effect on any setting."""
    nominal = "source: memory\nmodels: 7B\nmethod: lora\noutput: out.parquet\n"
    (message,) = sweeps.mistakes(nominal)
    assert message.startswith("sweep.yml:1: memory: 7B is a nominal size")
    useless = "source: memory\nmodels: 7B\nmethod: full\nrank: [8, 16]\noutput: out.parquet\n"
    assert sweeps.mistakes(useless) == ["sweep.yml:4: memory: rank has no effect on any of the settings; leave it out"]
    large = f"source: memory\nmodels: 7B\ndtype: int3\nrank: [8, {2**63}]\noutput: out.parquet\n"
    narrow, wide = sweeps.mistakes(large)
    assert narrow.startswith("sweep.yml:3: memory: dtype is 'int3'; allowed: ")
    assert wide == "sweep.yml:4: memory: rank is too large a number"
    (empty,) = sweeps.mistakes("source: memory\nmodels: []\noutput: out.parquet\n")
    assert empty == "sweep.yml:2: models is empty; at least one value is needed"
    (missing,) = sweeps.mistakes("source: memory\nmodels: org/none\noutput: out.parquet\n")
    assert missing.startswith("sweep.yml:1: model 'org/none': the name is not in the project's models/")
    (pattern,) = sweeps.mistakes("source: memory\nmodels: 'nobody/*'\noutput: out.parquet\n")
    assert pattern == "sweep.yml:2: models: no model of the catalogue matches 'nobody/*'; `slidegen models` lists them"


def test_a_file_writes_only_inside_its_project(sweeps: SweepFolder, tmp_path: Path) -> None:
    """Also through a link; the command line may name any place."""
    text = "source: memory\nmodels: 7B\noutput: ../out.parquet\n"
    (message,) = sweeps.mistakes(text)
    assert message.startswith("sweep.yml:3: output '../out.parquet' is outside the deck's folder")
    (sweeps.folder / "link").symlink_to(tmp_path)
    (message,) = sweeps.mistakes("source: memory\nmodels: 7B\noutput: link/out.parquet\n")
    assert message.startswith("sweep.yml:3: output 'link/out.parquet' is outside")
    (sweeps.folder / "new.parquet.parts").symlink_to(tmp_path)  # where finished results would be written
    (message,) = sweeps.mistakes("source: memory\nmodels: 7B\noutput: new.parquet\n")
    assert message.startswith("sweep.yml:3: output 'new.parquet' is outside")
    sweeps.done("sweep.yml", "-o", str(tmp_path / "out.parquet"))
    assert (tmp_path / "out.parquet").exists()


def test_another_file_is_not_overwritten(sweeps: SweepFolder) -> None:
    """Neither one of another kind nor another source's sweep."""
    other = sweeps.folder / "out.parquet"
    other.write_bytes(b"my thesis")
    done = sweeps.run("--source", "memory", "--models", "7B", "-o", "out.parquet")
    assert done.exit_code == 1
    assert done.stderr.startswith("error: out.parquet: is not a Parquet file")
    assert other.read_bytes() == b"my thesis"
    other.unlink()
    sweeps.done("--source", "memory", "--models", "7B", "-o", "out.parquet")
    done = sweeps.run("--source", "dtypes", "--models", LLAMA, "-o", "out.parquet")
    assert done.stderr == "error: out.parquet: is a sweep of memory, not of dtypes; name another output\n"


def test_other_files_in_the_folder_of_the_journal_stay(sweeps: SweepFolder) -> None:
    """A name that is much like that of a part is no part either."""
    folder = sweeps.folder / "out.parquet.parts"
    folder.mkdir()
    for name in ("notes.txt", "part-abc.parquet"):
        (folder / name).write_text("mine", encoding="utf-8")
    sweeps.done("--source", "memory", "--models", "7B", "-o", "out.parquet")
    assert {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()} == {
        "notes.txt": "mine",
        "part-abc.parquet": "mine",
    }


def test_options_are_the_parameters_of_the_source(sweeps: SweepFolder) -> None:
    """They override the file's keys; a wrong value is wrong usage."""
    sweeps.write("source: memory\nmodels: 7B\ndtype: float32\noutput: out.parquet\n")
    sweeps.done("sweep.yml", "--dtype", "int8,float16")
    assert [row["dtype"] for row in sweeps.rows()] == ["int8", "float16"]
    assert "--target-modules" in sweeps.run("--source", "allocated", "--help").output
    wrong = sweeps.run("sweep.yml", "--dtype", "int7")
    assert (wrong.exit_code, "'int7' is not one of" in wrong.stderr) == (2, True)
    assert sweeps.run("sweep.yml", "--batch-size", "2").exit_code == 2
    assert "No such option" in sweeps.run("sweep.yml", "--batch-size", "2").stderr
    neither = sweeps.run("-o", "out.parquet")
    assert (neither.exit_code, "Missing argument 'FILE.yml'" in neither.stderr) == (2, True)


def test_a_dry_run_counts(sweeps: SweepFolder) -> None:
    """Patterns and nominal sizes among the models; a rank has no effect on full fine-tuning."""
    sweeps.write(f"source: memory\nmodels: [{LLAMA}*, 7B]\nmethod: [full, lora]\nrank: [8, 16]\noutput: out.parquet\n")
    # Llama-3.2-1B and its Instruct version: full once and lora twice each; 7B in full, and not with an adapter.
    planned = sweeps.done("sweep.yml", "--dry-run").splitlines()
    assert planned[:2] == ["9 settings of 12 combinations", "0 in out.parquet already"]
    assert planned[2].startswith("7 to compute in")
    assert planned[3].startswith("2 that cannot be computed: memory: 7B is a nominal size")
    assert not (sweeps.folder / "out.parquet").exists()
