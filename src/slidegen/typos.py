"""Typing errors: how far a word is from one that may be meant."""

from __future__ import annotations


def count_typos(key: str, name: str) -> int | None:
    """Returns how many letters of `name` are wrong, missing, superfluous or swapped in `key`; 0 if the two are equal.

    Returns None if they differ too much for a typing error. Short names allow fewer errors: more words resemble them.
    """
    if key == name:
        return 0
    if len(name) < 4 or abs(len(key) - len(name)) > 2:
        return None
    distance = _distance(key, name)
    same_start = key[:1] == name[:1]
    if distance == 1 and (same_start or len(name) > 4):
        return 1
    return 2 if distance == 2 and same_start and len(name) > 5 and len(key) > 4 else None


def _distance(a: str, b: str) -> int:
    """The edit distance in which swapping two neighbours counts as one edit (optimal string alignment)."""
    rows = [list(range(len(b) + 1))]
    for i, one in enumerate(a, start=1):
        row = [i]
        for j, other in enumerate(b, start=1):
            cost = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (one != other))
            if i > 1 and j > 1 and one == b[j - 2] and a[i - 2] == other:
                cost = min(cost, rows[-2][j - 2] + 1)
            row.append(cost)
        rows.append(row)
    return rows[-1][-1]
