"""What the server keeps of a talk, and to whom it passes messages on."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from slidegen.present.messages import Role, checked
from slidegen.present.talk import MOST_FOLLOWERS, MOST_STROKES, MOST_WAITING, Pace, Talk

Value = TypeVar("Value")
TIMER = {"since": None, "before": 0}
STATE = {"state": {"id": "p", "at": [1, 0], "total": 4, "veil": "", "timer": TIMER}}


def ink(slide: int, name: str, *points: int) -> dict[str, Any]:
    """A message with points of a stroke."""
    shown = [[x, x, 50] for x in points]
    return {"ink": {"slide": slide, "id": name, "tool": "pen", "color": 1, "points": shown}}


def in_own_loop(work: Coroutine[Any, Any, Value]) -> Value:
    """Runs `work` in a thread: that of the tests may have the loop of a browser."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


async def following(talk: Talk, role: Role, name: str, host: str = "10.0.0.1") -> tuple[AsyncIterator[bytes], Any]:
    """A page that follows, and the first thing that it is told."""
    stream = talk.follow(role, name, host)
    return stream, json.loads((await anext(stream)).removeprefix(b"data: "))


def test_orders_go_to_presenting_pages_and_the_rest_to_all_others() -> None:
    """In their order; none comes back to the page that sent it."""

    async def run() -> dict[str, list[str]]:
        talk = Talk()
        roles: list[tuple[str, Role]] = [("p", "presenter"), ("r", "remote"), ("s", "remote"), ("a", "audience")]
        streams = {name: (await following(talk, role, name))[0] for name, role in roles}
        talk.take({"do": "next"}, "r")
        talk.take(STATE, "p")
        talk.take(ink(0, "x", 1), "r")
        heard = {}
        for name, count in (("p", 2), ("r", 1), ("s", 2), ("a", 2)):
            heard[name] = [next(iter(json.loads((await anext(streams[name]))[6:]))) for _ in range(count)]
        return heard

    expected = {"p": ["do", "ink"], "r": ["state"], "s": ["state", "ink"], "a": ["state", "ink"]}
    assert in_own_loop(run()) == expected


def test_the_presenting_page_says_which_tab_it_opens() -> None:
    """Two numbers, and nothing else."""
    tab = {"tab": {"slide": 3, "panel": 1}}
    assert checked(tab, "presenter") == tab
    assert checked({"tab": {**tab["tab"], "html": "<b>"}}, "presenter") == tab
    assert checked({"tab": {"slide": 3, "panel": "1"}}, "presenter") is None
    assert checked(tab, "audience") is None


def test_who_comes_later_gets_everything() -> None:
    """The state, and the strokes that are left, each with all its points."""

    async def run() -> Any:
        talk = Talk()
        for message in (STATE, ink(0, "x", 1, 2), ink(0, "x", 3), ink(0, "y", 1), ink(1, "z", 1), ink(2, "w", 1)):
            talk.take(message, "p")
        talk.take({"rub": {"slide": 0, "id": "y"}}, "p")
        talk.take({"wipe": {"slide": 2}}, "p")
        return (await following(talk, "audience", "a"))[1]["snapshot"]

    found = in_own_loop(run())
    assert found["state"] == STATE["state"]
    assert [(one["slide"], one["id"], [x for x, _, _ in one["points"]]) for one in found["drawn"]] == [
        (0, "x", [1, 2, 3]),
        (1, "z", [1]),
    ]


def test_the_drawings_have_an_end() -> None:
    """The oldest strokes go, which is said. A presenting page that begins anew has drawn nothing yet."""

    async def run() -> Any:
        talk = Talk()
        kept = [talk.take(ink(0, f"s{number}", 1), "p") for number in range(MOST_STROKES + 10)]
        before = (await following(talk, "audience", "a"))[1]["snapshot"]["drawn"]
        talk.take({"drawn": []}, "p")
        return kept, before, (await following(talk, "audience", "b"))[1]["snapshot"]["drawn"]

    kept, before, after = in_own_loop(run())
    assert kept == [True] * MOST_STROKES + [False] * 10
    assert (len(before), before[0]["id"], after) == (MOST_STROKES, "s10", [])


def test_a_follower_that_is_too_slow_is_cut_off() -> None:
    """The others are not."""

    async def run() -> tuple[int, int]:
        talk = Talk()
        slow, _ = await following(talk, "audience", "slow")
        for _ in range(MOST_WAITING + 1):
            talk.take(STATE, "p")
        rest = [event async for event in slow]
        return len(rest), talk.count("audience")

    assert in_own_loop(run()) == (0, 0)


def test_a_page_may_send_so_much() -> None:
    """A burst, and then as much as time gives back."""
    pace = Pace(rate=1, burst=5)
    assert [pace.allows("a") for _ in range(7)] == [True] * 5 + [False] * 2
    assert pace.allows("b")


def test_a_page_that_comes_back_follows_once() -> None:
    """What it followed by before it slept is cut off; so is the oldest of too many remotes, but no audience."""

    async def run() -> tuple[int, int, bool]:
        talk = Talk()
        for _ in range(3):
            await following(talk, "remote", "same")
        once = talk.count("remote")
        streams = [(await following(talk, "remote", f"r{number}"))[0] for number in range(MOST_FOLLOWERS["remote"] + 5)]
        ended = [event async for event in streams[0]] == []
        return once, talk.count("remote"), ended

    assert in_own_loop(run()) == (1, MOST_FOLLOWERS["remote"], True)


def test_one_device_cannot_fill_the_audience() -> None:
    """It may while nobody else wants in; then each other address gets its share, and one that has no more is served."""

    async def run() -> tuple[list[int], bool, bool, int]:
        talk = Talk()
        most = MOST_FOLLOWERS["audience"]
        streams = [(await following(talk, "audience", f"a{number}", "10.0.0.66"))[0] for number in range(most)]
        greedy = talk.has_room("audience", "more", "10.0.0.66")
        others = [await following(talk, "audience", f"b{number}", f"10.0.0.{number}") for number in range(3)]
        ended = [len([event async for event in stream]) for stream in streams[-len(others) :]]
        again = talk.has_room("audience", "a1", "10.0.0.66")  # in place of its own stream
        return ended, greedy, again, talk.count("audience")

    assert in_own_loop(run()) == ([0, 0, 0], False, True, MOST_FOLLOWERS["audience"])
