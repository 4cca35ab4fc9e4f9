"""HTML tables of outputs as tables of Markdown."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sources.notebook.written import code, losses, only, shown, translated


def table(tmp_path: Path, html: str) -> str:
    """What an output of this HTML becomes."""
    return only(translated(tmp_path, code("x", shown({"text/html": html, "text/plain": "p"}), tags=["hide-input"])))


PANDAS = """<div>
<style scoped>
    .dataframe tbody tr th { vertical-align: top; }
</style>
<table border="1" class="dataframe">
  <thead>
    <tr style="text-align: right;">
      <th></th>
      <th>name</th>
      <th>share</th>
    </tr>
  </thead>
  <tbody>
    <tr>
      <th>0</th>
      <td>a|b*</td>
      <td>1,024.5</td>
    </tr>
    <tr>
      <th>...</th>
      <td>{{ c }}</td>
      <td>NaN</td>
    </tr>
  </tbody>
</table>
<p>12 rows × 2 columns</p>
</div>"""


def test_a_table_of_pandas_is_a_table_of_markdown(tmp_path: Path) -> None:
    """Numbers stand right, labels left; what it says of its size stays, its style does not."""
    assert table(tmp_path, PANDAS) == (
        "|  | name | share |\n| --- | --- | ---: |\n| 0 | a\\|b\\* | 1,024.5 |\n| ... | \\{\\{ c }} | NaN |\n\n"
        "12 rows × 2 columns"
    )


def test_the_name_of_an_index_goes_into_its_empty_heading(tmp_path: Path) -> None:
    """pandas writes a row of its own for it."""
    html = (
        "<table><thead><tr><th></th><th>a</th></tr><tr><th>rank</th><th></th></tr></thead>"
        "<tbody><tr><th>1</th><td>2</td></tr></tbody></table>"
    )
    assert table(tmp_path, html) == "| rank | a |\n| --- | ---: |\n| 1 | 2 |"


def test_a_table_whose_cells_span_others_stays_html(tmp_path: Path) -> None:
    """Headings of several rows and grouped labels; scopes say what they head."""
    html = (
        "<table class=x><thead><tr><th></th><th></th><th colspan=2>error</th></tr>"
        "<tr><th>kind</th><th>n</th><th>4</th><th>8</th></tr></thead><tbody>"
        "<tr><th rowspan=2 valign=top>a</th><th>1</th><td>0.5</td><td>0.2</td></tr>"
        "<tr><th>2</th><td>1</td><td>-</td></tr>"
        "</tbody></table>"
    )
    assert table(tmp_path, html).split("\n") == [
        "<table>",
        "<thead>",
        '<tr><th scope="col"></th><th scope="col"></th><th scope="colgroup" colspan="2" style="text-align:center">'
        "error</th></tr>",
        '<tr><th scope="col">kind</th><th scope="col">n</th><th scope="col" class="numeric">4</th>'
        '<th scope="col" class="numeric">8</th></tr>',
        "</thead>",
        "<tbody>",
        '<tr><th scope="rowgroup" rowspan="2">a</th><th scope="row">1</th><td class="numeric">0.5</td>'
        '<td class="numeric">0.2</td></tr>',
        '<tr><th scope="row">2</th><td class="numeric">1</td><td class="numeric">-</td></tr>',
        "</tbody>",
        "</table>",
    ]


def test_a_styled_table_keeps_its_words_and_loses_its_colours(tmp_path: Path) -> None:
    """Which is told."""
    html = (
        '<style type="text/css">#T_a_row0_col0 {color: red}</style><table id="T_a"><caption>Best</caption><thead><tr>'
        '<th class="blank level0">&nbsp;</th><th>a</th></tr></thead><tbody><tr><th>x</th>'
        '<td id="T_a_row0_col0">1.0%</td></tr></tbody></table>'
    )
    deck = translated(tmp_path, code("x", shown({"text/html": html}), tags=["hide-input"]))
    assert only(deck) == "*Best*\n\n|  | a |\n| --- | ---: |\n| x | 1.0% |"
    assert losses(deck) == [
        "cell 1, output: the colours of a styled table are left out; it looks as the deck's other tables do"
    ]


def test_buttons_of_colab_are_left_out(tmp_path: Path) -> None:
    """They work in Colab only."""
    html = (
        f'<div class="colab-df-container">{PANDAS}<div class="colab-df-buttons"><button>Convert</button>'
        "<script>x</script></div></div>"
    )
    assert table(tmp_path, html).startswith("|  | name | share |")


def test_formulas_in_cells_are_set(tmp_path: Path) -> None:
    """As Jupyter sets them; a bar in one does not end the cell."""
    html = "<table><tr><th>$\\alpha$</th></tr><tr><td>$|x|$ or $$y$$</td></tr></table>"
    assert table(tmp_path, html) == "| $\\alpha$ |\n| --- |\n| $\\vert{}x\\vert{}$ or \\$\\$y\\$\\$ |"


def test_links_and_breaks_in_cells_stay(tmp_path: Path) -> None:
    """Other HTML in a cell is its words."""
    cell = "<a href='https://e.org' onclick='x'>l</a><br><span>t|u</span>"
    html = f"<table><tr><th>a</th></tr><tr><td>{cell}</td></tr></table>"
    assert table(tmp_path, html) == '| a |\n| --- |\n| <a href="https://e.org">l</a><br>t&#124;u |'


@pytest.mark.parametrize("beside", ["<p>text</p>", "<table><tr><td><table></table></td></tr></table>"])
def test_html_with_more_than_a_table_stays_as_it_is(tmp_path: Path, beside: str) -> None:
    """Text beside it, or a table in a table."""
    assert table(tmp_path, f"{beside}<table><tr><td>1</td></tr></table>").startswith('<div class="output-html">')
