"""A web server on this machine that stands in for the network."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler
from typing import ClassVar

from tests.deck_folder import PIXEL

ANSWERS: dict[str, tuple[int, str, bytes]] = {
    "/a.png": (200, "image/png", PIXEL),
    "/page": (200, "text/html", b"<html>"),
    "/moved": (302, "/a.png", b""),
    "/moved.css": (302, "/css/a.css", b""),
    "/css/a.css": (
        200,
        "text/css; charset=utf-8",
        b"@import 'b.css' screen;\n@font-face{font-family:F;src:url(f.woff2)}",
    ),
    "/css/b.css": (200, "text/css", b".b { background: url(../a.png) } @import 'a.css';"),
    "/css/f.woff2": (200, "application/octet-stream", b"wOF2 a font"),
    "/css/inside.css": (200, "text/css", b".i { background: url(file:///etc/hostname) }"),
    "/css/gone.css": (200, "text/css", b"\n@import 'no.css';"),
    "/a.js": (200, "text/javascript", b"document.title = '</script>';"),
    "/file": (302, "file:///etc/hostname", b""),
}


class Handler(BaseHTTPRequestHandler):
    """Answers with ANSWERS, and counts."""

    asked: ClassVar[list[str]]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        status, kind, body = ANSWERS.get(self.path, (404, "text/plain", b""))
        if self.path == "/broken":
            self.wfile.write(b"nonsense\r\n\r\n")
            return
        self.send_response(status)
        self.send_header("Location" if status == 302 else "Content-Type", kind)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""
