"""What the pages of all outputs share: the content security policy, the head, the themes' own styles."""

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
# The browser refuses whatever a slide might load, and runs only slidegen's scripts. The speaker view needs frames.
POLICY = (
    "default-src 'none'; script-src {scripts}; style-src 'unsafe-inline'; img-src data: blob:; font-src data:; "
    "media-src data: blob:; frame-src 'self' file: blob:; base-uri 'none'; form-action 'none'"
)


@dataclass(frozen=True, slots=True)
class Script:
    """One of slidegen's own scripts in a page."""

    code: str

    @property
    def html(self) -> str:
        """The `<script>` element."""
        return f"<script>{self.text}</script>"

    @property
    def text(self) -> str:
        """The content of the element, whose hash the policy lists."""
        return f"\n{self.code}\n"


# Not a Jinja template: importing and compiling one takes longer than rendering a small deck.
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
    """Makes a page. `root` has the attributes of `<html>`, without those that are None; `head` and `body` are HTML and
    scripts.

    Only these scripts run, and those in `opened`, which belong to windows that the page opens. With `any_script`, the
    deck's own scripts run as well.
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
    """The hash of a script for the policy (CSP Level 3, "hash-source")."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def style_tag(css: str) -> str:
    """A style sheet as an element. A `</style>` in a string or comment of it is escaped."""
    return f"<style>\n{raw_text(css)}\n</style>"


def json_text(value: object) -> str:
    """JSON that is safe inside `<script>`."""
    return json.dumps(value).replace("<", "\\u003c")


def script(*names: str) -> str:
    """The text of slidegen's own scripts, joined."""
    return "".join((HERE / name).read_text(encoding="utf-8") for name in names)


def theme_styles(themes: ThemePair, assets: Assets) -> list[str]:
    """The style sheets of the themes' own `reveal.css`, with what they load inlined."""
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
    """The colour scheme that a page opens with; None follows the system."""
    return None if themes.default == "auto" else themes.default


def metadata(options: DeckOptions, more: dict[str, str]) -> list[tuple[str, str]]:
    """The names and contents of the page's `<meta>`: author, description, and the properties of link previews."""
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
