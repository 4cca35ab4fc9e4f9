"""`slidegen diff`."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from slidegen.cli.messages import print_problems
from slidegen.cli.options import build_options, value_options
from slidegen.errors import Problem, SlidegenError

if TYPE_CHECKING:
    from slidegen.changes.forms.text import Style
    from slidegen.changes.values import Changes

FORMS: Final = ("text", "json", "markdown", "deck")
MOST_BYTES: Final = 100_000_000
WIDTH: Final = 100
"""The width of lines where there is no terminal."""
STYLES: Final[dict[str, dict[str, Any]]] = {
    "old": {"fg": "red"},
    "new": {"fg": "green"},
    "strong": {"bold": True},
    "faint": {"dim": True},
}


@click.command()
@click.argument("sides", nargs=-1, required=True, metavar="[OLD] NEW", type=click.Path())
@click.option("--format", "form", type=click.Choice(FORMS), default="text", show_default=True)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The file to write, instead of standard output.")
@click.option("--exit-code", is_flag=True, help="Exit with 1 if something changed.")
@click.option("--exact", is_flag=True, help="List also numbers that differ only in digits that are not shown.")
@click.option("--numbers", is_flag=True, help="Leave out sentences that only the author changed.")
@value_options
def diff(
    sides: Sequence[str],
    form: str,
    output: Path | None,
    exit_code: bool,
    exact: bool,
    numbers: bool,
    quiet: bool,
    verbose: bool,
    **settings: Any,
) -> None:
    """Say which numbers on the slides changed, and why.

    \b
    DECK                         the newest commit and the working tree
    DECK --set NAME=VALUE        the deck without and with the value
    REVISION DECK                a Git revision and the working tree
    REVISION REVISION DECK       two revisions
    OLD NEW                      two decks, two records, or REVISION:PATH
    """
    from slidegen.changes.reading import compared
    from slidegen.changes.sides import FileSide, sides_of
    from slidegen.cli.progress import Reporter

    if len(sides) > 3:
        raise click.UsageError("more than three words; write [OLD] NEW, or REVISION REVISION DECK")
    with Reporter(quiet, verbose) as progress:
        options = build_options(settings, progress=progress, keep_record=False)
        old, new = sides_of(sides, what_if=bool(options.settings) or options.mode == "refresh")
        if output is not None:
            _check_output(output, [side.path for side in (old, new) if isinstance(side, FileSide)], form)
        changes = compared(old, new, options, exact=exact)
    if numbers:
        from slidegen.changes.forms.words import without_edits

        changes = without_edits(changes)
    if not quiet:
        print_problems(changes.problems)
    text = _text(changes, form, new.path, output)
    if output is None:
        click.echo(text, nl=False)
    else:
        _write(output, text)
    if exit_code and changes:
        sys.exit(1)


def _text(changes: Changes, form: str, path: str, output: Path | None) -> str:
    if form == "json":
        from slidegen.changes.forms.mapping import as_mapping

        return json.dumps(as_mapping(changes), indent=1, ensure_ascii=False) + "\n"
    if form == "markdown":
        from slidegen.changes.forms.markdown import as_markdown

        return as_markdown(changes, path)
    if form == "deck":
        from slidegen.changes.forms.deck import as_deck

        return as_deck(changes, path)
    from slidegen.changes.forms.text import as_text, plain

    colored = output is None and sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if colored else WIDTH
    return as_text(changes, path, width, _painted if colored else plain) + "\n"


def _painted(text: str, style: Style) -> str:
    return click.style(text, **STYLES[style])


def _check_output(output: Path, sides: Sequence[str], form: str) -> None:
    """Raises SlidegenError if the output is a side or the record of one, or, for a deck, a file of somebody else."""
    from slidegen.changes.forms.deck import BEGINNING
    from slidegen.files import FileError, follow, read_bytes
    from slidegen.project import record_path

    place = follow(output)
    message = ""
    if place in {follow(path) for side in map(Path, sides) for path in (side, record_path(side))}:
        message = "is one of the two sides; name another file with -o"
    elif form == "deck" and place.is_file():
        try:
            is_own = read_bytes(place, MOST_BYTES).startswith(BEGINNING.encode())
        except FileError:
            is_own = False
        message = "" if is_own else "is there already and was not written by slidegen diff; name another file with -o"
    if message:
        raise SlidegenError([Problem(message, str(output), code="output-conflict")])


def _write(output: Path, text: str) -> None:
    from slidegen.write import write_file

    write_file(output, text.encode("utf-8", "replace"))
    click.echo(output)
