"""A deck may come from a stranger: its expressions reach nothing outside it, and neither fill memory nor never end."""

from __future__ import annotations

import re
import time

import pytest

from slidegen.tables import TABLE_SOURCES
from tests.available import FUNCTIONS, listed
from tests.deck_folder import DeckFolder

TOO_MUCH = "this is too much work for a slide's text, more than 1,000,000 steps"
TOO_DEEP = "the text nests too deeply, or calls itself without end"
NAMES = listed(TABLE_SOURCES, *FUNCTIONS)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{{ ''.__class__ }}", "access to attribute '__class__' of 'str' object is unsafe."),
        ("{{ ''['__class__'] }}", "access to attribute '__class__' of 'str' object is unsafe."),
        ("{{ ''|attr('__class__') }}", "access to attribute '__class__' of 'str' object is unsafe."),
        ("{{ [''|attr('__class__')]|first }}", "access to attribute '__class__' of 'str' object is unsafe."),
        ("{{ memory.__globals__ }}", "access to attribute '__globals__' of 'function' object is unsafe."),
        ("{{ memory['__globals__'] }}", "access to attribute '__globals__' of 'function' object is unsafe."),
        ("{{ self.__init__.__globals__ }}", "access to attribute '__init__' of 'TemplateReference' object is unsafe."),
        ("{{ (range(3)|map('string')).gi_frame }}", "access to attribute 'gi_frame' of 'generator' object is unsafe."),
        ("{{ '{0.__class__}'.format(1) }}", "access to attribute 'format' of 'str' object is unsafe."),
        ("{{ ('{0.__class__}'|attr('format'))(1) }}", "access to attribute 'format' of 'str' object is unsafe."),
        ("{{ '{a.__class__}'.format_map({'a': 1}) }}", "access to attribute 'format_map' of 'str' object is unsafe."),
        ("{{ (1).to_bytes(9**9) }}", "access to attribute 'to_bytes' of 'int' object is unsafe."),
        ("{{ '%s' % 1 }}", "'%' on text is not allowed; use the filters"),
        ("{% set x = [] %}{{ x.append(1) }}", "access to attribute 'append' of 'list' object is unsafe."),
        ("{{ lipsum() }}", f"unknown name 'lipsum'; available: {NAMES}"),
        ("{{ cycler }}", f"unknown name 'cycler'; available: {NAMES}"),
        ("{% include '/etc/passwd' %}", "no loader for this environment specified"),
        ("{% import 'os' as os %}", "no loader for this environment specified"),
        ("{{ self }}", "only a text or a number can be shown, not a TemplateReference; name one of its values"),
        ("{{ memory }}", "only a text or a number can be shown, not a function; call it"),
    ],
)
def test_nothing_outside_the_deck_can_be_reached(folder: DeckFolder, text: str, message: str) -> None:
    """Neither Python's own attributes nor formats, functions that are not the deck's, or files."""
    assert folder.slide_problems(f"a\n\n{text}") == [f"talk.yml:5: {message}"]


BOMBS = {
    "repeated text": "{{ 'a' * 10**9 }}",
    "repeated list": "{{ [0] * 100000 * 100000 }}",
    "padded": "{{ '%1000000000d' % 1 }}",
    "long range": "{{ range(10**9) | list }}",
    "nested loops": "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    "printing loops": "{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}",
    "sum in a loop": "{% for a in range(99999) %}{% if range(99999)|sum > 1 %}{% endif %}{% endfor %}",
    "search in a loop": "{% set l = range(99999)|list %}{% for i in l %}{% if 'x' in l %}{% endif %}{% endfor %}",
    "test over a list": "{% set l = range(9999)|list %}{{ range(99999)|reject('in', l)|list|length }}",
    "slices in a loop": "{% set l = range(99999)|list %}{% for i in l %}{% set x = l[1:] %}{% endfor %}",
    "recursive loop": "{% for a in [1] recursive %}{{ loop([1]) }}{% endfor %}",
    "macro": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "macro tree": "{% macro m(n) %}{% if n %}{{ m(n-1) }}{{ m(n-1) }}{% endif %}{% endmacro %}{{ m(40) }}",
    "block": "{% block x %}{{ self.x() }}{% endblock %}",
    "power": "{{ 2 ** (10 ** 9) }}",
    "tower": "{% set n = namespace(a=7) %}{% for i in range(60) %}{% set n.a = n.a * n.a %}{% endfor %}{{ n.a }}",
    "joined": "{% set n = namespace(a='aaaa') %}{% for i in range(60) %}{% set n.a = n.a ~ n.a %}{% endfor %}",
    "added": "{% set n = namespace(a='aaaa') %}{% for i in range(60) %}{% set n.a = n.a + n.a %}{% endfor %}",
    "added lists": "{% set n = namespace(a=[1]) %}{% for i in range(60) %}{% set n.a = n.a + n.a %}{% endfor %}",
    "set block": (
        "{% set n = namespace(a='aa') %}{% for i in range(60) %}{% set n.a %}{{ n.a }}{{ n.a }}{% endset %}{% endfor %}"
    ),
    "join filter": "{% set a = 'a'*9999 %}{% set b = [a]*9999 %}{{ b|join|length }}",
    "join method": "{% set a = 'a'*9999 %}{% set b = [a]*9999 %}{{ ''.join(b)|length }}",
    "replace filter": "{% set a = 'a'*9999 %}{{ a|replace('a', a)|length }}",
    "replace method": "{% set a = 'a'*9999 %}{{ a.replace('a', a)|length }}",
    "tree": "{% set n = namespace(a=[1]) %}{% for i in range(60) %}{% set n.a = [n.a, n.a] %}{% endfor %}x",
    "compared trees": (
        "{% set n = namespace(a=[1], b=[1]) %}{% for i in range(17) %}{% set n.a = [n.a, n.a] %}"
        "{% set n.b = [n.b, n.b] %}{% endfor %}{{ n.a == n.b }}"
    ),
    "batch": "{{ [1] | batch(10**9, 0) | list | length }}",
    "round": "{{ 1 | round(10**9, 'ceil') }}",
    "digits": "{{ 3 | number(10**9) }}",
    "parentheses": "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
    "sum of ones": "{{ " + "+".join(["1"] * 3000) + " }}",
    "filters": "{{ 1" + "|abs" * 5000 + " }}",
    "blocks": "".join(f"{{% for a{n} in [1] %}}" for n in range(30)) + "{% endfor %}" * 30,
}


@pytest.mark.parametrize("text", BOMBS.values(), ids=BOMBS.keys())
def test_a_bomb_is_one_message_and_soon(folder: DeckFolder, text: str) -> None:
    """Every expression ends by itself, whatever it multiplies: minutes here would mean that nothing bounds it."""
    start = time.process_time()
    (message,) = folder.slide_problems(f"a\n\n{text}")
    assert time.process_time() - start < 60
    assert re.match("talk.yml:[35]: ", message)  # a text that is too deep to compile is told at its first line


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (BOMBS["nested loops"], TOO_MUCH),
        (BOMBS["joined"], TOO_MUCH),
        (BOMBS["tower"], "a number this large is not allowed"),
        (BOMBS["macro"], TOO_DEEP),
        (BOMBS["blocks"], TOO_DEEP),
        (BOMBS["batch"], "batch takes 1000000000 items; allowed: 1 to 1000"),
        (BOMBS["digits"], "the number of decimals is 1000000000; allowed: 0 to 20"),
    ],
)
def test_a_bomb_is_told_for_what_it_is(folder: DeckFolder, text: str, message: str) -> None:
    """Too much work, too deep, or a parameter out of its range."""
    assert folder.slide_problems(text) == [f"talk.yml:3: {message}"]


def test_ordinary_work_is_far_below_the_limit(folder: DeckFolder) -> None:
    """A table of a hundred rows written out in a loop, with conditions and filters."""
    text = "{% for n in range(100) %}{% if n % 2 == 0 %}{{ (n * 1024 ** 3) | gib(1) ~ ', ' }}{% endif %}{% endfor %}"
    assert folder.slide(text).body.startswith("<p>0.0\u00a0GiB, 2.0\u00a0GiB, 4.0")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{{ "\\ufdd00\\ufdd1" }}', "a text that holds a computed value cannot be cut; cut before it is shown"),
        ('{{ "\\ufdd20\\ufdd3" }}', "a text that holds a computed value cannot be cut; cut before it is shown"),
        ("{% set x %}{{ memory('Qwen/Qwen2-1.5B').total }}{% endset %}{% for c in x %}{{ c }}{% endfor %}", None),
    ],
)
def test_what_stands_for_a_value_cannot_be_forged_or_cut(folder: DeckFolder, text: str, message: str | None) -> None:
    """A mark that is not whole would place another slide's value, or none."""
    assert folder.slide_problems(text) == [
        f"talk.yml:3: {message or 'a text that holds a computed value cannot be cut; cut before it is shown'}"
    ]
