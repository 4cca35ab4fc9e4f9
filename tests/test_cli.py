"""The command line: what it prints, where, and with which exit code."""

from __future__ import annotations

import errno
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from slidegen.cli import COMMANDS, main
from tests.available import FORMATS, MARP_THEMES, SUFFIXES, THEMES
from tests.deck_folder import MODEL, PIXEL

# LoRA of rank 8: 2 bytes x 1,543,714,304 weights + 3 x 4 bytes x 8 x (in + out) of the linears, which is 41,216 in each
# of 28 layers (q and o 3,072, k and v 1,792, gate, up and down 10,496): 3,198,217,216 bytes.
DECK = f"""\
vars: {{rank: 8, model: {MODEL}}}
tables:
  lora: {{source: memory, models: "{{{{ model }}}}", method: lora, rank: "{{{{ rank }}}}", columns: [model, total]}}
  full: {{source: memory, models: "{{{{ model }}}}", columns: [total], unit: GB, caption: Full}}
slides: ['{{{{ table("lora") }}}} {{{{ rank }}}}']
"""


LOOP = os.strerror(errno.ELOOP).lower()


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Commands run in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    """Runs a command."""
    return CliRunner().invoke(main, arguments)


def alone(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The same in a process of its own: other tests' browser is open in this one, and there can be one only."""
    return subprocess.run([sys.executable, "-m", "slidegen", *arguments], capture_output=True, text=True)


def test_a_build_prints_the_path_and_nothing_else(here: Path) -> None:
    """So that other programs can take it; what it says of itself goes to standard error."""
    Path("talk.yml").write_text(DECK)
    done = run("build", "talk.yml", "--offline")
    assert (done.exit_code, done.stdout) == (0, "build/talk.html\n")
    assert re.fullmatch(r"talk\.record\.json: updated\n1 slides?, 0\.\d\d MB, \d+\.\d\d s\n", done.stderr)
    assert sorted(path.name for path in here.iterdir()) == ["build", "talk.record.json", "talk.yml"]


def test_the_output_can_be_a_file_or_a_folder(here: Path) -> None:
    """Made if it is not there."""
    Path("talk.yml").write_text("slides: [a]")
    assert run("build", "talk.yml", "-o", "a/b.html").stdout == "a/b.html\n"
    assert run("build", "talk.yml", "--output-dir", "c").stdout == "c/talk.html\n"
    assert (here / "a/b.html").read_bytes() == (here / "c/talk.html").read_bytes()


def test_mistakes_are_lines_on_standard_error(here: Path) -> None:
    """One each, with exit code 1, no traceback and nothing written."""
    Path("talk.yml").write_text("titel: a\nslides: [1]\n")
    done = run("build", "talk.yml")
    assert (done.exit_code, done.stdout) == (1, "")
    assert [line.partition(";")[0] for line in done.stderr.splitlines()] == [
        "error: talk.yml:1: unknown key 'titel'",
        "error: talk.yml:2: slides.0 is 1",
    ]
    assert [path.name for path in here.iterdir()] == ["talk.yml"]


def test_a_deck_with_mistakes_does_not_keep_others_from_being_built(here: Path) -> None:
    """But the command fails."""
    Path("a.yml").write_text("slides: []")
    Path("b.yml").write_text("slides: [b]")
    done = run("build", "a.yml", "b.yml", "c.yml")
    assert (done.exit_code, done.stdout) == (1, "build/b.html\n")
    assert done.stderr.splitlines()[1:] == [
        "error: a.yml:1: slides is empty; at least one is needed",
        "error: c.yml: cannot be read: no such file or directory",
    ]


def test_mistakes_of_several_decks_come_in_their_order(here: Path) -> None:
    """As they were named, each deck's by line; warnings stand at their deck, and not with --quiet."""
    Path("z.yml").write_text("slides: [1, 2]")
    Path("b.yml").write_text("date: 2026-02-30\nslides: [b]")
    Path("a.yml").write_text("slides:\n  - a\n  - 3")
    done = run("build", "z.yml", "b.yml", "a.yml")
    assert (done.exit_code, done.stdout) == (1, "build/b.html\n")
    said = [line.split(" is ")[0] for line in done.stderr.splitlines()]
    assert said[0] == "warning: b.yml:1: the date '2026-02-30' does not exist: day"
    assert said[2:] == ["error: z.yml:1: slides.0", "error: z.yml:1: slides.1", "error: a.yml:3: slides.1"]
    done = run("build", "b.yml", "--quiet")
    assert (done.stdout, done.stderr) == ("build/b.html\n", "")


def test_a_failed_build_leaves_nothing(here: Path) -> None:
    """Whatever stage fails, also where tables were computed before it: no record, no output, no folder for it."""
    head = DECK[: DECK.index("slides:")]
    wrong = {
        "value.yml": "slides: ['{{ table(\"lora\") }} {{ nothing }}']",
        "math.yml": "slides: ['{{ table(\"lora\") }} $\\nothing$']",
        "picture.yml": "slides: ['{{ table(\"lora\") }} ![](nothing.png)']",
        "output.yml": "slides: ['{{ table(\"lora\") }}']\nreveal: {nothing: 1}",
    }
    for name, slides in wrong.items():
        Path(name).write_text(f"{head}{slides}\n")
        assert run("build", name, "--offline").exit_code == 1
    Path("place.yml").write_text(DECK)
    Path("file").write_text("")
    assert run("build", "place.yml", "--offline", "-o", "file/talk.html").exit_code == 1
    assert sorted(path.name for path in here.iterdir()) == sorted([*wrong, "place.yml", "file"])


@pytest.mark.parametrize(
    "arguments",
    [
        ["build"],
        ["bild", "talk.yml"],
        ["build", "talk.yml", "--frobnicate"],
        ["build", "talk.yml", "--set", "rank"],
        ["build", "talk.yml", "--set", "=3"],
        ["build", "talk.yml", "--frozen", "--refresh"],
        ["build", "talk.yml", "--fetch-remote", "--allow-remote-missing"],
        ["build", "talk.yml", "--fetch-private", "--allow-remote-missing"],
        ["build", "talk.yml", "b.yml", "-o", "c.html"],
        ["build", "talk.yml", "./talk.md"],
        ["build", "talk.yml", "TALK.yml"],
        ["tables", "talk.yml", "--format", "docx"],
        ["estimate"],
        ["estimate", MODEL, "--method", "foo"],
        ["estimate", MODEL, "--method", "full,foo"],
        ["build", "talk.yml", "--jobs", "0"],
        ["quantize"],
        ["estimate", MODEL, "--rank", "many"],
        ["estimate", MODEL, "--accounting", "accelerate", "--rank", "8"],
    ],
)
def test_a_command_that_is_used_wrongly_ends_with_2(here: Path, arguments: list[str]) -> None:
    """And says how it is used; nothing is done."""
    Path("talk.yml").write_text(DECK)
    done = run(*arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("Usage: ")
    assert [path.name for path in here.iterdir()] == ["talk.yml"]


@pytest.mark.unix
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["build", "talk.yml", "-o", "./a/../link.html"], "a/../link.html: the output would overwrite the deck"),
        (["build", "talk.yml", "-o", "record.html"], "record.html: the output would overwrite the record"),
        (["build", "talk.yml", "-o", "loop/a.html"], f"loop/a.html: cannot be written: {LOOP}"),
        (["build", "talk.yml", "-o", "."], ".: is a folder; name a file in it, or use --output-dir"),
        (
            ["build", "talk.yml", "--theme", "drak"],
            f"unknown theme 'drak'; did you mean 'dark'? available: {THEMES}",
        ),
        (["build", "talk.yml", "--format", "pdf"], f"talk.yml: unknown format 'pdf'; available: {FORMATS}"),
        (["build", "a\x1b[31m.yml"], "a\ufffd[31m.yml: cannot be read: no such file or directory"),
        (["build", "."], f".: unknown kind of deck ''; allowed: {SUFFIXES}"),
        (
            ["tables", "talk.yml", "--table", "ful"],
            "talk.yml: no table 'ful' is declared; did you mean 'full'? available: full, lora",
        ),
        (
            ["estimate", MODEL, "--accounting", "textbook", "--rank", "-1"],
            "memory: rank is -1; allowed: more than 0",
        ),
    ],
)
def test_what_cannot_be_done_ends_with_1(here: Path, arguments: list[str], message: str) -> None:
    """In one line that says why."""
    Path("talk.yml").write_text(DECK)
    Path("a").mkdir()
    Path("link.html").symlink_to("talk.yml")
    Path("record.html").symlink_to("talk.record.json")
    Path("loop").symlink_to("loop")
    done = run(*arguments)
    assert (done.exit_code, done.stdout, done.stderr) == (1, "", f"error: {message}\n")
    assert Path("talk.yml").read_text() == DECK


def test_settings_change_the_deck_and_not_the_record(here: Path) -> None:
    """Each replaces one variable; the last of a name counts."""
    Path("talk.yml").write_text(DECK)
    run("build", "talk.yml", "--offline")
    record = Path("talk.record.json").read_bytes()
    done = run(
        "build", "talk.yml", "--offline", "--set", "rank=1", "--set", "rank = 16", "--set", "model=Qwen/Qwen2-72B"
    )
    assert done.exit_code == 0
    assert "Qwen/Qwen2-72B" in Path("build/talk.html").read_text()
    assert Path("talk.record.json").read_bytes() == record


@pytest.mark.parametrize(
    ("format_", "expected"),
    [
        ("table", "lora\nModel              Total, GiB\n"
                  "---------------  ------------\nQwen/Qwen2-1.5B          2.98\n\n"
                  "full: Full\n  Total, GB\n-----------\n      12.35\n"),
        ("orgtbl", "#+NAME: lora\n#+CAPTION: lora\n| Model           |   Total, GiB |\n"
                   "|-----------------+--------------|\n"
                   "| Qwen/Qwen2-1.5B |         2.98 |\n\n#+NAME: full\n#+CAPTION: Full\n|   Total, GB |\n"
                   "|-------------|\n"
                   "|       12.35 |\n"),
    ],
)  # fmt: skip
def test_tables_are_printed_without_a_deck(here: Path, format_: str, expected: str) -> None:
    """With names when there are several; sizes are exact where programs read them. Nothing is written."""
    Path("talk.yml").write_text(DECK)
    done = run("tables", "talk.yml", "--offline", "--format", format_)
    assert (done.exit_code, done.stdout) == (0, expected)
    assert [path.name for path in here.iterdir()] == ["talk.yml"]


@pytest.mark.parametrize("format_", ["csv", "tsv"])
def test_what_holds_one_table_prints_one(here: Path, format_: str) -> None:
    """Captions between several would be read as rows."""
    Path("talk.yml").write_text(DECK)
    done = run("tables", "talk.yml", "--offline", "--format", format_)
    message = f"error: talk.yml: --format {format_} prints one table; choose it with --table: lora, full\n"
    assert (done.exit_code, done.stdout, done.stderr) == (1, "", message)
    done = run("tables", "talk.yml", "--offline", "--format", "csv", "--table", "lora")
    assert (done.exit_code, done.stdout) == (0, "model,total\nQwen/Qwen2-1.5B,3198217216\n")


@pytest.mark.parametrize(
    ("format_", "expected"),
    [
        ("csv", "error,share\n-0.5,-0.25\n1e-10,0.99656\n"),
        ("json", '{"t": [{"error": -0.5, "share": -0.25}, {"error": 1e-10, "share": 0.99656}]}'),
        ("github", "|   error |    share |\n|---------|----------|\n"
                   "|    -0.5 | -25.00 % |\n|   1e-10 |  99.66 % |\n"),
    ],
)  # fmt: skip
def test_numbers_in_text_are_ascii(here: Path, format_: str, expected: str) -> None:
    """A hyphen and Python's exponent, as other programs read and write them; the digits that the deck asks for."""
    Path("talk.yml").write_text(
        "tables:\n  t:\n    source: data\n    digits: 2\n    kinds: {error: significant, share: percent}\n"
        "    rows: [{error: -0.5, share: -0.25}, {error: 1.0e-10, share: 0.99656}]\nslides: [a]\n"
    )
    done = run("tables", "talk.yml", "--format", format_)
    out = json.dumps(json.loads(done.stdout)) if format_ == "json" else done.stdout
    assert (done.exit_code, out) == (0, expected)


def test_one_table_can_be_asked_for(here: Path) -> None:
    """Without its name, then."""
    Path("talk.yml").write_text(DECK)
    done = run("tables", "talk.yml", "--offline", "--table", "full", "--format", "json")
    assert json.loads(done.stdout) == {"full": [{"accounting": "textbook", "total_bytes": 12_349_714_432}]}


def test_the_schema_is_json_for_editors() -> None:
    """It knows every key that a deck may have, and no other."""
    schema = json.loads(run("schema").stdout)
    assert schema["additionalProperties"] is False
    assert {"title", "slides", "tables", "vars", "reveal", "theme"} <= set(schema["properties"])
    assert schema["required"] == ["slides"]


def test_estimates_are_integers_in_json() -> None:
    """With the keys that other programs rely on."""
    command = ("estimate", MODEL, "--accounting", "textbook", "--method", "full", "--format", "json", "--offline")
    (line,) = json.loads(run(*command).stdout)
    assert (line["model"], line["method"], line["rank"], line["accounting"]) == (MODEL, "full", None, "textbook")
    assert line["total_bytes"] == 4 * 2 * line["parameters"] == 12_349_714_432
    keys = ("weights_bytes", "adapter_bytes", "gradient_bytes", "optimizer_bytes", "trainable_parameters")
    assert all(isinstance(line[key], int) for key in keys)


@pytest.mark.parametrize(
    "arguments", [["--format", "json"], ["list", "--format", "json"], ["--format", "json", "list"]]
)
def test_the_catalogue_is_listed_in_any_format(arguments: list[str]) -> None:
    """The option may stand before the subcommand, and without one."""
    listed = json.loads(run("models", *arguments).stdout)
    assert {"model": MODEL, "class": "Qwen2ForCausalLM", "parameters": 1_543_714_304} in listed
    shown = json.loads(run("models", "--format", "json", "show", MODEL, "--offline").stdout)
    assert shown["model"] == MODEL


def test_a_markdown_deck_takes_any_marp_theme(here: Path) -> None:
    """One of Marp's, one of a file, or one of slidegen's; what its front matter says is kept otherwise."""
    Path("talk.md").write_text("---\nmarp: true\ntheme: default\npaginate: true\n---\n# a\n")
    Path("my.css").write_text("/* @theme mine */\nsection { color: #123123; }\n")
    pages = {}
    for theme in ("default", "gaia", "my.css"):
        done = run("build", "talk.md", "--theme", theme, "-o", f"{theme}.html")
        assert (done.exit_code, done.stdout) == (0, f"{theme}.html\n")
        pages[theme] = Path(f"{theme}.html").read_text()
        assert 'data-marpit-pagination="1"' in pages[theme]
    assert 'data-theme="gaia"' in pages["gaia"]
    assert 'data-theme="mine"' in pages["my.css"]
    assert "#123123" in pages["my.css"]
    assert run("build", "talk.md", "-o", "plain.html").exit_code == 0
    assert Path("plain.html").read_text() == pages["default"]


@pytest.mark.parametrize(
    ("theme", "message"),
    [
        (
            "gaai",
            f"talk.md:1: unknown theme 'gaai'; did you mean 'gaia'? available: {MARP_THEMES}",
        ),
        ("no.css", "no.css: the Marp theme cannot be read: no such file or directory"),
        ("a.css", "a.css: not a Marp theme; add a comment /* @theme name */"),
    ],
)
def test_a_marp_theme_that_is_none(here: Path, theme: str, message: str) -> None:
    """With those there are."""
    Path("talk.md").write_text("# a\n")
    Path("a.css").write_text("section {}\n")
    done = run("build", "talk.md", "--theme", theme)
    assert (done.exit_code, done.stderr) == (1, f"error: {message}\n")


@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS)])
def test_every_command_explains_itself(command: list[str]) -> None:
    """With -h too."""
    done = run(*command, "-h")
    assert done.exit_code == 0
    assert done.stdout.startswith("Usage: ")


@pytest.mark.unix
def test_it_runs_as_a_module_in_a_pipe_that_closes(here: Path) -> None:
    """As ``slidegen ... | head -1`` does, with a deck that holds any text and with no UTF-8 in the terminal."""
    Path("a.png").write_bytes(PIXEL)
    Path("t\u00e4lk.yml").write_text("title: \u00e4\nslides: ['\u00fc ![\u00e9](a.png)']\n", encoding="utf-8")
    command = f"{sys.executable} -m slidegen build t\u00e4lk.yml && {sys.executable} -m slidegen schema | head -1"
    done = subprocess.run(
        ["/bin/sh", "-c", command], capture_output=True, text=True, env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"}
    )
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1] == "{"
    assert "Traceback" not in done.stderr
    assert "\u00fc" in Path("build/t\u00e4lk.html").read_text(encoding="utf-8")
