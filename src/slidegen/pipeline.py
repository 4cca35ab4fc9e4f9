"""The six stages in order: read, parse, resolve, render, bundle, write."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from slidegen.errors import DeckError, Problem
from slidegen.model import Deck, PlacedTable, ResolvedDeck
from slidegen.outputs import BY_MARP, Rendered, find_output
from slidegen.outputs.assets import Remote
from slidegen.outputs.marp_markdown import made_by_slidegen, relocated
from slidegen.project import project_models, record_path
from slidegen.rendered import MarpDeck
from slidegen.sources import parse, read
from slidegen.themes import ThemePair, load_themes, marp_themes
from slidegen.verbatim import verbatim
from slidegen.write import write_file

if TYPE_CHECKING:
    from slidegen.tables.desk import Mode
    from slidegen.tables.record import Record


def silent(_: str) -> None:
    """Progress that nobody wants to see."""


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """What a build is asked for. `output` is the file to write, else `<folder>/<deck>.html`."""

    folder: Path = Path("build")
    output: Path | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    mode: Mode = "reuse"
    theme: str | None = None
    format: str | None = None
    remote: Remote = "refuse"
    offline: bool = False
    theme_set: tuple[Path, ...] = ()
    fix_encoding: bool = False
    keep_record: bool = True
    progress: Callable[[str], None] = silent


@dataclass(frozen=True, slots=True)
class Built:
    """What a build wrote: the deck's file and the record, if it changed. `lines` says where each slide stands,
    `beside` which files were written beside it."""

    output: Path
    beside: tuple[Path, ...]
    size: int
    lines: tuple[int, ...]
    record: Path | None
    warnings: tuple[Problem, ...]


def build(name: str, options: BuildOptions) -> Built:
    """Builds one deck. Nothing is written unless everything went well.

    Raises:
        SlidegenError: with every mistake that the stage which found them knows of.
    """
    deck = _with_options(parse(read(name, options.fix_encoding)), options)
    bundle = find_output(deck.options.format, deck.source.name, deck.options.lines.get("format"))
    themes = _themes(deck, options)
    record_file = record_path(deck.source.path)
    record = None
    if deck.templated or options.settings or record_file.exists():
        resolved, record = _resolve(deck, options)
    else:
        resolved = verbatim(deck)
    rendered = _render(resolved, options)
    files = bundle(rendered, themes, options.remote)
    outputs = [options.folder / file.name for file in files]
    if options.output is not None:
        stem = options.output.stem.removesuffix(".marp")
        outputs = [options.output, *(options.output.with_name(f"{stem}.marp.md") for _ in files[1:])]
    for output in outputs:
        for what, path in (("deck", deck.source.path), ("record", record_file)):
            if _real(output) == _real(path):
                raise DeckError([Problem(f"the output would overwrite the {what}", str(output))])
        if output.suffix == ".md" and not made_by_slidegen(output):
            raise DeckError([Problem("the output would overwrite a file that slidegen did not make", str(output))])
    for output, file in zip(outputs, files, strict=True):
        content = file.content
        if output.suffix == ".md":
            content = relocated(content, os.path.relpath(deck.source.path.parent, output.parent))
        write_file(output, content)
    keep = options.keep_record and not options.settings and options.mode != "frozen"
    changed = keep and record is not None and _write_record(record)
    lines = tuple(slide.source.line for stack in rendered.stacks for slide in stack)
    size = len(files[0].content)
    warnings = deck.warnings + (rendered.warnings if isinstance(rendered, MarpDeck) else ())
    return Built(outputs[0], tuple(outputs[1:]), size, lines, record_file if changed else None, warnings)


def computed_tables(name: str, options: BuildOptions) -> Mapping[str, PlacedTable]:
    """The declared tables of a deck, without the deck; the record is read, not written.

    Raises:
        SlidegenError: as `build`.
    """
    return _resolve(_with_options(parse(read(name)), options), options)[0].tables


def _render(deck: ResolvedDeck, options: BuildOptions) -> Rendered:
    # A deck waits for the parts that it needs, and for no others.
    if deck.marp is None and deck.options.format not in BY_MARP:
        from slidegen.render.deck import render

        return render(deck)
    from slidegen.render.marp import render_marp

    return render_marp(deck, marp_themes(deck.source.path.parent, options.theme_set, deck.options.size))


def _real(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError):  # a loop of links; writing tells
        return path


def _themes(deck: Deck, options: BuildOptions) -> ThemePair:
    """The deck's themes; a folder is relative to the deck's file, but that of ``--theme`` to the working directory."""
    if options.theme is not None:
        return load_themes(options.theme, Path())
    try:
        return load_themes(deck.options.theme, deck.source.path.parent)
    except DeckError as error:
        line = deck.options.lines.get("theme")
        raise DeckError(p if p.path else Problem(p.message, deck.source.name, line) for p in error.problems) from None


def _with_options(deck: Deck, options: BuildOptions) -> Deck:
    changes = {key: value for key in ("theme", "format") if (value := getattr(options, key)) is not None}
    return replace(deck, options=replace(deck.options, **changes)) if changes else deck


def _resolve(deck: Deck, options: BuildOptions) -> tuple[ResolvedDeck, Record]:
    from slidegen.models.finder import ModelFinder
    from slidegen.resolve import resolve
    from slidegen.tables.base import Workbench
    from slidegen.tables.desk import Desk
    from slidegen.tables.record import load_record

    path = record_path(deck.source.path)
    record = load_record(path, str(path))
    folder = deck.source.path.parent

    def workbench(offline: bool) -> Workbench:
        finder = ModelFinder(project_models(folder), offline=offline, base=folder, confine=True)
        return Workbench(finder, options.progress)

    desk = Desk.open(record, workbench(options.offline), workbench(True), options.mode)
    return resolve(deck, desk, options.settings), record


def _write_record(record: Record) -> bool:
    """Writes what the build used; a deck that computes nothing gets no record."""
    if not record.used and not record.path.exists():
        return False
    return write_file(record.path, record.text().encode())
