"""Models of a table that may be nominal sizes: a number of parameters in place of a model, "7B" or 13e9."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Final

from pydantic import Field, model_validator

from slidegen.model import ModelFacts
from slidegen.models.nominal import nominal_census, nominal_facts, nominal_size, size_name
from slidegen.tables.base import AddedLater, SourceContext, SourceParameters
from slidegen.tables.fields import Many, as_list
from slidegen.tables.model_parameters import ModelNames, Subject, model_digests, subjects

ALLOWED: Final = "allowed: numbers of parameters, such as 13e9 or 7B"


class SizedParameters(SourceParameters):
    """The parameters of a source whose models may be nominal sizes.

    `parameters` is another way to write them: it becomes names among `models`, and is empty afterwards.
    """

    models: ModelNames
    parameters: Annotated[
        Many[int | float | str],
        AddedLater(),
        Field(description="Nominal sizes in place of models: numbers of parameters, such as 13e9 or 7B."),
    ] = ()

    @model_validator(mode="before")
    @classmethod
    def _sizes_are_models(cls, given: Any) -> Any:
        return with_sizes(given) if isinstance(given, dict) else given


def with_sizes(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Returns parameters with the nominal sizes of `parameters` as names among `models`.

    Raises ValueError for a value that is not a nominal size.
    """
    if given.get("parameters") in (None, [], ()):
        return given
    sizes = [size_name(_size(value)) for value in as_list(given["parameters"])]
    others = as_list(given["models"]) if "models" in given else []
    return {name: value for name, value in given.items() if name != "parameters"} | {"models": [*others, *sizes]}


def _size(value: Any) -> int:
    """Returns the number of parameters of a nominal size. Raises ValueError for any other value."""
    number = value
    if isinstance(value, str):
        number = nominal_size(value)
    elif isinstance(value, float) and value.is_integer():
        number = int(value)
    if isinstance(number, bool) or not isinstance(number, int) or nominal_size(str(number)) is None:
        raise ValueError(f"parameters: {value!r} is not a nominal size; {ALLOWED}")
    return number


def nominal_names(names: Iterable[str]) -> list[str]:
    """Returns the names that are nominal sizes."""
    return [name for name in names if nominal_size(name) is not None]


def sized_digests(parameters: SizedParameters, context: SourceContext) -> dict[str, str]:
    """Returns the digest of each model's config or nominal size. Raises the same errors as `model_digests`."""
    nominal = {name: facts.digest for name, facts in _nominal(parameters.models).items()}
    models = tuple(name for name in parameters.models if name not in nominal)
    return nominal | model_digests(parameters.model_copy(update={"models": models}), context)


def sized_subjects(names: tuple[str, ...], context: SourceContext) -> tuple[Subject, ...]:
    """Returns the models and nominal sizes of a table, in order and once each. Raises the same errors as `subjects`."""
    nominal = _nominal(names)
    found = {subject.name: subject for subject in subjects(tuple(n for n in names if n not in nominal), context)}
    for name, facts in nominal.items():
        found[name] = Subject(name, facts, nominal_census(facts.config["parameters"]))
    return tuple(found[name] for name in dict.fromkeys(names))


def _nominal(names: tuple[str, ...]) -> dict[str, ModelFacts]:
    sizes = {name: nominal_size(name) for name in names}
    return {name: nominal_facts(name, size) for name, size in sizes.items() if size is not None}
