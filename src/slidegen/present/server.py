"""Serves a talk: builds its deck once, and runs the server until Ctrl-C."""

from __future__ import annotations

import asyncio
import secrets
import socket
from collections.abc import Callable

from slidegen.build_options import BuildOptions
from slidegen.errors import Problem
from slidegen.pipeline import preview
from slidegen.present.address import AUTO, authority, room_address
from slidegen.present.pages import Addresses, talk_pages
from slidegen.rendered import Preview
from slidegen.webserver.running import HOST, check_extra, listening, run_app


def present_deck(
    deck: str,
    options: BuildOptions,
    *,
    host: str | None,
    port: int,
    audience: bool,
    built: Callable[[tuple[Problem, ...]], None],
    ready: Callable[[Addresses], None],
) -> None:
    """Serves a talk until Ctrl-C, on this machine only unless `host` is an address, or "auto" for that in the room's
    network. Calls `built` with the warnings of the deck, and `ready` with the addresses.

    Raises:
        SlidegenError: the deck has mistakes, the address or the port cannot be used, a package is missing.
    """
    check_extra("slidegen present", "starlette", "uvicorn")
    address = HOST if host is None else room_address() if host == AUTO else host
    with listening(port, address) as opened:
        made = preview(deck, options)
        built(made.warnings)
        asyncio.run(_serve(made, opened, address, audience, ready))


async def _serve(
    made: Preview, opened: socket.socket, host: str, audience: bool, ready: Callable[[Addresses], None]
) -> None:
    from slidegen.present.app import App, Tokens
    from slidegen.present.talk import Talk

    port = opened.getsockname()[1]
    own, remote, others = (secrets.token_urlsafe(16) for _ in range(3))
    tokens = Tokens(own, remote, others if audience else None)
    start = f"http://{authority(host, port)}"
    addresses = Addresses(
        f"{start}/{tokens.presenter}/",
        f"{start}/{tokens.remote}/",
        None if tokens.audience is None else f"{start}/{tokens.audience}/",
    )
    talk = Talk()
    app = App(talk, talk_pages(made.page, addresses), tokens, made.clips)
    await run_app(app.guarded(host, port), opened, (), lambda: ready(addresses), talk.end)
