"""The built-in catalogue as files."""

from __future__ import annotations

import json

from slidegen.models import catalogue
from slidegen.models.guard import check_plausible


def test_every_model_has_its_three_facts() -> None:
    """Each of the 112 models has a config, a census and a line on its source; no file is left over."""
    names = {name.replace("/", "__") for name in catalogue.entries()}
    files = {path.name for path in catalogue.FOLDER.glob("*.json")} - {"sources.json"}
    assert len(names) == 112
    assert files == {f"{name}.json" for name in names} | {f"{name}.census.json" for name in names}
    assert all(entry.source for entry in catalogue.list_catalogue())


def test_configs_are_minimal_and_plausible() -> None:
    """Each config says what to build, and passes the guard that configs of strangers pass."""
    for name in catalogue.entries():
        facts = catalogue.facts(name)
        assert facts.config["model_type"]
        assert facts.config["architectures"] == [catalogue.census(name).model_class]
        check_plausible(facts.config, name)


def test_censuses_were_made_by_one_version() -> None:
    """All censuses were made by the same transformers, so that their numbers compare."""
    assert len({json.dumps(catalogue.census(name).versions) for name in catalogue.entries()}) == 1


def test_names_are_exact() -> None:
    """A file that is not a model's config is no model, whatever the name."""
    assert catalogue.has("openai-community/gpt2")
    assert not any(
        map(catalogue.has, ["sources", "gpt2", "openai-community/gpt2.census", "openai-community__gpt2", "org/name"])
    )
