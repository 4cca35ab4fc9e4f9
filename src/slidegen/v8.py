"""V8, run in-process: engines start in a thread of their own, beside Python's imports and the parsing of a deck."""

from __future__ import annotations

import atexit
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from slidegen.vendor import vendor_text

if TYPE_CHECKING:
    from py_mini_racer import MiniRacer

SCRIPTS = Path(__file__).parent / "scripts"


@cache
def katex_engine() -> Future[MiniRacer]:
    """KaTeX, with the function `slidegenRender(tex, display)`."""
    return _start(("katex/katex.min.js",), "katex.js")


@cache
def marp_engine() -> Future[MiniRacer]:
    """marp-core, with the function `slidegenMarp(markdown, themes, colors)`."""
    return _start(("marp/marp-core.js",), "marp.js", {"packedStyles": "marp/styles.json"})


def start_engines(arguments: Sequence[str]) -> None:
    """Starts what a build with these arguments of the command line will most likely need.

    An engine that is not needed costs a core some milliseconds.
    """
    if any(argument.lower().endswith(("marp", ".md", ".markdown")) for argument in arguments):
        marp_engine()
    for path in map(Path, arguments):
        with suppress(OSError):  # the build tells what is wrong
            if path.suffix.lower() in (".yml", ".yaml") and b"$" in path.read_bytes():
                katex_engine()


def _start(libraries: tuple[str, ...], own: str, data: Mapping[str, str] | None = None) -> Future[MiniRacer]:
    executor = ThreadPoolExecutor(max_workers=1)
    future = executor.submit(_engine, libraries, own, data or {})
    executor.shutdown(wait=False)
    return future


def _engine(libraries: tuple[str, ...], own: str, data: Mapping[str, str]) -> MiniRacer:
    from py_mini_racer import MiniRacer

    engine = MiniRacer()
    engine.eval("globalThis.console = { log() {}, warn() {}, error() {}, info() {}, debug() {} };")
    for name in libraries:
        engine.eval(vendor_text(name))
    for name, file in data.items():
        engine.eval(f"globalThis.{name} = {vendor_text(file)}; 0")
    engine.eval((SCRIPTS / own).read_text(encoding="utf-8"))
    # One that Python itself ends, when it exits, can hang in waiting for its own thread.
    atexit.register(engine.close)
    return engine
