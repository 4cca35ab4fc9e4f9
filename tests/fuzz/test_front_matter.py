"""Markdown decks whose front matter and directives are anything."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from tests.deck_folder import PIXEL, DeckFolder
from tests.fuzz.campaign import faults_of, smoke_and_all
from tests.fuzz.mutation import extreme, mutate
from tests.fuzz.oracle import built_or_refused
from tests.fuzz.seeds import TOKENS, markdown_seeds, some_markdown, yaml_seeds

KEYS = (
    *(
        "marp",
        "theme",
        "style",
        "headingDivider",
        "size",
        "math",
        "title",
        "author",
        "description",
        "keywords",
        "url",
        "image",
    ),
    *(
        "paginate",
        "header",
        "footer",
        "class",
        "backgroundColor",
        "backgroundImage",
        "backgroundPosition",
        "backgroundSize",
    ),
    *(
        "color",
        "lang",
        "transition",
        "vars",
        "tables",
        "reveal",
        "format",
        "slidegen",
        "separator",
        "verticalSeparator",
        "notesSeparator",
    ),
    *(
        "revealOptions",
        "highlightTheme",
        "css",
        "scripts",
        "date",
        "layout",
        "figures",
        "incremental",
        "output",
        "subtitle",
        "slideNumber",
    ),
)
VALUES = (
    *(
        "true",
        "false",
        "hold",
        "skip",
        "gaia",
        "uncover",
        "default",
        "dark",
        "light",
        "auto",
        "mathjax",
        "katex",
        "16:9",
        "4:3",
        "4k",
    ),
    *(
        "2",
        "[1, 2]",
        "[]",
        "{}",
        "null",
        "a",
        "'**b**'",
        "url(pixel.png)",
        "url(http://a.b/c.png)",
        "'#fff'",
        "red; position: fixed",
    ),
    *(
        "|\n  section { color: red }",
        "|\n  @import url(http://a.b/c.css);",
        "|\n  }",
        "{x: 1}",
        "\n  - a\n  - b",
        "|\n  </style><script>a</script>",
    ),
    *(
        "'</title><script>a</script>'",
        "fr",
        "fr-",
        "'\"><x'",
        "fade 1e9s",
        "1x1",
        "99999999x1",
        "0x0",
        "-1x5",
        "'{{ x }}'",
        "'\\n\\n---\\n\\n'",
    ),
    *("'^\\n---\\n$'", "'(a+)+$'", "'['", "''", "&a [*a]", "!!binary aaa", "1e999", "2024-01-01", ".nan"),
)


def some_head(rng: Random) -> str:
    """The lines of a front matter, or of a comment with directives."""
    lines = []
    for _ in range(rng.randrange(7)):
        value = rng.choice(VALUES) if rng.random() < 0.8 else rng.choice((extreme(rng), rng.choice(TOKENS)))
        lines.append(f"{rng.choice(('', '', '', '_', '  ', '$'))}{rng.choice(KEYS)}: {value}")
    return "\n".join(lines)


def attempt(rng: Random, folder: DeckFolder) -> None:
    """Builds a deck in one of the outputs."""
    folder.write("pixel.png", PIXEL)
    ends = rng.choice(("\n---\n",) * 6 + ("\n...\n", "\n--- \n", "\n----\n", "\n", "\r\n---\r\n", "---"))
    start = rng.choice(("---\n",) * 6 + ("\ufeff---\n", "--- \n", "\n---\n", "---\r\n", "```yaml\n---\n", "---a\n"))
    body = f"# a {{{{ 1 }}}}\n\n<!-- {some_head(rng)} -->\n\nb\n\n---\n\n{some_markdown(rng, 4)}"
    text = f"{start}{some_head(rng)}{ends}{body}"
    deck = text.encode("utf-8", "surrogatepass")
    if rng.random() < 0.4:
        deck = mutate(rng, deck, (*markdown_seeds(), *yaml_seeds()), TOKENS)
    built_or_refused(folder, deck, "talk.md", format=rng.choice((None, "reveal", "marp")))


@smoke_and_all(2500)
def test_front_matters_are_read_or_refused(seeds: Sequence[int]) -> None:
    """Of every key that some tool for slides knows, with values of any kind."""
    assert faults_of("front_matter", attempt, seeds) == []
