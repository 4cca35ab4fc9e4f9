"""Every entry of the list is built, in both dialects and for both outputs, and what happens is what the list says."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.attacks.listed import KINDS, OUTPUTS, Attack, attacks
from tests.deck_folder import DeckFolder

ATTACKS = attacks()
USUAL = (("deck.yml", "reveal"), ("deck.md", "marp"))
"""Where a slide is built in every run; the other two with the slow tests."""
BUILDS = [
    pytest.param(
        attack,
        deck,
        output,
        id=f"{attack.id}-{deck}-{output}",
        marks=[pytest.mark.slow] if attack.kind == "slide" and (deck, output) not in USUAL else [],
    )
    for attack in ATTACKS
    for deck in KINDS[attack.kind]
    for output in OUTPUTS
]
NEVER = "meta[http-equiv=refresh i], base, link, iframe, frame, object, embed, portal, fencedframe, template, [ping]"
LOADED = "[src], [poster], [data], [background], [srcset], [data-src], [data-background-iframe]"


def test_the_list_is_long_and_each_name_is_there_once() -> None:
    """At least the kinds that its themes name."""
    assert len({attack.id for attack in ATTACKS}) == len(ATTACKS) > 150


@pytest.mark.parametrize(("attack", "deck", "output"), BUILDS)
def test_what_happens(folder: DeckFolder, attack: Attack, deck: str, output: str) -> None:
    """The deck is refused, or what is not harmless is left out and told; the page holds none of it."""
    said, html = attack.build(folder, deck, output)
    assert sorted(said) == sorted(attack.expected(deck, output))
    if html:
        assert_inert(html)


def assert_inert(html: str) -> None:
    """Nothing in the page runs but slidegen's own scripts, and nothing in it loads or leads away by itself."""
    policy = re.search(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', html)
    assert policy is not None
    page = LexborHTMLParser(html)
    for script in page.css("script"):
        text = script.text() or ""
        own = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() in policy[1]
        assert own or script.attributes.get("type") == "application/json", text[:200]
    assert [node.html for node in page.css(NEVER)] == []
    for node in page.css("body *"):
        assert [name for name in node.attributes if name.startswith("on")] == []
        for name in ("href", "xlink:href", "action", "formaction"):
            assert not re.match(r"[\s\x00-\x1f]*(java|vb)script:", node.attributes.get(name) or "", re.IGNORECASE)
    for node in page.css(LOADED):
        for name in ("src", "poster", "data", "background", "srcset", "data-src", "data-background-iframe"):
            assert (node.attributes.get(name) or "data:").startswith(("data:", "#")), node.html
