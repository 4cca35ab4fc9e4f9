"""Finds the config of a model by its name, and the census of its parameters."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from slidegen.errors import model_error, with_hint
from slidegen.files import is_there
from slidegen.model import Census, ModelFacts
from slidegen.models import catalogue
from slidegen.models.configs import CONFIG, config_digest, read_config
from slidegen.models.hf_cache import cache_folder, cached_config
from slidegen.models.hub import Hub, hub_endpoint, offline_by_environment
from slidegen.models.names import HubName, hub_name, looks_like_path
from slidegen.models.nominal import nominal_size
from slidegen.models.store import CensusStore
from slidegen.project import Project


@dataclass(frozen=True, slots=True)
class Way:
    """How a finder finds models: the arguments of `ModelFinder`, with the environment's word on being offline."""

    project: Project
    offline: bool
    confine: bool
    download: bool


class ModelFinder:
    """Finds models and remembers what it found.

    `project` gives the `models/` folder and the base of relative paths; the default is the working directory for both.
    `offline` forbids requests to the Hub, as the project may do as well. `confine` refuses paths that lead out of the
    project, because a deck may come from a stranger. `download` allows weights (maybe many GB), not only configs, to be
    fetched from the Hub. `censuses` and `hub_cache` default to the user's cache folders.
    """

    def __init__(
        self,
        project: Project | None = None,
        offline: bool = False,
        confine: bool = False,
        *,
        download: bool = True,
        censuses: Path | None = None,
        hub_cache: Path | None = None,
    ) -> None:
        self._project = project or Project.of(Path())
        self._offline = offline or self._project.offline
        self._confine = confine
        self._download = download
        self._store = CensusStore(censuses)
        self._hub_cache = hub_cache
        self._facts: dict[str, ModelFacts] = {}
        self._censuses: dict[str, Census] = {}

    def find(self, name: str) -> ModelFacts:
        """Finds the model `name`: a path, ``org/name`` or ``org/name@revision``.

        The places, in order: a local folder or `config.json`, the project's `models/`, the Hugging Face cache, the
        catalogue, the Hub. A pinned revision is looked up only in the Hugging Face cache and on the Hub, because the
        other places do not record revisions.

        Raises ModelError with one line that says what to do, or MissingExtraError.
        """
        if name not in self._facts:
            self._facts[name] = self._local(name) or self._named(name, hub_name(name))
        return self._facts[name]

    def known(self, name: str) -> ModelFacts | None:
        """Returns the model `name` if it was found before, else None."""
        return self._facts.get(name)

    def remember(self, facts: ModelFacts) -> None:
        """Takes a model as found: another machine found it. Its census may be counted anew."""
        self._facts[facts.name] = facts

    def census(self, facts: ModelFacts) -> Census:
        """Returns the census of a model that `find` returned.

        For a model of the catalogue it is read from the catalogue's file. For any other it is taken with transformers
        on the meta device and kept in the user's cache folder. Raises ModelError, or MissingExtraError without
        transformers.
        """
        known = self.known_census(facts)
        return known if known is not None else self._counted(facts)

    def known_census(self, facts: ModelFacts) -> Census | None:
        """Returns the census if it is already shipped or stored, else None. Raises MissingExtraError as `census`."""
        if facts.digest not in self._censuses:
            known = self._shipped(facts) or self._stored(facts)
            if known is None:
                return None
            self._censuses[facts.digest] = known
        return self._censuses[facts.digest]

    def local_file(self, name: str) -> Path:
        """Returns the file at the path `name`. Raises ModelError if it does not exist or is outside the project."""
        try:
            file = self._project.folder / Path(name).expanduser()
        except RuntimeError:  # ~user for an unknown user
            file = Path(name)
        self.check_confined(name, file)
        if not is_there(file):
            raise model_error(name, "there is no file at that path; name one that exists", code="missing-file")
        return file

    def check_confined(self, name: str, file: Path) -> None:
        """Raises ModelError if the finder is confined to its project and the file is outside it."""
        if self._confine and not self._project.admits(file):
            raise model_error(name, f"its file {self._project.outside('the model')}", code="outside-root")

    def weights_hub(self, name: str, hub: HubName, hint: str) -> Hub:
        """Returns the Hub for the weights of the model `name`. Raises ModelError if downloads are not allowed."""
        why = self._offline_because()
        if why:
            raise model_error(
                name,
                f"its weights are not in the Hugging Face cache, and {why} forbids requests to the Hub",
                code="offline",
            )
        if not self._download:
            raise model_error(
                name,
                "its weights are not in the Hugging Face cache; --download-weights downloads them from the Hub "
                "(maybe many GB)",
                code="offline",
            )
        return self.hub(name, hub, hint)

    @property
    def way(self) -> Way:
        """How models are found, for a finder on another machine."""
        return Way(self._project, self._offline_because() is not None, self._confine, self._download)

    def _offline_because(self) -> str | None:
        """Returns the option or variable that forbids requests to the Hub, None if they are allowed."""
        if self._offline:
            return "--offline"
        return "HF_HUB_OFFLINE" if offline_by_environment() else None

    def hub(self, name: str, hub: HubName, hint: str) -> Hub:
        """Returns the Hub for the model `name`. Raises ModelError if requests to it are not allowed."""
        if why := self._offline_because():
            places = "Hugging Face cache" if hub.revision else "project's models/, Hugging Face cache or catalogue"
            subject = "this revision" if hub.revision else "the name"
            what = f"{subject} is not in the {places}, and {why} forbids requests to the Hub"
            raise model_error(name, with_hint(what, hint), code="offline")
        return Hub(self._hub_cache or cache_folder(), hub_endpoint())

    def _local(self, name: str) -> ModelFacts | None:
        """Returns the model in a local folder; None if `name` does not name one."""
        base = self._project.folder
        try:
            path = base / Path(name).expanduser()
        except RuntimeError:  # ~user for an unknown user
            path = base / name
        file = path if path.suffix == ".json" else path / CONFIG
        exists = is_there(file)
        if not looks_like_path(name) and not exists:
            return None
        self.check_confined(name, file)
        if not exists:
            raise model_error(
                name,
                f"there is no {CONFIG} at that path; name a folder that holds one, or the file itself",
                code="missing-file",
            )
        config = read_config(file, name)
        return ModelFacts(name, config, config_digest(config), "folder", location=file)

    def _named(self, name: str, hub: HubName) -> ModelFacts:
        found = None if hub.revision else self._in_project(name, hub)
        found = found or self._in_cache(name, hub)
        if found is None and hub.revision is None and catalogue.has(name):
            found = catalogue.facts(name)
        if found is None and nominal_size(name) is not None:
            what = "it is a nominal size, not a model"
            raise model_error(
                name, f"{what}; only the accountings textbook and rules accept one", code="unsupported-model"
            )
        return found or self._on_hub(name, hub)

    def _in_project(self, name: str, hub: HubName) -> ModelFacts | None:
        root = self._project.models
        places = (root / hub.repo / CONFIG, root / f"{hub.file_stem}.json", root / hub.file_stem / CONFIG)
        found = []
        for file in filter(is_there, places):
            self.check_confined(name, file)
            config = read_config(file, name, f"its {file.name} in the project's models/ folder")
            found.append(ModelFacts(name, config, config_digest(config), "project", location=file))
        if len({facts.digest for facts in found}) > 1:
            files = " and ".join(str(facts.location.relative_to(root)) for facts in found if facts.location)
            raise model_error(
                name,
                f"the project's models/ folder has several configs of it: {files}; keep one of them",
                code="model-files",
            )
        return found[0] if found else None

    def _in_cache(self, name: str, hub: HubName) -> ModelFacts | None:
        found = cached_config(hub, self._hub_cache or cache_folder())
        if found is None:
            return None
        file, commit = found
        config = read_config(file, name, f"its {CONFIG} in the Hugging Face cache ({file})")
        return ModelFacts(name, config, config_digest(config), "cache", revision=commit, location=file)

    def _on_hub(self, name: str, hub: HubName) -> ModelFacts:
        hint = catalogue.hint(hub.repo)
        file, commit = self.hub(name, hub, hint).fetch(hub, hint)
        config = read_config(file, name)
        return ModelFacts(name, config, config_digest(config), "hub", revision=commit, location=file)

    def _shipped(self, facts: ModelFacts) -> Census | None:
        """Returns the catalogue's census, also for a copy of one of its configs; None for any other config."""
        if facts.origin == "catalogue":
            return catalogue.census(facts.name)
        if catalogue.has(facts.name) and catalogue.facts(facts.name).digest == facts.digest:
            return catalogue.census(facts.name)
        return None

    def _stored(self, facts: ModelFacts) -> Census | None:
        from slidegen.models.instantiate import transformers_version

        return self._store.read(facts.digest, transformers_version(facts.name))

    def _counted(self, facts: ModelFacts) -> Census:
        from slidegen.models.instantiate import take_census, transformers_version

        census = take_census(facts.config, facts.name)
        self._store.write(facts.digest, transformers_version(facts.name), census)
        self._censuses[facts.digest] = census
        return census


def origin_text(facts: ModelFacts) -> str:
    """Returns where a model comes from, for a reader: "catalogue", "hub@<commit>", "project", "folder".

    A model that shares the config of a catalogue entry names that entry. The Hugging Face cache is a copy of the Hub,
    so both read the same. The text never contains a path of this machine.
    """
    if facts.origin == "catalogue" and (base := catalogue.base_of(facts.name)):
        return f"catalogue (config of {base})"
    return f"hub@{facts.revision}" if facts.origin in ("hub", "cache") else facts.origin
