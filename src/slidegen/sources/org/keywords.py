"""Keywords that are no part of a slide: which mean something elsewhere, which nothing, and which are lost."""

from __future__ import annotations

from typing import Final

from slidegen.sources.org.context import Context

READ: Final = frozenset(
    [
        *("TITLE", "AUTHOR", "DATE", "EMAIL", "SUBTITLE", "DESCRIPTION", "LANGUAGE", "OPTIONS", "MACRO", "TODO"),
        *("SEQ_TODO", "TYP_TODO", "LINK", "EXCLUDE_TAGS", "SELECT_TAGS", "SLIDEGEN", "REVEAL_THEME"),
        *("REVEAL_TRANS", "REVEAL_SPEED", "REVEAL_HLEVEL", "REVEAL_TITLE_SLIDE", "REVEAL_EXTRA_CSS"),
        *("REVEAL_SLIDE_FOOTER", "REVEAL_MARGIN", "REVEAL_MIN_SCALE", "REVEAL_MAX_SCALE", "REVEAL_INIT_OPTIONS"),
        *("REVEAL_DEFAULT_FRAG_STYLE", "REVEAL_TOC_SLIDE_TITLE", "REVEAL_TOC_SLIDE_STATE"),
        *("REVEAL_TOC_SLIDE_CLASS", "REVEAL_TITLE_SLIDE_BACKGROUND", "REVEAL_TITLE_SLIDE_BACKGROUND_SIZE"),
        *("REVEAL_TITLE_SLIDE_BACKGROUND_POSITION", "REVEAL_TITLE_SLIDE_BACKGROUND_REPEAT"),
        *("REVEAL_TITLE_SLIDE_BACKGROUND_TRANSITION", "REVEAL_TITLE_SLIDE_STATE", "REVEAL_ACADEMIC_TITLE"),
        *("REVEAL_MISCINFO", "REVEAL_TALK_URL", "REVEAL_TALK_QR_CODE", "REVEAL_DEFAULT_SLIDE_BACKGROUND"),
        *("REVEAL_DEFAULT_SLIDE_BACKGROUND_SIZE", "REVEAL_DEFAULT_SLIDE_BACKGROUND_POSITION"),
        *("REVEAL_DEFAULT_SLIDE_BACKGROUND_REPEAT", "REVEAL_DEFAULT_SLIDE_BACKGROUND_TRANSITION"),
        *("REVEAL_EXTRA_ATTR",),
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
        *("HEADERS", "BIND", "ODT_STYLES_FILE", "TEXINFO_FILENAME", "ATTR_LATEX", "TBLFM", "LATEX", "LATEX_CLASS"),
        *("LATEX_CLASS_OPTIONS", "LATEX_HEADER", "LATEX_HEADER_EXTRA", "LATEX_COMPILER", "BEAMER", "BEAMER_THEME"),
        *("BEAMER_COLOR_THEME", "BEAMER_FONT_THEME", "BEAMER_HEADER", "BEAMER_INNER_THEME", "BEAMER_OUTER_THEME"),
        *("ASCII", "ODT", "TEXINFO", "MAN"),
    ]
)
"""Keywords that mean nothing here: for Emacs itself, for another format, or for what slidegen does by itself."""
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
    "BIBLIOGRAPHY": "citations are not looked up",
    "PRINT_BIBLIOGRAPHY": "citations are not looked up",
    "CITE_EXPORT": "citations are not looked up",
    "REVEAL_SLIDE_HEADER": "slides have a footer only",
    "HTML_HEAD": "the page is slidegen's own",
    "HTML_HEAD_EXTRA": "the page is slidegen's own",
    "REVEAL_HEAD_PREAMBLE": "the page is slidegen's own",
    "REVEAL_PREAMBLE": "the page is slidegen's own",
    "REVEAL_POSTAMBLE": "the page is slidegen's own",
}
"""Why keywords are left out."""


def tell_keyword(key: str, value: str, number: int, context: Context) -> None:
    """Tells a keyword that would mean something to org-re-reveal, and is lost."""
    if key in READ or key in NOTHING or not value:
        return
    why = WHY.get(
        key, "slidegen has nothing of the kind" if key.startswith(("REVEAL", "HTML")) else "the keyword is unknown"
    )
    context.lose(f"#+{key}: is left out; {why}", number)
