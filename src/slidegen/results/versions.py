"""The versions of libraries that made a result, beside those that would make it now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from slidegen.model import Provenance
from slidegen.models import catalogue


@dataclass(frozen=True, slots=True)
class OtherVersion:
    """A library of which another version would make a result `today`; None if the library is not installed."""

    library: str
    recorded: str
    today: str | None


def other_versions(provenance: Provenance) -> Iterator[OtherVersion]:
    """Yields the libraries of a result of which other versions would make it now, or that are not installed."""
    for library, recorded in sorted(provenance.versions.items()):
        today = _shipped(provenance, library) or _installed(library)
        if today is None or not all(_same(one, today) for one in recorded.split(", ")):
            yield OtherVersion(library, recorded, today)


def _shipped(provenance: Provenance, library: str) -> str | None:
    """Returns the version of a library that counted the catalogue's models, for a result that is made from such counts
    and so does not depend on what is installed; None for any other result."""
    models = [name for name, origin in provenance.models.items() if origin.startswith("catalogue")]
    for name in models:
        versions = catalogue.census(name).versions if catalogue.has(name) else {}
        if library in versions and set(provenance.versions) <= set(versions):
            return versions[library]
    return None


def _installed(library: str) -> str | None:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(library)
    except (PackageNotFoundError, ValueError):
        return None


def _same(recorded: str, today: str) -> bool:
    """Returns whether two versions are the same. A local label such as "+cpu" counts if both have one (PEP 440)."""
    if "+" in recorded and "+" in today:
        return recorded == today
    return recorded.partition("+")[0] == today.partition("+")[0]
