"""`slidegen present`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from slidegen.cli.messages import print_problems
from slidegen.cli.options import build_options, deck_options

if TYPE_CHECKING:
    from slidegen.errors import Problem
    from slidegen.present.pages import Addresses

PORT = 8766


def _host(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return None
    from slidegen.present.address import address_mistake

    mistake = address_mistake(value)
    if mistake is not None:
        raise click.BadParameter(mistake)
    return value


@click.command()
@click.argument("deck", metavar="DECK", type=click.Path())
@click.option(
    "--host",
    metavar="ADDRESS",
    callback=_host,
    help="Serve in the room's network, on this address of the machine; auto finds it. Default: this machine only.",
)
@click.option(
    "-p",
    "--port",
    type=click.IntRange(0, 65535),
    default=PORT,
    show_default=True,
    help="The port on this machine; 0 takes a free one.",
)
@click.option("--audience", is_flag=True, help="Let others follow the slides on their own devices.")
@click.option("--open", "open_", is_flag=True, help="Open the page in the browser.")
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
            _print_codes(addresses, host)
        if open_:
            import webbrowser

            webbrowser.open(addresses.presenter)

    present_deck(deck, options, host=host, port=port, audience=audience, built=built, ready=ready)
    click.echo("stopped", err=True)


def _print_codes(addresses: Addresses, host: str | None) -> None:
    """Prints the QR codes, if other devices can come here at all."""
    if host is None:
        click.echo("Only this machine can open these; --host auto lets phones in the same network in.", err=True)
    else:
        from slidegen.present.pages import terminal_qr

        click.echo(f"\nRemote, for your phone only:\n{terminal_qr(addresses.remote)}", err=True)
        if addresses.audience is not None:
            click.echo(f"Audience:\n{terminal_qr(addresses.audience)}", err=True)
    click.echo("Ctrl-C ends this.", err=True)
