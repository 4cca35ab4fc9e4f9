"""Parts of files: by lines, by name, by marked region."""

from __future__ import annotations

import pytest

from slidegen.snippets.selecting import CodeFile, Selection, SnippetError, select

PYTHON = """\
if True:
    class A:
        x = 1

        async def f(self):
            def inner(): ...
"""


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, Selection(PYTHON.rstrip(), 1)),
        ({"lines": "3"}, Selection("x = 1", 3)),
        ({"lines": "2-3"}, Selection("class A:\n    x = 1", 2)),
        ({"symbol": "A.f"}, Selection("async def f(self):\n    def inner(): ...", 5)),
        ({"lines": "3-", "starts": "x ="}, Selection("x = 1\n\nasync def f(self):\n    def inner(): ...", 3)),
    ],
)
def test_parts(given: dict[str, str], expected: Selection) -> None:
    """Without the indentation that all lines have."""
    assert select(CodeFile(PYTHON, "a.py"), given) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("# region a\nx\n# endregion\ny\n", "x"),
        ("//#region a\nx;\n//#endregion\n", "x;"),
        ("<!-- #region a -->\n<p>\n<!-- #endregion -->\n", "<p>"),
        ("/* #region a */\nx {}\n/* #endregion */", "x {}"),
        ("#region b\n1\n#region a\n2\n#region c\n3\n#endregion\n4\n#endregion\n5\n#endregion\n", "2\n3\n4"),
        ("-- region a\nselect 1\n-- endregion\n", "select 1"),
    ],
)
def test_regions(text: str, code: str) -> None:
    """In the comments of several languages, as VS Code folds them; the marks are not shown."""
    assert select(CodeFile(text, "a.txt"), {"region": "a"}).code == code


@pytest.mark.parametrize(
    ("text", "name", "given", "message"),
    [
        ("x", "a.js", {"symbol": "f"}, "symbol is for Python files, which 'a.js' is not; use lines or region"),
        ("#region a\n#endregion", "a", {"region": "a"}, "the region 'a' of 'a' is empty"),
        (
            "x\n#region a\n1\n",
            "a",
            {"region": "a"},
            "the region 'a' in line 2 of 'a' has no end; write endregion below it",
        ),
        (
            "#region a\n1\n#region a\n2",
            "a",
            {"region": "a"},
            "'a' has regions 'a' in lines 1, 3; give them names of their own",
        ),
        ("x", "a", {"starts": "y"}, "line 1 of 'a' does not hold 'y'; no line of the file holds it"),
        ("x\ny\ny", "a", {"starts": "y"}, "line 1 of 'a' does not hold 'y'; it is in lines 2, 3"),
        ("(" * 5000, "a.py", {"symbol": "f"}, "'a.py' cannot be read as Python 3.*: .*; use lines or region"),
    ],
)
def test_mistakes(text: str, name: str, given: dict[str, str], message: str) -> None:
    """Each says what to do."""
    with pytest.raises(SnippetError, match=f"^{message}$"):
        select(CodeFile(text, name), given)
