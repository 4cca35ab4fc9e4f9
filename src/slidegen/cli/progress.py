"""Progress on standard error: a bar on a terminal, plain lines elsewhere, nothing where nothing slow is done."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

import click

from slidegen.progress import Step

if TYPE_CHECKING:
    from types import TracebackType

    from click._termui_impl import ProgressBar

WIDTH = 20
FINE = 100
"""Steps of the bar for each part."""
REST = WIDTH + 26  # what else stands in the line: the source's name and the percentage


class TimeLeft:
    """How long counted work still takes, if it goes on as it went since it first came forward: what lies before that,
    a model that is loaded, does not come again."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._started = now()
        self._first: tuple[float, float] | None = None

    def after(self, done: float, total: float) -> str:
        """The time left after so much is done, "0:09 left"; nothing as long as nobody can know."""
        if not done:
            return ""
        now = self._now()
        if self._first is None:
            self._first = now, done
        began, before = self._first
        if done > before:
            pace = (now - began) / (done - before)
        elif done >= 1:  # the first that is told is a whole part
            pace = (began - self._started) / done
        else:
            return ""
        minutes, seconds = divmod(max(1, round(pace * (total - done))), 60)
        hours, minutes = divmod(minutes, 60)
        return f"{hours}:{minutes:02}:{seconds:02} left" if hours else f"{minutes}:{seconds:02} left"


class Reporter(AbstractContextManager["Reporter"]):
    """Shows the steps of slow work, none if it is `quiet`, details if it is `verbose`; at its end the terminal is as it
    was. Raises click.UsageError for both."""

    def __init__(self, quiet: bool = False, verbose: bool = False) -> None:
        if quiet and verbose:
            raise click.UsageError("use one of --quiet and --verbose")
        self._quiet = quiet
        self._verbose = verbose
        self._terminal = sys.stderr.isatty() and not os.environ.get("CI") and os.environ.get("TERM") != "dumb"
        self._bar: ProgressBar[str] | None = None
        self._left = TimeLeft(time.monotonic)
        self._part = ""

    def __call__(self, step: Step) -> None:
        """Shows one step."""
        if self._quiet or (step.detail and not self._verbose):
            return
        from slidegen.printing import harmless  # a build that says nothing does not wait for it

        text = harmless(step.text)
        if step.detail:
            self._end_bar()
            click.echo(text, err=True)
        elif step.total and self._terminal:
            self._part = text or self._part
            self._counted(step)
        elif self._bar is not None:
            self._show(self._bar, text)
        elif text:
            click.echo(f"{step.source}: {text}" if step.source else text, err=True)

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
            self._end_bar()  # a part of the last table could not be computed
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
    """What is being done, in the room that a terminal leaves for it: a line that is longer would not be overwritten."""
    room = max(0, shutil.get_terminal_size().columns - REST)
    if text is None or len(text) <= room:
        return text
    return f"{text[: max(0, room - 1)]}\u2026" if room else None
