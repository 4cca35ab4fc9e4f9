"""What Jinja evaluates in an org file, which org's own signs are not looked for in."""

from __future__ import annotations

import re
from typing import Final

INSIDE: Final = r"[^{}]|\{[^{}]*\}"
"""A character of an expression, or a mapping in it."""
EXPRESSION: Final = re.compile(
    rf"\{{\{{(?!\{{)(?:{INSIDE}|\}}(?!\}}))*\}}\}}|\{{%(?:[^%{{}}]|\{{[^{{}}]*\}}|%(?!\}}))*%\}}"
)
