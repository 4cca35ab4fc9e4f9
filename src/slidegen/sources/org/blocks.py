"""Elements of org, as slidegen's Markdown: paragraphs, lists, tables, blocks, drawers, formulas, raw HTML."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Final

from slidegen.sources.org.attributes import (
    AFFILIATED,
    Affiliated,
    affiliated,
    braces,
    html_attributes,
    item_fragments,
    merged,
    whole_fragment,
)
from slidegen.sources.org.code import code, dedented
from slidegen.sources.org.contents import contents
from slidegen.sources.org.context import Context
from slidegen.sources.org.inline import lines, objects, one_line, plain
from slidegen.sources.org.keywords import tell_keyword
from slidegen.sources.org.links import is_picture, resolved
from slidegen.sources.org.lists import Item, is_item, read_list
from slidegen.sources.org.settings import KEYWORD
from slidegen.sources.org.tables import table
from slidegen.sources.translation import Line
from slidegen.sources.translation.words import apart

BEGIN: Final = re.compile(r"[ \t]*#\+begin_(?P<name>\S+)(?P<said>.*)$", re.IGNORECASE)
END: Final = re.compile(r"[ \t]*#\+end_(?P<name>\S+)[ \t]*$", re.IGNORECASE)
DRAWER: Final = re.compile(r"[ \t]*:(?P<name>[\w-]+):[ \t]*$")
DRAWER_END: Final = re.compile(r"[ \t]*:end:[ \t]*$", re.IGNORECASE)
COMMENT: Final = re.compile(r"[ \t]*#(?:[ \t]|$)")
FIXED: Final = re.compile(r"[ \t]*:(?: |$)")
RULER: Final = re.compile(r"[ \t]*-{5,}[ \t]*$")
TABLE: Final = re.compile(r"[ \t]*\|")
DRAWN: Final = re.compile(r"[ \t]*\+-[-+]*[ \t]*$")
LATEX: Final = re.compile(r"[ \t]*\\begin\{(?P<name>[A-Za-z0-9]+\*?)\}")
DEFINITION: Final = re.compile(r"\[fn:(?P<name>[\w-]+)\][ \t]*(?P<rest>.*)$")
CLOCK: Final = re.compile(r"[ \t]*(?:CLOCK:|%%\()")
FORMULA: Final = re.compile(
    r"(?<!\\)\\\[(?P<tex>(?:[^\\]|\\(?![\[\]]).)*+)\\\]|(?<!\\)\$\$(?P<dollars>[^$]+)\$\$", re.DOTALL
)
LATEX_END: Final = re.compile(r"\\end\{(?P<name>[A-Za-z0-9]+\*?)\}[ \t]*$")
PICTURES: Final = re.compile(r"(?:\[\[[^\[\]]+\]\][ \t\n]*)+")
LABEL: Final = re.compile(r"\\label\{[^{}]*\}")
REVEAL: Final = frozenset({"REVEAL_HTML", "HTML"})
CALLOUTS: Final = {
    "note": "note",
    "tip": "tip",
    "hint": "tip",
    "important": "important",
    "warning": "warning",
    "caution": "warning",
}
MATH: Final = frozenset(
    [
        *("equation", "align", "alignat", "gather", "multline", "eqnarray", "math", "displaymath", "flalign"),
        *("cases", "matrix", "pmatrix", "bmatrix", "vmatrix", "array", "split", "aligned", "gathered", "CD"),
    ]
)
DEEPEST: Final = 30
"""Elements inside each other; org writers use a few."""
Parts = list[list[Line]]


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


def joined(parts: Sequence[list[Line]]) -> list[Line]:
    """Blocks with empty lines between them."""
    found: list[Line] = []
    for part in parts:
        if part:
            found += [Line("", part[0].number)] if found else []
            found += part
    return found


def ends_of(rows: Sequence[Line]) -> list[int]:
    """For each row, where the block ends that begins there: right below it, if none does."""
    ends = list(range(1, len(rows) + 1))
    opened: dict[str, list[int]] = {}
    for at, row in enumerate(rows):
        if "#+" not in row.text and not row.text.lstrip().startswith((":", "\\")):
            continue
        begun, ended = BEGIN.match(row.text), END.match(row.text)
        if begun is not None:
            opened.setdefault(begun["name"].lower(), []).append(at)
        elif ended is not None and opened.get(ended["name"].lower()):
            starts = opened[ended["name"].lower()]
            start = starts[0] if ended["name"].lower() in OPAQUE else starts[-1]
            ends[start] = at + 1
            opened[ended["name"].lower()] = [] if ended["name"].lower() in OPAQUE else starts[:-1]
    return ends


OPAQUE: Final = frozenset({"src", "example", "export", "comment", "verse"})
"""Blocks that hold no others."""


class _Elements:
    """Reads the elements of some rows, one after the other."""

    def __init__(self, rows: Sequence[Line], context: Context) -> None:
        self.rows = rows
        self.context = context
        self.ends = ends_of(rows)
        self.parts: Parts = []
        self.after_list = False
        self.at = 0
        self._no_end: dict[str, int] = {}
        self._latex_ends: dict[str, list[int]] | None = None

    def read(self) -> Parts:
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

    def _given(self, above: Affiliated) -> dict[str, str]:
        """The attributes of an element, and its caption in words."""
        given = merged(html_attributes(above, self.context), whole_fragment(above, self.context))
        caption = above.get("CAPTION")
        if caption:
            given["caption"] = plain(caption, above.number("CAPTION"), self.context)
        return given

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
        read = BLOCKS.get(name)
        if read is not None:
            return read(self, rows, begun["said"], above, self.rows[start])
        return self._special(name, rows, above, self.rows[start])

    def _source(self, rows: Sequence[Line], said: str, above: Affiliated, first: Line) -> list[Line]:
        exports = re.findall(r":exports[ \t]+(\w+)", f"{above.get('HEADER')} {said}")
        wanted = exports[-1] if exports else "code"
        if re.search(r"(?:^|\s):slidegen(?:\s|$)", said):  # what slidegen reads is no code to show
            return []
        results = self._results(wanted in ("results", "both"), first)
        shown: list[Line] = []
        if wanted in ("code", "both"):
            given = self._given(above)
            shown = code(rows, said, first, above, given, self.context)
        return joined([shown, results])

    def _results(self, wanted: bool, first: Line) -> list[Line]:
        """What stands below a block as its results; nothing is run."""
        at = self.at
        while at < len(self.rows) and not self.rows[at].text.strip():
            at += 1
        found = at < len(self.rows) and re.match(
            r"[ \t]*#\+RESULTS?(?:\[[^\]]*\])?:", self.rows[at].text, re.IGNORECASE
        )
        if not found:
            if wanted:
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
        return made if wanted else []

    def _example(self, rows: Sequence[Line], said: str, above: Affiliated, first: Line) -> list[Line]:
        return code(rows, f"text {said}", first, above, self._given(above), self.context)

    def _export(self, rows: Sequence[Line], said: str, above: Affiliated, first: Line) -> list[Line]:
        backend = said.strip().lower().partition(" ")[0]
        if backend in ("html", "reveal", "re-reveal", "revealjs"):
            return wrapped(raw_html(rows, first.number), whole_fragment(above, self.context))
        if backend in ("md", "markdown"):
            return list(rows)
        return []

    def _comment(self, *_: object) -> list[Line]:
        return []

    def _notes(self, rows: Sequence[Line], *_: object) -> list[Line]:
        made = blocks(rows, self.context)
        if made:
            self.context.notes += [Line("", made[0].number)] if self.context.notes else []
            self.context.notes += made
        return []

    def _quote(self, rows: Sequence[Line], said: str, above: Affiliated, first: Line) -> list[Line]:  # noqa: ARG002
        made = blocks(rows, self.context)
        given = self._given(above)
        quoted = [Line(f"> {line.text}".rstrip(), line.number) for line in made]
        return [*([Line(braces(_shown(given)), first.number)] if _shown(given) else []), *quoted]

    def _verse(self, rows: Sequence[Line], said: str, above: Affiliated, first: Line) -> list[Line]:  # noqa: ARG002
        """Lines that stay lines, with the space that they begin with."""
        body = dedented(rows)
        parts: Parts = [[]]
        for line in body:
            if not line.text.strip():
                parts.append([])
                continue
            space = len(line.text) - len(line.text.lstrip(" "))
            words = one_line(line.text.strip(), line.number, self.context).removesuffix("\\")
            shown = lines(words, [line])[0].text
            parts[-1].append(Line("&nbsp;" * space + shown, line.number))
        made = [[*(Line(f"{one.text}\\", one.number) for one in part[:-1]), *part[-1:]] for part in parts]
        return wrapped(joined(made), merged({"class": "verse"}, _shown(self._given(above))))

    def _center(self, rows: Sequence[Line], said: str, above: Affiliated, first: Line) -> list[Line]:  # noqa: ARG002
        given = self._given(above)
        return contained("center", "", blocks(rows, self.context), first.number, _shown(given))

    def _special(self, name: str, rows: Sequence[Line], above: Affiliated, first: Line) -> list[Line]:
        made, given = blocks(rows, self.context), _shown(self._given(above))
        if name in CALLOUTS:
            return contained(CALLOUTS[name], "", made, first.number, given)
        classes = re.sub(r"[^\w-]", "-", name)
        return wrapped(made, merged({"class": classes}, given), always=True, number=first.number)

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
            return wrapped(raw_html(rows, row.number), whole_fragment(above, self.context))
        if key == "REVEAL":  # `slides` took what divides a heading's own rows
            why = "it divides no list and no block" if value.startswith("split") else "allowed: split"
            self.context.lose(f"#+REVEAL: {value} is left out; {why}", row.number)
            return []
        if key in ("TOC", "REVEAL_TOC") and value.startswith("headlines"):
            depth = re.search(r"\d+", value)
            return contents(self.context.contents, int(depth[0]) if depth else 3, self.context)
        if key == "TBLFM":
            return []
        tell_keyword(key, value, row.number, self.context)
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
        return code(rows, "text", self.rows[start], above, self._given(above), self.context)

    def _drawn(self, _: re.Match[str], above: Affiliated) -> list[Line] | None:
        """A table of table.el, as it is drawn."""
        start = self.at
        while self.at < len(self.rows) and re.match(r"[ \t]*[|+]", self.rows[self.at].text):
            self.at += 1
        return code(self.rows[start : self.at], "text", self.rows[start], above, {}, self.context)

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
        made = table(rows, self._cell)
        given = self._given(above)
        if above.get("CAPTION"):
            caption = one_line(above.get("CAPTION"), above.number("CAPTION"), self.context)
            made = [
                Line(f"{lines(caption, [rows[0]])[0].text} {{.caption}}", above.number("CAPTION")),
                Line("", rows[0].number),
                *made,
            ]
        # What computes the cells stays in the text: nothing runs it here either.
        kept = [Line(f"<!-- {row.text.strip().replace('--', '- -')} -->", row.number) for row in formulas]
        return joined([wrapped(made, _shown(given)), kept])

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
            self.context.lose(f"the LaTeX environment {name!r} is no formula and is left out", rows[0].number)
            return []
        return wrapped(formula(rows), _shown(self._given(above)))

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
        given = self._given(above) if each is None else html_attributes(above, self.context)
        each = each or [{} for _ in items]
        described = any(item.term is not None for item in items)
        made: list[Line] = []
        number = 1
        for item, one in zip(items, each, strict=True):
            number = item.counter or number
            if described:
                made += [Line("", item.number)] if made else []
                made += self._term(item, one)
            else:
                made += self._item(item, number, one)
            number += 1
        shown = _shown(given)
        return [*([Line(braces(shown), first.number)] if shown else []), *made]

    def _item(self, item: Item, number: int, given: Mapping[str, str]) -> list[Line]:
        bullet = f"{number}. " if item.ordered else "- "
        box = {None: "", "X": "[x] ", "x": "[x] ", " ": "[ ] ", "-": "[ ] "}[item.box]
        body = self._item_body(item)
        first = body[0].text if body else ""
        starts = bool(body) and not re.match(r"```|[~$|<{>]|[-+*] |\d+[.)] |:::|\\begin", first)
        if given:
            body = _with_braces(body, braces(given)) if starts else wrapped(body, given, number=item.number)
        if box and not starts:
            body = [Line("", item.number), *body]
        rows = body or [Line("", item.number)]
        indent = " " * len(bullet)
        return [
            Line(
                f"{bullet}{box if not at else ''}{line.text}".rstrip() if not at else f"{indent}{line.text}".rstrip(),
                line.number,
            )
            for at, line in enumerate(rows)
        ]

    def _item_body(self, item: Item) -> list[Line]:
        """The blocks of an item; a list right below its words stays right below them."""
        made = blocks(item.rows, self.context)
        return _tight(made)

    def _term(self, item: Item, given: Mapping[str, str]) -> list[Line]:
        if item.term is None:
            words = "\\ "
        else:
            words = (
                lines(one_line(item.term, item.number, self.context), [Line(item.term, item.number)])[0].text or "\\ "
            )
        body = self._item_body(item) or [Line("&nbsp;", item.number)]
        sign = braces(given)
        if sign:
            words = f"{words} {sign}"
            body = (
                [Line(f"[{body[0].text}]{sign}", body[0].number), *body[1:]] if len(body) == 1 else wrapped(body, given)
            )
        shown = [Line(f": {body[0].text}", body[0].number)]
        shown += [Line(f"  {line.text}".rstrip(), line.number) for line in body[1:]]
        return [Line(words, item.number), *shown]

    def _paragraph(self, above: Affiliated) -> None:
        start = self.at
        self.at += 1
        while self.at < len(self.rows) and not self._interrupts(self.rows[self.at].text):
            self.at += 1
        rows = [Line(row.text.strip(), row.number) for row in self.rows[start : self.at]]
        given = self._given(above)
        text = "\n".join(row.text for row in rows)
        at = row_at = 0
        for found in FORMULA.finditer(text):
            if not (found["tex"] or found["dollars"] or "").strip():
                continue
            self._words(text[at : found.start()], rows, row_at, {})
            row_at = text.count("\n", 0, found.start())
            tex = found["tex"] if found["tex"] is not None else found["dollars"]
            inside = [Line(one, rows[row_at + n].number) for n, one in enumerate(tex.split("\n"))]
            number = rows[row_at].number
            made = [Line("$$", number), *formula(inside), Line("$$", inside[-1].number)]
            self.parts.append(wrapped(made, _shown(given)))
            at, row_at = found.end(), text.count("\n", 0, found.end())
        self._words(text[at:], rows, row_at, given if at == 0 else {})

    def _words(self, text: str, rows: Sequence[Line], row: int, given: Mapping[str, str]) -> None:
        """A paragraph, or a picture with its caption."""
        while text.startswith("\n"):
            text, row = text[1:], row + 1
        text = text.rstrip()
        if not text:
            return
        pictures = PICTURES.fullmatch(text + "\n") is not None and _only_pictures(text, self.context)
        of_image = {} if not given else {k: v for k, v in given.items() if k not in FRAGMENT_KEYS} if pictures else {}
        of_block = {k: v for k, v in given.items() if k not in of_image}
        if pictures and "fragment" in of_block.get("class", ""):
            fragment_names = of_block.pop("class").split()
            at = fragment_names.index("fragment")
            of_image |= {"class": " ".join(fragment_names[:at])} if at else {}
            of_block["class"] = " ".join(fragment_names[at:])
        elif pictures and "class" in of_block:
            of_image["class"] = of_block.pop("class")
        if not pictures and "caption" in of_block:
            of_block.pop("caption")
        made = lines(objects(text, rows[row].number, self.context, of_image), rows[row:])
        made = [line for line in made if line.text] or []
        if made and made[-1].text.endswith("\\") and not made[-1].text.endswith("\\\\"):
            made[-1] = Line(made[-1].text[:-1], made[-1].number)
        if made:
            self.parts.append(_with_braces(made, braces(of_block)) if of_block else made)

    def _interrupts(self, text: str) -> bool:
        if not text.strip() or is_item(text) or AFFILIATED.match(text):
            return True
        found = [pattern for pattern, _ in RULES if pattern.match(text)]
        return bool(found)


FRAGMENT_KEYS: Final = frozenset({"class", "data-fragment-index", "id"})


def definition_end(rows: Sequence[Line], at: int) -> int:
    """Where a footnote ends that begins in a row: at the next one, or two empty lines."""
    at += 1
    while at < len(rows):
        empty = not rows[at].text.strip()
        if DEFINITION.match(rows[at].text) or (empty and at + 1 < len(rows) and not rows[at + 1].text.strip()):
            break
        at += 1
    return at


def formula(rows: Sequence[Line]) -> list[Line]:
    """The rows of a formula, without empty ones and labels."""
    texts = [Line(apart(LABEL.sub("", row.text)).strip(), row.number) for row in rows]
    return [row for row in texts if row.text]


def raw_html(rows: Sequence[Line], number: int) -> list[Line]:
    """HTML as one block: no empty line is in it, and it begins with what begins one."""
    from markdown_it.common.html_blocks import block_names

    kept = [Line(apart(row.text), row.number) for row in dedented(rows)]
    whole = "\n".join(row.text for row in kept)
    keeps = re.search(r"<(?:pre|textarea)\b", whole, re.IGNORECASE)
    kept = [row if row.text.strip() else Line("<!-- -->", row.number) for row in kept if row.text.strip() or keeps]
    if not kept:
        return []
    opened = re.match(r"[ \t]*</?([A-Za-z][\w-]*)", kept[0].text)
    if opened is not None and opened[1].lower() in block_names:
        return kept
    return [Line("<div>", number), *kept, Line("</div>", kept[-1].number)]


def wrapped(made: list[Line], given: Mapping[str, str], always: bool = False, number: int | None = None) -> list[Line]:
    """A block inside a `<div>` with attributes, if it is to have any."""
    if not (given or always) or not made:
        return made
    number = made[0].number if number is None else number
    shown = "".join(f' {key}="{escape(value)}"' for key, value in given.items())
    last = made[-1].number
    return [Line(f"<div{shown}>", number), Line("", number), *made, Line("", last), Line("</div>", last)]


def contained(name: str, title: str, made: list[Line], number: int, given: Mapping[str, str]) -> list[Line]:
    """A container of slidegen's around a block."""
    longest = max((len(found[0]) for line in made if (found := re.match(r":{3,}", line.text))), default=2)
    sign = ":" * (longest + 1)
    head = " ".join(filter(None, (sign, name, title, braces(given))))
    return [Line(head, number), *made, Line(sign, made[-1].number if made else number)]


def _shown(given: Mapping[str, str]) -> dict[str, str]:
    """The attributes of a block, without the caption that stands elsewhere."""
    return {key: value for key, value in given.items() if key not in ("caption", "alt", "width", "height")}


def _with_braces(made: list[Line], sign: str) -> list[Line]:
    """A block whose first paragraph ends with attributes."""
    end = next((at for at, line in enumerate(made) if not line.text.strip()), len(made)) - 1
    nested = (
        next((at for at, line in enumerate(made) if at and re.match(r"(?:[-+*]|\d+\.) ", line.text)), len(made)) - 1
    )
    end = min(end, nested)
    text = made[end].text.removesuffix("<!-- -->")
    return [*made[:end], Line(f"{text} {sign}", made[end].number), *made[end + 1 :]]


def _tight(made: list[Line]) -> list[Line]:
    """Blocks of an item, its list right below its words."""
    kept: list[Line] = []
    inside = ""
    for at, line in enumerate(made):
        sign = re.match(r"(`{3,}|:{3,})", line.text)
        if sign is not None:
            inside = "" if inside else sign[0]
        following = made[at + 1].text if at + 1 < len(made) else ""
        before = made[at - 1].text if at else ""
        if (
            not line.text
            and not inside
            and re.match(r"(?:[-+]|\d+\.)(?: |$)", following)
            and not re.match(r"(?:[-+]|\d+\.| |`|\||<|\$|\\end)", before)
        ):
            continue
        kept.append(line)
    return kept


def _only_pictures(text: str, context: Context) -> bool:
    targets = re.findall(r"\[\[([^\[\]]+)\]\]", text)
    return all(is_picture(resolved(target, context)) for target in targets)


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
Block = Callable[[_Elements, Sequence[Line], str, Affiliated, Line], list[Line]]
BLOCKS: Final[Mapping[str, Block]] = {
    "src": _Elements._source,
    "example": _Elements._example,
    "export": _Elements._export,
    "comment": _Elements._comment,
    "notes": _Elements._notes,
    "quote": _Elements._quote,
    "verse": _Elements._verse,
    "center": _Elements._center,
}
"""The blocks that org and org-re-reveal know by name; any other is a box of its class."""
