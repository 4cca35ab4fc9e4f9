"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import Field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from slidegen.build_options import BuildOptions, Flag, build_settings, independent
from slidegen.user_configuration import user_defaults, user_permissions, user_settings

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

FORMATS = ("table", "json", "csv", "github", "orgtbl", "rst", "html", "latex", "asciidoc", "tsv")

Command = Callable[..., Any]
Convert = Callable[[Any, click.Parameter, click.Context], Any]

format_option = click.option("--format", "format_", type=click.Choice(FORMATS), default="table", show_default=True)


def list_by_default(ctx: click.Context, group: click.Group, listing: click.Command, format_: str | None) -> None:
    """Runs the command `listing` of a group that is called without a command. Else the group's format is that of the
    command, unless it has one of its own."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(listing, format_=format_ or "table")
    elif format_ is not None:
        ctx.default_map = {name: {"format_": format_} for name in group.commands}


def options(*decorators: Callable[[Command], Command]) -> Callable[[Command], Command]:
    """Combines options into one decorator. Help shows them in this order."""

    def decorate(command: Command) -> Command:
        for decorator in reversed(decorators):
            command = decorator(command)
        return command

    return decorate


def _option(name: str, flag: Flag) -> Callable[[Command], Command]:
    """The option of a setting. `name` is the name of the command's parameter (see `_parameter`)."""
    if flag.value is not None:
        return click.option(*flag.names, name, is_flag=True, help=flag.help)
    kinds: dict[str, click.ParamType[Any]] = {
        "path": click.Path(path_type=Path),
        "number": click.IntRange(flag.least, flag.most),
    }
    more: dict[str, Any] = {"type": kinds[flag.kind]} if flag.kind in kinds else {}
    if flag.choices:
        more["type"] = click.Choice(flag.choices)
    if flag.kind == "number" and flag.most is None:
        more |= {"default": flag.least, "show_default": True}
    return click.option(*flag.names, name, multiple=flag.several, metavar=flag.metavar, help=flag.help, **more)


def _parameter(field: str, flag: Flag) -> str:
    """The name of the command's parameter for an option: the field's, with the value if several options set it."""
    return f"{field}_{flag.value}".replace("-", "_") if isinstance(flag.value, str) else field


def _decorators(chosen: Callable[[Field[Any]], bool]) -> list[Callable[[Command], Command]]:
    return [
        _option(_parameter(field.name, flag), flag)
        for field, flags in build_settings().items()
        if chosen(field)
        for flag in flags
    ]


def setting_option(name: str) -> Callable[[Command], Command]:
    """The options of one setting, for a command that does not build."""
    return options(*_decorators(lambda field: field.name == name))


def served_at(port: int) -> Callable[[Command], Command]:
    """The options of a command that serves a page: its port, `port` by default, and whether the browser opens it."""
    return options(
        click.option(
            "-p",
            "--port",
            type=click.IntRange(0, 65535),
            default=port,
            show_default=True,
            help="The port on this machine; 0 takes a free one.",
        ),
        click.option("--open", "open_", is_flag=True, help="Open the page in the browser."),
    )


quiet_option = click.option("-q", "--quiet", is_flag=True, help="Print errors and results only.")
verbose_option = click.option("-v", "--verbose", is_flag=True, help="Explain what a build reads and how it decides.")
jobs_option = setting_option("jobs")
offline_option = click.option(
    "--offline",
    is_flag=True,
    help="Do not use the Hugging Face Hub.",
    callback=lambda _, __, value: value or "offline" in user_permissions(user_settings()),
)
deck_options = options(*_decorators(lambda _: True), quiet_option, verbose_option)
"""All settings of a build."""
value_options = options(*_decorators(lambda field: bool(field.metadata["of_values"])), quiet_option, verbose_option)
"""The settings that change the values of a deck."""


def build_options(given: Mapping[str, Any], **more: Any) -> BuildOptions:
    """Makes build options from a command's options, with `more` of its own. The user's configuration fills in the rest.

    Raises click.UsageError, or SlidegenError for a mistake in the user's configuration.
    """
    values = {
        field.name: setting_value(field.name, flags, given)
        for field, flags in build_settings().items()
        if any(_parameter(field.name, flag) in given for flag in flags)
    }
    settings = user_settings()
    permissions = {name: value.value for name, value in user_permissions(settings).items() if values.get(name) is None}
    chosen = {name: value for name, value in values.items() if value is not None}
    return BuildOptions(**permissions, **chosen, defaults=user_defaults(settings), **more)


def setting_value(field: str, flags: Sequence[Flag], given: Mapping[str, Any]) -> Any:
    """The value of a field of `BuildOptions`; None if no option sets it. Raises click.UsageError."""
    chosen = independent(flag for flag in flags if _is_given(given[_parameter(field, flag)]))
    if not chosen:
        return None
    if len(chosen) > 1:
        raise click.UsageError(f"use one of {' and '.join(flag.names[0] for flag in chosen)}")
    flag = chosen[0]
    value = given[_parameter(field, flag)]
    if flag.value is not None:
        return flag.value
    return _pairs(flag, value) if flag.kind == "pair" else value


def _is_given(value: Any) -> bool:
    """Whether an option has a value; 0 is one."""
    return bool(value) or type(value) is int


def _pairs(flag: Flag, texts: Sequence[str]) -> dict[str, str]:
    pairs = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise click.UsageError(f"{flag.names[0]} {text}: write {flag.metavar}")
        pairs[name.strip()] = value.strip()
    return pairs


def several(flag: str, name: str, convert: Convert, *, metavar: str, help: str) -> Callable[[Command], Command]:
    """An option that may be repeated or take several values with commas. The command gets one tuple.

    `convert` converts one text to a value, like `click.INT.convert`. It raises click.BadParameter.
    """

    return click.option(flag, name, multiple=True, callback=_converted(convert), metavar=metavar, help=help)


def several_option(flag: str, name: str, convert: Convert, *, metavar: str, help: str, nested: bool) -> click.Option:
    """The same as an option of its own. If it is `nested`, the command gets a list for each time that it is given."""
    whole = _converted(convert)

    def lists(ctx: click.Context, option: click.Parameter, texts: Iterable[str]) -> tuple[Any, ...]:
        return tuple(list(whole(ctx, option, [text])) for text in texts)

    return click.Option([flag, name], multiple=True, callback=lists if nested else whole, metavar=metavar, help=help)


def _converted(convert: Convert) -> Callable[[click.Context, click.Parameter, Iterable[str]], tuple[Any, ...]]:
    def parsed(ctx: click.Context, option: click.Parameter, texts: Iterable[str]) -> tuple[Any, ...]:
        return tuple(convert(part, option, ctx) for part in _parts(texts, "a value is empty", ctx, option))

    return parsed


def models_argument(*, required: bool) -> Callable[[Command], Command]:
    """The models of a command, separated by spaces or commas. The path of an existing file may contain a comma."""

    def parsed(ctx: click.Context, argument: click.Parameter, texts: Iterable[str]) -> tuple[str, ...]:
        return tuple(
            part
            for text in texts
            for part in ([text] if _is_path(text) else _parts([text], "a model's name is empty", ctx, argument))
        )

    return click.argument(
        "models", nargs=-1, required=required, callback=parsed, metavar="MODEL...", shell_complete=complete_model
    )


def _is_path(text: str) -> bool:
    """Whether a word with a comma is an existing path."""
    try:
        return "," in text and Path(text).exists()
    except OSError:  # for example, the name is too long
        return False


def complete_model(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    """The shell's completions of a model: names of the catalogue for what follows the last comma, or files."""
    from click.shell_completion import CompletionItem

    from slidegen.models.catalogue import entries, twins
    from slidegen.models.names import looks_like_path

    if looks_like_path(begun):
        return [CompletionItem(begun, type="file")]
    before, comma, last = begun.rpartition(",")
    names = sorted([*entries(), *twins()], key=str.lower)
    return [CompletionItem(f"{before}{comma}{name}") for name in names if name.lower().startswith(last.lower())]


def _parts(texts: Iterable[str], empty: str, ctx: click.Context, parameter: click.Parameter) -> list[str]:
    """Splits texts at commas. Raises click.BadParameter if a part is empty."""
    parts = [part.strip() for text in texts for part in text.split(",")]
    if not all(parts):
        raise click.BadParameter(f"{empty}; separate values by commas", ctx, parameter)
    return parts
