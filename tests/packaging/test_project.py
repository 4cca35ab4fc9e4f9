"""What pyproject.toml says of the project."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]


def test_one_line_sets_the_address_of_the_project() -> None:
    """It is not decided yet; without its comment sign the line is valid, and no page names another address."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert text.count('# urls = { Source = "ADDRESS" }\n') == 1
    decided = tomllib.loads(
        text.replace('# urls = { Source = "ADDRESS" }', 'urls = { Source = "https://example.org" }')
    )
    assert decided["project"]["urls"] == {"Source": "https://example.org"}
    assert "the line `urls` in `pyproject.toml`" in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


@pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
@pytest.mark.parametrize(
    ("target", "installed"),
    [
        ("demo", ["pip", "--editable ."]),
        (
            "test",
            [
                "pip",
                "--editable .",
                "--editable '.[models,browser,diagrams,export,hyphens,serve,sweep]'",
                "--group dev",
                "--no-deps",
            ],
        ),
        (
            "check",
            [
                "pip",
                "--editable .",
                "--editable '.[models,browser,diagrams,export,hyphens,serve,sweep]'",
                "--group dev",
                "--no-deps",
            ],
        ),
    ],
)
def test_what_make_installs_in_an_empty_folder(tmp_path: Path, target: str, installed: list[str]) -> None:
    """The core for a demo; before anything is downloaded a line says how much."""
    command = ["make", "--dry-run", f"VENV={tmp_path / 'venv'}", target]
    planned = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=600).stdout
    lines = planned.splitlines()
    installs = [line for line in lines if re.search("pip install --quiet ", line) and "--python" not in line]
    assert [any(word in line for line in installs) for word in installed] == [True] * len(installed)
    assert len(installs) == len(installed)
    for word, first in (("slidegen's core", "pip install"), ("the tests need", "--group dev"))[: len(installed) - 1]:
        said = next(at for at, line in enumerate(lines) if line.startswith("echo") and word in line)
        assert re.search(r"downloads (about )?\d+ [MG]B", lines[said])
        assert said < next(at for at, line in enumerate(lines) if first in line and "--python" not in line)


def pythons() -> list[str]:
    """The versions of Python that the package names."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    prefix = "Programming Language :: Python :: 3."
    return [line.rpartition(" ")[2] for line in project["classifiers"] if line.startswith(prefix)]


def test_the_workflow_tries_each_python_that_the_package_names() -> None:
    """Tests and the installed wheel; every action is pinned to a version."""
    text = (ROOT / ".github/workflows/checks.yml").read_text(encoding="utf-8")
    jobs = yaml.safe_load(text)["jobs"]
    assert pythons() == ["3.11", "3.12", "3.13", "3.14"]
    for job in ("test", "installed"):
        assert jobs[job]["strategy"]["matrix"]["python"] == pythons()
    used = re.findall(r"uses: (.+)", text)
    assert used
    assert [action for action in used if not re.fullmatch(r"[\w./-]+@v\d+\.\d+\.\d+", action)] == []
    assert not any("checkout" in step.get("uses", "") for step in jobs["installed"]["steps"])


def test_hooks_are_of_the_versions_that_make_check_uses() -> None:
    """ruff formats a commit as `make check` wants it."""
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"][0]["hooks"]
    pinned = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    for hook in hooks:
        for package in hook.get("additional_dependencies", ()):
            assert re.fullmatch(r"[\w-]+==[\d.]+", package)
            assert package in pinned or not package.startswith("ruff")


@pytest.mark.parametrize("form", ["bug", "feature"])
def test_issue_forms_have_what_they_need(form: str) -> None:
    """A name, a description, and fields with labels of their own."""
    asked = yaml.safe_load((ROOT / f".github/ISSUE_TEMPLATE/{form}.yml").read_text(encoding="utf-8"))
    assert {"name", "description", "body"} <= set(asked)
    labels = [field["attributes"]["label"] for field in asked["body"]]
    assert len(set(labels)) == len(labels) >= 3
    assert {field["type"] for field in asked["body"]} <= {"textarea", "input", "dropdown", "markdown", "checkboxes"}
