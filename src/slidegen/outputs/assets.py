"""Everything that a slide would load becomes part of the file: local files as data URIs, SVG also as markup."""

from __future__ import annotations

import base64
import mimetypes
import re
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from selectolax.lexbor import LexborNode

from slidegen.build_options import Remote
from slidegen.errors import DeckError, Problem
from slidegen.files import FileError, MissingFileError, check_file, follow, read_bytes, read_text
from slidegen.locate import line_in_tag, line_of_text
from slidegen.markup import Fragment, namespace, raw_text, texts
from slidegen.model import Source, Text
from slidegen.outputs.addresses import AssetError, as_written, is_remote, plain_url, split
from slidegen.outputs.assets_css import StyleSheets
from slidegen.outputs.pictures import no_picture
from slidegen.project import Project
from slidegen.source_lines import line_of

if TYPE_CHECKING:
    from slidegen.outputs.remote import Fetched

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
FRAME = "it shows a page of the network, which a single file cannot hold; link to it instead"
TEXTS = {
    "style sheet": ((".css",), frozenset({"text/css"})),
    "script": (
        (".js", ".mjs"),
        frozenset({"text/javascript", "application/javascript", "application/x-javascript", "text/ecmascript"}),
    ),
}
"""What is put into a page as text: the suffixes of its files, and its media types."""
OF_A_FILE = frozenset({"src", "integrity", "crossorigin", "referrerpolicy", "async", "defer"})
"""Attributes of a script in a file, which mean nothing on one in the page."""
SCRIPT_END = re.compile(r"<(/script|!--)", re.IGNORECASE)
MAX_BYTES = 100_000_000
MAX_TEXT_BYTES = 10_000_000
FONTS = ("application/font", "application/x-font", "application/vnd.ms-fontobject")
"""How media types of fonts begin that servers give and that no list has."""
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


@dataclass(slots=True)
class Assets:
    """Inlines what the slides of one deck refer to. Only files that `project` admits are read; mistakes are collected.

    Paths start at `base`, else at the deck's folder. `deck` is its file, and `slide` the number of the slide at hand,
    for messages.
    """

    project: Project
    remote: Remote
    base: Path | None = None
    deck: Source | None = None
    slide: str = ""
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    _known: dict[str, str] = field(default_factory=dict)
    _no_pictures: dict[str, str] = field(default_factory=dict)
    _drawings: int = 0
    _line: int | None = None
    _sheets: StyleSheets = field(init=False)

    def __post_init__(self) -> None:
        self._sheets = StyleSheets(self, self._wrong)

    @property
    def start(self) -> Path:
        """The folder at which paths start."""
        return self.base or self.project.folder

    @property
    def fetches(self) -> bool:
        """Whether what is on the network is fetched."""
        return self.remote in ("fetch", "fetch-private")

    def inline(self, html: str, source: Text) -> str:
        """The finished HTML of a slide with every file that it would load inside it."""
        if not may_load(html):
            return html
        fragment = Fragment(html)
        for node in fragment.nodes():
            if node.is_element_node:
                self._line = line_of(node)
                self._element(node, fragment, source)
        self._line = None
        return fragment.write()

    def css(self, text: str, source: Text, *more: Text) -> str:
        """A style sheet, or the value of a `style` attribute, likewise; it was made of `source` and of `more` files."""
        return self._sheets.inlined(text, (source, *more))

    def uri(self, url: str, source: Text, written: str = "") -> str:
        """The data URI for `url`, `written` so in the source; on a mistake the URL itself, and the mistake is noted."""
        written = written or url
        try:
            loaded = self._load(plain_url(url))
            if loaded in self._no_pictures:
                message = f"image {url!r} is no picture: {self._no_pictures[loaded]}"
                self._wrong(message, source, written, unquote(written), notes=self.warnings)
            return loaded
        except AssetError as error:
            self._wrong(str(error), source, written, unquote(written))
            return url

    def slide_attribute(self, name: str, value: str, source: Text, line: int | None) -> str:
        """The value of an attribute of a slide, likewise; `line` is where it stands, if that is not in its text."""
        self._line = line
        shown = self.attribute(name, value, source)
        self._line = None
        return shown

    def attribute(self, name: str, value: str, source: Text, tag: str = "") -> str:
        """The value of the attribute `name` (in small letters) of a `tag`, with what it would load inside it."""
        name = name.removeprefix("xlink:")
        if name == "data-background" and tag == "rect":
            return value  # MathJax's, behind what it cannot set; only a slide's own has a picture
        if name == "data-background-iframe" and is_remote(value):
            self._wrong(f"{name} of {value!r} is left out: {FRAME}", source, value, notes=self.warnings)
            return ""
        if name == "data-background-iframe" and plain_url(value).lower().startswith("data:"):
            self._wrong(f"{name} shows another page, which a single file cannot hold", source, value)
        elif name in LOADING or (name == "href" and tag not in LINKS):
            return value if value.startswith("#") or not value.strip() else self.uri(value, source)
        if name in ("srcset", "imagesrcset"):
            self._wrong(f"{name} names several files; use src", source, value)
        if name in STYLES:
            return self._sheets.inlined(value, [source], rules=False)
        if name == "data-notes":
            return escape(value, quote=False)  # the speaker view makes HTML of it
        return value

    def _element(self, node: LexborNode, fragment: Fragment, source: Text) -> None:
        name = node.tag or ""
        attributes = {key: value or "" for key, value in node.attributes.items()}
        if name == "link":
            self._link(node, attributes, fragment, source)
        elif name == "script" and "src" in attributes and namespace(node) == "html":
            self._script(node, attributes, fragment, source)
        elif name in REFUSED or (name == "script" and attributes.keys() & {"src", "href", "xlink:href"}):
            self._refused(node, fragment, source)
        elif name == "img" and "inline" in attributes.get("class", "").split():
            fragment.replace(node, self._svg(attributes, source) or "")
        elif name == "img" and self.remote == "placeholder" and is_remote(attributes.get("src", "")):
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
        if self._line:
            source, self._line = Text(text, source.path, self._line), None
        css = self.css(text, source)
        if css != text:
            for part in parts:
                fragment.put_text(part, "" if part.mem_id != parts[0].mem_id else css)

    def _link(self, node: LexborNode, attributes: dict[str, str], fragment: Fragment, source: Text) -> None:
        """A `<link>` to a style sheet, the only kind that is left, as the sheet."""
        css = self._sheets.loaded(attributes.get("href", ""), "<link>", [source])
        media = attributes.get("media", "").strip()
        condition = f' media="{escape(media)}"' if media else ""
        fragment.replace(node, f"<style{condition}>{raw_text(css)}</style>" if css else "")

    def _script(self, node: LexborNode, attributes: dict[str, str], fragment: Fragment, source: Text) -> None:
        """A script in a file of its own, with its text inside it."""
        url = plain_url(attributes["src"])
        html = ""
        if is_remote(url) and not self.fetches:
            message = f"<script> of {url!r} is left out: it is on the network; --fetch-remote inlines it"
            self._wrong(message, source, *as_written(attributes["src"]), notes=self.warnings)
        else:
            try:
                code = SCRIPT_END.sub(r"<\\\1", self.text(url, "script")[1])
                kept = {key: value for key, value in attributes.items() if key not in OF_A_FILE}
                shown = "".join(f' {key}="{escape(value)}"' for key, value in kept.items())
                html = f"<script{shown}>\n{code}\n</script>"
            except AssetError as error:
                self._wrong(f"<script>: {error}", source, *as_written(attributes["src"]))
        fragment.replace(node, html)

    def _refused(self, node: LexborNode, fragment: Fragment, source: Text) -> None:
        name = node.tag or ""
        attributes = node.attributes
        url = attributes.get("src") or attributes.get("data-src") or ""
        if name == "iframe" and is_remote(url) and "srcdoc" not in attributes:
            if self.remote != "placeholder":
                message = f"<iframe> of {url!r} is left out: {FRAME}"
                self._wrong(message, source, *as_written(url), notes=self.warnings)
            fragment.replace(node, _placeholder(url, "") if self.remote == "placeholder" else "")
        else:
            why = REFUSED.get(name, "loads a file; write the script inside the tag")
            self._wrong(f"<{name}> {why}", source, f"<{name}", f"<{name.upper()}")

    def _wrong(self, message: str, source: Text, *snippets: str, notes: list[Problem] | None = None) -> None:
        """Notes a mistake, or in `notes` a warning, at the line of the element at hand, or else of the first snippet
        that stands in the source."""
        where = f"slide {self.slide}: " if self.slide else ""
        line, whole = None, ""
        if self.deck is not None and source.path == self.deck.name:
            line, whole = self._line, self.deck.text
        line = line_in_tag(source, line, *snippets) if line else line_of_text(source, *snippets, whole=whole)
        (self.problems if notes is None else notes).append(Problem(where + message, source.path, line))

    def _svg(self, attributes: dict[str, str], source: Text) -> str | None:
        from slidegen.outputs.svg import SvgError, inline_svg  # few decks wait for an XML parser

        url = attributes.get("src", "")
        try:
            own = self._own(url)
            path = self._path(url) if own is None else Path(unquote(url))
            self._drawings += 1
            attributes["style"] = self.css(attributes.get("style", ""), source)
            drawing = read_text(path, MAX_BYTES) if own is None else own.decode()
            return inline_svg(drawing, attributes, f"{path.stem}-{self._drawings}")
        except UnicodeDecodeError:
            self._wrong(f"image {url!r}: not UTF-8 text", source, url, unquote(url))
        except FileError as error:
            self._wrong(f"image {url!r} cannot be read: {error}", source, url, unquote(url))
        except (AssetError, SvgError) as error:
            self._wrong(f"image {url!r}: {error}", source, url, unquote(url))
        return None

    def _load(self, url: str) -> str:
        if url.startswith("data:"):
            return url
        if url not in self._known:
            self._known[url] = self._fetch(url) if is_remote(url) else self._read(url)
        return self._known[url]

    def _own(self, url: str) -> bytes | None:
        """The picture of that path that the deck's file itself holds."""
        return None if self.deck is None or self.base is not None else self.deck.files.get(unquote(url))

    def _path(self, url: str) -> Path:
        parts = split(url)
        if parts.scheme or parts.netloc:
            raise AssetError(f"only files of the {self.project.called} can be inlined, not {url!r}")
        path = self.start / unquote(parts.path)
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
        own = self._own(url)
        path = self._path(url) if own is None else Path(unquote(url))
        media_type = mimetypes.guess_type(path.name)[0]
        if media_type is None or not _shown(media_type):
            raise AssetError(f"{url!r} is no image, video, audio or font")
        try:
            data = read_bytes(path, MAX_BYTES) if own is None else own
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
        media_type, data, _ = self._fetched(url)
        if media_type in ("application/octet-stream", "binary/octet-stream"):
            media_type = mimetypes.guess_type(split(url).path)[0] or media_type
        if not _shown(media_type):
            raise AssetError(f"{url!r} is {media_type}, no image, video, audio or font")
        return _data_uri(data, media_type)

    def text(self, url: str, kind: str) -> tuple[str, str]:
        """The address, after redirections, and the text of a "style sheet" or a "script"."""
        suffixes, media_types = TEXTS[kind]
        if is_remote(url):
            media_type, data, url = self._fetched(url, MAX_TEXT_BYTES)
            if media_type not in media_types:
                raise AssetError(f"{url!r} is {media_type}, no {kind}")
        else:
            path = self._path(url)
            if path.suffix.lower() not in suffixes:
                raise AssetError(f"{url!r} is no {kind}")
            try:
                data = read_bytes(path, MAX_TEXT_BYTES)
            except FileError as error:
                raise AssetError(f"{url!r} cannot be read: {error}") from None
        if kind == "script":
            return url, data.decode("utf-8-sig", errors="replace")
        from tinycss2.bytes import decode_stylesheet_bytes

        return url, str(decode_stylesheet_bytes(data)[0])

    def _fetched(self, url: str, limit: int = MAX_BYTES) -> Fetched:
        from slidegen.outputs.remote import RemoteError, fetch  # few decks wait for the network

        address = url if ":" in url.split("/")[0] else f"https:{url}"
        try:
            return fetch(address, limit, private=self.remote == "fetch-private")
        except RemoteError as error:
            raise AssetError(f"{url!r} could not be fetched: {error}") from None


def check(assets: Assets) -> None:
    """Raises DeckError if anything could not be inlined."""
    if assets.problems:
        raise DeckError(assets.problems)


def _shown(media_type: str) -> bool:
    """Whether it is that of something that a page shows, or of a font."""
    return media_type.split("/")[0] in ("image", "video", "audio", "font") or media_type.startswith(FONTS)


def _of_link(attributes: dict[str, str]) -> bool:
    """Whether an animation changes an address."""
    named = (value.lower() for key, value in attributes.items() if key.lower() == "attributename")
    return any(value in ("href", "xlink:href") for value in named)


def _own_part(attributes: dict[str, str]) -> bool:
    return all(value.startswith("#") for key, value in attributes.items() if key in ("href", "xlink:href") and value)


def _data_uri(data: bytes, media_type: str) -> str:
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"


def _placeholder(url: str, alt: str) -> str:
    text = f"{alt}: not in this file ({url})" if alt else f"not in this file: {url}"
    return f'<span class="placeholder" role="img" aria-label="{escape(alt or url)}">{escape(text)}</span>'
