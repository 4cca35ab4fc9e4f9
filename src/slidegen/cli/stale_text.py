"""Stale results as text for people, as Markdown and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from slidegen.printing import printable

if TYPE_CHECKING:
    from slidegen.changes.staleness import Staleness, StaleResult
    from slidegen.changes.values import Reason

MAX_WIDTH = 40
"""The width of the names of tables: longer ones push what stands after them."""


def as_json(found: Staleness) -> dict[str, Any]:
    """The results of a deck as a mapping for JSON."""
    return {
        "deck": found.deck,
        "record": None if found.record is None else str(found.record),
        "current": found.is_current,
        "results": [
            {
                "source": one.source,
                "label": one.label,
                "state": one.state,
                "tables": list(one.tables),
                "slides": list(one.slides),
                "reasons": [
                    {"kind": why.kind, "what": why.what, "old": why.old, "new": why.new} for why in one.reasons
                ],
            }
            for one in found.results
        ],
        "not_installed": dict(found.not_installed),
        "not_found": [problem.message for problem in found.not_found],
    }


def as_text(found: Staleness, verbose: bool = False) -> str:
    """The results of a deck for a terminal: for each reason the tables, or sources in the text, with their slides. Each
    result by itself if `verbose`."""
    lines = [printable(f"{found.deck}: {summary(found)}")]
    groups = list(_groups(found))
    width = min(MAX_WIDTH, max((len(group.where) for group in groups), default=0))
    for why in dict.fromkeys(group.why for group in groups):
        lines.append(f"  {click.style(printable(why), bold=True)}")
        for group in groups:
            if group.why == why:
                lines.append(f"    {printable(group.where):{width}}  {group.place}".rstrip())
                lines += [f"      {printable(one.label)}" for one in group.results if verbose and one.label]
    return "\n".join([*lines, *(f"  {printable(note)}" for note in _notes(found))])


def as_markdown(found: Staleness) -> str:
    """The results of a deck as Markdown."""
    lines = [f"**{_escaped(found.deck)}**: {summary(found)}", ""]
    groups = list(_groups(found))
    if groups:
        lines += ["| table or source | slides | results | why |", "|---|---|---:|---|"]
        lines += [
            f"| {_escaped(group.where)} | {', '.join(group.slides)} | {len(group.results)} | {_escaped(group.why)} |"
            for group in groups
        ]
        lines.append("")
    lines += [f"- {_escaped(note)}" for note in _notes(found)]
    return "\n".join(lines).rstrip() + "\n"


def summary(found: Staleness) -> str:
    """How many results are not current, and what renews them."""
    needed = len(found.results) - len(found.of("unused"))
    if not needed:
        return "the deck computes nothing"
    stale, missing = len(found.of("stale")), len(found.of("missing"))
    if found.is_current:
        return "its one result is current" if needed == 1 else f"all {needed} results are current"
    counts = [f"{stale} made with other versions" if stale else "", f"{missing} missing" if missing else ""]
    what = f"of {needed} results {' and '.join(filter(None, counts))}"
    if stale:
        return f"{what}; slidegen build {found.deck} --refresh renews them"
    if found.record is None:
        return f"there is no record yet; slidegen build {found.deck} computes {_counted(needed, 'result')}"
    return f"{what}; slidegen build {found.deck} computes them"


def reason_text(reason: Reason) -> str:
    """A reason in words: "transformers 5.20.0 -> 5.23.0"."""
    names = {
        "library": reason.what,
        "formula": f"formula of {reason.what}",
        "model": f"config of {reason.what}",
        "given": f"data in {reason.what}",
    }
    return f"{names.get(reason.kind, reason.what)} {reason.old or 'n/a'} -> {reason.new or 'n/a'}"


@dataclass(frozen=True, slots=True)
class _Group:
    """Results that are not current: the tables or the source, the slides, and why."""

    where: str
    slides: tuple[str, ...]
    why: str
    results: list[StaleResult]

    @property
    def place(self) -> str:
        """The slides in words."""
        if not self.slides:
            missing = any(one.state == "missing" for one in self.results)
            return "" if missing else "shown on no slide"
        return f"slide{'s' if len(self.slides) > 1 else ''} {', '.join(self.slides)}"


def _groups(found: Staleness) -> Iterator[_Group]:
    groups: dict[tuple[str, str], list[StaleResult]] = {}
    for one in found.results:
        if one.state in ("stale", "missing"):
            why = ", ".join(map(reason_text, one.reasons)) or "the record does not have"
            where = one.source if one.source == "diagram" else f"{one.source} in the text"
            for name in one.tables or (where,):
                groups.setdefault((name, why), []).append(one)
    for (name, why), results in groups.items():
        # A result may be that of several tables. The slides of a table show all of its results.
        slides = {slide for one in results for slide in one.slides}
        for one in found.results:
            slides &= set(one.slides) if name in one.tables else slides
        yield _Group(name, tuple(sorted(slides, key=_order)), why, results)


def _order(number: str) -> tuple[int, ...]:
    return tuple(map(int, number.split(".")))


def _notes(found: Staleness) -> Iterator[str]:
    if unused := len(found.of("unused")):
        verb = "is not used" if unused == 1 else "are not used"
        yield f"{_counted(unused, 'result')} of the record {verb} by the deck; the next build removes {_them(unused)}"
    for library, version in found.not_installed.items():
        yield f"{library} {version} made results and is not installed here, so its version is not compared"
    for problem in found.not_found:
        yield f"not compared: {problem.message}"


def _them(count: int) -> str:
    return "it" if count == 1 else "them"


def _counted(count: int, what: str) -> str:
    return f"1 {what}" if count == 1 else f"{count} {what}s"


def _escaped(text: str) -> str:
    """A text in a cell of a Markdown table."""
    signs: Mapping[str, str] = {sign: f"\\{sign}" for sign in "\\|*_`[]<>#~"}
    return "".join(signs.get(sign, sign) for sign in printable(text))
