"""A browser for built decks: SLIDEGEN_BROWSER, else Playwright's own, else the system's Chromium or Chrome."""

from __future__ import annotations

import os
import shutil
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Final

from slidegen.errors import MissingExtraError, Problem, SlidegenError

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
# No background requests, and the same pixels on every machine.
ARGUMENTS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
    "--hide-scrollbars",
    "--font-render-hinting=none",
    "--disable-lcd-text",
    "--force-color-profile=srgb",
)


def find_browser(own: str) -> str | None:
    """Returns the path of the browser to use; None for Playwright's own if that exists at `own`.

    Raises:
        SlidegenError: SLIDEGEN_BROWSER is not a program, or there is no browser.
    """
    chosen = os.environ.get("SLIDEGEN_BROWSER")
    if chosen:
        found = shutil.which(chosen)
        if found is None:
            raise SlidegenError(
                [Problem(f"SLIDEGEN_BROWSER is {chosen!r}, which is not a program", code="environment-variable")]
            )
        return found
    if Path(own).is_file():
        return None
    for name in NAMES:
        found = shutil.which(name)
        if found is not None:
            return found
    advice = "run `playwright install chromium`, install Chromium or Chrome, or set SLIDEGEN_BROWSER"
    raise SlidegenError([Problem(f"no browser found; {advice}", code="no-browser")])


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Starts a headless browser and closes it at the end.

    Raises:
        MissingExtraError: Playwright is not installed.
        SlidegenError: there is no browser, or it does not start.
        KeyboardInterrupt: Ctrl-C was pressed meanwhile.
    """
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        raise MissingExtraError("a browser", "browser") from None
    with _interruptible(), sync_playwright() as playwright:
        try:
            browser = _launch(playwright)
        except Error as error:
            raise SlidegenError(
                [Problem(f"the browser does not start: {error.message.splitlines()[0]}", code="no-browser")]
            ) from None
        try:
            yield browser
        finally:
            browser.close()


_stop: Final = threading.Event()
"""Ctrl-C was pressed while Playwright was at work."""


def check_stop() -> None:
    """Raises KeyboardInterrupt if Ctrl-C was pressed during an earlier call of Playwright. Long work calls it between
    two calls."""
    if _stop.is_set():
        raise KeyboardInterrupt


@contextmanager
def _interruptible() -> Iterator[None]:
    """Lets a call of Playwright end before Ctrl-C raises KeyboardInterrupt. A call that is cut short has an answer that
    nobody waits for, which is an error in the next one. In a terminal the browser is stopped as well, and the call
    fails. A second Ctrl-C does not wait."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_: int, frame: FrameType | None) -> None:
        if _stop.is_set() or not _in_playwright(frame):
            raise KeyboardInterrupt
        _stop.set()

    before = signal.signal(signal.SIGINT, stop)
    try:
        try:
            yield
        except Exception:
            check_stop()
            raise
        check_stop()
    finally:
        signal.signal(signal.SIGINT, before)
        _stop.clear()


def _in_playwright(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_globals.get("__name__", "").startswith("playwright."):
            return True
        frame = frame.f_back
    return False


def _launch(playwright: Playwright) -> Browser:
    chromium = playwright.chromium
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    arguments = [*ARGUMENTS, "--no-sandbox"] if root else list(ARGUMENTS)
    return chromium.launch(executable_path=find_browser(chromium.executable_path), args=arguments)
