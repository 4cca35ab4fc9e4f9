"""Code is not expanded, unless its fence asks for it."""

from __future__ import annotations

import pytest

from slidegen.model import Text
from slidegen.resolve.code import SetAside, set_aside
from tests.deck_folder import DeckFolder


@pytest.mark.parametrize(
    "code",
    [
        "`{{ x }}`",
        "``{{ `x` }}``",
        "```\n{{ x }}\n```",
        "~~~ python\n{% for %}\n~~~",
        "```\n{{ not closed",
        "- a\n\n  ```\n  {{ x }}\n  ```",
        "> ```\n> {{ x }}\n> ```",
        "a\n\n    {{ indented }}",
        "a `{{ over\nlines }}` b",
    ],
)
def test_code_is_left_alone(folder: DeckFolder, code: str) -> None:
    """Braces and all: the expressions in it are mistakes, and none is told."""
    html = folder.slide(f"{code}\n\n{{{{ 1 + 1 }}}}" if "not closed" not in code else f"{{{{ 1 + 1 }}}}\n\n{code}").body
    assert "2" in html
    assert "{" in html


@pytest.mark.parametrize("text", ["\\`{{ 1 + 1 }}\\`", "`{{ 1 + 1 }}", "` a\n\n {{ 1 + 1 }} `", "``{{ 1 + 1 }}`"])
def test_what_is_no_code_is_expanded(folder: DeckFolder, text: str) -> None:
    """Escaped backticks, and those that no other closes in the same paragraph."""
    assert "2" in folder.slide(text).body


def test_a_fence_may_ask_for_values(folder: DeckFolder) -> None:
    """With the word `jinja`; the values stand in it as plain text."""
    html = folder.slide("```text jinja\n{{ memory('Qwen/Qwen2-1.5B').total | gib }} < {{ 1 + 1 }}\n```").body
    assert "11.50\u00a0GiB &lt; 2" in html
    assert 'class="value"' not in html


@pytest.mark.parametrize("separator", ["\\f", "\\L", "\\P", "\\N", "\\v", "\\x1c"])
def test_only_a_newline_ends_a_line(folder: DeckFolder, separator: str) -> None:
    """Not what Python's `splitlines` takes for one: the fence would be looked for on a wrong line."""
    page = folder.build(f'slides: ["a{separator * 5}b {{{{ 1 }}}}\\n\\n~~~\\n{{{{ x }}}}\\n~~~\\n{{{{ 2 }}}}"]')
    assert "{{ x }}" in page.body
    assert page.body.endswith("<p>2</p>")


def test_what_is_put_aside_keeps_the_lines() -> None:
    """So that a mistake after it has its line."""
    pieces: list[SetAside] = []
    text = "a `x\ny`\n\n```\n{{ 1 }}\n\n2\n```\nz"
    source = Text(text, "talk.md", 10)
    protected = set_aside(source, pieces)
    assert pieces == [SetAside("`x\ny`", source, 0), SetAside("```\n{{ 1 }}\n\n2\n```", source, 3)]
    assert protected.count("\n") == text.count("\n")
    assert protected.endswith("\nz")


@pytest.mark.parametrize(
    ("formula", "tex"),
    [
        (r"\frac{{a}}{b}", r"\frac{{a}}{b}"),
        ("x_{{i}}", "x_{{i}}"),
        ("x_{{n}}", "x_7"),
        ("x_{{ n }}", "x_7"),
        ("x_{{{ n }}}", "x_{7}"),
        ("{{n + 1}}", "8"),
    ],
)
def test_formulas_keep_the_braces_of_tex(folder: DeckFolder, formula: str, tex: str) -> None:
    """An expression in a formula has a space, or begins with a name that the deck knows."""
    html = folder.slide(f"${formula}$", "vars: {n: 7}\n").body
    assert f'<annotation encoding="application/x-tex">{tex}</annotation>' in html
