"""V8's engines: what a deck does not need is not loaded."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ASKED = """
import os, sys
from slidegen.v8 import marp_engine, start_engines
from slidegen.pipeline import BuildOptions, build
from pathlib import Path
start_engines(sys.argv[1:])
build(sys.argv[1], BuildOptions(folder=Path(sys.argv[2]), format="marp"))
print(*(marp_engine().result().eval(f"typeof {name}") for name in ("katex", "mathjaxPlugin")), flush=True)
os._exit(0)
"""

SEVERAL = """
import os
from slidegen.v8 import katex_engine, marp_engine
print(marp_engine().result().eval("6 * 7"), katex_engine().result().eval("6 * 7"), flush=True)
katex_engine.cache_clear()
print(katex_engine().result().eval("6 * 7"), flush=True)
os._exit(0)
"""


def test_a_process_holds_several_engines() -> None:
    """Each started by a thread of its own: a processor with memory protection keys crashed at the second one."""
    run = subprocess.run([sys.executable, "-c", SEVERAL], capture_output=True, text=True, timeout=300)
    assert (run.stdout.split(), run.stderr, run.returncode) == (["42", "42", "42"], "", 0)


@pytest.mark.parametrize(
    ("text", "katex", "mathjax"),
    [
        ("# no math", "undefined", "undefined"),
        ("$x^2$", "object", "undefined"),
        ("$$\nx\n$$", "object", "undefined"),
        ("a `$x` b", "object", "undefined"),
        ("---\nmath: mathjax\n---\n$x^2$", "undefined", "function"),
        ("# no math, not even by mathjax", "undefined", "undefined"),
    ],
)
def test_a_library_is_loaded_for_math(tmp_path: Path, text: str, katex: str, mathjax: str) -> None:
    """A dollar sign asks for it, whatever it means; most of the scripts wait for one."""
    deck = tmp_path / "talk.md"
    deck.write_text(text, encoding="utf-8")
    command = [sys.executable, "-c", ASKED, str(deck), str(tmp_path / "build")]
    assert subprocess.run(command, capture_output=True, text=True, timeout=300).stdout.split() == [katex, mathjax]
    assert ('class="katex"' in (tmp_path / "build/talk.marp.html").read_text(encoding="utf-8")) is (
        katex == "object" and "`" not in text
    )


FROM_THREADS = """
import os, sys
from threading import Thread
from slidegen import v8

def start(engine, found):
    found.append(engine().result().eval("1 + 1"))

found = []
for engine in (v8.katex_engine, v8.marp_engine, v8.marp_math_engine):
    thread = Thread(target=start, args=(engine, found))
    thread.start()
    thread.join()
found.append(v8._start([], "katex.js").result().eval("1 + 1"))
print(*found, flush=True)
os._exit(0)
"""


def test_engines_may_be_asked_for_in_any_thread() -> None:
    """Where the processor has memory protection keys, V8 ends the process when it is started twice in threads that do
    not come from one another."""
    done = subprocess.run([sys.executable, "-c", FROM_THREADS], capture_output=True, text=True, check=False)
    assert (done.stdout.split(), done.returncode) == (["2", "2", "2", "2"], 0)


def test_engines_start_at_the_same_time() -> None:
    """Two that were created at once ended two of three processes: that six are spared has one chance in 700."""
    both = "import os; from slidegen.v8 import *; started = marp_engine(), katex_engine()\n"
    command = [sys.executable, "-c", f"{both}[one.result() for one in started]; os._exit(0)"]
    assert [subprocess.run(command, capture_output=True, timeout=300).returncode for _ in range(6)] == [0] * 6
