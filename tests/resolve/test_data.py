"""A value from data never becomes markup, whatever it went through; what the author of a template writes may be."""

from __future__ import annotations

import json
import re

import pytest
from markdown_it import MarkdownIt
from selectolax.lexbor import LexborHTMLParser

from tests.deck_folder import DeckFolder

EVIL = "<img src=x onerror=alert(1)> **b** [l](javascript:alert(1)) `c` $d$ | e & \"f\" 'g' --> </style></script>"
HEAD = f"""\
vars:
  own: "**bold**"
  list: ["*a*", "b"]
tables:
  t:
    source: data
    rows:
      - {{k: evil, v: {json.dumps(EVIL)}}}
      - {{k: "# h", v: "---"}}
"""
V = "tables.t.rows[0].v"

WAYS = {
    "itself": f"{{{{ {V} }}}}",
    "joined": f'{{{{ {V} ~ "" }}}}',
    "joined before": f'{{{{ "" ~ {V} }}}}',
    "joined to own": f"{{{{ own ~ {V} }}}}",
    "join filter": f"{{{{ [{V}, {V}] | join(' ') }}}}",
    "join method": f"{{{{ ' '.join([{V} ~ '', 'x']) }}}}",
    "string": f"{{{{ {V} | string }}}}",
    "upper": f"{{{{ {V} ~ '' | upper }}}}",
    "lower": f"{{{{ ({V} ~ '') | lower }}}}",
    "upper method": f"{{{{ ({V} ~ '').upper() }}}}",
    "added": f"{{{{ ({V} ~ '') + 'x' }}}}",
    "repeated": f"{{{{ ({V} ~ '') * 2 }}}}",
    "cut": f"{{{{ ({V} ~ '')[:40] }}}}",
    "replaced": f"{{{{ ({V} ~ '') | replace('q', 'r') }}}}",
    "trimmed": f"{{{{ ({V} ~ '') | trim }}}}",
    "safe": f"{{{{ ({V} ~ '') | safe }}}}",
    "default": f"{{{{ ({V} ~ '') | default('x') }}}}",
    "split": f"{{{{ ({V} ~ '').split('q')[0] }}}}",
    "first": f"{{{{ [{V} ~ ''] | first }}}}",
    "set": f"{{% set x = {V} ~ '' %}}{{{{ x }}}}",
    "set block": f"{{% set x %}}{{{{ {V} }}}}{{% endset %}}{{{{ x }}}}",
    "set block, upper": f"{{% set x | upper %}}{{{{ {V} }}}}{{% endset %}}{{{{ x }}}}",
    "set block, then upper": f"{{% set x %}}{{{{ {V} }}}}{{% endset %}}{{{{ x | upper }}}}",
    "filter block": f"{{% filter upper %}}{{{{ {V} }}}}{{% endfilter %}}",
    "macro": f"{{% macro m(x) %}}{{{{ x }}}}{{% endmacro %}}{{{{ m({V} ~ '') }}}}",
    "macro, upper": f"{{% macro m(x) %}}{{{{ x }}}}{{% endmacro %}}{{{{ m({V}) | upper }}}}",
    "macro, joined": f"{{% macro m(x) %}}{{{{ x }}}}{{% endmacro %}}{{{{ m({V}) ~ '' }}}}",
    "call": f"{{% macro m() %}}{{{{ caller() }}}}{{% endmacro %}}{{% call m() %}}{{{{ {V} }}}}{{% endcall %}}",
    "loop": "{% for row in tables.t %}{{ row.v }} {{ row.k ~ '' }} {% endfor %}",
    "namespace": f"{{% set n = namespace(x={V}) %}}{{{{ n.x ~ '' }}}}",
    "condition": f"{{{{ ({V} ~ '') if true else 'x' }}}}",
    "or": f"{{{{ '' or ({V} ~ '') }}}}",
    "map": f"{{{{ [{V} ~ ''] | map('upper') | join }}}}",
    "with": f"{{% with x = {V} ~ '' %}}{{{{ x }}}}{{% endwith %}}",
}
PLACES = {
    "text": "a WAY b",
    "list": "- WAY",
    "heading": "# WAY",
    "emphasis": "a **WAY** b",
    "link": "[WAY](http://x)",
    "cell": "| a |\n|---|\n| WAY |",
    "html": "<b>WAY</b> c",
    "block": "<div>\nWAY\n</div>",
    "attribute": '<b title="WAY">x</b>',
    "bare attribute": "<b title=WAY>x</b>",
    "style": "<style>/* WAY */</style>",
    "comment": "<!-- WAY -->\n\nx",
    "drawing": '<svg viewBox="0 0 1 1"><text>WAY</text></svg> x',
    "title": '[x](http://x "WAY")',
    "container": "::: note WAY\nx\n:::",
    "formula": "$x + \\text{ WAY }$",
    "code": "```python jinja\nx = 'WAY'\n```",
}


def _is_text(html: str) -> None:
    """Nothing of the data became an element, an attribute or an address."""
    page = LexborHTMLParser(html)
    for script in page.css("body script"):
        script.decompose()
    assert page.css("img") == []
    assert [node.text() for node in page.css("strong") if node.text() in ("b", "B")] == []
    assert [node.text() for node in page.css("code") if node.text() in ("c", "C")] == []
    for node in page.css("body *"):
        assert not [name for name in node.attributes if name.startswith("on")]
        assert "javascript" not in (node.attributes.get("href") or "").lower()


@pytest.mark.parametrize("output", ["reveal", "marp"])
@pytest.mark.parametrize("name", ["talk.yml", "talk.md"])
@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES.keys())
def test_data_is_text_wherever_it_stands(folder: DeckFolder, place: str, name: str, output: str) -> None:
    """By every way that leads there, one slide for each."""
    ways = [way for way in WAYS.values() if "|" not in place or "\n" not in way]
    slides = [place.replace("WAY", way) for way in ways]
    if name == "talk.md":
        deck = f"---\n{HEAD}---\n" + "\n\n---\n\n".join(slides) + "\n"
    else:
        deck = (
            HEAD
            + "slides:\n"
            + "".join("- |\n" + re.sub("^", "  ", slide, flags=re.MULTILINE) + "\n" for slide in slides)
        )
    page = folder.build(deck, name, format=output)
    _is_text(page.html)
    assert len(page.built.lines) == len(slides)
    for path in page.built.beside:
        markdown = path.read_text(encoding="utf-8")
        _is_text(MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown))


def test_the_words_of_a_template_may_be_markdown(folder: DeckFolder) -> None:
    """Those of macros, blocks, literals and the deck's variables."""
    text = """\
        {% macro strong(x) %}**{{ x }}**{% endmacro %}{{ strong("a_b_c") }}
        {% set note %}*note*{% endset %}{{ note }}
        {{ "**yes**" if true else "no" }} {{ own }} {{ list[0] }} {{ list | join(" ") }}
        {% set badge = "<b>ok</b>" %}{{ badge }} {{ {"a": "*c*"}["a"] }} {{ nothing | default("**d**") }}
        """
    assert folder.slide(text, HEAD).body == (
        "<p><strong>a_b_c</strong>\n<em>note</em>\n<strong>yes</strong> <strong>bold</strong> <em>a</em> *a* b\n"
        "<b>ok</b> <em>c</em> <strong>d</strong></p>"
    )


def test_what_a_template_names_may_be_markdown(folder: DeckFolder) -> None:
    """Alone, in lists and mappings, and in a loop; not where something is added to it."""
    text = """\
        {% set own = "**a**" %}{% set pairs = [("*b*", 1)] %}{% set by = {"k": "`c`"} %}
        {{ own }} {{ pairs[0][0] }} {{ by.k }}
        {% for word in ["**d**", "e"] %}{{ word }} {% endfor %} {{ own ~ "!" }} {{ own | upper }}
        """
    assert folder.slide(text, HEAD).body == (
        "<p><strong>a</strong> <em>b</em> <code>c</code>\n<strong>d</strong> e  **a**! **A**</p>"
    )


def test_data_makes_no_heading_ruler_or_list(folder: DeckFolder) -> None:
    """Whatever it begins with."""
    body = folder.slide("{{ tables.t.rows[1].k ~ '' }}\n\n{{ tables.t.rows[1].v ~ '' }}\n", HEAD).body
    assert body == "<p># h</p>\n<p>---</p>"


@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_data_in_an_address_stays_one(folder: DeckFolder, output: str) -> None:
    """A link to a program is left out, and told."""
    deck = """\
        ---
        tables:
          t:
            source: data
            rows: [{u: "http://x/?a=b&c=d e"}, {u: "javascript:alert(1)"}]
        ---
        [x]({{ tables.t.rows[0].u ~ "" }}) <a href="{{ tables.t.rows[1].u }}">y</a> [z]({{ tables.t.rows[1].u ~ "" }})
        """
    page = folder.build(deck, "talk.md", format=output)
    assert '<a href="http://x/?a=b&amp;c=d e">x</a> <a>y</a> <a>z</a>' in page.html
    assert {problem.message for problem in page.built.warnings} == {
        "href is left out: it runs a program; --allow-scripts keeps it"
    }


def test_data_in_the_name_of_an_attribute_is_a_mistake(folder: DeckFolder) -> None:
    """Nothing could be escaped there."""
    assert folder.slide_problems(f"<div {{{{ {V} ~ '' }}}}>x</div>", HEAD) == [
        "talk.yml:12: a computed value cannot be an attribute; write the attribute and its value"
    ]


def test_the_id_of_a_heading_is_made_of_what_it_shows(folder: DeckFolder) -> None:
    """As marp-core makes it of a heading that is written out."""
    deck = "---\ntables:\n  t: {source: data, rows: [{u: 'A, b & c'}]}\n---\n# Of {{ tables.t.rows[0].u }}\n"
    assert '<h1 id="of-a-b--c">' in folder.build(deck, "talk.md").html


@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_data_in_a_comment_on_an_element_is_one_value(folder: DeckFolder, output: str) -> None:
    """It cannot bring attributes of its own."""
    rows = json.dumps([{"u": 'a" style="color: red'}])
    deck = f"---\ntables:\n  t: {{source: data, rows: {rows}}}\n---\n"
    deck += "{% set v = tables.t.rows[0].u ~ '' %}\n"
    deck += 'x <!-- .element: class="{{ v }}" -->\n\ny <!-- .element: title={{ v }} -->\n'
    html = folder.build(deck, "talk.md", format=output).html
    assert '<p class="a&quot; style=&quot;color: red">x</p>' in html
    assert '<p title="a&quot; style=&quot;color: red">y</p>' in html
