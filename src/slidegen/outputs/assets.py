"""Everything that a slide would load becomes part of the file: local files as data URIs, SVG also as markup."""

from __future__ import annotations

import base64
import mimetypes
import re
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from html import escape, unescape
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

from slidegen.errors import DeckError, Problem
from slidegen.model import Text
from slidegen.outputs.svg import SvgError, inline_svg

Remote = Literal["refuse", "fetch", "placeholder"]

TAG = re.compile(r"""<(?P<name>[a-zA-Z][\w:-]*)(?P<rest>(?:[^"'<>]|"[^"]*"|'[^']*')*)>""")
ATTRIBUTE = re.compile(
    r"""(?P<name>[^\s"'<>/=]+)\s*=\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s"'<>`]+))"""
)
CSS_URL = re.compile(r"""url\(\s*(?:"([^"]*)"|'([^']*)'|([^)"'\s]*))\s*\)""", re.IGNORECASE)
CSS_IMPORT = re.compile(r"@import\s+(?!url\()[\"']", re.IGNORECASE)
STYLE = re.compile(r"(<style\b[^>]*>)(.*?)(</style>)", re.DOTALL | re.IGNORECASE)

LOADING = {"src", "poster", "data", "background", "data-src", "data-background-image", "data-background-video"}
LINKING_TAGS = {"image", "use", "feimage", "link"}
REFUSED = {
    "base": "would redirect every link of the deck",
    "meta": "belongs in the head of the page",
    "link": "loads a file; write the rules in <style>",
    "frame": "loads another page",
    "frameset": "loads another page",
    "applet": "loads a program",
    "iframe": "loads another page, which a single file cannot hold",
    "embed": "loads another document; use an image",
    "object": "loads another document; use an image",
}
MAX_BYTES = 100_000_000
TIMEOUT_S = 20


class AssetError(Exception):
    """A file that cannot be put into the deck; the message says why."""


@dataclass(slots=True)
class Assets:
    """Inlines what the slides of one deck refer to. Only files inside `folder` are read; mistakes are collected."""

    folder: Path
    remote: Remote
    problems: list[Problem] = field(default_factory=list)
    _known: dict[str, str] = field(default_factory=dict)

    def inline(self, html: str, source: Text) -> str:
        """`html` with every file that it would load inside it."""
        if "<" not in html:
            return html
        html = STYLE.sub(lambda match: match[1] + self._css(match[2], source) + match[3], html)
        return TAG.sub(lambda match: self._tag(match, source), html)

    def css(self, text: str, source: Text) -> str:
        """A style sheet, or the value of a `style` attribute, likewise."""
        return self._css(text, source)

    def uri(self, url: str, source: Text) -> str:
        """The data URI for `url`; on a mistake the URL itself, and the mistake is noted."""
        try:
            return self._load(url)
        except AssetError as error:
            self.problems.append(Problem(str(error), source.path, source.locate(url)))
            return url

    def _tag(self, match: re.Match[str], source: Text) -> str:
        name, rest = match["name"].lower(), match["rest"]
        if name in REFUSED or (name == "script" and re.search(r"\bsrc\s*=", rest, re.IGNORECASE)):
            why = REFUSED.get(name, "loads a file; write the script inside the tag")
            return self._refused(match, name, why, source)
        if "=" not in rest:
            return match[0]
        attributes = _attributes(rest)
        if name == "img" and "inline" in attributes.get("class", "").split():
            return self._svg(attributes, source) or match[0]
        if name == "img" and self.remote == "placeholder" and _is_remote(attributes.get("src", "")):
            return _placeholder(attributes["src"], attributes.get("alt", ""))

        def changed(found: re.Match[str]) -> str:
            key = found["name"].lower()
            value = unescape(next(v for v in (found["double"], found["single"], found["bare"]) if v is not None))
            if key in LOADING or (key in ("href", "xlink:href") and name in LINKING_TAGS):
                new = self.uri(value, source) if not value.startswith("#") else value
            elif key in ("srcset", "imagesrcset"):
                self.problems.append(Problem(f"{key} names several files; use src", source.path, source.locate(value)))
                new = value
            elif key == "style":
                new = self._css(value, source)
            else:
                return found[0]
            return f'{found["name"]}="{escape(new)}"'

        return f"<{match['name']}{ATTRIBUTE.sub(changed, rest)}>"

    def _refused(self, match: re.Match[str], name: str, why: str, source: Text) -> str:
        url = _attributes(match["rest"]).get("src", "")
        if name == "iframe" and self.remote == "placeholder" and _is_remote(url):
            return _placeholder(url, "") + "<iframe hidden>"
        self.problems.append(Problem(f"<{name}> {why}", source.path, source.locate(match[0])))
        return match[0]

    def _svg(self, attributes: dict[str, str], source: Text) -> str | None:
        url = attributes.get("src", "")
        try:
            path = self._path(url)
            return inline_svg(path.read_text(encoding="utf-8"), attributes, f"{path.stem}-{len(self._known)}")
        except (AssetError, SvgError, UnicodeDecodeError) as error:
            self.problems.append(Problem(f"image {url!r}: {error}", source.path, source.locate(url)))
            return None

    def _css(self, text: str, source: Text) -> str:
        if CSS_IMPORT.search(text):
            self.problems.append(Problem("@import loads a file; write its rules here", source.path, source.line))

        def changed(match: re.Match[str]) -> str:
            url = match[1] or match[2] or match[3] or ""
            return match[0] if url.startswith("#") or not url else f'url("{self.uri(url, source)}")'

        return CSS_URL.sub(changed, text)

    def _load(self, url: str) -> str:
        if url.startswith("data:"):
            return url
        if url not in self._known:
            self._known[url] = self._fetch(url) if _is_remote(url) else self._read(url)
        return self._known[url]

    def _path(self, url: str) -> Path:
        parts = urlsplit(url)
        if parts.scheme or parts.netloc:
            raise AssetError(f"only files of the deck's folder can be inlined, not {url!r}")
        root = self.folder.resolve()
        path = (root / unquote(parts.path)).resolve()
        if not path.is_relative_to(root):
            raise AssetError(f"{url!r} is outside the deck's folder; copy the file into it")
        if not path.is_file():
            raise AssetError(f"no file {url!r} in the deck's folder")
        if path.stat().st_size > MAX_BYTES:
            raise AssetError(f"{url!r} is larger than {MAX_BYTES // 1_000_000} MB")
        return path

    def _read(self, url: str) -> str:
        path = self._path(url)
        media_type = mimetypes.guess_type(path.name)[0]
        if media_type is None or media_type.split("/")[0] not in ("image", "video", "audio", "font"):
            raise AssetError(f"{url!r} is no image, video, audio or font")
        return _data_uri(path.read_bytes(), media_type)

    def _fetch(self, url: str) -> str:
        if self.remote != "fetch":
            hint = "--fetch-remote inlines it, --allow-remote-missing shows a placeholder"
            raise AssetError(f"{url!r} is on the network; {hint}")
        try:
            request = urllib.request.Request(url if ":" in url.split("/")[0] else f"https:{url}")
            with urllib.request.urlopen(request, timeout=TIMEOUT_S) as response:
                media_type = response.headers.get_content_type()
                data = response.read(MAX_BYTES + 1)
        except (urllib.error.URLError, OSError, ValueError) as error:
            raise AssetError(f"{url!r} could not be fetched: {getattr(error, 'reason', None) or error}") from None
        if media_type.split("/")[0] not in ("image", "video", "audio", "font"):
            raise AssetError(f"{url!r} is {media_type}, no image, video, audio or font")
        if len(data) > MAX_BYTES:
            raise AssetError(f"{url!r} is larger than {MAX_BYTES // 1_000_000} MB")
        return _data_uri(data, media_type)


def check(assets: Assets) -> None:
    """Raises DeckError if anything could not be inlined."""
    if assets.problems:
        raise DeckError(assets.problems)


def _attributes(rest: str) -> dict[str, str]:
    return {
        m["name"].lower(): unescape(m["double"] or m["single"] or m["bare"] or "") for m in ATTRIBUTE.finditer(rest)
    }


def _is_remote(url: str) -> bool:
    return url.startswith("//") or urlsplit(url).scheme in ("http", "https")


def _data_uri(data: bytes, media_type: str) -> str:
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"


def _placeholder(url: str, alt: str) -> str:
    text = f"{alt}: not in this file ({url})" if alt else f"not in this file: {url}"
    return f'<span class="placeholder" role="img" aria-label="{escape(alt or url)}">{escape(text)}</span>'
