"""The settings of a project (`slidegen.toml`) and of the user: which of them is in force, and what they cannot do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import platformdirs
import pytest
from click.testing import CliRunner, Result

from slidegen.api import estimate
from slidegen.build_options import BuildOptions, build_settings
from slidegen.cli import main
from slidegen.cli.options import build_options
from slidegen.errors import SlidegenError
from slidegen.outputs.target import output_folder
from slidegen.pipeline import preview
from slidegen.project import find_project
from slidegen.settings_file import KEYS, read_settings
from slidegen.user_configuration import configuration_path, user_permissions, user_settings
from tests.deck_folder import DeckFolder

MARP = "---\nmarp: true\n---\n# A\n"
PLAIN = "slides: [a]\n"
OCEAN = "scheme: dark\ntokens: {accent: '#123456'}\n"


@pytest.fixture
def deck(folder: DeckFolder, monkeypatch: pytest.MonkeyPatch) -> DeckFolder:
    """A folder of decks in a project, whose folder is the working directory."""
    (folder.path / "project" / "talks").mkdir(parents=True)
    monkeypatch.chdir(folder.path / "project")
    return DeckFolder(folder.path / "project" / "talks")


@pytest.fixture
def user(folder: DeckFolder, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's configuration, still empty."""
    path = folder.write("user/config.toml", "")
    monkeypatch.setenv("SLIDEGEN_CONFIG", str(path))
    return path


def project(text: str) -> None:
    """Writes the project's settings."""
    Path("slidegen.toml").write_text(text)


def run(*arguments: str) -> Result:
    """Runs a command."""
    return CliRunner().invoke(main, arguments)


def in_force(*arguments: str) -> dict[str, tuple[Any, str]]:
    """What `slidegen config` prints: values and where they come from."""
    done = run("config", *arguments, "--format", "json")
    assert done.exit_code == 0, done.stderr
    return {row["key"]: (row["value"], row["where"]) for row in json.loads(done.stdout)}


def test_lines_of_keys(tmp_path: Path) -> None:
    """What looks like a key in a comment or a string of several lines is not one."""
    path = tmp_path / "x.toml"
    path.write_text(
        '# theme = "a"\n"a" = """\ntheme = "b" \\"""\nformat = \'\'\' """\nb = \'"""\'\n\'theme\' = "c" # """\n'
        "c = [\n  {format = 1},\n]\nd.e = 1\nformat = 'marp'\n[f]\ng = 1\n[[h]]\n"
    )
    names = ("a", "b", "theme", "c", "d", "format", "f", "h")
    kinds = {"a": str, "b": str, "c": list, "d": dict, "f": dict, "h": list, **KEYS}
    found = read_settings(path, kinds, "")
    assert {name: found[name].line for name in names} == {
        "a": 2, "b": 5, "theme": 6, "c": 7, "d": 10, "format": 11, "f": 12, "h": 14
    }  # fmt: skip
    assert found["theme"].value == "c"


def test_theme_and_format_of_the_project(deck: DeckFolder) -> None:
    """They count unless the deck or the command line says something else."""
    project("theme = 'dark'\nformat = 'marp'\n")
    page = deck.build(PLAIN)
    assert page.built.output.name == "talk.marp.html"
    assert 'lang="en" data-scheme="dark"' in page.html
    assert deck.build(PLAIN, format="reveal").built.output.name == "talk.html"
    own = deck.build(f"theme: light\nformat: reveal\n{PLAIN}")
    assert own.built.output.name == "talk.html"
    assert 'lang="en" data-scheme="light"' in own.html


@pytest.mark.parametrize("value", ["look", "talks/../look"])
@pytest.mark.parametrize(("text", "name"), [(PLAIN, "talk.yml"), (MARP, "talk.md"), ("# A\n", "plain.md")])
def test_the_folder_of_a_theme_is_relative_to_the_file(deck: DeckFolder, value: str, text: str, name: str) -> None:
    """And not to the deck, in whose folder another theme of that name may be."""
    project(f"theme = '{value}'\n")
    DeckFolder(deck.path.parent).write("look/theme.yml", OCEAN)
    deck.write("look/theme.yml", "scheme: dark\ntokens: {accent: '#654321'}\n")
    html = deck.build(text, name).html
    assert "#123456" in html
    assert "#654321" not in html


@pytest.mark.parametrize("theme", ["gaia", "look/mine.css"])
def test_a_marp_theme_of_the_project(deck: DeckFolder, theme: str) -> None:
    """For Markdown decks that name none."""
    project(f"theme = '{theme}'\n")
    rule = "/* @theme mine */ section { color: #123456 }"
    DeckFolder(deck.path.parent).write("look/mine.css", rule)
    assert ("#123456" in deck.build(MARP, "talk.md").html) == (theme != "gaia")
    assert f'data-theme="{"mine" if theme != "gaia" else theme}"' in deck.build(MARP, "talk.md", format="marp").html
    assert "#123456" not in deck.build(MARP.replace("marp: true", "theme: uncover"), "talk.md").html


def test_the_scheme_of_a_marp_deck_in_the_projects_look(deck: DeckFolder) -> None:
    """As with a theme that the deck itself names, `--theme` may choose the scheme only, or another theme."""
    project("theme = 'auto'\n")
    html = deck.build(MARP, "talk.md", theme="dark", format="marp").html
    assert 'data-scheme="dark" data-look="slidegen"' in html
    assert 'data-look="slidegen"' not in deck.build(MARP, "talk.md", theme="gaia", format="marp").html
    (message,) = deck_problems(deck, theme="nope")
    assert message.startswith("talk.md:1: unknown theme 'nope'")


def deck_problems(deck: DeckFolder, **options: Any) -> list[str]:
    """The messages of a Markdown deck that must not build."""
    with pytest.raises(SlidegenError) as caught:
        deck.build(MARP, "talk.md", **options)
    return [str(problem).replace(f"{deck.path}/", "") for problem in caught.value.problems]


@pytest.mark.unix
@pytest.mark.parametrize(
    ("theme", "deck_name"), [("../look", "a.yml"), ("link", "a.yml"), ("../look/mine.css", "a.md"), ("../look", "a.md")]
)
def test_no_theme_outside_the_root(deck: DeckFolder, theme: str, deck_name: str) -> None:
    """The file may be a stranger's."""
    outside = DeckFolder(deck.path.parent.parent)
    outside.write("look/theme.yml", OCEAN)
    outside.write("look/mine.css", "/* @theme mine */")
    Path("link").symlink_to("../look")
    project(f"# looks\ntheme = '{theme}'\n")
    (message,) = deck.problems(PLAIN if deck_name == "a.yml" else MARP, deck_name)
    assert message.startswith(f"{deck.path.parent}/slidegen.toml:2: theme ")
    assert "is outside the project's root; copy " in message


@pytest.mark.parametrize(("text", "name"), [(PLAIN, "a.yml"), (MARP, "a.md")])
def test_mistakes_stand_at_the_line_of_the_setting(deck: DeckFolder, text: str, name: str) -> None:
    """Of the theme and of the format, together."""
    project("theme = 'drak'\nformat = 'pdf'\n")
    messages = [message.partition(";")[0] for message in deck.problems(text, name)]
    mark = f"{deck.path.parent}/slidegen.toml"
    assert sorted(messages) == [f"{mark}:1: unknown theme 'drak'", f"{mark}:2: unknown format 'pdf'"]


def test_the_output_folder(deck: DeckFolder, user: Path) -> None:
    """Relative to the file, wherever the command runs; `--output-dir` and `-o` win."""
    deck.write("a.yml", PLAIN)
    user.write_text("output = 'mine'\n")
    for text, arguments, written in (
        ("", (), "mine/a.html"),
        ("output = 'site/talks'\n", (), "site/talks/a.html"),
        ("output = 'site/talks'\n", ("--output-dir", "there"), "there/a.html"),
        ("output = 'site/talks'\n", ("-o", "b.html"), "b.html"),
        ("output = '.'\n", (), "a.html"),
    ):
        project(text)
        assert run("build", "talks/a.yml", *arguments).stdout == f"{written}\n"
        assert Path(written).is_file()
    deck.write("more/a.yml", PLAIN)
    project("output = 'site'\n")
    done = run("build", "talks/a.yml", "talks/more/a.yml")
    assert done.stdout.splitlines() == ["site/a.html", "site/more/a.html"]


@pytest.mark.unix
def test_no_output_outside_the_root(deck: DeckFolder) -> None:
    """Neither by the name of the folder, nor by a link, nor by a link in the place of the page."""
    deck.write("a.yml", PLAIN)
    deck.write("more/a.yml", PLAIN)
    outside = deck.path.parent.parent / "precious"
    outside.mkdir()
    page = DeckFolder(outside).write("page.html", "mine")
    Path("link").symlink_to(outside)
    mark = deck.path.parent / "slidegen.toml"
    for value in ("../precious", "link", "link/../x/../../precious", str(outside)):
        project(f"\noutput = '{value}'\n")
        done = run("build", "talks/a.yml")
        assert done.stderr == f"error: {mark}:2: output {value!r} leads out of the file's folder; name one inside it\n"
    project("output = 'site'\n")
    Path("site").mkdir()
    Path("site/a.html").symlink_to(page)
    for decks in (("talks/a.yml",), ("talks/a.yml", "talks/more/a.yml")):
        done = run("build", *decks)
        assert done.exit_code == 1
        assert "error: site/a.html: the output is a link out of the project's root" in done.stderr
    done = run("build", "talks/a.yml", "--output-dir", "site")
    assert "error: site/a.html: the output is a link out of the output folder; remove it" in done.stderr
    assert page.read_text() == "mine"
    assert run("build", "talks/a.yml", "-o", "site/a.html").exit_code == 0  # the user's word


@pytest.mark.unix
def test_no_link_in_the_default_folder_leads_the_build_out(deck: DeckFolder) -> None:
    """The folder `build` may have come with the deck, and be a link itself."""
    deck.write("a.yml", PLAIN)
    page = DeckFolder(deck.path.parent.parent).write("page.html", "mine")
    Path("build").mkdir()
    Path("build/a.html").symlink_to(page)
    message = "error: build/a.html: the output is a link out of the working directory; remove it, or name the file by"
    assert run("build", "talks/a.yml").stderr.startswith(message)
    assert page.read_text() == "mine"
    Path("build/a.html").unlink()
    Path("build").rmdir()
    Path("build").symlink_to(page.parent)
    assert run("build", "talks/a.yml").stderr.startswith(message)
    assert not (page.parent / "a.html").exists()


@pytest.mark.usefixtures("deck")
def test_a_value_that_no_file_can_have() -> None:
    """Control characters are told with their line, a mark of the byte order is not a mistake."""
    project('output = "a\\u0000b"\n')
    done = run("config")
    assert done.stderr.endswith("slidegen.toml:1: output: it has the character U+0000, which no name has\n")
    assert done.exit_code == 1
    project('\ufeffformat = "marp"\n')
    assert "marp" in run("config").stdout


def test_offline_of_the_project_and_of_the_user(deck: DeckFolder, user: Path) -> None:
    """Whoever says offline is obeyed: a stranger's file cannot send requests that the user forbids."""
    deck.write("a.yml", "slides: ['{{ memory(\"nobody/none\").total | gib }}']\n")
    for text, mine in (("offline = true\n", ""), ("offline = false\n", "offline = true\n"), ("", "offline = true\n")):
        project(text)
        user.write_text(mine)
        for command in (("build", "talks/a.yml"), ("estimate", "nobody/none"), ("models", "show", "nobody/none")):
            done = run(*command)
            assert done.exit_code == 1
            assert "offline" in done.stderr, (text, mine, command)
    project("offline = true\n")
    with pytest.raises(SlidegenError, match="offline"):
        estimate("nobody/none", accounting="textbook")


def test_permissions_are_the_users(deck: DeckFolder, user: Path) -> None:
    """Each option that permits something is a key of the user's configuration, and of no project."""
    flags = [(field, flag) for field, flags in build_settings().items() for flag in flags]
    keys = {flag.key: field.name for field, flag in flags if field.metadata["of_user"]}
    assert keys == {
        "offline": "offline",
        "fetch-remote": "remote",
        "fetch-private": "remote",
        "allow-remote-missing": "remote",
        "allow-scripts": "allow_scripts",
        "download-weights": "download_weights",
    }
    for key in keys.keys() - {"offline"}:
        project(f"{key} = true\n")
        done = run("config")
        assert done.exit_code == 1
        assert f"slidegen.toml:1: unknown key {key!r}" in done.stderr
        assert "; permissions come from the command line or your own configuration" in done.stderr
        project("")
        user.write_text(f"{key} = true\n")
        assert list(user_permissions(user_settings())) == [keys[key]]
    user.write_text("allow-scripts = true\n")
    deck.write("a.yml", "slides: ['<script>let x = 1</script> a']\n")
    assert "left out" not in run("build", "talks/a.yml").stderr
    user.write_text("allow-scripts = false\n")
    assert "left out" in run("build", "talks/a.yml").stderr


def test_the_command_line_comes_before_the_users_permissions(user: Path) -> None:
    """As one setting: its options exclude each other, but for one that extends another."""
    given = {"fetch_remote": False}
    names = ("remote_fetch", "remote_fetch_private", "remote_placeholder")
    user.write_text("fetch-remote = true\nfetch-private = true\n")
    assert build_options(dict.fromkeys(names, False)).remote == "fetch-private"
    assert build_options({**dict.fromkeys(names, False), "remote_placeholder": True}).remote == "placeholder"
    assert build_options(given).remote == "fetch-private"
    user.write_text("fetch-remote = true\nallow-remote-missing = true\n")
    done = run("config")
    assert done.stderr == f"error: {user}:2: set one of fetch-remote and allow-remote-missing\n"


def test_the_users_theme_and_format_come_last(deck: DeckFolder, user: Path) -> None:
    """Before the defaults only. A theme's folder is relative to the configuration."""
    user.write_text("theme = 'look'\nformat = 'marp'\n")
    DeckFolder(user.parent).write("look/theme.yml", OCEAN)
    deck.write("a.yml", PLAIN)
    assert run("build", "talks/a.yml").stdout.splitlines()[0] == "build/a.marp.html"
    assert "#123456" in Path("build/a.marp.html").read_text()
    project("theme = 'light'\nformat = 'reveal'\n")
    assert run("build", "talks/a.yml").stdout == "build/a.html\n"
    assert "#123456" not in Path("build/a.html").read_text()
    project("")
    user.write_text("theme = 'nope'\n")
    assert f"error: {user}:1: unknown theme 'nope'" in run("build", "talks/a.yml").stderr


def test_a_program_has_no_user(deck: DeckFolder, user: Path) -> None:
    """Who calls the API says what is permitted; the project's settings count."""
    user.write_text("theme = 'dark'\nallow-scripts = true\noutput = 'mine'\n")
    project("output = 'site'\n")
    assert 'lang="en" data-scheme="dark"' not in deck.build(PLAIN).html
    assert output_folder(find_project(deck.path), BuildOptions()) == Path("site")


@pytest.mark.parametrize("named", ["", "none.toml"])
def test_where_the_users_configuration_is(named: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An empty variable means that there is none; a file that it names must be there."""
    monkeypatch.setenv("SLIDEGEN_CONFIG", named)
    monkeypatch.chdir(tmp_path)
    done = run("config")
    assert done.exit_code == (1 if named else 0)
    assert done.stderr == ("error: none.toml: SLIDEGEN_CONFIG names a file that does not exist\n" if named else "")


@pytest.mark.parametrize("home", ["given", "", None])
def test_the_usual_place_of_the_users_configuration(
    home: str | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where the system keeps such files, as platformdirs says."""
    monkeypatch.delenv("SLIDEGEN_CONFIG")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    if home is not None:
        monkeypatch.setenv("XDG_CONFIG_HOME", home and str(tmp_path / home))
    place = platformdirs.user_config_path("slidegen") / "config.toml"
    assert configuration_path() == place
    assert user_settings() == {}
    place.parent.mkdir(parents=True)
    place.write_text("offline = true\n")
    assert in_force()["offline"] == (True, f"{place}:1")


def test_config_says_where_each_value_comes_from(deck: DeckFolder, user: Path) -> None:
    """With a deck and without, as a table and as JSON."""
    mark = deck.path.parent / "slidegen.toml"
    deck.write("a.yml", "title: a\ntheme: light\nslides: [a]\n")
    deck.write("b.md", "---\ntheme: gaia\nformat: marp\n---\n# A\n")
    here = in_force()
    assert here["root"] == (".", "working directory")
    assert here["theme"] == ("auto", "default")
    assert here["output"] == ("build", "default")
    assert here["configuration"] == (str(user), "user's configuration")
    project("output = 'site'\ntheme = 'dark'\noffline = true\n")
    user.write_text("format = 'marp'\nallow-scripts = true\noffline = true\n")
    assert in_force("talks/a.yml") == {
        "root": (str(mark.parent), str(mark)),
        "configuration": (str(user), "user's configuration"),
        "theme": ("light", "talks/a.yml:2"),
        "scheme": ("as the theme", "default"),
        "format": ("marp", f"{user}:1"),
        "output": ("site", f"{mark}:1"),
        "fetch-remote": (False, "default"),
        "fetch-private": (False, "default"),
        "allow-remote-missing": (False, "default"),
        "allow-scripts": (True, f"{user}:2"),
        "offline": (True, f"{mark}:3"),
        "download-weights": (False, "default"),
    }
    of_markdown = in_force("talks/b.md", "--root", "talks", "--output-dir", "x", "--offline", "--fetch-remote")
    assert of_markdown["theme"] == ("gaia", "talks/b.md:2")
    assert of_markdown["format"] == ("marp", "talks/b.md:3")
    assert of_markdown["root"] == ("talks", "command line")
    assert of_markdown["output"] == ("x", "command line")
    assert of_markdown["offline"] == of_markdown["fetch-remote"] == (True, "command line")
    assert in_force()["theme"] == ("dark", f"{mark}:2")
    assert run("config").stdout.splitlines()[0].split() == ["Key", "Value", "From"]


@pytest.mark.unix
def test_a_file_that_is_ignored_sets_nothing(deck: DeckFolder) -> None:
    """As it does not make a root either."""
    DeckFolder(deck.path.parent.parent).write("x.toml", "theme = 'dark'\n")
    Path("slidegen.toml").symlink_to("../x.toml")
    assert find_project(deck.path).settings == {}
    assert find_project(deck.path, Path()).settings == {}


def test_a_served_deck_is_built_again_after_a_change_of_the_settings(deck: DeckFolder) -> None:
    """The file is one that the build reads, in force or ignored."""
    project("theme = 'dark'\n")
    reads: set[Path] = set()
    made = preview(str(deck.write("a.yml", PLAIN)), BuildOptions(reads=reads))
    assert made.page.root["data-scheme"] == "dark"
    assert deck.path.parent / "slidegen.toml" in reads


def test_other_commands_refuse_a_file_with_mistakes(deck: DeckFolder) -> None:
    """All that read decks, or look for models in the project."""
    project("them = 'dark'\n")
    deck.write("a.yml", PLAIN)
    deck.write("b.org", "* A\n")
    models = (("estimate", "7B", "--accounting", "textbook"), ("models", "show", "Qwen/Qwen3-8B"))
    for command in (("check", "talks/a.yml"), ("tables", "talks/a.yml"), ("import", "talks/b.org"), *models):
        done = run(*command)
        assert done.exit_code == 1, command
        assert "slidegen.toml:1: unknown key 'them'; did you mean 'theme'?" in done.stderr
