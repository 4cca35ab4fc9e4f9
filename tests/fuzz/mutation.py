"""Changes of valid inputs that keep them plausible: what a slip of the keys, a bad merge or a stranger would do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

NUMBERS = (
    *("0", "-1", "1", "2", "00", "1e308", "1e999", "-1e-320", "0x7fffffff", "2147483648", "9223372036854775808"),
    *("-9223372036854775809", "18446744073709551616", "9" * 400, "9" * 5000, "1" + "0" * 80, ".inf", "-.inf", ".nan"),
    *("NaN", "Infinity", "1_000", "0o777", "1:60", "0.1", "\u0663", "\uff11", "1e", "--1", "+1", "1/0"),
)
TEXTS = (
    *("\x00", "\x01", "\x0b", "\x0c", "\x1b[31m", "\x7f", "\x85", "\xa0", "\ufeff", "\ufffe", "\uffff", "\u2028"),
    *(
        "\u202e",
        "\u200b",
        "\u200d",
        "\ue000",
        "\ue001",
        "\uf8ff",
        "e\u0301",
        "\u0130",
        "\ufb03",
        "\U0001f468\u200d\U0001f469",
    ),
    *("\U000e0001", "\U0010ffff", "\r", "\r\n", "\n", "\t", " ", "\u3000", "\u0600", "\u1e9e", "\u01c5", "\U0001d7ce"),
)
"""Characters with a meaning of their own, somewhere."""
JSON_SIGNS = ("null", "true", "{}", "[]", "{", "}", "[", "]", ",", ":", '"', "1e999", "NaN")
BAD_BYTES = (
    b"\xff",
    b"\xfe\xff",
    b"\xc0\x80",
    b"\xed\xa0\x80",
    b"\xed\xb0\x80",
    b"\xf4\x90\x80\x80",
    b"\xe2\x82",
    b"\x80",
)
"""What is no UTF-8: surrogates, overlong forms, cut characters."""
SIGNS = (
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    "<",
    ">",
    '"',
    "'",
    "`",
    "$",
    "|",
    "&",
    "*",
    "!",
    "%",
    "@",
    "#",
    "-",
    ":",
    "\\",
    "\n",
    " ",
    "~",
    "=",
    "^",
    "_",
)

Change = Callable[[Random, bytearray, Sequence[bytes], Sequence[str]], None]


def mutate(rng: Random, data: bytes, others: Sequence[bytes], tokens: Sequence[str], most: int = 20_000) -> bytes:
    """`data` after some changes: bytes of its own, pieces of `others`, words of `tokens`; at most `most` bytes."""
    text = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 1, 2, 2, 3, 5, 10))):
        rng.choice(CHANGES)(rng, text, others, tokens)
    return bytes(text[:most])


def piece(rng: Random, data: bytes | bytearray, most: int = 400) -> bytes:
    """Some bytes of `data` in a row, often whole lines."""
    if rng.random() < 0.5:
        lines = bytes(data).splitlines(keepends=True)
        start = rng.randrange(len(lines) + 1)
        return b"".join(lines[start : start + rng.choice((1, 1, 2, 5, 20))])
    start = rng.randrange(len(data) + 1)
    return bytes(data[start : start + rng.randrange(1, most)])


def extreme(rng: Random) -> str:
    """A number, word or sign that somebody did not think of."""
    return rng.choice(rng.choice((NUMBERS, TEXTS, SIGNS)))


def _place(rng: Random, text: bytearray) -> int:
    """A place in the text; the start of a line half of the time."""
    place = rng.randrange(len(text) + 1)
    return text.rfind(b"\n", 0, place) + 1 if rng.random() < 0.5 else place


def _flip(rng: Random, text: bytearray, __: Sequence[bytes], ___: Sequence[str]) -> None:
    for _ in range(rng.choice((1, 1, 3))):
        if text:
            text[rng.randrange(len(text))] ^= 1 << rng.randrange(8)


def _delete(rng: Random, text: bytearray, _: Sequence[bytes], __: Sequence[str]) -> None:
    start = _place(rng, text)
    del text[start : start + rng.choice((1, 1, 2, 8, 40, 200))]


def _cut(rng: Random, text: bytearray, _: Sequence[bytes], __: Sequence[str]) -> None:
    del text[_place(rng, text) :]


def _duplicate(rng: Random, text: bytearray, _: Sequence[bytes], __: Sequence[str]) -> None:
    place = _place(rng, text)
    text[place:place] = piece(rng, text) * rng.choice((1, 1, 2, 3))


def _repeat(rng: Random, text: bytearray, _: Sequence[bytes], tokens: Sequence[str]) -> None:
    place = _place(rng, text)
    unit = rng.choice((extreme(rng), rng.choice(tokens))).encode("utf-8", "surrogatepass")[:40]
    text[place:place] = unit * rng.choice((3, 20, 110, 300))


def _splice(rng: Random, text: bytearray, others: Sequence[bytes], _: Sequence[str]) -> None:
    place = _place(rng, text)
    text[place:place] = piece(rng, rng.choice(others))


def _cross(rng: Random, text: bytearray, others: Sequence[bytes], _: Sequence[str]) -> None:
    other = rng.choice(others)
    text[_place(rng, text) :] = other[_place(rng, bytearray(other)) :]


def _insert(rng: Random, text: bytearray, _: Sequence[bytes], tokens: Sequence[str]) -> None:
    place = _place(rng, text)
    text[place:place] = rng.choice((extreme(rng), rng.choice(tokens))).encode("utf-8", "surrogatepass")


def _insert_bytes(rng: Random, text: bytearray, _: Sequence[bytes], __: Sequence[str]) -> None:
    place = _place(rng, text)
    text[place:place] = rng.choice(BAD_BYTES)


def _number(rng: Random, text: bytearray, _: Sequence[bytes], __: Sequence[str]) -> None:
    """Puts an extreme number where one stands."""
    digits = [place for place, byte in enumerate(text) if 48 <= byte < 58]
    if digits:
        end = start = rng.choice(digits)
        while end < len(text) and 48 <= text[end] < 58:
            end += 1
        text[start:end] = rng.choice(NUMBERS).encode()


def _word(rng: Random, text: bytearray, _: Sequence[bytes], tokens: Sequence[str]) -> None:
    """Swaps a word for a token, or for another word of the text."""
    words = bytes(text).split()
    if words:
        old = rng.choice(words)
        place = text.find(old, rng.randrange(len(text)))
        new = rng.choice(
            (rng.choice(words), rng.choice(tokens).encode("utf-8", "surrogatepass"), extreme(rng).encode())
        )
        if place >= 0:
            text[place : place + len(old)] = new


def _lines(rng: Random, text: bytearray, _: Sequence[bytes], __: Sequence[str]) -> None:
    """Swaps two lines, indents one, or gives all of them other ends."""
    lines = bytes(text).split(b"\n")
    first, second = rng.randrange(len(lines)), rng.randrange(len(lines))
    kind = rng.randrange(4)
    if kind == 0:
        lines[first], lines[second] = lines[second], lines[first]
    elif kind == 1:
        lines[first] = b" " * rng.choice((1, 2, 4, 8)) + lines[first]
    elif kind == 2:
        lines[first] = lines[first].lstrip()
    text[:] = (b"\r\n" if kind == 3 else b"\n").join(lines)


CHANGES: tuple[Change, ...] = (
    *(_flip, _delete, _cut, _duplicate, _repeat, _splice, _cross, _insert, _insert, _insert_bytes),
    *(_number, _number, _word, _word, _lines),
)
