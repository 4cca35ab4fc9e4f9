"""The methods that the sources on allocated memory know by name, and the defaults that a training loop changes."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from slidegen.estimate.setting import FloatDtype, Loop, Method, Preference, Reference

if TYPE_CHECKING:
    from slidegen.tables.settings import SettingParameters

MethodName = Literal["full", "lora", "qlora", "inference", "dpo", "dpo-lora", "dpo-qlora", "grpo"]
METHODS: Final[tuple[MethodName, ...]] = get_args(MethodName)
PREFERENCES: Final = frozenset(name for name in METHODS if name.startswith("dpo"))
ADAPTED: Final = frozenset(name for name in METHODS if name.endswith("lora"))
PACKED: Final = frozenset(name for name in METHODS if name.endswith("qlora"))
TRAINED: Final = frozenset(METHODS) - {"inference"}

DEFAULTS: Final[Mapping[Loop, Mapping[str, Any]]] = {
    "trainer": {},
    "trl": {
        "mixed_precision": "bfloat16",
        "gradient_checkpointing": (True,),
        "kbit_upcast": False,
    },
    "plain": {"mixed_precision": "no", "keep_outputs": True},
}
"""The parameters whose defaults a loop changes.

Source of `trl`: TRL 1.16, `trainer/base_config.py` (bf16 unless fp16, gradient_checkpointing), and
`trainer/sft_trainer.py` (SFTTrainer.__init__ never calls PEFT's `prepare_model_for_kbit_training`).
"""
DTYPES: Final[Mapping[Loop, FloatDtype]] = {"trainer": "bfloat16", "trl": "float32", "plain": "bfloat16"}
"""The dtype of the weights in each loop, unless it is given. TRL loads a model that is given by name in float32 (1.16,
`trainer/utils.py`, create_model_from_path)."""


def trained(name: MethodName) -> Method:
    """Returns what a method trains: "dpo-lora" trains as "lora" does, "dpo" alone as "full"."""
    own: Any = name.removeprefix("dpo").removeprefix("-") or "full"
    return own  # type: ignore[no-any-return]


def preference(name: MethodName, reference: Reference | None) -> Preference | None:
    """Returns the preference training of a method, by default with TRL's own reference model.

    Source: TRL 1.16, `trainer/dpo_trainer.py` (a second model unless PEFT's adapter can be disabled).
    """
    if name not in PREFERENCES:
        return None
    return Preference(reference or ("adapter" if name in ADAPTED else "separate"))


def resolved(single: SettingParameters, given: Set[str]) -> SettingParameters:
    """Returns a request for one row with the defaults of its loop; `given` are the parameters that someone wrote.

    DPO runs in TRL's loop. Inference has no loop.
    """
    (method,), (loop,) = single.method, single.loop
    if method == "inference":
        return single.model_copy(update={"loop": ("trainer",)})
    if method in PREFERENCES:
        loop = "trl"
    changed = {name: value for name, value in DEFAULTS[loop].items() if name not in given}
    return single.model_copy(update={"loop": (loop,), **changed})


def check_loops(request: SettingParameters) -> None:
    """Raises ValueError for loops, methods and reference models that do not go together."""
    given, methods = request.model_fields_set, frozenset(request.method)
    preferences = sorted(methods & PREFERENCES)
    if "grpo" in methods:
        what = "grpo is not computed yet, as the generation of its texts is not simulated together with training"
        raise ValueError(f"{what}; available: {', '.join(name for name in METHODS if name != 'grpo')}")
    if preferences and "loop" in given and set(request.loop) != {"trl"}:
        raise ValueError(f"{preferences[0]} runs in TRL's loop; leave out loop {request.loop[0]}")
    if "trl" in request.loop and request.keep_outputs:
        raise ValueError("keep_outputs has no effect on the loop trl; TRL's trainers compute no logits to keep")
    if preferences and request.keep_outputs:
        raise ValueError(f"keep_outputs has no effect on {preferences[0]}; TRL's trainers compute no logits to keep")
    whole = sorted(methods & PREFERENCES - ADAPTED)
    if request.reference_model == "adapter" and whole:
        raise ValueError(
            f"reference_model adapter disables an adapter, and {whole[0]} has none; use {whole[0]}-lora or "
            f"{whole[0]}-qlora, or reference_model separate"
        )
    if preferences and set(request.sharding) != {"none"}:
        raise ValueError(
            f"sharding {request.sharding[0]} of {preferences[0]} is not computed yet; leave out one of them"
        )
    if preferences and request.offload != "none":
        raise ValueError(f"offload {request.offload} of {preferences[0]} is not computed yet; leave out one of them")
    if preferences and request.quick:
        raise ValueError(f"quick has no formula for {preferences[0]}; leave out one of them")
