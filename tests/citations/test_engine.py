"""The engine that writes citations."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from slidegen.citations.engine import read_bibtex
from slidegen.citations.styles import locales, style_names
from slidegen.v8 import CONSOLE, call, citation_engine, own_script, script_engine
from slidegen.vendor import vendor_text

WORKS = Path(__file__).with_name("works.bib").read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("style", style_names())
def test_a_style_that_is_read_fast_writes_the_same(style: str) -> None:
    """As citeproc-js without the changes of csl-macros.js."""
    libraries = (vendor_text("citations/bibtex.js"), vendor_text("citations/citeproc.js"))
    bare = script_engine([CONSOLE, *libraries, OTHERS, own_script("citations.js")])
    _, items = read_bibtex(WORKS)
    lang, xml = locales("en")
    works = [[{"id": item["id"], "prefix": "", "suffix": "", "label": "page", "locator": "3"}] for item in items]
    cited: list[Any] = [([*one, *other], False) for one, other in zip(works, reversed(works), strict=True)]
    cited += [(one, True) for one in works]
    arguments: tuple[Any, ...] = (
        "slidegenCite",
        vendor_text(f"citations/styles/{style}.csl"),
        dict(xml),
        lang,
        items,
        cited,
        [],
    )
    assert call(citation_engine(), *arguments) == call(bare, *arguments)


OTHERS = 'const OTHERS = "\ufddaothers";'


def test_what_bibtex_leaves_out_is_found() -> None:
    """The language, the address of a preprint, `and others`, a number with a hyphen, and the case of compounds."""
    state, (item,) = read_bibtex(
        "@misc{a, author={Doe, Jane and others}, title={{Low-Rank}: A Two-Step Method}, eprint={2106.09685},\n"
        " archiveprefix={arXiv}}"
    )
    assert state == "ok"
    assert item["URL"] == "https://arxiv.org/abs/2106.09685"
    assert item["title"] == "Low-Rank: A two-step method"
    assert re.search("others$", item["author"][1]["family"])
    state, (item,) = read_bibtex("@article{a, title={Die Netze}, journal={Zeitschrift für Netze}, langid={ngerman}}")
    assert (item["title"], item["language"]) == ("Die Netze", "de-DE")
    assert item["container-title"] == '<span class="nocase">Zeitschrift für Netze</span>'
