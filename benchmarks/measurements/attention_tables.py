"""The tables of `attention_tables.yml`, and the loop that they measured, on tensors without memory."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from benchmarks.measurements.rows import BrokenData
from slidegen.estimate.setting import Setting

FILE: Final = Path(__file__).with_suffix(".yml")
OWN_VERSIONS: Final = FILE.with_name("own_versions.json")
MB: Final = 10**6

Attention = Literal["eager", "sdpa"]


class Table(BaseModel):
    """A published table: rows of sequences, tokens of each, and the peaks of eager and fused attention in MB.

    `left_out` says which published rows are missing here, `uncounted` why the table does not count.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    url: str = Field(pattern="^https://")
    page: str
    licence: str
    card: str
    capability: tuple[int, int]
    versions: dict[str, str]
    config: dict[str, Any]
    rows: tuple[tuple[int, int, float | None, float | None], ...]
    left_out: str | None = None
    uncounted: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A measured step; `measured` is its peak in bytes."""

    table: Table
    batch_size: int
    seq_len: int
    attention: Attention
    measured: float

    @property
    def id(self) -> str:
        """Returns the step's name."""
        return f"{self.table.name} {self.batch_size} x {self.seq_len} {self.attention}"

    @property
    def setting(self) -> Setting:
        """Returns the setting of the step: weights in float16, no mask."""
        return Setting(
            "full",
            dtype="float16",
            batch_size=self.batch_size,
            seq_len=self.seq_len,
            attention=self.attention,
            capability=self.table.capability,
        )


def tables(path: Path = FILE) -> tuple[Table, ...]:
    """Returns the published tables."""
    return tuple(Table.model_validate(one) for one in yaml.safe_load(path.read_text(encoding="utf-8"))["tables"])


def steps() -> Iterator[Step]:
    """Yields every step that fit."""
    for table in tables():
        for size, length, eager, fused in table.rows:
            if eager is not None:
                yield Step(table, size, length, "eager", eager * MB)
            if fused is not None:
                yield Step(table, size, length, "sdpa", fused * MB)


def peak(model: Any, setting: Setting) -> int:
    """Returns the peak of PyTorch's allocator in the second of two steps of the script's loop, in bytes."""
    import torch

    from slidegen.simulate.cuda import card
    from slidegen.simulate.held import hold_model, workspaces
    from slidegen.simulate.patches import meta_patches
    from slidegen.simulate.replay import Replay
    from slidegen.simulate.tracker import Tracker

    machine = card(setting)
    ledger = workspaces(machine)
    tracker = Tracker(ledger, machine.temporaries, None)
    hold_model(tracker, model.train(), adapted=False)
    collects = gc.isenabled()
    gc.disable()
    with ExitStack() as stack:
        stack.callback(gc.enable if collects else gc.disable)
        stack.enter_context(meta_patches(setting, machine.mode))
        stack.enter_context(tracker)
        inputs = torch.empty((setting.batch_size, setting.seq_len), dtype=torch.int64, device="meta")
        for _ in range(2):
            for parameter in model.parameters():
                parameter.grad = None
            with machine.mode.entered():
                outputs = model(input_ids=inputs)
                loss = outputs.logits.sum()
            loss.backward()
    replay = Replay()
    replay.run((number, ledger.sizes[number] if born else 0) for _, number, born in ledger.times())
    return replay.allocator.peak_allocated


def simulated(step: Step) -> int:
    """Returns the peak of a step with the installed version of transformers."""
    from slidegen.models.instantiate import build_model, silent
    from slidegen.simulate.attention import implementation
    from slidegen.simulate.preparation import keep_float32

    setting = step.setting
    with silent():
        model: Any = build_model(step.table.config, step.table.name, setting.dtype, implementation(setting.attention))
        keep_float32(model, setting.dtype)
        return peak(model, setting)


def recorded(path: Path = OWN_VERSIONS) -> dict[str, int]:
    """Returns the peaks that benchmarks/own_versions.py has recorded, by step. Raises BrokenData if some lack."""
    try:
        values: dict[str, int] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BrokenData(f"{path}: {error}; run benchmarks/own_versions.py") from error
    differing = sorted(set(values) ^ {one.id for one in steps()})
    if differing:
        raise BrokenData(f"{path} and {FILE.name} differ in step {differing[0]!r}; run benchmarks/own_versions.py")
    return values


def each(compute: Callable[[Step], int], version: str | None = None) -> dict[str, int]:
    """Returns the value of each step, or of those that were measured with a version of transformers."""
    return {one.id: compute(one) for one in steps() if version in (None, one.table.versions["transformers"])}
