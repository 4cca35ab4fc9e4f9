"""Org files that are made to be slow, or to end nowhere: they are read in a time that grows with their length."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from tests.sources.org.translating import content, losses, translated

HEAD = "#+OPTIONS: toc:nil num:nil\n* A\n"
SECONDS = 8.0
"""What each takes at most here, where machines are shared; a square would take minutes."""
MANY = 30_000

SIGNS = ("*a ", "*/_+", "[[", "[[a][", "[fn::", "a_{", "$a ", "\\(", "\\[", "{{{", "{{{a(", "@@html:", "<<")
ROWS = ("#+begin_src a", ":a:", "\\begin{equation}", "- a", "* A", "| a |", "#+ATTR_HTML: :a b", "#+RESULTS:")


def again(text: str, before: str = "", share: int = 1) -> Callable[[int], str]:
    """The same text over and over."""
    return lambda count: before + text * (count // share)


HOSTILE: dict[str, Callable[[int], str]] = {
    **{f"{sign!r} over and over": again(sign, "x ") for sign in SIGNS},
    **{f"lines of {row!r}": again(f"{row}\n", share=10) for row in ROWS},
    "addresses": lambda n: "x " + "http://a(" * n,
    "a line of 2 MB": lambda n: "word " * (n * 13),
    "spaces in a heading": lambda n: "* a" + " " * n + "b",
    "environments of many names": lambda n: "".join(f"\\begin{{a{i}}}\nx\n\n" for i in range(n // 20)),
    "options": lambda n: "#+OPTIONS: " + "(" * n,
    "deep lists": lambda n: "\n".join(" " * i + "- a" for i in range(n // 50)),
    "deep headings": lambda n: "\n".join("*" * i + " A" for i in range(1, n // 50)),
    "deep quotes": lambda n: "#+begin_quote\n" * (n // 100) + "#+end_quote\n" * (n // 100),
    "emphasis in emphasis": lambda n: "x " + "*/" * (n // 10) + "a" + "/*" * (n // 10),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_the_time_grows_with_the_length(name: str) -> None:
    """No sign is looked for twice in vain, and nothing nests without end."""
    start = time.perf_counter()
    translated(HEAD + HOSTILE[name](MANY))
    assert time.perf_counter() - start < SECONDS


def test_macros_that_call_one_another_end() -> None:
    """They are left out, and told."""
    deck = translated(f"#+MACRO: a x {{{{{{b}}}}}}\n#+MACRO: b {{{{{{a}}}}}}\n{HEAD}y {{{{{{a}}}}}} z")
    assert losses(deck) == ["5: a macro calls itself without end, or makes too long a text; it is left out"]
    assert "{{{" not in content(deck.stacks[0][0])
    grown = "#+MACRO: a " + "{{{b}}}" * 50 + "\n#+MACRO: b " + "{{{c}}}" * 50 + "\n#+MACRO: c " + "x" * 500 + "\n"
    assert len(losses(translated(f"{grown}{HEAD}{{{{{{a}}}}}}"))) == 1


@pytest.mark.parametrize("size", [1, 2, 3])
def test_nothing_is_a_deck_too(size: int) -> None:
    """An empty file, or one of empty lines, is one empty slide."""
    (stack,) = translated("\n" * size).stacks
    assert content(stack[0]).strip() == ""
