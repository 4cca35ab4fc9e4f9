"""Claims in figures: which rows stand out, and which bars end before a line."""

from __future__ import annotations

import pytest

from tests.deck_folder import DeckFolder

HEAD = """\
tables:
  t:
    source: data
    rows: [{name: small, size: 10}, {name: middle, size: 20}, {name: large, size: 40}]
figures:
  f:
    kind: bars
    table: t
    value: size
"""
CHANGE = "; change the words or the condition"


def figure(*options: str) -> str:
    """The head of a deck with bars and these options, the first in line 10."""
    return HEAD + "".join(f"    {option}\n" for option in options)


@pytest.mark.parametrize("claim", ["2", "[small, middle]"])
def test_true_claims_change_nothing(folder: DeckFolder, claim: str) -> None:
    """Of what stands out, of a line and of a range."""
    lines = f"annotate: [{{value: 24, text: a card, claim: {claim}}}, {{value: [5, 15], text: little, claim: small}}]"
    claimed = folder.slide(
        '{{ chart("f") }}', figure("highlight: size <= 20", f"claim: {claim}", "title: Two fit", lines)
    )
    plain = lines.replace(f", claim: {claim}", "").replace(", claim: small", "")
    other = folder.slide('{{ chart("f") }}', figure("highlight: size <= 20", "title: Two fit", plain))
    assert claimed.body == other.body


def test_what_stands_out_is_claimed_by_the_title(folder: DeckFolder) -> None:
    """At the line of the claim; without a title the rule is quoted."""
    (message,) = folder.slide_problems("a", figure("highlight: size <= 20", "title: All fit", "claim: all"))
    assert message.startswith('talk.yml:12: the claim "All fit" is false: it marks small, middle, claimed: all')
    (message,) = folder.slide_problems("a", figure("highlight: size <= 20", "claim: none"))
    assert message.startswith(
        'talk.yml:11: the claim "size <= 20" is false: it marks small, middle, claimed: none; the'
    )


def test_words_at_a_line_claim_the_bars_before_it(folder: DeckFolder) -> None:
    """In the unit of the axis."""
    (message,) = folder.slide_problems("a", figure("annotate: [{value: 24, text: a card, claim: 3}]"))
    reason = "it marks small, middle, claimed: 3; the nearest is large, 40 > 24, by 67 %"
    assert message == f'talk.yml:10: the claim "a card" is false: {reason}{CHANGE}, or set claims: warn'
    sizes = HEAD.replace(
        "source: data", "source: memory\n    models: Qwen/Qwen2-1.5B\n    method: [full, lora]"
    ).replace("    rows: [{name: small, size: 10}, {name: middle, size: 20}, {name: large, size: 40}]\n", "")
    sizes = sizes.replace("value: size", "value: total") + "    annotate: [{value: 11, text: 11 GiB, claim: lora}]\n"
    (message,) = folder.slide_problems("a", sizes.replace("claim: lora", "claim: all"))
    assert "it marks lora, claimed: all; the nearest is full, 11.50\u00a0GiB > 11.00\u00a0GiB, by 4.6 %" in message
    assert "11 GiB" in folder.slide('{{ chart("f") }}', sizes).body


def test_a_false_claim_has_the_truth_behind_it(folder: DeckFolder) -> None:
    """With claims: warn, once for each claim, however often the figure is placed."""
    options = figure(
        "highlight: size <= 20", "title: All fit", "claim: all", "annotate: [{value: 24, text: a card, claim: 3}]"
    )
    text = '{{ chart("f") }}\n\n{{ chart("f", width=500) }}'
    page = folder.slide(text, f"claims: warn\n{options}")
    assert page.body.count("All fit [not true: small, middle]") >= 2
    assert page.body.count("a card [not true: small, middle]") >= 2
    assert len(page.built.warnings) == 2


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["claim: 2"], "talk.yml:10: chart 'f': claim needs highlight, whose rows it names"),
        (
            ["highlight: size < 9", "claim: smal"],
            "talk.yml:11: chart 'f': table 't' has no row name='smal'; did you mean",
        ),
        (
            ["annotate: [{row: small, text: w, claim: 2}]"],
            "talk.yml:10: chart 'f': a claim at a line or a range is for bars of one column",
        ),
    ],
)
def test_mistakes(folder: DeckFolder, options: list[str], message: str) -> None:
    """Each at the line of its option."""
    (found,) = folder.slide_problems("a", figure(*options))
    assert found.startswith(message)
