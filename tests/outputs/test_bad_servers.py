"""Servers and proxies that mean ill, or never end: what is fetched has bounds in time and in bytes."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from slidegen.outputs.remote import Found, RemoteError, fetch

Answer = Callable[[socket.socket], None]


@contextmanager
def answering(answer: Answer) -> Iterator[str]:
    """A server that sends to every connection what `answer` does, once it has the request."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                with connection, suppress(OSError):
                    connection.recv(65536)
                    answer(connection)

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/a.png"
        listening.shutdown(socket.SHUT_RDWR)


def drip(connection: socket.socket) -> None:
    """A header, then a byte again and again, each sooner than a limit for one piece would end."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n")
    while True:
        connection.sendall(b"x")
        time.sleep(0.02)


def drip_header(connection: socket.socket) -> None:
    """A header without end, a byte at a time."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
    while True:
        connection.sendall(b"x")
        time.sleep(0.02)


def flood(head: bytes, piece: bytes = b"x" * 65536) -> Answer:
    """A header, then pieces without end."""

    def answer(connection: socket.socket) -> None:
        connection.sendall(head)
        while True:
            connection.sendall(piece)

    return answer


def once(content: bytes) -> Answer:
    """All of an answer, and the end of the connection."""
    return lambda connection: connection.sendall(content)


def silent(connection: socket.socket) -> None:
    """Nothing, until the other side has gone."""
    connection.recv(1)


OK = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n"


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (silent, "it took longer than 0.5 seconds"),
        (drip, "it took longer than 0.5 seconds"),
        (drip_header, "it took longer than 0.5 seconds"),
        (flood(OK + b"\r\n"), "it is larger than 1 MB"),
        (flood(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"8\r\n12345678\r\n" * 4096), "it is larger than 1 MB"),
        (flood(OK + b"Content-Length: 1000001\r\n\r\n"), "it is larger than 1 MB"),
        (once(OK + b"Content-Length: 1000001\r\n\r\n"), "it is larger than 1 MB"),
        (once(OK + b"Content-Length: 9\r\n\r\nfour"), "it ends after 4 of 9 bytes"),
        (
            once(OK + b"Content-Encoding: gzip\r\n\r\nx"),
            "it is compressed (gzip), which the request does not accept",
        ),
        (once(b"HTTP/1.1 302 Found\r\nLocation: /again\r\n\r\n"), "it is redirected more than 10 times"),
        (once(b"HTTP/1.1 302 Found\r\nLocation: gopher://x/\r\n\r\n"), "only http and https are fetched, not gopher:"),
        (once(b"HTTP/1.1 302 Found\r\n\r\n"), "the server answered 302 Found"),
        (once(b""), "Remote end closed connection without response"),
    ],
)
def test_a_server_that_means_ill_is_given_up(answer: Answer, message: str) -> None:
    """The limits are for the whole answer, however it is sent."""
    with answering(answer) as url, pytest.raises(RemoteError) as caught:
        fetch(url, 1_000_000, private=True, seconds=0.5 if "longer" in message else 30)
    assert str(caught.value).lower() == message.lower()


def test_a_length_that_is_too_short_cuts_the_answer() -> None:
    """As every browser does."""
    with answering(once(OK + b"Content-Length: 4\r\n\r\nfour and more")) as url:
        assert fetch(url, 100, private=True)[:2] == ("image/png", b"four")


def test_a_resolver_that_does_not_answer_is_given_up() -> None:
    """The system's knows no limit."""
    ended = threading.Event()

    def resolve(*_: object) -> list[Found]:
        ended.wait(60)
        return []

    with pytest.raises(RemoteError, match=r"^it took longer than 0\.1 seconds$"):
        fetch("http://slow.example/", 10, seconds=0.1, resolve=resolve)
    ended.set()


def test_a_tunnel_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """For https, by the name of the host; a proxy that says no is told."""
    with answering(once(b"HTTP/1.1 403 Forbidden\r\n\r\n")) as url:
        monkeypatch.setenv("https_proxy", url.removesuffix("/a.png"))
        monkeypatch.delenv("no_proxy", raising=False)
        port = int(url.rpartition(":")[2].partition("/")[0])

        def resolve(host: str, _: int) -> list[Found]:
            address = "127.0.0.1" if host == "127.0.0.1" else "1.1.1.1"
            return [(socket.AF_INET, socket.SOCK_STREAM, 0, "", (address, port))]

        with pytest.raises(RemoteError, match=r"^tunnel connection failed: 403 forbidden$"):
            fetch("https://pictures.example/a.png", 1000, resolve=resolve)
