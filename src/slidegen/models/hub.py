"""Asking the Hub for a file: one request for its metadata, one for the file, and every failure as one line."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

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
    """The Hub as the environment names it; `folder` is the Hugging Face cache, which keeps what is downloaded.

    `seconds` is how long one answer may take to begin, `whole` how long a config may take, from the first request to
    its last byte.
    """

    folder: Path
    endpoint: str
    seconds: float = SECONDS
    whole: float = WHOLE_SECONDS

    def fetch(self, name: HubName, hint: str) -> tuple[Path, str]:
        """The config of a model, downloaded into the cache, and its commit.

        `hint` goes with the error about a model that the Hub does not have, or could not be asked for.
        Raises ModelError, or MissingExtraError without huggingface_hub.
        """
        path = self.fetch_file(name, CONFIG, MOST_CONFIG_BYTES, hint)
        if path is None:
            page = f"{self.endpoint}/{name.repo}"
            raise _problem(name, f"it has no {CONFIG}, so it is no transformers model; name one that has ({page})")
        return path, path.parent.name

    def fetch_file(self, name: HubName, file: str, most_bytes: int, hint: str) -> Path | None:
        """One file of a model, downloaded into the cache; None if the model has none of that name.

        One that may be no longer than some configs has to be there in time; weights take as long as they take.
        Raises ModelError, also for a file longer than `most_bytes`, or MissingExtraError without huggingface_hub.
        """
        if find_spec("huggingface_hub") is None:
            where = with_hint(f"{name.repo!r} is not in the catalogue", hint)
            raise MissingExtraError(f"{where}, and asking the Hub", "models")
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
        except Exception as error:  # of huggingface_hub, of the HTTP library it uses, of the disk: all are explained
            if _no_such_file(error):
                return None
            raise _problem(name, self._explained(name, error, hint)) from error

    def _download(self, name: HubName, file: str, most_bytes: int) -> Path:
        from huggingface_hub import get_hf_file_metadata, hf_hub_download, hf_hub_url

        revision = name.revision or "main"
        with _quiet():
            # One try, with its own error: hf_hub_download repeats a failing request for up to 90 seconds.
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

    def _explained(self, name: HubName, error: Exception, hint: str) -> str:
        """What went wrong, and what to do about it."""
        from huggingface_hub import errors

        page = f"{self.endpoint}/{name.repo}"
        status = _status(error)
        if isinstance(error, errors.GatedRepoError):
            return f"it is gated; accept its terms at {page} and log in with: hf auth login"
        if isinstance(error, errors.RevisionNotFoundError):
            return f"it has no revision {name.revision or 'main'!r}; {page}/tree/main lists branches and tags"
        if isinstance(error, errors.RepositoryNotFoundError) or status == 404:
            return with_hint("no such model on the Hub, or a private one (then log in with: hf auth login)", hint)
        if isinstance(error, errors.DisabledRepoError):
            return f"the Hub has disabled access to it; see {page}"
        if isinstance(error, errors.OfflineModeIsEnabled):
            return with_hint("HF_HUB_OFFLINE keeps huggingface_hub from asking the Hub", hint)
        return self._unreachable(error, status, hint)

    def _unreachable(self, error: Exception, status: int | None, hint: str) -> str:
        """What the network, or the Hub itself, did wrong; for each there is a hint, as nobody knows the name."""
        if status in (401, 403):
            what = f"the Hub refused the login (HTTP {status}); log in with: hf auth login"
        elif status == 429:
            what = "the Hub is asked too often (HTTP 429); wait a few minutes, or log in with: hf auth login"
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
    """The Hub's address: HF_ENDPOINT, or the public one."""
    return (os.environ.get("HF_ENDPOINT") or DEFAULT_ENDPOINT).rstrip("/")


def offline_by_environment() -> bool:
    """Whether HF_HUB_OFFLINE or TRANSFORMERS_OFFLINE says that the Hub is not to be asked."""
    value = os.environ.get("HF_HUB_OFFLINE") or os.environ.get("TRANSFORMERS_OFFLINE") or ""
    return value.upper() in _TRUE


@contextmanager
def _quiet() -> Iterator[None]:
    """No progress bar and no log line of huggingface_hub between the lines of a build."""
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


def _problem(name: HubName, what: str) -> ModelError:
    return model_error(f"{name.repo}@{name.revision}" if name.revision else name.repo, what)


def _too_long(name: HubName, file: str, most_bytes: int) -> ModelError:
    return _problem(name, f"its {file} is longer than {most_bytes >> 20} MiB")
