"""LaTeX between the words of a text: formulas, and commands that are not formulas."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from slidegen.sources.org.context import Context

COMMAND: Final = re.compile(r"\\[A-Za-z]+\*?(?:\[[^\]\n]{0,200}\]|\{[^{}\n]{0,500}\})+")
PAPER: Final = re.compile(
    r"\\(?:(?:pause|vfill|hfill|hline|newpage|clearpage|pagebreak|centering|noindent|(?:small|med|big)skip|tiny"
    r"|scriptsize|footnotesize|small|normalsize|large|Large|LARGE|huge|Huge|maketitle|tableofcontents|appendix)"
    r"(?![A-Za-z])|(?:[vh]space\*?|setbeamer\w+|usebeamer\w+)(?:\{[^{}\n]*\})+)(?:\{\})?"
)
"""Commands of LaTeX that lay out pages of paper or Beamer's slides, and hold no words."""
DOLLAR: Final = re.compile(r"(\\.)|\$", re.DOTALL)
"""A dollar sign in a formula; one behind a backslash is kept with it."""


class Command(NamedTuple):
    """What a slide shows of a command, and where the text goes on."""

    shown: str
    end: int


def command(text: str, at: int, number: int, context: Context) -> Command | None:
    """Returns the command at a backslash, or None if none is there. A command that may hold words is shown as it is
    written."""
    layout = PAPER.match(text, at)
    if layout is not None:
        context.lose(f"the LaTeX command {layout[0][:40]!r} is left out; it is for LaTeX alone", number)
        return Command("", layout.end())
    found = COMMAND.match(text, at)
    if found is None:
        return None
    context.lose(f"the LaTeX command {found[0][:40]!r} is shown as it is written", number)
    return Command(found[0], found.end())


def formula(tex: str, context: Context) -> str:
    """Returns a formula in one line, with nothing in it that would end it."""
    return DOLLAR.sub(lambda found: found[1] or "\\$", context.sealed(" ".join(tex.split())))
