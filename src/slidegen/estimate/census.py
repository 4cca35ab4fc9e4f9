"""Counts the parameters of a census.

A census holds two builds of a model: what `AutoModel` builds (no output head, scopes "both" and "base"), which the
accounting `textbook` and accelerate count, and the architecture's own class (output head included, scopes "both" and
"head"), whose count is the number people quote. Tied parameters count once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from typing import Final, Literal

from slidegen.errors import Problem, SlidegenError, nearest
from slidegen.model import Census, ParameterGroup

Build = Literal["base", "whole"]
"""`base` is what `AutoModel` builds, `whole` the architecture's class with its output head."""

Dtype = Literal["float32", "float16", "bfloat16", "int8", "int4"]
FLOAT_BYTES: Final[dict[str, int]] = {"float32": 4, "float16": 2, "bfloat16": 2}
INTEGER_BITS: Final[dict[str, int]] = {"int8": 8, "int4": 4}
DTYPES: Final[tuple[str, ...]] = (*FLOAT_BYTES, *INTEGER_BITS)

ModuleKind = Literal["embedding", "linear", "norm", "conv", "other"]
MODULE_KINDS: Final[tuple[ModuleKind, ...]] = ("embedding", "linear", "norm", "conv", "other")


@dataclass(frozen=True, slots=True)
class KindCount:
    """Modules of one kind: their number, their parameters (biases included) and their bytes at a dtype.

    In a fused expert tensor each expert counts as a linear module.
    """

    kind: ModuleKind
    modules: int
    parameters: int
    size: int  # bytes


def check_dtype(dtype: str) -> None:
    """Raises SlidegenError, which lists the dtypes, if `dtype` is not one of them."""
    if dtype not in DTYPES:
        raise SlidegenError([Problem(f"unknown dtype {dtype!r}; {nearest(dtype, DTYPES)}", code="wrong-value")])


def groups_of(census: Census, build: Build) -> Iterator[ParameterGroup]:
    """Yields the groups of a build that own their storage."""
    left_out = "head" if build == "base" else "base"
    return (group for group in census.groups if not group.tied and group.scope != left_out)


def count_parameters(census: Census, build: Build = "base") -> int:
    """Returns the number of parameters of a build; tied ones count once."""
    return sum(prod(group.shape) * group.count for group in groups_of(census, build))


def matrices(group: ParameterGroup) -> tuple[int, int, int]:
    """Returns how many matrices a linear group holds and the two sides of each: ``(count, a, b)``.

    The first axis of a fused 3-D expert weight counts experts, so (8, 28672, 4096) holds eight of 28672 x 4096.
    """
    *leading, a, b = group.shape
    return group.count * prod(leading), a, b


def adapter_parameters(census: Census, rank: int, embeddings: bool = False) -> int:
    """Returns the parameters of a LoRA adapter on every linear of the `AutoModel` build: rank x (in + out) each.

    With `embeddings` it is also on every embedding. Source: Hu et al. 2021, "LoRA", section 4.1: W + BA with B of
    d x r and A of r x k; for embeddings the script of the EuroPython 2024 talk, `train_embedding`.
    """
    adapted = (
        group
        for group in groups_of(census, "base")
        if group.kind == "linear" or (embeddings and is_embedding_layer(group))
    )
    return sum(count * rank * (a + b) for count, a, b in map(matrices, adapted))


def is_embedding_layer(group: ParameterGroup) -> bool:
    """Returns whether a group is the weight of an `nn.Embedding`, which PEFT can adapt."""
    return group.kind == "embedding" and group.module.endswith("Embedding") and len(group.shape) == 2


def group_bytes(group: ParameterGroup, dtype: str) -> int:
    """Returns the bytes of a group's tensors at `dtype`, each tensor rounded up to whole bytes.

    Integer dtypes apply only to the weights of linear layers; all else takes 2 bytes, because bitsandbytes leaves it in
    half precision. Quantization constants are not counted.
    """
    elements = prod(group.shape)
    if dtype in FLOAT_BYTES:
        return elements * FLOAT_BYTES[dtype] * group.count
    if group.kind == "linear":
        return -(-elements * INTEGER_BITS[dtype] // 8) * group.count
    return elements * 2 * group.count


def weights_bytes(census: Census, dtype: str, build: Build = "base") -> int:
    """Returns the bytes of all weights of a build at `dtype`. Raises SlidegenError for an unknown dtype."""
    check_dtype(dtype)
    return sum(group_bytes(group, dtype) for group in groups_of(census, build))


def count_by_kind(census: Census, dtype: str = "float16", build: Build = "base") -> tuple[KindCount, ...]:
    """Returns modules, parameters and bytes at `dtype` for each kind of module that the model has.

    Raises SlidegenError for an unknown dtype.
    """
    check_dtype(dtype)
    groups = list(groups_of(census, build))
    kinds = _kinds_of_modules(groups)
    counts = _modules_of_kinds(groups, kinds)
    rows = []
    for kind in MODULE_KINDS:
        mine = [group for group in groups if kinds[_path(group)] == kind]
        if mine:
            parameters = sum(prod(group.shape) * group.count for group in mine)
            size = sum(group_bytes(group, dtype) for group in mine)
            rows.append(KindCount(kind, counts[kind], parameters, size))
    return tuple(rows)


def _path(group: ParameterGroup) -> tuple[str, str]:
    return group.module, group.name.rpartition(".")[0]


def _kinds_of_modules(groups: list[ParameterGroup]) -> dict[tuple[str, str], ModuleKind]:
    """Returns the kind of each module: that of its first parameter other than a bias (a bias follows its module)."""
    kinds: dict[tuple[str, str], ModuleKind] = {}
    for group in sorted(groups, key=lambda g: (*MODULE_KINDS, "bias").index(g.kind)):
        kinds.setdefault(_path(group), "other" if group.kind == "bias" else group.kind)
    return kinds


def _modules_of_kinds(groups: list[ParameterGroup], kinds: dict[tuple[str, str], ModuleKind]) -> dict[ModuleKind, int]:
    """Counts the modules of each kind; modules of the same name may have several shapes, hence several groups."""
    tensors: dict[tuple[tuple[str, str], str], int] = {}
    fused: dict[tuple[str, str], int] = {}
    for group in groups:
        path = _path(group)
        if group.kind == "linear" and len(group.shape) > 2:
            fused[path] = fused.get(path, 0) + matrices(group)[0]
        else:
            tensors[path, group.name] = tensors.get((path, group.name), 0) + group.count
    modules = dict(fused)
    for (path, _), count in tensors.items():
        if path not in fused:
            modules[path] = max(modules.get(path, 0), count)
    totals: dict[ModuleKind, int] = {}
    for path, count in modules.items():
        totals[kinds[path]] = totals.get(kinds[path], 0) + count
    return totals
