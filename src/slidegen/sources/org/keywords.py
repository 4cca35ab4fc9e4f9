"""Keywords outside slides: those with a meaning elsewhere, those without an effect, and those that are lost."""

from __future__ import annotations

from typing import Final

from slidegen.sources.org.context import Context

READ: Final = frozenset(
    [
        *("BIBLIOGRAPHY", "CITE_EXPORT", "PRINT_BIBLIOGRAPHY"),
        *("TITLE", "AUTHOR", "DATE", "EMAIL", "SUBTITLE", "DESCRIPTION", "LANGUAGE", "OPTIONS", "MACRO", "TODO"),
        *("SEQ_TODO", "TYP_TODO", "LINK", "EXCLUDE_TAGS", "SELECT_TAGS", "SLIDEGEN", "REVEAL_THEME"),
        *("REVEAL_TRANS", "REVEAL_SPEED", "REVEAL_HLEVEL", "REVEAL_TITLE_SLIDE", "REVEAL_EXTRA_CSS"),
        *("REVEAL_SLIDE_FOOTER", "REVEAL_MARGIN", "REVEAL_MIN_SCALE", "REVEAL_MAX_SCALE", "REVEAL_INIT_OPTIONS"),
        *("REVEAL_DEFAULT_FRAG_STYLE", "REVEAL_TOC_SLIDE_TITLE", "REVEAL_TOC_SLIDE_STATE"),
        *("REVEAL_TOC_SLIDE_CLASS", "REVEAL_TITLE_SLIDE_STATE", "REVEAL_ACADEMIC_TITLE"),
        *("REVEAL_MISCINFO", "REVEAL_TALK_URL", "REVEAL_TALK_QR_CODE", "REVEAL_EXTRA_ATTR"),
        *(
            f"REVEAL_{kind}_SLIDE_BACKGROUND{part}"
            for kind in ("TITLE", "TOC", "DEFAULT")
            for part in ("", "_SIZE", "_POSITION", "_REPEAT", "_OPACITY", "_TRANSITION")
        ),
    ]
)
"""Keywords that the whole deck is read by (see `deck_options` and `slides`)."""
NOTHING: Final = frozenset(
    [
        *("STARTUP", "FILETAGS", "CATEGORY", "ARCHIVE", "PROPERTY", "COLUMNS", "CONSTANTS", "PRIORITIES", "TAGS"),
        *("KEYWORDS", "CREATOR", "EXPORT_FILE_NAME", "REVEAL_ROOT", "REVEAL_VERSION", "REVEAL_MATHJAX_URL"),
        *("REVEAL_HIGHLIGHT_CSS", "REVEAL_HIGHLIGHT_URL", "REVEAL_PLUGINS", "REVEAL_PLUGINS_CONFIG"),
        *("REVEAL_REVEAL_JS_VERSION", "REVEAL_SINGLE_FILE", "HTML_DOCTYPE", "HTML_CONTAINER", "HTML_LINK_HOME"),
        *("HTML_LINK_UP", "HTML_MATHJAX", "INFOJS_OPT", "CINDEX", "INDEX", "PLOT", "RESULTS", "NAME", "HEADER"),
        *("HEADERS", "BIND", "ATTR_LATEX", "TBLFM", "LINK_UP", "LINK_HOME", "EXPORT_SELECT_TAGS"),
        *("EXPORT_EXCLUDE_TAGS", "LAST_MODIFIED"),
    ]
)
"""Keywords that have no meaning here: they are for Emacs itself, or for what slidegen does without them."""
OTHERS: Final = ("LATEX", "BEAMER", "ODT", "TEXINFO", "ASCII", "MAN", "KOMA", "HUGO", "SPDX")
"""What the keywords of other formats and of licences begin with."""
WHY: Final = {
    "REVEAL_EXTRA_JS": "no program is loaded",
    "REVEAL_EXTRA_SCRIPTS": "no program is loaded",
    "REVEAL_EXTRA_SCRIPT_SRC": "no program is loaded",
    "REVEAL_EXTRA_SCRIPT_BEFORE_SRC": "no program is loaded",
    "REVEAL_INIT_SCRIPT": "no program of a deck is run",
    "REVEAL_EXTRA_INITIAL_JS": "no program of a deck is run",
    "REVEAL_EXTERNAL_PLUGINS": "no program is loaded",
    "REVEAL_ADD_PLUGIN": "no program is loaded",
    "CALL": "no program of a deck is run",
    "REVEAL_EXTRA_SCRIPT": "no program of a deck is run",
    "REVEAL_SLIDE_HEADER": "slides have a footer only",
    "HTML_HEAD": "the page is slidegen's own",
    "HTML_HEAD_EXTRA": "the page is slidegen's own",
    "REVEAL_HEAD_PREAMBLE": "the page is slidegen's own",
    "REVEAL_PREAMBLE": "the page is slidegen's own",
    "REVEAL_POSTAMBLE": "the page is slidegen's own",
    "REVEAL_PROLOGUE": "the page is slidegen's own",
    "REVEAL_EPILOGUE": "the page is slidegen's own",
}
"""Why keywords are left out."""


def check_keyword(key: str, value: str, number: int, context: Context) -> None:
    """Warns of a keyword that may change something in Emacs and changes nothing here."""
    if key in READ or key in NOTHING or key.partition("_")[0].partition("-")[0] in OTHERS or not value:
        return
    known = key.startswith(("REVEAL", "HTML"))
    why = WHY.get(key, "slidegen does not have this setting" if known else "the keyword is unknown")
    context.lose(f"#+{key}: is left out; {why}", number)
