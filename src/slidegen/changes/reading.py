"""Reads the two sides of a comparison, and compares them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from os.path import relpath
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from slidegen.build_options import BuildOptions
from slidegen.changes.comparing import compare, compare_records
from slidegen.changes.sides import FileSide, RevisionSide, Side, is_record
from slidegen.changes.values import Changes
from slidegen.errors import Problem, SlidegenError
from slidegen.pipeline import past_deck, resolved_deck
from slidegen.project import record_path
from slidegen.resolved import ResolvedDeck
from slidegen.results.record import Record, load_record
from slidegen.revisions.checkout import Checkout

ROUNDS: Final = 50
"""The most times that a deck of a revision is read: each time it may ask for files that it did not know before."""


def compared(old: Side, new: Side, options: BuildOptions, *, exact: bool = False) -> Changes:
    """Returns the changes between two sides. A deck and a record are compared as two records.

    The options that change values apply to a new side of today. What a revision shows is read from its record.

    Raises:
        SlidegenError: a side cannot be read, or its deck has mistakes.
    """
    if options.settings and not (isinstance(new, FileSide) and not new.is_record):
        message = "--set changes a deck of the working tree, and the new side is not one"
        raise SlidegenError([Problem(message, code="wrong-value")])
    names = side_names(old, new, options)
    options = replace(options, claims="warn", keep_record=False)
    if old.is_record or new.is_record:
        return compare_records(_record(old), _record(new), names, exact=exact)
    before = _before(old, new, options)
    after = resolved_deck(new.path, options) if isinstance(new, FileSide) else _past(new, options)
    return compare(before, after, names, exact=exact)


def side_names(old: Side, new: Side, options: BuildOptions) -> tuple[str, str]:
    """Returns what a reader calls the two sides: by their revisions if these alone tell them apart."""
    if isinstance(old, FileSide) and isinstance(new, FileSide) and old.path == new.path:
        given = ", ".join(f"{name}={value}" for name, value in options.settings.items())
        return "as it is", f"with {given}" if given else "computed again"
    same = _place(old) == _place(new)
    one, two = (_name(side, same) for side in (old, new))
    return one, two


def _name(side: Side, same: bool) -> str:
    if isinstance(side, FileSide):
        return "working tree" if same else side.path
    day = f" ({side.revision.date})" if side.revision.date else ""
    return f"{side.revision}{day}" if same else f"{side.revision}:{side.path}{day}"


def _place(side: Side) -> str:
    if isinstance(side, RevisionSide):
        return str((side.repository.top / side.path).absolute())
    return str(Path(side.path).parent.resolve() / Path(side.path).name)


def _before(old: Side, new: Side, options: BuildOptions) -> ResolvedDeck:
    plain = replace(options, settings={}, mode="frozen" if options.mode == "frozen" else "reuse")
    if isinstance(old, RevisionSide):
        return _past(old, plain)
    if isinstance(new, FileSide) and old.path == new.path and options.mode != "refresh":
        return resolved_deck(old.path, plain)
    past = past_deck(old.path, plain)
    if any(problem.code == "frozen" for problem in past.problems):
        return resolved_deck(old.path, plain)  # its record lacks something that can be computed
    return past


def _past(side: RevisionSide, options: BuildOptions) -> ResolvedDeck:
    """Returns the values that a deck showed in a revision."""
    with _taken_out(side) as checkout:
        root = checkout.folder / _root(side, checkout, options.root)
        checkout.start(root.relative_to(checkout.folder).as_posix())
        _check_read(side, checkout)
        with _renamed(checkout):
            deck = _read(checkout, replace(options, root=root, settings={}))
        problems = [*checkout.problems(), *(_told(problem, checkout) for problem in deck.problems)]
        source = replace(deck.source, name=f"{checkout.called}:{side.path}")
        return replace(deck, source=source, problems=tuple(problems))


def _read(checkout: Checkout, options: BuildOptions) -> ResolvedDeck:
    """Reads a deck as often as it asks for files that are not taken out yet."""
    for _ in range(ROUNDS):
        reads: set[Path] = set()
        error: SlidegenError | None = None
        try:
            deck = past_deck(str(checkout.path), replace(options, reads=reads))
        except SlidegenError as failed:
            error = failed
        if not checkout.take_asked(reads):
            break
    if error is not None:
        raise SlidegenError((*checkout.problems(), *error.problems))
    return deck


def _record(side: Side) -> Record:
    """Returns the record of a side: its own, or that of its deck."""
    if isinstance(side, FileSide):
        path = Path(side.path) if side.is_record else record_path(Path(side.path))
        if not path.is_file():
            raise SlidegenError([Problem("the deck has no record to compare", side.path, code="missing-file")])
        return load_record(path, str(path))
    with _taken_out(side) as checkout:
        beside = side.path if side.is_record else record_path(Path(side.path)).as_posix()
        checkout.take([beside])
        _check_read(side, checkout, beside)
        return load_record(checkout.folder / beside, f"{checkout.called}:{beside}")


@contextmanager
def _taken_out(side: RevisionSide) -> Iterator[Checkout]:
    with TemporaryDirectory(prefix="slidegen-") as folder:
        tree = side.repository.tree(side.revision)
        yield Checkout(tree, side.path, str(side.revision), Path(folder).resolve())


def _check_read(side: RevisionSide, checkout: Checkout, name: str = "") -> None:
    """Raises SlidegenError if the file of a side is not in its revision, with its former name if it has one."""
    path = name or side.path
    if (checkout.folder / path).is_file():
        return
    if path in checkout.unreadable:
        raise SlidegenError([problem for problem in checkout.problems() if str(problem.path).endswith(f":{path}")])
    former = side.repository.former_name(path, checkout.tree)
    what = f"is not in the revision {side.revision}"
    if former is not None:
        what = f"{what}; it was called {former} then: write {side.revision.name}:{former}"
    elif is_record(path) and not side.is_record:
        what = f"{what}, so that what its deck showed is not known"
    else:
        what = f"{what}; it may be newer, or write the path that it had then: {side.revision.name}:PATH"
    raise SlidegenError([Problem(what, f"{checkout.called}:{path}", code="git-revision")])


def _root(side: RevisionSide, checkout: Checkout, given: Path | None) -> str:
    """Returns the project's root in the repository: that of --root if it is in it, else as for every deck."""
    if given is None:
        return checkout.root
    place = Path(relpath(given.resolve(), side.repository.top.resolve())).as_posix()
    return "." if place.startswith("..") else place


@contextmanager
def _renamed(checkout: Checkout) -> Iterator[None]:
    """Names the files of a revision in the messages of mistakes as a user names them."""
    try:
        yield
    except SlidegenError as error:
        raise SlidegenError(_told(problem, checkout) for problem in error.problems) from None


def _told(problem: Problem, checkout: Checkout) -> Problem:
    folder, called = f"{checkout.folder}/", f"{checkout.called}:"
    path = None if problem.path is None else problem.path.replace(folder, called)
    return replace(problem, message=problem.message.replace(folder, called), path=path)
