"""Slides of other files: `include:` in YAML decks, comments in Markdown decks, Quarto's shortcode."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from slidegen.including.numbers import IncludeError, chosen
from slidegen.pipeline import BuildOptions, preview
from tests.deck_folder import PIXEL, PIXEL_URI, DeckFolder, Page

THREE = "---\nmarp: true\n---\n# One\n\n---\n## Two\n\n---\n## Three\n"


def headings(page: Page) -> list[str]:
    """The headings of all slides."""
    return re.findall(r"<h[1-6][^>]*>(?:<[^>]*>)*([^<]*)", page.slides)


def warnings(page: Page, folder: DeckFolder) -> list[str]:
    """The warnings of a build."""
    return [str(one).replace(f"{folder.path}/", "") for one in page.built.warnings]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("", [0, 1, 2, 3]), ("2-3", [1, 2]), ("4", [3]), ("1,3-4", [0, 2, 3]), ("3-", [2, 3]), (" 2 - 2, 1", [0, 1])],
)
def test_the_numbers_of_slides(text: str, numbers: list[int]) -> None:
    """In order, from 1, each once."""
    assert list(chosen(text, 4, "a.md")) == numbers


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x", "slides 'x' cannot be read; write them as 2-5, 3, 6- or 1,3-4"),
        ("3-6", "slides 3-6: 'a.md' has 4 slides, numbered from 1"),
        ("0", "slides 0: 'a.md' has 4 slides, numbered from 1"),
        ("3-2", "slides 3-2: write the smaller number first"),
    ],
)
def test_wrong_numbers(text: str, message: str) -> None:
    with pytest.raises(IncludeError) as caught:
        chosen(text, 4, "a.md")
    assert str(caught.value) == message


def test_a_yaml_deck_includes_slides_of_others(folder: DeckFolder) -> None:
    """Stacks stay stacks; in a stack, the slides stand below each other."""
    folder.write("intro.md", THREE)
    folder.write("more.yml", "slides: ['# A', ['# B', '# C']]")
    deck = """\
        slides:
        - include: intro.md#2-3
        - include: {file: more.yml, slides: [1, 3]}
        - include: more.yml
        - ['# Top', {include: more.yml#2}]
        """
    page = folder.build(deck)
    assert headings(page) == ["Two", "Three", "A", "C", "A", "B", "C", "Top", "B"]
    assert page.slides.count("<section>\n<section") == 2


def test_a_markdown_deck_includes_slides_where_a_comment_stands(folder: DeckFolder) -> None:
    """It divides the slide around it; a note that only speaks of an include is a note."""
    folder.write("intro.md", THREE)
    folder.write("more.yml", "slides: ['# A', {content: '# B', notes: said, class: lead}]")
    deck = "# Host\n\n<!-- include: intro.md#2 -->\n\nafter\n\n<!-- include: {file: more.yml} -->\n\n"
    deck += "<!-- include: ideas -->\n"
    page = folder.build(deck, "talk.md")
    assert headings(page) == ["Host", "Two", "A", "B"]
    assert 'class="lead"' in page.slides
    assert page.notes == ["<p>said</p>", "<p>include: ideas</p>"]


def test_a_quarto_deck_includes_slides_and_text(folder: DeckFolder) -> None:
    """A file without headings is text of its slide; of another one, the title makes no slide."""
    folder.write("_list.md", "- x\n- y\n")
    folder.write("_two.qmd", "---\ntitle: T\n---\n## S1\n\n## S2\n")
    deck = "## A\n\n{{< include _list.md >}}\n\n{{< include _two.qmd >}}\n\n```\n{{< include no.md >}}\n```\n\n## B\n"
    page = folder.build(deck, "talk.qmd")
    assert headings(page)[:3] == ["A", "S1", "S2"]
    assert page.slides.index("<li>x</li>") < page.slides.index("S1")
    assert warnings(page, folder) == []


def test_values_are_those_of_the_file_unless_the_deck_gives_others(folder: DeckFolder) -> None:
    """The same file with different values; neither sees the variables of the other."""
    folder.write("part.yml", "vars: {who: nobody, n: 3}\nslides: ['# {{ who }} {{ n }}', '# {{ deck.title }}']")
    deck = """\
        title: T
        vars: {audience: course, n: 1}
        slides:
        - include: part.yml#1
        - include: {file: part.yml, vars: {who: "{{ audience | upper }}"}}
        - '# {{ n }}'
        """
    assert headings(folder.build(deck)) == ["nobody 3", "COURSE 3", "T", "1"]
    page = folder.build(deck, settings={"who": "x", "n": "9"})
    assert headings(page) == ["x 9", "COURSE 9", "T", "9"]


def test_conditions_hold_with_the_values_of_the_file(folder: DeckFolder) -> None:
    """Of a Markdown file that declares none, too."""
    folder.write("part.md", "---\nmarp: true\n---\n# For {{ who }}\n\n---\n<!-- when: who == 'staff' -->\n# Secret\n")
    deck = "slides: [{include: {file: part.md, vars: {who: all}}}, {include: {file: part.md, vars: {who: staff}}}]"
    assert headings(folder.build(deck)) == ["For all", "For staff", "Secret"]


CONDITIONAL = {
    "talk.yml": """\
        vars: {audience: talk}
        slides:
        - "# A"
        - include: three.md#2
          when: audience == "course"
        - include: {file: three.md, slides: 3, when: audience != "course"}
        """,
    "talk.md": """\
        ---
        marp: true
        vars: {audience: talk}
        ---
        # A

        ---
        <!-- when: audience == "course" -->
        <!-- include: three.md#2 -->

        ---
        <!-- include: {file: three.md, slides: 3, when: audience != "course"} -->
        """,
    "talk.org": """\
        #+OPTIONS: toc:nil num:nil title:nil
        #+SLIDEGEN: vars: {audience: talk}
        * A
        #+INCLUDE: "three.md#2" :when "audience == \\"course\\""
        #+INCLUDE: "three.md" :slides 3 :when "audience != 'course'"
        """,
}


@pytest.mark.parametrize("name", CONDITIONAL)
def test_an_include_has_a_condition(folder: DeckFolder, name: str) -> None:
    """It holds with the values of the including file; the slides of the messages count those that are there."""
    folder.write("three.md", THREE)
    assert headings(folder.build(CONDITIONAL[name], name)) == ["A", "Three"]
    assert headings(folder.build(CONDITIONAL[name], name, settings={"audience": "course"})) == ["A", "Two"]


def test_nothing_of_a_file_without_its_condition_is_computed(folder: DeckFolder) -> None:
    """Nor of those that it includes; and mistakes in its values do not stop the build."""
    folder.write("inner.yml", "vars: {y: '{{ 1 / 0 }}'}\nslides: ['{{ y }}']\n")
    folder.write("outer.yml", "vars: {x: '{{ nothing }}'}\nslides: ['{{ x }}', {include: inner.yml, when: x}]\n")
    deck = "slides: ['# A', {include: outer.yml, when: 1 > 2}]\n"
    assert headings(folder.build(deck)) == ["A"]


def test_wrong_conditions_of_includes_are_told(folder: DeckFolder) -> None:
    folder.write("a.md", THREE)
    deck = "vars: {n: 2}\nslides:\n- include: a.md\n  when: nothing\n- include: {file: a.md, when: n}\n"
    first, second = folder.problems(deck)
    assert first.startswith("talk.yml:4: when: unknown name 'nothing'")
    assert second == "talk.yml:5: when: 'n' is 2, which is not a truth value; compare it with something"


def test_tables_come_along(folder: DeckFolder) -> None:
    """Two tables of one name stay two."""
    table = "tables: {{t: {{source: data, rows: [{{a: {}}}]}}}}\n"
    table += "slides: ['{{{{ table(\"t\") }}}} {{{{ tables.t.row(a={}).a }}}}']"
    folder.write("part.yml", table.format(7, 7))
    page = folder.build(table.format(5, 5).replace("slides: [", "slides: [{include: part.yml}, "))
    assert [re.findall(r">([57])<", body) for body in page.bodies] == [["7", "7"], ["5", "5"]]


@pytest.mark.parametrize("name", ["talk.yml", "talk.md"])
def test_files_are_found_from_the_included_file(folder: DeckFolder, name: str) -> None:
    """Pictures and code of a file in another folder, in both renderers."""
    folder.write("parts/p.png", PIXEL)
    folder.write("parts/run.py", "print(41)\n")
    folder.write("parts/a.md", '---\nmarp: true\n---\n# A\n\n![](p.png)\n\n```python {file="run.py"}\n```\n')
    include = "slides: [{include: parts/a.md}]" if name == "talk.yml" else "# Host\n\n<!-- include: parts/a.md -->\n"
    page = folder.build(include, name)
    assert f'src="{PIXEL_URI}"' in page.slides
    assert ">41<" in page.slides


def test_marps_own_words_become_options(folder: DeckFolder) -> None:
    """Where slidegen renders the slides of a Marp deck: notes, classes, backgrounds, sizes."""
    folder.write("p.png", PIXEL)
    folder.write(
        "a.md",
        "---\nmarp: true\n---\n<!-- _class: lead -->\n# A\none\ntwo\n<!-- said -->\n\n---\n# B\n"
        "![bg left](p.png)\n<!-- header: Top -->\n\n---\n<!-- _backgroundColor: red -->\n![w:20](p.png)\n",
    )
    page = folder.build("slides: ['# x', {include: a.md}]")
    assert "lead" in re.findall(r'<section class="([^"]*)"', page.slides)[1].split()
    assert "<br" in page.bodies[1]
    assert page.notes == ["<p>said</p>"]
    assert "layout-image-left" in page.slides
    assert 'data-background-color="red"' in page.slides
    assert "width:20px" in page.slides
    assert warnings(page, folder)[0].startswith("a.md:11: header: is not applied")


def test_mistakes_have_the_lines_of_their_file(folder: DeckFolder) -> None:
    """In the text, in expressions, in files that it loads, and of files that cannot be included."""
    folder.write("a.yml", "slides:\n- |\n  # A\n\n  {{ nope }}\n- '![](gone.png)'\n- include: b.md#7\n")
    folder.write("b.md", "# B\n")
    folder.write("intro.md", "# x")
    deck = """\
        slides:
        - include: a.yml
        - include: intr.md
        - include: {file: c.yml, vars: {wh: 1}}
        - include: ../x.md
        - include: https://example.org/x.md
        """
    folder.write("c.yml", "vars: {who: 1}\nslides: [a]")
    found = folder.problems(deck)
    assert sorted(message.split(";")[0].split("available")[0].strip() for message in found) == [
        "a.yml:5: unknown name 'nope'",
        "a.yml:6: slide 2: no file 'gone.png' in the deck's folder",
        "a.yml:7: include: slides 7: 'b.md' has 1 slide, numbered from 1",
        "talk.yml:3: include: no file 'intr.md'",
        "talk.yml:4: include: 'c.yml' has no variable 'wh'",
        "talk.yml:5: include: the file '../x.md' is outside the deck's folder",
        "talk.yml:6: include: 'https://example.org/x.md' is on the network",
    ]
    assert any("did you mean 'intro.md'?" in message for message in found)


@pytest.mark.parametrize(
    ("deck", "name"),
    [("---\nmarp: true\n---\n\n<!-- include: x.md -->\n", "talk.md"), ("slides: [{include: x.md}]", "talk.yml")],
)
def test_a_deck_whose_only_slides_are_missing_is_told(folder: DeckFolder, deck: str, name: str) -> None:
    """In both outputs."""
    for output in ("reveal", "marp"):
        (message,) = folder.problems(deck, name, format=output)
        assert "include: no file 'x.md'" in message


def test_a_circle_of_files_is_told_with_all_of_them(folder: DeckFolder) -> None:
    folder.write("a.yml", "slides: [x, {include: b.yml}]")
    folder.write("b.yml", "slides:\n- y\n- include: a.yml\n")
    found = folder.problems("slides: [{include: a.yml}]")
    assert found == ["b.yml:3: include: a file cannot include itself: a.yml -> b.yml -> a.yml"]


def test_files_that_include_each_other_many_times_are_refused(folder: DeckFolder) -> None:
    """Ten files, each twice the next: a thousand slides of nothing."""
    for number in range(9):
        folder.write(f"a{number}.yml", f"slides: [{{include: a{number + 1}.yml}}, {{include: a{number + 1}.yml}}]")
    folder.write("a9.yml", "slides: [x]")
    found = folder.problems("slides: [{include: a1.yml}]")
    assert all("a deck includes files at most 200 times" in message for message in found)


def test_the_slides_of_messages_are_those_of_the_whole_deck(folder: DeckFolder) -> None:
    """And a page that is served knows the file and the line of each slide, and hears of changes of all files."""
    folder.write("a.yml", "slides:\n- one\n- 'two <b>'\n")
    path = folder.write("talk.yml", "slides:\n- first\n- include: a.yml\n- last\n")
    reads: set[Path] = set()
    made = preview(str(path), BuildOptions(offline=True, reads=reads))
    assert [Path(name).name for name in made.files] == ["talk.yml", "a.yml", "a.yml", "talk.yml"]
    assert made.lines == (2, 2, 3, 4)
    assert folder.path / "a.yml" in reads
    (warning,) = made.warnings
    assert (Path(warning.path or "").name, warning.line, warning.slide) == ("a.yml", 3, 3)


def test_a_file_in_another_language_says_so_on_its_slides(folder: DeckFolder) -> None:
    folder.write("a.yml", "lang: de\nslides: ['# Hallo']")
    page = folder.build("slides: [x, {include: a.yml}]")
    assert '<section class="layout-section" lang="de"' in page.slides
