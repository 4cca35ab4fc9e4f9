"""The settings of an org file that apply to the whole deck, as the keys of a YAML deck."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from slidegen.sources.org.context import Context
from slidegen.sources.org.inline import plain
from slidegen.sources.reveal_themes import THEMES
from slidegen.sources.schema import LANGUAGE
from slidegen.sources.size import parse_size
from slidegen.sources.translation.words import apart

TRANSITIONS: Final = ("none", "fade", "slide", "convex", "concave", "zoom")
SPEEDS: Final = ("default", "fast", "slow")
FLAGS: Final = {
    "reveal_center": "center",
    "reveal_progress": "progress",
    "reveal_history": "history",
    "reveal_keyboard": "keyboard",
    "reveal_overview": "overview",
    "reveal_control": "controls",
    "reveal_mousewheel": "mouseWheel",
    "reveal_fragmentinurl": "fragmentInURL",
    "reveal_hashonebasedindex": "hashOneBasedIndex",
    "reveal_pdfseparatefragments": "pdfSeparateFragments",
}
"""Options of `#+OPTIONS` that are switches of reveal.js."""
READ: Final = frozenset(
    {
        "H",
        "num",
        "toc",
        "todo",
        "tags",
        "pri",
        "^",
        "-",
        "'",
        "e",
        "f",
        "<",
        "|",
        "\\n",
        "d",
        "*",
        "arch",
        "author",
        "date",
    }
    | {
        "email",
        "title",
        "creator",
        "timestamp",
        "tex",
        "stat",
        "prop",
        "p",
        "c",
        "tasks",
        "inline",
        "broken-links",
        ":",
    }
    | {"html-postamble", "html-preamble", "html-style", "html-scripts", "toc", "reveal_title_slide", "reveal_width"}
    | {"@", "skip", "TeX", "LaTeX", "reveal_mathjax", "reveal_embed_local_resources"}
    | {"reveal_height", "reveal_slide_number", "reveal_single_file", "reveal_rolling_links", "reveal_global_header"}
    | {
        "reveal_global_footer",
        "reveal_toc_footer",
        "reveal_generate_ids",
        "reveal_inter_presentation_links",
        "expand-links",
    }
    | {"reveal_klipsify_src", "reveal_subtree_with_title_slide", "auto-id", "html5-fancy", "org-html-postamble", "pdf"}
)
"""Options that are read elsewhere, or have no meaning here."""
NUMBERS: Final = {"REVEAL_MARGIN": "margin", "REVEAL_MIN_SCALE": "minScale", "REVEAL_MAX_SCALE": "maxScale"}
PAIR: Final = re.compile(r"(?P<key>[A-Za-z]\w*)[ \t]*:[ \t]*(?P<value>'[^']*'|\"[^\"]*\"|[\w.%/-]+)")


def deck_options(context: Context) -> tuple[dict[str, Any], dict[str, int]]:
    """The keys of the deck, and the lines that they come from."""
    made = _Options(context)
    made.read()
    return made.found, made.lines


class _Options:
    def __init__(self, context: Context) -> None:
        self.context = context
        self.settings = context.settings
        self.found: dict[str, Any] = {}
        self.lines: dict[str, int] = {}
        self.reveal: dict[str, Any] = {}
        self.sides: dict[str, str] = {}

    def read(self) -> None:
        for key, name in (("TITLE", "title"), ("AUTHOR", "author"), ("DATE", "date"), ("DESCRIPTION", "description")):
            value = self.settings.get(key)
            if value:
                self._set(name, plain(value, self.settings.number(key), self.context), self.settings.number(key))
        self._bibliography()
        self._language()
        self._theme()
        self._footer()
        self._switches()
        self._transition("REVEAL_TRANS", "transition", TRANSITIONS)
        self._transition("REVEAL_SPEED", "transitionSpeed", SPEEDS)
        for key, name in NUMBERS.items():
            self._number(key, name)
        self._init_options()
        self._size()
        if self.reveal:
            self.found["reveal"] = self.reveal

    def _set(self, name: str, value: Any, number: int) -> None:
        self.found[name] = value
        self.lines[name] = number

    def _set_reveal(self, name: str, value: Any, number: int) -> None:
        self.reveal[name] = value
        self.lines[f"reveal.{name}"] = number
        self.lines.setdefault("reveal", number)

    def _bibliography(self) -> None:
        """The files of references, and the style that `#+CITE_EXPORT: csl STYLE` names (org's manual, "Citations")."""
        files = [line.text.strip().strip('"') for line in self.settings.keywords.get("BIBLIOGRAPHY", ())]
        if not files:
            return
        self._set("bibliography", files, self.settings.number("BIBLIOGRAPHY"))
        export = self.settings.words("CITE_EXPORT")
        number = self.settings.number("CITE_EXPORT")
        if len(export) > 1 and export[0] == "csl":
            self._set("csl", export[1].strip('"'), number)
        elif export and export[0] != "csl":
            self.context.lose(f"#+CITE_EXPORT: {export[0]} is left out; citations are written by csl", number)

    def _language(self) -> None:
        language = (self.settings.get("LANGUAGE") or "").replace("_", "-")
        if language and re.match(LANGUAGE, language):
            self._set("lang", language, self.settings.number("LANGUAGE"))
        elif language:
            self.context.lose(
                f"#+LANGUAGE: {language!r} is not a language such as en", self.settings.number("LANGUAGE")
            )

    def _theme(self) -> None:
        name = self.settings.get("REVEAL_THEME")
        if not name:
            return
        number = self.settings.number("REVEAL_THEME")
        if name.lower() in THEMES:
            self._set("theme", THEMES[name.lower()], number)
        else:
            self.context.lose(f"#+REVEAL_THEME: {name!r} is not a theme of reveal.js or slidegen; auto is used", number)

    def _footer(self) -> None:
        footer = self.settings.get("REVEAL_SLIDE_FOOTER")
        if footer:
            self._set(
                "footer",
                footer if self.context.templated else apart(footer),
                self.settings.number("REVEAL_SLIDE_FOOTER"),
            )

    def _switches(self) -> None:
        for name, value in self.settings.options.items():
            number = self.settings.numbers[name]
            if name.lower() in FLAGS:
                self._set_reveal(FLAGS[name.lower()], value != "nil", number)
            elif name == "reveal_defaulttiming" and value.isdigit():
                self._set_reveal("defaultTiming", int(value), number)
            elif name == "reveal_slide_number":
                if value in ("h.v", "h/v", "c", "c/t"):
                    self._set_reveal("slideNumber", value, number)
                elif value == "nil":
                    self._set("slide_number", False, number)
            elif name in ("reveal_width", "reveal_height") and value.isdigit():
                self.sides[name.removeprefix("reveal_")] = value
                self.lines.setdefault("size", number)
            elif name not in READ and not name.startswith(("html-", "latex-", "beamer-")):
                self.context.lose(f"#+OPTIONS: {name}: is left out; slidegen does not have this option", number)

    def _transition(self, key: str, name: str, allowed: tuple[str, ...]) -> None:
        value = self.settings.get(key)
        if not value:
            return
        number = self.settings.number(key)
        if value in allowed:
            self._set_reveal(name, value, number)
        elif value != "default":
            self.context.lose(f"#+{key}: {value!r} is left out; allowed: {', '.join(allowed)}", number)

    def _number(self, key: str, name: str) -> None:
        value = self.settings.get(key)
        if not value:
            return
        try:
            number = float(value)
        except ValueError:
            self.context.lose(f"#+{key}: {value!r} is not a number", self.settings.number(key))
        else:
            if number >= 0:  # org-re-reveal leaves out what is below
                self._set_reveal(name, number, self.settings.number(key))

    def _init_options(self) -> None:
        """Options as they stand in JavaScript: those that are one word or number."""
        from slidegen.sources.org.reveal_names import kind_of

        for key in ("REVEAL_INIT_OPTIONS", "REVEAL_EXTRA_OPTIONS"):
            for line in self.settings.keywords.get(key, ()):
                for pair in PAIR.finditer(line.text):
                    name, value = pair["key"], pair["value"].strip("'\"")
                    read: Callable[[str], Any] | None = kind_of(name)
                    if name in ("width", "height") and value.isdigit():
                        self.sides[name] = value
                        self.lines.setdefault("size", line.number)
                    elif name == "transition":
                        if value in TRANSITIONS:
                            self._set_reveal(name, value, line.number)
                    elif read is not None and (made := read(value)) is not None:
                        self._set_reveal(name, made, line.number)
                    else:
                        self.context.lose(f"#+{key}: {name} is left out", line.number)

    def _size(self) -> None:
        if not self.sides:
            return
        size = f"{self.sides.get('width', '960')}x{self.sides.get('height', '700')}"
        try:
            parse_size(size)
        except ValueError as error:
            self.context.lose(f"the size {size} is left out: {error}", self.lines.pop("size", 1))
        else:
            self.found["size"] = size
