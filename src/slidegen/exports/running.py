"""Runs the exports of a deck: builds it into a temporary folder, makes all files, then swaps them in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import dataclass, fields, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from slidegen.build_options import BuildOptions, Mode
from slidegen.built import Built
from slidegen.errors import Problem, SlidegenError
from slidegen.exports.base import WIDTHS, Export, ExportJob, ExportOptions
from slidegen.exports.deck import ExportedDeck, exported_deck
from slidegen.exports.handout import PAPERS, PER_PAGE
from slidegen.model import Source
from slidegen.outputs.target import in_the_way, output_folder
from slidegen.pipeline import build_stages
from slidegen.progress import silent
from slidegen.write import is_folder, write_files

if TYPE_CHECKING:
    from types import TracebackType

    from playwright.sync_api import Browser


@dataclass(frozen=True, slots=True)
class Exported:
    """What was exported: the files of each export, or its folder if it makes several, and the build. `warnings` are
    about what the files lack."""

    paths: tuple[Path, ...]
    files: tuple[Path, ...]
    built: Built
    warnings: tuple[Problem, ...] = ()


class SharedBrowser(AbstractContextManager["SharedBrowser"]):
    """One browser for all exports of a command. It starts when it is needed, and again if it has stopped."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._browser: Browser | None = None

    def __call__(self) -> Browser:
        """Returns the browser. Raises SlidegenError if there is none."""
        if self._browser is None or not self._browser.is_connected():
            from slidegen.browser.session import open_browser

            self._stack.close()
            self._browser = self._stack.enter_context(open_browser())
        return self._browser

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()


def check_exports(exports: Sequence[Export], options: ExportOptions, output: Path | None) -> None:
    """Checks what the command line checks by itself.

    Raises:
        SlidegenError: an option is not allowed or has no effect on any of the exports, or the output fits none.
    """
    default = ExportOptions()
    allowed = {"per_page": PER_PAGE, "paper": tuple(PAPERS), "width": WIDTHS}
    problems = []
    for field in fields(ExportOptions):
        value = getattr(options, field.name)
        if field.name == "slides" or value == getattr(default, field.name):
            continue
        if not any(field.name in export.takes for export in exports):
            problems.append(Problem(f"{field.name} has no effect on the exports {_names(exports)}", code="wrong-value"))
        elif field.name in allowed and value not in allowed[field.name]:
            choices = allowed[field.name]
            which = f"{choices[0]} to {choices[-1]}" if isinstance(choices, range) else ", ".join(map(str, choices))
            problems.append(Problem(f"{field.name} is {value!r}; allowed: {which}", code="wrong-value"))
    if output is not None and len(exports) > 1:
        problems.append(
            Problem(f"one file cannot hold the exports {_names(exports)}", str(output), code="wrong-output")
        )
    elif output is not None and exports[0].suffixes and output.suffix.lower() not in exports[0].suffixes:
        what = f"is not the name of a {_names(exports)}; allowed: {', '.join(exports[0].suffixes)}"
        problems.append(Problem(what, str(output), code="wrong-output"))
    if problems:
        raise SlidegenError(problems)


def _names(exports: Sequence[Export]) -> str:
    return ", ".join(export.name for export in exports)


def run_exports(
    name: str,
    exports: Sequence[Export],
    options: ExportOptions,
    build: BuildOptions,
    open_browser: Callable[[], Browser],
) -> Exported:
    """Exports a deck into the folder of the build options, or to their `output`, which one export may have.

    `open_browser` returns the browser; it is called only if an export needs one.

    Raises:
        SlidegenError: as `pipeline.build`; or the output cannot be exported, there is no browser, or a file is in the
            way. No file is written then.
    """
    with TemporaryDirectory(prefix="slidegen-") as folder:
        staged = replace(build, folder=Path(folder), output=None, stream=None, taken={}, temporary=True)
        stages = build_stages(name, staged)
        deck, source = exported_deck(stages), stages.deck.source
        mode: Mode = "frozen" if build.mode == "frozen" else "reuse"  # the first build has computed all values
        again = replace(staged, folder=Path(folder) / "whole", hidden_last=True, mode=mode, progress=silent)
        whole = partial(_exported_whole, name, again)
        jobs = {}
        for export in exports:
            path = build.output or output_folder(source.project, build) / f"{deck.path.stem}{export.ending}"
            jobs[path] = (export, ExportJob(deck, path, options, open_browser, build.progress, whole))
        written, told = _written(jobs, source, build)
        for export, job in jobs.values():
            for path in export.outdated(job) if export.outdated else ():
                path.unlink(missing_ok=True)
        warnings = tuple(stages.built.located(problem, source.name) for problem in told)
        return Exported(tuple(jobs), written, stages.built, warnings)


def _exported_whole(name: str, build: BuildOptions) -> ExportedDeck:
    return exported_deck(build_stages(name, build))


def _written(
    jobs: Mapping[Path, tuple[Export, ExportJob]], source: Source, build: BuildOptions
) -> tuple[tuple[Path, ...], list[Problem]]:
    """Makes and writes the files. Folders that are new do not stay if that fails. Returns both the files and the
    warnings."""
    taken = dict(build.taken)
    made: list[Path] = []
    told: list[Problem] = []

    def files() -> Iterator[tuple[Path, bytes]]:
        for path, (export, job) in jobs.items():
            for file in export.make(job):
                if isinstance(file, Problem):
                    told.append(file)
                    continue
                free = file if build.output is None or not export.suffixes else replace(file, sign=b"")
                problems = list(in_the_way(Path(file.name), free, source, replace(build, taken=taken)))
                if problems:
                    raise SlidegenError(problems)
                taken[Path(file.name).resolve()] = f"output of {source.name}"
                made.append(path)
                yield Path(file.name), file.content

    folders = {folder for path in jobs for folder in (path / "file").parents if not is_folder(folder)}
    try:
        write_files(files())
    except BaseException:
        for folder in sorted(folders, key=lambda one: len(one.parts), reverse=True):
            with suppress(OSError):  # it was not made, or somebody put a file there
                folder.rmdir()
        raise
    return tuple(made), told
