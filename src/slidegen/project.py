"""The project around a deck: the nearest folder above it that is one, its own models, the file beside the deck."""

from __future__ import annotations

from pathlib import Path

SIGNS = ("pyproject.toml", ".git")


def project_folder(start: Path) -> Path | None:
    """The nearest folder at or above `start` that holds a pyproject.toml or a .git."""
    here = start.resolve()
    for folder in (here, *here.parents):
        if any((folder / sign).exists() for sign in SIGNS):
            return folder
    return None


def project_models(start: Path) -> Path | None:
    """The `models/` folder of the project around `start`, or beside it when there is no project."""
    folder = (project_folder(start) or start.resolve()) / "models"
    return folder if folder.is_dir() else None


def record_path(deck: Path) -> Path:
    """Where a deck's computed values are kept: `talk.record.json` beside `talk.yml`."""
    return deck.with_name(f"{deck.stem}.record.json")
