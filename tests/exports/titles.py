"""An export as another package adds it: the titles of a deck's slides, one a line."""

from __future__ import annotations

from collections.abc import Iterator

from slidegen import Export, ExportJob, OutputFile

SIGN = b"# titles by slidegen"


def make(job: ExportJob) -> Iterator[OutputFile]:
    """The titles of the chosen slides, with the signature of files that the next export may overwrite."""
    titles = [job.deck.slides[number - 1].title for number in job.chosen()]
    yield OutputFile(str(job.name), "\n".join((SIGN.decode(), *titles, "")).encode(), SIGN)


TITLES = Export("titles", ".titles.txt", make, suffixes=(".txt",))
