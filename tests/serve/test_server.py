"""The server: whom it answers, what it opens, how it starts and ends."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urljoin, urlsplit

import pytest

from tests.serve.conftest import Served, Server, until

DECK = "title: A talk\nslides:\n  - |\n    # First\n  - |\n    ## Second\n\n    ![dot](dot.svg)\n"
DOT = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" viewBox="0 0 9 9"><path d="M0 0h9"/></svg>'


@pytest.fixture
def served(server: Server) -> Served:
    """A served deck with a picture, beside a file that is none of its business."""
    server.write(DECK)
    server.write(DOT, "dot.svg")
    server.write("secret", "secret.txt")
    return server.start()


def answer(url: str, data: bytes | None = None, **headers: str) -> tuple[int, str]:
    """The status and the text of an answer."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, data, names)
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.status, response.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()


def origin(url: str) -> str:
    """The origin of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def test_a_clip_beside_the_page_is_served(server: Server) -> None:
    """In parts, too, without which a browser cannot begin in its middle; and nothing else in its folder."""
    server.write("slides: ['![](tone.mp3)']\n", "my talk.yml")
    server.write("ID3 and what follows it", "tone.mp3")
    url = server.start("my talk.yml", "--inline-media", "0").url
    found = re.search(r'<audio src="([^"]*)"', answer(url)[1])
    assert found is not None
    address = urljoin(url, found[1])
    assert answer(address) == (200, "ID3 and what follows it")
    assert answer(address, Range="bytes=4-6") == (206, "and")
    assert answer(urljoin(address, "tone.mp3"))[0] == 404


def test_it_listens_on_this_machine_only(served: Served) -> None:
    port = urlsplit(served.url).port
    assert port is not None
    assert answer(served.url)[0] == 200
    others = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)} - {"127.0.0.1"}
    for address in others:
        if not str(address).startswith("127."):
            with pytest.raises(OSError):  # noqa: PT011 - refused or not reached, as the system says it
                socket.create_connection((str(address), port), timeout=2)


def test_another_host_name_is_refused(served: Served) -> None:
    """A page of the network may give this machine a name of its own (DNS rebinding)."""
    port = urlsplit(served.url).port
    for name in ("evil.example", f"evil.example:{port}", "127.0.0.1", f"127.0.0.1.evil.example:{port}"):
        assert answer(served.url, Host=name)[0] == 421
    assert answer(served.url, Host=f"localhost:{port}")[0] == 200


def test_another_origin_is_refused(served: Served) -> None:
    body = json.dumps({"line": 1}).encode()
    for other in ("http://evil.example", "null", origin(served.url).replace("http:", "https:")):
        assert answer(f"{served.url}open", body, Origin=other)[0] == 403
        assert answer(served.url, Origin=other)[0] == 403
    assert answer(f"{served.url}open", body)[0] == 403


def test_every_address_needs_the_token(served: Served) -> None:
    start = origin(served.url)
    for path in ("/", "/talk/", "/talk.yml", "/wrong-token/talk/", f"/{'x' * 22}/talk/"):
        status, text = answer(start + path)
        assert status == 404
        assert "A talk" not in text
    other = answer(served.url)
    assert other[0] == 200


def test_no_file_of_the_folder_is_served(served: Served) -> None:
    for path in ("talk.yml", "secret.txt", "dot.svg", "..%2fsecret.txt", "../secret.txt", "%2e%2e/secret.txt"):
        for base in (served.base, served.url):
            status, text = answer(base + path)
            assert status == 404
            assert "secret" not in text
    html = answer(served.url)[1]
    assert "data:image/svg+xml;base64," in html
    assert "secret" not in html


def test_the_answers_say_who_may_use_them(served: Served) -> None:
    with urllib.request.urlopen(served.url, timeout=30) as response:
        headers = response.headers
    assert headers["Content-Security-Policy"] == "frame-ancestors 'self'"
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Access-Control-Allow-Origin"] is None
    html = answer(served.url)[1]
    assert "connect-src 'self'" in html
    assert "default-src 'none'" in html


def recorder(folder: Path) -> Path:
    """An editor that writes down its arguments, one a line."""
    script = folder / "my editor.sh"
    script.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > "{folder}/opened.txt"\n')
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return script


@pytest.mark.unix
def test_a_line_is_opened_by_the_users_own_command(server: Server) -> None:
    """The path is one argument, whatever is in it: no shell reads it."""
    name = "a talk; touch hacked $(touch hacked).yml"
    server.write(DECK, name)
    server.write(DOT, "dot.svg")
    script = recorder(server.folder)
    served = server.start(name, environment={"SLIDEGEN_EDITOR": f"'{script}' --goto {{path}}:{{line}} --wait"})
    answered = answer(f"{served.url}open", b'{"line": 6}', Origin=origin(served.url))
    assert answered == (200, "{}")
    opened = until(lambda: (path := server.folder / "opened.txt").exists() and path.read_text().splitlines())
    assert opened == ["--goto", f"{server.folder.resolve() / name}:6", "--wait"]
    assert not (server.folder / "hacked").exists()


@pytest.mark.unix
def test_only_files_that_the_deck_uses_are_opened(server: Server) -> None:
    server.write(DECK)
    server.write(DOT, "dot.svg")
    server.write("secret", "secret.txt")
    script = recorder(server.folder)
    served = server.start("talk.yml", environment={"SLIDEGEN_EDITOR": f"'{script}' {{path}}"})
    answer(served.url)
    asked: list[object] = [
        {"line": 1, "path": "secret.txt"},
        {"line": 1, "path": "/etc/passwd"},
        {"line": 1, "path": str(server.folder / "secret.txt")},
        {"line": 0},
        {"line": "1; touch hacked"},
        {"line": 10**9},
        {},
        [],
    ]
    for body in asked:
        status, _ = answer(f"{served.url}open", json.dumps(body).encode(), Origin=origin(served.url))
        assert status in (400, 403)
    time.sleep(0.3)
    assert not (server.folder / "opened.txt").exists()
    used = json.dumps({"line": 1, "path": "dot.svg"}).encode()
    assert answer(f"{served.url}open", used, Origin=origin(served.url))[0] == 200


@pytest.mark.parametrize(
    ("editor", "address"),
    [
        ("vscode", "vscode://file{path}:6"),
        ("vim", "mvim://open?url=file://{path}&line=6"),
        ("emacs://open?url=file://{path}&line={line}", "emacs://open?url=file://{path}&line=6"),
    ],
)
def test_the_address_of_an_editor_is_opened_by_the_browser(server: Server, editor: str, address: str) -> None:
    server.write(DECK)
    server.write(DOT, "dot.svg")
    served = server.start("talk.yml", environment={"SLIDEGEN_EDITOR": editor})
    status, text = answer(f"{served.url}open", b'{"line": 6}', Origin=origin(served.url))
    assert status == 200
    assert json.loads(text) == {"address": address.format(path=(server.folder / "talk.yml").resolve())}


def test_an_editor_that_does_not_start_is_told_to_the_page(server: Server) -> None:
    server.write(DECK)
    server.write(DOT, "dot.svg")
    served = server.start("talk.yml", environment={"SLIDEGEN_EDITOR": "no-such-editor {path}"})
    status, text = answer(f"{served.url}open", b'{"line": 6}', Origin=origin(served.url))
    assert status == 500
    assert json.loads(text)["message"].startswith("the editor 'no-such-editor' does not start: no such file")


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs `slidegen serve` where it must end by itself."""
    command = [sys.executable, "-m", "slidegen", "serve", *arguments]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=60, env={**os.environ, **environment}, check=False
    )


def test_an_editor_without_a_path_is_a_mistake(tmp_path: Path) -> None:
    done = run(tmp_path, "talk.yml", "--port", "0", SLIDEGEN_EDITOR="nano")
    assert done.returncode == 1
    assert done.stderr.startswith("error: SLIDEGEN_EDITOR is 'nano'; allowed: code, ")
    assert done.stderr.count("\n") == 1


def test_a_port_in_use_is_a_mistake(served: Served, tmp_path: Path) -> None:
    port = urlsplit(served.url).port
    done = run(tmp_path, "talk.yml", "--port", str(port))
    assert done.returncode == 1
    assert done.stderr == f"error: port {port} is in use; name another with --port, or 0 for a free one\n"


@pytest.mark.unix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_at_once_with_a_clear_line(served: Served, number: signal.Signals) -> None:
    stream = urllib.request.urlopen(f"{served.url}events", timeout=30)  # a page that is open does not keep it
    stream.readline()
    start = time.monotonic()
    served.process.send_signal(number)
    assert served.process.wait(30) == 0
    assert time.monotonic() - start < 20
    assert served.said.splitlines()[-1] == "stopped"
    assert "Traceback" not in served.said
    stream.close()


def test_a_page_is_told_what_it_missed(served: Served) -> None:
    """A page that was away gets what has changed since the state that it shows, or everything."""
    first = json.loads(event(f"{served.url}events"))
    assert len(first["html"]) == 2
    served.write(DECK.replace("## Second", "## Other"))
    until(lambda: "talk.yml: 2 slides" in served.said and served.said.count("2 slides") == 2)
    missed = json.loads(event(f"{served.url}events?version={first['version']}"))
    assert (missed["front"], missed["back"], len(missed["html"])) == (1, 0, 1)
    assert "css" not in missed
    everything = json.loads(event(f"{served.url}events?version=12345"))
    assert len(everything["html"]) == 2


def event(url: str) -> str:
    """The first event of a stream."""
    with urllib.request.urlopen(url, timeout=60) as stream:
        for line in stream:
            if line.startswith(b"data: "):
                return str(line[6:].decode())
    raise AssertionError("no event")


def test_several_decks_have_a_list(server: Server) -> None:
    server.write(DECK.replace("![dot](dot.svg)", ""))
    server.write(DECK.replace("A talk", "Another <talk>").replace("![dot](dot.svg)", ""), "more/talk.yml")
    server.write("slides: 3\n", "broken.yml")
    served = server.start("talk.yml", "more/talk.yml", "broken.yml")
    assert served.url == served.base
    until(lambda: served.said.count("slides,") >= 2 and "error:" in served.said)
    html = answer(served.base)[1]
    for text in ('href="talk/"', 'href="talk-2/"', 'href="broken/"', "Another &lt;talk&gt;", "1 mistake", "2 slides"):
        assert text in html
    assert answer(f"{served.base}talk-2/")[0] == 200
    assert answer(f"{served.base}talk-3/")[0] == 404
