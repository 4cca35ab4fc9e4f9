"""Decks of other programs' formats, translated to slidegen's own form.

A format is read by a function `translate(source) -> TranslatedDeck`. What it gives is built as it is (`deck`), and
written as a file of slidegen's own (`yaml_form`, `markdown_form`): the slides are the same, as both are made of the
same values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from slidegen.errors import Problem
from slidegen.model import Source
from slidegen.yaml_tree import YamlTree


@dataclass(frozen=True, slots=True)
class Line:
    """A line of slidegen's Markdown, and the line (from 1) of the file that it comes from."""

    text: str
    number: int


@dataclass(frozen=True, slots=True)
class TranslatedSlide:
    """A slide: its Markdown and its notes, line by line, and its `options` as the slide of a YAML deck has them
    ("layout", "background", "id", ...; docs/decks.md). It begins in the line `line` of the file, and `lines` says where
    options stand, by their key: "background", "attributes.data-state"."""

    content: tuple[Line, ...]
    line: int
    notes: tuple[Line, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TranslatedDeck:
    """A deck: its `options` as the keys of a YAML deck, its stacks of slides, and what was lost on the way.

    `lines` says where options stand, by their key: "title", "reveal.transition". `declared` are the keys that the file
    gives in slidegen's own form, `vars`, `tables` and `figures` above all; these keys win over the `options`. `source`
    is the deck's file, with the pictures and the cells that translating it brought to light (see `Source`). A loss is a
    warning with its line.
    """

    source: Source
    options: Mapping[str, Any]
    stacks: tuple[tuple[TranslatedSlide, ...], ...]
    lines: Mapping[str, int] = field(default_factory=dict)
    declared: YamlTree = field(default_factory=YamlTree)
    losses: tuple[Problem, ...] = ()

    @property
    def keys(self) -> dict[str, Any]:
        """The deck's keys but for its slides."""
        return {**self.options, **(self.declared.value or {})}
