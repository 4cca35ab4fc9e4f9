"""Downloads files from the Hub: one request for the metadata, one for the file, every failure as one line."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from slidegen.codes import Code
from slidegen.errors import MissingExtraError, ModelError, model_error, reason, with_hint
from slidegen.models.configs import CONFIG, MOST_CONFIG_BYTES
from slidegen.models.names import HubName

DEFAULT_ENDPOINT: Final = "https://huggingface.co"
SECONDS: Final = 10.0
WHOLE_SECONDS: Final = 60.0
MOST_TIMED_BYTES: Final = 4 * MOST_CONFIG_BYTES
_TRUE: Final = frozenset({"1", "ON", "YES", "TRUE"})


@dataclass(frozen=True, slots=True)
class Hub:
    """The Hub that the environment names; downloads are kept in `folder`, the Hugging Face cache.

    An answer must begin within `seconds`. A config must be complete `whole` seconds after the first request.
    """

    folder: Path
    endpoint: str
    seconds: float = SECONDS
    whole: float = WHOLE_SECONDS

    def fetch(self, name: HubName, hint: str) -> tuple[Path, str]:
        """Downloads a model's config into the cache; returns the file and its commit.

        `hint` is added to the error about a model that the Hub does not have or that it could not be asked about.
        Raises ModelError, or MissingExtraError without huggingface_hub.
        """
        path = self.fetch_file(name, CONFIG, MOST_CONFIG_BYTES, hint)
        if path is None:
            page = f"{self.endpoint}/{name.repo}"
            raise _problem(
                name, f"it has no {CONFIG}, so it is not a transformers model; see {page}", "unsupported-model"
            )
        return path, path.parent.name

    def fetch_file(self, name: HubName, file: str, most_bytes: int, hint: str) -> Path | None:
        """Downloads one file of a model into the cache; returns None if the model does not have it.

        The time limit applies to files of at most MOST_TIMED_BYTES, such as configs; weights have none.
        Raises ModelError, also for a file longer than `most_bytes`, or MissingExtraError without huggingface_hub.
        """
        if find_spec("huggingface_hub") is None:
            where = with_hint(f"{name.repo!r} is not in the catalogue", hint)
            raise MissingExtraError(f"{where}, and downloading from the Hub", "models")
        from slidegen.models.bounded import TooLargeError, TooSlowError, bounded

        seconds = self.whole if most_bytes <= MOST_TIMED_BYTES else None
        try:
            return bounded(lambda: self._download(name, file, most_bytes), most_bytes, seconds)
        except ModelError:
            raise
        except TooLargeError:
            raise _too_long(name, file, most_bytes) from None
        except TooSlowError:
            raise _problem(name, with_hint(f"its {file} took longer than {self.whole:g} seconds", hint)) from None
        except Exception as error:  # from huggingface_hub, its HTTP library or the disk: each gets an explanation
            if _no_such_file(error):
                return None
            raise _problem(name, *self._explained(name, error, hint)) from error

    def _download(self, name: HubName, file: str, most_bytes: int) -> Path:
        from huggingface_hub import get_hf_file_metadata, hf_hub_download, hf_hub_url

        revision = name.revision or "main"
        with _quiet():
            # One attempt first, for its own error: hf_hub_download repeats a failing request for up to 90 seconds.
            url = hf_hub_url(name.repo, file, revision=revision, endpoint=self.endpoint)
            metadata = get_hf_file_metadata(url, timeout=self.seconds, endpoint=self.endpoint)
            if metadata.commit_hash is None:
                raise _problem(name, f"{self.endpoint} did not answer like a Hub; check HF_ENDPOINT and the proxy")
            if (metadata.size or 0) > most_bytes:
                raise _too_long(name, file, most_bytes)
            return Path(
                hf_hub_download(
                    name.repo,
                    file,
                    revision=revision,
                    cache_dir=self.folder,
                    endpoint=self.endpoint,
                    etag_timeout=self.seconds,
                )
            )

    def _explained(self, name: HubName, error: Exception, hint: str) -> tuple[str, Code]:
        """Returns what went wrong and what to do about it."""
        from huggingface_hub import errors

        page = f"{self.endpoint}/{name.repo}"
        status = _status(error)
        if isinstance(error, errors.GatedRepoError):
            return f"it is gated; accept its terms at {page} and log in with: hf auth login", "hub"
        if isinstance(error, errors.RevisionNotFoundError):
            return (
                f"it has no revision {name.revision or 'main'!r}; {page}/tree/main lists branches and tags",
                "unknown-model",
            )
        if isinstance(error, errors.RepositoryNotFoundError) or status == 404:
            what = "no such model on the Hub, or a private one (then log in with: hf auth login)"
            return with_hint(what, hint), "unknown-model"
        if isinstance(error, errors.DisabledRepoError):
            return f"the Hub has disabled access to it; see {page}", "hub"
        if isinstance(error, errors.OfflineModeIsEnabled):
            return with_hint("HF_HUB_OFFLINE forbids requests to the Hub", hint), "offline"
        return self._unreachable(error, status, hint), "hub"

    def _unreachable(self, error: Exception, status: int | None, hint: str) -> str:
        """Returns what failed in the network or at the Hub; with the hint, as the name may be misspelt as well."""
        if status in (401, 403):
            what = f"the Hub refused the login (HTTP {status}); log in with: hf auth login"
        elif status == 429:
            what = "the Hub received too many requests (HTTP 429); wait a few minutes, or log in with: hf auth login"
        elif status is not None:
            what = f"the Hub at {self.endpoint} answered HTTP {status}; try again later"
        elif any("Timeout" in kind.__name__ for kind in type(error).__mro__):
            what = f"the Hub at {self.endpoint} did not answer within {self.seconds:g} seconds"
        else:
            what = f"the Hub at {self.endpoint} cannot be reached ({reason(error)}); check the network"
        return with_hint(what, hint)


def _status(error: Exception) -> int | None:
    status = getattr(getattr(error, "response", None), "status_code", None)
    return status if isinstance(status, int) else None


def _no_such_file(error: Exception) -> bool:
    from huggingface_hub import errors

    return isinstance(error, errors.EntryNotFoundError) and _status(error) == 404


def hub_endpoint() -> str:
    """Returns the Hub's address: HF_ENDPOINT, or the public one."""
    return (os.environ.get("HF_ENDPOINT") or DEFAULT_ENDPOINT).rstrip("/")


def offline_by_environment() -> bool:
    """Returns whether HF_HUB_OFFLINE or TRANSFORMERS_OFFLINE forbids requests to the Hub."""
    value = os.environ.get("HF_HUB_OFFLINE") or os.environ.get("TRANSFORMERS_OFFLINE") or ""
    return value.upper() in _TRUE


@contextmanager
def _quiet() -> Iterator[None]:
    """Silences huggingface_hub's progress bars and log lines, which would appear between the lines of a build."""
    from huggingface_hub.utils import are_progress_bars_disabled, disable_progress_bars, enable_progress_bars, logging

    level, bars = logging.get_verbosity(), not are_progress_bars_disabled()
    logging.set_verbosity(logging.CRITICAL)
    disable_progress_bars()
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bars:
            enable_progress_bars()


def _problem(name: HubName, what: str, code: Code = "hub") -> ModelError:
    return model_error(f"{name.repo}@{name.revision}" if name.revision else name.repo, what, code=code)


def _too_long(name: HubName, file: str, most_bytes: int) -> ModelError:
    return _problem(name, f"its {file} is longer than {most_bytes >> 20} MiB", "limit")
