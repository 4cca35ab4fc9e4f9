"""Revisions by their names, and the files of a deck in them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from slidegen.errors import SlidegenError
from slidegen.revisions import checkout as limits
from slidegen.revisions.checkout import Checkout
from slidegen.revisions.git import Git
from slidegen.revisions.repository import Repository
from tests.revisions.conftest import Repo

DECK = {"slides/talk.yml": "slides: [a]\n", "slides/talk.record.json": "{}", "slides/rows.csv": "a\n1\n", "x.png": "x"}


def taken(repo: Repo, revision: str, deck: str, folder: Path, *asked: str) -> Checkout:
    """The files of a deck that are taken out of a revision."""
    found = Repository.around((repo.top / deck).parent)
    checkout = Checkout(found.tree(found.revision(revision)), deck, revision, folder)
    checkout.start(checkout.root)
    checkout.take_asked([folder / name for name in asked])
    return checkout


def files(folder: Path) -> dict[str, str]:
    """The files below a folder, links as they are."""
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in folder.rglob("*")
        if path.is_symlink() or path.is_file()
    }


def failure(call: object) -> str:
    """The message of a mistake."""
    with pytest.raises(SlidegenError) as error:
        call()  # type: ignore[operator]
    return str(error.value)


def test_only_what_a_deck_asks_for_is_taken_out(repo: Repo, tmp_path: Path) -> None:
    """As it was, whatever is there now."""
    repo.commit(DECK, "v1")
    repo.commit({"slides/talk.yml": "slides: [b]\n"})
    taken(repo, "v1", "slides/talk.yml", tmp_path / "out", "slides/rows.csv", "slides/nope.csv")
    assert files(tmp_path / "out") == {name: text for name, text in DECK.items() if name != "x.png"}


@pytest.mark.parametrize("name", ["v1", "main~1", "HEAD~1", "v1^0", "other"])
def test_names_of_a_revision(repo: Repo, name: str) -> None:
    """Tags, branches, what is before them; the day is that of the commit in its own time zone."""
    first = repo.commit({"a": "1"}, "v1")
    repo.git("branch", "other")
    repo.commit({"a": "2"})
    found = Repository.around(repo.top / "not" / "there").revision(name)
    assert (found.commit, found.date, str(found)) == (first, "2025-06-01", name)
    assert str(Repository.around(repo.top).revision(first)) == first[:10]


@pytest.mark.parametrize("name", ["--output=x", "-h", "", "a\nb", "a\0b", "HEAD:a", "nope", "v1 v1", "v1..main"])
def test_what_is_not_a_revision(repo: Repo, name: str) -> None:
    """A revision cannot be an option."""
    repo.commit({"a": "1"}, "v1")
    found = Repository.around(repo.top)
    assert not found.has(name)
    assert "is not a revision of the Git repository" in failure(lambda: found.revision(name))
    assert not (repo.top / "x").exists()


def test_an_unknown_revision_suggests_near_ones(repo: Repo) -> None:
    """Branches and tags; in a shallow clone it says what is missing."""
    repo.commit({"a": "1"}, "talk-2024")
    repo.commit({"a": "2"})
    assert "did you mean 'talk-2024'?" in failure(lambda: Repository.around(repo.top).revision("talk-2023"))
    repo.git("clone", "-q", "--depth=1", f"file://{repo.top}", "shallow")
    assert "git fetch --unshallow" in failure(lambda: Repository.around(repo.top / "shallow").revision("HEAD~1"))


def test_folders_without_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Or without git."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert "not in a Git repository" in failure(lambda: Repository.around(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "git is not installed" in failure(lambda: Repository.around(tmp_path))


def test_worktrees_bare_repositories_and_a_detached_head(repo: Repo, tmp_path: Path) -> None:
    """A hook's variables do not lead to another repository."""
    repo.commit(DECK, "v1")
    repo.git("worktree", "add", "-q", "--detach", str(tmp_path / "tree"))
    found = Repository.around(tmp_path / "tree" / "slides")
    assert found.place(tmp_path / "tree" / "slides" / "talk.yml") == "slides/talk.yml"
    assert "outside the Git repository" in failure(lambda: found.place(tmp_path / "talk.yml"))
    repo.git("clone", "-q", "--bare", str(repo.top), str(tmp_path / "bare.git"))
    bare = Repository.around(tmp_path / "bare.git")
    assert bare.bare
    assert bare.tree(bare.revision("v1")).find("slides/talk.yml") is not None


def test_the_variables_of_a_hook_do_not_count(repo: Repo, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """GIT_DIR names the repository that is committed to, not that of the deck."""
    repo.commit({"a": "1"}, "v1")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "nowhere"))
    assert Repository.around(repo.top).has("v1")


def test_a_renamed_deck_is_found(repo: Repo) -> None:
    """By the history of HEAD."""
    repo.commit({"old name.yml": "slides: [a, b, c, d]\n" * 5}, "v1")
    repo.git("mv", "old name.yml", "middle.yml")
    repo.commit({}, "v2")
    repo.git("mv", "middle.yml", "talk.yml")
    repo.commit({})
    found = Repository.around(repo.top)
    assert found.former_name("talk.yml", found.tree(found.revision("v1"))) == "old name.yml"
    assert found.former_name("talk.yml", found.tree(found.revision("v2"))) == "middle.yml"
    assert found.former_name("nope.yml", found.tree(found.revision("v1"))) is None


SIGNATURE = "\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----\n\n"
HOSTILE = """\
[core]
    fsmonitor = {run}
    sshCommand = {run}
    pager = {run}
    askPass = {run}
    hooksPath = {top}/hooks
[filter "x"]
    smudge = {run}
    clean = {run}
    process = {run}
    required = true
[diff "x"]
    textconv = {run}
    command = {run}
[diff]
    external = {run}
[log]
    showSignature = true
[gpg]
    program = {run}
[alias]
    ls-tree = !{run}
    rev-parse = !{run}
    cat-file = !{run}
    log = !{run}
[credential]
    helper = !{run}
[extensions]
    partialClone = origin
[remote "origin"]
    url = {url}
    promisor = true
    partialclonefilter = blob:none
    uploadpack = {run}
    {more}
"""


@pytest.mark.parametrize(
    "url", ["ssh://a.example/x", "{top}", "file://{top}", "ext::{run}", "evil://a.example/x", "vcs"]
)
def test_a_hostile_repository_runs_nothing(
    repo: Repo, tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every setting that names a command names one that leaves a trace; an object is missing, so git would fetch it."""
    trace = tmp_path / "trace"
    evil = tmp_path / "evil.sh"
    evil.write_text(f"#!/bin/sh\necho $0 $@ >> {trace}\n")
    evil.chmod(0o755)
    (tmp_path / "git-remote-evil").write_text(evil.read_text())
    (tmp_path / "git-remote-evil").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    repo.write({".gitattributes": "* filter=x diff=x\n", "rows.csv": "gone\n"})
    repo.commit({"old.yml": "slides: [a]\n"}, "v1")
    repo.git("mv", "old.yml", "talk.yml")
    repo.commit({})
    signed = repo.git("cat-file", "commit", "HEAD").replace("\n\n", SIGNATURE, 1)
    commit = repo.git("hash-object", "-t", "commit", "-w", "--stdin", given=f"{signed}\n".encode())
    repo.git("update-ref", "refs/heads/main", commit)
    gone = repo.git("rev-parse", "HEAD:rows.csv")
    (repo.top / ".git" / "objects" / gone[:2] / gone[2:]).unlink()
    address = url.format(top=repo.top, run=evil)
    more = "vcs = evil" if url == "vcs" else ""
    (repo.top / ".git" / "config").write_text(HOSTILE.format(run=evil, top=repo.top, url=address, more=more))
    (repo.top / "hooks").mkdir()
    for name in ("post-checkout", "post-index-change", "reference-transaction"):
        (repo.top / "hooks" / name).symlink_to(evil)
    found = Repository.around(repo.top)
    assert found.former_name("talk.yml", found.tree(found.revision("v1"))) == "old.yml"
    checkout = taken(repo, "HEAD", "talk.yml", tmp_path / "out", "rows.csv", ".gitattributes")
    assert "is not in this clone" in checkout.unreadable["rows.csv"]
    assert (tmp_path / "out" / "talk.yml").read_text() == "slides: [a]\n"
    assert not trace.exists(), trace.read_text()


def entry(repo: Repo, *lines: str) -> str:
    """Commits a tree of these lines, which may hold names that git itself would not add. Returns the commit."""
    tree = repo.git("mktree", "-z", "--missing", given="\0".join(lines).encode() + b"\0")
    return repo.git("commit-tree", "-m", "m", tree)


def test_names_and_links_that_lead_out(repo: Repo, tmp_path: Path) -> None:
    """Nothing is written outside the folder, and no link at all: a link in the commit is followed in the commit."""
    blob = repo.git("hash-object", "-w", "--stdin", given=b"inside")
    links = {
        name: repo.git("hash-object", "-w", "--stdin", given=target.encode())
        for name, target in {
            "abs": "/etc/passwd",
            "up": "../../etc/passwd",
            "loop": "loop",
            "to": "sub/../data",
        }.items()
    }
    sub = repo.git("mktree", given=f"100644 blob {blob}\tb\n120000 blob {links['to']}\tc\n".encode())
    commit = entry(
        repo,
        *(f"120000 blob {hash_}\t{name}" for name, hash_ in sorted(links.items())),
        f"100644 blob {blob}\tdata",
        f"100644 blob {blob}\tnew\nline",
        f"100644 blob {blob}\tback\\slash",
        f"100644 blob {blob}\t..",
        f"100644 blob {blob}\ttalk.yml",
        f"040000 tree {sub}\tsub",
        f"160000 commit {commit_of(repo)}\tmodule",
    )
    asked = (
        "abs",
        "up",
        "loop",
        "to",
        "data",
        "new\nline",
        "back\\slash",
        "..",
        "../out2",
        "sub/b",
        "module/x",
        "/etc/hosts",
    )
    out = tmp_path / "out"
    checkout = taken(repo, commit, "talk.yml", out, *asked)
    inside = dict.fromkeys(("talk.yml", "to", "data", "new\nline", "sub/b"), "inside")
    assert files(out) == inside
    assert not any(path.is_symlink() for path in out.rglob("*"))
    assert {path.name for path in tmp_path.iterdir()} == {"out", "repo"}
    assert {name: why.split(",")[0] for name, why in checkout.unreadable.items()} == {
        "abs": "a link leads out of the repository",
        "up": "a link leads out of the repository",
        "loop": "its links lead in circles",
        "module/x": "module is a submodule",
    }


def commit_of(repo: Repo) -> str:
    """A commit of this repository."""
    return repo.commit({"x": "1"})


def test_a_repository_that_never_ends(repo: Repo, tmp_path: Path) -> None:
    """Each folder holds the next one ten times: ten to the power of 30 files. Only the way to a file is read."""
    blob = repo.git("hash-object", "-w", "--stdin", given=b"slides: [a]")
    kind = "100644 blob"
    for _ in range(30):
        lines = "".join(f"{kind} {blob}\tf{index}\n" for index in range(10))
        kind, blob = "040000 tree", repo.git("mktree", given=lines.encode())
    deck = repo.git("hash-object", "-w", "--stdin", given=b"slides: [a]")
    commit = entry(repo, f"040000 tree {blob}\tmodels", f"100644 blob {deck}\ttalk.yml")
    checkout = taken(repo, commit, "talk.yml", tmp_path / "out", "/".join(["models", *["f1"] * 30]))
    assert len(files(tmp_path / "out")) == 2
    assert not checkout.unreadable


def test_large_files_and_pointers_of_lfs(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are not read, and the reason is known."""
    monkeypatch.setattr(limits, "MAX_FILE_BYTES", 1000)
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 5\n"
    repo.commit({"talk.yml": "slides: [a]\n", "a.csv": pointer, "b.csv": "x" * 1001})
    checkout = taken(repo, "HEAD", "talk.yml", tmp_path / "out", "a.csv", "b.csv")
    assert set(files(tmp_path / "out")) == {"talk.yml"}
    assert [str(problem) for problem in checkout.problems()] == [
        "HEAD:a.csv: cannot be read: it is a pointer of Git LFS; the file itself is not in the repository",
        "HEAD:b.csv: cannot be read: it is larger than 0.001 MB",
    ]
    monkeypatch.setattr(limits, "MAX_FILES", 2)
    repo.commit({f"{n}.csv": "1" for n in range(3)})
    assert "too many files" in failure(
        lambda: taken(repo, "HEAD", "talk.yml", tmp_path / "out2", *(f"{n}.csv" for n in range(3)))
    )


def test_a_call_that_prints_without_end_is_stopped(repo: Repo) -> None:
    """After the bytes that it may print."""
    from slidegen.revisions.git import TooMuchError

    repo.commit({"a": "x" * 5_000_000})
    with pytest.raises(TooMuchError):
        Git.of(repo.top).output("cat-file", "blob", "HEAD:a", most=10)
