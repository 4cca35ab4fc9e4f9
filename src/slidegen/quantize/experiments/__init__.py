"""The experiments: each is a function of one model, method and granularity that returns plain numbers."""

from slidegen.quantize.experiments.base import Progress, Stored
from slidegen.quantize.experiments.drift import Drift, DriftReference, drift, prepare_drift
from slidegen.quantize.experiments.language_model import (
    LanguageReference,
    LanguageScore,
    language_model,
    prepare_language_model,
)
from slidegen.quantize.experiments.number_formats import FORMATS, NumberFormat, number_formats
from slidegen.quantize.experiments.outliers import OutlierRow, outliers
from slidegen.quantize.experiments.output_error import (
    LayerError,
    OutputError,
    OutputReference,
    output_error,
    prepare_outputs,
)
from slidegen.quantize.experiments.toy import Toy, ToyStep, toy
from slidegen.quantize.experiments.weight_error import WeightError, weight_error

__all__ = [
    "FORMATS",
    "Drift",
    "DriftReference",
    "LanguageReference",
    "LanguageScore",
    "LayerError",
    "NumberFormat",
    "OutlierRow",
    "OutputError",
    "OutputReference",
    "Progress",
    "Stored",
    "Toy",
    "ToyStep",
    "WeightError",
    "drift",
    "language_model",
    "number_formats",
    "outliers",
    "output_error",
    "prepare_drift",
    "prepare_language_model",
    "prepare_outputs",
    "toy",
    "weight_error",
]
