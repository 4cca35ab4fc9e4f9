"""Torch for the experiments: reproducible numbers and no output on the user's screen."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Final

from slidegen.errors import MissingExtraError

NEEDED: Final = ("torch", "transformers", "tokenizers")


@contextmanager
def torch_session(name: str) -> Iterator[None]:
    """Runs torch without gradients and on one thread, because the last digits of a sum depend on the threads.

    Several processes are faster than several threads here. Errors name the model `name`. Raises MissingExtraError
    without torch, transformers or tokenizers.
    """
    if any(find_spec(package) is None for package in NEEDED):
        raise MissingExtraError(f"running the model {name!r}", "models")
    with silenced_logs():
        import torch

        threads = torch.get_num_threads()
        torch.set_num_threads(1)
        try:
            with torch.inference_mode():
                yield
        finally:
            torch.set_num_threads(threads)


@contextmanager
def silenced_logs() -> Iterator[None]:
    """Silences the logs of libraries, which would appear between the lines of a build."""
    level = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(level)
