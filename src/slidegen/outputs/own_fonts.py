"""The fonts of a page: those of its look, the deck's own files and, for what these lack, installed ones.

All are cut down to the characters in use."""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from hashlib import blake2b
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from slidegen.errors import Problem
from slidegen.languages.tags import canonical
from slidegen.look import FontFile, Fonts, ThemePair
from slidegen.memo import once
from slidegen.outputs.fonts import characters_of, embedded_characters, font_faces, lacking
from slidegen.outputs.target import Target

WORKER: Final = Path(__file__).with_name("font_worker.py")
SECONDS: Final = 90
"""How long the process that cuts fonts may take."""
EXTRA: Final = "fonts-cjk"
PACKS: Final = tuple(f"justmytype_intl_{part}" for part in ("cjk", "south_asia", "rtl", "sea", "africa"))
"""The packages of the extra. Their folder `fonts` has Noto's fonts, as Google Fonts offers them."""
VARIANTS: Final = {
    "ja": "JP",
    "ko": "KR",
    "zh-hans": "SC",
    "zh-hant": "TC",
    "zh-hk": "TC",
    "zh-mo": "TC",
    "zh-tw": "TC",
}
"""The forms of Chinese characters that are usual in a language (Unicode, 3.2 of Annex 38: Han unification)."""
ASCII: Final = frozenset(range(0x20, 0x7F))
"""What the fonts of text have in any case: what changes while a deck is shown is drawn with it."""
FAMILIES: Final = {"text": "Deck Text", "heading": "Deck Heading", "code": "Deck Code"}
ROLES: Final = {"figure": "var(--font-figure)", "heading": "var(--font-heading)", "code": "var(--font-code)"}
"""What a look's style sheets write to set other text, too, in the family of charts, of headings or of code."""
SUFFIXES: Final = frozenset({".ttf", ".otf", ".ttc", ".otc", ".woff2", ".woff"})


@dataclass(frozen=True, slots=True)
class PageFonts:
    """The `@font-face` rules of a page, the families of its look, and the characters that they have. `problems` are
    mistakes in the deck's font files."""

    css: str
    fonts: Fonts
    embedded: frozenset[str]
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


def page_fonts(slides: Sequence[str], themes: ThemePair, lang: str, target: Target) -> PageFonts:
    """Chooses and cuts the fonts for the finished HTML of all slides, in the language `lang`. Characters that neither
    the look nor the deck's files have are taken from the fonts that the user offers, then from those of the extra."""
    memo = target.memo
    shared = embedded_characters(themes.fonts)
    used = {character for html in slides for character in characters_of(html, memo)}
    missing = {c for c in lacking(used, shared) if unicodedata.category(c)[0] != "C"}
    named = frozenset(role for role, used in ROLES.items() if any(used in sheet.css for sheet in themes.sheets))
    css = font_faces(slides, themes.fonts, memo, named)
    spares = _spares(missing, lang, target.fonts) if missing else []
    if not themes.files and not spares:
        return PageFonts(css, themes.fonts, shared)
    key = (tuple(map(_digest, themes.files)), tuple(spares), frozenset(used), lang)
    answer = once(memo, "own fonts", key, lambda: _answer(themes.files, spares, used, missing, lang))
    return _page_fonts(css, themes, shared, answer)


def _page_fonts(css: str, themes: ThemePair, shared: frozenset[str], answer: Mapping[str, Any]) -> PageFonts:
    files, fonts = themes.files, themes.fonts
    rules, restricted = [css], []
    families: dict[str, str] = {}  # the family in the page of each family of fonts for what others lack
    roles: dict[str, str] = {}
    characters: set[str] = set()
    for face in answer["faces"]:
        file = files[face["font"]] if face["font"] < len(files) else None
        if file is None or file.role == "also":
            family = families.setdefault(face["family"], f"Deck Also {len(families) + 1}")
        else:
            family = roles.setdefault(file.role, FAMILIES[file.role])
        characters |= set(map(chr, face["points"]))
        rules.append(
            f'@font-face{{font-family:"{family}";font-style:{face["style"]};font-weight:{face["weight"]};'
            f'font-display:block;src:url(data:font/woff2;base64,{face["data"]}) format("woff2")}}'
        )
        if file is not None and face["restricted"]:
            message = f"font {file.name!r} says that its licence forbids embedding it (fsType); ask its maker"
            restricted.append(Problem(message, file.path, file.line, code="restricted-font"))
    chosen = {
        role: ", ".join(filter(None, (family, getattr(fonts, role) or (role == "heading" and fonts.text) or "")))
        for role, family in roles.items()
    }
    also = ", ".join(families.values()) or None
    return PageFonts(
        "\n".join(rules),
        replace(fonts, also=also, **chosen),
        shared | characters,
        tuple(_problem(files[number], why) for number, why in answer["problems"] if number < len(files)),
        tuple(restricted),
    )


def _problem(file: FontFile, why: str) -> Problem:
    return Problem(f"font {file.name!r} cannot be used: {why}", file.path, file.line, code="wrong-media")


def _answer(
    files: Sequence[FontFile], spares: Sequence[Path], used: set[str], missing: set[str], lang: str
) -> Mapping[str, Any]:
    """Has the fonts cut by the worker, unless it has done so before. Without installed fonts that it cannot read."""
    from slidegen.outputs.font_cache import cached  # most decks cut no font

    fonts: list[dict[str, Any]] = [{"role": file.role, "size": len(file.data), "path": None} for file in files]
    fonts += [{"role": "also", "size": 0, "path": str(path)} for path in spares]
    request = {
        "fonts": fonts,
        "text": sorted(ASCII.union(map(ord, used))),
        "missing": sorted(map(ord, missing)),
        "variant": _variant(missing, lang),
    }
    sent = json.dumps(request).encode() + b"\n" + b"".join(file.data for file in files)
    answer = cached(sent, WORKER.read_bytes(), spares, lambda: _cut(sent))
    stopped_at_spare = not answer["faces"] and any(number >= len(files) for number, _ in answer["problems"])
    return _answer(files, [], used, missing, lang) if stopped_at_spare else answer


def _cut(sent: bytes) -> Mapping[str, Any]:
    """Runs the worker. If it fails or takes too long, the font that it was at is a problem."""
    import subprocess  # most decks cut no font

    # Without the folder of the script on the path: its modules must not stand in for others.
    command = [sys.executable, "-P", str(WORKER)]
    try:
        done = subprocess.run(command, input=sent, capture_output=True, timeout=SECONDS, check=False)
        output, at, why = done.stdout, done.stderr, "the program that reads it stopped"
    except subprocess.TimeoutExpired as error:
        output, at, why = b"", error.stderr or b"", f"reading it takes more than {SECONDS} seconds"
    try:
        answer: Mapping[str, Any] = json.loads(output)
    except ValueError:
        numbers = [int(word) for word in at.split() if word.isdigit()]
        return {"faces": [], "problems": [[numbers[-1] if numbers else 0, why]]}
    return answer


def _digest(file: FontFile) -> tuple[str, str, int | None, bytes]:
    return file.role, file.name, file.line, blake2b(file.data, digest_size=16).digest()


def _variant(missing: Iterable[str], lang: str) -> str:
    """The form of Chinese characters for a language; else by the other scripts of the text."""
    words = canonical(lang)
    for start, variant in VARIANTS.items():
        if words == start or words.startswith(f"{start}-"):
            return variant
    if words.split("-")[0] == "zh":
        return "SC"
    if any("\u3040" <= c <= "\u30ff" for c in missing):
        return "JP"
    return "KR" if any("\uac00" <= c <= "\ud7a3" for c in missing) else "SC"


def _spares(missing: Iterable[str], lang: str, folders: Sequence[Path]) -> list[Path]:
    """The installed fonts to look into, those first that fit the language."""
    variant = _variant(missing, lang)
    found = [path for folder in folders for path in _in_folder(folder)]
    packs = [path for pack in PACKS for path in _in_pack(pack)]
    for paths in (found, packs):
        paths.sort(key=lambda path: (bool(_of_variant(path)), variant != _of_variant(path)))
    return [*found, *packs]


def _of_variant(path: Path) -> str:
    """The form of Chinese characters of a font, by its name: "JP" of NotoSansJP[wght].ttf; "" if it has none."""
    found = re.search(r"(?:CJK|Sans|Serif)(jp|kr|sc|tc|hk)(?![a-z])", path.name, re.IGNORECASE)
    return found[1].upper() if found else ""


@cache
def _in_pack(pack: str) -> tuple[Path, ...]:
    found = find_spec(pack)
    places = (found and found.submodule_search_locations) or ()
    return tuple(path for place in places for path in _in_folder(Path(place) / "fonts"))


@cache
def _in_folder(folder: Path) -> tuple[Path, ...]:
    return tuple(path for path in sorted(folder.rglob("*")) if path.suffix.lower() in SUFFIXES)


def has_extra() -> bool:
    """Whether the fonts of the extra are installed."""
    return find_spec(PACKS[0]) is not None
