"""A house style without CSS: accent, logo and Quarto's `_brand.yml`."""

from __future__ import annotations

import re
import textwrap
from math import degrees

import pytest

from slidegen.colors import contrast, hex_color, oklch, parse_color, readable
from tests.deck_folder import PIXEL, PIXEL_URI, DeckFolder, Page
from tests.tiny_fonts import tiny_font

LATIN = "".join(map(chr, range(0x20, 0x7F)))
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 1"><path d="M0 0h4v1z"/></svg>'


def token(page: Page, name: str) -> tuple[str, str]:
    """The colours of a token on light and on dark pages."""
    found = re.search(rf"--{name}: light-dark\(([^,]*), ([^)]*)\);", page.html)
    assert found is not None
    return found[1], found[2]


def messages(page: Page) -> list[str]:
    """The warnings, with paths relative to the deck."""
    return [re.sub(r"^/\S*/", "", str(one)) for one in page.built.warnings]


def ratio(one: str, other: str) -> float:
    """The contrast of two colours in hex, by the formula of WCAG 2.2."""

    def luminance(color: str) -> float:
        parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_colours_are_as_css_has_them() -> None:
    """Red in OKLCH is 62.796% 0.25768 29.234 (CSS Color 4, 9.3, its sample code); black on white has 21:1."""
    lightness, chroma, hue = oklch((1, 0, 0))
    assert (lightness, chroma, degrees(hue)) == pytest.approx((0.62796, 0.25768, 29.234), abs=2e-4)
    assert contrast((0, 0, 0), (1, 1, 1)) == pytest.approx(21)
    assert parse_color("teal") == parse_color("#008080") == parse_color("rgb(0 128 128)".replace(" ", ", ", 2))
    assert parse_color("rgba(0, 0, 0, 0.5)") is parse_color("none at all") is None


@pytest.mark.parametrize("color", ["#ffcc00", "#ff0000", "#0000ff", "#00ff00", "#808080", "#ffffff", "#000000"])
@pytest.mark.parametrize("ground", ["#ffffff", "#fbfaf7", "#13171e", "#000000", "#2a4060"])
def test_a_colour_becomes_readable_with_its_hue(color: str, ground: str) -> None:
    """And stays as it is if it can be read."""
    given, page = parse_color(color), parse_color(ground)
    assert given is not None
    assert page is not None
    found = readable(given, page)
    assert ratio(hex_color(found), ground) >= 4.5
    if ratio(color, ground) >= 4.5:
        assert hex_color(found) == color
    elif oklch(given)[1] > 0.01 and oklch(found)[1] > 0.03:
        assert abs(degrees(oklch(found)[2] - oklch(given)[2])) < 8


@pytest.mark.parametrize("output", ["reveal", "marp"])
@pytest.mark.parametrize("name", ["talk.yml", "talk.md"])
def test_an_accent_is_one_colour_for_both_schemes(folder: DeckFolder, name: str, output: str) -> None:
    """Told where its contrast asks for another lightness; its quiet colour goes with it."""
    keys = 'theme: plain\naccent: "#ffcc00"\n'
    deck = f"{keys}slides: [a]\n" if name.endswith("yml") else f"---\nmarp: true\n{keys}---\na\n"
    page = folder.build(deck, name, format=output)
    light, dark = token(page, "accent")
    assert dark == "#ffcc00"
    assert ratio(light, token(page, "background")[0]) >= 4.5
    quiet = token(page, "accent-quiet")
    assert ratio(light, quiet[0]) >= 4.5
    assert ratio(dark, quiet[1]) >= 4.5
    line = 2 if name.endswith("yml") else 4
    assert messages(page) == [
        f"{name}:{line}: accent #ffcc00 is {light} on light pages, where its contrast would be less than 4.5:1"
    ]


def test_what_is_no_colour_is_told(folder: DeckFolder) -> None:
    """Once, with what is allowed."""
    assert folder.problems("title: t\naccent: blau\nslides: [a]\n") == [
        "talk.yml:2: accent is 'blau'; allowed: #rrggbb, a name of CSS, rgb() or hsl()"
    ]


@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_a_logo_is_in_the_file_once_for_each_scheme(folder: DeckFolder, output: str) -> None:
    """The theme places it; screen readers are told of it on the first slide."""
    folder.write("a.png", PIXEL)
    folder.write("b.svg", SVG)
    page = folder.build("logo: {light: a.png, dark: b.svg, alt: A & B}\nslides: [a, b]\n", format=output)
    assert f'html {{ --logo-1: url("{PIXEL_URI}"); --logo: var(--logo-1); ' in page.html
    assert page.html.count('html { --logo-2: url("data:image/svg+xml;base64,') == 1
    assert "--plate: none;" in page.html
    assert 'html[data-scheme="dark"] { --logo: var(--logo-2); ' in page.html
    assert page.html.count('<span class="sg-logo" role="img" aria-label="A &amp; B"></span>') == 1
    assert messages(page) == []
    single = folder.build("logo: a.png\nslides: [a]\n", format=output).html
    assert "html { --logo-2: var(--logo-1); --plate: linear-gradient(#" in single
    assert 'sg-logo" role' not in single


@pytest.mark.parametrize(
    ("name", "content", "ratio"),
    [
        ("a.svg", '<svg xmlns="http://www.w3.org/2000/svg" width="40px" height="10"/>', "4"),
        ("a.svg", '<svg xmlns="http://www.w3.org/2000/svg" width="100%" viewBox="-5 0 30 20"/>', "1.5"),
        ("a.png", PIXEL, "1"),
        ("a.svg", '<svg xmlns="http://www.w3.org/2000/svg"/>', None),
        ("a.svg", '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 30 0"/>', None),
    ],
)
def test_a_logo_for_light_pages_has_a_plate_on_others(
    folder: DeckFolder, name: str, content: str | bytes, ratio: str | None
) -> None:
    """In the colour of light pages and as wide as the logo is; none where its shape is unknown."""
    folder.write(name, content)
    html = folder.build(f"logo: {name}\ntheme: corporate\nslides: [a]\n").html
    if ratio is None:
        assert "--plate: none; --logo-ratio: 1;" in html
    else:
        assert f"--plate: linear-gradient(#ffffff 0 0); --logo-ratio: {ratio};" in html


@pytest.mark.parametrize("output", ["reveal", "marp"])
@pytest.mark.parametrize("theme", ["default", "gaia", "uncover"])
def test_marps_own_themes_show_a_logo(folder: DeckFolder, theme: str, output: str) -> None:
    """In front of each slide; the one for dark pages on slides that are dark."""
    folder.write("a.png", PIXEL)
    folder.write("b.svg", SVG)
    deck = f"---\nmarp: true\ntheme: {theme}\nlogo: {{light: a.png, dark: b.svg, alt: Acme}}\n---\na\n"
    page = folder.build(deck, "talk.md", format=output)
    shown = re.search(r'"content"\]\)::before \{[^}]*background: var\(--logo\)', page.html)
    assert shown is not None
    assert re.search(r":is\(\.invert, \.gaia\) \{ --logo: var\(--logo-2\);", page.html) is not None
    assert page.html.count('<span class="sg-logo" role="img" aria-label="Acme"></span>') == 1
    assert messages(page) == []


@pytest.mark.parametrize(
    ("accent", "text"), [("#ffdd33", "#161d26"), ("#0b0d17", "#ffffff"), ("#777777", "#000000"), (None, "#ffffff")]
)
def test_the_colour_of_the_house_is_a_ground_as_it_is_given(folder: DeckFolder, accent: str | None, text: str) -> None:
    """With text that can be read on it, whatever has to become of it where it is text; else the look's accent."""
    key = "" if accent is None else f'accent: "{accent}"\n'
    page = folder.build(f"theme: corporate\n{key}slides: [a]\n")
    ground = accent or token(page, "accent")[0]
    assert token(page, "brand") == (ground, ground)
    assert token(page, "on-brand") == (text, text)
    assert ratio(ground, text) >= 4.5


def test_what_is_wrong_with_a_logo_is_one_line(folder: DeckFolder) -> None:
    """A file that is missing, outside, on the network or no picture."""
    folder.write("a.txt", "a")
    folder.write("a.mp4", "a")
    for name, message in (
        ("no.png", "no file 'no.png' in the deck's folder"),
        ("../a.png", "'../a.png' is outside the deck's folder"),
        ("https://example.org/a.png", "'https://example.org/a.png' is on the network"),
        ("a.txt", "'a.txt' is not an image"),
    ):
        (found,) = folder.problems(f"logo: {name}\nslides: [a]\n")
        assert found.startswith(f"talk.yml:1: logo: {message}")
    (found,) = folder.problems("logo: a.mp4\nslides: [a]\n")
    assert found == "talk.yml:1: logo 'a.mp4' is not a picture: allowed: SVG, PNG, JPEG, WebP"
    folder.write("a.svg", "<svg xmlns='http://www.w3.org/2000/svg'><g></svg>")
    (found,) = folder.problems("logo: a.svg\nslides: [a]\n")
    assert found.startswith("talk.yml:1: logo 'a.svg' is not a picture: it is not well-formed XML: mismatched tag")


BRAND = """\
meta: {name: Acme}
color:
  palette: {green: "#0a7d5a", ink: "#12202b", paper: "#ffffff"}
  foreground: ink
  background: paper
  primary: green
  danger: {light: "#b00020", dark: "#ff8a80"}
  tertiary: green
typography:
  fonts:
    - {family: House, source: file, files: [fonts/h.ttf, {path: fonts/b.ttf, weight: 700}]}
    - {family: Open Sans, source: google}
  base: {family: Open Sans, line-height: 1.4}
  headings: House
  monospace: JetBrains Mono
logo:
  images:
    day: {path: day.svg, alt: Acme}
  small: https://example.org/icon.png
  medium: {light: day, dark: night.svg}
"""


@pytest.mark.parametrize("output", ["reveal", "marp"])
@pytest.mark.parametrize("place", ["beside", "named"])
def test_a_brand_of_quarto_is_applied(folder: DeckFolder, place: str, output: str) -> None:
    """Found beside the deck or named by it; its colours in both schemes, its fonts, its logo; the rest is told."""
    where = "" if place == "beside" else "house/"
    for name, content in (
        ("_brand.yml", BRAND.encode()),
        ("day.svg", SVG.encode()),
        ("night.svg", SVG.encode()),
        ("fonts/h.ttf", tiny_font(LATIN, family="House")),
        ("fonts/b.ttf", tiny_font(LATIN, family="House", bold=True)),
    ):
        folder.write(where + name, content)
    key = "" if place == "beside" else "brand: house/_brand.yml\n"
    page = folder.build(f"theme: plain\n{key}slides: ['# a']\n", format=output)
    assert token(page, "background") == ("#ffffff", "#12202b")
    assert token(page, "text") == ("#12202b", "#ffffff")
    assert token(page, "accent")[0] == "#0a7d5a"
    assert token(page, "bad") == ("#b00020", "#ff8a80")
    for name, least in (("text", 7), ("text-quiet", 4.5), ("accent", 4.5), ("bad", 4.5), ("rule-strong", 3)):
        for color, ground in zip(token(page, name), token(page, "background"), strict=True):
            assert ratio(color, ground) >= least, name
    assert re.search(r'--font-heading: "Deck Heading", ', page.html)
    assert len(re.findall(r'@font-face\{font-family:"Deck Heading"', page.html)) == 2
    assert len(re.findall(r"--logo-[12]: url\(", page.html)) == 2
    assert 'aria-label="Acme"' in page.html
    told = [one.partition("_brand.yml")[2] for one in messages(page)]
    assert told == [
        ": slidegen does not apply color.tertiary, typography.base.line-height; the rest of the brand is applied",
        f":6: color.primary #0a7d5a is {token(page, 'accent')[1]} on dark pages, "
        "where its contrast would be less than 4.5:1",
        ":13: font 'Open Sans' is not in the file: a built deck loads nothing from the web; give it as source: file, "
        "with its files beside the brand",
    ]


def test_keys_of_the_deck_come_before_the_brand(folder: DeckFolder) -> None:
    """And `brand: false` leaves it out."""
    folder.write("_brand.yml", 'color: {primary: "#0a7d5a"}\nlogo: no.svg\n')
    folder.write("a.svg", SVG)
    page = folder.build('theme: plain\naccent: "#7a1fa2"\nlogo: a.svg\nslides: [a]\n')
    assert token(page, "accent")[0] == "#7a1fa2"
    assert "#0a7d5a" not in page.html
    plain = folder.build("theme: plain\nbrand: false\nslides: [a]\n").html
    (folder.path / "_brand.yml").unlink()
    assert plain.replace("brand: false", "") == folder.build("theme: plain\nslides: [a]\n").html


@pytest.mark.parametrize(
    ("brand", "messages"),
    [
        ("- a\n", ["_brand.yml:1: a brand is a mapping: color, typography, logo"]),
        ("color: [a]\n", ["_brand.yml:1: color is a list; allowed: a mapping"]),
        (
            "color:\n  primary: blau\n",
            ["_brand.yml:2: color.primary is 'blau'; allowed: #rrggbb, a name of CSS, rgb() or hsl()"],
        ),
        (
            "color:\n  palette: {a: b, b: a}\n  primary: a\n  danger: 7\n  background: {light: [1]}\n",
            [
                "_brand.yml:3: color.primary is 'a'; allowed: a colour, or the name of one of the palette",
                "_brand.yml:4: color.danger is 7; allowed: a colour, or the name of one of the palette",
                "_brand.yml:5: color.background is a list; allowed: a colour, or the name of one of the palette",
            ],
        ),
        (
            "typography:\n  fonts: a.ttf\n  base: {family: [A]}\n",
            [
                "_brand.yml:2: typography.fonts is 'a.ttf'; allowed: a list of fonts",
                "_brand.yml:3: typography.base.family is a list; allowed: the name of a font",
            ],
        ),
        (
            "typography:\n  fonts:\n  - {family: A, files: a.ttf}\n  - {family: B, files: [{pth: b.ttf}]}\n",
            [
                "_brand.yml:3: typography.fonts.0.files is 'a.ttf'; allowed: a list of files",
                "_brand.yml:4: typography.fonts.1.files.0 is empty; allowed: the path of a file",
            ],
        ),
        (
            "logo:\n  medium: {light: 3, dark: {alt: x}}\n",
            [
                "_brand.yml:2: logo.medium.light is 3; allowed: the path of a picture, or its name among the images",
                "_brand.yml:2: logo.medium.dark is a mapping; allowed: the path of a picture, "
                "or its name among the images",
            ],
        ),
        ("color: {]", None),
        (
            "typography: {fonts: [{family: A, files: [no.ttf]}], base: A}\n",
            ["_brand.yml:1: no font 'no.ttf' in the deck's folder"],
        ),
        (
            "typography:\n  fonts:\n  - family: A\n    files:\n    - path: no.ttf\n  base: A\n",
            ["_brand.yml:5: no font 'no.ttf' in the deck's folder"],
        ),
        (
            "color:\n  primary: {a: 1}\n  danger: {}\n",
            [
                "_brand.yml:2: color.primary is a mapping; allowed: a colour, or one for each of light and dark",
                "_brand.yml:3: color.danger is empty; allowed: a colour, or one for each of light and dark",
            ],
        ),
        ("logo: []\n", ["_brand.yml:1: logo is a list; allowed: a mapping"]),
        (
            "logo:\n  small: []\n  medium: {light: [], dark: ''}\n",
            [
                "_brand.yml:2: logo.small is empty; allowed: the path of a picture, or its name among the images",
                "_brand.yml:3: logo.medium.light is empty; allowed: the path of a picture, "
                "or its name among the images",
                "_brand.yml:3: logo.medium.dark is empty; allowed: the path of a picture, or its name among the images",
            ],
        ),
        (
            "logo: {medium: {a: b.svg}}\n",
            [
                "_brand.yml:1: logo.medium is a mapping; allowed: the path of a picture, or its name among the images, "
                "or one for each of light and dark",
            ],
        ),
    ],
)
def test_mistakes_in_a_brand_are_those_of_its_file(folder: DeckFolder, brand: str, messages: list[str] | None) -> None:
    """With its path and line."""
    folder.write("_brand.yml", brand)
    found = folder.problems("slides: [a]\n")
    assert found == messages or (messages is None and found[0].startswith("_brand.yml:1: not valid YAML"))


def test_a_brand_may_be_empty_and_name_colours_as_css_does(folder: DeckFolder) -> None:
    """A file of comments has no mistakes, a colour of the palette comes before that of the same key, and a name for
    itself is the colour of CSS. A picture on the web for one scheme is told, and the other one is shown."""
    folder.write("_brand.yml", "# color: {primary: red}\n")
    assert not messages(folder.build("slides: [a]\n"))
    folder.write("a.svg", SVG)
    brand = "color: {palette: {primary: navy, navy: navy}, primary: primary}\n"
    folder.write("_brand.yml", f"{brand}logo: {{small: {{light: a.svg, dark: 'https://a.example/b.svg'}}}}\n")
    page = folder.build("slides: [a]\n")
    assert token(page, "accent")[0] == "#000080"
    assert messages(page)[-1].endswith(":2: the logo is on the web, and a built deck loads nothing; name a file")
    assert "--logo-1: url(" in page.html
    assert parse_color("rebeccapurple") == parse_color("rgb(102 51 153)") == parse_color("#663399")


@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_a_logo_is_on_the_slides_of_a_marp_deck(folder: DeckFolder, output: str) -> None:
    """In slidegen's themes, whose slides have no frame there, with its words on the first slide."""
    folder.write("a.svg", SVG)
    deck = "---\nmarp: true\ntheme: {}\nlogo: {{light: a.svg, alt: A & B}}\n---\n\n# a\n\n---\n\n# b\n"
    page = folder.build(deck.format("corporate"), "talk.md", format=output)
    assert page.html.count('<span class="sg-logo" role="img" aria-label="A &amp; B"></span>') == 1
    assert re.search(r"background:\s*var\(--logo, ?none\)[^;{}]*,\s*var\(--background\)", page.html)
    assert not page.built.warnings


def test_a_brand_outside_the_project_is_not_read(folder: DeckFolder) -> None:
    """Nor a file that is not there."""
    folder.write("deck/x", "")
    folder.write("_brand.yml", "color: {}\n")
    deck = textwrap.dedent("""\
        brand: ../_brand.yml
        slides: [a]
        """)
    (found,) = folder.problems(deck, "deck/talk.yml")
    assert "is outside the deck's folder" in found
    (found,) = folder.problems("brand: none.yml\nslides: [a]\n", "deck/talk.yml")
    assert found == "deck/none.yml: no such file"


@pytest.mark.parametrize("output", ["reveal", "marp"])
@pytest.mark.parametrize("name", ["talk.yml", "talk.md", "marp.md"])
def test_a_brand_may_stand_in_the_deck(folder: DeckFolder, name: str, output: str) -> None:
    """As in a file, with paths from the deck; its mistakes have the lines of the deck."""
    for path, content in (("day.svg", SVG), ("night.svg", SVG), ("fonts/h.ttf", b""), ("fonts/b.ttf", b"")):
        folder.write(path, content or tiny_font(LATIN, family="House"))
    keys = "theme: plain\n" + ("marp: true\n" if name == "marp.md" else "")
    keys += "brand:\n" + textwrap.indent(BRAND, "  ")
    deck = f"{keys}slides: ['# a']\n" if name == "talk.yml" else f"---\n{keys}---\n\n# a\n"
    line = 1 + deck[: deck.index("primary:")].count("\n")
    wrong = deck.replace("primary: green", "primary: blau")
    assert folder.problems(wrong, name, format=output) == [
        f"{name}:{line}: color.primary is 'blau'; allowed: #rrggbb, a name of CSS, rgb() or hsl()"
    ]
    page = folder.build(deck, name, format=output)
    assert token(page, "accent")[0] == "#0a7d5a"
    assert token(page, "background") == ("#ffffff", "#12202b")
    assert len(re.findall(r"--logo-[12]: url\(", page.html)) == 2
    assert re.search(r'--font-heading: "Deck Heading", ', page.html)
    assert f"{name}:{line}: color.primary #0a7d5a is {token(page, 'accent')[1]} on dark pages" in messages(page)[1]


def test_each_scheme_may_have_a_brand(folder: DeckFolder) -> None:
    """A file or a mapping: the colours of each, the logo and the fonts of the light one."""
    assert folder.problems("brand:\n  light: 3\nslides: [a]\n") == [
        "talk.yml:2: brand.light is '3'; allowed: a file or a mapping"
    ]
    assert folder.problems("brand: true\nslides: [a]\n")[0].startswith(
        "talk.yml:1: brand is true; allowed: text, a mapping or false"
    )
    folder.write("a.svg", SVG)
    folder.write("b.png", PIXEL)
    folder.write("night/b.yml", 'color: {primary: "#8fd0f2", background: "#101418"}\nlogo: ../b.png\n')
    page = folder.build(
        'brand:\n  light: {color: {primary: "#7a1fa2"}, logo: a.svg}\n  dark: night/b.yml\nslides: [a]\n'
    )
    assert token(page, "accent") == ("#7a1fa2", "#8fd0f2")
    assert token(page, "background")[1] == "#101418"
    assert f'--logo-2: url("{PIXEL_URI}");' in page.html
    assert messages(page) == []
