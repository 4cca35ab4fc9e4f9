"""What other packages add to slidegen by entry points."""

from __future__ import annotations

from typing import TypeVar

from slidegen.errors import DeckError, Problem

Kind = TypeVar("Kind")


def load_plugins(group: str, kind: type[Kind], what: str) -> dict[str, Kind]:
    """The objects of all entry points of a group, by their names. Messages call one of them `what`.

    Raises:
        DeckError: an entry point that does not load, or is not of that kind.
    """
    from importlib.metadata import entry_points

    found: dict[str, Kind] = {}
    for point in entry_points(group=group):
        try:
            loaded = point.load()
        except Exception as error:
            why = " ".join(str(error).split()) or type(error).__name__
            raise DeckError([Problem(f"the {what} {point.name!r} ({point.value}) does not load: {why}")]) from error
        if not isinstance(loaded, kind):
            raise DeckError([Problem(f"the {what} {point.name!r} ({point.value}) is no {kind.__name__}")])
        found[point.name] = loaded
    return found
