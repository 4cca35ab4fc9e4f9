"""The rule `picture-scaled`: no bitmap is drawn larger than it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from slidegen.checks.rule import Finding, Rule, quoted
from slidegen.checks.scene import Scene

SLACK: Final = 1.1
"""How many times as large a bitmap may be drawn."""


def _find(scene: Scene) -> Iterator[Finding]:
    for picture in sorted(scene.pictures, key=lambda one: -one.grown):
        grown = picture.grown * scene.usual
        if picture.drawing or picture.pixelated or grown <= SLACK:
            continue
        width, height = round(picture.width * grown), round(picture.height * grown)
        name = f"the picture {quoted(picture.name)}" if picture.name else "a picture"
        yield Finding(
            f"{name} has {picture.width} × {picture.height} pixels and is drawn {grown:.1f} times as large; "
            f"it needs {width} × {height} pixels, or a smaller place",
            picture.name,
        )


RULE: Final = Rule("picture-scaled", "warning", "a bitmap is drawn larger than its pixels", _find)
