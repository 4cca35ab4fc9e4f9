"""`slidegen themes`: the list, and the deck of specimens in a theme."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import get_args

import pytest
from click.testing import CliRunner, Result

from slidegen.cli import main
from slidegen.cli.themes import SPECIMEN
from slidegen.figures import FIGURES
from slidegen.model import Layout
from slidegen.pipeline import BuildOptions, build
from slidegen.themes import builtin_names
from tests.extension import Builder

LOOK = "description: As green as grass\nschemes:\n  light: {tokens: {accent: '#006600'}}\n"


def run(*arguments: str) -> Result:
    """Runs the command."""
    return CliRunner().invoke(main, ["themes", *arguments])


@pytest.mark.parametrize("arguments", [(), ("list",)])
def test_the_built_in_themes_are_listed(arguments: tuple[str, ...]) -> None:
    """With schemes, a line of words, and where they come from."""
    done = run(*arguments, *(("--format", "json") if arguments else ()))
    names = ["plain (also auto, dark, light)" if name == "plain" else name for name in builtin_names()]
    if arguments:
        rows = {row["name"]: row for row in json.loads(done.stdout)}
        assert set(rows) == set(names)
        assert rows["academic"]["schemes"] == "light, dark"
        assert all(row["description"] and row["where"] == "slidegen" for row in rows.values())
    else:
        found = [line.split("  ")[0] for line in done.stdout.splitlines()[2:]]
        assert sorted(found) == sorted(names)


def test_themes_of_other_packages_are_listed(tmp_path: Path) -> None:
    """With their folders; one with a mistake is told, and does not hide the others."""
    builder = Builder(tmp_path, "slidegen.themes", {"ocean": "tests.themes.ocean", "green": "green", "bad": "bad"})
    for name, text in (("green", LOOK), ("bad", "scheme: drak\n")):
        (builder.installed / name).mkdir()
        (builder.installed / name / "theme.yml").write_text(text, encoding="utf-8")
    done = builder.run("themes", "list", "--format", "json")
    rows = {row["name"]: row for row in json.loads(done.stdout)}
    assert rows["green"]["description"] == "As green as grass"
    assert rows["green"]["where"] == str(builder.installed / "green")
    assert rows["ocean"]["schemes"] == "dark"
    assert "academic" in rows
    assert "bad" not in rows
    assert done.returncode == 1
    assert "scheme is 'drak'" in done.stderr


def test_a_theme_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a file named after it, with the scheme and the output of the options."""
    monkeypatch.chdir(tmp_path)
    done = run("show", "bold")
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [str(Path("build/specimen-bold.html"))]
    assert "66 slides" in done.stderr
    (tmp_path / "green").mkdir()
    (tmp_path / "green/theme.yml").write_text(LOOK, encoding="utf-8")
    done = run("show", "green", "--to", "marp", "--scheme", "dark", "-o", "x.html", "--quiet")
    assert (done.exit_code, done.stderr) == (0, "")
    html = Path("x.html").read_text(encoding="utf-8")
    assert "#006600" in html
    assert 'data-scheme="dark"' in html.partition("<head>")[0]
    assert 'class="marpit' in html


def test_a_theme_that_does_not_exist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told without the place of the specimens."""
    monkeypatch.chdir(tmp_path)
    done = run("show", "acadmic")
    assert done.exit_code == 1
    assert done.stderr.startswith("error: unknown theme 'acadmic'; did you mean 'academic'?")


def test_the_specimens_show_everything(tmp_path: Path) -> None:
    """Every layout that a deck can ask for and every kind of chart, without computing anything."""
    options = BuildOptions(folder=tmp_path, mode="frozen", offline=True, keep_record=False)
    built = build(str(SPECIMEN), options)
    html = built.output.read_text(encoding="utf-8")
    assert built.warnings == ()
    shown = set(re.findall(r'<section class="layout-([a-z-]+)', html))
    assert set(get_args(Layout)) - shown == {"end", "table", "chart"} - shown
    kinds = set(re.findall(r"kind: ([a-z-]+)", SPECIMEN.read_text(encoding="utf-8")))
    assert kinds == set(FIGURES)


def test_a_template_of_powerpoint_has_a_theme_and_a_suffix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is wrong is told before a browser starts."""
    monkeypatch.chdir(tmp_path)
    done = run("export-pptx", "acadmic")
    assert done.exit_code == 1
    assert done.stderr.startswith("error: unknown theme 'acadmic'; did you mean 'academic'?")
    done = run("export-pptx", "bold", "-o", "a.pdf")
    assert done.exit_code == 2
    assert "--output a.pdf: a template cannot have the suffix '.pdf'; allowed: .pptx" in done.stderr
