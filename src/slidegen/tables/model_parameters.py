"""What the sources about models share: their names as a parameter, and finding all models of a table at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

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


def digests(models: tuple[str, ...], context: SourceContext) -> dict[str, str]:
    """The digest of each model's config. Raises ModelError with a line for each model that is not found."""
    return {name: facts.digest for name, facts in found(models, context).items()}


def found(models: tuple[str, ...], context: SourceContext) -> dict[str, ModelFacts]:
    """The models of a table, in order and once each. Raises ModelError with a line for each that is not found."""
    names = tuple(dict.fromkeys(models))
    return dict(zip(names, for_each(names, context.models.find), strict=True))


def subjects(models: tuple[str, ...], context: SourceContext) -> tuple[Subject, ...]:
    """The models of a table, in order and once each.

    Raises ModelError with a line for each model that is not found or not built.
    """
    facts = found(models, context)

    def subject(name: str) -> Subject:
        census = context.models.known_census(facts[name])
        if census is None:
            context.progress(f"counting the parameters of {name}")
            census = context.models.census(facts[name])
        return Subject(name, facts[name], census)

    return tuple(for_each(facts, subject))


def provenance(source: str, accounting: str | None, models: tuple[Subject, ...], leaves_out: str | None) -> Provenance:
    """Where a table about models comes from: each model's origin, and the libraries that made the censuses."""
    versions: dict[str, str] = {}
    for subject in models:
        for library, version in subject.census.versions.items():
            known = versions.setdefault(library, version)
            if version not in known.split(", "):
                versions[library] = f"{known}, {version}"
    origins = {subject.name: origin_text(subject.facts) for subject in models}
    return Provenance(source, accounting, origins, versions, leaves_out=leaves_out)
