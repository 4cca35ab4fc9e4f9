"""`slidegen export`."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from slidegen.cli.messages import counted, messages, print_problems
from slidegen.cli.options import build_options, deck_options, several
from slidegen.cli.places import deck_folders
from slidegen.cli.slide_numbers import SlideNumbers, slides_option
from slidegen.errors import Problem, SlidegenError

if TYPE_CHECKING:
    from slidegen.exports.base import Export, ExportOptions
    from slidegen.exports.running import Exported


@click.command()
@click.argument("decks", nargs=-1, required=True, metavar="DECK...", type=click.Path())
@several(
    "--to",
    "names",
    lambda text, _, __: text,
    metavar="NAMES",
    help="pdf, pptx, handout, png, notes; several with commas.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The file (for png the folder) of one export.")
@click.option("--output-dir", "folder", type=click.Path(path_type=Path), help="As for `build`.")
@slides_option
@click.option(
    "--steps", is_flag=True, default=None, help="pdf, handout, pptx: a page for each step of a slide's fragments."
)
@click.option(
    "--notes/--no-notes", default=None, help="pdf, handout, pptx: with the speaker notes (not the default of a PDF)."
)
@click.option("--per-page", type=click.Choice(["1", "2", "3", "6"]), help="handout: slides a page; 2 by default.")
@click.option("--paper", type=click.Choice(["a4", "letter"]), help="handout: the size of the paper; a4 by default.")
@click.option("--width", type=click.IntRange(16, 16384), metavar="PIXELS", help="png: the width of the pictures.")
@click.option(
    "--template",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="pptx: a presentation (.pptx, .potx) whose layouts are used.",
)
@click.option("--transparent", is_flag=True, default=None, help="png: leave out the background of the theme.")
@deck_options
def export(
    decks: Sequence[str],
    names: Sequence[str],
    output: Path | None,
    folder: Path | None,
    quiet: bool,
    verbose: bool,
    **given: Any,
) -> None:
    """Make a PDF, a presentation, a handout, pictures or the speaker notes of decks."""
    from slidegen.cli.progress import Reporter
    from slidegen.exports.running import SharedBrowser, run_exports
    from slidegen.outputs.target import deck_folder

    exports = _exports(names, output)
    places = deck_folders(decks, "export", [one.ending for one in exports])
    if output is not None and len(places) > 1:
        raise click.UsageError("--output names one file, but there are several decks; use --output-dir")
    options = _options(given, exports)
    build = build_options(given, folder=folder, output=output)
    problems: list[Problem] = []
    taken: dict[Path, str] = messages().taken()
    with SharedBrowser() as browser:
        for deck, place in places.items():
            start = time.perf_counter()
            try:
                with Reporter(quiet, verbose) as progress:
                    own = replace(build, folder=deck_folder(Path(deck), build) / place) if place.parts else build
                    settings = replace(own, taken=taken, progress=progress)
                    made = run_exports(deck, exports, options(deck), settings, browser)
                taken |= {path.resolve(): f"output of {deck}; export them one by one" for path in made.files}
                _report(deck, made, time.perf_counter() - start, quiet)
            except SlidegenError as error:
                problems += error.problems
    if problems:
        raise SlidegenError(problems)


def _exports(names: Sequence[str], output: Path | None) -> list[Export]:
    """The exports to make. Without names the suffix of the output decides. Raises click.UsageError."""
    from slidegen.exports import DEFAULT, EXPORTS

    suffix = "" if output is None else output.suffix.lower()
    implied = "notes" if suffix in (".md", ".markdown", ".txt") else "pptx" if suffix == ".pptx" else DEFAULT
    exports = [EXPORTS.find(name) for name in dict.fromkeys(names or (implied,))]
    if output is None:
        return exports
    if len(exports) > 1:
        raise click.UsageError("--output names one file, but there are several exports; use --output-dir")
    allowed = exports[0].suffixes
    if allowed and output.is_dir():
        raise click.UsageError(f"--output {output} is a folder; name a file in it, or use --output-dir")
    if allowed and suffix not in allowed:
        kind = f"the export {exports[0].name!r} cannot have the suffix {suffix!r}; allowed: {', '.join(allowed)}"
        raise click.UsageError(f"--output {output}: {kind}")
    if not allowed and suffix:
        raise click.UsageError(
            f"--output {output}: the export {exports[0].name!r} makes a folder; name one without a suffix"
        )
    return exports


def _options(given: dict[str, Any], exports: Sequence[Export]) -> Callable[[str], ExportOptions]:
    """The options of the exports for the name of a deck. Raises click.UsageError if one has no effect on any export."""
    from slidegen.exports import EXPORTS
    from slidegen.exports.base import ExportOptions

    chosen: SlideNumbers | None = given["slides"]
    if given["per_page"] is not None:
        given["per_page"] = int(given["per_page"])
    values = {
        field.name: given[field.name]
        for field in fields(ExportOptions)
        if field.name != "slides" and given[field.name] is not None
    }
    for name in values:
        if not any(name in one.takes for one in exports):
            users = ", ".join(one.name for one in EXPORTS.values() if name in one.takes)
            raise click.UsageError(f"--{name.replace('_', '-')} has an effect only on: {users}; add one with --to")
    if chosen is None:
        return lambda _: ExportOptions(**values)
    return lambda deck: ExportOptions(slides=lambda count: tuple(sorted(chosen.of(deck, count))), **values)


def _report(deck: str, made: Exported, took: float, quiet: bool) -> None:
    """Prints what was written; with `quiet` only the paths."""
    if not quiet:
        print_problems((*made.built.warnings, *made.warnings))
        if made.built.record is not None:
            messages().info(Problem("updated", str(made.built.record), code="record-updated"))
        what = f"{counted(len(made.built.lines))}, {took:.2f} s"
        messages().info(Problem(what, deck, code="built"), what)
    for path in made.paths:
        click.echo(path)
