"""The program `slidegen`, and `python -m slidegen`."""

from __future__ import annotations

import os
import sys

SWITCH_INTERVAL = 0.0005
"""Seconds after which a thread lets another one run: V8's wait ten times as long by default, often."""


def run() -> None:
    """Runs a command and ends the process at once: to take Python and V8 down in order costs a tenth of a build."""
    try:
        if sys.argv[1:2] == ["build"]:
            from slidegen.v8 import start_engines

            sys.setswitchinterval(SWITCH_INTERVAL)
            start_engines(sys.argv[2:])
        from slidegen.cli import main

        main()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    except BaseException:
        sys.excepthook(*sys.exc_info())
        code = 1
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):  # nobody reads any more
            code = code or 1
    os._exit(code)


if __name__ == "__main__":
    run()
