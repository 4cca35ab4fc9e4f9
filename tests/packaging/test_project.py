"""What pyproject.toml says of the project."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def test_one_line_sets_the_address_of_the_project() -> None:
    """It is not decided yet; without its comment sign the line is valid, and no page names another address."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert text.count('# urls = { Source = "ADDRESS" }\n') == 1
    decided = tomllib.loads(
        text.replace('# urls = { Source = "ADDRESS" }', 'urls = { Source = "https://example.org" }')
    )
    assert decided["project"]["urls"] == {"Source": "https://example.org"}
    assert "the line `urls` in `pyproject.toml`" in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


@pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
@pytest.mark.parametrize(
    ("target", "installed"),
    [
        ("demo", ["pip", "--editable ."]),
        ("test", ["pip", "--editable .", "--editable '.[models,browser]'", "--group dev", "--no-deps"]),
        ("check", ["pip", "--editable .", "--editable '.[models,browser]'", "--group dev", "--no-deps"]),
    ],
)
def test_what_make_installs_in_an_empty_folder(tmp_path: Path, target: str, installed: list[str]) -> None:
    """The core for a demo; before anything is downloaded a line says how much."""
    command = ["make", "--dry-run", f"VENV={tmp_path / 'venv'}", target]
    planned = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=600).stdout
    lines = planned.splitlines()
    installs = [line for line in lines if re.search("pip install --quiet ", line) and "--python" not in line]
    assert [any(word in line for line in installs) for word in installed] == [True] * len(installed)
    assert len(installs) == len(installed)
    for word, first in (("slidegen's core", "pip install"), ("the tests need", "--group dev"))[: len(installed) - 1]:
        said = next(at for at, line in enumerate(lines) if line.startswith("echo") and word in line)
        assert re.search(r"downloads (about )?\d+ [MG]B", lines[said])
        assert said < next(at for at, line in enumerate(lines) if first in line and "--python" not in line)
