"""Front matters of Markdown decks: where they end, and keys that are nearly right."""

from __future__ import annotations

from pathlib import Path

import pytest

from slidegen.errors import DeckError
from slidegen.model import Deck, Source
from slidegen.project import Project
from slidegen.sources import parse
from tests.deck_folder import DeckFolder

FOREIGN_LINES = (
    "layout tags categories category draft permalink slug weight aliases subtitle institute bibliography css",
    "highlighter drawings mdc fonts class info execute jupyter toc output published cover sidebar authors",
    "series summary lastmod type outputs cascade menu params images resources excerpt classes teaser comments",
    "redirect_from nav_order parent defaults collection locale ref csl nocite documentclass geometry fontsize",
    "mainfont linkcolor colorlinks toc-depth header-includes include-before aspectratio navigation colortheme",
    "logo titlegraphic incremental revealjs-url editor filters number-sections code-fold abstract",
    "copyright license citation listing date-modified date-format language subject engine lineNumbers",
    "routerMode aspectRatio canvasWidth favicon themeConfig selectable record colorSchema monaco download",
    "titleTemplate hideInToc src routeAlias clicks addons htmlAttrs cssclasses cssclass publish created",
    "modified kanban-plugin banner id title_meta hide_title sidebar_label sidebar_position pagination_label",
    "pagination custom_edit_url unlisted last_update hero features navbar outline lastUpdated editLink head",
    "pageClass jupytext kernelspec numbering exports thumbnail venue name about labels assignees email version",
    "narrator comment icon link script import attribute translation photos updated path data site state event",
    "venue speaker conference duration styles video audio",
)
FOREIGN = [key for line in FOREIGN_LINES for key in line.split()]
"""Keys of Jekyll, Hugo, Quarto, pandoc, Slidev, Obsidian, Docusaurus, VitePress, MyST, LiaScript and others."""


def deck_of(text: str) -> Deck:
    """The deck of a Markdown text."""
    return parse(Source(Path("talk.md"), "talk.md", text, Project.of(Path())))


def warnings(text: str) -> list[str]:
    """What looks wrong in a Markdown deck."""
    return [str(warning) for warning in deck_of(text).warnings]


def slides(text: str) -> list[str]:
    """The text of each slide."""
    return [slide.content.text.strip() for stack in deck_of(text).stacks for slide in stack]


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        *(("tabels", "tables"), ("table", "tables"), ("tabel", "tables"), ("vras", "vars"), ("var", "vars")),
        *(("figurs", "figures"), ("paginat", "paginate"), ("pagniate", "paginate"), ("them", "theme")),
        *(("heading_divider", "headingDivider"), ("heading-divider", "headingDivider"), ("formt", "format")),
        *(("backgroundcolor", "backgroundColor"), ("backgroudImage", "backgroundImage"), ("titel", "title")),
        *(("autor", "author"), ("fotter", "footer"), ("haeder", "header"), ("lnag", "lang"), ("colour", "color")),
        *(("_clas", "_class"), ("_background_color", "_backgroundColor"), ("_theme", "theme"), ("Vars", "vars")),
        *(("revealoptions", "revealOptions"), ("seperator", "separator"), ("vertical_separator", "verticalSeparator")),
        *(("revael", "reveal"), ("discription", "description"), ("transtion", "transition"), ("mrap", "marp")),
    ],
)
def test_a_key_that_is_nearly_one_of_ours_is_a_warning(key: str, meant: str) -> None:
    """With its line."""
    told = warnings(f"---\nmarp: true\n# words\n{key}: x\n---\na")
    assert told == [f"talk.md:4: unknown key {key!r}; did you mean {meant!r}?"]


def test_keys_of_other_programs_are_nobodys_business() -> None:
    """More than a hundred of them, alone and with an exact key beside them."""
    assert len(set(FOREIGN)) > 100
    assert warnings("---\n" + "".join(f"{key}: x\n" for key in dict.fromkeys(FOREIGN)) + "---\na") == []


def test_every_directive_is_known() -> None:
    """Marp's, scoped ones too, slidegen's own and reveal-md's."""
    keys = (
        "theme style headingDivider size math title author description keywords url image marp paginate header footer"
    )
    keys += (
        " class color backgroundColor backgroundImage _class _paginate _backgroundSize _header revealOptions separator"
    )
    assert warnings("---\n" + "".join(f"{key}: ''\n" for key in keys.split()) + "reveal: {}\nvars: {}\n---\na") == []


@pytest.mark.parametrize(
    ("comment", "told"),
    [
        ("<!-- paginat: true -->", ["talk.md:3: unknown directive 'paginat'; did you mean 'paginate'?"]),
        ("<!--\nclass: x\n_backgroundcolor: red\n-->",
         ["talk.md:5: unknown directive '_backgroundcolor'; did you mean '_backgroundColor'?"]),
        ("<!-- note: say hello -->", []),
        ("<!-- Theme: what this talk is about -->", []),
        ("<!-- them: they are late\nand words -->", []),
        ("```html\n<!-- paginat: true -->\n```", []),
        ("<!-- paginate: true -->", []),
    ],
)  # fmt: skip
def test_a_comment_that_is_nearly_a_directive_is_a_warning(comment: str, told: list[str]) -> None:
    """Only where all of it is made of directives; speaker notes are left alone."""
    assert warnings(f"# A\n\n{comment}\n") == told


@pytest.mark.parametrize(
    "text",
    [
        "---\nmarp: true\n\n# A\n",
        "---\ntitle: x\nlayout: y\n\n# A\n",
        "---\nvars:\n  a: 1\n# A\n",
        "---\nlayout: post\n",
        "---\n\ntheme: gaia\n\n# A\n",
        "---\ntheme: gaia\nSome text\n",
        "--- \nmarp: true\n  ---\n# A\n",
    ],
)
def test_a_front_matter_that_nothing_closes_is_a_mistake(text: str) -> None:
    """Told at the line where it begins."""
    with pytest.raises(DeckError) as caught:
        deck_of(text)
    assert str(caught.value) == "talk.md:1: the front matter is not closed; it ends with a line ---"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("---\n\n# A\n", ["", "# A"]),
        ("---\n\nText\n\n---\n\n# B\n", ["", "Text", "# B"]),
        ("---\n\n# A\n\n---\n\n# B\n", ["", "# A", "# B"]),
        ("---\n\n- a\n\n---\n\nb\n", ["", "- a", "b"]),
        ("---\nHello: this is a talk\n\n# B\n", ["", "Hello: this is a talk\n\n# B"]),
        ("---\n", ["", ""]),
        ("---", ["", ""]),
        ("# A\n\n---\ntitle: x\n", ["# A", "title: x"]),
    ],
)
def test_a_deck_may_begin_with_a_ruler(text: str, expected: list[str]) -> None:
    """Nothing of it is lost."""
    assert slides(text) == expected
    assert warnings(text) == []


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("---\n---\n# A\n", None),
        ("---\n\n---\n# A\n", None),
        ("---\n# note\n---\n# A\n", None),
        ("---\ntitle: x\n...\n# A\n", "x"),
        ("---\ntitle: x\n...  \n\n# A\n", "x"),
        ("---\n\n# note\n\ntitle: x\n---\n# A\n", "x"),
        ("---\ntitle: |-\n  x\n  ---\n  ...\n  y\n---\n# A\n", "x\n---\n...\ny"),
        ("---  \n'title': x\n---\t\n# A\n", "x"),
        ("---\ntitle: x\n-----\n# A\n", "x"),
        ("----\ntitle: x\n---- \n# A\n", "x"),
    ],
)
def test_a_front_matter_ends_at_its_line(text: str, title: str | None) -> None:
    """At dashes, as many as begin it or more, or at YAML's dots; all at the left edge. It may be empty."""
    assert slides(text) == ["# A"]
    assert deck_of(text).options.title == title


def test_a_front_matter_without_a_line_is_empty() -> None:
    """The next ruler divides slides."""
    assert slides("---\n---\n# A\n\n---\n# B\n") == ["# A", "# B"]


def test_dots_on_a_slide_end_no_front_matter() -> None:
    """They are text there."""
    assert slides("---\ntitle: x\n---\n# A\n\n...\n\n---\nb") == ["# A\n\n...", "b"]


def test_a_front_matter_may_have_a_mark_and_line_ends_of_windows(folder: DeckFolder) -> None:
    """Its values are used."""
    page = folder.build(b"\xef\xbb\xbf---\r\nvars:\r\n  a: 7\r\n---\r\n# A {{ a }}\r\n", "talk.md")
    assert "A 7</h1>" in page.html


def test_a_heading_at_the_end_of_a_front_matter_is_a_warning() -> None:
    """There it is a comment; a line of dashes was forgotten. A key that is commented out is none."""
    told = "talk.md:4: '# A' is a comment of the front matter, not a heading; is a line --- missing before it?"
    assert warnings("---\nmarp: true\n\n# A\n\n---\n\n# B\n") == [told]
    assert warnings("---\nmarp: true\n\n# theme: gaia\n---\n\n# B\n") == []
    assert warnings("---\nmarp: true\n# words\n---\n\n# B\n") == []
    assert warnings("---\nmarp: true\nlang: en\n# A\n\n---\n\n# B\n") == [told]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("\n\n---\nmarp: true\ntheme: gaia\n---\n# A\n", 3),
        (" ---\ntitle: x\n---\n# A\n", 1),
        ("----\ntitle: x\n---\n# A\n", 1),
        ("<!-- a\nb -->\n---\nvars: {a: 1}\n---\n# A\n", 3),
    ],
)
def test_a_front_matter_that_is_not_first_is_a_warning(text: str, line: int) -> None:
    """Its keys are text of a slide, as in Marp."""
    told = f"talk.md:{line}: this is text of a slide; a front matter begins with --- in the deck's first line"
    assert warnings(text) == [told]


@pytest.mark.parametrize("text", ["\n---\n\ntitle: x\n\n---\n", "# A\n\n---\ntitle: x\n---\n", "----\nNote: x\n---\n"])
def test_a_ruler_and_words_are_no_front_matter(text: str) -> None:
    """Nothing is told."""
    assert warnings(text) == []


@pytest.mark.parametrize(
    ("text", "name", "line"),
    [
        ("# A\n\n{{ table('t') }}", "table(", 3),
        ("# A\n\nx {{ memory('a/b',\n method='full').total | gib }}", "memory(", 3),
        ("a\n\n---\n\n`{{ table('t') }}`\n\n{{ (tables.t.rows | first).x }}", "tables.", 7),
        ("{{ 3 * quantization('m').bits }}", "quantization(", 1),
        ("{{- chart('t') -}}", "chart(", 1),
        ("a\n{{ table ('t') }}", "table(", 2),
        ("{% set m = memory('m') %}{{ m.total }}", "memory(", 1),
        ("{{ tables['t'].rows }}", "tables.", 1),
        ("<!-- {{ parameters('m').size }} -->", "parameters(", 1),
        ("---\nvars: {}\n---\n{{ fits('m').card }}", "fits(", 4),
    ],
)
def test_values_in_a_deck_that_declares_nothing_are_a_warning(
    folder: DeckFolder, text: str, name: str, line: int
) -> None:
    """Its text is not expanded, as in Marp; the first such expression is told."""
    told = [str(one).replace(f"{folder.path}/", "") for one in folder.build(text.encode(), "talk.md").built.warnings]
    assert told == [
        f"talk.md:{line}: {{{{ {name} is shown as it is written, because the deck's front matter declares no tables:, "
        "vars: or figures:"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "`{{ table('t') }}`\n\n```\n{{ memory('m') }}\n```\n",
        "{{ x }} {{ user.table }} {{ stable(3) }} {{ my_table(3) }} {{ a.table(3) }}",
        "---\nvars: {a: 1}\n---\n{{ a }}",
        "table('t') and tables.t",
    ],
)
def test_other_braces_are_no_warning(folder: DeckFolder, text: str) -> None:
    """Code, other programs' templates, and decks that declare something."""
    assert folder.build(text.encode(), "talk.md").built.warnings == ()
