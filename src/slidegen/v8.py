"""V8, run in-process. Engines start in their own threads while Python imports modules and parses the deck."""

from __future__ import annotations

import atexit
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from slidegen.files import MAX_DECK_BYTES, FileError, read_bytes
from slidegen.vendor import vendor_text

if TYPE_CHECKING:
    from py_mini_racer import MiniRacer

SCRIPTS = Path(__file__).parent / "scripts"
KATEX = "katex/katex.min.js"
MATHJAX = "marp/mathjax.js"
GRAPHVIZ = "graphviz/viz.js"
MARKDOWN = (".md", ".markdown")
MAX_SECONDS = 120.0
MAX_MEMORY = 1_200_000_000
"""Bytes of an engine's heap. V8 kills the whole process at its own limit, which is higher."""
CREATING: Final = Lock()
"""Engines are created one after the other: V8 reserves its memory with the first one, and two that do so at once end
the process."""
CONSOLE = "globalThis.console = { log() {}, warn() {}, error() {}, info() {}, debug() {} };"


class EngineError(Exception):
    """V8 exceeds its limit of time or memory; the message says which."""


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
    """The same engine with KaTeX."""
    return _in_thread(_with_library, KATEX, marp_engine())


@cache
def marp_mathjax_engine() -> Future[MiniRacer]:
    """The same engine with MathJax, which takes a quarter of a second to load."""
    return _in_thread(_with_library, MATHJAX, marp_engine())


@cache
def graphviz_engine() -> Future[MiniRacer]:
    """Graphviz, with the functions `slidegenBegin()`, `slidegenReady()` and `slidegenGraph(source, options)`."""
    return _start([GRAPHVIZ], "graphviz.js")


@cache
def citation_engine() -> Future[MiniRacer]:
    """Citation.js and citeproc-js, with the functions `slidegenBibtex` and `slidegenCite`."""
    return _start(["citations/bibtex.js", "citations/citeproc.js"], "csl-macros.js", "bibtex.js", "citations.js")


@cache
def regex_engine() -> Future[MiniRacer]:
    """JavaScript's regular expressions, with the function `slidegenSeparators`."""
    return _start([], "separators.js")


def script_engine(scripts: Sequence[str]) -> Future[MiniRacer]:
    """An engine with these scripts, for what a package installs."""
    import py_mini_racer  # noqa: F401 - see `_start`

    return _in_thread(_scripted, scripts)


def call(engine: Future[MiniRacer], function: str, *arguments: object, seconds: float = MAX_SECONDS) -> Any:
    """Calls a function of an engine and returns its result.

    Raises:
        EngineError: it takes too much time or memory, although the size of all input is limited.
    """
    from py_mini_racer import JSOOMException, JSTimeoutException

    try:
        return engine.result().call(function, *arguments, timeout_sec=seconds)
    except JSTimeoutException:
        raise EngineError(f"takes longer than {seconds:g} s; shorten or divide the deck") from None
    except JSOOMException:
        raise EngineError(f"takes more than {MAX_MEMORY / 1e9:g} GB of memory; shorten or divide the deck") from None


def start_engines(arguments: Sequence[str]) -> None:
    """Starts the engines that a build with these command-line arguments will most likely need.

    An unneeded engine costs some milliseconds on one core.
    """
    if any(argument.lower().endswith(("marp", *MARKDOWN)) for argument in arguments):
        marp_engine()
    for path in map(Path, arguments):
        if path.suffix.lower() in (*MARKDOWN, ".yml", ".yaml"):
            with suppress(FileError):  # the build reports it
                deck = read_bytes(path, MAX_DECK_BYTES)
                if b"bibliography:" in deck:
                    citation_engine()
                if b"$" not in deck:
                    continue
                if path.suffix.lower() not in MARKDOWN:
                    katex_engine()
                elif b"mathjax" in deck:
                    marp_mathjax_engine()
                else:
                    marp_math_engine()


def initialize_v8() -> None:
    """Initializes V8 for engines in any thread; the first engine of a process would do it only for its own thread.

    V8 protects its code by memory protection keys if the processor has them. Only the initializing thread and threads
    that it starts have access: an engine in another thread crashes the process
    (https://issues.chromium.org/issues/360909072). So the keys are disabled; V8 runs only slidegen's own scripts here.
    """
    from py_mini_racer import DEFAULT_V8_FLAGS, init_mini_racer

    init_mini_racer(flags=(*DEFAULT_V8_FLAGS, "--no-memory-protection-keys"), ignore_duplicate_init=True)


def _start(libraries: Sequence[str], *own: str) -> Future[MiniRacer]:
    # Imported here and not in the thread: this import needs the GIL, unlike V8 itself, and would take twice as long.
    import py_mini_racer  # noqa: F401

    return _in_thread(_engine, libraries, *own)


def _in_thread(work: Callable[..., MiniRacer], *arguments: object) -> Future[MiniRacer]:
    executor = ThreadPoolExecutor(max_workers=1)
    future = executor.submit(work, *arguments)
    executor.shutdown(wait=False)
    return future


def _engine(libraries: Sequence[str], *own: str) -> MiniRacer:
    return _scripted([*map(vendor_text, libraries), *map(own_script, own)])


def own_script(name: str) -> str:
    """The text of one of slidegen's own scripts."""
    return (SCRIPTS / name).read_text(encoding="utf-8")


def _scripted(scripts: Sequence[str]) -> MiniRacer:
    from py_mini_racer import MiniRacer

    initialize_v8()
    with CREATING:
        engine = MiniRacer()
    engine.set_hard_memory_limit(MAX_MEMORY)
    # One evaluation for all scripts: in each one several threads pass the GIL to one another.
    engine.eval("\n".join((CONSOLE, *scripts)))
    # An engine that Python closes at exit can hang while waiting for its own thread.
    atexit.register(engine.close)
    return engine


def _with_library(library: str, engine: Future[MiniRacer]) -> MiniRacer:
    started = engine.result()
    started.eval(vendor_text(library))
    return started
