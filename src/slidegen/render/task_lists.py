"""Lists of tasks, whose check boxes say what they stand for."""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from mdit_py_plugins.tasklists import tasklists_plugin

CHECKBOX = '<input class="task-list-item-checkbox"'
"""How the HTML of a check box begins."""


def task_lists(md: MarkdownIt) -> None:
    """Registers lists of tasks."""
    md.use(tasklists_plugin)
    md.core.ruler.after("github-tasklists", "task_list_names", _names)


def _names(state: StateCore) -> None:
    """Gives each box a name, as GitHub does: text after a box is not its label, and a box without one fails WCAG."""
    for token in state.tokens:
        box = token.children[0] if token.children else None
        if box is not None and box.type == "html_inline" and box.content.startswith(CHECKBOX):
            name = "Completed task" if "checked=" in box.content else "Incomplete task"
            box.content = box.content.replace(CHECKBOX, f'{CHECKBOX} aria-label="{name}"', 1)
