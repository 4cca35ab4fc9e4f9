"""Templates of `slidegen new`: each is a folder here and a line in the registry.

A template is a package whose docstring says in one line what it is for. Its folder has the deck in both kinds,
`deck.yml` and `deck.md`, `deck.record.json` if the deck computes anything, and a folder `images`. The files in `common`
belong to every template.
"""

from __future__ import annotations

from types import ModuleType
from typing import Final

from slidegen.registry import Registry

TEMPLATES: Final = Registry(
    "slidegen.templates",
    ModuleType,
    {
        "talk": "slidegen.templates.talk",
        "lecture": "slidegen.templates.lecture",
        "lightning": "slidegen.templates.lightning",
        "numbers": "slidegen.templates.numbers",
        "blank": "slidegen.templates.blank",
    },
    "template",
)
"""The templates, by the name that ``--template`` gives."""
