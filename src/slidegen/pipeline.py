"""The six stages in order: read, parse, resolve, render, bundle, write."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from slidegen.build_options import BuildOptions as BuildOptions  # for callers of `build`
from slidegen.built import STREAM
from slidegen.built import Built as Built
from slidegen.checks.ignoring import ignore_warnings
from slidegen.checks.unknown_languages import language_warnings
from slidegen.crossrefs import may_refer
from slidegen.diagrams.fences import has_diagrams
from slidegen.errors import Problem, in_order
from slidegen.hidden_slides import with_hidden_last
from slidegen.house import dressed
from slidegen.including import with_includes
from slidegen.look import ThemePair
from slidegen.mistakes import Mistakes
from slidegen.model import Deck, Source
from slidegen.outputs import DEFAULT, OUTPUTS, deck_output
from slidegen.outputs.base import Output
from slidegen.outputs.clips import clip_places, remove_old_clips
from slidegen.outputs.target import Target, check_page, places
from slidegen.overrides import overridden
from slidegen.progress import Step
from slidegen.render import render_deck
from slidegen.rendered import Bundled, Page, Preview, Rendered
from slidegen.resolved import ResolvedDeck
from slidegen.results.keeping import check_keeping, has_record, keep_finished, keep_results, keeping_finished
from slidegen.results.opening import open_store
from slidegen.slide_ids import with_own_ids
from slidegen.slide_lines import located, locating
from slidegen.snippets import with_snippets
from slidegen.sources import parse, read
from slidegen.sources.base import ParseOptions
from slidegen.themes import deck_themes, plain_look
from slidegen.timing import timing_warnings
from slidegen.verbatim import is_verbatim, unexpanded, verbatim
from slidegen.write import Content, write_files, write_stream

if TYPE_CHECKING:
    from slidegen.results.store import ResultStore

Result = TypeVar("Result")


def build(name: str, options: BuildOptions) -> Built:
    """Builds one deck. Writes no file of it unless the whole build succeeds, but keeps the results of slow tables.

    Raises:
        SlidegenError: there are mistakes; the error holds all independent mistakes of the deck, its theme and the
            options.
        Stopped: the user pressed Ctrl-C; all finished results are kept.
    """
    return _run(name, options, _written)


@dataclass(frozen=True, slots=True)
class BuiltDeck:
    """A built deck with the values of its last stages. `page` is the page in parts, if its output can give them."""

    built: Built
    deck: ResolvedDeck
    rendered: Rendered
    page: Page | None


def build_stages(name: str, options: BuildOptions) -> BuiltDeck:
    """Builds one deck as `build` does, and also returns the values of the last stages."""
    return _run(name, options, _ended)


def preview(name: str, options: BuildOptions) -> Preview:
    """Makes the page of a deck without writing it. Raises as `build`."""
    return _run(name, replace(options, served=True), _previewed)


def _run(name: str, options: BuildOptions, end: Callable[[_Job, ResolvedDeck, ResultStore | None], Result]) -> Result:
    source = read(name, options.fix_encoding, options.root, options.reads)
    with source.project.explained(source.name, options.progress):
        found = Mistakes()
        deck, options = _parsed(source, options, found)
        with locating(deck):
            return _resolved_and_ended(deck, options, found, end)


def _resolved_and_ended(
    deck: Deck,
    options: BuildOptions,
    found: Mistakes,
    end: Callable[[_Job, ResolvedDeck, ResultStore | None], Result],
) -> Result:
    source = deck.source
    output = found.attempt(partial(deck_output, deck), OUTPUTS[DEFAULT])
    if options.output is not None:
        found.attempt(partial(check_page, options.output, output.suffixes, source.name), None)
    themes = found.attempt(partial(deck_themes, deck, options.theme), None) or plain_look()
    look = found.attempt(partial(dressed, deck, themes, options.fonts), None)
    if look is not None:
        themes, told = look
        deck = replace(deck, warnings=(*deck.warnings, *told))
    job = _Job(_warned(deck), output, themes, options, found)
    if is_verbatim(deck) and not (options.settings or has_record(source.path) or has_diagrams(deck)):
        return end(job, _numbered(_appended(verbatim(deck), options, found), found), None)
    store = found.attempt(partial(open_store, source, options), None)
    if store is None:
        return end(job, unexpanded(deck), None)
    with store, keeping_finished(store, options):
        drawn = _drawn(deck, _resolved(deck, store, options, found), store, found)
        return end(job, _numbered(drawn, found), store)


StoreOpener = Callable[[Source, BuildOptions], "ResultStore"]


def resolved_deck(name: str, options: BuildOptions, opened: StoreOpener = open_store) -> ResolvedDeck:
    """Computes the values of a deck without building it. Reads the record only. Raises as `build`.

    The slides of an appendix are not added: they repeat where the numbers on the others come from. `opened` opens the
    store of the deck's results.
    """
    return _values(name, options, opened, past=False)


def past_deck(name: str, options: BuildOptions) -> ResolvedDeck:
    """Returns the values that a deck showed when its record was made. Computes and writes nothing.

    What the record lacks is unknown, and is among the `problems` of the result, as is what this version of slidegen
    cannot read of the deck.

    Raises:
        SlidegenError: the deck cannot be read at all.
    """
    return _values(name, replace(options, mode="past", offline=True, keep_record=False), open_store, past=True)


def _values(name: str, options: BuildOptions, opened: StoreOpener, *, past: bool) -> ResolvedDeck:
    """Returns a resolved deck without its appendix. The mistakes of a `past` one are in it and are not raised."""
    source = read(name, options.fix_encoding, options.root, options.reads)
    found = Mistakes()
    with source.project.explained(source.name, options.progress):
        deck, options = _parsed(source, options, found)
        deck = replace(deck, options=replace(deck.options, appendix=None))
        resolved = unexpanded(deck)
        with locating(deck):
            store = found.attempt(partial(opened, source, options), None)
            if store is None and past:
                store = open_store(source, options, recorded=False)
            if store is not None:
                with store:
                    resolved = _resolved(deck, store, options, found)
            if not past:
                found.raise_all()
    problems = (located(deck, problem, resolved.left_out) for problem in in_order(found.problems))
    return replace(resolved, problems=tuple(problems))


def _parsed(source: Source, options: BuildOptions, found: Mistakes) -> tuple[Deck, BuildOptions]:
    """Parses a source and applies the overrides of the options. Reports the dialect and the reason for it."""
    deck = parse(source, ParseOptions(options.dialect, options.slide_level, options.memo))
    if deck.why:
        options.progress(Step(f"{source.name}: dialect {deck.dialect} ({deck.why})", detail=True))
    deck = with_includes(with_snippets(deck), options)
    found.add(deck.problems)
    return found.attempt(partial(overridden, deck, options), (deck, replace(options, theme=None)))


def _warned(deck: Deck) -> Deck:
    """Adds warnings: of unknown rules and languages, and if the deck uses values or conditions but is not expanded."""
    warnings = [*deck.warnings, *ignore_warnings(deck), *language_warnings(deck)]
    for part in (deck.of_part(number) for number in range(len(deck.parts) + 1)):
        if not part.templated and "{{" in part.source.text:
            from slidegen.resolve.undeclared import undeclared

            warnings += undeclared(part)
        if not part.templated and "when" in part.source.text:
            from slidegen.resolve.conditions import ignored_conditions

            warnings += ignored_conditions(part)
    return replace(deck, warnings=tuple(warnings))


def _resolved(deck: Deck, store: ResultStore, options: BuildOptions, found: Mistakes) -> ResolvedDeck:
    from slidegen.resolve import resolve

    store.skips_slow = bool(found.problems)
    resolved = resolve(deck, store, options.settings)
    found.add(resolved.problems)
    return _appended(resolved, options, found)


def _drawn(deck: Deck, resolved: ResolvedDeck, store: ResultStore, found: Mistakes) -> ResolvedDeck:
    """Draws the diagrams of a deck that has some."""
    if not has_diagrams(deck):
        return resolved
    from slidegen.resolve.diagrams import with_diagrams

    drawn = with_diagrams(resolved, store)
    found.add(drawn.problems[len(resolved.problems) :])
    return drawn


def _appended(deck: ResolvedDeck, options: BuildOptions, found: Mistakes) -> ResolvedDeck:
    """Writes the citations, and adds the slides that the deck asks for and the warnings of its planned minutes."""
    deck = replace(deck, warnings=(*deck.warnings, *timing_warnings(deck)))
    if options.hidden_last:
        deck = with_hidden_last(deck)
    deck = _cited(deck, options, found)
    if deck.options.appendix is None:
        return deck
    from slidegen.render.appendix import with_appendix

    return with_appendix(deck)


def _cited(deck: ResolvedDeck, options: BuildOptions, found: Mistakes) -> ResolvedDeck:
    """Writes the citations of a deck with a bibliography. Warns of those in a deck without one."""
    if deck.options.bibliography.cites:
        from slidegen.citations.writing import with_citations

        deck, problems = with_citations(deck, options.memo)
        found.add(problems)
    elif any("@" in text.text for text in deck.shown_texts):
        from slidegen.citations.unread import unread_citations

        deck = replace(deck, warnings=(*deck.warnings, *unread_citations(deck)))
    if any("@" in text for text in deck.running_texts):
        from slidegen.citations.unread import citations_in_footers

        deck = replace(deck, warnings=(*deck.warnings, *citations_in_footers(deck)))
    return deck


def _numbered(deck: ResolvedDeck, found: Mistakes) -> ResolvedDeck:
    """Numbers the figures, tables, equations and sections that have labels, and writes the references to them.

    In a deck with mistakes a place may be missing, so that no reference to it is known."""
    deck = with_own_ids(deck)
    if deck.problems or not may_refer(deck):
        return deck
    from slidegen.crossrefs.writing import with_cross_references

    deck, problems = with_cross_references(deck)
    found.add(problems)
    return deck


@dataclass(frozen=True, slots=True)
class _Job:
    """What is known before the deck is resolved."""

    deck: Deck
    output: Output
    themes: ThemePair
    options: BuildOptions
    found: Mistakes


def _bundled(job: _Job, resolved: ResolvedDeck) -> tuple[Rendered | None, Bundled | None]:
    """Runs the stages `render` and `bundle`. Their mistakes are added to those of the job."""
    options, found = job.options, job.found
    if not resolved.stacks:  # the mistakes say why
        return None, None
    resolved = replace(resolved, measures=job.themes.measures)
    renderer = job.output.renderer(resolved)
    ready = partial(job.output.load, renderer)
    rendered: Rendered | None = found.attempt(partial(render_deck, resolved, renderer, options, ready), None)
    bundled: Bundled | None = None
    if rendered is not None:
        found.add(rendered.problems)
        target = Target.of(job.deck.source, options)
        bundled = found.attempt(lambda: ready()(rendered, job.themes, target), None)
    return rendered, bundled


def _written(job: _Job, resolved: ResolvedDeck, store: ResultStore | None) -> Built:
    return _ended(job, resolved, store).built


def _ended(job: _Job, resolved: ResolvedDeck, store: ResultStore | None) -> BuiltDeck:
    """Runs the last three stages: render, bundle, write."""
    record = None if store is None else store.record
    source, options, found = job.deck.source, job.options, job.found
    rendered, bundled = _bundled(job, resolved)
    paths: list[Path] = []
    clips: list[tuple[Path, Content]] = []
    if bundled is not None:
        paths = found.attempt(partial(places, bundled.files, job.output.suffixes, source, options), paths)
        if bundled.clips and paths:
            clips = found.attempt(partial(clip_places, bundled.clips, paths[0], source, options), clips)
    found.attempt(partial(check_keeping, record), None)
    found.raise_all()
    assert rendered is not None  # otherwise there was a mistake
    assert bundled is not None
    if options.stream is not None:
        write_stream(options.stream, bundled.files[0].content)
    pages = [(path, file.content) for path, file in zip(paths, bundled.files, strict=False)]  # a device: only the page
    write_files([*clips, *pages])  # no page before what it plays
    if paths and not options.temporary:
        remove_old_clips(bundled.clips, paths[0])
    kept = keep_results(record, source.path, options)
    warnings = in_order([*job.deck.warnings, *resolved.warnings, *rendered.warnings, *bundled.warnings])
    told = tuple(located(job.deck, warning, resolved.left_out) for warning in warnings)
    page, *beside = paths or [STREAM]
    beside += [page.parent / clip.name for clip in bundled.clips]
    size = len(bundled.files[0].content)
    built = Built(page, tuple(beside), size, _lines(rendered), kept, told, source.cells, _files(rendered))
    return BuiltDeck(built, resolved, rendered, bundled.page)


def _previewed(job: _Job, resolved: ResolvedDeck, store: ResultStore | None) -> Preview:
    """Runs the stages `render` and `bundle`, and keeps all results in the record: the next edit may use them again."""
    source, options, found = job.deck.source, job.options, job.found
    rendered, bundled = _bundled(job, resolved)
    if bundled is not None and bundled.page is None:
        found.add(
            [
                Problem(
                    f"the output {job.output.name!r} cannot be served; build it instead",
                    source.name,
                    code="wrong-output",
                )
            ]
        )
    found.raise_all()
    assert rendered is not None  # otherwise there was a mistake
    assert bundled is not None
    assert bundled.page is not None
    if store is not None and store.kept:
        keep_finished(store.record, options)
    warnings = in_order([*job.deck.warnings, *resolved.warnings, *rendered.warnings, *bundled.warnings])
    deferred = 0 if store is None else store.deferred
    return Preview(
        bundled.page,
        _lines(rendered),
        tuple(located(job.deck, warning, resolved.left_out) for warning in warnings),
        source.cells,
        deferred,
        _files(rendered),
        bundled.clips,
    )


def _lines(rendered: Rendered) -> tuple[int, ...]:
    return tuple(slide.source.line for stack in rendered.stacks for slide in stack)


def _files(rendered: Rendered) -> tuple[str, ...]:
    """The name of the file of each slide; empty if all are in the deck's own."""
    if not rendered.source.parts:
        return ()
    return tuple(slide.source.path for stack in rendered.stacks for slide in stack)
