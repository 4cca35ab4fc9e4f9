"""Take the censuses of the catalogue again: ``python -m slidegen.models.remake [org/name ...]``.

Run it after adding a config or upgrading transformers. It prints which censuses changed; the diff of `censuses.json`
shows how.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable

from slidegen.errors import SlidegenError
from slidegen.models import catalogue
from slidegen.models.instantiate import take_census
from slidegen.write import write_file


def remake(names: Iterable[str]) -> tuple[str, ...]:
    """Takes the censuses of the named catalogue models again and writes them; returns the names of those that changed.

    Raises ModelError for a config that transformers cannot build, MissingExtraError without transformers.
    """
    before = catalogue.censuses()
    renewed = {name: take_census(catalogue.facts(name).config, name) for name in names}
    write_file(catalogue.CENSUSES, catalogue.censuses_to_text(before | renewed).encode())
    return tuple(name for name, census in renewed.items() if census != before.get(name))


def main(arguments: list[str] | None = None) -> int:
    """Runs the command; returns 0, or 1 after printing one line for each error."""
    parser = argparse.ArgumentParser(prog="python -m slidegen.models.remake", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="org/name", help="only these models (default: all)")
    names = parser.parse_args(arguments).names or list(catalogue.entries())
    unknown = [name for name in names if name not in catalogue.entries()]
    if unknown:
        parser.error(f"not in the catalogue: {unknown[0]} ({catalogue.hint(unknown[0])})")
    try:
        changed = remake(names)
    except SlidegenError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{len(changed)} of {len(names)} censuses changed", *changed, sep="\n  ")
    return 0


if __name__ == "__main__":
    sys.exit(main())
