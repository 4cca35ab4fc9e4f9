"""V8, run in-process: engines start in a thread of their own, beside Python's imports and the parsing of a deck."""

from __future__ import annotations

import atexit
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slidegen.files import MAX_DECK_BYTES, FileError, read_bytes
from slidegen.vendor import vendor_text

if TYPE_CHECKING:
    from py_mini_racer import MiniRacer

SCRIPTS = Path(__file__).parent / "scripts"
KATEX = "katex/katex.min.js"
MATHJAX = "marp/mathjax.js"
MARKDOWN = (".md", ".markdown")
MAX_SECONDS = 120.0
MAX_MEMORY = 1_200_000_000
"""Bytes of an engine's heap; V8 ends the whole process at its own limit, which is above this one."""
CONSOLE = "globalThis.console = { log() {}, warn() {}, error() {}, info() {}, debug() {} };"


class EngineError(Exception):
    """What V8 cannot do within its time or memory; the message says which."""


@cache
def katex_engine() -> Future[MiniRacer]:
    """KaTeX, with the function `slidegenRender(formulas)`."""
    return _start([KATEX], "katex.js")


@cache
def marp_engine() -> Future[MiniRacer]:
    """marp-core, with the function `slidegenMarp(markdown, themes, colors)`, for decks without math."""
    return _start(["marp/marp-core.js", "marp/styles.js"], "math.js", "marp.js")


@cache
def marp_math_engine() -> Future[MiniRacer]:
    """The same engine, once KaTeX is loaded into it too."""
    return _in_thread(_with_library, KATEX, marp_engine())


@cache
def marp_mathjax_engine() -> Future[MiniRacer]:
    """The same engine, once MathJax is loaded into it: a quarter of a second that only decks wait for that need it."""
    return _in_thread(_with_library, MATHJAX, marp_engine())


@cache
def regex_engine() -> Future[MiniRacer]:
    """Regular expressions of JavaScript, with the function `slidegenSeparators`."""
    return _start([], "separators.js")


def call(engine: Future[MiniRacer], function: str, *arguments: object, seconds: float = MAX_SECONDS) -> Any:
    """What a function of an engine returns.

    Raises:
        EngineError: it takes too long or too much memory, though everything that it is given is of bounded size.
    """
    from py_mini_racer import JSOOMException, JSTimeoutException

    try:
        return engine.result().call(function, *arguments, timeout_sec=seconds)
    except JSTimeoutException:
        raise EngineError(f"takes longer than {seconds:g} s; shorten the deck, or divide it") from None
    except JSOOMException:
        raise EngineError(
            f"takes more than {MAX_MEMORY / 1e9:g} GB of memory; shorten the deck, or divide it"
        ) from None


def start_engines(arguments: Sequence[str]) -> None:
    """Starts what a build with these arguments of the command line will most likely need.

    An engine that is not needed costs a core some milliseconds.
    """
    if any(argument.lower().endswith(("marp", *MARKDOWN)) for argument in arguments):
        marp_engine()
    for path in map(Path, arguments):
        if path.suffix.lower() in (*MARKDOWN, ".yml", ".yaml"):
            with suppress(FileError):  # the build tells what is wrong
                deck = read_bytes(path, MAX_DECK_BYTES)
                if b"$" not in deck:
                    continue
                if path.suffix.lower() not in MARKDOWN:
                    katex_engine()
                elif b"mathjax" in deck:
                    marp_mathjax_engine()
                else:
                    marp_math_engine()


def initialize_v8() -> None:
    """Initializes V8 for engines of any thread; the first engine of a process would do it for its own thread.

    V8 protects its code by memory protection keys where the processor has them, and only the thread that initialized
    it, and those that this one started, have access: an engine started by another thread crashes the process
    (https://issues.chromium.org/issues/360909072). The scripts that run here are our own.
    """
    from py_mini_racer import DEFAULT_V8_FLAGS, init_mini_racer

    init_mini_racer(flags=(*DEFAULT_V8_FLAGS, "--no-memory-protection-keys"), ignore_duplicate_init=True)


def _start(libraries: Sequence[str], *own: str) -> Future[MiniRacer]:
    # Beside the imports of a build this would take twice its time: it needs Python's lock, as V8 itself does not.
    import py_mini_racer  # noqa: F401

    return _in_thread(_engine, libraries, *own)


def _in_thread(work: Callable[..., MiniRacer], *arguments: object) -> Future[MiniRacer]:
    executor = ThreadPoolExecutor(max_workers=1)
    future = executor.submit(work, *arguments)
    executor.shutdown(wait=False)
    return future


def _engine(libraries: Sequence[str], *own: str) -> MiniRacer:
    from py_mini_racer import MiniRacer

    scripts = [CONSOLE, *map(vendor_text, libraries), *((SCRIPTS / name).read_text(encoding="utf-8") for name in own)]
    initialize_v8()
    engine = MiniRacer()
    engine.set_hard_memory_limit(MAX_MEMORY)
    # At once: in each evaluation several threads hand Python's lock to one another.
    engine.eval("\n".join(scripts))
    # One that Python itself ends, when it exits, can hang in waiting for its own thread.
    atexit.register(engine.close)
    return engine


def _with_library(library: str, engine: Future[MiniRacer]) -> MiniRacer:
    started = engine.result()
    started.eval(vendor_text(library))
    return started
