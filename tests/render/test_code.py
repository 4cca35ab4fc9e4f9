"""Code blocks: languages, line numbers, titles, steps, and mistakes in the info line."""

from __future__ import annotations

import re

import pytest
from pygments.token import STANDARD_TYPES

from slidegen.render.code import CodeProblem, parse_info
from tests.deck_folder import DeckFolder


@pytest.mark.parametrize(
    ("info", "steps"),
    [
        ("python", ()),
        ("python {2}", ({2},)),
        ("python {1|3-5}", ({1}, {3, 4, 5})),
        ("python {1,3 | 2-3,5}", ({1, 3}, {2, 3, 5})),
        ("python {all|1|*}", (set(), {1}, set())),
        ("python {|1}", (set(), {1})),
        ("python {all}", (set(),)),
    ],
)
def test_steps_are_sets_of_lines(info: str, steps: tuple[set[int], ...]) -> None:
    """Apart by ``|``; an empty one lights them all."""
    assert parse_info(info, 5).steps == steps


@pytest.mark.parametrize(
    ("info", "number", "title", "attributes"),
    [
        ("python numbers", 1, None, {}),
        ("python numbers=10", 10, None, {}),
        ('python title="train <1>.py"', None, "train <1>.py", {}),
        ('title="a"', None, "a", {}),
        ('c++ {1} numbers=2 title="x y" jinja', 2, "x y", {}),
        ("python {.fragment #a key=b}", None, None, {"class": "fragment", "id": "a", "key": "b"}),
    ],
)
def test_the_info_line_holds_options(
    info: str, number: int | None, title: str | None, attributes: dict[str, str]
) -> None:
    """In any order after the language."""
    options = parse_info(info, 5)
    assert (options.first_number, options.title, options.attributes) == (number, title, attributes)


@pytest.mark.parametrize(
    ("info", "message"),
    [
        ("python {9}", "lines 9 are highlighted, but the block has 2"),
        ("python {1-99999999999999}", "lines 1-99999999999999 are highlighted, but the block has 2"),
        ("python {2-1}", "lines 2-1 are highlighted, but the block has 2"),
        ("python {0}", "lines 0 are highlighted, but the block has 2"),
        ("python {1;2}", "lines '1;2' cannot be read; write them as 1|3-5|7,9"),
        ("python {x}", "lines 'x' cannot be read; write them as 1|3-5|7,9"),
        ("python foo", "unknown word 'foo' after the language; allowed: {1|3-5}, numbers, title, jinja"),
        ("python numbers=x", "numbers=x is not a line number; write numbers or numbers=10"),
        ("python numbers=\u00b2", "numbers=\u00b2 is not a line number; write numbers or numbers=10"),
    ],
)
def test_a_mistake_in_the_info_line_is_told(info: str, message: str) -> None:
    """With what is allowed."""
    with pytest.raises(CodeProblem) as caught:
        parse_info(info, 2)
    assert str(caught.value) == message


def test_mistakes_have_their_lines(folder: DeckFolder) -> None:
    """That of the fence."""
    text = "a\n\n```pyton\na\n```\n\n~~~ python {3}\na\n~~~\n"
    assert folder.slide_problems(text) == [
        "talk.yml:5: code: unknown language 'pyton'; did you mean 'python'?",
        "talk.yml:9: code: lines 3 are highlighted, but the block has 1",
    ]


def test_every_line_stands_on_its_own(folder: DeckFolder) -> None:
    """A string over several lines is closed and opened again, so that lines can be lit one by one."""
    body = folder.slide('```python\nx = """a\n<b>"""\n```').body
    lines = re.findall(r'<span class="sg-line">(.*?)\n</span>', body)
    assert len(lines) == 2
    for line in lines:
        assert line.count("<span") == line.count("</span>")
    assert "&lt;b&gt;" in lines[1]


def test_steps_are_fragments_beside_the_lines_they_light(folder: DeckFolder) -> None:
    """The first step needs none: it is what the slide opens with."""
    body = folder.slide("```python {1|2|all} numbers=7\na\nb\n```").body
    assert re.findall(r'<span class="fragment sg-code-step" data-step="(\d)"></span>', body) == ["2", "3"]
    assert re.findall(r'<span class="(sg-line[^"]*)" data-n="(\d+)">', body) == [
        ("sg-line sg-step-1 sg-step-3", "7"),
        ("sg-line sg-step-2 sg-step-3", "8"),
    ]


def test_no_class_of_slidegens_is_one_of_pygments(folder: DeckFolder) -> None:
    """A step's class would colour its lines: `s1` and `s2` are Pygments' strings."""
    body = folder.slide('```text {1|2|all} numbers=7 title="a"\na\nb\n```').body
    names = {name for classes in re.findall(r'class="([^"]*)"', body) for name in classes.split()}
    assert {name for name in names if not name.startswith("sg-")} == {"fragment"}
    assert not names & set(STANDARD_TYPES.values())


@pytest.mark.parametrize("fence", ["```\n<a> & b\n```", "```text\n<a> & b\n```", "    <a> & b\n", "x\n\n    <a> & b"])
def test_code_without_a_language_is_escaped(folder: DeckFolder, fence: str) -> None:
    """And not highlighted."""
    page = folder.build("slides:\n- content: " + repr(fence).replace("'", '"'))
    assert '<span class="sg-line">&lt;a&gt; &amp; b\n</span>' in page.body
