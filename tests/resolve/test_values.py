"""Values in the text: numbers that keep their provenance, filters, names that last for a slide."""

from __future__ import annotations

import re

import pytest

from tests.deck_folder import MODEL, DeckFolder, without_provenance

TOTAL = 12_349_714_432
"""Bytes for the full fine-tuning of MODEL in float16: 4 x 2 x 1,543,714,304 parameters."""
HEAD = f"vars: {{m: {MODEL}}}\ntables:\n  t: {{source: memory, models: '{{{{ m }}}}'}}\n"
VALUE = "memory(m).total"


def shown(folder: DeckFolder, expression: str) -> str:
    """The HTML of an expression alone on a slide."""
    html = folder.slide(f"{{{{ {expression} }}}}", HEAD).body
    return without_provenance(html).removeprefix("<p>").removesuffix("</p>")


@pytest.mark.parametrize(
    ("expression", "text", "value"),
    [
        (f"{VALUE} | gib", "11.50\u00a0GiB", TOTAL),
        (f"{VALUE} | gib(0)", "12\u00a0GiB", TOTAL),
        (f"{VALUE} | gb(1)", "12.3\u00a0GB", TOTAL),
        (f"{VALUE} | mib(0)", "11,778\u00a0MiB", TOTAL),
        ("memory(m).parameters | count", "1.54\u00a0B", 1_543_714_304),
        ("tables.t.row(m).total | gib", "11.50\u00a0GiB", TOTAL),
        ("tables.t.rows[0].total | gib", "11.50\u00a0GiB", TOTAL),
        (f"({VALUE} / memory(m).weights) | number(1)", "4.0", "4.0"),
        (f"(memory(m).weights / {VALUE}) | percent", "25\u00a0%", "0.25"),
        (f"(-{VALUE} + 2 * {VALUE} - 0) | gib", "11.50\u00a0GiB", TOTAL),
        (f"({VALUE} / 1000) | int", "12349714", "12349714"),
        (f"({VALUE} / GiB) | round(1)", "11.5", "11.5"),
        (f"[{VALUE}, 1] | max | gib", "11.50\u00a0GiB", TOTAL),
        (f"[{VALUE}, {VALUE}] | sum | gib", "23.00\u00a0GiB", 2 * TOTAL),
        (f"(-{VALUE}) | gib", "−11.50\u00a0GiB", -TOTAL),
        (f"(-{VALUE} / {VALUE} / 1e10) | number(2)", "0.00", "-1e-10"),
        (f"(-{VALUE} / {VALUE} / 1e10) | percent(1)", "0.0\u00a0%", "-1e-10"),
        (f"(-{VALUE} / {VALUE} / 1e10) | round(1)", "0.0", "0.0"),
        (f"-{VALUE} / {VALUE} / 1e10", "−1·10⁻¹⁰", "-1e-10"),
        ("memory(m).rank", "n/a", ""),
        ("memory(m).rank + 1", "n/a", ""),
        ("memory(m).model", MODEL, MODEL),
    ],
)
def test_a_computed_value_shows_its_number_and_holds_it_exactly(
    folder: DeckFolder, expression: str, text: str, value: object
) -> None:
    """Through filters and arithmetic."""
    exact = f' data-value="{value}"' if value != "" else ""
    assert shown(folder, expression) == f'<span class="computed"{exact}>{text}</span>'


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("m | short", "Qwen2-1.5B"),
        ("'meta-llama/Meta-Llama-3-8B' | spoken", "Llama 3 8B"),
        ("'google/gemma-3-12b-pt' | spoken", "Gemma 3 12B"),
        ("['a/b', 'c/d'] | map('short') | join(', ')", "b, d"),
        ("', '.join(['a', 'b']) ~ 'x-y'.replace('-', ' ')", "a, bx y"),
        ("(1.5 * GiB) | gib", "1.50\u00a0GiB"),
        ("1234567 | number", "1,234,567"),
        ("0.5 | percent(1)", "50.0\u00a0%"),
        ("none | gib", "n/a"),
        ("-0.001 | number(2)", "0.00"),
        ("-1 | gib", "0.00\u00a0GiB"),
        (f"'yes' if {VALUE} > 11 * GiB else 'no'", "yes"),
        ("deck.title", "&amp;c."),
        ("m ~ '!'", f"{MODEL}!"),
    ],
)
def test_text_and_numbers_of_the_deck_are_shown_plainly(folder: DeckFolder, expression: str, text: str) -> None:
    """They were not computed, so they carry no provenance."""
    html = folder.slide(f"{{{{ {expression} }}}}", f"title: '&c.'\n{HEAD}").body
    assert html == f"<p>{text}</p>"


def test_a_value_says_where_it_comes_from(folder: DeckFolder) -> None:
    """In data attributes for programs, and in a title for people."""
    html = folder.slide(f"{{{{ {VALUE} | gib }}}}", HEAD).body
    found = dict(re.findall(r'([\w-]+)="([^"]*)"', html))
    assert {name: found[name] for name in ("data-source", "data-accounting", "data-model", "data-origin")} == {
        "data-source": "memory",
        "data-accounting": "textbook",
        "data-model": MODEL,
        "data-origin": "catalogue",
    }
    assert re.fullmatch(r"accelerate [\d.]+, transformers [\d.]+", found["data-versions"])
    assert found["title"] == f"{MODEL}; memory; textbook; catalogue; {found['data-versions']}"


def test_arithmetic_keeps_the_provenance_of_both_sides(folder: DeckFolder) -> None:
    """Each model once."""
    html = folder.slide("{{ (memory(m).total + memory('Qwen/Qwen2-72B').total + memory(m).total) | gib }}", HEAD).body
    assert f'data-model="{MODEL}, Qwen/Qwen2-72B"' in html


def test_names_that_a_slide_sets_are_seen_by_its_notes_and_footer(folder: DeckFolder) -> None:
    """With their values and their code; the next slide knows nothing of them."""
    deck = f"""\
        slides:
          - content: |
              `a` {{% set x = memory("{MODEL}").total | gib %}}{{%
              set y %}}`{{{{ c }}}}` {{{{ x }}}}{{% endset %}}{{{{ x }}}}
            notes: |
              `b` {{{{ y }}}}
            footer: "{{{{ x }}}}"
    """
    page = folder.build(deck)
    value = f'<span class="computed" data-value="{TOTAL}">11.50\u00a0GiB</span>'
    assert without_provenance(page.bodies[0]) == f"<p><code>a</code> {value}</p>"
    shown, _, about = without_provenance(page.notes[0]).partition('<div class="provenance">')
    assert shown == f"<p><code>b</code> <code>{{{{ c }}}}</code> {value}</p>\n"
    assert about.startswith("Computed by slidegen: memory; textbook accounting; ")
    assert f'<footer class="slide-footer"><p>{value}</p>' in without_provenance(page.slides)


def test_a_name_does_not_reach_the_next_slide(folder: DeckFolder) -> None:
    """Slides are expanded one by one."""
    (message,) = folder.problems("slides:\n- '{% set x = 1 %}{{ x }}'\n- '{{ x }}'\n")
    assert message.startswith("talk.yml:3: unknown name 'x'; ")


def test_macros_and_comments_work(folder: DeckFolder) -> None:
    """As in Jinja, but for the comment's sign, since ``{#id}`` is an attribute."""
    text = "{% macro m(a) %}{{ a | gb(0) }}{% endmacro %}{## gone {{ nope }} ##}# H {#id}\n\n{{ m(2 * GB) }}"
    assert folder.slide(text).body == '<h1 id="id">H</h1>\n<p>2\u00a0GB</p>'


def test_a_title_is_expanded_as_plain_text(folder: DeckFolder) -> None:
    """Values in it lose their markup, and markup in it its meaning."""
    page = folder.slide("a", f"title: '{{{{ {VALUE} | gib }}}} <b> *x*'\n{HEAD}")
    assert "<title>11.50\u00a0GiB &lt;b&gt; *x*</title>" in page.html


def test_a_value_never_makes_a_slide(folder: DeckFolder) -> None:
    """Whatever text it holds: slides are split before."""
    assert len(folder.slide("a {{ x }}", 'vars: {x: "\\n\\n---\\n\\n# b"}\n').bodies) == 1
