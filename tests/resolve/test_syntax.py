"""Jinja's messages about the syntax of a text, in slidegen's words."""

from __future__ import annotations

import pytest
from jinja2 import TemplateSyntaxError

from slidegen.resolve.environment import make_environment
from slidegen.resolve.syntax import RAW, syntax_message
from tests.deck_folder import DeckFolder

STATEMENTS = "call, filter, for, if, macro, raw, set, with"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{{ no braces }}", f"'braces' cannot stand here; allowed: an operator or }}}} ({RAW})"),
        ("{% set x = 1 2 %}", f"'integer' cannot stand here; allowed: an operator or %}} ({RAW})"),
        ("{{ a = 1 }}", "'=' cannot stand here; compare with ==, and give a name with {% set %}"),
        ("{{ a", "}} is missing at the end"),
        ("{% if a", "%} is missing at the end"),
        ("{{ }}", "an expression is missing before }}"),
        ("{% if %}a{% endif %}", "an expression is missing before %}"),
        ("{{ a + }}", "the expression ends too early: something is missing at its end"),
        ("{{ a }", "'}' cannot stand here; an expression ends with }}, and a statement with %}"),
        ("{{ x %}", "'}' cannot stand here; an expression ends with }}, and a statement with %}"),
        ("{{ a ) }}", "')' cannot stand here"),
        ("{{ {{ a }} }}", f"braces inside {{{{ }}}} are for a mapping such as {{1: 2}} ({RAW})"),
        ("{{ f(a }}", "')' is missing before '}'"),
        ("{{ f(a b) }}", "',' is missing before 'b'"),
        ("{{ a | }}", "a name is missing before '}}'"),
        ("{{ a. }}", "a name is missing after a dot"),
        ("{{ f(a=1, 2) }}", "a parameter without a name stands after one with a name"),
        ("{{ 'a }}", "a text in quotes is not closed; write ' at its end"),
        ('{{ "a }}', 'a text in quotes is not closed; write " at its end'),
        ("{{ ’a’ }}", "the quote ’ is for prose; write ' in an expression"),
        ("{{ “a” }}", 'the quote “ is for prose; write " in an expression'),
        ("{{ $x }}", f"the character $ has no meaning in an expression; put text in quotes ({RAW})"),
        ("{{ a\\b }}", f"the character \\ has no meaning in an expression; put text in quotes ({RAW})"),
        ("{% if a %}x", "{% if %} is not closed; write {% endif %}"),
        (
            "{% for x in y %}{% endif %}",
            "{% endif %} is inside a {% for %} that is not closed; write {% endfor %} before it",
        ),
        ("{% endfor %}", "{% endfor %} has no {% for %} before it"),
        ("{% else %}", "{% else %} has no {% if %} before it"),
        ("{% fro x in y %}", f"unknown statement {{% fro %}}; did you mean 'for'? available: {STATEMENTS}"),
        ("{% for x %}", "'in' is missing before '%}'"),
        ("{% %}", f"a statement is missing after {{%; available: {STATEMENTS}"),
        ("{% raw %}x", "{% raw %} is not closed; write {% endraw %}"),
        ("{## x", "{## is not closed; write ##}"),
        ("{% set true = 1 %}", "can't assign to 'const'"),
    ],
)
def test_syntax(text: str, message: str) -> None:
    """Each says what is missing or too much, and how it is written."""
    environment = make_environment()
    with environment.meter.text(), pytest.raises(TemplateSyntaxError) as caught:
        environment.from_string(text)
    assert syntax_message(caught.value) == message


def test_a_mistake_of_syntax_has_its_line(folder: DeckFolder) -> None:
    """The others of the deck are told beside it."""
    deck = "vars: {x: 1}\nslides:\n- |\n  # A\n\n  {{ no braces }}\n- '{{ x is fine }}'\n"
    assert folder.problems(deck) == [
        f"talk.yml:6: 'braces' cannot stand here; allowed: an operator or }}}} ({RAW})",
        f"talk.yml:7: unknown test 'fine'; {folder.problems(deck)[1].partition('; ')[2]}",
    ]
