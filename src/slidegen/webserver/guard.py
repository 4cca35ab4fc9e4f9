"""Lets only the user's own pages talk to the server, whatever other pages the browser has open.

A page on the network may send requests to this machine, also under a name of its own that leads here (DNS rebinding).
So the `Host` must be this server's, the `Origin` of everything that is not a plain reading must be too, and every path
begins with a random token.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Sequence
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

READING: Final = ("GET", "HEAD")
NAMES: Final = ("127.0.0.1", "localhost", "[::1]")
HEADERS: Final = (
    ("cache-control", "no-store"),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("content-security-policy", "frame-ancestors 'self'"),
)
"""What every answer says: the speaker view shows the page in frames, other sites do not."""


class Guard:
    """Refuses requests that do not come from one of this server's own pages, or from the user's address bar: those
    with another `Host` than `names` with the port, another `Origin`, or a path that begins with none of the tokens."""

    def __init__(self, app: ASGIApp, port: int, tokens: Sequence[str], names: Collection[str] = NAMES) -> None:
        self._app = app
        self._tokens = tokens
        self._hosts = frozenset(f"{name}:{port}" for name in names) | (frozenset(names) if port == 80 else frozenset())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request."""
        if scope["type"] != "http":
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008})
            elif scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        refused = self._refusal(scope)
        answer = self._app if refused is None else PlainTextResponse(refused[1], refused[0])

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                names = {name for name, _ in message["headers"]}
                more: Iterable[tuple[bytes, bytes]] = ((name.encode(), value.encode()) for name, value in HEADERS)
                message["headers"] = [*message["headers"], *(one for one in more if one[0] not in names)]
            await send(message)

        await answer(scope, receive, send_with_headers)

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        """Returns the status and the words with which a request is refused; None if it is allowed."""
        headers = Headers(scope=scope)
        host = headers.get("host", "").lower()
        if host not in self._hosts:
            return 421, "this server answers on its own address only"
        origin = headers.get("origin")
        if origin is not None and origin.lower() != f"http://{host}":
            return 403, "the request comes from another page"
        if scope["method"] not in READING and origin is None:
            return 403, "the request does not say from which page it comes"
        first, _, _ = scope["path"].removeprefix("/").partition("/")
        if not any(secrets.compare_digest(first.encode(), token.encode()) for token in self._tokens):
            return 404, "not found; the address of the deck is in the terminal"
        return None
