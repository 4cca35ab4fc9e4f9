"""`slidegen diff`: which numbers changed between two decks, two records, or two revisions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from slidegen import build
from tests.cli.said import run
from tests.revisions.conftest import Repo
from tests.revisions.conftest import repo as repo

DECK = """\
vars: {price: 5}
tables: {t: {source: data, file: rows.csv}}
slides:
- |
  # The price is {{ price }} euros
- |
  # Memory
  {{ table("t") }}
"""
ROWS = "name,total\nfirst,10\nsecond,20\n"


@pytest.fixture
def talk(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """A deck in two commits, v1 and v2, and edited since. The working directory is the top of its repository."""
    repo.commit({"slides/talk.yml": DECK, "slides/rows.csv": ROWS}, "v1")
    repo.commit({"slides/rows.csv": ROWS.replace("20", "25")}, "v2")
    repo.write({"slides/rows.csv": ROWS.replace("20", "40")})
    monkeypatch.chdir(repo.top)
    return repo


def numbers(*arguments: str) -> list[tuple[str, str]]:
    """The old and new text of every number that changed."""
    done = run("diff", *arguments, "--format", "json")
    assert done.exit_code == 0, done.stderr
    changes = json.loads(done.stdout)
    return [(one["old"], one["new"]) for slide in changes["slides"] for one in slide["changes"]]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["slides/talk.yml"], [("25", "40")]),
        (["v1", "slides/talk.yml"], [("20", "40")]),
        (["v1", "v2", "slides/talk.yml"], [("20", "25")]),
        (["v1..v2", "slides/talk.yml"], [("20", "25")]),
        (["v1..", "slides/talk.yml"], [("20", "25")]),
        (["v2", "v1", "slides/talk.yml"], [("25", "20")]),
        (["v1:slides/talk.yml", "slides/talk.yml"], [("20", "40")]),
        (["v1:slides/talk.yml"], [("20", "40")]),
        (["v1:./slides/talk.yml", "HEAD:slides/talk.yml"], [("20", "25")]),
        (["slides/talk.yml", "--set", "price=7"], [("5", "7")]),
        (["HEAD", "slides/talk.yml", "--set", "price=7"], [("5", "7"), ("25", "40")]),
        (["slides/talk.yml", "./slides/talk.yml"], []),
    ],
)
def test_every_way_to_name_two_sides(talk: Repo, words: list[str], expected: list[tuple[str, str]]) -> None:
    """The rows of a CSV file are those of the revision, too."""
    assert talk.top == Path.cwd()
    assert numbers(*words) == expected


def test_text_for_a_terminal(talk: Repo) -> None:
    """Slide by slide, with the size of the change."""
    assert talk
    done = run("diff", "v1", "slides/talk.yml", "--set", "price=7")
    lines = done.stdout.splitlines()
    assert lines[0] == "slides/talk.yml: v1 (2025-06-01) -> working tree"
    assert lines[1].startswith("2 changes on 2 slides; ")
    assert "slide 1  The price is 7 euros" in lines
    assert any(line.startswith("    t: second, total  20 -> 40  (+100.0 %)") for line in lines)
    assert "\x1b" not in done.stdout
    assert run("diff", "HEAD", "slides/talk.yml", "--exit-code").exit_code == 1
    talk.git("checkout", "-q", ".")
    done = run("diff", "slides/talk.yml", "--exit-code")
    assert (done.exit_code, done.stdout.splitlines()[1].split(";")[0]) == (0, "nothing changed")


def test_files_and_revisions_of_the_same_name(talk: Repo, tmp_path: Path) -> None:
    """What could be both is a mistake that says how to write each."""
    talk.write({"v1": "x"})
    done = run("diff", "v1", "slides/talk.yml")
    assert "'v1' is both a file and a revision; write ./v1 for the file, v1:PATH for the revision" in done.stderr
    assert numbers("v1:slides/talk.yml", "slides/talk.yml") == [("20", "40")]
    assert "unknown kind of deck" in run("diff", "./v1", "slides/talk.yml").stderr
    (tmp_path / "other.yml").write_text("slides: [a]\n")
    assert run("diff", str(tmp_path / "other.yml"), str(tmp_path / "other.yml")).exit_code == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["v3", "slides/talk.yml"], "'v3' is not a revision of the Git repository"),
        (["manin", "slides/talk.yml"], "did you mean 'main'?"),
        (["--", "--output=x", "slides/talk.yml"], "is not a revision"),
        (["v1...v2", "slides/talk.yml"], "a range has two dots"),
        (["v1", "slides"], "slides: is a folder; name a deck in it"),
        (["nope.yml", "slides/talk.yml"], "nope.yml: there is no such file"),
        (["v1:.", "slides/talk.yml"], "v1:.: is a folder"),
        (["v1", "slides/talk.yml", "-o", "slides/talk.yml"], "is one of the two sides"),
        (["v1", "slides/talk.yml", "-o", "./slides/talk.record.json"], "is one of the two sides"),
        (["v1", "slides/talk.yml", "-o", "slides/rows.csv", "--format", "deck"], "was not written by slidegen diff"),
        (["v1:../x.yml", "slides/talk.yml"], "outside the Git repository"),
        (["v1:slides/none.yml", "slides/talk.yml"], "v1:slides/none.yml: is not in the revision v1"),
        (["v1", "v2", "slides/talk.yml", "--set", "price=1"], "the new side is not one"),
    ],
)
def test_mistakes_on_the_command_line(talk: Repo, words: list[str], message: str) -> None:
    """One line each, exit code 1, and nothing on standard output."""
    done = run("diff", *words)
    assert (done.exit_code, done.stdout) == (1, "")
    assert message in done.stderr
    assert not (talk.top / "x").exists()
    assert (talk.top / "slides" / "talk.yml").read_text() == DECK


def test_a_deck_that_was_renamed(talk: Repo) -> None:
    """The message has its former name."""
    talk.git("mv", "slides/talk.yml", "slides/new.yml")
    talk.commit({})
    done = run("diff", "v1", "slides/new.yml")
    assert "it was called slides/talk.yml then: write v1:slides/talk.yml" in done.stderr
    assert numbers("v1:slides/talk.yml", "slides/new.yml") == [("20", "40")]


def test_mistakes_of_a_deck_in_a_revision(talk: Repo) -> None:
    """They name the file as it is written on the command line, not a temporary folder."""
    talk.commit({"slides/talk.yml": "slides: [\n"}, "broken")
    done = run("diff", "broken", "slides/talk.yml")
    assert done.exit_code == 1
    assert done.stderr.startswith("error: broken:slides/talk.yml:")
    assert "slidegen-" not in done.stderr


def test_includes_of_a_revision_and_its_project(talk: Repo) -> None:
    """A slide of a file in the folder above, which a slidegen.toml makes the root."""
    talk.commit(
        {
            "slidegen.toml": "",
            "shared/about.md": "# Six is 6\n\n---\n\n# Two is 2\n",
            "slides/talk.md": "# One\n\n<!-- include: ../shared/about.md -->\n",
        },
        "v3",
    )
    talk.write({"shared/about.md": "# Six is 7\n\n---\n\n# Two is 2\n"})
    assert numbers("v3", "slides/talk.md") == [("6", "7")]


MODEL = "Qwen/Qwen2-1.5B"
COMPUTED = f'slides: [\'# {{{{ memory("{MODEL}", method="full").total | gib }}}}\']\n'


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The record of a deck with one number."""
    folder = tmp_path_factory.mktemp("built")
    (folder / "talk.yml").write_text(COMPUTED)
    build(folder / "talk.yml", output=folder / "talk.html", offline=True)
    return (folder / "talk.record.json").read_text()


def older(record: str) -> str:
    """A record as another version of a library made it: 10 GiB in all."""
    found = json.loads(record)
    (result,) = found["results"]
    result["versions"]["transformers"] = "4.0.0"
    at = [key for key, _, _ in result["columns"]].index("total")
    result["rows"][0][at] = 10 * 2**30
    return json.dumps(found)


def test_a_number_of_an_old_record(talk: Repo, record: str) -> None:
    """Shown as it was then; nothing is computed, and the library is the reason."""
    talk.commit({"c.yml": COMPUTED, "c.record.json": older(record)}, "old")
    talk.write({"c.record.json": record})
    done = run("diff", "old", "c.yml")
    assert "10.00 GiB -> 11.50 GiB  (+15.0 %)" in done.stdout
    assert "transformers 4.0.0 -> 5.23.0" in done.stdout
    talk.write({"a.record.json": older(record)})
    for words in (["a.record.json", "c.record.json"], ["a.record.json", "c.yml"], ["old:c.record.json", "c.yml"]):
        assert ("10.00 GiB", "11.50 GiB") in [tuple(" ".join(one.split()) for one in pair) for pair in numbers(*words)]
    assert (talk.top / "c.record.json").read_text() == record


def test_a_deck_without_a_record(talk: Repo) -> None:
    """Two records cannot be compared."""
    done = run("diff", "slides/talk.yml", "slides/talk.record.json")
    assert (done.exit_code, talk.top.exists()) == (1, True)
    assert "no such file" in done.stderr


HOSTILE = (
    "# |a|\n\n<script>x</script> [l](https://a.example) {{ '{{' }} {% raw %}{% x %}{% endraw %} `c` @you :tada: is 1\n"
)


@pytest.fixture
def hostile(here: Path) -> tuple[str, str]:
    """Two decks whose sentence means something in HTML, in Markdown, on GitHub and in a deck."""
    (here / "a.yml").write_text(f"vars: {{x: 1}}\nslides:\n- {json.dumps(HOSTILE)}\n")
    (here / "b.yml").write_text(f"vars: {{x: 1}}\nslides:\n- {json.dumps(HOSTILE.replace('is 1', 'is 2'))}\n")
    return "a.yml", "b.yml"


def test_markdown_is_escaped(hostile: tuple[str, str]) -> None:
    """For a pull request: no HTML, no link, no mention, and as many columns as the head has."""
    text = run("diff", *hostile, "--format", "markdown").stdout
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert len({line.count("|") for line in rows}) == 1
    assert not any(sign in "".join(rows[2:]) for sign in ("<", "[", "@", "{{", ":tada:", "`"))
    assert "1 | 2" in rows[2]


@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_the_changes_as_a_deck(hostile: tuple[str, str], here: Path, output: str) -> None:
    """It builds without a warning, and the text of the decks is only text."""
    done = run("diff", *hostile, "--format", "deck", "-o", "changes.yml")
    assert (done.stdout, done.stderr) == ("changes.yml\n", "")
    assert run("diff", *hostile, "--format", "deck", "-o", "changes.yml").exit_code == 0
    built = build("changes.yml", output=here / "changes.html", format=output, theme="auto")
    assert built.warnings == ()
    html = (here / "changes.html").read_text()
    assert "<script>x" not in html
    assert "{{" in html.partition("<body")[2].partition('class="notes"')[0]


def test_a_long_list_is_divided(here: Path) -> None:
    """Among slides, and of more than those of a talk it says only how many there are."""
    for name, factor in (("a", 1), ("b", 2)):
        rows = "".join(f"row {n},{factor * (n + 1)}\n" for n in range(200))
        (here / f"{name}.csv").write_text(f"name,total\n{rows}")
        (here / f"{name}.yml").write_text(
            f"tables: {{t: {{source: data, file: {name}.csv}}}}\nslides: ['{{{{ table(\"t\") }}}}']\n"
        )
    run("diff", "a.yml", "b.yml", "--format", "deck", "-o", "changes.yml")
    built = build("changes.yml", output=here / "changes.html")
    assert built.warnings == ()
    assert 14 < len(built.lines) < 20
    html = (here / "changes.html").read_text()
    assert "more changes: slidegen diff lists them" in html
    assert "(12 of 12)" in html  # The slides that are there are counted, and not those that are left out.


def test_a_deck_of_one_change_says_one(here: Path) -> None:
    for name, total in (("a", 1), ("b", 2)):
        (here / f"{name}.csv").write_text(f"name,total\none,{total}\ntwo,5\n")
        table = f"t: {{source: data, file: {name}.csv}}"
        (here / f"{name}.yml").write_text(f"tables: {{{table}}}\nslides: ['{{{{ table(\"t\") }}}}']\n")
    text = run("diff", "a.yml", "b.yml", "--format", "deck").stdout
    assert "- **1** change on 1 slide" in text
    assert "- **3** numbers are the same" in text


def test_json_has_exact_values(here: Path) -> None:
    """And stable keys."""
    (here / "a.yml").write_text("vars: {x: 1}\nslides: ['# It is {{ x }}']\n")
    done = run("diff", "a.yml", "--set", "x=2", "--format", "json")
    found: dict[str, Any] = json.loads(done.stdout)
    assert list(found) == ["old", "new", "changed", "same", "hidden", "reasons", "slides", "problems"]
    (slide,) = found["slides"]
    assert list(slide) == ["kind", "old_number", "new_number", "title", "changes"]
    (change,) = slide["changes"]
    keys = ["kind", "place", "name", "row", "column", "old", "new", "old_value", "new_value", "relative", "reasons"]
    assert list(change) == keys
    assert (found["old"], found["new"], change["old"], change["new"]) == ("as it is", "with x=2", "1", "2")


def test_reasons_stand_once() -> None:
    """Above the changes that have them; not on slides if all changes of the deck have the same ones."""
    from slidegen.changes.forms.text import as_text
    from slidegen.changes.values import Change, Changes, Reason, SlideChange

    library, rank = Reason("library", "torch", "2.0", "2.1"), Reason("variable", "rank", "8", "16")

    def changes(*reasons: Reason) -> Changes:
        each = [Change("number", "text", "", f"n{at}", "", "1", "2", reasons=(one,)) for at, one in enumerate(reasons)]
        return Changes("a", "b", (SlideChange("changed", "1", "1", "t", tuple(each)),))

    assert as_text(changes(library, rank, library), "", 80).splitlines()[2:] == [
        "  torch 2.0 -> 2.1 (2)",
        "  rank 8 -> 16 (1)",
        "",
        "slide 1  t",
        "  torch 2.0 -> 2.1",
        "    n0  1 -> 2",
        "    n2  1 -> 2",
        "  rank 8 -> 16",
        "    n1  1 -> 2",
    ]
    assert as_text(changes(rank, rank), "", 80).splitlines()[4:] == ["slide 1  t", "    n0  1 -> 2", "    n1  1 -> 2"]


def test_only_numbers(talk: Repo) -> None:
    """Without the sentences that the author edited."""
    talk.write({"slides/talk.yml": DECK.replace("# Memory", "# Of 7 things, here is the memory that two need")})
    words = ["v1", "slides/talk.yml"]
    assert len(numbers(*words)) > 1
    assert numbers(*words, "--numbers") == [("20", "40")]


def test_colours_only_on_a_terminal() -> None:
    """And a stranger's text has none of its own."""
    from slidegen.changes.forms.text import as_text
    from slidegen.changes.values import Change, Changes, SlideChange
    from slidegen.cli.diff import _painted

    change = Change("number", "text", "", "\x1b[31mred", "", "1", "2")
    changes = Changes("a", "b", (SlideChange("changed", "1", "1", "\x1b[0m", (change,)),))
    assert "\x1b" not in as_text(changes, "", 80)
    assert "\x1b[31m1\x1b[0m -> \x1b[32m2\x1b[0m" in as_text(changes, "", 80, _painted)
    assert "\x1b[31mred" not in as_text(changes, "", 80, _painted)
