"""Completion in bash, zsh and fish: the scripts that a shell loads, and what they ask slidegen for."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Shell


@pytest.fixture
def slidegen(shell: Shell) -> Path:
    """The program as pip installs it, in a folder of the PATH."""
    program = shell.folder / "bin" / "slidegen"
    program.parent.mkdir()
    program.write_text(f"#!{sys.executable}\nfrom slidegen.__main__ import run\nrun()\n", encoding="utf-8")
    program.chmod(0o755)
    shell.environment["PATH"] = f"{program.parent}:{shell.environment['PATH']}"
    return program


def asked(shell: Shell, command: list[str], **variables: str) -> str:
    """What a command prints; it has to end well and to say nothing else."""
    environment = {**shell.environment, **variables}
    done = subprocess.run(command, cwd=shell.folder, env=environment, capture_output=True, text=True, timeout=600)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("bash", "complete -o nosort -F _slidegen_completion slidegen"),
        ("zsh", "#compdef slidegen"),
        ("fish", 'complete --no-files --command slidegen --arguments "(_slidegen_completion)";'),
    ],
)
def test_the_script_of_a_shell(shell: Shell, slidegen: Path, name: str, line: str) -> None:
    """It is printed whole, though the program ends without Python's own clean-up."""
    script = asked(shell, [str(slidegen)], _SLIDEGEN_COMPLETE=f"{name}_source")
    assert line in [one.strip() for one in script.splitlines()]
    assert f"_SLIDEGEN_COMPLETE={name}_complete" in script


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["est"], ["plain,estimate"]),
        (["build", "--theme-"], ["plain,--theme-set"]),
        (["estimate", "--accounting", "t"], ["plain,textbook"]),
        (["models", "s"], ["plain,show"]),
        (["build", "ta"], ["file,ta"]),
        (["check", "ta"], ["file,ta"]),
        (["tables", "ta"], ["file,ta"]),
        (
            ["estimate", "meta-llama/Llama-3.2-3"],
            ["plain,meta-llama/Llama-3.2-3B", "plain,meta-llama/Llama-3.2-3B-Instruct"],
        ),
        (["estimate", "gpt2,Qwen/Qwen2-1"], ["plain,gpt2,Qwen/Qwen2-1.5B", "plain,gpt2,Qwen/Qwen2-1.5B-Instruct"]),
        (["models", "show", "bigscience/bloomz-3"], ["plain,bigscience/bloomz-3b"]),
        (["quantize", "./"], ["file,./"]),
    ],
    ids=" ".join,
)
def test_what_is_offered(shell: Shell, slidegen: Path, words: list[str], offered: list[str]) -> None:
    """Commands, options, their values, models; the shell itself completes names of files."""
    line = " ".join(["slidegen", *words])
    variables = {"_SLIDEGEN_COMPLETE": "bash_complete", "COMP_WORDS": line, "COMP_CWORD": str(len(words))}
    assert asked(shell, [str(slidegen)], **variables).splitlines() == offered


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_bash_completes(shell: Shell, slidegen: Path) -> None:
    """The script, loaded into bash as README.md says."""
    script = """
    eval "$(_SLIDEGEN_COMPLETE=bash_source slidegen)"
    COMP_WORDS=(slidegen est) COMP_CWORD=1
    _slidegen_completion slidegen est slidegen
    printf '%s\\n' "${COMPREPLY[@]}"
    """
    assert asked(shell, ["bash", "--norc", "-c", script]) == "estimate\n"
