"""Where values may stand: in text with their provenance, elsewhere as plain text."""

from __future__ import annotations

import pytest

from tests.deck_folder import MODEL, PIXEL, PIXEL_URI, DeckFolder, without_provenance

HEAD = f"tables:\n  t: {{source: memory, models: {MODEL}, columns: [total], provenance: false}}\n"
VALUE = f"{{{{ tables.t.row('{MODEL}').total | gib }}}}"
PLAIN = "11.50\u00a0GiB"
SPAN = f'<span class="computed" data-value="12349714432">{PLAIN}</span>'


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        (f"# a {VALUE}", f"<h1>a {SPAN}</h1>"),
        (f"**{VALUE}**", f"<p><strong>{SPAN}</strong></p>"),
        (f"- {VALUE}", f"<ul>\n<li>{SPAN}</li>\n</ul>"),
        (f"[{VALUE}](http://x)", f'<p><a href="http://x">{SPAN}</a></p>'),
        (f"<b>{VALUE}</b>", f"<p><b>{SPAN}</b></p>"),
        (f'<b title="{VALUE}">x</b>', f'<p><b title="{PLAIN}">x</b></p>'),
        (f'[x](http://x "{VALUE}")', f'<p><a href="http://x" title="{PLAIN}">x</a></p>'),
        (f"![a {VALUE}](a.png) b", f'<p><img src="{PIXEL_URI}" alt="a {PLAIN}"> b</p>'),
        (f'![a](a.png "{VALUE}") b', f'<p><img src="{PIXEL_URI}" title="{PLAIN}" alt="a"> b</p>'),
        (f'x [y]{{title="{VALUE}"}}', f'<p>x <span title="{PLAIN}">y</span></p>'),
        (f"<svg><text>{VALUE}</text></svg> x", f"<p><svg><text>{SPAN.replace('span', 'tspan')}</text></svg> x</p>"),
        (f"<style>a::after{{content:'{VALUE}'}}</style>", f"<style>a::after{{content:'{PLAIN}'}}</style>"),
        (f"<div><textarea>{VALUE}</textarea></div>", f"<div><textarea>{PLAIN}</textarea></div>"),
        (f"<!-- {VALUE} -->", f"<!-- {PLAIN} -->"),
        (f"::: note a {VALUE}\n:::", None),
        ('{{ table("t") }}', None),
    ],
)
def test_a_value_fits_its_place(folder: DeckFolder, markdown: str, html: str | None) -> None:
    """A span may stand in text only: attributes, scripts, styles and drawings have their own rules."""
    folder.write("a.png", PIXEL)
    body = without_provenance(folder.slide(markdown, HEAD).body)
    if html is not None:
        assert body == html
    else:
        assert PLAIN in body or body.startswith('<figure class="computed-table">')
        assert "<p><figure" not in body


def test_a_value_in_math_is_set_by_katex(folder: DeckFolder) -> None:
    """As text of the formula."""
    body = folder.slide(f"$x = {VALUE}$", HEAD).body
    assert '<annotation encoding="application/x-tex">x = 11.50~GiB</annotation>' in body


def test_a_minus_sign_stands_in_text_only(folder: DeckFolder) -> None:
    """A hyphen is for attributes, code and formulas, which KaTeX sets by itself."""
    value = f"{{{{ (-tables.t.row('{MODEL}').total / GiB) | number(1) }}}}"
    text = f'{value} [x](http://x "{value}") $y = {value}$\n\n```python jinja\nz = {value}\n```'
    body = without_provenance(folder.slide(text, HEAD).body)
    assert '">−11.5</span>' in body
    assert 'title="-11.5"' in body
    assert "y = -11.5</annotation>" in body
    assert body.count("−11.5") == 1


def test_a_caption_and_a_code_title_hold_plain_text(folder: DeckFolder) -> None:
    """They are written as attributes are."""
    folder.write("a.png", PIXEL)
    text = f'![a](a.png "{VALUE}")\n\n```text jinja title="{VALUE}"\nx\n```'
    body = folder.slide(text, HEAD).body
    assert f'<div class="sg-code-title">{PLAIN}</div>' in body
    assert PLAIN in body.partition("<figcaption>")[2].partition("</figcaption>")[0]


def test_a_table_alone_takes_its_paragraphs_place(folder: DeckFolder) -> None:
    """With the attributes that the paragraph had."""
    body = folder.slide('{.fragment}\n{{ table("t") }}', HEAD).body
    assert body.startswith('<div class="fragment"><figure class="computed-table" data-table="t"><table>')


def test_a_label_replaces_a_columns_heading(folder: DeckFolder) -> None:
    """Escaped, with the unit after it."""
    body = folder.slide('{{ table("t", labels={"total": "All & more"}, unit="GB") }}', HEAD).body
    assert '<th class="numeric" scope="col">All &amp; more <span class="unit">GB</span></th>' in body
