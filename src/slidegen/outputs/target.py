"""Where an output's files go, and which files they must not overwrite."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from slidegen.build_options import INLINE_MEDIA, OUTPUT_FOLDER, BuildOptions, Remote
from slidegen.errors import DeckError, Problem, SlidegenError
from slidegen.files import MissingFileError, follow, leads_out
from slidegen.memo import Memo
from slidegen.model import Source
from slidegen.project import Project, find_project, record_path
from slidegen.rendered import OutputFile
from slidegen.write import is_folder, is_special

HEAD_BYTES = 200
"""How many bytes of a file are searched for its sign."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where an output puts its files: in `folder`, with names that begin with `stem`.

    `page` is the name of the page from ``--output``; None lets the output choose it. `remote` says how pictures on the
    network are treated. If the page is not `written` but served, an output makes no files, only the page in parts,
    whose lines then count from that of each slide. `memo` has what was made for the page before. `fonts` are folders
    with fonts for what others lack. Clips of up to `inline_media` MB are in the page; if it stands `alone`, as on
    standard output, all are. A `temporary` page is removed soon, so that it loads them from where they are.
    """

    folder: Path
    stem: str
    page: str | None = None
    remote: Remote = "refuse"
    written: bool = True
    memo: Memo | None = None
    fonts: tuple[Path, ...] = ()
    inline_media: int = INLINE_MEDIA
    alone: bool = False
    temporary: bool = False

    @classmethod
    def of(cls, source: Source, options: BuildOptions) -> Target:
        """The target of a build of the deck `source`."""
        alone = options.stream is not None or (options.output is not None and is_special(options.output))
        if options.output is None or alone:
            folder, stem, page = output_folder(source.project, options), source.path.stem, None
        else:
            folder, stem, page = options.output.parent, options.output.stem, options.output.name
        return cls(
            folder,
            stem,
            page,
            options.remote,
            written=not options.served,
            memo=options.memo,
            fonts=options.fonts,
            inline_media=options.inline_media,
            alone=alone,
            temporary=options.temporary,
        )


def output_folder(project: Project, options: BuildOptions) -> Path:
    """Returns the folder for built files: that of the options, else the project's, the user's, or `build`."""
    default = options.defaults.get("output")
    return options.folder or project.output or (OUTPUT_FOLDER if default is None else Path(default.value))


def deck_folder(deck: Path, options: BuildOptions) -> Path:
    """Returns `output_folder` for the file of a deck. Raises SlidegenError as `find_project`."""
    return output_folder(find_project(deck.parent, options.root), options)


def check_page(path: Path, suffixes: Sequence[str], deck: str) -> None:
    """Raises SlidegenError if `path`, the page of a deck, is a folder or does not have one of the suffixes."""
    if is_folder(path):
        raise SlidegenError(
            [Problem("is a folder; name a file in it, or use --output-dir", str(path), code="wrong-output")]
        )
    if path.suffix.lower() in suffixes or is_special(path):
        return
    what = f"the file's name ends in {path.suffix!r}" if path.suffix else "has no suffix"
    kind = suffixes[0].removeprefix(".").upper()
    what = f"a build writes {kind}, and {what}" if path.suffix else what
    hint = f"; for a PDF: slidegen export {deck} --to pdf" if path.suffix.lower() == ".pdf" else ""
    raise SlidegenError([Problem(f"{what}; allowed: {', '.join(suffixes)}{hint}", str(path), code="wrong-output")])


def places(files: Sequence[OutputFile], suffixes: Sequence[str], source: Source, options: BuildOptions) -> list[Path]:
    """The paths of an output's files: none for a stream, only the page for a device.

    Raises:
        SlidegenError: the page does not have one of the `suffixes`, or a file would overwrite the deck, its record,
            another deck's output or a file of the user's.
    """
    if options.stream is not None:
        return []
    if options.output is not None:
        check_page(options.output, suffixes, source.name)
    if options.output is not None and is_special(options.output):
        return [options.output]
    folder = output_folder(source.project, options) if options.output is None else options.output.parent
    paths = [folder / file.name for file in files]
    problems = [
        problem for path, file in zip(paths, files, strict=True) for problem in in_the_way(path, file, source, options)
    ]
    if problems:
        raise DeckError(problems)
    return paths


def in_the_way(path: Path, file: OutputFile, source: Source, options: BuildOptions) -> Iterator[Problem]:
    """Yields the reasons why a file of a deck must not be written to a path."""
    for what, other in (("deck", source.path), ("record", record_path(source.path))):
        if _leads_to(path) == _leads_to(other):
            yield Problem(f"the output would overwrite the {what}", str(path), code="output-conflict")
            return
    inside = _named_by_user(source.project, options) if options.output is None else None
    if inside is not None and leads_out(path, inside[0]):
        ways = "remove it, or name the file by --output"
        yield Problem(f"the output is a link out of the {inside[1]}; {ways}", str(path), code="outside-root")
        return
    taken = options.taken.get(_leads_to(path))
    if taken is not None:
        yield Problem(
            f"the output would overwrite the {taken}",
            str(path),
            code="output-conflict",
        )
    elif file.sign and (is_special(path) or not _is_free(path, file.sign)):
        yield Problem("the output would overwrite a file that slidegen did not make", str(path), code="output-conflict")


def _named_by_user(project: Project, options: BuildOptions) -> tuple[Path, str]:
    """Returns the innermost folder around the output that the user has chosen, and what messages call it.

    A stranger may have made what is in it: the folder that the project names, `build`, and a link in these.
    """
    if options.folder is not None:
        return options.folder, "output folder"
    if project.output is not None:
        return project.root, "project's root"
    default = options.defaults.get("output")
    return (Path(), "working directory") if default is None else (Path(default.value), "output folder")


def _is_free(path: Path, sign: bytes) -> bool:
    """Whether a file may be written: it does not exist, or begins with the sign of slidegen's files."""
    try:
        with path.open("rb") as file:
            return sign in file.read(HEAD_BYTES)
    except FileNotFoundError:
        return True
    except OSError:  # writing it reports the error
        return True


def _leads_to(path: Path) -> Path:
    try:
        return follow(path)
    except MissingFileError:  # a loop of links; writing reports the error
        return path
