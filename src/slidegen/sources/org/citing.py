"""Citations of org (its manual, "Citations") in pandoc's syntax, which decks have."""

from __future__ import annotations

import re
from typing import Final

CITATION: Final = re.compile(r"\[cite(?:/(?P<style>[^:\]\n]*))?:(?P<works>[^\]\n]*)\]")
IN_SENTENCE: Final = frozenset({"t", "text"})
UNCITED: Final = frozenset({"n", "nocite"})
WITHOUT_AUTHOR: Final = frozenset({"na", "noauthor"})
"""Styles of citations."""
LOSS: Final = "a citation is shown as its keys; nothing is looked up without #+BIBLIOGRAPHY"


def uncited(cited: re.Match[str]) -> str | None:
    """The works that a citation puts into the references only; None if it is shown."""
    return cited["works"] if _style(cited) in UNCITED else None


def _style(cited: re.Match[str]) -> str:
    return str(cited["style"] or "").partition("/")[0]


def written(cited: re.Match[str], cites: bool) -> str:
    """A citation in pandoc's syntax, or as its keys if the file cites from none."""
    style, works = _style(cited), cited["works"].strip().strip(";")
    if cites and style in IN_SENTENCE and ";" not in works:
        key, _, after = works.partition(" ")
        return f"{key} [{after.strip()}]" if after.strip() else key
    return f"[{works.replace('@', '-@') if cites and style in WITHOUT_AUTHOR else works}]"
