"""The command that adds an extra, by what pip wrote down when slidegen was installed (PEP 610)."""

from __future__ import annotations

import json
import sys
from importlib.metadata import Distribution, PathDistribution
from pathlib import Path
from typing import Any

import pytest

from slidegen.errors import MissingExtraError
from slidegen.installed import install_command, remote_requirement

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def _pip_of_this_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An active environment: `pip` is beside its Python. The working directory is empty."""
    binaries = tmp_path / "environment"
    binaries.mkdir()
    for name in ("python", "pip"):
        (binaries / name).write_text("#!/bin/sh\n", encoding="utf-8")
        (binaries / name).chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(binaries / "python"))
    monkeypatch.setenv("PATH", str(binaries))
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)


def installed(folder: Path, direct_url: Any) -> Distribution:
    """A distribution whose direct_url.json has this content; without a content there is no such file."""
    info = folder / "slidegen-0.1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.4\nName: slidegen\nVersion: 0.1\n", encoding="utf-8")
    if direct_url is not None:
        text = direct_url if isinstance(direct_url, str) else json.dumps(direct_url)
        (info / "direct_url.json").write_text(text, encoding="utf-8")
    return PathDistribution(info)


@pytest.mark.parametrize(
    ("direct_url", "command"),
    [
        ({"dir_info": {"editable": True}, "url": "file:///src/slidegen"}, "pip install -e '/src/slidegen[models]'"),
        ({"dir_info": {}, "url": "file:///src/my%20talks/slidegen"}, "pip install '/src/my talks/slidegen[models]'"),
        (
            {"archive_info": {}, "url": "file:///downloads/slidegen-0.1-py3-none-any.whl"},
            "pip install '/downloads/slidegen-0.1-py3-none-any.whl[models]'",
        ),
        (
            {"archive_info": {"hash": "sha256=0"}, "url": "https://example.org/slidegen-0.1.tar.gz"},
            "pip install 'slidegen[models] @ https://example.org/slidegen-0.1.tar.gz'",
        ),
        (
            {"url": "https://example.org/slidegen.git", "vcs_info": {"commit_id": "0123abc", "vcs": "git"}},
            "pip install 'slidegen[models] @ git+https://example.org/slidegen.git@0123abc'",
        ),
        (
            {
                "url": "https://example.org/all.git",
                "vcs_info": {"commit_id": "0123abc", "requested_revision": "v1", "vcs": "git"},
                "subdirectory": "slidegen",
            },
            "pip install 'slidegen[models] @ git+https://example.org/all.git@v1#subdirectory=slidegen'",
        ),
        (None, "pip install 'slidegen[models]'"),
        ("{", "pip install 'slidegen[models]'"),
        ("[]", "pip install 'slidegen[models]'"),
    ],
    ids=["editable", "folder", "wheel", "sdist on the web", "git", "folder of git", "index", "no JSON", "no object"],
)
def test_where_slidegen_came_from(tmp_path: Path, direct_url: Any, command: str) -> None:
    """The same place has the extra; the index has it only if slidegen came from there."""
    assert install_command("models", installed(tmp_path, direct_url)) == command


@pytest.mark.parametrize(("place", "shown"), [(".", "."), ("slidegen", "./slidegen"), ("a/b", "a/b")])
def test_a_checkout_is_named_as_one_types_it(tmp_path: Path, place: str, shown: str) -> None:
    """In the checkout itself it is `.`; a bare word would be a project of the index."""
    direct_url = {"dir_info": {}, "url": (Path.cwd() / place).resolve().as_uri()}
    assert install_command("browser", installed(tmp_path, direct_url)) == f"pip install '{shown}[browser]'"


def test_the_environment_is_not_active(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`pip` would be another environment's, or none: it is run by the Python that runs slidegen."""
    monkeypatch.setattr(sys, "executable", str(Path.cwd() / ".venv" / "bin" / "python"))
    command = install_command("models", installed(tmp_path, None))
    assert command == ".venv/bin/python -m pip install 'slidegen[models]'"


def test_this_installation(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests run in an editable installation, or on a checkout: the message does not send anybody to an index."""
    monkeypatch.chdir(ROOT)
    (message,) = str(MissingExtraError("a browser", "browser")).splitlines()
    start = "a browser needs the extra 'browser'; install it with: pip install -e '"
    assert message.startswith(start)
    assert message.endswith("[browser]'")
    folder = message.removeprefix(start).removesuffix("[browser]'")
    assert (Path(folder) / "pyproject.toml").is_file()


def test_no_page_recommends_the_index() -> None:
    """slidegen is on none yet; a checkout has its extras."""
    pages = [ROOT / "README.md", ROOT / "Makefile", *(ROOT / "docs").glob("*.md"), *(ROOT / "slides").glob("*.*")]
    texts = [path for path in pages if path.suffix in ("", ".md", ".yml", ".json")]
    assert [path.name for path in texts if "slidegen[" in path.read_text(encoding="utf-8")] == []


@pytest.mark.parametrize(
    ("direct_url", "expected"),
    [
        (None, "slidegen==0.1"),
        ({"dir_info": {"editable": True}, "url": "file:///src/slidegen"}, None),
        ({"archive_info": {}, "url": "file:///downloads/slidegen-0.1-py3-none-any.whl"}, None),
        ({"archive_info": {}, "url": "https://example.org/s.whl"}, "slidegen @ https://example.org/s.whl"),
        (
            {"url": "https://example.org/s.git", "vcs_info": {"commit_id": "0123abc", "vcs": "git"}},
            "slidegen @ git+https://example.org/s.git@0123abc",
        ),
    ],
)
def test_what_another_machine_installs(direct_url: Any, expected: str | None, tmp_path: Path) -> None:
    """What came from a file of this machine is nowhere else."""
    assert remote_requirement(installed(tmp_path, direct_url)) == expected
