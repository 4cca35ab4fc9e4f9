"""The server's addresses: the list of decks, each deck's page, its stream of changes, and opening its source."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from slidegen.errors import SlidegenError
from slidegen.serve import editor
from slidegen.serve.pages import Entry, deck_page, list_data, list_page
from slidegen.serve.session import Session
from slidegen.webserver.guard import Guard
from slidegen.webserver.messages import event_stream, json_object

LIST_SECONDS: float = 1.0
ALIVE = b": still here\n\n"


class App:
    """The pages of some decks, each under a name. `open_line` opens a line of a file in the editor, or returns the
    address that does."""

    def __init__(self, sessions: Mapping[str, Session], template: str, follow: bool) -> None:
        self._sessions = sessions
        self._template = template
        self._follow = follow
        self._ended = asyncio.Event()

    def guarded(self, port: int, token: str) -> ASGIApp:
        """The application for a server on `port`, under the path of the token."""
        routes = [
            Route("/", self.decks),
            Route("/events", self.list_events),
            Route("/{deck}", self.to_deck),
            Route("/{deck}/", self.deck),
            Route("/{deck}/events", self.events),
            Route("/{deck}/open", self.open, methods=["POST"]),
            Route("/{deck}/{folder}/{clip}", self.clip),
        ]
        return Guard(Starlette(routes=[Mount(f"/{token}", routes=routes)]), port, [token])

    def end(self) -> None:
        """Ends all streams."""
        self._ended.set()

    async def decks(self, _: Request) -> Response:
        """The list of all decks."""
        return HTMLResponse(list_page(self._entries()))

    async def list_events(self, _: Request) -> Response:
        """The list, whenever it has changed."""

        async def lists() -> AsyncIterator[bytes]:
            last = ""
            while not self._ended.is_set():
                data = list_data(self._entries())
                yield b": same\n\n" if data == last else f"data: {data}\n\n".encode()
                last = data
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._ended.wait(), LIST_SECONDS)

        return event_stream(lists())

    async def to_deck(self, request: Request) -> Response:
        """The address of a deck without its slash, which people type."""
        name = request.path_params["deck"]
        return RedirectResponse(f"{name}/", 307) if name in self._sessions else _missing()

    async def deck(self, request: Request) -> Response:
        """The page of a deck."""
        session = self._session(request)
        if session is None:
            return _missing()
        shown = await session.first()
        return HTMLResponse(await asyncio.to_thread(deck_page, shown, self._follow))

    async def clip(self, request: Request) -> Response:
        """A clip that is too large for the page of a deck."""
        session = self._session(request)
        name = f"{request.path_params['folder']}/{request.path_params['clip']}"
        path = None if session is None else session.shown.clips.get(name)
        return _missing() if path is None or not path.is_file() else FileResponse(path)

    async def events(self, request: Request) -> Response:
        """What changes on the page of a deck."""
        session = self._session(request)
        if session is None:
            return _missing()
        version = request.query_params.get("version", "")

        async def events() -> AsyncIterator[bytes]:
            async for update in session.updates(int(version) if version.isdecimal() and len(version) < 12 else None):
                yield ALIVE if update is None else f"data: {json.dumps(update)}\n\n".encode()

        return event_stream(events())

    async def open(self, request: Request) -> Response:
        """Opens a line of one of the deck's files: only of those that the deck uses."""
        session = self._session(request)
        if session is None:
            return _missing()
        asked = await json_object(request)
        line, name = asked.get("line"), asked.get("path")
        if (
            not isinstance(line, int)
            or isinstance(line, bool)
            or not 0 < line < 10**7
            or not isinstance(name, str | None)
        ):
            return JSONResponse({"message": "say which line to open"}, 400)
        path = session.path if name is None else Path(name)
        if path not in session.files or not path.is_file():
            return JSONResponse({"message": "the deck does not use this file"}, 403)
        path = path.resolve()
        if editor.is_address(self._template):
            return JSONResponse({"address": editor.address(self._template, path, line)})
        try:
            await editor.run_editor(editor.command(self._template, path, line))
        except SlidegenError as error:
            return JSONResponse({"message": error.problems[0].message}, 500)
        return JSONResponse({})

    def _session(self, request: Request) -> Session | None:
        return self._sessions.get(request.path_params["deck"])

    def _entries(self) -> list[Entry]:
        return [Entry(name, session.name, session.shown) for name, session in self._sessions.items()]


def _missing() -> Response:
    return Response("there is no such deck", 404, media_type="text/plain")
