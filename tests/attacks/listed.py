"""The list of attacks: what each YAML file in this folder holds, and the decks that are made of it."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from slidegen.errors import SlidegenError
from tests.deck_folder import DeckFolder

HERE = Path(__file__).parent
OUTPUTS = ("reveal", "marp")
KINDS = {"slide": ("deck.yml", "deck.md"), "yaml": ("deck.yml",), "markdown": ("deck.md",)}
"""What an entry may be: the text of a slide, in a deck of either dialect, or a whole deck of one."""


@dataclass(frozen=True, slots=True)
class Attack:
    """An entry of the list; `happens` is what a build of a deck by that name for that output says."""

    theme: str
    name: str
    kind: str
    text: str
    would: str
    files: dict[str, str]
    happens: Any

    @property
    def id(self) -> str:
        """Its name in the tests."""
        return f"{self.theme}: {self.name}"

    def expected(self, deck: str, output: str) -> list[str]:
        """What a build says."""
        said = self.happens
        if isinstance(said, dict):
            said = said.get(deck, said.get(f"{deck}, {output}"))
        return said if isinstance(said, list) else [said]

    def deck(self, name: str) -> str:
        """The deck by that name."""
        return self.text if self.kind != "slide" else whole_deck(name, [self.text])

    def build(self, folder: DeckFolder, name: str, output: str) -> tuple[list[str], str]:
        """What a build says, and the page; the latter is empty if the deck is refused."""
        for path, content in self.files.items():
            folder.write(path, content)
        try:
            page = folder.build(self.deck(name), name, format=output)
        except SlidegenError as error:
            return [f"refused: {_plain(problem.message, folder)}" for problem in error.problems], ""
        # Which characters are in no font depends on what is installed, and harms nobody.
        warnings = [problem for problem in page.built.warnings if problem.code != "missing-glyph"]
        told = [f"told: {_plain(problem.message, folder)}" for problem in warnings]
        return told or ["harmless"], page.html


def attacks() -> list[Attack]:
    """All entries of all files."""
    found = []
    for path in sorted(HERE.glob("*.yml")):
        for entry in yaml.safe_load(path.read_text(encoding="utf-8")):
            (kind,) = entry.keys() & KINDS.keys()
            rest = (entry["would"], entry.get("files", {}), entry["happens"])
            found.append(Attack(path.stem, entry["name"], kind, entry[kind], *rest))
    return found


def whole_deck(name: str, slides: list[str]) -> str:
    """A deck of slides with these texts."""
    if name.endswith(".yml"):
        return "slides:\n" + "".join("- |2\n" + textwrap.indent(f"{slide}\n", "    ") for slide in slides)
    values = any("{{" in slide or "{%" in slide for slide in slides)
    head = f"---\nmarp: true\n{'vars: {a: 1}' if values else ''}\n---\n"
    return head + "\n\n---\n\n".join(slides) + "\n"


def _plain(message: str, folder: DeckFolder) -> str:
    return re.sub(re.escape(str(folder.path)) + "/?", "", message)
