"""Comparisons of computed values: truth values that know what was compared and how close it was."""

from __future__ import annotations

from typing import Any

import pytest

from slidegen.errors import DeckError
from slidegen.judgments import MAX_PARTS, Judgment
from slidegen.model import Column, Provenance, Table
from slidegen.resolve.environment import make_environment
from slidegen.resolve.expander import Expander
from slidegen.resolve.meter import Meter
from slidegen.resolve.table_view import Row
from slidegen.resolve.values import Quantity, ValueProblem
from tests.deck_folder import DeckFolder

GIB = 2**30
SOURCE = Provenance("memory", models={"a": "catalogue"})
OTHER = Provenance("memory", models={"b": "catalogue"})


def size(gib: float | None, source: Provenance = SOURCE) -> Quantity:
    table = Table((Column("total", "Total", "bytes"),), ((None if gib is None else round(gib * GIB),),), source)
    return Row(table, table.rows[0]).total


CONTEXT: dict[str, Any] = {
    "a": size(20),
    "b": size(25, OTHER),
    "none_": size(None),
    "name": Quantity("nf4", (SOURCE,), "text"),
    "share": Quantity(0.25, (SOURCE,), "percent"),
    "ratio": Quantity(2.46, (SOURCE,)),
}


def value(expression: str, **names: Any) -> Any:
    return Expander(make_environment(), {**CONTEXT, **names}).evaluate(expression)


def judgment(expression: str, **names: Any) -> Judgment:
    found = value(expression, **names)
    assert isinstance(found, Judgment)
    return found


@pytest.mark.parametrize(
    ("expression", "holds", "margin"),
    [
        ("a < 24 * GiB", True, 1 / 6),
        ("24 * GiB > a", True, 1 / 6),
        ("b < 24 * GiB", False, 1 / 24),
        ("a < b", True, 1 / 5),
        ("a <= 20 * GiB", True, 0),
        ("10 * GiB < a < b", True, 1 / 5),
        ("a < 24 * GiB < b", True, 1 / 24),
        ("a < 24 * GiB and b < 26 * GiB", True, 1 / 26),
        ("a < 24 * GiB and b < 24 * GiB", False, 1 / 24),
        ("b < 24 * GiB or a < 24 * GiB", True, 1 / 6),
        ("b < 24 * GiB or a < 16 * GiB", False, 1 / 24),
        ("not b < 24 * GiB", True, 1 / 24),
        ("not (a < 24 * GiB and b < 24 * GiB)", True, 1 / 24),
        ("true and a < 24 * GiB", True, 1 / 6),
        ("a < 24 * GiB and true", True, 1 / 6),
        ("b < 24 * GiB or false", False, 1 / 24),
        ("a != 25 * GiB", True, 1 / 5),
        ("a == 20 * GiB", True, None),
        ("a == 25 * GiB", False, 1 / 5),
        ("name == 'nf4'", True, None),
        ("name in ['nf4', 'int4']", True, None),
        ("a is lt(24 * GiB)", True, 1 / 6),
        ("share > 0", True, 1),
        ("a - 20 * GiB >= 0", True, 0),
    ],
)
def test_a_comparison_knows_its_margin(expression: str, holds: bool, margin: float | None) -> None:
    """Relative to the limit. The least of a conjunction, that of the part that holds of a disjunction."""
    found = judgment(expression)
    assert (found.holds, bool(found)) == (holds, holds)
    assert found.margin == (margin if margin is None else pytest.approx(margin))


def test_a_judgment_has_where_all_its_numbers_come_from() -> None:
    """Each source once."""
    assert judgment("a < b and a < 24 * GiB and b > 1").provenance == (SOURCE, OTHER)


@pytest.mark.parametrize(
    "expression", ["none_ < 24 * GiB", "24 * GiB > none_", "not none_ < 3", "none_ is about('25 GiB')"]
)
def test_what_is_not_available_decides_nothing(expression: str) -> None:
    """Neither does its opposite."""
    assert not judgment(expression).known


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1 < 2", True),
        ("1 < 2 < 2", False),
        ("'a' and 'b' and ''", ""),
        ("0 or '' or 'x'", "x"),
        ("a < b and 'yes' or 'no'", "yes"),
        ("(a < b) == true", True),
        ("(a < b) is true", True),
        ("(a < b) is boolean", True),
        ("(a > b) is sameas(false)", True),
        ("(a < b) ~ '!'", "True!"),
        ("(a < b) + (a < b)", 2),
        ("[a < b, a > b] | sum", 1),
        ("[a < b, a > b] | sort | first | string", "False"),
        ("[[1, 2], [3]][a < b] | first", 3),
        ("range(a < b) | list", [0]),
        ("{(a < b): 7}[true]", 7),
        ("[a, b] | select('gt', 24 * GiB) | list | length", 1),
        ("[1, 2, 3] | reject('lt', 2) | list", [2, 3]),
        ("a in [1, a]", True),
        ("1 not in [1]", False),
        ("(a < b) | int", 1),
    ],
)
def test_what_uses_truth_values_works_as_before(expression: str, expected: object) -> None:
    """Short circuit, values of `and` and `or`, arithmetic, filters and tests."""
    assert value(expression) == expected


def test_operands_are_computed_once_and_only_if_they_decide() -> None:
    """As in Python."""
    calls = []

    def call(number: int) -> int:
        calls.append(number)
        return number

    assert value("f(1) < f(3) < f(2) < f(4) or f(5) and not f(6)", f=call) is False
    assert calls == [1, 3, 2, 5, 6]


@pytest.mark.parametrize(
    ("expression", "holds"),
    [
        ("ratio is about(2.5)", True),
        ("ratio is about(2.4)", False),
        ("ratio is about('2.50')", False),
        ("ratio is about('2.46')", True),
        ("ratio is about(2)", True),
        ("ratio is about(2.2, within=0.15)", True),
        ("ratio is not about(2.2, within=0.1)", True),
        ("b is about('25 GiB')", True),
        ("b is about('25.1 GiB')", False),
        ("b is about('26.8 GB')", True),
        ("(b / a) is about(1.2)", False),
        ("(b / a) is about(1.25)", True),
        ("share is about('25 %')", True),
    ],
)
def test_about_holds_for_a_number_that_rounds_to_what_is_written(expression: str, holds: bool) -> None:
    """The digits that are written decide, or a tolerance."""
    assert judgment(expression).holds is holds


def test_the_margin_of_about_is_the_way_to_the_next_rounding() -> None:
    """2.46 may fall by 0.01 until it rounds to 2.4."""
    assert judgment("ratio is about(2.5)").margin == pytest.approx(0.01 / 2.5)


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("ratio is about('x')", "about('x'): that is not a number; write it as '2.50' or '25.1 GiB'"),
        ("ratio is about('25 KB/s')", "about('25 KB/s'): that is not a number"),
        ("b is about(25 * GiB)", "write it as a text: about('25.1 GiB')"),
        ("name is about(2)", "about() compares a number, not 'nf4'"),
        ("ratio is about(2, within='x')", "about(): within is 'x'; allowed: a share such as 0.05"),
        ("b / a is about(2)", "what is about a number stands in parentheses: (a / b) is about(2.5)"),
        ("name < 3", "not supported between instances of 'str' and 'int'"),
    ],
)
def test_what_cannot_be_compared_is_a_mistake(expression: str, message: str) -> None:
    with pytest.raises(ValueProblem) as error:
        value(expression)
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("expression", "kind"),
    [
        ("a", "bytes"),
        ("a + b", "bytes"),
        ("a - GiB", "bytes"),
        ("2 * a", "bytes"),
        ("a / 2", "bytes"),
        ("a / GiB", None),
        ("a / b", None),
        ("a * b", None),
        ("1 / a", None),
        ("a | round", "bytes"),
        ("-a", "bytes"),
        ("ratio * 2", None),
    ],
)
def test_arithmetic_keeps_how_a_number_is_shown_where_that_still_fits(expression: str, kind: str | None) -> None:
    assert value(expression).kind == kind


def test_judgments_pay_for_their_work_and_stay_small() -> None:
    """A loop that joins ever more comparisons keeps the closest ones, and has no more steps than any other loop."""
    expander = Expander(make_environment(), CONTEXT)
    text = " and ".join(["a < b"] * 150)
    found = expander.evaluate(text)
    assert len(found.parts) == MAX_PARTS
    sources = tuple(Provenance("memory", models={str(number): "hub"}) for number in range(2000))
    with pytest.raises(DeckError, match="too much work"):
        Expander(make_environment(meter=Meter()), {"x": Quantity(1, sources)}).evaluate("x < x")


def test_conditions_values_and_parameters_take_a_comparison_as_before(folder: DeckFolder) -> None:
    """In `when`, in `vars`, in statements, and shown as text."""
    deck = """\
        vars:
          m: Qwen/Qwen2-1.5B
          fits: "{{ memory(m).total < 24 * GiB }}"
        tables:
          t: {source: memory, models: "{{ m }}", method: lora, train_embedding: "{{ fits }}"}
        slides:
          - when: fits
            content: "{{ fits }} {{ 'yes' if fits and memory(m).total > 1 else 'no' }} {{ fits == true }}"
          - when: memory(m).total > 24 * GiB
            content: gone
    """
    page = folder.build(deck)
    assert page.bodies == ["<p>True yes True</p>"]
