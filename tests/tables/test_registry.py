"""Finding a table source by name, slidegen's own and those of other packages."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from slidegen.errors import DeckError
from slidegen.tables import TABLE_SOURCES, find_source

PLUGIN = """
from slidegen.tables.memory import MEMORY_SOURCE
import dataclasses
SOURCE = dataclasses.replace(MEMORY_SOURCE, name="{name}")
"""

ASK = """
import sys
from slidegen.errors import DeckError
from slidegen.tables import find_source
for name in sys.argv[1:]:
    try:
        print(find_source(name).name)
    except DeckError as error:
        print(error)
"""


def ask(folder: Path, points: dict[str, str], *names: str) -> list[str]:
    """What a fresh process answers to names, with a package installed in `folder` that has these entry points."""
    (folder / "plugin.py").write_text(PLUGIN.format(name="energy"), encoding="utf-8")
    (folder / "broken.py").write_text("raise ImportError('no such library')", encoding="utf-8")
    info = folder / "plugin-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: plugin\nVersion: 1.0\n", encoding="utf-8")
    lines = "\n".join(f"{name} = {target}" for name, target in points.items())
    (info / "entry_points.txt").write_text(f"[slidegen.table_sources]\n{lines}\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(folder)!r})\n{ASK}", *names],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


def test_our_own_sources() -> None:
    """Each source is registered under its own name."""
    assert {name: source.name for name, source in TABLE_SOURCES.items()} == {name: name for name in TABLE_SOURCES}
    assert {"memory", "dtypes", "parameters"} <= set(TABLE_SOURCES)


def test_an_unknown_source() -> None:
    """The error names the nearest source and all there are."""
    with pytest.raises(DeckError, match=r"^unknown table source 'memmory'; did you mean 'memory'\? available: "):
        find_source("memmory")


def test_a_source_of_another_package(tmp_path: Path) -> None:
    """An entry point adds a source, and cannot take the name of one of slidegen's own."""
    assert ask(tmp_path, {"energy": "plugin:SOURCE", "memory": "plugin:SOURCE"}, "energy", "memory") == [
        "energy",
        "memory",
    ]


def test_another_packages_source_that_does_not_load(tmp_path: Path) -> None:
    """A broken entry point is one line that names it, and does not disturb slidegen's own sources."""
    answers = ask(tmp_path, {"energy": "broken:SOURCE"}, "memory", "energy")
    assert answers == ["memory", "the table source 'energy' (broken:SOURCE) does not load: no such library"]


def test_an_entry_point_that_is_no_source(tmp_path: Path) -> None:
    """An entry point to something else is told so."""
    answers = ask(tmp_path, {"energy": "plugin:PLUGIN_NAME", "power": "plugin:dataclasses"}, "power")
    assert len(answers) == 1
    assert "the table source 'energy' (plugin:PLUGIN_NAME) does not load: " in answers[0]
