"""pandoc's syntax of citations. The parts of each were compared with pandoc 3.9's JSON."""

from __future__ import annotations

import pytest

from slidegen.citations.syntax import Citation, Cited, citations


def only(text: str) -> Citation:
    """The only citation in a text."""
    (found,) = citations(text)
    return found


@pytest.mark.parametrize(
    ("text", "works"),
    [
        ("x [@a] y", (Cited("a"),)),
        ("[@a, p. 3]", (Cited("a", label="page", locator="3"),)),
        ("[@a, pp. 33-35, 38]", (Cited("a", label="page", locator="33-35, 38"),)),
        ("[@a 12]", (Cited("a", label="page", locator="12"),)),
        ("[see @a; @b, ch. 2]", (Cited("a", "see "), Cited("b", label="chapter", locator="2"))),
        ("[-@a]", (Cited("a", without_author=True),)),
        ("[@a, sec. IV and more]", (Cited("a", "", ", sec. IV and more"),)),
        ("[@a, chap. 3 and passim]", (Cited("a", "", " and passim", "chapter", "3"),)),
        ("[@{https://x.org/a?b=c}]", (Cited("https://x.org/a?b=c"),)),
        ("[@doe:99_a.b-c]", (Cited("doe:99_a.b-c"),)),
    ],
)
def test_brackets_hold_works(text: str, works: tuple[Cited, ...]) -> None:
    """Prefix, key, locator and suffix of each."""
    assert only(text).works == works
    assert not only(text).in_sentence


def test_a_key_in_a_sentence() -> None:
    """With a locator in brackets after it; the full stop of the sentence is not the key's."""
    found = only("As @knuth84 [p. 3] says.")
    assert (found.works, found.in_sentence) == ((Cited("knuth84", label="page", locator="3"),), True)
    assert only("says @knuth84.").works == (Cited("knuth84"),)


def test_a_sign_that_opens_no_tag_hides_no_citation() -> None:
    """As in "p < 0.05"."""
    assert [one.works[0].key for one in citations("p < 0.05 [@a], n <5, as @b says")] == ["a", "b"]


def test_a_citation_in_the_words_of_a_picture_is_text() -> None:
    """As pandoc reads it; the address of the picture holds none."""
    found = list(citations("![@a, see [@b]](c@d.png 'by @e')"))
    assert [(one.works[0].key, one.attribute) for one in found] == [("a", True), ("b", True), ("e", True)]


@pytest.mark.parametrize(
    "text",
    [
        "me@mail.org", r"\@handle", "`[@a]`", "$x_{[@a]}$", "<!-- [@a] -->", "```python\n@decorator\n```",
        "[@a](https://x.org)", "<a title='@a'>x</a>", "https://x.org/@user", "@fig-one and [@tbl-two]", "[x]: @", "@ a",
        "<b title='[@a]'>",
    ],
)  # fmt: skip
def test_what_is_no_citation(text: str) -> None:
    """Addresses, code, formulas, comments, links, cross references."""
    assert not list(citations(text))
