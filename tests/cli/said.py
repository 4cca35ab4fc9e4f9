"""What the tests of messages share: commands, and what they say as objects."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from slidegen.cli import main
from slidegen.cli.messages import KEYS
from slidegen.codes import CODES
from tests.cli.conftest import Shell
from tests.deck_folder import MODEL

TABLE = f"tables:\n  t: {{source: memory, models: {MODEL}, method: full"
"""The beginning of a declared table."""
Objects = list[dict[str, Any]]


def run(*arguments: str) -> Result:
    """Runs a command."""
    return CliRunner().invoke(main, arguments, prog_name="slidegen")


def objects(text: str) -> Objects:
    """The objects of the lines of a text, which has nothing else, each with all keys in their order."""
    found = [json.loads(line) for line in text.splitlines()]
    assert all(tuple(one) == KEYS for one in found), text
    assert all(one["severity"] in ("error", "warning", "info") and one["code"] in CODES for one in found), text
    return found


def said(*arguments: str) -> Objects:
    """What a command says in JSON."""
    return objects(run(*arguments, "--messages", "json").stderr)


def write(files: Mapping[str, str | bytes]) -> None:
    """Writes files into the working directory."""
    for name, content in files.items():
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def alone(shell: Shell, *arguments: str, **variables: str) -> tuple[int, list[str]]:
    """The exit code and the codes of a command in a process of its own."""
    command = shell.command(*arguments, "--messages", "json")
    environment = {**shell.environment, **variables}
    done = subprocess.run(command, cwd=shell.folder, env=environment, capture_output=True, text=True, timeout=300)
    return done.returncode, [one["code"] for one in objects(done.stderr)]
