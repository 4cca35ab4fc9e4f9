"""What the commands do, for programs. `slidegen` itself offers these functions: ``from slidegen import build``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import wraps
from inspect import Parameter, signature
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, Final, Literal, ParamSpec, TypeVar, overload

from slidegen.build_options import BuildOptions, build_settings
from slidegen.errors import DeckError, MissingExtraError, Problem, SlidegenError, nearest

if TYPE_CHECKING:
    from slidegen.built import Built
    from slidegen.estimate.allocated import AllocatedEstimate
    from slidegen.estimate.textbook import MemoryEstimate
    from slidegen.model import Table

Options = ParamSpec("Options")
Result = TypeVar("Result")

ACCOUNTINGS: Final = ("allocated", "textbook")


def _takes(
    options: Callable[Options, BuildOptions],
) -> Callable[[Callable[[str, BuildOptions], Result]], Callable[Concatenate[str | Path, Options], Result]]:
    """A function of a deck and its options as one that takes the fields of the options as keyword arguments."""

    def decorate(function: Callable[[str, BuildOptions], Result]) -> Callable[Concatenate[str | Path, Options], Result]:
        @wraps(function)
        def call(deck: str | Path, /, *given: Options.args, **named: Options.kwargs) -> Result:
            asked = options(*given, **named)
            _check(asked)
            return function(str(deck), asked)

        taken = (Parameter("deck", Parameter.POSITIONAL_ONLY), *signature(options).parameters.values())
        vars(call)["__signature__"] = signature(function).replace(parameters=taken)
        return call

    return decorate


@_takes(BuildOptions)
def build(deck: str, options: BuildOptions) -> Built:
    """Builds a deck, as `slidegen build` does, and says what it wrote.

    Takes the fields of `BuildOptions` as keyword arguments. Nothing of the deck is written unless all went well.

    Raises:
        SlidegenError: with every mistake of the deck as one of its `problems`.
    """
    from slidegen.pipeline import build as build_deck

    return build_deck(deck, options)


@_takes(BuildOptions)
def check(deck: str, options: BuildOptions) -> tuple[Problem, ...]:
    """The mistakes of a deck, and what a browser finds on its slides; none if it is fine. Nothing is written.

    Takes the fields of `BuildOptions` as keyword arguments, and needs the extra `browser`.

    Raises:
        SlidegenError: there is no browser, or something that the deck needs is not installed.
    """
    from concurrent.futures import ThreadPoolExecutor
    from dataclasses import replace
    from tempfile import TemporaryDirectory

    from slidegen.browser.problems import shown_problems
    from slidegen.pipeline import build as build_deck

    with TemporaryDirectory(prefix="slidegen-") as folder:
        try:
            built = build_deck(deck, replace(options, folder=Path(folder), output=None, keep_record=False))
        except MissingExtraError:
            raise
        except SlidegenError as error:
            return error.problems
        # In a thread of its own: where an event loop runs already, as in a notebook, Playwright would refuse to start.
        with ThreadPoolExecutor(max_workers=1) as executor:
            return executor.submit(lambda: tuple(shown_problems(deck, built))).result()


@_takes(BuildOptions)
def tables(deck: str, options: BuildOptions) -> Mapping[str, Table]:
    """The tables that a deck declares, by name, as `slidegen tables` prints them. Nothing is written.

    Takes the fields of `BuildOptions` as keyword arguments.

    Raises:
        SlidegenError: with every mistake of the deck as one of its `problems`.
    """
    from slidegen.pipeline import computed_tables

    return {name: placed.table for name, placed in computed_tables(deck, options).items()}


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
    """The GPU memory that a model needs in one setting, in bytes, as `slidegen estimate` prints it.

    `model` is a name of the catalogue, ``org/name[@revision]``, a folder or a `config.json`; for the textbook also a
    nominal size such as "7B". The parameters are those
    of the table source `allocated`, or `memory` for the textbook, with one value each: ``method="qlora", rank=32``.
    What is allocated needs the extra `models`, unless it is `quick`.

    Raises:
        DeckError: a parameter that is unknown or not allowed, or has several values.
        ModelError: a model that cannot be found or run.
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
        raise DeckError([Problem(f"unknown accounting {accounting!r}; {nearest(accounting, ACCOUNTINGS)}")])
    source = ALLOCATED_SOURCE if accounting == "allocated" else MEMORY_SOURCE
    asked = check_parameters(source, {"models": [model], **parameters})
    context = SourceContext(ModelFinder(find_project(Path()), offline=offline), lambda _: None)
    found: tuple[AllocatedEstimate | MemoryEstimate, ...]
    if isinstance(asked, MemoryParameters):
        found = memory_estimates(asked, context)
    else:
        assert isinstance(asked, SettingParameters)
        found = allocated_estimates(asked, context)
    if len(found) > 1:
        raise DeckError([Problem(f"{source.name}: these parameters make {len(found)} estimates; give one value each")])
    return found[0]


def _check(options: BuildOptions) -> None:
    """Nothing, or an error about an option of a type or value that the command line would not let through.

    Raises:
        TypeError: a text in place of a path.
        DeckError: a value that is not allowed, with those that are.
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
            problems.append(Problem(f"{field.name} {value!r} is unknown; {nearest(str(value), allowed)}"))
        for flag in flags:
            if flag.kind == "number" and value is not None and not (flag.least or 0) <= value <= (flag.most or value):
                most = "" if flag.most is None else f" to {flag.most}"
                problems.append(Problem(f"{field.name} is {value}; allowed: {flag.least}{most or ' and more'}"))
    if problems:
        raise DeckError(problems)
