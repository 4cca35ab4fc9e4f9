"""Magic moves: a fence with several blocks of code, which are shown one after another in the same place.

Slidev's spelling: a fence ``md magic-move`` around the blocks. What the blocks have in common moves (see
`slidegen.outputs.motion`); which one is shown depends on the fragments alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise, zip_longest
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.attrs.parse import ParseError

from slidegen.limits import MAX_INFO, MAX_STEPS
from slidegen.render.attributes import parse_attributes
from slidegen.render.context import SlideContext, slide_context
from slidegen.render.layouts.fitting import code_width
from slidegen.scan import block_tokens, is_magic_move

STATES: Final = "states"
"""The key in the meta of a fence's token that has the tokens of its states."""
STEP: Final = '<span class="fragment sg-state-step"></span>'
"""The fragment with which the state after it is shown."""
WORD: Final = re.compile(r"""\{(?P<braces>[^}]*)\}|(?P<key>[\w.+-]+)(?:=(?:"[^"]*"|\S+))?""")
ATTRIBUTES: Final = re.compile(r"\s*([.#]|[\w-]+=)")
SETTING: Final = re.compile(r"\s*(?P<key>[\w-]+)\s*:\s*(?P<value>[^,]*?)\s*(?:,|$)")
"""A setting in Slidev's braces: ``{lines: true, duration: 500}``."""
DURATION: Final = re.compile(r"[0-9]{1,5}")
NUMBERED: Final = re.compile(r"(?<![\w.#=-])numbers(?![\w-])|\.numberLines\b|-line-numbers=")
ALLOWED: Final = "allowed: numbers, title, jinja, {.class #id}, {lines: true, duration: 500}"
OWN: Final = frozenset({"magic-move", "jinja", "md", "markdown"})


@dataclass(slots=True)
class _Options:
    """What the info line says. `shared` are words for the info lines of all states, `attributes` those of the group,
    `mistakes` what cannot be read."""

    shared: list[str] = field(default_factory=list)
    attributes: dict[str, str] = field(default_factory=dict)
    mistakes: list[str] = field(default_factory=list)


def magic_moves(md: MarkdownIt) -> None:
    """Registers the rule that reads the states of each magic move, before any rule that looks at code."""
    md.core.ruler.after("block", "magic_moves", _read)


def states_html(token: Token, render: Callable[[Token], str]) -> str:
    """The states of a magic move, each rendered by `render`, with a fragment before every one but the first."""
    states: list[Token] = token.meta[STATES]
    given = {**token.meta["attributes"], **{key: str(value) for key, value in token.attrs.items()}}
    classes = ("sg-magic", token.meta["attributes"].get("class"), token.attrs.get("class"))
    attributes = given | {"class": " ".join(str(name) for name in classes if name)}
    written = "".join(f' {escape(key)}="{escape(value)}"' for key, value in attributes.items())
    return f"<div{written}>\n{STEP.join(map(render, states))}</div>\n" if states else ""


def _read(state: StateCore) -> None:
    for token in state.tokens:
        if token.type == "fence" and is_magic_move(token.info):
            _read_states(token, slide_context(state.env))


def _read_states(token: Token, context: SlideContext) -> None:
    """Gives a token its states. Its code becomes as wide and as high as all of them, for what measures it."""
    if len(token.info) > MAX_INFO:
        message = f"magic-move: the line after the fence has {len(token.info):,} characters; at most {MAX_INFO:,}"
        context.problem(message, token, code="limit")
        token.info = "text"
        return
    options = _options(token.info)
    for mistake in options.mistakes:
        if context.strict:
            context.problem(f"magic-move: {mistake}; {ALLOWED}", token, code="code-block")
        else:
            row = token.map[0] if token.map else 0
            context.warn_at(f"magic-move: {mistake}; {ALLOWED}", row, code="not-applied")
    states = list(_states(token, options, context))
    token.meta = {STATES: states, "attributes": options.attributes}
    if not states:
        message = "magic-move: there is no block of code in it; write two or more, in a fence of more backticks"
        context.problem(message, token, code="code-block")
        return
    _check(states, token, context)
    rows = zip_longest(*(one.content.removesuffix("\n").split("\n") for one in states), fillvalue="")
    token.content = "\n".join(max(row, key=code_width) for row in rows) + "\n"
    token.info = states[0].info


def _states(token: Token, options: _Options, context: SlideContext) -> Iterator[Token]:
    """Yields the blocks of code inside a fence. What else stands there is not shown."""
    first = token.map[0] + 1 if token.map else 1
    for one in block_tokens(token.content, math=False):
        row = first + (one.map[0] if one.map else 0)
        if one.type == "fence" and not is_magic_move(one.info):
            one.map = [row, row + one.content.count("\n") + 2]
            shared = [word for word in options.shared if word != "numbers" or not NUMBERED.search(one.info)]
            one.info = " ".join((one.info, *shared))
            yield one
        elif one.level == 0 and one.nesting >= 0:
            message = "magic-move: what stands beside its blocks of code is not shown"
            context.warn_at(message, row, code="not-applied")


def _options(info: str) -> _Options:
    options = _Options()
    for match in WORD.finditer(info):
        if match["braces"] is not None and ATTRIBUTES.match(match["braces"]):
            try:
                options.attributes |= parse_attributes(match[0])
            except ParseError:
                options.mistakes.append(f"attributes {match[0]} cannot be read")
        elif match["braces"] is not None:
            _add_settings(match["braces"], options)
        elif match["key"] in ("numbers", "title"):
            options.shared.append(match[0])
        elif match["key"] not in OWN:
            options.mistakes.append(f"unknown word {match[0]!r}")
    return options


def _add_settings(text: str, options: _Options) -> None:
    """Adds Slidev's settings in braces to the options."""
    for match in SETTING.finditer(text):
        key, value = match["key"], match["value"]
        if key == "lines" and value in ("true", "false"):
            options.shared += ["numbers"] if value == "true" else []
        elif key == "duration" and DURATION.fullmatch(value):
            options.attributes["data-duration"] = value
        else:
            options.mistakes.append(f"{match[0].strip(' ,')!r} has no effect")


def _check(states: Sequence[Token], token: Token, context: SlideContext) -> None:
    """Warns of states between which nothing moves, and of languages that differ."""
    row = token.map[0] if token.map else 0
    if len(states) == 1:
        context.warn_at("magic-move: a single block of code; nothing moves", row, code="not-applied")
    if len(states) > MAX_STEPS:
        context.problem(f"magic-move: {len(states)} blocks are too many; at most {MAX_STEPS}", token, code="limit")
    languages = list(dict.fromkeys(_language(state) or "none" for state in states))
    if len(languages) > 1:
        message = f"magic-move: its blocks are in several languages: {', '.join(languages)}"
        context.warn_at(message, row, code="code-block")
    for number, (one, other) in enumerate(pairwise(states), start=2):
        if (one.content, one.info) == (other.content, other.info):
            message = f"magic-move: block {number} is the same as the one before it; the step to it changes nothing"
            context.warn_at(message, other.map[0] if other.map else row, code="not-applied")


def _language(state: Token) -> str:
    """The language of a block; in pandoc's dialect it stands in braces."""
    found = re.match(r"[\s{.]*([\w+#-]*)", state.info)
    return found[1].lower() if found else ""
