"""The headers of tables, whoever wrote them, as screen readers need them."""

from __future__ import annotations

import re
from typing import Final

ATTRIBUTES: Final = r"""((?:\s(?:"[^"]*"|'[^']*'|[^<>"'])*)?)"""
HEAD: Final = re.compile(r"<thead\b.*?</thead>", re.DOTALL)
EMPTY: Final = re.compile(rf"<th{ATTRIBUTES}>(?=\s*</th>)")
OPENING: Final = re.compile(rf"<th{ATTRIBUTES}>")
SCOPE: Final = re.compile(r"\sscope=(?:\"[^\"]*\"|'[^']*'|[^\s\"'>]+)")
GIVEN: Final = re.compile(r"\s(?:scope|role)=")


def table_headers(html: str) -> str:
    """Gives each header in the head of a table a scope, where it has none. An empty one, as above the names of rows, is
    a cell: it heads nothing (HTML, "The th element"; axe, "empty-table-header")."""
    if "<th" not in html:
        return html
    html = EMPTY.sub(lambda found: f'<th{SCOPE.sub("", found[1])} role="cell">', html)
    return HEAD.sub(lambda head: OPENING.sub(_scoped, head[0]), html)


def _scoped(found: re.Match[str]) -> str:
    return found[0] if GIVEN.search(found[1]) else f'<th{found[1]} scope="col">'
