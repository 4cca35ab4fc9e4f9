"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import Field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from slidegen.build_options import BuildOptions, Flag, build_settings

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

FORMATS = ("table", "json", "csv", "github", "orgtbl", "rst", "html", "latex", "asciidoc", "tsv")

Command = Callable[..., Any]
Convert = Callable[[Any, click.Parameter, click.Context], Any]

format_option = click.option("--format", "format_", type=click.Choice(FORMATS), default="table", show_default=True)


def options(*decorators: Callable[[Command], Command]) -> Callable[[Command], Command]:
    """Options as one decorator; help shows them in this order."""

    def decorate(command: Command) -> Command:
        for decorator in reversed(decorators):
            command = decorator(command)
        return command

    return decorate


def _option(name: str, flag: Flag) -> Callable[[Command], Command]:
    """The option of a setting. Its parameter is called as the field, or, where several set one field, as itself too."""
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
    """The name by which a command gets what an option says."""
    return f"{field}_{flag.value}".replace("-", "_") if isinstance(flag.value, str) else field


def _decorators(chosen: Callable[[Field[Any]], bool]) -> list[Callable[[Command], Command]]:
    return [
        _option(_parameter(field.name, flag), flag)
        for field, flags in build_settings().items()
        if chosen(field)
        for flag in flags
    ]


def setting_option(name: str) -> Callable[[Command], Command]:
    """The options of one setting, for a command that builds nothing."""
    return options(*_decorators(lambda field: field.name == name))


quiet_option = click.option("-q", "--quiet", is_flag=True, help="Print errors and results only.")
verbose_option = click.option("-v", "--verbose", is_flag=True, help="Explain what a build goes by and reads.")
jobs_option = setting_option("jobs")
offline_option = setting_option("offline")
deck_options = options(*_decorators(lambda _: True), quiet_option, verbose_option)
"""Every setting of a build."""
value_options = options(*_decorators(lambda field: bool(field.metadata["of_values"])), quiet_option, verbose_option)
"""Those that change what the values of a deck are."""


def build_options(given: Mapping[str, Any], **more: Any) -> BuildOptions:
    """What the options of a deck say, with `more` of the command's own. Raises click.UsageError."""
    said = {
        field.name: _said(field.name, flags, given)
        for field, flags in build_settings().items()
        if any(_parameter(field.name, flag) in given for flag in flags)
    }
    return BuildOptions(**{name: value for name, value in said.items() if value is not None}, **more)


def _said(field: str, flags: Sequence[Flag], given: Mapping[str, Any]) -> Any:
    """The value of a field; None if no option sets it."""
    chosen = [flag for flag in flags if given[_parameter(field, flag)]]
    if not chosen:
        return None
    extended = {flag.extends for flag in chosen}
    apart = [flag for flag in chosen if flag.names[0] not in extended]
    if len(apart) > 1:
        raise click.UsageError(f"use one of {' and '.join(flag.names[0] for flag in apart)}")
    flag = apart[0]
    value = given[_parameter(field, flag)]
    if flag.value is not None:
        return flag.value
    return _pairs(flag, value) if flag.kind == "pair" else value


def _pairs(flag: Flag, texts: Sequence[str]) -> dict[str, str]:
    pairs = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise click.UsageError(f"{flag.names[0]} {text}: write {flag.metavar}")
        pairs[name.strip()] = value.strip()
    return pairs


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
