"""Magic moves: several blocks of code in one fence, as states of one block."""

from __future__ import annotations

import json
import re

import pytest

from tests.deck_folder import DeckFolder

TWO = """
````md magic-move{info}
```python
a = 1
```
```python {{1|2}}
a = 1
b = {{{{ 1 + 1 }}}}
```
````
"""
ALLOWED = "allowed: numbers, title, jinja, {.class #id}, {lines: true, duration: 500}"
STATES = re.compile(r'<div(?: data-motion="\d+")? class="sg-code-block([^"]*)"[^>]*>(.*?)</pre></div>', re.DOTALL)


def states(html: str) -> list[tuple[str, str]]:
    """The classes and the code of each block on the slides of a page."""
    slides = html.partition('<div class="slides">')[2] or html.partition('<div class="marpit')[2]
    return [(names, re.sub(r"<[^<>]*>", "", code)) for names, code in STATES.findall(slides)]


@pytest.mark.parametrize("output", ["reveal", "marp"])
@pytest.mark.parametrize("head", ["marp: true", "format: revealjs", "revealOptions: {}"])
def test_blocks_are_states_in_every_dialect(folder: DeckFolder, head: str, output: str) -> None:
    """With a fragment before each but the first, and the steps of each; Jinja expands none of them."""
    inside = "```python\na = 1\n```\n```python\na = {{ 2 }}\n```\n"
    page = folder.build(f"---\n{head}\n---\n# Code\n\n````md magic-move\n{inside}````\n", "talk.md", format=output)
    assert states(page.html) == [("", "a = 1\n"), ("", "a = {{ 2 }}\n")]
    assert len(re.findall('class="fragment sg-state-step"', page.html)) == 1
    assert page.built.warnings == ()


def test_a_cell_of_a_notebook_holds_states(folder: DeckFolder) -> None:
    """Its other fences have no words after the language."""
    source = "# Code\n\n````md magic-move\n```python\na = 1\n```\n```python\na = 2\n```\n````\n"
    cells = [{"cell_type": "markdown", "metadata": {}, "source": source}]
    page = folder.build(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}), "talk.ipynb")
    assert [code for _, code in states(page.html)] == ["a = 1\n", "a = 2\n"]


def test_steps_and_numbers_belong_to_each_state(folder: DeckFolder) -> None:
    """Words after `magic-move` hold for all states, as in Slidev; `jinja` too."""
    page = folder.slide(TWO.format(info=' {lines: true, duration: 800} {.wide} jinja title="a.py"'))
    assert states(page.html) == [(" sg-numbered", "a.pya = 1\n"), (" sg-stepped sg-numbered", "a.pya = 1\nb = 2\n")]
    assert '<div data-duration="800" class="sg-magic wide">' in page.html
    assert page.body.count("sg-code-step") == 1


def test_jinja_in_one_state(folder: DeckFolder) -> None:
    """Its own word expands it alone."""
    page = folder.slide(
        """
        ````md magic-move
        ```text
        {{ 1 + 1 }}
        ```
        ```text jinja
        {{ 1 + 1 }}
        ```
        ```text
        {{ 1 + 2 }}
        ```
        ````
        """
    )
    assert [code for _, code in states(page.html)] == ["{{ 1 + 1 }}\n", "2\n", "{{ 1 + 2 }}\n"]


def test_code_of_states_comes_from_files(folder: DeckFolder) -> None:
    """In a list, too; a fence in such a file does not end the states."""
    folder.write("a.py", "one = 1\ntwo = '''\n`````\n'''\n")
    page = folder.slide(
        """
        - item

          ````md magic-move
          ```python {file="a.py" lines="1"}
          ```
          ```python {file="a.py"}
          ```
          ````
        """
    )
    assert [code for _, code in states(page.html)] == ["one = 1\n", "one = 1\ntwo = '''\n`````\n'''\n"]


def test_a_state_of_a_missing_file_has_its_line(folder: DeckFolder) -> None:
    """That of the block in the states."""
    text = "# A\n\n````md magic-move\n```python\na\n```\n```python {file=b.py}\n```\n````\n"
    (problem,) = folder.problems("---\ntheme: light\n---\n" + text, "talk.md")
    assert problem.startswith("talk.md:10: code: the file 'b.py' cannot be read")


@pytest.mark.parametrize(
    ("inside", "line", "warning"),
    [
        ("```python\na\n```", 2, "magic-move: a single block of code; nothing moves"),
        ("```js\na\n```\n```ts\nb\n```", 2, "magic-move: its blocks are in several languages: js, ts"),
        ("```js\na\n```\nwords\n```js\nb\n```", 6, "magic-move: what stands beside its blocks of code is not shown"),
        (
            "```js\na\n```\n```js\na\n```",
            6,
            "magic-move: block 2 is the same as the one before it; the step to it changes nothing",
        ),
    ],
)
def test_what_has_no_effect_is_told(folder: DeckFolder, inside: str, line: int, warning: str) -> None:
    """With its line; the deck is built."""
    page = folder.build(f"# A\n````md magic-move\n{inside}\n````\n", "talk.md")
    assert [(problem.line, problem.message) for problem in page.built.warnings] == [(line, warning)]


@pytest.mark.parametrize(
    ("fence", "mistake"),
    [
        (
            "md magic-move\nwords",
            "magic-move: there is no block of code in it; write two or more, in a fence of more backticks",
        ),
        (
            "md magic-move {at: 4}\n```js\na\n```\n```js\nb\n```",
            f"magic-move: 'at: 4' has no effect; {ALLOWED}",
        ),
        (
            "md magic-move fast\n```js\na\n```\n```js\nb\n```",
            f"magic-move: unknown word 'fast'; {ALLOWED}",
        ),
        (
            "md magic-move {" + "a" * 50_000 + "}\n```js\na\n```\n```js\nb\n```",
            "magic-move: the line after the fence has 50,016 characters; at most 1,000",
        ),
    ],
)
def test_mistakes(folder: DeckFolder, fence: str, mistake: str) -> None:
    """In slidegen's own dialect; Slidev's words give a warning in others."""
    assert folder.slide_problems(f"````{fence}\n````") == [f"talk.yml:3: {mistake}"]


def test_a_group_takes_the_room_of_all_its_states(folder: DeckFolder) -> None:
    """A slide is laid out for the longest one, so that nothing jumps."""
    short = "````md magic-move\n```python\na = 1\n```\n```python\nb = 1\n```\n````"
    long = "````md magic-move\n```python\na = 1\n```\n```python\n" + "b = 1\n" * 12 + "```\n````"
    assert "type-huge" in folder.slide(f"## A\n\n{short}").html.partition('<section class="layout')[2][:60]
    assert "type-" not in folder.slide(f"## A\n\n{long}").html.partition('<section class="layout')[2][:60]


def test_numbers_of_states_are_those_of_their_file(folder: DeckFolder) -> None:
    """If all states have them."""
    folder.write("a.py", "one = 1\ntwo = 2\nthree = 3\n")
    page = folder.slide(
        """
        ````md magic-move numbers
        ```python {file="a.py" lines="2-3"}
        ```
        ```python {file="a.py"} numbers
        ```
        ````
        """
    )
    assert re.findall(r'data-n="(\d)"', page.body) == ["2", "3", "1", "2", "3"]
