"""Whom the server answers, and what each may say."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urljoin, urlsplit

import pytest

from tests.present.conftest import Presented, Presenter
from tests.serve.conftest import until


def answer(url: str, data: object = None, **headers: str) -> tuple[int, str]:
    """The status and the text of an answer. What is sent comes from the server's own page, unless `Origin` says not."""
    parts = urlsplit(url)
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    body = data if isinstance(data, bytes) else None if data is None else json.dumps(data).encode()
    if body is not None:
        names.setdefault("Origin", f"{parts.scheme}://{parts.netloc}")
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, names), timeout=30) as response:
            return response.status, response.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()


@pytest.fixture
def served(presenter: Presenter) -> Presented:
    """A talk with an audience."""
    return presenter.start("--audience")


def test_each_role_has_a_token_of_its_own(served: Presented) -> None:
    """Of 128 bits, and none of them is on a page that another role gets."""
    tokens = {role: urlsplit(url).path.strip("/") for role, url in served.urls.items()}
    assert sorted(tokens) == ["audience", "present", "remote"]
    assert len(set(tokens.values())) == 3
    assert {len(token) for token in tokens.values()} == {22}  # 16 bytes in base 64
    pages = {role: answer(url)[1] for role, url in served.urls.items()}
    for role in ("remote", "audience"):
        assert not any(token in pages[role] for token in tokens.values())
    assert tokens["present"] not in pages["present"]


def test_every_role_gets_the_clips_beside_the_page(presenter: Presenter) -> None:
    (presenter.folder / "tone.mp3").write_bytes(b"ID3")
    urls = presenter.start("--audience", "--inline-media", "0", deck="slides: ['![](tone.mp3)']\n").urls
    for url in (urls["present"], urls["audience"], f"{urls['remote']}slides"):
        found = re.search(r'<audio src="([^"]*)"', answer(url)[1])
        assert found is not None
        assert answer(urljoin(url, found[1])) == (200, "ID3")


def test_without_audience_there_is_none(presenter: Presenter) -> None:
    assert sorted(presenter.start().urls) == ["present", "remote"]


def test_the_audience_gets_no_notes_and_no_plan(served: Presented, presenter: Presenter) -> None:
    """In neither output: not in elements, not in attributes, not in data."""
    for output in ("reveal", "marp"):
        urls = served.urls if output == "reveal" else presenter.start("--audience", "--format", "marp").urls
        page = answer(urls["audience"])[1]
        assert "Fourth" in page
        assert "Only the speaker" not in page
        assert 'id="timing"' not in page
        assert "Only the speaker knows" in answer(urls["present"])[1]


def test_the_audience_cannot_say_anything(served: Presented) -> None:
    """It has no address to send to, and its token opens no other page."""
    audience = served.urls["audience"]
    assert answer(f"{audience}send?id=a", [{"do": "next"}])[0] in (404, 405)
    assert answer(f"{audience}slides")[0] == 404
    assert answer(audience, b"[]")[0] == 405


def test_other_addresses_origins_and_hosts_are_refused(served: Presented) -> None:
    remote = served.urls["remote"]
    send = f"{remote}send?id=a"
    start = remote.rsplit("/", 2)[0]
    assert answer(f"{start}/")[0] == 404
    assert answer(f"{start}/{'x' * 22}/")[0] == 404
    assert answer(f"{remote}talk.yml")[0] == 404
    assert answer(f"{remote}..%2f..%2ftalk.yml")[0] == 404
    assert answer(remote, Host="evil.example")[0] == 421
    assert answer(send, [], Origin="http://evil.example")[0] == 403
    assert answer(send, [], Origin="null")[0] == 403
    assert answer(send, [])[0] == 204


REFUSED: tuple[object, ...] = (
    {"do": "next"},
    [{"do": "quit"}],
    [{"state": {}}],
    [{"do": "next", "go": [0, 0]}],
    [{"laser": [0, 0, "<b>"]}],
    [{"go": [0]}],
    [{"tab": {"slide": 0, "panel": 1}}],
    [{"go": [True, 0]}],
    [{"ink": {"slide": 0, "id": "a b", "tool": "pen", "color": 1, "points": [[0, 0, 50]]}}],
    [{"ink": {"slide": 0, "id": "a", "tool": "pen", "color": 1, "points": [[0, 0, 50]] * 1001}}],
    [{"do": "next"}] * 101,
    b"[" * 5000,
    b"not json",
    b"x" * 200_000,
)


def test_what_a_remote_may_not_say_is_refused(served: Presented) -> None:
    """And the server goes on."""
    send = f"{served.urls['remote']}send?id=a"
    assert {str(messages)[:60]: answer(send, messages)[0] for messages in REFUSED} == {
        str(messages)[:60]: 400 for messages in REFUSED
    }
    assert answer(send, [{"laser": None}])[0] == 204


def test_a_remote_hears_that_nobody_presents(served: Presented) -> None:
    """Its orders would have no effect."""
    assert answer(f"{served.urls['remote']}send?id=a", [{"do": "next"}]) == (409, "no page presents the deck")


def test_a_page_says_its_name(served: Presented) -> None:
    for name in ("", "?id=", "?id=a%20b", f"?id={'a' * 41}"):
        assert answer(f"{served.urls['remote']}send{name}", [])[0] == 400
        assert answer(f"{served.urls['audience']}events{name}")[0] == 400


def test_too_many_requests_are_refused(served: Presented) -> None:
    parts = urlsplit(served.urls["remote"])
    head = f"POST {parts.path}send?id=a HTTP/1.1\r\nHost: {parts.netloc}\r\nOrigin: http://{parts.netloc}\r\n"
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=30) as connection:
        connection.sendall(f"{head}Content-Length: 2\r\n\r\n[]".encode() * 1000)
        until(lambda: b" 429 " in connection.recv(1 << 16), "requests are refused")
    assert answer(f"{served.urls['present']}send?id=b", [])[0] == 204, "each role has its own measure"


@pytest.mark.unix
def test_many_may_follow(presenter: Presenter) -> None:
    """Also where the system allows a process few open files unless it asks for more."""
    import resource

    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (60, limits[1]))
    try:
        served = presenter.start("--audience")
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    with ExitStack() as streams:
        for number in range(100):
            url = f"{served.urls['audience']}events?id=a{number}"
            stream = streams.enter_context(urllib.request.urlopen(url, timeout=30))
            assert stream.readline().startswith(b'data: {"snapshot":')


@pytest.mark.slow
def test_a_silent_connection_is_closed(served: Presented) -> None:
    """One that asks nothing, and those that do not end their first or second question; one that follows stays open."""
    parts = urlsplit(served.urls["audience"])
    address = (parts.hostname or "", parts.port or 0)
    with (
        urllib.request.urlopen(f"{served.urls['audience']}events?id=a", timeout=30) as stream,
        socket.create_connection(address, timeout=60) as silent,
        socket.create_connection(address, timeout=60) as slow,
        socket.create_connection(address, timeout=60) as again,
    ):
        slow.sendall(f"GET {parts.path} HTTP/1.1\r\nHost: ".encode())
        again.sendall(b"HEAD / HTTP/1.1\r\nHost: x\r\n\r\nGET")
        assert again.recv(1 << 16).startswith(b"HTTP/1.1 421 ")
        assert (silent.recv(1), slow.recv(1), again.recv(1)) == (b"", b"", b"")
        stream.readline()
        until(lambda: b"alive" in stream.readline(), "the stream goes on")
        until(lambda: b"alive" in stream.readline(), "the stream goes on")


def test_it_listens_on_this_machine_only_unless_asked(served: Presented) -> None:
    port = urlsplit(served.urls["present"]).port
    assert port is not None
    assert urlsplit(served.urls["present"]).hostname == "127.0.0.1"
    until(lambda: "Ctrl-C ends this" in served.said, "the hint is printed")
    assert "--host auto lets phones in the same network in" in served.said
    for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET):
        if not str(info[4][0]).startswith("127."):
            with pytest.raises(OSError):  # noqa: PT011 - refused or not reached, as the system says it
                socket.create_connection((str(info[4][0]), port), timeout=2)


def test_an_address_is_named_on_purpose(presenter: Presenter) -> None:
    """Its pages and QR codes have it, and it is the only host that is answered."""
    presented = presenter.start("--audience", "--host", "127.0.0.2")
    assert {urlsplit(url).hostname for url in presented.urls.values()} == {"127.0.0.2"}
    until(lambda: "Ctrl-C ends this" in presented.said, "the codes are printed")
    assert "Remote, for your phone only" in presented.said
    assert presented.said.count("█") + presented.said.count("▄") > 100
    assert answer(presented.urls["remote"])[0] == 200
    assert answer(presented.urls["remote"], Host="127.0.0.1")[0] == 421


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--host", "0.0.0.0"], 2, "0.0.0.0 stands for several addresses; allowed: auto, one address of this machine"),
        (["--host", "255.255.255.255"], 2, "255.255.255.255 stands for several addresses"),
        (["--host", "::ffff:0.0.0.0"], 2, "is an IPv4 address in the form of IPv6; allowed: 0.0.0.0"),
        (["--host", "fe80::1%eth0"], 2, "fe80::1%eth0 is an address of one interface, which no link can name"),
        (["--host", "laptop"], 2, "'laptop' is not an address; allowed: auto, an address of this machine"),
        (["--host", "198.51.100.7"], 1, "error: --host 198.51.100.7: this machine does not have this address"),
        (["--port", "x"], 2, "is not a valid integer"),
    ],
)
def test_wrong_usage(arguments: list[str], code: int, words: str, tmp_path: Path) -> None:
    """One line and an exit code."""
    (tmp_path / "a.md").write_text("# A\n", encoding="utf-8")
    command = [sys.executable, "-m", "slidegen", "present", "a.md", *arguments]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert (ended.returncode, ended.stdout) == (code, "")
    assert words in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_deck_with_mistakes_is_not_served(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text("slides: []\n", encoding="utf-8")
    command = [sys.executable, "-m", "slidegen", "present", "a.yml", "--port", "0"]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith("error: a.yml:1: ")


def test_ctrl_c_ends_it(served: Presented) -> None:
    """At once, whoever follows, and nothing is left beside the deck."""
    with urllib.request.urlopen(f"{served.urls['audience']}events?id=a", timeout=10) as stream:
        assert stream.readline().startswith(b'data: {"snapshot":')
        assert served.end() == 0
    assert served.said.endswith("stopped\n")
    assert sorted(path.name for path in served.folder.iterdir()) == ["stderr.txt", "stdout.txt", "talk.yml"]
