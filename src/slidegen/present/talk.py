"""How a talk stands, and who follows it. What one page says is passed on to the others at once."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from slidegen.present.messages import ORDERS, Message, Role

MOST_WAITING: Final = 500
"""How many messages may wait for a follower. One that is slower is cut off; it comes back and gets the whole state."""
MOST_FOLLOWERS: Final = {"presenter": 20, "remote": 20, "audience": 1000}
"""How many pages of a role may follow. A presenter or a remote always may: the oldest one goes. In the audience, whose
address may be known to a stranger, one goes of those on the network address that has the most."""
MOST_STROKES: Final = 10_000
MOST_POINTS: Final = 300_000
"""How many strokes and points of drawings are kept for pages that come later. Then the oldest strokes go."""
ALIVE_SECONDS: Final = 8.0
ALIVE: Final = b"event: alive\ndata: 1\n\n"


@dataclass(eq=False, slots=True)
class Follower:
    """A page that hears of the talk, at a network address. `name` is the one under which it sends; None in its queue
    ends its stream."""

    role: Role
    name: str
    host: str
    waiting: asyncio.Queue[bytes | None] = field(default_factory=lambda: asyncio.Queue(MOST_WAITING))


class Talk:
    """The state of a talk: what the presenting page said last, and the drawings on its slides."""

    def __init__(self) -> None:
        self._state: Message | None = None
        self._strokes: dict[tuple[int, str], Message] = {}
        self._points = 0
        self._followers: dict[Follower, None] = {}  # in the order in which they came
        self._ended = False

    def count(self, role: Role) -> int:
        """How many pages of a role follow."""
        return sum(follower.role == role for follower in self._followers)

    def has_room(self, role: Role, name: str, host: str) -> bool:
        """Whether a page may follow from a network address."""
        return self._leaving(Follower(role, name, host)) is not None

    def end(self) -> None:
        """Ends the streams of all followers."""
        self._ended = True
        for follower in self._followers:
            self._cut(follower)

    async def follow(self, role: Role, name: str, host: str) -> AsyncIterator[bytes]:
        """Yields the events for a page: first how everything stands, then each message. Nothing if it has no room."""
        follower = Follower(role, name, host)
        leaving = self._leaving(follower)
        if leaving is None:
            return
        for one in leaving:
            self._followers.pop(one)
            self._cut(one)
        self._followers[follower] = None
        try:
            yield _event({"snapshot": {"state": self._state, "drawn": list(self._strokes.values())}})
            while not self._ended:
                event: bytes | None = ALIVE
                with suppress(TimeoutError):
                    event = await asyncio.wait_for(follower.waiting.get(), ALIVE_SECONDS)
                if event is None:
                    return
                yield event
        finally:
            self._followers.pop(follower, None)

    def take(self, message: Message, name: str) -> bool:
        """Notes a message that the page `name` has sent, and passes it on: orders to presenting pages, all else to all.
        The page that sent it does not get it. Returns whether all drawings are kept, also the oldest ones."""
        ((kind, value),) = message.items()
        kept = self._note(kind, value)
        event = _event(message)
        for follower in list(self._followers):
            if follower.name == name or (kind in ORDERS and follower.role != "presenter"):
                continue
            try:
                follower.waiting.put_nowait(event)
            except asyncio.QueueFull:
                self._cut(follower)
        return kept

    def _leaving(self, follower: Follower) -> list[Follower] | None:
        """Returns which pages go when one comes: what it followed by before it slept, or one if there are too many.
        None if it may not come.

        In a full audience, a network address may have as many pages as any other. So a device that opens them all keeps
        nobody out, and a venue whose devices share one address may fill the audience.
        """
        alike = [one for one in self._followers if one.role == follower.role]
        before = [one for one in alike if (one.name, one.host) == (follower.name, follower.host)]
        if before or len(alike) < MOST_FOLLOWERS[follower.role]:
            return before
        if follower.role != "audience":
            return alike[:1]
        hosts = Counter(one.host for one in alike)
        ((most, count),) = hosts.most_common(1)
        return [one for one in alike if one.host == most][-1:] if hosts[follower.host] + 1 < count else None

    def _note(self, kind: str, value: Any) -> bool:
        if kind == "state":
            self._state = value
        elif kind == "drawn":
            self._strokes.clear()
            self._points = 0
        elif kind == "ink":
            return self._draw(value)
        elif kind == "rub":
            self._remove((value["slide"], value["id"]))
        elif kind == "wipe":
            for key in [key for key in self._strokes if key[0] == value["slide"]]:
                self._remove(key)
        return True

    def _draw(self, stroke: Message) -> bool:
        key = stroke["slide"], stroke["id"]
        if key in self._strokes:
            self._strokes[key]["points"] += stroke["points"]
        else:
            self._strokes[key] = {**stroke, "points": list(stroke["points"])}
        self._points += len(stroke["points"])
        kept = True
        while self._points > MOST_POINTS or len(self._strokes) > MOST_STROKES:
            self._remove(next(iter(self._strokes)))
            kept = False
        return kept

    def _remove(self, key: tuple[int, str]) -> None:
        stroke = self._strokes.pop(key, None)
        self._points -= len(stroke["points"]) if stroke else 0

    def _cut(self, follower: Follower) -> None:
        while not follower.waiting.empty():
            follower.waiting.get_nowait()
        follower.waiting.put_nowait(None)


class Pace:
    """Says whether a page sends too much: more than `rate` requests a second for longer than `burst` requests last."""

    def __init__(self, rate: float = 100, burst: float = 200) -> None:
        self._rate, self._burst = rate, burst
        self._left: dict[str, tuple[float, float]] = {}

    def allows(self, name: str) -> bool:
        """Notes a request under a name, and returns whether it is allowed."""
        now = time.monotonic()
        left, at = self._left.get(name, (self._burst, now))
        left = min(self._burst, left + (now - at) * self._rate) - 1
        self._left[name] = max(left, -1.0), now
        return left >= 0


def _event(message: Message) -> bytes:
    return f"data: {json.dumps(message, separators=(',', ':'))}\n\n".encode()
