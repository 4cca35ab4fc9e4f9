"""Cross references of org: what `#+NAME: fig:x` or a label of LaTeX names, and `[[fig:x]]` or its command refers to.

They become the labels and references of decks, `{#fig-x}` and `@fig-x`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from slidegen.sources.org.attributes import AFFILIATED
from slidegen.sources.translation import Line

LABEL: Final = re.compile(r"(?P<kind>fig|figure|tbl|tab|table|eq|eqn|equation)[:-](?P<name>[\w.:-]*\w)")
KINDS: Final = {"figure": "fig", "tab": "tbl", "table": "tbl", "eqn": "eq", "equation": "eq"}
TEX_LABEL: Final = re.compile(r"\\label\{([^{}\n]+)\}")
TEX_REFERENCE: Final = re.compile(r"\\(?P<command>ref|eqref|autoref|cref)\{(?P<target>[^{}\n]+)\}")
LINK: Final = re.compile(r"\[\[([^\[\]\n]+)\]\]")
BELOW: Final = {
    "fig": re.compile(r"[ \t]*(?:\[\[[^\[\]]+\]\]|file:\S+)[ \t]*$"),
    "tbl": re.compile(r"[ \t]*[|+]"),
    "eq": re.compile(r"[ \t]*\\begin\{"),
}
"""What each kind of name stands above."""


def label(name: str) -> str | None:
    """Returns the label of a deck for a name such as fig:loss; None if the name is not one."""
    found = LABEL.fullmatch(name.strip())
    if found is None:
        return None
    return f"{KINDS.get(found['kind'], found['kind'])}-{found['name'].replace(':', '-')}"


def labels_of(rows: Sequence[Line]) -> frozenset[str]:
    """Returns the labels that something has and something refers to: others keep their other meanings."""
    texts = [row.text for row in rows]
    named = set(_named(texts))
    wanted = {label(one) for text in texts if "[[" in text for one in LINK.findall(text)}
    wanted |= {label(found["target"]) for text in texts if "ref{" in text for found in TEX_REFERENCE.finditer(text)}
    return frozenset(one for one in named & wanted if one is not None)


def _named(texts: Sequence[str]) -> Iterator[str | None]:
    inside = False
    for at, text in enumerate(texts):
        inside = inside or "\\begin{" in text
        if inside and "\\label{" in text:
            yield from (label(one) for one in TEX_LABEL.findall(text))
        inside = inside and "\\end{" not in text
        found = AFFILIATED.match(text) if text.lstrip().startswith("#+") else None
        if found is not None and found["key"].upper() in ("NAME", "LABEL", "TBLNAME"):
            name = label(found["value"])
            below = next((one for one in texts[at + 1 :] if not AFFILIATED.match(one)), "")
            if name is not None and BELOW[name.partition("-")[0]].match(below):
                yield name


def reference(command: re.Match[str], known: frozenset[str]) -> str | None:
    """Returns the reference for a command of LaTeX; None if it is to nothing that has a label."""
    name = label(command["target"])
    if name not in known:
        return None
    if command["command"] in ("autoref", "cref"):
        return f"@{name}"
    return f"([-@{name}])" if command["command"] == "eqref" else f"[-@{name}]"


def tex_label(found: re.Match[str], known: frozenset[str]) -> str:
    """Returns a label of LaTeX as decks write it; nothing if no reference is to it."""
    name = label(found[1])
    return f"\\label{{{name}}}" if name in known else ""


def with_name(text: str, name: str, known: frozenset[str]) -> str:
    """Returns the first row of an environment with the label that `#+NAME` gives it."""
    own = label(name)
    return re.sub(r"\\begin\{[^{}]*\}", rf"\g<0>\\label{{{own}}}", text, count=1) if own in known else text
