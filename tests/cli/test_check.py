"""`slidegen check`: what it looks at, what it calls a mistake, and its exit codes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest

from slidegen.cli import main
from tests.cli.conftest import Shell
from tests.cli.said import alone, objects, run

pytestmark = pytest.mark.usefixtures("here")
LONG = "word " * 3000


def checked(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs the command in a process of its own: another test's browser may be open in this one."""
    return subprocess.run([sys.executable, "-m", "slidegen", "check", *arguments], capture_output=True, text=True)


@pytest.mark.browser
def test_decks_are_checked_as_they_are_built(here: Path) -> None:
    """Several, in any format and theme; a mistake of one does not keep the others from being looked at."""
    Path("a.md").write_text("# caf\u00c3\u00a9\n\n" + "long " * 3)
    Path("b.yml").write_text("slides: [1]")
    Path("c.yml").write_text("slides: [b, c]")
    done = checked("a.md", "b.yml", "c.yml", "--format", "marp", "--fix-encoding")
    assert done.returncode == 1
    assert done.stdout.splitlines() == ["a.md: 1 slide, nothing runs off", "c.yml: 2 slides, nothing runs off"]
    assert done.stderr.splitlines() == [
        "error: b.yml:1: slides.0 is 1; allowed: text, a mapping or a list (put it in quotes)"
    ]
    done = checked("a.md", "--theme", "gaia", "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert sorted(path.name for path in here.iterdir()) == ["a.md", "b.yml", "c.yml"]


@pytest.mark.browser
def test_a_deck_is_checked_with_its_scripts(here: Path) -> None:
    """Which say something on the console, a warning, only when they are kept; an uncaught exception is a mistake."""
    Path("a.yml").write_text("slides:\n  - |\n    a\n\n    <script>console.error('broken')</script>\n")
    Path("b.yml").write_text("slides:\n  - |\n    a\n\n    <script>throw new Error('broken')</script>\n")
    done = checked("a.yml", "b.yml", "--allow-scripts")
    assert (done.returncode, done.stdout) == (1, "a.yml: 1 slide, nothing runs off\n")
    assert done.stderr.splitlines() == [
        f"{severity}: {name}.yml: message on the browser's console: broken"
        for severity, name in (("warning", "a"), ("error", "b"))
    ]
    done = checked("a.yml")
    assert (done.returncode, done.stdout) == (0, "a.yml: 1 slide, nothing runs off\n")
    assert done.stderr == "warning: a.yml:5: <script> is left out with its text; --allow-scripts keeps it\n"


def test_a_deck_is_checked_with_every_option_that_it_is_built_with() -> None:
    """But for those that say where it is built to; its tables are printed with every option of their values."""
    options = {}
    with click.Context(main) as context:
        for name in ("build", "check", "tables"):
            command = main.get_command(context, name)
            assert command is not None
            options[name] = {flag for parameter in command.params for flag in parameter.opts}
    assert options["build"] - options["check"] == {"-o", "--output", "--output-dir"}
    assert options["check"] - options["build"] == {"--slides", "--ignore", "--rules"}
    assert options["check"] - options["tables"] == {
        *("decks", "--slides", "--ignore", "--rules", "--theme", "--scheme", "--theme-set", "--fonts"),
        *("--inline-media", "--claims"),
        *("--allow-scripts", "--fetch-remote", "--fetch-private", "--allow-remote-missing"),
    }
    assert len(options["check"]) > 15


@pytest.mark.browser
def test_check_looks_at_some_slides(shell: Shell) -> None:
    """Mistakes of the other slides are not shown."""
    shell.write("a.yml", f"slides:\n- a\n- {LONG}\n-\n  - b\n  - <b>\n")
    done = shell.run("check", "a.yml", "--slides", "1,3-")
    assert (done.returncode, done.stdout) == (0, "a.yml: 3 of 4 slides, nothing runs off\n")
    assert done.stderr.startswith("warning: a.yml:6: <b> is not closed")
    done = shell.run("check", "a.yml", "--slides", "-2", "--messages", "json")
    assert (done.returncode, done.stdout) == (1, "")
    found = objects(done.stderr)
    assert {(one["code"], one["line"], one["slide"]) for one in found} == {("runs-off", 3, 2)}
    done = shell.run("check", "a.yml", "--slides", "4-5")
    assert (done.returncode, done.stderr) == (1, "error: a.yml: --slides 4-5: the deck has 4 slides; allowed: 1 to 4\n")
    assert alone(shell, "check", "a.yml", "--slides", "5") == (1, ["slide-range"])


@pytest.mark.parametrize("given", ["0", "a", "3-2", "", "1,,2", "--", "1-2-3", "0-4", "-", "1.5"])
def test_slides_are_numbers_and_ranges(given: str) -> None:
    """Anything else is wrong usage."""
    done = run("check", "a.yml", "--slides", given)
    assert done.exit_code == 2
    assert "Invalid value for '--slides'" in done.stderr


@pytest.mark.browser
def test_check_fails_for_errors_only(shell: Shell) -> None:
    """What a script says is a warning; what it does not catch, and what it loads, are errors."""
    shell.write("a.yml", "slides:\n- \"<script>console.log('x')</script>\"\n")
    assert alone(shell, "check", "a.yml", "--allow-scripts") == (0, ["console-message"])
    shell.write("b.yml", 'slides:\n- "<script>nope()</script>"\n')
    shell.write("c.yml", "slides:\n- \"<script>new Image().src = 'http://127.0.0.1:9/x.png'</script>\"\n")
    code, found = alone(shell, "check", "b.yml", "c.yml", "--allow-scripts")
    assert (code, {"page-error", "network-request"} - set(found)) == (1, set())


@pytest.mark.browser
@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_what_is_set_smaller_is_reported(here: Path, output: str) -> None:
    """Once for each slide, at its line, and only for the slides that are looked at; it is no mistake."""
    wide = f"| {' | '.join(['w' * 7] * 8)} |\n    |{'---|' * 8}\n    | {' | '.join(['w' * 7] * 8)} |\n"
    Path("a.yml").write_text(f"slides:\n  - |\n    | a |\n    |---|\n    | b |\n  - |\n    {wide}")
    done = checked("a.yml", "--format", output)
    assert (done.returncode, done.stdout) == (0, "a.yml: 2 slides, nothing runs off\n")
    assert done.stderr == "warning: a.yml:7: slide 02: a table is set in 20 px, so that it fits\n"
    if output == "reveal":
        assert checked("a.yml", "--slides", "1").stderr == ""
