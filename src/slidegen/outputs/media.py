"""Video and audio: pictures that name a clip become players, which play while their slide is shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import escape
from typing import Final, Literal

Kind = Literal["video", "audio"]
SUFFIXES: Final[Mapping[str, Kind]] = {
    **dict.fromkeys(("mp4", "m4v", "mov", "webm", "ogv"), "video"),
    **dict.fromkeys(("mp3", "m4a", "aac", "wav", "ogg", "oga", "opus", "flac"), "audio"),
}
FLAGS: Final = ("loop", "muted", "controls")
KEPT: Final = ("class", "id", "style", "width", "height", "title", "data-line")
PLAY: Final = "data-play"
"""The attribute of a player that starts when its slide is shown (media.js)."""
PLAYER: Final = re.compile(r"<(?:video|audio)\b")
TIME: Final = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,3})?")
BACKGROUND: Final = re.compile(r"""background-image\s*:\s*url\(\s*(["']?)(?P<url>[^"')]+)\1\s*\)\s*;?""")
CONTAINED: Final = re.compile(r"background-size\s*:\s*contain")
FILLS: Final = (
    "position:absolute;inset:0;inline-size:100%;block-size:100%;max-inline-size:none;max-block-size:none;margin:0;"
    "z-index:-1;pointer-events:none;"
)
TIMES: Final = re.compile(r"#t=[0-9:.,]{1,40}$")
"""The end of a URL that says which part of a clip plays (W3C Media Fragments 4.2.1)."""


SIGNATURES: Final = re.compile(
    rb".{4}(?:ftyp|moov|mdat|free|wide|skip|pnot)|\x1aE\xdf\xa3|OggS|RIFF.{4}WAVE|ID3|\0*\xff[\xe0-\xff]"
    rb"|ADIF|fLaC",
    re.DOTALL,
)
"""How clips begin: MP4 and QuickTime, WebM and Matroska, Ogg, WAV, MP3 with tags, MPEG audio and AAC, FLAC."""


def clip_problem(head: bytes) -> str | None:
    """Why browsers do not play a file with the name of a video or audio, by its first bytes; None if they may."""
    if SIGNATURES.match(head):
        return None
    return f"it begins with {head[:16].decode('ascii', 'backslashreplace')!r}" if head else "it is empty"


def media_kind(url: str) -> Kind | None:
    """What a URL names by its suffix; None for anything but video and audio."""
    return SUFFIXES.get(re.split(r"[?#]", url, maxsplit=1)[0].rpartition(".")[2].lower())


def has_media(slides: Iterable[str]) -> bool:
    """Whether the HTML of some slides has players."""
    return any(PLAYER.search(html) for html in slides)


def is_on(value: str | None) -> bool:
    """Whether an attribute without a value, or with "true", is there."""
    return value is not None and value.lower() != "false"


def background_clip(style: str) -> tuple[str, str] | None:
    """Returns the URL of the video that a style has as its background, and the style without it."""
    found = BACKGROUND.search(style)
    if found is None or media_kind(found["url"]) != "video":
        return None
    return found["url"], f"{style[: found.start()]}{style[found.end() :]}"


def background_player(url: str, style: str, *, loop: bool = True, muted: bool = True) -> str:
    """The player that fills an element, behind what is in it, as the background of that `style` would."""
    fit = "contain" if CONTAINED.search(style) else "cover"
    flags = f"{' loop' if loop else ''}{' muted' if muted else ''} playsinline {PLAY}"
    return (
        f'<video class="sg-background" src="{escape(url)}" preload="auto" aria-hidden="true" tabindex="-1" '
        f'style="{FILLS}object-fit:{fit}"{flags}></video>'
    )


def player(kind: Kind, attributes: Mapping[str, str]) -> str:
    """The player for a picture that names a clip. Its `attributes` are those of the picture: `poster`, `start` in
    seconds, `loop`, `muted`, `autoplay`, `controls`, `captions`, and the alternative text."""
    given = {key: attributes[key] for key in KEPT if attributes.get(key)}
    start = attributes.get("start", "")
    given["src"] = attributes["src"] + (f"#t={start}" if TIME.fullmatch(start) else "")
    given["preload"] = "metadata"
    if kind == "video" and attributes.get("poster"):
        given["poster"] = attributes["poster"]
    if attributes.get("alt"):
        given["aria-label"] = attributes["alt"]
    plays = is_on(attributes.get("autoplay"))
    flags = [name for name in FLAGS if name in attributes and is_on(attributes[name])]
    if "controls" not in attributes and not (plays and "muted" in flags):
        flags.append("controls")  # else nobody could start it, or make it silent
    flags += ["playsinline"] if kind == "video" else []
    flags += [PLAY] if plays else []
    shown = "".join(f' {key}="{escape(value)}"' for key, value in given.items())
    track = attributes.get("captions")
    inside = f'<track kind="captions" default src="{escape(track)}">' if track and kind == "video" else ""
    return f"<{kind}{shown}{''.join(f' {flag}' for flag in flags)}>{inside}</{kind}>"
