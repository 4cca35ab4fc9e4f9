"""What a Markdown deck says is the same in the reveal output, the Marp output, and marp-core's own rendering of it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest
from py_mini_racer import MiniRacer

from slidegen.marp_themes import own_marp_theme
from slidegen.pipeline import BuildOptions, build
from slidegen.v8 import CONSOLE, KATEX, initialize_v8
from slidegen.vendor import vendor_text
from tests.deck_folder import DeckFolder
from tests.marp.dom import OUTPUTS, built, slides_of

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "slides").glob("*.md"))

DECKS = {
    "empty": "",
    "only breaks": "---\n\n---\n\n---\n",
    "only lines of dashes": "---\n---\n---\n",
    "empty slides": "---\nmarp: true\n---\n\n---\n\n# a\n\n---\n---\n\nb\n\n---\n",
    "rulers": "a\n\n***\n\nb\n\n___\n\nc\n\n- - -\n\nd\n\n * * *\n\ne\n",
    "setext": "Two\n---\n\ntext\n===\n\n---\n\nb\n",
    "breaks in code": "```\n---\n```\n\n    ---\n\n~~~~\n~~~\n---\n~~~~\n\n---\n\nb\n",
    "breaks in a comment": "a\n\n<!--\nnote\n\n---\n\nmore\n-->\n\nb\n\n---\n\nc\n",
    "breaks in HTML": "<div>\na\n---\nb\n</div>\n\n---\n\n<pre>\n---\n\n---\n</pre>\n",
    "breaks in a list and a quote": "- a\n\n  ---\n\n- b\n\n> c\n>\n> ---\n>\n> d\n\n---\n\ne\n",
    "headings": "---\nheadingDivider: 2\n---\n# a\n\nb\n\n## c\n\n---\n\n## d\n\ne\n## f\n",
    "headings of a list of one": "---\nheadingDivider: [2]\n---\n# a\n\nb\n\n## c\n\n# d\n\n## e\n",
    "headings of a list in a comment": "<!-- headingDivider: [2] -->\n\n# a\n\n## b\n\n# c\n\n## d\n",
    "headings of a comment of many lines": "<!--\nclass: x\nheadingDivider:\n  - 1\n-->\n\n# a\n\n## b\n\n# c\n",
    "headings of a comment in a line": "a <!-- headingDivider: 2 --> b\n\n# c\n\n## d\n\n---\n\n## e\n",
    "headings of a comment in quotes": '<!-- headingDivider: "2" -->\n\n# a\n\n## b\n\n### c\n',
    "headings of a comment with words": "<!-- headingDivider: 2 # why -->\n\n# a\n\n## b\n",
    "headings of a comment of many dashes": "<!--- headingDivider: 2 --->\n\n# a\n\n## b\n",
    "headings of a comment in braces": "<!-- {headingDivider: 2, class: x} -->\n\n# a\n\n## b\n",
    "headings of the last comment that names some": "<!-- headingDivider: 2 -->\n\n# a\n\n## b\n\n"
    "<!-- headingDivider: 1 -->\n\n# c\n\n<!-- headingDivider: nine -->\n",
    "headings of a note": "---\nmarp: true\n---\n# a\n\n<!-- see\nheadingDivider: 2\n-->\n\n## b\n",
    "headings of a comment in HTML": "---\nmarp: true\n---\n<div><!-- headingDivider: 2 --></div>\n\n# a\n\n## b\n",
    "headings that a comment divides no more": "---\nheadingDivider: 2\n---\n# a\n\n"
    "<!-- headingDivider: false -->\n\n## b\n",
    "headings of what is no list": "---\nheadingDivider: 1,2\n---\n# a\n\n## b\n\n# c\n",
    "headings in quotes and lists": "---\nheadingDivider: 2\n---\n# a\n\n> b\n> ## c\n> d\n\n"
    "- e\n\n  ## f\n\n  g\n- ## h\n\n"
    "> Two\n> ---\n\n> ```\n> ## i\n> ```\n\n---\n\n> ## j\n",
    "headings after what is not seen": "---\nheadingDivider: 1\n---\n<!-- a --> <b>b</b>\n\n"
    "<style>h1 { color: red }</style>\n\n"
    "[c]: https://example.org/\n\n# d [c]\n\n<!-- e -->\n# f\n",
    "an empty front matter": "---\n---\n\n# a\n\n<!-- class: x -->\n\n---\n\nb\n",
    "a front matter of many dashes": "----\nmarp: true\nheader: H\n-----\n\n# a\n\n---\n\nb\n",
    "dashes under text": "a\n----\n\nb\n\nc\n---\nd\n\n---\n\ne\n",
    "running": "---\nheader: H\nfooter: F\npaginate: true\n---\na\n\n---\n\n<!-- footer: G -->\nb\n",
    "inline": "a *b* **c** `d` ~~e~~ [f](g) <https://h.example/> :heart: 🚀 &amp; &lt;i&gt; \\*j\\* <kbd>k</kbd>\n",
    "blocks": "# a\n\n- b\n  - c\n\n1. d\n\n> e\n\n| f | g |\n|---|---|\n| h | i |\n\n```python\nprint('j < k')\n```\n",
    "unknown code": "```nolanguage\na <b> & c\n```\n\n    d\n",
    "math": "a $x^2$ b\n\n$$\n\\frac{1}{2}\n$$\n\n---\n\n$5 and $6\n",
    "backgrounds": "![bg](a.png)\n![bg right:40%](b.png)\n\n# a\n\n---\n\n![w:10px](a.png) b\n",
    "styles": "<style>h1 { color: red }</style>\n\n# a\n\n---\n\n<style scoped>h1 { color: blue }</style>\n\n# b\n",
    "comments": "a <!-- in line --> b\n\n<!-- alone -->\n\n<!-- class: x -->\n\nc\n",
    "definitions in another slide": "[a]\n\n---\n\n[a]: https://example.org/\n\nb\n",
    "open fence": "a\n\n```\nb\n\n---\n\nc\n",
    "open comment": "a\n\n<!-- b\n\n---\n\nc\n",
    "line ends": "a\r\n\r\n---\r\n\r\nb\r\n",
    "tabs": "-\ta\n\n\t---\n\n---\n\n\tcode\n",
    "text like Jinja": "{{ x }} {% if %} {# no #}\n\n---\n\n`{{ y }}`\n",
    "broken HTML": "<div>\n\n# a\n\n---\n\n</div>\n\n<b>b\n",
    "a theme of Marp": "---\ntheme: uncover\nclass: invert\n---\n# a\n\n---\n\nb\n",
    "a theme of slidegen": "---\ntheme: dark\npaginate: true\n---\n# a\n\n---\n\nb\n",
    "an alias of no use": "---\nmarp: true\nheader: '*a*'\n---\nb\n",
}


def own_texts(markdown: str) -> list[str]:
    """The text of each slide as marp-core itself renders the Markdown."""
    return [next(iter(slides_of(svg))).text for svg in json.loads(marp_core().call("rendered", markdown))]


@cache
def marp_core() -> MiniRacer:
    """marp-core as it comes, without anything of slidegen's, on slidegen's own theme and Marp's."""
    initialize_v8()
    engine = MiniRacer()
    engine.eval(CONSOLE + vendor_text("marp/marp-core.js") + vendor_text(KATEX))
    theme = json.dumps(own_marp_theme((1280, 720)))
    engine.eval(f"""
        function rendered(markdown) {{
          const emoji = {{ shortcode: true, unicode: false }};
          const marp = new Marp({{ emoji, html: true, script: false, math: "katex" }});
          marp.use(katexPlugin({{}}));
          marp.themeSet.add({theme});
          return JSON.stringify(marp.render(markdown, {{ htmlAsArray: true }}).html);
        }}
    """)
    return engine


@pytest.mark.parametrize("name", DECKS)
def test_both_outputs_say_what_marp_core_says(folder: DeckFolder, name: str) -> None:
    """Slide for slide, in order."""
    expected = own_texts(DECKS[name])
    assert {output: built(folder, DECKS[name].encode(), output).texts for output in OUTPUTS} == {
        "reveal": expected,
        "marp": expected,
    }


@pytest.mark.parametrize("name", DECKS)
def test_the_markdown_beside_the_page_says_it_to_marp_core(folder: DeckFolder, name: str) -> None:
    """It is divided and reads as the page."""
    markdown = built(folder, DECKS[name].encode(), "marp").page.built.output.with_suffix(".md").read_text("utf-8")
    assert own_texts(markdown) == own_texts(DECKS[name])


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_the_examples_say_the_same_in_both_outputs(path: Path, tmp_path: Path) -> None:
    """And what marp-core says, where a deck has only what Marp has."""
    texts = {}
    for output in OUTPUTS:
        options = BuildOptions(folder=tmp_path, format=output, mode="frozen", offline=True, keep_record=False)
        html = build(str(path), options).output.read_text(encoding="utf-8")
        texts[output] = [slide.text for slide in slides_of(html)]
    assert len(texts["marp"]) > 3
    assert texts["reveal"] == texts["marp"]
    markdown = path.read_text(encoding="utf-8")
    if not any(sign in markdown for sign in ("\nvars:", "\ntables:", ":::", "[^", "{1", "\\begin{")):
        assert texts["marp"] == own_texts(markdown)


def test_the_talk_says_the_same_in_both_outputs(tmp_path: Path) -> None:
    """A YAML deck as Marp has as many slides as in reveal, in the same order, with the same titles."""
    texts = {}
    for output in OUTPUTS:
        options = BuildOptions(folder=tmp_path, format=output, mode="frozen", offline=True, keep_record=False)
        html = build(str(ROOT / "slides" / "europython.yml"), options).output.read_text(encoding="utf-8")
        texts[output] = yaml_texts(html)
    assert len(texts["marp"]) > 20
    assert texts["marp"] == texts["reveal"]


def yaml_texts(html: str) -> list[str]:
    """The text of each slide of a YAML deck: what stands in its `slide` box."""
    from tests.marp.dom import tree

    return [div.text for div in tree(html).all("div") if div.classes == ["slide"]]
