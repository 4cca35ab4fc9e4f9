"""Finds the files of a model's weights by its name, without reading the weights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from slidegen.errors import ModelError, model_error, with_hint
from slidegen.files import FileError, is_there
from slidegen.model import ModelFacts
from slidegen.models import catalogue
from slidegen.models.configs import CONFIG, MOST_CONFIG_BYTES, read_config
from slidegen.models.finder import ModelFinder, origin_text
from slidegen.models.hub import Hub
from slidegen.models.names import HubName, hub_name
from slidegen.quantize.weights.base import Weights
from slidegen.quantize.weights.digest import files_digest
from slidegen.quantize.weights.folder import (
    ADAPTER,
    BESIDE,
    INDEX,
    PICKLES,
    SINGLE,
    pickle_refusal,
    shards_of,
    weight_files,
)
from slidegen.quantize.weights.shipped import SHIPPED, locate

MOST_DOWNLOAD_BYTES: Final = 16 * 2**30
"""The size limit of a downloaded file of weights."""


def open_weights(name: str, finder: ModelFinder, progress: Callable[[str], None] = lambda _: None) -> Weights:
    """Finds the weights `name` without reading them.

    `name` is the name of a model in a package (`SHIPPED`), the path of a folder or of a GGUF file, or ``org/name`` with
    or without ``@revision``. The finder decides where to look, whether requests to the Hub are allowed, and to which
    folder paths are confined. Downloads are reported to `progress` and kept in the Hugging Face cache.
    Raises ModelError with one line that says what to do, or MissingExtraError.
    """
    suffix = Path(name).suffix.lower()
    if name in SHIPPED:
        return _shipped(name)
    if suffix in PICKLES:
        raise model_error(name, f"it is {pickle_refusal(Path(name).name)}", code="unsupported-model")
    if suffix == ".safetensors":
        raise model_error(name, f"name the folder that holds this file and its {CONFIG}", code="unknown-model")
    if suffix == ".gguf":
        return _digested(Weights(name, "gguf", finder.local_file(name), (), "file", "", {}))
    return _transformers(name, finder, progress)


def _shipped(name: str) -> Weights:
    path, release = locate(name)
    model = SHIPPED[name]
    origin, versions = f"package {model.project} {release}", {model.project: release}
    files = weight_files(path, name) if model.layout == "transformers" else ()
    return _digested(Weights(name, model.layout, path, files, origin, "", versions))


def _transformers(name: str, finder: ModelFinder, progress: Callable[[str], None]) -> Weights:
    facts = _found(name, finder)
    files = None
    if facts.origin in ("folder", "project") and facts.location is not None:
        folder = facts.location.parent
        for beside in (SINGLE, INDEX, *BESIDE):
            finder.check_confined(name, folder / beside)
        if is_there(folder / ADAPTER):
            raise model_error(
                name,
                f"it holds an adapter ({ADAPTER}), which changes its weights; move it elsewhere",
                code="unsupported-model",
            )
        files = weight_files(folder, name)
        for file in files:
            finder.check_confined(name, file)
    elif facts.origin == "cache":
        files = _cached(facts)
    if files is None:
        return _downloaded(name, finder, progress)
    return _in_folder(name, files, origin_text(facts))


def _found(name: str, finder: ModelFinder) -> ModelFacts:
    """Finds the model's config; the error about an unknown name suggests a similar one in SHIPPED."""
    try:
        return finder.find(name)
    except ModelError:
        close = get_close_matches(name.lower(), SHIPPED, n=1, cutoff=0.6)
        if not close or "/" in name:
            raise
        raise model_error(
            name, with_hint("there is no such model", f"did you mean {close[0]!r}?"), code="unknown-model"
        ) from None


def _cached(facts: ModelFacts) -> tuple[Path, ...] | None:
    """Returns the weights beside a config in the Hugging Face cache; None if some are missing."""
    folder = facts.location.parent if facts.location else Path()
    if (folder / SINGLE).is_file():
        return (folder / SINGLE,)
    if not (folder / INDEX).is_file():
        return None
    shards = shards_of(read_config(folder / INDEX, facts.name, f"its {INDEX}"), facts.name)
    return tuple(folder / shard for shard in shards) if all((folder / s).is_file() for s in shards) else None


def _downloaded(name: str, finder: ModelFinder, progress: Callable[[str], None]) -> Weights:
    """Downloads the weights of a model on the Hub and the files needed to run it, all from one commit."""
    requested = hub_name(name)
    hint = catalogue.hint(requested.repo)
    hub = finder.weights_hub(name, requested, hint)
    progress(f"downloading the weights of {name}")
    config, commit = hub.fetch(requested, hint)
    pinned = replace(requested, revision=commit)
    single = hub.fetch_file(pinned, SINGLE, MOST_DOWNLOAD_BYTES, hint)
    files = (single,) if single else _shards(name, hub, pinned, hint)
    for beside in BESIDE:
        hub.fetch_file(pinned, beside, MOST_CONFIG_BYTES * 4, hint)
    return _in_folder(name, files, f"hub@{commit}", folder=config.parent)


def _shards(name: str, hub: Hub, pinned: HubName, hint: str) -> tuple[Path, ...]:
    index = hub.fetch_file(pinned, INDEX, MOST_CONFIG_BYTES, hint)
    if index is None:
        raise model_error(name, f"it has no {SINGLE}; only safetensors and GGUF files are read", code="model-files")
    files = []
    for shard in shards_of(read_config(index, name, f"its {INDEX}"), name):
        file = hub.fetch_file(pinned, shard, MOST_DOWNLOAD_BYTES, hint)
        if file is None:
            raise model_error(name, f"its {INDEX} lists {shard}, which the Hub does not have", code="model-files")
        files.append(file)
    return tuple(files)


def _in_folder(name: str, files: tuple[Path, ...], origin: str, folder: Path | None = None) -> Weights:
    return _digested(Weights(name, "transformers", folder or files[0].parent, files, origin, "", {}))


def _digested(weights: Weights) -> Weights:
    named = {file.name: file for file in weights.files}
    if weights.layout == "transformers":
        named |= {name: weights.location / name for name in BESIDE if is_there(weights.location / name)}
    else:
        named[weights.location.name] = weights.location
    try:
        return replace(weights, digest=files_digest(named.items()))
    except (FileError, OSError) as error:
        raise model_error(weights.name, f"its files cannot be read ({error})", code="model-files") from error
