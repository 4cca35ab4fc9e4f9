"""Every folder here is a case: `deck.yml` is built, and its slides compared with `expected.html`.

A deck that must not build has its messages in `expected.txt` instead. ``pytest tests/decks --renew-decks`` writes what
is expected anew; look at the difference before it is committed.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from slidegen.errors import SlidegenError
from slidegen.pipeline import BuildOptions, build
from tests.deck_folder import Page

CASES = sorted(path.parent for path in Path(__file__).parent.glob("*/deck.yml"))


def built(case: Path, folder: Path) -> tuple[str, str]:
    """The name of the file of what is expected, and its content."""
    deck = case / "deck.yml"
    try:
        done = build(str(deck), BuildOptions(folder=folder, offline=True, keep_record=False))
    except SlidegenError as error:
        return "expected.txt", str(error).replace(f"{case}/", "") + "\n"
    return "expected.html", Page(done.output.read_text(encoding="utf-8"), done).slides


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_deck_builds_to_what_is_expected(
    case: Path, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The slides, or every message."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1782000000")
    name, content = built(case, tmp_path)
    if request.config.getoption("--renew-decks"):
        for old in case.glob("expected.*"):
            old.unlink()
        (case / name).write_text(content, encoding="utf-8")
    expected = case / name
    assert expected.is_file(), f"{expected} is missing; write it with --renew-decks"
    assert content == expected.read_text(encoding="utf-8")
