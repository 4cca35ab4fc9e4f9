"""Settings files: TOML with a few keys, each value with its line. A `slidegen.toml` is one, the user's own another."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from slidegen.codes import Code
from slidegen.errors import Problem, SlidegenError
from slidegen.files import FileError, read_text

MAX_BYTES: Final = 100_000
KEYS: Final[Mapping[str, type]] = {"theme": str, "scheme": str, "format": str, "output": str, "offline": bool}
"""What every settings file may set: the keys with their types."""
# Patterns that only files with keys need, and so are not compiled at import.
AT: Final = r" \((?:at line (\d+), column \d+|at end of document)\)$"
"""The end of tomllib's messages."""
LEXEME: Final = r'''(?s:#[^\n]*|"""(?:\\.|[^\\])*?"""|\'\'\'.*?\'\'\'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\')'''
"""A comment, or a string of one of TOML's four kinds."""
KEY: Final = r"""(?m:^[ \t]*(?:\[\[?[ \t]*)?(["']?)([\w-]+)\1[ \t]*[]=.])"""
"""A key at the beginning of a line, or of a table."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A value of a settings file, and its place there."""

    value: Any
    path: Path
    line: int

    def problem(self, message: str, code: Code = "wrong-value") -> Problem:
        """Returns a mistake in the value."""
        return Problem(message, str(self.path), self.line, code=code)


def read_settings(path: Path, keys: Mapping[str, type], hint: str) -> Mapping[str, Setting]:
    """Returns the settings in a file that may set `keys`. `hint` says more to whoever writes another key.

    Raises:
        SlidegenError: the file cannot be read or is not TOML, or with every key and value that is not allowed.
    """
    import tomllib  # few decks have such a file

    name = str(path)
    try:
        text = read_text(path, MAX_BYTES).removeprefix("\ufeff")
        values = tomllib.loads(text)
    except FileError as error:
        raise SlidegenError([Problem(f"cannot be read: {error}", name, code=error.code)]) from None
    except UnicodeDecodeError:
        raise SlidegenError([Problem("is not UTF-8 text", name, code="not-text")]) from None
    except (ValueError, RecursionError) as error:
        raise SlidegenError([_not_toml(error, text, name)]) from None
    lines = _key_lines(text) if values else {}
    if not all(key in keys and type(value) is keys[key] and _is_fine(value) for key, value in values.items()):
        raise SlidegenError(problem.at(name, lines.get(key, 1)) for key, problem in _mistakes(values, keys, hint))
    return {key: Setting(value, path, lines.get(key, 1)) for key, value in values.items()}


def _is_fine(value: Any) -> bool:
    return not isinstance(value, str) or (value != "" and "\0" not in value)


def _plain(value: str) -> str:
    if "\0" in value:
        raise ValueError("it has the character U+0000, which no name has")
    return value


def _not_toml(error: Exception, text: str, name: str) -> Problem:
    what, at = re.sub(AT, "", str(error)), re.search(AT, str(error))
    line = int(at[1]) if at and at[1] else text.rstrip("\n").count("\n") + 1
    return Problem(f"is not TOML: {what[:1].lower()}{what[1:]}", name, line, code="toml-syntax")


def _mistakes(values: Mapping[str, Any], keys: Mapping[str, type], hint: str) -> Iterator[tuple[str, Problem]]:
    """Yields each mistake with its key. pydantic words them; a file without mistakes does not wait for it."""
    from typing import Annotated

    from pydantic import AfterValidator, ConfigDict, Field, ValidationError, create_model

    from slidegen.validation import Words, mistakes

    text = Annotated[str, Field(min_length=1), AfterValidator(_plain)]
    fields: dict[str, Any] = {key: (text if kind is str else kind, None) for key, kind in keys.items()}
    model = create_model("Settings", __config__=ConfigDict(extra="forbid", strict=True), **fields)
    try:
        model.model_validate(values)
    except ValidationError as error:
        for mistake in mistakes(error, model, values, Words("the file")):
            key = str(mistake.path[0])
            message = mistake.message if key in keys else f"{mistake.message}; {hint}"
            yield key, Problem(message, code=mistake.code)


def _key_lines(text: str) -> dict[str, int]:
    """Returns the line of each key of a TOML document: the first that it has, as the keys of tables follow all others.

    What stands in a comment or in a string of several lines is not a key.
    """

    def masked(lexeme: re.Match[str]) -> str:
        inside = lexeme[0].startswith("#") or "\n" in lexeme[0]
        return "\n" * lexeme[0].count("\n") if inside else lexeme[0]

    lines: dict[str, int] = {}
    plain = re.sub(LEXEME, masked, text)
    for match in re.finditer(KEY, plain):
        lines.setdefault(match[2], plain.count("\n", 0, match.start(2)) + 1)
    return lines
