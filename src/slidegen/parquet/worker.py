"""The process that reads a Parquet file. It writes the file's schema, reads plans, and answers each.

It takes nothing from slidegen but this package: the process starts quickly. What it writes is JSON, because a file that
gains control of it must not gain control of the process that reads its answers.
"""

from __future__ import annotations

import base64
import json
import os
import pickle
import sys
from dataclasses import asdict
from typing import Any, Final

from slidegen.parquet.plan import CutError

SECONDS: Final = 120
"""Of processor time."""
MEMORY: Final = 6 * 2**30
"""Of address space, in bytes; a part of it is never used."""


def main(path: str) -> None:
    """Answers about a file until standard input ends."""
    _limit()
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")  # the others reserve address space in advance
    _answer(lambda: _serve(path))


def _serve(path: str) -> None:
    from slidegen.parquet.opening import ParquetRows
    from slidegen.parquet.rows import answer

    file = ParquetRows(path)
    metadata = {_text(key): _text(value) for key, value in file.schema.metadata.items()}
    _write({"columns": dict(file.schema.columns), "metadata": metadata})
    while True:
        try:
            plan = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        _answer(lambda plan=plan: _write(asdict(answer(file, plan))))


def _answer(action: Any) -> None:
    """Does something, and writes what went wrong."""
    try:
        action()
    except CutError as error:
        _write({"wrong": error.kind, "facts": error.facts})
    except MemoryError:
        _write({"wrong": "large", "facts": {"what": f"more than fits into {MEMORY >> 30} GiB of memory"}})
    except Exception as error:  # pyarrow has several, and others for damaged files
        text = " ".join(str(error).split())[:200] or type(error).__name__
        _write({"wrong": "broken", "facts": {"text": text}})


def _write(value: Any) -> None:
    sys.stdout.write(json.dumps(value, allow_nan=False) + "\n")
    sys.stdout.flush()


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _limit() -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    for kind, most in ((resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_AS, MEMORY)):
        _, above = resource.getrlimit(kind)
        most = most if above == resource.RLIM_INFINITY else min(most, above)
        resource.setrlimit(kind, (most, above))
