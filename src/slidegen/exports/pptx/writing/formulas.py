"""Formulas: KaTeX's MathML as Office Math (ECMA-376 part 1, 22.1).

KaTeX has read the TeX already, with the deck's macros, so that what the slide shows and what PowerPoint edits are the
same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from slidegen.exports.pptx.writing.xml import element, named, sub

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

Look = Callable[["Element"], None]
"""Fills the properties of a run, `a:rPr`."""

NARY: Final = "∑∏∐∫∬∭∮⋀⋁⋂⋃⨀⨁⨂"
ACCENTS: Final[Mapping[str, str]] = {
    "^": "\u0302", "ˆ": "\u0302", "~": "\u0303", "˜": "\u0303", "ˉ": "\u0304", "¯": "\u0304", "‾": "\u0304",
    "˙": "\u0307", "¨": "\u0308", "ˇ": "\u030c", "´": "\u0301", "`": "\u0300", "˘": "\u0306",
    "→": "\u20d7", "⃗": "\u20d7",
}  # fmt: skip
"""The combining characters that Office Math draws for the signs over a letter."""
LINES: Final = "‾¯ˉ_‗"
BRACES: Final = "⏞⏟⎴⎵"
STYLES: Final[Mapping[str, tuple[str | None, str | None]]] = {
    "normal": (None, "p"),
    "bold": (None, "b"),
    "italic": (None, "i"),
    "bold-italic": (None, "bi"),
    "double-struck": ("double-struck", "p"),
    "script": ("script", "p"),
    "fraktur": ("fraktur", "p"),
    "sans-serif": ("sans-serif", "p"),
    "monospace": ("monospace", "p"),
}
"""MathML's `mathvariant` as the alphabet and the style of Office Math."""
ALIGN: Final = {"left": "left", "center": "center", "right": "right"}
GROUPS: Final = {"mrow", "mstyle", "mpadded", "merror", "mtd", "math", "semantics"}


def omml(mathml: str, look: Look, side: str | None = None) -> Element:
    """Returns `m:oMath` from KaTeX's MathML, or `m:oMathPara` for a formula that stands alone on a `side`."""
    from lxml import etree

    tree = etree.fromstring(mathml.replace("&nbsp;", "\u00a0"), etree.XMLParser(resolve_entities=False))
    made = element("m:oMath")
    _Converter(look).children(made, [tree])
    if side is None:
        return made
    paragraph = element("m:oMathPara")
    sub(sub(paragraph, "m:oMathParaPr"), "m:jc").set(named("m:val"), side)
    paragraph.append(made)
    return paragraph


def _tag(node: Element) -> str:
    return str(node.tag).rpartition("}")[2]


def _text(node: Element) -> str:
    return "".join(str(part) for part in node.itertext())


@dataclass(frozen=True, slots=True)
class _Converter:
    look: Look

    def children(self, parent: Element, nodes: Sequence[Element]) -> None:
        """Adds nodes that stand beside each other. A large operator takes the next one as its operand."""
        flat = list(self._flat(nodes))
        at = 0
        while at < len(flat):
            node = flat[at]
            operator = self._operator(node)
            at += 1
            if operator is None:
                self.node(parent, node)
                continue
            operand = flat[at : at + 1]
            at += len(operand)
            self._nary(parent, node, operator, operand)

    def _flat(self, nodes: Sequence[Element]) -> list[Element]:
        """The nodes without groups that only hold others, except those in a pair of fences."""
        found: list[Element] = []
        for node in nodes:
            tag = _tag(node)
            if tag in ("annotation", "annotation-xml"):
                continue
            if tag in GROUPS and not self._fences(node):
                found += self._flat(list(node))
            else:
                found.append(node)
        return found

    def node(self, parent: Element, node: Element) -> None:
        """Adds one node."""
        write = getattr(self, f"_{_tag(node)}", None)
        if write is not None:
            write(parent, node)
        elif self._fences(node):
            self._delimited(parent, node)
        elif len(node):
            self.children(parent, list(node))
        else:
            self.run(parent, _text(node))

    def part(self, parent: Element, name: str, node: Element | None) -> None:
        """Adds an argument of a structure."""
        made = sub(parent, name)
        if node is not None:
            self.children(made, [node])

    def properties(self, parent: Element, name: str, **values: str) -> Element:
        """Adds the properties of a structure, each an element with a value, and the look of its signs."""
        made = sub(parent, f"m:{name}Pr")
        for key, value in values.items():
            sub(made, f"m:{key}").set(named("m:val"), value)
        self.look(sub(sub(made, "m:ctrlPr"), "a:rPr"))
        return made

    def run(self, parent: Element, text: str, style: str | None = None, *, words: bool = False) -> None:
        """Adds a run. `style` is a `mathvariant`; `words` are text among the formula."""
        if not text:
            return
        made = sub(parent, "m:r")
        alphabet, kind = STYLES.get(style or "", (None, None))
        if words or alphabet or kind:
            properties = sub(made, "m:rPr")
            if words:
                sub(properties, "m:nor")
            if alphabet:
                sub(properties, "m:scr").set(named("m:val"), alphabet)
            if kind and not words:
                sub(properties, "m:sty").set(named("m:val"), kind)
        self.look(sub(made, "a:rPr"))
        sub(made, "m:t").text = text

    # --- leaves

    def _mi(self, parent: Element, node: Element) -> None:
        text = _text(node)
        self.run(parent, text, node.get("mathvariant") or ("normal" if len(text) > 1 else None))

    def _mn(self, parent: Element, node: Element) -> None:
        self.run(parent, _text(node), node.get("mathvariant"))

    def _mo(self, parent: Element, node: Element) -> None:
        self.run(parent, _text(node).replace("\u2061", ""), node.get("mathvariant"))

    def _mtext(self, parent: Element, node: Element) -> None:
        text = _text(node)
        self.run(parent, text, None, words=bool(text.strip("\u00a0\u2009\u200a\u2005\u2004\u2003 ")))

    def _mspace(self, parent: Element, node: Element) -> None:
        width = node.get("width", "")
        try:
            wide = float(width.removesuffix("em"))
        except ValueError:
            return
        self.run(parent, "\u2003" * int(wide) + ("\u2005" if wide % 1 > 0.2 else "\u2009" if wide % 1 > 0.1 else ""))

    # --- structures

    def _mfrac(self, parent: Element, node: Element) -> None:
        made = sub(parent, "m:f")
        without = node.get("linethickness", "").rstrip("empx") in ("0", "0.0")
        self.properties(made, "f", type="noBar" if without else "bar")
        self.part(made, "m:num", node[0])
        self.part(made, "m:den", node[1])

    def _msqrt(self, parent: Element, node: Element) -> None:
        made = sub(parent, "m:rad")
        self.properties(made, "rad", degHide="1")
        sub(made, "m:deg")
        self.children(sub(made, "m:e"), list(node))

    def _mroot(self, parent: Element, node: Element) -> None:
        made = sub(parent, "m:rad")
        self.properties(made, "rad")
        self.part(made, "m:deg", node[1])
        self.part(made, "m:e", node[0])

    def _scripts(self, parent: Element, name: str, parts: Sequence[tuple[str, Element]]) -> None:
        made = sub(parent, f"m:{name}")
        self.properties(made, name)
        for part, node in parts:
            self.part(made, f"m:{part}", node)

    def _msub(self, parent: Element, node: Element) -> None:
        self._scripts(parent, "sSub", (("e", node[0]), ("sub", node[1])))

    def _msup(self, parent: Element, node: Element) -> None:
        self._scripts(parent, "sSup", (("e", node[0]), ("sup", node[1])))

    def _msubsup(self, parent: Element, node: Element) -> None:
        self._scripts(parent, "sSubSup", (("e", node[0]), ("sub", node[1]), ("sup", node[2])))

    def _munder(self, parent: Element, node: Element) -> None:
        self._around(parent, node[0], node[1], "limLow", "bot")

    def _mover(self, parent: Element, node: Element) -> None:
        self._around(parent, node[0], node[1], "limUpp", "top")

    def _munderover(self, parent: Element, node: Element) -> None:
        made = sub(parent, "m:limUpp")
        self.properties(made, "limUpp")
        self._around(sub(made, "m:e"), node[0], node[1], "limLow", "bot")
        self.part(made, "m:lim", node[2])

    def _around(self, parent: Element, base: Element, sign: Element, limit: str, side: str) -> None:
        """Adds what stands over or under something: an accent, a line, a brace, or a limit."""
        text = _text(sign).strip()
        if text in (LINES if side == "bot" else "‾") and text:
            made = sub(parent, "m:bar")
            self.properties(made, "bar", pos=side)
        elif text in ACCENTS and side == "top":
            made = sub(parent, "m:acc")
            self.properties(made, "acc", chr=ACCENTS[text])
        elif text and text in BRACES:
            made = sub(parent, "m:groupChr")
            self.properties(made, "groupChr", chr=text, pos=side, vertJc="bot" if side == "top" else "top")
        else:
            self._scripts(parent, limit, (("e", base), ("lim", sign)))
            return
        self.part(made, "m:e", base)

    def _menclose(self, parent: Element, node: Element) -> None:
        made = sub(parent, "m:borderBox")
        self.properties(made, "borderBox")
        self.children(sub(made, "m:e"), list(node))

    def _mphantom(self, parent: Element, node: Element) -> None:
        made = sub(parent, "m:phant")
        self.properties(made, "phant", show="0")
        self.children(sub(made, "m:e"), list(node))

    def _mtable(self, parent: Element, node: Element) -> None:
        rows = [list(row) for row in node if _tag(row) == "mtr"]
        columns = max((len(row) for row in rows), default=0)
        aligns = node.get("columnalign", "").split() or ["center"]
        made = sub(parent, "m:m")
        properties = sub(made, "m:mPr")
        holder = sub(properties, "m:mcs")
        for at in range(columns):
            one = sub(sub(holder, "m:mc"), "m:mcPr")
            sub(one, "m:count").set(named("m:val"), "1")
            sub(one, "m:mcJc").set(named("m:val"), ALIGN.get(aligns[min(at, len(aligns) - 1)], "center"))
        self.look(sub(sub(properties, "m:ctrlPr"), "a:rPr"))
        for row in rows:
            line = sub(made, "m:mr")
            for at in range(columns):
                self.children(sub(line, "m:e"), [row[at]] if at < len(row) else [])

    # --- operators and fences

    def _operator(self, node: Element) -> str | None:
        """The sign of a large operator with limits, which has an operand."""
        if _tag(node) not in ("munderover", "munder", "mover", "msubsup", "msub", "msup") or not len(node):
            return None
        text = _text(node[0]).strip()
        return text if len(text) == 1 and text in NARY else None

    def _nary(self, parent: Element, node: Element, sign: str, operand: Sequence[Element]) -> None:
        tag = _tag(node)
        low = node[1] if tag in ("munderover", "munder", "msubsup", "msub") else None
        high = node[-1] if tag in ("munderover", "mover", "msubsup", "msup") else None
        made = sub(parent, "m:nary")
        values = {"chr": sign, "limLoc": "undOvr" if tag.startswith("mu") or tag == "mover" else "subSup"}
        if low is None:
            values["subHide"] = "1"
        if high is None:
            values["supHide"] = "1"
        self.properties(made, "nary", **values)
        self.part(made, "m:sub", low)
        self.part(made, "m:sup", high)
        self.children(sub(made, "m:e"), operand)

    @staticmethod
    def _fences(node: Element) -> bool:
        """Whether a group stands between fences that grow with it, or beside one."""
        if _tag(node) not in GROUPS or len(node) < 2:
            return False
        fences = [_is_fence(child) for child in node]
        return any((fences[0], fences[-1])) and not any(fences[1:-1])

    def _delimited(self, parent: Element, node: Element) -> None:
        inside = list(node)
        begin = _text(inside.pop(0)).strip() if _is_fence(inside[0]) else ""
        end = _text(inside.pop()).strip() if inside and _is_fence(inside[-1]) else ""
        made = sub(parent, "m:d")
        self.properties(made, "d", begChr=begin, endChr=end)
        self.children(sub(made, "m:e"), inside)


def _is_fence(node: Element) -> bool:
    return _tag(node) == "mo" and node.get("fence") == "true"
