"""Options of commands that can compute on a cluster. No file can set them: a stranger's file must not connect us."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from slidegen.cli.options import options

if TYPE_CHECKING:
    from slidegen.progress import Progress
    from slidegen.sweep.connecting import Certificates
    from slidegen.sweep.model import Executor
    from slidegen.tables.base import SourceContext

FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
TLS: Final = ("tls_ca", "tls_cert", "tls_key")
NAMES: Final = ("scheduler", "cluster", "workers", *TLS)
"""The parameters that `cluster_options` adds to a command."""

cluster_options = options(
    click.option("--scheduler", metavar="ADDRESS", help="Compute on the Dask cluster at tcp:// or tls://HOST:PORT."),
    click.option("--cluster", metavar="SYSTEM", help="Compute on workers that a batch system starts, such as slurm."),
    click.option("--workers", type=click.IntRange(1), help="How many workers --cluster asks for."),
    click.option("--tls-ca", type=FILE, metavar="FILE", help="The certificate of the cluster's authority."),
    click.option("--tls-cert", type=FILE, metavar="FILE", help="Your certificate for the cluster."),
    click.option("--tls-key", type=FILE, metavar="FILE", help="The key of your certificate."),
)


def check_cluster_options(given: Mapping[str, Any], jobs: int | None) -> None:
    """Raises click.UsageError for options that do not go together, SlidegenError for an address that is none."""
    elsewhere = given["scheduler"] is not None or given["cluster"] is not None
    tls = [given[name] is not None for name in TLS]
    if given["scheduler"] is not None and given["cluster"] is not None:
        raise click.UsageError("use one of --scheduler and --cluster")
    if (given["cluster"] is None) != (given["workers"] is None):
        raise click.UsageError("--cluster and --workers go together: a batch system, and how many workers it starts")
    if elsewhere and jobs is not None:
        raise click.UsageError("--jobs is for the processes of this machine, which --scheduler and --cluster replace")
    if any(tls) and not (all(tls) and elsewhere):
        raise click.UsageError("--tls-ca, --tls-cert and --tls-key go together, with --scheduler or --cluster")
    if given["scheduler"] is not None:
        from slidegen.sweep.connecting import check_address

        check_address(given["scheduler"], tls=any(tls))
    if given["cluster"] is not None:
        from slidegen.sweep.connecting import check_system

        check_system(given["cluster"])


def executor_of(given: Mapping[str, Any], jobs: int, context: SourceContext, progress: Progress) -> Executor:
    """Returns what computes the batches of a sweep: the cluster that checked options name, else processes here."""
    scheduler, system = given["scheduler"], given["cluster"]
    if scheduler is None and system is None:
        from slidegen.sweep.processes import LocalExecutor

        return LocalExecutor(context, jobs, progress)
    from slidegen.progress import Step
    from slidegen.sweep.cluster import DaskExecutor
    from slidegen.sweep.connecting import connect, is_open, start_cluster

    certificates = _certificates(given)
    if system is not None:
        workers = given["workers"]
        return DaskExecutor(lambda: start_cluster(system, workers, certificates), context, progress, patience=None)
    if is_open(scheduler):
        progress(Step(f"{scheduler} is without TLS: use it in a network that you trust, tls:// in any other"))
    return DaskExecutor(lambda: connect(scheduler, certificates), context, progress)


def _certificates(given: Mapping[str, Any]) -> Certificates | None:
    from slidegen.sweep.connecting import Certificates

    return None if given["tls_ca"] is None else Certificates(*(given[name].absolute() for name in TLS))
