"""Images of the network: refused, fetched, or shown as missing."""

from __future__ import annotations

import base64
import socket

import pytest

from slidegen.outputs.remote import Found, RemoteError, fetch, is_public
from tests.deck_folder import PIXEL, PIXEL_URI, DeckFolder
from tests.outputs.web_server import ANSWERS


def test_without_being_asked_for_nothing_is_fetched(folder: DeckFolder, server: tuple[str, list[str]]) -> None:
    """The message names both ways out."""
    url, asked = server
    assert folder.slide_problems(f"a\n\n![x]({url}/a.png)") == [
        f"talk.yml:5: slide 1: '{url}/a.png' is on the network; --fetch-remote inlines it, "
        "--allow-remote-missing shows a placeholder"
    ]
    assert asked == []


def test_an_image_is_fetched_once_into_the_file(folder: DeckFolder, server: tuple[str, list[str]]) -> None:
    """Also through a redirection, and into a background."""
    url, asked = server
    page = folder.slide(f"![x]({url}/a.png) ![y]({url}/a.png)\n\n![z]({url}/moved)", remote="fetch-private")
    assert page.body.count(PIXEL_URI) == 3
    assert asked == ["/a.png", "/moved", "/a.png"]
    assert url not in page.html


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/nope", "could not be fetched: the server answered 404 Not Found"),
        ("/page", "is text/html, not an image, video, audio or font"),
        ("/broken", "could not be fetched: nonsense"),
    ],
)
def test_what_cannot_be_fetched_is_told(
    folder: DeckFolder, server: tuple[str, list[str]], path: str, message: str
) -> None:
    """With what the server said."""
    url, _ = server
    (told,) = folder.slide_problems(f"![x]({url}{path})", remote="fetch-private")
    assert told.startswith(f"talk.yml:3: slide 1: '{url}{path}' {message}")


def test_a_redirection_does_not_reach_the_files_of_this_machine(
    folder: DeckFolder, server: tuple[str, list[str]]
) -> None:
    """Whatever the server says."""
    url, _ = server
    (told,) = folder.slide_problems(f"![x]({url}/file)", remote="fetch-private")
    assert "could not be fetched" in told


def test_a_server_that_is_not_there_is_told(folder: DeckFolder) -> None:
    """In one line."""
    (told,) = folder.slide_problems("![x](http://127.0.0.1:9/a.png)", remote="fetch-private")
    assert told.startswith("talk.yml:3: slide 1: 'http://127.0.0.1:9/a.png' could not be fetched: ")


@pytest.mark.parametrize("url", ["http://[::1/a.png", "http://x y/a.png", "http:///a.png", "http://\u00e9\u0000/a.png"])
def test_an_address_that_is_none_is_told(folder: DeckFolder, url: str) -> None:
    """Not as a crash of the network library."""
    if "\0" in url:
        url = "http://&#0;x/a.png"
    (told,) = folder.slide_problems(f"<img src='{url}'>", remote="fetch-private")
    assert "could not be fetched: " in told


def test_a_missing_image_is_shown_as_such(folder: DeckFolder) -> None:
    """With its description and address, and nothing that would be loaded; a background is crossed out."""
    page = folder.build(
        "slides:\n- content: '![a <b>](http://x/a.png) ![](//x/b.png)'\n  background: http://x/c.png\n",
        remote="placeholder",
    )
    assert (
        '<span class="placeholder" role="img" aria-label="a &lt;b&gt;">a &lt;b&gt;: not in this file (http://x/a.png)</span>'
        in page.body
    )
    assert "not in this file: //x/b.png</span>" in page.body
    assert 'src="http' not in page.slides
    assert 'data-background-image="data:image/svg+xml;base64,' in page.slides
    assert base64.b64decode(page.slides.partition("svg+xml;base64,")[2].partition('"')[0]).startswith(b"<svg ")


@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_images_of_a_markdown_deck_are_fetched(folder: DeckFolder, server: tuple[str, list[str]], output: str) -> None:
    """In the text, as a background, in a directive and in a style; each address once."""
    url, asked = server
    deck = (
        f"<!-- _backgroundImage: url({url}/a.png) -->\n![]({url}/a.png)\n\n---\n\n![bg left]({url}/a.png)\n\n---\n\n"
        f"<style scoped>p {{ background: url({url}/a.png) }}</style>\n\na\n"
    )
    page = folder.build(deck, "talk.md", format=output, remote="fetch-private")
    assert page.html.count(PIXEL_URI) == 4
    assert asked == ["/a.png"]
    assert url not in page.html


def test_an_address_that_is_not_public_is_not_asked(folder: DeckFolder, server: tuple[str, list[str]]) -> None:
    """A stranger's deck does not reach what only this machine can."""
    url, asked = server
    (told,) = folder.slide_problems(f"![x]({url}/a.png)", remote="fetch")
    what = "127.0.0.1 is not a public address; --fetch-private allows it"
    assert told == f"talk.yml:3: slide 1: '{url}/a.png' could not be fetched: {what}"
    assert asked == []


INTERNAL = [
    *(
        "127.0.0.1",
        "127.255.255.254",
        "0.0.0.0",
        "10.0.0.1",
    ),
    *(
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
    ),
    *(
        "100.64.0.1",
        "100.100.100.200",
        "192.0.0.192",
        "168.63.129.16",
    ),
    *(
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
    ),
    *(
        "198.18.0.1",
        "::",
        "::1",
        "fe80::1",
    ),
    *(
        "fe80::1%eth0",
        "fc00::1",
        "fd00:ec2::254",
        "fec0::1",
    ),
    *(
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::127.0.0.1",
    ),
    *(
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "2002:7f00:1::",
    ),
    *(
        "2001:0:7f00:1::1",
        "2001:db8::1",
        "100::1",
    ),
]
PUBLIC = [
    "1.1.1.1",
    "93.184.216.34",
    "172.32.0.1",
    "2606:4700:4700::1111",
    "::ffff:1.1.1.1",
    "64:ff9b::101:101",
    "2002:101:101::",
]
"""The ranges are those of IANA's special-purpose registries, 2026, and the clouds' own manuals."""


@pytest.mark.parametrize("address", INTERNAL)
def test_internal_addresses(address: str) -> None:
    """Loopback, link-local, private, shared, multicast, unspecified, metadata; also inside an IPv6 address."""
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses(address: str) -> None:
    """The neighbours of those ranges."""
    assert is_public(address)


HOSTS = ["localhost", "LOCALHOST", "0x7f.1", "0x7f000001", "2130706433", "0177.0.0.1", "127.1", "[::1]", "[::]", "0"]


@pytest.mark.parametrize("host", [*HOSTS, "[::ffff:127.0.0.1]", "user:word@127.0.0.1", "127.0.0.1."])
def test_this_machine_by_any_name(host: str, server: tuple[str, list[str]]) -> None:
    """The address is checked, not its spelling."""
    url, asked = server
    with pytest.raises(RemoteError, match=r"is not a public address; --fetch-private allows it$|name or service"):
        fetch(f"http://{host}:{url.rpartition(':')[2]}/a.png", 1000)
    assert asked == []


def found(*addresses: str) -> list[Found]:
    """What a resolver answers: this machine, under other addresses."""
    return [(socket.AF_INET, socket.SOCK_STREAM, 0, "", (address, 9)) for address in addresses]


def test_a_name_is_resolved_once_and_all_its_addresses_are_checked() -> None:
    """Of two, one may be internal; a second answer could be another one, so nobody asks for it."""
    asked = []

    def resolve(host: str, port: int) -> list[Found]:
        asked.append((host, port))
        return found("1.1.1.1", "127.0.0.1")

    with pytest.raises(RemoteError, match=r"^rebind\.example is 127\.0\.0\.1, which is not a public address; "):
        fetch("http://rebind.example:8080/a", 10, resolve=resolve)
    assert asked == [("rebind.example", 8080)]


def test_the_address_that_was_checked_is_the_one_that_is_asked(server: tuple[str, list[str]]) -> None:
    """And the server is told the name and the port that the deck has."""
    url, asked = server
    port = int(url.rpartition(":")[2])
    answers = [[(socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", port))]]
    kind, content, _ = fetch("http://pictures.example:8080/a.png", 1000, private=True, resolve=lambda *_: answers.pop())
    assert (kind, content, asked) == ("image/png", PIXEL, ["/a.png"])


def test_a_proxy_is_asked_for_public_names_only(server: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the user's own, so it may be on this machine; what it is asked for is the deck's, or a redirection's."""
    url, asked = server
    port = int(url.rpartition(":")[2])
    monkeypatch.setenv("http_proxy", url.replace("http://", "http://me:word@"))
    monkeypatch.delenv("no_proxy", raising=False)

    def resolve(host: str, _: int) -> list[Found]:
        known = {"127.0.0.1": "127.0.0.1", "pictures.example": "1.1.1.1", "inside.example": "10.0.0.1"}
        return [(socket.AF_INET, socket.SOCK_STREAM, 0, "", (known[host], port))]

    ANSWERS["http://pictures.example:80/a.png?b=1"] = ANSWERS["/a.png"]
    assert fetch("http://pictures.example/a.png?b=1", 1000, resolve=resolve)[:2] == ("image/png", PIXEL)
    with pytest.raises(RemoteError, match=r"^inside\.example is 10\.0\.0\.1, which is not a public address"):
        fetch("http://inside.example/a.png", 1000, resolve=resolve)
    assert asked == ["http://pictures.example:80/a.png?b=1"]
    ANSWERS["http://pictures.example:80/moved"] = (302, "http://inside.example/a.png", b"")
    with pytest.raises(RemoteError, match=r"^inside\.example is 10\.0\.0\.1, which is not a public address"):
        fetch("http://pictures.example/moved", 1000, resolve=resolve)
    assert asked[1:] == ["http://pictures.example:80/moved"]
    monkeypatch.setenv("http_proxy", "socks5://127.0.0.1:1")
    with pytest.raises(RemoteError, match=r"^a proxy with socks5: is not supported; allowed: http:$"):
        fetch("http://pictures.example/a.png", 1000, resolve=resolve)
