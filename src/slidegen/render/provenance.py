"""Provenance as text and as data attributes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from html import escape

from slidegen.languages.words import is_english
from slidegen.model import CellValue, Provenance


def origins(provenance: Provenance) -> str:
    """The origin of the models' configs: "configs: catalogue", or one origin for each model if they differ."""
    kinds = sorted(set(provenance.models.values()))
    if not kinds:
        return ""
    # An origin may already say what it is about: "weights: package glassllm 0.1.0".
    what = "" if any(": " in kind for kind in kinds) else "configs: "
    if len(kinds) == 1:
        return f"{what}{kinds[0]}"
    return what + ", ".join(f"{model} {origin}" for model, origin in sorted(provenance.models.items()))


def versions(provenance: Provenance) -> str:
    """The libraries: "transformers 5.23.0"."""
    return ", ".join(f"{name} {version}" for name, version in sorted(provenance.versions.items()))


def _libraries(provenance: Provenance) -> str:
    """The versions, except those that an origin already names: "package glassllm 0.1.0"."""
    named = [f"{origin} " for origin in provenance.models.values()]
    shown = {
        name: version
        for name, version in provenance.versions.items()
        if not any(f" {name} {version} " in origin for origin in named)
    }
    return versions(replace(provenance, versions=shown))


def models_by_origin(provenance: Provenance) -> dict[str, list[str]]:
    """The models whose configs or weights have the same origin, by that origin."""
    found: dict[str, list[str]] = {}
    for name, where in sorted(provenance.models.items()):
        found.setdefault(where, []).append(name)
    return found


def wholly_given(provenance: Provenance) -> bool:
    """Whether nothing is computed."""
    return provenance.given is not None and not provenance.computed_cells


def made(provenance: Provenance) -> str:
    """How numbers were made: "Computed by slidegen: memory", "Given in results.csv"."""
    if provenance.given is None:
        return f"Computed by slidegen: {provenance.source}"
    if wholly_given(provenance):
        return f"Given in {provenance.given}"
    return f"Given in {provenance.given}, with values computed by slidegen: {provenance.source}"


def line(provenances: Iterable[Provenance]) -> str:
    """The short line below a table or figure: "Computed with transformers 5.23, 2026-07-15". `sentence` has the rest.

    It has the major and minor versions of the libraries, and the latest date.
    """
    every = list(provenances)
    given = [f"Given in {name}" for name in dict.fromkeys(p.given for p in every if p.given is not None)]
    computed = [p for p in every if not wholly_given(p)]
    if not computed:
        return ", ".join(given)
    libraries = dict.fromkeys(
        f"{name} {'.'.join(version.split('.')[:2])}" for p in computed for name, version in sorted(p.versions.items())
    )
    accountings = dict.fromkeys(p.accounting for p in computed if p.accounting)
    by = "Computed" + (f" ({' and '.join(accountings)} accounting)" if accountings else "")
    by += f" with {', '.join(libraries)}" if libraries else " by slidegen"
    date = max((p.date for p in computed if p.date), default="")
    return "; ".join((*given, by + (f", {date}" if date else "")))


def sentences(provenances: Iterable[Provenance]) -> tuple[str, ...]:
    """All about values in a slide's text, tables and figures, each sentence once."""
    return tuple(dict.fromkeys(map(sentence, provenances)))


def noted(provenances: Sequence[Provenance], lang: str) -> str:
    """The line below a table or figure as HTML, with all about it as its title; empty without provenance. It is in
    English, which is marked in text of another language."""
    if not provenances:
        return ""
    about = " ".join(sentences(provenances))
    words = re.sub(r"\d{4}-\d\d-\d\d$", r'<span class="date">\g<0></span>', escape(line(provenances)))
    own = "" if is_english(lang) else ' lang="en"'
    return f'<span class="provenance"{own} title="{escape(about)}">{words}</span>'


def sentence(provenance: Provenance, leaves_out: bool = True) -> str:
    """All about a value: source, accounting, configs, libraries, date and what is left out; or where it is given."""
    if wholly_given(provenance):
        return f"{made(provenance)}, not computed by slidegen."
    accounting = f"{provenance.accounting} accounting" if provenance.accounting else ""
    parts = [made(provenance), accounting, origins(provenance), _libraries(provenance)]
    parts.append(provenance.date or "")
    text = "; ".join(filter(None, parts)) + "."
    if leaves_out and provenance.leaves_out:
        text += f" Leaves out {provenance.leaves_out.removesuffix('.')}."
    return text


def attributes(provenances: Sequence[Provenance], value: CellValue) -> str:
    """The HTML attributes of a computed value: its exact value, its provenance, and both as a title."""
    return "".join(f' {name}="{escape(text)}"' for name, text in attribute_map(provenances, value).items())


def attribute_map(provenances: Sequence[Provenance], value: CellValue) -> dict[str, str]:
    """The same attributes by their names, not escaped."""
    data = {
        "value": "" if value is None else str(value),
        "source": _joined(p.source for p in provenances),
        "accounting": _joined(p.accounting or "" for p in provenances),
        "model": _joined(name for p in provenances for name in p.models),
        "origin": _joined(origin for p in provenances for origin in p.models.values()),
        "versions": _joined(versions(p) for p in provenances),
    }
    libraries = _joined(_libraries(p) for p in provenances)
    title = "; ".join(filter(None, (data["model"], data["source"], data["accounting"], data["origin"], libraries)))
    return {f"data-{key}": text for key, text in data.items() if text} | {"title": re.sub(" +", " ", title)}


def _joined(texts: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(text for text in texts if text))
