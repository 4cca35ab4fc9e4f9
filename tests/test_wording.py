"""The wording of messages: one style in the whole program. CONTRIBUTING.md, "Messages", describes it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

SOURCES = Path(__file__).parents[1] / "src" / "slidegen"
RAISED = {"Problem", "Mistake", "NoSingleRow", "UsageError", "BadParameter", "ValueError", "FigureError", "FileError"}
"""The calls whose first text is a message, or a part of one."""
FORM = {
    r"\n": "a message is one line",
    r"\.$": "a message ends without a full stop",
    r"!$": "a message does not shout",
    r"^(?:Please|Error|Invalid|Sorry|Oops)\b": "a message names the thing first",
    r"^(?!(?:Python|Jinja|Marp|Playwright|Chromium|Unicode|Markdown|Missing argument) ?)[A-Z][a-z]+ ": (
        "a message begins with a small letter: path and line stand before it"
    ),
}
"""What a message must not look like."""
WORDS = {
    r"(?<!there )\b(?:is|are|be|was|were|knows?|names?) no\b(?! longer| more)": "write 'is not a ...'",
    r"\bplays? no part\b": "write 'has no effect on'",
    r"\b(?:is|are) (?:none\b(?!,| of)|nothing\b)": "say what it is",
    r", too\b": "write 'as well' or 'also'",
    r"\b(?:told\b(?! apart)|anew|nought|thereof|amiss|beyond|whatever comes)\b": "use the field's words",
    r"\b(?:is|are|was) asked for\b": "name who wants what",
    r"\b(?:which|that|it|there) (?:has|have) not\b": "write 'does not have'",
    r"\b(?:allowed|possible|available) (?:is|are)\b": "a list of allowed values begins with 'allowed:' or 'available:'",
}
"""What no text of the program says, and what to write instead."""


def text_of(node: ast.expr) -> str | None:
    """The text of a literal, with {} for what is filled in; None for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return None


@cache
def trees() -> tuple[tuple[str, ast.Module], ...]:
    """Each module of the program with its name."""
    paths = sorted(SOURCES.rglob("*.py"))
    return tuple((str(path.relative_to(SOURCES)), ast.parse(path.read_text(encoding="utf-8"))) for path in paths)


@cache
def messages() -> tuple[tuple[str, str], ...]:
    """Each message that is written where it is raised, with its place."""
    return tuple(_messages())


@cache
def texts() -> tuple[tuple[str, str], ...]:
    """Each text of the program that is words, docstrings left out, with its place."""
    return tuple(_texts())


def _messages() -> Iterator[tuple[str, str]]:
    for name, tree in trees():
        variables: dict[str, list[ast.expr]] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                variables.setdefault(node.targets[0].id, []).append(node.value)
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called not in RAISED:
                continue
            first = node.args[0]
            for given in variables.get(first.id, []) if isinstance(first, ast.Name) else [first]:
                text = text_of(given)
                if text is not None:
                    yield f"{name}:{given.lineno}", text


def _texts() -> Iterator[tuple[str, str]]:
    for name, tree in trees():
        documentation = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
        other = documentation | inside
        for node in ast.walk(tree):
            if isinstance(node, ast.expr) and id(node) not in other:
                text = text_of(node)
                if text is not None and text.count(" ") > 1:
                    yield f"{name}:{node.lineno}", text


def test_texts_are_found() -> None:
    """Hundreds of them, so that the other tests say something."""
    assert len(messages()) > 150
    assert len(texts()) > 600


@pytest.mark.parametrize(("pattern", "instead"), FORM.items())
def test_messages_have_one_form(pattern: str, instead: str) -> None:
    """What is wrong; what is allowed."""
    wrong = [f"{place}: {text}" for place, text in messages() if re.search(pattern, text)]
    assert not wrong, f"{instead}:\n" + "\n".join(wrong)


@pytest.mark.parametrize(("pattern", "instead"), WORDS.items())
def test_texts_use_plain_words(pattern: str, instead: str) -> None:
    """Messages, help and what stands on slides."""
    wrong = [f"{place}: {text}" for place, text in texts() if re.search(pattern, text)]
    assert not wrong, f"{instead}:\n" + "\n".join(wrong)
