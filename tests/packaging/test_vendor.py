"""The front-end files as they lie in the package: complete, licensed, and nothing in them asks the network."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
from fontTools.ttLib import TTFont

from web import VendorError, fonts, vendor

ROOT = Path(__file__).resolve().parents[2]
VENDOR = ROOT / "src/slidegen/_vendor"
FACES: list[dict[str, Any]] = json.loads((VENDOR / "fonts/fonts.json").read_text(encoding="utf-8"))


def _points(face: dict[str, Any]) -> set[int]:
    return fonts.parse_ranges(face["unicode_range"].replace("U+", "").replace(",", ""))


def _face(family: str, style: str, chunk: str) -> dict[str, Any]:
    return next(face for face in FACES if (face["family"], face["style"], face["chunk"]) == (family, style, chunk))


def _features(path: Path) -> set[str]:
    with TTFont(path) as font:
        tables = [font[name].table for name in ("GSUB", "GPOS") if name in font]
        return {record.FeatureTag for table in tables for record in table.FeatureList.FeatureRecord}


def test_each_chunk_is_listed_as_it_is() -> None:
    """The unicode-range is exactly what the file holds: a browser never looks for a character in vain."""
    for face in FACES:
        path = VENDOR / "fonts" / face["file"]
        assert path.stat().st_size == face["size"]
        with TTFont(path) as font:
            assert set(font.getBestCmap()) == _points(face), face["file"]
    assert {face["file"] for face in FACES} == {path.name for path in (VENDOR / "fonts").glob("*.woff2")}


def test_a_character_is_in_one_chunk_of_a_face() -> None:
    """Nothing is inlined twice."""
    seen: dict[tuple[str, str], set[int]] = defaultdict(set)
    for face in FACES:
        key = (face["family"], face["style"])
        assert not seen[key] & _points(face), face["file"]
        seen[key] |= _points(face)


def test_one_face_has_one_weight_range() -> None:
    """Browsers join the files of a face only when their descriptors are the same."""
    weights: dict[tuple[str, str], set[str]] = defaultdict(set)
    for face in FACES:
        weights[face["family"], face["style"]].add(face["weight"])
    assert {key: len(found) for key, found in weights.items()} == dict.fromkeys(weights, 1)


@pytest.mark.parametrize(
    ("family", "style", "limit"),
    [
        ("Source Sans 3", "normal", 45_000),
        ("Source Sans 3", "italic", 40_000),
        ("JetBrains Mono", "normal", 45_000),
        ("JetBrains Mono", "italic", 45_000),
    ],
)
def test_the_latin_chunk_is_small(family: str, style: str, limit: int) -> None:
    """What nearly every deck inlines."""
    assert _face(family, style, "latin")["size"] <= limit


def test_what_slides_show_has_a_glyph() -> None:
    """Text and code find every sign of a technical talk in their own font or in the symbols'."""
    signs = "←↑→↓↔⇒⇔≤≥≈≠≡±×÷−∞∑∏√∂∈∉∀∃∅∩∪⊂⊆∇·…✓✗•◦▪■□●○▲▼◆★½¼¾⅓⅔⁰¹²³ⁿ₀₁₂€£¥§¶©®™“”‘’–—Łőřšαβγλμπσω"
    points: dict[str, set[int]] = defaultdict(set)
    for face in FACES:
        if face["style"] == "normal":
            points[face["family"]] |= _points(face)
    symbols = points["Slidegen Symbols"]
    for family in ("Source Sans 3", "JetBrains Mono"):
        assert [sign for sign in signs if ord(sign) not in points[family] | symbols] == []
    assert [sign for sign in "│┌┐└┘├┤┬┴┼─═║█▓▒░→≤≥≈×" if ord(sign) not in points["JetBrains Mono"]] == []
    assert [sign for sign in "😀🚀🔥👍🤗🎉💾" if ord(sign) not in points["Noto Emoji"]] == []


def test_emoji_leave_ordinary_text_alone() -> None:
    """The digits of keycap emoji would put an emoji chunk into every deck."""
    assert min(min(_points(face)) for face in FACES if face["family"] == "Noto Emoji") > 0x2000


def test_figures_can_be_set_in_columns_and_code_has_no_ligatures() -> None:
    """Tabular figures for tables; `!=` in code stays two characters."""
    text = _features(VENDOR / "fonts" / _face("Source Sans 3", "normal", "latin")["file"])
    code = _features(VENDOR / "fonts" / _face("JetBrains Mono", "normal", "latin")["file"])
    assert {"pnum", "kern", "case", "frac", "sups", "subs", "zero"} <= text
    assert not {"calt", "liga"} & code


def test_a_reserved_font_name_is_not_used_for_a_cut_font() -> None:
    """SIL Open Font License, condition 3: Adobe reserves "Source"; a PDF of a deck shows the name inside the font."""
    for face in FACES:
        if face["family"] == "Source Sans 3":
            with TTFont(VENDOR / "fonts" / face["file"]) as font:
                names = [str(record) for record in font["name"].names if record.nameID in {1, 3, 4, 6, 16, 25}]
            assert [name for name in names if "Source" in name] == []


def test_katex_asks_for_woff2_only() -> None:
    """And each font that its style names is there."""
    css = (VENDOR / "katex/katex.min.css").read_text(encoding="utf-8")
    assert sorted(set(re.findall(r"url\((.*?)\)", css))) == sorted(
        f"fonts/{path.name}" for path in (VENDOR / "katex/fonts").iterdir()
    )


def test_the_style_and_the_script_of_katex_have_one_version() -> None:
    """DESIGN: both from 0.18, as long as marp-core's plugin asks for it."""
    version = json.loads((VENDOR / "stamp.json").read_text(encoding="utf-8"))["packages"]["katex"]
    assert version.startswith("0.18.")
    assert f'"{version}"' in (VENDOR / "katex/katex.min.js").read_text(encoding="utf-8")
    assert f'content:"{version}"' in (VENDOR / "katex/katex.min.css").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.css", "@import url(https://example.org/x.css);"),
        ("a.css", '@import "other.css";'),
        ("a.css", "a{background:url('//example.org/x.png')}"),
        ("a.css", "a{background:url(missing.png)}"),
        ("a.js", "fetch('https://example.org/x.json')"),
        ("a.js", "theme = '@import url(https://fonts.bunny.net/css?family=Lato)'"),  # marp-core.js alone may hold it
    ],
)
def test_an_address_in_a_copied_file_stops_the_build(tmp_path: Path, name: str, text: str) -> None:
    """A new version of a package cannot make a deck ask the network unseen."""
    (tmp_path / name).write_text(text)
    with pytest.raises(VendorError, match=r"front-end files that would ask the network: a\.(css|js): "):
        vendor.check_no_addresses(tmp_path)


def test_comments_and_data_may_hold_addresses(tmp_path: Path) -> None:
    """They load nothing."""
    (tmp_path / "a.css").write_text("/* https://example.org */ a{background:url(data:image/gif;base64,R0lGODlh)}")
    (tmp_path / "a.js").write_text('document.createElementNS("http://www.w3.org/2000/svg", "path")')
    vendor.check_no_addresses(tmp_path)


def test_what_one_script_may_hold_another_may_not(tmp_path: Path) -> None:
    """Neither a script of the same name in another folder, nor the script beside it."""
    text = "'https://fonts.bunny.net/css?family=Lato'"
    for name in ("marp/marp-core.js", "marp/browser.js", "reveal/marp-core.js"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    with pytest.raises(VendorError) as caught:
        vendor.check_no_addresses(tmp_path)
    assert str(caught.value).endswith(
        "browser.js: https://fonts.bunny.net/css; marp-core.js: https://fonts.bunny.net/css"
    )


def test_every_file_is_in_the_list_of_licences() -> None:
    """With the text of its licence beside it."""
    table = (VENDOR / "licenses.md").read_text(encoding="utf-8")
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in table.splitlines()
        if "`" in line and "|" in line
    ]
    patterns = [pattern for row in rows for pattern in re.findall(r"[\w./*-]+", row[3])]
    ours = {"licenses.md", "stamp.json", "fonts/fonts.json"}
    files = {path.relative_to(VENDOR).as_posix() for path in VENDOR.rglob("*") if path.is_file()} - ours
    assert {
        file for file in files if not file.startswith("LICENSES/") and not any(fnmatch(file, p) for p in patterns)
    } == set()
    texts = {row[4] for row in rows}
    assert texts == {path.name for path in (VENDOR / "LICENSES").iterdir()}
    for text in texts:
        content = (VENDOR / "LICENSES" / text).read_text(encoding="utf-8")
        assert "Copyright" in content, text
        granted = (
            "Permission is hereby granted",
            "Redistribution and use in source and binary forms",
            "Permission to use",
            "Grant of Copyright License",
            "Creative Commons Legal Code",
            "This program is free software: you can redistribute it",
        )
        assert any(words in content for words in granted), text


def test_the_list_in_the_repository_is_the_one_in_the_wheel() -> None:
    """Renew it with: cp src/slidegen/_vendor/licenses.md THIRD_PARTY.md"""
    assert (ROOT / "THIRD_PARTY.md").read_text(encoding="utf-8") == (VENDOR / "licenses.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("stderr", "expected"),
    [
        ("npm error code E404\nnpm error 404 Not Found - GET /katex\nnpm error A complete log of this\n",
         "E404: 404 Not Found - GET /katex"),
        ("npm ERR! code ENOTFOUND\nnpm ERR! syscall getaddrinfo\nnpm ERR! network request to x failed\n",
         "ENOTFOUND: request to x failed"),
        ("", ""),
    ],
)  # fmt: skip
def test_npm_gives_its_reason(stderr: str, expected: str) -> None:
    """Old npm says `ERR!`, new npm says `error`."""
    assert vendor.reason(stderr) == expected


def test_unicode_range_is_the_inverse_of_parsing() -> None:
    """By hand: A, C to E."""
    assert fonts.unicode_range({0x45, 0x41, 0x43, 0x44}) == "U+0041, U+0043-0045"
    assert fonts.parse_ranges("41 43-45") == {0x41, 0x43, 0x44, 0x45}


def test_the_lock_file_pins_by_digest_and_names_no_server() -> None:
    """Each npm uses the registry that its owner has set."""
    lock = json.loads((ROOT / "web/package-lock.json").read_text(encoding="utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert [name for name, entry in packages.items() if "integrity" not in entry or "resolved" in entry] == []
    asked = lock["packages"][""]
    pins = asked["dependencies"] | asked["devDependencies"]
    assert {name: packages[f"node_modules/{name}"]["version"] for name in pins} == pins
