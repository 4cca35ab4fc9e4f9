"""Mistakes in a figure: each with its line, what is wrong and what is allowed; all of them at once."""

from __future__ import annotations

import pytest

from slidegen.figures import FigureError
from tests.available import KINDS
from tests.deck_folder import DeckFolder
from tests.figures.drawing import draw, stated, table, texts

HEAD = """\
vars: {least: 5}
tables:
  t:
    source: data
    rows:
      - {method: NF4, bits: 4.5, error: 0.09, count: 3}
      - {method: INT8, bits: 8, error: 0, count: -1}
  empty:
    source: data
    rows:
      - {method: NF4, error: null}
    kinds: {error: number}
"""
COLUMNS = "bits, count, error, method"
COMMON = (
    "aspect, caption, claim, description, digits, height, labels, patterns, provenance, sort_by, steps, subtitle, "
    "title, unit, where, width"
)


@pytest.mark.parametrize(
    ("figure", "message"),
    [
        ("kind: pie, table: t", f"unknown kind 'pie'; available: {KINDS}"),
        ("kind: bar, table: t", f"unknown kind 'bar'; did you mean 'bars'? available: {KINDS}"),
        ("kind: bars, table: tt, value: bits", "no table 'tt' is declared; did you mean 't'? available: empty, t"),
        (
            "kind: bars, table: t",
            "bars: value is missing; the column of the bars' length; several stand beside each other",
        ),
        ("kind: bars, table: t, value: bit",
         f"table 't' has no column 'bit'; did you mean 'bits'? available: {COLUMNS}"),
        ("kind: bars, table: t, value: method",
         "column 'method' of table 't' holds text; columns of numbers: bits, error, count"),
        ("kind: bars, table: empty, value: error", "column 'error' of table 'empty' has no number in any row"),
        ("kind: bars, table: t, value: bits, orientation: up",
         "bars: orientation is 'up'; allowed: 'horizontal' or 'vertical'"),
        ("kind: bars, table: t, value: error, log: true",
         "row 2 (INT8): error is 0; a log axis takes numbers above 0; leave the row out with where"),
        ("kind: scatter, table: t, x: bits, y: count, log_y: true",
         "row 2 (INT8): count is -1; a log axis takes numbers above 0; leave the row out with where"),
        ("kind: stacked-bars, table: t, parts: [bits, count]",
         "row 2 (INT8): count is -1; parts of a sum are not negative"),
        ("kind: stacked-bars, table: t", "parts is missing; name the columns that add up, of: bits, error, count"),
        ("kind: stacked-bars, table: t, parts: bits, cards: [24]",
         "cards are sizes in bytes, and bits is not; leave cards out"),
        ("kind: bars, table: t, value: bits, where: bits > 100", "'bits > 100' holds for no row of table 't'"),
        ("kind: bars, table: t, value: bits, where: least > 1",
         f"'least > 1' uses no column; available: {COLUMNS}"),
        ("kind: bars, table: t, value: bits, where: bits >",
         "table 't': 'bits >' is not an expression: the expression ends too early: something is missing at its end"),
        ("kind: bars, table: t, value: bits, sort_by: -bit",
         f"table 't' has no column 'bit'; did you mean 'bits'? available: {COLUMNS}"),
        ("kind: bars, table: t, value: bits, highlight: bitz > 4",
         f"'bitz > 4' uses no column; did you mean 'bits'? available: {COLUMNS}"),
        ("kind: bars, table: t, value: bits, width: 20",
         "bars: width is 20; allowed: 200 and more"),
        ("kind: bars, table: t, value: bits, aspect: wide",
         "bars: aspect is 'wide'; allowed: a number"),
        ("kind: line, table: t, x: bits, y: [error, count], series: method",
         "series and several columns of y exclude each other; give one of the two"),
        ("kind: histogram, table: t, low: bits, high: error, levels: nf4",
         "no table 'nf4' is declared; available: empty, t"),
        ("kind: mapping, table: t, value: bits, code: count, scale: error, zero_point: count, group: method",
         "error is 0; the step of a grid is above 0"),
        ("kind: bit-layout, table: t, name: method, bits: count, exponent: count, mantissa: count",
         "NF4: 3 bits, 3 of exponent and 3 of mantissa do not make a format"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_declared_figure_is_told(folder: DeckFolder, figure: str, message: str) -> None:
    """Even if no slide places the figure; beside the others of the same figure."""
    found = folder.problems(f"{HEAD}figures:\n  f-1: {{{figure}}}\nslides: [a]\n")
    assert f"talk.yml:14: chart 'f-1': {message}" in found


def test_every_mistake_stands_at_the_line_of_its_option(folder: DeckFolder) -> None:
    """Those of the options; and once they are right, those of the numbers."""
    figure = "  f:\n    kind: bars\n    table: t\n    value: bits\n    colour: red\n    digits: many\n"
    own = ["annotate", "highlight", "label", "log", "orientation", "value", "value_label"]
    available = ", ".join(sorted([*COMMON.split(", "), *own]))
    assert folder.problems(f"{HEAD}figures:\n{figure}slides: [a]\n") == [
        f"talk.yml:18: chart 'f': bars: unknown option 'colour'; available: {available}",
        "talk.yml:19: chart 'f': bars: digits is 'many'; allowed: a whole number",
    ]
    numbers = "  f:\n    kind: scatter\n    table: t\n    x: bitz\n    y: method\n"
    assert folder.problems(f"{HEAD}figures:\n{numbers}slides: [a]\n") == [
        f"talk.yml:17: chart 'f': table 't' has no column 'bitz'; did you mean 'bits'? available: {COLUMNS}",
        "talk.yml:18: chart 'f': column 'method' of table 't' holds text; columns of numbers: bits, error, count",
    ]


def test_a_mistake_in_a_call_stands_at_its_line(folder: DeckFolder) -> None:
    """In the slide's text."""
    calls = [
        ("{{ chart('u') }}", "no figure or table 'u' is declared; available: empty, t"),
        ("{{ chart('t') }}", f"chart 't': kind is missing; available: {KINDS}"),
        ("{{ chart('t', kind='bars') }}",
         "chart 't': bars: value is missing; the column of the bars' length; several stand beside each other"),
        ("{{ chart('t', kind='bars', value='bitz') }}",
         f"chart 't': table 't' has no column 'bitz'; did you mean 'bits'? available: {COLUMNS}"),
    ]  # fmt: skip
    slides = "".join(f"  - |\n    ## A\n\n    {call}\n" for call, _ in calls)
    assert folder.problems(f"{HEAD}slides:\n{slides}") == [
        f"talk.yml:{17 + 4 * index}: {message}" for index, (_, message) in enumerate(calls)
    ]


def test_what_is_missing_from_a_declaration_is_told_by_the_schema(folder: DeckFolder) -> None:
    """Kind and table, and a name that is none."""
    assert folder.problems("figures:\n  f: {kind: bars}\n  1x: {kind: bars, table: t}\nslides: [a]\n") == [
        "talk.yml:2: figures.f.table is missing; a name under `tables:`",
        "talk.yml:3: figures.1x is '1x'; a figure's name has letters, digits, _ and - and starts with a letter",
    ]


def test_nothing_more_is_told_of_a_figure_whose_table_failed(folder: DeckFolder) -> None:
    """Neither of its declaration nor of its calls."""
    deck = """\
        tables:
          t: {source: memory, models: no/such-model}
        figures:
          f: {kind: stacked-bars, table: t}
        slides:
          - "{{ chart('f') }} {{ chart('f', caption='x') }} {{ chart('t', kind='bars', value='total') }}"
        """
    (message,) = folder.problems(deck)
    assert message.startswith("talk.yml:2: model 'no/such-model'")


def test_a_figure_that_is_wrong_is_told_once(folder: DeckFolder) -> None:
    """However often it is placed."""
    calls = "{{ chart('f') }} {{ chart('f', width=300) }}"
    deck = f'{HEAD}figures:\n  f: {{kind: pie, table: t}}\nslides:\n  - "{calls}"\n'
    assert folder.problems(deck) == [f"talk.yml:14: chart 'f': unknown kind 'pie'; available: {KINDS}"]


@pytest.mark.parametrize(
    ("rows", "options", "message"),
    [
        (19, "kind: bars, value: n", "19 bars; at most 18 have room; choose rows with where"),
        (19, "kind: bars, value: n, orientation: vertical", "19 bars; at most 18 have room; choose rows with where"),
        (15, "kind: stacked-bars, parts: n", "15 bars; at most 14 have room; choose rows with where"),
        (41, "kind: scatter, x: n, y: n",
         "41 labels; at most 40 have room; name the series alone, or choose with where"),
        (7, "kind: line, x: n, y: n, series: name", "7 series; at most 6 can be told apart"),
        (9, "kind: levels, level: n, group: name", "9 groups; at most 8 have room; choose rows with where"),
    ],
)  # fmt: skip
def test_what_has_no_room_is_told(folder: DeckFolder, rows: int, options: str, message: str) -> None:
    """Before it is drawn too small to be read."""
    data = "".join(f"      - {{name: row {n}, n: {n}}}\n" for n in range(1, rows + 1))
    deck = f"tables:\n  t:\n    source: data\n    rows:\n{data}figures:\n  f: {{table: t, {options}}}\nslides: [a]\n"
    (found,) = folder.problems(deck)
    assert found.endswith(f"chart 'f': {message}")


def test_infinity_is_told_and_nan_is_not_available() -> None:
    """A number that is none is drawn as a cell without a value; one without an end cannot be."""
    rows = table({"name": "text", "n": "number"}, ("a", 1.0), ("b", float("nan")))
    assert "n/a" in texts(draw("bars", rows, value="n"))
    rows = table({"name": "text", "n": "number"}, ("a", 1.0), ("b", float("inf")))
    with pytest.raises(FigureError) as caught:
        draw("bars", rows, value="n")
    assert stated(caught.value) == (("value", "row 2 (b): n is infinite; leave the row out with where"),)


def test_units_that_differ_cannot_share_an_axis() -> None:
    """Bytes and plain numbers, say."""
    rows = table({"name": "text", "size": "bytes", "n": "number"}, ("a", 1, 2.0))
    with pytest.raises(FigureError) as caught:
        draw("bars", rows, value=["size", "n"])
    message = "columns of different units cannot share an axis: size (bytes), n (number)"
    assert stated(caught.value) == (("value", message),)


def test_a_table_without_rows_is_told() -> None:
    """An experiment may give none."""
    with pytest.raises(FigureError) as caught:
        draw("bars", table({"name": "text", "n": "number"}), value="n")
    assert stated(caught.value) == (("table", "table 't' has no rows to draw"),)
