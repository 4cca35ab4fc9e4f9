"""The messages between the pages of a talk: each is checked, and made anew from what is allowed in it.

A message is a JSON object with one key, its kind. The presenting page says how the talk stands (`state`) and which tab
it opens (`tab`); a remote gives orders (`do`, `go`, `veil`, `timer`); both draw (`ink`, `rub`, `wipe`) and point
(`laser`). The audience says nothing. A presenting page that connects again says `drawn`, that nothing is drawn yet, and
then each stroke.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, Literal

Role = Literal["presenter", "remote", "audience"]
Message = dict[str, Any]

NAME: Final = re.compile(r"[A-Za-z0-9]{1,40}")
MOST_SLIDES: Final = 100_000
MOST_POINTS: Final = 1000
"""The most points in one message. A stroke comes in many."""
MOST_TIME: Final = 10**14  # ms
OUTSIDE: Final = 20_000
"""How far a point may lie from the corner of a slide, which is 10,000 wide and high."""


class _WrongError(Exception):
    """A message that is not allowed."""


def checked(message: Any, role: Role) -> Message | None:
    """Returns a message as it may be passed on; None if `role` may not send it, or something in it is wrong."""
    if not isinstance(message, dict) or len(message) != 1:
        return None
    ((kind, value),) = message.items()
    if kind not in ALLOWED[role]:
        return None
    try:
        return {kind: CHECKS[kind](value)}
    except (_WrongError, KeyError, TypeError):
        return None


def is_name(value: object) -> bool:
    """Whether a value may name a page or a stroke."""
    return isinstance(value, str) and NAME.fullmatch(value) is not None


def _number(value: object, least: int, most: int) -> int:
    if type(value) is not int or not least <= value <= most:
        raise _WrongError
    return value


def _one_of(*allowed: Any) -> Callable[[Any], Any]:
    def check(value: Any) -> Any:
        if not any(type(value) is type(one) and value == one for one in allowed):
            raise _WrongError
        return value

    return check


def _name(value: Any) -> str:
    if not is_name(value):
        raise _WrongError
    return str(value)


def _place(value: Any) -> list[int]:
    index, step = value if isinstance(value, list) and len(value) == 2 else (None, None)
    return [_number(index, 0, MOST_SLIDES), _number(step, 0, MOST_SLIDES)]


def _point(value: Any) -> list[int]:
    if not isinstance(value, list) or len(value) != 3:
        raise _WrongError
    return [*(_number(one, -OUTSIDE, OUTSIDE) for one in value[:2]), _number(value[2], 0, 100)]


def _points(value: Any) -> list[list[int]]:
    if not isinstance(value, list) or not 0 < len(value) <= MOST_POINTS:
        raise _WrongError
    return list(map(_point, value))


def _state(value: Any) -> Message:
    timer = value["timer"]
    since = timer["since"]
    return {
        "id": _name(value["id"]),
        "at": _place(value["at"]),
        "total": _number(value["total"], 1, MOST_SLIDES),
        "veil": _one_of("", "black", "white")(value["veil"]),
        "timer": {
            "since": None if since is None else _number(since, 0, MOST_TIME),
            "before": _number(timer["before"], 0, MOST_TIME),
        },
    }


def _stroke(value: Any) -> Message:
    return {
        "slide": _number(value["slide"], 0, MOST_SLIDES),
        "id": _name(value["id"]),
        "tool": _one_of("pen", "marker")(value["tool"]),
        "color": _one_of(1, 2, 3, 4)(value["color"]),
        "points": _points(value["points"]),
    }


CHECKS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "state": _state,
    "drawn": _one_of([]),
    "ink": _stroke,
    "rub": lambda value: {"slide": _number(value["slide"], 0, MOST_SLIDES), "id": _name(value["id"])},
    "wipe": lambda value: {"slide": _number(value["slide"], 0, MOST_SLIDES)},
    "laser": lambda value: None if value is None else _point(value),
    "do": _one_of("next", "back"),
    "go": _place,
    "veil": _one_of("black", "white"),
    "timer": _one_of("toggle", "reset"),
    "tab": lambda value: {name: _number(value[name], 0, MOST_SLIDES) for name in ("slide", "panel")},
}
DRAWING: Final = frozenset({"ink", "rub", "wipe", "laser"})
ORDERS: Final = frozenset({"do", "go", "veil", "timer"})
ALLOWED: Final[Mapping[Role, frozenset[str]]] = {
    "presenter": DRAWING | {"state", "drawn", "tab"},
    "remote": DRAWING | ORDERS,
    "audience": frozenset(),
}
