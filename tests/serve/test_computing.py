"""What takes long to compute: place-holders, progress, and what happens meanwhile."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from tests.extension import installed
from tests.serve.conftest import Live, Served, Server, until

pytestmark = [pytest.mark.browser, pytest.mark.unix]
Show = Callable[[str], Live]

DECK = """
vars: {{letters: {letters}}}
tables:
  t: {{source: letters, letters: "{{{{ letters }}}}", log: {log}}}
slides:
  - |
    # First
  - |
    ## Table

    {{{{ table("t") }}}}
  - |
    ## Value

    The first code is {{{{ tables.t.row(letter="a").code }}}}{more}.
"""


def deck(server: Server, letters: str = "[a, b]", more: str = "") -> str:
    """A deck with a slow table."""
    return DECK.format(letters=letters, more=more, log=server.folder / "log")


def hold(server: Server, letters: str) -> None:
    """Letters that are not finished until none are held."""
    server.write(letters, "log.hold")


def start(server: Server) -> Served:
    """Starts the server beside the package with the slow source."""
    points = {"letters": "tests.tables.letters:LETTERS"}
    return server.start(environment=installed(server.folder / "installed", "slidegen.table_sources", points))


def test_place_holders_stand_where_values_are_computed(server: Server, show: Show) -> None:
    server.write(deck(server))
    hold(server, "ab")
    served = start(server)
    live = show(served.url)
    assert live.page.locator(".slidegen-pending.alone").inner_text() == "computing"
    assert live.panel(".row") == []
    assert "First" in live.text()
    assert "The first code is …." in live.page.evaluate("Reveal.getSlides()[2].textContent")
    live.wait("document.querySelector('slidegen-panel').shadowRoot.querySelector('.chip.computing')")
    # An edit meanwhile is shown at once.
    live.after(lambda: served.write(deck(server, more=" (a)")))
    assert "(a)" in live.page.evaluate("Reveal.getSlides()[2].textContent")
    hold(server, "b")
    live.wait("document.querySelector('slidegen-panel').shadowRoot.textContent.includes('1 of 2')")
    hold(server, "")
    live.wait("document.querySelector('.slides table')")
    assert live.page.locator(".slidegen-pending").count() == 0
    assert "97" in live.page.evaluate("Reveal.getSlides()[2].textContent")
    live.wait("!document.querySelector('slidegen-panel').shadowRoot.querySelector('.chip.computing')")
    record = json.loads((server.folder / "talk.record.json").read_text())
    assert [entry["rows"][0] for entry in record["results"]] == [["a", 97], ["b", 98]]


def test_what_cannot_be_computed_is_a_mistake_on_the_page(server: Server, show: Show) -> None:
    server.write(deck(server, "[a, '!']"))
    served = start(server)
    live = show(served.url)
    live.wait("document.querySelector('slidegen-panel').shadowRoot.querySelector('.row')")
    assert "! is no letter" in live.panel(".row")[0]
    served.write(deck(server))
    live.wait("document.querySelector('.slides table')")
    assert live.panel(".row") == []


def test_ctrl_c_ends_the_processes_that_compute(server: Server) -> None:
    server.write(deck(server))
    hold(server, "ab")
    served = start(server)
    children = until(lambda: _workers(served.process.pid), "a process computes")
    assert served.end() == 0
    until(lambda: not any(_runs(pid) for pid in children), "no process is left")


def _workers(pid: int) -> list[int]:
    """The processes that a process has started."""
    found = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            found += [int(one) for one in path.read_text().split()]
    return found


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    with suppress(OSError):
        return ") Z" not in Path(f"/proc/{pid}/stat").read_text()
    return False
