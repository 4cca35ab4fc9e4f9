"""Simulates each step of the attention tables with the version of transformers that it was measured with.

    python benchmarks/own_versions.py [--folder FOLDER]

pip puts each version into a folder of its own, without changing the environment, and a process that finds it first runs
the steps with that version's models. PyTorch is the installed one. The results go to measurements/own_versions.json,
which `make accuracy` reads: where they differ from those of the installed transformers, its models have changed.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import gettempdir
from types import ModuleType
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks.measurements.attention_tables import OWN_VERSIONS, Step, each, peak, tables

TOKENIZERS: Final = {"4.41.0": "0.19.1", "4.42.0": "0.19.1", "4.46.0": "0.20.3"}
HUB: Final = "huggingface_hub==0.26.5"


def install(version: str, folder: Path) -> Path:
    """Installs a version of transformers into a folder of its own, unless it is there; returns the folder."""
    target = folder / version
    if not (target / "transformers").is_dir():
        packages = (f"transformers=={version}", f"tokenizers=={TOKENIZERS[version]}", HUB)
        command = (sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(target), *packages)
        subprocess.run(command, check=True)
    return target


def main(arguments: Sequence[str]) -> int:
    """Runs each version in a process of its own and writes the results."""
    parser = argparse.ArgumentParser(description="The attention tables with the versions they were measured with.")
    parser.add_argument("--folder", type=Path, default=Path(gettempdir(), "slidegen-transformers"))
    parser.add_argument("--version", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.version:
        print(json.dumps(run(options.version)))
        return 0
    values: dict[str, int] = {}
    for version in sorted({one.versions["transformers"] for one in tables()}):
        target = install(version, options.folder)
        path = os.pathsep.join((str(target), os.environ.get("PYTHONPATH", "")))
        command = (sys.executable, __file__, "--version", version)
        done = subprocess.run(
            command, check=True, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": path}
        )
        values |= json.loads(done.stdout.splitlines()[-1])
        OWN_VERSIONS.write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")
        print(f"transformers {version}: {len(values)} steps so far", flush=True)
    return 0


def run(version: str) -> dict[str, int]:
    """Returns the peaks of the steps that were measured with this version, which must be the one that is imported."""
    _stand_in("transformers.dependency_versions_check", dep_version_check=lambda *_: None)
    _stand_in("slidegen.simulate.adapters", adapt=None)  # PEFT needs a newer transformers; no step has an adapter
    import transformers

    if transformers.__version__ != version:
        raise SystemExit(f"this process imports transformers {transformers.__version__}, not {version}")
    with _older_transformers():
        return each(_own, version)


def _stand_in(name: str, **values: Any) -> None:
    module = ModuleType(name)
    vars(module).update(values)
    sys.modules[name] = module


def _own(step: Step) -> int:
    """Returns the peak of a step, with the model as this version's `from_pretrained` builds it."""
    import torch
    import transformers

    fields = {name: value for name, value in step.table.config.items() if name not in ("architectures", "model_type")}
    kind = getattr(transformers, step.table.config["architectures"][0])
    with torch.device("meta"):
        model = kind._from_config(
            kind.config_class(**fields), torch_dtype=torch.float16, attn_implementation=step.attention
        )
    model.tie_weights()
    return peak(model, step.setting)


@contextmanager
def _older_transformers() -> Iterator[None]:
    """Answers what older models ask of the values of tensors: masks are all ones, and ids contain no padding."""
    import torch
    import transformers

    from slidegen.simulate.replaced import replaced

    every, fill = torch.all, torch.Tensor.masked_fill

    def all_of(values: Any, *rest: Any, **options: Any) -> Any:
        return torch.tensor(True) if values.is_meta and not (rest or options) else every(values, *rest, **options)

    def filled(one: Any, mask: Any, value: Any) -> Any:
        return fill(one, mask, value.item() if isinstance(value, torch.Tensor) else value)

    with ExitStack() as stack:
        stack.enter_context(replaced(torch, "all", all_of))
        stack.enter_context(replaced(torch.Tensor, "masked_fill", filled))
        stack.enter_context(replaced(torch.Tensor, "__contains__", lambda *_: False))
        names = ("find_packed_sequence_indices", "_ignore_causal_mask_sdpa", "_ignore_bidirectional_mask_sdpa")
        _stand_in("transformers.masking_utils", **dict.fromkeys(names))
        vars(transformers)["masking_utils"] = sys.modules["transformers.masking_utils"]
        yield


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
