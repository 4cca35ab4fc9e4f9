"""The program `slidegen`, and `python -m slidegen`."""

from __future__ import annotations

import gc
import os
import signal
import sys
from types import FrameType

from slidegen.streams import guard_streams, own_errors

SWITCH_INTERVAL = 0.0005
"""Seconds after which a thread lets another one run: V8's wait ten times as long by default, often."""
NEW_OBJECTS = 10_000
"""After how many Python looks for garbage in cycles: a deck's tokens and nodes are kept, and hardly any are in one."""


def run() -> None:
    """Runs a command and ends the process at once: to take Python and V8 down in order costs a tenth of a build."""
    guard_streams()
    if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, _terminate)
    try:
        if sys.argv[1:2] in (["build"], ["serve"], ["export"]):
            from slidegen.v8 import start_engines

            sys.setswitchinterval(SWITCH_INTERVAL)
            gc.set_threshold(NEW_OBJECTS)
            start_engines(sys.argv[2:])
        from slidegen.cli import main
        from slidegen.cli.messages import requested

        as_json, _ = requested(sys.argv[1:])
        main(errors=own_errors() if as_json else None)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    except KeyboardInterrupt:  # before a command has begun
        code = _stopped()
    except BaseException:
        sys.excepthook(*sys.exc_info())
        code = 1
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:  # what nobody reads any more
            pass
        except Exception:  # the commands flush what they print, and have told it
            code = code or 1
    os._exit(code)


def _stopped() -> int:
    """Says that Ctrl-C stopped the program, as a command does, and returns the exit code."""
    from slidegen.cli.messages import Messages, requested
    from slidegen.errors import Problem

    Messages(requested(sys.argv[1:])[0]).info(Problem("stopped", code="stopped"))
    return 130


def _terminate(number: int, _: FrameType | None) -> None:
    """Ends the program as Ctrl-C does, so that nothing that is staged stays behind."""
    raise SystemExit(128 + number)


if __name__ == "__main__":
    run()
