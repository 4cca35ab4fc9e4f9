"""Where a model comes from, place by place."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from slidegen.errors import ModelError
from slidegen.models import catalogue
from slidegen.models.configs import config_digest
from slidegen.models.finder import ModelFinder, origin_text
from slidegen.models.hf_cache import cache_folder
from slidegen.project import Project
from tests.models.conftest import TINY_LLAMA

Finders = Callable[..., ModelFinder]
COMMIT = "89abcdef0123456789abcdef0123456789abcdef"


def put(path: Path, config: Any) -> Path:
    """A config in a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(config), encoding="utf-8")
    return path


def put_in_hub_cache(folder: Path, repo: str, config: Any, *, ref: str | None = "main") -> Path:
    """A config in the layout of huggingface_hub's cache: a blob, a snapshot that links to it, and a ref."""
    model = folder / ("models--" + repo.replace("/", "--"))
    blob = put(model / "blobs" / "abc", config)
    snapshot = model / "snapshots" / COMMIT / "config.json"
    snapshot.parent.mkdir(parents=True, exist_ok=True)
    snapshot.symlink_to(blob)
    if ref is not None:
        (model / "refs" / ref).parent.mkdir(parents=True, exist_ok=True)
        (model / "refs" / ref).write_text(COMMIT, encoding="ascii")
    return snapshot


def message(finder: ModelFinder, name: str) -> str:
    """The one line that a search fails with."""
    with pytest.raises(ModelError) as caught:
        finder.find(name)
    assert len(caught.value.problems) == 1
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_local_folder(make_finder: Finders, tiny_folder: Path) -> None:
    """A folder with a config.json, the file itself, and an absolute path all name the model; no path is told on."""
    for name in ("./tiny", "tiny", "tiny/config.json", str(tiny_folder), f"{tiny_folder}/config.json"):
        facts = make_finder(offline=True).find(name)
        assert (facts.name, facts.config, facts.origin) == (name, TINY_LLAMA, "folder")
        assert origin_text(facts) == "folder"


def test_a_path_without_a_model(make_finder: Finders, tmp_path: Path) -> None:
    """What can only be a path and leads nowhere is never asked of the Hub."""
    expected = (
        "model './nowhere': there is no config.json at that path; name a folder that holds one, or the file itself"
    )
    assert message(make_finder(), "./nowhere") == expected
    assert "there is no config.json at that path" in message(make_finder(), "org/config.json")


@pytest.mark.unix
def test_confined_paths(make_finder: Finders, tiny_folder: Path, tmp_path: Path) -> None:
    """A confined finder reads inside its folder and refuses every way out of it: up, absolute, home, a link."""
    deck = tmp_path / "deck"
    put(deck / "inside" / "config.json", TINY_LLAMA)
    (deck / "link").symlink_to(tiny_folder)
    finder = make_finder(project=Project.of(deck), confine=True, offline=True)
    assert finder.find("./inside").origin == "folder"
    for name in ("../tiny", str(tiny_folder), "~/models", "link", "./link/config.json", "../nowhere"):
        assert message(finder, name) == f"model {name!r}: its file is outside the deck's folder; copy the model into it"


@pytest.mark.parametrize("place", ["org/name/config.json", "org__name.json", "org__name/config.json"])
def test_the_projects_models(make_finder: Finders, tmp_path: Path, place: str) -> None:
    """The project's models/ folder may hold a model in three layouts, and goes before the Hugging Face cache."""
    put(tmp_path / "models" / place, TINY_LLAMA)
    put_in_hub_cache(tmp_path / "hub", "org/name", {"model_type": "other"})
    facts = make_finder(project=Project.of(tmp_path), offline=True).find("org/name")
    assert (facts.config, origin_text(facts)) == (TINY_LLAMA, "project")


def test_the_projects_models_hold_one_config_of_each(make_finder: Finders, tmp_path: Path) -> None:
    """The first of several would be a guess; copies are one."""
    put(tmp_path / "models" / "org" / "name" / "config.json", TINY_LLAMA)
    second = put(tmp_path / "models" / "org__name.json", TINY_LLAMA)
    assert make_finder(project=Project.of(tmp_path), offline=True).find("org/name").config == TINY_LLAMA
    put(second, {**TINY_LLAMA, "hidden_size": 99})
    assert message(make_finder(project=Project.of(tmp_path), offline=True), "org/name") == (
        "model 'org/name': the project's models/ folder has several configs of it: org/name/config.json and "
        "org__name.json; keep one of them"
    )


@pytest.mark.unix
def test_the_projects_models_may_not_lead_out(make_finder: Finders, tmp_path: Path, tiny_folder: Path) -> None:
    """A link from a confined project's models/ to elsewhere is refused."""
    (tmp_path / "deck" / "models").mkdir(parents=True)
    (tmp_path / "deck" / "models" / "org__name").symlink_to(tiny_folder)
    finder = make_finder(project=Project.of(tmp_path / "deck"), confine=True, offline=True)
    assert message(finder, "org/name") == (
        "model 'org/name': its file is outside the deck's folder; copy the model into it"
    )


def test_the_hugging_face_cache(make_finder: Finders, tmp_path: Path) -> None:
    """A config in huggingface_hub's cache is found through its ref, before the catalogue's, with its commit."""
    put_in_hub_cache(tmp_path / "hub", "openai-community/gpt2", TINY_LLAMA)
    facts = make_finder(offline=True).find("openai-community/gpt2")
    assert (facts.config, facts.origin, facts.revision) == (TINY_LLAMA, "cache", COMMIT)
    assert origin_text(facts) == f"hub@{COMMIT}"


@pytest.mark.parametrize("revision", ["v1.0", "refs/pr/3", COMMIT])
def test_a_pinned_revision_in_the_cache(make_finder: Finders, tmp_path: Path, revision: str) -> None:
    """A tag, a pull request or a commit pins the revision; a commit needs no ref."""
    ref = None if revision == COMMIT else revision
    put_in_hub_cache(tmp_path / "hub", "org/name", TINY_LLAMA, ref=ref)
    assert make_finder(offline=True).find(f"org/name@{revision}").revision == COMMIT


def test_a_pinned_revision_is_not_taken_from_elsewhere(make_finder: Finders, tmp_path: Path) -> None:
    """The project and the catalogue know no revisions, so they do not answer for one."""
    put(tmp_path / "models" / "openai-community__gpt2.json", TINY_LLAMA)
    finder = make_finder(project=Project.of(tmp_path), offline=True)
    text = message(finder, "openai-community/gpt2@v1")
    assert text.startswith(
        "model 'openai-community/gpt2@v1': this revision is not in the Hugging Face cache, and --offline "
    )


@pytest.mark.parametrize("commit", ["..", "../../models--org--other/snapshots/" + COMMIT, "sub/folder", ""])
def test_a_ref_of_the_cache_may_not_lead_out(make_finder: Finders, tmp_path: Path, commit: str) -> None:
    """It holds a commit; one that is a way to another folder, where a config stands, is none."""
    put_in_hub_cache(tmp_path / "hub", "org/other", TINY_LLAMA)
    ref = put_in_hub_cache(tmp_path / "hub", "org/name", TINY_LLAMA).parents[2] / "refs" / "main"
    ref.write_text(commit, encoding="ascii")
    for folder in (".", "snapshots", "snapshots/sub/folder"):
        put(ref.parents[1] / folder / "config.json", TINY_LLAMA)
    assert message(make_finder(offline=True), "org/name").startswith(
        "model 'org/name': the name is not in the project's models/, Hugging Face cache or catalogue"
    )


@pytest.mark.parametrize("name", ["org/..", "org/na..me", "org/name@.."])
def test_no_models_name_leads_to_another_folder(make_finder: Finders, name: str) -> None:
    """The Hub allows no two dots in a row either."""
    assert message(make_finder(offline=True), name).startswith(f"{name!r} is not a model name; write org/name")


def test_a_cache_without_the_config(make_finder: Finders, tmp_path: Path) -> None:
    """A cached model of which only other files were downloaded is looked for in the catalogue."""
    put_in_hub_cache(tmp_path / "hub", "openai-community/gpt2", TINY_LLAMA).unlink()
    assert make_finder(offline=True).find("openai-community/gpt2").origin == "catalogue"


def test_where_the_hugging_face_cache_is(tmp_path: Path) -> None:
    """The same variables as huggingface_hub's say where its cache is, in the same order."""
    assert cache_folder({"HF_HUB_CACHE": "/a", "HF_HOME": "/b"}) == Path("/a")
    assert cache_folder({"HF_HOME": "/b", "XDG_CACHE_HOME": "/c"}) == Path("/b/hub")
    assert cache_folder({"XDG_CACHE_HOME": "/c"}) == Path("/c/huggingface/hub")
    assert cache_folder({}) == Path.home() / ".cache/huggingface/hub"


def test_the_catalogue(make_finder: Finders) -> None:
    """A model of the catalogue needs no network, and says where its config's facts come from."""
    facts = make_finder(offline=True).find("meta-llama/Meta-Llama-3-8B")
    assert (facts.origin, facts.config["num_hidden_layers"], origin_text(facts)) == ("catalogue", 32, "catalogue")
    assert facts.source == "public Python file holding HF config dicts"


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("meta-llama/Meta-Lama-3-8B", "meta-llama/Meta-Llama-3-8B"),
        ("gpt2", "openai-community/gpt2"),
        ("META-LLAMA/LLAMA-2-7B-HF", "meta-llama/Llama-2-7b-hf"),
        ("Qwen/Qwen2-1.5", "Qwen/Qwen2-1.5B"),
        ("Llama-3.2-3B-Instruct", "meta-llama/Llama-3.2-3B-Instruct"),
    ],
)
def test_an_unknown_name_offline(make_finder: Finders, name: str, nearest: str) -> None:
    """The error of an unknown name says the nearest name of the catalogue, and then where was looked."""
    assert message(make_finder(offline=True), name) == (
        f"model {name!r}: did you mean {nearest!r}? the name is not in the project's models/, Hugging Face cache or "
        "catalogue, and --offline forbids requests to the Hub"
    )


def test_a_name_near_to_nothing(make_finder: Finders) -> None:
    """Without a near name the error says how to see them all."""
    assert message(make_finder(offline=True), "zzz/qqqqq").endswith("; `slidegen models` lists the built-in ones")


@pytest.mark.parametrize("variable", ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"])
def test_offline_by_environment(make_finder: Finders, monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    """The variables that keep huggingface_hub offline keep slidegen offline."""
    monkeypatch.setenv(variable, "1")
    assert "HF_HUB_OFFLINE forbids requests to the Hub" in message(make_finder(), "org/name")


@pytest.mark.parametrize(
    "name", ["", "a b", "org/name/more", "org/../name", "org/name@", "org/name@../x", "-x/y", "ö/x", "org/na\nme"]
)
def test_no_name_at_all(make_finder: Finders, name: str) -> None:
    """What is neither a path nor an id is told so, before anything is looked up."""
    text = message(make_finder(offline=True), name)
    assert text == f"{name!r} is not a model name; write org/name, org/name@revision, or a path such as ./folder"


def test_a_very_long_name(make_finder: Finders) -> None:
    """A name of ten thousand letters is an error of one short line."""
    assert len(message(make_finder(offline=True), "x" * 10_000)) < 400


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (b"{", "is not valid JSON (Expecting property name enclosed in double quotes: line 1 column 2 (char 1))"),
        (b"[1]", "is not a JSON object, so it has none of a config's keys"),
        (b"\xff\xfe", "is not valid JSON"),
        (b"[" * 200_000, "is nested too deeply"),
        (b'{"a": ' + b"9" * 10_000 + b"}", "is not valid JSON (Exceeds the limit"),
    ],
)
def test_a_broken_config(make_finder: Finders, tiny_folder: Path, text: bytes, wrong: str) -> None:
    """A config.json that is no JSON object is an error that says what is wrong with it."""
    (tiny_folder / "config.json").write_bytes(text)
    assert message(make_finder(offline=True), "./tiny").startswith(f"model './tiny': its config.json {wrong}")


def test_a_broken_config_says_where_it_is(make_finder: Finders, tmp_path: Path) -> None:
    """A broken file in the Hugging Face cache or in models/ is named, so that it can be mended or deleted."""
    snapshot = put_in_hub_cache(tmp_path / "hub", "org/name", {})
    snapshot.write_text("<html>", encoding="utf-8")
    assert f"its config.json in the Hugging Face cache ({snapshot}) is not" in message(make_finder(), "org/name")
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "org__name.json").write_text("{", encoding="utf-8")
    finder = make_finder(project=Project.of(tmp_path))
    assert "its org__name.json in the project's models/ folder is not valid JSON" in message(finder, "org/name")


def test_an_enormous_config_is_not_read(make_finder: Finders, tiny_folder: Path) -> None:
    """A file of gigabytes is refused by its size."""
    with (tiny_folder / "config.json").open("wb") as file:
        file.truncate(2**33)
    assert "cannot be read (is larger than 16 MiB)" in message(make_finder(offline=True), "./tiny")


def test_the_digest_is_that_of_the_facts(make_finder: Finders, tiny_folder: Path) -> None:
    """Order and spaces of a config change nothing; a value does."""
    digest = make_finder().find("./tiny").digest
    (tiny_folder / "config.json").write_text(json.dumps(dict(reversed(TINY_LLAMA.items())), indent=7))
    assert make_finder().find("./tiny").digest == digest
    assert config_digest(TINY_LLAMA | {"vocab_size": 33}) != digest


def test_a_copy_of_a_catalogue_config_has_its_census(make_finder: Finders, tmp_path: Path) -> None:
    """A project that holds the catalogue's own config needs no transformers to count it."""
    put(tmp_path / "models" / "openai-community__gpt2.json", catalogue.facts("openai-community/gpt2").config)
    finder = make_finder(project=Project.of(tmp_path), offline=True)
    facts = finder.find("openai-community/gpt2")
    assert facts.origin == "project"
    assert finder.census(facts) is not None
    assert not (tmp_path / "censuses").exists()


def test_without_the_extra(tmp_path: Path, tiny_folder: Path) -> None:
    """Where transformers or huggingface_hub is not installed, one line says which extra to install."""
    script = f"""
import importlib.util, sys
real = importlib.util.find_spec
missing = {{"torch", "transformers", "accelerate", "huggingface_hub"}}
importlib.util.find_spec = lambda name, *rest: None if name in missing else real(name, *rest)
from pathlib import Path
from slidegen.errors import SlidegenError
from slidegen.models.finder import ModelFinder
from slidegen.project import Project
finder = ModelFinder(project=Project.of(Path({str(tmp_path)!r})), hub_cache=Path("nowhere"), censuses=Path("nowhere"))
for ask in (lambda: finder.census(finder.find("./tiny")), lambda: finder.find("gpt2")):
    try:
        ask()
    except SlidegenError as error:
        print(error)
"""
    environ = {"PATH": "", "HF_HUB_OFFLINE": "0"}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environ, cwd=tmp_path
    )
    assert [line.partition("; install it with: ")[0] for line in done.stdout.splitlines()] == [
        "counting the parameters of './tiny', whose config is not in the catalogue, needs the extra 'models'",
        "did you mean 'openai-community/gpt2'? 'gpt2' is not in the catalogue, and downloading from the Hub needs the "
        "extra 'models'",
    ]
    assert all(line.endswith("[models]'") for line in done.stdout.splitlines())


@pytest.mark.unix
def test_a_confined_projects_models_are_in_the_project(make_finder: Finders, tmp_path: Path) -> None:
    """The folder models/ itself may be a link, too."""
    put(tmp_path / "secret" / "org" / "name" / "config.json", TINY_LLAMA)
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "models").symlink_to("../secret")
    project = Project.of(tmp_path / "project")
    finder = make_finder(project=project, confine=True, offline=True)
    assert message(finder, "org/name") == (
        "model 'org/name': its file is outside the deck's folder; copy the model into it"
    )
    assert make_finder(project=project, offline=True).find("org/name").origin == "project"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
@pytest.mark.parametrize("name", ["m", "./m", "./m/config.json"])
def test_a_config_that_is_a_pipe_is_told(make_finder: Finders, tmp_path: Path, name: str) -> None:
    """Reading one would wait for ever."""
    (tmp_path / "m").mkdir()
    os.mkfifo(tmp_path / "m" / "config.json")
    expected = f"model {name!r}: its config.json cannot be read (is a named pipe, not a file)"
    assert message(make_finder(offline=True), name) == expected


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_in_the_projects_models_is_told(make_finder: Finders, tmp_path: Path) -> None:
    """It is not passed over for a model of that name from elsewhere."""
    (tmp_path / "models").mkdir()
    os.mkfifo(tmp_path / "models" / "openai-community__gpt2.json")
    finder = make_finder(project=Project.of(tmp_path), offline=True)
    assert message(finder, "openai-community/gpt2").endswith("cannot be read (is a named pipe, not a file)")
