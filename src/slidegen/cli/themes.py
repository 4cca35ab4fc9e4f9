"""`slidegen themes`."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, get_args

import click

from slidegen.build_options import OUTPUT_FOLDER, BuildOptions, OpensWith
from slidegen.cli.messages import messages
from slidegen.cli.options import FORMATS, format_option, list_by_default, quiet_option
from slidegen.errors import Problem, SlidegenError

if TYPE_CHECKING:
    from slidegen.themes import ThemeFolder

SPECIMEN: Final = Path(__file__).parents[1] / "specimen" / "specimen.yml"
"""The deck that shows all that a theme dresses. Its record lies beside it, so that nothing is computed."""
LAYOUTS: Final = SPECIMEN.with_name("template.yml")
"""The deck with a slide for each layout of a presentation."""


@dataclass(frozen=True, slots=True)
class Row:
    """A theme in the list: its schemes in words, and where it comes from."""

    name: str
    schemes: str
    description: str
    where: str


@click.group(invoke_without_command=True)
@click.option("--format", "format_", type=click.Choice(FORMATS), help="The format of `themes list`.  [default: table]")
@click.pass_context
def themes(ctx: click.Context, format_: str | None) -> None:
    """List the themes, or show one in a deck of specimens."""
    list_by_default(ctx, themes, themes_list, format_)


@themes.command("list")
@format_option
def themes_list(format_: str) -> None:
    """List the themes: their schemes, what they look like, and where they come from."""
    from slidegen.model import Column, Provenance, Table
    from slidegen.printing import print_table

    problems: list[Problem] = []
    rows = list(_rows(problems))
    if format_ == "json":
        keys = ("name", "schemes", "description", "where")
        click.echo(json.dumps([{key: getattr(row, key) for key in keys} for row in rows], indent=1))
    else:
        heads = (("name", "Theme"), ("schemes", "Schemes"), ("description", "Look"), ("where", "From"))
        columns = tuple(Column(key, label, "text") for key, label in heads)
        cells = tuple((row.name, row.schemes, row.description, row.where) for row in rows)
        click.echo(print_table(Table(columns, cells, Provenance("themes")), format_, "GiB"))
    if problems:
        raise SlidegenError(problems)


def _rows(problems: list[Problem]) -> Iterator[Row]:
    """Yields a row for each theme that can be read. Adds the mistakes of the others to `problems`."""
    from slidegen.themes import PLAIN, PLAIN_NAMES, THEMES, builtin_names, named_theme

    for name in dict.fromkeys((PLAIN, *builtin_names(), *sorted(THEMES.names()))):
        try:
            found = named_theme(name)
        except SlidegenError as error:
            problems += error.problems
            continue
        also = f" (also {', '.join(PLAIN_NAMES)})" if name == PLAIN else ""
        yield Row(name + also, _schemes(found), found.description, "slidegen" if found.builtin else str(found.folder))


def _schemes(found: ThemeFolder) -> str:
    other = f"; {found.counterpart} has the other" if found.counterpart else ""
    return ", ".join(found.schemes) + other


@themes.command("show")
@click.argument("name")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The file; build/specimen-NAME.html.")
@click.option("--scheme", type=click.Choice(get_args(OpensWith)), help="The scheme that the page opens with.")
@click.option("--to", "form", type=click.Choice(("reveal", "marp")), default="reveal", show_default=True)
@quiet_option
def themes_show(name: str, output: Path | None, scheme: OpensWith | None, form: str, quiet: bool) -> None:
    """Build a deck with every layout, table and chart in a theme, given by its name or its folder."""
    from slidegen.cli.messages import counted
    from slidegen.cli.progress import Reporter
    from slidegen.pipeline import build

    start = time.perf_counter()
    file = output or OUTPUT_FOLDER / f"specimen-{Path(name).resolve().name}{'.marp' if form == 'marp' else ''}.html"
    options = BuildOptions(output=file, theme=name, scheme=scheme, format=form, keep_record=False, offline=True)
    with Reporter(quiet, verbose=False):
        built = build(str(SPECIMEN), options)
    if not quiet:
        what = f"{counted(len(built.lines))}, {built.size / 1e6:.2f} MB, {time.perf_counter() - start:.2f} s"
        messages().info(Problem(what, name, code="built"), what)
    for path in (built.output, *built.beside):
        click.echo(path)


@themes.command("export-pptx")
@click.argument("name", default="auto", metavar="[THEME]")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The file; build/THEME.pptx.")
@click.option("--scheme", type=click.Choice(("light", "dark")), help="The scheme of the template; light by default.")
@quiet_option
def themes_export_pptx(name: str, output: Path | None, scheme: OpensWith | None, quiet: bool) -> None:
    """Write a theme, given by its name or its folder, as a template of PowerPoint."""
    from slidegen.cli.progress import Reporter
    from slidegen.exports.base import ExportOptions
    from slidegen.exports.pptx.template.making import TEMPLATE
    from slidegen.exports.running import SharedBrowser, run_exports

    file = output or OUTPUT_FOLDER / f"{Path(name).resolve().name}.pptx"
    if file.suffix.lower() != ".pptx":
        raise click.UsageError(f"--output {file}: a template cannot have the suffix {file.suffix!r}; allowed: .pptx")
    start = time.perf_counter()
    options = BuildOptions(output=file, theme=name, scheme=scheme, keep_record=False, offline=True)
    with SharedBrowser() as browser, Reporter(quiet, verbose=False):
        made = run_exports(str(LAYOUTS), [TEMPLATE], ExportOptions(), options, browser)
    if not quiet:
        what = f"{file.stat().st_size / 1e6:.2f} MB, {time.perf_counter() - start:.2f} s"
        messages().info(Problem(what, name, code="built"), what)
    for path in made.paths:
        click.echo(path)
