"""Claims about the rows that a rule marks, in the look of a table and in a call."""

from __future__ import annotations

import pytest

from tests.deck_folder import DeckFolder

ROWS = "a,full,40\na,lora,16\nb,full,20\nb,lora,8\n"
"""A table whose rows have names in no single column."""
NAMED = "small,10\nmiddle,20\nlarge,40\n"
CHANGE = "; change the words or the condition"


def head(claim: str, rows: str = f"name,size\n{NAMED}", when: str = "size <= 20", legend: str = "fits") -> str:
    """The head of a deck with a table of these rows, of which a rule marks those where `when` holds."""
    keys, *lines = (line.split(",") for line in rows.splitlines())
    cells = "".join(f"      - {{{', '.join(map(': '.join, zip(keys, line, strict=True)))}}}\n" for line in lines)
    legend = f"legend: {legend}, " if legend else ""
    return (
        f"tables:\n  t:\n    source: data\n    rows:\n{cells}"
        f"    emphasis:\n      - {{when: {when}, {legend}\n         claim: {claim}}}\n"
    )


@pytest.mark.parametrize(
    "claim", ["[small, middle]", "2", "[middle, small]", '"{{ 1 + 1 }}"', "\"{{ ['small', 'middle'] }}\""]
)
def test_a_rule_that_marks_the_claimed_rows(folder: DeckFolder, claim: str) -> None:
    """By their names in any order, or how many they are."""
    assert ">fits</strong>" in folder.slide('{{ table("t") }}', head(claim)).body


@pytest.mark.parametrize(
    ("claim", "when", "marked"),
    [
        ("all", "size <= 40", "small, middle, large"),
        ("none", "size > 40", "no row"),
        ("small", "size < 20", "small"),
        ("[]", "", ""),
    ],
)
def test_all_none_and_one(folder: DeckFolder, claim: str, when: str, marked: str) -> None:
    """One name needs no list; an empty list is a mistake."""
    if not marked:
        (message,) = folder.slide_problems("a", head(claim))
        assert message.startswith("talk.yml:10: claim is '[]'; allowed: all, none, how many rows, or")
    else:
        assert "<table" in folder.slide('{{ table("t") }}', head(claim, when=when)).body


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ("small", "it marks small, middle, claimed: small; the nearest is middle, 20 ≤ 20, by 0 %"),
        ("[small, large]", "it marks small, middle, claimed: small, large; the nearest is middle, 20 ≤ 20, by 0 %"),
        ("all", "it marks small, middle, claimed: all; the nearest is large, 40 > 20, by 100 %"),
        ("none", "it marks small, middle, claimed: none; the nearest is middle, 20 ≤ 20, by 0 %"),
        ("3", "it marks small, middle, claimed: 3; the nearest is large, 40 > 20, by 100 %"),
    ],
)
def test_a_rule_that_marks_other_rows_stops_the_build(folder: DeckFolder, claim: str, reason: str) -> None:
    """At the line of the claim: which rows it marks instead, and which row is nearest to changing sides."""
    (message,) = folder.slide_problems("a", head(claim))
    assert message == f'talk.yml:10: the claim "fits" is false: {reason}{CHANGE}, or set claims: warn'


def test_a_false_legend_is_struck_through(folder: DeckFolder) -> None:
    """With the rows that are marked; also where none is, and the legend would not be shown."""
    page = folder.slide('{{ table("t") }}', "claims: warn\n" + head("small"))
    assert "<del>fits</del> <ins>not true: small, middle</ins>" in page.body
    assert len(page.built.warnings) == 1
    page = folder.slide('{{ table("t") }}', "claims: warn\n" + head("small", when="size < 1"))
    assert "<del>fits</del> <ins>not true: no row</ins>" in page.body


def test_a_call_makes_claims_at_its_own_line(folder: DeckFolder) -> None:
    """And does not repeat those of the declaration."""
    text = 'x\n{{ table("t", emphasis=[{"when": "size > 20", "claim": "small"}]) }}\n\n{{ table("t", compact=true) }}'
    (message,) = folder.slide_problems(text, head("2"))
    assert message.startswith('talk.yml:14: the claim "size > 20" is false: it marks large, claimed: small;')


def test_names_that_no_column_has_are_mistakes(folder: DeckFolder) -> None:
    """As in row(): with the nearest name, or how the rows with that name differ."""
    (message,) = folder.slide_problems("a", head("smal"))
    assert message.startswith("talk.yml:10: table 't' has no row name='smal'; did you mean 'small'?")
    (message,) = folder.slide_problems("a", head("a", rows=f"model,method,size\n{ROWS}"))
    assert message.startswith("talk.yml:11: table 't' has 2 rows for model='a'; name method ('full', 'lora')")


def test_rows_are_named_by_the_column_that_has_the_names(folder: DeckFolder) -> None:
    """A table of one model has its names in another column."""
    rows = "model,method,size\na,full,40\na,lora,16\n"
    assert "<table" in folder.slide('{{ table("t") }}', head("lora", rows=rows)).body


def test_a_row_that_is_not_available_makes_no_claim_true(folder: DeckFolder) -> None:
    """It may be one that the rule would mark."""
    rows = "name,size\nsmall,10\nunknown,~\n"
    (message,) = folder.slide_problems("a", head("small", rows=rows))
    assert "; of unknown a number is n/a; change" in message
    kept = head("small", rows=rows, when="size is not none and size <= 20")
    assert "<table" in folder.slide('{{ table("t") }}', kept).body


def test_without_a_legend_the_rule_is_the_claim(folder: DeckFolder) -> None:
    """The message quotes its expression."""
    (message,) = folder.slide_problems("a", head("1", legend=""))
    assert 'the claim "size <= 20" is false: it marks small, middle, claimed: 1; the nearest is middle' in message


def test_a_claim_names_at_most_a_hundred_rows(folder: DeckFolder) -> None:
    """Each name is looked for in all rows."""
    (message,) = folder.slide_problems("a", head("[" + "x, " * 101 + "]"))
    assert message == "talk.yml:10: claim names 101 rows; allowed: 100, or how many they are"
