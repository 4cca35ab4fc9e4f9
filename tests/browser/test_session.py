"""Which browser is used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from slidegen.browser.session import NAMES, find_browser
from slidegen.errors import SlidegenError


def program(folder: Path, name: str) -> Path:
    """A file that can be run."""
    path = folder / name
    path.write_text("#!/bin/sh\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def test_the_environment_variable_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SLIDEGEN_BROWSER before Playwright's own."""
    asked, own = program(tmp_path, "mine"), program(tmp_path, "own")
    monkeypatch.setenv("SLIDEGEN_BROWSER", str(asked))
    assert find_browser(str(own)) == str(asked)


def test_a_variable_that_names_nothing_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not passed over in silence."""
    monkeypatch.setenv("SLIDEGEN_BROWSER", "no-such-browser")
    with pytest.raises(SlidegenError, match=r"^SLIDEGEN_BROWSER is 'no-such-browser', which is not a program$"):
        find_browser("")


def test_playwrights_own_comes_before_the_systems(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """None stands for it."""
    monkeypatch.delenv("SLIDEGEN_BROWSER", raising=False)
    program(tmp_path, NAMES[0])
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_browser(str(program(tmp_path, "own"))) is None
    assert find_browser(str(tmp_path / "missing")) == str(tmp_path / NAMES[0])


def test_no_browser_at_all_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line with three ways out."""
    monkeypatch.delenv("SLIDEGEN_BROWSER", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SlidegenError, match="no browser found; run `playwright install chromium`, install Chromium or"):
        find_browser(str(tmp_path / "missing"))


BUSY = """
import signal
from slidegen.browser.session import check_stop, open_browser
with open_browser() as browser:
    page = browser.new_page()
    page.on("console", lambda message: signal.raise_signal(signal.SIGINT))
    print(page.evaluate("console.log('here'); 'answer'"))
    print(page.evaluate("'another'"))
    check_stop()
"""


@pytest.mark.browser
def test_ctrl_c_waits_for_the_call_to_end() -> None:
    """It interrupts none of Playwright's code, and no error of Playwright's takes the place of KeyboardInterrupt."""
    found = subprocess.run([sys.executable, "-c", BUSY], capture_output=True, text=True, timeout=120, check=False)
    assert found.stdout.split() == ["answer", "another"]
    assert found.stderr.splitlines()[-1] == "KeyboardInterrupt"
    assert "playwright._impl._errors" not in found.stderr
