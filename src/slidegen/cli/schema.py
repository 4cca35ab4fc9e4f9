"""`slidegen schema`."""

from __future__ import annotations

import click


@click.command()
def schema() -> None:
    """Print the JSON Schema of YAML decks, for editors."""
    from slidegen.scaffold import schema_text

    click.echo(schema_text(), nl=False)
