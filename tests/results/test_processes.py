"""Processes that compute tasks: one that dies is replaced."""

from __future__ import annotations

import os
import signal
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from slidegen.models.finder import ModelFinder
from slidegen.project import find_project
from slidegen.results.processes import Answer, Died, Processes, Task
from slidegen.tables.base import SourceContext, no_progress


def process_id(_argument: Any, _context: SourceContext) -> int:
    """The process that computes."""
    return os.getpid()


def computed(processes: Processes) -> tuple[int, int]:
    """The process that computes a task, which is given again to another one if its process dies; how many died."""
    tasks = deque([Task(None)])
    dead = 0
    for task, reply in processes.run(process_id, tasks):
        if isinstance(reply, Died):
            dead += 1
            tasks.append(task)
        if isinstance(reply, Answer):
            return reply.value, dead
    raise AssertionError("no answer")


@pytest.mark.unix
def test_a_process_that_dies_between_two_tasks_is_replaced(tmp_path: Path) -> None:
    """Nobody waits for an answer then. In a thread: if it waited for ever, the test would as well."""
    context = SourceContext(ModelFinder(find_project(tmp_path), offline=True), print, advance=no_progress)
    processes = Processes(context, 1)
    executor = ThreadPoolExecutor()
    try:
        first, _ = executor.submit(computed, processes).result(60)
        os.kill(first, signal.SIGKILL)
        while Path(f"/proc/{first}/stat").exists() and Path(f"/proc/{first}/stat").read_text().split()[2] != "Z":
            time.sleep(0.01)
        second, dead = executor.submit(computed, processes).result(60)
        assert (dead, second != first) == (1, True)
    finally:
        processes.close()
        executor.shutdown(wait=False)
