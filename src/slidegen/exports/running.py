"""Runs the exports of a deck: builds it into a temporary folder, makes all files, then swaps them in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from slidegen.build_options import BuildOptions
from slidegen.built import Built
from slidegen.errors import SlidegenError
from slidegen.exports.base import Export, ExportJob, ExportOptions
from slidegen.exports.deck import exported_deck
from slidegen.model import Source
from slidegen.outputs.target import in_the_way, output_folder
from slidegen.pipeline import build_stages
from slidegen.write import is_folder, write_files

if TYPE_CHECKING:
    from types import TracebackType

    from playwright.sync_api import Browser


@dataclass(frozen=True, slots=True)
class Exported:
    """What was exported: the files of each export, or its folder if it makes several, and the build."""

    paths: tuple[Path, ...]
    files: tuple[Path, ...]
    built: Built


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
        staged = replace(build, folder=Path(folder), output=None, stream=None, taken={})
        stages = build_stages(name, staged)
        deck, source = exported_deck(stages), stages.deck.source
        jobs = {}
        for export in exports:
            path = build.output or output_folder(source.project, build) / f"{deck.path.stem}{export.ending}"
            jobs[path] = (export, ExportJob(deck, path, options, open_browser, build.progress))
        return Exported(tuple(jobs), _written(jobs, source, build), stages.built)


def _written(jobs: Mapping[Path, tuple[Export, ExportJob]], source: Source, build: BuildOptions) -> tuple[Path, ...]:
    """Makes and writes the files. Folders that are new do not stay if that fails."""
    taken = dict(build.taken)
    made: list[Path] = []

    def files() -> Iterator[tuple[Path, bytes]]:
        for path, (export, job) in jobs.items():
            for file in export.make(job):
                free = file if build.output is None or not export.suffixes else replace(file, sign=b"")
                problems = list(in_the_way(Path(file.name), free, source, replace(build, taken=taken)))
                if problems:
                    raise SlidegenError(problems)
                taken[Path(file.name).resolve()] = f"output of {source.name}"
                made.append(path)
                yield Path(file.name), file.content

    new = [path for path, (export, _) in jobs.items() if not export.suffixes and not is_folder(path)]
    try:
        write_files(files())
    except BaseException:
        for folder in new:
            if is_folder(folder):
                folder.rmdir()
        raise
    return tuple(made)
