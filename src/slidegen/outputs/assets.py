"""Everything that a slide would load becomes part of the file: local files as data URIs, SVG also as markup."""

from __future__ import annotations

import base64
import mimetypes
import re
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from selectolax.lexbor import LexborNode

from slidegen.build_options import Remote
from slidegen.errors import DeckError, Problem
from slidegen.files import FileError, MissingFileError, check_file, follow, read_bytes, read_text
from slidegen.markup import Fragment, texts
from slidegen.model import Text
from slidegen.outputs.pictures import no_picture
from slidegen.project import Project

CSS_SIGN = re.compile(r"(?:url|src|image|image-set)\(|@import|\\", re.IGNORECASE)
CSS_DATA = re.compile(r"""url\(\s*["']?data:""", re.IGNORECASE)
"""What stands in CSS that loads something, and the only such thing that loads nothing."""
NAMES_FILES = frozenset({"image", "image-set", "-webkit-image-set", "src"})
"""Functions of CSS that name files."""

LOADING = frozenset(
    [
        *("src", "poster", "data", "background", "srcdoc", "data-src", "data-preview-image", "data-preview-video"),
        *("data-background", "data-background-image", "data-background-video", "data-background-iframe"),
    ]
)
"""Attributes that hold the URL of something to load."""
STYLES = frozenset(
    [
        *("style", "fill", "stroke", "filter", "mask", "clip-path", "cursor", "marker", "marker-start", "marker-mid"),
        *("marker-end", "data-background-color", "data-background-gradient", "data-background-size"),
        *("data-background-position", "data-background-repeat", "data-auto-animate-easing"),
    ]
)
"""Attributes that hold CSS."""
LINKS = frozenset({"a", "area"})
"""The tags whose `href` is followed by a click; that of any other is loaded."""
REFUSED = {
    "portal": "loads another page",
    "applet": "loads a program",
    "iframe": "loads another page, which a single file cannot hold",
    "embed": "loads another document; use an image",
    "object": "loads another document; use an image",
}
MAX_BYTES = 100_000_000
NO_URL = {ord(sign): None for sign in "\t\n\r"}
"""The characters that a browser drops from a URL."""
MISSING = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40" width="40" height="40">'
    b'<path d="M0 0L40 40M40 0L0 40" stroke="#888"/></svg>'
)
"""What stands for a remote image where no text can."""


# What markup without any of these cannot load: most slides are spared another reading.
LOADS = (
    *("src", "image(", "poster", "data-preview", "@import", "image-set", "data-notes"),
    *(f"<{tag}" for tag in (*REFUSED, "script", "style", "set", "animate")),
)
LOADS_BY = re.compile(r"(?:data|background[\w-]*)\s*=|url\((?!#)")
LINK = re.compile(r'<a href="[^"<>]*">')
HIDES = re.compile(rf"""(?:{"|".join(sorted(STYLES))})\s*=\s*(?:"[^"]*\\|'[^']*\\|[^\s"'>]*\\)""")
"""CSS in an attribute with an escape, which may stand for a letter of a function's name."""


def may_load(html: str) -> bool:
    """Whether `html` has to be read tag by tag."""
    html = html.lower()
    if any(sign in html for sign in LOADS) or LOADS_BY.search(html) is not None:
        return True
    return ("href" in html and "href" in LINK.sub("", html)) or ("\\" in html and HIDES.search(html) is not None)


class AssetError(Exception):
    """A file that cannot be put into the deck; the message says why."""


@dataclass(slots=True)
class Assets:
    """Inlines what the slides of one deck refer to. Only files that `project` admits are read; mistakes are collected.

    Paths start at `base`, else at the deck's folder. `slide` is the number of the slide at hand, for messages.
    """

    project: Project
    remote: Remote
    base: Path | None = None
    slide: str = ""
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    _known: dict[str, str] = field(default_factory=dict)
    _no_pictures: dict[str, str] = field(default_factory=dict)
    _drawings: int = 0

    def inline(self, html: str, source: Text) -> str:
        """The finished HTML of a slide with every file that it would load inside it."""
        if not may_load(html):
            return html
        fragment = Fragment(html)
        for node in fragment.nodes():
            if node.is_element_node:
                self._element(node, fragment, source)
        return fragment.write()

    def css(self, text: str, source: Text) -> str:
        """A style sheet, or the value of a `style` attribute, likewise."""
        return self._css(text, source)

    def uri(self, url: str, source: Text) -> str:
        """The data URI for `url`; on a mistake the URL itself, and the mistake is noted."""
        try:
            loaded = self._load(url.translate(NO_URL).strip())
            if loaded in self._no_pictures:
                message = f"image {url!r} is no picture: {self._no_pictures[loaded]}"
                self._wrong(message, source, url, unquote(url), notes=self.warnings)
            return loaded
        except AssetError as error:
            self._wrong(str(error), source, url, unquote(url))
            return url

    def attribute(self, name: str, value: str, source: Text, tag: str = "") -> str:
        """The value of the attribute `name` (in small letters) of a `tag`, with what it would load inside it."""
        name = name.removeprefix("xlink:")
        if name == "data-background-iframe" and value.translate(NO_URL).strip().lower().startswith("data:"):
            self._wrong(f"{name} shows another page, which a single file cannot hold", source, value)
        elif name in LOADING or (name == "href" and tag not in LINKS):
            return value if value.startswith("#") or not value.strip() else self.uri(value, source)
        if name in ("srcset", "imagesrcset"):
            self._wrong(f"{name} names several files; use src", source, value)
        if name in STYLES:
            return self._css(value, source)
        if name == "data-notes":
            return escape(value, quote=False)  # the speaker view makes HTML of it
        return value

    def _element(self, node: LexborNode, fragment: Fragment, source: Text) -> None:
        name = node.tag or ""
        attributes = {key: value or "" for key, value in node.attributes.items()}
        if name in REFUSED or (name == "script" and attributes.keys() & {"src", "href", "xlink:href"}):
            self._refused(node, fragment, source)
        elif name == "img" and "inline" in attributes.get("class", "").split():
            fragment.replace(node, self._svg(attributes, source) or "")
        elif name == "img" and self.remote == "placeholder" and _is_remote(attributes.get("src", "")):
            fragment.replace(node, _placeholder(attributes["src"], attributes.get("alt", "")))
        elif name in ("set", "animate") and _of_link(attributes):
            self._wrong(f"<{name}> of a href loads a file", source, f"<{name}")
        elif name == "use" and not _own_part(attributes):
            self._wrong("<use> shows parts of this page only; name one as #id", source, "<use")
        else:
            if name == "style":
                self._style(node, fragment, source)
            for key, value in attributes.items():
                new = self.attribute(key.lower(), value, source, name)
                if new != value:
                    node.attrs[key] = new

    def _style(self, node: LexborNode, fragment: Fragment, source: Text) -> None:
        """A `<style>`: its sheet is all of its texts, between which comments may stand in an SVG."""
        parts = texts(node)
        text = "".join(part.text_content or "" for part in parts)
        css = self._css(text, source)
        if css != text:
            for part in parts:
                fragment.put_text(part, "" if part.mem_id != parts[0].mem_id else css)

    def _refused(self, node: LexborNode, fragment: Fragment, source: Text) -> None:
        name, url = node.tag or "", node.attributes.get("src") or ""
        if name == "iframe" and self.remote == "placeholder" and _is_remote(url):
            fragment.replace(node, _placeholder(url, ""))
        else:
            why = REFUSED.get(name, "loads a file; write the script inside the tag")
            self._wrong(f"<{name}> {why}", source, f"<{name}", f"<{name.upper()}")

    def _wrong(self, message: str, source: Text, *snippets: str, notes: list[Problem] | None = None) -> None:
        """Notes a mistake, or in `notes` a warning, at the line of the first snippet that stands in the source."""
        found = next((snippet for snippet in snippets if snippet in source.text), "")
        where = f"slide {self.slide}: " if self.slide else ""
        (self.problems if notes is None else notes).append(Problem(where + message, source.path, source.locate(found)))

    def _svg(self, attributes: dict[str, str], source: Text) -> str | None:
        from slidegen.outputs.svg import SvgError, inline_svg  # few decks wait for an XML parser

        url = attributes.get("src", "")
        try:
            path = self._path(url)
            self._drawings += 1
            attributes["style"] = self._css(attributes.get("style", ""), source)
            return inline_svg(read_text(path, MAX_BYTES), attributes, f"{path.stem}-{self._drawings}")
        except UnicodeDecodeError:
            self._wrong(f"image {url!r}: not UTF-8 text", source, url, unquote(url))
        except FileError as error:
            self._wrong(f"image {url!r} cannot be read: {error}", source, url, unquote(url))
        except (AssetError, SvgError) as error:
            self._wrong(f"image {url!r}: {error}", source, url, unquote(url))
        return None

    def _css(self, text: str, source: Text) -> str:
        """CSS with the files that it names inside it; what loads nothing is not read."""
        signs = CSS_SIGN.findall(text)
        if len(signs) == len(CSS_DATA.findall(text)):
            return text
        import tinycss2

        tokens = tinycss2.parse_component_value_list(text)
        stack, changed = [*reversed(tokens)], False
        while stack:
            token = stack.pop()
            changed |= self._css_token(token, source, text)
            stack += reversed(getattr(token, "content", None) or getattr(token, "arguments", None) or [])
        try:
            return str(tinycss2.serialize(tokens)) if changed else text
        except RecursionError:
            self._wrong("the style is nested too deeply", source)
            return ""

    def _css_token(self, token: Any, source: Text, text: str) -> bool:
        """Checks a token of CSS and puts the file that it names into it. Returns whether it changed."""
        if token.type == "at-keyword" and token.lower_value == "import":
            self._wrong("@import loads a file; write its rules here", source, text.strip())
        elif token.type == "function" and token.lower_name in NAMES_FILES:
            self._wrong("image(), image-set(), src() name files; use url()", source, text.strip())
        elif token.type == "error" and token.kind in ("bad-url", "bad-string", "eof-in-url", "eof-in-string"):
            self._wrong("a url() is not closed, or has unescaped signs in it", source, text.strip())
        elif token.type == "url":
            return self._css_url(token, token.value, source)
        elif token.type == "function" and token.lower_name == "url":
            strings = [one.value for one in token.arguments if one.type == "string"]
            if len(strings) == 1:
                argument = next(one for one in token.arguments if one.type == "string")
                return self._css_url(argument, argument.value, source, "{}")
            self._wrong("a url() holds one address", source, text.strip())
        return False

    def _css_url(self, token: Any, url: str, source: Text, form: str = "url({})") -> bool:
        if not url or url.startswith(("#", "data:")):
            return False
        token.value = self.uri(url, source)
        token.representation = form.format(_css_string(token.value))
        return True

    def _load(self, url: str) -> str:
        if url.startswith("data:"):
            return url
        if url not in self._known:
            self._known[url] = self._fetch(url) if _is_remote(url) else self._read(url)
        return self._known[url]

    def _path(self, url: str) -> Path:
        parts = _split(url)
        if parts.scheme or parts.netloc:
            raise AssetError(f"only files of the {self.project.called} can be inlined, not {url!r}")
        path = (self.base or self.project.folder) / unquote(parts.path)
        if not self.project.admits(path):
            raise AssetError(f"{url!r} {self.project.outside()}")
        try:
            path = follow(path)
            check_file(path)
        except MissingFileError:
            raise AssetError(f"no file {url!r} in the {self.project.place(path)}") from None
        except FileError as error:
            raise AssetError(f"{url!r} cannot be read: {error}") from None
        return path

    def _read(self, url: str) -> str:
        path = self._path(url)
        media_type = mimetypes.guess_type(path.name)[0]
        if media_type is None or media_type.split("/")[0] not in ("image", "video", "audio", "font"):
            raise AssetError(f"{url!r} is no image, video, audio or font")
        try:
            data = read_bytes(path, MAX_BYTES)
        except FileError as error:
            raise AssetError(f"{url!r} cannot be read: {error}") from None
        uri = _data_uri(data, media_type)
        why = no_picture(data, media_type)
        if why is not None:
            self._no_pictures[uri] = why
        return uri

    def _fetch(self, url: str) -> str:
        if self.remote == "placeholder":
            return _data_uri(MISSING, "image/svg+xml")
        if self.remote == "refuse":
            hint = "--fetch-remote inlines it, --allow-remote-missing shows a placeholder"
            raise AssetError(f"{url!r} is on the network; {hint}")
        from slidegen.outputs.remote import RemoteError, fetch  # few decks wait for the network

        address = url if ":" in url.split("/")[0] else f"https:{url}"
        try:
            media_type, data = fetch(address, MAX_BYTES, private=self.remote == "fetch-private")
        except RemoteError as error:
            raise AssetError(f"{url!r} could not be fetched: {error}") from None
        if media_type.split("/")[0] not in ("image", "video", "audio", "font"):
            raise AssetError(f"{url!r} is {media_type}, no image, video, audio or font")
        return _data_uri(data, media_type)


def check(assets: Assets) -> None:
    """Raises DeckError if anything could not be inlined."""
    if assets.problems:
        raise DeckError(assets.problems)


def _is_remote(url: str) -> bool:
    url = url.translate(NO_URL).strip()
    return url.startswith("//") or re.match(r"https?:", url, re.IGNORECASE) is not None


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        raise AssetError(f"{url!r} is no address of a file") from None


def _of_link(attributes: dict[str, str]) -> bool:
    """Whether an animation changes an address."""
    named = (value.lower() for key, value in attributes.items() if key.lower() == "attributename")
    return any(value in ("href", "xlink:href") for value in named)


def _own_part(attributes: dict[str, str]) -> bool:
    return all(value.startswith("#") for key, value in attributes.items() if key in ("href", "xlink:href") and value)


def _css_string(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\a ") + '"'


def _data_uri(data: bytes, media_type: str) -> str:
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"


def _placeholder(url: str, alt: str) -> str:
    text = f"{alt}: not in this file ({url})" if alt else f"not in this file: {url}"
    return f'<span class="placeholder" role="img" aria-label="{escape(alt or url)}">{escape(text)}</span>'
