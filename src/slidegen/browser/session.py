"""A browser for built decks: SLIDEGEN_BROWSER, else Playwright's own, else the system's Chromium or Chrome."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

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
    """
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        raise MissingExtraError("a browser", "browser") from None
    with sync_playwright() as playwright:
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


def _launch(playwright: Playwright) -> Browser:
    chromium = playwright.chromium
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    arguments = [*ARGUMENTS, "--no-sandbox"] if root else list(ARGUMENTS)
    return chromium.launch(executable_path=find_browser(chromium.executable_path), args=arguments)
