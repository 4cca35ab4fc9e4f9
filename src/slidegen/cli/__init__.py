"""The commands, one module each. The only part of slidegen that prints or exits."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from keyword import iskeyword
from typing import Any, BinaryIO, Final

import click

from slidegen.cli.messages import Messages, add_options, messages, requested
from slidegen.errors import Problem, SlidegenError, reason
from slidegen.version import __version__

COMMANDS: Final = (
    *("new", "build", "serve", "present", "check", "export", "import", "tables", "claims", "diff", "stale", "config"),
    *("estimate", "quantize", "sweep", "models", "themes", "icons", "schema"),
)
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
        add_options(command)
        return command

    def main(
        self, args: Sequence[str] | None = None, *others: Any, errors: BinaryIO | None = None, **named: Any
    ) -> Any:
        """Runs a command line. Reports errors of printing as well, because click prints the help here.

        JSON goes to `errors`, else to standard error.
        """
        words = sys.argv[1:] if args is None else list(args)
        as_json, file = requested(words)
        told = Messages(as_json, errors)
        try:
            if file is not None:
                with _usage_errors(told):
                    told.open(file, words)
            return super().main(args, *others, obj=told, **named)
        except SlidegenError as error:
            for problem in error.problems:
                told.error(problem)
            sys.exit(1)
        except click.ClickException as error:  # of the path of the file; click reports its own
            error.show()
            sys.exit(error.exit_code)
        except SystemExit as end:
            sys.exit(1 if told.failed and not end.code else end.code)
        except Exception as error:
            what = f"slidegen itself failed, please report it: {reason(error, named=True)}"
            told.record("error", Problem(what, code="internal-error"))
            if not as_json:
                raise
            sys.exit(1)

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Reads the options that stand before the command."""
        with _usage_errors(extra.get("obj")):
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Runs a command."""
        try:
            with _usage_errors(ctx.obj):
                return super().invoke(ctx)
        except KeyboardInterrupt as stop:
            messages().info(Problem(str(stop) or "stopped", code="stopped"))
            sys.exit(130)
        except BrokenPipeError:  # the reader has closed the pipe, as in `| head -1`
            sys.exit(0)


@contextmanager
def _usage_errors(told: Messages | None) -> Iterator[None]:
    """Reports a wrong command line as an object, wherever objects go. For people click prints it."""
    try:
        yield
    except click.ClickException as error:
        if told is not None:
            told.record("error", Problem(error.format_message(), code="usage"))
        if told is None or not told.as_json:
            raise
        sys.exit(error.exit_code)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="slidegen")
def main() -> None:
    """Write a deck once; every number on it is computed when it is built."""


add_options(main)
