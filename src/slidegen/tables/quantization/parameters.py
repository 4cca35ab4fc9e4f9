"""The parameters of the table source `quantization`: how they are checked, and how a request is split into parts."""

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
class ExperimentInputs:
    """What an experiment accepts: its `parameters`, its default `methods`, and the `allowed` methods."""

    parameters: tuple[str, ...]
    methods: tuple[str, ...] = ()
    allowed: tuple[str, ...] = tuple(QUANTIZERS)


ON_MODELS: Final = ExperimentInputs(("models", "method", "block_size"), COMPARED)
LEVELLED: Final = tuple(name for name, quantizer in QUANTIZERS.items() if quantizer.levels is not None)
EXPERIMENTS: Final[Mapping[ExperimentName, ExperimentInputs]] = {
    "weights": ON_MODELS,
    "outputs": ON_MODELS,
    "drift": ON_MODELS,
    "lm": ExperimentInputs((*ON_MODELS.parameters, "tokens"), COMPARED),
    "outliers": ExperimentInputs(("method", "block_size", "sizes"), ("int8",)),
    "toy": ExperimentInputs(("method", "values"), ("int4", "int4-asym"), INTEGERS),
    "formats": ExperimentInputs(("formats",)),
    "levels": ExperimentInputs(("method",), ("nf4", "fp4-e2m1", "int4"), LEVELLED),
    "histogram": ExperimentInputs(("models", "block_size", "bins")),
}


COMPARISONS: Final = tuple(name for name in get_args(ExperimentName) if name not in ("levels", "histogram"))
"""The experiments whose tables are for people; the others give figures their data."""


def _block_size(value: Any) -> Any:
    if value in ("tensor", "row") or (isinstance(value, int) and not isinstance(value, bool) and value >= 1):
        return value
    raise ValueError(f"{value!r} is not a block size; allowed: a number from 1 on, row, tensor")


BlockSize = Annotated[
    int | Literal["tensor", "row"],
    BeforeValidator(_block_size, json_schema_input_type=Annotated[int, Field(ge=1)] | Literal["tensor", "row"]),
]
Text = Annotated[str, Field(min_length=1, max_length=100)]


class QuantizationParameters(SourceParameters):
    """An experiment and its inputs. Every combination of model, method and block size makes rows."""

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
        inputs = EXPERIMENTS[self.experiment]
        for name in sorted(self.model_fields_set - {"experiment"}):
            if name not in inputs.parameters:
                raise ValueError(
                    f"the experiment {self.experiment} takes no {name}; allowed: {', '.join(inputs.parameters)}"
                )
        if "models" in inputs.parameters and not self.models:
            from slidegen.quantize.weights.shipped import SHIPPED

            raise ValueError(
                f"the experiment {self.experiment} needs models: a folder with safetensors, a .gguf file, org/name, "
                f"or one of {', '.join(SHIPPED)}"
            )
        for method in self.method:
            if method not in inputs.allowed:
                allowed = ", ".join(inputs.allowed)
                raise ValueError(f"the experiment {self.experiment} cannot use {method!r}; allowed: {allowed}")
        if self.experiment == "histogram" and len(self.block_size) > 1:
            raise ValueError("the experiment histogram takes one block_size, as its rows do not name it")
        fixed = [method for method in self.method if QUANTIZERS[method].granularities.fixed]
        if self.block_size and self.method and len(fixed) == len(self.method):
            for method in fixed:
                own = QUANTIZERS[method].granularities
                if not any(map(own.allows, self.block_size)):
                    raise ValueError(f"{method} allows only the block size {own}; leave block_size out")
        return self


def parts(request: QuantizationParameters) -> list[QuantizationParameters]:
    """Splits a request into parts, models outermost, each with its method and block size.

    A method whose format fixes the block size (GGUF's, MX) is computed with that size, whatever sizes the request has.
    """
    inputs = EXPERIMENTS[request.experiment]
    methods = (request.method or inputs.methods) if "method" in inputs.parameters else ()
    distinct: dict[QuantizationParameters, None] = {}
    for model in request.models or (None,):
        update: dict[str, Any] = {} if model is None else {"models": (model,)}
        for method in methods or (None,):
            if method is not None:
                update["method"] = (method,)
            for sizes in _block_size_of_parts(request, method):
                distinct[request.model_copy(update={**update, "block_size": sizes})] = None
    return list(distinct)


def _block_size_of_parts(request: QuantizationParameters, method: str | None) -> Iterator[tuple[Granularity, ...]]:
    """Yields the block sizes of each part for a method: one, except that a part of outliers compares all of them."""
    if "block_size" not in EXPERIMENTS[request.experiment].parameters:
        yield ()
    elif method is None:
        yield request.block_size or (HISTOGRAM_BLOCK,)
    elif request.experiment == "outliers":
        yield request.block_size or GRANULARITIES
    else:
        own = QUANTIZERS[method].granularities
        yield from ((size,) for size in (request.block_size if not own.fixed else ()) or (own.default,))
