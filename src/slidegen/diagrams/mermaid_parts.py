"""The parts of Mermaid's drawings that steps can name: nodes by their names, edges as ``A-->B``, messages by number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final
from xml.etree import ElementTree as ET

NODE: Final = re.compile(r"d-(?:flowchart|state|classId|entity)-(?P<name>.+)-\d+")
BLOCK: Final = re.compile(r"d-(?P<name>[^\d].*)")
MIND: Final = re.compile(r"d-(?P<name>node_\d+)")
MESSAGE: Final = re.compile(r"(?P<what>messageText|messageLine\d|sequenceNumber)")
ENTITY: Final = re.compile(r"entity-(.+?)-\d+_entity-(.+?)-\d+")
NUMBERED: Final = re.compile(r"(?:edge|edge_\d+_|node_|message )(?P<number>\d+)")
ARROW: Final = re.compile(r"<?<?--?(?:>>?|x|\))|--?\|[\\/]|--?[\\/]{1,2}")
TRANSITION: Final = re.compile(r"-->")


def parts(elements: Iterable[ET.Element]) -> Mapping[ET.Element, str]:
    """Returns the name of the part that each element of a drawing shows."""
    elements = list(elements)
    found: dict[ET.Element, str] = {}
    names: set[str] = set()
    counts: dict[str, int] = {}
    for element in elements:
        classes = (element.get("class") or "").split()
        name = element.get("id") or ""
        if "node" in classes or "cluster" in classes or "statediagram-cluster" in classes:
            node = NODE.fullmatch(name) or MIND.fullmatch(name) or BLOCK.fullmatch(name)
            if node is not None:
                found[element] = node["name"]
                names.add(node["name"])
        for kind in classes:
            if (message := MESSAGE.fullmatch(kind)) is not None:
                what = message["what"][:11]  # a line is dashed or not
                counts[what] = counts.get(what, 0) + 1
                found[element] = f"message {counts[what]}"
    for element in elements:
        edge = element.get("data-id") or ""
        if edge and element not in found and ("data-edge" in element.attrib or (element.get("class") or "") == "label"):
            found[element] = _edge(edge, names)
    return found


def _edge(name: str, nodes: set[str]) -> str:
    """The name of an edge: ``A-->B`` for L_A_B_0."""
    if (entity := ENTITY.search(name)) is not None:
        return f"{entity[1]}-->{entity[2]}"
    inside = re.fullmatch(r"(?:L|id)_(.+)_\d+", name)
    words = inside[1].split("_") if inside is not None else []
    for at in range(1, len(words)):
        first, second = "_".join(words[:at]), "_".join(words[at:])
        if first in nodes and second in nodes:
            return f"{first}-->{second}"
    return name


def rows(source: str, names: Iterable[str]) -> Mapping[str, int]:
    """Returns the row (from 0) of the source in which each part is first mentioned."""
    texts = [_without_labels(row) for row in source.split("\n")]
    found: dict[str, int] = {}
    for name in names:
        row = next(_mentions(name, texts), None)
        if row is not None:
            found[name] = row
    return found


def _mentions(name: str, texts: list[str]) -> Iterator[int]:
    if (numbered := NUMBERED.fullmatch(name)) is not None:
        yield from _numbered(name, int(numbered["number"]), texts)
        return
    ends = name.split("-->")
    for row, text in enumerate(texts):
        if row and all(re.search(rf"(?<![\w-]){re.escape(end)}(?![\w-])", text) for end in ends):
            yield row


def _numbered(name: str, number: int, texts: list[str]) -> Iterator[int]:
    """The row of the message, the transition or the node of a mind map with a number."""
    if name.startswith("message"):
        yield from [row for row, text in enumerate(texts) if ARROW.search(text)][number - 1 : number]
    elif name.startswith(("node", "edge_")):
        yield from [row for row, text in enumerate(texts) if row and text.strip()][number : number + 1]
    else:
        yield from [row for row, text in enumerate(texts) if TRANSITION.search(text)][number : number + 1]


def _without_labels(row: str) -> str:
    """A row without comments, and without the words of labels, which name no node."""
    if row.lstrip().startswith("%%"):
        return ""
    return re.sub(r"\"[^\"]*\"|\|[^|]*\||(?<=\w)(?:\[[^\]]*\]|\{[^}]*\}|\([^)]*\))", " ", row)
