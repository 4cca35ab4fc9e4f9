"""Connects to a Dask cluster: to a scheduler by its address, or to one that a batch system such as SLURM starts."""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from slidegen.errors import MissingExtraError, Problem, SlidegenError, nearest, reason

if TYPE_CHECKING:
    from distributed import Client, Security

ADDRESS: Final = re.compile(r"(tcp|tls)://(\[[0-9a-fA-F:.%]+\]|[^\s/:@\[\]]+):(\d{1,5})")
"""An address of a scheduler. Dask knows more schemes; whoever needs one has a reason to write a program."""
LOCAL: Final = re.compile(r"localhost|127\.[\d.]+|\[::1\]")
SYSTEMS: Final = {
    "htcondor": "HTCondorCluster",
    "local": "LocalCluster",
    "lsf": "LSFCluster",
    "moab": "MoabCluster",
    "oar": "OARCluster",
    "pbs": "PBSCluster",
    "sge": "SGECluster",
    "slurm": "SLURMCluster",
}
"""The batch systems of dask-jobqueue, with its classes; "local" starts processes here, to try it out."""
LOGGERS: Final = ("distributed.", "dask_jobqueue.", "tornado.")
SECONDS: Final = 10.0
"""How long to wait for a scheduler to answer."""


@dataclass(frozen=True, slots=True)
class Certificates:
    """The files of TLS: those of the authority, of our certificate and of its key."""

    ca: Path
    certificate: Path
    key: Path


@dataclass(slots=True)
class Connection:
    """A client of a scheduler, and the cluster if we started it."""

    client: Client
    cluster: Any = None

    @property
    def address(self) -> str:
        """The address of the scheduler."""
        return str(self.client.scheduler.address) if self.client.scheduler else "(none)"

    @property
    def dashboard(self) -> str | None:
        """The address of the scheduler's dashboard, if it has one."""
        if "dashboard" not in self.client.scheduler_info().get("services", {}):
            return None
        return str(self.client.dashboard_link)

    def close(self) -> None:
        """Leaves the scheduler, and ends a cluster that we started."""
        with _silence(), suppress(Exception):  # it may be gone
            self.client.close(timeout=2)
        if self.cluster is not None:
            with _silence(), suppress(Exception):
                self.cluster.close(timeout=10)


def check_address(address: str, *, tls: bool = False) -> None:
    """Raises SlidegenError if a text is not the address of a scheduler, or not one with TLS where that is needed."""
    found = ADDRESS.fullmatch(address)
    if found is None or int(found[3]) > 65535:
        message = f"--scheduler {address!r}; allowed: tcp://HOST:PORT or tls://HOST:PORT"
        raise SlidegenError([Problem(message, code="wrong-value")])
    if tls and found[1] != "tls":
        message = f"--scheduler {address!r} is without TLS, which the given certificates are for; use tls://"
        raise SlidegenError([Problem(message, code="wrong-value")])


def is_open(address: str) -> bool:
    """Returns whether what is sent to an address can be read on the way: it is another machine, without TLS."""
    found = ADDRESS.fullmatch(address)
    return found is not None and found[1] == "tcp" and LOCAL.fullmatch(found[2]) is None


def check_system(system: str) -> None:
    """Raises SlidegenError if a text does not name a batch system."""
    if system not in SYSTEMS:
        raise SlidegenError([Problem(f"--cluster {system!r}; {nearest(system, SYSTEMS)}", code="wrong-value")])


def connect(address: str, certificates: Certificates | None = None) -> Connection:
    """Connects to a running scheduler. TLS uses the certificates, else those of Dask's own configuration.

    Raises:
        SlidegenError: the address is wrong, or the scheduler cannot be reached.
        MissingExtraError: Dask is not installed.
    """
    check_address(address, tls=certificates is not None)
    distributed = _distributed()
    try:
        with _silence():
            security = _security(certificates)
            client = distributed.Client(address, security=security, timeout=SECONDS, set_as_default=False)
    except Exception as error:  # of TLS, of the network, or of Dask's configuration
        if address.startswith("tls://") and certificates is None and not _configured():
            hint = "; tls:// needs --tls-ca, --tls-cert and --tls-key, or Dask's configuration of them"
        else:
            hint = ""
        message = f"--scheduler {address}: cannot be reached ({reason(error)}){hint}"
        raise SlidegenError([Problem(message, code="worker")]) from None
    return Connection(client)


def start_cluster(system: str, workers: int, certificates: Certificates | None = None) -> Connection:
    """Starts a scheduler here, and workers through a batch system, which Dask's configuration describes.

    Raises:
        SlidegenError: the batch system is unknown, its configuration lacks something, or it refuses the jobs.
        MissingExtraError: dask-jobqueue is not installed.
    """
    check_system(system)
    distributed, cluster = _distributed(), None
    try:
        with _silence():
            cluster = batch_cluster(system, certificates)
            cluster.sync(_submit, cluster, workers)
            client = distributed.Client(cluster, timeout=SECONDS, set_as_default=False)
    except MissingExtraError:
        raise
    except Exception as error:  # of the batch system, or of Dask's configuration
        if cluster is not None:
            with suppress(Exception):
                cluster.close()
        message = f"--cluster {system}: {reason(error)}; docs/sweeps.md says how to configure it"
        raise SlidegenError([Problem(message, code="worker")]) from None
    return Connection(client, cluster)


def batch_cluster(system: str, certificates: Certificates | None = None) -> Any:
    """Returns a cluster of dask-jobqueue without workers. Raises whatever dask-jobqueue raises, as `start_cluster`."""
    _distributed()
    try:
        from importlib import import_module

        module = import_module("dask_jobqueue.local" if system == "local" else "dask_jobqueue")
    except ImportError:
        raise MissingExtraError(f"--cluster {system}", "sweep") from None
    return getattr(module, SYSTEMS[system])(security=_security(certificates))


async def _submit(cluster: Any, workers: int) -> None:
    """Submits the jobs of so many workers, and does not wait until they run. Raises what the batch system answers."""
    cluster.scale(workers)
    await cluster


def _security(certificates: Certificates | None) -> Security | None:
    """Returns what Dask needs for TLS: one certificate for all that we start; None for Dask's own configuration."""
    if certificates is None:
        return None
    files: dict[str, Any] = {"tls_ca_file": str(certificates.ca), "require_encryption": True}
    for role in ("client", "scheduler", "worker"):
        files[f"tls_{role}_cert"] = str(certificates.certificate)
        files[f"tls_{role}_key"] = str(certificates.key)
    security: Security = _distributed().Security(**files)
    return security


def _configured() -> bool:
    """Returns whether Dask's own configuration has an authority for TLS."""
    import dask

    return dask.config.get("distributed.comm.tls.ca-file", None) is not None


def _distributed() -> Any:
    try:
        import distributed
    except ImportError:
        raise MissingExtraError("a cluster", "sweep") from None
    return distributed


@contextmanager
def _silence() -> Iterator[None]:
    """Silences Dask's warnings, and its loggers for good: slidegen itself says what matters."""
    known = logging.root.manager.loggerDict
    for name in (
        "asyncio",
        "distributed",
        "tornado.application",
        *(name for name in known if name.startswith(LOGGERS)),
    ):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
