"""Why a number changed: what differs between the results, the variables and the texts on both sides."""

from __future__ import annotations

from pathlib import Path

import pytest

from slidegen.build_options import BuildOptions
from slidegen.changes.comparing import compare
from slidegen.changes.values import Reason
from slidegen.pipeline import past_deck
from tests.changes.decks import Made, only, read, slides, told

CALL = '{{ memory("org/a", method="lora", rank=16, dtype="float16").total | gib }}'
TEXT = slides(f"It takes {CALL}.")
SIZES = {"a": 10}


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (Made(version=2), Reason("formula", "memory", "1", "2")),
        (Made(library="5.1.0"), Reason("library", "transformers", "5.0.0", "5.1.0")),
        (Made(digest="e" * 64), Reason("model", "org/a", "catalogue dddddddd", "catalogue eeeeeeee")),
        (Made(accounting="other"), Reason("accounting", "memory", "textbook", "other")),
        (Made(), Reason("unknown")),
    ],
)
def test_each_way_in_which_a_result_may_differ(tmp_path: Path, made: Made, reason: Reason) -> None:
    """The number is the same expression of the same text on both sides."""
    old, new = read(tmp_path, TEXT, SIZES), read(tmp_path, TEXT, {"a": 11}, made)
    change = only(compare(old, new))
    assert (change.old, change.new, change.reasons) == ("10.00 GiB", "11.00 GiB", (reason,))
    assert only(compare(new, old)).reasons == (reason.swapped(),)


def test_a_revision_names_a_config_better_than_its_digest(tmp_path: Path) -> None:
    """The Hub's commit is what people look up."""
    old = read(tmp_path, TEXT, SIZES, Made(digest="1", origin="hub@aaa"))
    new = read(tmp_path, TEXT, {"a": 11}, Made(digest="2", origin="hub@bbb"))
    assert only(compare(old, new)).reasons == (Reason("model", "org/a", "hub@aaa", "hub@bbb"),)


def test_another_commit_with_the_same_config_is_none(tmp_path: Path) -> None:
    """The number comes from the config, not from the rest of the commit."""
    old = read(tmp_path, TEXT, SIZES, Made(origin="hub@aaa"))
    new = read(tmp_path, TEXT, {"a": 11}, Made(origin="hub@bbb"))
    assert only(compare(old, new)).reasons == (Reason("unknown"),)


def test_several_reasons_are_in_order(tmp_path: Path) -> None:
    """The most specific one comes first."""
    old, new = read(tmp_path, TEXT, SIZES), read(tmp_path, TEXT, {"a": 11}, Made(version=2, library="6", digest="1"))
    assert [reason.kind for reason in only(compare(old, new)).reasons] == ["model", "formula", "library"]


def test_a_variable_is_named_and_not_the_parameter_that_it_gives(tmp_path: Path) -> None:
    """A printed variable, a computed value that uses it, and what is derived from it without a result."""
    text = slides(
        'Rank {{ rank }} takes {{ memory("org/a", method="lora", rank=rank, dtype="float16").total | gib }}.\n'
        "Twice is {{ 2 * rank }}.",
        head="vars: {rank: 16}\n",
    )
    old = read(tmp_path, text, SIZES)
    new = read(tmp_path, text.replace("rank: 16", "rank: 32"), {"a": 11}, Made(rank=32))
    changes = compare(old, new)
    assert told(changes) == [("16", "32"), ("10.00 GiB", "11.00 GiB"), ("32", "64")]
    assert {change.reasons for change in changes} == {(Reason("variable", "rank", "16", "32"),)}


def test_a_variable_in_the_caption_of_a_table(tmp_path: Path) -> None:
    """The author typed its digits, but under `vars:` and not in the caption."""
    head = "vars: {rank: 16}\ntables: {t: {source: data, rows: [{name: a, size: 1}], caption: 'Rank {{ rank }}'}}\n"
    text = slides("{{ table('t') }}", head=head)
    change = only(compare(read(tmp_path, text), read(tmp_path, text.replace("rank: 16", "rank: 32"))))
    assert (change.old, change.new, change.reasons) == ("16", "32", (Reason("variable", "rank", "16", "32"),))


def test_a_count_that_is_printed(tmp_path: Path) -> None:
    """It is of the variable, although both digits stand elsewhere in the text."""
    text = slides("Of {{ names | length }}, not 2 or 3.", head="vars: {names: [a, b]}\n")
    old, new = read(tmp_path, text), read(tmp_path, text.replace("[a, b]", "[a, b, c]"))
    change = only(compare(old, new))
    assert (change.old, change.new, change.reasons) == ("2", "3", (Reason("variable", "names", None, "c"),))


def test_another_model_is_named_by_the_variable_with_all_models(tmp_path: Path) -> None:
    """The value says which model took the place of which."""
    call = 'memory(models[0], method="lora", rank=16, dtype="float16").total | gib'
    text = slides(f"It takes {{{{ {call} }}}}.", head="vars: {models: [org/a, org/c, org/d]}\n")
    old, new = read(tmp_path, text, SIZES), read(tmp_path, text.replace("org/a", "org/b"), {"b": 12})
    assert only(compare(old, new)).reasons == (Reason("variable", "models", "org/a", "org/b"),)


def test_a_parameter_that_the_author_edited(tmp_path: Path) -> None:
    """There is no variable for it."""
    old = read(tmp_path, TEXT, SIZES)
    new = read(tmp_path, TEXT.replace("rank=16", "rank=32"), {"a": 11}, Made(rank=32))
    assert only(compare(old, new)).reasons == (Reason("parameter", "rank", "16", "32"),)


def test_the_deck_text(tmp_path: Path) -> None:
    """Digits that the author typed, and another column of the same result."""
    old, new = read(tmp_path, slides("Five 5.")), read(tmp_path, slides("Five 6."))
    assert only(compare(old, new)).reasons == (Reason("text"),)
    old, new = read(tmp_path, TEXT, SIZES), read(tmp_path, TEXT.replace(".total", ".weights"), SIZES)
    change = only(compare(old, new))
    assert (change.new, change.reasons) == ("5.00 GiB", (Reason("text"),))


def test_a_number_that_the_record_lacks_is_not_made_up(tmp_path: Path) -> None:
    """The old side has no value, and the problem says which."""
    old, new = read(tmp_path, TEXT), read(tmp_path, TEXT, SIZES)
    changes = compare(old, new)
    assert only(changes).reasons == (Reason("missing"),)
    assert (only(changes).old, only(changes).new) == ("?", "10.00 GiB")
    assert [problem.code for problem in changes.problems] == ["frozen"]


def test_a_record_that_cannot_be_read_lacks_every_result(tmp_path: Path) -> None:
    """The deck is not new because of that."""
    new = read(tmp_path, TEXT, SIZES)
    (tmp_path / "talk.record.json").write_text('{"results": [', encoding="utf-8")
    changes = compare(past_deck(str(tmp_path / "talk.yml"), BuildOptions()), new)
    assert (only(changes).old, only(changes).new, only(changes).reasons) == ("?", "10.00 GiB", (Reason("missing"),))
    assert sorted(problem.code for problem in changes.problems) == ["frozen", "record-file"]


def test_a_table_and_words_that_the_record_lacks(tmp_path: Path) -> None:
    """Neither the table nor the words are new, although the author edited the deck elsewhere."""
    call = 'memory("org/a", method="lora", rank=16, dtype="float16")'
    text = "Good morning.\n\n{{ table('needs') }}\n\nIt {{ claim(" + call + ".total < 24 * GiB, 'fits on a card') }}."
    head = "tables: {needs: {source: memory, models: org/a, method: lora, rank: 16, dtype: float16}}\n"
    old = read(tmp_path, slides(text.replace("morning", "evening"), head=head))
    new = read(tmp_path, slides(text, head=head), SIZES)
    found = [change for slide in compare(old, new).slides for change in slide.changes]
    assert {change.place for change in found} == {"table", "text"}
    assert {change.reasons for change in found} == {(Reason("missing"),)}


def test_a_text_whose_condition_is_not_known(tmp_path: Path) -> None:
    """Its sentences are not new: the old record does not say which of them stood there."""
    text = slides('{% if memory("org/a", method="lora", rank=16, dtype="float16").total > 1 %}All 7 fit.{% endif %}')
    changes = compare(read(tmp_path, text), read(tmp_path, text, SIZES))
    assert (only(changes).new, only(changes).reasons) == ("All 7 fit.", (Reason("missing"),))


def test_a_sentence_that_a_condition_chose(tmp_path: Path) -> None:
    """The words differ because a number does: both sides' words are in the text."""
    text = slides(
        '# {% if memory("org/a", method="lora", rank=16, dtype="float16").total > 24 * GiB %}Too large'
        "{% else %}Fits a 24 GB card{% endif %}"
    )
    old, new = read(tmp_path, text, {"a": 20}), read(tmp_path, text, {"a": 30}, Made(version=2))
    change = only(compare(old, new))
    assert (change.kind, change.old, change.new) == ("words", "Fits a 24 GB card", "Too large")
    assert change.reasons == (Reason("formula", "memory", "1", "2"),)


def test_rows_of_a_file_and_of_the_deck(tmp_path: Path) -> None:
    """Numbers that are given are not computed: their file changed, or the deck."""
    (tmp_path / "a.csv").write_text("name,size\none,1\n", encoding="utf-8")
    head = "tables: {t: {source: data, file: a.csv}}\n"
    old = read(tmp_path, slides('{{ table("t") }}', head=head))
    (tmp_path / "a.csv").write_text("name,size\none,2\n", encoding="utf-8")
    new = read(tmp_path, slides('{{ table("t") }}', head=head))
    assert only(compare(old, new)).reasons == (Reason("given", "a.csv"),)
    head = "tables: {t: {source: data, rows: [{name: one, size: 1}]}}\n"
    old = read(tmp_path, slides('{{ table("t") }}', head=head))
    new = read(tmp_path, slides('{{ table("t") }}', head=head.replace("size: 1", "size: 3")))
    assert only(compare(old, new)).reasons == (Reason("text"),)
