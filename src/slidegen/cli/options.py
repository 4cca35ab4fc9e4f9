"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from slidegen.pipeline import BuildOptions
    from slidegen.progress import Progress
    from slidegen.tables.desk import Mode

FORMATS = ("table", "json", "csv", "github", "orgtbl", "rst", "html", "latex", "asciidoc", "tsv")
DTYPES = ("float32", "float16", "bfloat16", "int8", "int4")

Command = Callable[..., Any]
Convert = Callable[[Any, click.Parameter, click.Context], Any]

jobs_option = click.option(
    "-j",
    "--jobs",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    metavar="N",
    help="Processes that compute the parts of slow tables; the results are the same.",
)
offline_option = click.option("--offline", is_flag=True, help="Never ask the Hugging Face Hub.")
quiet_option = click.option("-q", "--quiet", is_flag=True, help="Print errors and results only.")
format_option = click.option("--format", "format_", type=click.Choice(FORMATS), default="table", show_default=True)


def options(*decorators: Callable[[Command], Command]) -> Callable[[Command], Command]:
    """Options as one decorator; help shows them in this order."""

    def decorate(command: Command) -> Command:
        for decorator in reversed(decorators):
            command = decorator(command)
        return command

    return decorate


deck_options = options(
    click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="Replace a variable of the deck."),
    click.option("--refresh", is_flag=True, help="Compute every table again."),
    click.option("--frozen", is_flag=True, help="Compute nothing; fail if the record lacks something."),
    offline_option,
    click.option(
        "--download-weights", is_flag=True, help="Get weights that a deck quantizes from the Hugging Face Hub."
    ),
    jobs_option,
    quiet_option,
)
look_options = options(
    click.option(
        "--theme",
        metavar="NAME|FOLDER|CSS",
        help="auto, light, dark or a theme folder; for a Markdown deck also a Marp theme: gaia, uncover, my.css.",
    ),
    click.option("--format", "format_", metavar="NAME", help="The output format; the deck's own, else reveal."),
    click.option(
        "--theme-set", type=click.Path(path_type=Path), multiple=True, help="Marp theme CSS, a file or a folder."
    ),
    click.option("--fix-encoding", is_flag=True, help="Repair text that was decoded wrongly once, in the build only."),
)


def several(flag: str, name: str, convert: Convert, *, metavar: str, help: str) -> Callable[[Command], Command]:
    """An option that may be given several times, or once with commas; the command gets one tuple.

    `convert` makes the value of one text, as `click.INT.convert` does, and raises click.BadParameter.
    """

    def parsed(ctx: click.Context, option: click.Parameter, texts: Iterable[str]) -> tuple[Any, ...]:
        return tuple(convert(part, option, ctx) for part in _parts(texts, "a value is empty", ctx, option))

    return click.option(flag, name, multiple=True, callback=parsed, metavar=metavar, help=help)


def models_argument(*, required: bool) -> Callable[[Command], Command]:
    """The models of a command, as words or with commas; a path that is there may have a comma in its name."""

    def parsed(ctx: click.Context, argument: click.Parameter, texts: Iterable[str]) -> tuple[str, ...]:
        return tuple(
            part
            for text in texts
            for part in ([text] if _is_there(text) else _parts([text], "a model's name is empty", ctx, argument))
        )

    return click.argument(
        "models", nargs=-1, required=required, callback=parsed, metavar="MODEL...", shell_complete=complete_model
    )


def _is_there(text: str) -> bool:
    """Whether a word with a comma is a path."""
    try:
        return "," in text and Path(text).exists()
    except OSError:  # too long, say
        return False


def complete_model(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    """What a shell offers for a model: names of the catalogue, the last one behind commas; files for a path."""
    from click.shell_completion import CompletionItem

    from slidegen.models.catalogue import entries, twins
    from slidegen.models.names import looks_like_path

    if looks_like_path(begun):
        return [CompletionItem(begun, type="file")]
    before, comma, last = begun.rpartition(",")
    names = sorted([*entries(), *twins()], key=str.lower)
    return [CompletionItem(f"{before}{comma}{name}") for name in names if name.lower().startswith(last.lower())]


def _parts(texts: Iterable[str], empty: str, ctx: click.Context, parameter: click.Parameter) -> list[str]:
    """What stands between commas. Raises click.BadParameter if that is nothing somewhere."""
    parts = [part.strip() for text in texts for part in text.split(",")]
    if not all(parts):
        raise click.BadParameter(f"{empty}; give values with commas between them", ctx, parameter)
    return parts


def choice(flag: str, name: str, allowed: Sequence[str], help: str) -> Callable[[Command], Command]:
    """The same for words out of a list."""
    return several(flag, name, click.Choice(allowed).convert, metavar=f"[{'|'.join(allowed)}]", help=help)


def build_options(
    settings: Sequence[str],
    refresh: bool,
    frozen: bool,
    offline: bool,
    download_weights: bool,
    jobs: int,
    progress: Progress,
    more: Mapping[str, Any],
) -> BuildOptions:
    """What the options of a deck say, with `more` of the command's own. Raises click.UsageError."""
    from slidegen.pipeline import BuildOptions

    if refresh and frozen:
        raise click.UsageError("--refresh computes everything and --frozen nothing; use one of them")
    pairs = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals or not name.strip():
            raise click.UsageError(f"--set {setting}: write NAME=VALUE")
        pairs[name.strip()] = value.strip()
    mode: Mode = "refresh" if refresh else "frozen" if frozen else "reuse"
    return BuildOptions(
        settings=pairs,
        mode=mode,
        offline=offline,
        download_weights=download_weights,
        jobs=jobs,
        progress=progress,
        **more,
    )


def counted(slides: int) -> str:
    """A number of slides."""
    return "1 slide" if slides == 1 else f"{slides} slides"
