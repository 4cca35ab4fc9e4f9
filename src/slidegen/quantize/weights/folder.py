"""Reads linear weights from a transformers folder: `model.safetensors`, or the shards that its index lists."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from slidegen.errors import MissingExtraError, model_error, reason
from slidegen.files import FileError, check_file, is_there, open_file
from slidegen.models.configs import CONFIG, read_config
from slidegen.quantize.weights.base import Matrix, Weights
from slidegen.quantize.weights.linear import is_linear, matrices_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SINGLE: Final = "model.safetensors"
INDEX: Final = "model.safetensors.index.json"
BESIDE: Final = (
    CONFIG,
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "tokenizer.model",
    "vocab.txt",
    "vocab.json",
    "merges.txt",
    "modules.json",
    "1_Pooling/config.json",
)
"""The other files of a folder that a result depends on: config, tokenizer, and the pooling of a sentence encoder."""
ADAPTER: Final = "adapter_config.json"
"""The file that makes transformers add an adapter to the model that it loads."""
PICKLES: Final = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle")
_SHARD: Final = re.compile(r"[A-Za-z0-9][\w.-]*\.safetensors", re.ASCII)
_FLOATS: Final[Mapping[str, str]] = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "bfloat16"}


def weight_files(folder: Path, name: str) -> tuple[Path, ...]:
    """Returns the safetensors files of a folder, in the order of their names.

    Raises ModelError if there are none, if the index lists a missing one, or if the folder has only pickle files.
    """
    if is_there(folder / SINGLE):
        return (folder / SINGLE,)
    if is_there(folder / INDEX):
        shards = shards_of(read_config(folder / INDEX, name, f"its {INDEX}"), name)
        missing = [shard for shard in shards if not is_there(folder / shard)]
        if missing:
            raise model_error(
                name, f"its {INDEX} lists {missing[0]}, which is missing; download it again", code="model-files"
            )
        return tuple(folder / shard for shard in shards)
    pickles = sorted(path.name for path in folder.iterdir() if path.suffix.lower() in PICKLES)
    if pickles:
        raise model_error(name, f"its weights are in {pickle_refusal(pickles[0])}", code="unsupported-model")
    raise model_error(
        name, f"there is no {SINGLE} beside its {CONFIG}; only safetensors and GGUF files are read", code="model-files"
    )


def shards_of(index: Mapping[str, Any], name: str) -> list[str]:
    """Returns the files that a safetensors index lists, sorted. Raises ModelError if they are not plain file names."""
    weight_map = index.get("weight_map")
    shards = {str(shard) for shard in weight_map.values()} if isinstance(weight_map, dict) else set()
    if not shards or not all(map(_SHARD.fullmatch, shards)):
        raise model_error(name, f"its {INDEX} has no weight_map of file names; download it again", code="model-files")
    return sorted(shards)


def pickle_refusal(file: str) -> str:
    """Returns the end of an error about a pickle file."""
    return f"{file}, a pickle file, which can run code when it is read; only safetensors and GGUF files are read"


def model_type(weights: Weights) -> str | None:
    """Returns the `model_type` in a model's config, None if it has none.

    Raises ModelError if the config says that the weights are already quantized, in a way that cannot be read.
    """
    config = read_config(weights.location / CONFIG, weights.name)
    quantization = config.get("quantization_config")
    if isinstance(quantization, dict):
        method = quantization.get("quant_method", "?")
        raise model_error(
            weights.name,
            f"its weights are already quantized ({method}); name the model they were made from",
            code="unsupported-model",
        )
    found = config.get("model_type")
    return found if isinstance(found, str) else None


def folder_matrices(weights: Weights) -> Iterator[Matrix]:
    """Yields the linear weights of a folder, in the order of its files and of the tensors in them.

    Raises ModelError for a damaged file or an unsupported type of number, MissingExtraError without safetensors.
    """
    kind = model_type(weights)
    places = [
        place for file in weights.files for place in _places(file, weights.name) if is_linear(place.name, place.shape)
    ]
    for number, place in enumerate(places, 1):
        for name, matrix in matrices_of(place.name, _read(place, weights.name), kind):
            yield Matrix(name, matrix, place.stored, number, len(places))


@dataclass(frozen=True, slots=True)
class _Place:
    """A tensor of a safetensors file: its type in the file, its first byte and its length."""

    file: Path
    name: str
    stored: str
    shape: tuple[int, ...]
    start: int
    length: int


def _places(file: Path, model: str) -> list[_Place]:
    """Returns the tensors of a file, in their order, after safetensors has checked the file."""
    try:
        from safetensors import SafetensorError, safe_open
    except ImportError:
        raise MissingExtraError(f"reading the weights of {model!r}", "models") from None
    try:
        check_file(file)
        with safe_open(file, "np"):
            pass
        with open_file(file) as stream:
            data = 8 + int.from_bytes(stream.read(8), "little")
            header = json.loads(stream.read(data - 8))
    except (SafetensorError, FileError, OSError, ValueError) as error:
        raise model_error(
            model, f"{file.name} is damaged ({reason(error)}); download it again", code="model-files"
        ) from None
    header.pop("__metadata__", None)
    places = [
        _Place(file, name, tensor["dtype"], tuple(tensor["shape"]), data + start, end - start)
        for name, tensor in header.items()
        for start, end in [tensor["data_offsets"]]
    ]
    return sorted(places, key=lambda place: (place.start, place.name))


def _read(place: _Place, model: str) -> NDArray[np.float32]:
    import numpy as np

    if place.stored not in _FLOATS:
        allowed = ", ".join(_FLOATS)
        raise model_error(
            model,
            f"its {place.name} is stored as {place.stored}; allowed for linear weights: {allowed}",
            code="unsupported-model",
        )
    if not place.length:
        raise model_error(
            model,
            f"{place.file.name} is damaged ({place.name} holds no numbers); download it again",
            code="model-files",
        )
    try:
        with open_file(place.file) as stream:
            stream.seek(place.start)
            data = stream.read(place.length)
    except (FileError, OSError) as error:
        raise model_error(model, f"{place.file.name} cannot be read ({error})", code="model-files") from None
    if place.stored == "BF16":
        import ml_dtypes

        values = np.frombuffer(data, ml_dtypes.bfloat16)
    else:
        values = np.frombuffer(data, _FLOATS[place.stored])
    with np.errstate(over="ignore"):  # a float64 too large for float32 becomes infinite, which `checked` reports
        return values.reshape(place.shape).astype(np.float32)
