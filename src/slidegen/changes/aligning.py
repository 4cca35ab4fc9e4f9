"""Pairs the items of two sequences. The result for two exchanged sequences is the mirrored one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from difflib import SequenceMatcher
from typing import Any, Final

Pair = tuple[int | None, int | None]
"""The indexes of an old and a new item that belong together; None where one side does not have it."""
ALIKE: Final = 0.5
"""The least similarity of two items that are paired although they differ."""
MAX_COMPARED: Final = 40_000
"""The most pairs of items whose similarity is computed. More are paired in their order."""
MAX_BLOCKS: Final = 250_000
"""The greatest product of the lengths of two sequences that are compared block by block."""
Opcode = tuple[str, int, int, int, int]


def opcodes(old: Sequence[Any], new: Sequence[Any]) -> list[Opcode]:
    """Returns the blocks of two sequences as difflib does, independent of which of them is the first. What differs of
    long sequences is one block."""
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    before, after = old[start : len(old) - end], new[start : len(new) - end]
    found = [("equal", 0, start, 0, start)] if start else []
    found += [
        (tag, low + start, high + start, first + start, last + start)
        for tag, low, high, first, last in _blocks(before, after)
    ]
    if end:
        found.append(("equal", len(old) - end, len(old), len(new) - end, len(new)))
    return found


def _blocks(old: Sequence[Any], new: Sequence[Any]) -> Sequence[Opcode]:
    if len(old) * len(new) > MAX_BLOCKS:  # difflib takes the cube of their length in the worst case
        return [("replace", 0, len(old), 0, len(new))]
    if _order(old) <= _order(new):
        return SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    mirrored = {"insert": "delete", "delete": "insert"}
    blocks = SequenceMatcher(None, new, old, autojunk=False).get_opcodes()
    return [(mirrored.get(tag, tag), low, high, start, end) for tag, start, end, low, high in blocks]


def _common(old: Sequence[Any], new: Sequence[Any]) -> int:
    """Returns how many items two sequences have in common at their beginning."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((at for at, (one, two) in pairs if one != two), min(len(old), len(new)))


def similarity(old: Iterable[Hashable], new: Iterable[Hashable]) -> float:
    """Returns the share of items that two collections have in common: 0 to 1."""
    one, two = Counter(old), Counter(new)
    total = one.total() + two.total()
    return 2 * (one & two).total() / total if total else 1.0


def best_pairs(
    old: Sequence[int], new: Sequence[int], alike: Callable[[int, int], float], least: float = ALIKE
) -> list[tuple[int, int]]:
    """Pairs items by their similarity, the most similar first; of equally similar ones those that stand nearest."""
    if len(old) * len(new) > MAX_COMPARED:
        return list(zip(old, new, strict=False))
    scored = [(alike(a, b), a, b) for a in old for b in new]
    fewer = len(old) <= len(new)  # which side decides between equals, whichever it is
    kept = [(score, a, b) for score, a, b in scored if score >= least]
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for _, a, b in sorted(kept, key=lambda one: (-one[0], abs(one[1] - one[2]), one[1:] if fewer else one[:0:-1])):
        if a not in pairs and b not in taken:
            pairs[a] = b
            taken.add(b)
    return sorted(pairs.items())


def aligned(old: Sequence[Hashable], new: Sequence[Hashable], alike: Callable[[int, int], float]) -> list[Pair]:
    """Pairs two sequences of items by their keys: equal ones in order, then equal ones elsewhere, then similar ones.

    Every item of both sequences is in one pair. They are in the order of the new sequence, and items that only the old
    one has stand after their predecessors.
    """
    pairs: dict[int, int] = {}
    for tag, start, end, low, _ in opcodes(old, new):
        if tag == "equal":
            pairs |= {start + step: low + step for step in range(end - start)}
    left, right = _unpaired(pairs, old, new)
    places: dict[Hashable, list[int]] = {}
    for at in right:
        places.setdefault(new[at], []).append(at)
    pairs |= {at: places[old[at]].pop(0) for at in left if places.get(old[at])}
    left, right = _unpaired(pairs, old, new)
    pairs |= dict(best_pairs(left, right, alike))
    return _ordered(pairs, len(old), len(new))


def _unpaired(pairs: dict[int, int], old: Sequence[Hashable], new: Sequence[Hashable]) -> tuple[list[int], list[int]]:
    taken = set(pairs.values())
    return [at for at in range(len(old)) if at not in pairs], [at for at in range(len(new)) if at not in taken]


def _ordered(pairs: dict[int, int], olds: int, news: int) -> list[Pair]:
    back = {new: old for old, new in pairs.items()}
    after: dict[int, list[int]] = {}
    last = -1
    for old in range(olds):
        if old in pairs:
            last = pairs[old]
        else:
            after.setdefault(last, []).append(old)
    found: list[Pair] = [(old, None) for old in after.get(-1, [])]
    for new in range(news):
        found.append((back.get(new), new))
        found += [(old, None) for old in after.get(new, [])]
    return found


def _order(sequence: Sequence[Any]) -> tuple[int, str]:
    return len(sequence), repr(sequence)
