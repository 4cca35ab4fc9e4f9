"""What `build --refresh` says about the numbers that it changes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.said import objects, run

MODEL = "Qwen/Qwen2-1.5B"
DECK = f"""\
tables: {{t: {{source: memory, models: {MODEL}, method: [full, lora]}}}}
slides:
- '{{{{ table("t") }}}}'
- '# {{{{ tables.t.row("{MODEL}", method="full").total | gib }}}}'
"""


@pytest.fixture
def talk(here: Path) -> Path:
    """A built deck, whose record is then as if another version of a library had made it: with 10 GiB in all."""
    (here / "talk.yml").write_text(DECK)
    first = run("build", "talk.yml", "--refresh", "--offline")
    assert "refreshed:" not in first.stderr
    record = here / "talk.record.json"
    content = json.loads(record.read_text())
    for result in content["results"]:
        result["versions"]["transformers"] = "4.0.0"
        at = [key for key, _, _ in result["columns"]].index("total")
        result["rows"][0][at] = 10 * 2**30
    record.write_text(json.dumps(content))
    return record


def test_a_refresh_says_what_changed(talk: Path) -> None:
    """How many numbers, why, the largest of them, and how to see all. A second one changes nothing."""
    lines = run("build", "talk.yml", "--refresh", "--offline").stderr.splitlines()
    at = next(at for at, line in enumerate(lines) if line.startswith("refreshed: "))
    assert lines[at].startswith("refreshed: 2 changes on 2 slides; ")
    assert "  transformers 4.0.0 -> 5.23.0 (2)" in lines
    assert any("10.00" in line and "11.50" in line and "(+15.0 %)" in line for line in lines)
    assert lines[-1] == "  slidegen diff talk.yml lists all changes since the last commit"
    again = run("build", "talk.yml", "--refresh", "--offline").stderr
    assert "refreshed: nothing changed; " in again
    assert talk.is_file()


def test_a_quiet_refresh_and_one_for_programs(talk: Path) -> None:
    """No line, and one object."""
    before = talk.read_text()
    assert "refreshed" not in run("build", "talk.yml", "--refresh", "--offline", "--quiet").stderr
    talk.write_text(before)
    found = objects(run("build", "talk.yml", "--refresh", "--offline", "--messages", "json").stderr)
    (one,) = [one for one in found if one["code"] == "refreshed"]
    assert (one["severity"], one["path"]) == ("info", "talk.yml")
    assert "transformers 4.0.0 -> 5.23.0 (2)" in one["message"]


def test_a_build_that_does_not_write_the_record(talk: Path) -> None:
    """It changes no number of the record, and says nothing of it."""
    for more in (["--set", "x=1"], ["-o", "/dev/null"], []):
        arguments = ["build", "talk.yml", "--offline", *more, *(["--refresh"] if more else [])]
        assert "refreshed" not in run(*arguments).stderr
    assert "4.0.0" in talk.read_text()
