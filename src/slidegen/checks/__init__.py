"""The rules of `slidegen check`, by name. A rule is one module and one line here; docs/check.md shows each.

Each looks at what a browser measured of a slide (`scene`), with its fragments. The rules of the module `elsewhere` are
applied by the build, or to the page as a whole.
"""

from __future__ import annotations

from typing import Final

from slidegen.checks.rule import Rule
from slidegen.registry import Registry

RULES: Final = Registry(
    "slidegen.checks",
    Rule,
    {
        "broken-link": "slidegen.checks.elsewhere:BROKEN_LINK",
        "console-message": "slidegen.checks.elsewhere:CONSOLE_MESSAGE",
        "contrast": "slidegen.checks.contrast:RULE",
        "hidden-text": "slidegen.checks.hidden_text:RULE",
        "identical-labels": "slidegen.checks.identical_labels:RULE",
        "margins": "slidegen.checks.margins:RULE",
        "missing-glyph": "slidegen.checks.elsewhere:MISSING_GLYPH",
        "network-request": "slidegen.checks.elsewhere:NETWORK_REQUEST",
        "overlap": "slidegen.checks.overlap:RULE",
        "page-error": "slidegen.checks.elsewhere:PAGE_ERROR",
        "picture-scaled": "slidegen.checks.picture_scaled:RULE",
        "runs-off": "slidegen.checks.elsewhere:RUNS_OFF",
        "small-chart": "slidegen.checks.small_chart:RULE",
        "small-table": "slidegen.checks.small_table:RULE",
        "small-text": "slidegen.checks.small_text:RULE",
        "smaller-text": "slidegen.checks.elsewhere:SMALLER_TEXT",
        "too-much-to-say": "slidegen.checks.too_much_to_say:RULE",
    },
    "rule of check",
    "rule",
)
