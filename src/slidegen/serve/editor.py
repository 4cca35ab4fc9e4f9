"""Opens the source of a slide in the user's editor: by a command of the user's own, or by the address of an editor."""

from __future__ import annotations

import asyncio
import os
import re
import shlex
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import quote

from slidegen.errors import Problem, SlidegenError

VARIABLE: Final = "SLIDEGEN_EDITOR"
KNOWN: Final = {
    "code": "code -g {path}:{line}",
    "codium": "codium -g {path}:{line}",
    "cursor": "cursor -g {path}:{line}",
    "zed": "zed {path}:{line}",
    "subl": "subl {path}:{line}",
    "gvim": "gvim --remote-silent +{line} {path}",
    "mvim": "mvim --remote-silent +{line} {path}",
    "emacs": "emacsclient -n +{line} {path}",
    "emacsclient": "emacsclient -n +{line} {path}",
    "idea": "idea --line {line} {path}",
    "pycharm": "pycharm --line {line} {path}",
    "kate": "kate -l {line} {path}",
    "gedit": "gedit {path} +{line}",
    "vscode": "vscode://file{path}:{line}",
    "vim": "mvim://open?url=file://{path}&line={line}",
}
"""What the short names of editors stand for."""
DEFAULT: Final = KNOWN["vscode"]
ADDRESS: Final = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
PLACES: Final = ("{path}", "{line}")


def editor_template(environment: Mapping[str, str] = os.environ) -> str:
    """Returns how to open a line: a command, or an address, with ``{path}`` and ``{line}``.

    Raises:
        SlidegenError: SLIDEGEN_EDITOR does not say where the path goes, or cannot be read as a command.
    """
    given = environment.get(VARIABLE, "").strip()
    if not given:
        return KNOWN["code"] if shutil.which("code") else DEFAULT
    template = KNOWN.get(given, given)
    if "{path}" not in template:
        names = ", ".join(KNOWN)
        what = f"{VARIABLE} is {given!r}; allowed: {names}, or a command such as 'code -g {{path}}:{{line}}'"
        raise SlidegenError([Problem(what, code="environment-variable")])
    if not is_address(template):
        try:
            shlex.split(template)
        except ValueError as error:
            raise SlidegenError(
                [Problem(f"{VARIABLE} is {given!r}: {str(error).lower()}", code="environment-variable")]
            ) from None
    return template


def is_address(template: str) -> bool:
    """Whether a template is an address that the browser opens, such as ``vscode://file{path}:{line}``."""
    return ADDRESS.match(template) is not None and "://" in template.split()[0]


def address(template: str, path: Path, line: int) -> str:
    """Returns the address of a line."""
    return _filled(template, quote(str(path)), line)


def command(template: str, path: Path, line: int) -> list[str]:
    """Returns the arguments of the command that opens a line. No shell reads them."""
    return [_filled(word, str(path), line) for word in shlex.split(template)]


async def run_editor(arguments: list[str]) -> None:
    """Starts an editor and waits for its command to end, so that no process is left unwaited for.

    Raises:
        SlidegenError: the command cannot be started.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            *arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise SlidegenError(
            [Problem(f"the editor {arguments[0]!r} does not start: {why}; see {VARIABLE}", code="editor")]
        ) from None
    waiting = asyncio.get_running_loop().create_task(process.wait())
    _WAITED_FOR.add(waiting)
    waiting.add_done_callback(_WAITED_FOR.discard)


_WAITED_FOR: Final[set[asyncio.Task[int]]] = set()
"""The editors that run: asyncio itself keeps no reference to a task."""


def _filled(text: str, path: str, line: int) -> str:
    """Fills in a place in one step: a path may itself hold "{line}"."""
    values = {"{path}": path, "{line}": str(line)}
    return re.sub("|".join(map(re.escape, PLACES)), lambda found: values[found[0]], text)
