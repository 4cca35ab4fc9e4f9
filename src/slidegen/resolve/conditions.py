"""Conditions on slides: `when: audience == "course"`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from slidegen.errors import Problem, SlidegenError
from slidegen.model import Deck, Slide
from slidegen.resolve.expander import Expander
from slidegen.resolve.values import ValueProblem, unwrapped
from slidegen.slide_lines import WHEN


def is_shown(slide: Slide, expander: Expander) -> bool:
    """Returns whether the condition of a slide holds; True for a slide without one, or with one that has a mistake,
    which is added to those of the expander."""
    condition = slide.options.attributes.get(WHEN)
    place = (slide.content.path, slide.options.lines.get(WHEN, slide.content.line))
    return condition is None or holds(condition, expander, place)


def holds(condition: str, expander: Expander, place: tuple[str, int]) -> bool:
    """Returns whether a condition in that file and line holds; True for one with a mistake, as `is_shown`."""
    try:
        value = unwrapped(expander.evaluate(condition))
    except SlidegenError as error:
        expander.problems += [replace(one, message=f"when: {one.message}").at(*place) for one in error.problems]
    except ValueProblem as error:
        expander.problems.append(Problem(f"when: {error}", *place, code=error.code))
    else:
        if isinstance(value, bool):
            return value
        from slidegen.validation import shown

        found = shown(value) if isinstance(value, (str, int, float, list, dict, type(None))) else "a table or a picture"
        what = f"when: {shown(condition)} is {found}, which is not a truth value; compare it with something"
        expander.problems.append(Problem(what, *place, code="wrong-expression"))
    return True


def without_condition(slide: Slide) -> Slide:
    """Returns a slide without its condition, which the page does not need."""
    if WHEN not in slide.options.attributes:
        return slide
    attributes = {key: value for key, value in slide.options.attributes.items() if key != WHEN}
    return replace(slide, options=replace(slide.options, attributes=attributes))


def ignored_conditions(deck: Deck) -> Iterable[Problem]:
    """Warns of the conditions of a deck whose text holds no expressions."""
    for stack in deck.stacks:
        for slide in stack:
            if WHEN in slide.options.attributes:
                line = slide.options.lines.get(WHEN, slide.content.line)
                what = "when: has no effect in a deck without vars: in its front matter; the slide stays"
                yield Problem(what, slide.content.path, line, code="not-applied")
