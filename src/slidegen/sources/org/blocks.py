"""Elements of org, as slidegen's Markdown: paragraphs, lists, tables, blocks, drawers, formulas, raw HTML."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from slidegen.diagrams.kinds import KINDS
from slidegen.sources.org.attributes import (
    AFFILIATED,
    Affiliated,
    affiliated,
    braces,
    html_attributes,
    item_fragments,
    whole_fragment,
)
from slidegen.sources.org.boxes import formula, raw_html, shown, wrapped
from slidegen.sources.org.code import code
from slidegen.sources.org.contents import contents
from slidegen.sources.org.context import Context
from slidegen.sources.org.drawn_tables import drawn_table
from slidegen.sources.org.inline import lines, one_line
from slidegen.sources.org.items import listed
from slidegen.sources.org.keywords import check_keyword
from slidegen.sources.org.labels import label, with_name
from slidegen.sources.org.lists import is_item, read_list
from slidegen.sources.org.named_blocks import Block, given_to, named_block
from slidegen.sources.org.paragraphs import paragraph
from slidegen.sources.org.rows import BEGIN, DEFINITION, END, definition_end, ends_of, joined
from slidegen.sources.org.settings import KEYWORD
from slidegen.sources.org.tables import table
from slidegen.sources.translation import Line

DRAWER: Final = re.compile(r"[ \t]*:(?P<name>[\w-]+):[ \t]*$")
DRAWER_END: Final = re.compile(r"[ \t]*:end:[ \t]*$", re.IGNORECASE)
COMMENT: Final = re.compile(r"[ \t]*#(?:[ \t]|$)")
FIXED: Final = re.compile(r"[ \t]*:(?: |$)")
RULER: Final = re.compile(r"[ \t]*-{5,}[ \t]*$")
TABLE: Final = re.compile(r"[ \t]*\|")
DRAWN: Final = re.compile(r"[ \t]*\+-[-+]*[ \t]*$")
LATEX: Final = re.compile(r"[ \t]*\\begin\{(?P<name>[A-Za-z0-9]+\*?)\}")
CLOCK: Final = re.compile(r"[ \t]*(?:CLOCK:|%%\()")
LATEX_END: Final = re.compile(r"\\end\{(?P<name>[A-Za-z0-9]+\*?)\}[ \t]*$")
REVEAL: Final = frozenset({"REVEAL_HTML", "HTML"})
MATH: Final = frozenset(
    [
        *("equation", "align", "alignat", "gather", "multline", "eqnarray", "math", "displaymath", "flalign"),
        *("cases", "matrix", "pmatrix", "bmatrix", "vmatrix", "array", "split", "aligned", "gathered", "CD"),
    ]
)
DEEPEST: Final = 30
"""Elements inside each other; org writers use a few."""
OWN: Final = re.compile(r"(?:^|\s):slidegen(?:\s|$)")
EXPORTS: Final = re.compile(r":exports[ \t]+(\w+)")
RESULTS: Final = re.compile(r"[ \t]*#\+RESULTS?(?:\[[^\]]*\])?:", re.IGNORECASE)


def blocks(rows: Sequence[Line], context: Context) -> list[Line]:
    """The Markdown of some rows, in blocks with empty lines between them."""
    if context.depth > DEEPEST:
        context.lose(f"more than {DEEPEST} elements inside each other; what is deeper is left out", rows[0].number)
        return []
    context.depth += 1
    try:
        return joined(_Elements(rows, context).read())
    finally:
        context.depth -= 1


class _Elements:
    """Reads the elements of some rows, one after the other."""

    def __init__(self, rows: Sequence[Line], context: Context) -> None:
        self.rows = rows
        self.context = context
        self.ends = ends_of(rows)
        self.parts: list[list[Line]] = []
        self.after_list = False
        self.at = 0
        self._no_end: dict[str, int] = {}
        self._latex_ends: dict[str, list[int]] | None = None

    def read(self) -> list[list[Line]]:
        """The Markdown of the elements."""
        while self.at < len(self.rows):
            row = self.rows[self.at]
            if not row.text.strip():
                self.at += 1
                continue
            above = self._above()
            if self.at >= len(self.rows):
                break
            self._element(above)
        return self.parts

    def _above(self) -> Affiliated:
        """The keywords right above an element; those above an empty line belong to none."""
        start = self.at
        while self.at < len(self.rows) and AFFILIATED.match(self.rows[self.at].text):
            self.at += 1
        found = affiliated(list(self.rows[start : self.at]))
        if self.at > start and (self.at == len(self.rows) or not self.rows[self.at].text.strip()):
            for key in found.values:
                if key not in ("RESULTS", "NAME", "HEADER", "PLOT") and not key.startswith(("ATTR_LATEX", "ATTR_ORG")):
                    self.context.lose(f"{key}: is left out; no element stands right below it", found.number(key))
            while self.at < len(self.rows) and not self.rows[self.at].text.strip():
                self.at += 1
            return Affiliated()
        return found

    def _element(self, above: Affiliated) -> None:
        row = self.rows[self.at]
        text = row.text
        was_list, self.after_list = self.after_list, False
        for pattern, read in RULES:
            found = pattern.match(text)
            if found is not None and (made := read(self, found, above)) is not None:
                if made:
                    self.parts.append(made)
                return
        if is_item(text):
            made = self._list(above)
            if was_list:
                self.parts.append([Line("<!-- -->", row.number)])
            self.parts.append(made)
            self.after_list = True
            return
        self._paragraph(above)

    # --- blocks ---

    def _block(self, begun: re.Match[str], above: Affiliated) -> list[Line] | None:
        start, end = self.at, self.ends[self.at]
        name = begun["name"].lower()
        if end == start + 1:
            self.context.lose(f"#+begin_{begun['name']} is not closed; the line is left out", self.rows[start].number)
            self.at += 1
            return []
        rows = self.rows[start + 1 : end - 1]
        self.at = end
        inner = partial(blocks, context=self.context)
        block = Block(name, begun["arguments"], rows, self.rows[start], above, self.context, inner)
        return self._source(block) if name == "src" else named_block(block)

    def _source(self, block: Block) -> list[Line]:
        """A block of code, its results, or both."""
        exports = EXPORTS.findall(f"{block.above.get('HEADER')} {block.arguments}")
        exported = exports[-1] if exports else "code"
        if OWN.search(block.arguments):  # slidegen reads it
            return []
        is_drawn = block.arguments.strip().partition(" ")[0].lower() in KINDS and exported != "none"
        results = self._results(exported in ("results", "both") and not is_drawn, block.first)
        return joined([named_block(block) if is_drawn or exported in ("code", "both") else [], results])

    def _results(self, is_exported: bool, first: Line) -> list[Line]:
        """What stands below a block as its results; nothing is run."""
        at = self.at
        while at < len(self.rows) and not self.rows[at].text.strip():
            at += 1
        found = at < len(self.rows) and RESULTS.match(self.rows[at].text)
        if not found:
            if is_exported:
                self.context.lose(
                    "the results of this block are not in the file; no program of a deck is run", first.number
                )
            return []
        self.at = at + 1
        while self.at < len(self.rows) and AFFILIATED.match(self.rows[self.at].text):
            self.at += 1
        while self.at < len(self.rows) and not self.rows[self.at].text.strip():
            self.at += 1
        if self.at >= len(self.rows):
            return []
        self.at = max(at + 1, self.at)
        count = len(self.parts)
        above_rows = [row for row in self.rows[at + 1 : self.at] if AFFILIATED.match(row.text)]
        self._element(affiliated(above_rows))
        made = joined(self.parts[count:])
        del self.parts[count:]
        return made if is_exported else []

    # --- other elements ---

    def _keyword(self, found: re.Match[str], above: Affiliated) -> list[Line] | None:
        row = self.rows[self.at]
        self.at += 1
        key, value = found["key"].upper(), found["value"].strip()
        if key in REVEAL:
            rows = [Line(value, row.number)]
            while self.at < len(self.rows) and (more := KEYWORD.match(self.rows[self.at].text)):
                if more["key"].upper() != key:
                    break
                rows.append(Line(more["value"].strip(), self.rows[self.at].number))
                self.at += 1
            return wrapped(raw_html(rows, row.number, self.context), whole_fragment(above, self.context))
        if key == "REVEAL":  # `slides` took what divides a heading's own rows
            why = "it divides no list and no block" if value.startswith("split") else "allowed: split"
            self.context.lose(f"#+REVEAL: {value} is left out; {why}", row.number)
            return []
        if key in ("TOC", "REVEAL_TOC") and value.startswith("headlines"):
            depth = re.search(r"\d+", value)
            return contents(self.context.contents, int(depth[0]) if depth else 3, self.context)
        if key == "TBLFM":
            return []
        check_keyword(key, value, row.number, self.context)
        return []

    def _drawer(self, found: re.Match[str], above: Affiliated) -> list[Line] | None:  # noqa: ARG002 - as its kin
        name, start = found["name"].lower(), self.at
        end = self._find_end(DRAWER_END, "drawer")
        if name == "end" or end is None:
            self.context.lose(f":{found['name']}: opens no drawer; the line is left out", self.rows[start].number)
            self.at += 1
            return []
        self.at = end + 1
        rows = self.rows[start + 1 : end]
        if name == "properties":
            self.context.lose("properties stand right below a heading; these are left out", self.rows[start].number)
            return []
        if name == "logbook" or not self.context.settings.on("d", True):
            return []
        return blocks(rows, self.context)

    def _find_end(self, pattern: re.Pattern[str], kind: str) -> int | None:
        """The row that ends what begins at hand; what is not there is looked for once."""
        if self._no_end.get(kind, len(self.rows)) <= self.at:
            return None
        for at in range(self.at + 1, len(self.rows)):
            if pattern.match(self.rows[at].text):
                return at
        self._no_end[kind] = self.at
        return None

    def _skipped(self, *_: object) -> list[Line]:
        self.at += 1
        return []

    def _ruler(self, *_: object) -> list[Line]:
        self.at += 1
        return [Line("***", self.rows[self.at - 1].number)]

    def _fixed(self, _: re.Match[str], above: Affiliated) -> list[Line] | None:
        start = self.at
        while self.at < len(self.rows) and FIXED.match(self.rows[self.at].text):
            self.at += 1
        rows = [Line(re.sub(r"^[ \t]*: ?", "", row.text), row.number) for row in self.rows[start : self.at]]
        return code(rows, "text", self.rows[start], above, given_to(above, self.context), self.context)

    def _drawn(self, _: re.Match[str], above: Affiliated) -> list[Line] | None:
        """A table of table.el; one that Markdown cannot have stays as it is drawn."""
        start = self.at
        while self.at < len(self.rows) and re.match(r"[ \t]*[|+]", self.rows[self.at].text):
            self.at += 1
        rows = self.rows[start : self.at]
        made = drawn_table(rows)
        if made is None:
            return code(rows, "text", rows[0], above, {}, self.context)
        return self._captioned(made, above)

    def _table(self, _: re.Match[str], above: Affiliated) -> list[Line] | None:
        start = self.at
        while self.at < len(self.rows) and TABLE.match(self.rows[self.at].text):
            self.at += 1
        rows = self.rows[start : self.at]
        formulas: list[Line] = []
        while self.at < len(self.rows) and re.match(r"[ \t]*#\+tblfm:", self.rows[self.at].text, re.IGNORECASE):
            formulas.append(self.rows[self.at])
            self.at += 1
        if not self.context.settings.on("|", True):
            return []
        # What computes the cells stays in the text: nothing runs it here either.
        kept = [Line(f"<!-- {row.text.strip().replace('--', '- -')} -->", row.number) for row in formulas]
        return joined([self._captioned(table(rows, self._cell), above), kept])

    def _captioned(self, made: list[Line], above: Affiliated) -> list[Line]:
        """A table with its caption and attributes."""
        given = given_to(above, self.context)
        name = label(above.get("NAME"))
        known = made and name in self.context.labels
        if known and not above.get("CAPTION"):
            made = [Line(f"{{#{name}}}", made[0].number), *made]
        elif above.get("CAPTION") and made:
            number = above.number("CAPTION")
            caption = one_line(above.get("CAPTION"), number, self.context)
            words = lines(caption, [made[0]])[0].text
            first = Line(f": {words} {{#{name}}}" if known else f"{words} {{.caption}}", number)
            made = [first, Line("", made[0].number), *made]
        return wrapped(made, shown(given))

    def _cell(self, text: str, number: int) -> str:
        words = one_line(text, number, self.context)
        return re.sub(r"(?<!\\)\|", r"\\|", words) if "{{" not in words else words

    def _latex(self, found: re.Match[str], above: Affiliated) -> list[Line] | None:
        name = found["name"]
        ends = self._formula_ends().get(name, [])
        place = bisect_left(ends, self.at)
        end = ends[place] if place < len(ends) else None
        if end is None:
            return None
        start, self.at = self.at, end + 1
        rows = self.rows[start : end + 1]
        if name.rstrip("*") not in MATH:
            self.context.lose(f"the LaTeX environment {name!r} is left out; it is not a formula", rows[0].number)
            return []
        first = replace(rows[0], text=with_name(rows[0].text, above.get("NAME"), self.context.labels))
        rows = [first, *rows[1:]]
        return wrapped(formula(rows, self.context), shown(given_to(above, self.context)))

    def _formula_ends(self) -> Mapping[str, Sequence[int]]:
        """The rows that end an environment of LaTeX, by its name."""
        if self._latex_ends is None:
            self._latex_ends = {}
            for at, row in enumerate(self.rows):
                found = LATEX_END.search(row.text) if "\\end{" in row.text else None
                if found is not None:
                    self._latex_ends.setdefault(found["name"], []).append(at)
        return self._latex_ends

    def _definition(self, found: re.Match[str], _: Affiliated) -> list[Line] | None:
        """A footnote, which was taken before: its rows end at a heading, the next one, or two empty lines."""
        del found
        self.at = definition_end(self.rows, self.at)
        return []

    def _list(self, above: Affiliated) -> list[Line]:
        first = self.rows[self.at]
        items, self.at = read_list(self.rows, self.at, self.ends)
        each = item_fragments(above, len(items), self.context)
        given = given_to(above, self.context) if each is None else html_attributes(above, self.context)
        each = each or [{} for _ in items]
        made = listed(items, each, self.context, partial(blocks, context=self.context))
        attributes = shown(given)
        return [*([Line(braces(attributes), first.number)] if attributes else []), *made]

    def _paragraph(self, above: Affiliated) -> None:
        start = self.at
        self.at += 1
        while self.at < len(self.rows) and not self._interrupts(self.rows[self.at].text):
            self.at += 1
        self.parts += paragraph(self.rows[start : self.at], given_to(above, self.context), self.context)

    def _interrupts(self, text: str) -> bool:
        if not text.strip() or is_item(text) or AFFILIATED.match(text):
            return True
        found = [pattern for pattern, _ in RULES if pattern.match(text)]
        return bool(found)


Rule = Callable[[_Elements, re.Match[str], Affiliated], list[Line] | None]
RULES: Final[tuple[tuple[re.Pattern[str], Rule], ...]] = (
    (BEGIN, _Elements._block),
    (COMMENT, _Elements._skipped),
    (CLOCK, _Elements._skipped),
    (KEYWORD, _Elements._keyword),
    (END, _Elements._skipped),
    (DRAWER, _Elements._drawer),
    (FIXED, _Elements._fixed),
    (RULER, _Elements._ruler),
    (TABLE, _Elements._table),
    (DRAWN, _Elements._drawn),
    (LATEX, _Elements._latex),
    (DEFINITION, _Elements._definition),
)
"""What begins an element, in the order in which it is looked for; all else is a list or a paragraph."""
