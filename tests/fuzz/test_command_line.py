"""The command line: options and words of any kind, in this process and in some of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from random import Random

import click
import pytest
from click.testing import CliRunner

from slidegen.cli import COMMANDS, main
from tests.deck_folder import PIXEL, DeckFolder
from tests.fuzz.campaign import faults_of, smoke_and_all
from tests.fuzz.mutation import extreme
from tests.fuzz.seeds import MARKDOWN_TOKENS, ROOT

MOST_SECONDS = 60.0
DECK = ROOT / "tests/fuzz/decks/memory.yml"
WORDS = (
    *(
        "a.yml",
        "b.md",
        "a.yml",
        "b.md",
        "missing.yml",
        "folder",
        ".",
        "..",
        "",
        " ",
        "-",
        "--",
        "---",
        "-h",
        "--help",
        "a.yml/x",
        "c.txt",
        "c.yml",
    ),
    *(
        "x=1",
        "x=",
        "=1",
        "x",
        "x=2,y=3",
        "x={{ 1 }}",
        "o.html",
        "o/p.htm",
        "o.pdf",
        "o",
        "/dev/null",
        "/dev/null/x",
        "a.record.json",
        "b.md.html",
    ),
    *(
        "Qwen/Qwen2-1.5B",
        "Qwen/Qwen2-1.5B,",
        "qwen",
        "Qwen/Qwen2-1.5B@main",
        "./m",
        "m/config.json",
        "~nobody/x",
        "a/b/c",
        "gaia",
        "dark",
        "reveal",
        "marp",
    ),
    *(
        "full",
        "lora",
        "full,lora",
        ",",
        "8",
        "8,16",
        "-1",
        "0",
        "1e3",
        "float16",
        "nf4",
        "GiB",
        "json",
        "csv",
        "H100",
        "A100",
        "10**9",
        "textbook",
        "t",
    ),
    *(
        "2147483648",
        "9" * 30,
        "a" * 300,
        "a" * 5000,
        "\n",
        "a\nb",
        "\x1b[31m",
        "\ud800",
        "\u202e",
        "*",
        "@file",
        "%s",
        "{}",
        "$HOME",
    ),
)
SKIPPED = {"check", "export", "present", "quantize", "serve"}
"""Commands that start browsers, serve until they are stopped, or run models for minutes: given wrong words only."""
ALWAYS = {"build": ["--offline"], "tables": ["--offline"], "estimate": ["--offline", "--accounting", "textbook"]}
NEVER = {"--download-weights", "--fetch-remote", "--fetch-private", "--jobs", "-j"}


def some_word(rng: Random) -> str:
    """A word of the command line; none can be outside the folder, and none holds a NUL."""
    word = rng.choice(WORDS) if rng.random() < 0.85 else rng.choice((extreme(rng), rng.choice(MARKDOWN_TOKENS)))
    return word.replace("\x00", "") if word in WORDS else word.replace("\x00", "").replace("/", "")


def some_arguments(rng: Random) -> list[str]:
    """A command with options, most of them its own."""
    name = rng.choice((*COMMANDS, "build", "build", "estimate", "tables", "models"))
    if rng.random() < 0.05:
        name = some_word(rng)
    command = main.get_command(click.Context(main), name)
    if command is None:
        return [name, *(some_word(rng) for _ in range(rng.randrange(3)))]
    arguments = (
        [] if rng.random() < 0.05 else [rng.choice(WORDS[:2]) if name in ("build", "tables") else some_word(rng)]
    )
    options = [option for option in command.params if isinstance(option, click.Option) and not NEVER & set(option.opts)]
    for option in rng.choices(options, k=rng.randrange(5)) if options else ():
        arguments.append(rng.choice(option.opts + option.secondary_opts))
        if not option.is_flag and rng.random() < 0.95:
            fitting = option.type.choices if isinstance(option.type, click.Choice) else ("8", "1", "0")
            arguments.append(str(rng.choice(fitting)) if rng.random() < 0.6 else some_word(rng))
    arguments += [some_word(rng) for _ in range(rng.choice((0, 0, 0, 1, 2)))]
    if name == "models" and rng.random() < 0.8:
        arguments = [rng.choice(("list", "show", "show")), *arguments]
    if name in SKIPPED:
        arguments = [f"--{some_word(rng)}x", *arguments]
    return [name, *arguments, *ALWAYS.get(name, ())]


def fill(folder: DeckFolder) -> None:
    """Decks, a model, and what is neither."""
    folder.write("a.yml", DECK.read_bytes())
    for name, content in (("b.md", "# a\n\n---\n\nb"), ("c.txt", "a"), ("c.yml", "slides: [")):
        folder.write(name, content)
    folder.write("pixel.png", PIXEL)
    folder.write("folder/x.css", "/* @theme x */")
    folder.write("m/config.json", "{}")


def check_told(code: int, output: str, arguments: Sequence[str]) -> None:
    """An exit code that means something, and no traceback."""
    assert code in (0, 1, 2), f"exit {code} of {arguments}: {output[-300:]}"
    assert "Traceback" not in output, f"{arguments}: {output[-300:]}"
    assert code == 0 or output.strip(), f"exit {code} of {arguments} without a word"


def attempt(rng: Random, folder: DeckFolder) -> None:
    """Runs a command in this process; the last of a hundred in one of its own."""
    arguments = some_arguments(rng)
    own_process = rng.random() < 0.02
    home = DeckFolder(folder.path / "a" / "b")
    fill(home)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home.path)
        if own_process:
            words = [
                word.encode("utf-8", "surrogateescape" if "\ud800" not in word else "replace") for word in arguments
            ]
            command = [os.fsencode(sys.executable), b"-m", b"slidegen", *words]
            done = subprocess.run(command, capture_output=True, timeout=300, stdin=subprocess.DEVNULL)
            check_told(done.returncode, (done.stdout + done.stderr).decode("utf-8", "replace"), arguments)
            return
        result = CliRunner().invoke(main, arguments, prog_name="slidegen")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise AssertionError(f"{arguments}: {result.exception!r}") from result.exception
    check_told(result.exit_code, result.output, arguments)


@smoke_and_all(1500)
def test_commands_end_with_a_code_and_a_word(seeds: Sequence[int]) -> None:
    """Whatever they are given."""
    assert faults_of("command_line", attempt, seeds, MOST_SECONDS) == []
