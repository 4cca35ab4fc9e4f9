"""The root of a deck's project: what makes a folder one, what may be read in it, and what is told of that."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from slidegen.cli import main
from slidegen.errors import SlidegenError
from slidegen.models import catalogue
from slidegen.models.finder import ModelFinder
from slidegen.project import find_project
from tests.deck_folder import MODEL, PIXEL, PIXEL_URI, WAYS, DeckFolder
from tests.models.conftest import TINY_LLAMA

PARENT = "---\nmarp: true\n---\n# A\n\n![w:100](../p.png)\n"
Root = Callable[[Path], dict[str, Any]]


def by_option(root: Path) -> dict[str, Any]:
    """A root that `--root` names."""
    return {"root": root}


def by_file(root: Path) -> dict[str, Any]:
    """A root that an empty `slidegen.toml` makes."""
    (root / "slidegen.toml").touch()
    return {}


both = pytest.mark.parametrize("rooted", [by_option, by_file])


@pytest.fixture
def deck(folder: DeckFolder) -> DeckFolder:
    """A folder of decks in a project's folder; outside that is a secret."""
    folder.write("secret.png", PIXEL)
    folder.write("secret.csv", "a\n1\n")
    folder.write("secret/theme.yml", "scheme: dark\n")
    folder.write("secret/config.json", json.dumps(TINY_LLAMA))
    folder.write("secret/m/config.json", json.dumps(TINY_LLAMA))
    folder.write("project/p.png", PIXEL)
    (folder.path / "project" / "talks").mkdir()
    return DeckFolder(folder.path / "project" / "talks")


@both
@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_a_picture_of_the_folder_above(deck: DeckFolder, rooted: Root, output: str) -> None:
    """As in decks that share their pictures."""
    assert PIXEL_URI in deck.build(PARENT, "talk.md", format=output, **rooted(deck.path.parent)).html


@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_without_a_root_the_error_says_both_ways(deck: DeckFolder, output: str) -> None:
    """A stranger's deck does not say what it may read."""
    assert deck.problems(PARENT, "talk.md", format=output) == [
        f"talk.md:6: slide 1: '../p.png' is outside the deck's folder; copy the file into it{WAYS}"
    ]
    assert "--root DIR" in WAYS
    assert "slidegen.toml" in WAYS


@pytest.mark.parametrize("sign", ["pyproject.toml", ".git"])
def test_other_signs_of_a_project_do_not_count(deck: DeckFolder, sign: str) -> None:
    """They are there for other reasons, and say nothing of what a deck may read."""
    (deck.path.parent / sign).touch()
    (message,) = deck.problems(PARENT, "talk.md")
    assert "outside the deck's folder" in message


@both
def test_tables_themes_and_models_of_the_folder_above(deck: DeckFolder, rooted: Root) -> None:
    """One root for all of them; the project's own models are in its folder `models`."""
    project = DeckFolder(deck.path.parent)
    project.write("data/a.csv", "name\nfrom above\n")
    project.write("themes/t/theme.yml", "scheme: dark\n")
    project.write("themes/t/reveal.css", ".x { background: url(../../p.png) }")
    config = json.dumps(catalogue.facts(MODEL).config)
    for place in ("m/config.json", "models/org/own/config.json"):
        project.write(place, config)
    page = deck.build(
        """\
        theme: ../themes/t
        tables:
          a: {source: data, file: ../data/a.csv}
        slides:
        - |
          {{ table("a") }}
          {{ memory("../m", method="full").total | gib }}, {{ memory("org/own", method="full").total | gib }}
        """,
        **rooted(project.path),
    )
    assert "from above" in page.body
    assert page.body.count("11.50") == 2  # the EuroPython 2024 talk's number
    assert f'.x {{ background: url("{PIXEL_URI}") }}' in page.html


@pytest.mark.unix
@both
@pytest.mark.parametrize(
    "url",
    [
        "../../secret.png",
        "../talks/../../secret.png",
        "%2e%2e/%2e%2e/secret.png",
        "..%2F..%2Fsecret.png",
        "/etc/hostname",
        "../link.png",
        "../linked/secret.png",
    ],
)
def test_no_picture_outside_the_root(deck: DeckFolder, rooted: Root, url: str) -> None:
    """However the way out of it is written, and wherever links lead."""
    (deck.path.parent / "link.png").symlink_to("../secret.png")
    (deck.path.parent / "linked").symlink_to("..")
    options = rooted(deck.path.parent)
    assert deck.slide_problems(f"![]({url})", **options) == [
        f"talk.yml:3: slide 1: '{url}' is outside the project's root; copy the file into it{WAYS}"
    ]


@both
@pytest.mark.parametrize(
    ("url", "message"),
    [
        (r"..%5C..%5Csecret.png", "no file '..%5C..%5Csecret.png' in the deck's folder"),
        ("C:/secret.png", "only files of the project's root can be inlined, not 'C:/secret.png'"),
        ("../none.png", "no file '../none.png' in the project's root"),
    ],
)
def test_what_is_no_way_out(deck: DeckFolder, rooted: Root, url: str, message: str) -> None:
    """Windows' signs in a path, a drive, a file that is not there."""
    assert deck.slide_problems(f"![]({url})", **rooted(deck.path.parent)) == [f"talk.yml:3: slide 1: {message}"]


@pytest.mark.unix
@both
def test_nothing_else_outside_the_root(deck: DeckFolder, rooted: Root) -> None:
    """Tables, themes, models; a link to one of them neither."""
    options = rooted(deck.path.parent)
    (deck.path.parent / "link.csv").symlink_to("../secret.csv")
    (deck.path.parent / "models").symlink_to("..")
    for name in ("../../secret.csv", "../link.csv"):
        text = f"tables:\n  a: {{source: data, file: {name}}}\nslides: ['{{{{ table(\"a\") }}}}']\n"
        (message,) = deck.problems(text, **options)
        assert message.endswith(f"data: {name}: is outside the project's root; copy the file into it{WAYS}")
    assert deck.problems("theme: ../../secret\nslides: [a]\n", **options) == [
        f"talk.yml:1: theme '../../secret' is outside the project's root; copy its folder into it{WAYS}"
    ]
    for name in ("../../secret", "secret/m"):
        (message,) = deck.slide_problems(f"{{{{ memory('{name}').total }}}}", **options)
        assert message.endswith(f"model '{name}': its file is outside the project's root; copy the model into it{WAYS}")


def test_the_nearest_file_counts(deck: DeckFolder) -> None:
    """One in the deck's own folder keeps everything above it out."""
    for place in (deck.path.parent.parent, deck.path.parent, deck.path):
        by_file(place)
        assert find_project(deck.path).root == place
    (message,) = deck.problems(PARENT, "talk.md")
    assert "'../p.png' is outside the project's root" in message


@pytest.mark.unix
def test_the_option_counts_before_the_file(deck: DeckFolder) -> None:
    """The user's word, wider or narrower; its folder may be a link."""
    by_file(deck.path)
    (deck.path.parent.parent / "link").symlink_to("project")
    assert PIXEL_URI in deck.build(PARENT, "talk.md", root=deck.path.parent.parent / "link").html


@pytest.mark.unix
def test_a_deck_outside_the_root_is_refused(deck: DeckFolder, folder: DeckFolder) -> None:
    """Also by a link in its own path."""
    other = folder.path / "other"
    other.mkdir()
    (other / "talks").symlink_to(deck.path)
    assert deck.problems(PARENT, "talk.md", root=other) == [
        f"talk.md: is outside --root {other}; name a folder that holds the deck"
    ]
    with pytest.raises(SlidegenError, match=r"talk\.md: is outside --root .*other; name a folder that holds the deck$"):
        DeckFolder(other / "talks").build(PARENT, "talk.md", root=other)


def test_a_root_that_is_no_folder(deck: DeckFolder) -> None:
    """A file, or nothing."""
    for root in (deck.path.parent / "p.png", deck.path / "none", Path("a\0b")):
        (message,) = deck.problems(PARENT, "talk.md", root=root)
        assert message.endswith(f"{root.name}: --root is not a folder")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            b'# mine\nroot = "/"\n',
            "2: unknown key 'root'; available: format, offline, output, scheme, theme; permissions come from the "
            "command line or your own configuration",
        ),
        (b"theme = 'dark'\n\noffline = 1\n", "3: offline is 1; allowed: true or false"),
        (b"theme = ''\n", "1: theme is empty; at least one is needed"),
        (b"theme = 'dark'\nx", "2: is not TOML: expected '=' after a key in a key/value pair"),
        (b"theme = 'dark'\n\ntheme = 'dark'", "3: is not TOML: cannot overwrite a value"),
        (b"\xff", " is not UTF-8 text"),
        (b"#" * 100_001, " cannot be read: is larger than 0.1 MB"),
    ],
)
def test_a_file_with_mistakes_is_refused(deck: DeckFolder, content: bytes, message: str) -> None:
    """Each at its line. It can neither widen the root nor permit anything."""
    deck.write("slidegen.toml", content)
    assert deck.slide_problems("a") == [f"slidegen.toml:{message}"]


def test_a_file_nested_too_deeply_is_refused(deck: DeckFolder) -> None:
    """In a line; the words are Python's."""
    deck.write("slidegen.toml", "a = " + "[" * 50_000)
    (message,) = deck.slide_problems("a")
    assert message.startswith("slidegen.toml:1: is not TOML: ")


def test_comments_say_nothing(deck: DeckFolder) -> None:
    """As in a file that tells people what it is for."""
    deck.write("slidegen.toml", "# the root of our talks\n")
    assert deck.slide("a").body == "<p>a</p>"


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root gives files away")
@pytest.mark.parametrize(("file", "above", "counts"), [(1234, 0, False), (1234, 1234, True), (0, 1234, True)])
def test_a_strangers_file_is_passed_over(deck: DeckFolder, file: int, above: int, counts: bool) -> None:
    """Anybody may put one into /tmp, which is the administrator's; in a folder of their own they may."""
    mark = deck.path.parent / "slidegen.toml"
    mark.touch()
    os.chown(mark, file, file)
    os.chown(mark.parent, above, above)
    project = find_project(deck.path)
    assert project.root == (mark.parent if counts else deck.path)
    assert (f"{mark} is ignored: it belongs to another user" in project.notes) is not counts


@pytest.mark.unix
def test_a_link_and_a_folder_of_that_name_are_passed_over(deck: DeckFolder) -> None:
    """A link may lead to a file of the administrator's."""
    (deck.path.parent / "slidegen.toml").symlink_to("/etc/passwd")
    (deck.path / "slidegen.toml").mkdir()
    project = find_project(deck.path)
    assert project.root == deck.path
    assert [note.removeprefix(f"{deck.path.parent}/") for note in project.notes] == [
        "talks/slidegen.toml is ignored: it is not a regular file",
        "slidegen.toml is ignored: it is not a regular file",
    ]


def test_the_users_words_may_lead_anywhere(deck: DeckFolder, folder: DeckFolder) -> None:
    """`--theme`, `--theme-set` and `--output` are no words of the deck."""
    secret = folder.path / "secret"
    folder.write("secret/marp.css", "/* @theme mine */ section { color: #123456 }")
    by_file(deck.path)
    assert deck.slide("a", theme=str(secret)).built.output.exists()
    text = "---\nmarp: true\ntheme: mine\n---\n# A\n"
    page = deck.build(text, "a.md", format="marp", theme_set=(secret,), output=secret / "a.html")
    assert "#123456" in page.html


def test_what_is_read_above_the_deck_is_named(deck: DeckFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """By -v, each file once; what is in the deck's folder is not."""
    project = DeckFolder(deck.path.parent)
    project.write("a.csv", "n\n1\n")
    project.write("talks/own.png", PIXEL)
    project.write(
        "talks/talk.yml",
        "tables: {a: {source: data, file: ../a.csv}}\n"
        "slides: ['{{ table(\"a\") }} ![](../p.png) ![](own.png)', '![](../p.png)', '![](../p.png#b)']\n",
    )
    monkeypatch.chdir(project.path)
    command = ["build", "talks/talk.yml", "--root", "."]
    above = [
        f"talks/talk.yml: reads {project.path.resolve() / name}, above the deck's folder" for name in ("a.csv", "p.png")
    ]
    done = CliRunner().invoke(main, [*command, "-v"])
    assert done.stderr.splitlines()[:-1] == ["talks/talk.yml: the root is ., by --root", *above]
    assert "above" not in CliRunner().invoke(main, command).stderr
    tables = CliRunner().invoke(main, ["tables", "talks/talk.yml", "--root", ".", "--verbose"])
    assert above[0] in tables.stderr.splitlines()
    assert CliRunner().invoke(main, [*command, "-v", "-q"]).exit_code == 2


def test_models_without_a_deck_are_those_of_the_working_directorys_project(
    deck: DeckFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Names are looked for in its root; paths may lead anywhere, as they are the user's."""
    by_file(deck.path.parent)
    DeckFolder(deck.path.parent).write("models/org__own.json", json.dumps(TINY_LLAMA))
    monkeypatch.chdir(deck.path)
    finder = ModelFinder(find_project(Path()), offline=True, hub_cache=deck.path / "none")
    assert finder.find("org/own").config == TINY_LLAMA
    assert finder.find("../../secret").config == TINY_LLAMA
