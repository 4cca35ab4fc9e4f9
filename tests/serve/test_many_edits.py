"""Two thousand edits in a row: none is lost, the memory stays bounded, no process stays."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.serve.conftest import Live, Server, until

pytestmark = [pytest.mark.browser, pytest.mark.unix, pytest.mark.slow]

EDITS = 2000
SLIDES = 30
WARM = 300
"""After how many edits the memory is compared with that at the end: engines and caches have filled by then."""
MOST_GROWTH = 60_000
"""How many kB it may grow until then."""


def deck(edit: int, chance: random.Random) -> str:
    """A deck in which an edit changes one slide; now and then there is a mistake, or another number of slides."""
    at = chance.randrange(SLIDES)
    slides = [f"  - |\n    ## Slide {number}\n\n    Text with $x_{{{number}}}$.\n" for number in range(SLIDES)]
    slides[at] = f"  - |\n    ## Edit {edit}\n\n    - one\n    - two {chance.random()}\n"
    if edit % 10 == 7:
        slides.insert(at, f"  - |\n    ## More {edit}\n")
    if edit % 50 == 3:
        slides[0] = "  - |\n    ## {{ mistake }}\n"
    return "title: Many edits\nslides:\n" + f"  - '# Number {edit}'\n" + "".join(slides)


def memory(pid: int) -> int:
    """The resident memory of a process in kB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0])


def test_two_thousand_edits(server: Server, show: Callable[[str], Live]) -> None:
    if not Path("/proc/self/status").exists():
        pytest.skip("the memory of a process is read from /proc")
    chance = random.Random(5)
    server.write(deck(0, chance))
    served = server.start("--quiet", "talk.yml")
    live = show(served.url)
    path, warm = server.folder / "talk.yml", 0
    for edit in range(1, EDITS + 1):
        text = deck(edit, chance)
        if edit % 3:
            path.write_text(text)
        else:
            other = path.with_name(".talk.yml.new")
            other.write_text(text)
            other.replace(path)
        wrong = edit % 50 == 3
        expected = 1 if wrong else 0
        shown = f"document.querySelector('.slides h1').textContent === 'Number {edit}'"
        rows = "document.querySelector('slidegen-panel').shadowRoot.querySelectorAll('.row').length"
        live.wait(f"{rows} === {expected}" if wrong else f"{shown} && {rows} === 0")
        if edit == WARM:
            warm = memory(served.process.pid)
    assert memory(served.process.pid) - warm < MOST_GROWTH
    assert live.page.evaluate("Reveal.getTotalSlides()") == SLIDES + 1
    assert live.page.evaluate("document.querySelectorAll('.slides > section').length") == SLIDES + 1
    children = until(lambda: list(Path(f"/proc/{served.process.pid}/task").iterdir()))
    assert all(not (task / "children").read_text().strip() for task in children)
    assert served.end() == 0
