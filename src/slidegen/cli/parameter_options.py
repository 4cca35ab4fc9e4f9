"""Command-line options for the parameters of table sources, made from the fields that declare the parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import NoneType
from typing import Annotated, Any, Final, Literal, get_args, get_origin

import click
from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from slidegen.cli.options import Command, Convert, options, several, several_option
from slidegen.tables.base import SourceParameters
from slidegen.tables.fields import is_list

METAVARS: Final[Mapping[Any, str]] = {int: "N", float: "NUMBER", str: "NAME"}


def parameter_options(
    models: Mapping[str, type[SourceParameters]],
    *,
    names: Sequence[str] = (),
    leave_out: Iterable[str] = (),
    defaults: Mapping[str, str] | None = None,
    allowed: Mapping[str, Sequence[str]] | None = None,
) -> Callable[[Command], Command]:
    """Returns the options of the parameters of several sources as one decorator.

    A parameter of several sources has one option with the choices of all of them. Help names the source of a default
    that differs from the first source's. `names` selects parameters (default: all), `leave_out` excludes some.
    `defaults` replaces the default in the help text, `allowed` restricts the choices.
    """
    fields: dict[str, dict[str, FieldInfo]] = {}
    for source, model in models.items():
        for name, field in model.model_fields.items():
            if name not in leave_out and (not names or name in names):
                fields.setdefault(name, {})[source] = field
    return options(
        *(_option(name, found, (defaults or {}).get(name), (allowed or {}).get(name)) for name, found in fields.items())
    )


def sweep_options(model: type[SourceParameters], *, leave_out: Iterable[str] = ()) -> list[click.Parameter]:
    """Returns an option for each parameter of a source that takes several values, which a sweep combines.

    The values of a parameter that is a list by nature are lists: the option is repeated for each. A parameter that is a
    mapping, or a list of mappings, has none.
    """
    lists = {name for name in model.model_fields if is_list(model, name)}
    found = {name: field for name, field in model.model_fields.items() if name not in leave_out}
    return [_sweep_option(name, field, as_list=name in lists) for name, field in found.items() if _is_plain(field)]


def _sweep_option(name: str, field: FieldInfo, *, as_list: bool) -> click.Parameter:
    item = _item(field.annotation)
    convert, metavar = (_switch, "[on|off]") if item is bool else _converter(item, _choices(item))
    help = _help(field, _shown(field.default) if not field.is_required() else "")
    return several_option(f"--{name.replace('_', '-')}", name, convert, metavar=metavar, help=help, nested=as_list)


def _is_plain(field: FieldInfo) -> bool:
    return "dict" not in str(field.annotation)


def _switch(text: Any, option: click.Parameter, ctx: click.Context) -> bool:
    value = {"on": True, "off": False}.get(str(text).lower())
    return click.BOOL.convert(text, option, ctx) if value is None else value


def _option(
    name: str, found: Mapping[str, FieldInfo], default: str | None, allowed: Sequence[str] | None
) -> Callable[[Command], Command]:
    first, *_ = found.values()
    flag = f"--{name.replace('_', '-')}"
    items = [_item(field.annotation) for field in found.values()]
    many = get_origin(first.annotation) is tuple
    text = _help(first, _defaults(found) if default is None else default)
    if items[0] is bool:
        if many or first.default is not False:
            flag += f"/--no-{flag.removeprefix('--')}"
        return click.option(flag, is_flag=True, default=None, help=text)
    choices = tuple(allowed or dict.fromkeys(choice for item in items for choice in _choices(item)))
    if many:
        convert, metavar = _converter(items[0], choices)
        return several(flag, name, convert, metavar=metavar, help=text)
    kind: Any = click.Choice(choices) if choices else items[0]
    return click.option(flag, type=kind, metavar=None if choices else METAVARS[items[0]], help=text)


def _item(annotation: Any) -> Any:
    """Returns the type of one value: the type of a tuple's items, without None and without bounds."""
    if get_origin(annotation) is tuple:
        annotation = get_args(annotation)[0]
    kinds = [kind for kind in get_args(annotation) if kind is not NoneType]
    if NoneType in get_args(annotation) and len(kinds) == 1:
        annotation = kinds[0]
    base = getattr(annotation, "__origin__", annotation)
    return base if base in METAVARS else annotation


def _choices(item: Any) -> tuple[str, ...]:
    return get_args(item) if get_origin(item) is Literal else ()


def _converter(item: Any, choices: Sequence[str]) -> tuple[Convert, str]:
    """Returns the function that converts a text to a value, and the name of such a value in help."""
    if choices:
        return click.Choice(choices).convert, f"[{'|'.join(choices)}]"
    if item is int:
        return click.INT.convert, METAVARS[int]
    if item is str:
        return click.STRING.convert, METAVARS[str]
    kinds = get_args(item.__origin__ if get_origin(item) is Annotated else item)
    return _checked(item), "|".join(METAVARS.get(kind) or "|".join(_choices(kind)) for kind in kinds)


def _checked(item: Any) -> Convert:
    """Returns a conversion by pydantic. A text of digits counts as an integer."""
    adapter = TypeAdapter(item)

    def convert(text: Any, option: click.Parameter, ctx: click.Context) -> Any:
        try:
            return adapter.validate_python(int(text) if text.isdecimal() else text)
        except ValidationError as error:
            first, *_ = error.errors(include_url=False)
            raise click.BadParameter(first["msg"].removeprefix("Value error, "), ctx, option) from None

    return convert


def _help(field: FieldInfo, default: str) -> str:
    return f"{field.description}{f'  [default: {default}]' if default else ''}"


def _defaults(found: Mapping[str, FieldInfo]) -> str:
    """Returns the default of a parameter in the first source, and the different defaults of other sources."""
    source, *others = found
    shown = {name: _shown(field.default) for name, field in found.items()}
    different = [f"{other}: {shown[other]}" for other in others if shown[other] != shown[source]]
    return "; ".join(filter(None, (shown[source], *different)))


def _shown(default: Any) -> str:
    if isinstance(default, tuple):
        return ", ".join(map(_shown, default))
    if isinstance(default, bool):
        return "on" if default else "off"
    return "" if default is None else str(default)
