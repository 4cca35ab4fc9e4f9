"""Times how long a move of a talk takes to its followers: from sending it to `slidegen present` until each has it.

    python benchmarks/present.py [--followers 100] [--moves 100]

The followers are server-sent-event clients of one asyncio process on this machine, on plain sockets, as browsers are;
the moves come as the presenting page sends them, by POST. Beside it stands a floor from the same run: the same clients
and moves with a bare asyncio server that writes each line to all sockets. The goal: 95 % of the deliveries in 200 ms.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

GOAL_MS: Final = 200
BETWEEN: Final = 0.05  # seconds between two moves
DECK: Final = "title: T\nslides:\n" + "".join(f'- "## Slide {number}"\n' for number in range(1, 41))
Move = Callable[[int], Awaitable[None]]


async def follow(url: str, number: int, heard: dict[int, list[float]], ready: asyncio.Event) -> None:
    """Follows a talk, and notes when each move arrives."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    writer.write(f"GET {parts.path}events?id=f{number} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode())
    try:
        while line := await reader.readline():
            now = time.perf_counter()
            if b'"snapshot"' in line:
                ready.set()
            elif (found := re.search(rb'"at":\[(\d+),', line)) is not None:
                heard.setdefault(int(found[1]), []).append(now)
    finally:
        writer.close()


async def sender(url: str) -> tuple[Move, asyncio.StreamWriter]:
    """Returns what sends a move, over one connection that stays open."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    head = f"POST {parts.path}send?id=p HTTP/1.1\r\nHost: {parts.netloc}\r\nOrigin: http://{parts.netloc}\r\n"

    async def send(index: int) -> None:
        timer = {"since": None, "before": 0}
        state = {"id": "p", "at": [index, 0], "total": 40, "veil": "", "timer": timer}
        body = json.dumps([{"state": state}])
        writer.write(f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())
        status = await reader.readuntil(b"\r\n\r\n")
        assert b" 204 " in status, status

    return send, writer


async def bare(writers: list[asyncio.StreamWriter]) -> asyncio.Server:
    """A server that only keeps the sockets of those who connect; its first line says so."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b'data: {"snapshot":1}\n')
        writers.append(writer)

    return await asyncio.start_server(connected, "127.0.0.1", 0, backlog=500)


async def measured(audience: str, move: Move, followers: int, moves: int) -> list[float]:
    """Returns the milliseconds of each delivery."""
    heard: dict[int, list[float]] = {}
    ready = [asyncio.Event() for _ in range(followers)]
    tasks = [asyncio.create_task(follow(audience, number, heard, one)) for number, one in enumerate(ready)]
    for one in ready:
        await asyncio.wait_for(one.wait(), 30)
    sent = {}
    for index in range(1, moves + 1):
        sent[index] = time.perf_counter()
        await move(index)
        await asyncio.sleep(BETWEEN)
    end = time.monotonic() + 30
    while sum(map(len, heard.values())) < followers * moves and time.monotonic() < end:
        await asyncio.sleep(0.05)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    delays = [1000 * (at - sent[index]) for index, times in heard.items() for at in times]
    if len(delays) != followers * moves:
        raise SystemExit(f"{followers * moves - len(delays)} deliveries are missing")
    return delays


def shown(name: str, delays: list[float]) -> float:
    """Prints the median and the 95th percentile, and returns the latter."""
    late = statistics.quantiles(delays, n=20)[-1]
    print(f"{name:<20} {statistics.median(delays):8.1f} {late:8.1f} {max(delays):8.1f}")
    return late


async def run(urls: dict[str, str], followers: int, moves: int) -> float:
    """Measures the floor and the server in turn."""
    writers: list[asyncio.StreamWriter] = []
    floor = await bare(writers)
    port = floor.sockets[0].getsockname()[1]

    async def write(index: int) -> None:
        for writer in writers:
            writer.write(f'data: {{"at":[{index},0]}}\n'.encode())

    print(f"{followers} followers, {moves} moves; ms{'':>5} median     95 %  slowest")
    shown("bare asyncio server", await measured(f"http://127.0.0.1:{port}/", write, followers, moves))
    floor.close()
    move, connection = await sender(urls["present"])
    late = shown("slidegen present", await measured(urls["audience"], move, followers, moves))
    connection.close()
    return late


def main() -> None:
    """Runs the benchmark; the exit code is 1 if the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--followers", type=int, default=100)
    parser.add_argument("--moves", type=int, default=100)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "talk.yml").write_text(DECK, encoding="utf-8")
        command = [sys.executable, "-m", "slidegen", "present", "talk.yml", "--audience", "--port", "0", "--quiet"]
        process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True)
        try:
            assert process.stdout is not None
            urls = dict(line.split(": ", 1) for line in (process.stdout.readline().strip() for _ in range(3)))
            late = asyncio.run(run({name: url.strip() for name, url in urls.items()}, given.followers, given.moves))
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)
    sys.exit(late > GOAL_MS)


if __name__ == "__main__":
    main()
