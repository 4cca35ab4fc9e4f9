"""`slidegen claims`."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import click

from slidegen.cli.options import build_options, value_options
from slidegen.errors import Problem, SlidegenError

if TYPE_CHECKING:
    from slidegen.judgments import Operand
    from slidegen.resolved import Claim

FORMATS: Final = {"text": "simple", "markdown": "github"}
"""tabulate's names of the formats for people."""


@click.command()
@click.argument("decks", nargs=-1, required=True, metavar="DECK...", type=click.Path())
@click.option("--format", "format_", type=click.Choice([*FORMATS, "json"]), default="text", show_default=True)
@click.option(
    "--sort",
    type=click.Choice(["slide", "margin"]),
    default="slide",
    show_default=True,
    help="The order; by margin, what is false comes first, then what is closest to it.",
)
@value_options
def claims(decks: Sequence[str], format_: str, sort: str, quiet: bool, verbose: bool, **settings: Any) -> None:
    """List the claims of decks with their margins: how close each is to becoming false."""
    from slidegen.cli.messages import messages
    from slidegen.cli.progress import Reporter
    from slidegen.pipeline import resolved_deck

    options = replace(build_options(settings), claims="warn")
    found: dict[str, list[Claim]] = {}
    problems: list[Problem] = []
    for deck in dict.fromkeys(decks):
        try:
            with Reporter(quiet, verbose) as progress:
                made = resolved_deck(deck, replace(options, progress=progress)).claims
        except SlidegenError as error:
            problems += error.problems
        else:
            found[deck] = sorted(made, key=_by_margin if sort == "margin" else _by_slide)
    if format_ == "json":
        click.echo(json.dumps([_record(deck, claim) for deck in found for claim in found[deck]], indent=1))
    else:
        _print(found, FORMATS[format_], titled=len(decks) > 1)
        for deck in () if quiet else (deck for deck in found if not found[deck]):
            what = 'the deck makes no claims; {{ claim(x < 24 * GiB, "fits") }} makes one'
            messages().info(Problem(what, deck, code="detail"))
    problems += [_false(claim) for deck in found for claim in found[deck] if not claim.holds]
    if problems:
        raise SlidegenError(problems)


def _by_slide(claim: Claim) -> tuple[float, str, int]:
    return (math.inf if claim.slide is None else claim.slide, claim.path, claim.line)


def _by_margin(claim: Claim) -> tuple[bool, float]:
    """False ones first, the one that misses most before the others; equalities have no margin and come last."""
    margin = claim.judgment.margin
    if not claim.holds:
        return (False, -(math.inf if margin is None else margin))
    return (True, math.inf if margin is None else margin)


def _print(found: dict[str, list[Claim]], form: str, *, titled: bool) -> None:
    from tabulate import tabulate

    heads = ("slide", "line", "claim", "compared", "margin", "state")
    with_state = any(map(_state, (claim for claims in found.values() for claim in claims)))
    for number, (deck, made) in enumerate((deck, made) for deck, made in found.items() if made):
        if titled:
            click.echo(("\n" if number else "") + deck + ("\n" if form == "github" else ""))
        rows = [_row(deck, claim, form) for claim in made]
        align = ("right", "right", "left", "left", "right", "left")
        shown = slice(None if with_state else -1)
        cells = [row[shown] for row in rows]
        click.echo(tabulate(cells, heads[shown], tablefmt=form, colalign=align[shown], disable_numparse=True))


def _row(deck: str, claim: Claim, form: str) -> list[str]:
    from slidegen.comparison_text import described, share
    from slidegen.printing import printable
    from slidegen.render.markdown_text import markdown_text

    judgment = claim.judgment
    place = str(claim.line) if claim.path == deck else f"{claim.path}:{claim.line}"
    slide = "" if claim.slide is None else str(claim.slide)
    margin = "" if judgment.margin is None and not claim.holds else share(judgment.margin)
    cells = [slide, place, claim.words, described(judgment.closest), margin, _state(claim)]
    escaped: Callable[[str], str] = markdown_text if form == "github" else str
    return [escaped(printable(cell)) for cell in cells]


def _state(claim: Claim) -> str:
    if not claim.judgment.known:
        return "false: n/a"
    if not claim.holds:
        return "false"
    return "thin" if any(part.thin for part in claim.judgment.parts) else ""


def _record(deck: str, claim: Claim) -> dict[str, Any]:
    from slidegen.comparison_text import described

    part = claim.judgment.closest
    return {
        "deck": deck,
        "path": claim.path,
        "line": claim.line,
        "slide": claim.slide,
        "claim": claim.words,
        "holds": claim.holds,
        "known": claim.judgment.known,
        "thin": any(part.thin for part in claim.judgment.parts),
        "compared": described(part),
        "left": _value(part.left),
        "operator": part.operator,
        "right": _value(part.right),
        "distance": part.distance,
        "margin": part.margin,
    }


def _value(operand: Operand) -> Any:
    """Returns an exact value; a number that JSON does not have as text."""
    value = operand.value
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def _false(claim: Claim) -> Problem:
    from slidegen.resolve.claims import false_claim

    return false_claim(claim, warns=True)
