"""The faster selectors in the DOM of mermaidx find what its own find."""

from __future__ import annotations

import json

import pytest

from slidegen.diagrams import mermaid
from slidegen.v8 import call, own_script, script_engine

PAGE = """
const slidegenPage = `<svg id="d" class="chart"><style>.a{}</style><g class="node default" id="n-1"><rect x="1"/>
<text class="label">a</text></g><g class=" label  node"><g class="node-x"><text/></g><rect x="1"/></g>
<path data-id="e"/></svg>`;
const slidegenRoot = document.createElement("div");
slidegenRoot.innerHTML = slidegenPage;
const slidegenAll = slidegenRoot.querySelectorAll("*");
function slidegenFound(selector) {
  const first = slidegenRoot.querySelector(selector);
  return [slidegenAll.map((one) => one.matches(selector)), slidegenAll.indexOf(first)];
}
"""
SELECTORS = (
    "svg", "SVG", "#d", "#n-1", ".node", ".node.default", ".default.node", ".nod", "g.node", "#d .node rect", "#d>g",
    "rect, .label text", "g + g", "rect ~ text", "g:not(.default)", "g:first-child", "[data-id]", '[x="1"]', "*",
    "#d .node:hover", "g:not(:first-child) text", "",
)  # fmt: skip


def test_selectors_match_what_they_matched() -> None:
    """In the whole document, and as the first found."""
    folder = mermaid._folder()
    if folder is None:
        pytest.skip("the extra diagrams is not installed")
    shim = (folder / "dom_shim.js").read_text(encoding="utf-8")
    found = [
        {selector: call(engine, "slidegenFound", selector) for selector in SELECTORS}
        for engine in (script_engine([shim, PAGE]), script_engine([shim, own_script("selectors.js"), PAGE]))
    ]
    assert json.dumps(found[1]) == json.dumps(found[0])
