"""The looks of tables: the expressions in their texts, and the claims of their rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from slidegen.errors import Problem, SlidegenError
from slidegen.model import TableDeclaration
from slidegen.resolve import values
from slidegen.resolve.claims import Claims, Place
from slidegen.resolve.expander import Expander
from slidegen.resolve.locating import lines_of
from slidegen.resolve.marking import claimed_rows, marking
from slidegen.resolve.placing import LookError
from slidegen.resolve.table_view import TableView
from slidegen.resolve.values import ValueProblem
from slidegen.resolve.variables import evaluated
from slidegen.table_look import TableLook


def evaluated_look(declaration: TableDeclaration, expander: Expander) -> TableLook:
    """Returns the look of a table with the expressions in its texts evaluated. Mistakes are added to the expander's."""
    look = declaration.look
    texts = {
        "caption": look.caption,
        "labels": dict(look.labels),
        "emphasis": [{"legend": rule.legend, "claim": _written(rule.claim)} for rule in look.emphasis],
        "total": [{"label": rule.label} for rule in look.total],
        "footnotes": [{"text": rule.text} for rule in look.footnotes],
    }
    filled = evaluated(texts, expander, declaration.path, lines_of(declaration))

    def shown(text: Any) -> str | None:
        return None if text is None else values.shown(text)

    emphasis, total, footnotes = filled["emphasis"], filled["total"], filled["footnotes"]
    return replace(
        look,
        caption=shown(filled["caption"]),
        labels={key: values.shown(label) for key, label in filled["labels"].items()},
        emphasis=tuple(
            replace(rule, legend=shown(found["legend"]), claim=found["claim"])
            for rule, found in zip(look.emphasis, emphasis, strict=True)
        ),
        total=tuple(replace(r, label=shown(f["label"])) for r, f in zip(look.total, total, strict=True)),
        footnotes=tuple(
            replace(r, text=values.shown(f["text"])) for r, f in zip(look.footnotes, footnotes, strict=True)
        ),
    )


def claimed_look(
    view: TableView, look: TableLook, claims: Claims, place: Callable[[str], Place], lang: str
) -> TableLook:
    """Returns the look of a table with what its rules mark in place of what is claimed of them, where that is not true.

    `place` gives the place of an option, where its claim is kept.

    Raises:
        LookError: with every claim that does not fit the table.
    """
    problems: list[tuple[str, Problem]] = []
    rules = list(look.emphasis)
    for number, rule in enumerate(look.emphasis):
        option = f"emphasis.{number}.claim"
        try:
            claimed = claimed_rows(rule.claim)
            if claimed is None:
                continue
            found = marking(view, rule.when, claimed)
        except ValueProblem as error:
            problems.append((option, Problem(str(error), code=error.code)))
        except SlidegenError as error:
            problems += [(option, problem) for problem in error.problems]
        else:
            claims.add(rule.legend or rule.when, found.judgment, place(option), lang, found.instead)
            rules[number] = replace(rule, truth=found.marked)
    if problems:
        raise LookError(problems)
    return replace(look, emphasis=tuple(rules))


def _written(claim: Any) -> Any:
    return list(claim) if isinstance(claim, tuple) else claim
