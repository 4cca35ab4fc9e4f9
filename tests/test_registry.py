"""Extensions by name: slidegen's own, and those of other packages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from slidegen.errors import DeckError
from slidegen.figures import FIGURES
from slidegen.outputs import OUTPUTS
from slidegen.registry import Registry
from slidegen.sources import SOURCES
from slidegen.tables import TABLE_SOURCES
from slidegen.templates import TEMPLATES
from slidegen.themes import THEMES
from tests.extension import installed

GROUP = "slidegen.birds"


@dataclass(frozen=True)
class Bird:
    """What the registry of this test holds."""

    name: str


ROBIN = Bird("robin")
WREN = Bird("wren")

Install = Callable[..., None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Installs a package with entry points of the group."""

    def install(points: dict[str, str], package: str = "extension") -> None:
        installed(tmp_path / package, GROUP, points, package)
        monkeypatch.syspath_prepend(tmp_path / package)

    return install


def birds() -> Registry[Bird]:
    """A registry with one bird of its own."""
    return Registry(GROUP, Bird, {"robin": f"{__name__}:ROBIN"}, "bird", "kind of bird")


def message(name: str) -> str:
    """What is wrong with a name."""
    with pytest.raises(DeckError) as caught:
        birds().find(name)
    return str(caught.value)


def test_our_own_come_first(install: Install) -> None:
    """An entry point adds a name, and cannot take one of slidegen's; as a mapping a registry holds slidegen's own."""
    install({"wren": f"{__name__}:WREN", "robin": "nowhere:ROBIN"})
    registry = birds()
    assert (registry.find("robin"), registry.find("wren")) == (ROBIN, WREN)
    assert registry.names() == ("robin", "wren")
    assert dict(registry) == {"robin": ROBIN}


def test_an_unknown_name_is_told_with_the_nearest(install: Install) -> None:
    """Of all that there are, those that do not load among them."""
    assert message("robbin") == "unknown kind of bird 'robbin'; did you mean 'robin'? available: robin"
    install({"wren": "nowhere:WREN"})
    assert message("wrenn") == "unknown kind of bird 'wrenn'; did you mean 'wren'? available: robin, wren"
    assert birds().look_up("wrenn") is None


@pytest.mark.parametrize(
    ("place", "what"),
    [
        ("nowhere:WREN", "does not load: No module named 'nowhere'"),
        (f"{__name__}:HAWK", f"does not load: module '{__name__}' has no attribute 'HAWK'"),
        (f"{__name__}:GROUP", "is not of the type Bird"),
        (__name__, "is not of the type Bird"),
        (f"{__name__}:ROBIN", "calls itself 'robin'; give both the same name"),
    ],
)
def test_an_entry_point_that_is_none(install: Install, place: str, what: str) -> None:
    """One line names it, and the others are not disturbed."""
    install({"wren": place, "tit": f"{__name__}:WREN"})
    assert message("wren") == f"the bird 'wren' ({place}) {what}"
    assert birds().find("robin") == ROBIN


def test_a_name_in_two_packages(install: Install) -> None:
    """Neither is taken."""
    install({"wren": f"{__name__}:WREN"}, "one")
    install({"wren": f"{__name__}:WREN"}, "two")
    assert message("wren") == "the bird 'wren' comes from several packages: one, two; keep one of them"


def test_what_other_packages_have_is_read_only_if_it_is_needed() -> None:
    """It takes a tenth of a second."""
    registry = birds()
    assert registry.find("robin") == ROBIN
    assert "_points" not in vars(registry)


@pytest.mark.parametrize(
    "registry", [SOURCES, TABLE_SOURCES, FIGURES, OUTPUTS, THEMES, TEMPLATES], ids=lambda one: one.group
)
def test_every_line_of_our_registries_leads_to_its_kind(registry: Registry[object]) -> None:
    """A line is tried when a deck names it, and here."""
    assert all(isinstance(one, registry.kind) for one in registry.values())
    assert registry.group.startswith("slidegen.")
