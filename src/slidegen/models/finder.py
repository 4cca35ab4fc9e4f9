"""From a model's name to its facts: which config it has, and the census of its parameters."""

from __future__ import annotations

from pathlib import Path

from slidegen.errors import ModelError, Problem
from slidegen.model import Census, ModelFacts
from slidegen.models import catalogue
from slidegen.models.configs import CONFIG, config_digest, read_config
from slidegen.models.hf_cache import cache_folder, cached_config
from slidegen.models.hub import Hub, hub_endpoint, offline_by_environment
from slidegen.models.names import HubName, hub_name, looks_like_path
from slidegen.models.store import CensusStore


class ModelFinder:
    """Finds models, and remembers what it found.

    `project_models` is the project's own `models/` folder, `base` the folder that relative paths start from (the
    working directory without it), `offline` never asks the Hub, and `confine` refuses paths that lead out of `base`:
    a deck may come from a stranger. `censuses` and `hub_cache` are the user's cache folders unless they are given.
    """

    def __init__(
        self,
        project_models: Path | None = None,
        offline: bool = False,
        base: Path | None = None,
        confine: bool = False,
        *,
        censuses: Path | None = None,
        hub_cache: Path | None = None,
    ) -> None:
        self._project_models = project_models
        self._offline = offline
        self._base = base
        self._confine = confine
        self._store = CensusStore(censuses)
        self._hub_cache = hub_cache
        self._facts: dict[str, ModelFacts] = {}
        self._censuses: dict[str, Census] = {}

    def find(self, name: str) -> ModelFacts:
        """The model called `name`: a path, ``org/name`` or ``org/name@revision``.

        Looked for as a local folder or `config.json`, in the project's `models/`, in the Hugging Face cache, in the
        catalogue, on the Hub. A pinned revision is asked of the Hugging Face cache and the Hub only: the other places
        know no revisions. Raises ModelError with one line that says what to do, or MissingExtraError.
        """
        if name not in self._facts:
            self._facts[name] = self._local(name) or self._named(name, hub_name(name))
        return self._facts[name]

    def census(self, facts: ModelFacts) -> Census:
        """The census of a model that was found.

        The catalogue's is read from its file; that of another config is built with transformers on the meta device
        and kept in the user's cache folder. Raises ModelError, or MissingExtraError without transformers.
        """
        if facts.digest not in self._censuses:
            self._censuses[facts.digest] = self._shipped(facts) or self._counted(facts)
        return self._censuses[facts.digest]

    def _local(self, name: str) -> ModelFacts | None:
        """The model in a local folder; None if `name` is not the name of one."""
        base = self._base or Path.cwd()
        try:
            path = base / Path(name).expanduser()
            file = path if path.suffix == ".json" else path / CONFIG
            exists = file.is_file()
        except (OSError, ValueError, RuntimeError):
            file, exists = base / CONFIG, False
        if not looks_like_path(name) and not exists:
            return None
        if self._confine and not _inside(file, base):
            raise _problem(name, "its path leads out of the deck's folder; name one inside it")
        if not exists:
            raise _problem(name, f"there is no {CONFIG} at that path; name a folder that holds one, or the file itself")
        config = read_config(file, name)
        return ModelFacts(name, config, config_digest(config), "folder", location=file)

    def _named(self, name: str, hub: HubName) -> ModelFacts:
        found = None if hub.revision else self._in_project(name, hub)
        found = found or self._in_cache(name, hub)
        if found is None and hub.revision is None and catalogue.has(name):
            found = catalogue.facts(name)
        return found or self._on_hub(name, hub)

    def _in_project(self, name: str, hub: HubName) -> ModelFacts | None:
        root = self._project_models
        if root is None:
            return None
        for file in (root / hub.repo / CONFIG, root / f"{hub.file_stem}.json", root / hub.file_stem / CONFIG):
            if file.is_file():
                if self._confine and not _inside(file, root):
                    raise _problem(name, "its file in the project's models/ folder leads out of that folder")
                config = read_config(file, name, f"its {file.name} in the project's models/ folder")
                return ModelFacts(name, config, config_digest(config), "project", location=file)
        return None

    def _in_cache(self, name: str, hub: HubName) -> ModelFacts | None:
        found = cached_config(hub, self._hub_cache or cache_folder())
        if found is None:
            return None
        file, commit = found
        config = read_config(file, name, f"its {CONFIG} in the Hugging Face cache ({file})")
        return ModelFacts(name, config, config_digest(config), "cache", revision=commit, location=file)

    def _on_hub(self, name: str, hub: HubName) -> ModelFacts:
        hint = catalogue.hint(hub.repo)
        if self._offline or offline_by_environment():
            why = "--offline" if self._offline else "HF_HUB_OFFLINE"
            places = "Hugging Face cache" if hub.revision else "project's models/, Hugging Face cache or catalogue"
            raise _problem(name, f"it is not in the {places}, and {why} keeps from asking the Hub; {hint}")
        file, commit = Hub(self._hub_cache or cache_folder(), hub_endpoint()).fetch(hub, hint)
        config = read_config(file, name)
        return ModelFacts(name, config, config_digest(config), "hub", revision=commit, location=file)

    def _shipped(self, facts: ModelFacts) -> Census | None:
        """The catalogue's census, also for a copy of one of its configs; None for any other config."""
        if facts.origin == "catalogue":
            return catalogue.census(facts.name)
        if catalogue.has(facts.name) and catalogue.facts(facts.name).digest == facts.digest:
            return catalogue.census(facts.name)
        return None

    def _counted(self, facts: ModelFacts) -> Census:
        from slidegen.models.instantiate import take_census, transformers_version

        version = transformers_version(facts.name)
        census = self._store.read(facts.digest, version)
        if census is None:
            census = take_census(facts.config, facts.name)
            self._store.write(facts.digest, version, census)
        return census


def origin_text(facts: ModelFacts) -> str:
    """Where a model comes from, for a reader: "catalogue", "hub@<commit>", "project", "folder".

    The Hugging Face cache is a copy of the Hub, so both read the same, and no path of this machine is told.
    """
    return f"hub@{facts.revision}" if facts.origin in ("hub", "cache") else facts.origin


def _inside(file: Path, folder: Path) -> bool:
    return file.resolve().is_relative_to(folder.resolve())


def _problem(name: str, what: str) -> ModelError:
    return ModelError([Problem(f"model {name!r}: {what}")])
