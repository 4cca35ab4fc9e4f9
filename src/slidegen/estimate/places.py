"""Where a moment of a timeline is: at the start of its stretch or at its peak, and between which stretches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from slidegen.estimate.allocated import Moment


@dataclass(frozen=True, slots=True)
class Place:
    """A moment, whether its stretch begins there, and the labels of the stretches before and after its own.

    `layered` says that the phase of the moment has a stretch for each layer. `forward 0.3` is the forward pass of
    layer 3 of the first stack; `forward` comes before the layers of the phase, and `forward ends` after them.
    """

    moment: Moment
    starts: bool = False
    before: str = ""
    after: str = ""
    layered: bool = False

    @property
    def layer(self) -> bool:
        """Returns whether a layer runs."""
        return is_layer(self.moment.label)


def is_layer(label: str) -> bool:
    """Returns whether the stretch of this label belongs to a layer."""
    return "." in label


def places(timeline: Iterable[Moment]) -> Iterator[Place]:
    """Yields each moment with its place. A stretch has two moments, its start and its peak, or only the peak."""
    stretches = [list(moments) for _, moments in groupby(timeline, lambda moment: (moment.phase, moment.label))]
    layered = {moments[0].phase for moments in stretches if is_layer(moments[0].label)}
    labels = ["", *(moments[0].label for moments in stretches), ""]
    for number, moments in enumerate(stretches):
        for at, moment in enumerate(moments):
            starts = at < len(moments) - 1
            yield Place(moment, starts, labels[number], labels[number + 2], moment.phase in layered)
