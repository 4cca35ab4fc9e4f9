"""The forward pass and the loss of a step: transformers' Trainer, a plain loop, and TRL's SFT and DPO.

Each ends the forward pass with the mark "forward ends", where autocast drops its casts of weights.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any, Final

import torch
from torch import Tensor
from torch.nn import functional

from slidegen.estimate.setting import Setting
from slidegen.simulate.cuda import Machine
from slidegen.simulate.fused_head import Scores, scores
from slidegen.simulate.inputs import batch, loss_of
from slidegen.simulate.layers import Stack
from slidegen.simulate.tracker import Tracker

SFT_OUTPUTS: Final = frozenset({"entropy", "is_top1"})
DPO_OUTPUTS: Final = SFT_OUTPUTS | {"mean_logits"}
"""What the fused head computes beside the log-probabilities, for metrics. Source: TRL 1.16, `trainer/sft_trainer.py`
and `dpo_trainer.py` (the calls of add_fused_lm_head)."""
BETA: Final = 0.1


@dataclass(frozen=True, slots=True)
class Forward:
    """What a forward pass needs: the model, its base (`core`), and where the run is recorded.

    `reference` is a separate reference model; `stacks` are the layers of both.
    """

    model: Any
    core: Any
    setting: Setting
    machine: Machine
    tracker: Tracker
    stacks: Sequence[Stack]
    reference: Any = None

    def inputs(self, copies: int = 1, more_tokens: int = 0) -> dict[str, Tensor]:
        """Returns a batch of `copies` times the batch size, on the meta device."""
        setting = self.setting
        length = setting.seq_len + more_tokens
        sequences = copies * setting.batch_size
        return batch(self.core, sequences, length, setting.padded, setting.images, setting.image_size)


def forward(run: Forward, kept: list[Any]) -> tuple[Tensor, Any]:
    """Runs a forward pass; returns the loss and what the loop keeps. `kept` holds the outputs of the step before."""
    setting = run.setting
    if setting.preference is not None:
        return _dpo(run), None
    return (_trl_sft(run), None) if setting.loop == "trl" else _own_loss(run, kept)


def _own_loss(run: Forward, kept: list[Any]) -> tuple[Tensor, Any]:
    """The loss that the model computes itself, from the whole matrix of logits."""
    cuda, keep = run.machine.mode, run.setting.outputs_kept
    inputs = run.inputs()
    with cuda.entered():
        loss, out = loss_of(run.model, inputs, None if run.setting.loop == "plain" else cuda.autocast, keep)
        kept.clear()
        if keep:  # the batch is a variable of the loop as well
            kept.append(inputs)
        del inputs
        run.tracker.ledger.mark("forward ends")
    return loss, out


def _trl_sft(run: Forward) -> Tensor:
    """The loss of SFTTrainer, with entropy and accuracy. Source: TRL 1.16, `trainer/sft_trainer.py` (compute_loss)."""
    inputs = run.inputs()
    labels = inputs.pop("labels")
    found, more = _scored(run, inputs, labels, SFT_OUTPUTS)
    return -found.log_probs.sum() / found.mask.sum().clamp(min=1) + more


def _scored(run: Forward, inputs: dict[str, Tensor], labels: Tensor, outputs: frozenset[str]) -> tuple[Scores, Any]:
    """Runs the policy; returns the scores and the auxiliary loss of a mixture, 0 without one."""
    _check_head(run)
    coefficient = _auxiliary(run.core.config)
    more = {"output_router_logits": True} if coefficient else {}
    with run.machine.mode.entered():
        found, out = scores(
            run.model, {**inputs, **more}, labels, run.machine.mode.autocast, outputs, run.machine.tiles
        )
        loss = coefficient * _balance(run, out, inputs.get("attention_mask")) if coefficient else 0.0
        del out
        run.tracker.ledger.mark("forward ends")
    return found, loss


def _check_head(run: Forward) -> None:
    """Raises ValueError for what TRL's trainers refuse: no decoder of text, or an adapter on the output head."""
    from peft.tuners.tuners_utils import BaseTunerLayer

    core = run.core
    if core.config.is_encoder_decoder or not core.can_generate() or core.get_output_embeddings() is None:
        raise ValueError("TRL's trainers are for decoders of text; use loop trainer")
    if isinstance(core.get_output_embeddings(), BaseTunerLayer):
        raise ValueError("TRL's trainers refuse an adapter on the output head; leave it out of target_modules")


def _auxiliary(config: Any) -> float:
    """Returns the coefficient of a mixture's load-balancing loss, which TRL's trainers turn on if there is one."""
    text = config.get_text_config()
    return float(getattr(text, "router_aux_loss_coef", 0.0) or 0.0) if hasattr(text, "output_router_logits") else 0.0


def _balance(run: Forward, out: Any, mask: Tensor | None) -> Tensor:
    """Returns the load-balancing loss over the router logits of all layers, in transformers' own function.

    Raises ValueError if layers are left out, whose router logits would be missing.
    """
    from transformers.models.mixtral.modeling_mixtral import load_balancing_loss_func

    if any(len(stack.kept) < len(stack.like) for stack in run.stacks):
        raise ValueError("its load-balancing loss needs the router logits of all layers")
    text = run.core.config.get_text_config()
    loss: Tensor = load_balancing_loss_func(out.router_logits, text.num_experts, text.num_experts_per_tok, mask)
    return loss


def _dpo(run: Forward) -> Tensor:
    """The loss of DPOTrainer: chosen and rejected texts in one batch, first the policy, then the reference model.

    Every token counts as part of a completion. Source: TRL 1.16, `trainer/dpo_trainer.py` (_compute_loss).
    """
    inputs = run.inputs(copies=2)
    labels = inputs.pop("labels").masked_fill(inputs["input_ids"] == 0, -100)
    found, more = _scored(run, inputs, labels, DPO_OUTPUTS)
    chosen, rejected = found.log_probs.sum(dim=1).chunk(2)
    reference = _reference_scores(run, inputs, labels)
    if reference is None:
        before = torch.empty_like(chosen), torch.empty_like(rejected)
    else:
        before = reference.log_probs.sum(dim=1).chunk(2)
    difference = (chosen - before[0]) - (rejected - before[1])
    loss: Tensor = -functional.logsigmoid(BETA * difference).mean() + more
    return loss


def _reference_scores(run: Forward, inputs: dict[str, Tensor], labels: Tensor) -> Scores | None:
    """Runs the reference model without gradients: a second model, or the policy without its adapter."""
    preference = run.setting.preference
    if preference is None or preference.reference in ("precomputed", "none"):
        return None
    shared = preference.reference == "adapter"
    context: Callable[[], Any] = run.model.disable_adapter if shared else nullcontext
    run.tracker.phase = "reference"
    run.tracker.ledger.mark("reference")
    with torch.no_grad(), context(), run.machine.mode.entered():
        found, _ = scores(
            run.model if shared else run.reference,
            inputs,
            labels,
            run.machine.mode.autocast,
            DPO_OUTPUTS if shared else frozenset(),
            run.machine.tiles,
        )
        run.tracker.ledger.mark("reference ends")
    run.tracker.phase = "forward"
    return found
