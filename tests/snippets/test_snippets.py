"""Code blocks that take their code from a file, in all kinds of decks and both outputs."""

from __future__ import annotations

import re
from html import unescape

import pytest

from slidegen.snippets.selecting import VERSION
from tests.deck_folder import WAYS, DeckFolder, without_transcript

TRAIN = '''\
import torch

# region setup
model = load("x")
# endregion


class Trainer:
    """Trains."""

    @torch.no_grad()
    def step(self, batch):
        """Shows {{ braces }} and ``` fences."""
        return self.loss(batch)


def train(model):
    yield model
'''
STEP = '''\
@torch.no_grad()
def step(self, batch):
    """Shows {{ braces }} and ``` fences."""
    return self.loss(batch)'''


@pytest.fixture
def code(folder: DeckFolder) -> DeckFolder:
    """A folder with train.py."""
    folder.write("train.py", TRAIN)
    return folder


def blocks(html: str) -> list[str]:
    """The text of each code block of a page's slides."""
    found = re.findall(r"<(?:marp-)?pre.*?</(?:marp-)?pre>", without_transcript(html), re.DOTALL)
    return [unescape(re.sub("<[^>]*>", "", one)).strip("\n") for one in found]


@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_a_yaml_deck(code: DeckFolder, output: str) -> None:
    """In a list, too; values around the block are expanded, and the code is not."""
    page = code.slide(
        """
        ```python {file="train.py" symbol="Trainer.step"}
        ```

        - item

          ```python {file=train.py region=setup}
          ```

        {{ 1 + 1 }}
        """,
        format=output,
    )
    assert blocks(page.html) == [STEP, 'model = load("x")']
    assert "<p>2</p>" in page.html


@pytest.mark.parametrize(
    ("head", "fence"),
    [
        ("marp: true", 'python {file="train.py" lines="17-18"}'),
        ("theme: light", "python {file=train.py symbol=train}"),
        ("format: revealjs", '{.python file="train.py" lines="17-"}'),
    ],
)
def test_markdown_decks(code: DeckFolder, head: str, fence: str) -> None:
    """Marp's, our own and pandoc's."""
    page = code.build(f"---\n{head}\n---\n# Code\n\n```{fence}\n```\n", "talk.md")
    assert blocks(page.html) == ["def train(model):\n    yield model"]


def test_lines_are_numbered_as_in_the_file(code: DeckFolder) -> None:
    """With `numbers`; steps count from the first line that is shown, and the language is that of the file's name."""
    page = code.slide(
        """
        ```{file="train.py" symbol=train} {2} numbers
        ```
        """
    )
    assert re.findall(r'class="sg-line([^"]*)" data-n="(\d+)"', page.html) == [("", "17"), (" sg-step-1", "18")]
    assert 'data-language="python"' in page.html


def test_mistakes_have_their_lines(code: DeckFolder) -> None:
    """All of a deck at once."""
    code.write("broken.py", "def f(:\n")
    code.write("twice.py", "def f(): ...\ndef f(): ...\n")
    code.write("bytes.py", b"\xff")
    fences = [
        "{file=none.py}",
        "{file=../none.py}",
        "{file=train.py symbol=trian}",
        "{file=train.py region=set}",
        "{file=train.py lines=18-40}",
        "{file=train.py lines=b}",
        "{file=train.py lines=5-2}",
        "{file=train.py lines=1 symbol=train}",
        '{file=train.py lines=16-17 starts="def train"}',
        "{file=broken.py symbol=f}",
        "{file=twice.py symbol=f}",
        "{file=bytes.py}",
        "{file=train.py} {file=broken.py}",
        "{file=train.py lines=1 lines=2}",
    ]
    text = "\n".join(f"```python {fence}\n```" for fence in fences)
    assert code.slide_problems(f"{text}\n```python {{file=train.py}}\nx = 1\n```") == [
        f"talk.yml:{3 + 2 * number}: code: {message}"
        for number, message in enumerate(
            [
                "the file 'none.py' cannot be read: no such file or directory",
                f"the file '../none.py' is outside the deck's folder; copy the file into it{WAYS}",
                "no function or class 'trian' in 'train.py'; did you mean 'train'? "
                "available: Trainer, Trainer.step, train",
                "no region 'set' in 'train.py'; did you mean 'setup'? available: setup",
                "lines 18-40 are shown, but 'train.py' has 18",
                "lines 'b' cannot be read; write them as 10-24, 10- or 10",
                "lines '5-2' are not a range; write the smaller number first, from 1",
                "lines and symbol both choose a part of 'train.py'; leave one of them out",
                "line 16 of 'train.py' does not hold 'def train'; it is in line 17: lines=\"17-18\"",
                f"'broken.py' cannot be read as Python {VERSION}: line 1: invalid syntax; use lines or region",
                "'twice.py' defines 'f' in lines 1, 2; choose by lines or region",
                "the file 'bytes.py' is not UTF-8 text",
                "file is given twice; leave one of them out",
                "lines is given twice; leave one of them out",
                "the block has code and names the file 'train.py'; leave one of them out",
            ]
        )
    ]


def test_code_of_other_programs_stays(code: DeckFolder) -> None:
    """There a name of a file beside code says where it is written to, as in Entangled."""
    page = code.build("---\nformat: revealjs\n---\n# Code\n\n```{.python file=out.py}\nx = 1\n```\n", "talk.md")
    assert blocks(page.html) == ["x = 1"]


def test_mistakes_below_a_block_keep_their_lines(code: DeckFolder) -> None:
    """The code has more lines than its block in the deck."""
    found = code.slide_problems(
        """
        ```python {file=train.py}
        ```

        {{ nothing }}
        """
    )
    assert [message.split(":")[1] for message in found] == ["6"]


def test_a_deck_cannot_grow_without_end(code: DeckFolder) -> None:
    """One file in very many blocks: their number, their size together and the mistakes that are told are limited."""
    code.write("long.py", "x = 1\n" * 100_000)
    fence = "```text {file=long.py}\n```"
    (message,) = {one.partition(": code: ")[2] for one in code.slide_problems("\n".join([fence] * 5))}
    assert message == "the blocks take more than 2,000,000 characters from files; show less of them"
    (message,) = {
        one.partition(": code: ")[2]
        for one in code.slide_problems("\n".join(["```python {file=train.py lines=1}\n```"] * 1010))
    }
    assert message == "more than 1,000 blocks take code from files"
    assert len(code.slide_problems("\n".join(["```python {file=train.py symbol=no}\n```"] * 200))) == 50


def test_a_file_with_a_byte_order_mark(folder: DeckFolder) -> None:
    """Some editors write one; it is no part of the code, and Python reads it."""
    folder.write("a.py", b"\xef\xbb\xbfdef f():\n    return 1\n")
    page = folder.slide('```python {file="a.py" symbol="f"}\n```\n\n```python {file="a.py"}\n```\n')
    assert blocks(page.html) == ["def f():\n    return 1"] * 2


@pytest.mark.parametrize(
    ("braces", "message"),
    [
        ('file="train.py" symbl="train"', "unknown key 'symbl'; did you mean 'symbol'? available: "),
        ('file="train.py" regoin="setup"', "unknown key 'regoin'; did you mean 'region'? available: "),
        ('fil="train.py"', "unknown key 'fil'; did you mean 'file'? available: "),
        ('symbol="train"', "symbol chooses a part of a file, and none is named; write file="),
    ],
)
def test_keys_that_would_have_no_effect(code: DeckFolder, braces: str, message: str) -> None:
    """The block would show the whole file, or nothing; attributes of the block are no mistakes."""
    (found,) = code.slide_problems(f"```python {{{braces}}}\n```\n")
    assert f": code: {message}" in found
    kept = '```python {file="train.py" lines="1" #x .y data-z="1" title="a"}\n```\n'
    assert blocks(code.slide(kept).html) == ["import torch"]
