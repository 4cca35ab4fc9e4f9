"""The text of a slide as sentences of words and numbers, as people read them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from slidegen.marks import PLACED, UNKNOWN
from slidegen.model import CellValue, Provenance, Text
from slidegen.resolved import PlacedClaim, PlacedQr, PlacedValue, ResolvedText

TokenKind = Literal["word", "number", "sign"]
UNKNOWN_TEXT: Final = "?"
"""What stands for a value that is unknown, because the record lacks it."""
WILDCARD: Final = "#"
"""The key of every number: two sentences are alike if they differ only in their numbers."""
TOKEN: Final = re.compile(
    f"{PLACED.opening}(?P<placed>[0-9]+)\n*{PLACED.closing}"
    r"|(?P<number>(?:(?<![\w)\]])[-−])?\d{1,40}(?:[.,\u202f\u00a0’]\d{1,40}){0,12}(?:[eE][-+]?\d{1,4})?[A-Za-zµ%°]{0,3}(?![\w]))"
    r"|(?P<word>\w+)|(?P<sign>\S)"
)
UNSEEN: Final = re.compile(
    r"<[a-zA-Z/][^<>]*>"  # HTML
    r"|(?<=\\\\)\[[^\]\n]{0,40}\]"  # the space between two lines of LaTeX
    r"|(?<=\])\([^()\n]*\)"  # the target of a link
    r"|(?<![\w\\^}$])\{[^{}\n]*\}"  # attributes, not braces of LaTeX
    r"|\[\^[^\]\n]{0,200}\]:?"  # footnotes
    r"|^\s*(?:\d+[.)]\s|[-*+]\s+(?:\[[ xX]\]\s)?|#+\s|>\s|:::+.*$|```.*$|~~~.*$)"
)
MARKUP: Final = re.compile(r"[*`\[\]]|(?<!\w)_|_(?!\w)|!(?=\[)")
BLOCK: Final = re.compile(r"^\s*(?:$|#|[-*+]\s|\d+[.)]\s|>|\||```|~~~|:::)")
HEADING: Final = re.compile(r"^\s{0,3}#{1,6}\s")
END: Final = re.compile(r"(?<=[.!?])\s+(?=[^a-z])")


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a sign or a number of a sentence. A computed number has its exact value and where it comes from."""

    text: str
    kind: TokenKind
    value: CellValue = None
    sources: tuple[Provenance, ...] = ()
    computed: bool = False

    @property
    def key(self) -> str:
        """The token as alignment sees it."""
        return WILDCARD if self.kind == "number" else self.text


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, a heading, an item of a list or a row of a table that the author wrote."""

    tokens: tuple[Token, ...]
    text: str
    heading: bool = False

    @property
    def key(self) -> tuple[str, ...]:
        """The keys of its tokens."""
        return tuple(token.key for token in self.tokens)

    @property
    def numbers(self) -> list[Token]:
        """Its numbers, in order."""
        return [token for token in self.tokens if token.kind == "number"]

    @property
    def lacks_values(self) -> bool:
        """Whether a computed value is not known."""
        return any(token.text == UNKNOWN_TEXT for token in self.numbers)

    @property
    def words(self) -> list[str]:
        """Its words, in order."""
        return [token.text for token in self.tokens if token.kind == "word"]

    @property
    def sources(self) -> tuple[Provenance, ...]:
        """Where its computed values come from."""
        return tuple(source for token in self.tokens for source in token.sources)


def sentences(text: ResolvedText | None) -> list[Sentence]:
    """Returns the sentences of a text. What is placed as a block, a table or a figure, is not in them."""
    if text is None:
        return []
    found = (_sentence(piece, text, heading=heading) for piece, heading in _pieces(text.text))
    return [sentence for sentence in found if sentence.tokens]


def plain_sentences(text: str) -> list[Sentence]:
    """Returns the sentences of a text in which nothing is placed."""
    return sentences(ResolvedText(text, (), Text(text, "", 1)))


def _pieces(text: str) -> Iterator[tuple[str, bool]]:
    """Yields the source of each sentence, without what is not shown, and whether it is a heading: a block or a part of
    a paragraph."""
    paragraph: list[str] = []
    in_code = heading = False
    for line in _without_comments(text).split("\n"):
        if BLOCK.match(line) or in_code or heading:
            yield from ((piece, heading) for piece in END.split(" ".join(paragraph)))
            paragraph = []
        heading = not in_code and HEADING.match(line) is not None
        if line.lstrip().startswith(("```", "~~~")):
            in_code = not in_code
        paragraph.append(UNSEEN.sub(_marks, line))
    yield from ((piece, heading) for piece in END.split(" ".join(paragraph)))


def _sentence(piece: str, text: ResolvedText, *, heading: bool) -> Sentence:
    marked = MARKUP.sub("", piece)
    tokens = tuple(token for match in TOKEN.finditer(marked) for token in _tokens(match, text))
    plain = PLACED.replace(marked, lambda index: _plain(text, index))
    return Sentence(tokens, _spaced(plain), heading)


def _without_comments(text: str) -> str:
    """Returns a text without its comments, each of which ends at the first ``-->``."""
    parts = []
    at = 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start)) >= 0:
        parts += [text[at:start], _placed_in(text[start:end])]
        at = end + len("-->")
    return "".join([*parts, text[at:]])


def _marks(match: re.Match[str]) -> str:
    return _placed_in(match[0])


def _placed_in(text: str) -> str:
    """Returns what is placed in a text that is not shown: its numbers count."""
    return " ".join(["", *(PLACED.mark(index) for index in PLACED.numbers(text)), ""])


def _plain(text: ResolvedText, index: int) -> str:
    placed = text.placed[index]
    return placed.plain if isinstance(placed, PlacedValue) else ""


def _tokens(match: re.Match[str], text: ResolvedText) -> Iterator[Token]:
    if match["placed"] is None:
        yield Token(_spaced(match[0]), "number" if match["number"] else "word" if match["word"] else "sign")
        return
    placed = text.placed[int(match["placed"])]
    if isinstance(placed, PlacedQr):
        yield Token(placed.text, "number", placed.text, placed.provenance, computed=True)
    elif isinstance(placed, PlacedValue):
        if isinstance(placed.value, str) or isinstance(placed, PlacedClaim):
            for word in TOKEN.finditer(placed.plain):
                kind: TokenKind = "number" if word["number"] else "word" if word["word"] else "sign"
                yield Token(word[0], kind, None, placed.provenance, computed=True)
        else:
            yield Token(_spaced(placed.text), "number", placed.value, placed.provenance, computed=True)


def _spaced(text: str) -> str:
    """Returns a text with plain spaces: those between a number and its unit are narrow or do not break."""
    return " ".join(text.replace(UNKNOWN, UNKNOWN_TEXT).split())
