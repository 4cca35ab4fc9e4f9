"""PyTorch's FSDP2 as accelerate applies it: what is divided, and what is whole at a moment.

Each layer is a group of weights that is gathered together, so are the input embedding and the output head with the last
norm; whatever is in none of them belongs to the root. A head that shares its weights with the embedding is counted with
the root, as both are whole from the beginning. Source: PyTorch 2.13, `torch/distributed/fsdp/_fully_shard` (FSDP2);
accelerate 1.15, `utils/fsdp_utils.py` (fsdp2_prepare_model).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from slidegen.estimate.allocated import Allocation, Held, Kind
from slidegen.estimate.places import Place, is_layer
from slidegen.estimate.setting import Setting

NOTES: Final = ("FSDP leaves out the padding of uneven divisions, and the buffers of NCCL",)
QUANTIZED: Final = (
    "FSDP divides 4-bit weights only if bnb_4bit_quant_storage is the dtype of the other weights, which is assumed"
)
_DIVIDED: Final[tuple[Kind, ...]] = ("weights", "adapter", "gradients", "optimizer")


@dataclass(frozen=True, slots=True)
class Groups:
    """The bytes of the groups of weights when they are whole: a layer, the embedding, the head and the root."""

    layer: int
    embedding: int
    head: int
    root: int


def divided(place: Place, allocation: Allocation, setting: Setting) -> Held:
    """Divides weights, gradients and states; the optimizer steps on each GPU's part, so its temporaries are parts, too.

    Gradients are whole until their group is reduced: those of the head until the first layer, and with gradient
    accumulation all of them until the last backward pass, because accelerate leaves out reductions before it (no_sync).
    The constants of quantized weights are no parameters, so they are whole.
    """
    moment = place.moment
    found: dict[Kind, int] = {kind: -(-moment.held[kind] // setting.gpus) for kind in _DIVIDED}
    accumulates = setting.gradient_accumulation_steps > 1 and moment.phase in ("forward", "backward")
    if accumulates or (moment.label == "backward" and place.layered):
        found["gradients"] = moment.held["gradients"]
    if moment.phase == "step":
        found["temporaries"] = -(-moment.held["temporaries"] // setting.gpus)
    elif moment.phase != "load":
        root = allocation.outside - allocation.embedding - allocation.head
        groups = Groups(allocation.layer, allocation.embedding, allocation.head, root)
        gradients = _gradients(groups, allocation, setting)
        if moment.phase != "backward":
            whole = _forward(place, groups)
        elif setting.adapter is None and moment.held["gradients"] >= allocation.layers + allocation.head > 0:
            complete = allocation.trainable_parameters * (4 if setting.dtype == "float32" else 2)
            whole = _embedding(groups, gradients, moment.held["gradients"] >= complete)
        else:
            whole = _backward(place, groups, gradients)
        found["temporaries"] = moment.held["temporaries"] + whole
    return found


def _gradients(groups: Groups, allocation: Allocation, setting: Setting) -> Groups:
    """Returns the bytes of the whole gradients of each group; an adapter has them only in the layers."""
    if setting.adapter is None:
        return groups
    adapter = max((moment.held["adapter"] for moment in allocation.timeline), default=0)
    share = adapter * groups.layer // allocation.layers if allocation.layers else 0
    return Groups(share, 0, 0, 0)


def _forward(place: Place, groups: Groups) -> int:
    """Returns the bytes of whole weights in a pass without gradients.

    A layer's weights are copied out of the buffer into which they were gathered. This buffer is kept until the next
    layer's weights are there (all_gather_state), so three layers are whole at the start of a layer and two in it. When
    there are logits, the head and its buffer are whole, or the last layer's buffer if the head is the embedding; just
    before there are none, but the last layer's buffer is there, too. The head is not divided again after the pass.
    """
    layer, embedding, head, root = groups.layer, groups.embedding, groups.head, groups.root
    moment = place.moment
    if not place.layered:
        return root + max(3 * layer, 2 * embedding, 2 * head)
    if moment.label == moment.phase:
        return root + max(root, embedding) + max(embedding, min(layer, embedding))
    kept = root + (head if moment.phase == "decode" else 0)
    if not place.layer:
        return root + head
    if place.starts:
        return kept + 2 * layer + (layer if is_layer(place.before) else embedding)
    if is_layer(place.after) or not moment.held["logits"]:
        return kept + 2 * layer
    return kept + head + max(head or layer, head + layer - moment.held["logits"])


def _embedding(groups: Groups, gradients: Groups, complete: bool) -> int:
    """Returns the bytes that are whole when the embedding's gradient is the last one: in its turn, or just before.

    Unless gradients are `complete`, it is among the temporaries, and was not there when the first layer had its turn.
    """
    own = gradients.embedding + gradients.root
    turn = groups.root + groups.embedding + gradients.layer
    before = groups.root + groups.layer + max(groups.layer, groups.embedding) + 2 * gradients.layer
    return max(turn + own, before) if complete else max(turn, before - own)


def _backward(place: Place, groups: Groups, gradients: Groups) -> int:
    """Returns the bytes of whole weights and gradients, and of buffers of gradients, in a backward pass.

    While a layer computes its gradients, the next one's weights are gathered, and the gradients of the one before are
    in the buffer from which they are reduced (reduce_scatter_states). The head's group is gathered again for its norm.
    """
    layer, embedding, head, root = groups.layer, groups.embedding, groups.head, groups.root
    own = gradients.layer
    if not place.layered:
        return root + max(2 * layer + 2 * own, head + layer + gradients.head)
    if place.moment.label == "backward":
        return root + head
    if not place.layer:
        return max(root + 2 * embedding + own, 2 * (gradients.root + gradients.embedding))
    first = not is_layer(place.before)
    if place.starts:
        return root + (max(2 * layer, head + layer + gradients.head) if first else 2 * layer + own)
    following = layer if is_layer(place.after) else max(layer, embedding)
    return root + layer + following + own + (0 if first else own)
