"""The server's addresses: the pages of the presenter, the remote and the audience, their events, and what they send."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from slidegen.present.messages import ORDERS, Role, checked, is_name
from slidegen.present.talk import Pace, Talk
from slidegen.rendered import Clip
from slidegen.webserver.guard import NAMES, Guard
from slidegen.webserver.messages import event_stream, json_body

MOST_BODY: Final = 100_000
"""The most bytes of a request. Pages that have more to say make several (connection.js)."""
MOST_MESSAGES: Final = 100


@dataclass(frozen=True, slots=True)
class Tokens:
    """The first part of every address, by role. Without an audience, its token is None."""

    presenter: str
    remote: str
    audience: str | None

    def roles(self) -> dict[str, Role]:
        """The role of each token."""
        found: dict[str, Role] = {self.presenter: "presenter", self.remote: "remote"}
        return found if self.audience is None else found | {self.audience: "audience"}


class App:
    """The pages of a talk. `pages` has the HTML of each role's page, and of the slides in that of the remote. `clips`
    are what these pages load."""

    def __init__(self, talk: Talk, pages: Mapping[str, str], tokens: Tokens, clips: Sequence[Clip] = ()) -> None:
        self._talk = talk
        self._pages = pages
        self._tokens = tokens
        self._clips = {clip.name: clip.path for clip in clips}
        self._pace = Pace()

    def guarded(self, host: str, port: int) -> ASGIApp:
        """The application for a server on an address."""
        roles = self._tokens.roles()
        routes = [Mount(f"/{token}", routes=self._routes(role)) for token, role in roles.items()]
        names = NAMES if host in NAMES else (f"[{host}]" if ":" in host else host,)
        return Guard(Starlette(routes=routes), port, list(roles), names)

    def _routes(self, role: Role) -> list[Route]:
        routes = [
            Route("/", self._page(role)),
            Route("/events", self._events(role)),
            Route("/{folder}/{clip}", self._clip),
        ]
        if role != "audience":
            routes.append(Route("/send", self._send(role), methods=["POST"]))
        if role == "remote":
            routes.append(Route("/slides", self._page("slides")))
        return routes

    def _page(self, name: str) -> Callable[[Request], Response]:
        def page(_: Request) -> Response:
            return HTMLResponse(self._pages[name])

        return page

    def _clip(self, request: Request) -> Response:
        path = self._clips.get(f"{request.path_params['folder']}/{request.path_params['clip']}")
        there = path is not None and path.is_file()
        return FileResponse(path) if path is not None and there else PlainTextResponse("there is no such file", 404)

    def _events(self, role: Role) -> Callable[[Request], Response]:
        def events(request: Request) -> Response:
            name = request.query_params.get("id", "")
            if not is_name(name):
                return PlainTextResponse("say which page asks", 400)
            host = request.client.host if request.client else ""
            if not self._talk.has_room(role, name, host):
                return PlainTextResponse("too many pages follow", 503)
            return event_stream(self._talk.follow(role, name, host))

        return events

    def _send(self, role: Role) -> Callable[[Request], object]:
        async def send(request: Request) -> Response:
            name = request.query_params.get("id", "")
            if not is_name(name):
                return PlainTextResponse("say which page sends", 400)
            if not self._pace.allows(role):
                return PlainTextResponse("too many requests", 429)
            found = await json_body(request, MOST_BODY)
            if not isinstance(found, list) or len(found) > MOST_MESSAGES:
                return PlainTextResponse("a list of messages is needed", 400)
            messages = [checked(message, role) for message in found]
            kept = [self._talk.take(message, name) for message in messages if message is not None]
            if any(message is None for message in messages):
                return PlainTextResponse("a message is not allowed", 400)
            ordered = any(not ORDERS.isdisjoint(message) for message in messages if message is not None)
            if ordered and not self._talk.count("presenter"):
                return PlainTextResponse("no page presents the deck", 409)
            if not all(kept):
                return PlainTextResponse("the oldest drawings are not kept for pages that come later", 202)
            return Response(status_code=204)

        return send
