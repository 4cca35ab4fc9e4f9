"""`slidegen check`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from slidegen.cli.messages import counted, messages, print_problems
from slidegen.cli.options import build_options, deck_options, several
from slidegen.cli.slide_numbers import SlideNumbers, slides_option
from slidegen.errors import Problem, SlidegenError

if TYPE_CHECKING:
    from slidegen.checking import Checked


def _rule(name: str, option: click.Parameter, context: click.Context) -> str:
    from slidegen.checks.ignoring import known_rule

    try:
        return known_rule(name)
    except ValueError as error:
        raise click.BadParameter(str(error), context, option) from None


def _print_rules(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if not wanted or context.resilient_parsing:
        return
    from slidegen.checks import RULES

    width = max(map(len, RULES))
    for name in sorted(RULES):
        click.echo(f"{name:{width}}  {RULES[name].severity:7}  {RULES[name].summary}")
    context.exit()


@click.command()
@click.argument("decks", nargs=-1, required=True, metavar="DECK...", type=click.Path())
@slides_option
@several("--ignore", "ignore", _rule, metavar="RULE", help="Do not apply this rule; repeatable.")
@click.option("--rules", is_flag=True, is_eager=True, expose_value=False, callback=_print_rules, help="List the rules.")
@deck_options
def check(
    decks: Sequence[str],
    slides: SlideNumbers | None,
    ignore: Sequence[str],
    quiet: bool,
    verbose: bool,
    **settings: Any,
) -> None:
    """Build decks and look at every slide in a browser: can all of it be seen and read?"""
    from tempfile import TemporaryDirectory

    from slidegen.checking import check_deck
    from slidegen.cli.progress import Reporter

    problems: list[Problem] = []
    with TemporaryDirectory(prefix="slidegen-") as folder:
        options = build_options(settings, folder=Path(folder), keep_record=False, temporary=True)
        for deck in decks:

            def choose(count: int, deck: str = deck) -> Sequence[int]:
                return range(1, count + 1) if slides is None else sorted(slides.of(deck, count))

            try:
                with Reporter(quiet, verbose) as progress:
                    checked = check_deck(deck, replace(options, progress=progress), ignore, choose)
            except SlidegenError as error:
                problems += error.problems
                continue
            problems += checked.mistakes
            if not quiet:
                _report(deck, checked, verbose)
    if problems:
        raise SlidegenError(problems)


def _report(deck: str, checked: Checked, verbose: bool) -> None:
    """Prints the warnings, and what was looked at if nothing is lost."""
    print_problems(checked.warnings)
    print_problems(problem for problem in checked.found if problem not in checked.mistakes)
    for name in checked.idle if verbose else ():
        messages().info(Problem(f"the rule {name!r} is ignored, and finds nothing", deck, code="detail"))
    if not checked.mistakes:
        count = len(checked.built.lines)
        looked_at = counted(count) if len(checked.chosen) == count else f"{len(checked.chosen)} of {counted(count)}"
        click.echo(f"{deck}: {looked_at}, nothing runs off")
