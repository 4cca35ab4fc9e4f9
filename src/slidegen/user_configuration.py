"""The user's own configuration: a file outside of all projects, which may also hold permissions."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from slidegen.build_options import Flag, build_settings, independent
from slidegen.errors import Problem, SlidegenError
from slidegen.files import is_there
from slidegen.settings_file import KEYS, Setting, read_settings

VARIABLE: Final = "SLIDEGEN_CONFIG"
"""The environment variable that names another file; if it is empty, there is none."""
NAME: Final = "config.toml"
HINT: Final = "docs/commands.md describes the user's configuration"


def configuration_path() -> Path | None:
    """Returns where the user's configuration is, or would be; None if the environment says that there is none."""
    named = os.environ.get(VARIABLE)
    if named is not None:
        return Path(named) if named else None
    if sys.platform == "linux":  # the same as by platformdirs, whose import takes 15 ms of every build
        return Path(os.environ.get("XDG_CONFIG_HOME", "").strip() or Path("~/.config").expanduser(), "slidegen", NAME)
    from platformdirs import user_config_path

    return user_config_path("slidegen") / NAME


def user_settings() -> Mapping[str, Setting]:
    """Returns the settings of the user's configuration.

    Raises:
        SlidegenError: it cannot be read or has mistakes, or the file that the environment names does not exist.
    """
    path = configuration_path()
    if path is None:
        return {}
    if not is_there(path):
        if VARIABLE in os.environ:
            raise SlidegenError(
                [Problem(f"{VARIABLE} names a file that does not exist", str(path), code="missing-file")]
            )
        return {}
    settings = build_settings().items()
    permissions = {flag.key: bool for field, flags in settings for flag in flags if field.metadata["of_user"]}
    return read_settings(path, {**KEYS, **permissions}, HINT)


def user_permissions(settings: Mapping[str, Setting]) -> Mapping[str, Setting]:
    """Returns what the user's `settings` permit or forbid: the fields of `BuildOptions`, with their values.

    Raises:
        SlidegenError: two settings exclude each other.
    """
    found: dict[str, Setting] = {}
    for field, flags in build_settings().items():
        given = independent(flag for flag in flags if field.metadata["of_user"] and _is_on(settings, flag))
        if len(given) > 1:
            names = " and ".join(flag.key for flag in given)
            raise SlidegenError([settings[given[-1].key].problem(f"set one of {names}")])
        for flag in given:
            found[field.name] = replace(settings[flag.key], value=flag.value)
    return found


def user_defaults(settings: Mapping[str, Setting]) -> Mapping[str, Setting]:
    """Returns the user's settings that a deck and its project come before."""
    return {key: settings[key] for key in ("theme", "scheme", "format", "output") if key in settings}


def _is_on(settings: Mapping[str, Setting], flag: Flag) -> bool:
    return flag.key in settings and bool(settings[flag.key].value)
