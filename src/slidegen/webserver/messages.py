"""The bodies of requests, and streams of events."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

MOST_BODY: Final = 10_000
"""The most bytes of a request."""


def event_stream(parts: AsyncIterator[bytes]) -> Response:
    """A stream of server-sent events."""
    return StreamingResponse(parts, media_type="text/event-stream", headers={"x-accel-buffering": "no"})


async def json_body(request: Request, most: int = MOST_BODY) -> Any:
    """The JSON of a request; None if it is longer than `most` bytes, or not JSON."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > most:
            return None
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


async def json_object(request: Request) -> dict[str, Any]:
    """The JSON object of a request; an empty one if it is too long or anything else."""
    found = await json_body(request)
    return found if isinstance(found, dict) else {}
