"""The commands, one module each. The only part of slidegen that prints or exits."""

from __future__ import annotations

import sys
from importlib import import_module
from keyword import iskeyword
from typing import Any, Final

import click

from slidegen.errors import SlidegenError
from slidegen.version import __version__

COMMANDS: Final = ("build", "serve", "present", "check", "import", "tables", "estimate", "quantize", "models", "schema")
"""Each command is the function of this name in the module of this name, imported when the command is used. A name that
is a Python keyword has an underscore there."""


class Commands(click.Group):
    """The command group. Prints the user's mistakes to standard error, one line each, and exits with code 1."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click passes it
        """The names of the commands in the order of the help text."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        """The command with this name; None if there is none."""
        if cmd_name not in COMMANDS:
            return None
        name = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name
        command = getattr(import_module(f"slidegen.cli.{name}"), name)
        assert isinstance(command, click.Command)
        return command

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Runs a command line. Reports errors of printing as well, because click prints the help here."""
        try:
            return super().main(*args, **kwargs)
        except SlidegenError as error:
            from slidegen.printing import printable

            for problem in error.problems:
                click.echo(f"error: {printable(str(problem))}", err=True)
            sys.exit(1)

    def invoke(self, ctx: click.Context) -> Any:
        """Runs a command."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as stop:
            click.echo(str(stop) or "stopped", err=True)
            sys.exit(130)
        except BrokenPipeError:  # the reader has closed the pipe, as in `| head -1`
            sys.exit(0)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="slidegen")
def main() -> None:
    """Write a deck once; every number on it is computed when it is built."""
