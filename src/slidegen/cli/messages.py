"""What commands say besides their results: as text for people, or as JSON for programs, one object a line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final, Literal

import click

from slidegen.codes import Code
from slidegen.errors import Problem, SlidegenError

Severity = Literal["error", "warning", "info"]
KEYS: Final = ("path", "line", "column", "severity", "code", "message", "slide")
"""The keys of every object, in this order."""
FORMS: Final = ("text", "json")
FORM, FILE = "--messages", "--messages-file"
NO_BYTES: Final = re.compile(r"[\ud800-\udc7f\udd00-\udfff]")
"""Surrogates that do not stand for a byte."""
ESCAPED: Final = re.compile(r"[\x7f-\x9f\u2028\u2029]")
"""Characters that JSON may hold as they are, but that terminals obey or some programs take for the end of a line."""
MOST_LINE: Final = 1_000_000


class Messages:
    """Where the messages of one command line go: to standard error as text or, if `as_json`, as objects; and as objects
    to a file, if there is one. `failed` says that the file could not be written."""

    def __init__(self, as_json: bool = False, errors: BinaryIO | None = None) -> None:
        self.as_json: Final = as_json
        self._errors = errors
        self.failed = False
        self._file: BinaryIO | None = None
        self._path = ""

    def open(self, path: str, words: Sequence[str]) -> None:
        """Begins the file. `words` are those of the command line.

        Raises:
            SlidegenError: the file cannot be written, holds something else than messages, or is named for more.
        """
        from slidegen.files import follow
        from slidegen.write import is_special

        if not path:
            raise click.UsageError(f"{FILE}: a path is empty")
        place = Path(path)
        if not is_special(place):
            if sum(_same(word, follow(place)) for word in words) > 1:
                raise _wrong(
                    path, f"{FILE} names a file that the command line names for something else", "output-conflict"
                )
            if not _is_replaceable(place):
                what = "is there already and does not hold messages; name another file with"
                raise _wrong(path, f"{what} {FILE}", "output-conflict")
        try:
            self._file = place.open("wb", buffering=0)
        except (OSError, ValueError) as error:
            raise _unwritable(path, error) from None
        self._path = path

    def taken(self) -> dict[Path, str]:
        """The file, with what messages call it: nothing else may be written there."""
        return {} if self._file is None else {Path(self._path).resolve(): f"file of {FILE}; name another one"}

    def error(self, problem: Problem) -> None:
        """Reports a mistake."""
        self._say("error", problem)

    def warning(self, problem: Problem) -> None:
        """Reports what may be a mistake."""
        self._say("warning", problem)

    def info(self, problem: Problem, text: str | None = None) -> None:
        """Reports anything else. `text` is what people see, if that is not the problem's own text."""
        if not self.as_json:
            click.echo(str(problem) if text is None else text, err=True)
        self.record("info", problem)

    def record(self, severity: Severity, problem: Problem) -> None:
        """Writes a message as an object wherever objects go, and no text."""
        if not (self.as_json or self._file):
            return
        data = json_line(severity, problem)
        if self.as_json:
            click.echo(data, self._errors, nl=False, err=True)
        if self._file is not None:
            try:
                self._file.write(data)
            except OSError as error:
                self._file, self.failed = None, True
                for one in _unwritable(self._path, error).problems:
                    self.error(one)

    def _say(self, severity: Severity, problem: Problem) -> None:
        if not self.as_json:
            from slidegen.printing import printable  # few decks have warnings

            click.echo(f"{severity}: {printable(str(problem))}", err=True)
        self.record(severity, problem)


def json_line(severity: Severity, problem: Problem) -> bytes:
    """Returns a message as one line of JSON in UTF-8. What UTF-8 lacks, as in the name of a file, becomes U+FFFD."""
    import json

    values = (problem.path, problem.line, problem.column, severity, problem.code, problem.message, problem.slide)
    text = json.dumps(dict(zip(KEYS, values, strict=True)), ensure_ascii=False)
    # The name of a file may be UTF-8 although the locale, and so Python, takes it for bytes without a meaning.
    text = NO_BYTES.sub("\ufffd", text).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return (ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n").encode()


def requested(words: Sequence[str]) -> tuple[bool, str | None]:
    """Returns whether a command line asks for JSON, and for which file.

    It is read before click reads it, so that click's own errors are reported in the same way.
    """
    given: dict[str, str] = {}
    end = words.index("--") if "--" in words else len(words)
    for at, word in enumerate(words[:end]):
        name, equals, value = word.partition("=")
        if name in (FORM, FILE) and (equals or at + 1 < end):
            given[name] = value if equals else words[at + 1]
    return given.get(FORM) == "json", given.get(FILE)


def add_options(command: click.Command) -> None:
    """Adds the options to a command, and to those below it. What they set is read by `requested`."""
    if any(FORM in parameter.opts for parameter in command.params):
        return
    form, file = "Messages on standard error.", "Write messages as JSON to this file as well."
    command.params += [
        click.Option(
            [FORM], type=click.Choice(FORMS), default="text", show_default=True, expose_value=False, help=form
        ),
        click.Option([FILE], type=click.Path(), expose_value=False, help=file),
    ]
    for below in command.commands.values() if isinstance(command, click.Group) else ():
        add_options(below)


def messages() -> Messages:
    """The messages of the command that runs."""
    context = click.get_current_context(silent=True)
    return (context and context.find_object(Messages)) or Messages()


def print_problems(warnings: Iterable[Problem]) -> None:
    """Reports warnings."""
    for warning in warnings:
        messages().warning(warning)


def counted(slides: int) -> str:
    """A number of slides in words: "1 slide"."""
    return "1 slide" if slides == 1 else f"{slides} slides"


def _same(word: str, place: Path) -> bool:
    """Whether a word of the command line, or the value of an option in it, names a file."""
    with suppress(OSError, ValueError, RuntimeError):
        return any(part and Path(part).resolve() == place for part in {word, word.partition("=")[2]})
    return False


def _is_replaceable(place: Path) -> bool:
    """Whether a path has no file, an empty one, or one with nothing but messages of an earlier run."""
    import json

    from slidegen.files import FileError, MissingFileError, open_file
    from slidegen.project import MARK

    try:
        with open_file(place) as file:
            lines = iter(partial(file.readline, MOST_LINE), b"")
            return place.name != MARK and all(tuple(json.loads(line)) == KEYS for line in lines)
    except MissingFileError:
        return True
    except (FileError, OSError):
        return True  # opening it for writing says why it cannot be
    except (ValueError, TypeError, RecursionError):
        return False


def _unwritable(path: str, error: OSError | ValueError) -> SlidegenError:
    why = error.strerror if isinstance(error, OSError) else None
    return _wrong(path, f"cannot be written: {(why or str(error)).lower()}", "unwritable-file")


def _wrong(path: str, message: str, code: Code) -> SlidegenError:
    return SlidegenError([Problem(message, path, code=code)])
