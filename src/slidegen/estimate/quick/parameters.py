"""The parameters of a model in a setting: which are packed, adapted and trained, and how many bytes each takes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import prod
from typing import Final

from slidegen.errors import Problem, SlidegenError
from slidegen.estimate.census import FLOAT_BYTES
from slidegen.estimate.quick.graph import Leaf, Tensor
from slidegen.estimate.quick.log import GRANULARITY
from slidegen.estimate.setting import Setting
from slidegen.model import Census, ParameterGroup

LINEARS: Final = frozenset({"Linear", "Conv1D"})
"""The classes of modules that bitsandbytes packs: `nn.Linear` itself, no subclass, and GPT-2's `Conv1D`. Source:
transformers 5, `integrations/bitsandbytes.py` (replace_with_bnb_linear)."""
SUBCLASSES: Final = frozenset({"FalconLinear", "Llama4Router"})
"""The subclasses of `nn.Linear` in transformers' models, which PEFT adapts but bitsandbytes does not pack."""
MIXTURES: Final[Mapping[str, frozenset[str]]] = {
    **dict.fromkeys(("mixtral", "minimax", "minimax_m2"), frozenset({"gate", "w1", "w2", "w3"})),
    **dict.fromkeys(
        ("deepseek_v2", "deepseek_v3", "deepseek_v32", "glm_moe_dsa", "glm4_moe", "olmoe", "qwen2_moe", "qwen3_moe"),
        frozenset({"gate", "gate_proj", "up_proj", "down_proj"}),
    ),
}
"""The mixtures whose experts and routers PEFT's `all-linear` adapts as parameters, and the names that it takes for
experts, so that no linear layer of these names is adapted. Source: PEFT 0.21, `utils/transformers_weight_conversion.py`
(_MOE_TARGET_MODULE_MAPPING, _convert_peft_config_moe), and transformers 5, `conversion_mapping.py`."""
HEADS: Final = frozenset({"lm_head.weight", "embed_out.weight", "proj_out.weight", "language_model.lm_head.weight"})
"""Output heads, which are neither packed (`quantizers/base.py`, get_keys_to_not_convert) nor adapted by PEFT's
`all-linear` (`tuners_utils.py`, _maybe_include_all_linear_layers)."""
FLOAT32: Final = {"T5ForConditionalGeneration": r"\bwo\b", "MT5ForConditionalGeneration": r"\bwo\b"}
"""Modules that are never packed, and float32 where the rest is float16 (`_keep_in_fp32_modules` of the classes)."""
TOWERS: Final = re.compile(r"(^|\.)(vision_tower|vision_model|visual|multi_modal_projector|embed_vision)\.")
"""The parts of vision-language models that text alone does not use."""
BLOCK, SCALES_BLOCK = 64, 256
"""Weights for each scale of nf4 and fp4, and scales for each float32 of double quantization (QLoRA, section 3)."""
CODES: Final = 16 * 4
DOUBLE_CODES: Final = 256 * 4


def rounded(size: int) -> int:
    """Returns a size as the allocator hands it out."""
    return -(-size // GRANULARITY) * GRANULARITY


@dataclass(frozen=True, slots=True)
class Packing:
    """How bitsandbytes packs a weight: `name` is nf4, fp4 or int8; `width` is that of the dtype of its products."""

    name: str
    double: bool
    width: int


@dataclass(frozen=True, slots=True)
class Projection:
    """A linear layer: its weight and bias, how it is packed (None: not), and the two matrices of its adapter."""

    inputs: int
    outputs: int
    weight: Tensor
    bias: Tensor | None
    packed: Packing | None
    lora: tuple[Tensor, Tensor] | None
    rank: int = 0


@dataclass(slots=True)
class Parameters:
    """The parameters of a model in a setting."""

    census: Census
    setting: Setting
    model_type: str
    groups: tuple[ParameterGroup, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.groups = tuple(one for one in self.census.groups if not one.tied and one.scope != "base")

    def width(self, group: ParameterGroup) -> int:
        """Returns the bytes of a number of a group that is not packed."""
        setting = self.setting
        quantized = setting.quantization
        if quantized is not None and quantized.upcast and setting.trains:
            return 2 if group.kind == "bias" and quantized.name != "int8" and self._packs_bias(group) else 4
        if setting.dtype == "float16" and self._stays_float32(group):
            return 4
        return FLOAT_BYTES[setting.dtype]

    def _packs_bias(self, group: ParameterGroup) -> bool:
        name = group.name.removesuffix("bias") + "weight"
        return any(one.name == name and self.packs(one) for one in self.groups)

    def _stays_float32(self, group: ParameterGroup) -> bool:
        pattern = FLOAT32.get(self.census.model_class)
        return pattern is not None and re.search(pattern, group.name) is not None

    def packs(self, group: ParameterGroup) -> bool:
        """Returns whether bitsandbytes packs this weight."""
        return (
            self.setting.quantization is not None
            and group.module in LINEARS
            and group.kind == "linear"
            and group.name not in HEADS
            and not self._stays_float32(group)
        )

    def adapts(self, group: ParameterGroup) -> bool:
        """Returns whether PEFT adapts this weight."""
        if self.setting.adapter is None or group.kind != "linear" or group.name in HEADS:
            return False
        experts = MIXTURES.get(self.model_type, frozenset())
        if group.module in LINEARS | SUBCLASSES:
            return group.name.split(".")[-2] not in experts
        return bool(experts)

    def rank(self, group: ParameterGroup) -> int:
        """Returns the rank of an adapted weight: that of each expert, twice where two matrices of it are fused."""
        adapter = self.setting.adapter
        assert adapter is not None
        if len(group.shape) < 3:
            return adapter.rank
        return adapter.rank * group.shape[0] * (2 if group.name.endswith("gate_up_proj") else 1)

    def tensors(self, group: ParameterGroup) -> tuple[list[int], list[int], list[int]]:
        """Returns the sizes in bytes of one weight: of its own tensors, its constants, and its adapter's numbers."""
        adapter = self.setting.adapter
        numbers: list[int] = []
        if adapter is not None and self.adapts(group):
            numbers = [self.rank(group) * side for side in (group.shape[-1], group.shape[-2])]
        numel = prod(group.shape)
        if not self.packs(group):
            return [numel * self.width(group)], [], numbers
        quantization = self.setting.quantization
        assert quantization is not None
        if quantization.name == "int8":
            outputs = group.shape[1 if group.module == "Conv1D" else 0]
            return [numel], [4 * outputs], numbers
        scales = -(-numel // BLOCK)
        if not quantization.double:
            return [-(-numel // 2)], [CODES, 4 * scales], numbers
        return [-(-numel // 2)], [CODES, scales, 4, 4 * -(-scales // SCALES_BLOCK), DOUBLE_CODES], numbers

    def trained(self) -> Iterator[tuple[int, int, int, bool, tuple[int, ...]]]:
        """Yields what gets a gradient: numbers, width, how many such tensors, whether an embedding, and the shape."""
        setting = self.setting
        for group in self.groups:
            if not setting.trains or TOWERS.search(group.name):
                continue
            if setting.adapter is None:
                embedding = group.kind == "embedding" and "Embedding" in group.module
                yield prod(group.shape), self.width(group), group.count, embedding, group.shape
            elif self.adapts(group):
                width = FLOAT_BYTES[setting.adapter.dtype]
                for side, numbers in zip((group.shape[-1], group.shape[-2]), self.tensors(group)[2], strict=True):
                    yield numbers, width, group.count, False, (numbers // side, side)

    def find(self, name: str) -> list[ParameterGroup]:
        """Returns the groups whose name ends with `name`, outside towers."""
        return [one for one in self.groups if one.name.endswith(name) and not TOWERS.search(one.name)]


@dataclass(slots=True)
class Layer:
    """The parameters of one layer, or of a model outside its layers, with a gradient for each trained one.

    `prefix` is the start of their names.
    """

    all: Parameters
    prefix: str
    leaves: dict[str, Tensor] = field(default_factory=dict)

    def group(self, name: str) -> ParameterGroup | None:
        """Returns the group of a parameter; None if there is none. Raises SlidegenError for several shapes of one."""
        found = [one for one in self.all.groups if one.name == self.prefix + name]
        if len(found) > 1:
            raise SlidegenError(
                [
                    Problem(
                        f"quick has no formula for {name} of several shapes; leave quick out", code="unsupported-model"
                    )
                ]
            )
        return found[0] if found else None

    def has(self, name: str) -> bool:
        """Returns whether there is such a parameter."""
        return self.group(name) is not None

    def tensor(self, name: str) -> Tensor | None:
        """Returns a parameter that is not packed; None if there is none."""
        group = self.group(name)
        if group is None:
            return None
        if name not in self.leaves:
            trains = self.all.setting.trains and self.all.setting.adapter is None
            leaf = Leaf("gradients") if trains else None
            self.leaves[name] = Tensor(prod(group.shape), self.all.width(group), None, leaf)
        return self.leaves[name]

    def projection(self, name: str) -> Projection:
        """Returns a linear layer. Raises LookupError if there is none."""
        group = self.group(f"{name}.weight")
        if group is None:
            raise LookupError(f"{self.prefix}{name}")
        outputs, inputs = group.shape if group.module != "Conv1D" else group.shape[::-1]
        weight = self.tensor(f"{name}.weight")
        assert weight is not None
        quantization = self.all.setting.quantization
        packed = None
        if quantization is not None and self.all.packs(group):
            packed = Packing(quantization.name, quantization.double, FLOAT_BYTES[self.all.setting.dtype])
        bias = self.tensor(f"{name}.bias")
        adapter = self.all.setting.adapter
        if adapter is None or not self.all.adapts(group):
            return Projection(inputs, outputs, weight, bias, packed, None)
        lora = self._matrix(f"{name}.A", inputs), self._matrix(f"{name}.B", outputs)
        return Projection(inputs, outputs, weight, bias, packed, lora, adapter.rank)

    def matrices(self, name: str) -> tuple[Tensor, Tensor] | None:
        """Returns the two matrices of an adapter on a parameter that is not a linear layer's; None without one."""
        group = self.group(name)
        if group is None or group.module in LINEARS | SUBCLASSES or not self.all.adapts(group):
            return None
        first, second = self.all.tensors(group)[2]
        return self._numbers(f"{name}.A", first), self._numbers(f"{name}.B", second)

    def _matrix(self, name: str, side: int) -> Tensor:
        adapter = self.all.setting.adapter
        assert adapter is not None
        return self._numbers(name, adapter.rank * side)

    def _numbers(self, name: str, numel: int) -> Tensor:
        adapter = self.all.setting.adapter
        assert adapter is not None
        if name not in self.leaves:
            leaf = Leaf("gradients") if self.all.setting.trains else None
            self.leaves[name] = Tensor(numel, FLOAT_BYTES[adapter.dtype], None, leaf)
        return self.leaves[name]
