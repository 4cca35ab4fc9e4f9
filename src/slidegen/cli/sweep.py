"""`slidegen sweep`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from slidegen.cli.cluster_options import NAMES, check_cluster_options, cluster_options, executor_of
from slidegen.cli.options import offline_option, quiet_option, verbose_option

if TYPE_CHECKING:
    from slidegen.sweep.run import Plan, Summary
    from slidegen.tables.base import TableSource

FILES: Final = (".yml", ".yaml")
"""The suffixes of a sweep's file. By them it is told from the value of an option whose source is not known yet."""


class SweepCommand(click.Command):
    """A command with an option for each parameter of the source that the command line or the sweep's file names."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Finds the source first, as its parameters are options."""
        found = _named_source(args)
        ctx.meta["slidegen.sweep.options"] = [] if found is None else _options(found)
        return super().parse_args(ctx, args)

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Returns the command's own options, then those of the source."""
        own = super().get_params(ctx)
        return [*own[:-1], *ctx.meta.get("slidegen.sweep.options", ()), *own[-1:]]


@click.command(
    cls=SweepCommand,
    epilog="""\b
Examples:
  slidegen sweep sweep.yml
  slidegen sweep sweep.yml --models Qwen/Qwen3-8B --dry-run
  slidegen sweep --source memory --models "meta-llama/*" --method full,lora --rank 8,16 -o out.parquet
  slidegen sweep --source allocated --help
  slidegen sweep sweep.yml --scheduler tls://cluster:8786 --tls-ca ca.pem --tls-cert me.pem --tls-key me.key
  slidegen sweep sweep.yml --cluster slurm --workers 20
""",
)
@click.argument("file", required=False, type=click.Path(path_type=Path), metavar="[FILE.yml]")
@click.option("--source", "source_name", metavar="NAME", help="The table source, whose parameters are options.")
@click.option("--combine", type=click.Choice(("product", "zip")), help="Each value with each, or side by side.")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE.parquet", help="Where results go.")
@click.option("--dry-run", is_flag=True, help="Print how many settings there are and how many are computed already.")
@click.option("--retry-failed", is_flag=True, help="Compute settings that failed before again.")
@click.option("-j", "--jobs", type=click.IntRange(1), help="Processes that compute; one for each core without it.")
@cluster_options
@offline_option
@quiet_option
@verbose_option
def sweep(
    file: Path | None,
    source_name: str | None,
    combine: Any,
    output: Path | None,
    dry_run: bool,
    retry_failed: bool,
    jobs: int | None,
    offline: bool,
    quiet: bool,
    verbose: bool,
    **values: Any,
) -> None:
    """Compute a table source for many settings, into a Parquet file.

    FILE.yml has the keys source, combine (product or zip), output, and the parameters of the source, each a value or a
    list. Options override them. Results that the output has already are kept.
    """
    from slidegen.cli.progress import Reporter
    from slidegen.models.finder import ModelFinder
    from slidegen.progress import Step
    from slidegen.project import find_project
    from slidegen.sweep.reading import Given, read_file, read_spec, source_of
    from slidegen.sweep.run import Sweep
    from slidegen.tables.base import SourceContext

    if file is None and source_name is None:
        raise click.UsageError("Missing argument 'FILE.yml'; or give --source with its parameters and --output")
    on_cluster = {name: values.pop(name) for name in NAMES}
    check_cluster_options(on_cluster, jobs)
    given = Given(source_name, combine, output, {name: list(found) for name, found in values.items() if found})
    project = find_project(Path() if file is None else file.parent)
    tree = None if file is None else read_file(file, str(file))
    name = None if file is None else str(file)
    source = source_of(tree, name, given)
    spec = read_spec(tree, name, given, source, project)
    finder = ModelFinder(project, offline=offline, confine=file is not None)
    jobs = jobs or _cores()
    with Reporter(quiet, verbose) as progress:
        context = SourceContext(finder, lambda text: progress(Step(text)), None if file is None else project)
        run = Sweep(spec, source, context, jobs, progress, retry_failed)
        if dry_run:
            click.echo(_planned(run.plan(), spec.output))
            return
        try:
            summary = run.run(executor_of(on_cluster, jobs, context, progress))
        except KeyboardInterrupt:
            kept = f"stopped; {run.done} settings are kept, and the same command computes the rest"
            raise KeyboardInterrupt(kept) from None
    click.echo(_done(summary, spec.output))


def _cores() -> int:
    """Returns the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _named_source(args: list[str]) -> TableSource | None:
    """Returns the source that a command line names, itself or by its file; None if it does not, or the file has a
    mistake. Raises DeckError if an option names an unknown source."""
    from slidegen.errors import SlidegenError
    from slidegen.sweep.reading import Given, read_file, source_of

    given, files = None, []
    for at, word in enumerate(args):
        if word == "--source" and at + 1 < len(args):
            given = args[at + 1]
        elif word.startswith("--source="):
            given = word.partition("=")[2]
        elif word.endswith(FILES) and not word.startswith("-"):
            files.append(Path(word))
    if given is not None:  # an unknown one is a mistake now: else its parameters would be unknown options
        return source_of(None, None, Given(given))
    try:
        return source_of(read_file(files[0], str(files[0])), None, Given()) if files else None
    except SlidegenError:  # reported when the command runs
        return None


def _options(source: TableSource) -> list[click.Parameter]:
    from slidegen.cli.parameter_options import sweep_options

    taken = {name for parameter in sweep.params for name in (parameter.name, *parameter.opts)}
    names = [name for name in source.parameters.model_fields if f"--{name.replace('_', '-')}" in taken]
    return sweep_options(source.parameters, leave_out=names)


def _planned(plan: Plan, output: Path) -> str:
    settings = len(plan.settings.points)
    kept = settings - len(plan.missing) - len(plan.invalid)
    lines = [
        f"{settings} settings of {plan.settings.combinations} combinations",
        f"{kept} in {output} already",
        f"{len(plan.missing)} to compute in {len(plan.batches)} batches",
    ]
    if plan.invalid:
        lines.append(f"{len(plan.invalid)} that cannot be computed: {plan.invalid[0].error}")
    return "\n".join(lines)


def _done(summary: Summary, output: Path) -> str:
    failed = f", {summary.failed} failed" if summary.failed else ""
    return (
        f"{output}: {summary.settings} settings in {summary.rows} rows, {summary.computed} computed{failed}, "
        f"{summary.seconds:.1f} s"
    )
