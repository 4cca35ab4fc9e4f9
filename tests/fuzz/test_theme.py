"""Themes: theme.yml and its style sheet."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

import yaml

from slidegen.errors import SlidegenError
from slidegen.project import Project
from slidegen.themes import load_themes
from tests.deck_folder import DeckFolder
from tests.fuzz.campaign import faults_of, smoke_and_all
from tests.fuzz.mutation import extreme, mutate
from tests.fuzz.oracle import built_or_refused, check_messages
from tests.fuzz.seeds import ROOT

COLORS = (
    "#fff",
    "#12345",
    "red",
    "rgb(1,2,3)",
    "oklch(1 0 0)",
    "red}",
    "red;",
    "url(http://a)",
    "",
    "#ffffffffff",
    "rgb(1;2)",
    "red\n",
    "a" * 5000,
)
KEYS = (
    "scheme",
    "schemes",
    "fonts",
    "counterpart",
    "tokens",
    "chart",
    "code",
    "name",
    "extends",
    "css",
    "Scheme",
    "1",
    "null",
    "[a]",
    "true",
)
TOKENS = (
    *COLORS[:-1],
    *KEYS,
    "scheme: light\n",
    "scheme: dark\n",
    "counterpart: ../x\n",
    "counterpart: theme\n",
    "counterpart: light\n",
    *(
        "- ",
        ": ",
        "{",
        "}",
        "[",
        "]",
        "&a ",
        "*a",
        "<<: ",
        "!!set ",
        "!!binary ",
        "null",
        "---\n",
        "tokens:\n",
        "chart:\n",
        "Keyword",
        "accent",
    ),
)
CSS = (
    b"",
    b".reveal { color: red }",
    b"</style><script>a</script>",
    b"@import url(http://a.b/c);",
    b"a { b: url(//c) }",
    b"\xff",
    b"}",
    b"/*",
    b"@media",
)


def some_theme(rng: Random) -> bytes:
    """A theme of the right keys, with values of any kind."""

    def value() -> Any:
        return rng.choice((*COLORS, *COLORS, extreme(rng), None, 1, 1.5, True, [], {}, ["red"] * 6))

    light = yaml.safe_load((ROOT / "themes/plain/theme.yml").read_bytes())["schemes"]["light"]
    theme: dict[Any, Any] = {"scheme": rng.choice(("light", "dark", "light", "dark", "x", value()))}
    for key, names in (("tokens", [*light["tokens"], "x", ""]), ("code", [*light["code"], "Nope", "Keyword.x"])):
        if rng.random() < 0.6:
            theme[key] = {rng.choice(names): value() for _ in range(rng.randrange(5))}
    if rng.random() < 0.4:
        theme["chart"] = [value() for _ in range(rng.choice((6, 6, 6, 0, 5, 7)))]
    if rng.random() < 0.3:
        dark = {key: theme.pop(key) for key in ("tokens", "code", "chart") if key in theme}
        theme = {"schemes": {"dark": dark}, "fonts": {rng.choice(("text", "code", "x")): value()}}
    if rng.random() < 0.3:
        theme[rng.choice((*KEYS, 1, None, True, 1.5))] = value()
    return str(yaml.safe_dump(theme, allow_unicode=True)).encode("utf-8", "surrogatepass")


def attempt(rng: Random, folder: DeckFolder) -> None:
    """Reads a theme; a part of them through a whole build."""
    seeds = [path.read_bytes() for path in sorted((ROOT / "themes").glob("*/theme.yml"))]
    theme = some_theme(rng) if rng.random() < 0.5 else mutate(rng, rng.choice(seeds), seeds, TOKENS)
    folder.write("theme/theme.yml", theme)
    if rng.random() < 0.4:
        folder.write("theme/reveal.css", rng.choice(CSS))
    if rng.random() < 0.4:
        deck = b"theme: theme\nslides:\n- '# a'\n- |\n  ```python\n  a = 1\n  ```\n"
        built_or_refused(folder, deck, format=rng.choice(("reveal", "marp")))
        return
    try:
        load_themes("theme", Project.of(folder.path))
    except SlidegenError as error:
        check_messages(error)


@smoke_and_all(2000)
def test_themes_are_read_or_refused(seeds: Sequence[int]) -> None:
    """And what is read dresses a deck that is whole."""
    assert faults_of("theme", attempt, seeds) == []
