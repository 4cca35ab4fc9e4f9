"""Reads what slidegen needs of CLDR from Babel, and writes it to the package: ``python -m tests.languages.cldr``."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

CLDR = Path(__file__).parents[2] / "src" / "slidegen" / "languages" / "cldr.json"
READ = re.compile(r"'[^']*'|[yd]+|[ML]{4}(?![ML])|(?<![ML])[ML]{1,2}(?![ML])|[^A-Za-z]")
"""What `slidegen.languages.dates` reads of a pattern."""
TYPOGRAPHIC = {0xA0: "\u202f", ord("'"): "’"}
"""Narrow spaces and curly apostrophes between digits."""


def facts() -> dict[str, dict[str, Any]]:
    """The facts of each locale in which they are not those of the locale above it, or of English."""
    from babel.core import Locale
    from babel.localedata import locale_identifiers

    found: dict[str, dict[str, Any]] = {}
    whole: dict[str, dict[str, Any]] = {"": _of(Locale.parse("en"))}
    for name in sorted(locale_identifiers(), key=lambda name: (name.count("_"), name)):
        if name.startswith("en_") and name != "en_IN":
            continue  # slidegen's English is one
        tag = name.replace("_", "-").lower()
        own = _of(Locale.parse(name))
        above = whole.get(tag.rpartition("-")[0], whole[""])
        whole[tag] = own
        if own != above:
            found[tag] = {key: value for key, value in own.items() if above.get(key) != value}
    return dict(sorted(found.items()))


def _of(locale: Any) -> dict[str, Any]:
    signs = locale.number_symbols["latn"]
    pattern = locale.decimal_formats[None]
    date = locale.date_formats["long"].pattern
    readable = READ.sub("", date) == ""
    months = locale.months["stand-alone" if "L" in date else "format"]["wide"]
    return {
        "decimal": signs["decimal"],
        "group": signs["group"].translate(TYPOGRAPHIC),
        "minus": "\u200e" if "\u200e" in signs["minusSign"] else "",
        "sizes": list(pattern.grouping),
        "percent": re.sub("[#0.,]+", "{}", locale.percent_formats[None].pattern),
        "date": date if readable else "",
        "months": [months[number] for number in range(1, 13)] if readable else [],
    }


if __name__ == "__main__":
    rows = ",\n".join(f"{json.dumps(name)}:{json.dumps(one, ensure_ascii=False)}" for name, one in facts().items())
    CLDR.write_text(f"{{\n{rows}\n}}\n", encoding="utf-8")
