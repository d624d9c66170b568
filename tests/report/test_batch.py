"""The batch: what is unchanged stays, what fails harms no other, nothing is lost."""

import json
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import nbformat
import pytest
from nbformat import v4

import piilib.report.batch_manifest as manifests
from piilib.data.lookup import MARKER
from piilib.errors import DataError
from piilib.report import worker
from piilib.report.batch import Batch, run_batch
from piilib.report.batch_files import alone, write_whole
from piilib.report.batch_jobs import jobs_of
from piilib.report.job import Job, Made
from report.batch_folder import (
    PARTS,
    copy_data,
    edit,
    failing,
    manifest,
    quick,
    read_code_again,
    tree,
)

SHEET = ("sheets", {"province": "cao-bang", "year": "2024", "code": "1.1.1"})
NAMES = ["cao-bang", "ha-giang", "ha-noi"]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return copy_data(tmp_path / "data")


@pytest.fixture
def jobs(data: Path) -> list[Job]:
    overview = Job("overview", "", 2024, "vi", str(data))
    return [overview, *jobs_of([2024], ["vi", "en"], NAMES, data=str(data))]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "reports"


def run(jobs: list[Job], out: Path, **options) -> Batch:
    return run_batch(jobs, out, **{"maker": quick, **options})


def went(found: Batch) -> tuple[int, int, int]:
    return found.count("made"), found.count("unchanged"), found.count("failed")


def test_a_first_run_makes_all_and_a_second_touches_nothing(jobs, out) -> None:
    first = run(jobs, out)
    assert went(first) == (7, 0, 0)
    assert first.good
    assert [one.job for one in first.outcomes] == jobs
    before = tree(out)
    assert {"index.html", "index-en.html", "manifest.json"} <= set(before)
    assert {f"2024/en/{name}.{end}" for name in NAMES for end in ("html", "ipynb")} <= set(before)
    second = run(jobs, out)
    assert went(second) == (0, 7, 0)
    assert [one.complete for one in second.outcomes] == [one.complete for one in first.outcomes]
    assert tree(out) == before


def test_the_manifest_says_what_was_used(jobs, out) -> None:
    run(jobs, out)
    whole = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert whole["libraries"]["numpy"]
    assert whole["started"] <= whole["finished"]
    entry = whole["reports"]["2024/vi/cao-bang"]
    assert (entry["figures"], entry["tables"], entry["seconds"], entry["cpu"]) == (1, 2, 0.25, 0.5)
    assert entry["complete"] is True
    assert entry["error"] == ""
    assert entry["html"]["size"] == (out / entry["html"]["file"]).stat().st_size
    assert whole["started"] <= entry["made"] <= whole["finished"]
    assert {"sheets.csv", "scoreboard.csv"} <= set(entry["inputs"])


def test_a_changed_sheet_remakes_its_province_and_marks_it_revised(jobs, data, out) -> None:
    run(jobs, out)
    before = tree(out)
    edit(data, *SHEET, value="45.29")
    found = run(jobs, out)
    made = {one.job.name: one.revision for one in found.outcomes if one.outcome == "made"}
    assert made == {"2024/vi/cao-bang": 1, "2024/en/cao-bang": 1}
    now = tree(out)
    assert {name for name in before if now[name] != before[name]} == {
        *(f"2024/{lang}/cao-bang.html" for lang in ("vi", "en")),
        *(f"2024/{lang}/cao-bang.ipynb" for lang in ("vi", "en")),
        "index.html",
        "index-en.html",
        "manifest.json",
    }
    entry = manifest(out)["2024/vi/cao-bang"]
    assert entry["changed"] == ["sheets.csv"]
    assert "đã hiệu đính (1)" in (out / "index.html").read_text(encoding="utf-8")
    edit(data, *SHEET, value="45.28")  # a second correction, back to the first figures
    assert {one.revision for one in run(jobs, out).outcomes} == {0, 2}


def test_made_again_without_other_data_is_no_revision(jobs, out, monkeypatch) -> None:
    run(jobs, out)
    assert {one.revision for one in run(jobs, out, force=True).outcomes} == {0}
    monkeypatch.setattr(manifests, "code_digest", lambda: "new code")
    found = run(jobs, out, maker=lambda job: Made(b"other", b"", True, 0, 0, 0.0, 0.0))
    assert went(found) == (7, 0, 0)
    assert {one.revision for one in found.outcomes} == {0}


@pytest.mark.parametrize("part", ["code_digest", "library_digest"])
def test_other_code_or_libraries_make_all_again(part, jobs, out, monkeypatch) -> None:
    run(jobs, out)
    monkeypatch.setattr(manifests, part, lambda: "new")
    assert went(run(jobs, out)) == (7, 0, 0)


@pytest.mark.parametrize("change", ["seed", "effort"])
def test_other_parameters_make_a_report_again(change, jobs, data, out) -> None:
    run(jobs, out)
    other = {"seed": {"seed": 1}, "effort": {"effort": str(data / "effort.csv")}}[change]
    again = jobs_of([2024], ["vi"], ["cao-bang"], data=str(data), **other)
    assert went(run(again, out)) == (1, 0, 0)


@pytest.mark.parametrize("name", ["2024/vi/ha-noi.html", "2024/vi/ha-noi.ipynb"])
@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_text("x")])
def test_a_file_that_is_gone_or_changed_is_made_again(name, damage, jobs, out) -> None:
    run(jobs, out)
    whole = (out / name).read_bytes()
    damage(out / name)
    assert went(run(jobs, out)) == (1, 6, 0)
    assert (out / name).read_bytes() == whole


def test_a_folder_that_was_copied_is_unchanged(jobs, out) -> None:
    run(jobs, out)
    for path in out.rglob("*.*"):
        os.utime(path, (1_000_000, 1_000_000))
    assert went(run(jobs, out)) == (0, 7, 0)


@pytest.mark.parametrize("name", ["index.html", "index-en.html"])
def test_an_index_that_is_gone_is_written_again(name, jobs, out) -> None:
    run(jobs, out)
    text = (out / name).read_bytes()
    (out / name).unlink()
    assert went(run(jobs, out)) == (0, 7, 0)
    assert len((out / name).read_bytes()) == pytest.approx(len(text), rel=0.1)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format": 99}', '{"format": 1}'])
def test_a_manifest_that_cannot_be_read_makes_all_again(content, jobs, out) -> None:
    run(jobs, out)
    (out / "manifest.json").write_text(content)
    assert went(run(jobs, out)) == (7, 0, 0)
    assert went(run(jobs, out)) == (0, 7, 0)


def test_a_part_of_the_provinces_leaves_the_others_in_the_index(jobs, data, out) -> None:
    run(jobs, out)
    edit(data, *SHEET, value="45.29")
    assert went(run(jobs_of([2024], ["vi"], ["cao-bang"], data=str(data)), out)) == (1, 0, 0)
    assert len(manifest(out)) == 7
    assert 'href="2024/en/ha-noi.html"' in (out / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("workers", [1, 4])
def test_order_and_workers_change_nothing(workers, jobs, out, tmp_path) -> None:
    run(jobs, out)
    other = tmp_path / "other"
    run(jobs[::-1], other, workers=workers)
    first, second = ({k: v[0] for k, v in tree(f).items()} for f in (out, other))
    del first["manifest.json"], second["manifest.json"]
    assert first == second


def test_an_executor_of_ones_own_stays_open(jobs, out) -> None:
    with ThreadPoolExecutor(2) as pool:
        assert went(run(jobs, out, executor=pool)) == (7, 0, 0)
        assert pool.submit(int, "1").result() == 1


def test_what_is_told_of_a_run(jobs, out) -> None:
    totals, ended = [], []
    run(jobs, out, on_start=totals.append, on_done=ended.append)
    assert totals == [7]
    assert {one.job for one in ended} == set(jobs)
    run(jobs, out, on_start=totals.append, on_done=ended.append)
    assert totals == [7]


# --- failures -------------------------------------------------------------------------------------

LOST = {
    "2024/vi/ha-noi": RuntimeError("cell 3: timed <out> after 600 s"),
    "2024/en/cao-bang": MemoryError(),
}


def test_a_failure_leaves_the_others_and_says_why(jobs, out) -> None:
    found = run(jobs, out, maker=failing(LOST))
    assert went(found) == (5, 0, 2)
    assert not found.good
    page = (out / "2024/vi/ha-noi.failed.html").read_text(encoding="utf-8")
    assert "cell 3: timed &lt;out&gt; after 600 s" in page
    assert "Chưa có bản nào trước đó" in page
    assert "pii report --province ha-noi --year 2024 --lang vi" in page
    log = (out / "2024/vi/ha-noi.failed.log").read_text(encoding="utf-8")
    assert "timed <out> after 600 s" in log
    assert "numpy " in log
    assert not (out / "2024/vi/ha-noi.html").exists()
    index = (out / "index.html").read_text(encoding="utf-8")
    assert "timed &lt;out&gt;" in index
    assert 'href="2024/vi/ha-noi.failed.html"' in index
    assert 'href="2024/vi/ha-noi.html"' not in index
    assert manifest(out)["2024/en/cao-bang"]["error"] == "MemoryError"


def test_the_next_run_goes_on_where_one_failed(jobs, out) -> None:
    run(jobs, out, maker=failing(LOST))
    assert went(run(jobs, out)) == (2, 5, 0)
    assert list(out.rglob("*.failed.*")) == []
    assert went(run(jobs, out)) == (0, 7, 0)


def test_the_earlier_edition_stays(jobs, data, out) -> None:
    run(jobs, out)
    whole = tree(out)["2024/en/cao-bang.html"]
    edit(data, *SHEET, value="45.29")
    assert went(run(jobs, out, maker=failing(LOST))) == (1, 5, 1)
    assert tree(out)["2024/en/cao-bang.html"] == whole
    assert 'href="cao-bang.html"' in (out / "2024/en/cao-bang.failed.html").read_text("utf-8")
    assert 'href="2024/en/cao-bang.html"' in (out / "index-en.html").read_text("utf-8")
    edit(data, *SHEET, value="45.28")  # the change is taken back: what failed stands right again
    assert went(run(jobs, out, maker=failing(LOST))) == (1, 6, 0)
    assert list(out.rglob("*.failed.*")) == []


def test_after_a_failure_the_revision_counts_from_what_stands(jobs, data, out) -> None:
    run(jobs, out)
    edit(data, *SHEET, value="45.29")
    run(jobs, out, maker=failing(LOST))
    found = {one.job.name: one.revision for one in run(jobs, out).outcomes}
    assert found["2024/en/cao-bang"] == 1


CELLS = {
    "raises": ("1 / 0", "ZeroDivisionError: division by zero"),
    "exits": ("import os; os._exit(3)", "exited with 3"),
    "aborts": ("import os; os.abort()", "signal 6"),
    "hangs": ("import time; time.sleep(60)", "timed out after"),
    "eats": ("x = [bytearray(10**8) for _ in range(100)]", "memory"),
}


@pytest.mark.skipif(sys.platform != "linux", reason="limits and forks are those of Linux")
def test_notebooks_that_misbehave_harm_no_other(data, out, tmp_path) -> None:
    """The real thing: children of the worker, in two threads."""
    orders, keys = {}, ["cao-bang", "ha-giang", "ha-noi", "hue", "da-nang", "bac-ninh"]
    for key, (name, (code, _)) in zip(
        keys, [*CELLS.items(), ("good", ("'fine'", ""))], strict=True
    ):
        nbformat.write(v4.new_notebook(cells=[v4.new_code_cell(code)]), tmp_path / f"{name}.ipynb")
        orders[key] = worker.Order(str(tmp_path / f"{name}.ipynb"), {}, "vi", name)

    def make(job: Job) -> Made:
        order = orders[job.province]
        seconds = 3 if order.title == "hangs" else 60
        return worker.make(order, seconds=seconds, memory=3_000_000_000)

    jobs = jobs_of([2024], ["vi"], keys, data=str(data))
    with worker.warm():
        found = run(jobs, out, workers=2, maker=make)
    errors = {one.job.province: one.error for one in found.outcomes}
    for key, (_, expected) in zip(keys, CELLS.values(), strict=False):
        assert expected in errors[key], key
    assert [one.job.province for one in found.outcomes if one.outcome == "made"] == ["bac-ninh"]
    assert "fine" in (out / "2024/vi/bac-ninh.html").read_text(encoding="utf-8")


# --- folders --------------------------------------------------------------------------------------


def test_simulated_and_published_never_share_a_folder(jobs, data, out, tmp_path) -> None:
    run(jobs, out)
    before = tree(out)
    demo = copy_data(tmp_path / "simulated")
    (demo / MARKER).write_text("x")
    simulated = jobs_of([2024], ["vi"], NAMES, data=str(demo))
    assert run(simulated, out).base == out / "demo"
    now = tree(out)
    assert {name: now[name] for name in before} == before
    assert all(name.startswith("demo/") for name in set(now) - set(before))
    index = (out / "demo" / "index.html").read_text(encoding="utf-8")
    assert "SỐ LIỆU MÔ PHỎNG" in index
    edit(data, *SHEET, value="45.29")
    run(jobs, out)
    later = tree(out)
    assert {n: v for n, v in later.items() if n.startswith("demo/")} == {
        n: v for n, v in now.items() if n.startswith("demo/")
    }
    with pytest.raises(DataError, match="published and simulated data in one run"):
        run([*jobs, *simulated], out)


def test_a_second_batch_on_a_folder_is_refused_and_writes_nothing(jobs, out) -> None:
    inside, go = threading.Event(), threading.Event()

    def slow(job: Job) -> Made:
        inside.set()
        assert go.wait(30)
        return quick(job)

    first = threading.Thread(target=run, args=(jobs, out), kwargs={"maker": slow})
    first.start()
    assert inside.wait(30)
    before = tree(out)
    try:
        with pytest.raises(DataError, match=r"another batch at work in .*one at a time"):
            run(jobs, out)
        assert tree(out) == before
    finally:
        go.set()
        first.join(30)
    assert went(run(jobs, out)) == (0, 7, 0)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="rights are those of Unix")
def test_a_folder_that_cannot_be_one_is_an_error_of_the_command(jobs, tmp_path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(DataError, match="a folder that can be written"):
        run(jobs, tmp_path / "file")
    with pytest.raises(DataError, match="no report to make"):
        run([], tmp_path)


def test_an_interrupt_lets_go_of_the_folder(jobs, out) -> None:
    def stop(_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(jobs, out, on_done=stop)
    with alone(out):
        pass
    assert went(run(jobs, out)) == (6, 1, 0)


# --- the disk -------------------------------------------------------------------------------------

FULL = """
import resource, signal, sys
from functools import partial
from pathlib import Path
from piilib.report.batch import run_batch
from piilib.report.batch_jobs import jobs_of
from piilib.report.job import Made
out, data = sys.argv[1:]
def maker(job):
    size = 2_000_000 if job.province == "ha-noi" else 10
    return Made(b"x" * size, b"{}", True, 0, 0, 0.0, 0.0)
jobs = jobs_of([2024], ["vi", "en"], ["cao-bang", "ha-giang", "ha-noi"], data=data)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(1e6), int(1e6)))
found = run_batch(jobs, Path(out), maker=maker)
print(found.count("made"), found.count("failed"), found.faults)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="the limit is that of Unix")
def test_a_full_disk_fails_what_does_not_fit(data, out) -> None:
    out.mkdir()
    read_code_again()
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(out), str(data)],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout == "4 2 ()\n", done.stderr
    assert "File too large" in manifest(out)["2024/vi/ha-noi"]["error"]
    assert list(out.rglob(PARTS)) == []
    jobs = jobs_of([2024], ["vi", "en"], NAMES, data=str(data))
    assert went(run(jobs, out, maker=lambda job: Made(b"x", b"", True, 0, 0, 0.0, 0.0))) == (
        2,
        4,
        0,
    )


def test_a_run_ends_where_nothing_at_all_can_be_written(jobs, out, monkeypatch) -> None:
    def full(files: object) -> None:
        raise OSError(28, "No space left on device")

    for module in ("batch", "batch_manifest"):
        monkeypatch.setattr(f"piilib.report.{module}.write_whole", full)
    found = run(jobs, out)
    assert went(found) == (0, 0, 7)
    assert {fault.split(":")[0] for fault in found.faults} >= {"manifest.json", "index.html"}
    monkeypatch.undo()
    assert went(run(jobs, out)) == (7, 0, 0)


def test_of_two_files_none_appears_where_one_cannot_be_written(tmp_path) -> None:
    (tmp_path / "a").write_text("old")
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        write_whole({tmp_path / "a": b"new", tmp_path / "file" / "b": b"new"})
    assert (tmp_path / "a").read_text() == "old"
    assert list(tmp_path.rglob(PARTS)) == []


def test_what_an_earlier_run_left_half_done_is_swept(jobs, out) -> None:
    run(jobs[:3], out)
    left = [out / "2024" / "vi" / ".pii-x.part", out / ".pii-y.part"]
    for path in left:
        path.touch()
    run(jobs, out)
    assert [path for path in left if path.exists()] == []


def test_jobs_can_be_sent(jobs) -> None:
    import pickle

    assert pickle.loads(pickle.dumps(jobs)) == jobs
    assert pickle.loads(pickle.dumps(partial(quick, jobs[0])))() == quick(jobs[0])
