"""Inlines everything that a slide would load: local files as data URIs, SVG also as markup."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from html import escape
from pathlib import Path
from urllib.parse import unquote

from selectolax.lexbor import LexborNode

from slidegen.codes import Code
from slidegen.errors import DeckError, Problem
from slidegen.files import FileError, read_text
from slidegen.languages.direction import Direction, with_directions
from slidegen.locate import line_in_tag, line_of_text
from slidegen.markup import Fragment, namespace, raw_text, texts
from slidegen.model import Source, Text
from slidegen.outputs.addresses import AssetError, as_written, is_remote, plain_url
from slidegen.outputs.asset_files import MAX_BYTES, AssetFiles
from slidegen.outputs.assets_css import StyleSheets
from slidegen.outputs.clips import LEAST, MB, LargeClips
from slidegen.outputs.frames import frame, is_page
from slidegen.outputs.icons import with_icons
from slidegen.outputs.loading import (
    FRAME,
    LINKS,
    LOADING,
    MEDIA,
    OF_A_FILE,
    REFUSED,
    SCRIPT_END,
    STYLES,
    may_load,
)
from slidegen.outputs.media import PLAY, TIMES, Kind, background_clip, background_player, media_kind, player
from slidegen.outputs.slidev import ADDRESSES, VIDEO, linked
from slidegen.outputs.target import Target
from slidegen.rendered import Rendered
from slidegen.source_lines import line_of


@dataclass(slots=True)
class Assets:
    """Inlines what the slides of one deck refer to. `files` reads it. Mistakes are collected in `problems`.

    For messages, `deck` is the deck's file and `slide` the number of the current slide. Text runs in `direction`.
    `large` are the clips that stay out of the page.
    """

    files: AssetFiles
    deck: Source | None = None
    slide: str = ""
    direction: Direction = "ltr"
    large: LargeClips = field(default_factory=LargeClips.none)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    _drawings: int = 0
    _line: int | None = None
    _sheets: StyleSheets = field(init=False)

    def __post_init__(self) -> None:
        self._sheets = StyleSheets(self.files, self.uri, self._wrong, partial(self._wrong, notes=self.warnings))

    @classmethod
    def of(cls, deck: Rendered, target: Target, page: str) -> Assets:
        """Those of a deck for the page of that name."""
        files = AssetFiles(deck.source.project, target.remote, files=deck.source.files)
        return cls(files, deck.source, direction=deck.options.direction, large=LargeClips.of(target, page))

    @property
    def state(self) -> tuple[int, int, int, int]:
        """Counts what was found and what does not depend on the slide alone."""
        return len(self.problems), len(self.warnings), self._drawings, self.files.elsewhere

    def inline(self, html: str, source: Text) -> str:
        """Inlines every file that the finished HTML of a slide would load."""
        html = with_icons(with_directions(html, self.direction), partial(self._unknown_icon, source))
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
        """Does the same for a style sheet or the value of a `style` attribute that comes from `source` and `more`."""
        return self._sheets.inlined(text, (source, *more))

    def uri(self, url: str, source: Text, written: str = "") -> str:
        """The data URI for `url`, which the source spells `written`. Reports a mistake and returns the URL itself."""
        written = written or url
        try:
            loaded = self.files.uri(plain_url(url))
            why = self.files.picture_problem(loaded)
            if why is not None:
                is_clip = loaded.startswith(("data:video", "data:audio"))
                what = f"{url!r} is not a video or audio" if is_clip else f"image {url!r} is not a picture"
                message = f"{what}: {why}"
                self._wrong(message, source, written, unquote(written), code="wrong-media", notes=self.warnings)
            return loaded
        except AssetError as error:
            self._wrong(str(error), source, written, unquote(written), code=error.code)
            return url

    def slide_attribute(self, name: str, value: str, source: Text, line: int | None) -> str:
        """Does the same for an attribute of a slide. `line` is its line if it does not stand in the slide's text."""
        self._line = line
        shown = self.attribute(name, value, source)
        self._line = None
        return shown

    def attribute(self, name: str, value: str, source: Text, tag: str = "") -> str:
        """Inlines what the attribute `name` (in lower case) of a `tag` would load. Returns the new value."""
        name = name.removeprefix("xlink:")
        if name == "data-background" and tag == "rect":
            return value  # from MathJax, behind what it cannot set; on a slide it would be a picture
        if name == "data-background-iframe" and (is_remote(value) or is_page(value)):
            why = FRAME if is_remote(value) else "show the page in the slide, by <iframe src=...>"
            code: Code = "network-file" if is_remote(value) else "html"
            self._wrong(f"{name} of {value!r} is left out: {why}", source, value, code=code, notes=self.warnings)
            return ""
        if name == "data-background-iframe" and plain_url(value).lower().startswith("data:"):
            self._wrong(f"{name} shows another page, which a single file cannot hold", source, value, code="html")
        elif name in LOADING or (name == "href" and tag not in LINKS):
            if value.startswith("#") or not value.strip():
                return value
            plays = tag in MEDIA or name == "data-background-video"
            return self._clip(value, source, "src" if tag == "" else name) if plays else self.uri(value, source)
        if name in ("srcset", "imagesrcset"):
            self._wrong(f"{name} names several files; use src", source, value, code="html")
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
        elif name == "iframe" and "srcdoc" not in attributes and is_page(attributes.get("src", "")):
            fragment.replace(node, self._frame(attributes, source))
        elif name in REFUSED or (name == "script" and attributes.keys() & {"src", "href", "xlink:href"}):
            self._refused(node, fragment, source)
        elif name == "img" and "inline" in attributes.get("class", "").split():
            fragment.replace(node, self._svg(attributes, source) or "")
        elif name == "img" and self.files.remote == "placeholder" and is_remote(attributes.get("src", "")):
            fragment.replace(node, _placeholder(attributes["src"], attributes.get("alt", "")))
        elif name == "img" and (kind := media_kind(plain_url(attributes.get("src", "")))) is not None:
            fragment.replace(node, self._player(kind, attributes, source))
        elif name in ADDRESSES:
            link, message = linked(name, attributes)
            self._wrong(message, source, code="network-file", notes=self.warnings)
            fragment.prepend(node, link)
        elif name == VIDEO and attributes.get("src"):
            fragment.prepend(node, self._player("video", attributes, source))
            del node.attrs["src"]
        elif name in ("set", "animate") and _of_link(attributes):
            self._wrong(f"<{name}> of a href loads a file", source, f"<{name}", code="html")
        elif name == "use" and not _own_part(attributes):
            self._wrong("<use> shows parts of this page only; name one as #id", source, "<use", code="html")
        else:
            if name == "style":
                self._style(node, fragment, source)
            elif name in ("video", "audio"):
                self._own_player(node, attributes, source)
            written = dict(attributes)
            if name in ("figure", "section") and (found := background_clip(attributes.get("style", ""))) is not None:
                attributes["style"] = self._background(*found, node, fragment, source)
            for key, value in attributes.items():
                new = self.attribute(key.lower(), value, source, name)
                if new != written.get(key):
                    node.attrs[key] = new

    def _player(self, kind: Kind, attributes: dict[str, str], source: Text) -> str:
        """The player for a picture that names a video or audio."""
        line = self._line
        if kind == "video":
            self._check_poster(attributes, source)
        for key in ("src", "poster", "captions"):
            if attributes.get(key):
                attributes[key] = self._clip(attributes[key], source, key)
        if attributes.get("style"):
            attributes["style"] = self.css(attributes["style"], source)
        self._line = line
        return player(kind, attributes)

    def _background(self, url: str, style: str, node: LexborNode, fragment: Fragment, source: Text) -> str:
        """Adds the video that is the background of a slide of Marp's. Returns the style of its element."""
        fragment.prepend(node, background_player(self._clip(url, source, "src"), style))
        return f"{style}position:relative;isolation:isolate;"

    def _own_player(self, node: LexborNode, attributes: dict[str, str], source: Text) -> None:
        """A `<video>` or `<audio>` of the deck's own: it plays when its slide is shown, not when the page is opened."""
        if "src" not in attributes and "data-src" in attributes:  # which reveal.js loads when the slide comes
            attributes["src"] = attributes.pop("data-src")
            del node.attrs["data-src"]
        for key in attributes.keys() & {"autoplay", "data-autoplay"}:  # the second is reveal.js'
            del node.attrs[key]
            node.attrs[PLAY] = ""
        if node.tag == "video":
            node.attrs["playsinline"] = ""
            self._check_poster(attributes, source)

    def _check_poster(self, attributes: dict[str, str], source: Text) -> None:
        if not attributes.get("poster"):
            message = "the video has no poster, so print, PDF and handout may show an empty box; add poster=picture.png"
            written = attributes.get("src") or "<video"
            self._wrong(message, source, written, unquote(written), code="missing-key", notes=self.warnings)

    def _clip(self, url: str, source: Text, name: str) -> str:
        """The data URI of a clip, its poster or its captions, or the address of a clip beside the page: that is told,
        and what makes the page large."""
        part = TIMES.search(plain_url(url)) if name == "src" else None
        beside = self._beside(plain_url(url), source) if name == "src" else None
        loaded = beside or self.uri(url, source)
        size = len(loaded) * 3 // 4
        if loaded != url and size > max(self.large.limit, LEAST):
            message = f"{url!r} adds {size / MB:.0f} MB to the page; shorten it, or lower its resolution"
            self._wrong(message, source, url, unquote(url), code="limit", notes=self.warnings)
        return loaded + part[0] if part is not None and loaded != url else loaded

    def _beside(self, url: str, source: Text) -> str | None:
        """The address of a clip that is too large for the page; None for anything else. A mistake is left to others."""
        if media_kind(url) is None or is_remote(url) or self.files.own(url) is not None:
            return None
        try:
            path = self.files.path(url)
            size = self.large.size(path)
            if size is None:
                return None
            address = self.large.url(path)
        except AssetError:
            return None
        for message, code in self.large.told(url, path, size):
            self._wrong(message, source, url, unquote(url), code=code, notes=self.warnings)
        return address

    def _unknown_icon(self, source: Text, node: LexborNode, written: str, message: str) -> None:
        self._line = line_of(node)
        self._wrong(message, source, written, code="unknown-name")
        self._line = None

    def _style(self, node: LexborNode, fragment: Fragment, source: Text) -> None:
        """Inlines what a `<style>` loads. In an SVG the sheet may be several texts with comments between."""
        parts = texts(node)
        text = "".join(part.text_content or "" for part in parts)
        if self._line:
            source, self._line = Text(text, source.path, self._line), None
        css = self.css(text, source)
        if css != text:
            for part in parts:
                fragment.put_text(part, "" if part.mem_id != parts[0].mem_id else css)

    def _link(self, node: LexborNode, attributes: dict[str, str], fragment: Fragment, source: Text) -> None:
        """Replaces a `<link>` to a style sheet, the only kind that remains, by the style sheet."""
        css = self._sheets.loaded(attributes.get("href", ""), "<link>", [source])
        media = attributes.get("media", "").strip()
        condition = f' media="{escape(media)}"' if media else ""
        fragment.replace(node, f"<style{condition}>{raw_text(css)}</style>" if css else "")

    def _script(self, node: LexborNode, attributes: dict[str, str], fragment: Fragment, source: Text) -> None:
        """Replaces a script in a file by an inline script."""
        url = plain_url(attributes["src"])
        html = ""
        if is_remote(url) and not self.files.fetches:
            message = f"<script> of {url!r} is left out: it is on the network; --fetch-remote inlines it"
            self._wrong(message, source, *as_written(attributes["src"]), code="network-file", notes=self.warnings)
        else:
            try:
                code = SCRIPT_END.sub(r"<\\\1", self.files.text(url, "script")[1])
                kept = {key: value for key, value in attributes.items() if key not in OF_A_FILE}
                shown = "".join(f' {key}="{escape(value)}"' for key, value in kept.items())
                html = f"<script{shown}>\n{code}\n</script>"
            except AssetError as error:
                self._wrong(f"<script>: {error}", source, *as_written(attributes["src"]), code=error.code)
        fragment.replace(node, html)

    def _frame(self, attributes: dict[str, str], source: Text) -> str:
        """The frame with a local page in it; nothing if it cannot be read."""
        written = as_written(attributes["src"])
        try:
            html, loads = frame({**attributes, "style": self.css(attributes.get("style", ""), source)}, self.files)
        except AssetError as error:
            self._wrong(f"<iframe>: {error}", source, *written, code=error.code)
            return ""
        if loads:
            message = f"<iframe>: what {attributes['src']!r} loads is not in this file; write it into the page itself"
            self._wrong(message, source, *written, code="html", notes=self.warnings)
        return html

    def _refused(self, node: LexborNode, fragment: Fragment, source: Text) -> None:
        name = node.tag or ""
        attributes = node.attributes
        url = attributes.get("src") or attributes.get("data-src") or ""
        if name == "iframe" and is_remote(url) and "srcdoc" not in attributes:
            if self.files.remote != "placeholder":
                message = f"<iframe> of {url!r} is left out: {FRAME}"
                self._wrong(message, source, *as_written(url), code="network-file", notes=self.warnings)
            fragment.replace(node, _placeholder(url, "") if self.files.remote == "placeholder" else "")
        else:
            why = REFUSED.get(name, "loads a file; write the script inside the tag")
            self._wrong(f"<{name}> {why}", source, f"<{name}", f"<{name.upper()}", code="html")

    def _wrong(
        self, message: str, source: Text, *snippets: str, code: Code, notes: list[Problem] | None = None
    ) -> None:
        """Adds a mistake to `problems`, or to `notes` if given. The line is that of the current element, or else that
        of the first snippet that the source contains."""
        where = f"slide {self.slide}: " if self.slide else ""
        line, whole = None, ""
        file = None if self.deck is None else self.deck.file(source.path)
        if file is not None:
            line, whole = self._line, file.text
        line = line_in_tag(source, line, *snippets) if line else line_of_text(source, *snippets, whole=whole)
        (self.problems if notes is None else notes).append(Problem(where + message, source.path, line, code=code))

    def _svg(self, attributes: dict[str, str], source: Text) -> str | None:
        from slidegen.outputs.svg import SvgError, inline_svg  # few decks need an XML parser

        url = attributes.get("src", "")
        try:
            own = self.files.own(url)
            self.files.elsewhere += own is not None
            path = self.files.path(url) if own is None else Path(unquote(url))
            self._drawings += 1
            attributes["style"] = self.css(attributes.get("style", ""), source)
            drawing = read_text(path, MAX_BYTES) if own is None else own.decode()
            return inline_svg(drawing, attributes, f"{path.stem}-{self._drawings}")
        except UnicodeDecodeError:
            self._wrong(f"image {url!r}: not UTF-8 text", source, url, unquote(url), code="not-text")
        except FileError as error:
            self._wrong(f"image {url!r} cannot be read: {error}", source, url, unquote(url), code=error.code)
        except (AssetError, SvgError) as error:
            self._wrong(f"image {url!r}: {error}", source, url, unquote(url), code=error.code)
        return None


def check(assets: Assets) -> None:
    """Raises DeckError if anything could not be inlined."""
    if assets.problems:
        raise DeckError(assets.problems)


def _of_link(attributes: dict[str, str]) -> bool:
    """Whether an animation changes a `href`."""
    named = (value.lower() for key, value in attributes.items() if key.lower() == "attributename")
    return any(value in ("href", "xlink:href") for value in named)


def _own_part(attributes: dict[str, str]) -> bool:
    return all(value.startswith("#") for key, value in attributes.items() if key in ("href", "xlink:href") and value)


def _placeholder(url: str, alt: str) -> str:
    text = f"{alt}: not in this file ({url})" if alt else f"not in this file: {url}"
    return f'<span class="placeholder" role="img" aria-label="{escape(alt or url)}">{escape(text)}</span>'
