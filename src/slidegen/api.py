"""The commands as functions for programs. The package exports them: ``from slidegen import build``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from functools import wraps
from inspect import Parameter, signature
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, Final, Literal, ParamSpec, TypeVar, overload

from slidegen.build_options import BuildOptions, build_settings
from slidegen.errors import DeckError, MissingExtraError, Problem, SlidegenError, nearest

if TYPE_CHECKING:
    from slidegen.built import Built
    from slidegen.changes.staleness import Staleness
    from slidegen.changes.values import Changes
    from slidegen.estimate.allocated import AllocatedEstimate
    from slidegen.estimate.textbook import MemoryEstimate
    from slidegen.exports.base import ExportOptions
    from slidegen.model import Table
    from slidegen.resolved import Claim

Options = ParamSpec("Options")
Result = TypeVar("Result")

ACCOUNTINGS: Final = ("allocated", "textbook")


def _takes(
    options: Callable[Options, BuildOptions],
) -> Callable[[Callable[[str, BuildOptions], Result]], Callable[Concatenate[str | Path, Options], Result]]:
    """Turns a function of a deck and options into one that takes the fields of the options as keyword arguments."""

    def decorate(function: Callable[[str, BuildOptions], Result]) -> Callable[Concatenate[str | Path, Options], Result]:
        @wraps(function)
        def call(deck: str | Path, /, *given: Options.args, **named: Options.kwargs) -> Result:
            build_options = options(*given, **named)
            _check(build_options)
            return function(str(deck), build_options)

        parameters = (Parameter("deck", Parameter.POSITIONAL_ONLY), *signature(options).parameters.values())
        vars(call)["__signature__"] = signature(function).replace(parameters=parameters)
        return call

    return decorate


@_takes(BuildOptions)
def build(deck: str, options: BuildOptions) -> Built:
    """Builds a deck like `slidegen build` and returns what it wrote.

    Takes the fields of `BuildOptions` as keyword arguments. Writes no file of the deck unless the whole build succeeds.

    Raises:
        SlidegenError: with every mistake of the deck as one of its `problems`.
    """
    from slidegen.pipeline import build as build_deck

    return build_deck(deck, options)


def export(
    deck: str | Path,
    /,
    to: str | Sequence[str] = "pdf",
    options: ExportOptions | None = None,
    **build: Any,
) -> tuple[Path, ...]:
    """Exports a deck like `slidegen export` and returns the file of each export, for pictures their folder.

    `to` names the exports: "pdf", "pptx", "handout", "png", "notes". Takes the fields of `BuildOptions` as keyword
    arguments; their `output` names the file of a single export. Needs the extra `export`. Writes no file unless all
    succeed.

    Raises:
        SlidegenError: with every mistake of the deck as one of its `problems`; an option is not allowed; or there is no
            browser.
    """
    from concurrent.futures import ThreadPoolExecutor

    from slidegen.exports import EXPORTS
    from slidegen.exports.base import ExportOptions
    from slidegen.exports.running import SharedBrowser, check_exports, run_exports

    build_options, export_options = BuildOptions(**build), options or ExportOptions()
    _check(build_options)
    exports = [EXPORTS.find(name) for name in dict.fromkeys([to] if isinstance(to, str) else to)]
    check_exports(exports, export_options, build_options.output)

    def run() -> tuple[Path, ...]:
        with SharedBrowser() as browser:
            return run_exports(str(deck), exports, export_options, build_options, browser).paths

    # In a separate thread: Playwright refuses to start where an event loop is running, as in a notebook.
    with ThreadPoolExecutor(max_workers=1) as executor:
        return executor.submit(run).result()


@_takes(BuildOptions)
def check(deck: str, options: BuildOptions) -> tuple[Problem, ...]:
    """Returns the mistakes of a deck and the problems that a browser finds on its slides. Writes nothing.

    Takes the fields of `BuildOptions` as keyword arguments. Needs the extra `browser`.

    Raises:
        SlidegenError: there is no browser, or a package that the deck needs is not installed.
    """
    from concurrent.futures import ThreadPoolExecutor
    from dataclasses import replace
    from tempfile import TemporaryDirectory

    from slidegen.checking import check_deck

    with TemporaryDirectory(prefix="slidegen-") as folder:
        own = replace(options, folder=Path(folder), output=None, keep_record=False, temporary=True)
        try:
            # In a separate thread: Playwright refuses to start where an event loop is running, as in a notebook.
            with ThreadPoolExecutor(max_workers=1) as executor:
                return executor.submit(lambda: check_deck(deck, own).found).result()
        except MissingExtraError:
            raise
        except SlidegenError as error:
            if any(problem.code == "no-browser" for problem in error.problems):
                raise
            return error.problems


@_takes(BuildOptions)
def tables(deck: str, options: BuildOptions) -> Mapping[str, Table]:
    """Returns the tables that a deck declares, by name, as `slidegen tables` prints them. Writes nothing.

    Takes the fields of `BuildOptions` as keyword arguments.

    Raises:
        SlidegenError: with every mistake of the deck as one of its `problems`.
    """
    from slidegen.pipeline import resolved_deck

    return {name: placed.table for name, placed in resolved_deck(deck, options).tables.items()}


@_takes(BuildOptions)
def claims(deck: str, options: BuildOptions) -> tuple[Claim, ...]:
    """Returns the claims of a deck, as `slidegen claims` lists them, whether they hold or not. Writes nothing.

    Takes the fields of `BuildOptions` as keyword arguments.

    Raises:
        SlidegenError: with every other mistake of the deck as one of its `problems`.
    """
    from dataclasses import replace

    from slidegen.pipeline import resolved_deck

    return resolved_deck(deck, replace(options, claims="warn")).claims


def diff(*sides: str | Path, exact: bool = False, **build: Any) -> Changes:
    """Returns the numbers that changed between two sides, as `slidegen diff` lists them. Writes nothing.

    `sides` are one to three words of that command: ``diff("talk.yml")``, ``diff("v1", "talk.yml")``. With `exact`, also
    numbers are changes that differ only in digits that are not shown. Takes the fields of `BuildOptions` as keyword
    arguments; those that change values apply to the new side.

    Raises:
        SlidegenError: a word names neither a file nor a revision, a side cannot be read, or the new deck has mistakes.
    """
    from slidegen.changes.reading import compared
    from slidegen.changes.sides import sides_of

    options = BuildOptions(**build)
    _check(options)
    old, new = sides_of(list(map(str, sides)), what_if=bool(options.settings) or options.mode == "refresh")
    return compared(old, new, options, exact=exact)


@_takes(BuildOptions)
def stale(deck: str, options: BuildOptions) -> Staleness:
    """Returns the results of a deck's record, and which of them a build of today would not make, as `slidegen stale`
    lists them. Computes and writes nothing.

    Takes the fields of `BuildOptions` as keyword arguments.

    Raises:
        SlidegenError: with every mistake of the deck as one of its `problems`.
    """
    from slidegen.changes.staleness import staleness

    return staleness(deck, options)


@overload
def estimate(
    model: str, *, accounting: Literal["allocated"] = "allocated", offline: bool = False, **parameters: Any
) -> AllocatedEstimate: ...


@overload
def estimate(
    model: str, *, accounting: Literal["textbook"], offline: bool = False, **parameters: Any
) -> MemoryEstimate: ...


def estimate(
    model: str,
    *,
    accounting: Literal["allocated", "textbook"] = "allocated",
    offline: bool = False,
    **parameters: Any,
) -> AllocatedEstimate | MemoryEstimate:
    """Returns the GPU memory that a model needs in one setting, in bytes, as `slidegen estimate` prints it.

    `model` is a name of the catalogue, ``org/name[@revision]``, a folder or a `config.json`. For the textbook
    accounting it may also be a nominal size such as "7B". The parameters are those of the table source `allocated`, or
    `memory` for the textbook accounting, with one value each: ``method="qlora", rank=32``. The accounting `allocated`
    needs the extra `models`, unless `quick` is set.

    Raises:
        DeckError: a parameter is unknown, not allowed, or has several values.
        ModelError: the model cannot be found or run.
        MissingExtraError: torch or transformers are needed and not installed.
    """
    from slidegen.models.finder import ModelFinder
    from slidegen.project import find_project
    from slidegen.results.store import check_parameters
    from slidegen.tables.allocated import ALLOCATED_SOURCE, allocated_estimates
    from slidegen.tables.base import SourceContext
    from slidegen.tables.memory import MEMORY_SOURCE, MemoryParameters, memory_estimates
    from slidegen.tables.settings import SettingParameters

    if accounting not in ACCOUNTINGS:
        raise DeckError(
            [Problem(f"unknown accounting {accounting!r}; {nearest(accounting, ACCOUNTINGS)}", code="wrong-value")]
        )
    source = ALLOCATED_SOURCE if accounting == "allocated" else MEMORY_SOURCE
    checked = check_parameters(source, {"models": [model], **parameters})
    context = SourceContext(ModelFinder(find_project(Path()), offline=offline), lambda _: None)
    found: tuple[AllocatedEstimate | MemoryEstimate, ...]
    if isinstance(checked, MemoryParameters):
        found = memory_estimates(checked, context)
    else:
        assert isinstance(checked, SettingParameters)
        found = allocated_estimates(checked, context)
    if len(found) > 1:
        raise DeckError(
            [
                Problem(
                    f"{source.name}: these parameters make {len(found)} estimates; give one value each",
                    code="wrong-value",
                )
            ]
        )
    return found[0]


def _check(options: BuildOptions) -> None:
    """Checks the options that the command line would check.

    Raises:
        TypeError: a path is a str.
        DeckError: a value is not allowed; the message lists the allowed ones.
    """
    for field in fields(options):
        if field.type in ("Path", "Path | None") and isinstance(getattr(options, field.name), str):
            raise TypeError(f"{field.name} is a pathlib.Path, not a str")
    problems = []
    for field, flags in build_settings().items():
        value = getattr(options, field.name)
        words = {word for flag in flags for word in (flag.value, *(flag.choices or ())) if isinstance(word, str)}
        if words and value != field.default and value not in words:
            allowed = words | {word for word in [field.default] if isinstance(word, str)}
            problems.append(
                Problem(f"{field.name} {value!r} is unknown; {nearest(str(value), allowed)}", code="wrong-value")
            )
        for flag in flags:
            if flag.kind == "number" and value is not None and not (flag.least or 0) <= value <= (flag.most or value):
                most = "" if flag.most is None else f" to {flag.most}"
                problems.append(
                    Problem(f"{field.name} is {value}; allowed: {flag.least}{most or ' and more'}", code="wrong-value")
                )
    if problems:
        raise DeckError(problems)
