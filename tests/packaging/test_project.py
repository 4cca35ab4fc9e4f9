"""What pyproject.toml says of the project."""

from __future__ import annotations

import tomllib
from pathlib import Path

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
