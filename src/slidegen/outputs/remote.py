"""Fetches what a deck loads from the network: from public addresses, within limits of time and size.

Uses http.client because no library that slidegen already needs can limit the time of a whole response and choose the
address to connect to. A name is resolved once, so that the connection goes to the addresses that were checked.
"""

from __future__ import annotations

import http.client
import io
import ipaddress
import socket
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit
from urllib.request import getproxies, proxy_bypass

from slidegen.files import size_text
from slidegen.version import __version__

SECONDS: Final = 60.0
"""How long one URL may take, redirections included."""
CONNECT_SECONDS: Final = 10.0
"""How long to wait for one of a name's addresses before the next is tried."""
MAX_REDIRECTIONS: Final = 10
REDIRECTIONS: Final = frozenset({301, 302, 303, 307, 308})
PORTS: Final = {"http": 80, "https": 443}
PIECE_BYTES: Final = 2**16
IN_URL: Final = "%/:=&?~+!$,;'@()*[]"
"""The characters of a path and a query that are kept besides letters and digits; all others are escaped."""

INTERNAL: Final = (
    ipaddress.ip_network("192.0.0.0/24"),  # protocol assignments; Oracle's metadata
    ipaddress.ip_network("168.63.129.16/32"),  # Azure's metadata
    ipaddress.ip_network("fec0::/10"),  # private networks before fc00::/7
    ipaddress.ip_network("64:ff9b:1::/48"),  # local NAT64
)
"""Networks that are not public, although all or some versions of Python say so."""
NAT64: Final = ipaddress.ip_network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Found = tuple[socket.AddressFamily, socket.SocketKind, int, str, Any]
Resolve = Callable[[str, int], Sequence[Found]]


class Fetched(NamedTuple):
    """A response: its media type, its content, and its URL after redirections."""

    media_type: str
    content: bytes
    url: str


class RemoteError(Exception):
    """A URL could not be fetched; the message says why."""


def resolved(host: str, port: int) -> Sequence[Found]:
    """Resolves a host name with the system's resolver. Raises OSError or UnicodeError."""
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)


def fetch(
    url: str, limit: int, *, private: bool = False, seconds: float = SECONDS, resolve: Resolve = resolved
) -> Fetched:
    """Fetches at most `limit` bytes from an http or https URL within `seconds`.

    Unless `private`, every host, also after a redirection, must have a public address. A proxy from the environment may
    be anywhere; the name of the host is checked all the same, although the proxy resolves it again.
    Raises RemoteError.
    """
    fetching = _Fetch(time.monotonic() + seconds, limit, private, resolve)
    try:
        for _ in range(MAX_REDIRECTIONS + 1):
            answer = fetching.get(url)
            if not isinstance(answer, str):
                return Fetched(*answer, url)
            url = urljoin(url, answer)
    except TimeoutError:
        raise RemoteError(f"it took longer than {seconds:g} seconds") from None
    except OSError as error:
        raise RemoteError(_short(error.strerror or str(error)).lower()) from None
    except (ValueError, http.client.HTTPException) as error:
        raise RemoteError(_short(str(error) or type(error).__name__)) from None
    raise RemoteError(f"it is redirected more than {MAX_REDIRECTIONS} times")


def is_public(text: str) -> bool:
    """Whether an IP address is public: not one of this machine, a private network or a cloud's metadata service."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    inside = any(address.version == network.version and address in network for network in INTERNAL)
    return address.is_global and not (inside or address.is_multicast or address.is_reserved)


@dataclass(frozen=True, slots=True)
class _Fetch:
    """The limits of all requests for one URL: the time at which they end, a size, and whether hosts may be private."""

    end: float
    limit: int
    private: bool
    resolve: Resolve

    def get(self, url: str) -> tuple[str, bytes] | str:
        """The media type and content at a URL, or the URL that it redirects to."""
        parts = urlsplit(url)
        if parts.scheme not in PORTS:
            raise RemoteError(f"only http and https are fetched, not {parts.scheme}:")
        host = (parts.hostname or "").encode("idna").decode()
        if not host:
            raise RemoteError("its URL does not have a host")
        port = PORTS[parts.scheme] if parts.port is None else parts.port
        with closing(self._connected(parts.scheme, host, port)) as connection:
            path = quote(parts.path or "/", IN_URL) + (f"?{quote(parts.query, IN_URL)}" if parts.query else "")
            connection.request("GET", connection.prefix + path, headers=connection.headers)
            with connection.getresponse() as response:
                return self._read(response)

    def _read(self, response: http.client.HTTPResponse) -> tuple[str, bytes] | str:
        if response.status in REDIRECTIONS and response.headers["Location"]:
            return str(response.headers["Location"])
        if response.status != 200:
            raise RemoteError(_short(f"the server answered {response.status} {response.reason}"))
        coding = response.headers.get("Content-Encoding", "identity").strip().lower()
        if coding != "identity":
            raise RemoteError(f"it is compressed ({_short(coding)}), which the request does not accept")
        length = response.length
        content = bytearray()
        while len(content) <= self.limit and (length or 0) <= self.limit:
            piece = response.read(PIECE_BYTES)
            if not piece:
                break
            content += piece
        if max(len(content), length or 0) > self.limit:
            raise RemoteError(f"it is larger than {size_text(self.limit)}")
        if length is not None and len(content) < length:
            raise RemoteError(f"it ends after {len(content)} of {length} bytes")
        return response.headers.get_content_type(), bytes(content)

    def left(self) -> float:
        """The remaining seconds. Raises TimeoutError if the time is up."""
        left = self.end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def _connected(self, scheme: str, host: str, port: int) -> _Connection:
        """A connection to the host, or to the proxy that the environment names for it."""
        proxy = None if proxy_bypass(host) else getproxies().get(scheme)
        if proxy is None:
            return _Connection(self, scheme, host, port, self._open(self._addresses(host, port)))
        parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
        if parts.scheme != "http" or not parts.hostname:
            raise RemoteError(f"a proxy with {parts.scheme}: is not supported; allowed: http:")
        self._addresses(host, port)
        found = self._resolved(parts.hostname, PORTS["http"] if parts.port is None else parts.port)
        return _Connection(self, scheme, host, port, self._open(found), parts)

    def _addresses(self, host: str, port: int) -> Sequence[Found]:
        """The addresses of a host. Raises RemoteError if one is not public, unless `private` allows it."""
        found = self._resolved(host, port)
        for *_, address in found:
            if not (self.private or is_public(address[0])):
                what = address[0] if address[0] == host else f"{host} is {address[0]}, which"
                raise RemoteError(f"{what} is not a public address; --fetch-private allows it")
        return found

    def _resolved(self, host: str, port: int) -> Sequence[Found]:
        """The addresses of a host. The system's resolver does not have a time limit, so it runs in a thread."""
        answers: list[Sequence[Found] | Exception] = []

        def resolve() -> None:
            try:
                answers.append(self.resolve(host, port))
            except (OSError, UnicodeError) as error:
                answers.append(error)

        thread = threading.Thread(target=resolve, daemon=True)
        thread.start()
        thread.join(self.left())
        if not answers:
            raise TimeoutError
        if isinstance(answers[0], Exception):
            raise answers[0]
        return answers[0]

    def _open(self, addresses: Sequence[Found]) -> socket.socket:
        """A connection to the first address that answers."""
        wrong = OSError("its name has no address")
        for family, kind, protocol, _, address in addresses:
            left = self.left()
            opened = socket.socket(family, kind, protocol)
            try:
                opened.settimeout(min(left, CONNECT_SECONDS))
                opened.connect(address)
                return opened
            except TimeoutError:
                wrong = OSError(f"{address[0]} does not answer")
            except OSError as error:
                wrong = error
            opened.close()
        self.left()
        raise wrong


class _Connection(http.client.HTTPConnection):
    """An HTTP connection over a socket that is already open, to the host itself or to a proxy."""

    def __init__(
        self,
        fetching: _Fetch,
        scheme: str,
        host: str,
        port: int,
        opened: socket.socket,
        proxy: SplitResult | None = None,
    ) -> None:
        super().__init__(host, port)
        self._fetch = fetching
        self.default_port = PORTS[scheme]  # The Host header names any other port.
        self.response_class = self._response  # type: ignore[assignment]
        self.prefix = ""
        self.headers = {"Accept-Encoding": "identity", "User-Agent": f"slidegen/{__version__}", "Connection": "close"}
        if proxy is not None and scheme == "https":
            self.set_tunnel(host, port, _login(proxy))
        elif proxy is not None:
            self.prefix = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
            self.headers |= _login(proxy)
        self.sock = opened
        if scheme == "https":
            try:
                self._secure(host, tunnelled=proxy is not None)
            except BaseException:
                self.close()
                raise

    def _secure(self, host: str, tunnelled: bool) -> None:
        import ssl

        self.sock.settimeout(self._fetch.left())
        if tunnelled:
            self._tunnel()  # type: ignore[attr-defined]
        self.sock.settimeout(self._fetch.left())
        self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=host)

    def _response(self, sock: socket.socket, *arguments: Any, **options: Any) -> http.client.HTTPResponse:
        response = http.client.HTTPResponse(sock, *arguments, **options)
        response.fp.close()
        response.fp = io.BufferedReader(_Timed(sock, self._fetch))
        return response


class _Timed(io.RawIOBase):
    """The data that a socket receives, with one time limit for all of it; a socket's own limit is for each piece."""

    def __init__(self, sock: socket.socket, fetching: _Fetch) -> None:
        self._sock = sock
        self._fetch = fetching
        self._raw = sock.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(self._fetch.left())
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


def _short(text: str) -> str:
    """Shortens the message of a server or library to one line of at most 200 characters."""
    return " ".join(text.split())[:200]


def _login(proxy: SplitResult) -> dict[str, str]:
    """The header with the user name and password that a proxy's URL may contain."""
    if proxy.username is None:
        return {}
    login = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
    return {"Proxy-Authorization": f"Basic {b64encode(login.encode()).decode()}"}
