"""What expressions may use and what it costs: closed lists, a limit of each text and one of the deck."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from jinja2 import UndefinedError
from jinja2.exceptions import SecurityError
from jinja2.filters import FILTERS, _GroupTuple
from jinja2.runtime import BlockReference, LoopContext, Macro, Undefined
from jinja2.tests import TESTS
from markupsafe import Markup

from slidegen.model import Column, Provenance, Table, Text
from slidegen.resolve import meter as limits
from slidegen.resolve.allowed import ATTRIBUTES, METHODS, Method
from slidegen.resolve.environment import Environment, make_environment
from slidegen.resolve.expander import Expander
from slidegen.resolve.table_view import Row, TableView
from slidegen.resolve.values import Quantity
from slidegen.resolved import PlacedTable, PlacedValue
from slidegen.table_look import TableLook
from tests.deck_folder import DeckFolder

TOO_MUCH = "this is too much work for a slide's text, more than 1,000,000 steps"
DECK_TOO_MUCH = "expressions of this deck take too much work, more than 50,000,000 steps in all"
LONG = "{% set s = 'a' * 400000 %}"
ROUNDS = "{% for i in range(99999) %}"

PROVENANCE = Provenance("data")
TABLE = Table((Column("name", "name", "text"), Column("n", "n", "number")), (("a", 1), ("b", 2)), PROVENANCE)


def values(environment: Environment) -> dict[str, Any]:
    """One value of each type that an expression can reach."""
    context = environment.from_string("{% macro m() %}{% endmacro %}{% block b %}{% endblock %}").new_context({})
    generator = (item for item in [1])
    macro = Macro(environment, lambda: "", "m", [], False, False, False)
    return {
        "text": "text",
        "markup": Markup("text"),
        "list": [1],
        "tuple": (1,),
        "group": _GroupTuple(1, [1]),
        "mapping": {"a": 1},
        "keys": {"a": 1}.keys(),
        "values": {"a": 1}.values(),
        "items": {"a": 1}.items(),
        "range": range(3),
        "whole number": 1,
        "number": 1.5,
        "truth": True,
        "nothing": None,
        "date": dt.date(2024, 7, 10),
        "time": dt.datetime(2024, 7, 10, 9, 30),
        "generator": generator,
        "reversed": reversed([1]),
        "undefined": environment.undefined(name="x"),
        "quantity": Quantity(1, (PROVENANCE,)),
        "row": Row(TABLE, TABLE.rows[0]),
        "table": TableView("t", TABLE),
        "placed value": PlacedValue("1", 1, (PROVENANCE,)),
        "placed table": PlacedTable("t", TABLE, TableLook(), ()),
        "loop": LoopContext([1, 2], Undefined),
        "macro": macro,
        "block": BlockReference("b", context, context.blocks["b"], 0),
        "namespace": environment.meter.namespace(a=1),
        "method": Method(environment.meter, "text", "split"),
        "function": environment.globals["range"],
        "filter": environment.filters["upper"],
    }


REACHED = tuple(values(make_environment()))


@pytest.mark.parametrize("kind", REACHED)
def test_every_attribute_of_what_can_be_reached_has_a_price_or_is_refused(kind: str) -> None:
    """A method that a new version of Python adds is refused, whatever it is called."""
    environment = make_environment()
    value = values(environment)[kind]
    priced = {name for one in type(value).__mro__ for name in (*METHODS.get(one, ()), *ATTRIBUTES.get(one, ()))}
    for name in object.__dir__(value):
        if isinstance(value, Undefined) and not name.startswith("_"):
            continue
        result = environment.getattr(value, name)
        if name in priced:
            assert not isinstance(result, Undefined) or name in ("super", "nextitem", "previtem"), name
            assert not callable(result) or isinstance(result, (Method, Undefined)), name
        else:
            assert isinstance(result, Undefined), name
            with pytest.raises((SecurityError, UndefinedError)):
                str(result)


def test_filters_and_tests_are_closed_lists() -> None:
    """What a new version of Jinja adds is not there."""
    environment = make_environment()
    taken_away = {
        "center",
        "format",
        "indent",
        "pprint",
        "random",
        "slice",
        "striptags",
        "tojson",
        "urlize",
        "wordwrap",
    }
    taken_away |= {"xmlattr"}
    own = {"date", "gb", "gib", "mb", "mib", "number", "percent", "short", "spoken"}
    assert set(environment.filters) == {*environment.filters} & {*FILTERS, *own}
    assert taken_away & set(environment.filters) == set()
    assert set(environment.tests) <= {*TESTS, "about"}
    assert set(environment.globals) == {"GB", "GiB", "MB", "MiB", "dict", "namespace", "range"}


def spent(text: str, **context: Any) -> tuple[int, list[str]]:
    """The steps that a text took of the deck's, and its mistakes."""
    environment = make_environment()
    expander = Expander(environment, context)
    expander.expand(Text(text, "talk.yml", 1))
    return limits.MAX_DECK_WORK - environment.meter.deck_left, [one.message for one in expander.problems]


@pytest.mark.parametrize(
    ("expression", "at_least"),
    [
        ("s.count('b')", 40_000),
        ("s.find('b')", 40_000),
        ("s.index('a')", 40_000),
        ("s.rfind('ab')", 80_000),
        ("s.title()", 80_000),
        ("s.upper()", 80_000),
        ("s.startswith(('b', s))", 80_000),
        ("s.split('b')", 40_000),
        ("s.split('a')", 80_000),
        ("s.replace('a', 'bb')", 120_000),
        ("s.strip('bcd')", 160_000),
        ("(s, s) | join", 80_000),
        ("s | title", 80_000),
        ("s | trim('bcd')", 160_000),
        ("s | escape", 80_000),
        ("s | urlencode", 80_000),
        ("s | wordcount", 40_000),
        ("s | reverse", 80_000),
        ("s | truncate(30000)", 70_000),
        ("s == s", 80_000),
        ("'b' in s", 40_000),
        ("s not in [s]", 80_000),
        ("s + s", 80_000),
        ("s ~ s", 80_000),
        ("s * 3", 120_000),
        ("s[1:]", 40_000),
        ("s is in([s])", 80_000),
        ("s is eq s", 80_000),
        ("[s]", 40_000),
        ("{s: 1}", 80_000),
        ("{'a': s}", 40_000),
        ("(s, 1)", 40_000),
        ("d[(s, 1)]", 40_000),
        ("dict([(s, 1)])", 80_000),
        ("s in d.values()", 80_000),
        ("(s, 1) in d.items()", 80_000),
        ("d.values() | list", 40_000),
        ("d.copy()", 40_000),
        ("d.get(s)", 40_000),
        ("d | dictsort", 40_000),
        ("d.items() | list", 40_000),
        ("r.count('x')", 40_000),
        ("r.index(39999)", 40_000),
        ("'x' in r", 40_000),
        ("r | list", 80_000),
        ("r | sum", 80_000),
        ("r | sort", 600_000),
        ("r | unique | list", 80_000),
        ("r | map('string') | list", 240_000),
        ("r | select('odd') | list", 80_000),
        ("r | select | list", 40_000),
        ("r | min", 40_000),
        ("r | batch(2) | list", 40_000),
        ("'x' in (r | map('string'))", 240_000),
        ("l.count(1)", 10_000),
        ("l.index([0])", 10_000),
        ("l.copy()", 10_000),
        ("l + l", 20_000),
        ("l == l", 20_000),
        ("l[::2]", 10_000),
        ("l | sort | length", 140_000),
        ("l | groupby(0) | length", 140_000),
    ],
)
def test_the_price_is_the_size_of_what_is_worked_on(expression: str, at_least: int) -> None:
    """Of the object that a method is called on, of the arguments and of what is made."""
    given = {"s": "a" * 40_000, "d": {"a": "a" * 40_000}, "r": range(40_000), "l": [[0]] * 5_000}
    work, problems = spent(f"{{% set x = {expression} %}}", **given)
    assert problems == []
    assert at_least <= work < 2 * at_least + 100_000


@pytest.mark.parametrize(
    "text",
    [
        LONG + "{% set f = s.split %}" + ROUNDS + "{% set x = f('a') %}{% endfor %}",
        LONG + "{% set f = [s] | map(attribute='count') | first %}" + ROUNDS + "{{ f('b') }}{% endfor %}",
        LONG + ROUNDS + "{{ (s | attr('count'))('b') }}{% endfor %}",
        LONG + ROUNDS + "{{ s['count']('b') }}{% endfor %}",
        LONG + ROUNDS + "{{ namespace(__html__=s.split) | e }}{% endfor %}",
        LONG + "{{ s.rfind('b' ~ s[:200000]) }}",
        LONG + "{{ s.strip('b' * 200000) }}",
        LONG + "{% autoescape true %}{% set x %}" + ROUNDS + "{{ s }}{% endfor %}{% endset %}{% endautoescape %}",
        "{% set d = {'a': range(9999) | list} %}" + ROUNDS + "{{ 5 in d.values() }}{% endfor %}",
        "{% for a in range(99) %}" + ROUNDS + "{% set x = loop | list %}{% endfor %}{% endfor %}",
        "{% for i in range(99999) if not (i or i or i or i or i or i or i or i) %}{% endfor %}" * 30,
        ROUNDS + "{% if i == 1 %}x{% endif %}" * 100 + "{% endfor %}",
        "{{ ([[1]] * 999) | sort(attribute='" + "0," * 9999 + "0') | length }}",
        "{{ [1" + ", 1" * 200_000 + "] }}",
        "".join(f"{{% if a{n} is defined %}}{{% endif %}}" for n in range(7000)),
        "".join(f"{{% macro a{n}() %}}{{% endmacro %}}" for n in range(7000)),
        "{% set n = namespace(a=1) %}"
        + ROUNDS
        + "{% set n.a = namespace(a=n.a, b=n.a) %}{% endfor %}{{ n.a | title }}",
    ],
)
def test_no_way_around_the_price(text: str) -> None:
    """Methods that are handed on, what is compiled, escaped, filtered or repeated without a round."""
    assert spent(text) == (limits.MAX_WORK, [TOO_MUCH])


@pytest.mark.parametrize(
    "text",
    [
        "{{ {2305843009213693951: 1, 4611686018427387902: 2} | length }}",
        "{{ ['2305843009213693951'] | map('int') | unique | list | length }}",
        "{{ dict([(2305843009213693951, 1)]) | length }}",
        "{{ namespace([((1, 2305843009213693951), 1)]).a }}",
    ],
)
def test_keys_that_collide_are_refused(text: str) -> None:
    """Python looks through all keys of the same hash, for each of them."""
    assert spent(text)[1] == ["a number this large is not allowed as a key"]


def test_a_table_in_a_loop_pays_for_its_rows() -> None:
    """Otherwise a short text would make a page of a million rows."""
    table = PlacedTable("t", Table(TABLE.columns, TABLE.rows * 500, PROVENANCE), TableLook(), ())
    assert spent(ROUNDS + "{{ t }}{% endfor %}", t=table) == (limits.MAX_WORK, [TOO_MUCH])


def test_a_sum_pays_for_the_sources_that_it_collects() -> None:
    """Each addition compares the sources of the one number with all of the other's."""
    numbers = [Quantity(1, (Provenance("data", given=f"{n}.csv"),)) for n in range(1000)]
    work, problems = spent("{% set x = l | sum %}", l=numbers)
    assert problems == []
    assert work >= 1000 * 999 / 2


def test_the_deck_has_a_limit_and_it_is_told_once(folder: DeckFolder) -> None:
    """A deck of many slides each at the limit; after the last steps nothing is evaluated."""
    slides = "".join(f"  - \"{{{{ ('a' * {900_000 + n}) | length }}}}\"\n" for n in range(300))
    fits = 50_000_000 // 900_000
    assert folder.problems(f"title: T\nslides:\n{slides}") == [f"talk.yml:{2 + fits + 1}: {DECK_TOO_MUCH}"]


def test_rules_over_many_rows_draw_from_the_deck(folder: DeckFolder) -> None:
    """A rule that is evaluated for each of 2,000 rows, also where a cell is n/a; what follows is not told."""
    rows = "".join(f"      - {{name: r{n}, n: {n}{', m: 1' if n == 0 else ''}}}\n" for n in range(2000))
    rule = "n < 0 or ('a' * 400000) | length < 0 or m > 1"
    deck = f'title: T\ntables:\n  t:\n    source: data\n    rows:\n{rows}    emphasis: [{{when: "{rule}"}}]\n'
    assert folder.problems(deck + "slides: ['{{ table(\"t\") }}', '{{ 1 }}']\n") == [f"talk.yml:2006: {DECK_TOO_MUCH}"]


def test_figures_draw_from_the_deck(folder: DeckFolder) -> None:
    """The condition of a figure is evaluated for each row."""
    rows = "".join(f"      - {{name: r{n}, n: {n}}}\n" for n in range(2000))
    deck = f"title: T\ntables:\n  t:\n    source: data\n    rows:\n{rows}figures:\n"
    deck += "  f: {kind: bars, table: t, value: n, where: \"n < 0 or ('a' * 400000) | length > 0\"}\n"
    assert folder.problems(deck + "slides: ['{{ chart(\"f\") }}']\n") == [f"talk.yml:2007: {DECK_TOO_MUCH}"]


def test_a_rule_in_a_text_draws_from_the_text(folder: DeckFolder) -> None:
    """The limit of a text holds for the rules of the tables that it places, too."""
    rows = "".join(f"      - {{name: r{n}, n: {n}}}\n" for n in range(20))
    rule = "n < 0 or ('a' * 90000) | length < 0"
    deck = f"title: T\ntables:\n  t:\n    source: data\n    rows:\n{rows}slides:\n  - |\n    a\n"
    deck += f'    {{{{ table("t", emphasis=[{{"when": "{rule}"}}]) }}}}\n'
    assert folder.problems(deck) == [f"talk.yml:29: {TOO_MUCH}"]


def test_an_honest_deck_is_far_below_the_limit() -> None:
    """2,000 slides, each with a loop over 50 rows, a table of them and a rule for the table."""
    environment = make_environment()
    table = Table(TABLE.columns, tuple((f"run {n}", n / 7) for n in range(50)), PROVENANCE)
    expander = Expander(environment, {"t": TableView("t", table), "p": PlacedTable("t", table, TableLook(), ())})
    cell = "{% if row.n > 3 %}{{ row.name | upper }}: {{ row.n | number(2) }}{% endif %}"
    expander.expand(Text("{% for row in t.rows %}" + cell + "{% endfor %}" + "{{ p }}", "talk.yml", 1))
    for name, n in table.rows:
        expander.evaluate("n > 0.3 and n < 4", {"name": name, "n": n})
    assert expander.problems == []
    assert (limits.MAX_DECK_WORK - environment.meter.deck_left) * 2000 < limits.MAX_DECK_WORK / 2


@pytest.mark.parametrize("length", [300_000, 20_000_000])
def test_a_text_that_never_ends_is_not_parsed_to_its_end(length: int) -> None:
    """The tokens are paid as they are read."""
    assert spent("{{ " + "1+" * (length // 2) + "1 }}") == (limits.MAX_WORK, [TOO_MUCH])


def test_a_message_is_one_short_line() -> None:
    """Also when it names what an expression made."""
    (message,) = spent("{{ ('a' * 300000) | gib }}")[1]
    assert message == f"'{'a' * 999}..."


def test_a_wrong_length_is_a_message() -> None:
    """Jinja asserts what it is given."""
    assert spent("{{ 'abc' | truncate(1) }}")[1] == ["expected length >= 3, got 1"]
