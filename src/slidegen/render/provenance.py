"""Provenance as text and as data attributes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from html import escape

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


def sentence(provenance: Provenance, leaves_out: bool = True) -> str:
    """The line below a table: source, accounting, configs, libraries and what is left out; or where it is given."""
    if provenance.given is not None:
        return f"Given in {provenance.given}, not computed by slidegen."
    accounting = f"{provenance.accounting} accounting" if provenance.accounting else ""
    parts = [f"Computed by slidegen: {provenance.source}", accounting, origins(provenance), _libraries(provenance)]
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
