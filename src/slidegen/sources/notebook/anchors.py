"""Links from one heading of a notebook to another, as Jupyter names headings: by their words, with hyphens."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote

from slidegen.scan import CODE, block_tokens, scan
from slidegen.sources.schema import HTML_ID

LINK: Final = re.compile(r"""(?P<before>\]\(|\bhref=["'])#(?P<target>[^\s()"'<>]+)(?=[)"'])""")
HEADING: Final = re.compile(r"^(?P<sign>[ ]{0,3}#{1,6}[ \t]+)(?P<words>\S.*?)(?P<end>[ \t]+#+)?[ \t]*$", re.MULTILINE)
NAMED: Final = re.compile(r"""\b(?:id|name)=["']([^"']+)["']""")
MARKUP: Final = re.compile(r"\]\([^()]*\)|<[^<>]*>|[\W_]+")
"""What is left out where words are compared: addresses, tags, and all but letters and digits."""
TAGS: Final = re.compile(r"\]\([^()]*\)|<[^<>]*>|[*`\[\]$\\]")


@dataclass(slots=True)
class Anchors:
    """The names of the headings that links lead to, by their words; `given` are those that a heading has already."""

    names: Mapping[str, str] = field(default_factory=dict)
    given: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, texts: Sequence[str]) -> Anchors:
        """Returns those of a notebook whose Markdown cells have some texts."""
        own = {name for text in texts for name in NAMED.findall(text)}
        targets = {unquote(link["target"]) for text in texts if "#" in text for link in LINK.finditer(text)} - own
        linked = {_words(target) for target in targets}
        names: dict[str, str] = {}
        for text in texts if linked else ():
            for heading in HEADING.finditer(text):
                words = _words(heading["words"])
                if words and words in linked:
                    names.setdefault(words, _name(heading["words"]))
        return cls(names)

    def placed(self, text: str) -> str:
        """Returns a cell's Markdown with names at the headings that links lead to, and links with these names."""
        if not self.names:
            return text
        return outside_code(HEADING, self._heading, outside_code(LINK, self._link, text))

    def _heading(self, found: re.Match[str]) -> str:
        name = self.names.get(_words(found["words"]))
        if name is None or name in self.given or found["words"].endswith("}"):
            return found[0]
        self.given.add(name)
        return f"{found['sign']}{found['words']} {{#{name}}}"

    def _link(self, found: re.Match[str]) -> str:
        name = self.names.get(_words(unquote(found["target"])))
        return found[0] if name is None else f"{found['before']}#{name}"


def outside_code(pattern: re.Pattern[str], new: Callable[[re.Match[str]], str], text: str) -> str:
    """Returns a text in which `new` replaced what a pattern finds, except in code."""
    if pattern.search(text) is None:
        return text
    code = [(piece.start, piece.end) for piece in scan(text, block_tokens(text)) if piece.kind in CODE]

    def replaced(found: re.Match[str]) -> str:
        place = bisect_right(code, found.start(), key=lambda span: span[0]) - 1
        return found[0] if place >= 0 and found.start() < code[place][1] else new(found)

    return pattern.sub(replaced, text)


def _words(text: str) -> str:
    return MARKUP.sub("", text).casefold()


def _name(words: str) -> str:
    """The name of a heading as Jupyter makes it, as far as an id may have its letters."""
    name = re.sub(r"[^\w-]+", "-", TAGS.sub("", words)).strip("-")
    return name if re.match(HTML_ID, name) else f"id-{name}"
