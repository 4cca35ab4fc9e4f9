"""Values under `vars:` that use each other: the order does not matter, and a cycle is a mistake."""

from __future__ import annotations

import re
from itertools import permutations
from typing import Any

import pytest

from slidegen.errors import DeckError
from slidegen.resolve import apply_settings
from tests.deck_folder import MODEL, DeckFolder
from tests.sources.test_yaml_decks import deck_of

VARS = (
    "models: ['{{ org }}/A-1B', x/B-2B]",
    "org: meta",
    "n: '{{ models | length }}'",
    "half: '{{ n / 2 }}'",
    "text: '{{ n }} GPUs, {{ half }}'",
    "map: {a: '{{ n }}', b: ['{{ text }}!', 5]}",
    "same: '{{ models }}'",
    "short: \"{{ models | map('short') }}\"",
    "sum: '{{ tables.t.row(2).b + n }}'",
    "raw: '{% raw %}{{ n }}{% endraw %} {'",
    "size: \"{{ memory('Qwen/Qwen2-1.5B').total }}\"",
    "row: \"{{ memory('Qwen/Qwen2-1.5B') }}\"",
)
TABLE = "tables:\n  t: {source: data, rows: [{a: '{{ n }}', b: 40}]}\n"
SHOWN = {
    "n + 1": "3",
    "half": "1.0",
    "text": "2 GPUs, 1.0",
    "map.a + 1": "3",
    "map.b[0]": "2 GPUs, 1.0!",
    "map.b[1] + 1": "6",
    "same[0]": "meta/A-1B",
    "same | length": "2",
    "short | join(',')": "A-1B,B-2B",
    "(short | join(',')) ~ 2": "A-1B,B-2B2",
    "raw": "{{ n }} {",
    "sum | number": "42",
    "size | gib": "11.50\u00a0GiB",
    "row.total | gib": "11.50\u00a0GiB",
}
"""What the values give; the EuroPython 2024 talk gives 11.50 GiB."""


def texts(folder: DeckFolder, lines: tuple[str, ...]) -> list[str]:
    """What each expression of SHOWN gives with these values."""
    import re

    head = "vars:\n" + "".join(f"  {line}\n" for line in lines) + TABLE
    slide = "\n\n".join(f"{{{{ {expression} }}}}" for expression in SHOWN)
    return [re.sub(r"<[^>]*>", "", line) for line in folder.slide(slide, head).body.split("\n") if line]


def test_values_use_each_other_in_any_order(folder: DeckFolder) -> None:
    """In lists, mappings and among words; of one expression they keep the type; what is computed stays computed."""
    assert texts(folder, VARS) == list(SHOWN.values())
    assert texts(folder, tuple(reversed(VARS))) == list(SHOWN.values())


def test_every_order_of_three_values_gives_the_same(folder: DeckFolder) -> None:
    """Whoever stands first."""
    for lines in permutations(["a: '{{ b }}{{ c }}'", "b: '{{ c }}2'", "c: 1"]):
        head = "vars:\n" + "".join(f"  {line}\n" for line in lines)
        assert folder.slide("{{ a }}", head).body == "<p>121</p>"


def test_a_long_chain_of_values_is_evaluated(folder: DeckFolder) -> None:
    """However deep."""
    chain = "".join(f"  v{n}: '{{{{ v{n + 1} }}}}'\n" for n in range(1500))
    assert folder.slide("{{ v0 }}", f"vars:\n{chain}  v1500: 7\n").body == "<p>7</p>"


def test_values_are_used_by_tables_figures_titles_and_options(folder: DeckFolder) -> None:
    """After they are evaluated; a table's text may be half an expression."""
    head = f"""\
        title: "{{{{ words }}}}"
        vars: {{words: "{{{{ n }}}} sizes", n: "{{{{ sizes | length }}}}", sizes: [1, 2], org: Qwen,
               least: "{{{{ n }}}}"}}
        tables:
          d: {{source: data, rows: [{{a: x, b: "{{{{ n }}}}"}}, {{a: y, b: 7}}]}}
          m: {{source: memory, models: "{{{{ org }}}}/{MODEL.partition("/")[2]}"}}
        figures:
          f: {{kind: bars, table: d, value: b, where: b > least, caption: "more than {{{{ n }}}}"}}
    """
    page = folder.slide("{{ tables.d.rows[0].b }} {{ tables.m.row().total | gib }}\n\n{{ chart('f') }}", head)
    assert "<title>2 sizes</title>" in page.html
    assert "11.50\u00a0GiB" in page.body
    assert set(re.findall(r'<rect[^>]*data-value="(\d+)"', page.body)) == {"7"}
    assert "more than 2" in page.body


def test_a_markdown_decks_values_are_evaluated(folder: DeckFolder) -> None:
    """In its front matter."""
    page = folder.build("---\nvars: {a: '{{ b }} and {{ c | length }}', b: one, c: [1, 2]}\n---\n{{ a }}\n", "talk.md")
    assert "<p>one and 2</p>" in page.html


MISTAKES = """\
vars:
  a: "{{ b }}"
  b: "x {{ c }}"
  c:
    - 1
    - ["{{ a }}"]
  d: "{{ d }}"
  follows: "{{ a }}"
  e: "{{ tables.t.row(1).x }}"
  f: "{{ modles | length }}"
  models: [1]
  g: [1, "{{ 1 / 0 }}"]
  h: "{{ a b }}"
  i: |
    one
    {{ 3 | gbi }}
  j: "{{ memory('nobody/nothing').total }}"
  k: "{{ table('t') }}"
  deck: 5
tables:
  t: {source: data, rows: [{x: "{{ e }}"}]}
slides:
  - "{{ a }} {{ f }} {{ follows }} {{ tables.t.rows }} {{ table('t') }} {{ chart('t') }}"
  - "{{ nope }}"
  - "{{ f | number }} {{ j | gib }}"
"""


def test_every_mistake_in_values_is_told_at_its_line(folder: DeckFolder) -> None:
    """A cycle once, with its members; nothing of what only follows from them."""
    told = [message.replace("talk.yml:", "").partition("; available")[0] for message in folder.problems(MISTAKES)]
    cycle = "values cannot use each other in a cycle: {}; give one of them a value of its own"
    assert [message.partition(" available")[0] for message in told] == [
        f"2: {cycle.format('a -> b -> c -> a')}",
        f"7: {cycle.format('d -> d')}",
        f"9: {cycle.format('e -> tables.t -> e')}",
        "10: unknown name 'modles'; did you mean 'models'?",
        "12: the expression cannot be computed: division by zero",
        "13: something follows the expression; compare with ==, and join by and, or",
        "16: unknown filter 'gbi'; did you mean 'gb'?",
        "17: model 'nobody/nothing': the name is not in the project's models/, Hugging Face cache or catalogue, and "
        "--offline forbids requests to the Hub; `slidegen models` lists the built-in ones",
        "18: table() is for a slide's text; a value can use tables.NAME.row(...)",
        "19: vars.deck: the name 'deck' is reserved by slidegen; choose another",
        "23: chart 't': kind is missing",
        "24: unknown name 'nope'",
    ]


def test_braces_without_quotes_are_told_as_such(folder: DeckFolder) -> None:
    """YAML takes them for mappings."""
    assert folder.problems("vars:\n  a: {{ b }}\nslides: [a]\n") == [
        "talk.yml:2: a key must be a plain word; put {{ ... }} in quotes"
    ]


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("n=3", 3),
        ("both=3", "3"),
        ("alias=a,b", ["a", "b"]),
        ("alias=a", ["a"]),
        ("first=7", "7"),
        ("cost=7", 7),
        ("cost=7.5", 7.5),
        ("cost=much", "much"),
        ("ring=3", 3),
        ("ring={{ n }}", "{{ n }}"),
    ],
)
def test_what_is_set_has_the_type_of_what_the_expression_gives(setting: str, value: Any) -> None:
    """Of one that computes something, or cannot be evaluated, a number is a number and all else text."""
    deck = deck_of(
        "vars:\n  n: '{{ models | length }}'\n  both: '{{ n }} GPUs'\n  models: [x/y]\n  alias: '{{ models }}'\n"
        "  first: '{{ models[0] }}'\n  cost: '{{ memory(models).total }}'\n  ring: '{{ gnir }}'\n  gnir: '{{ ring }}'\n"
        "slides: [a]\n"
    )
    name, _, text = setting.partition("=")
    found = apply_settings(deck, {name: text})[name]
    assert found == value
    assert type(found) is type(value)


def test_a_setting_that_does_not_fit_the_type_of_an_expression_is_refused() -> None:
    """As for a plain value."""
    with pytest.raises(DeckError) as caught:
        apply_settings(deck_of("vars: {n: '{{ [1] | length }}'}\nslides: [a]\n"), {"n": "x"})
    assert str(caught.value) == "--set n: 'x' is not a number like 1"


@pytest.mark.parametrize(
    ("settings", "text"),
    [({}, "1 1x 1xy"), ({"a": "2"}, "2 2x 2xy"), ({"b": "z"}, "1 z zy"), ({"c": "{{ a }}"}, "1 1x {{ a }}")],
)
def test_what_is_set_is_there_before_others_use_it(folder: DeckFolder, settings: dict[str, str], text: str) -> None:
    """And is not evaluated itself."""
    head = "vars: {c: '{{ b }}y', b: '{{ a }}x', a: 1}\n"
    assert folder.slide("{{ a }} {{ b }} {{ c }}", head, settings=settings).body == f"<p>{text}</p>"


def test_a_setting_ends_a_cycle(folder: DeckFolder) -> None:
    """The other value uses it."""
    html = folder.slide("{{ a }}", "vars: {a: '{{ b }}!', b: '{{ a }}'}\n", settings={"b": "end"}).body
    assert html == "<p>end!</p>"


@pytest.mark.parametrize("double", ["'{{ v%d }}{{ v%d }}'", "['{{ v%d }}', '{{ v%d }}']"])
def test_values_do_not_grow_without_end(folder: DeckFolder, double: str) -> None:
    """Each twice the one before; what uses the one that is too large is not evaluated any more."""
    lines = "".join(f"  v{n}: {double % (n - 1, n - 1)}\n" for n in range(1, 60))
    (message,) = folder.problems(f"vars:\n  v0: {'x' * 1000}\n{lines}slides: ['{{{{ v59 }}}}']\n")
    assert re.fullmatch(
        r"talk\.yml:\d+: (vars\.v\d+: the values are too large together, more than 1,000,000 characters and items"
        r"|this is too much work for a slide's text, more than 1,000,000 steps)",
        message,
    )


@pytest.mark.parametrize("name", ["self", "none", "not", "'true'"])
def test_a_name_of_jinja_is_a_mistake(folder: DeckFolder, name: str) -> None:
    """It could not be reached, or would be another value; the other values are evaluated."""
    deck = f"vars:\n  {name}: 5\n  b: 2\n  c: '{{{{ b + 1 }}}}'\nslides: ['{{{{ c }}}}']\n"
    name = name.strip("'")
    assert folder.problems(deck) == [f"talk.yml:2: vars.{name}: the name {name!r} is reserved by Jinja; choose another"]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("{{ {'a': {'b': 40}}['a']['b'] }}", "42"),
        ("{{ {'a': {'b': 40}}.a.b }}", "42"),
        ("{{ {'}}': 40}['}}'] }}", "42"),
    ],
)
def test_an_expression_with_nested_mappings_keeps_its_type(folder: DeckFolder, value: str, shown: str) -> None:
    """Braces that end mappings do not end the expression."""
    head = f'vars:\n  n: "{value}"\n'
    assert shown in folder.slide("{{ n + 2 }}", head).body
    assert folder.slide("{{ m }}", 'vars:\n  m: \'{{ {"a": 1}.a }} and {{ {"a": 2}.a }}\'\n').body == "<p>1 and 2</p>"
