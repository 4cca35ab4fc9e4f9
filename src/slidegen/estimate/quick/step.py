"""Counts a step of a decoder: forward pass, loss, backward pass and the optimizer's step, or the tokens of a prompt."""

from __future__ import annotations

from collections.abc import Callable

from slidegen.estimate.quick.graph import Leaf, Node, Storage, Tape, Tensor
from slidegen.estimate.quick.operations import FLOAT, cast, result

Run = Callable[[Tensor], Tensor]


def embed(tape: Tape, weight: Tensor, tokens: int, numel: int) -> Tensor:
    """Looks up embeddings. Source of the backward pass: PyTorch, `EmbeddingBackwardKernel.cu`: above 3072 indices they
    are sorted, which takes eight vectors of int64, and summed in a float32 tensor with a row for each."""
    extra = 0 if tokens <= 3072 else FLOAT * numel + 64 * tokens
    storage = tape.new(numel, weight.width)

    def recipe(_: Storage) -> list[Storage | None]:
        found = tape.new(weight.numel, weight.width)
        held = tape.new(extra, 1) if extra else None
        del held
        return [found]

    return Tensor(numel, weight.width, storage, tape.node((weight,), (), recipe))


def checkpointed(tape: Tape, run: Run, x: Tensor, forget: Callable[[], None]) -> Tensor:
    """Runs a layer without keeping anything but its input, and once more in the backward pass.

    `forget` drops what the layer returns beside its output.

    Source: PyTorch, `torch/utils/checkpoint.py` (non-reentrant).
    """
    with tape.no_grad():
        out = run(Tensor(x.numel, x.width, x.storage))

    def recipe(gradient: Storage) -> list[Storage | None]:
        leaf = Leaf(None)
        kind, tape.kind = tape.kind, "activations"
        unhooked, tape.unhooked = tape.unhooked, None
        again = run(Tensor(x.numel, x.width, x.storage, leaf if x.node is not None else None))
        forget()
        tape.kind, tape.unhooked = kind, unhooked
        tape.casts.clear()
        node = again.node
        del again
        assert node is not None
        tape.backward(node, gradient)
        return [leaf.gradient]

    tape.order += 1
    saved = (x.storage,) if x.storage is not None else ()
    return Tensor(out.numel, out.width, out.storage, Node(tape.order, (x.node,), saved, recipe))


def causal_loss(tape: Tape, logits: Tensor) -> Node | None:
    """The cross entropy of float32 copies of the logits, which saves their log-softmax.

    Source: transformers 5, `loss/loss_utils.py` (ForCausalLMLoss); PyTorch: `cross_entropy` is `log_softmax`, which
    saves its output, and `nll_loss`, whose gradient is as large.
    """
    whole = cast(tape, logits, FLOAT)
    logarithms = result(tape, (whole,), whole.numel, FLOAT, keeps_output=True)
    loss = result(tape, (logarithms,), 1, FLOAT, (logarithms,))
    return loss.node
