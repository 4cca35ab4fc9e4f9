"""Requests of huggingface_hub within a time and a size, which its own limits are not: they are for each piece."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any, TypeVar

Result = TypeVar("Result")


class TooLargeError(Exception):
    """More was sent than was allowed."""


class TooSlowError(Exception):
    """It was not there in time."""


@dataclass(frozen=True, slots=True)
class _Bound:
    most_bytes: int
    end: float | None

    def check(self, received: int = 0) -> None:
        if received > self.most_bytes:
            raise TooLargeError
        if self.end is not None and time.monotonic() > self.end:
            raise TooSlowError


_here = threading.local()
"""The bound of the requests that a thread makes, as `bound`."""


def bounded(work: Callable[[], Result], most_bytes: int, seconds: float | None) -> Result:
    """What `work` returns or raises, whose requests to the Hub are answered with at most `most_bytes` each.

    With `seconds`, all of it takes no longer. Raises TooLargeError and TooSlowError.
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

    # Resolving a name and reading a header know no such limit: who is not back in time is left behind.
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if failed:
        raise failed[0]
    if not done:
        raise TooSlowError
    return done[0]


def _bounded(work: Callable[[], Result], bound: _Bound) -> Result:
    _here.bound = bound
    try:
        return work()
    finally:
        _here.bound = None


def _bind_requests() -> None:
    """Makes the requests of huggingface_hub keep to their thread's bound, if it has one."""
    from huggingface_hub import get_session

    client = get_session()
    hooks = client.event_hooks
    if _ask not in hooks["request"]:
        client.event_hooks = {"request": [*hooks["request"], _ask], "response": [*hooks["response"], _receive]}


def _ask(request: Any) -> None:
    bound: _Bound | None = getattr(_here, "bound", None)
    if bound is not None:
        bound.check()
        request.headers["Accept-Encoding"] = "identity"  # What is sent compressed has any size.


def _receive(response: Any) -> None:
    bound: _Bound | None = getattr(_here, "bound", None)
    if bound is None:
        return
    check = bound.check
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise TooLargeError
    whole = response.stream
    library = import_module(type(response).__module__.partition(".")[0])  # httpx, or httpx2 since huggingface_hub 2

    class Bounded(library.SyncByteStream):  # type: ignore[name-defined, misc]
        """The pieces of an answer, as long as they keep to the bound."""

        def __iter__(self) -> Iterator[bytes]:
            received = 0
            for piece in whole:
                received += len(piece)
                check(received)
                yield piece

        def close(self) -> None:
            whole.close()

    response.stream = Bounded()
