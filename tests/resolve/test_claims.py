"""Claims: words that stand on a slide as long as a comparison of computed numbers holds."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from slidegen.build_options import BuildOptions
from slidegen.errors import SlidegenError
from slidegen.pipeline import preview, resolved_deck
from slidegen.resolve import claims
from tests.deck_folder import MODEL, DeckFolder, without_provenance

HEAD = f"vars: {{m: {MODEL}, n: 2.46}}\n"
TOTAL = "memory(m).total"
"""11.50 GiB."""
CHANGE = "; change the words or the condition"
FALSE = f'talk.yml:5: the claim "w" is false: 11.50\u00a0GiB is not < 10.00\u00a0GiB (15 % over){CHANGE}'
TABLE = f"tables:\n  t:\n    source: memory\n    models: {MODEL}\n    method: lora\n"


def told(error: SlidegenError) -> list[str]:
    return [str(problem) for problem in error.problems]


def test_the_words_of_a_true_claim_stand_on_the_slide(folder: DeckFolder) -> None:
    """As data, with the provenance of the numbers: no text of an expression is Markdown."""
    html = folder.slide(f"{{{{ claim({TOTAL} < 12 * GiB, '<b>fits</b> *here* & \"there\"') }}}}", HEAD).body
    assert 'data-model="Qwen/Qwen2-1.5B"' in html
    shown = '<span class="claim" data-value="11.50\u00a0GiB &lt; 12.00\u00a0GiB">'
    words = "&lt;b&gt;fits&lt;/b&gt; *here* &amp; &quot;there&quot;"
    assert without_provenance(html) == f"<p>{shown}{words}</span></p>"


def test_a_false_claim_stops_the_build(folder: DeckFolder) -> None:
    """At its line, with the numbers and by how much it misses; all of them together, also with other mistakes."""
    text = f"a\n{{{{ claim({TOTAL} < 10 * GiB, 'w') }}}}\n\n{{{{ claim({TOTAL} > 12 * GiB, 'x') }}}} {{{{ nope }}}}"
    first, other, second = folder.slide_problems(text, HEAD)
    assert first == f"{FALSE}, or set claims: warn"
    assert second.startswith('talk.yml:7: the claim "x" is false: 11.50\u00a0GiB is not > 12.00\u00a0GiB (4.2 % under)')
    assert "unknown name 'nope'" in other


def test_with_a_warning_the_words_are_struck_through_with_the_truth(folder: DeckFolder) -> None:
    """By the deck's key or the option of the build; the option wins."""
    text = f"a\n{{{{ claim({TOTAL} < 10 * GiB, 'w') }}}}"
    page = folder.slide(text, f"claims: warn\n{HEAD}")
    assert "<del>w</del> <ins>not true: 11.50\u00a0GiB ≥ 10.00\u00a0GiB</ins></span>" in page.body
    assert [str(one).rpartition("/")[2] for one in page.built.warnings] == [FALSE.replace(":5:", ":6:")]
    assert "<del>w</del>" in folder.slide(text, HEAD, claims="warn").body
    (folder.path / "build/talk.html").unlink()
    with pytest.raises(SlidegenError, match="claims: warn"):
        folder.slide(text, f"claims: warn\n{HEAD}", claims="fail")


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        (f"({TOTAL} / GiB) is about(11)", "11.5 is not about 11 (0.014 % over)"),
        (f"{TOTAL} is about('11 GiB')", "11.50\u00a0GiB is not about 11.00\u00a0GiB (0.014 % over)"),
        (f"12 * GiB < {TOTAL} < 13 * GiB", "12.00\u00a0GiB is not < 11.50\u00a0GiB (4.2 % under)"),
        (f"{TOTAL} < 12 * GiB and {TOTAL} > 12 * GiB", "11.50\u00a0GiB is not > 12.00\u00a0GiB (4.2 % under)"),
        (f"not {TOTAL} < 12 * GiB", "11.50\u00a0GiB is not >= 12.00\u00a0GiB (4.2 % under)"),
        (f"{TOTAL} < 11.499 * GiB", "11.502\u00a0GiB is not < 11.499\u00a0GiB (0.022 % over)"),
        (f"{TOTAL} < 12 * GB", "12.35\u00a0GB is not < 12.00\u00a0GB (2.9 % over)"),
        (f"{TOTAL} < {TOTAL}", "11.50\u00a0GiB is not < 11.50\u00a0GiB"),
        ("memory(m).rank < 3", "n/a cannot be compared with 3"),
        ("none < 3", "n/a cannot be compared with 3"),
        ("not memory(m).rank < 3", "n/a cannot be compared with 3"),
        ("n > 3", "2.46 is not > 3 (18 % under)"),
        ("m == 'x'", f'"{MODEL}" is not "x"'),
        ("m in ['x', 'y']", f'"{MODEL}" is not in [x, y]'),
        ("memory(m).parameters > 1.6e9", "1.54\u00a0B is not > 1.60\u00a0B (3.5 % under)"),
    ],
)
def test_a_false_claim_says_what_was_compared(folder: DeckFolder, condition: str, reason: str) -> None:
    """Both numbers in their unit, with the digits that tell them apart."""
    (message,) = folder.slide_problems(f'{{{{ claim({condition}, "w") }}}}', HEAD)
    assert message == f'talk.yml:4: the claim "w" is false: {reason}{CHANGE}, or set claims: warn'


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("claim()", "claim() takes a condition and its words"),
        ("claim(n < 3)", "claim() takes a condition and its words"),
        ("claim(condition=n < 3, words='w')", "claim() takes a condition and its words"),
        ("claim(n < 3, '  ')", "the words of claim() are empty"),
        ("claim(n < 3, ['w'])", "a list is not shown as it is"),
        ("claim(true, 'w')", 'claim("w"): the condition is true and does not say of which numbers'),
        ("claim(n is defined, 'w')", 'claim("w"): the condition is true and does not say of which numbers'),
        ("claim(n, 'w')", "claim(\"w\"): the condition is '2.46'; compare by an operator in it"),
        ("claim(none, 'w')", "claim(\"w\"): the condition is 'n/a'; compare by an operator in it"),
        ("claim([n], 'w')", 'claim("w"): the condition is not a truth value'),
        ("claim(nope < 3, 'w')", "unknown name 'nope'"),
        ("claim('a' < 3, 'w')", "'<' not supported between instances of 'str' and 'int'"),
    ],
)
def test_what_cannot_be_claimed_is_a_mistake(folder: DeckFolder, call: str, message: str) -> None:
    """It says how a claim is written."""
    (found,) = folder.slide_problems(f"{{{{ {call} }}}}", HEAD)
    assert found.startswith(f"talk.yml:4: {message}")


def test_claims_stand_wherever_expressions_do(folder: DeckFolder) -> None:
    """In titles, values, captions, legends, notes, footers and loops; each once, with its line and slide."""
    deck = f"""\
        title: "{{{{ claim(n < 3, 'in the title') }}}}"
        vars:
          n: 4
          said: "{{{{ claim(n < 2, 'in a value') }}}}"
        footer: "{{{{ claim(n < 3, 'in the footer') }}}}"
        claims: warn
        tables:
          t:
            source: memory
            models: {MODEL}
            caption: "See {{{{ claim(n < 3, 'in a caption') }}}}"
        slides:
          - gone: x
          - |
            {{{{ said }}}}
            {{% for x in [1, 2] %}}{{{{ claim(n < x, "in a loop") }}}}{{% endfor %}}

            <svg><text>{{{{ claim(n < 3, "in a drawing") }}}}</text></svg>
            <p title="{{{{ claim(n < 3, 'in an attribute') }}}}">a</p>
          - content: '{{{{ table("t") }}}}'
            notes: |
              {{{{ claim(n < 3, "in the notes") }}}}
    """.replace(
        "          - gone: x\n", "          - when: n < 3\n            content: '{{ claim(n < 0, \"gone\") }}'\n"
    )
    page = folder.build(deck)
    found = resolved_deck(str(folder.path / "talk.yml"), BuildOptions(offline=True)).claims
    places = {(claim.words, claim.line, claim.slide) for claim in found}
    assert places == {
        ("in the title", 1, None),
        ("in a value", 4, 1),
        ("in the footer", 5, 1),
        ("in a caption", 11, 2),
        ("in a loop", 17, 1),
        ("in a drawing", 19, 1),
        ("in an attribute", 20, 1),
        ("in the notes", 23, 2),
    }
    assert len(found) == len(places) + 1  # the loop compares twice
    assert len(page.built.warnings) == len(found)
    plain = "[not true: 4 ≥ 3]"
    assert f"<title>in the title {plain}</title>" in page.html
    assert f"See in a caption {plain}" in page.html
    assert f'<p title="in an attribute {plain}">' in page.bodies[0]
    assert f'<tspan class="false-claim">in a drawing {plain}</tspan>' in page.bodies[0]
    assert "<del>in a value</del> <ins>not true: 4 ≥ 2</ins>" in page.bodies[0]
    assert "<del>in the notes</del>" in page.notes[-1]


def test_claims_of_an_included_file_have_its_lines(folder: DeckFolder) -> None:
    """The deck's key holds for them."""
    folder.write("part.yml", "claims: warn\nvars: {n: 3}\nslides:\n- |\n  # P\n\n  {{ claim(n < 2, 'w') }}\n")
    deck = "slides:\n- '{{ 1 }}'\n- include: part.yml\n"
    (message,) = [one for one in folder.problems(deck) if "false" in one]
    assert message.startswith('part.yml:7: the claim "w" is false: 3 is not < 2 (50 % over)')


def test_a_macro_knows_the_line_of_its_claim(folder: DeckFolder) -> None:
    """Also if the notes call it, which are another text."""
    deck = f"""\
        {HEAD}
        slides:
          - content: |
              {{% macro small(x) %}}
              {{{{ claim(x < 2, "small") }}}}
              {{% endmacro %}}
            notes: "{{{{ small(n) }}}}"
    """
    (message,) = folder.problems(deck)
    assert message.startswith('talk.yml:6: the claim "small" is false')


def test_the_truth_is_written_as_the_language_writes_numbers(folder: DeckFolder) -> None:
    """Words that slidegen has no translation of are marked as English."""
    html = folder.slide(f"{{{{ claim({TOTAL} < 10 * GiB, 'passt') }}}}", f"lang: de\n{HEAD}", claims="warn").body
    english = '<span lang="en" dir="ltr">not true</span>'
    assert f"<del>passt</del> <ins>{english}: 11,50\u00a0GiB ≥ 10,00\u00a0GiB</ins>" in html


def test_a_claim_is_no_condition(folder: DeckFolder) -> None:
    """It is for text: what it would say is nowhere."""
    deck = f"{HEAD}slides:\n- when: claim(n < 3, 'w')\n  content: a\n"
    (message,) = folder.problems(deck)
    assert message.startswith("talk.yml:3: when: claim() is for a text that is shown")


def test_the_name_is_reserved(folder: DeckFolder) -> None:
    (message,) = folder.problems("vars: {claim: 1}\nslides: [a]\n")
    assert message.endswith("the name 'claim' is reserved by slidegen; choose another")


def test_a_markdown_deck_without_values_shows_a_claim_as_written(folder: DeckFolder) -> None:
    """With a warning, as other functions."""
    page = folder.build("# a\n\n{{ claim(1 < 2, 'w') }}\n", "a.md")
    (warning,) = page.built.warnings
    assert "{{ claim( is shown as it is written" in str(warning)


def test_claims_in_a_loop_have_an_end(folder: DeckFolder) -> None:
    """Each costs steps, so that a stranger's deck cannot keep any number of them."""
    text = '{% for x in range(100000) %}{{ claim(x < n, "w" ~ x) }}{% endfor %}'
    (message,) = folder.slide_problems(text, HEAD)
    assert "too much work" in message
    assert 100 < claims.CLAIM < 10_000


def test_long_words_are_shortened_in_messages_only(folder: DeckFolder) -> None:
    long = "word " * 500
    (message,) = folder.slide_problems(f'{{{{ claim(n < 2, "{long}") }}}}', HEAD)
    assert f'"{long[: claims.MAX_WORDS]}..." is false' in message
    assert f"<del>{long.strip()}</del>" in folder.slide(f'{{{{ claim(n < 2, "{long}") }}}}', HEAD, claims="warn").body


def test_words_may_hold_computed_values(folder: DeckFolder) -> None:
    """They become text; a mark that is cut or forged is refused as anywhere."""
    html = folder.slide(f'{{{{ claim({TOTAL} > 1, "takes " ~ ({TOTAL} | gib)) }}}}', HEAD).body
    assert ">takes 11.50\u00a0GiB</span>" in html


def test_a_mark_cannot_be_forged_by_words_or_by_what_they_compare(folder: DeckFolder) -> None:
    """Escapes in literals can write the characters that no deck may hold."""
    mark = r"\ufdd60\ufdd7"
    (message,) = folder.slide_problems(f'{{{{ claim(n < 9, "{mark}") }}}}', HEAD)
    assert message == "talk.yml:4: the words of claim() hold a character that is not text"
    html = folder.slide(f'{{{{ claim(n == "{mark}", "w") }}}}', HEAD, claims="warn").body
    assert "<ins>not true: 2.46 ≠ &quot;\ufffd0\ufffd&quot;</ins>" in html


def test_a_false_claim_is_struck_through_in_layouts_formulas_and_charts(folder: DeckFolder) -> None:
    """Where a value has its own look, a claim keeps its truth."""
    deck = f"""\
        claims: warn
        vars: {{n: 2.46}}
        tables:
          t: {{source: memory, models: {MODEL}, method: [full, lora]}}
        figures:
          f: {{kind: bars, table: t, value: total, title: "{{{{ claim(n < 2, 'title') }}}}"}}
        slides:
          - layout: stats
            content: |
              - **{{{{ claim(n < 2, "2x") }}}}** less

              - **{{{{ n }}}}** more
          - '$x = {{{{ claim(n < 2, "small") }}}}$'
          - '{{{{ chart("f") }}}}'
    """
    stats, formula, chart = folder.build(deck).bodies
    assert "<del>2x</del> <ins>not true: 2.46 ≥ 2</ins>" in stats
    assert r'<annotation encoding="application/x-tex">x = small\ [not\ true:\ 2.46\ ≥\ 2]</annotation>' in formula
    assert "title [not true: 2.46 ≥ 2]" in chart


@pytest.mark.parametrize("head", ["marp: true\n", "format: revealjs\n", "separator: '^---$'\n", "dialect: plain\n"])
def test_every_dialect_of_markdown_has_the_key(folder: DeckFolder, head: str) -> None:
    """It is not one of the dialect's own, about which there would be a warning."""
    deck = f"---\n{head}claims: warn\nvars: {{n: 3}}\n---\n\n# A\n\n{{{{ claim(n < 2, 'w') }}}}\n"
    page = folder.build(deck, "a.md")
    (warning,) = [str(one) for one in page.built.warnings if "claim" in str(one)]
    assert 'the claim "w" is false' in warning
    assert "<del>w</del> <ins>not true: 3 ≥ 2</ins>" in page.html


def test_a_notebook_has_the_key(folder: DeckFolder) -> None:
    """Beside its other options, in slidegen's own words."""
    cell = {"cell_type": "markdown", "metadata": {}, "source": "# A\n\n{{ claim(n < 2, 'w') }}"}
    head = {"slidegen": {"claims": "warn", "vars": {"n": 3}}}
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": head, "cells": [cell]}
    assert "<del>w</del>" in folder.build(json.dumps(notebook), "a.ipynb").html


def test_what_is_compared_is_shown_in_short(folder: DeckFolder) -> None:
    """Lists by their first items, objects by what they are: a message is the same each time."""
    head = f"{HEAD}{TABLE}"
    (message,) = folder.slide_problems('{{ claim(tables.t in [1, 2, 3, 4, 5, [6]], "w") }}', head)
    assert '"a TableView" is not in [1, 2, 3, 4, ...]' in message
    (message,) = folder.slide_problems('{{ claim([n, [1], m] == m, "w") }}', HEAD)
    assert f'"[2.46, ..., {MODEL}]" is not "{MODEL}"' in message


def test_the_served_page_knows_a_false_claim_once_its_number_is_computed(folder: DeckFolder) -> None:
    """Before, nothing is claimed of it."""
    deck = folder.write("talk.yml", f"{HEAD}slides:\n- \"{{{{ claim({TOTAL} < 10 * GiB, 'w') }}}}\"\n")
    options = BuildOptions(offline=True, keep_record=False, defers=True)
    assert preview(str(deck), options).deferred
    with pytest.raises(SlidegenError) as error:
        preview(str(deck), replace(options, defers=False))
    assert [problem.code for problem in error.value.problems] == ["false-claim"]
    assert "<del>w</del>" in preview(str(deck), replace(options, defers=False, claims="warn")).page.stacks[0][0]
