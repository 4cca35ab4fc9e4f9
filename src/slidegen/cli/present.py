"""`slidegen present`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from slidegen.cli.messages import messages, print_problems
from slidegen.cli.options import build_options, deck_options, served_at
from slidegen.errors import Problem

if TYPE_CHECKING:
    from slidegen.present.pages import Addresses

PORT = 8766
READY = "Ctrl-C ends this"


def _host(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return None
    from slidegen.present.address import address_mistake, normal

    mistake = address_mistake(value)
    if mistake is not None:
        raise click.BadParameter(mistake)
    return normal(value)


@click.command()
@click.argument("deck", metavar="DECK", type=click.Path())
@click.option(
    "--host",
    metavar="ADDRESS",
    callback=_host,
    help="Serve in the room's network, on this address of the machine; auto finds it. Default: this machine only.",
)
@served_at(PORT)
@click.option("--audience", is_flag=True, help="Let others follow the slides on their own devices.")
@deck_options
def present(
    deck: str, host: str | None, port: int, audience: bool, open_: bool, quiet: bool, verbose: bool, **settings: Any
) -> None:
    """Present a deck with a phone as the remote."""
    if quiet and verbose:
        raise click.UsageError("use one of --quiet and --verbose")
    options = build_options(settings)
    from slidegen.present.server import present_deck

    def built(warnings: tuple[Problem, ...]) -> None:
        if not quiet:
            print_problems(warnings)

    def ready(addresses: Addresses) -> None:
        click.echo(f"present:  {addresses.presenter}")
        click.echo(f"remote:   {addresses.remote}")
        if addresses.audience is not None:
            click.echo(f"audience: {addresses.audience}")
        if not quiet:
            messages().info(Problem(READY, deck, code="serving"), _with_codes(addresses, host))
        if open_:
            import webbrowser

            webbrowser.open(addresses.presenter)

    present_deck(deck, options, host=host, port=port, audience=audience, built=built, ready=ready)
    messages().info(Problem("stopped", code="stopped"))


def _with_codes(addresses: Addresses, host: str | None) -> str:
    """Returns what people see below the addresses: the QR codes, if other devices can come here at all."""
    if host is None:
        return f"Only this machine can open these; --host auto lets phones in the same network in.\n{READY}"
    from slidegen.present.pages import terminal_qr

    parts = ["", "Remote, for your phone only:", terminal_qr(addresses.remote)]
    if addresses.audience is not None:
        parts += ["Audience:", terminal_qr(addresses.audience)]
    return "\n".join([*parts, READY])
