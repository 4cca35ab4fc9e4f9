"""The six stages in order: read, parse, resolve, render, bundle, write."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from slidegen.build_options import BuildOptions as BuildOptions  # whoever builds needs it
from slidegen.errors import DeckError, Problem, SlidegenError
from slidegen.files import MissingFileError, follow
from slidegen.model import Deck, Source
from slidegen.outputs import BY_MARP, Output, Rendered, find_output
from slidegen.outputs.marp_markdown import made_by_slidegen, relocated
from slidegen.progress import Progress, Step
from slidegen.project import Project, record_path
from slidegen.resolved import PlacedTable, ResolvedDeck
from slidegen.sources import Reading, parse, read
from slidegen.themes import ThemePair, is_theme, load_themes, marp_theme_name, marp_themes
from slidegen.verbatim import is_verbatim, verbatim
from slidegen.write import discards, is_folder, is_special, write_files

if TYPE_CHECKING:
    from slidegen.tables.desk import Desk
    from slidegen.tables.record import Record

THEME_LINE = re.compile(r"^theme[ \t]*:.*$", re.MULTILINE)
PAGES: Final = (".html", ".htm")
"""The suffixes that an output may have."""
STREAM: Final = Path("-")
"""What stands for an output that is no file."""


@dataclass(frozen=True, slots=True)
class Built:
    """What a build wrote: the deck's file (`STREAM` if it went to one) and the record, if it changed. `lines` says
    where each slide stands, `beside` which files were written beside it."""

    output: Path
    beside: tuple[Path, ...]
    size: int
    lines: tuple[int, ...]
    record: Path | None
    warnings: tuple[Problem, ...]


class Stopped(KeyboardInterrupt):
    """A build that Ctrl-C ended: `kept` of the `due` results that it had to compute so far are in `record`, if any."""

    def __init__(self, kept: int, due: int, record: Path | None) -> None:
        super().__init__(f"stopped; {kept} of {due} results kept in {record}" if record else "stopped")


def build(name: str, options: BuildOptions) -> Built:
    """Builds one deck. Nothing of it is written unless everything went well; results of slow tables are kept.

    Raises:
        SlidegenError: with every mistake that the stage which found them knows of; a note says if results are kept.
        Stopped: Ctrl-C; all results that were finished are kept.
    """
    if options.output is not None:
        check_output(options.output)
    source = read(name, options.fix_encoding, options.root)
    with _explained(source, options.progress):
        return _build(source, options)


def _build(source: Source, options: BuildOptions) -> Built:
    deck, options = _with_options(_parsed(source, options), options)
    output = find_output(deck.options.format, deck.source.name, deck.options.lines.get("format"))
    themes = _themes(deck, options)
    if not deck.templated and "{{" in deck.source.text:
        from slidegen.resolve.undeclared import undeclared

        deck = replace(deck, warnings=(*deck.warnings, *undeclared(deck)))
    if is_verbatim(deck) and not (options.settings or _has_record(deck.source.path)):
        return _written(deck, verbatim(deck), None, output, themes, options)
    from slidegen.resolve import resolve

    with _desk(deck, options) as desk:
        try:
            return _written(deck, resolve(deck, desk, options.settings), desk.record, output, themes, options)
        except KeyboardInterrupt:
            desk.close()
            raise Stopped(desk.kept, desk.due, _keep_finished(desk, options) if desk.kept else None) from None
        except (SlidegenError, BrokenPipeError) as error:
            if not desk.slow:
                raise
            try:
                path = _keep_finished(desk, options)
            except SlidegenError as another:
                raise SlidegenError((*getattr(error, "problems", ()), *another.problems)) from None
            if path is not None:
                options.progress(Step(f"{path}: keeps what is computed"))
            raise


def _written(
    deck: Deck,
    resolved: ResolvedDeck,
    record: Record | None,
    output_format: Callable[[], Output],
    themes: ThemePair,
    options: BuildOptions,
) -> Built:
    rendered = _render(resolved, options, meanwhile=output_format)
    bundled = output_format()(rendered, themes, options.remote)
    files = bundled.files
    outputs = _outputs(deck, [file.name for file in files], options)
    if record is not None:
        from slidegen.tables.record_file import check_record, save_record

        check_record(record)
    if options.stream is not None:
        options.stream.write(files[0].content)
        options.stream.flush()
    contents = []
    for output, file in zip(outputs, files, strict=False):  # a device gets the page alone
        content = file.content
        if output.suffix == ".md":
            content = relocated(content, os.path.relpath(deck.source.path.parent, output.parent))
        contents.append((output, content))
    write_files(contents)
    # A deck that computes nothing gets no record.
    changed = (
        record is not None
        and _keeps_record(options)
        and (bool(record.used) or _has_record(deck.source.path))
        and save_record(record, options.progress, refresh=options.mode == "refresh")
    )
    lines = tuple(slide.source.line for stack in rendered.stacks for slide in stack)
    warnings = sorted({*deck.warnings, *resolved.warnings, *rendered.warnings, *bundled.warnings}, key=_place)
    kept = record.path if record is not None and changed else None
    output, *beside = outputs or [STREAM]
    return Built(output, tuple(beside), len(files[0].content), lines, kept, tuple(warnings))


def _parsed(source: Source, options: BuildOptions) -> Deck:
    """The deck of a source; those who want to know are told which dialect it was taken for, and why."""
    deck = parse(source, Reading(options.dialect, options.slide_level))
    if deck.why:
        options.progress(Step(f"{source.name}: dialect {deck.dialect} ({deck.why})", detail=True))
    return deck


def _place(problem: Problem) -> tuple[str, int, str]:
    return problem.path or "", problem.line or 0, problem.message


def check_output(path: Path) -> None:
    """Raises SlidegenError if a page cannot be written to `path`: a folder, or a file that is called otherwise."""
    if is_folder(path):
        raise SlidegenError([Problem("is a folder; name a file in it, or use --output-dir", str(path))])
    if path.suffix.lower() not in PAGES and not is_special(path):
        what = f"a build writes HTML, and the file's name ends in {path.suffix!r}" if path.suffix else "has no suffix"
        allowed = f"allowed: {', '.join(PAGES)} (for PDF, open that in a browser and print it)"
        raise SlidegenError([Problem(f"{what}; {allowed}", str(path))])


def _outputs(deck: Deck, names: Sequence[str], options: BuildOptions) -> list[Path]:
    """Where the files go. Raises DeckError if one would take the place of the deck, its record or a user's file."""
    if options.stream is not None:
        return []
    outputs = [options.folder / name for name in names]
    if options.output is not None and is_special(options.output):
        return [options.output]
    if options.output is not None:
        stem = options.output.stem.removesuffix(".marp")
        outputs = [options.output, *(options.output.with_name(f"{stem}.marp.md") for _ in names[1:])]
    for output in outputs:
        for what, path in (("deck", deck.source.path), ("record", record_path(deck.source.path))):
            if _leads_to(output) == _leads_to(path):
                raise DeckError([Problem(f"the output would overwrite the {what}", str(output))])
        other = options.taken.get(_leads_to(output))
        if other is not None:
            raise DeckError(
                [Problem(f"the output would overwrite that of {other}; build them one by one", str(output))]
            )
        if output.suffix == ".md" and (is_special(output) or not made_by_slidegen(output)):
            raise DeckError([Problem("the output would overwrite a file that slidegen did not make", str(output))])
    return outputs


def _keeps_record(options: BuildOptions) -> bool:
    dry_run = options.output is not None and discards(options.output)
    return options.keep_record and not (dry_run or options.settings or options.mode == "frozen")


def _keep_finished(desk: Desk, options: BuildOptions) -> Path | None:
    """Writes the results of a build that did not come to its end; none that the record held is lost."""
    from slidegen.tables.record_file import save_record

    if not _keeps_record(options):
        return None
    save_record(desk.record, options.progress, whole=False, refresh=options.mode == "refresh")
    return desk.record.path


def computed_tables(name: str, options: BuildOptions) -> Mapping[str, PlacedTable]:
    """The declared tables of a deck, without the deck; the record is read, not written.

    Raises:
        SlidegenError: as `build`.
    """
    from slidegen.resolve import resolve

    source = read(name, options.fix_encoding, options.root)
    with _explained(source, options.progress):
        deck, options = _with_options(_parsed(source, options), options)
        with _desk(deck, options) as desk:
            return resolve(deck, desk, options.settings).tables


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


def _render(deck: ResolvedDeck, options: BuildOptions, meanwhile: Callable[[], object]) -> Rendered:
    # A deck waits for the parts that it needs, and for no others.
    if deck.marp is None and deck.options.format not in BY_MARP:
        from slidegen.render.deck import render

        return render(deck, options.allow_scripts)
    from slidegen.render.marp import render_marp

    themes = marp_themes(deck.source.project, options.theme_set)
    return render_marp(deck, themes, meanwhile, options.allow_scripts)


def _has_record(deck: Path) -> bool:
    try:
        return record_path(deck).exists()
    except OSError:  # a name that is too long, say
        return False


def _leads_to(path: Path) -> Path:
    try:
        return follow(path)
    except MissingFileError:  # a loop of links; writing tells
        return path


def _themes(deck: Deck, options: BuildOptions) -> ThemePair:
    """The deck's themes; a folder is relative to the deck's file, but that of ``--theme`` to the working directory."""
    if options.theme is not None:
        return load_themes(options.theme, Project.of(Path(), "working directory"), anywhere=True)
    try:
        return load_themes(deck.options.theme, deck.source.project)
    except DeckError as error:
        line = deck.options.lines.get("theme")
        raise DeckError(p if p.path else Problem(p.message, deck.source.name, line) for p in error.problems) from None


def _with_options(deck: Deck, options: BuildOptions) -> tuple[Deck, BuildOptions]:
    """The deck as the options want it. A theme that is a Marp theme replaces that of a Markdown deck's front matter."""
    if options.theme is not None and deck.marp is not None and not is_theme(options.theme, Path()):
        name = options.theme
        if name.endswith(".css"):
            options = replace(options, theme_set=(*options.theme_set, Path(name)))
            name = marp_theme_name(Path(name))
        head = THEME_LINE.sub("", deck.marp.text).strip()
        lines = {key: line for key, line in deck.options.lines.items() if key != "theme"}
        marp = replace(deck.marp, text=f"{head}\ntheme: {name}".lstrip(), theme=name, theme_given=True)
        deck = replace(deck, marp=marp)
        deck = replace(deck, options=replace(deck.options, theme="auto", lines=lines))
        options = replace(options, theme=None)
    changes = {key: value for key in ("theme", "format") if (value := getattr(options, key)) is not None}
    return (replace(deck, options=replace(deck.options, **changes)) if changes else deck), options


def _desk(deck: Deck, options: BuildOptions) -> Desk:
    from slidegen.models.finder import ModelFinder
    from slidegen.tables.base import Workbench
    from slidegen.tables.desk import Desk
    from slidegen.tables.record import load_record

    path = record_path(deck.source.path)
    record = load_record(path, str(path))
    project = deck.source.project

    def workbench(offline: bool) -> Workbench:
        finder = ModelFinder(project, offline=offline, confine=True, download=options.download_weights)
        return Workbench(finder, lambda text: options.progress(Step(text)), project)

    online, lookup = workbench(options.offline), workbench(True)
    return Desk.open(record, online, lookup, options.mode, jobs=options.jobs, progress=options.progress)
