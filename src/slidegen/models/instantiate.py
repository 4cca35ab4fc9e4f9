"""Takes the census of a model from the real transformers model on the meta device: shapes, but no weights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

from slidegen.errors import MissingExtraError, ModelError, model_error, nearest, reason
from slidegen.model import Census
from slidegen.models.configs import mapped_class
from slidegen.models.groups import group_parameters
from slidegen.models.guard import check_plausible, harmless

if TYPE_CHECKING:
    from transformers import PreTrainedConfig, PreTrainedModel

NEEDED: Final = ("torch", "transformers", "accelerate")
MOST_SECONDS: Final = 120.0
MOST_MODULES: Final = 500_000
_LONGEST_HINT: Final = 240


def transformers_version(name: str) -> str:
    """Returns the installed version of transformers. Raises MissingExtraError if it, torch or accelerate is missing."""
    from importlib.metadata import version

    if any(find_spec(package) is None for package in NEEDED):
        what = f"counting the parameters of {name!r}, whose config is not in the catalogue,"
        raise MissingExtraError(what, "models")
    return version("transformers")


def take_census(config: Mapping[str, Any], name: str, *, seconds: float = MOST_SECONDS) -> Census:
    """Takes the census of a config, from `AutoModel`'s build and that of the class in `architectures`.

    Nothing is downloaded, and only transformers' own code runs. Raises ModelError if transformers cannot build the
    model within `seconds`, and MissingExtraError without the packages.
    """
    transformers_version(name)
    check_plausible(config, name)
    from accelerate.utils import calculate_maximum_sizes

    with quiet_and_offline(), _one_line(name), _bounded(name, seconds):
        settings = _settings(config, name)
        base = _build_base(settings)
        head = _build_head(settings, base)
        total, (largest, layers) = calculate_maximum_sizes(_accelerates_build(config, settings, base))
    return Census(
        model_class=type(head).__name__,
        base_class=type(base).__name__,
        groups=group_parameters(base, head),
        largest_layer_bytes=int(largest),
        largest_layers=tuple(layers),
        total_bytes=int(total),
        versions=_versions(),
    )


def _settings(config: Mapping[str, Any], name: str) -> PreTrainedConfig:
    from transformers import MODEL_MAPPING
    from transformers.models.auto.configuration_auto import CONFIG_MAPPING

    model_type = config.get("model_type")
    if not isinstance(model_type, str):
        raise model_error(
            name, "its config.json has no model_type, so transformers cannot tell what to build", code="model-files"
        )
    if model_type not in CONFIG_MAPPING:
        if "auto_map" in config:
            raise model_error(
                name,
                f"model_type {model_type!r} needs code of its own, which slidegen never runs",
                code="unsupported-model",
            )
        hint = nearest(model_type, CONFIG_MAPPING)
        if len(hint) > _LONGEST_HINT:
            hint = "a newer transformers may have it"
        raise model_error(
            name,
            f"transformers {_versions()['transformers']} has no model_type {model_type!r}; {hint}",
            code="unsupported-model",
        )
    settings: PreTrainedConfig = CONFIG_MAPPING[model_type].from_dict(harmless(config))
    if type(settings) not in MODEL_MAPPING:
        raise model_error(
            name,
            f"transformers has no AutoModel for model_type {model_type!r}, so its parameters cannot be counted",
            code="unsupported-model",
        )
    return settings


def _build_base(settings: PreTrainedConfig) -> PreTrainedModel:
    """Builds what `AutoModel` builds, in float32 on the meta device (accelerate's own empty model loses its ties)."""
    import torch
    from transformers import AutoModel

    with torch.device("meta"):
        model: PreTrainedModel = AutoModel.from_config(
            settings, dtype=torch.float32, attn_implementation="eager", trust_remote_code=False
        )
    return model


def _accelerates_build(config: Mapping[str, Any], settings: PreTrainedConfig, base: PreTrainedModel) -> PreTrainedModel:
    """Builds what `accelerate estimate-memory` measures: the class in auto_map, with its output head, else `base`."""
    import torch
    import transformers

    constructor = getattr(transformers, mapped_class(config) or "", None)
    if constructor is None:
        return base
    with torch.device("meta"):
        model: PreTrainedModel = constructor.from_config(
            settings, dtype=torch.float32, attn_implementation="eager", trust_remote_code=False
        )
    return model


def _build_head(settings: PreTrainedConfig, base: PreTrainedModel) -> PreTrainedModel:
    """Builds the first class in `architectures`; returns `base` if transformers does not have it."""
    import torch

    found = _head_class(settings)
    if found is None or found is type(base):
        return base
    with torch.device("meta"):
        model: PreTrainedModel = found._from_config(settings, dtype=torch.float32, attn_implementation="eager")
    return model


def _head_class(settings: PreTrainedConfig) -> Any:
    """Returns the first class in `architectures`, None if transformers does not have it."""
    import transformers

    names = [name for name in settings.architectures or () if isinstance(name, str)]
    found: Any = getattr(transformers, names[0], None) if names else None
    return found if isinstance(found, type) and issubclass(found, transformers.PreTrainedModel) else None


def build_model(config: Mapping[str, Any], name: str, dtype: str, attention: str | None) -> PreTrainedModel:
    """Builds the model of a config on the meta device: the class in `architectures`, else what `AutoModel` builds.

    `attention` is one of transformers' implementations, None its own choice.
    Raises ModelError if transformers cannot build it, MissingExtraError without the packages.
    """
    transformers_version(name)
    check_plausible(config, name)
    import torch
    from transformers import AutoModel

    with quiet_and_offline(), _one_line(name), _bounded(name, MOST_SECONDS), torch.device("meta"):
        settings = _settings(config, name)
        options = {"dtype": getattr(torch, dtype), "attn_implementation": attention}
        found = _head_class(settings)
        try:
            model: PreTrainedModel = (
                AutoModel.from_config(settings, trust_remote_code=False, **options)
                if found is None
                else found._from_config(settings, **options)
            )
        except KeyError as error:  # a class that looks its attention up in a table of its own
            if attention is None or error.args != (attention,):
                raise
            raise model_error(
                name, "it does not run with this attention; allowed: sdpa, eager", code="unsupported-model"
            ) from None
    return model


def has_flash_attention(config: Mapping[str, Any], name: str) -> bool:
    """Returns whether the class in `architectures` supports flash attention; True if there is no such class.

    Raises ModelError if transformers does not accept the config, MissingExtraError without the packages.
    """
    transformers_version(name)
    with quiet_and_offline(), _one_line(name):
        return bool(getattr(_head_class(_settings(config, name)), "_supports_flash_attn", True))


def _versions() -> dict[str, str]:
    from importlib.metadata import version

    return {package: version(package) for package in ("accelerate", "transformers")}


@contextmanager
def _one_line(name: str) -> Iterator[None]:
    """Turns what transformers raises for a bad config into a ModelError of one line."""
    try:
        yield
    except (ModelError, MissingExtraError):
        raise
    except Exception as error:  # its code fails in many ways on numbers or keys that no published config has
        why = reason(error, named=True)
        what = f"transformers {_versions()['transformers']} cannot build it; check its config.json ({why})"
        raise model_error(name, what, code="model-run") from error


@contextmanager
def _bounded(name: str, seconds: float) -> Iterator[None]:
    """Raises ModelError when a model gets more than MOST_MODULES modules or takes longer than `seconds` to build.

    Checked whenever a submodule is registered; the largest models of 2026 have about 100,000.
    """
    from itertools import count
    from time import monotonic

    from torch.nn.modules.module import register_module_module_registration_hook

    modules = count()
    deadline = monotonic() + seconds

    def hook(*_: object) -> None:
        if next(modules) > MOST_MODULES:
            raise model_error(name, f"its config describes more than {MOST_MODULES:,} modules", code="limit")
        if monotonic() > deadline:
            raise model_error(
                name,
                f"transformers did not build it within {seconds:g} seconds; its config may be too large",
                code="limit",
            )

    handle = register_module_module_registration_hook(hook)
    try:
        yield
    finally:
        handle.remove()


@contextmanager
def silent() -> Iterator[None]:
    """Silences the warnings and logs of libraries."""
    import logging
    import warnings

    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)


@contextmanager
def quiet_and_offline() -> Iterator[None]:
    """Silences transformers and forbids requests to the Hub while a model is built."""
    from huggingface_hub import constants

    offline = constants.HF_HUB_OFFLINE
    constants.HF_HUB_OFFLINE = True
    try:
        with silent():
            yield
    finally:
        constants.HF_HUB_OFFLINE = offline
