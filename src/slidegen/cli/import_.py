"""`slidegen import`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from slidegen.cli.build import STDOUT
from slidegen.cli.messages import print_problems
from slidegen.cli.options import quiet_option, setting_option
from slidegen.errors import Problem, SlidegenError

if TYPE_CHECKING:
    from slidegen.sources.translation import TranslatedDeck

SUFFIXES: Final = {"yaml": (".yml", ".yaml"), "md": (".md", ".markdown")}
"""The suffixes of each form, the usual one first."""


@click.command("import")
@click.argument("file", type=click.Path())
@click.option("-o", "--output", help="The deck to write, else one beside the file; - writes it to standard output.")
@click.option(
    "--to", "form", type=click.Choice(tuple(SUFFIXES)), help="The form; else by the output's suffix, or yaml."
)
@click.option("--force", is_flag=True, help="Write over files that are there.")
@setting_option("root")
@quiet_option
def import_(file: str, output: str | None, form: str | None, force: bool, root: Path | None, quiet: bool) -> None:
    """Write another program's deck (org, a notebook) as a deck of slidegen's own."""
    from slidegen.sources import read, translate

    path = None if output in STDOUT else Path(output) if output else Path(file)
    form = form or _form(path if output else None)
    if path is not None and not output:
        path = path.with_suffix(SUFFIXES[form][0])
    translated = translate(read(file, root=root))
    text, warnings = _written(translated, form)
    files = {} if path is None else {path: text.encode()}
    files |= _pictures(translated, path)
    if path is not None:
        _check(files, path, form, Path(file), force)
        from slidegen.write import write_files

        write_files(files.items())
    if not quiet:
        print_problems(map(translated.source.located, (*translated.losses, *warnings)))
    if path is None:
        sys.stdout.buffer.write(text.encode())
    for one in files:
        click.echo(one)


def _form(path: Path | None) -> str:
    suffix = "" if path is None else path.suffix.lower()
    return next((form for form, suffixes in SUFFIXES.items() if suffix in suffixes), "yaml")


def _written(translated: TranslatedDeck, form: str) -> tuple[str, tuple[Problem, ...]]:
    """The deck in one of the forms, and what that cannot say."""
    if form == "md":
        from slidegen.sources.translation.markdown_form import markdown_form

        return markdown_form(translated)
    from slidegen.sources.translation.yaml_form import yaml_form

    return yaml_form(translated), ()


def _pictures(translated: TranslatedDeck, path: Path | None) -> dict[Path, bytes]:
    """The pictures that the file itself holds, where the deck looks for them."""
    pictures = translated.source.files
    if pictures and path is None:
        message = f"holds {len(pictures)} pictures, which stand beside the deck; name a file with --output"
        raise SlidegenError([Problem(message, translated.source.name, code="wrong-output")])
    return {path.parent / name: content for name, content in pictures.items()} if path is not None else {}


def _check(files: dict[Path, bytes], path: Path, form: str, source: Path, force: bool) -> None:
    """Raises SlidegenError if something is in the way."""
    from slidegen.files import is_there

    if path.suffix.lower() not in SUFFIXES[form]:
        allowed = ", ".join(SUFFIXES[form])
        raise SlidegenError(
            [
                Problem(
                    f"a deck in the form {form} cannot have the suffix {path.suffix!r}; allowed: {allowed}",
                    str(path),
                    code="wrong-output",
                )
            ]
        )
    if path.parent.resolve() != source.parent.resolve():
        raise SlidegenError(
            [
                Problem(
                    f"the deck names its pictures from {source.parent}; write it there", str(path), code="wrong-output"
                )
            ]
        )
    there = [one for one in files if is_there(one)]
    if there and not force:
        raise SlidegenError(
            Problem("is there already; --force writes over it", str(one), code="output-conflict") for one in there
        )
