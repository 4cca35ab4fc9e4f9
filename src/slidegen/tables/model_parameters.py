"""What the table sources about models share: the parameter with their names, and finding all models of a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

from slidegen.mistakes import for_each
from slidegen.model import Census, ModelFacts, Provenance
from slidegen.models.finder import origin_text
from slidegen.tables.base import SourceContext
from slidegen.tables.fields import Several

ModelName = Annotated[str, Field(min_length=1, max_length=1000)]
ModelNames = Annotated[
    Several[ModelName], Field(description="One model or a list: org/name, org/name@revision, or a path.")
]


@dataclass(frozen=True, slots=True)
class Subject:
    """One model of a table."""

    name: str
    facts: ModelFacts
    census: Census


def model_digests(parameters: Any, context: SourceContext) -> dict[str, str]:
    """Returns the digest of the config of each of the `models` that the parameters of a source name.

    It is the `inputs` of a source on models. Raises ModelError with a line for each model that is not found.
    """
    return {name: facts.digest for name, facts in find_models(parameters.models, context).items()}


def find_models(models: tuple[str, ...], context: SourceContext) -> dict[str, ModelFacts]:
    """Returns the models of a table, in order and once each. Raises ModelError with a line for each missing one."""
    names = tuple(dict.fromkeys(models))
    return dict(zip(names, for_each(names, context.models.find), strict=True))


def subjects(models: tuple[str, ...], context: SourceContext) -> tuple[Subject, ...]:
    """Returns the models of a table with their censuses, in order and once each.

    Raises ModelError with a line for each model that is not found or cannot be built.
    """
    facts = find_models(models, context)

    def subject(name: str) -> Subject:
        census = context.models.known_census(facts[name])
        if census is None:
            context.progress(f"counting the parameters of {name}")
            census = context.models.census(facts[name])
        return Subject(name, facts[name], census)

    return tuple(for_each(facts, subject))


def provenance(source: str, accounting: str | None, models: tuple[Subject, ...], leaves_out: str | None) -> Provenance:
    """Returns the provenance of a table about models: each model's origin, and the libraries that took the censuses."""
    versions: dict[str, str] = {}
    for subject in models:
        for library, version in subject.census.versions.items():
            known = versions.setdefault(library, version)
            if version not in known.split(", "):
                versions[library] = f"{known}, {version}"
    origins = {subject.name: origin_text(subject.facts) for subject in models}
    return Provenance(source, accounting, origins, versions, leaves_out=leaves_out)
