"""Clips above the limit for the page: files in a folder beside it, each with a name that says what is in it.

The name of such a file ends in the digest of its content. So a build knows its own files: it replaces and removes no
other, and two pages never mix theirs up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO, Final
from urllib.parse import quote

from slidegen.build_options import INLINE_MEDIA, BuildOptions
from slidegen.codes import Code
from slidegen.errors import DeckError, Problem, SlidegenError
from slidegen.files import PIECE_BYTES, FileError, open_file, size_text
from slidegen.model import Source
from slidegen.outputs.addresses import AssetError
from slidegen.outputs.media import clip_problem, media_kind
from slidegen.outputs.target import Target, in_the_way
from slidegen.rendered import Clip, OutputFile
from slidegen.write import Content, is_folder

MB: Final = 1_000_000
MOST: Final = 100
"""The largest limit in MB (see `asset_files.MAX_BYTES`)."""
LEAST: Final = INLINE_MEDIA * MB
"""The size in bytes up to which nobody hears what a clip in the page adds to it."""
FOLDER: Final = ".media"
"""How the name of the folder of a page ends."""
MAX_BYTES: Final = 4_000_000_000
"""The most bytes of a clip: a USB stick with FAT32 holds no larger file."""
DIGEST_BYTES: Final = 8
HEAD_BYTES: Final = 4096
"""The first bytes of a clip, which say whether it is one."""
MADE: Final = re.compile(rf"[A-Za-z0-9_-]+-([0-9a-f]{{{2 * DIGEST_BYTES}}})\.[a-z0-9]+")
"""The name of a file that slidegen made."""
UNSAFE: Final = re.compile(r"[^A-Za-z0-9_]+")
LONGEST: Final = 60


@dataclass(slots=True)
class LargeClips:
    """Decides which clips stand beside a page, and collects them: those of more than `limit` bytes.

    `folder` is the name of their folder; None if there is none, so that all are in the page. Clips that are not
    `copied` stay where they are: those of a page that is removed right after, and of one that is `served`. `used` says
    whether the page loads any.
    """

    limit: int
    folder: str | None
    copied: bool
    served: bool
    used: bool = False
    found: dict[Path, Clip] = field(default_factory=dict)

    @classmethod
    def of(cls, target: Target, page: str) -> LargeClips:
        """The clips of a page with that file name."""
        folder = None if target.alone else f"{page.rpartition('.')[0] or page}{FOLDER}"
        return cls(target.inline_media * MB, folder, target.written and not target.temporary, not target.written)

    @classmethod
    def none(cls) -> LargeClips:
        """None: everything is in the page."""
        return cls(INLINE_MEDIA * MB, None, copied=False, served=False)

    def size(self, path: Path) -> int | None:
        """The size in bytes of a clip above the limit that can stand beside the page; None for any other file."""
        try:
            size = path.stat().st_size
        except OSError:
            return None
        return size if self.folder is not None and size > self.limit else None

    def told(self, url: str, path: Path, size: int) -> Iterator[tuple[str, Code]]:
        """Yields the warnings about a clip above the limit."""
        needed = -(-size // MB)
        way = f"--inline-media {needed} puts it into" if needed <= MOST else f"at most {MOST} MB can be in"
        yield (
            f"{url!r} has {size / MB:.0f} MB, and the page holds clips of up to {self.limit // MB} MB; it goes "
            f"into the folder {self.folder!r} beside the page, so keep both together; {way} the page",
            "limit",
        )
        with open_file(path) as file:
            why = clip_problem(file.read(HEAD_BYTES))
        if why is not None:
            yield f"{url!r} is not a video or audio: {why}", "wrong-media"

    def url(self, path: Path) -> str:
        """The address of a large clip for the page. Raises AssetError if it cannot be read or is far too large."""
        self.used = True
        if not (self.copied or self.served):
            return path.as_uri()
        if path not in self.found:
            self.found[path] = self._clip(path)
        return quote(self.found[path].name)

    def _clip(self, path: Path) -> Clip:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise AssetError(f"{path.name!r} is larger than {size_text(MAX_BYTES)}", code="limit")
        try:
            with open_file(path) as file:
                digest = _digest(file) if self.copied else _state(path)
        except (FileError, OSError) as error:
            raise AssetError(f"{path.name!r} cannot be read: {error}", code="unreadable-file") from None
        stem = UNSAFE.sub("-", path.stem)[:LONGEST].strip("-") or "clip"
        return Clip(f"{self.folder}/{stem}-{digest}{path.suffix.lower()}", path, size, digest)


def clip_places(clips: Sequence[Clip], page: Path, source: Source, options: BuildOptions) -> list[tuple[Path, Content]]:
    """The paths of the clips beside a page that are not there yet, each with what writes it.

    Raises:
        DeckError: a file is in the way that slidegen did not make.
    """
    found: list[tuple[Path, Content]] = []
    problems: list[Problem] = []
    for clip in clips:
        path = page.parent / clip.name
        wrong = list(in_the_way(path, OutputFile(clip.name, b""), source, options))
        if not wrong and path.exists():
            if _is_made(path):
                continue
            what = "the output would overwrite a file that slidegen did not make"
            wrong = [Problem(what, str(path), code="output-conflict")]
        problems += wrong
        found.append((path, _copying(clip)))
    if problems:
        raise DeckError(problems)
    return found


def remove_old_clips(clips: Sequence[Clip], page: Path) -> None:
    """Removes the clips that an earlier build put beside a page, if the page no longer has them, and the folder if
    nothing else is in it. What slidegen did not make stays."""
    folder = page.with_name(f"{page.stem}{FOLDER}")
    if folder.is_symlink() or not is_folder(folder):
        return
    kept = {page.parent / clip.name for clip in clips}
    with suppress(OSError):
        old = [path for path in folder.iterdir() if path not in kept and _is_made(path)]
        for path in old:
            path.unlink()
        if old and not kept:
            folder.rmdir()  # an error if the user has put something there


def _copying(clip: Clip) -> Callable[[BinaryIO], None]:
    """Returns what writes a clip to a file. Raises SlidegenError if it is no longer the one that the page names."""

    def copy(target: BinaryIO) -> None:
        try:
            with open_file(clip.path) as file:
                digest = _digest(file, target)
        except FileError as error:
            raise SlidegenError([Problem(str(error), str(clip.path), code=error.code)]) from None
        if digest != clip.digest:
            what = "the clip has changed while the deck was built; build it again"
            raise SlidegenError([Problem(what, str(clip.path), code="unreadable-file")])

    return copy


def _is_made(path: Path) -> bool:
    """Whether slidegen made a file: its name ends in the digest of its content."""
    named = MADE.fullmatch(path.name)
    if named is None or media_kind(path.name) is None or path.is_symlink():
        return False
    try:
        with open_file(path) as file:
            return _digest(file) == named[1]
    except (FileError, OSError):
        return False


def _digest(file: BinaryIO, copy: BinaryIO | None = None) -> str:
    """The digest of the rest of a file, which is also written to a `copy`."""
    digest = blake2b(digest_size=DIGEST_BYTES)
    for piece in _pieces(file):
        digest.update(piece)
        if copy is not None:
            copy.write(piece)
    return digest.hexdigest()


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    while piece := file.read(PIECE_BYTES):
        yield piece


def _state(path: Path) -> str:
    """A digest of the time and the size of a file: another one if it is written again."""
    found = path.stat()
    state = f"{path}\0{found.st_size}\0{found.st_mtime_ns}"
    return blake2b(state.encode("utf-8", "surrogateescape"), digest_size=DIGEST_BYTES).hexdigest()
