"""Style sheets with all that they load inside them: files as data URIs, and the sheets that `@import` names."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote, urljoin, urlsplit

from slidegen.model import Text
from slidegen.outputs.addresses import AssetError, as_written, is_remote, plain_url
from slidegen.outputs.asset_files import AssetFiles

SIGN: Final = re.compile(r"(?:url|src|image|image-set)\(|@import|\\", re.IGNORECASE)
DATA: Final = re.compile(r"""url\(\s*["']?data:""", re.IGNORECASE)
"""What stands in CSS that loads something, and the only such thing that loads nothing."""
NAMES_FILES: Final = frozenset({"image", "image-set", "-webkit-image-set", "src"})
"""Functions of CSS that name files."""
UNCLOSED: Final = ("bad-url", "bad-string", "eof-in-url", "eof-in-string")
KIND: Final = "style sheet"
DEEPEST: Final = 10
"""Style sheets that import each other."""
MOST_SHEETS: Final = 100
MOST_BYTES: Final = 20_000_000
"""Style sheets that a deck loads, each as often as it is named, and what they hold together."""


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
        """CSS with the files that it names inside it; what loads nothing is not read.

        A mistake is told at its line in that of the `sources` which holds it. `chain` are the addresses of the sheets
        by which this one was imported, itself last. What has no `rules` is the value of an attribute, where an
        `@import` loads nothing: Marp repeats the style of the front matter in one.
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
            self.wrong("the style is nested too deeply", sources)
            return ""

    def loaded(self, url: str, what: str, sources: Sequence[Text], chain: Sequence[str] = ()) -> str:
        """The style sheet at an address that `what` names; empty if it is left out, which is told."""
        written = url
        try:
            url = _absolute(url, chain)
            if is_remote(url) and not self.files.fetches:
                message = f"{what} of {url!r} is left out: it is on the network; --fetch-remote inlines it"
                self.wrong(message, sources, *as_written(written), warning=True)
                return ""
            if url in chain:
                return ""  # a browser passes over a cycle, too
            if url not in self._known:
                self._known[url] = self.files.text(url, KIND)
            address, css = self._known[url]
            self._count += 1
            self._size += len(css)
            if self._count > MOST_SHEETS or self._size > MOST_BYTES or len(chain) >= DEEPEST:
                raise AssetError(
                    f"a deck loads at most {MOST_SHEETS} style sheets of 20 MB, {DEEPEST} inside each other"
                )
        except AssetError as error:
            self.wrong(f"{what}: {error}", sources, *as_written(written))
            return ""
        name = address if is_remote(address) else str(self.files.start / unquote(urlsplit(address).path))
        import tinycss2

        # Written anew, so that what it leaves open is closed.
        css = str(tinycss2.serialize(tinycss2.parse_component_value_list(css)))
        return self.inlined(css, [Text(css, name, 1)], (*chain, address))

    def wrong(self, message: str, sources: Sequence[Text], *snippets: str, warning: bool = False) -> None:
        """Notes a mistake or a warning, in that source in which a snippet stands; in the first of several, as what is
        wrong with an address is wrong in each."""
        source = next((one for one in sources if any(s and s in one.text for s in snippets)), sources[0])
        (self.warn if warning else self.problem)(message, source, *snippets)


@dataclass(slots=True)
class _Walk:
    """One reading of a style sheet."""

    sheets: StyleSheets
    sources: Sequence[Text]
    chain: Sequence[str]
    css: str
    rules: bool

    def changes(self, tokens: list[Any]) -> bool:
        """Puts what the tokens name into them. Returns whether any changed."""
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
        """Puts the sheets that are imported into the place of the rules that import them."""
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
        """The rules that an `@import` brings, under its conditions (CSS Cascading and Inheritance 5, "@import")."""
        from tinycss2 import serialize

        rest = [*prelude]
        while rest and rest[0].type == "whitespace":
            rest.pop(0)
        url = _address(rest.pop(0)) if rest else None
        if not url:
            message = "an @import without the address of a style sheet is left out"
            self.sheets.wrong(message, self.sources, "@import", warning=True)
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
        """Checks a token of CSS and puts the file that it names into it. Returns whether it changed."""
        if token.type == "function" and token.lower_name in NAMES_FILES:
            self._wrong("image(), image-set(), src() name files; use url()")
        elif token.type == "error" and token.kind in UNCLOSED:
            self._wrong("a url() is not closed, or has unescaped signs in it")
        elif token.type == "url":
            return self._url(token, token.value)
        elif token.type == "function" and token.lower_name == "url":
            strings = [one for one in token.arguments if one.type == "string"]
            if len(strings) == 1:
                return self._url(strings[0], strings[0].value, "{}")
            self._wrong("a url() holds one address")
        return False

    def _url(self, token: Any, url: str, form: str = "url({})") -> bool:
        if not url or url.startswith(("#", "data:")):
            return False
        source = next((one for one in self.sources if url in one.text), self.sources[0])
        try:
            token.value = self.sheets.uri(_absolute(url, self.chain), source, url)
        except AssetError as error:
            self.sheets.wrong(str(error), self.sources, url)
            return False
        token.representation = form.format(_string(token.value))
        return True

    def _wrong(self, message: str) -> None:
        self.sheets.wrong(message, self.sources, self.css.strip())


def _address(token: Any) -> str | None:
    """The address that a string or a `url()` holds."""
    if token.type == "function" and token.lower_name == "url":
        strings = [one.value for one in token.arguments if one.type == "string"]
        return str(strings[0]) if len(strings) == 1 else None
    return str(token.value) if token.type in ("string", "url") else None


def _absolute(url: str, chain: Sequence[str]) -> str:
    """An address as the sheet that names it means it, relative to its own: the last of the `chain`, if any."""
    url = plain_url(url)
    base = chain[-1] if chain else ""
    try:
        if is_remote(base):
            return urljoin(base, url)
        if not base or url.startswith("/") or urlsplit(url).scheme or is_remote(url):
            return url
        return posixpath.join(posixpath.dirname(urlsplit(base).path), url)
    except ValueError:
        raise AssetError(f"{url!r} is no address of a file") from None


def _string(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\a ") + '"'
