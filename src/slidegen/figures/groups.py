"""Rows of a table in groups: the strips of levels, the panels of a mapping."""

from __future__ import annotations

from slidegen.figures.data import Reader

USUAL = ("title", "method", "name", "format")


def grouped(reader: Reader, option: str, key: str | None) -> dict[str, list[int]]:
    """Groups the rows by the text of column `key`, in the order of their first rows. Without `key` the column is
    title, method, name or format, the first that exists; without any column there is one group without a name."""
    chosen = key or next((usual for usual in USUAL if reader.has(usual)), None)
    texts = None if chosen is None else reader.names(option, chosen)
    if texts is None:
        return {"": list(range(len(reader.table.rows)))}
    found: dict[str, list[int]] = {}
    for row, name in enumerate(texts):
        found.setdefault(name, []).append(row)
    return found
