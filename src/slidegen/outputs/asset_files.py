"""Reads the files that a deck loads, from its project or from the network, as data URIs or as text."""

from __future__ import annotations

import base64
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from slidegen.build_options import Remote
from slidegen.files import FileError, MissingFileError, check_file, follow, read_bytes
from slidegen.outputs.addresses import AssetError, is_remote, split
from slidegen.outputs.media import clip_problem
from slidegen.outputs.pictures import picture_problem
from slidegen.project import Project

if TYPE_CHECKING:
    from slidegen.outputs.remote import Fetched

TEXTS = {
    "style sheet": ((".css",), frozenset({"text/css"})),
    "script": (
        (".js", ".mjs"),
        frozenset({"text/javascript", "application/javascript", "application/x-javascript", "text/ecmascript"}),
    ),
}
"""The kinds of files that are inlined as text: their suffixes and media types."""
MAX_BYTES = 100_000_000
MAX_TEXT_BYTES = 10_000_000
FONTS = ("application/font", "application/x-font", "application/vnd.ms-fontobject")
"""How unregistered media types of fonts begin, which some servers send."""
MISSING = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40" width="40" height="40">'
    b'<path d="M0 0L40 40M40 0L0 40" stroke="#888"/></svg>'
)
"""The placeholder for a remote image where text is not possible."""


@dataclass(slots=True)
class AssetFiles:
    """Reads what a URL names: a file that `project` admits, or one on the network if `remote` allows it.

    Paths are relative to `base`, else to the deck's folder. `files` are the pictures inside the deck's file, by their
    paths. Every method may raise AssetError.

    `used` collects the files that URLs named, `elsewhere` counts what came from the network or the deck's own file.
    """

    project: Project
    remote: Remote
    base: Path | None = None
    files: Mapping[str, bytes] = field(default_factory=dict)
    used: set[Path] = field(default_factory=set)
    elsewhere: int = 0
    _places: dict[str, Path] = field(default_factory=dict)
    _known: dict[str, str] = field(default_factory=dict)
    _picture_problems: dict[str, str] = field(default_factory=dict)

    @property
    def start(self) -> Path:
        """The folder that paths are relative to."""
        return self.base or self.project.folder

    @property
    def fetches(self) -> bool:
        """Whether files on the network are fetched."""
        return self.remote in ("fetch", "fetch-private")

    def uri(self, url: str) -> str:
        """The data URI of an image, a video, an audio file or a font."""
        if url.startswith("data:"):
            return url
        if url not in self._known:
            self._known[url] = self._fetch(url) if is_remote(url) else self._read(url)
        if url in self._places:
            self.used.add(self._places[url])
        elif self.remote != "placeholder":
            self.elsewhere += 1
        return self._known[url]

    def picture_problem(self, uri: str) -> str | None:
        """Why a data URI that `uri` returned is no picture or clip, as its file name says; None if it is one."""
        return self._picture_problems.get(uri)

    def own(self, url: str) -> bytes | None:
        """Returns the picture of that path that the deck's file itself holds."""
        return self.files.get(unquote(url))

    def path(self, url: str) -> Path:
        """The file of the project that a URL names."""
        parts = split(url)
        if parts.scheme or parts.netloc:
            raise AssetError(
                f"only files of the {self.project.called} can be inlined, not {url!r}", code="outside-root"
            )
        path = self.start / unquote(parts.path)
        if not self.project.admits(path):
            raise AssetError(f"{url!r} {self.project.outside()}", code="outside-root")
        try:
            path = follow(path)
            check_file(path)
        except MissingFileError:
            raise AssetError(f"no file {url!r} in the {self.project.place(path)}", code="missing-file") from None
        except FileError as error:
            raise AssetError(f"{url!r} cannot be read: {error}", code=error.code) from None
        self.used.add(path)
        self._places[url] = path
        return path

    def text(self, url: str, kind: str) -> tuple[str, str]:
        """The URL after redirections and the text of a "style sheet" or a "script"."""
        suffixes, media_types = TEXTS[kind]
        if is_remote(url):
            self.elsewhere += 1
            media_type, data, url = self._fetched(url, MAX_TEXT_BYTES)
            if media_type not in media_types:
                raise AssetError(f"{url!r} is {media_type}, not a {kind}", code="wrong-media")
        else:
            path = self.path(url)
            if path.suffix.lower() not in suffixes:
                raise AssetError(f"{url!r} is not a {kind}", code="wrong-media")
            try:
                data = read_bytes(path, MAX_TEXT_BYTES)
            except FileError as error:
                raise AssetError(f"{url!r} cannot be read: {error}", code=error.code) from None
        if kind == "script":
            return url, data.decode("utf-8-sig", errors="replace")
        from tinycss2.bytes import decode_stylesheet_bytes

        return url, str(decode_stylesheet_bytes(data)[0])

    def _read(self, url: str) -> str:
        own = self.own(url)
        path = self.path(url) if own is None else Path(unquote(url))
        media_type = "text/vtt" if path.suffix.lower() == ".vtt" else mimetypes.guess_type(path.name)[0]
        if media_type is None or not _shown(media_type):
            raise AssetError(f"{url!r} is not an image, video, audio or font", code="wrong-media")
        try:
            data = read_bytes(path, MAX_BYTES) if own is None else own
        except FileError as error:
            raise AssetError(f"{url!r} cannot be read: {error}", code=error.code) from None
        uri = _data_uri(data, media_type)
        played = media_type.startswith(("video/", "audio/"))
        why = clip_problem(data) if played else picture_problem(data, media_type)
        if why is not None:
            self._picture_problems[uri] = why
        return uri

    def _fetch(self, url: str) -> str:
        if self.remote == "placeholder":
            return _data_uri(MISSING, "image/svg+xml")
        if self.remote == "refuse":
            hint = "--fetch-remote inlines it, --allow-remote-missing shows a placeholder"
            raise AssetError(f"{url!r} is on the network; {hint}", code="network-file")
        media_type, data, _ = self._fetched(url)
        if media_type in ("application/octet-stream", "binary/octet-stream"):
            media_type = mimetypes.guess_type(split(url).path)[0] or media_type
        if not _shown(media_type):
            raise AssetError(f"{url!r} is {media_type}, not an image, video, audio or font", code="wrong-media")
        return _data_uri(data, media_type)

    def _fetched(self, url: str, limit: int = MAX_BYTES) -> Fetched:
        from slidegen.outputs.remote import RemoteError, fetch  # few decks use the network

        address = url if ":" in url.split("/")[0] else f"https:{url}"
        try:
            return fetch(address, limit, private=self.remote == "fetch-private")
        except RemoteError as error:
            raise AssetError(f"{url!r} could not be fetched: {error}", code="network-file") from None


def _shown(media_type: str) -> bool:
    """Whether a media type is that of an image, a video, an audio file, captions or a font."""
    kinds = ("image", "video", "audio", "font")
    return media_type.split("/")[0] in kinds or media_type.startswith((*FONTS, "text/vtt"))


def _data_uri(data: bytes, media_type: str) -> str:
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"
