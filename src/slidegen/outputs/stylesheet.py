"""The colours of a deck: tokens, code and charts of the light and dark theme in one style sheet with `light-dark()`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile
from typing import Final

from pygments.token import STANDARD_TYPES, _TokenType, string_to_tokentype

from slidegen.colors import READABLE, contrast, parse_color
from slidegen.look import Fonts, Theme, ThemePair
from slidegen.measures import PLAIN_MEASURES, Measures
from slidegen.outputs.fonts import FALLBACKS, FIGURE, families

GENERIC: Final = frozenset(
    {"serif", "sans-serif", "monospace", "system-ui", "ui-serif", "ui-sans-serif", "ui-monospace", "ui-rounded"}
)
"""The families that a system has, whatever they are (CSS Fonts 4, 2.1.3)."""


def colors_css(themes: ThemePair, code: tuple[str, ...] = (".sg-line",)) -> str:
    """The custom properties (`--text`, `--chart-1`, ...) and the rules for highlighted code. `code` are the selectors
    of the elements around such code."""
    light, dark = themes.light, themes.dark
    lines = [f"  --{name}: light-dark({light.tokens[name]}, {dark.tokens[name]});" for name in light.tokens]
    pairs = zip(light.chart, dark.chart, strict=True)
    lines += [f"  --chart-{number}: light-dark({a}, {b});" for number, (a, b) in enumerate(pairs, start=1)]
    lines += [f"  --on-chart-{number}: light-dark({a}, {b});" for number, (a, b) in _on_series(light, dark)]
    lines += [f"  --{name}: {value};" for name, value in _measures(themes.measures)]
    for name, light_one, dark_one in zip(("brand", "on-brand"), *brand_colors(themes), strict=True):
        lines.append(f"  --{name}: light-dark({light_one}, {dark_one});")
    properties = "\n".join(lines)
    return f":root {{\n{properties}\n}}\n{_code_css(light, dark, code)}"


def _measures(measures: Measures) -> Iterator[tuple[str, str]]:
    """Yields the measures that are not the plain look's, which stand in the style sheets."""
    properties = {
        "space-x": (measures.side, PLAIN_MEASURES.side),
        "space-top": (measures.top, PLAIN_MEASURES.top),
        "space-bottom": (measures.bottom, PLAIN_MEASURES.bottom),
        "heading-size": (measures.heading, PLAIN_MEASURES.heading),
        "heading-below": (measures.below, PLAIN_MEASURES.below),
    }
    yield from ((name, f"{value:g}px") for name, (value, usual) in properties.items() if value != usual)
    if measures.leading != PLAIN_MEASURES.leading:
        yield "heading-leading", f"{measures.leading:g}"


def _on_series(light: Theme, dark: Theme) -> Iterator[tuple[int, tuple[str, str]]]:
    """Yields the series whose colours the colour of the page cannot be read on, with the colours of text on them."""
    for number, pair in enumerate(zip(light.chart, dark.chart, strict=True), start=1):
        found = _readable_on(pair[0], light), _readable_on(pair[1], dark)
        if found != (light.tokens["background"], dark.tokens["background"]):
            yield number, found


def _readable_on(color: str, theme: Theme) -> str:
    """The colour of words on a colour: that of the page, or that of text if only it can be read better."""
    page, text = theme.tokens["background"], theme.tokens["text"]
    ground, light, dark = map(parse_color, (color, page, text))
    if ground is None or light is None or dark is None:
        return page
    return text if contrast(ground, light) < min(READABLE, contrast(ground, dark)) else page


def brand_colors(themes: ThemePair) -> tuple[tuple[str, str], tuple[str, str]]:
    """The ground in the colour of the house and the text on it, on light and on dark pages: the colour as it is given,
    else the accent of light pages on both. The text is the light page's colour or its text's, whichever can be read,
    else white or black."""
    tokens = themes.light.tokens
    page = tokens["background"]
    if themes.brand is None:
        return (tokens["accent"], page), (tokens["accent"], page)
    choices = [page, tokens["text"], "#ffffff", "#000000"]
    known = [(choice, color) for choice in choices if (color := parse_color(choice)) is not None]
    found = []
    for ground in themes.brand:
        color = parse_color(ground)
        readable = [choice for choice, text in known if color and contrast(text, color) >= READABLE]
        found.append((ground, next(iter(readable), page)))
    return found[0], found[1]


def _code_css(light: Theme, dark: Theme, code: tuple[str, ...]) -> str:
    """One rule for each pair of colours, with the short classes of all token types that have it."""
    colors = [{string_to_tokentype(name): color for name, color in theme.code.items()} for theme in (light, dark)]
    selectors: dict[tuple[str, str], list[str]] = {}
    for kind, short in STANDARD_TYPES.items():
        found = []
        for table in colors:
            near: _TokenType | None = kind
            while near and near not in table:
                near = near.parent
            found.append(table[near] if near else "inherit")
        if found != ["inherit", "inherit"] and short:
            selectors.setdefault((found[0], found[1]), []).extend(f"{where} .{short}" for where in code)
    return "\n".join(
        f"{', '.join(names)} {{ color: var(--dim, light-dark({a}, {b})); }}" for (a, b), names in selectors.items()
    )


def fonts_css(fonts: Fonts) -> str:
    """The custom properties of the fonts. Symbols that a family lacks come before the system's own families."""
    stacks = {"text": fonts.text, "heading": fonts.heading, "code": fonts.code, "figure": FIGURE}
    values = {key: _stack(stack, fonts.also) for key, stack in stacks.items()}
    if fonts.heading is None:
        values["heading"] = "var(--font-text)"
    properties = "\n".join(f"  --font-{name}: {value};" for name, value in values.items())
    return f":root {{\n{properties}\n}}"


def _stack(stack: str | None, also: str | None) -> str:
    """A stack of families in CSS."""
    named = families(stack)
    at = next((at for at, name in enumerate(named) if name in GENERIC), len(named))
    return ", ".join((own_families(stack, also), *(name if name in GENERIC else f'"{name}"' for name in named[at:])))


def own_families(stack: str | None, also: str | None) -> str:
    """The families of a stack in CSS that come before those of the system, with those for what they lack."""
    named = takewhile(lambda name: name not in GENERIC, families(stack))
    return ", ".join(f'"{name}"' for name in dict.fromkeys((*named, *families(also), *FALLBACKS)))


def steps_css(steps: int) -> str:
    """The rules that highlight lines of a stepped code block: first those of step 1, then those of the latest step.

    They have no `--dim`, and `--lit` is their weight in looks that use it."""
    rules = [".sg-stepped .sg-line.sg-step-1 { --dim: initial; --lit: 700; }"]
    for step in range(2, steps + 1):
        shown = f'.sg-stepped .sg-code-step[data-step="{step}"].visible ~ pre .sg-line'
        rules.append(
            f"{shown} {{ --dim: var(--code-dim); --lit: initial; }}\n"
            f"{shown}:where(.sg-step-{step}) {{ --dim: initial; --lit: 700; }}"
        )
    return "\n".join(rules) if steps > 1 else rules[0]
