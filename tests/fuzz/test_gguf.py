"""Files of weights: GGUF, and safetensors with the config and index beside it."""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from random import Random
from typing import Any

from slidegen.errors import SlidegenError
from slidegen.models.finder import ModelFinder
from slidegen.project import Project
from slidegen.quantize.weights import matrices, open_weights
from tests.deck_folder import DeckFolder
from tests.fuzz.campaign import faults_of, smoke_and_all
from tests.fuzz.mutation import mutate
from tests.fuzz.oracle import check_messages

COUNTS = (0, 1, 2, 3, 4, 5, 31, 32, 33, 64, 255, 2**16, 2**31, 2**32 - 1, 2**32, 2**62, 2**63 - 1, 2**63, 2**64 - 1)
NAMES = (
    "blk.0.attn_q.weight",
    "blk.0.ffn_up.weight",
    "blk.0.attn_norm.weight",
    "token_embd.weight",
    "",
    "a" * 300,
    "\x00",
    "blk.\n.weight",
    "\u2028",
)
KEYS = ("general.alignment", "general.architecture", "tokenizer.ggml.tokens", "", "a.b", "general.alignment\x00")
TENSORS = (
    "model.layers.0.q_proj.weight",
    "h.0.attn.c_attn.weight",
    "model.experts.gate_up_proj",
    "embed.weight",
    "lm_head.weight",
    "",
    "a\nb.weight",
)
TOKENS = (
    "GGUF",
    "\x00" * 8,
    "\x01" + "\x00" * 7,
    "\x7f" * 8,
    "general.alignment",
    *NAMES,
    '"F32"',
    '"BF16"',
    '"data_offsets":[0,0]',
    "__metadata__",
)


def some_count(rng: Random, likely: int) -> int:
    """Mostly what is right."""
    return likely if rng.random() < 0.98 else rng.choice(COUNTS)


def some_text(rng: Random, text: str) -> bytes:
    """A string of GGUF, whose length is not always its own."""
    data = text.encode()
    return struct.pack("<Q", some_count(rng, len(data))) + data


def some_metadata(rng: Random, depth: int = 0) -> tuple[int, bytes]:
    """A value of GGUF with its type."""
    kind = rng.choice((4, 4, 4, 8, 8, 8, 9, 9, 0, 1, 2, 3, 5, 6, 7, 10, 11, 12, rng.choice((4, 13, 2**31))))
    if kind == 8:
        return kind, some_text(rng, rng.choice(NAMES))
    if kind == 9 and depth < 6:
        inner, value = some_metadata(rng, depth + 1)
        count = rng.choice((0, 1, 1, 3))
        return kind, struct.pack("<IQ", inner, some_count(rng, count)) + value * count
    size = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1}.get(kind, 8)
    return kind, rng.choice((rng.randbytes(size), (32).to_bytes(size, "little"), bytes(size)))


def some_gguf(rng: Random) -> bytes:
    """A GGUF file of some values and tensors, which are not always where they are said to be."""
    pairs = []
    for _ in range(rng.randrange(4)):
        key = some_text(rng, rng.choice(KEYS))
        kind, value = some_metadata(rng)
        pairs.append(key + struct.pack("<I", kind) + value)
    tensors = []
    for _ in range(rng.randrange(4)):
        dimensions = rng.choice((0, 1, 2, 2, 2, 2, 3, 4, 5))
        shape = [some_count(rng, rng.choice((1, 2, 32, 64, 256))) for _ in range(dimensions)]
        kind = rng.choice((0, 0, 1, 2, 8, 12, 30, 16, 24, 26, 28, 39, 40, 99, 2**32 - 1))
        sizes = struct.pack(f"<I{dimensions}Q", some_count(rng, dimensions) % 2**32, *shape)
        tensors.append(some_text(rng, rng.choice(NAMES)) + sizes + struct.pack("<IQ", kind, some_count(rng, 0)))
    head = b"GGUF" + struct.pack(
        "<IQQ", rng.choice((3,) * 20 + (2, 1, 4, 2**31)), some_count(rng, len(tensors)), some_count(rng, len(pairs))
    )
    return head + b"".join(pairs) + b"".join(tensors) + rng.randbytes(rng.choice((0, 40, 5000, 70_000)))


def some_safetensors(rng: Random) -> bytes:
    """A safetensors file with tensors of some types, not always within the file."""
    header: dict[str, Any] = {}
    end = 0
    for _ in range(rng.randrange(4)):
        kind = rng.choice(("F32", "F32", "F16", "BF16", "F64", "I8", "F8_E4M3", "U64", "BOOL", "x", 1, None))
        shape = [some_count(rng, rng.choice((0, 1, 4, 8))) for _ in range(rng.choice((0, 1, 2, 2, 2, 3)))]
        length = {"F16": 2, "BF16": 2, "F64": 8, "U64": 8, "F32": 4}.get(str(kind), 1)
        for side in shape:
            length = min(length * side, 2**70)
        start, end = end, some_count(rng, end + length)
        header[rng.choice(TENSORS)] = {
            "dtype": kind,
            "shape": shape,
            "data_offsets": rng.choice(([start, end],) * 9 + ([end], "a", [end, start])),
        }
    if rng.random() < 0.2:
        header["__metadata__"] = rng.choice(({"a": "b"}, {"a": 1}, [], None, "a"))
    text = json.dumps(header).encode()
    return struct.pack("<Q", some_count(rng, len(text))) + text + rng.randbytes(min(end, 100_000))


METHODS: tuple[Any, ...] = ({"quant_method": "a\nb"}, {"quant_method": None}, [], None)
CONFIGS: tuple[Any, ...] = (
    *({"model_type": name} for name in ("llama", "gpt2", "gpt_oss", 1)),
    *({"model_type": "llama", "quantization_config": method} for method in METHODS),
    *({}, [], None),
)
SHARDS = ("b.safetensors", "../b.safetensors", "model.safetensors", "b.safetensors\n", "\x00.safetensors", 1, ["b"])
INDEXES: tuple[Any, ...] = (
    {"weight_map": {}},
    {"weight_map": []},
    [],
    *({"weight_map": {"a": shard}} for shard in SHARDS),
)


def attempt(rng: Random, folder: DeckFolder) -> None:
    """Reads all linear weights of a file."""
    name = rng.choice(("./m.gguf", "./m.gguf", "./m"))
    made = some_gguf if name == "./m.gguf" else some_safetensors
    data = made(rng)
    if rng.random() < 0.4:
        data = mutate(rng, data, (made(rng),), TOKENS, 200_000)
    if name == "./m.gguf":
        folder.write("m.gguf", data)
    else:
        config = json.dumps(rng.choice(CONFIGS)).encode()
        folder.write("m/config.json", config if rng.random() < 0.9 else mutate(rng, config, (config,), TOKENS))
        if rng.random() < 0.2:
            folder.write("m/model.safetensors.index.json", json.dumps(rng.choice(INDEXES)))
            folder.write(rng.choice(("m/b.safetensors", "m/c.safetensors")), data)
        else:
            folder.write("m/model.safetensors", data)
    finder = ModelFinder(
        offline=True, project=Project.of(folder.path), confine=True, hub_cache=folder.path / "no-cache"
    )
    try:
        for matrix in matrices(open_weights(name, finder)):
            assert matrix.values.dtype == "float32"
            assert matrix.values.ndim == 2
    except SlidegenError as error:
        check_messages(error)


@smoke_and_all(2500)
def test_files_of_weights_are_read_or_refused(seeds: Sequence[int]) -> None:
    """Whatever their headers say of them."""
    assert faults_of("gguf", attempt, seeds) == []
