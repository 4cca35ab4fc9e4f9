"""What the pages of all outputs share: the policy, the templates, the themes' own styles."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, Template

from slidegen.model import DeckOptions, Text
from slidegen.outputs.assets import Assets
from slidegen.themes import ThemePair

HERE = Path(__file__).parent
# What a raw HTML slide might ask for is refused by the browser too. Frames are the speaker view's previews.
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:; "
    "media-src data: blob:; frame-src 'self' file: blob:; base-uri 'none'; form-action 'none'"
)


@cache
def template(name: str) -> Template:
    """A page's template, compiled. Outputs ask for theirs when they are loaded, while V8 still starts."""
    environment = Environment(loader=FileSystemLoader(HERE), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.get_template(name)


def script(name: str) -> str:
    """A script that is slidegen's own."""
    return (HERE / name).read_text(encoding="utf-8")


def theme_styles(themes: ThemePair, assets: Assets) -> list[str]:
    """The rules of the themes' own `reveal.css`, with what they load inlined."""
    styles = []
    for theme in (themes.light, themes.dark):
        if theme.css:
            sheet = Assets(theme.folder, "refuse")
            css = sheet.css(theme.css, Text(theme.css, str(theme.folder / "reveal.css"), 1))
            styles.append(css.replace("</", r"<\/"))  # an end of <style> in a string is none
            assets.problems.extend(sheet.problems)
    return styles


def scheme(themes: ThemePair) -> str | None:
    """The scheme that a page opens with; None follows the system."""
    return None if themes.default == "auto" else themes.default


def metadata(options: DeckOptions, more: dict[str, str]) -> list[tuple[str, str]]:
    """The page's `<meta>`: author, description, and what link previews read."""
    found = {
        "author": options.author or more.get("author"),
        "description": options.description or more.get("description"),
        "keywords": more.get("keywords"),
        "og:title": options.title or more.get("title"),
        "og:description": options.description or more.get("description"),
        "og:image": more.get("image"),
        "og:url": more.get("url"),
    }
    return [(name, content) for name, content in found.items() if content]
