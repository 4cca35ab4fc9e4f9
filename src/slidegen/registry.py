"""Registries of extensions: slidegen's own, and those that other packages add by entry points."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from importlib import import_module
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar

from slidegen.errors import DeckError, Problem, SlidegenError, nearest

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

Kind = TypeVar("Kind")


class Registry(Mapping[str, Kind]):
    """The extensions of one kind, by name. As a mapping it holds slidegen's own.

    `places` says where each of these is, "package.module:attribute" as in an entry point. It is imported on first use.
    Other packages add theirs as entry points of a `group`. These are looked up only for names that slidegen itself does
    not have, because reading the metadata of installed packages takes a tenth of a second.

    Messages call an extension `what`, and an unknown name an unknown `word`.
    """

    def __init__(
        self, group: str, kind: type[Kind], places: Mapping[str, str], what: str, word: str | None = None
    ) -> None:
        self.group = group
        self.kind = kind
        self._places = places
        self._what = what
        self._word = word or what
        self._loaded: dict[str, Kind] = {}

    def __getitem__(self, name: str) -> Kind:
        return self._load(name, self._places[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, name: object) -> bool:
        return name in self._places

    def find(self, name: str) -> Kind:
        """The extension with this name.

        Raises:
            DeckError: the name is unknown, with the nearest one; or as `look_up`.
        """
        found = self.look_up(name)
        if found is None:
            raise DeckError(
                [Problem(f"unknown {self._word} {name!r}; {nearest(name, self.names())}", code="unknown-extension")]
            )
        return found

    def look_up(self, name: str) -> Kind | None:
        """The extension with this name, slidegen's own or another package's; None if there is none.

        Raises:
            DeckError: the entry point cannot be loaded, or its object has another type or name; or several packages
                have an entry point with this name.
        """
        if name in self._places:
            return self[name]
        points = self._points.get(name, ())
        if not points:
            return None
        if len(points) > 1:
            packages = sorted(point.dist.name if point.dist else "?" for point in points)
            message = f"{self._called(name)} comes from several packages: {', '.join(packages)}; keep one of them"
            raise DeckError([Problem(message, code="broken-extension")])
        return self._load(name, points[0].value)

    def names(self) -> tuple[str, ...]:
        """All names: slidegen's own, then those of other packages."""
        return (*self._places, *(name for name in self._points if name not in self._places))

    @cached_property
    def _points(self) -> Mapping[str, list[EntryPoint]]:
        from importlib.metadata import entry_points

        found: dict[str, list[EntryPoint]] = {}
        for point in entry_points(group=self.group):
            found.setdefault(point.name, []).append(point)
        return found

    def _called(self, name: str) -> str:
        return f"the {self._what} {name!r}"

    def _load(self, name: str, place: str) -> Kind:
        if name not in self._loaded:
            found = load_place(place, self._called(name))
            called = f"{self._called(name)} ({place})"
            if not isinstance(found, self.kind):
                raise DeckError([Problem(f"{called} is not of the type {self.kind.__name__}", code="broken-extension")])
            own_name = getattr(found, "name", name)
            if own_name != name:  # its results would be recorded under the other name
                raise DeckError(
                    [Problem(f"{called} calls itself {own_name!r}; give both the same name", code="broken-extension")]
                )
            self._loaded[name] = found
        return self._loaded[name]


def load_place(place: str, called: str) -> Any:
    """Imports the object at a place, "package.module:attribute"; the module if there is no attribute.

    Raises:
        DeckError: it cannot be imported. `called` names the object in the message.
    """
    module, _, attribute = (part.strip() for part in place.partition(":"))
    try:
        found = import_module(module)
        return attrgetter(attribute)(found) if attribute else found
    except SlidegenError:
        raise
    except Exception as error:
        why = " ".join(str(error).split()) or type(error).__name__
        raise DeckError([Problem(f"{called} ({place}) does not load: {why}", code="broken-extension")]) from error
