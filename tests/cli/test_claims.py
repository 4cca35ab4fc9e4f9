"""`slidegen claims`: every claim of a deck with its margin, without building the deck."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import slidegen
from tests.cli.said import run
from tests.deck_folder import MODEL

DECK = f"""\
title: "{{{{ claim(n < 3, 'in the title') }}}}"
vars: {{n: 2.5, m: {MODEL}}}
slides:
- content: "# A"
  notes: '{{{{ claim(n > 2, "half a | more") }}}}'
- |
  {{{{ claim(memory(m).total < 10 * GiB, "fits") }}}} {{{{ claim(memory(m).rank < 3, "small") }}}}

  {{{{ claim(memory(m).total < 12 * GiB, "close") }}}} {{{{ claim(m != "x", "named") }}}}
"""
"""MODEL needs 11.50 GiB."""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("a.yml").write_text(DECK)
    Path("none.yml").write_text("slides: [a]\n")
    return tmp_path


def rows(text: str) -> list[list[str]]:
    """The cells of a table of Markdown, without its heads."""
    return [[cell.strip() for cell in line.split(" | ")] for line in text.replace("|", " | ").splitlines()[2:]]


def test_all_claims_are_listed_by_slide_before_those_that_fail() -> None:
    """Even if several fail; nothing is written."""
    done = run("claims", "a.yml", "--offline", "--format", "markdown")
    assert [row[1:-1] for row in rows(done.stdout)] == [
        ["1", "5", "half a &#124; more", "2.5 &#62; 2", "25 %", ""],
        ["2", "7", "fits", "11.50\u00a0GiB &#60; 10.00\u00a0GiB", "15 %", "false"],
        ["2", "7", "small", "n/a &#60; 3", "", "false: n/a"],
        ["2", "9", "close", "11.50\u00a0GiB &#60; 12.00\u00a0GiB", "4.2 %", ""],
        ["2", "9", "named", f"&#34;{MODEL}&#34; !&#61; &#34;x&#34;".replace("!&#61;", "&#33;="), "exact", ""],
        ["", "1", "in the title", "2.5 &#60; 3", "17 %", ""],
    ]
    assert done.exit_code == 1
    first, second = done.stderr.splitlines()
    assert first.startswith('error: a.yml:7: the claim "fits" is false: 11.50')
    assert second.startswith('error: a.yml:7: the claim "small" is false: n/a cannot be compared with 3')
    assert sorted(path.name for path in Path().iterdir()) == ["a.yml", "none.yml"]


def test_by_margin_the_false_come_first_then_the_closest() -> None:
    """What is exact has no margin, and comes last."""
    done = run("claims", "a.yml", "--offline", "--sort", "margin", "--format", "json")
    found = json.loads(done.stdout)
    assert [one["claim"] for one in found] == ["small", "fits", "close", "in the title", "half a | more", "named"]
    (fits,) = (one for one in found if one["claim"] == "fits")
    assert {key: fits[key] for key in ("slide", "line", "holds", "left", "operator", "right", "distance")} == {
        "slide": 2,
        "line": 7,
        "holds": False,
        "left": 12_349_714_432,
        "operator": "<",
        "right": 10 * 2**30,
        "distance": 12_349_714_432 - 10 * 2**30,
    }
    assert fits["margin"] == pytest.approx(12_349_714_432 / (10 * 2**30) - 1)


def test_several_decks_are_listed_below_their_names() -> None:
    """One without claims says so; other mistakes of a deck are reported with what is false."""
    Path("b.yml").write_text("slides:\n- \"{{ claim(1 < 2, 'w') }}\"\n")
    Path("c.yml").write_text('slides:\n- "{{ nope }}"\n')
    done = run("claims", "none.yml", "b.yml", "c.yml", "--offline")
    heading, head, _, row = done.stdout.splitlines()
    assert (heading, head.split()) == ("b.yml", ["slide", "line", "claim", "compared", "margin"])
    assert row.split() == ["1", "2", "w", "1", "<", "2", "50", "%"]
    assert "none.yml: the deck makes no claims" in done.stderr
    assert "c.yml:2: unknown name 'nope'" in done.stderr
    assert done.exit_code == 1
    assert run("claims", "none.yml").exit_code == 0


def test_a_variable_may_be_set() -> None:
    """As for a build."""
    Path("b.yml").write_text("vars: {n: 1}\nslides:\n- \"{{ claim(n < 2, 'w') }}\"\n")
    assert [run("claims", "b.yml", "--set", f"n={n}").exit_code for n in (1, 2)] == [0, 1]


def test_programs_get_the_claims_as_values() -> None:
    """Whether they hold or not."""
    found = slidegen.claims("a.yml", offline=True)
    assert {claim.words: claim.holds for claim in found} == {
        "in the title": True,
        "half a | more": True,
        "fits": False,
        "small": False,
        "close": True,
        "named": True,
    }
    assert isinstance(found[0], slidegen.Claim)
    assert isinstance(found[0].judgment, slidegen.Judgment)
    assert isinstance(found[0].judgment.closest, slidegen.Comparison)


def test_a_false_claim_does_not_hide_the_tables() -> None:
    """They say why it is false."""
    table = f'tables: {{needs: {{source: memory, models: {MODEL}, columns: [model, total]}}}}\nslides:\n- "# A"\n- |\n'
    claim = '  {{ claim(tables.needs.row().total < 1 * GiB, "fits") }}\n'
    Path("b.yml").write_text(table + claim)
    assert run("build", "b.yml").exit_code == 1
    done = run("tables", "b.yml")
    assert (done.exit_code, "11.50" in done.stdout) == (0, True)
