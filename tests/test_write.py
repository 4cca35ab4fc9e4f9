"""Writing a file: in one step, or not at all."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from slidegen.errors import SlidegenError
from slidegen.write import write_file, write_files


def test_a_file_is_written_with_its_folders(tmp_path: Path) -> None:
    """And nothing else is left beside it."""
    assert write_file(tmp_path / "a" / "b" / "c.html", b"new")
    assert [path.name for path in (tmp_path / "a" / "b").iterdir()] == ["c.html"]
    assert (tmp_path / "a" / "b" / "c.html").read_bytes() == b"new"


def test_the_same_content_is_not_written_again(tmp_path: Path) -> None:
    """The file keeps its time, so that nothing that depends on it is built again."""
    path = tmp_path / "a"
    write_file(path, b"same")
    stamp = path.stat().st_mtime_ns
    assert not write_file(path, b"same")
    assert path.stat().st_mtime_ns == stamp


@pytest.mark.unix
def test_a_file_keeps_its_mode(tmp_path: Path) -> None:
    """A new one has the user's default."""
    path = tmp_path / "a"
    path.write_bytes(b"old")
    path.chmod(0o640)
    write_file(path, b"new")
    assert path.stat().st_mode & 0o777 == 0o640
    (tmp_path / "plain").write_bytes(b"")
    write_file(tmp_path / "b", b"new")
    assert (tmp_path / "b").stat().st_mode == (tmp_path / "plain").stat().st_mode


LIMITED = """
import resource, signal, sys
from pathlib import Path
from slidegen.errors import SlidegenError
from slidegen.write import write_file
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    write_file(Path(sys.argv[1]), b"x" * 5000)
except SlidegenError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits on the size of files")
def test_a_write_that_fails_half_way_leaves_the_old_file_whole(tmp_path: Path) -> None:
    """As when the disk is full: here, when the process may write no file larger than 1,000 bytes."""
    path = tmp_path / "deck.html"
    path.write_bytes(b"old")
    # Coverage could not write what it measured there, either.
    env = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    done = subprocess.run([sys.executable, "-c", LIMITED, str(path)], env=env, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == (f"{path}: cannot be written: file too large\n", "")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("name", "reason"),
    [("file/a.html", "file exists"), ("file/a/b.html", "not a directory"), ("folder", "is a directory")],
)
def test_a_place_where_nothing_can_be_written_is_told(tmp_path: Path, name: str, reason: str) -> None:
    """With the system's reason; what is there stays."""
    (tmp_path / "file").write_bytes(b"old")
    (tmp_path / "folder").mkdir()
    with pytest.raises(SlidegenError) as caught:
        write_file(tmp_path / name, b"new")
    assert str(caught.value) in {f"{tmp_path / name}: cannot be written: {why}" for why in (reason, "not a directory")}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]
    assert (tmp_path / "file").read_bytes() == b"old"


@pytest.mark.unix
def test_a_link_stays_and_its_target_is_written(tmp_path: Path) -> None:
    """Through several links, whose folders are made, and also where none is there yet."""
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "page.html").write_bytes(b"old")
    (tmp_path / "near.html").symlink_to("there/page.html")
    (tmp_path / "far.html").symlink_to("near.html")
    (tmp_path / "dangling.html").symlink_to("new/page.html")
    for name, target in (("far.html", "there/page.html"), ("dangling.html", "new/page.html")):
        assert write_file(tmp_path / name, b"new")
        assert not write_file(tmp_path / name, b"new")
        assert (tmp_path / name).is_symlink()
        assert (tmp_path / target).read_bytes() == b"new"
    assert (tmp_path / "near.html").is_symlink()


@pytest.mark.unix
def test_a_loop_of_links_is_told(tmp_path: Path) -> None:
    """As the file or as its folder."""
    (tmp_path / "loop").symlink_to("loop")
    for path in (tmp_path / "loop", tmp_path / "loop" / "a.html"):
        with pytest.raises(SlidegenError) as caught:
            write_file(path, b"new")
        assert str(caught.value) == f"{path}: cannot be written: {os.strerror(errno.ELOOP).lower()}"
    assert [path.name for path in tmp_path.iterdir()] == ["loop"]


@pytest.mark.unix
def test_a_file_without_write_permission_is_left_alone(tmp_path: Path) -> None:
    """Although its folder could be written. What already is as it should be is no mistake."""
    path = tmp_path / "a.html"
    path.write_bytes(b"old")
    path.chmod(0o444)
    with pytest.raises(SlidegenError) as caught:
        write_file(path, b"new")
    assert str(caught.value) == f"{path}: cannot be written: {os.strerror(errno.EACCES).lower()}"
    assert (path.read_bytes(), [path.name for path in tmp_path.iterdir()]) == (b"old", ["a.html"])
    assert not write_file(path, b"old")


@pytest.mark.unix
def test_another_name_of_a_file_keeps_the_old_content(tmp_path: Path) -> None:
    """A file is swapped, so a copy that is a hard link is a copy."""
    (tmp_path / "a.html").write_bytes(b"old")
    (tmp_path / "copy.html").hardlink_to(tmp_path / "a.html")
    write_file(tmp_path / "a.html", b"new")
    assert ((tmp_path / "a.html").read_bytes(), (tmp_path / "copy.html").read_bytes()) == (b"new", b"old")


def test_a_name_may_be_as_long_as_the_system_allows(tmp_path: Path) -> None:
    """One more is told."""
    most = os.pathconf(tmp_path, "PC_NAME_MAX")
    assert write_file(tmp_path / f"{'a' * (most - 5)}.html", b"new")
    long = tmp_path / f"{'a' * (most - 4)}.html"
    with pytest.raises(SlidegenError) as caught:
        write_file(long, b"new")
    assert str(caught.value) == f"{long}: cannot be written: {os.strerror(errno.ENAMETOOLONG).lower()}"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """The file in it stays."""
    (tmp_path / "a.html").write_bytes(b"old")
    tmp_path.chmod(0o555)
    try:
        with pytest.raises(SlidegenError, match=r"a\.html: cannot be written: permission denied$"):
            write_file(tmp_path / "a.html", b"new")
    finally:
        tmp_path.chmod(0o755)
    assert (tmp_path / "a.html").read_bytes() == b"old"


def test_files_that_belong_together_are_written_together(tmp_path: Path) -> None:
    """If one cannot be, the others stay as they were, and nothing is left beside them."""
    (tmp_path / "a.html").write_bytes(b"old")
    (tmp_path / "a.md").mkdir()
    with pytest.raises(SlidegenError, match=r"a\.md: cannot be written: is a directory$"):
        write_files([(tmp_path / "a.html", b"new"), (tmp_path / "a.md", b"new")])
    assert (tmp_path / "a.html").read_bytes() == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.html", "a.md"]
    assert write_files([(tmp_path / "a.html", b"new"), (tmp_path / "b.md", b"new")])
    assert not write_files([(tmp_path / "a.html", b"new"), (tmp_path / "b.md", b"new")])
