"""Bounds the total time and size of huggingface_hub's requests; its own limits apply only to each piece."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any, TypeVar

Result = TypeVar("Result")


class TooLargeError(Exception):
    """The answer is larger than the limit."""


class TooSlowError(Exception):
    """The answer did not arrive in time."""


@dataclass(frozen=True, slots=True)
class _Bound:
    most_bytes: int
    end: float | None

    def check(self, received: int = 0) -> None:
        if received > self.most_bytes:
            raise TooLargeError
        if self.end is not None and time.monotonic() > self.end:
            raise TooSlowError


_local = threading.local()
"""The bound on the current thread's requests, as `bound`."""


def bounded(work: Callable[[], Result], most_bytes: int, seconds: float | None) -> Result:
    """Runs `work` and returns its result. Each answer of the Hub may hold at most `most_bytes`.

    With `seconds`, the whole of `work` may take no longer. Raises TooLargeError, TooSlowError and what `work` raises.
    """
    _bind_requests()
    if seconds is None:
        return _bounded(work, _Bound(most_bytes, None))
    bound = _Bound(most_bytes, time.monotonic() + seconds)
    done: list[Result] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            done.append(_bounded(work, bound))
        except BaseException as error:
            failed.append(error)

    # Resolving a host name and reading headers cannot be limited, so a thread that is late is abandoned.
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if failed:
        raise failed[0]
    if not done:
        raise TooSlowError
    return done[0]


def _bounded(work: Callable[[], Result], bound: _Bound) -> Result:
    _local.bound = bound
    try:
        return work()
    finally:
        _local.bound = None


def _bind_requests() -> None:
    """Makes huggingface_hub's requests respect the bound of their thread, if it has one."""
    from huggingface_hub import get_session

    client = get_session()
    hooks = client.event_hooks
    if _on_request not in hooks["request"]:
        client.event_hooks = {
            "request": [*hooks["request"], _on_request],
            "response": [*hooks["response"], _on_response],
        }


def _on_request(request: Any) -> None:
    bound: _Bound | None = getattr(_local, "bound", None)
    if bound is not None:
        bound.check()
        request.headers["Accept-Encoding"] = "identity"  # Compressed data can unpack to any size.


def _on_response(response: Any) -> None:
    bound: _Bound | None = getattr(_local, "bound", None)
    if bound is None:
        return
    check = bound.check
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise TooLargeError
    whole = response.stream
    library = import_module(type(response).__module__.partition(".")[0])  # httpx, or httpx2 since huggingface_hub 2

    class Bounded(library.SyncByteStream):  # type: ignore[name-defined, misc]
        """Yields the pieces of an answer until they exceed the bound."""

        def __iter__(self) -> Iterator[bytes]:
            received = 0
            for piece in whole:
                received += len(piece)
                check(received)
                yield piece

        def close(self) -> None:
            whole.close()

    response.stream = Bounded()
