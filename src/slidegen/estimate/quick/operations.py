"""What PyTorch's operations allocate, and what autograd saves of them for the backward pass, in bytes.

Source: PyTorch 2.13, `tools/autograd/derivatives.yaml` (each derivative names the tensors that it needs, and only what
a wanted gradient needs is saved) and `aten/src/ATen/autocast_mode.h` (what autocast computes in which dtype).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from slidegen.estimate.allocated import Kind
from slidegen.estimate.quick.graph import Storage, Tape, Tensor

FLOAT: Final = 4


def result(
    tape: Tape,
    inputs: tuple[Tensor, ...],
    numel: int,
    width: int,
    saves: tuple[Tensor, ...] = (),
    *,
    keeps_output: bool = False,
    passes: bool = False,
    broadcasts: bool = False,
    extra: int = 0,
) -> Tensor:
    """Returns the output of an operation, in a new storage. The gradient of each input is as large as the input.

    With `passes` the gradient of the output is that of each input of its size. With `broadcasts` the gradient of a
    smaller input is summed from a product of the output's size. `extra` is the bytes that the backward pass needs
    beside its results.
    """
    out = Tensor(numel, width, tape.new(numel, width))
    sizes = tuple((one.node is not None, one.numel, one.width) for one in inputs)
    size = numel * width
    kind: Kind = "logits" if tape.kind == "logits" else "temporaries"

    def recipe(gradient: Storage) -> list[Storage | None]:
        held = tape.new(extra, 1, kind) if extra else None
        found: list[Storage | None] = []
        for wanted, its_numel, its_width in sizes:
            if not wanted:
                found.append(None)
            elif passes and its_numel * its_width == size:
                found.append(gradient)
            else:
                product = tape.new(numel, width, kind) if broadcasts and its_numel < numel else None
                found.append(tape.new(its_numel, its_width, kind))
                del product
        del held
        return found

    node = tape.node(inputs, (*saves, out) if keeps_output else saves, recipe)
    return Tensor(numel, width, out.storage, node)


def cast(tape: Tape, tensor: Tensor, width: int) -> Tensor:
    """`tensor.to(dtype)`, which returns the tensor itself if it has this dtype; saves nothing."""
    if tensor.width == width:
        return tensor
    return result(tape, (tensor,), tensor.numel, width)


def lowered(tape: Tape, tensor: Tensor) -> Tensor:
    """Returns a tensor in autocast's dtype; casts of trained float32 weights are kept until the pass ends."""
    if tape.lower is None or tensor.width == tape.lower:
        return tensor
    if tensor.storage is not None or tensor.node is None or tensor.width != FLOAT:
        return cast(tape, tensor, tape.lower)
    key = id(tensor.node)
    if key not in tape.casts:
        tape.casts[key] = cast(tape, tensor, tape.lower)
    return tape.casts[key]


def floated(tape: Tape, tensor: Tensor) -> Tensor:
    """Returns a tensor in float32, if autocast is on."""
    return tensor if tape.lower is None else cast(tape, tensor, FLOAT)


def add(tape: Tape, one: Tensor, other: Tensor) -> Tensor:
    """A sum; saves nothing."""
    return result(tape, (one, other), max(one.numel, other.numel), max(one.width, other.width), passes=True)


def multiply(tape: Tape, one: Tensor, other: Tensor) -> Tensor:
    """A product; saves each factor that the gradient of the other one needs."""
    saves = tuple(mine for mine, its in ((one, other), (other, one)) if its.node is not None)
    return result(tape, (one, other), max(one.numel, other.numel), max(one.width, other.width), saves, broadcasts=True)


def scale(tape: Tape, tensor: Tensor) -> Tensor:
    """A product with a number, a sum with one, a negation: saves nothing."""
    return result(tape, (tensor,), tensor.numel, tensor.width)


def unary(tape: Tape, tensor: Tensor, saves: Literal["input", "output"], *, extra: int = 0) -> Tensor:
    """A function of each number that saves its input (silu, gelu, pow) or its output (relu, tanh, exp, rsqrt)."""
    kept = (tensor,) if saves == "input" else ()
    return result(tape, (tensor,), tensor.numel, tensor.width, kept, keeps_output=saves == "output", extra=extra)


def power(tape: Tape, tensor: Tensor) -> Tensor:
    """`pow`, which autocast computes in float32; its backward pass holds the power's derivative beside the result."""
    tensor = floated(tape, tensor)
    return unary(tape, tensor, "input", extra=tensor.bytes)


def mean(tape: Tape, tensor: Tensor, numel: int) -> Tensor:
    """A mean or a sum to `numel` numbers; saves nothing."""
    return result(tape, (tensor,), numel, tensor.width)


def join(tape: Tape, parts: Sequence[Tensor]) -> Tensor:
    """`torch.cat`; the parts' gradients are views of the whole one's."""
    numel, width = sum(one.numel for one in parts), max(one.width for one in parts)
    storage = tape.new(numel, width)
    wanted = [one.node is not None for one in parts]

    def recipe(gradient: Storage) -> list[Storage | None]:
        return [gradient if one else None for one in wanted]

    return Tensor(numel, width, storage, tape.node(tuple(parts), (), recipe))


def part(tape: Tape, tensor: Tensor, numel: int) -> Tensor:
    """A slice; its gradient is written into zeros of the whole tensor's size."""
    whole = (tensor.numel, tensor.width)
    return Tensor(numel, tensor.width, tensor.storage, tape.node((tensor,), (), lambda _: [tape.new(*whole)]))


def chunks(tape: Tape, tensor: Tensor, sizes: Sequence[int]) -> list[Tensor]:
    """`split`, `chunk` or `unbind`: views whose gradients are joined when all are there."""
    whole = (tensor.numel, tensor.width)
    node = tape.gather((tensor,), lambda _: [tape.new(*whole)])
    return [Tensor(size, tensor.width, tensor.storage, node) for size in sizes]


def copy(tape: Tape, tensor: Tensor, numel: int | None = None) -> Tensor:
    """A copy (`contiguous`, `clone`), or `expand` with a copy to more numbers; saves nothing."""
    return result(tape, (tensor,), tensor.numel if numel is None else numel, tensor.width, passes=True)


def matmul(tape: Tape, one: Tensor, other: Tensor, numel: int) -> Tensor:
    """A product of matrices with `numel` numbers, in autocast's dtype; saves both factors."""
    one, other = lowered(tape, one), lowered(tape, other)
    saves = tuple(mine for mine, its in ((one, other), (other, one)) if its.node is not None)
    return result(tape, (one, other), numel, max(one.width, other.width), saves)


def softmax(tape: Tape, tensor: Tensor, width: int | None, *, copies: bool = True) -> Tensor:
    """Softmax in the dtype of `width`, None for the tensor's own, or float32 under autocast; saves its output.

    CUDA copies bfloat16 numbers to float32 before it; of float16 numbers its kernel makes no copy (`copies`). The
    backward pass holds the product of gradient and output (`SoftMax.cu`).
    """
    if width is None:
        width = FLOAT if tape.lower is not None else tensor.width
    if copies:
        tensor = cast(tape, tensor, width)
    return result(tape, (tensor,), tensor.numel, width, keeps_output=True, extra=tensor.numel * width)


def dropped(tape: Tape, tensor: Tensor, rate: float) -> Tensor:
    """Dropout: a copy, and a mask of one byte a number that is saved."""
    if not rate or not tape.records:
        return tensor
    mask = Tensor(tensor.numel, 1, tape.new(tensor.numel, 1))
    return result(tape, (tensor,), tensor.numel, tensor.width, (mask,))
