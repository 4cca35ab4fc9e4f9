"""docs/sweeps.md: its sweep is computed, smaller, and its cuts are built from that."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml
from click.testing import CliRunner

from slidegen.cli import main
from tests.deck_folder import DeckFolder

PAGE = Path(__file__).parents[2] / "docs" / "sweeps.md"
SMALLER = {"models": ["Qwen/Qwen2-1.5B", "x/missing"], "rank": [8, 16], "seq_len": [512, 1024], "batch_size": [1, 2]}


def blocks() -> list[dict[str, Any]]:
    """The YAML of the page."""
    return [yaml.safe_load(text) for text in re.findall(r"```yaml\n(.*?)```", PAGE.read_text(), re.DOTALL)]


def test_the_page(folder: DeckFolder) -> None:
    """What stands there can be copied."""
    found = blocks()
    (sweep,) = (block for block in found if "source" in block)
    file = folder.write("sweep.yml", yaml.safe_dump({**sweep, **SMALLER, "output": str(folder.path / "sweep.parquet")}))
    done = CliRunner().invoke(main, ["sweep", str(file), "--offline", "--jobs", "1", "--quiet"])
    assert done.exit_code == 0, done.output
    decks = [block for block in found if "tables" in block or "slides" in block]
    assert len(decks) == 3
    texts = [yaml.safe_dump({"slides": ["{{ table('why') }}"], **deck}) for deck in decks]
    why, sentence, pictures = (folder.build(text, f"d{n}.yml").slides for n, text in enumerate(texts))
    assert "x/missing" in why
    assert "settings fit." in sentence
    assert pictures.count('<figure class="computed-figure') == 3
