"""Linear layers: plain, packed by bitsandbytes, and with PEFT's adapter.

Sources: PEFT 0.21, `tuners/lora/layer.py` (Linear.forward) and `bnb.py`; bitsandbytes 0.50, `autograd/_functions.py`
(MatMul4Bit, MatMul8bitLt) and `backends/default/ops.py`.
"""

from __future__ import annotations

from typing import Final

from slidegen.estimate.quick.graph import Storage, Tape, Tensor
from slidegen.estimate.quick.operations import FLOAT, add, cast, copy, lowered, result, scale
from slidegen.estimate.quick.parameters import BLOCK, Packing, Projection

HALF: Final = 2


def linear(tape: Tape, x: Tensor, layer: Projection) -> Tensor:
    """Returns the layer's output: the product with the weight, and the adapter's added to it."""
    out = _base(tape, x, layer)
    if layer.lora is None:
        return out
    first, second = layer.lora
    rows, width = x.numel // layer.inputs, out.width
    plain = layer.packed is None
    if layer.packed is not None and layer.packed.name != "int8":
        out = copy(tape, out)
    if plain or tape.lower is None:
        x = cast(tape, x, first.width)
    more = product(tape, product(tape, x, first, rows * layer.rank), second, rows * layer.outputs)
    more = scale(tape, more)
    if not plain and tape.lower is None:
        more = cast(tape, more, width)
    out = add(tape, out, more)
    del more
    return cast(tape, out, width) if plain else out


def product(tape: Tape, x: Tensor, weight: Tensor, numel: int, bias: Tensor | None = None) -> Tensor:
    """x W^T in autocast's dtype: saves x if W is trained, and W (a cast of it under autocast) if x needs a gradient."""
    x, weight = lowered(tape, x), lowered(tape, weight)
    saves = tuple(mine for mine, its in ((x, weight), (weight, x)) if its.node is not None)
    inputs = (x, weight) if bias is None else (x, weight, lowered(tape, bias))
    return result(tape, inputs, numel, max(x.width, weight.width), saves)


def _base(tape: Tape, x: Tensor, layer: Projection) -> Tensor:
    numel = x.numel // layer.inputs * layer.outputs
    if layer.packed is None:
        return product(tape, x, layer.weight, numel, layer.bias)
    if layer.packed.name == "int8":
        out = _eight_bit(tape, x, layer)
        return out if layer.bias is None else add(tape, out, cast(tape, layer.bias, out.width))
    return cast(tape, _four_bit(tape, cast(tape, x, layer.packed.width), layer, layer.packed), x.width)


def _four_bit(tape: Tape, x: Tensor, layer: Projection, packing: Packing) -> Tensor:
    """Rebuilds the weight in the forward pass and again in the backward pass; saves nothing.

    With double quantization the scales are rebuilt in float32 first, and their offset is added to a copy.
    """
    numel = x.numel // layer.inputs * layer.outputs
    size = layer.inputs * layer.outputs

    def scales() -> Storage | None:
        if not packing.double:
            return None
        before = tape.new(-(-size // BLOCK), FLOAT)
        after = tape.new(-(-size // BLOCK), FLOAT)
        del before
        return after

    held = scales()
    weight = tape.new(size, packing.width)
    storage = tape.new(numel, packing.width)
    del weight, held
    inputs = (x.numel, x.width)

    def recipe(_: Storage) -> list[Storage | None]:
        held = scales()
        weight = tape.new(size, packing.width)
        del held
        found = tape.new(*inputs)
        del weight
        return [found]

    return Tensor(numel, packing.width, storage, tape.node((x,), (), recipe))


def _eight_bit(tape: Tape, x: Tensor, layer: Projection) -> Tensor:
    """Quantizes the inputs row by row, multiplies in int32; keeps the inputs and rebuilds the weight to go back.

    The inputs are an attribute of the function's context, not a saved tensor.
    """
    rows = x.numel // layer.inputs
    half = tape.new(x.numel, HALF)
    outliers = tape.new(x.numel, HALF), tape.new(x.numel, 1)
    del outliers
    codes = tape.new(x.numel, 1), tape.new(rows, FLOAT)
    del half
    if x.storage is not None and tape.unhooked is not None:
        tape.unhooked.append(x.storage)
    whole = tape.new(rows * layer.outputs, FLOAT)
    storage = tape.new(rows * layer.outputs, x.width)
    del whole, codes
    inputs, size = (x.numel, x.width), layer.inputs * layer.outputs

    def recipe(_: Storage) -> list[Storage | None]:
        weight = tape.new(size, inputs[1])
        found = tape.new(*inputs)
        del weight
        return [found]

    return Tensor(rows * layer.outputs, x.width, storage, tape.node((x,), (x,), recipe))
