"""Progress on standard error: a bar on a terminal, plain lines elsewhere, no output if nothing is slow."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

import click

from slidegen.cli.messages import messages
from slidegen.errors import Problem
from slidegen.progress import Step

if TYPE_CHECKING:
    from types import TracebackType

    from click._termui_impl import ProgressBar

WIDTH = 20
FINE = 100
"""How many steps the bar has for each part."""
REST = WIDTH + 26  # the width of the bar, the source's name and the percentage


class TimeLeft:
    """Estimates the remaining time of counted work from its pace since the first progress: what came before it, such as
    loading a model, does not come again."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._started = now()
        self._first: tuple[float, float] | None = None

    def after(self, done: float, total: float) -> str:
        """The remaining time, "0:09 left", after `done` of `total` parts; "" as long as it is unknown."""
        if not done:
            return ""
        now = self._now()
        if self._first is None:
            self._first = now, done
        began, before = self._first
        if done > before:
            pace = (now - began) / (done - before)
        elif done >= 1:  # the first report is of a whole part
            pace = (began - self._started) / done
        else:
            return ""
        minutes, seconds = divmod(max(1, round(pace * (total - done))), 60)
        hours, minutes = divmod(minutes, 60)
        return f"{hours}:{minutes:02}:{seconds:02} left" if hours else f"{minutes}:{seconds:02} left"


class Reporter(AbstractContextManager["Reporter"]):
    """Shows the steps of slow work: none if `quiet`, and details if `verbose`. Restores the terminal at the end.
    Raises click.UsageError for both."""

    def __init__(self, quiet: bool = False, verbose: bool = False) -> None:
        if quiet and verbose:
            raise click.UsageError("use one of --quiet and --verbose")
        self._quiet = quiet
        self._verbose = verbose
        self._messages = messages()
        plain = self._messages.as_json or os.environ.get("CI") or os.environ.get("TERM") == "dumb"
        self._terminal = sys.stderr.isatty() and not plain
        self._bar: ProgressBar[str] | None = None
        self._left = TimeLeft(time.monotonic)
        self._part = ""

    def __call__(self, step: Step) -> None:
        """Shows one step."""
        if self._quiet or (step.detail and not self._verbose):
            return
        from slidegen.printing import printable  # a build without output does not need it

        text = printable(step.text)
        if step.detail:
            self._end_bar()
            self._messages.info(Problem(text, code="detail"))
        elif step.total and self._terminal:
            self._part = text or self._part
            self._counted(step)
        elif self._bar is not None:
            self._show(self._bar, text)
        elif text:
            self._messages.info(Problem(f"{step.source}: {text}" if step.source else text, code=step.code))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end_bar()

    def _end_bar(self) -> None:
        if self._bar is not None:
            self._bar.render_finish()
            self._bar = None

    def _counted(self, step: Step) -> None:
        length = step.total * FINE
        if self._bar is not None and (self._bar.length != length or step.done * FINE < self._bar.pos):
            self._end_bar()  # a part of the previous table could not be computed
        if self._bar is None:
            self._bar = click.progressbar(
                length=length, label=step.source, file=sys.stderr, width=WIDTH, item_show_func=_cut, show_eta=False
            )
            self._left = TimeLeft(time.monotonic)
        self._bar.update(round(step.done * FINE) - self._bar.pos)
        if step.done == step.total:
            self._show(self._bar, f"{step.total} of {step.total}")
            self._bar.render_finish()
            self._bar = None
        else:
            self._show(self._bar, "  ".join(filter(None, (self._left.after(step.done, step.total), self._part))))

    @staticmethod
    def _show(bar: ProgressBar[str], text: str) -> None:
        bar.current_item = text
        bar.render_progress()


def _cut(text: str | None) -> str | None:
    """Shortens a text to the width that the terminal leaves for it: a longer line would not be overwritten."""
    room = max(0, shutil.get_terminal_size().columns - REST)
    if text is None or len(text) <= room:
        return text
    return f"{text[: max(0, room - 1)]}\u2026" if room else None
