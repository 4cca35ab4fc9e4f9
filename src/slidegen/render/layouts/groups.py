"""Content in groups, each begun by a heading below that of the slide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from slidegen.render.blocks import Block

MOVED = ("fragment", "recommended")
"""Classes of a heading that are meant for its whole group."""


@dataclass(frozen=True, slots=True)
class Groups:
    """The blocks before the groups, the groups, and what a ruler separates from them."""

    before: list[Block]
    groups: list[list[Block]]
    after: list[Block]


def grouped(blocks: Sequence[Block]) -> Groups:
    """Groups blocks by the headings one level below the slide's own, or by its topmost headings if it has several.
    A ruler ends the last group."""
    level = _level(blocks)
    found = Groups([], [], [])
    for at, block in enumerate(blocks):
        if block[0].type == "heading_open" and block[0].tag == level:
            found.groups.append([block])
        elif block[0].type == "hr" and found.groups:
            found.after.extend(blocks[at + 1 :])
            break
        else:
            (found.groups[-1] if found.groups else found.before).append(block)
    return found


def _level(blocks: Sequence[Block]) -> str | None:
    """The tag of the headings that begin groups."""
    tags = [block[0].tag for block in blocks if block[0].type == "heading_open"]
    below = [tag for tag in tags[1:] if tag >= tags[0]]
    return min(below, default=None)


def group_classes(group: list[Block]) -> str:
    """Moves those classes of a group's heading that are meant for the whole group. Returns them like attributes."""
    heading = group[0][0]
    classes = str(heading.attrGet("class") or "").split()
    moved = [name for name in classes if name in MOVED]
    if moved:
        heading.attrs["class"] = " ".join(name for name in classes if name not in MOVED)
        if len(moved) == len(classes):
            del heading.attrs["class"]
    index = heading.attrs.pop("data-fragment-index", None) if "fragment" in moved else None
    order = [] if index is None else [f'data-fragment-index="{index}"']
    return " ".join([*(f".{name}" for name in moved), *order])
