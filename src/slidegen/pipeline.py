"""The six stages in order: read, parse, resolve, render, bundle, write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from slidegen.build_options import BuildOptions as BuildOptions  # whoever builds needs it
from slidegen.built import STREAM, Stopped
from slidegen.built import Built as Built
from slidegen.errors import DeckError, Problem, SlidegenError
from slidegen.mistakes import Mistakes
from slidegen.model import Deck, Source
from slidegen.outputs import DEFAULT, Output, Rendered, find_output
from slidegen.outputs.target import Target, check_page, places
from slidegen.overrides import overridden
from slidegen.progress import Progress, Step
from slidegen.project import Project, record_path
from slidegen.resolved import PlacedTable, ResolvedDeck
from slidegen.results.keeping import has_record, keep_finished, keep_results
from slidegen.sources import Reading, parse, read
from slidegen.themes import ThemePair, load_themes, marp_themes
from slidegen.verbatim import is_verbatim, unexpanded, verbatim
from slidegen.write import write_files

if TYPE_CHECKING:
    from slidegen.results.record import Record
    from slidegen.results.store import ResultStore


def build(name: str, options: BuildOptions) -> Built:
    """Builds one deck. Nothing of it is written unless everything went well; results of slow tables are kept.

    Raises:
        SlidegenError: with every mistake of the deck, its theme and the options, as far as they do not depend on each
            other; a note says if results are kept.
        Stopped: Ctrl-C; all results that were finished are kept.
    """
    source = read(name, options.fix_encoding, options.root)
    with _explained(source, options.progress):
        return _build(source, options)


def _build(source: Source, options: BuildOptions) -> Built:
    found = Mistakes()
    deck, options = _parsed(source, options, found)
    with _placed(deck.source):
        return _built(deck, options, found)


def _built(deck: Deck, options: BuildOptions, found: Mistakes) -> Built:
    output = found.kept(partial(_output, deck), DEFAULT)
    if options.output is not None:
        found.kept(partial(check_page, options.output, output.suffixes), None)
    themes = found.kept(partial(_themes, deck, options), None) or load_themes("auto", deck.source.project)
    if not deck.templated and "{{" in deck.source.text:
        from slidegen.resolve.undeclared import undeclared

        deck = replace(deck, warnings=(*deck.warnings, *undeclared(deck)))
    if is_verbatim(deck) and not (options.settings or has_record(deck.source.path)):
        return _written(deck, verbatim(deck), None, output, themes, options, found)
    store = found.kept(partial(_store, deck, options), None)
    if store is None:
        return _written(deck, unexpanded(deck), None, output, themes, options, found)
    with store:
        try:
            resolved = _resolved(deck, store, options, found)
            return _written(deck, resolved, store.record, output, themes, options, found)
        except KeyboardInterrupt:
            store.close()
            raise Stopped(store.kept, store.due, keep_finished(store, options) if store.kept else None) from None
        except (SlidegenError, BrokenPipeError) as error:
            if not store.slow:
                raise
            try:
                path = keep_finished(store, options)
            except SlidegenError as another:
                raise SlidegenError((*getattr(error, "problems", ()), *another.problems)) from None
            if path is not None:
                options.progress(Step(f"{path}: keeps what is computed"))
            raise


def computed_tables(name: str, options: BuildOptions) -> Mapping[str, PlacedTable]:
    """The declared tables of a deck, without the deck; the record is read, not written.

    Raises:
        SlidegenError: as `build`.
    """
    source = read(name, options.fix_encoding, options.root)
    found = Mistakes()
    with _explained(source, options.progress):
        deck, options = _parsed(source, options, found)
        with _placed(deck.source):
            store = found.kept(partial(_store, deck, options), None)
            with store or nullcontext():
                tables = {} if store is None else _resolved(deck, store, options, found).tables
            found.tell()
    return tables


def _parsed(source: Source, options: BuildOptions, found: Mistakes) -> tuple[Deck, BuildOptions]:
    """The deck of a source; those who want to know are told which dialect it was taken for, and why."""
    deck = parse(source, Reading(options.dialect, options.slide_level))
    if deck.why:
        options.progress(Step(f"{source.name}: dialect {deck.dialect} ({deck.why})", detail=True))
    found.add(deck.problems)
    return found.kept(partial(overridden, deck, options), (deck, replace(options, theme=None)))


def _output(deck: Deck) -> Output:
    try:
        output = find_output(deck.options.format)
        output.renderer(deck.marp is not None)  # whether it takes the deck at all
    except DeckError as error:
        line = deck.options.lines.get("format")
        raise DeckError(Problem(p.message, deck.source.name, line) for p in error.problems) from None
    return output


def _resolved(deck: Deck, store: ResultStore, options: BuildOptions, found: Mistakes) -> ResolvedDeck:
    from slidegen.resolve import resolve

    store.skips_slow = bool(found.problems)
    resolved = resolve(deck, store, options.settings)
    found.add(resolved.problems)
    return resolved


@contextmanager
def _placed(source: Source) -> Iterator[None]:
    """Tells the mistakes of a notebook by its cells."""
    try:
        yield
    except SlidegenError as error:
        if source.cells:
            error.problems = tuple(map(source.located, error.problems))
        raise


@contextmanager
def _explained(source: Source, progress: Progress) -> Iterator[None]:
    """Tells those who want to know what the root of the deck's project is, and which files above the deck were read."""
    for note in source.project.notes:
        progress(Step(f"{source.name}: {note}", detail=True))
    try:
        yield
    finally:
        for path in source.project.read_above():
            progress(Step(f"{source.name}: reads {path}, above the deck's folder", detail=True))


def _written(
    deck: Deck,
    resolved: ResolvedDeck,
    record: Record | None,
    output: Output,
    themes: ThemePair,
    options: BuildOptions,
    found: Mistakes,
) -> Built:
    rendered = found.kept(partial(_rendered, resolved, output, options), None)
    found.add(() if rendered is None else rendered.problems)
    files = partial(output.load(), rendered, themes, Target.of(deck.source, options))
    bundled = None if rendered is None else found.kept(files, None)
    paths: list[Path] = []
    if bundled is not None:
        paths = found.kept(partial(places, bundled.files, output.suffixes, deck.source, options), paths)
    if record is not None:
        from slidegen.results.record_file import check_record

        found.kept(partial(check_record, record), None)
    found.tell()
    assert rendered is not None  # what is not made has a mistake
    assert bundled is not None
    if options.stream is not None:
        options.stream.write(bundled.files[0].content)
        options.stream.flush()
    write_files((path, file.content) for path, file in zip(paths, bundled.files, strict=False))  # a device: the page
    changed = record is not None and keep_results(record, deck.source.path, options)
    lines = tuple(slide.source.line for stack in rendered.stacks for slide in stack)
    warnings = sorted({*deck.warnings, *resolved.warnings, *rendered.warnings, *bundled.warnings}, key=_place)
    kept = record.path if record is not None and changed else None
    page, *beside = paths or [STREAM]
    told = tuple(map(deck.source.located, warnings))
    return Built(page, tuple(beside), len(bundled.files[0].content), lines, kept, told, deck.source.cells)


def _place(problem: Problem) -> tuple[str, int, str]:
    return problem.path or "", problem.line or 0, problem.message


def _rendered(deck: ResolvedDeck, output: Output, options: BuildOptions) -> Rendered:
    # A deck waits for the parts that it needs, and for no others.
    if output.renderer(deck.marp is not None) == "slidegen":
        from slidegen.render.deck import render

        return render(deck, options.allow_scripts)
    from slidegen.render.marp import render_marp

    themes = marp_themes(deck.source.project, options.theme_set)
    return render_marp(deck, themes, output.load, options.allow_scripts)


def _themes(deck: Deck, options: BuildOptions) -> ThemePair:
    """The deck's themes; a folder is relative to the deck's file, but that of ``--theme`` to the working directory."""
    if options.theme is not None:
        return load_themes(options.theme, Project.of(Path(), "working directory"), anywhere=True)
    try:
        return load_themes(deck.options.theme, deck.source.project)
    except DeckError as error:
        line = deck.options.lines.get("theme")
        raise DeckError(p if p.path else Problem(p.message, deck.source.name, line) for p in error.problems) from None


def _store(deck: Deck, options: BuildOptions) -> ResultStore:
    from slidegen.models.finder import ModelFinder
    from slidegen.results.record import load_record
    from slidegen.results.store import ResultStore
    from slidegen.tables.base import SourceContext

    path = record_path(deck.source.path)
    record = load_record(path, str(path))
    project = deck.source.project

    def context(offline: bool) -> SourceContext:
        finder = ModelFinder(project, offline=offline, confine=True, download=options.download_weights)
        return SourceContext(finder, lambda text: options.progress(Step(text)), project)

    online, lookup = context(options.offline), context(True)
    return ResultStore.open(record, online, lookup, options.mode, jobs=options.jobs, progress=options.progress)
