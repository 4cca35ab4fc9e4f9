"""What a build is asked for. Each setting is declared once: its field, and the option of the command line for it."""

# ruff: noqa: RUF009 - `setting` gives a field of a dataclass.

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any, BinaryIO, Final, Literal

from slidegen.progress import Progress, silent

Mode = Literal["reuse", "refresh", "frozen"]
"""Which results are computed: those that the record lacks, all of them, or none."""
Remote = Literal["refuse", "fetch", "fetch-private", "placeholder"]
"""What becomes of what is on the network, as a picture. "fetch" asks public addresses only, "fetch-private" any."""

DIALECTS: Final = ("marp", "reveal", "pandoc", "plain")
"""The dialects of Markdown: Marp's, reveal-md's, that of pandoc and Quarto, and plain Markdown."""
KEY: Final = "flags"


@dataclass(frozen=True, slots=True)
class Flag:
    """An option of the command line, `names` being "--jobs", "-j".

    One that takes a value takes it of the field's type; one with a `value` takes none, and gives the field that one.
    `least` and `most` are the smallest and the greatest number allowed, `choices` the words. `several` says that it may
    be given more than once. An option that `extends` another one may be given with it, and counts.
    """

    names: tuple[str, ...]
    help: str
    value: str | bool | None = None
    metavar: str | None = None
    kind: Literal["text", "path", "number", "pair"] = "text"
    several: bool = False
    least: int | None = None
    most: int | None = None
    choices: tuple[str, ...] = ()
    extends: str | None = None


def setting(default: Any, *flags: Flag, of_values: bool = False) -> Any:
    """A field of `BuildOptions` that the command line sets by one of `flags`.

    `of_values` says that it changes what the values of a deck are, not only how they are shown.
    """
    made: Callable[..., Any] = field
    metadata = {KEY: flags, "of_values": of_values}
    if isinstance(default, dict):
        return made(default_factory=default.copy, metadata=metadata)
    return made(default=default, metadata=metadata)


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildOptions:
    """What a build is asked for. `output` is the file to write, else `<folder>/<deck>.html`. With a `stream` the page
    is written to that instead, and nothing beside it.

    `taken` are the files that other decks of the same command were written to, with the decks' names.
    """

    folder: Path = Path("build")
    output: Path | None = None
    stream: BinaryIO | None = None
    taken: Mapping[Path, str] = field(default_factory=dict)
    keep_record: bool = True
    progress: Progress = silent

    theme: str | None = setting(
        None,
        Flag(
            ("--theme",),
            "auto, light, dark or a theme folder; for a Markdown deck also a Marp theme: gaia, uncover, my.css.",
            metavar="NAME|FOLDER|CSS",
        ),
    )
    format: str | None = setting(
        None, Flag(("--format",), "The output format; the deck's own, else reveal.", metavar="NAME")
    )
    theme_set: tuple[Path, ...] = setting(
        (), Flag(("--theme-set",), "Marp theme CSS, a file or a folder.", kind="path", several=True)
    )
    dialect: str | None = setting(
        None,
        Flag(
            ("--dialect",),
            "How a Markdown deck is read; else by its front matter or by signs in it.",
            choices=DIALECTS,
        ),
        of_values=True,
    )
    slide_level: int | None = setting(
        None,
        Flag(
            ("--slide-level",),
            "Headings up to this level begin slides of a Markdown deck.",
            metavar="N",
            kind="number",
            least=1,
            most=6,
        ),
        of_values=True,
    )
    root: Path | None = setting(
        None,
        Flag(
            ("--root",),
            "The folder that a deck may read; else the nearest one above it with a slidegen.toml, else its own.",
            metavar="DIR",
            kind="path",
        ),
        of_values=True,
    )
    fix_encoding: bool = setting(
        False,
        Flag(("--fix-encoding",), "Repair text that was decoded wrongly once, in the build only.", value=True),
        of_values=True,
    )
    remote: Remote = setting(
        "refuse",
        Flag(("--fetch-remote",), "Fetch images and style sheets of the network into the file.", value="fetch"),
        Flag(
            ("--fetch-private",),
            "Fetch them from this machine and private networks too.",
            value="fetch-private",
            extends="--fetch-remote",
        ),
        Flag(("--allow-remote-missing",), "Show a placeholder for images of the network.", value="placeholder"),
    )
    allow_scripts: bool = setting(
        False,
        Flag(
            ("--allow-scripts",),
            "Keep the deck's own scripts, handlers and javascript: links; only for decks you trust.",
            value=True,
        ),
    )
    settings: Mapping[str, str] = setting(
        {},
        Flag(("--set",), "Replace a variable of the deck.", metavar="NAME=VALUE", kind="pair", several=True),
        of_values=True,
    )
    mode: Mode = setting(
        "reuse",
        Flag(("--refresh",), "Compute every table again.", value="refresh"),
        Flag(("--frozen",), "Compute nothing; fail if the record lacks something.", value="frozen"),
        of_values=True,
    )
    offline: bool = setting(False, Flag(("--offline",), "Never ask the Hugging Face Hub.", value=True), of_values=True)
    download_weights: bool = setting(
        False,
        Flag(("--download-weights",), "Get weights that a deck quantizes from the Hugging Face Hub.", value=True),
        of_values=True,
    )
    jobs: int = setting(
        1,
        Flag(
            ("-j", "--jobs"),
            "Processes that compute the parts of slow tables; the results are the same.",
            metavar="N",
            kind="number",
            least=1,
        ),
        of_values=True,
    )


def build_settings() -> Mapping[Field[Any], tuple[Flag, ...]]:
    """The fields of `BuildOptions` that the command line sets, each with its options."""
    return {one: one.metadata[KEY] for one in fields(BuildOptions) if KEY in one.metadata}
