"""The style of marp-core's slides inside reveal.js, where `section` is reveal's own element."""

from __future__ import annotations

import pytest

from slidegen.outputs.marp_style import rename_sections

SELECTORS = {
    "section{a:b}": "s{a:b}",
    "section.lead > h1, SECTION::after {a:b}": "s.lead > h1, s::after {a:b}",
    "div>section:not(section#x):is(section,p){a:b}": "div>s:not(s#x):is(s,p){a:b}",
    "@media print { section {a:b} p{c:d} section{e:f} }": "@media print { s {a:b} p{c:d} s{e:f} }",
    "@scope (section) to (p) { section {a:b} }": "@scope (s) to (p) { s {a:b} }",
    "@layer section { section {a:b} }": "@layer section { s {a:b} }",
    "section { color: red; section & { a:b } > section{c:d} }": "s { color: red; s & { a:b } > s{c:d} }",
    "/* x { */ section{a:b}": "/* x { */ s{a:b}",
    'p::before{content:"} section {"} section{a:b}': 'p::before{content:"} section {"} s{a:b}',
}
KEPT = [
    "p{view-transition-name: section; counter-reset: section}",
    ".section, #section, section-x, x-section, my\\section {a:b}",
    "[role=section] p, [title='a section']{a:b}",
    "@keyframes section { from {a:b} to {c:d} }",
    "p{background:url(section{.png)}",
    "@container section (width > 1px) { p {a:b} }",
    "/* section {} */",
]


@pytest.mark.parametrize("css", SELECTORS)
def test_the_element_is_renamed_in_every_selector(css: str) -> None:
    """At the top, in at-rules and nested, whatever stands in strings and comments before it."""
    assert rename_sections(css, "s") == SELECTORS[css]


@pytest.mark.parametrize("css", KEPT)
def test_what_is_no_element_stays(css: str) -> None:
    """Classes, ids, attributes, other names and values that are called section."""
    assert rename_sections(css, "s") == css
