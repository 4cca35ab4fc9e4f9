"""Runs the server: binds its address, serves until Ctrl-C, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import errno
import multiprocessing
import re
import secrets
import signal
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from slidegen.build_options import BuildOptions
from slidegen.errors import MissingExtraError, Problem, SlidegenError
from slidegen.serve.editor import editor_template
from slidegen.serve.session import Report, Session

if TYPE_CHECKING:
    import uvicorn

HOST: Final = "127.0.0.1"
SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)
BACKLOG: Final = 100


def check_extra() -> None:
    """Raises MissingExtraError unless the packages of the extra `serve` are installed."""
    try:
        import starlette  # noqa: F401
        import uvicorn  # noqa: F401
        import watchfiles  # noqa: F401
    except ImportError:
        raise MissingExtraError("slidegen serve", "serve") from None


@contextmanager
def listening(port: int) -> Iterator[socket.socket]:
    """Opens the server's socket on this machine's own address. Port 0 is any free one.

    Raises:
        SlidegenError: the port is in use, or not allowed.
    """
    opened = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            opened.bind((HOST, port))
            opened.listen(BACKLOG)
        except OSError as error:
            why = {errno.EADDRINUSE: "is in use", errno.EACCES: "is not allowed"}.get(error.errno or 0)
            why = why or f"cannot be used: {(error.strerror or str(error)).lower()}"
            raise SlidegenError(
                [Problem(f"port {port} {why}; name another with --port, or 0 for a free one", code="port")]
            ) from None
        opened.setblocking(False)
        yield opened
    finally:
        opened.close()


def deck_names(decks: Sequence[str]) -> dict[str, str]:
    """Returns the decks by the names that they have in addresses: their files', with a number if two are alike."""
    named: dict[str, str] = {}
    for deck in dict.fromkeys(decks):
        plain = re.sub(r"[^a-z0-9]+", "-", Path(deck).stem.lower()).strip("-") or "deck"
        name, number = plain, 2
        while name in named or name == "events":
            name, number = f"{plain}-{number}", number + 1
        named[name] = deck
    return named


def serve_decks(
    decks: Sequence[str],
    options: BuildOptions,
    *,
    port: int,
    follow: bool,
    ready: Callable[[str], None],
    report: Callable[[Report], None],
) -> None:
    """Serves decks until Ctrl-C. Calls `ready` with the address, and `report` after each build.

    Raises:
        SlidegenError: the port is in use, the editor's command cannot be read, a package is missing.
    """
    check_extra()
    template = editor_template()
    with listening(port) as opened:
        asyncio.run(_serve(deck_names(decks), options, opened, template, follow, ready, report))


async def _serve(
    decks: dict[str, str],
    options: BuildOptions,
    opened: socket.socket,
    template: str,
    follow: bool,
    ready: Callable[[str], None],
    report: Callable[[Report], None],
) -> None:
    import uvicorn

    from slidegen.serve.app import App

    port, token = opened.getsockname()[1], secrets.token_urlsafe(16)
    turn = asyncio.Lock()
    sessions = {name: Session(deck, options, report, turn) for name, deck in decks.items()}
    app = App(sessions, template, follow)
    config = uvicorn.Config(
        app.guarded(port, token),
        log_config=None,
        log_level="critical",
        access_log=False,
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    server = _quiet_server(config)
    stopped = asyncio.Event()
    _on_signals(stopped.set)
    tasks: list[asyncio.Task[Any]] = [asyncio.create_task(session.run()) for session in sessions.values()]
    serving = asyncio.create_task(server.serve([opened]))
    only = next(iter(sessions)) if len(sessions) == 1 else ""
    ready(f"http://{HOST}:{port}/{token}/{only}{'/' if only else ''}")
    stopping = asyncio.create_task(stopped.wait())
    await asyncio.wait([stopping, serving, *tasks], return_when=asyncio.FIRST_COMPLETED)
    app.end()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for process in multiprocessing.active_children():  # of results that are being computed
        process.terminate()
        process.join(1)
    server.should_exit = True
    server.force_exit = True
    stopping.cancel()
    with suppress(asyncio.CancelledError):
        await serving
    for task in tasks:
        if not task.cancelled() and (error := task.exception()) is not None:
            raise error


def _on_signals(act: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    for number in SIGNALS:
        try:
            loop.add_signal_handler(number, act)
        except (NotImplementedError, RuntimeError, ValueError):  # Windows, or a thread that is not the main one
            with suppress(ValueError):
                signal.signal(number, lambda *_: loop.call_soon_threadsafe(act))


def _quiet_server(config: uvicorn.Config) -> uvicorn.Server:
    """A server that leaves signals to the command."""
    import uvicorn

    class Server(uvicorn.Server):
        @contextmanager
        def capture_signals(self) -> Iterator[None]:
            yield

    return Server(config)
