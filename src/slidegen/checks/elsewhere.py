"""The rules that the build applies, or that hold for a page as a whole."""

from __future__ import annotations

from typing import Final

from slidegen.checks.rule import Rule

BROKEN_LINK: Final = Rule("broken-link", "warning", "a link leads to no slide, heading or element of the deck")
CONSOLE_MESSAGE: Final = Rule("console-message", "warning", "a script prints something on the browser's console")
MISSING_GLYPH: Final = Rule("missing-glyph", "warning", "no font in the built file has a character of a slide")
NETWORK_REQUEST: Final = Rule("network-request", "mistake", "the page loads something from the network")
PAGE_ERROR: Final = Rule("page-error", "mistake", "a script of the page ends with an exception")
RUNS_OFF: Final = Rule("runs-off", "mistake", "text or a picture runs off the slide")
SMALLER_TEXT: Final = Rule("smaller-text", "warning", "text or a table was set smaller so that it fits")
