"""`slidegen export`."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from slidegen.cli.messages import counted, print_warnings
from slidegen.cli.options import build_options, deck_options, several
from slidegen.cli.places import deck_folders
from slidegen.cli.selection import Selection, selected
from slidegen.errors import Problem, SlidegenError

if TYPE_CHECKING:
    from slidegen.exports.base import Export, ExportOptions
    from slidegen.exports.running import Exported


def _selection(_: click.Context, __: click.Parameter, text: str | None) -> Selection | None:
    return None if text is None else selected(text)


@click.command()
@click.argument("decks", nargs=-1, required=True, metavar="DECK...", type=click.Path())
@several(
    "--to", "names", lambda text, _, __: text, metavar="NAMES", help="pdf, handout, png, notes; several with commas."
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The file (for png the folder) of one export.")
@click.option("--output-dir", "folder", type=click.Path(path_type=Path), default=Path("build"), show_default=True)
@click.option("--slides", callback=_selection, metavar="3-7,12", help="Only these slides, by their place in the deck.")
@click.option("--steps", is_flag=True, default=None, help="pdf, handout: a page for each step of a slide's fragments.")
@click.option(
    "--notes/--no-notes", default=None, help="pdf, handout: print the speaker notes (the default of a handout)."
)
@click.option("--per-page", type=click.Choice(["1", "2", "3", "6"]), help="handout: slides a page; 2 by default.")
@click.option("--paper", type=click.Choice(["a4", "letter"]), help="handout: the size of the paper; a4 by default.")
@click.option("--width", type=click.IntRange(16, 16384), metavar="PIXELS", help="png: the width of the pictures.")
@click.option("--transparent", is_flag=True, default=None, help="png: leave out the background of the theme.")
@deck_options
def export(
    decks: Sequence[str],
    names: Sequence[str],
    output: Path | None,
    folder: Path,
    quiet: bool,
    verbose: bool,
    **given: Any,
) -> None:
    """Make a PDF, a handout, pictures or the speaker notes of decks."""
    from slidegen.cli.progress import Reporter
    from slidegen.exports.running import SharedBrowser, run_exports

    places = deck_folders(decks, folder)
    exports = _exports(names, output, len(places))
    options = _options(given, exports)
    build = replace(build_options(given), output=output)
    problems: list[Problem] = []
    taken: dict[Path, str] = {}
    with SharedBrowser() as browser:
        for deck, place in places.items():
            start = time.perf_counter()
            try:
                with Reporter(quiet, verbose) as progress:
                    settings = replace(build, folder=place, taken=taken, progress=progress)
                    made = run_exports(deck, exports, options, settings, browser)
                taken |= {path.resolve(): deck for path in made.files}
                _report(made, time.perf_counter() - start, quiet)
            except SlidegenError as error:
                for note in getattr(error, "__notes__", ()):
                    click.echo(note, err=True)
                problems += error.problems
    if problems:
        raise SlidegenError(problems)


def _exports(names: Sequence[str], output: Path | None, decks: int) -> list[Export]:
    """The exports to make. Without names the suffix of the output decides. Raises click.UsageError."""
    from slidegen.exports import DEFAULT, EXPORTS

    suffix = "" if output is None else output.suffix.lower()
    implied = "notes" if suffix in (".md", ".markdown", ".txt") else DEFAULT
    exports = [EXPORTS.find(name) for name in dict.fromkeys(names or (implied,))]
    if output is None:
        return exports
    if len(exports) > 1 or decks > 1:
        what = "exports" if len(exports) > 1 else "decks"
        raise click.UsageError(f"--output names one file, but there are several {what}; use --output-dir")
    allowed = exports[0].suffixes
    if allowed and suffix not in allowed:
        kind = f"the export {exports[0].name!r} cannot have the suffix {suffix!r}; allowed: {', '.join(allowed)}"
        raise click.UsageError(f"--output {output}: {kind}")
    if not allowed and suffix:
        raise click.UsageError(
            f"--output {output}: the export {exports[0].name!r} makes a folder; name one without a suffix"
        )
    return exports


def _options(given: dict[str, Any], exports: Sequence[Export]) -> ExportOptions:
    """The options of the exports. Raises click.UsageError if an option has no effect on any of them."""
    from slidegen.exports import EXPORTS
    from slidegen.exports.base import ExportOptions

    chosen: Selection | None = given["slides"]
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
    return ExportOptions(**values) if chosen is None else ExportOptions(slides=chosen.numbers, **values)


def _report(made: Exported, took: float, quiet: bool) -> None:
    """Prints what was written; with `quiet` only the paths."""
    if not quiet:
        print_warnings(made.built)
        if made.built.record is not None:
            click.echo(f"{made.built.record}: updated", err=True)
        click.echo(f"{counted(len(made.built.lines))}, {took:.2f} s", err=True)
    for path in made.paths:
        click.echo(path)
