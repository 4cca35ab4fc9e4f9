"""Where the decks of one command are built to, so that none is written over another one."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from unicodedata import normalize

import click


def deck_folders(decks: Sequence[str], folder: Path) -> Mapping[str, Path]:
    """The folder that each deck is built into; a deck that is named twice is built once.

    That is `folder` for all, unless two decks have files of the same name: then each keeps its way from the folder that
    all of them are in. Names that differ in case only are the same, as they are on some file systems.

    Raises:
        click.UsageError: decks in one folder that differ in nothing but their suffix.
    """
    named: dict[Path, str] = {}
    for deck in decks:
        named.setdefault(_real(deck), deck)
    if not _clashes((path.stem, deck) for path, deck in named.items()):
        return dict.fromkeys(named.values(), folder)
    ways = _ways(named.values())
    outputs = {deck: ways[deck] / path.stem for path, deck in named.items()}
    for clash in _clashes((str(output), deck) for deck, output in outputs.items()):
        output = (folder / outputs[clash[0]]).as_posix()
        raise click.UsageError(f"{' and '.join(clash)} would be written to {output}.html; build them one by one")
    return {deck: folder / way for deck, way in ways.items()}


def _real(deck: str) -> Path:
    """The deck's path without links in its folders; a link that is the deck itself has a name of its own."""
    path = Path(deck)
    return Path(os.path.realpath(path.parent)) / path.name


def _ways(decks: Iterable[str]) -> Mapping[str, Path]:
    """The way to each deck's folder from the one that all of them are in."""
    parents = {deck: os.path.dirname(os.path.abspath(deck)) for deck in decks}  # noqa: PTH100, PTH120 - links stay
    try:
        common = os.path.commonpath(list(parents.values()))
    except ValueError:
        raise click.UsageError("decks of one name are on several drives; build them one by one") from None
    return {deck: Path(os.path.relpath(parent, common)) for deck, parent in parents.items()}


def _clashes(named: Iterable[tuple[str, str]]) -> list[list[str]]:
    """The decks whose names are the same, group by group."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for name, deck in named:
        groups[normalize("NFC", name).casefold()].append(deck)
    return [decks for decks in groups.values() if len(decks) > 1]
