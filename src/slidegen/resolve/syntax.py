"""Jinja's messages about the syntax of a text, in the words of somebody who writes slides."""

from __future__ import annotations

import re
from typing import Final

from jinja2 import TemplateSyntaxError

from slidegen.errors import nearest

RAW: Final = "braces that are to be shown stand between {% raw %} and {% endraw %}"
STATEMENTS: Final = ("call", "filter", "for", "if", "macro", "raw", "set", "with")
SIGNS: Final = {
    "end of print statement": "}}",
    "begin of print statement": "{{",
    "end of statement block": "%}",
    "begin of statement block": "{%",
}
"""What a deck writes for what Jinja calls so."""
TYPED: Final = {"‘": "'", "’": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"'}
"""The quotes that a word processor makes of straight ones."""
MESSAGES: Final = (
    (r"expected token '[}%]}', got '='", "'=' cannot stand here; compare with ==, and give a name with {% set %}"),
    (r"expected token '([}%]})', got '(.+)'", rf"'\2' cannot stand here; allowed: an operator or \1 ({RAW})"),
    (r"expected token 'name', got '(.+)'", r"a name is missing before '\1'"),
    (r"expected token ':', got '}'", f"braces inside {{{{ }}}} are for a mapping such as {{1: 2}} ({RAW})"),
    (r"expected token '(.+)', got '(.+)'", r"'\1' is missing before '\2'"),
    (r"unexpected end of template, expected '(.+)'", r"\1 is missing at the end"),
    (r"Expected an expression, got '(.+)'", r"an expression is missing before \1"),
    (r"chunk after expression", "something follows the expression; compare with ==, and join by and, or"),
    (r"unexpected 'end of template'", "the expression ends too early: something is missing at its end"),
    (r"unexpected '[}%]}'", "the expression ends too early: something is missing at its end"),
    (r"unexpected '(.+)', expected '(.+)'", r"'\2' is missing before '\1'"),
    (r"unexpected '}'", "'}' cannot stand here; an expression ends with }}, and a statement with %}"),
    (r"unexpected '(.+)'", r"'\1' cannot stand here"),
    (r"Unexpected end of template\. .* closed is '(\w+)'", r"{% \1 %} is not closed; write {% end\1 %}"),
    (
        r"Encountered unknown tag '(\w+)'.* closed is '(\w+)'",
        r"{% \1 %} is inside a {% \2 %} that is not closed; write {% end\2 %} before it",
    ),
    (r"Encountered unknown tag '(else|elif|endif)'", r"{% \1 %} has no {% if %} before it"),
    (r"Encountered unknown tag 'end(\w+)'", r"{% end\1 %} has no {% \1 %} before it"),
    (r"tag name expected", f"a statement is missing after {{%; available: {', '.join(STATEMENTS)}"),
    (r"Missing end of raw", "{% raw %} is not closed; write {% endraw %}"),
    (r"Missing end of comment", "{## is not closed; write ##}"),
    (r"expected name or number", "a name is missing after a dot"),
    (r"invalid syntax for function call", "a parameter without a name stands after one with a name"),
)
"""The beginnings of Jinja's messages, with the signs of a deck, and slidegen's messages. The first match counts."""


def syntax_message(error: TemplateSyntaxError) -> str:
    """Returns what is wrong in a text or an expression, and what is allowed there."""
    message = error.message or ""
    if match := re.match(r"unexpected char (['\"])(.+)\1 at", message):
        return _character(match[2].replace("\\\\", "\\"))
    for name, sign in SIGNS.items():
        message = message.replace(f"'{name}'", f"'{sign}'")
    for pattern, words in MESSAGES:
        if match := re.match(pattern, message, re.DOTALL):
            return match.expand(words)
    if match := re.match(r"Encountered unknown tag '(\w+)'", message):
        return f"unknown statement {{% {match[1]} %}}; {nearest(match[1], STATEMENTS)}"
    return message[:1].lower() + message[1:].rstrip(".")


def _character(char: str) -> str:
    """A character that Jinja does not know, or that begins a text in quotes without an end."""
    if char in TYPED:
        return f"the quote {char} is for prose; write {TYPED[char]} in an expression"
    if char in ("'", '"'):
        return f"a text in quotes is not closed; write {char} at its end"
    return f"the character {char} has no meaning in an expression; put text in quotes ({RAW})"
