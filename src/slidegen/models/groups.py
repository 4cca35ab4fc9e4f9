"""Groups the parameters of two builds of a model by module, name and shape."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from slidegen.model import ParameterGroup, ParameterKind, Scope
from slidegen.models.kinds import parameter_kind, without_numbers

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel


@dataclass(frozen=True, slots=True)
class _Named:
    """One parameter of a build, under its name there."""

    module: str
    name: str
    kind: ParameterKind
    shape: tuple[int, ...]
    tied: bool


def group_parameters(base: PreTrainedModel, head: PreTrainedModel) -> tuple[ParameterGroup, ...]:
    """Returns both builds as groups of alike parameters, in the order of the architecture's class."""
    whole = {named.name: named for named in _parameters(head)}
    scopes: dict[str, Scope] = dict.fromkeys(whole, "both" if head is base else "head")
    prefix = _prefix(base, head)
    for named in _parameters(base) if head is not base else ():
        prefixed = prefix + named.name
        same = whole.get(prefixed)
        if same is not None and (same.shape, same.tied) == (named.shape, named.tied):
            scopes[prefixed] = "both"
        else:
            whole[f"(base) {prefixed}"] = named
            scopes[f"(base) {prefixed}"] = "base"
    counts: dict[tuple[str, str, ParameterKind, tuple[int, ...], Scope, bool], int] = {}
    for key, named in whole.items():
        group = (
            named.module,
            without_numbers(key.removeprefix("(base) ")),
            named.kind,
            named.shape,
            scopes[key],
            named.tied,
        )
        counts[group] = counts.get(group, 0) + 1
    return tuple(
        ParameterGroup(module, name, kind, shape, count, scope, tied)
        for (module, name, kind, shape, scope, tied), count in counts.items()
    )


def _prefix(base: PreTrainedModel, head: PreTrainedModel) -> str:
    """Returns where `head` keeps the model that `AutoModel` builds: "model.", "bert.", or "" (T5 is flat)."""
    for path, module in head.named_modules():
        if type(module) is type(base):
            return f"{path}."
    own = str(head.base_model_prefix)
    return f"{own}." if own and hasattr(head, own) else ""


def _parameters(model: PreTrainedModel) -> Iterator[_Named]:
    """Yields every parameter under each of its names; all names but the first are tied."""
    seen: set[torch.nn.Parameter] = set()
    for path, module in model.named_modules(remove_duplicate=False):
        for own, parameter in module.named_parameters(recurse=False):
            name = f"{path}.{own}" if path else own
            kind = parameter_kind(module, own, parameter)
            yield _Named(type(module).__name__, name, kind, tuple(parameter.shape), parameter in seen)
            seen.add(parameter)
