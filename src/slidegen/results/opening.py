"""Opens the store of a deck's results: reads its record, and prepares the search for models in its project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slidegen.build_options import BuildOptions
from slidegen.model import Source
from slidegen.progress import Step
from slidegen.project import record_path

if TYPE_CHECKING:
    from slidegen.results.store import ResultStore
    from slidegen.tables.base import SourceContext


def open_store(
    source: Source, options: BuildOptions, kind: type[ResultStore] | None = None, *, recorded: bool = True
) -> ResultStore:
    """Opens the store for a build of a deck: a `ResultStore`, or one of another kind. What is `recorded` beside the
    deck is read, unless it is to be taken as lost.

    Raises:
        SlidegenError: the record beside the deck cannot be read.
    """
    from slidegen.models.finder import ModelFinder  # a deck that computes nothing does not wait for these imports
    from slidegen.results.record import Record, load_record
    from slidegen.results.store import ResultStore
    from slidegen.tables.base import SourceContext

    path = record_path(source.path)
    record = load_record(path, str(path)) if recorded else Record(path)
    project = source.project

    def context(offline: bool) -> SourceContext:
        finder = ModelFinder(project, offline=offline, confine=True, download=options.download_weights)
        return SourceContext(finder, lambda text: options.progress(Step(text)), project)

    online, lookup = context(options.offline), context(True)
    store = (kind or ResultStore).open(
        record, online, lookup, options.mode, jobs=options.jobs, progress=options.progress
    )
    store.defers = options.defers
    return store
