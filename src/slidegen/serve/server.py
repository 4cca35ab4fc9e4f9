"""Runs the server: binds its address, serves until Ctrl-C, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import re
import secrets
import socket
from collections.abc import Callable, Sequence
from pathlib import Path

from slidegen.build_options import BuildOptions
from slidegen.serve.editor import editor_template
from slidegen.serve.session import Report, Session
from slidegen.webserver.running import HOST, check_extra, listening, run_app


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
    check_extra("slidegen serve", "starlette", "uvicorn", "watchfiles")
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
    from slidegen.serve.app import App

    port, token = opened.getsockname()[1], secrets.token_urlsafe(16)
    turn = asyncio.Lock()
    sessions = {name: Session(deck, options, report, turn) for name, deck in decks.items()}
    app = App(sessions, template, follow)
    only = next(iter(sessions)) if len(sessions) == 1 else ""
    address = f"http://{HOST}:{port}/{token}/{only}{'/' if only else ''}"
    works = [session.run for session in sessions.values()]
    await run_app(app.guarded(port, token), opened, works, lambda: ready(address), app.end)
