"""Writes the fragments of a slide as appear animations (ECMA-376, 19.5): a click for each step."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count, groupby
from typing import TYPE_CHECKING, Any, Final

from slidegen.exports.pptx.writing.context import Effect
from slidegen.exports.pptx.writing.xml import element, sub

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

APPEAR: Final = "1"
"""The number of the effect "Appear" among PowerPoint's entrances."""


def timing(effects: Sequence[Effect]) -> Element | None:
    """Returns `p:timing` for what appears on a slide; None if nothing does."""
    if not effects:
        return None
    numbers = count(1)
    made = element("p:timing")
    root = sub(sub(sub(made, "p:tnLst"), "p:par"), "p:cTn", id=next(numbers), dur="indefinite", restart="never")
    root.set("nodeType", "tmRoot")
    sequence = sub(sub(root, "p:childTnLst"), "p:seq", concurrent=True, nextAc="seek")
    main = sub(sequence, "p:cTn", id=next(numbers), dur="indefinite", nodeType="mainSeq")
    clicks = sub(main, "p:childTnLst")
    ordered = sorted(effects, key=lambda one: (one.step, one.shape, one.paragraph or 0))
    for _, group in groupby(ordered, key=lambda one: one.step):
        outer = _parallel(clicks, numbers, "indefinite")
        inner = _parallel(outer, numbers, "0")
        for index, effect in enumerate(group):
            _appear(inner, numbers, effect, "withEffect" if index else "clickEffect")
    for name, event in (("prevCondLst", "onPrev"), ("nextCondLst", "onNext")):
        condition = sub(sub(sequence, f"p:{name}"), "p:cond", evt=event, delay="0")
        sub(sub(condition, "p:tgtEl"), "p:sldTgt")
    _builds(made, effects)
    return made


def _parallel(parent: Element, numbers: count[int], delay: str) -> Element:
    node = sub(sub(parent, "p:par"), "p:cTn", id=next(numbers), fill="hold")
    sub(sub(node, "p:stCondLst"), "p:cond", delay=delay)
    return sub(node, "p:childTnLst")


def _appear(parent: Element, numbers: count[int], effect: Effect, kind: str) -> None:
    attributes: dict[str, Any] = {"presetID": APPEAR, "presetClass": "entr", "presetSubtype": "0", "fill": "hold"}
    if effect.text:
        attributes["grpId"] = "0"
    node = sub(sub(parent, "p:par"), "p:cTn", id=next(numbers), **attributes, nodeType=kind)
    sub(sub(node, "p:stCondLst"), "p:cond", delay="0")
    behaviour = sub(sub(sub(node, "p:childTnLst"), "p:set"), "p:cBhvr")
    own = sub(behaviour, "p:cTn", id=next(numbers), dur="1", fill="hold")
    sub(sub(own, "p:stCondLst"), "p:cond", delay="0")
    target = sub(sub(behaviour, "p:tgtEl"), "p:spTgt", spid=effect.shape)
    if effect.paragraph is not None:
        sub(sub(target, "p:txEl"), "p:pRg", st=effect.paragraph, end=effect.paragraph)
    sub(sub(behaviour, "p:attrNameLst"), "p:attrName").text = "style.visibility"
    sub(sub(behaviour.getparent(), "p:to"), "p:strVal", val="visible")


def _builds(made: Element, effects: Sequence[Effect]) -> None:
    """Adds the list of the texts that appear, whole or paragraph by paragraph."""
    shapes = {effect.shape: effect for effect in effects if effect.text}
    if not shapes:
        return
    builds = sub(made, "p:bldLst")
    for shape, effect in sorted(shapes.items()):
        single = effect.paragraph is not None
        sub(builds, "p:bldP", spid=shape, grpId="0", build="p" if single else None, animBg=None if single else True)
