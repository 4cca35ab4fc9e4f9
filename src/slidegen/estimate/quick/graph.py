"""Tensors that are only sizes, and the graph through which a backward pass runs over them.

As in PyTorch, a storage is freed when nothing refers to it any more: here, when Python's count of references to its
`Storage` reaches zero. Sources: PyTorch 2.13, `torch/csrc/autograd/engine.cpp` (nodes run in the order of their
sequence numbers, the newest first; a node's saved tensors are released after it ran) and `input_buffer.cpp` (gradients
of one tensor are added; its sum in place needs a tensor that nothing else refers to, which real steps on the CPU do not
show, so the sum is a third tensor here).
"""

from __future__ import annotations

import heapq
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from slidegen.estimate.allocated import Kind
from slidegen.estimate.quick.log import NUMBERS, Log


class Storage:
    """Memory of `size` bytes, which is freed when the last reference to it goes."""

    __slots__ = ("log", "number", "size")

    def __init__(self, log: Log, size: int, kind: Kind = "temporaries") -> None:
        self.log, self.size = log, size
        self.number = log.allocate(size, kind)

    def __del__(self) -> None:
        self.log.free(self.number)


Recipe = Callable[[Storage], "list[Storage | None]"]
"""Computes the gradients of an operation's inputs from that of its output; None where an input needs none."""


class Node:
    """An operation in the graph: what it saved for the backward pass, and the operations whose outputs it took.

    A `label` begins a stretch of the log when the gradient of the output is ready.
    """

    __slots__ = ("inputs", "label", "order", "recipe", "saved")

    def __init__(self, order: int, inputs: tuple[Node | None, ...], saved: tuple[Storage, ...], recipe: Recipe) -> None:
        self.order, self.inputs, self.saved = order, inputs, saved
        self.recipe: Recipe | None = recipe
        self.label: str | None = None

    def __lt__(self, other: Node) -> bool:
        return self.order > other.order


class Gather(Node):
    """An operation with several outputs, which needs the gradients of all of them at once."""

    __slots__ = ("received",)

    def __init__(self, order: int, inputs: tuple[Node | None, ...], recipe: Recipe) -> None:
        super().__init__(order, inputs, (), recipe)
        self.received: list[Storage] = []


class Leaf(Node):
    """A tensor without operation that receives a gradient: a parameter, or the input of a recomputed layer."""

    __slots__ = ("gradient", "kind")

    def __init__(self, kind: Kind | None) -> None:
        super().__init__(sys.maxsize, (), (), lambda _: [])
        self.kind = kind
        self.gradient: Storage | None = None


@dataclass(frozen=True, slots=True)
class Tensor:
    """A tensor of `numel` numbers of `width` bytes. `node` is the operation that made it, None without gradient.

    A weight has no `storage`: weights are counted from the census.
    """

    numel: int
    width: int
    storage: Storage | None = None
    node: Node | None = None

    @property
    def bytes(self) -> int:
        """Returns the size."""
        return self.numel * self.width

    def reshaped(self, numel: int | None = None) -> Tensor:
        """Returns a view, maybe of only a part of the numbers."""
        return Tensor(self.numel if numel is None else numel, self.width, self.storage, self.node)


@dataclass(slots=True)
class Tape:
    """Records operations. `lower` is the width of autocast's dtype, None without autocast.

    `unhooked` collects what functions keep as attributes, not as saved tensors: checkpointing does not drop it, and it
    stays until the whole graph goes. It is None where no graph stays: in an inference, and while layers are recomputed.
    """

    log: Log = field(default_factory=Log)
    lower: int | None = None
    records: bool = True
    order: int = 0
    kind: Kind = "temporaries"
    unhooked: list[Storage] | None = None
    casts: dict[int, Tensor] = field(default_factory=dict)

    def new(self, numel: int, width: int, kind: Kind | None = None) -> Storage:
        """Allocates a storage."""
        return Storage(self.log, numel * width, kind or self.kind)

    @contextmanager
    def no_grad(self) -> Iterator[None]:
        """Records nothing for a backward pass."""
        before, self.records = self.records, False
        try:
            yield
        finally:
            self.records = before

    def node(self, inputs: tuple[Tensor, ...], saves: tuple[Tensor, ...], recipe: Recipe) -> Node | None:
        """Returns the node of an operation on `inputs`; None if no input needs a gradient."""
        if not self.records or all(one.node is None for one in inputs):
            return None
        self.order += 1
        saved = tuple(one.storage for one in saves if one.storage is not None)
        return Node(self.order, tuple(one.node for one in inputs), saved, recipe)

    def gather(self, inputs: tuple[Tensor, ...], recipe: Recipe) -> Node | None:
        """Returns the node of an operation with several outputs."""
        if not self.records or all(one.node is None for one in inputs):
            return None
        self.order += 1
        return Gather(self.order, tuple(one.node for one in inputs), recipe)

    def backward(self, root: Node, gradient: Storage) -> None:
        """Runs the backward pass from `root`, whose output has this gradient."""
        waiting: dict[Node, Storage] = {root: gradient}
        heap = [root]
        del gradient
        while heap:
            node = heapq.heappop(heap)
            received = waiting.pop(node)
            if node.label is not None:
                self.log.mark(node.label)
            assert node.recipe is not None
            gradients = node.recipe(received)
            del received
            node.saved, node.recipe = (), None
            if isinstance(node, Gather):
                node.received.clear()
            for place, target in enumerate(node.inputs):
                incoming, gradients[place] = gradients[place], None
                if target is None or incoming is None:
                    continue
                if isinstance(target, Leaf):
                    self._accumulate(target, incoming)
                elif isinstance(target, Gather):
                    if target not in waiting:
                        heapq.heappush(heap, target)
                    target.received.append(incoming)
                    waiting[target] = incoming
                elif target in waiting:
                    waiting[target] = self._sum(waiting[target], incoming)
                else:
                    waiting[target] = incoming
                    heapq.heappush(heap, target)
                del incoming
            node.inputs = ()

    def _sum(self, first: Storage, incoming: Storage) -> Storage:
        return Storage(self.log, max(first.size, incoming.size))

    def _accumulate(self, leaf: Leaf, incoming: Storage) -> None:
        leaf.gradient = incoming if leaf.gradient is None else self._sum(leaf.gradient, incoming)
        if leaf.kind is not None:
            self.log.kinds[leaf.gradient.number] = NUMBERS[leaf.kind]
