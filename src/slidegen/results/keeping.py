"""Decides which results of a build are kept in the deck's record, and when."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from slidegen.build_options import BuildOptions
from slidegen.built import Stopped
from slidegen.errors import SlidegenError
from slidegen.progress import Step
from slidegen.project import record_path
from slidegen.write import discards

if TYPE_CHECKING:
    from slidegen.results.record import Record
    from slidegen.results.store import ResultStore


def has_record(deck: Path) -> bool:
    """Returns whether there is a record beside a deck."""
    try:
        return record_path(deck).exists()
    except OSError:  # for example, a name that is too long
        return False


def check_keeping(record: Record | None) -> None:
    """Raises DeckError if the record of a deck, where it has one, cannot be written."""
    if record is not None:
        from slidegen.results.record_file import check_record

        check_record(record)


def keep_results(record: Record | None, deck: Path, options: BuildOptions) -> Path | None:
    """Writes the record of a built deck, unless the deck computes nothing. Returns its path if it changed."""
    if record is None or not keeps(options) or not (record.used or has_record(deck)):
        return None
    from slidegen.results.record_file import save_record

    changed = save_record(record, options.progress, refresh=options.mode == "refresh")
    return record.path if changed else None


@contextmanager
def keeping_finished(store: ResultStore, options: BuildOptions) -> Iterator[None]:
    """Keeps the finished results of slow tables when a build is interrupted or fails.

    Raises:
        Stopped: on Ctrl-C; it says what is kept.
        SlidegenError: with the mistakes of the build, and one more if the record cannot be written.
    """
    try:
        yield
    except KeyboardInterrupt:
        store.close()
        raise Stopped(store.kept, store.due, keep_finished(store.record, options) if store.kept else None) from None
    except (SlidegenError, BrokenPipeError) as error:
        if not store.slow:
            raise
        try:
            path = keep_finished(store.record, options)
        except SlidegenError as another:
            raise SlidegenError((*getattr(error, "problems", ()), *another.problems)) from None
        if path is not None:
            options.progress(Step(f"{path}: keeps the computed results", code="results-kept"))
        raise


def keep_finished(record: Record, options: BuildOptions) -> Path | None:
    """Writes the results of a build that does not end with a file. Keeps all results that the record already has."""
    from slidegen.results.record_file import save_record

    if not keeps(options):
        return None
    save_record(record, options.progress, finished=False, refresh=options.mode == "refresh")
    return record.path


def keeps(options: BuildOptions) -> bool:
    """Returns whether a build with these options writes the record of its deck."""
    dry_run = options.output is not None and discards(options.output)
    return options.keep_record and not (dry_run or options.settings or options.mode == "frozen")
