"""Everything that a slide would load becomes part of the file, or is a mistake: nothing is left to the network."""

from __future__ import annotations

import base64
import os
import re
from pathlib import Path

import pytest

from slidegen.outputs.loading import may_load
from tests.deck_folder import PIXEL, PIXEL_URI, WAYS, DeckFolder

NETWORK = "is on the network; --fetch-remote inlines it, --allow-remote-missing shows a placeholder"
IFRAME = "<iframe> loads another page, which a single file cannot hold"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path id="p" d="M0 0"/></svg>'


@pytest.mark.unix
@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("../secret.png", f"'../secret.png' is outside the deck's folder; copy the file into it{WAYS}"),
        ("a/../../secret.png", f"'a/../../secret.png' is outside the deck's folder; copy the file into it{WAYS}"),
        ("/etc/hostname", f"'/etc/hostname' is outside the deck's folder; copy the file into it{WAYS}"),
        ("%2e%2e/secret.png", f"'%2e%2e/secret.png' is outside the deck's folder; copy the file into it{WAYS}"),
        ("..%2Fsecret.png", f"'..%2Fsecret.png' is outside the deck's folder; copy the file into it{WAYS}"),
        ("..%5Csecret.png", "no file '..%5Csecret.png' in the deck's folder"),
        ("file:///etc/hostname", "only files of the deck's folder can be inlined, not 'file:///etc/hostname'"),
        ("FILE:secret.png", "only files of the deck's folder can be inlined, not 'FILE:secret.png'"),
        ("ftp://x/a.png", "only files of the deck's folder can be inlined, not 'ftp://x/a.png'"),
        ("c:/a.png", "only files of the deck's folder can be inlined, not 'c:/a.png'"),
        ("a%00.png", "no file 'a%00.png' in the deck's folder"),
        ("b" * 5000 + ".png", f"no file '{'b' * 5000}.png' in the deck's folder"),
        ("link.png", f"'link.png' is outside the deck's folder; copy the file into it{WAYS}"),
        ("loop.png", "no file 'loop.png' in the deck's folder"),
        (
            "inside/linked/secret.png",
            f"'inside/linked/secret.png' is outside the deck's folder; copy the file into it{WAYS}",
        ),
        ("inside", "'inside' cannot be read: is a folder"),
        ("nope.png", "no file 'nope.png' in the deck's folder"),
        ("notes.txt", "'notes.txt' is not an image, video, audio or font"),
        ("talk.yml", "'talk.yml' is not an image, video, audio or font"),
    ],
)
def test_only_media_inside_the_decks_folder_can_be_shown(folder: DeckFolder, url: str, message: str) -> None:
    """Whatever leads out of it, and however that is written; the message has the line of the image."""
    secret = folder.write("secret.png", PIXEL)
    deck = DeckFolder(folder.path / "deck")
    deck.write("notes.txt", "a")
    deck.write("inside/a.png", PIXEL)
    (deck.path / "link.png").symlink_to(secret)
    (deck.path / "loop.png").symlink_to(deck.path / "loop.png")
    (deck.path / "inside" / "linked").symlink_to(folder.path)
    assert deck.slide_problems(f"a\n\n![b]({url})") == [f"talk.yml:5: slide 1: {message}"]
    assert deck.slide_problems(f"a\n\n<img\nsrc='{url}'>") == [f"talk.yml:6: slide 1: {message}"]


@pytest.mark.parametrize(
    "url",
    ["a.png", "./a.png", "b/../a.png", "a.png?x=1", "a.png#x", "%61.png", "b/c%20d.png", "<b/c d.png>", "\u00e9.png"],
)
def test_media_inside_the_folder_become_part_of_the_file(folder: DeckFolder, url: str) -> None:
    """With any way to write their path, and through links that stay inside."""
    for name in ("a.png", "b/c d.png", "\u00e9.png"):
        folder.write(name, PIXEL)
    assert f'<img src="{PIXEL_URI}" alt="x">' in folder.slide(f"![x]({url})").slides


@pytest.mark.unix
def test_a_link_that_stays_inside_is_followed(folder: DeckFolder) -> None:
    """It leads to a file of the deck."""
    (folder.path / "link.png").symlink_to(folder.write("a.png", PIXEL))
    assert PIXEL_URI in folder.slide("![x](link.png)").slides


REMOTE = {
    "double quotes": '<img src="URL">',
    "single quotes": "<img src='URL'>",
    "no quotes": "<img src=URL>",
    "capitals": "<IMG SRC=URL>",
    "lines": '<img\nsrc="URL"\nalt="a">',
    "spaces": '<img src =  "URL">',
    "slash": '<div><img/src="URL"></div>',
    "after a quote": '<div><img alt="a"src="URL"></div>',
    "sign in a quote": '<img alt=">" src="URL">',
    "quote in a quote": "<img alt='\"' src='URL'>",
    "broken quotes": '<div><img alt="a"b" src="URL"></div>',
    "broken name": '<div><img =a src="URL"></div>',
    "entities": '<img src="&#104;ttp&#x3a;//x/a.png">',
    "tabs": '<img src="h&Tab;ttp://x/a.png">',
    "newlines": '<img src="ht\ntp://x/a.png">',
    "spaces around": '<img src=" URL ">',
    "no scheme": '<img src="//x/a.png">',
    "scheme in capitals": '<img src="HTTP://x/a.png">',
    "second": '<img src="a.png" data-src="URL">',
    "after a comment": '<!--> <img src="URL"> -->',
    "after a comment's end": '<!-- a --!> <img src="URL">',
    "video": '<video src="URL"></video>',
    "poster": '<video poster="URL"></video>',
    "source": '<audio><source src="URL"></audio>',
    "track": '<video><track src="URL"></video>',
    "input": '<input type="image" src="URL">',
    "table": '<table background="URL"><tr><td>a</td></tr></table>',
    "unknown tag": '<foo src="URL"></foo>',
    "xlink": '<svg><image xlink:href="URL"/></svg>',
    "gradient": '<svg><linearGradient href="URL"/></svg>',
    "fill": '<svg><rect fill="url(URL)"/></svg>',
    "mask": "<svg><rect mask=\"url('URL')\"/></svg>",
    "filter": '<svg><filter><feImage href="URL"/></filter></svg>',
    "style": '<p style="background: url(URL)">a</p>',
    "style in quotes": "<p style=\"background: url('URL')\">a</p>",
    "style entities": '<p style="background: url(&quot;URL&quot;)">a</p>',
    "style capitals": '<p style="background: URL( URL )">a</p>'.replace("URL(", "Url("),
    "style escape": '<p style="background: url(htt\\70://x/a.png)">a</p>',
    "style escaped name": '<p style="background: u\\72l(URL)">a</p>',
    "style tag": "<style>p { background: url(URL) }</style>",
    "style tag escaped": "<style>p { background: \\000075 rl(URL) }</style>",
    "open style tag": "<style>p { background: url(URL) }",
    "style tag's end": "<style>@font-face { src: url(URL) }</STYLE >",
    "slide in a slide": '<section data-background-image="URL">a</section>',
    "background video": '<section data-background-video="URL">a</section>',
    "lightbox": '<a href="#" data-preview-image="URL">a</a>',
}


@pytest.mark.parametrize("html", REMOTE.values(), ids=REMOTE.keys())
def test_whatever_loads_something_from_the_network_is_refused(folder: DeckFolder, html: str) -> None:
    """As a browser reads HTML, not as it is usually written."""
    folder.write("a.png", PIXEL)
    (message,) = folder.slide_problems(f"<div>\n\n{html.replace('URL', 'http://x/a.png')}\n\n</div>")
    assert re.fullmatch(
        rf"talk\.yml:\d: slide 1: '\s*(ht\\[tn]?tp|h\\ttp|http|HTTP)?:?//x/a\.png\s*' {re.escape(NETWORK)}", message
    )


@pytest.mark.parametrize(
    ("html", "message"),
    [
        ('<iframe src="a.html"></iframe>', "<iframe>: no file 'a.html' in the deck's folder"),
        ("<IFRAME\nSRCDOC=a>", IFRAME),
        ("<div><iframe/src=a></iframe></div>", IFRAME),
        ('<object data="a.svg"></object>', "<object> loads another document; use an image"),
        ('<embed src="a.svg">', "<embed> loads another document; use an image"),
        ('<img srcset="a.png 2x">', "srcset names several files; use src"),
        ('<svg><set attributeName="href" to="http://x"/></svg>', "<set> of a href loads a file"),
        ('<svg><animate attributeName="xlink:href" values="http://x"/></svg>', "<animate> of a href loads a file"),
        ("<p style=\"background:image-set('http://x' 1x)\">", "only url() may name a file in CSS"),
        ("<style>p{background:-webkit-image-set('x' 1x)}</style>", "only url() may name a file in CSS"),
        ('<svg><use href="a.svg#x"/></svg>', "<use> shows parts of this page only; name one as #id"),
        ("<p style=\"background:src('http://x')\">", "only url() may name a file in CSS"),
        ("<style>p{background:url(http://x</style>", "a url() is not closed or contains unescaped characters"),
        ("<style>p{background:url(\"http://x}</style>", "a url() is not closed or contains unescaped characters"),
    ],
)  # fmt: skip
def test_what_a_single_file_cannot_hold_is_refused(folder: DeckFolder, html: str, message: str) -> None:
    """With a way out where there is one."""
    assert f"talk.yml:3: slide 1: {message}" in folder.slide_problems(html)


@pytest.mark.parametrize(
    "html",
    [
        '<a href="http://x/a.png">a</a>',
        '<svg><use href="#a"></use><rect fill="url(#b)"></rect></svg>',
        '<!-- <img src="http://x/a.png"> -->',
        '<textarea>&lt;img src="http://x"&gt;</textarea>',
        "<style>a::after { content: '<img src=http://x>' }</style>",
        '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" title="a &gt; b">',
        '<p title="url(http://x)">a</p>',
        "a &lt; b and c &gt; d",
        '<video controls="" autoplay="autoplay" loop=""></video>',
    ],
)
def test_what_loads_nothing_is_left_as_it_is(folder: DeckFolder, html: str) -> None:
    """Links, fragments and comments."""
    body = folder.slide(f"<div>\n{html}\n</div>").body
    assert html in body


def test_local_files_in_styles_and_attributes_are_inlined(folder: DeckFolder) -> None:
    """In quotes of any kind."""
    folder.write("a b.png", PIXEL)
    html = "<div style=\"color: red; background: url('a b.png')\"><style>p { background: url(a\\ b.png) }</style></div>"
    body = folder.slide(html).body
    assert body.count(PIXEL_URI) == 2
    assert 'style="color: red; background: url(&quot;data:' in body


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("background: {image: http://x/a.png}", f"'http://x/a.png' {NETWORK}"),
        ("background: ../a.png", f"'../a.png' is outside the deck's folder; copy the file into it{WAYS}"),
        ("background: 'linear-gradient(red, blue), url(http://x)'", f"'http://x' {NETWORK}"),
        ("background: {color: 'url(http://x)'}", f"'http://x' {NETWORK}"),
        ("background: {color: 'u\\72l(http://x)'}", f"'http://x' {NETWORK}"),
        ("attributes: {data-background-image: http://x}", f"'http://x' {NETWORK}"),
    ],
)
def test_backgrounds_are_checked_like_images(folder: DeckFolder, options: str, message: str) -> None:
    """In every key that may hold one."""
    assert folder.problems(f"slides:\n- content: a\n  {options}\n") == [f"talk.yml:3: slide 1: {message}"]


def test_backgrounds_are_inlined(folder: DeckFolder) -> None:
    """With their options; quotes in them do not end the attribute."""
    folder.write("a.png", PIXEL)
    page = folder.build(
        "slides:\n- content: b\n  background: {image: a.png, size: 'x\" onload=\"', position: top, opacity: 0.5}\n"
    )
    assert (
        f'data-background-image="{PIXEL_URI}" data-background-size="x&quot; onload=&quot;" '
        'data-background-position="top" data-background-opacity="0.5"'
    ) in page.slides


def test_a_slides_options_cannot_leave_their_attributes(folder: DeckFolder) -> None:
    """Classes, data and the deck's own texts are escaped."""
    page = folder.build(
        """\
        title: "</title><script>"
        author: "\\"><script>"
        description: "\\"><script>"
        reveal: {autoAnimateEasing: "</script><script>"}
        slides:
        - {content: a, class: 'b"><script>', attributes: {data-x: '"><script>'}}
        """
    )
    head, _, body = page.html.partition("<body>")
    assert "<script>" not in page.slides
    assert head.count("<script>") == 1
    assert '<meta name="author" content="&quot;&gt;&lt;script&gt;">' in head
    assert "\\u003c/script>\\u003cscript>" in body


def test_svg_files_can_stand_inside_the_page(folder: DeckFolder) -> None:
    """Twice too: their ids are told apart, also from those of a file with the same name."""
    for name in ("a.svg", "b/a.svg"):
        folder.write(name, SVG)
    body = folder.slide("![x](a.svg){.inline width=50%}\n\n![](a.svg){.inline} ![](b/a.svg){.inline}").body
    assert body.count("<svg ") == 3
    assert len(set(re.findall(r'<path id="([^"]*)"', body))) == 3
    assert 'aria-label="x"' in body


def test_an_image_of_the_whole_file_is_a_data_uri(folder: DeckFolder) -> None:
    """An SVG that is not asked to stand in the page, say."""
    folder.write("a.svg", SVG)
    assert (
        f'src="data:image/svg+xml;base64,{base64.b64encode(SVG.encode()).decode()}"' in folder.slide("![](a.svg)").body
    )


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_no_image(folder: DeckFolder) -> None:
    """Reading one would wait for ever."""
    os.mkfifo(folder.path / "a.png")
    assert folder.slide_problems("![](a.png)") == [
        "talk.yml:3: slide 1: 'a.png' cannot be read: is a named pipe, not a file"
    ]
    os.mkfifo(folder.path / "a.svg")
    assert folder.slide_problems("![](a.svg){.inline}") == [
        "talk.yml:3: slide 1: image 'a.svg': 'a.svg' cannot be read: is a named pipe, not a file"
    ]


def test_an_image_has_a_limit(folder: DeckFolder) -> None:
    """A file of holes takes no room on the disk, and would fill the memory."""
    for name in ("a.png", "a.svg"):
        with (folder.path / name).open("wb") as file:
            file.truncate(2**40)
    assert folder.slide_problems("![](a.png) ![](a.svg){.inline}") == [
        "talk.yml:3: slide 1: 'a.png' cannot be read: is larger than 100 MB",
        "talk.yml:3: slide 1: image 'a.svg' cannot be read: is larger than 100 MB",
    ]


def test_all_mistakes_of_a_deck_are_told_with_their_lines(folder: DeckFolder) -> None:
    """Each image at its own."""
    text = "a ![](b.png)\n\n![](c.png)\n\n<p style='background: url(d.png)'>\n"
    assert folder.slide_problems(text) == [
        "talk.yml:3: slide 1: no file 'b.png' in the deck's folder",
        "talk.yml:5: slide 1: no file 'c.png' in the deck's folder",
        "talk.yml:7: slide 1: no file 'd.png' in the deck's folder",
    ]


def test_a_theme_may_use_the_files_of_its_own_folder(folder: DeckFolder) -> None:
    """And others of the project, but none outside it."""
    folder.write("themes/a/theme.yml", "scheme: light\n")
    folder.write("themes/a/reveal.css", ".x { background: url(b.png) }")
    folder.write("themes/a/b.png", PIXEL)
    assert f'.x {{ background: url("{PIXEL_URI}") }}' in folder.slide("a", "theme: themes/a\n").html
    folder.write("c.png", PIXEL)
    folder.write("themes/a/reveal.css", ".y { background: url(../../c.png) }")
    assert f'.y {{ background: url("{PIXEL_URI}") }}' in folder.slide("a", "theme: themes/a\n").html
    folder.write("themes/a/reveal.css", "\n.x { background: url(../../../c.png) }")
    Path(folder.path / "build" / "talk.html").unlink()
    (folder.path / "build").rmdir()
    (message,) = folder.slide_problems("a", "theme: themes/a\n")
    assert (
        message == f"themes/a/reveal.css:2: '../../../c.png' is outside the deck's folder; copy the file into it{WAYS}"
    )


@pytest.mark.parametrize(
    ("html", "loads"),
    [
        (r'<annotation encoding="application/x-tex">\mathcal{L}_{1}=-\sum</annotation>', False),
        ('<span class="kn">import</span> a preview', False),
        ('<p><a href="https://x/">a</a></p>', False),
        ('<a href="https://x/" style="background: url(a.png)">a</a>', True),
        ('<svg><image xlink:href="a.png"></image></svg>', True),
        ('<use href="a.svg#b">', True),
        (r'<p style="background: \75 rl(a.png)">', True),
        (r"<p STYLE='fill: \75 rl(a.png)'>", True),
        ('<style>@import "a.css"</style>', True),
        ('<object data="a.svg">', True),
        ('<img srcset="a.png 2x">', True),
        ('<section data-preview-image="a.png">', True),
    ],
)
def test_only_a_slide_that_may_load_something_is_read_as_a_tree(html: str, loads: bool) -> None:
    """A link is followed by a click, and a formula loads nothing."""
    assert may_load(html) is loads
