"""Figures in a deck: declared and called, with the rows, words and units that the deck asks for."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.deck_folder import MODEL, DeckFolder
from tests.marp.dom import tree

HEAD = f"""\
vars: {{least: 4, models: [{MODEL}]}}
tables:
  m: {{source: memory, models: "{{{{ models }}}}", method: [full, lora], unit: MiB, labels: {{weights: Model}}}}
  t:
    source: data
    rows:
      - {{method: NF4, bits: 4.5}}
      - {{method: INT8, bits: 8}}
      - {{method: INT3, bits: 3}}
      - {{method: none, bits: null}}
figures:
  bits-bars: {{kind: bars, table: t, value: bits, caption: "Bits & bytes"}}
"""


def shown(html: str) -> list[str]:
    """The texts of the figures on a slide, but for those that are there for a phone."""
    root = tree(html)
    wide = [svg for svg in root.all("svg") if "chart" in svg.classes]
    phone = [svg for div in root.all("div") if "phone-chart" in div.classes for svg in div.all("svg")]
    return [text.text for svg in wide if svg not in phone for text in svg.all("text")]


def slide(folder: DeckFolder, call: str, head: str = HEAD) -> str:
    """The HTML of a slide with one call."""
    return folder.slide(call, head).body


def test_a_declared_figure_is_placed_by_its_name(folder: DeckFolder) -> None:
    """In a figure with its caption and the line on its origin."""
    body = slide(folder, '{{ chart("bits-bars") }}')
    assert body.startswith(
        '<figure class="computed-figure" data-figure="bits-bars" data-kind="bars"><svg class="chart"'
    )
    assert '<span class="caption">Bits &amp; bytes</span>' in body
    assert (
        '<span class="provenance" title="Given in the deck, not computed by slidegen.">Given in the deck</span>' in body
    )


def test_tables_of_one_source_are_told_in_one_sentence(folder: DeckFolder) -> None:
    """With what each of them leaves out; numbers from elsewhere have a sentence of their own."""
    head = f"""\
tables:
  full: {{source: memory, models: {MODEL}, method: full}}
  lora: {{source: memory, models: {MODEL}, method: lora}}
  mine: {{source: data, rows: [{{total: 1000000000}}], kinds: {{total: bytes}}}}
"""
    call = (
        'chart("full", kind="histogram", low="adapter", high="weights", count="parameters", level="total", levels="{}")'
    )
    said = [_origin(slide(folder, f"{{{{ {call.format(levels)} }}}}", head)) for levels in ("lora", "mine")]
    assert [text.count("Computed by slidegen: memory; ") for text in said] == [1, 1]
    assert [text.count("Leaves out ") for text in said] == [1, 1]
    assert said[0].endswith("quantization constants of an integer dtype.")
    assert "a float32 master copy of half-precision weights; the output head" in said[0]
    assert said[1].endswith("half-precision weights. Given in the deck, not computed by slidegen.")


def _origin(html: str) -> str:
    found = re.search('<span class="provenance" title="(.*?)">', html)
    assert found is not None
    return found[1]


def test_a_call_may_change_what_is_declared(folder: DeckFolder) -> None:
    """Any option, the kind and the table, too; None takes one away."""
    body = slide(folder, '{{ chart("bits-bars", caption=None, provenance=false, labels={"bits": "Size"}) }}')
    assert "figcaption" not in body
    assert "Size" in shown(body)
    body = slide(folder, '{{ chart("bits-bars", kind="line", table="t", x="bits", y="bits", value=None) }}')
    assert 'data-kind="line"' in body


def test_a_subtitle_says_that_the_scale_is_logarithmic(folder: DeckFolder) -> None:
    """The chart has no line of its own for that; an author who says so is not repeated."""
    call = '{{{{ chart("bits-bars", log={}, subtitle="{}") }}}}'
    for log, subtitle, shown in (
        ("true", "Bits", "Bits (log scale)"),
        ("true", "Bits (log scale), least first", "Bits (log scale), least first"),
        ("false", "Bits", "Bits"),
    ):
        body = slide(folder, call.format(log, subtitle))
        assert f'<div class="chart-subtitle">{shown}</div>' in body
        assert ">(log scale)<" not in body


def test_a_table_is_drawn_without_a_declaration(folder: DeckFolder) -> None:
    """Its name and a kind are enough."""
    assert 'data-figure="t" data-kind="bars"' in slide(folder, '{{ chart("t", kind="bars", value="bits") }}')


def test_rows_are_chosen_by_an_expression_and_put_in_order(folder: DeckFolder) -> None:
    """The deck's variables can be used; a row for which it cannot be said is left out."""
    body = slide(folder, '{{ chart("bits-bars", where="bits > least", sort_by="-bits") }}')
    assert re.findall(r'data-value="([\d.]+)"', body.split('<div class="phone')[0]) == ["8", "4.5"]
    assert "none" not in shown(body)


def test_words_and_units_are_the_tables_unless_the_figure_has_its_own(folder: DeckFolder) -> None:
    """The table says MiB and "Model"."""
    texts = shown(slide(folder, '{{ chart("m", kind="stacked-bars") }}'))
    assert {"Memory, MiB", "full"} <= set(texts)
    assert any(re.fullmatch(r"Model [\d,.]+", words) for words in texts)
    texts = shown(
        slide(folder, '{{ chart("m", kind="stacked-bars", unit="GB", labels={"weights": "Weights", "full": "All"}) }}')
    )
    assert {"Memory, GB", "All"} <= set(texts)
    assert any(re.fullmatch(r"Weights [\d,.]+", words) for words in texts)


def test_the_rows_of_the_table_are_all_there_whatever_columns_it_shows(folder: DeckFolder) -> None:
    """`columns` is about the table on a slide."""
    head = f"tables:\n  m: {{source: memory, models: {MODEL}, columns: [model, total]}}\n"
    texts = shown(slide(folder, '{{ chart("m", kind="stacked-bars") }}', head))
    assert any(re.fullmatch(r"Optimizer [\d,.]+", words) for words in texts)


def test_a_lone_chart_gives_its_slide_the_layout_chart(folder: DeckFolder) -> None:
    """One in columns leaves that of columns."""
    assert 'class="layout-chart"' in folder.slide('## A\n\n{{ chart("bits-bars") }}', HEAD).slides
    columns = ':::: columns\n::: column\na\n:::\n::: column\n{{ chart("bits-bars") }}\n:::\n::::'
    assert '<section class="layout-two-columns ' in folder.slide(columns, HEAD).slides


def test_in_code_a_call_is_left_alone_and_in_an_attribute_it_is_a_name(folder: DeckFolder) -> None:
    """As a table's."""
    assert "chart(" in slide(folder, '`{{ chart("bits-bars") }}`')
    assert '<a title="bits-bars"' in slide(folder, '<a title="{{ chart("bits-bars") }}" href="#x">x</a>')


def test_figures_of_a_page_have_different_ids(folder: DeckFolder) -> None:
    """The same figure twice on a slide, again on another one, and in notes."""
    call = '{{ chart("m", kind="stacked-bars") }}'
    deck = f"{HEAD}slides:\n  - |\n    {call}\n\n    {call}\n  - content: |\n      {call}\n    notes: |\n      {call}\n"
    ids = re.findall(r' id="(f[^"]+)"', folder.build(deck).html)
    assert len(ids) == len(set(ids)) > 12


def test_a_markdown_deck_has_figures_in_its_front_matter(folder: DeckFolder) -> None:
    """Also without `vars:`; both outputs draw them."""
    deck = f"---\n{HEAD}---\n\n# A\n\n{{{{ chart('bits-bars') }}}}\n"
    for output in ("reveal", "marp"):
        page = folder.build(deck, "talk.md", format=output)
        assert 'data-figure="bits-bars"' in page.html
        assert "kind: bars" not in page.html
    plain = (folder.path / "build" / "talk.marp.md").read_text(encoding="utf-8")
    assert (
        '<svg class="chart" style="--background: #fbfaf7;' in plain
        or '<svg class="chart" style="--text: #1b1e24;' in plain
    )


def test_the_schema_of_decks_knows_kinds_and_options() -> None:
    """For an editor to complete."""
    from slidegen.sources.schema import DeckModel

    figure = DeckModel.model_json_schema()["$defs"]["FigureModel"]
    assert "stacked-bars" in figure["properties"]["kind"]["enum"]
    assert figure["properties"]["log_y"]["type"] == "boolean"
    assert figure["required"] == ["kind", "table"]
    json.dumps(figure)


def test_the_example_of_the_documentation_builds(folder: DeckFolder) -> None:
    """As it is printed."""
    text = (Path(__file__).parents[2] / "docs" / "figures.md").read_text(encoding="utf-8")
    example = text.partition("```yaml\n")[2].partition("```")[0]
    assert re.findall(r'data-kind="([a-z-]+)"', folder.build(example).slides) == ["stacked-bars", "scatter"]


TABLES = """
  lm: {source: quantization, experiment: lm, models: glassllm, method: [nf4, int4], tokens: 300}
  weights: {source: quantization, models: glassllm, method: [nf4, int4]}
  levels: {source: quantization, experiment: levels}
  methods: {source: memory, models: meta-llama/Meta-Llama-3-8B, method: [full, lora, qlora]}
  mine: {source: data, rows: [{method: NF4, bits: 4.5, error: 0.0918}, {method: INT4, bits: 4.5, error: 0.1081}]}
  scores: {source: data, rows: [{name: a, mean: 71, low: 70, high: 72}, {name: b, mean: 66, low: 65, high: 68}]}
  shares: {source: data, rows: [{name: Norway, y2015: 22, y2023: 82}, {name: Sweden, y2015: 3, y2023: 39}]}
  errors: {source: data, rows: [{method: NF4, block: 64, error: 9.1}, {method: NF4, block: 128, error: 9.9}]}
  cars: {source: data, rows: [{country: Norway, year: 2015, share: 22}, {country: Norway, year: 2023, share: 82}]}
"""
"""Those that the examples of single figures in the documentation are about."""


def test_the_figures_of_the_documentation_can_be_drawn(folder: DeckFolder) -> None:
    """Each of the shorter examples, on the tables that it names."""
    text = (Path(__file__).parents[2] / "docs" / "figures.md").read_text(encoding="utf-8")
    figures, tables = "", TABLES
    for example in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)[1:]:
        of_tables, _, of_figures = example.rpartition("figures:\n")
        figures += of_figures
        tables += of_tables.removeprefix("tables:\n")
    names = re.findall(r"^  ([\w-]+):", figures, re.MULTILINE)
    calls = "".join(f"- '{{{{ chart(\"{name}\") }}}}'\n" for name in names)
    slides = folder.build(f"tables:{tables}figures:\n{figures}slides:\n{calls}").slides
    kinds = re.findall(r'data-kind="([a-z-]+)"', slides)
    assert kinds == [
        *("stacked-bars", "scatter", "bars", "dot-plot", "slope", "heat-map", "scatter", "multiples"),
        *("histogram", "levels", "bit-layout"),
    ]


def test_a_label_of_nothing_is_a_warning(folder: DeckFolder) -> None:
    """At its line; those of columns, of cells that `where` leaves out, and of numbers are none."""
    deck = """\
        tables: {t: {source: data, rows: [{name: a, x: 1, y: 1}, {name: b, x: 2, y: 2}]}}
        figures:
          f: {kind: scatter, table: t, x: x, y: y, where: x > 1,
              labels: {name: N, b: B, a: A, "2": two, nam: M}}
        slides: ['{{ chart("f") }}', '{{ chart("f", labels={"a": "A"}) }}']
        """
    assert [str(one).replace(f"{folder.path}/", "") for one in folder.build(deck).built.warnings] == [
        "talk.yml:4: chart 'f': labels: no column or cell of table 't' is 'nam'; "
        "did you mean 'name'? available: 1, 2, a, b, name, x, y"
    ]
