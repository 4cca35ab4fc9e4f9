"""Any text as a deck: a built file or messages, never another exception, and never slow."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from slidegen.errors import SlidegenError
from tests.deck_folder import DeckFolder

LIMIT_S = 30  # of this process: other work on the machine does not count
FUZZ = settings(
    max_examples=150, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck), database=None
)

MARKDOWN = st.lists(
    st.one_of(
        st.sampled_from(
            [
                *(
                    "# ",
                    "## ",
                    "- ",
                    "1. ",
                    "> ",
                    "\n",
                    "\n\n",
                    "    ",
                    "```",
                    "~~~",
                    "`",
                    "``",
                    "$",
                    "$$",
                    "|",
                    "|---|",
                ),
                *("::: note", ":::: columns", ":::", "::: x", "{.a}", "{#b}", "{c=d}", "{", "}", "{{ 1 }}", "{{ x }}"),
                *(
                    "{% if 1 %}",
                    "{% endif %}",
                    "{% for a in range(9) %}",
                    "{% endfor %}",
                    "{{",
                    "}}",
                    "{%",
                    "%}",
                    "{##",
                ),
                *(
                    "##}",
                    "[^1]",
                    "[^1]: ",
                    "^[",
                    "]",
                    "[a](b)",
                    "![a](b.png)",
                    "![",
                    "](",
                    "<div>",
                    "</div>",
                    "<img src=",
                ),
                *("<!--", "-->", "<style>", "</style>", "<script>", "<svg>", "<a b='", '"', "url(", "\\begin{align}"),
                *(
                    "\\end{align}",
                    "\\",
                    "\\frac",
                    ":rocket:",
                    "*",
                    "**",
                    "~~",
                    "&lt;",
                    "&#0;",
                    "a",
                    " ",
                    "Term\n: ",
                    "{1|2}",
                ),
                *("- [ ] ", '<b title="{{ 1 }}">', "python", "jinja", "numbers", 'title="', "\u2028", "\x0c", "\u00e9"),
            ]
        ),
        st.text(max_size=5),
    ),
    max_size=25,
).map("".join)

KEY = st.one_of(
    st.sampled_from(
        [
            *(
                "title",
                "author",
                "date",
                "lang",
                "footer",
                "theme",
                "size",
                "reveal",
                "vars",
                "tables",
                "slides",
                "content",
            ),
            *(
                "notes",
                "layout",
                "background",
                "id",
                "class",
                "source",
                "models",
                "method",
                "columns",
                "emphasis",
                "when",
            ),
            *("style", "transition", "attributes", "unit", "digits", "sort_by", "color", "image", "opacity", "format"),
        ]
    ),
    st.text(max_size=4),
)

VALUE = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), MARKDOWN),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEY, inner, max_size=3)),
    max_leaves=8,
)


def check_built_or_refused(deck: bytes, name: str = "talk.yml", output: str | None = None) -> None:
    """Builds a deck or gets messages, each with the deck's name, in time."""
    with tempfile.TemporaryDirectory() as path:
        start = time.process_time()
        told = ["built"]
        try:
            DeckFolder(Path(path)).build(deck, name, format=output)
        except SlidegenError as error:
            told = [str(problem) for problem in error.problems]
        assert time.process_time() - start < LIMIT_S
        assert told
        assert not [message for message in told if "\n" in message]


@FUZZ
@given(MARKDOWN, MARKDOWN)
def test_any_markdown_is_built_or_refused(content: str, notes: str) -> None:
    """On a slide and in its notes."""
    deck = {"vars": {"x": 1}, "slides": [{"content": content, "notes": notes}]}
    check_built_or_refused(yaml.safe_dump(deck, allow_unicode=True).encode("utf-8", "surrogatepass"))


@FUZZ
@given(st.dictionaries(KEY, VALUE, max_size=5), VALUE)
def test_any_yaml_is_built_or_refused(deck: dict[str, object], slides: object) -> None:
    """Of known and unknown keys with values of any kind."""
    check_built_or_refused(
        yaml.safe_dump({**deck, "slides": slides}, allow_unicode=True).encode("utf-8", "surrogatepass")
    )


@FUZZ
@given(
    st.binary(max_size=60).map(lambda data: b"slides:\n" + data)
    | st.text(max_size=60).map(lambda text: text.encode("utf-8", "replace"))
)
def test_any_bytes_are_built_or_refused(deck: bytes) -> None:
    """Whether text or not."""
    check_built_or_refused(deck)


VALUE_AFTER = "\n{{ memory('Qwen/Qwen2-1.5B').total }}"
LONG = {
    "backticks": "".join("`" * (n % 300 + 1) + "a" for n in range(3000)) + VALUE_AFTER,
    "tags": "<div>\n" + "<a " * 10_000 + VALUE_AFTER,
    "quotes": "<div>\n" + '<a b="' * 10_000 + VALUE_AFTER,
    "comments": "<div>\n" + "<!--" * 10_000 + VALUE_AFTER,
    "styles": "<div>\n" + "<style>" * 10_000 + VALUE_AFTER,
    "text areas": "<div>\n" + "<textarea>a" * 10_000 + VALUE_AFTER,
    "attributes": "<p " + "a=b " * 10_000 + ">",
    "signs": "<p" + "=" * 10_000 + ">",
    "urls": "<style>" + "url(" * 10_000 + "</style>",
    "spaces in a url": "<style>url(" + " " * 10_000 + "a</style>",
    "escapes": "<style>" + "\\" * 10_000 + "</style>",
    "brackets": "![" * 10_000,
    "footnotes": "[^a" * 10_000,
    "dollars": "$a" * 10_000,
    "containers": "::: note\n" * 1000,
    "spaces": " " * 10_000 + "a" + " " * 10_000 + "b {x",
    "colons": ":a" * 10_000,
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG.keys())
def test_no_text_takes_long_because_of_how_it_is_made(text: str) -> None:
    """Patterns that are tried again at every place would."""
    check_built_or_refused(yaml.safe_dump({"slides": ["a\n\n" + text]}).encode())


MARP = st.lists(
    st.one_of(
        st.sampled_from(
            [
                *(
                    "---",
                    "\n---\n",
                    "\n\n---\n\n",
                    "***",
                    "----",
                    "-v-",
                    "Note: ",
                    "marp: true",
                    "vars:\n  x: 1\n",
                    "theme: ",
                ),
                *(
                    "gaia",
                    "dark",
                    "style: |\n  ",
                    "headingDivider: ",
                    "[1, 2]",
                    "size: 4:3",
                    "math: mathjax",
                    "paginate: hold",
                ),
                *(
                    "header: ",
                    "**a**",
                    "_class: ",
                    "backgroundImage: ",
                    "url(a.png)",
                    "color: #fff",
                    "lang: fr",
                    "class:\n - a\n",
                ),
                *(
                    "![bg](#123)",
                    "![bg left:30%](b)",
                    "![w:10px blur](data:,)",
                    "![bg vertical",
                    "<!-- fit -->",
                    "<!-- _",
                    "-->",
                ),
                *(
                    "<style scoped>",
                    "h1 { color: red }",
                    "}",
                    "@media print {",
                    "@import 'gaia';",
                    "</style>",
                    "</section>",
                ),
                *(
                    "</svg>",
                    "<svg>",
                    "<marp-section>",
                    "\\begin{align*}",
                    "\\end{align*}",
                    "<!-- .slide: ",
                    'class="a"',
                ),
                *(
                    "<!-- .element: ",
                    "* ",
                    "1) ",
                    "é",
                    "√©",
                    "{{ x }}",
                    "::: columns\n",
                    ":::",
                    "[^1]",
                    "```python {1|2}\n",
                    "```\n",
                ),
                *(
                    "data-slidegen=",
                    '<!-- _slidegen: "9.9" -->',
                    "<!-- slidegen: 1.1 -->",
                    "\ue000",
                    "\x00",
                    "\r\n",
                    "\ufeff",
                ),
            ]
        ),
        MARKDOWN,
    ),
    max_size=14,
).map("".join)


@settings(FUZZ, max_examples=75)
@given(MARP, MARP, st.sampled_from(["reveal", "marp"]))
def test_any_markdown_deck_is_built_or_refused(head: str, body: str, output: str) -> None:
    """In the Marp dialect, with any front matter, in both outputs."""
    check_built_or_refused(f"---\n{head}\n---\n{body}".encode("utf-8", "surrogatepass"), "talk.md", output)


@settings(FUZZ, max_examples=75)
@given(MARP, st.sampled_from(["reveal", "marp"]))
def test_any_text_is_a_markdown_deck_or_refused(deck: str, output: str) -> None:
    """Without a front matter of its own."""
    check_built_or_refused(deck.encode("utf-8", "surrogatepass"), "talk.md", output)
