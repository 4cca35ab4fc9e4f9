"""FSDP2 on fake tensors: what accelerate and PyTorch allocate on one of several GPUs, by PyTorch's own tracker."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import torch
import torch.distributed as dist
from accelerate.utils import FullyShardedDataParallelPlugin
from accelerate.utils.fsdp_utils import fsdp2_prepare_model
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.distributed._tools.fsdp2_mem_tracker import FSDPMemTracker
from torch.distributed._tools.mem_tracker import MemTracker
from torch.distributed.device_mesh import DeviceMesh, init_device_mesh
from torch.testing._internal.distributed.fake_pg import FakeStore
from transformers import PretrainedConfig

DIMENSIONS = ("dp_shard_cp",)
"""What accelerate calls the GPUs among which FSDP divides."""


@contextmanager
def gpus(number: int) -> Iterator[DeviceMesh]:
    """A group of GPUs whose collectives do nothing."""
    dist.init_process_group("fake", rank=0, world_size=number, store=FakeStore())
    try:
        yield init_device_mesh("cpu", (number,), mesh_dim_names=DIMENSIONS)
    finally:
        dist.destroy_process_group()


def peaks(config: PretrainedConfig, layer: str, mesh: DeviceMesh | None, batch: int, length: int) -> dict[str, int]:
    """The peak of each phase of the second step with AdamW in bytes: of the first of several GPUs, or of one alone."""
    import transformers

    assert config.architectures
    with FakeTensorMode():
        torch.set_default_dtype(torch.bfloat16)
        try:
            model: Any = getattr(transformers, config.architectures[0])(config)
        finally:
            torch.set_default_dtype(torch.float32)
        if mesh is not None:
            fsdp2_prepare_model(_accelerator(layer, mesh), model)
        optimizer = torch.optim.AdamW(model.parameters(), foreach=True)
        ids = torch.randint(0, config.vocab_size, (batch, length))
        tracker: Any = MemTracker() if mesh is None else FSDPMemTracker(model, optimizer)
        if mesh is None:
            tracker.track_external(model, optimizer, ids)
        else:
            tracker.track_inputs((ids,))
        found: dict[str, int] = {}

        def note(phase: str) -> None:
            (snapshot,) = tracker.get_tracker_snapshot("peak").values()
            found[phase] = snapshot["Total"]
            tracker._peak_mem = dict.fromkeys(tracker._peak_mem, 0)

        with tracker:
            for _ in range(2):
                loss = model(input_ids=ids, labels=ids, use_cache=False).loss
                note("forward")
                loss.backward()
                note("backward")
                optimizer.step()
                note("step")
                optimizer.zero_grad()
                del loss
                tracker.reset_mod_stats()
                note("end")
    del found["end"]
    return found


def _accelerator(layer: str, mesh: DeviceMesh) -> Any:
    """What `fsdp2_prepare_model` reads of an Accelerator."""
    plugin = FullyShardedDataParallelPlugin(
        fsdp_version=2,
        auto_wrap_policy="transformer_based_wrap",
        transformer_cls_names_to_wrap=[layer],
        cpu_ram_efficient_loading=False,
    )
    return SimpleNamespace(
        state=SimpleNamespace(fsdp_plugin=plugin),
        torch_device_mesh={DIMENSIONS: mesh},
        parallelism_config=SimpleNamespace(fsdp_dim_names=DIMENSIONS),
        mixed_precision="no",
        is_main_process=False,
        device=torch.device("cpu"),
    )
