"""Mistakes in a deck's expressions, each with its line and the nearest allowed name."""

from __future__ import annotations

import pytest

from tests.deck_folder import WAYS, DeckFolder

HEAD = "title: T\nvars: {models: [Qwen/Qwen2-1.5B]}\ntables:\n  full: {source: memory, models: '{{ models }}'}\n"
COLUMNS = (
    "adapter, dtype, gradients, method, model, note, optimizer, parameters, rank, total, trainable_parameters, weights"
)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "{{ modles[0] }}",
            "unknown name 'modles'; did you mean 'models'?",
        ),
        ("{{ 3 | gbi }}", "unknown filter 'gbi'; did you mean 'gb'?"),
        ("{{ deck.titel }}", "no 'titel' here; did you mean 'title'? available: author, date, title"),
        ("{{ table('fulll') }}", "no table 'fulll' is declared; did you mean 'full'? available: full"),
        ("{{ tables.fulll }}", "no 'fulll' here; did you mean 'full'? available: full"),
        ("{{ tables.full.row('x') }}", "table 'full' has no row 'x'; available: Qwen/Qwen2-1.5B"),
        ("{{ tables.full.row(models[0]).totl }}", f"no column 'totl'; did you mean 'total'? available: {COLUMNS}"),
        ("{{ table('full', columns=['totl']) }}",
         f"table 'full' has no column 'totl'; did you mean 'total'? available: {COLUMNS}"),
        ("{{ table('full', sort_by='x') }}", f"table 'full' has no column 'x'; available: {COLUMNS}"),
        ("{{ table('full', unit='Gib') }}",
         "table('full'): unit is 'Gib'; allowed: 'B', 'KiB', 'MiB', 'GiB', 'TiB', 'KB', 'MB', 'GB' or 'TB'"),
        (
            "{{ memory(models[0], rnk=3).total }}",
            "memory: unknown parameter 'rnk'; did you mean 'rank'? available: accounting, dtype, method, "
            "mixed_precision, models, optimizer, parameters, rank, train_embedding",
        ),
        ("{{ memory(models[0], rank=-1, method='lora').total }}", "memory: rank is -1; allowed: more than 0"),
        ("{{ memory(models[0], method='ful').total }}",
         "memory: method is 'ful'; allowed: 'full', 'lora', 'qlora' or 'inference'"),
        ("{{ memory().total }}",
         "memory: models is missing; one model or a list: org/name, org/name@revision, or a path"),
        ("{{ memory('a', 'b').total }}", "memory() takes one unnamed argument, its models"),
        ("{{ memory('../../etc').total }}",
         "model '../../etc': its file is outside the deck's folder; copy the model into it" + WAYS),
        ("{{ models }}", "a list is not shown as it is; join it: {{ models | join(', ') }}"),
        ("{{ memory(models[0]) }}", "only a text or a number can be shown, not a Row; name one of its values"),
        ("{{ models[0] | gib }}", "'Qwen/Qwen2-1.5B' is not a number"),
        ("{{ 'x' | int }}", "'x' is not a number"),
        ("{{ 1 / 0 }}", "the expression cannot be computed: division by zero"),
        ("{{ 3 + }}", "the expression ends too early: something is missing at its end"),
        ("{{ 3", "}} is missing at the end"),
        ("{% endif %}", "{% endif %} has no {% if %} before it"),
        ("{% do x %}", "unknown statement {% do %}; available: call, filter, for, if, macro, raw, set, with"),
        ("{{ [1][4] }}", "list object has no element 4"),
        ("{% for x in 5 %}{% endfor %}", "'int' object is not iterable"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_at_its_line(folder: DeckFolder, text: str, message: str) -> None:
    """The line of the expression in the file, after blank lines and code that is not expanded."""
    slide = f"# A\n\n```\n{{{{ nope }}}}\n\n```\n`{{{{ nope }}}}`\n{text}\n"
    assert folder.slide_problems(slide, HEAD) == [f"talk.yml:14: {message}"]


def test_nothing_is_drawn_by_lot(folder: DeckFolder) -> None:
    """The same deck gives the same slides: Jinja's filter `random` is not there."""
    (problem,) = folder.slide_problems("{{ [1, 2] | random }}", HEAD)
    assert "unknown filter 'random'; available: abs, attr, " in problem


def test_mistakes_of_all_texts_are_told_together(folder: DeckFolder) -> None:
    """Title, tables, contents, notes and footers."""
    deck = """\
        footer: |
          {{ f }}
        title: "{{ t }}"
        tables:
          x: {source: memory, models: "{{ m }}"}
          y: {source: memory, models: Qwen/Qwen2-1.5B, columns: [nope]}
        slides:
          - content: "{{ c }}"
            notes: |

              {{ n }}
          - - |
              {{ d }}
    """
    told = [message.partition("; ")[0] for message in folder.problems(deck)]
    assert told == [
        "talk.yml:2: unknown name 'f'",
        "talk.yml:3: unknown name 't'",
        "talk.yml:5: unknown name 'm'",
        "talk.yml:6: table 'y' has no column 'nope'",
        "talk.yml:8: unknown name 'c'",
        "talk.yml:11: unknown name 'n'",
        "talk.yml:13: unknown name 'd'",
    ]


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (
            "{when: total <= }",
            "table 't': 'total <=' is not an expression: the expression ends too early: something is missing at "
            "its end",
        ),
        ("{when: totl > 1}", f"table 't': 'totl > 1' uses no column; did you mean 'total'? available: {COLUMNS}"),
        ("{when: 'true'}", f"table 't': 'true' uses no column; available: {COLUMNS}"),
        ("{when: totl > 1, column: total}", "unknown name 'totl'; did you mean 'total'?"),
        (
            "{when: total > 1, column: totl}",
            f"table 't' has no column 'totl'; did you mean 'total'? available: {COLUMNS}",
        ),
        ("{when: ''.__class__, column: total}", "access to attribute '__class__' of 'str' object is unsafe."),
        ("{when: model < 3}", "'<' not supported between instances of 'str' and 'int'"),
    ],
)
def test_a_rule_that_does_not_fit_its_table_is_told(folder: DeckFolder, rule: str, message: str) -> None:
    """With the line of the rule."""
    rule = rule.replace("''.__class__", "\"''.__class__\"")
    table = f"  t:\n    source: memory\n    models: Qwen/Qwen2-1.5B\n    emphasis: [{rule}]\n"
    deck = f"title: T\ntables:\n{table}slides: [a]\n"
    (told,) = folder.problems(deck)
    assert told.startswith(f"talk.yml:6: {message}")
