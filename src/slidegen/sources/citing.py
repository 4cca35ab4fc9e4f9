"""The keys of citations, which decks of all dialects have alike. Their names are pandoc's (its manual, "Citations")."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field

from slidegen.bibliography import References
from slidegen.sources.strict import Strict

Files = str | Annotated[list[str], Field(min_length=1)]


class WorkModel(Strict):
    """A work in CSL's form, with any of its variables."""

    model_config = ConfigDict(extra="allow")

    id: str | int


class CitingModel(Strict):
    """The keys of citations."""

    bibliography: Files | None = Field(None, description="Files of references: BibTeX, CSL-JSON or CSL-YAML")
    references: list[WorkModel] = Field([], description="Works in CSL's form, each with an id")
    csl: str | None = Field(None, description="The style of citations: the name of one, or a CSL file")
    citations: References = Field("end", description="Where the references stand: on slides at the end, at the foot")
    nocite: Files | None = Field(None, description="Works that are listed without a citation: @key, or @* for all")
    link_citations: bool = Field(True, alias="link-citations", description="Whether citations are links")
    suppress_bibliography: bool = Field(False, alias="suppress-bibliography", description="No references: pandoc's key")
