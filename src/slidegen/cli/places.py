"""Chooses the folders of a command's built decks, so that no deck overwrites another."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from unicodedata import normalize

import click


def deck_folders(decks: Sequence[str], command: str, endings: Sequence[str] = ("",)) -> Mapping[str, Path]:
    """Returns the folder of each deck, relative to the output folder. A deck that is named twice is taken once.

    All decks share one, unless two have the same file name: then each keeps its path relative to their common parent
    folder. Names that differ only in case count as equal because they are on some file systems. For the messages,
    `command` is the word for what is done, and `endings` are what follows a deck's name in the names of its files, if
    that is known before the deck is read.

    Raises:
        click.UsageError: decks in one folder differ only in their suffix.
    """
    named: dict[Path, str] = {}
    for deck in decks:
        named.setdefault(_real(deck), deck)
    if not _clashes((path.stem, deck) for path, deck in named.items()):
        return dict.fromkeys(named.values(), Path())
    relative = _relative_folders(named.values(), command)
    outputs = {deck: relative[deck] / path.stem for path, deck in named.items()}
    for clash in _clashes((str(output), deck) for deck, output in outputs.items()):
        files = ", ".join(f"{outputs[clash[0]].as_posix()}{ending}" for ending in endings)
        name = "name" if len(endings) == 1 else "names"
        raise click.UsageError(
            f"{' and '.join(clash)} would be written under the same {name} {files}; {command} them one by one"
        )
    return relative


def _real(deck: str) -> Path:
    """The deck's path with the links in its folders resolved. If the deck itself is a link, it keeps its name."""
    path = Path(deck)
    return Path(os.path.realpath(path.parent)) / path.name


def _relative_folders(decks: Iterable[str], command: str) -> Mapping[str, Path]:
    """Each deck's folder, relative to the common parent folder."""
    parents = {deck: os.path.dirname(os.path.abspath(deck)) for deck in decks}  # noqa: PTH100, PTH120 - links stay
    try:
        common = os.path.commonpath(list(parents.values()))
    except ValueError:
        what = f"decks with the same name are on different drives; {command} them one by one"
        raise click.UsageError(what) from None
    return {deck: Path(os.path.relpath(parent, common)) for deck, parent in parents.items()}


def _clashes(named: Iterable[tuple[str, str]]) -> list[list[str]]:
    """The groups of decks with the same name."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for name, deck in named:
        groups[normalize("NFC", name).casefold()].append(deck)
    return [decks for decks in groups.values() if len(decks) > 1]
