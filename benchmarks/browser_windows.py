"""Windows of Firefox and of WebKitGTK's small browser, driven without a library: Firefox by its own protocol
(Marionette), WebKitGTK by its WebDriver on a screen in memory (Debian's webkit2gtk-driver and xvfb)."""

from __future__ import annotations

import base64
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar, Protocol
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

PATIENCE = 120
"""How long a program may take to listen, or a page to be ready, in seconds."""
READY = """return Boolean((window.Reveal ? Reveal.isReady() : window.slidegen && slidegen.ready) && slidegen.fitted
  && document.fonts.status === "loaded")"""
FRAMES = """const done = arguments[arguments.length - 1];
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 250)))"""
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
"""The key of an element in answers (WebDriver, section 12)."""


def wait(done: Callable[[], Any], what: str) -> Any:
    """Returns what `done` gives as soon as that is true.

    Raises:
        SystemExit: it was not true in time.
    """
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = done()
        if found:
            return found
        time.sleep(0.1)
    raise SystemExit(f"{what} took more than {PATIENCE} seconds")


class Window(Protocol):
    """A window of any browser that shows a deck."""

    def size(self, width: int, height: int) -> None:
        """Makes the page `width` x `height` CSS pixels."""

    def go(self, url: str, ready: str = READY) -> None:
        """Opens an address from scratch, and waits until the script `ready` returns true."""

    def run(self, script: str, *arguments: Any) -> Any:
        """Runs the body of a function in the page."""

    def shot(self) -> bytes:
        """Makes a PNG of the page."""

    def speaker_view(self, width: int, height: int, ready: str) -> bytes:
        """Opens the speaker view in a window of this size, and returns a PNG of it once `ready` returns true."""

    def printed(self) -> bytes | None:
        """Returns the page as PDF on paper of 16:9; None if the browser's driver does not print."""


class DrivenWindow(ABC):
    """What Firefox and WebKit share: WebDriver's commands by their names."""

    @abstractmethod
    def ask(self, command: str, **parameters: Any) -> Any:
        """Sends a command and returns the value of its answer."""

    def size(self, width: int, height: int) -> None:
        """Makes the page `width` x `height` CSS pixels, or as near as the browser's least window allows."""
        self.ask("Navigate", url="about:blank")  # a deck may load again when its window changes
        rect = {"width": width, "height": height}
        for _ in range(3):
            self.ask("SetWindowRect", **rect)
            self.ask("ExecuteAsyncScript", script="setTimeout(arguments[0], 500)", args=[])  # GTK takes its time
            inside = self.run("return [innerWidth, innerHeight]")
            if inside == [width, height]:
                return
            rect = {"width": rect["width"] + width - inside[0], "height": rect["height"] + height - inside[1]}

    def go(self, url: str, ready: str = READY) -> None:
        """Opens an address from scratch, and waits until the script `ready` returns true."""
        self.ask("Navigate", url="about:blank")
        self.ask("Navigate", url=url)
        self.wait(ready)

    def wait(self, ready: str) -> None:
        """Waits until a script returns true in the page."""
        wait(lambda: self.run(ready), ready)

    def run(self, script: str, *arguments: Any) -> Any:
        """Runs the body of a function in the page."""
        return self.ask("ExecuteScript", script=script, args=list(arguments))

    def settle(self) -> None:
        """Waits until what was done is painted."""
        self.ask("ExecuteAsyncScript", script=FRAMES, args=[])

    def shot(self) -> bytes:
        """Makes a PNG of the page."""
        self.settle()
        return base64.b64decode(self.ask("TakeScreenshot", full=False))

    def key(self, key: str) -> None:
        """Presses a key."""
        element = self.run("return document.body")[ELEMENT]
        self.ask("ElementSendKeys", id=element, text=key, value=[key])

    def switch(self, others: list[str]) -> str:
        """Goes to the window that is not among `others`, and returns its name."""
        new = wait(lambda: [one for one in self.windows() if one not in others], "a new window")[0]
        self.ask("SwitchToWindow", handle=new)
        return str(new)

    def speaker_view(self, width: int, height: int, ready: str) -> bytes:
        first = self.windows()
        self.key("s")
        self.switch(first)
        self.wait(ready)
        self.ask("SetWindowRect", width=width, height=height)
        self.ask("ExecuteAsyncScript", script="setTimeout(arguments[0], 3000)", args=[])
        png = self.shot()
        self.ask("CloseWindow")
        self.ask("SwitchToWindow", handle=first[0])
        return png

    def windows(self) -> list[str]:
        """Returns the names of all windows."""
        return list(self.ask("GetWindowHandles"))

    def printed(self) -> bytes | None:
        """Returns the page as PDF on paper of 16:9; None if the browser's driver does not print."""
        page = {"width": 33.8667, "height": 19.05}
        margins = dict.fromkeys(("top", "bottom", "left", "right"), 0)
        try:
            return base64.b64decode(self.ask("Print", page=page, margin=margins, background=True))
        except LookupError:
            return None


class Firefox(DrivenWindow):
    """A Firefox that listens for Marionette's messages: a length, a colon, JSON."""

    def __init__(self, port: int) -> None:
        self.socket = wait(lambda: _connected(port), "Firefox")
        self.number = 0
        self._message()
        self.ask("NewSession", capabilities={"alwaysMatch": {"unhandledPromptBehavior": "ignore"}})

    def ask(self, command: str, **parameters: Any) -> Any:
        self.number += 1
        text = json.dumps([0, self.number, f"WebDriver:{command}", parameters]).encode()
        self.socket.sendall(str(len(text)).encode() + b":" + text)
        _, _, error, result = self._message()
        if error:
            raise LookupError(f"{command}: {error['message']}")
        return result["value"] if isinstance(result, dict) and "value" in result else result

    def _message(self) -> Any:
        head = b""
        while not head.endswith(b":"):
            head += self.socket.recv(1)
        length, parts = int(head[:-1]), []
        while length:
            part = self.socket.recv(length)
            parts.append(part)
            length -= len(part)
        return json.loads(b"".join(parts))


def _connected(port: int) -> socket.socket | None:
    try:
        return socket.create_connection(("127.0.0.1", port))
    except ConnectionRefusedError:
        return None


class WebKit(DrivenWindow):
    """A session of WebKitWebDriver."""

    PATHS: ClassVar = {
        "SetWindowRect": "window/rect",
        "Navigate": "url",
        "ExecuteScript": "execute/sync",
        "ExecuteAsyncScript": "execute/async",
        "TakeScreenshot": "screenshot",
        "SwitchToWindow": "window",
        "CloseWindow": "window",
        "GetWindowHandles": "window/handles",
        "Print": "print",
    }

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}/session"
        self.session = wait(self._session, "WebKitWebDriver")

    def _session(self) -> str | None:
        try:
            return str(self._answer("", {"capabilities": {}})["sessionId"])
        except URLError as error:
            if isinstance(error.reason, ConnectionRefusedError):
                return None
            raise

    def ask(self, command: str, **parameters: Any) -> Any:
        path = f"element/{parameters['id']}/value" if command == "ElementSendKeys" else self.PATHS[command]
        method = {"TakeScreenshot": "GET", "GetWindowHandles": "GET", "CloseWindow": "DELETE"}.get(command, "POST")
        try:
            return self._answer(f"/{self.session}/{path}", parameters if method == "POST" else None, method)
        except HTTPError as error:
            raise LookupError(f"{command}: {error.read().decode()}") from None

    def _answer(self, path: str, body: dict[str, Any] | None, method: str = "POST") -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = Request(f"{self.address}{path}", data, {"Content-Type": "application/json"}, method=method)
        with urlopen(request, timeout=300) as answer:
            return json.load(answer)["value"]


@contextmanager
def firefox(port: int = 4456) -> Iterator[Firefox | None]:
    """Firefox without a screen, with a profile of its own; None if it is not installed."""
    program = shutil.which("firefox-esr") or shutil.which("firefox")
    if program is None:
        yield None
        return
    with tempfile.TemporaryDirectory() as folder:
        settings = {"marionette.port": port, "ui.prefersReducedMotion": 1, "dom.disable_open_during_load": False}
        lines = [f'user_pref("{name}", {json.dumps(value)});' for name, value in settings.items()]
        Path(folder, "user.js").write_text("\n".join(lines), encoding="utf-8")
        command = [program, "--marionette", "--headless", "--no-remote", "--profile", folder]
        process = subprocess.Popen(command, stdout=-3, stderr=-3)
        try:
            yield Firefox(port)
        finally:
            process.terminate()
            process.wait()


@contextmanager
def webkit(port: int = 4455, display: str = ":97") -> Iterator[WebKit | None]:
    """WebKitGTK's small browser on a screen in memory; None if it is not installed."""
    driver, screen = shutil.which("WebKitWebDriver"), shutil.which("Xvfb")
    if driver is None or screen is None:
        yield None
        return
    shown = subprocess.Popen([screen, display, "-screen", "0", "1600x1200x24"], stdout=-3, stderr=-3)
    # As root, WebKit's own sandbox cannot start.
    own = {"DISPLAY": display, "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1", "GDK_BACKEND": "x11"}
    server = subprocess.Popen([driver, f"--port={port}"], env={**os.environ, **own}, stdout=-3, stderr=-3)
    try:
        yield WebKit(port)
    finally:
        for process in (server, shown):
            process.terminate()
            process.wait()
