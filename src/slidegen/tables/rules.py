"""The table source `rules`: published rules of thumb next to what a step really allocates."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field, model_validator

from slidegen.errors import MissingExtraError, ModelError
from slidegen.estimate.census import groups_of, is_embedding_layer
from slidegen.estimate.rules import RULES, Rule, counted_parameters, rule_bytes
from slidegen.estimate.setting import Method
from slidegen.estimate.textbook import ADAPTER_METHODS, DEFAULT_RANK
from slidegen.model import CellValue, Census, Column, Provenance, Table
from slidegen.tables.accuracy import rules_accuracy
from slidegen.tables.base import SourceContext, TableSource
from slidegen.tables.fields import Several
from slidegen.tables.model_parameters import Subject, provenance
from slidegen.tables.rows import settings
from slidegen.tables.settings import DEFAULT_LENGTH, SettingParameters
from slidegen.tables.sized import SizedParameters, nominal_names, sized_digests, sized_subjects


def single(value: Any) -> Any:
    """Returns the value of a list of one. A longer list is returned unchanged, and validation refuses it."""
    return value[0] if isinstance(value, list | tuple) and len(value) == 1 else value


One = BeforeValidator(single)
Count = Annotated[int, Field(gt=0, le=10_000_000)]


class RulesParameters(SizedParameters):
    """A row for each model and rule; the simulations of all rules have the same batch, length and rank."""

    method: Annotated[
        Several[Method], Field(description="The rules to list: those for full fine-tuning, lora, qlora or inference.")
    ] = ("inference", "full", "lora", "qlora")
    rank: Annotated[Count, One, Field(description="The inner dimension of the adapter.")] = DEFAULT_RANK
    batch_size: Annotated[Count, One, Field(description="Sequences in the simulated step.")] = 1
    seq_len: Annotated[Count, One, Field(description="Tokens in each sequence of the simulated step.")] = DEFAULT_LENGTH
    gradient_checkpointing: Annotated[
        bool, One, Field(description="Recompute activations in the backward pass of the simulated step.")
    ] = False
    truth: Annotated[
        bool, Field(description="rules: simulate the setting of each rule, which takes some time and needs torch.")
    ] = True

    @model_validator(mode="after")
    def _nominal_sizes_have_no_layers(self) -> RulesParameters:
        nominal = nominal_names(self.models)
        if nominal and set(self.method) <= set(ADAPTER_METHODS):
            why = "the size of an adapter depends on the layers"
            raise ValueError(f"{nominal[0]} is a nominal size, and {why}: name a model for {self.method[0]}")
        return self


COLUMNS: Final = (
    Column("model", "Model", "model"),
    Column("rule", "Rule", "text"),
    Column("method", "Method", "text"),
    Column("says", "Bytes a parameter", "text"),
    Column("per_parameter", "Sum", "significant"),
    Column("parameters", "Parameters", "count"),
    Column("total", "Rule", "bytes"),
    Column("truth", "Simulated", "bytes"),
    Column("error", "Error", "percent"),
    Column("setting", "Simulated as", "text"),
    Column("source", "Source", "text"),
    Column("section", "Section", "text"),
    Column("url", "Address", "text"),
    Column("note", "Note", "text"),
)

LINEAR: Final = frozenset({"Linear", "Conv1D"})
NOMINAL_NOTE: Final = "a nominal size has no layers to simulate"
NO_AUTOCAST: Final = "inference under autocast is not simulated"


@dataclass(frozen=True, slots=True)
class Truth:
    """The peak that a simulation allocates, in bytes. If there is none, it is None, and `note` says why."""

    size: int | None
    note: str | None = None


def _compute(parameters: RulesParameters, context: SourceContext) -> Table:
    models = sized_subjects(parameters.models, context)
    rows: list[tuple[CellValue, ...]] = []
    simulated = False
    for subject in models:
        truths: dict[str, Truth] = {}
        for rule in _rules(parameters, subject):
            words = _words(rule, parameters)
            if words not in truths:
                truths[words] = _truth(rule, subject, parameters, context)
            simulated |= truths[words].size is not None
            rows.append(_row(rule, subject, parameters, truths[words]))
    return Table(COLUMNS, tuple(rows), _provenance(parameters, models, simulated))


def _rules(parameters: RulesParameters, subject: Subject) -> list[Rule]:
    """Returns the requested rules that apply to a model."""
    nominal = bool(nominal_names([subject.name]))
    return [rule for rule in RULES if rule.method in parameters.method and not (nominal and rule.needs_layers)]


def _row(rule: Rule, subject: Subject, parameters: RulesParameters, truth: Truth) -> tuple[CellValue, ...]:
    size = rule_bytes(rule, subject.census, parameters.rank)
    return (
        *(subject.name, rule.name, rule.method, rule.says),
        None if rule.per_parameter is None else float(rule.per_parameter),
        *(counted_parameters(rule, subject.census), size, truth.size),
        None if truth.size is None else size / truth.size - 1,
        None if truth.size is None else _words(rule, parameters),
        *(rule.source.name, rule.source.section, rule.source.url, truth.note),
    )


def _truth(rule: Rule, subject: Subject, parameters: RulesParameters, context: SourceContext) -> Truth:
    """Returns the simulated peak of a rule's setting.

    Raises MissingExtraError without the packages, so that a record does not depend on what is installed.
    """
    from slidegen.tables.simulated import allocation

    if not parameters.truth:
        return Truth(None)
    if nominal_names([subject.name]):
        return Truth(None, NOMINAL_NOTE)
    if rule.method == "inference" and rule.mixed_precision is not None:
        return Truth(None, NO_AUTOCAST)
    ((_, setting),) = settings(_request(rule, subject, parameters))
    try:
        context.progress(f"simulating {subject.name}: {_words(rule, parameters)}")
        return Truth(allocation(subject.facts, setting, False, context).peak.total)
    except MissingExtraError:
        what = "the simulated peak next to a rule (truth: false and --no-truth leave it out)"
        raise MissingExtraError(what, "models") from None
    except ModelError as error:
        return Truth(None, error.problems[0].message)


def _request(rule: Rule, subject: Subject, parameters: RulesParameters) -> SettingParameters:
    """Returns the parameters with which `allocated` simulates a rule's setting."""
    given: dict[str, Any] = {
        "models": [subject.name],
        "method": rule.method,
        "dtype": rule.dtype,
        "batch_size": parameters.batch_size,
        "seq_len": parameters.seq_len,
    }
    if rule.method != "inference":
        given |= {"optimizer": rule.optimizer, "gradient_checkpointing": parameters.gradient_checkpointing}
        given["mixed_precision"] = rule.mixed_precision
    if rule.method in ADAPTER_METHODS:
        given["rank"] = parameters.rank
    if rule.train_embedding:
        given["target_modules"] = _adapted_names(subject.census)
    return SettingParameters.model_validate(given)


def _adapted_names(census: Census) -> list[str]:
    """Returns the names of the linear layers and embeddings of a model, as PEFT takes them, without its output head."""
    layers = (
        group.name.removesuffix(".weight").rpartition(".")[2]
        for group in groups_of(census, "base")
        if group.name.endswith(".weight") and (group.module in LINEAR or is_embedding_layer(group))
    )
    return list(dict.fromkeys(layers))


def _words(rule: Rule, parameters: RulesParameters) -> str:
    """Returns the setting in which a rule is simulated, in words."""
    words: list[str] = [rule.method, rule.dtype]
    if rule.mixed_precision is not None:
        words.append(f"autocast {rule.mixed_precision}")
    if rule.method != "inference":
        words.append(rule.optimizer)
    if rule.method in ADAPTER_METHODS:
        words.append(f"rank {parameters.rank}")
    if rule.train_embedding:
        words.append("embeddings adapted")
    return ", ".join([*words, _batch(parameters)])


def _batch(parameters: RulesParameters) -> str:
    checkpointing = " with checkpointing" if parameters.gradient_checkpointing else ""
    return f"{parameters.batch_size} x {parameters.seq_len} tokens{checkpointing}"


def _provenance(parameters: RulesParameters, models: tuple[Subject, ...], simulated: bool) -> Provenance:
    text = "activations that a rule does not name, logits, the KV cache, temporary buffers"
    if simulated:
        text += f" (the simulated peaks, of {_batch(parameters)}, hold all of them)"
    text += " and the framework’s context"
    if nominal_names(parameters.models) and set(ADAPTER_METHODS).intersection(parameters.method):
        text += "; of nominal sizes: the rules of lora and qlora, which need the shapes of layers"
    known = provenance("rules", "rules", models, text)
    if not simulated:
        return known
    from slidegen.tables.simulated import origin

    facts = tuple(subject.facts for subject in models)
    return replace(known, versions={**known.versions, **origin("rules", facts, False).versions})


RULES_SOURCE: Final = TableSource(
    "rules", 2, RulesParameters, "models", sized_digests, _compute, accuracy=rules_accuracy
)
