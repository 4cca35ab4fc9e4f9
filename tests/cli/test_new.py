"""`slidegen new`: folders that build at once, all of their files or none."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from slidegen import scaffold
from slidegen.cli import main
from slidegen.errors import SlidegenError
from slidegen.installed import remote_requirement
from slidegen.scaffold import NewDeck, new_deck, schema_text, write_deck
from slidegen.templates import TEMPLATES
from slidegen.write import write_new_files
from tests.extension import installed

SUFFIXES = {"yaml": ".yml", "markdown": ".md"}
both = pytest.mark.parametrize("kind", SUFFIXES)
each = pytest.mark.parametrize("template", TEMPLATES)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The empty working directory of each test, with a user whom git knows."""
    config = tmp_path / "gitconfig"
    config.write_text('[user]\nname = "Ada \\"A: #1\\" Lovelace"\n')
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1751932800")
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    return work


def run(*arguments: str) -> Result:
    """Runs a command."""
    return CliRunner().invoke(main, arguments)


def made(*arguments: str) -> Path:
    """The folder that `new` makes; its name is the first argument."""
    done = run("new", *arguments)
    assert done.exit_code == 0, done.stderr
    return Path(arguments[0])


def refused(*arguments: str) -> str:
    """The message of a call of `new` that makes nothing."""
    before = sorted(Path().rglob("*"))
    done = run("new", *arguments)
    assert (done.exit_code, done.stdout) == (1, ""), done.stderr
    assert sorted(Path().rglob("*")) == before
    (line,) = done.stderr.splitlines()
    return line.removeprefix("error: ")


def files(folder: Path) -> list[str]:
    """The files of a folder, by their paths."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


@each
@both
@pytest.mark.parametrize("form", ["reveal", "marp"])
def test_each_template_builds_from_its_record(
    template: str, kind: str, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a warning. The record is what a build writes: computed again it is the same."""
    deck = f"my-{template}{SUFFIXES[kind]}"
    monkeypatch.chdir(made(f"my-{template}", "--template", template, "--kind", kind))
    record = Path(f"my-{template}.record.json")
    before = record.read_bytes() if record.exists() else None
    done = run("build", deck, "--frozen", "--offline", "--format", form)
    assert done.exit_code == 0, done.stderr
    assert done.stdout.splitlines()[0] == f"build/my-{template}{'.marp' if form == 'marp' else ''}.html"
    assert "warning" not in done.stderr
    assert "updated" not in run("build", deck, "--refresh", "--offline").stderr
    assert (record.read_bytes() if record.exists() else None) == before
    if before:
        record.unlink()
        assert "updated" in run("build", deck, "--offline").stderr
        assert record.read_bytes() == redated(before, record)


def redated(record: bytes, other: Path) -> bytes:
    """A record with the date of another one, which was computed on the day of the tests."""
    date = json.loads(other.read_text())["results"][0]["date"]
    dates = {result["date"] for result in json.loads(record)["results"]}
    for one in dates:
        record = record.replace(f'"date": "{one}"'.encode(), f'"date": "{date}"'.encode())
    return record


@both
def test_the_files_of_a_deck(kind: str) -> None:
    """Named after the folder; the schema is for YAML."""
    suffix = SUFFIXES[kind]
    done = run("new", "my-first_talk", "--kind", kind)
    expected = [
        ".gitignore",
        f"my-first_talk{suffix}",
        "my-first_talk.record.json",
        "images/one-file.svg",
        "slidegen.toml",
    ]
    expected += [".slidegen/deck.schema.json"] if kind == "yaml" else []
    assert files(Path("my-first_talk")) == sorted(expected)
    assert sorted(done.stdout.splitlines()) == sorted(f"my-first_talk/{name}" for name in expected)
    assert done.stderr.split("\n") == [
        "", "cd my-first_talk", f"slidegen serve my-first_talk{suffix}", f"slidegen build my-first_talk{suffix}", ""
    ]  # fmt: skip
    assert run("new", "other", "-q").stderr == ""


@both
def test_what_is_filled_in(kind: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Title, author and date; a line about what is not known is left out."""
    path = made("2026/my-first_talk", "--kind", kind) / f"my-first_talk{SUFFIXES[kind]}"
    text = path.read_text()
    head: dict[str, Any] = yaml.safe_load(text.split("\n---\n")[0].removeprefix("---\n"))
    assert (head["title"], head["author"], str(head["date"])) == ("My first talk", 'Ada "A: #1" Lovelace', "2025-07-08")
    assert "@{" not in text
    (tmp_path / "gitconfig").write_text("")
    path = made("it's me & you", "--kind", kind) / f"it's me & you{SUFFIXES[kind]}"
    assert "\nauthor:" not in path.read_text()
    monkeypatch.chdir(path.parent)
    assert run("build", path.name, "--frozen").exit_code == 0
    assert "It&#39;s me &amp; you" in Path("build/it's me & you.html").read_text().replace("&#x27;", "&#39;")


def test_a_machine_without_git(monkeypatch: pytest.MonkeyPatch) -> None:
    """The deck has no author."""
    monkeypatch.setenv("PATH", "")
    assert "author" not in (made("talk", "--template", "blank") / "talk.yml").read_text().split("slides:")[0]


def test_a_folder_that_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """The working directory, an empty folder, one with other files."""
    other = Path("talk/images/mine.png")
    other.parent.mkdir(parents=True)
    other.write_bytes(b"mine")
    Path("talk/.github/workflows").mkdir(parents=True)
    made("talk", "--github")
    assert other.read_bytes() == b"mine"
    assert Path("talk/images/one-file.svg").is_file()
    assert Path("talk/.github/workflows/slides.yml").is_file()
    Path("keynote").mkdir()
    monkeypatch.chdir("keynote")
    done = run("new", ".", "--template", "blank")
    assert files(Path()) == [".gitignore", ".slidegen/deck.schema.json", "keynote.yml", "slidegen.toml"]
    assert done.stderr == "\nslidegen serve keynote.yml\nslidegen build keynote.yml\n"


def test_a_name_that_looks_like_an_option() -> None:
    """The printed steps and the workflow work with it; an empty name is none."""
    done = run("new", "--template", "blank", "--github", "--", "-dash")
    assert "cd ./-dash\n" in done.stderr
    assert "slidegen build ./-dash.yml\n" in done.stderr
    assert 'DECK: "./-dash.yml"' in Path("-dash/.github/workflows/slides.yml").read_text()
    done = run("new", "")
    assert done.exit_code == 2
    assert "a name is empty" in done.stderr
    assert files(Path()) == sorted(str(path) for path in Path("-dash").rglob("*") if path.is_file())


def test_files_of_these_names_are_left_alone() -> None:
    """The message names them all."""
    made("talk", "--template", "blank")
    assert refused("talk") == (
        "talk: has these files already: talk.yml, slidegen.toml, .gitignore, .slidegen/deck.schema.json; move them, or "
        "name another folder"
    )
    Path("file").write_text("mine")
    assert refused("file") == "file: is a file; name a folder"
    assert refused("file/talk") == "file/talk: cannot be written: not a directory"


@pytest.mark.unix
def test_links(tmp_path: Path) -> None:
    """One to a folder is that folder; one that leads out of the folder is not written through."""
    (tmp_path / "elsewhere").mkdir()
    Path("talk").mkdir()
    Path("talk/images").symlink_to(tmp_path / "elsewhere")
    assert refused("talk") == "talk: images/one-file.svg is a link out of this folder; name another folder"
    Path("linked").symlink_to(tmp_path / "elsewhere")
    made("linked", "--template", "blank")
    assert (tmp_path / "elsewhere" / "elsewhere.yml").is_file()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("..", "has .. after a folder or at its end; name the folder itself"),
        ("../..", "has .. after a folder or at its end; name the folder itself"),
        ("a/..", "has .. after a folder or at its end; name the folder itself"),
        ("a/../b", "has .. after a folder or at its end; name the folder itself"),
        ("/", "a deck cannot have the name of this folder; use letters, digits, spaces, dots, - and _"),
        ("a\nb", "a deck cannot have the name of this folder; use letters, digits, spaces, dots, - and _"),
        ("a:b", "a deck cannot have the name of this folder; use letters, digits, spaces, dots, - and _"),
        ("{{ a }}", "a deck cannot have the name of this folder; use letters, digits, spaces, dots, - and _"),
        ("talk.", "a deck cannot have the name of this folder; use letters, digits, spaces, dots, - and _"),
        ("a/talk.yml", "names a deck; name the folder that it is to be in: talk"),
        ("n" * 300, "cannot be written: file name too long"),
    ],
)
def test_names_that_cannot_be(name: str, message: str) -> None:
    """In one line."""
    assert refused(name) == f"{name}: {message}".replace("\n", "\N{REPLACEMENT CHARACTER}")


def test_slashes_and_folders_above(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slash at the end is what the shell completes; missing folders above are made."""
    assert files(made("a//b/talk/", "--template", "blank"))
    assert Path("a/b/talk/talk.yml").is_file()
    assert files(made("./v1.2", "--template", "blank"))
    assert Path("v1.2/v1.2.yml").is_file()
    monkeypatch.chdir("a/b")
    assert files(made("../c", "--template", "blank"))


def test_an_unknown_template() -> None:
    """With the nearest name."""
    assert refused("a", "--template", "tlak") == (
        "unknown template 'tlak'; did you mean 'talk'? available: blank, lecture, lightning, numbers, talk"
    )


def test_the_template_of_another_package(tmp_path: Path) -> None:
    """A folder with a deck, and an entry point."""
    package = tmp_path / "installed" / "acme_slides"
    (package / "images").mkdir(parents=True)
    (package / "__init__.py").write_text('"""The slides of Acme."""\n')
    (package / "deck.yml").write_text("title: @{title}\nauthor: @{author}\nslides: ['# Acme']\n")
    (package / "images" / "logo.png").write_bytes(b"logo")
    environment = installed(tmp_path / "installed", "slidegen.templates", {"acme": "acme_slides"})

    def new(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "slidegen", "new", *arguments, "--template", "acme"]
        return subprocess.run(command, env=environment, capture_output=True, text=True)

    assert new("talk").returncode == 0
    assert Path("talk/talk.yml").read_text().startswith('title: "Talk"\nauthor: "Ada')
    assert Path("talk/images/logo.png").read_bytes() == b"logo"
    done = new("other", "--kind", "markdown")
    assert done.stderr == "error: the template 'acme' does not have the kind 'markdown'; available: yaml\n"


@pytest.mark.parametrize("there", [False, True])
def test_all_files_or_none(there: bool, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever fails, and when: nothing that was made stays, nothing that was there goes."""
    if there:
        Path("talk/c").mkdir(parents=True)
        Path("talk/c/mine").write_text("mine")
    before = sorted(folder.rglob("*"))
    with pytest.raises(SlidegenError, match="cannot be written"):
        write_new_files(Path("talk"), {"a": b"1", "b/x/a": b"2", "a/b": b"3"})
    assert sorted(folder.rglob("*")) == before
    rename = Path.rename
    calls: list[Path] = []

    def fails(self: Path, target: Path) -> Path:
        calls.append(target)
        if len(calls) == 3 or not there:
            raise KeyboardInterrupt
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fails)
    with pytest.raises(KeyboardInterrupt):
        write_new_files(Path("talk"), {"a": b"1", "b/x/a": b"2", "c/new": b"3"})
    assert calls
    assert sorted(folder.rglob("*")) == before


@pytest.mark.unix
def test_modes() -> None:
    """Those of the user's umask."""
    mask = os.umask(0o027)
    try:
        write_new_files(Path("x/talk"), {"a/b": b""})
    finally:
        os.umask(mask)
    modes = [stat.S_IMODE(Path(path).stat().st_mode) for path in ("x", "x/talk", "x/talk/a", "x/talk/a/b")]
    assert modes == [0o750, 0o750, 0o750, 0o640]


@each
def test_the_schema_for_editors(template: str) -> None:
    """The first line of the deck names it, and it accepts the deck and refuses a wrong key."""
    jsonschema = pytest.importorskip("jsonschema")
    folder = made("talk", "--template", template)
    text = (folder / "talk.yml").read_text()
    line = text.splitlines()[0]
    assert line == "# yaml-language-server: $schema=.slidegen/deck.schema.json"
    schema = json.loads((folder / line.partition("=")[2]).read_text())
    assert json.dumps(schema) == json.dumps(json.loads(run("schema").stdout))
    deck = json.loads(json.dumps(yaml.safe_load(text), default=str))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(deck, schema)
    for wrong in ({"tilte": "x"}, {"slides": [{"layout": "titel"}]}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({**deck, **wrong}, schema)
    assert schema_text() == (folder / scaffold.SCHEMA).read_text()


def test_the_settings_of_the_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are in force, and git ignores what a build writes."""
    monkeypatch.chdir(made("talk"))
    rows = {row["key"]: row for row in json.loads(run("config", "talk.yml", "--format", "json").stdout)}
    lines = Path("slidegen.toml").read_text().splitlines()
    for key, value in {"theme": "auto", "format": "reveal", "output": "build"}.items():
        path, _, line = rows[key]["where"].rpartition(":")
        assert (Path(path), rows[key]["value"]) == (Path("slidegen.toml").absolute(), value)
        assert lines[int(line) - 1].startswith(f'{key} = "{value}"')
    assert Path(".gitignore").read_text() == "/build/\n"


@both
def test_the_workflow(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It installs what one line sets, builds from the record, and publishes with as few permissions as that takes."""
    folder = made("it's mine", "--github", "--kind", kind)
    text = (folder / ".github/workflows/slides.yml").read_text()
    workflow = yaml.safe_load(text)
    assert workflow["env"]["DECK"] == f"it's mine{SUFFIXES[kind]}"
    assert workflow["env"]["SLIDEGEN"] == (remote_requirement() or "")
    assert workflow[True] == {"push": {"branches": ["main"]}, "workflow_dispatch": None}  # YAML 1.1 reads `on` as true
    assert workflow["permissions"] == {"contents": "read"}
    build, publish = workflow["jobs"]["build"], workflow["jobs"]["publish"]
    assert publish["needs"] == "build"
    assert publish["permissions"] == {"pages": "write", "id-token": "write"}
    steps = [*build["steps"], *publish["steps"]]
    actions = [step["uses"].partition("@") for step in steps if "uses" in step]
    assert [name for name, _, _ in actions] == [
        *("actions/checkout", "actions/setup-python", "actions/upload-pages-artifact", "actions/deploy-pages")
    ]
    assert all(version.removeprefix("v").isdigit() for _, _, version in actions)
    commands = [step["run"] for step in steps if "run" in step]
    assert commands[0] == 'python -m pip install "${SLIDEGEN:?set it in .github/workflows/slides.yml}"'
    command = commands[1].replace('"$DECK"', workflow["env"]["DECK"].replace(" ", "\0")).split()
    monkeypatch.chdir(folder)
    done = run(*(word.replace("\0", " ") for word in command[1:]))
    assert done.exit_code == 0, done.stderr
    assert Path("site/index.html").is_file()
    assert "pypi" not in text.lower()


def test_a_new_deck_is_made_before_it_is_written() -> None:
    """So that programs can look at it."""
    new = new_deck(Path("talk"), "blank", "yaml", date="2026-01-02")
    assert isinstance(new, NewDeck)
    assert not Path("talk").exists()
    assert "date: 2026-01-02" in new.files[new.deck].decode()
    assert set(write_deck(new)) == {Path("talk") / name for name in new.files}


@pytest.mark.browser
@pytest.mark.slow
@each
@both
@pytest.mark.parametrize("form", ["reveal", "marp"])
def test_nothing_runs_off(template: str, kind: str, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """On no slide of any template, in either output."""
    monkeypatch.chdir(made("talk", "--template", template, "--kind", kind))
    done = run("check", f"talk{SUFFIXES[kind]}", "--format", form, "--frozen", "--offline")
    assert (done.exit_code, done.stderr) == (0, "")
