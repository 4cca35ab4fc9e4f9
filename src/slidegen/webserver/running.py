"""Opens the server's socket, and runs an application on it until Ctrl-C."""

from __future__ import annotations

import asyncio
import errno
import multiprocessing
import signal
import socket
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final

from slidegen.errors import MissingExtraError, Problem, SlidegenError

if TYPE_CHECKING:
    import uvicorn
    from starlette.types import ASGIApp

HOST: Final = "127.0.0.1"
SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)
BACKLOG: Final = 200
SILENT_SECONDS: Final = 10.0
"""How long a connection may be open without a request, or a new one; two times that at most."""
MOST_FILES: Final = 16_384
"""How many files and connections the process asks the system for. Many systems allow 1024 or 256 unless asked."""


def check_extra(command: str, *packages: str) -> None:
    """Raises MissingExtraError unless the packages of the extra `serve` that a command needs are installed."""
    if any(find_spec(package) is None for package in packages):
        raise MissingExtraError(command, "serve")


@contextmanager
def listening(port: int, host: str = HOST) -> Iterator[socket.socket]:
    """Opens the server's socket on an address of this machine. Port 0 is any free one.

    Raises:
        SlidegenError: the port is in use or not allowed, or the address is not one of this machine.
    """
    opened = socket.socket(socket.AF_INET6 if ip_address(host).version == 6 else socket.AF_INET, socket.SOCK_STREAM)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            opened.bind((host, port))
            opened.listen(BACKLOG)
        except OSError as error:
            raise SlidegenError([Problem(_refused(error, port, host), code="port")]) from None
        opened.setblocking(False)
        yield opened
    finally:
        opened.close()


def _refused(error: OSError, port: int, host: str) -> str:
    if error.errno == errno.EADDRNOTAVAIL:
        return f"--host {host}: this machine does not have this address; allowed: auto, an address of this machine"
    why = {errno.EADDRINUSE: "is in use", errno.EACCES: "is not allowed"}.get(error.errno or 0)
    why = why or f"cannot be used: {(error.strerror or str(error)).lower()}"
    return f"port {port} {why}; name another with --port, or 0 for a free one"


async def run_app(
    app: ASGIApp,
    opened: socket.socket,
    works: Sequence[Callable[[], Coroutine[Any, Any, None]]],
    ready: Callable[[], None],
    end: Callable[[], None],
) -> None:
    """Serves `app` on a socket, beside the `works` of its own, until Ctrl-C. Calls `ready` before it waits, and `end`
    before it ends what is still being answered."""
    import uvicorn

    _allow_connections()
    config = uvicorn.Config(
        app,
        http=_http_protocol(),
        log_config=None,
        log_level="critical",
        access_log=False,
        lifespan="off",
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=1,
    )
    server = _quiet_server(config)
    stopped = asyncio.Event()
    _on_signals(stopped.set)
    tasks: list[asyncio.Task[Any]] = [asyncio.create_task(work()) for work in works]
    serving = asyncio.create_task(server.serve([opened]))
    ready()
    stopping = asyncio.create_task(stopped.wait())
    await asyncio.wait([stopping, serving, *tasks], return_when=asyncio.FIRST_COMPLETED)
    end()
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


def _allow_connections() -> None:
    """Raises the number of connections that the process may have, as far as it may do so itself."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    least, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if most == resource.RLIM_INFINITY else min(MOST_FILES, most)
    if least != resource.RLIM_INFINITY and least < wanted:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def _http_protocol() -> type[asyncio.Protocol]:
    """HTTP that closes connections over which nothing is asked, so that nobody can keep all of them open."""
    from uvicorn.protocols.http.h11_impl import H11Protocol

    class Protocol(H11Protocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self.loop.call_later(SILENT_SECONDS, self._close_if_silent, None)

        def _close_if_silent(self, before: object) -> None:
            answered = self.cycle is None or self.cycle.response_complete
            if answered and self.cycle is before:
                self.transport.close()
            elif not self.transport.is_closing():
                self.loop.call_later(SILENT_SECONDS, self._close_if_silent, self.cycle)

    return Protocol


def _quiet_server(config: uvicorn.Config) -> uvicorn.Server:
    """A server that leaves signals to the command."""
    import uvicorn

    class Server(uvicorn.Server):
        @contextmanager
        def capture_signals(self) -> Iterator[None]:
            yield

    return Server(config)
