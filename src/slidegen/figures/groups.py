"""Rows of a table in groups: the strips of levels, the panels of a mapping."""

from __future__ import annotations

from slidegen.figures.data import Reader

USUAL = ("title", "method", "name", "format")


def grouped(reader: Reader, option: str, key: str | None) -> dict[str, list[int]]:
    """The rows by the text of column `key`, in the order of their first rows; one group without a name if there is no
    such column. Without a key a column called title, method, name or format is taken, if the table has one."""
    chosen = key or next((usual for usual in USUAL if reader.has(usual)), None)
    texts = None if chosen is None else reader.names(option, chosen)
    if texts is None:
        return {"": list(range(len(reader.table.rows)))}
    found: dict[str, list[int]] = {}
    for row, name in enumerate(texts):
        found.setdefault(name, []).append(row)
    return found
