"""What a command does not import, it does not wait for."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tables.sweep_file import write_sweep

ROOT = Path(__file__).parents[1]
HEAVY = (
    *("torch", "transformers", "accelerate", "matplotlib", "playwright", "huggingface_hub", "numpy", "ml_dtypes"),
    *("gguf", "safetensors", "tokenizers", "multiprocessing.process", "pyarrow"),
)

RUN = """
import sys
from slidegen.cli import main
try:
    main(sys.argv[1:])
except SystemExit as end:
    assert end.code == 0, end.code
print([name for name in sys.argv[0].split(",") if name in sys.modules])
"""


def imported(*arguments: str, watched: tuple[str, ...] = HEAVY) -> str:
    """The `watched` modules that a command imports, as it prints them on its last line."""
    script = f"import sys\nsys.argv[0] = {','.join(watched)!r}\n{RUN}"
    # Not measured by coverage, which brings modules of its own into every process that it measures.
    env = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    command = (sys.executable, "-c", script, *arguments)
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


@pytest.mark.parametrize("deck", ["europython", "quantization"])
def test_a_warm_build_imports_nothing_heavy(deck: str, tmp_path: Path) -> None:
    """The example decks from their records: with a cold torch none would be there in a second."""
    assert imported("build", f"slides/{deck}.yml", "--frozen", "--output-dir", str(tmp_path)) == "[]"
    assert (tmp_path / f"{deck}.html").is_file()


def test_a_warm_build_of_a_sweep_starts_no_reader(tmp_path: Path) -> None:
    """Its cuts are in the record; without it, another process reads the file."""
    write_sweep(tmp_path / "s.parquet")
    deck = tmp_path / "talk.yml"
    deck.write_text("tables: {t: {source: sweep, file: s.parquet, count: true}}\nslides: ['{{ table(\"t\") }}']\n")
    process = "slidegen.parquet.process"
    assert imported("build", str(deck), "--output-dir", str(tmp_path), watched=(*HEAVY, process)) == f"['{process}']"
    assert imported("build", str(deck), "--output-dir", str(tmp_path), "--frozen", watched=(*HEAVY, process)) == "[]"


def test_a_warm_build_of_experiments_imports_nothing_heavy(tmp_path: Path) -> None:
    """What was computed with numpy and torch is read as text; weights are only looked at, to see if they changed."""
    deck = tmp_path / "talk.yml"
    deck.write_text(
        "tables:\n"
        "  w: {source: quantization, models: glassllm, method: [nf4, q4_0, mxfp4]}\n"
        "  t: {source: quantization, experiment: toy}\n"
        'slides: [\'{{ table("w") }} {{ quantization("glassllm", method="int8").bits }}\']\n'
    )
    assert imported("build", str(deck), "--output-dir", str(tmp_path)) == "['multiprocessing.process']"
    assert imported("build", str(deck), "--output-dir", str(tmp_path), "--frozen") == "[]"


def test_what_is_stale_and_what_changed_import_nothing_heavy() -> None:
    """Versions are read from the metadata of what is installed, models from the catalogue, numbers from the record."""
    assert imported("stale", "slides/europython.yml", "--exit-zero") == "[]"
    assert imported("diff", "slides/europython.yml", "slides/europython.yml", "--set", "rank=16") == "[]"


def test_a_list_of_methods_imports_nothing_heavy() -> None:
    """Names, bits and sources are no arithmetic."""
    assert imported("quantize", "--list") == "[]"


def test_a_build_for_other_models_of_the_catalogue_imports_nothing_heavy(tmp_path: Path) -> None:
    """Computed anew, from the catalogue's censuses."""
    settings = ("--set", "models=Qwen/Qwen3-8B,google/gemma-3-12b-pt", "--set", "rank=64")
    assert imported("build", "slides/europython.yml", *settings, "--output-dir", str(tmp_path)) == "[]"


def test_an_estimate_of_a_catalogue_model_imports_nothing_heavy() -> None:
    """All methods of the textbook, the rules without a simulation, and the formulas of the quick mode."""
    assert imported("estimate", "meta-llama/Meta-Llama-3-8B", "--accounting", "textbook") == "[]"
    assert imported("estimate", "meta-llama/Meta-Llama-3-8B", "--accounting", "rules", "--no-truth") == "[]"
    assert imported("estimate", "7B", "--accounting", "rules") == "[]"
    assert imported("estimate", "meta-llama/Meta-Llama-3-8B", "--quick") == "[]"


def test_a_marp_deck_waits_neither_for_pydantic_nor_for_the_tables(tmp_path: Path) -> None:
    """It asks for nothing computed."""
    deck = tmp_path / "talk.md"
    deck.write_text("---\nmarp: true\ntheme: gaia\n---\n\n# a\n\n---\n\n```py\nb\n```\n", encoding="utf-8")
    given = ("build", str(deck), "--output-dir", str(tmp_path), "--format", "marp")
    assert imported(*given, watched=("pydantic", "slidegen.tables", "slidegen.resolve")) == "[]"


def test_a_plain_marp_deck_waits_for_marp_core_alone(tmp_path: Path) -> None:
    """Neither Jinja nor pydantic nor an XML parser, nor what slidegen adds to Marp."""
    deck = tmp_path / "talk.md"
    deck.write_text("---\nmarp: true\ntheme: gaia\n---\n\n# a\n\n---\n\n```python\nb = 1\n```\n")
    watched = ("jinja2", "pydantic", "xml.etree.ElementTree", "slidegen.render.marp.html_blocks", *HEAVY)
    for output in ("marp", "reveal"):
        command = ("build", str(deck), "--format", output, "--output-dir", str(tmp_path / "build"))
        assert imported(*command, watched=watched) == "[]"


def test_a_yaml_deck_without_expressions_waits_neither_for_jinja_nor_for_the_tables(tmp_path: Path) -> None:
    """Its text stays as it is, the footer of the deck among it."""
    deck = tmp_path / "talk.yml"
    deck.write_text("title: t\nfooter: by **me**\nslides:\n  - '# a'\n  - {content: b, notes: c, footer: d}\n")
    watched = ("jinja2", "slidegen.tables", "slidegen.resolve", "slidegen.figures", *HEAVY)
    assert imported("build", str(deck), "--output-dir", str(tmp_path), watched=watched) == "[]"
    html = (tmp_path / "talk.html").read_text()
    assert "by <strong>me</strong>" in html
    assert '<footer class="slide-footer"><p>d</p>' in html


def test_no_group_is_possessive() -> None:
    """Python before 3.11.5 matches ``(...)*+`` and ``(?>...)`` wrongly where the group has alternatives (gh-106052)."""
    sources = Path(__file__).parents[1] / "src" / "slidegen"
    found = [
        f"{path.name}: {line.strip()}"
        for path in sorted(sources.rglob("*.py"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"(?<!\\)\)[*+?]\+|\(\?>", line)
    ]
    assert not found


def test_a_new_deck_imports_nothing_heavy(tmp_path: Path) -> None:
    """It is made, and built from its record, without what it took to compute that."""
    folder = tmp_path / "numbers"
    assert imported("new", str(folder), "--template", "numbers") == "[]"
    assert imported("build", str(folder / "numbers.yml"), "--offline") == "[]"
    watched = ("pydantic", "tomllib", *HEAVY)
    (folder / "slides.yml").write_text("slides: [a]\n")
    assert imported("build", str(folder / "slides.yml"), watched=watched) == "['tomllib']"


def test_a_deck_without_a_bibliography_waits_for_no_citations(tmp_path: Path) -> None:
    """Neither for their engine nor for their styles."""
    watched = ("slidegen.citations.engine", "slidegen.citations.works", "slidegen.citations.styles")
    deck = tmp_path / "talk.yml"
    deck.write_text("slides:\n- by @me\n")
    assert imported("build", str(deck), "--output-dir", str(tmp_path), watched=watched) == "[]"
    (tmp_path / "a.bib").write_text("@book{a, title={T}, author={A B}, year=2000}")
    deck.write_text("bibliography: a.bib\nslides:\n- by [@a]\n")
    assert imported("build", str(deck), "--output-dir", str(tmp_path), watched=watched) == str(list(watched))


def test_diagrams_from_the_record_need_no_engine(tmp_path: Path) -> None:
    """Neither V8 nor the package with Mermaid is imported once a diagram is drawn."""
    deck = tmp_path / "talk.yml"
    deck.write_text(
        "slides:\n- |\n  ```mermaid\n  flowchart LR\n    A --> B\n  ```\n  ```dot\n  digraph { a -> b }\n  ```\n"
    )
    watched = ("py_mini_racer", "mermaidx")
    assert imported("build", str(deck), "--output-dir", str(tmp_path), watched=watched) == "['py_mini_racer']"
    assert imported("build", str(deck), "--output-dir", str(tmp_path), "--frozen", watched=watched) == "[]"
