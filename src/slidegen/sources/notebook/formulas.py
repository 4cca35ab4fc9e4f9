"""Formulas as Jupyter has them, which MathJax sets, in the form that slidegen's Markdown has for KaTeX."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from slidegen.limits import MAX_FORMULA
from slidegen.sources.translation.words import NOTHING, apart

MATH: Final = re.compile(
    r"(?<!\\)\$\$(?P<double>(?:[^$\\]|\\.|\$(?!\$))+?)\$\$"
    r"|\\\\\[(?P<brackets>.+?)\\\\\]"
    r"|\\\\\((?P<round>(?:(?!\n[ \t]*\n).)+?)\\\\\)"
    r"|\\begin\{(?P<name>[a-zA-Z]+\*?)\}.*?\\end\{(?P=name)\}"
    r"|(?<![\\$])\$(?P<single>(?:[^$\\\n]|\\.|\n(?![ \t]*\n))+?)\$(?!\$)",
    re.DOTALL,
)
"""A formula in Markdown, by Jupyter's rules: spaces may stand inside the dollars."""
DEFINITION: Final = re.compile(
    r"\\(?P<kind>(?:re|provide)?newcommand|DeclareMathOperator|def)(?P<star>\*?)\s*"
    r"(?:\{\s*(?P<braced>\\[A-Za-z]+)\s*\}|(?P<bare>\\[A-Za-z]+))(?P<arguments>(?:\s*\[[^\]]*\])*(?:#\d)*)\s*(?=\{)"
)
CLOSING: Final = {"\\\\[": "\\\\]", "\\\\(": "\\\\)"}
COUNT: Final = re.compile(r"\s*\[(\d)\]")
"""How many arguments a command has."""
DEEPEST: Final = 50
"""Commands inside each other."""
REQUIRED: Final = re.compile(r"\\require\s*\{[^{}]*\}")
MBOX: Final = re.compile(r"\\mbox\b")
COMMAND: Final = re.compile(r"\\[A-Za-z]+")
LABEL: Final = re.compile(r"\\label\s*\{([^{}]*)\}")
REFERENCE: Final = re.compile(r"\\(?P<kind>eqref|ref)\s*\{(?P<label>[^{}]*)\}")
TAG: Final = re.compile(r"\\tag\*?\s*\{([^{}]*)\}")
UNNUMBERED: Final = re.compile(r"\\(?:nonumber|notag)\b")
ENVIRONMENT: Final = re.compile(r"\\(?P<end>begin|end)\{(?P<name>eqnarray|multline|flalign)(?P<star>\*?)\}")
KNOWN: Final = {"eqnarray": "align", "multline": "gather", "flalign": "align"}
"""Environments that KaTeX lacks, and the nearest that it has."""
RELATION: Final = re.compile(r"&\s*([^&\\\n]{1,3}|\\[A-Za-z]+)\s*&")
NUMBERED: Final = re.compile(
    r"\\begin\{(?P<name>equation|gather|align|alignat|eqnarray|multline|flalign)\}(?P<body>.*?)\\end\{(?P=name)\}",
    re.DOTALL,
)
BARE: Final = re.compile(r"\\begin\{(?:equation|gather|align|alignat)\*?\}")
"""Environments that need no dollars around them."""
PIPE: Final = re.compile(r"\\?\|")
BLANK: Final = re.compile(r"\n(?:[ \t]*\n)+")


OPENING: Final = re.compile(r"(?<!\\)\$\$|\\\\[\[(]|\\begin\{(?P<name>[a-zA-Z]+\*?)\}|(?<![\\$])\$")
"""What a formula may begin with."""


def formulas_in(text: str, start: int = 0, end: int | None = None) -> Iterator[re.Match[str]]:
    """The matches of `MATH` in a part of a text. What nothing closes is looked for once only."""
    end = len(text) if end is None else end
    unclosed: set[str] = set()
    at = start
    while (opening := OPENING.search(text, at, end)) is not None:
        at = opening.end()
        sign = opening[0]
        closing = f"\\end{{{opening['name']}}}" if opening["name"] else CLOSING.get(sign)
        if closing in unclosed:
            continue
        if closing is not None and text.find(closing, at, end) < 0:
            unclosed.add(closing)
            continue
        found = MATH.match(text, opening.start(), end)
        if found is not None:
            yield found
            at = found.end()


@dataclass(slots=True)
class Formulas:
    """What the formulas of a notebook share: commands that they define, and the numbers of those with a label."""

    commands: dict[str, tuple[str, str]] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, texts: Iterable[str]) -> Formulas:
        """Those of a notebook whose cells have these texts."""
        formulas = cls()
        count = 0
        for text in texts:
            formula = (one[0] for one in formulas_in(text) if len(one[0]) <= MAX_FORMULA)
            for found in (found for one in formula for found in NUMBERED.finditer(one)):
                rows = [found["body"]] if found["name"] in ("equation", "multline") else found["body"].split(r"\\")
                for row in rows:
                    tag = TAG.search(row)
                    counted = tag is None and not UNNUMBERED.search(row) and bool(row.strip())
                    count += counted
                    number = tag[1] if tag else str(count) if counted else ""
                    formulas.numbers |= dict.fromkeys(LABEL.findall(row), number)
        return formulas

    def refer(self, text: str) -> str:
        """A text with the numbers of the formulas that it refers to."""

        def number(found: re.Match[str]) -> str:
            shown = self.numbers.get(found["label"], "???")
            return f"({shown})" if found["kind"] == "eqref" else shown

        return REFERENCE.sub(number, text)

    def markdown(self, found: re.Match[str]) -> str:
        """A match of `MATH` as slidegen's Markdown has it; nothing for one that only defines commands."""
        source = found.string
        start = source.rfind("\n", 0, found.start()) + 1
        end = source.find("\n", found.end())
        before, after = source[start : found.start()], source[found.end() : len(source) if end < 0 else end]
        inline = found["single"] if found["single"] is not None else found["round"]
        body = inline or found["double"] or found["brackets"] or found[0]
        tex = self._prepared(body)
        if not tex:
            return ""
        if "|" in before or "|" in after:  # a row of a table
            tex = PIPE.sub(lambda one: r"\Vert{}" if len(one[0]) == 2 else r"\vert{}", tex)
        if inline is not None:
            left = NOTHING if before[-1:].isdigit() else ""
            right = NOTHING if after[:1].isdigit() else ""
            return f"{left}${tex}${right}"
        if before.strip(" \t>") == "" and after.strip() == "":
            if BARE.match(tex):
                return tex
            return f"$$\n{tex}\n$$".replace("\n", f"\n{before}") if "\n" in tex or before else f"$$\n{tex}\n$$"
        return f"$${tex}$$"

    def _prepared(self, tex: str) -> str:
        tex = self.refer(LABEL.sub("", REQUIRED.sub("", self._without_definitions(tex))))
        if "eqnarray" in tex:
            tex = RELATION.sub(r"&\1", tex)
        tex = ENVIRONMENT.sub(lambda one: f"\\{one['end']}{{{KNOWN[one['name']]}{one['star']}}}", tex)
        tex = MBOX.sub(r"\\text", BLANK.sub("\n", tex.strip()))
        return apart("".join(map(self._definition, self._used(tex))) + tex) if tex else ""

    def _definition(self, name: str) -> str:
        parameters, body = self.commands[name]
        return rf"\def{name}{parameters}{body}"

    def _used(self, tex: str) -> list[str]:
        """The commands of the notebook's own that a formula needs, those that others need first."""
        found: list[str] = []

        def look(text: str, around: tuple[str, ...]) -> None:
            for name in dict.fromkeys(COMMAND.findall(text)):
                if name in self.commands and name not in found and name not in around and len(around) < DEEPEST:
                    look(self.commands[name][1], (*around, name))
                    found.append(name)

        look(tex, ())
        return found

    def _without_definitions(self, tex: str) -> str:
        """A formula without the commands that it defines, which are those of the notebook from there on."""
        parts: list[str] = []
        at = 0
        for found in DEFINITION.finditer(tex):
            end = _closing(tex, found.end())
            if found.start() < at or end is None:
                continue
            body = tex[found.end() : end]
            if found["kind"] == "DeclareMathOperator":
                body = rf"{{\operatorname{found['star']}{body}}}"
            count = COUNT.match(found["arguments"])
            parameters = (
                "".join(f"#{number}" for number in range(1, int(count[1]) + 1)) if count else found["arguments"]
            )
            self.commands[found["braced"] or found["bare"]] = parameters, body
            parts.append(tex[at : found.start()])
            at = end
        return "".join((*parts, tex[at:]))


def _closing(tex: str, start: int) -> int | None:
    """The end of what stands in the braces that open at `start`."""
    depth = 0
    for found in re.finditer(r"\\.|[{}]", tex[start:]):
        depth += {"{": 1, "}": -1}.get(found[0], 0)
        if depth == 0:
            return start + found.end()
    return None
