"""Bundles marp-core (marp.js), MathJax (mathjax.js) and the reader of BibTeX (bibtex.js) with esbuild into scripts for
V8, and finds out whose code is in each."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

from web import VendorError

TIMEOUT = 120  # seconds; it takes a tenth of one
SCRIPT = "marp/marp-core.js"
MATHJAX = "marp/mathjax.js"
BIBTEX = "citations/bibtex.js"
ENTRIES = {SCRIPT: "marp.js", MATHJAX: "mathjax.js", BIBTEX: "bibtex.js"}
BROWSER_SCRIPT = "marp/browser.js"  # what a deck made with marp-core carries: fitting headers, Safari's polyfill
_BROWSER_SOURCE = "@marp-team/marp-core/lib/browser-iife.iife.js"
_OPTIONS = (
    "--bundle", "--format=iife", "--minify", "--platform=browser", "--main-fields=module,browser,main",
    "--conditions=import", "--tsconfig-raw={}", "--log-level=error", "--color=false", "--alias:katex=./katex.js",
    # Of its tables markdown-it needs those that decode; esbuild cannot tell.
    "--alias:entities=./node_modules/entities/lib/esm/decode.js", "--alias:#marp-mathjax=./marp-mathjax.js",
    # The reader of BibTeX is given text and asks no server.
    "--alias:sync-fetch=./no-fetch.js", "--alias:node-fetch=./no-fetch.js",
)  # fmt: skip
_PACKAGE = re.compile(r"(?:^|/)node_modules/((?:@[^/]+/)?[^/]+)")


def write(web: Path, node_modules: Path, target: Path) -> dict[str, list[str]]:
    """Writes the scripts into the folder `target`, those of `ENTRIES` from the folder `web`; returns the packages whose
    code is in each."""
    for name in ENTRIES:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
    bundled = {}
    for name, entry in ENTRIES.items():
        meta = _esbuild(web / entry, node_modules, target / name)
        script = (target / name).read_text(encoding="utf-8")
        (target / name).write_text(escaped(script), encoding="ascii")
        bundled[name] = sorted(packages(meta, node_modules.parent))
    browser = node_modules / _BROWSER_SOURCE
    text = re.sub(r"\n?//# sourceMappingURL=\S*\s*\Z", "\n", browser.read_text(encoding="utf-8"))
    (target / BROWSER_SCRIPT).write_text(text, encoding="utf-8")
    bundled[BROWSER_SCRIPT] = sorted({"@marp-team/marp-core", *_mapped(browser)})
    return bundled


def escaped(script: str) -> str:
    """A script in ASCII, which V8 reads faster: esbuild leaves a few other characters in regular expressions."""
    return re.sub(r"[^\0-\x7f]", lambda match: json.dumps(match[0])[1:-1], script)


def packages(meta: dict[str, Any], folder: Path) -> set[str]:
    """Whose code is in the bundle that esbuild's metafile describes; its paths start at `folder`.

    A package may hold others in its own files, as marp-core does: their source maps tell which.
    """
    (output,) = meta["outputs"].values()
    found: set[str] = set()
    for path, part in output["inputs"].items():
        # "(disabled):" is a module that package.json takes away for browsers; an empty object stands for it.
        if path.startswith("(disabled):") or not part["bytesInOutput"]:
            continue
        # One inside another ("xss/node_modules/x") is another version than the one at the top: a line of its own.
        if match := re.match(r"node_modules/(.*node_modules/)?((?:@[^/]+/)?[^/]+)", path):
            found.add((match[1] or "") + match[2])
        found |= _mapped(folder / path)
    return found


def _mapped(script: Path) -> set[str]:
    source_map = script.with_name(script.name + ".map")
    if not source_map.is_file():
        return set()
    sources: list[str] = json.loads(source_map.read_text(encoding="utf-8"))["sources"]
    return {names[-1] for source in sources if (names := _PACKAGE.findall(source))}


def _esbuild(entry: Path, node_modules: Path, out: Path) -> dict[str, Any]:
    # The program itself: `npm ci` makes no links to it, and esbuild's own starter needs node and its install script.
    # npm installs the package of this platform only.
    found = sorted(node_modules.glob("@esbuild/*/bin/esbuild")) + sorted(node_modules.glob("@esbuild/*/esbuild.exe"))
    if not found:
        raise _error("npm brought no program for this platform")
    folder = node_modules.parent  # paths in the metafile start here
    for script in entry.parent.glob("*.js"):  # modules are looked for beside the entry
        (folder / script.name).write_bytes(script.read_bytes())
    meta = folder / "esbuild.json"
    command = [str(found[0]), entry.name, *_OPTIONS, f"--outfile={out}", f"--metafile={meta}"]
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            stdin=subprocess.DEVNULL,
            timeout=TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _error(f"no end within {TIMEOUT} seconds") from None
    except OSError as error:
        raise _error(str(error)) from None
    if done.returncode:
        told = re.search(r"\[ERROR\] (.+)", done.stderr)
        raise _error(told[1] if told else f"it ended with code {done.returncode}")
    described: dict[str, Any] = json.loads(meta.read_text(encoding="utf-8"))
    return described


def _error(why: str) -> VendorError:
    return VendorError(f"slidegen: could not bundle scripts with esbuild: {why}")
