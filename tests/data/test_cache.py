"""What is kept is what was computed, and is found again only where nothing has changed."""

import os
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest

from piilib.data.cache import cache_folder, content_key, kept


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PIILIB_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


class Work:
    """Counts how often it is done."""

    def __init__(self) -> None:
        self.done = 0

    def __call__(self) -> dict[str, np.ndarray]:
        self.done += 1
        return {"x": np.random.default_rng(1).normal(size=(3, 2)), "n": np.arange(4)}


def test_kept_bit_for_bit(folder: Path) -> None:
    work = Work()
    first, second = (kept("a", ["k"], work) for _ in range(2))
    assert work.done == 1
    assert set(first) == set(second) == {"x", "n"}
    assert all((first[key] == second[key]).all() for key in first)
    assert sorted(path.suffix for path in folder.iterdir()) == [".lock", ".npz"]


def test_another_key_is_another_result(folder: Path, tmp_path: Path) -> None:
    work, file = Work(), tmp_path / "f.csv"
    for content in ("1", "2", "1"):
        file.write_text(content)
        kept("a", [file, 0], work)
    assert work.done == 2
    kept("a", [file, 1], work)
    assert work.done == 3
    assert content_key(["ab", "c"]) != content_key(["a", "bc"])


def slow_work(folder: str) -> int:
    """Compute in a process of its own; say so in a file."""
    os.environ["PIILIB_CACHE"] = folder

    def work() -> dict[str, np.ndarray]:
        Path(folder, f"worked-{os.getpid()}").write_text("")
        time.sleep(1.0)
        return {"n": np.arange(4)}

    return int(kept("a", ["k"], work)["n"].sum())


def test_of_processes_that_want_the_same_one_computes(tmp_path: Path) -> None:
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        assert list(pool.map(slow_work, [str(tmp_path)] * 2)) == [6, 6]
    assert len(list(tmp_path.glob("worked-*"))) == 1


def test_a_spoilt_file_is_computed_again(folder: Path) -> None:
    work = Work()
    kept("a", ["k"], work)
    (path,) = folder.glob("*.npz")
    for spoilt in (b"", b"no zip", path.read_bytes()[:200]):
        path.write_bytes(spoilt)
        assert (kept("a", ["k"], work)["n"] == np.arange(4)).all()
    assert work.done == 4
    kept("a", ["k"], work)
    assert work.done == 4


def test_nothing_is_kept_where_it_is_turned_off_or_cannot_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = Work()
    monkeypatch.setenv("PIILIB_CACHE", "")
    kept("a", ["k"], work)
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("PIILIB_CACHE", str(blocked / "cache"))
    kept("a", ["k"], work)
    kept("a", ["k"], work)
    assert work.done == 3


def test_the_folder_is_the_users_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("PIILIB_CACHE", raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "piilib"
