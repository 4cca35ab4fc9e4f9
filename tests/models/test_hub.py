"""Asking the Hub, against a stand-in that answers as huggingface.co does."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable
from io import BufferedIOBase
from pathlib import Path

import pytest

from slidegen.errors import ModelError
from slidegen.models.finder import ModelFinder, origin_text
from slidegen.models.hub import Hub
from slidegen.models.names import HubName
from tests.models.conftest import TINY_LLAMA
from tests.models.hub_server import COMMIT, Answer, StandIn, config_answer

Finders = Callable[..., ModelFinder]


def message(finder: ModelFinder, name: str) -> str:
    """The one line that a search fails with."""
    with pytest.raises(ModelError) as caught:
        finder.find(name)
    assert len(str(caught.value).splitlines()) == 1
    return str(caught.value)


def test_a_model_of_the_hub(make_finder: Finders, hub: StandIn, capfd: pytest.CaptureFixture[str]) -> None:
    """A config is downloaded once with the user's token, quietly; then the cache has it, and no network is needed."""
    hub.serve("org/new", config_answer(TINY_LLAMA))
    facts = make_finder().find("org/new")
    assert (facts.config, facts.origin, facts.revision) == (TINY_LLAMA, "hub", COMMIT)
    assert {token for _, _, token in hub.asked} == {"Bearer hf_of_the_test"}
    assert capfd.readouterr() == ("", "")
    again = make_finder(offline=True).find("org/new")
    assert (again.origin, again.digest, origin_text(again)) == ("cache", facts.digest, origin_text(facts))


def test_a_pinned_revision(make_finder: Finders, hub: StandIn) -> None:
    """`org/name@revision` asks for that revision and tells its commit."""
    hub.serve("org/new", config_answer(TINY_LLAMA))
    other = TINY_LLAMA | {"num_hidden_layers": 4}
    hub.serve("org/new", config_answer(other, commit="f" * 40), revision="v2")
    finder = make_finder()
    assert finder.find("org/new@v2").config == other
    assert origin_text(finder.find("org/new@v2")) == "hub@" + "f" * 40
    assert finder.find("org/new").config == TINY_LLAMA


def test_offline_asks_nobody(make_finder: Finders, hub: StandIn) -> None:
    """`--offline` makes no request, not even for a name that nobody else knows."""
    hub.serve("org/new", config_answer(TINY_LLAMA))
    assert "--offline forbids requests to the Hub" in message(make_finder(offline=True), "org/new")
    assert hub.asked == []


def test_a_catalogue_model_asks_nobody(make_finder: Finders, hub: StandIn) -> None:
    """What the catalogue has is not asked of the Hub."""
    make_finder().find("meta-llama/Meta-Llama-3-8B")
    assert hub.asked == []


@pytest.mark.parametrize("status", [401, 403])
def test_a_gated_model(make_finder: Finders, hub: StandIn, status: int) -> None:
    """A gated model: where to accept its terms, and how to log in; logged in or not."""
    hub.serve("org/gated", Answer(status, code="GatedRepo", commit=None))
    page = f"{hub.endpoint}/org/gated"
    assert message(make_finder(), "org/gated") == (
        f"model 'org/gated': it is gated; accept its terms at {page} and log in with: hf auth login"
    )


@pytest.mark.parametrize(("status", "code"), [(404, "RepoNotFound"), (401, "RepoNotFound"), (404, None)])
def test_an_unknown_model(make_finder: Finders, hub: StandIn, status: int, code: str | None) -> None:
    """A name the Hub does not know, or does not admit to: the nearest name of the catalogue is told."""
    hub.serve("meta-llama/Llama-3-8B-hf", Answer(status, code=code, commit=None))
    text = message(make_finder(), "meta-llama/Llama-3-8B-hf")
    assert text == (
        "model 'meta-llama/Llama-3-8B-hf': did you mean 'meta-llama/Llama-2-7b-hf'? "
        "no such model on the Hub, or a private one (then log in with: hf auth login)"
    )


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Answer(404, code="RevisionNotFound"), "it has no revision 'v9'; "),
        (Answer(404, code="EntryNotFound"), "it has no config.json, so it is not a transformers model"),
        (
            Answer(429),
            "the Hub received too many requests (HTTP 429); wait a few minutes, or log in with: hf auth login",
        ),
        (Answer(500), "answered HTTP 500; try again later"),
        (Answer(503), "answered HTTP 503; try again later"),
        (Answer(403), "the Hub refused the login (HTTP 403); log in with: hf auth login"),
        (Answer(200, body=b"<html>", commit=None), "did not answer like a Hub; check HF_ENDPOINT and the proxy"),
        (Answer(200, body=b"<html>"), "its config.json is not valid JSON"),
        (Answer(200, body=b"[]"), "its config.json is not a JSON object"),
    ],
)
def test_what_the_hub_can_answer(make_finder: Finders, hub: StandIn, answer: Answer, expected: str) -> None:
    """Every answer that is no config is one line that says what to do; none is tried over and over."""
    hub.serve("org/name", answer, revision="v9")
    text = message(make_finder(), "org/name@v9")
    assert text.startswith("model 'org/name@v9': " if answer.status == 200 and answer.commit else "model 'org/name")
    assert expected in text
    assert len(hub.asked) <= 3


def test_a_slow_hub(hub: StandIn, tmp_path: Path) -> None:
    """A Hub that does not answer in time is given up after one try."""
    hub.serve("org/slow", Answer(200, body=json.dumps(TINY_LLAMA).encode(), wait=30.0))
    with pytest.raises(ModelError) as caught:
        Hub(tmp_path, hub.endpoint, seconds=2).fetch(HubName("org/slow", None), "a hint")
    expected = f"model 'org/slow': the Hub at {hub.endpoint} did not answer within 2 seconds; a hint"
    assert str(caught.value) == expected
    assert len(hub.asked) == 1


def test_no_network(make_finder: Finders, hub: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody listens, the line names the address and the nearest model that needs no network."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        endpoint = f"http://127.0.0.1:{free.getsockname()[1]}"
    monkeypatch.setenv("HF_ENDPOINT", endpoint)
    text = message(make_finder(), "gpt2")
    start = f"model 'gpt2': did you mean 'openai-community/gpt2'? the Hub at {endpoint} cannot be reached ("
    assert text.startswith(start)
    assert text.endswith("); check the network")


@pytest.mark.parametrize("status", [401, 403, 429, 500])
def test_a_hub_that_does_not_say(make_finder: Finders, hub: StandIn, status: int) -> None:
    """Whatever keeps the Hub from answering for a name that was mistyped: the nearest one comes first."""
    hub.serve("Qwen/Qwen2-1.5", Answer(status, commit=None))
    assert message(make_finder(), "Qwen/Qwen2-1.5").startswith(
        "model 'Qwen/Qwen2-1.5': did you mean 'Qwen/Qwen2-1.5B'? the Hub "
    )


def test_an_enormous_config_is_not_downloaded(make_finder: Finders, hub: StandIn) -> None:
    """A config.json of 17 MiB is refused by its size, before it is fetched."""
    hub.serve("org/huge", Answer(200, body=b" " * (17 * 2**20)))
    assert "its config.json is longer than 16 MiB" in message(make_finder(), "org/huge")
    assert [method for method, _, _ in hub.asked] == ["HEAD"]


def dripping(file: BufferedIOBase, body: bytes) -> None:
    """A byte at a time, each sooner than a limit for one piece would end."""
    for _ in range(3000):
        file.write(b" ")
        file.flush()
        time.sleep(0.02)


def without_end(file: BufferedIOBase, body: bytes) -> None:
    """More than any config has."""
    while True:
        file.write(b" " * 65536)


def test_a_config_that_drips_is_given_up(hub: StandIn, tmp_path: Path) -> None:
    """The limit is for the whole of it."""
    hub.serve("org/slow", Answer(body=b" " * 3000, sends=dripping))
    with pytest.raises(ModelError) as caught:
        Hub(tmp_path, hub.endpoint, whole=0.5).fetch(HubName("org/slow", None), "a hint")
    assert str(caught.value) == "model 'org/slow': its config.json took longer than 0.5 seconds; a hint"


@pytest.mark.parametrize(
    "answer",
    [
        Answer(body=b"{}", length=False, sends=without_end),
        Answer(body=b"{}", coding="gzip"),
    ],
    ids=["no length", "compressed"],
)
def test_a_config_without_end_is_not_downloaded(hub: StandIn, tmp_path: Path, answer: Answer) -> None:
    """Whatever the Hub said of its length before."""
    hub.serve("org/huge", answer)
    with pytest.raises(ModelError) as caught:
        Hub(tmp_path, hub.endpoint).fetch(HubName("org/huge", None), "a hint")
    assert str(caught.value) == "model 'org/huge': its config.json is longer than 16 MiB"
    assert not list(tmp_path.rglob("config.json"))
