"""What the pages of all outputs share: the content security policy, the head, the themes' own styles."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterator, Sequence
from html import escape
from pathlib import Path

from slidegen.languages.words import BUILT, words
from slidegen.look import ThemePair
from slidegen.markup import raw_text
from slidegen.model import DeckOptions, Text
from slidegen.outputs.asset_files import AssetFiles
from slidegen.outputs.assets import Assets
from slidegen.outputs.media import has_media
from slidegen.outputs.motion import has_motion
from slidegen.rendered import Page, Script
from slidegen.source_lines import without_lines
from slidegen.version import __version__

HERE = Path(__file__).parent
SPARED = re.compile(r"^[ \t]*//.*\n|^[ \t]+", re.MULTILINE)
"""What nobody needs in a page: whole lines of comments, and indents."""
TABSET = re.compile(r'<div[^<>]* class="tabset\b')
TAKING_TURNS = re.compile(r'<[a-z][^<>]* class="(?:tabset|[^"]*\br-stack)\b')
FIT_TEXT = re.compile(r'<[a-z][^<>]* class="[^"]*\br-fit-text\b')
PRESENTING = ("words.js", "pace.js", "speaker.js", "present.js", "access.js")
"""The scripts for presenting: three that come before the player of the page, and two after it."""
# The browser refuses whatever a slide might load, and runs only slidegen's scripts. The speaker view needs frames.
POLICY = (
    "default-src 'none'; script-src {scripts}; style-src 'unsafe-inline'; img-src data: blob:; font-src data:; "
    "media-src data: blob:{clips}; frame-src 'self' file: blob:; base-uri 'none'; form-action 'none'"
)


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


def page_html(page: Page, shown: Callable[[str], str] = without_lines, *, more: Sequence[str | Script] = ()) -> str:
    """Writes a page. `shown` makes the final HTML of a slide, `more` is added at the end of the body.

    Only the page's own scripts run. With `any_script`, the deck's own scripts run as well. A page with `more` may also
    send requests to where it comes from.
    """
    head = [*map(style_tag, page.styles), *page.head]
    data = [f'<script type="application/json" id="{name}">{text}</script>' for name, text in page.data.items()]
    after = [*page.after, *data, *page.scripts, *more]
    own = [part.text for part in (*head, *page.before, *after) if isinstance(part, Script)]
    scripts = "'unsafe-inline'" if page.any_script else " ".join(map(_hash, own))
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in page.root.items() if value is not None)
    meta = [
        f'<meta {"property" if ":" in name else "name"}="{name}" content="{escape(content)}">'
        for name, content in page.meta
    ]
    clips = " 'self' file:" if page.clips_beside else ""
    policy = POLICY.format(scripts=scripts, clips=clips) + ("; connect-src 'self'" if more else "")
    return PAGE.format(
        root=attributes,
        policy=policy,
        version=__version__,
        title=escape(page.title, quote=False),
        head="\n".join((*meta, *map(_part, head))),
        body="\n".join(
            (*filter(None, [page.text]), *map(_part, page.before), *_slides(page, shown), *map(_part, after))
        ),
    )


def _slides(page: Page, shown: Callable[[str], str]) -> Iterator[str]:
    for stack in page.stacks:
        slides = map(shown, stack)
        yield "\n".join(("<section>", *slides, "</section>") if page.nested and len(stack) > 1 else slides)


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


def words_data(lang: str) -> tuple[str, ...]:
    """The words of the interface for words.js, if there are any in the language of the page."""
    found = {english: text for english, text in words(lang).items() if english not in BUILT}
    return (f'<script type="application/json" id="slidegen-words">{json_text(found)}</script>',) if found else ()


def scripts(player: str, slides: Sequence[str]) -> str:
    """The text of all scripts of a page whose slides `player` shows."""
    needed = {
        "media.js": has_media(slides),
        "tabs.js": any(map(TABSET.search, slides)),
        "paper.js": any(map(TAKING_TURNS.search, slides)),
        "motion.js": has_motion(slides),
    }
    more = [name for name, needs in needed.items() if needs]
    fitting = ("fit.js", "fit_text.js") if any(map(FIT_TEXT.search, slides)) else ("fit.js",)
    return script(*PRESENTING[:3], "phone.js", "links.js", "legible.js", *fitting, player, *PRESENTING[3:], *more)


def script(*names: str) -> str:
    """The text of slidegen's own scripts or style sheets, joined, without comments and indents."""
    return SPARED.sub("", "".join((HERE / name).read_text(encoding="utf-8") for name in names))


def theme_styles(themes: ThemePair, assets: Assets, *, reveal: bool) -> list[str]:
    """The theme's own style sheets for an output, which may be that of reveal.js, with what they load inlined."""
    styles = []
    for sheet in themes.sheets:
        if sheet.css and (reveal or not sheet.reveal):
            own = Assets(AssetFiles(sheet.project, assets.files.remote, sheet.path.parent))
            styles.append(own.css(sheet.css, Text(sheet.css, str(sheet.path), 1)))
            assets.problems.extend(own.problems)
            assets.warnings.extend(own.warnings)
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
