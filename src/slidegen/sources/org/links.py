"""Links of org: to files, pictures, addresses, and to places in the deck."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import quote, unquote

from slidegen.sources.org.attributes import braces
from slidegen.sources.org.context import Context
from slidegen.sources.org.labels import label
from slidegen.sources.translation.words import escaped

TARGET: Final = re.compile(r"(?:[^\[\]\\]|\\[\[\]\\]|\\)+")
ESCAPE: Final = re.compile(r"\\([\[\]\\])")
PICTURE: Final = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|avif|bmp)$", re.IGNORECASE)
CLIP: Final = re.compile(r"\.(?:mp4|m4v|mov|webm|ogv|mp3|m4a|aac|wav|ogg|oga|opus|flac)$", re.IGNORECASE)
"""The suffixes of video and audio, as `outputs.media` knows them: a player, for a file of the project."""
FILE: Final = re.compile(r"(?:file(?:\+(?:sys|emacs))?:(?://(?=/))?)|(?=\.{1,2}/|~/|/)")
ADDRESS: Final = re.compile(r"(?:https?|ftp|mailto|tel|sftp|news):", re.IGNORECASE)
SCHEME: Final = re.compile(r"(?P<scheme>[A-Za-z][\w+-]*):(?P<rest>.*)", re.DOTALL)
PROGRAMS: Final = frozenset(
    {"elisp", "shell", "info", "help", "man", "gnus", "bbdb", "irc", "rmail", "docview", "attachment"}
)
SEARCH: Final = re.compile(r"::.*$", re.DOTALL)
VALUE: Final = re.compile("(\ufdd4[0-9]+\ufdd5)")
"""What stands for an expression (see `inline`)."""
CODE: Final = re.compile(r"\((?P<name>[\w-]+)\)")


def unescaped(target: str) -> str:
    """A link's target as it is meant."""
    return ESCAPE.sub(r"\1", target)


def resolved(target: str, context: Context) -> str:
    """A target without what `#+LINK` shortens."""
    name, colon, rest = target.partition(":")
    for line in context.settings.keywords.get("LINK", ()):
        short, _, whole = line.text.partition(" ")
        if short == name and whole:
            whole = whole.strip()
            tag = rest if colon else ""
            return whole.replace("%s", tag).replace("%h", quote(tag)) if "%" in whole else whole + tag
    return target


def file_of(target: str) -> str | None:
    """The file that a link names, without the place in it; None if it names none."""
    found = FILE.match(target)
    return None if found is None else SEARCH.sub("", target[found.end() :])


def is_picture(target: str) -> bool:
    """Whether a link shows a picture or a player, if it has no words."""
    path = file_of(target)
    if path is not None and CLIP.search(path):
        return True
    return PICTURE.search(path if path is not None else target if ADDRESS.match(target) else "") is not None


def picture(target: str, given: Mapping[str, str], context: Context) -> str:  # noqa: ARG001 - as `link`
    """A picture with attributes; "caption" is its caption, in words."""
    path = file_of(target)
    url = target if path is None else path
    rest = dict(given)
    caption = rest.pop("caption", "")
    alt = rest.pop("alt", "") or caption or PurePosixPath(unquote(url)).stem.replace("-", " ").replace("_", " ")
    title = ' "' + caption.replace("\\", "\\\\").replace('"', '\\"') + '"' if caption else ""
    return f"![{escaped(alt)}]({_url(url)}{title}){braces(rest)}"


def link(target: str, words: str | None, number: int, context: Context) -> str:
    """Returns a link. One that leads nowhere here becomes its words, with a warning."""
    if words is None and (name := label(target)) in context.labels:
        return f"@{name}"
    if ADDRESS.match(target):
        shown = escaped(target.removeprefix("mailto:")) if words is None else words
        return f"[{shown}]({_url(target)})"
    path = file_of(target)
    if path is not None:
        shown = target if target.startswith("file:///") else path
        return f"[{escaped(shown) if words is None else words}]({_url(path)})"
    code = CODE.fullmatch(target)
    if code is not None and code["name"] in context.code_lines:
        return words if words is not None else str(context.code_lines[code["name"]])
    found = SCHEME.fullmatch(target)
    if found is not None and found["scheme"] == "doi":
        return f"[{escaped(target) if words is None else words}]({_url('https://doi.org/' + found['rest'])})"
    if found is not None and found["scheme"] in PROGRAMS:
        context.lose(f"the link {target[:60]!r} is left out, but for its words; it is for Emacs", number)
        return escaped(found["rest"]) if words is None else words
    return _inside(target, words, number, context)


def place(target: str) -> str:
    """What a link names in the deck, as `Context.places` has it."""
    if target.startswith("#"):
        return target
    if target.startswith("id:"):
        return target
    return " ".join(target.removeprefix("*").split()).lower()


def _inside(target: str, words: str | None, number: int, context: Context) -> str:
    name = context.places.get(place(target))
    if name is None:
        context.lose(f"the link {target[:60]!r} leads nowhere in the deck; its words stay", number)
        return escaped(target.lstrip("*#")) if words is None else words
    context.linked.add(name)
    shown = words if words is not None else context.references.get(place(target)) or escaped(target.lstrip("*#"))
    return f"[{shown}](#{name})"


def _url(url: str) -> str:
    """An address as Markdown takes it, with nothing in it that means something there or to Jinja."""
    parts = VALUE.split(url)
    return "".join(part if VALUE.fullmatch(part) else quote(part, safe="/:?#@!$&'+,;=%~-._*") for part in parts)
