"""Words the mistakes that pydantic finds: one wording for decks, themes, parameters and records."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from slidegen.codes import Code
from slidegen.errors import KeyPath, Problem, nearest

KINDS: Final = {
    "string_type": "text",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "date_type": "a date",
    "date_from_datetime_parsing": "a date",
    "date_from_datetime_inexact": "a date",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "list_type": "a list",
    "tuple_type": "a list",
    "set_type": "a list",
    "frozen_set_type": "a list",
    "finite_number": "a finite number",
    "slide": "text or a mapping",
    "entry": "text, a mapping or a list",
    "background": "text or a mapping",
    "include": "text or a mapping",
    "paths": "text or a list",
    "brand": "text, a mapping or false",
    "list_or_mapping": "a list or a mapping",
}
"""The allowed kind of value, by pydantic's type of error. The last ones are those of decks."""
LIMITS: Final = {
    "greater_than": "more than {gt}",
    "greater_than_equal": "{ge} and more",
    "less_than": "less than {lt}",
    "less_than_equal": "at most {le}",
    "multiple_of": "a multiple of {multiple_of}",
    "string_pattern_mismatch": "text that matches {pattern}",
    "enum": "{expected}",
    "int_parsing_size": "a smaller number",
}
"""What a limit allows, by pydantic's name for the mistake and with the names in its context."""
LENGTHS: Final = {
    "too_short": ("item", "at least {min_length}"),
    "too_long": ("item", "at most {max_length}"),
    "string_too_short": ("character", "at least {min_length}"),
    "string_too_long": ("character", "at most {max_length}"),
    "bytes_too_short": ("byte", "at least {min_length}"),
    "bytes_too_long": ("byte", "at most {max_length}"),
}
"""What a limit of a length counts and allows, in the same way."""
KEYS: Final[Mapping[str, Code]] = {"extra_forbidden": "unknown-key", "missing": "missing-key"}
"""The codes of mistakes in keys."""
PLAIN: Final = (bool, int, float, dt.date)


@dataclass(frozen=True, slots=True)
class Mistake:
    """A mistake at a `path` of a value. Without the part at `cut`, the value is usable."""

    path: KeyPath
    message: str
    cut: KeyPath
    code: Code = "wrong-value"

    def problem(self, path: str | None = None, line: int | None = None, column: int | None = None) -> Problem:
        """Returns the problem of a file in which the mistake is at this place."""
        return Problem(self.message, path, line, column, code=self.code)


@dataclass(frozen=True, slots=True)
class Words:
    """The words of messages: `whole` for the value itself, `key` for one of its keys, `patterns` for each pattern.

    `about` begins every message.
    """

    whole: str = "the deck"
    key: str = "key"
    about: str = ""
    patterns: Mapping[str, str] | None = None


def mistakes(error: ValidationError, model: type[BaseModel] | None, value: Any, words: Words) -> Iterator[Mistake]:
    """Yields one mistake for each wrong place of `value`, which is not a valid `model`.

    A value that is of none of several allowed kinds is one mistake, which lists all of them."""
    wrong_kind: dict[KeyPath, list[str]] = {}
    given: dict[KeyPath, Any] = {}
    for detail in error.errors(include_url=False):
        path, kind = _path(detail, value), detail["type"]
        if kind == "invalid_key" or (kind == "string_type" and "[key]" in detail["loc"]):
            yield Mistake(path, f"{words.about}a key is not text; put it in quotes", path)
        elif kind in KINDS or kind == "literal_error":
            wrong_kind.setdefault(path, []).append(KINDS.get(kind) or detail["ctx"]["expected"])
            given.setdefault(path, detail["input"])
        else:
            cut = path[:-1] if kind == "missing" else path
            yield Mistake(path, words.about + _message(detail, path, model, words), cut, KEYS.get(kind, "wrong-value"))
    for path, kinds in wrong_kind.items():
        allowed = " or ".join(dict.fromkeys(kinds))
        hint = " (put it in quotes)" if "text" in allowed and isinstance(given[path], PLAIN) else ""
        message = f"{words.about}{_where(path, words)} is {shown(given[path])}; allowed: {allowed}{hint}"
        yield Mistake(path, message, path)


def shown(value: object) -> str:
    """Returns a value for a message, as a deck would write it, shortened to a readable length."""
    if isinstance(value, (dict, list, tuple)):
        return "a mapping" if isinstance(value, dict) else "a list"
    if value is None or isinstance(value, bool):
        return {None: "empty", True: "true", False: "false"}[value]
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else f"{text[:60]}..."


def _message(detail: ErrorDetails, path: KeyPath, model: type[BaseModel] | None, words: Words) -> str:
    kind, where = detail["type"], _where(path, words)
    if kind == "extra_forbidden":
        fields = _fields(path, model)
        return f"unknown {words.key} {str(path[-1])!r}; {nearest(str(path[-1]), fields)}"
    if kind == "missing":
        described = _fields(path, model).get(str(path[-1]))
        return f"{where} is missing; {_clause(described)}" if described else f"{where} is missing"
    context = {key: _number(limit) for key, limit in detail.get("ctx", {}).items()}
    if kind == "string_pattern_mismatch" and words.patterns and context["pattern"] in words.patterns:
        return f"{where} is {shown(detail['input'])}; {words.patterns[context['pattern']]}"
    if kind in LIMITS:
        return f"{where} is {shown(detail['input'])}; allowed: {LIMITS[kind].format_map(context)}"
    if kind in LENGTHS:
        return f"{where} {_length(kind, len(detail['input']), context)}"
    text = detail["msg"].removeprefix("Value error, ")
    if text.startswith("Input "):  # pydantic's own words do not quote the value
        return f"{where} is {shown(detail['input'])}; it {text.removeprefix('Input ')}"
    text = f"{text[:1].lower()}{text[1:]}"
    # The message of a rule about several keys names them itself.
    return f"{where}: {text}" if path or not words.about else text


def _clause(sentence: str) -> str:
    """A description as the end of a message: with a small letter, unless a name begins it, and without a full stop."""
    word = sentence.partition(" ")[0]
    return (sentence if word[1:] != word[1:].lower() else f"{sentence[:1].lower()}{sentence[1:]}").removesuffix(".")


def _length(kind: str, length: int, context: Mapping[str, Any]) -> str:
    unit, allowed = LENGTHS[kind]
    if not length and context["min_length"] == 1:
        return "is empty; at least one is needed"
    return f"has {length} {unit}{'' if length == 1 else 's'}; allowed: {allowed.format_map(context)}"


def _number(limit: Any) -> Any:
    """A limit as a deck would write it: pydantic makes 1.0 of the limit 1 of a number with a decimal point."""
    return int(limit) if isinstance(limit, float) and limit.is_integer() else limit


def _where(path: KeyPath, words: Words) -> str:
    """Returns the name of a place. Items of parameters, which may come from a command line, have no numbers."""
    return ".".join(str(part) for part in path if not (words.about and isinstance(part, int))) or words.whole


def _path(detail: ErrorDetails, value: Any) -> KeyPath:
    """Returns pydantic's location without the names of union branches, which are not keys of the value."""
    path: list[str | int] = []
    for part in detail["loc"]:
        inside = isinstance(value, dict) and part in value
        if inside or (isinstance(value, list) and isinstance(part, int) and part < len(value)):
            value = value[part]
            path.append(part)
    if detail["type"] == "missing":
        path.append(detail["loc"][-1])
    return tuple(path)


def _fields(path: KeyPath, model: type[BaseModel] | None) -> dict[str, str | None]:
    """Returns the allowed keys of the mapping around `path`, each with its description."""
    models = [] if model is None else [model]
    for part in path[:-1]:
        inner = [found for outer in models for found in _models(_annotations(outer).get(str(part)))]
        models = inner or models  # names of tables and indexes of items have no annotation
    return {field.alias or key: field.description for found in models for key, field in found.model_fields.items()}


def _annotations(model: type[BaseModel]) -> dict[str, Any]:
    return {field.alias or key: field.annotation for key, field in model.model_fields.items()}


def _models(annotation: Any) -> list[type[BaseModel]]:
    """Returns the models that an annotation names, also inside lists, mappings and unions."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for argument in get_args(annotation) for found in _models(argument)]
