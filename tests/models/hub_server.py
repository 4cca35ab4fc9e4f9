"""A stand-in for the Hub on this machine: it answers for config.json as huggingface.co does, headers included."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BufferedIOBase
from typing import Any

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@dataclass
class Answer:
    """What the stand-in says about one path: a status, a body, the Hub's error code, seconds to wait before.

    `sends` sends the body in its own way, `length` says how long it is, `coding` claims that it is compressed.
    """

    status: int = 200
    body: bytes = b""
    code: str | None = None
    commit: str | None = COMMIT
    wait: float = 0.0
    sends: Callable[[BufferedIOBase, bytes], None] | None = None
    length: bool = True
    coding: str | None = None


@dataclass
class StandIn:
    """The running stand-in: what it answers by path, and what it was asked."""

    endpoint: str
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, str, str | None]] = field(default_factory=list)

    def serve(self, repo: str, answer: Answer, revision: str = "main") -> None:
        """Answers for the config of a repository at a revision."""
        self.answers[f"/{repo}/resolve/{revision}/config.json"] = answer


def config_answer(config: Any, commit: str = COMMIT) -> Answer:
    """An answer with a config."""
    return Answer(body=json.dumps(config).encode(), commit=commit)


@contextmanager
def stand_in() -> Iterator[StandIn]:
    """A stand-in that runs as long as the block."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self) -> None:
            self._answer(with_body=False)

        def do_GET(self) -> None:
            self._answer(with_body=True)

        def _answer(self, *, with_body: bool) -> None:
            hub.asked.append((self.command, self.path, self.headers.get("authorization")))
            answer = hub.answers.get(self.path, Answer(404, code="RepoNotFound", commit=None))
            time.sleep(answer.wait)
            self.send_response(answer.status)
            if answer.length:
                self.send_header("Content-Length", str(len(answer.body)))
            else:
                self.send_header("Connection", "close")
            if answer.coding:
                self.send_header("Content-Encoding", answer.coding)
            self.send_header("ETag", f'"{hashlib.sha1(answer.body).hexdigest()}"')
            if answer.commit:
                self.send_header("X-Repo-Commit", answer.commit)
            if answer.code:
                self.send_header("X-Error-Code", answer.code)
            self.end_headers()
            if with_body and answer.sends:
                with suppress(OSError):
                    answer.sends(self.wfile, answer.body)
            elif with_body:
                self.wfile.write(answer.body)

        def log_message(self, *_: object) -> None:
            """Nothing on the screen of the tests."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    hub = StandIn(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
