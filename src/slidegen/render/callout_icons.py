"""The icons of callouts, drawn in the colour of their titles."""

from __future__ import annotations

from typing import Final

from slidegen.languages.words import is_english, said

INFORMATION: Final = '<circle cx="12" cy="12" r="9.5"/><path d="M12 11v5.5M12 7.5v.01"/>'
BULB: Final = '<path d="M9.5 18h5M10.5 21h3M9 15.5c0-1.6-3-3.1-3-6.7a6 6 0 0 1 12 0c0 3.6-3 5.1-3 6.7z"/>'
EXCLAMATION: Final = '<path d="M8 2.5h8L21.5 8v8L16 21.5H8L2.5 16V8zM12 7v6M12 16.8v.01"/>'
TRIANGLE: Final = '<path d="M12 3.2 22 20.5H2zM12 9.5v5M12 17.6v.01"/>'
ICONS: Final = {"note": INFORMATION, "tip": BULB, "important": EXCLAMATION, "warning": TRIANGLE}
"""The drawing of each kind of callout, in a square of 24 units."""


def icon(kind: str) -> str:
    """The icon of a kind of callout as SVG; empty for a kind without one."""
    if kind not in ICONS:
        return ""
    return (
        '<svg class="callout-icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2.2" '
        f'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{ICONS[kind]}</svg>'
    )


def default_title(english: str, lang: str) -> tuple[str, dict[str, str]]:
    """Returns the title of a callout that has none of its own, in the language of its text, and its attributes."""
    text, own = said(english, lang)
    return text, {} if own == lang or is_english(lang) else {"lang": own}
