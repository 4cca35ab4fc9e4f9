"""`slidegen config`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from slidegen.build_options import OUTPUT_FOLDER, BuildOptions, build_settings
from slidegen.cli.options import build_options, format_option, setting_option, setting_value
from slidegen.user_configuration import configuration_path, user_permissions, user_settings

if TYPE_CHECKING:
    from slidegen.model import Deck, Table
    from slidegen.project import Project
    from slidegen.settings_file import Setting

COMMAND_LINE: Final = "command line"
DEFAULT: Final = "default"
DEFAULTS: Final = {"theme": "auto", "scheme": "as the theme", "format": "reveal", "output": str(OUTPUT_FOLDER)}


@dataclass(frozen=True, slots=True)
class Row:
    """A key, its value in force, and where this comes from."""

    key: str
    value: str | bool
    where: str


@click.command()
@click.argument("deck", required=False, type=click.Path())
@click.option("--output-dir", "folder", type=click.Path(path_type=Path), help="As for `build`.")
@setting_option("theme")
@setting_option("scheme")
@setting_option("root")
@setting_option("offline")
@setting_option("remote")
@setting_option("allow_scripts")
@setting_option("download_weights")
@format_option
def config(deck: str | None, folder: Path | None, format_: str, **settings: Any) -> None:
    """Print the settings in force, and where each comes from: for a deck, or for the working directory."""
    from slidegen.printing import print_table
    from slidegen.project import find_project
    from slidegen.sources import parse, read

    options = build_options(settings, folder=folder)
    parsed = None if deck is None else parse(read(deck, root=options.root))
    project = find_project(Path(), options.root) if parsed is None else parsed.source.project
    rows = [*_places(parsed, project, options), *_looks(parsed, project, options), *_permissions(project, settings)]
    if format_ == "json":
        click.echo(json.dumps([{"key": row.key, "value": row.value, "where": row.where} for row in rows], indent=1))
        return
    click.echo(print_table(_table(rows), format_, "GiB"))


def _places(deck: Deck | None, project: Project, options: BuildOptions) -> Iterator[Row]:
    """Yields the root and the user's configuration."""
    from slidegen.files import is_there

    found = "working directory" if deck is None else "deck's folder"
    if project.mark is not None:
        found = str(project.mark)
    elif options.root is not None:
        found = COMMAND_LINE
    yield Row("root", str(project.root), found)
    path = configuration_path()
    if path is not None:
        yield Row("configuration", str(path), "user's configuration" if is_there(path) else "not there")


def _looks(deck: Deck | None, project: Project, options: BuildOptions) -> Iterator[Row]:
    """Yields the settings that a deck or its project may make."""
    from slidegen.outputs.target import output_folder
    from slidegen.overrides import sets

    for key in ("theme", "scheme", "format"):
        given = getattr(options, key)
        if given is not None:
            yield Row(key, given, COMMAND_LINE)
        elif deck is not None and sets(deck, key):
            path, line = deck.options.place(key, deck.source.name)
            yield Row(key, _written(deck, key), path if line is None else f"{path}:{line}")
        else:
            setting = project.settings.get(key) or options.defaults.get(key)
            yield Row(key, DEFAULTS[key] if setting is None else setting.value, _where(setting))
    setting = project.settings.get("output") or options.defaults.get("output")
    where = _where(setting) if options.folder is None else COMMAND_LINE
    yield Row("output", str(output_folder(project, options)), where)


def _written(deck: Deck, key: str) -> str:
    """Returns the deck's own theme, scheme or format."""
    from slidegen.marp_themes import OWN_THEME

    if key == "theme" and deck.marp is not None and deck.marp.theme not in (None, OWN_THEME):
        return str(deck.marp.theme)
    return str(getattr(deck.options, key))


def _permissions(project: Project, given: Mapping[str, Any]) -> Iterator[Row]:
    """Yields what is forbidden or permitted. Of the project's settings, only `offline: true` has an effect."""
    user = user_permissions(user_settings())
    for field, flags in build_settings().items():
        if not field.metadata["of_user"]:
            continue
        value, where = setting_value(field.name, flags, given), COMMAND_LINE
        if value is None and field.name == "offline" and project.offline:
            value, where = True, _where(project.settings["offline"])
        if value is None and field.name in user:
            value, where = user[field.name].value, _where(user[field.name])
        for flag in flags:
            said = field.name == "offline" and "offline" in project.settings and value is None
            origin = _where(project.settings["offline"]) if said else DEFAULT
            yield Row(flag.key, value == flag.value, where if value == flag.value else origin)


def _where(setting: Setting | None) -> str:
    return DEFAULT if setting is None else f"{setting.path}:{setting.line}"


def _table(rows: list[Row]) -> Table:
    from slidegen.model import Column, Provenance, Table

    columns = (Column("key", "Key", "text"), Column("value", "Value", "text"), Column("where", "From", "text"))
    shown = tuple(
        (row.key, str(row.value).lower() if isinstance(row.value, bool) else row.value, row.where) for row in rows
    )
    return Table(columns, shown, Provenance("configuration"))
