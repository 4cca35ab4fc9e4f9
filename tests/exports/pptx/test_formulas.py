"""Formulas as Office Math, from what KaTeX makes of their TeX."""

from __future__ import annotations

import re

import pytest
from lxml import etree

from slidegen.exports.pptx.writing.formulas import omml
from slidegen.render.katex import Katex

MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"


def structure(tex: str) -> str:
    """The structure of a formula: names of elements with their texts, without properties."""
    html = Katex().render(tex, display=True)
    (mathml,) = re.findall(r"<math.*?</math>", html, re.DOTALL)

    def told(node: etree._Element) -> str:
        name = etree.QName(node).localname
        if name.endswith("Pr"):
            return ""
        inside = (node.text or "") + "".join(map(told, node))
        return inside if name in ("r", "t") else f"{name}({inside})"

    return told(omml(mathml, lambda properties: None)).removeprefix("oMath(").removesuffix(")")


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        ("a+b", "a+b"),
        (r"\frac{a}{b}", "f(num(a)den(b))"),
        ("x_1", "sSub(e(x)sub(1))"),
        ("x^2", "sSup(e(x)sup(2))"),
        ("x_1^2", "sSubSup(e(x)sub(1)sup(2))"),
        (r"\sqrt{y}", "rad(deg()e(y))"),
        (r"\sqrt[3]{y}", "rad(deg(3)e(y))"),
        (r"\sum_{i=1}^n x", "nary(sub(i=1)sup(n)e(x))"),
        (r"\left(\frac{a}{b}\right)", "d(e(f(num(a)den(b))))"),
        (r"\hat{x}", "acc(e(x))"),
        (r"\begin{pmatrix}a&b\\c&d\end{pmatrix}", "d(e(m(mr(e(a)e(b))mr(e(c)e(d)))))"),
        (r"\begin{cases}1&x\\0&y\end{cases}", "d(e(m(mr(e(1)e(x))mr(e(0)e(y)))))"),
        (r"\left.x\right|_0", "sSub(e(d(e(x)))sub(0))"),
        (r"\text{if } x", "if\u00a0x"),
        (r"\mathbb{R}", "R"),
    ],
)
def test_a_formula_keeps_its_structure(tex: str, expected: str) -> None:
    """As PowerPoint edits it."""
    assert structure(tex) == expected
