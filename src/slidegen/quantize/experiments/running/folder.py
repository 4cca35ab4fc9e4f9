"""Loads models from a transformers folder with transformers' own classes: no code from the folder, no pickle."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from slidegen.errors import SlidegenError, model_error, reason
from slidegen.files import FileError, MissingFileError, is_there, read_text
from slidegen.models.configs import CONFIG, read_config
from slidegen.models.guard import check_plausible, harmless
from slidegen.models.instantiate import quiet_and_offline
from slidegen.quantize.experiments.running.runnable import Runnable, linear_layers
from slidegen.quantize.weights.base import Weights
from slidegen.quantize.weights.folder import model_type

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from transformers import PreTrainedConfig, PreTrainedModel

TOKENIZER: Final = "tokenizer.json"
MOST_TOKENIZER_BYTES: Final = 256 * 2**20
_LANGUAGE_MODELS: Final = ("ForCausalLM", "LMHeadModel")


def is_language_model(weights: Weights) -> bool:
    """Returns whether the config of a folder names a causal language model."""
    architectures = read_config(weights.location / CONFIG, weights.name).get("architectures")
    first = architectures[0] if isinstance(architectures, list) and architectures else None
    return isinstance(first, str) and first.endswith(_LANGUAGE_MODELS)


def load_language_model(weights: Weights) -> Runnable:
    """Loads the causal language model in a folder. Raises ModelError."""
    from transformers import AutoModelForCausalLM

    if not is_language_model(weights):
        raise model_error(
            weights.name, "it is not a causal language model; name one for this experiment", code="unsupported-model"
        )
    model = _load(weights, AutoModelForCausalLM, ())
    tokenizer = _tokenizer(weights)
    return Runnable(
        weights,
        model,
        linear_layers(model, weights),
        lambda text: list(tokenizer.encode(text, add_special_tokens=False).ids),
        _prefix(tokenizer),
        _context(model),
    )


def load_encoder(weights: Weights) -> Runnable:
    """Loads the sentence encoder in a folder. Raises ModelError."""
    from transformers import AutoModel

    if is_language_model(weights) and not is_there(weights.location / "modules.json"):
        raise model_error(
            weights.name,
            "it is a language model; name a sentence encoder for this experiment",
            code="unsupported-model",
        )
    # Mean and first-token pooling do not use the pooler, and many encoders are saved without one.
    model = _load(weights, AutoModel, ("pooler.",))
    tokenizer = _tokenizer(weights)
    return Runnable(
        weights,
        model,
        linear_layers(model, weights),
        lambda text: list(tokenizer.encode(text).ids),
        (),
        _context(model),
    )


def load_state(weights: Weights, config: PreTrainedConfig, state: dict[str, Any], model_class: Any) -> PreTrainedModel:
    """Returns a model of `model_class` with the tensors in `state`. Raises ModelError if they do not match."""
    with one_line(weights):
        return _checked(
            weights,
            model_class.from_pretrained(
                None, config=config, state_dict=state, attn_implementation="eager", output_loading_info=True
            ),
            (),
        )


def _load(weights: Weights, auto_class: Any, may_miss: tuple[str, ...]) -> PreTrainedModel:
    from transformers.models.auto.configuration_auto import CONFIG_MAPPING

    config = read_config(weights.location / CONFIG, weights.name)
    check_plausible(config, weights.name)
    kind = model_type(weights)
    if kind not in CONFIG_MAPPING:
        raise model_error(
            weights.name, f"transformers has no model_type {kind!r}, so it cannot be run", code="unsupported-model"
        )
    settings = CONFIG_MAPPING[kind].from_dict(harmless(config))
    with one_line(weights):
        import torch

        _check_size(weights, settings, auto_class)
        return _checked(
            weights,
            auto_class.from_pretrained(
                weights.location,
                config=settings,
                dtype=torch.float32,
                attn_implementation="eager",
                use_safetensors=True,
                local_files_only=True,
                trust_remote_code=False,
                output_loading_info=True,
            ),
            may_miss,
        )


def _check_size(weights: Weights, settings: PreTrainedConfig, auto_class: Any) -> None:
    """Raises ModelError if the files are too small for the config; transformers would make up missing weights."""
    import torch

    with torch.device("meta"):
        parameters = auto_class.from_config(settings, trust_remote_code=False).num_parameters()
    held = sum(file.stat().st_size for file in weights.files)
    if parameters > held:
        raise model_error(
            weights.name,
            f"its {CONFIG} describes {parameters:,} weights, and its files of {held:,} bytes cannot hold them",
            code="model-files",
        )


def _checked(
    weights: Weights, loaded: tuple[PreTrainedModel, dict[str, Any]], may_miss: tuple[str, ...]
) -> PreTrainedModel:
    model, info = loaded
    missing = sorted(key for key in info["missing_keys"] if not key.startswith(may_miss or ("\0",)))
    if missing:
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        raise model_error(weights.name, f"its files lack {missing[0]}{more}, so it cannot be run", code="model-files")
    return model.eval()


def _tokenizer(weights: Weights) -> Tokenizer:
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_str(read_text(weights.location / TOKENIZER, MOST_TOKENIZER_BYTES))
    except MissingFileError:
        raise model_error(
            weights.name, f"there is no {TOKENIZER} beside its {CONFIG}; save its tokenizer there", code="model-files"
        ) from None
    except FileError as error:
        raise model_error(weights.name, f"its {TOKENIZER} cannot be read ({error})", code="model-files") from None
    except Exception as error:  # tokenizers, which is Rust, raises the bare class
        raise model_error(
            weights.name, f"its {TOKENIZER} cannot be read ({reason(error, named=True)})", code="model-files"
        ) from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def _prefix(tokenizer: Tokenizer) -> tuple[int, ...]:
    """Returns the special tokens that a tokenizer puts before a text."""
    plain = tokenizer.encode("a", add_special_tokens=False).ids
    whole = tokenizer.encode("a").ids
    starts: Iterator[int] = (at for at in range(len(whole)) if whole[at : at + len(plain)] == plain)
    return tuple(whole[: next(starts, 0)])


def _context(model: PreTrainedModel) -> int:
    longest = getattr(model.config.get_text_config(), "max_position_embeddings", None)
    return longest if isinstance(longest, int) and longest > 0 else 512


@contextmanager
def one_line(weights: Weights) -> Iterator[None]:
    """Turns what transformers raises while loading into a ModelError of one line; quiet, no requests to the Hub."""
    from transformers.utils import logging

    bars = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        with quiet_and_offline():
            yield
    except SlidegenError:
        raise
    except Exception as error:  # a model's code fails in many ways on a config or tensors of another model
        raise model_error(
            weights.name, f"transformers cannot load it ({reason(error, named=True)})", code="model-run"
        ) from error
    finally:
        if bars:
            logging.enable_progress_bar()
