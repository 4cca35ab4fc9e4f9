"""Which tensor of a GGUF file gets which type: the rules of `llama-quantize`.

Source: llama.cpp b11434, `src/llama-quant.cpp`: `tensor_allows_quantization`, `llama_tensor_get_type_impl`,
`tensor_type_fallback`, `tensor_get_category`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import prod
from typing import Final

from slidegen.estimate.gguf.types import BLOCKS, IMATRIX_NEEDED, FileType, default_type, row_bytes


@dataclass(frozen=True, slots=True)
class Tensor:
    """A tensor of the unquantized file. `shape` has its rows' length last; `source` is its type there."""

    name: str
    shape: tuple[int, ...]
    source: str = "f16"

    @property
    def layer(self) -> int:
        """Returns the number of its block, -1 if it belongs to none."""
        found = re.match(r"blk\.(\d+)\.", self.name)
        return int(found[1]) if found else -1

    def bytes(self, tensor_type: str) -> int:
        """Returns the bytes that it takes in a type."""
        *rows, columns = self.shape
        return prod(rows) * row_bytes(tensor_type, columns)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules need to know of a model, as the metadata of its file gives it.

    `grouped` is the number of query heads for each key-value head in the first block, 0 if it has no attention.
    """

    architecture: str
    blocks: int
    experts: int = 0
    grouped: int = 1

    @property
    def is_70b(self) -> bool:
        """Returns whether llama.cpp calls the model a 70B: by its number of blocks, and for Llama by shared heads."""
        if self.architecture == "llama":
            return self.blocks == 80 and self.grouped != 1 and self.experts != 8
        return self.blocks == {"qwen2": 80, "deci": 80, "olmo": 80, "jais2": 68}.get(self.architecture)


def tensor_types(
    tensors: Iterable[Tensor], facts: Facts, file_type: FileType, *, imatrix: bool = False
) -> Mapping[str, str]:
    """Returns the type of each tensor in a file of `file_type`, by name, in the order of the rules' counters.

    With `imatrix` the file is made with an importance matrix, which changes a few types; some file types need one.
    """
    ordered = sorted(tensors, key=lambda tensor: (tensor.layer, tensor.name))
    mix = _Mix(facts, file_type, imatrix or file_type in IMATRIX_NEEDED)
    mix.values = sum(category(tensor.name) in VALUES for tensor in ordered)
    mix.tied = not any(tensor.name == "output.weight" for tensor in ordered)
    return {tensor.name: mix.type_of(tensor) for tensor in ordered}


CATEGORIES: Final[Mapping[str, str]] = {
    "attn_qkv.weight": "qkv",
    "attn_kv_b.weight": "kv_b",
    "attn_v.weight": "value",
    "attn_k.weight": "key",
    "attn_q.weight": "query",
    "attn_output.weight": "attention_output",
    "ffn_up": "up",
    "ffn_gate": "gate",
    "ffn_down": "down",
}
"""The category of a tensor by a part of its name; the first that fits."""
VALUES: Final = frozenset({"value", "qkv", "kv_b"})


def category(name: str) -> str:
    """Returns what a tensor is to the rules."""
    if name == "output.weight":
        return "output"
    if name in ("token_embd.weight", "per_layer_token_embd.weight"):
        return "embedding"
    return next((kind for part, kind in CATEGORIES.items() if part in name), "other")


NOT_QUANTIZED: Final = (
    "_norm.weight",
    "ffn_gate_inp.weight",
    "ffn_gate_tid2eid.weight",
    "altup",
    "laurel",
    "per_layer_model_proj",
    "ssm_conv1d",
    "shortconv.conv.weight",
    "indexer.k_proj.weight",
    "indexer.q_proj.weight",
    "attn_rel_b.weight",
    ".position_embd",
    ".rel_pos",
    ".patch_embd",
    ".patch_merger",
)
"""Parts of the names of matrices that stay as they are. (Those of RWKV and of audio models are left out here.)"""


def is_quantized(tensor: Tensor) -> bool:
    """Returns whether the rules may change a tensor's type. A matrix of one row counts as a vector."""
    if sum(1 for side in tensor.shape[:-1] if side > 1) == 0:
        return False
    name = tensor.name
    if not name.endswith("weight") or name in ("position_embd.weight", "token_types.weight"):
        return False
    return not any(part in name for part in NOT_QUANTIZED)


SMALLER: Final[Mapping[str, str]] = {
    "q2_k": "q4_0",
    "q3_k": "q4_0",
    "q4_k": "q5_0",
    "q5_k": "q5_1",
    "q6_k": "q8_0",
} | dict.fromkeys(("iq1_s", "iq1_m", "iq2_xxs", "iq2_xs", "iq2_s", "iq3_xxs", "iq3_s", "iq4_xs"), "iq4_nl")
"""The type with blocks of 32 in place of one with blocks of 256, for rows that 256 does not divide."""


def _fitting(tensor_type: str, columns: int) -> str:
    """Returns the type, or one with smaller blocks if the row is not a whole number of blocks (float16 at worst)."""
    if columns % BLOCKS[tensor_type][0]:
        tensor_type = SMALLER.get(tensor_type, tensor_type)
    return "f16" if columns % BLOCKS[tensor_type][0] else tensor_type


def more_bits(layer: int, layers: int) -> bool:
    """Returns whether a layer is among those that mixes give more bits: the first and last eighth, and every third."""
    return layer < layers // 8 or layer >= 7 * layers // 8 or (layer - layers // 8) % 3 == 2


LOW: Final[frozenset[FileType]] = frozenset({"iq2_xxs", "iq2_xs", "iq1_s", "iq2_s", "iq2_m", "iq1_m"})
EXPERTS_ATTENTION_OUTPUT: Final[frozenset[FileType]] = frozenset(
    {
        *("q2_k", "iq3_xs", "iq3_xxs", "q3_k_s", "q3_k_m", "iq4_nl", "q4_k_s", "q4_k_m", "iq3_s", "iq3_m", "iq4_xs"),
    }
)


@dataclass(slots=True)
class _Mix:
    """The rules for one file, with the counters that they keep over its tensors."""

    facts: Facts
    file_type: FileType
    imatrix: bool
    values: int = 0
    tied: bool = True
    value: int = 0
    down: int = 0
    gate: int = 0
    up: int = 0

    def type_of(self, tensor: Tensor) -> str:
        if not is_quantized(tensor):
            return tensor.source
        chosen = default_type(self.file_type)
        if self.file_type in ("f16", "bf16"):
            return chosen
        kind = category(tensor.name)
        if kind == "output" or (self.tied and kind == "embedding"):
            chosen = self._output(chosen, tensor)
        elif self.file_type == "mxfp4_moe":
            chosen = "mxfp4" if len(tensor.shape) > 2 and tensor.shape[0] > 1 else "q8_0"
        elif kind == "embedding":
            chosen = EMBEDDINGS.get(self.file_type, chosen)
        elif self.file_type in LOW:
            chosen = self._low(chosen, kind)
        elif kind in VALUES:
            chosen = self._attention_value(chosen)
        elif kind in ("key", "query"):
            chosen = self._key_or_query(chosen, kind)
        elif kind == "down":
            chosen = self._ffn_down(chosen, tensor)
        elif kind == "attention_output":
            chosen = self._attention_output(chosen)
        elif kind in ("gate", "up"):
            chosen = self._gate_or_up(chosen, kind, tensor)
        return _fitting(chosen, tensor.shape[-1])

    def _output(self, chosen: str, tensor: Tensor) -> str:
        """Returns the type of the output matrix, or of the embedding where the output is the same tensor."""
        if self.file_type == "mxfp4_moe" or self.facts.architecture == "falcon":
            return "q8_0"
        if tensor.shape[-1] % BLOCKS[chosen][0]:
            return "q8_0"
        if self.file_type in LOW or self.file_type == "iq3_xxs":
            return "q5_k"
        return chosen if chosen == "q8_0" else "q6_k"

    def _low(self, chosen: str, kind: str) -> str:
        """Returns the type in a file of 1 or 2 bits per weight, whose sensitive tensors get more."""
        medium = self.file_type in ("iq2_s", "iq2_m")
        if kind in VALUES:
            self.value += 1
            if self.facts.grouped >= 4 or self.facts.experts >= 4:
                return "q4_k"
            return "iq3_s" if medium else "q2_k"
        if kind == "key" and self.facts.experts == 8:
            return "q4_k"
        if kind == "down":
            self.down += 1
            if self.down - 1 < self.facts.blocks // 8:
                return "iq3_s" if medium else "q2_k"
        if kind == "attention_output":
            if self.facts.experts == 8:
                return "q5_k"
            return "iq3_s" if medium else {"iq1_s": "iq2_xxs", "iq1_m": "iq2_xxs"}.get(self.file_type, chosen)
        return chosen

    def _attention_value(self, chosen: str) -> str:
        name, grouped = self.file_type, self.facts.grouped >= 4
        number, self.value = self.value, self.value + 1
        if name == "q2_k":
            chosen = "q4_k" if grouped else "q3_k"
        elif name == "q2_k_s" and grouped:
            chosen = "q4_k"
        elif name == "iq3_xxs":
            chosen = "q4_k" if grouped else "iq3_xxs" if self.imatrix else "iq3_s"
        elif (name in ("iq3_xs", "iq3_s") and grouped) or name == "iq3_m":
            chosen = "q4_k"
        elif name == "q3_k_m":
            chosen = "q5_k" if number < 2 else "q4_k"
        elif name == "q3_k_l" or (name in ("iq4_nl", "iq4_xs") and grouped):
            chosen = "q5_k"
        elif name in ("q4_k_m", "q5_k_m") and more_bits(number, self.values):
            chosen = "q6_k"
        elif name == "q4_k_s" and number < 4:
            chosen = "q5_k"
        if self.facts.is_70b and chosen in ("q3_k", "q4_k"):
            chosen = "q5_k"
        return "q8_0" if self.facts.experts == 8 else chosen

    def _key_or_query(self, chosen: str, kind: str) -> str:
        if kind == "key" and self.facts.experts == 8:
            return "q8_0"
        return {"iq3_xs": "iq3_xxs", "iq3_xxs": "iq2_s"}.get(self.file_type, chosen)

    def _ffn_down(self, chosen: str, tensor: Tensor) -> str:
        name, layers = self.file_type, self.facts.blocks
        layer, self.down = self._layer(tensor, self.down), self.down + 1
        falcon = self.facts.architecture == "falcon"
        early, more = layer < layers // 8, more_bits(layer, layers)
        if name == "q2_k":
            return "q3_k"
        if name == "q2_k_s" and early:
            return "q4_k"
        if name == "iq3_xxs" and not self.imatrix:
            return "q4_k" if early else "q3_k"
        if name == "q3_k_m":
            return "q5_k" if layer < layers // 16 else "q4_k" if more or not falcon else "q3_k"
        if name == "iq3_m" and (early or (self.facts.experts == 8 and more)):
            return "q4_k"
        if name == "q3_k_l":
            return "q4_k" if falcon else "q5_k"
        if name == "q4_k_m" and falcon:
            return "q6_k" if layer < layers // 16 else "q5_k" if more else "q4_k"
        if name in ("q4_k_m", "q5_k_m") and more:
            return "q6_k"
        if name in ("iq4_nl", "iq4_xs") and early and not self.imatrix:
            return "q5_k"
        if name == "q4_k_s" and early and not falcon:
            return "q5_k"
        if name in ("q4_0", "q5_0") and early and self.imatrix:
            return {"q4_0": "q4_1", "q5_0": "q5_1"}[name]
        return chosen

    def _attention_output(self, chosen: str) -> str:
        name = self.file_type
        if self.facts.architecture == "falcon":
            return "q4_k" if name == "q3_k_l" else chosen
        if self.facts.experts == 8:
            return "q5_k" if name in EXPERTS_ATTENTION_OUTPUT else chosen
        raised = {"q2_k": "q3_k", "iq3_xxs": "iq3_s", "q3_k_m": "q4_k", "q3_k_l": "q5_k", "iq3_m": "q4_k"}
        return raised.get(name, chosen)

    def _gate_or_up(self, chosen: str, kind: str, tensor: Tensor) -> str:
        layers = self.facts.blocks
        if kind == "gate":
            layer, self.gate = self._layer(tensor, self.gate), self.gate + 1
        else:
            layer, self.up = self._layer(tensor, self.up), self.up + 1
        return "iq3_xxs" if self.file_type == "iq3_xs" and layers // 8 <= layer < 7 * layers // 8 else chosen

    def _layer(self, tensor: Tensor, count: int) -> int:
        """Returns the layer that a rule sees: the tensor's own in a mixture, else the count of such tensors."""
        return tensor.layer if self.facts.experts > 1 else count


EMBEDDINGS: Final[Mapping[FileType, str]] = {
    **dict.fromkeys(("iq2_xxs", "iq2_xs", "iq1_s", "iq1_m"), "q2_k"),
    **dict.fromkeys(("iq2_s", "iq2_m", "iq3_xxs"), "iq3_s"),
}
"""The type of an embedding that is not the output as well, in the file types that do not use their default."""
