"""What programs and plug-ins import from slidegen."""

from __future__ import annotations

import doctest
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

import slidegen
from slidegen import ExportOptions, Table, TableSource, build, check, estimate, export, tables
from tests.deck_folder import DeckFolder

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/api.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """The code blocks of docs/api.md in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


@pytest.fixture
def talk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with the deck of docs/api.md."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "talk.yml").write_text(blocks("yaml")[0], encoding="utf-8")
    return tmp_path


@pytest.mark.browser
@pytest.mark.usefixtures("talk")
def test_the_examples_of_the_page_run() -> None:
    """Each prints what the page shows, where "..." stands for names that a new theme adds to."""
    examples = doctest.DocTestParser().get_doctest("\n".join(blocks("pycon")), {}, "docs/api.md", None, 0)
    told: list[str] = []
    assert doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(examples, out=told.append) == (0, 26), "".join(told)


def test_the_plug_in_of_the_page_is_a_table_source() -> None:
    """Of names that slidegen offers, and called as its entry point says."""
    names: dict[str, Any] = {"__name__": "squares"}
    exec(compile(blocks("python")[0], "docs/api.md", "exec", dont_inherit=True), names)
    (groups,) = (tomllib.loads(block)["project"]["entry-points"] for block in blocks("toml"))
    ((name, place),) = groups["slidegen.table_sources"].items()
    source = names[place.partition(":")[2]]
    assert isinstance(source, TableSource)
    assert source.name == name
    table: Table = source.compute(source.parameters.model_validate({"numbers": [2, 3]}), None)  # type: ignore[arg-type]
    assert table.rows == ((2, 4), (3, 9))


@pytest.mark.parametrize("name", slidegen.__all__)
def test_every_public_name_is_there_and_documented(name: str) -> None:
    """`__all__`, `dir` and what can be imported are the same names; each says what it is, and the page names it."""
    found = getattr(slidegen, name)
    assert name in dir(slidegen)
    assert name == "__version__" or (found.__doc__ and re.search(rf"\b{name}\b", PAGE))


EXAMPLES = ("sources/lines.py", "tables/squares.py", "figures/dots.py", "outputs/outline.py")


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_extension_needs_nothing_but_the_public_names(example: str) -> None:
    """The examples that CONTRIBUTING.md names import from slidegen alone."""
    text = (ROOT / "tests" / example).read_text(encoding="utf-8")
    assert "from slidegen import" in text
    assert not re.search(r"(from|import) slidegen\.", text)
    assert f"`tests/{example}`" in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_the_functions_are_there_whatever_was_imported_before() -> None:
    """Two of them are called as subpackages are; an unknown name is an AttributeError as in any module."""
    script = (
        "import slidegen.tables.memory, slidegen.estimate.textbook, slidegen\n"
        "from slidegen import tables, estimate\n"
        "print(tables is slidegen.tables, estimate is slidegen.estimate, callable(tables), callable(estimate))\n"
        "print(hasattr(slidegen, 'nothing'))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["True True True True", "False"]


def test_a_mistake_is_an_error_with_its_line(folder: DeckFolder) -> None:
    """A program gets what the command prints."""
    path = folder.write("talk.yml", "title: t\nslides:\n  - '{{ unknown }}'\n")
    for call in (build, tables):
        with pytest.raises(slidegen.DeckError) as caught:
            call(path)
        (problem,) = caught.value.problems
        assert (problem.path, problem.line) == (str(path), 3)
    assert check(path) == caught.value.problems


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"mode": "fozen"}, "mode 'fozen' is unknown; did you mean 'frozen'? available: frozen, refresh, reuse"),
        ({"dialect": "asciidoc"}, "dialect 'asciidoc' is unknown; available: marp, pandoc, plain, reveal"),
        ({"jobs": 0}, "jobs is 0; allowed: 1 and more"),
        ({"slide_level": 7}, "slide_level is 7; allowed: 1 to 6"),
    ],
)
def test_an_option_is_held_to_what_the_command_line_allows(options: dict[str, Any], expected: str) -> None:
    """Nothing is taken for something else."""
    with pytest.raises(slidegen.DeckError) as caught:
        build("talk.yml", **options)
    assert str(caught.value) == expected


@pytest.mark.parametrize(
    ("to", "options", "output", "expected"),
    [
        ("pfd", {}, None, "unknown export 'pfd'; did you mean 'pdf'? available: handout, notes, pdf, png, pptx"),
        ("handout", {"per_page": 5}, None, "per_page is 5; allowed: 1, 2, 3, 6"),
        ("png", {"width": 1}, None, "width is 1; allowed: 16 to 16384"),
        (["pdf", "notes"], {"width": 99}, None, "width has no effect on the exports pdf, notes"),
        ("pdf", {}, "a.png", "a.png: is not the name of a pdf; allowed: .pdf"),
        (["pdf", "png"], {}, "a.pdf", "a.pdf: one file cannot hold the exports pdf, png"),
    ],
)
def test_exports_are_held_to_what_the_command_line_allows(
    to: str | list[str], options: dict[str, Any], output: str | None, expected: str
) -> None:
    """Before anything is built."""
    with pytest.raises(slidegen.SlidegenError) as caught:
        export("no.yml", to, ExportOptions(**options), output=None if output is None else Path(output))
    assert str(caught.value) == expected


def test_an_option_of_another_type_or_name_is_a_type_error() -> None:
    """As of any function of Python."""
    with pytest.raises(TypeError, match=r"folder is a pathlib\.Path, not a str"):
        build("talk.yml", folder="public")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="unexpected keyword argument 'them'"):
        build("talk.yml", them="dark")  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"accounting": "guess"}, "unknown accounting 'guess'; available: allocated, textbook"),
        (
            {"accounting": "textbook", "method": ["full", "lora"]},
            "memory: these parameters make 2 estimates; give one value each",
        ),
        (
            {"rank": 8},
            "allocated: rank has no effect on full; it belongs to the adapter of lora and qlora (also dpo-lora, "
            "dpo-qlora)",
        ),
    ],
)
def test_a_parameter_of_an_estimate_that_is_not_allowed(parameters: dict[str, Any], expected: str) -> None:
    """One estimate is asked for, and of nothing without an effect."""
    with pytest.raises(slidegen.DeckError) as caught:
        estimate("openai-community/gpt2", **parameters)
    assert str(caught.value) == expected


def test_importing_slidegen_imports_nothing_else() -> None:
    """No module of its own but the one with the version, nor typing, so that it takes a few milliseconds."""
    script = (
        "import sys, importlib, types\nbefore = set(sys.modules)\nimport slidegen\n"
        "print(sorted(set(sys.modules) - before - {'__future__'}))"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", script], env={"PYTHONPATH": "src"}, cwd=ROOT, capture_output=True
    )
    assert done.stdout.decode().strip() == "['slidegen', 'slidegen.version']", done.stderr


@pytest.mark.browser
def test_a_deck_is_exported_where_an_event_loop_runs(tmp_path: Path) -> None:
    """Into the folder of the build options."""
    deck = tmp_path / "talk.yml"
    deck.write_text("slides: ['# A']\n", encoding="utf-8")
    call = f"slidegen.export({str(deck)!r}, ['pdf', 'png'], folder=pathlib.Path({str(tmp_path)!r}))"
    cell = f"import asyncio, pathlib, slidegen\nasync def cell(): return {call}\nprint(len(asyncio.run(cell())))"
    done = subprocess.run([sys.executable, "-c", cell], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "2\n"), done.stderr
    assert (tmp_path / "talk.pdf").read_bytes().startswith(b"%PDF-")
    assert [path.name for path in (tmp_path / "talk-png").iterdir()] == ["001.png"]


@pytest.mark.browser
def test_a_deck_is_checked_where_an_event_loop_runs(tmp_path: Path) -> None:
    """As in a notebook; in a process of its own, as the browser of other tests has a loop here."""
    deck = tmp_path / "talk.yml"
    deck.write_text("slides: ['# A']\n", encoding="utf-8")
    cell = (
        f"import asyncio, slidegen\nasync def cell(): return slidegen.check({str(deck)!r})\nprint(asyncio.run(cell()))"
    )
    done = subprocess.run([sys.executable, "-c", cell], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "()\n"), done.stderr
