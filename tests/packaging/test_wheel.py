"""The wheel as a user gets it: what is in it, and that it builds a deck on a machine with nothing else."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from email import message_from_string
from pathlib import Path
from typing import Any

import pytest

from tests.packaging.conftest import NO_NETWORK, ROOT, Repository

# Whatever a browser would load from elsewhere: sources, style sheets, imports, fonts and pictures in styles.
REQUEST = re.compile(
    r"""\b(?:src|srcset|data|poster)=["']?https?:|<link\b[^>]*href=|url\(["']?(?:https?:)?//|@import\b"""
)


@pytest.fixture(scope="module")
def repository(
    copy_repository: Callable[[Path, bool], Repository], tmp_path_factory: pytest.TempPathFactory
) -> Repository:
    """A copy with the front-end files, in which a package is built without network."""
    return copy_repository(tmp_path_factory.mktemp("build") / "repository", True)


@pytest.fixture(scope="module")
def wheel(repository: Repository) -> Path:
    """The wheel made from the copy."""
    done = repository.pip_wheel(".", "dist", **NO_NETWORK)
    assert done.returncode == 0, done.stdout + done.stderr
    (path,) = (repository.root / "dist").glob("*.whl")
    return path


def _files(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_wheel_holds_all_that_a_build_needs(wheel: Path) -> None:
    """Themes, front-end files with their licences, and the models' catalogue, beside the code."""
    names = set(_files(wheel))
    for folder in (ROOT / "themes", ROOT / "src/slidegen"):
        tracked = {
            "slidegen/" + str(path.relative_to(ROOT)).removeprefix("src/slidegen/")
            for path in folder.rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }
        assert tracked - names == set()
    assert "slidegen/themes/plain/theme.yml" in names
    assert any(name.startswith("slidegen/models/catalogue/") for name in names)
    assert {"slidegen/_vendor/reveal/reveal.js", "slidegen/_vendor/licenses.md", "slidegen/py.typed"} <= names
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"slidegen"}


def test_the_core_needs_none_of_the_heavy_libraries(wheel: Path) -> None:
    """torch and the browser come with extras only."""
    metadata = next(data for name, data in _files(wheel).items() if name.endswith("/METADATA"))
    required = message_from_string(metadata.decode()).get_all("Requires-Dist") or []
    core = {re.split(r"[<>=~! \[;]", line)[0] for line in required if "extra ==" not in line}
    assert core & {"torch", "transformers", "accelerate", "huggingface-hub", "safetensors", "playwright"} == set()
    assert {"jinja2", "mini-racer", "pydantic"} <= core


def test_the_sdist_makes_the_same_wheel_without_npm_and_network(
    repository: Repository, wheel: Path, tmp_path: Path
) -> None:
    """The front-end files travel in the sdist, and their stamp fits there."""
    done = repository.python("-m", "build", "--sdist", "--no-isolation", "--outdir", str(tmp_path), **NO_NETWORK)
    assert done.returncode == 0, done.stdout + done.stderr
    (sdist,) = tmp_path.glob("*.tar.gz")
    options: dict[str, Any] = (
        {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
    )  # 3.14 does so by itself, 3.12 warns
    shutil.unpack_archive(sdist, tmp_path, **options)
    source = next(path for path in tmp_path.iterdir() if path.is_dir())
    (empty := tmp_path / "no-programs").mkdir()
    done = repository.pip_wheel(str(source), str(tmp_path / "dist"), PATH=str(empty), **NO_NETWORK)
    assert done.returncode == 0, done.stdout + done.stderr
    (from_sdist,) = (tmp_path / "dist").glob("*.whl")
    assert _files(from_sdist) == _files(wheel)


def test_an_installed_wheel_builds_the_deck_from_another_folder(wheel: Path, tmp_path: Path) -> None:
    """An empty environment, no npm, no extras, no network while the deck is built."""
    environment = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
    programs = next(path for path in (environment / "bin", environment / "Scripts") if path.is_dir())
    settings = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "SLIDEGEN", "HF_"))}
    settings |= {"PATH": str(programs), "HOME": str(tmp_path / "home"), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    pip = [str(programs / "python"), "-m", "pip", "install", "--quiet"]
    pinned = ["--constraint", str(ROOT / "constraints.txt")]
    subprocess.run([*pip, *pinned, str(wheel)], env=settings | _pip_settings(), check=True, timeout=1800)

    shutil.copytree(ROOT / "slides", tmp_path / "talks")
    done = subprocess.run(
        [str(programs / "slidegen"), "build", "europython.yml"],
        cwd=tmp_path / "talks",
        env=settings | NO_NETWORK,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    html = Path(tmp_path / "talks", done.stdout.splitlines()[-1].split()[-1])
    assert html.name == "europython.html"
    text = html.read_text(encoding="utf-8")
    assert text.count("<section") > 25
    assert REQUEST.findall(re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)) == []


def _pip_settings() -> dict[str, str]:
    """pip's own configuration lies in the home folder of whoever runs the tests."""
    return {"HOME": os.environ["HOME"]} if "HOME" in os.environ else {}
