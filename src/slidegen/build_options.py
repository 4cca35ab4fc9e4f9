"""The options of a build. Each setting is declared once: as a field with its command-line options."""

# ruff: noqa: RUF009 - `setting` gives a field of a dataclass.

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any, BinaryIO, Final, Literal, get_args

from slidegen.memo import Memo
from slidegen.progress import Progress, silent
from slidegen.settings_file import Setting

Mode = Literal["reuse", "refresh", "frozen", "past"]
"""Which results are computed: those that the record lacks, all of them, or none. "past" computes none either, and takes
those that other versions made."""
Remote = Literal["refuse", "fetch", "fetch-private", "placeholder"]
"""How files on the network are treated. "fetch" allows only public addresses, "fetch-private" any."""

OpensWith = Literal["auto", "light", "dark"]
"""The scheme that a page opens with; "auto" follows the system."""

OnFalse = Literal["fail", "warn"]
"""What a claim does that is false: it stops the build, or is shown struck through with the truth."""

DIALECTS: Final = ("marp", "reveal", "pandoc", "plain")
"""The dialects of Markdown: of Marp, of reveal-md, of pandoc and Quarto, and plain Markdown."""
OUTPUT_FOLDER: Final = Path("build")
"""The folder for built files, if nothing names another one."""
INLINE_MEDIA: Final = 20
"""The size in MB up to which clips are in the page: one with a single clip of that size still opens at once."""
KEY: Final = "flags"


@dataclass(frozen=True, slots=True)
class Flag:
    """A command-line option with its `names`, such as "--jobs" and "-j".

    An option with a `value` is a switch that sets the field to it; any other option takes a value of the field's type.
    `least` and `most` are the smallest and largest allowed number, `choices` the allowed words. `several` means that
    the option may be repeated. An option that `extends` another may be used together with it and wins.
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

    @property
    def key(self) -> str:
        """The key for this option in the user's configuration: `allow-scripts` for ``--allow-scripts``."""
        return self.names[-1].removeprefix("--")


def setting(default: Any, *flags: Flag, of_values: bool = False, of_user: bool = False) -> Any:
    """A field of `BuildOptions` that the command line sets by one of `flags`.

    `of_values` says that it changes the values of a deck, not only how they are shown. `of_user` says that the user's
    configuration may also set it, by the name of an option: a permission, which no file of a deck can give.
    """
    make_field: Callable[..., Any] = field
    metadata = {KEY: flags, "of_values": of_values, "of_user": of_user}
    if isinstance(default, dict):
        return make_field(default_factory=default.copy, metadata=metadata)
    return make_field(default=default, metadata=metadata)


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildOptions:
    """The options of a build. `output` is the file to write; the default is `<folder>/<deck>.html`. Without a `folder`,
    it is the one that the project's `slidegen.toml` names, else `build`. With a `stream`, only the page is written, to
    the stream. `reads` collects the paths that the deck asks for.

    `defaults` has the user's own theme, scheme, format and output folder: for what neither these options, nor the
    deck, nor its project sets.

    `served` marks all elements of the slides with their lines, for the page that `slidegen serve` shows.
    `memo` has the results of earlier builds of the same deck with the same options.
    A preview that `defers` computes nothing that the record lacks: the places of these values are marked.

    `taken` maps the files that the same command has already written to what messages call them. A `temporary` page is
    for a browser of the same command, and removed after it. With `hidden_last`, hidden slides are shown after the
    others, for an export that has them.
    """

    folder: Path | None = None
    output: Path | None = None
    stream: BinaryIO | None = None
    taken: Mapping[Path, str] = field(default_factory=dict)
    keep_record: bool = True
    progress: Progress = silent
    reads: set[Path] | None = None
    served: bool = False
    memo: Memo | None = None
    defers: bool = False
    temporary: bool = False
    hidden_last: bool = False
    defaults: Mapping[str, Setting] = field(default_factory=dict)

    theme: str | None = setting(
        None,
        Flag(
            ("--theme",),
            "auto, light, dark, another theme or its folder; for a Markdown deck also a Marp theme: gaia, my.css.",
            metavar="NAME|FOLDER|CSS",
        ),
    )
    scheme: OpensWith | None = setting(
        None,
        Flag(
            ("--scheme",), "The scheme that the page opens with; auto follows the system.", choices=get_args(OpensWith)
        ),
    )
    format: str | None = setting(
        None, Flag(("--format",), "The output format; the deck's own, else reveal.", metavar="NAME")
    )
    theme_set: tuple[Path, ...] = setting(
        (), Flag(("--theme-set",), "Marp theme CSS, a file or a folder.", kind="path", several=True)
    )
    fonts: tuple[Path, ...] = setting(
        (),
        Flag(
            ("--fonts",),
            "A folder with fonts for characters that the deck's fonts lack, such as /usr/share/fonts.",
            metavar="DIR",
            kind="path",
            several=True,
        ),
    )
    dialect: str | None = setting(
        None,
        Flag(
            ("--dialect",),
            "The dialect of a Markdown deck; else found from its front matter or its text.",
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
            "The folder that a deck may read from; else the nearest parent with a slidegen.toml, else the deck's.",
            metavar="DIR",
            kind="path",
        ),
        of_values=True,
    )
    fix_encoding: bool = setting(
        False,
        Flag(
            ("--fix-encoding",),
            "Repair text that was decoded with a wrong encoding; the deck's file stays.",
            value=True,
        ),
        of_values=True,
    )
    remote: Remote = setting(
        "refuse",
        Flag(("--fetch-remote",), "Fetch images and style sheets from the network into the file.", value="fetch"),
        Flag(
            ("--fetch-private",),
            "Fetch them also from this machine and private networks.",
            value="fetch-private",
            extends="--fetch-remote",
        ),
        Flag(("--allow-remote-missing",), "Show a placeholder for images on the network.", value="placeholder"),
        of_user=True,
    )
    inline_media: int = setting(
        INLINE_MEDIA,
        Flag(
            ("--inline-media",),
            f"The size up to which video and audio are in the page, {INLINE_MEDIA} by default; larger ones are files"
            " beside it.",
            metavar="MB",
            kind="number",
            least=0,
            most=100,
        ),
    )
    allow_scripts: bool = setting(
        False,
        Flag(
            ("--allow-scripts",),
            "Keep the deck's own scripts, handlers and javascript: links; only for decks you trust.",
            value=True,
        ),
        of_user=True,
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
    claims: OnFalse | None = setting(
        None,
        Flag(
            ("--claims",),
            "Whether a false claim stops the build, or is struck through, with a warning.",
            choices=get_args(OnFalse),
        ),
    )
    offline: bool = setting(
        False, Flag(("--offline",), "Do not use the Hugging Face Hub.", value=True), of_values=True, of_user=True
    )
    download_weights: bool = setting(
        False,
        Flag(("--download-weights",), "Download weights that a deck quantizes from the Hugging Face Hub.", value=True),
        of_values=True,
        of_user=True,
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


def independent(flags: Iterable[Flag]) -> list[Flag]:
    """Returns the given flags of one setting without those that another one of them extends."""
    given = list(flags)
    extended = {flag.extends for flag in given}
    return [flag for flag in given if flag.names[0] not in extended]
