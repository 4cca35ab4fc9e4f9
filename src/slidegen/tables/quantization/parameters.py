"""What a deck asks of the table source `quantization`, what makes sense of it, and how it is split into parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal, get_args

from pydantic import BeforeValidator, Field, field_validator, model_validator

from slidegen.errors import nearest
from slidegen.quantize.base import GRANULARITIES, Granularity
from slidegen.quantize.registry import INTEGERS, QUANTIZERS
from slidegen.tables.base import SourceParameters
from slidegen.tables.fields import ColumnSpec, Many, ManyNumbers
from slidegen.tables.model_parameters import ModelName

ExperimentName = Literal["weights", "outputs", "drift", "lm", "outliers", "toy", "formats", "levels", "histogram"]
COMPARED: Final = ("int8", "fp8-e4m3", "nf4", "nf4-dq", "fp4-e2m1", "mxfp4", "nvfp4", "q4_0", "int4", "int4-asym")
"""The methods of a comparison that names none."""
HISTOGRAM_BLOCK: Final = 64


@dataclass(frozen=True, slots=True)
class Takes:
    """What an experiment takes beside its name: its parameters, and its methods if none are given; `allowed` are the
    only methods that it knows."""

    parameters: tuple[str, ...]
    methods: tuple[str, ...] = ()
    allowed: tuple[str, ...] = tuple(QUANTIZERS)


ON_MODELS: Final = Takes(("models", "method", "block_size"), COMPARED)
LEVELLED: Final = tuple(name for name, quantizer in QUANTIZERS.items() if quantizer.levels is not None)
TAKES: Final[Mapping[ExperimentName, Takes]] = {
    "weights": ON_MODELS,
    "outputs": ON_MODELS,
    "drift": ON_MODELS,
    "lm": Takes((*ON_MODELS.parameters, "tokens"), COMPARED),
    "outliers": Takes(("method", "block_size", "sizes"), ("int8",)),
    "toy": Takes(("method", "values"), ("int4", "int4-asym"), INTEGERS),
    "formats": Takes(("formats",)),
    "levels": Takes(("method",), ("nf4", "fp4-e2m1", "int4"), LEVELLED),
    "histogram": Takes(("models", "block_size", "bins")),
}


COMPARISONS: Final = tuple(name for name in get_args(ExperimentName) if name not in ("levels", "histogram"))
"""The experiments whose tables are for people; the others give figures their data."""


def _block_size(value: Any) -> Any:
    if value in ("tensor", "row") or (isinstance(value, int) and not isinstance(value, bool) and value >= 1):
        return value
    raise ValueError(f"{value!r} is no block size; allowed: a number from 1 on, row, tensor")


BlockSize = Annotated[
    int | Literal["tensor", "row"],
    BeforeValidator(_block_size, json_schema_input_type=Annotated[int, Field(ge=1)] | Literal["tensor", "row"]),
]
Text = Annotated[str, Field(min_length=1, max_length=100)]


class QuantizationParameters(SourceParameters):
    """An experiment, and what it is made on; every combination of model, method and block size makes rows."""

    experiment: Annotated[ExperimentName, Field(description="What is measured.")] = "weights"
    models: Annotated[
        Many[ModelName],
        Field(description="One or a list: a folder, a .gguf file, org/name, or a model that a package ships."),
    ] = ()
    method: Annotated[
        Many[Text],
        ColumnSpec("Method"),
        Field(
            description="How the weights are stored: nf4, int4, mxfp4, ...; `slidegen quantize --list` has them all."
        ),
    ] = ()
    block_size: Annotated[
        ManyNumbers[BlockSize],
        ColumnSpec("Block size"),
        Field(description="How many weights share a scale: a number, row or tensor; else the method's own."),
    ] = ()
    tokens: Annotated[int | None, Field(ge=16, le=1_000_000, description="lm: how many of the text's tokens.")] = None
    values: Annotated[Many[float], Field(max_length=64, description="toy: the numbers to quantize.")] = ()
    sizes: Annotated[
        Many[Annotated[float, Field(ge=0, le=1e6)]],
        Field(max_length=50, description="outliers: of the large weight, in standard deviations."),
    ] = ()
    formats: Annotated[Many[Text], Field(description="formats: which; all without it.")] = ()
    bins: Annotated[int | None, Field(ge=2, le=400, description="histogram: how many.")] = None

    @field_validator("method")
    @classmethod
    def _known(cls, methods: tuple[str, ...]) -> tuple[str, ...]:
        for method in methods:
            if method not in QUANTIZERS:
                raise ValueError(f"unknown method {method!r}; {nearest(method, QUANTIZERS)}")
        return methods

    @model_validator(mode="after")
    def _makes_sense(self) -> QuantizationParameters:
        takes = TAKES[self.experiment]
        for name in sorted(self.model_fields_set - {"experiment"}):
            if name not in takes.parameters:
                raise ValueError(
                    f"the experiment {self.experiment} takes no {name}; it takes: {', '.join(takes.parameters)}"
                )
        if "models" in takes.parameters and not self.models:
            from slidegen.quantize.weights.shipped import SHIPPED

            raise ValueError(
                f"the experiment {self.experiment} needs models: a folder with safetensors, a .gguf file, org/name, "
                f"or one of {', '.join(SHIPPED)}"
            )
        for method in self.method:
            if method not in takes.allowed:
                allowed = ", ".join(takes.allowed)
                raise ValueError(f"the experiment {self.experiment} cannot be made with {method!r}; allowed: {allowed}")
        if self.experiment == "histogram" and len(self.block_size) > 1:
            raise ValueError("the experiment histogram takes one block_size, as its rows do not name it")
        fixed = [method for method in self.method if QUANTIZERS[method].granularities.fixed]
        if self.block_size and self.method and len(fixed) == len(self.method):
            for method in fixed:
                own = QUANTIZERS[method].granularities
                if not any(map(own.allows, self.block_size)):
                    raise ValueError(f"{method} knows only the block size {own}; leave block_size out")
        return self


def parts(asked: QuantizationParameters) -> list[QuantizationParameters]:
    """The parts of a request, models outermost, each with its method and block size.

    A method whose format sets its block size (GGUF's, MX) is computed with that one, whatever others are asked for.
    """
    takes = TAKES[asked.experiment]
    methods = (asked.method or takes.methods) if "method" in takes.parameters else ()
    found: dict[QuantizationParameters, None] = {}
    for model in asked.models or (None,):
        update: dict[str, Any] = {} if model is None else {"models": (model,)}
        for method in methods or (None,):
            if method is not None:
                update["method"] = (method,)
            for sizes in _block_size_of_parts(asked, method):
                found[asked.model_copy(update={**update, "block_size": sizes})] = None
    return list(found)


def _block_size_of_parts(asked: QuantizationParameters, method: str | None) -> Iterator[tuple[Granularity, ...]]:
    """The block sizes of each part for a method: one, but those of outliers, which are compared within a part."""
    if "block_size" not in TAKES[asked.experiment].parameters:
        yield ()
    elif method is None:
        yield asked.block_size or (HISTOGRAM_BLOCK,)
    elif asked.experiment == "outliers":
        yield asked.block_size or GRANULARITIES
    else:
        own = QUANTIZERS[method].granularities
        yield from ((size,) for size in (asked.block_size if not own.fixed else ()) or (own.default,))
