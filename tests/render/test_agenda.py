"""The agenda: the sections of a deck, which of them has begun, and links to them."""

from __future__ import annotations

import re

import pytest

from tests.deck_folder import DeckFolder

AGENDA = "- {layout: agenda, content: '## Plan'}\n"
ITEM = re.compile(r'<li(?: class="(\w+)")?(?: aria-current="step")?><a [^>]*href="([^"]*)"[^>]*>([^<]*)</a></li>')


def agendas(
    folder: DeckFolder, slides: str, head: str = "", output: str = "reveal"
) -> list[list[tuple[str, str, str]]]:
    """Each agenda: state, link and title of its items."""
    html = folder.build(f"{head}slides:\n{slides}", format=output).html
    return [
        ITEM.findall(listed) for listed in re.findall(r'<ol[^>]* class="agenda.*?</ol>|<ol class="agenda.*?</ol>', html)
    ]


def test_sections_are_listed_with_what_has_begun(folder: DeckFolder) -> None:
    """Before the first section all are alike. The section that the next slide begins is the current one."""
    slides = (
        f"- '# Talk'\n{AGENDA}- '# One'\n- '## a\n\n\n  b'\n{AGENDA}- '## c\n\n\n  d'\n{AGENDA}- '# Two'\n- '# Three'\n"
    )
    plan, inside, between = agendas(folder, slides)
    links = [("#/2", "One"), ("#/7", "Two"), ("#/8", "Three")]
    assert plan == [("", *link) for link in links]
    assert inside == [(state, *link) for state, link in zip(("current", "", ""), links, strict=True)]
    assert between == [(state, *link) for state, link in zip(("passed", "current", ""), links, strict=True)]


def test_links_lead_to_sections_in_both_outputs(folder: DeckFolder) -> None:
    """By the section's own name, or by its number, in Marp's output in the whole deck. Hidden slides have none."""
    slides = (
        f"{AGENDA}- {{content: '# Hidden', visibility: hidden}}\n"
        "- - '# One'\n  - {layout: section, content: '# Two'}\n- {content: '# Three', id: third}\n"
    )
    assert [link for _, link, _ in agendas(folder, slides)[0]] == ["#/1", "#/1/1", "#/third"]
    assert [link for _, link, _ in agendas(folder, slides, output="marp")[0]] == ["#2", "#3", "#third"]
    one_based = "reveal: {hashOneBasedIndex: true}\n"
    assert [link for _, link, _ in agendas(folder, slides, one_based)[0]] == ["#/2", "#/2/2", "#/third"]
    assert folder.build(f"slides:\n{slides}").built.warnings == ()


def test_without_sections_each_stack_is_one(folder: DeckFolder) -> None:
    """Its title is its first heading."""
    slides = f"{AGENDA}- - '## One\n\n\n    a'\n  - b\n- c\n- - '## Two\n\n\n    a'\n  - b\n"
    assert [title for *_, title in agendas(folder, slides)[0]] == ["One", "Two"]


def test_titles_are_text_with_their_values(folder: DeckFolder) -> None:
    """Markup and HTML of a heading become text."""
    slides = f"{AGENDA}- '# {{{{ n }}}} *ways* to <b>save</b> & `x<y`'\n"
    assert agendas(folder, slides, "vars: {n: 3}\n") == [[("", "#/1", "3 ways to save &amp; x&lt;y")]]


@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_a_deck_without_sections_has_a_mistake(folder: DeckFolder, output: str) -> None:
    """With the line of the agenda, and how to make sections."""
    message = "layout 'agenda': the deck has no sections; give slides the layout 'section', or make stacks"
    assert folder.problems(f"slides:\n- a\n{AGENDA}- b\n", format=output) == [f"talk.yml:3: {message}"]
