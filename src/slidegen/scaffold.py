"""Makes the folder of a new deck from a template: all of its files, or none."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from slidegen.errors import DeckError, Problem, SlidegenError
from slidegen.files import MissingFileError, follow, is_there, leads_out
from slidegen.installed import remote_requirement
from slidegen.project import MARK, record_path
from slidegen.templates import TEMPLATES
from slidegen.write import is_folder, write_new_files

Kind = Literal["yaml", "markdown"]
SUFFIXES: Final[Mapping[Kind, str]] = {"yaml": ".yml", "markdown": ".md"}
DECK_SUFFIXES: Final = (".yml", ".yaml", ".md", ".markdown")
SCHEMA: Final = ".slidegen/deck.schema.json"
"""Where the JSON Schema of YAML decks is, beside the deck: the first line of the deck names it for editors."""
WORKFLOW: Final = ".github/workflows/slides.yml"
COMMON: Final = Path(__file__).parent / "templates" / "common"
PLACE: Final = re.compile(r"@\{(\w+)\}")
"""A place in a template's text that is filled in. A line with a place for what is not known is left out."""
UNUSABLE: Final = re.compile(r'[\x00-\x1f\x7f-\x9f\ud800-\udfff\\:*?"<>|{}]|[ .]$')
"""What a folder's name cannot have: other systems refuse it, or a deck would take the title for an expression."""
GIT_SECONDS: Final = 5


@dataclass(frozen=True, slots=True)
class NewDeck:
    """What is made: the `deck` in its `folder`, and all `files` by their paths relative to the folder."""

    folder: Path
    deck: str
    files: Mapping[str, bytes]


def new_deck(folder: Path, template: str, kind: Kind, *, date: str, github: bool = False) -> NewDeck:
    """Returns the files of a new deck, which has the name of its folder.

    Raises:
        SlidegenError: the template is unknown or lacks this kind, or the folder's name cannot be that of a deck.
    """
    name = _name(folder)
    deck = f"{name}{SUFFIXES[kind]}"
    places = {
        "title": _quoted(_title(name)),
        "author": _author(folder),
        "heading": _title(name),
        "date": date,
        "deck": _quoted(as_argument(deck)),
        "command": shlex.quote(as_argument(deck)),
        "page": f"build/{name}.html",
        "schema": SCHEMA,
        "requirement": _quoted(remote_requirement() or ""),
    }
    files = dict(_template_files(template, kind, name, places))
    files[MARK] = _filled(COMMON / MARK, places)
    files[".gitignore"] = _filled(COMMON / "gitignore", places)
    if kind == "yaml":
        files[SCHEMA] = schema_text().encode()
    if github:
        files[WORKFLOW] = _filled(COMMON / "slides.yml", places)
    return NewDeck(folder, deck, files)


def as_argument(name: str) -> str:
    """Returns a path for a command line, on which a name that begins with a dash would be an option."""
    return f"./{name}" if name.startswith("-") else name


def schema_text() -> str:
    """Returns the JSON Schema of YAML decks."""
    from slidegen.sources.schema import DeckModel

    return f"{json.dumps(DeckModel.model_json_schema(), indent=1)}\n"


def write_deck(new: NewDeck) -> tuple[Path, ...]:
    """Writes the files of a new deck, all of them or none, and returns their paths.

    Raises:
        SlidegenError: the folder cannot be written, or has files of these names.
    """
    folder = new.folder
    if is_there(folder) and not is_folder(folder):
        raise SlidegenError([Problem("is a file; name a folder", str(folder), code="output-conflict")])
    there = [name for name in new.files if is_there(folder / name)]
    if there:
        message = f"has these files already: {', '.join(there)}; move them, or name another folder"
        raise SlidegenError([Problem(message, str(folder), code="output-conflict")])
    for name in new.files:
        if leads_out(folder / name, folder):
            what = f"{name} is a link out of this folder; name another folder"
            raise SlidegenError([Problem(what, str(folder), code="outside-root")])
    write_new_files(folder, new.files)
    return tuple(folder / name for name in new.files)


def _name(folder: Path) -> str:
    """Returns the name of a folder, which the deck gets. Raises DeckError if it cannot be that of a deck."""
    named = [at for at, part in enumerate(folder.parts) if part != ".."]
    if folder.name == ".." or named != [*range(len(folder.parts) - len(named), len(folder.parts))]:
        what = "has .. after a folder or at its end; name the folder itself"
        raise DeckError([Problem(what, str(folder), code="wrong-value")])
    try:
        name = follow(folder).name
    except MissingFileError:
        name = ""
    if not name or UNUSABLE.search(name):
        hint = "a deck cannot have the name of this folder; use letters, digits, spaces, dots, - and _"
        raise DeckError([Problem(hint, str(folder), code="wrong-value")])
    if folder.suffix.lower() in DECK_SUFFIXES:
        what = f"names a deck; name the folder that it is to be in: {folder.stem}"
        raise DeckError([Problem(what, str(folder), code="wrong-value")])
    return name


def _title(name: str) -> str:
    """Returns the words of a name, as a title: "My first talk" for `my-first_talk`."""
    words = " ".join(re.split(r"[-_\s]+", name.strip("-_. ")))
    return f"{words[:1].upper()}{words[1:]}" or name


def _author(folder: Path) -> str | None:
    """Returns the name that git has for the user, as the decks write it; None if there is none."""
    import subprocess

    here = next((above for above in (folder, *folder.absolute().parents) if is_folder(above)), Path())
    try:
        done = subprocess.run(
            ["git", "config", "--get", "user.name"], cwd=here, capture_output=True, timeout=GIT_SECONDS, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return None
    name = " ".join(done.stdout.decode(errors="replace").split())
    return _quoted(name) if done.returncode == 0 and name else None


def _quoted(text: str) -> str:
    """Returns text in the quotes of YAML."""
    return json.dumps(text, ensure_ascii=False)


def _template_files(
    template: str, kind: Kind, name: str, places: Mapping[str, str | None]
) -> Iterator[tuple[str, bytes]]:
    """Yields the deck, its record and its pictures."""
    module = TEMPLATES.find(template)
    source = next((folder for path in module.__path__ if is_folder(folder := Path(path))), COMMON)
    deck, record = source / f"deck{SUFFIXES[kind]}", source / "deck.record.json"
    if not is_there(deck):
        kinds = [other for other, suffix in SUFFIXES.items() if is_there(source / f"deck{suffix}")]
        available = ", ".join(kinds) or "(none)"
        what = f"the template {template!r} does not have the kind {kind!r}; available: {available}"
        raise DeckError([Problem(what, code="wrong-value")])
    yield f"{name}{SUFFIXES[kind]}", _filled(deck, places)
    if is_there(record):
        yield record_path(Path(f"{name}{SUFFIXES[kind]}")).name, record.read_bytes()
    for picture in sorted((source / "images").glob("*")):
        yield f"images/{picture.name}", picture.read_bytes()


def _filled(path: Path, places: Mapping[str, str | None]) -> bytes:
    """Returns the text of a template's file, filled in."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    known = (line for line in lines if all(places[name] is not None for name in PLACE.findall(line)))
    return "".join(PLACE.sub(lambda place: str(places[place[1]]), line) for line in known).encode()
