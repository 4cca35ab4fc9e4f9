"""`slidegen stale`."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import click

from slidegen.cli.options import build_options, quiet_option, setting_option, verbose_option
from slidegen.errors import Problem, SlidegenError

if TYPE_CHECKING:
    from slidegen.changes.staleness import Staleness

FORMS: Final = ("text", "json", "markdown")


@click.command()
@click.argument("decks", nargs=-1, required=True, metavar="DECK...", type=click.Path())
@click.option("--format", "form", type=click.Choice(FORMS), default="text", show_default=True)
@click.option("--exit-zero", is_flag=True, help="Exit with 0 also if something is not current.")
@setting_option("settings")
@setting_option("root")
@setting_option("dialect")
@setting_option("slide_level")
@setting_option("fix_encoding")
@quiet_option
@verbose_option
def stale(decks: Sequence[str], form: str, exit_zero: bool, quiet: bool, verbose: bool, **settings: Any) -> None:
    """Say which recorded results a refresh would make with other versions. Computes nothing."""
    from slidegen.changes.staleness import staleness
    from slidegen.cli.progress import Reporter
    from slidegen.cli.stale_text import as_json, as_markdown, as_text

    problems: list[Problem] = []
    found: list[Staleness] = []
    for deck in dict.fromkeys(decks):
        try:
            with Reporter(quiet, verbose) as progress:
                found.append(staleness(deck, build_options(settings, progress=progress)))
        except SlidegenError as error:
            problems += error.problems
    if form == "json":
        click.echo(json.dumps([as_json(one) for one in found], indent=1, ensure_ascii=False))
    for one in found if form != "json" else ():
        click.echo(as_text(one, verbose) if form == "text" else as_markdown(one))
    if problems:
        raise SlidegenError(problems)
    if not exit_zero and not all(one.is_current for one in found):
        sys.exit(1)
