"""What blocks of code have in common, as the page is told."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape

from slidegen.outputs.code_matches import with_keys
from slidegen.render.code import highlighted_lines


def block(code: str, language: str = "") -> str:
    """A block as slidegen renders it."""
    lines = "".join(f'<span class="sg-line">{line}\n</span>' for line in highlighted_lines(code, language))
    return f'<div class="sg-code-block"><pre><code>{lines}</code></pre></div>'


def keys(*states: str) -> list[list[int]]:
    """The keys of the lines of each state."""
    blocks = with_keys([block(state) for state in states])
    return [[int(key) for key in re.findall(r'data-m="(\d+)"', html)] for html in blocks]


def words(html: str) -> list[tuple[str, int]]:
    """The words of a block that have keys."""
    return [(text, int(key)) for key, text in re.findall(r'data-p="(\d+)">([^<]*)<', html)]


def test_lines_that_stay_keep_their_keys() -> None:
    """Also if others come between them or go."""
    assert keys("a\nb\nc", "a\nx y z\nc\nnew line") == [[1, 2, 3], [1, 4, 3, 5]]


def test_lines_that_move_keep_their_keys() -> None:
    """And those that are indented otherwise; a lone bracket is not the same one elsewhere."""
    one, other = keys("first(1)\nsecond(2)\nthird(3)\n}", "}\nif x:\n    third(3)\nfirst(1)\nsecond(2)")
    assert other[2:] == [one[2], one[0], one[1]]
    assert set(other[:2]).isdisjoint(one)


def test_an_edited_line_is_the_same_one() -> None:
    """Its words that stay have the same keys; new ones have keys that none had before, in all states."""
    states = ["x = load('a', 1)", "x = load('a', bits=4)", "x = load('b', bits=4)"]
    blocks = with_keys([block(state, "python") for state in states])
    assert [re.findall(r'data-m="(\d+)"', html) for html in blocks] == [["1"], ["1"], ["1"]]
    first, second, third = map(words, blocks)
    assert "".join(text for text, _ in second) == "x=load('a',bits=4)"
    assert second[:4] == first[:4]
    old = {key for _, key in first}
    assert {key for text, key in second if text in ("bits", "4")}.isdisjoint(old)
    gone = {key for text, key in first if text == "1"}
    assert gone.isdisjoint(key for _, key in [*second, *third])


def test_unrelated_lines_have_nothing_in_common() -> None:
    """They go and come."""
    assert keys("import torch", "print('done')") == [[1], [2]]


def test_what_is_shown_stays_as_it_is() -> None:
    """Without the keys, the text of each block is the text of its code."""
    states: Sequence[str] = ["if a:\n\tb('x y')  # <b> & c", "if a:\n\t\tb('x z')  # <b> & d\n", ""]
    for state, html in zip(states, with_keys([block(state, "python") for state in states]), strict=True):
        assert unescape(re.sub(r"<[^<>]*>", "", html)).rstrip("\n") == state.rstrip("\n")


def test_long_blocks_are_compared_in_bounded_time() -> None:
    """Three hundred lines that all differ a little and stand in another order still get keys."""
    lines = [f"value_{number} = compute({number}, rank={number % 7})" for number in range(300)]
    one, other = keys("\n".join(lines), "\n".join(line.replace("compute", "measure") for line in reversed(lines)))
    assert len(one) == len(other) == len(set(other)) == 300


def test_words_of_very_long_lines_are_not_compared() -> None:
    """The time grows with the square of their number; the lines go and come."""
    assert keys("a " * 3000, "a " * 2999 + "b") == [[1], [2]]
