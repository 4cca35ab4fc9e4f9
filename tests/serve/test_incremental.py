"""A build that takes what has not changed from earlier builds makes what a build without them makes."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from slidegen.build_options import BuildOptions
from slidegen.errors import SlidegenError
from slidegen.memo import Memo
from slidegen.pipeline import preview
from slidegen.rendered import Preview
from tests.deck_folder import PIXEL

YAML_HEAD: Final = """title: A talk
footer: "A footer with [a link](https://example.org)"
vars:
  size: 7
tables:
  needs:
    source: memory
    models: Qwen/Qwen2-1.5B
figures:
  shown:
    kind: bars
    table: needs
    value: total
    label: model
slides:
"""
YAML_SLIDES: Final = [
    "  - |\n    # First\n\n    Text with *emphasis* and $x^2$.\n",
    "  - content: |\n      ## Notes {.fit}\n\n      - one {.fragment}\n    notes: |\n      A *note* with <b>tags</b>\n",
    "  - - |\n      ## Above\n    - |\n      ## Below\n\n      [up](#/0)\n",
    "  - |\n    ## Code\n\n    ```python {1|2}\n    a = 1\n    b = 2\n    ```\n",
    "  - |\n    ## Value {{ size * 2 }}\n\n    {% for i in range(2) %}\n    - item {{ i }}\n    {% endfor %}\n",
    "  - |\n    ## Table\n\n    {{ table('needs') }}\n",
    "  - |\n    ## Footnote\n\n    Text[^a].\n\n    [^a]: The note.\n",
    "  - |\n    ## Picture\n\n    ![a dot](dot.png) and :rocket: and :rokcet:\n",
    "  - content: |\n      ## Dark\n    background: '#123456'\n    id: dark\n    attributes:\n      data-x: y\n",
    "  - |\n    ## Raw\n\n    <div class='box'>in a box\n\n    <span>not closed\n",
    "  - |\n    ## Chart\n\n    {{ chart('shown') }}\n",
    "  - |\n    ## Wrong $\\frac{1$ here\n",
    "  - |\n    ## Unknown {{ nothing }}\n",
]
MARKDOWN_SLIDES: Final = [
    "# First\n\nText with *emphasis* and $x^2$.\n",
    "## Notes\n\n- one\n- two\n\n<!-- A note of the speaker -->\n",
    "## Same\n\n* step\n* step two\n",
    "## Same\n\n[down][there] and `code` and [slide](#3)\n",
    "## Code\n\n```python\na = 1\n```\n",
    "## Code\n\n~~~\n---\n~~~\n",
    "<!-- _class: lead -->\n\n## Lead\n\n![bg left](dot.png)\n",
    "<!-- header: from here on -->\n\n## Header\n",
    "## Table\n\n| a | b |\n|---|---|\n| 1 | <b>2</b> |\n",
    "## Raw\n\n<div>in a box\n\n<span>open\n",
    "[there]: https://example.org/there\n\n## References\n",
    "<style scoped>\nh2 { color: red }\n</style>\n\n## Styled\n",
    "$$\nx = 1\n$$\n\n## Math\n\nparagraph\n===\n",
    "> a quote\n\n1. a\n2. b\n\n   more of it\n",
    "<!-- paginate: true -->\n\n## Pages\n",
]
HEADS: Final = {
    "marp": "---\nmarp: true\ntitle: A talk\npaginate: true\nfooter: '*foot*'\n---\n\n",
    "plain": "---\ntitle: A talk\ndialect: plain\n---\n\n",
    "reveal": "---\ntitle: A talk\ndialect: reveal\n---\n\n",
    "pandoc": "---\ntitle: A talk\ndialect: pandoc\n---\n\n",
}
WORDS: Final = ("changed", "**bold**", "$y_1$", "&amp;", "\n\n    more", "`x`", "<i>i</i>", "é", "")


def edited(slides: list[str], pool: list[str], chance: random.Random) -> list[str]:
    """Slides after a random edit: a word in one, a slide that comes, goes, moves or is another one."""
    slides = list(slides)
    at = chance.randrange(len(slides))
    kind = chance.choice(["word"] * 6 + ["come", "go", "move", "other", "line"])
    if kind == "word":
        rows = slides[at].split("\n")
        row = chance.randrange(len(rows))
        if "|" not in rows[row] and ":" not in rows[row] and "`" not in rows[row] and rows[row].strip():
            rows[row] += f" {chance.choice(WORDS)}{chance.randrange(100)}"
        slides[at] = "\n".join(rows)
    elif kind == "line":
        slides[at] += "\n"
    elif kind == "come":
        slides.insert(at, chance.choice(pool))
    elif kind == "go" and len(slides) > 3:
        del slides[at]
    elif kind == "move":
        slides.insert(chance.randrange(len(slides)), slides.pop(at))
    else:
        slides[at] = chance.choice(pool)
    return slides


def built(path: Path, options: BuildOptions) -> Preview | list[str]:
    """The page of a deck, or its mistakes."""
    try:
        return preview(str(path), options)
    except SlidegenError as error:
        return [str(problem) for problem in error.problems]


def check_edits(path: Path, head: str, pool: list[str], between: str, seed: int, edits: int, form: str | None) -> None:
    """Edits a deck at random, and compares each build with one that knows no other."""
    chance = random.Random(seed)
    (path.parent / "dot.png").write_bytes(PIXEL)
    memo = Memo()
    slides = last = list(pool[: len(pool) - 2])
    good = 0
    for number in range(edits):
        path.write_text(head + between.join(slides), encoding="utf-8")
        options = BuildOptions(offline=True, keep_record=False, format=form)
        warm, cold = built(path, replace(options, memo=memo)), built(path, options)
        assert warm == cold, f"edit {number}"
        if isinstance(warm, Preview):
            memo.finish()
            good, last = good + 1, slides
        elif chance.random() < 0.8:  # the author mends it
            slides = last
        slides = edited(slides, pool, chance)
    assert good > edits / 4


@pytest.mark.parametrize("form", ["reveal", "marp"])
def test_a_yaml_deck(form: str, tmp_path: Path) -> None:
    check_edits(tmp_path / "talk.yml", YAML_HEAD, YAML_SLIDES, "", 1, 30, form)


@pytest.mark.parametrize("dialect", HEADS)
def test_a_markdown_deck(dialect: str, tmp_path: Path) -> None:
    check_edits(tmp_path / "talk.md", HEADS[dialect], MARKDOWN_SLIDES, "\n---\n\n", 2, 30, None)


def test_what_is_kept_stays_bounded(tmp_path: Path) -> None:
    """The builds of many edits keep what two of them use."""
    path, memo = tmp_path / "talk.yml", Memo()
    sizes = []
    for number in range(30):
        path.write_text(f"slides:\n  - |\n    # Number {number}\n  - |\n    ## Always\n", encoding="utf-8")
        preview(str(path), BuildOptions(memo=memo))
        memo.finish()
        sizes.append(len(memo))
    assert max(sizes[2:]) == min(sizes[2:])
