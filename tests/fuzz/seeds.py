"""The valid inputs that the broken ones are made from: the example decks, in pieces, and the cases of tests/decks."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from random import Random

ROOT = Path(__file__).parents[2]

MARKDOWN_TOKENS = (
    *(
        "# ",
        "## ",
        "- ",
        "* ",
        "1. ",
        "1) ",
        "> ",
        "\n\n",
        "\n---\n",
        "\n\n---\n\n",
        "\n***\n",
        "\n-v-\n",
        "\nNote: ",
        "    ",
    ),
    *(
        "```",
        "```python {1|2}\n",
        "~~~",
        "`",
        "``",
        "```jinja\n",
        "``` {.python .numberLines}\n",
        "$",
        "$$",
        "$$\n",
        "\\$",
    ),
    *(
        "\\begin{align}",
        "\\end{align}",
        "\\begin{align*}\n",
        "\\frac{",
        "\\def\\a{\\a\\a}\\a",
        "\\rule{1e9em}{1em}",
        "\\href{http://x}{a}",
    ),
    *(
        "|",
        "|---|---|\n",
        "| a | b |\n|---|\n",
        "::: note\n",
        ":::: columns\n",
        "::: column {width=30%}\n",
        ":::\n",
        "::: x",
        "{.a}",
    ),
    *(
        "{#b}",
        "{c=d}",
        '{style="color:red"}',
        '{onclick="a"}',
        "{.fragment .fade-in}",
        "{",
        "}",
        "[^1]",
        "[^1]: a\n",
        "^[",
        "]",
    ),
    *(
        "[a](b)",
        "[a](javascript:b)",
        "![a](b.png)",
        "![a](pixel.png)",
        "![bg](pixel.png)",
        "![bg left:30%](#123)",
        "![bg fit](https://a.b/c.png)",
    ),
    *(
        "![w:10px blur](data:,)",
        "![",
        "](",
        "<div>",
        "</div>",
        "</section>",
        "</svg>",
        "</foreignObject>",
        "<svg>",
        "<math>",
        "<table>",
        "<tr>",
    ),
    *(
        "<img src=x onerror=a>",
        '<img src="https://a.b/c">',
        "<iframe src=//a>",
        "<script>",
        "</script>",
        "<style>",
        "</style>",
        "<style scoped>",
    ),
    *(
        "<textarea>",
        "<title>",
        "<!--",
        "-->",
        "<!-- fit -->",
        "<!-- _class: a -->",
        '<!-- .slide: class="a" -->',
        "<!-- .element: a=b -->",
    ),
    *(
        "<![CDATA[",
        "<?php",
        "<plaintext>",
        "<template>",
        "<select>",
        "<noscript>",
        "<a href='",
        '<b title="{{ 1 }}">',
        "<details>",
        "<p>",
    ),
    *(
        ":rocket:",
        "**",
        "~~",
        "==",
        "&lt;",
        "&#0;",
        "&#xd800;",
        "&nbsp",
        "Term\n: ",
        "- [ ] ",
        "a",
        "url(http://a)",
        "@import 'gaia';",
    ),
)
JINJA_TOKENS = (
    *(
        "{{ 1 }}",
        "{{ x }}",
        "{{ x | gib }}",
        "{{",
        "}}",
        "{%",
        "%}",
        "{#",
        "#}",
        "{##",
        "##}",
        "{% raw %}",
        "{% endraw %}",
        "{{ [] }}",
    ),
    *(
        "{% if 1 %}",
        "{% else %}",
        "{% endif %}",
        "{% for a in range(9) %}",
        "{% for a in range(10**9) %}",
        "{% endfor %}",
        "{% set x = 1 %}",
    ),
    *(
        "{{ 9**9**9 }}",
        "{{ 'a' * 10**9 }}",
        "{{ 1/0 }}",
        "{{ x.__class__ }}",
        "{{ [1] * 10**9 }}",
        "{{ 2**100000 }}",
        "{{ none | gib }}",
    ),
    *(
        "{{ memory('Qwen/Qwen2-1.5B').total }}",
        "{{ memory('Qwen/Qwen2-1.5B', method='lora', rank=8) }}",
        "{{ memory('x') }}",
    ),
    *(
        "{{ memory('./../../etc') }}",
        "{{ parameters('Qwen/Qwen2-1.5B') }}",
        '{{ table("t") }}',
        '{{ figure("t", kind="bars") }}',
        "{{ 1e999 }}",
    ),
    *(
        "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}",
        "{% include 'a' %}",
        "{% import 'a' as b %}",
        "{{ '%s' % x }}",
        "{{ '{:>999999999}'.format(1) }}",
    ),
    *(
        "{{ x | tojson }}",
        "{{ x | round(99999) }}",
        "{{ lipsum() }}",
        "{{ cycler() }}",
        "{{ range(10**30) }}",
        "{{ x | batch(0) }}",
        "{{ x | center(10**9) }}",
    ),
    *(
        "{{ 'a' | indent(10**9) }}",
        "{{ x | format }}",
        "{{ '' | wordwrap(0) }}",
        "{{ x | groupby('a') }}",
        "{{ namespace(a=1) }}",
        "{{ x[1:2:0] }}",
    ),
    *(
        "{{ nan }}",
        "{{ x is divisibleby 0 }}",
        "{{ 1 // 0 }}",
        "{{ 5 % 0 }}",
        "{{ -1 | gib }}",
        "{{ 10**400 | gib }}",
        "{{ 'a' | int | gb }}",
        "{{ (1e308*10) | percent }}",
    ),
)
YAML_TOKENS = (
    *(
        "title: ",
        "author: ",
        "date: ",
        "lang: ",
        "footer: ",
        "theme: ",
        "size: ",
        "reveal: ",
        "vars: ",
        "tables: ",
        "slides: ",
        "content: ",
    ),
    *(
        "notes: ",
        "layout: ",
        "background: ",
        "id: ",
        "class: ",
        "source: ",
        "models: ",
        "method: ",
        "columns: ",
        "emphasis: ",
        "style: ",
    ),
    *(
        "transition: ",
        "format: ",
        "figures: ",
        "incremental: ",
        "image: ",
        "- ",
        "  - ",
        "- - - ",
        "|",
        ">",
        "|+9\n",
        "&a ",
        "*a",
        "<<: *a",
        "<<: ",
    ),
    *(
        "!!binary ",
        "!!python/object:os.system ",
        "!!set ",
        "!!omap ",
        "!!timestamp ",
        "!!float ",
        "!!int ",
        "!!null ",
        "!x ",
        "!!str ",
        "!!bool ",
        "? ",
    ),
    *(
        "{a: b}",
        "[a, b]",
        "{",
        "}",
        "[",
        "]",
        ": ",
        ", ",
        "# ",
        "---\n",
        "...\n",
        "%YAML 1.1\n",
        "null",
        "~",
        "true",
        "yes",
        "2024-01-32",
        "2024-01-01",
    ),
    *(
        "16:9",
        "16:0",
        "light",
        "dark",
        "auto",
        "gaia",
        "marp",
        "reveal",
        "memory",
        "data",
        "parameters",
        "title",
        "quote",
        "\t",
        '"',
        "'",
        "'\\ud800'",
    ),
    *(
        '"\\ud800"',
        '"\\0"',
        '"\\U0010ffff"',
        '"\\N"',
        "\u2028",
        ".inf",
        ".nan",
        "1e400",
        "0o17",
        "0b1",
        "1_0",
        "=",
        "Qwen/Qwen2-1.5B",
        "{{ x }}",
    ),
)
TOKENS = (*MARKDOWN_TOKENS, *JINJA_TOKENS, *YAML_TOKENS)


@cache
def yaml_seeds() -> tuple[bytes, ...]:
    """Decks of slides in YAML: small ones, and the cases of tests/decks."""
    own, cases = (ROOT / "tests/fuzz/decks").glob("*.yml"), (ROOT / "tests/decks").glob("*/deck.yml")
    return tuple(path.read_bytes() for path in (*sorted(own), *sorted(cases)))


@cache
def markdown_seeds() -> tuple[bytes, ...]:
    """The Markdown examples, and every slide of them and of the YAML examples, without their tables of weights."""
    whole = [path.read_bytes() for path in sorted((ROOT / "slides").glob("*.md"))]
    europython = (ROOT / "slides/europython.yml").read_bytes()
    return (*whole, *(part for deck in whole for part in deck.split(b"\n---\n")), *europython.split(b"\n  - |\n")[1:])


def some_markdown(rng: Random, most: int = 12) -> str:
    """Markdown out of tokens and of pieces of the examples."""
    parts = []
    for _ in range(rng.randrange(1, most)):
        chance = rng.random()
        if chance < 0.7:
            parts.append(rng.choice(MARKDOWN_TOKENS))
        elif chance < 0.85:
            parts.append(rng.choice(JINJA_TOKENS))
        else:
            lines = rng.choice(markdown_seeds()).decode().splitlines(keepends=True)
            start = rng.randrange(len(lines) + 1)
            parts.append("".join(lines[start : start + rng.randrange(1, 8)]))
    return "".join(parts)
