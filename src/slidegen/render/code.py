"""Code blocks: highlighted by Pygments, with line numbers, a title, and lines highlighted step by step."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.attrs.parse import ParseError
from pygments import highlight
from pygments.formatters.html import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from slidegen.codes import Code
from slidegen.errors import nearest
from slidegen.limits import MAX_INFO, MAX_STEPS
from slidegen.render.attributes import parse_attributes
from slidegen.render.context import Env, SlideContext, slide_context
from slidegen.render.magic_move import STATES, states_html
from slidegen.render.qr import QR, QrProblem, of_attributes, qr_html

WORD = re.compile(
    r"""\{(?P<braces>[^}]*)\}|\[(?P<brackets>[^\]]*)\]|(?P<key>[\w+#.-]+)(?:=(?:"(?P<quoted>[^"]*)"|(?P<bare>\S+)))?"""
)
LINES = re.compile(r"(?:[\d\s,|*-]|all)*")
ATTRIBUTES = re.compile(r"\s*([.#]|[\w-]+=)")
BRACKETS = re.compile(r"\s*(?:(?P<first>\d{1,6})\s*:)?(?P<lines>[\d\s,|-]*)")
"""reveal.js' own syntax, which always shows line numbers: ``[1-2|3]``, or ``[10: 1-2|3]`` to start at 10."""
FORMATTER: HtmlFormatter[str] = HtmlFormatter(nowrap=True)
PLAIN = frozenset({"", "text", "txt", "plain", "plaintext", "none"})


class CodeProblem(Exception):
    """A mistake in a fence's info line."""

    def __init__(self, message: str, *, code: Code) -> None:
        self.code: Final = code
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class CodeOptions:
    """The options in a fence's info line. `steps` are sets of line numbers (from 1); an empty set is every line."""

    language: str
    steps: tuple[frozenset[int], ...]
    first_number: int | None
    title: str | None
    attributes: dict[str, str]


def code(md: MarkdownIt) -> None:
    """Registers the rules that render fences and indented code."""
    md.add_render_rule("fence", _fence)
    md.add_render_rule("code_block", _indented)


def parse_info(info: str, lines: int, strict: bool = True) -> CodeOptions:
    """Reads the info line of a fence around `lines` lines of code. Unless `strict`, unknown words are ignored.

    Raises:
        CodeProblem: a word is unknown, or the block does not have a line that the info line names.
    """
    if len(info) > MAX_INFO:
        raise CodeProblem(f"the line after the fence has {len(info):,} characters; at most {MAX_INFO:,}", code="limit")
    language = ""
    steps: tuple[frozenset[int], ...] = ()
    first: int | None = None
    title: str | None = None
    attributes: dict[str, str] = {}
    for position, match in enumerate(WORD.finditer(info)):
        key, value = match["key"], match["quoted"] if match["quoted"] is not None else match["bare"]
        if match["braces"] is not None:
            if ATTRIBUTES.match(match["braces"]):
                attributes = _attributes(match["braces"], strict)
            elif strict or LINES.fullmatch(match["braces"]):
                steps = tuple(_lines(part, lines) for part in match["braces"].split("|"))
        elif match["brackets"] is not None and (found := BRACKETS.fullmatch(match["brackets"])):
            first = int(found["first"] or 1)
            if found["lines"].strip():
                steps = tuple(_lines(part, lines, clip=True) for part in found["lines"].split("|"))
        elif key == "numbers":
            if strict and value is not None and not re.fullmatch("[0-9]{1,6}", value):
                raise CodeProblem(
                    f"numbers={value} is not a line number; write numbers or numbers=10", code="code-block"
                )
            first = int(value) if value and re.fullmatch("[0-9]{1,6}", value) else 1
        elif key == "title" and value is not None:
            title = value
        elif key == "jinja":
            continue
        elif position == 0 and key is not None and (value is None or not strict):
            language = key
        elif strict:
            raise CodeProblem(
                f"unknown word {match[0]!r} after the language; allowed: {{1|3-5}}, numbers, title, jinja",
                code="code-block",
            )
    if len(steps) > MAX_STEPS:
        raise CodeProblem(f"{len(steps)} steps are too many; at most {MAX_STEPS}", code="limit")
    return CodeOptions(language, steps, first, title, attributes)


def _attributes(text: str, strict: bool) -> dict[str, str]:
    try:
        return parse_attributes("{" + text + "}")
    except ParseError:
        if not strict:
            return {}
        raise CodeProblem(f"attributes {{{text}}} cannot be read", code="code-block") from None


def line_steps(text: str, last: int) -> tuple[frozenset[int], ...]:
    """Reads steps such as ``1|3-5`` for a block of `last` lines. Returns no steps if they cannot be read.

    Ignores lines that the block does not have, as reveal.js does.
    """
    try:
        steps = tuple(_lines(part, last, clip=True) for part in text.split("|"))
    except CodeProblem:
        return ()
    return steps if len(steps) <= MAX_STEPS else ()


def is_own_info(info: str) -> bool:
    """Whether an info line has options of slidegen's after the language. Marp ignores what other tools write there."""
    if len(info) > MAX_INFO:
        return True
    for match in WORD.finditer(info):
        if match["braces"] is not None:
            own = bool(LINES.fullmatch(match["braces"]) or ATTRIBUTES.match(match["braces"]))
        elif match["brackets"] is not None:
            own = BRACKETS.fullmatch(match["brackets"]) is not None
        else:
            own = match["key"] in ("numbers", "jinja") or (match["key"] == "title" and "=" in match[0])
        if own and match.start():
            return True
    return False


def _lines(part: str, last: int, clip: bool = False) -> frozenset[int]:
    """The lines of one step. `clip` drops those after the last line of the block."""
    chosen: set[int] = set()
    if part.strip() in ("", "all", "*"):
        return frozenset()
    for piece in part.split(","):
        match = re.fullmatch(r"\s*(\d+)(?:\s*-\s*(\d+))?\s*", piece)
        if match is None:
            raise CodeProblem(f"lines {piece.strip()!r} cannot be read; write them as 1|3-5|7,9", code="code-block")
        start, end = int(match[1]), int(match[2] or match[1])
        if clip:
            end = min(end, last)
            if start > end:
                continue
        if not 1 <= start <= end <= last:
            raise CodeProblem(f"lines {piece.strip()} are highlighted, but the block has {last}", code="code-block")
        chosen.update(range(start, end + 1))
    return frozenset(chosen)


@cache
def _lexer(language: str) -> Lexer | None:
    if language.lower() in PLAIN:
        return None
    try:
        return get_lexer_by_name(language.lower(), stripnl=False)
    except ClassNotFound:
        from pygments.lexers import get_all_lexers

        aliases = [alias for lexer in get_all_lexers() for alias in lexer[1]]
        raise CodeProblem(
            f"unknown language {language!r}; {nearest(language, aliases)}", code="unknown-language"
        ) from None


@cache
def has_lexer(language: str) -> bool:
    """Whether Pygments has a lexer for a language, or it is that of QR codes."""
    if language == QR:
        return True
    try:
        _lexer(language)
    except CodeProblem:
        return False
    return True


def highlighted_lines(text: str, language: str) -> list[str]:
    """The HTML of each line of `text`; each line closes its tags."""
    lexer = _lexer(language)
    html = escape(text, quote=False) if lexer is None else highlight(text, lexer, FORMATTER)
    return html.removesuffix("\n").split("\n")


def _fence(_: Any, tokens: Sequence[Token], index: int, _options: Any, env: Env) -> str:
    token = tokens[index]
    context = slide_context(env)
    if STATES in token.meta:
        return states_html(token, lambda state: _fence_html(state, context))
    return _fence_html(token, context)


def _fence_html(token: Token, context: SlideContext) -> str:
    text = context.plain(token.content).removesuffix("\n")
    try:
        given = token.meta.get("code")
        options = given or parse_info(context.plain(token.info).strip(), text.count("\n") + 1, context.strict)
        if options.language == QR:
            return _qr(text, {**options.attributes, **token.attrs}, token, context)
        lines = highlighted_lines(text, options.language if context.strict or has_lexer(options.language) else "")
    except CodeProblem as problem:
        if context.strict:
            context.problem(f"code: {problem}", token, code=problem.code)
            return ""
        context.warn_at(f"code: {problem}; it is shown plainly", token.map[0] if token.map else 0, code=problem.code)
        options, lines = CodeOptions("", (), None, None, {}), highlighted_lines(text, "")
    context.findings.steps = max(context.findings.steps, len(options.steps))
    for key, value in token.attrs.items():
        options.attributes[key] = f"{options.attributes.get(key, '')} {value}".strip()
    return _block(lines, options)


def _qr(text: str, attributes: Mapping[str, object], token: Token, context: SlideContext) -> str:
    """A block of the language ``qr`` as a QR code."""
    try:
        code = of_attributes(text, attributes)
    except QrProblem as problem:
        context.problem(f"code: {problem}", token, code="wrong-value")
        return ""
    classes = f' class="{escape(str(attributes["class"]))}"' if attributes.get("class") else ""
    return f"<p{classes}>{qr_html(code)}</p>\n"


def _indented(_: Any, tokens: Sequence[Token], index: int, _options: Any, env: Env) -> str:
    text = slide_context(env).plain(tokens[index].content).removesuffix("\n")
    return _block(highlighted_lines(text, ""), CodeOptions("", (), None, None, {}))


def _block(lines: list[str], options: CodeOptions) -> str:
    """The block as HTML. The classes begin with ``sg-`` because they must differ from those of Pygments (``s1``, a
    string) and of Marp's themes (``line``), which style the same elements."""
    classes = ["sg-code-block"]
    if any(options.steps):
        classes.append("sg-stepped")
    if options.first_number is not None:
        classes.append("sg-numbered")
    attributes = dict(options.attributes)
    classes.append(attributes.pop("class", ""))
    more = "".join(f' {escape(key)}="{escape(value)}"' for key, value in attributes.items())
    steps = "".join(
        f'<span class="fragment sg-code-step" data-step="{n}"></span>' for n in range(2, len(options.steps) + 1)
    )
    title = "" if options.title is None else f'<div class="sg-code-title">{escape(options.title)}</div>'
    language = f' data-language="{escape(options.language)}"' if options.language else ""
    rows = "".join(_line(number, html, options) for number, html in enumerate(lines, start=1))
    return (
        f'<div class="{" ".join(filter(None, classes))}"{more}>{steps}{title}'
        f'<pre{language} tabindex="-1"><code>{rows}</code></pre></div>\n'
    )


def _line(number: int, html: str, options: CodeOptions) -> str:
    lit = [f" sg-step-{step}" for step, lines in enumerate(options.steps, start=1) if not lines or number in lines]
    shown = "" if options.first_number is None else f' data-n="{number + options.first_number - 1}"'
    return f'<span class="sg-line{"".join(lit)}"{shown}>{html}\n</span>'
