"""Inlines everything that style sheets load: files as data URIs, and the sheets that `@import` names."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote, urljoin, urlsplit

from slidegen.codes import Code
from slidegen.model import Text
from slidegen.outputs.addresses import AssetError, as_written, is_remote, plain_url
from slidegen.outputs.asset_files import AssetFiles

SIGN: Final = re.compile(r"(?:url|src|image|image-set)\(|@import|\\", re.IGNORECASE)
DATA: Final = re.compile(r"""url\(\s*["']?data:""", re.IGNORECASE)
"""SIGN matches what may load something in CSS; DATA matches the one case that does not."""
NAMES_FILES: Final = frozenset({"image", "image-set", "-webkit-image-set", "src"})
"""Functions of CSS that name files."""
UNCLOSED: Final = ("bad-url", "bad-string", "eof-in-url", "eof-in-string")
KIND: Final = "style sheet"
MAX_DEPTH: Final = 10
"""How deep style sheets may import each other."""
MAX_SHEETS: Final = 100
MAX_TOTAL: Final = 20_000_000
"""How many style sheets a deck may load, each counted as often as it is named, and their total characters."""


@dataclass(slots=True)
class StyleSheets:
    """Inlines what the style sheets of one deck load.

    `files` reads other sheets; `uri` gives the data URI of an address, with the text that names it and how that
    writes it. `problem` and `warn` keep a message about snippets of a text.
    """

    files: AssetFiles
    uri: Callable[[str, Text, str], str]
    problem: Callable[..., None]
    warn: Callable[..., None]
    _count: int = 0
    _size: int = 0
    _known: dict[str, tuple[str, str]] = field(default_factory=dict)

    def inlined(self, css: str, sources: Sequence[Text], chain: Sequence[str] = (), rules: bool = True) -> str:
        """Inlines the files that CSS names. CSS that loads nothing is not parsed.

        A mistake is reported at its line in the one of the `sources` that contains it. `chain` are the URLs of the
        sheets that lead to this one by imports, itself last. Without `rules`, the CSS is the value of an attribute,
        where `@import` has no effect: Marp repeats the style of the front matter in one.
        """
        signs = SIGN.findall(css)
        if len(signs) == len(DATA.findall(css)):
            return css
        import tinycss2

        try:
            tokens = tinycss2.parse_component_value_list(css)
            changed = _Walk(self, sources, chain, css, rules).changes(tokens)
            return str(tinycss2.serialize(tokens)) if changed else css
        except RecursionError:
            self.wrong("the style is nested too deeply", sources, code="limit")
            return ""

    def loaded(self, url: str, what: str, sources: Sequence[Text], chain: Sequence[str] = ()) -> str:
        """The style sheet at a URL that `what` names. Returns "" and reports why if it is left out."""
        written = url
        try:
            url = _absolute(url, chain)
            if is_remote(url) and not self.files.fetches:
                message = f"{what} of {url!r} is left out: it is on the network; --fetch-remote inlines it"
                self.wrong(message, sources, *as_written(written), code="network-file", warning=True)
                return ""
            if url in chain:
                return ""  # a browser ignores a cycle as well
            if url not in self._known:
                self._known[url] = self.files.text(url, KIND)
            address, css = self._known[url]
            self._count += 1
            self._size += len(css)
            if self._count > MAX_SHEETS or self._size > MAX_TOTAL or len(chain) >= MAX_DEPTH:
                raise AssetError(
                    f"a deck loads at most {MAX_SHEETS} style sheets of 20 MB, {MAX_DEPTH} inside each other",
                    code="limit",
                )
        except AssetError as error:
            self.wrong(f"{what}: {error}", sources, *as_written(written), code=error.code)
            return ""
        name = address if is_remote(address) else str(self.files.start / unquote(urlsplit(address).path))
        import tinycss2

        # Parsed and serialized, so that everything in it is closed.
        css = str(tinycss2.serialize(tinycss2.parse_component_value_list(css)))
        return self.inlined(css, [Text(css, name, 1)], (*chain, address))

    def wrong(self, message: str, sources: Sequence[Text], *snippets: str, code: Code, warning: bool = False) -> None:
        """Reports a mistake or a warning in the first source that contains a snippet: a wrong URL is wrong in each."""
        source = next((one for one in sources if any(s and s in one.text for s in snippets)), sources[0])
        (self.warn if warning else self.problem)(message, source, *snippets, code=code)


@dataclass(slots=True)
class _Walk:
    """One pass over a style sheet."""

    sheets: StyleSheets
    sources: Sequence[Text]
    chain: Sequence[str]
    css: str
    rules: bool

    def changes(self, tokens: list[Any]) -> bool:
        """Inlines what the tokens name. Returns whether any token changed."""
        stack, changed = [tokens], False
        while stack:
            part = stack.pop()
            changed |= self._imports(part)
            for token in part:
                changed |= self._token(token)
                inside = getattr(token, "content", None) or getattr(token, "arguments", None)
                if inside:
                    stack.append(inside)
        return changed

    def _imports(self, tokens: list[Any]) -> bool:
        """Replaces `@import` rules by the sheets that they import. Returns whether there were any."""
        from tinycss2.ast import LiteralToken

        at, changed = 0, False
        while at < len(tokens):
            token = tokens[at]
            if token.type == "at-keyword" and token.lower_value == "import":
                rest = range(at + 1, len(tokens))
                end = next((i for i in rest if tokens[i] == ";" or tokens[i].type == "{} block"), len(tokens))
                prelude = [one for one in tokens[at + 1 : end] if one.type != "comment"]
                css = self._imported(prelude) if self.rules else ""
                tokens[at : end + 1] = [LiteralToken(token.source_line, token.source_column, css)]
                changed = True
            at += 1
        return changed

    def _imported(self, prelude: list[Any]) -> str:
        """The rules that an `@import` imports, under its conditions (CSS Cascading and Inheritance 5, "@import")."""
        from tinycss2 import serialize

        rest = [*prelude]
        while rest and rest[0].type == "whitespace":
            rest.pop(0)
        url = _address(rest.pop(0)) if rest else None
        if not url:
            message = "an @import without the URL of a style sheet is left out"
            self.sheets.wrong(message, self.sources, "@import", code="style-sheet", warning=True)
            return ""
        css = self.sheets.loaded(url, "@import", self.sources, self.chain)
        closing = ""
        opening = ""
        for condition in ("layer", "supports"):
            while rest and rest[0].type == "whitespace":
                rest.pop(0)
            if rest and rest[0].type == "function" and rest[0].lower_name == condition:
                inside = serialize(rest.pop(0).arguments)
                opening += f"@layer {inside}{{" if condition == "layer" else f"@supports ({inside}){{"
                closing += "}"
            elif rest and rest[0].type == "ident" and rest[0].lower_value == condition == "layer":
                rest.pop(0)
                opening += "@layer{"
                closing += "}"
        media = serialize(rest).strip()
        if not css:
            return ""
        return f"{opening}@media {media}{{{css}}}{closing}" if media else f"{opening}{css}{closing}"

    def _token(self, token: Any) -> bool:
        """Checks a token of CSS and inlines the file that it names. Returns whether the token changed."""
        if token.type == "function" and token.lower_name in NAMES_FILES:
            self._wrong("only url() may name a file in CSS")
        elif token.type == "error" and token.kind in UNCLOSED:
            self._wrong("a url() is not closed or contains unescaped characters")
        elif token.type == "url":
            return self._url(token, token.value)
        elif token.type == "function" and token.lower_name == "url":
            strings = [one for one in token.arguments if one.type == "string"]
            if len(strings) == 1:
                return self._url(strings[0], strings[0].value, "{}")
            self._wrong("a url() must contain one URL")
        return False

    def _url(self, token: Any, url: str, form: str = "url({})") -> bool:
        if not url or url.startswith(("#", "data:")):
            return False
        source = next((one for one in self.sources if url in one.text), self.sources[0])
        try:
            token.value = self.sheets.uri(_absolute(url, self.chain), source, url)
        except AssetError as error:
            self.sheets.wrong(str(error), self.sources, url, code=error.code)
            return False
        token.representation = form.format(_string(token.value))
        return True

    def _wrong(self, message: str) -> None:
        self.sheets.wrong(message, self.sources, self.css.strip(), code="style-sheet")


def _address(token: Any) -> str | None:
    """The URL in a string or a `url()`."""
    if token.type == "function" and token.lower_name == "url":
        strings = [one.value for one in token.arguments if one.type == "string"]
        return str(strings[0]) if len(strings) == 1 else None
    return str(token.value) if token.type in ("string", "url") else None


def _absolute(url: str, chain: Sequence[str]) -> str:
    """Resolves a URL against that of the sheet that names it, the last of the `chain`, if any."""
    url = plain_url(url)
    base = chain[-1] if chain else ""
    try:
        if is_remote(base):
            return urljoin(base, url)
        if not base or url.startswith("/") or urlsplit(url).scheme or is_remote(url):
            return url
        return posixpath.join(posixpath.dirname(urlsplit(base).path), url)
    except ValueError:
        raise AssetError(f"{url!r} is not a valid URL", code="wrong-value") from None


def _string(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\a ") + '"'
