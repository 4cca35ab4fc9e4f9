"""`slidegen schema`."""

from __future__ import annotations

import json

import click


@click.command()
def schema() -> None:
    """Print the JSON Schema of YAML decks, for editors."""
    from slidegen.sources.schema import DeckModel

    click.echo(json.dumps(DeckModel.model_json_schema(), indent=1))
