"""What the pages of all outputs share: the policy, the head, the themes' own styles."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from slidegen.markup import raw_text
from slidegen.model import DeckOptions, Text
from slidegen.outputs.asset_files import AssetFiles
from slidegen.outputs.assets import Assets
from slidegen.themes import STYLES, ThemePair
from slidegen.version import __version__

HERE = Path(__file__).parent
# What a slide might ask for is refused by the browser too, and no script runs but ours. Frames are the speaker view's.
POLICY = (
    "default-src 'none'; script-src {scripts}; style-src 'unsafe-inline'; img-src data: blob:; font-src data:; "
    "media-src data: blob:; frame-src 'self' file: blob:; base-uri 'none'; form-action 'none'"
)


@dataclass(frozen=True, slots=True)
class Script:
    """A script of slidegen's own in a page."""

    code: str

    @property
    def html(self) -> str:
        """Its element."""
        return f"<script>{self.text}</script>"

    @property
    def text(self) -> str:
        """What stands in the element, which the policy names by its hash."""
        return f"\n{self.code}\n"


# Not Jinja's, whose import and compiler take a small deck longer than its slides.
PAGE = """\
<!doctype html>
<html{root}>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta http-equiv="x-dns-prefetch-control" content="off">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="slidegen {version}">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
{head}
</head>
<body>
{body}
</body>
</html>"""


def page(
    root: Mapping[str, str | None],
    title: str,
    meta: Sequence[tuple[str, str]],
    head: Iterable[str | Script],
    body: Iterable[str | Script],
    opened: Iterable[str] = (),
    any_script: bool = False,
) -> str:
    """A page. `root` has the attributes of `<html>`, those that are None left out; `head` and `body` HTML and scripts.

    Only these scripts run, and those in `opened`, which stand in windows that the page opens; with `any_script` those
    of the deck, too.
    """
    head, body = list(head), list(body)
    own = [part.text for part in (*head, *body) if isinstance(part, Script)]
    scripts = "'unsafe-inline'" if any_script else " ".join(map(_hash, (*own, *opened)))
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in root.items() if value is not None)
    metas = [f'<meta {"property" if ":" in n else "name"}="{n}" content="{escape(content)}">' for n, content in meta]
    return PAGE.format(
        root=attributes,
        policy=POLICY.format(scripts=scripts),
        version=__version__,
        title=escape(title, quote=False),
        head="\n".join((*metas, *map(_part, head))),
        body="\n".join(map(_part, body)),
    )


def _part(part: str | Script) -> str:
    return part.html if isinstance(part, Script) else part


def _hash(text: str) -> str:
    """A script in a policy (CSP Level 3, "hash-source")."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def style_tag(css: str) -> str:
    """A style sheet in the page; an end of `<style>` in a string or a comment of it is none."""
    return f"<style>\n{raw_text(css)}\n</style>"


def json_text(value: object) -> str:
    """JSON that can stand inside `<script>`."""
    return json.dumps(value).replace("<", "\\u003c")


def script(*names: str) -> str:
    """Scripts that are slidegen's own, one after the other."""
    return "".join((HERE / name).read_text(encoding="utf-8") for name in names)


def theme_styles(themes: ThemePair, assets: Assets) -> list[str]:
    """The rules of the themes' own `reveal.css`, with what they load inlined."""
    styles = []
    for theme in (themes.light, themes.dark):
        if theme.css:
            sheet = Assets(AssetFiles(theme.project, assets.files.remote, theme.folder))
            css = sheet.css(theme.css, Text(theme.css, str(theme.folder / STYLES), 1))
            styles.append(css)
            assets.problems.extend(sheet.problems)
            assets.warnings.extend(sheet.warnings)
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
