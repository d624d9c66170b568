"""A batch of reports against command lines in a loop and against plain `exec`, in one run.

python -m benchmarks.batch                       8 reports, 2 jobs
python -m benchmarks.batch --reports 2           quickly
python -m benchmarks.batch --data published      provinces without a sheet
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from piilib.report.job import Job, notebook_of, parameters_of

YEAR = 2024
PROVINCES = (
    "bac-giang", "dien-bien", "gia-lai", "ha-giang", "lang-son", "nghe-an", "son-la", "yen-bai",
)  # fmt: skip


def main() -> None:
    """Measure what the options ask for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--reports", type=int, choices=range(1, 9), default=8, metavar="1-8")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--data", default="demo", help="demo (every sheet in hand) or published")
    parser.add_argument("--part", choices=("batch", "loop", "exec"), help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("provinces", nargs="*", help="keys; the first of a list unless given")
    options = parser.parse_args()
    keys = options.provinces or PROVINCES[: options.reports]
    jobs = [Job("diagnostic", key, YEAR, "vi", options.data) for key in keys]
    if options.part:
        {"batch": batch, "loop": loop, "exec": plain}[options.part](jobs, options)
        return
    compare(jobs, options)


def compare(jobs: list[Job], options: argparse.Namespace) -> None:
    """Run each side as processes of its own, and print both with their ratios."""
    n = len(jobs)
    part("exec", jobs[:1], options)  # what reports share is then in the cache, for every side
    ours, ours_cpu = part("batch", jobs, options)
    exec_cpu = side_by_side(jobs, options)
    theirs, theirs_cpu = part("loop", jobs, options)
    print(f"{n} diagnostic reports ({options.data}), {options.jobs} jobs, from a cold start")
    tell("batch, with its index and manifest", ours / n, ours_cpu / n)
    tell("papermill + jupyter nbconvert, in a loop", theirs / n, theirs_cpu / n)
    tell(f"the same cells by plain exec, {options.jobs} at a time", None, exec_cpu / n)
    print(f"  a report: {theirs / ours:.1f} times as fast as the loop (at least 5; 8 is the aim)")
    print(f"  CPU: {ours_cpu / exec_cpu:.2f} times plain exec (at most 1.3)")


def tell(what: str, seconds: float | None, cpu: float) -> None:
    wall = "" if seconds is None else f"{seconds:8.2f} s,"
    print(f"  {what:<48}{wall:>12}{cpu:8.2f} CPU-s a report")


def command(name: str, jobs: list[Job], options: argparse.Namespace, out: str) -> list[str]:
    """Return the command that is one side, for these reports."""
    asked = ["--jobs", str(options.jobs), "--data", options.data, *(job.province for job in jobs)]
    return [sys.executable, "-m", "benchmarks.batch", "--part", name, "--out", out, *asked]


def part(name: str, jobs: list[Job], options: argparse.Namespace) -> tuple[float, float]:
    """Run one side; return wall seconds and CPU seconds of all its processes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as out:
        subprocess.run(command(name, jobs, options, out), check=True, stdout=subprocess.DEVNULL)
        wall = time.perf_counter() - start
        if name != "exec":
            pages = {path.stem for path in Path(out).rglob("*.html")}
            assert pages >= {job.province for job in jobs}, f"{name}: {sorted(pages)}"
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def side_by_side(jobs: list[Job], options: argparse.Namespace) -> float:
    """Run the cells in as many processes as the batch has: a core that is shared is slower."""
    shares = [share for i in range(options.jobs) if (share := jobs[i :: options.jobs])]
    running = [
        subprocess.Popen(command("exec", share, options, ""), stdout=subprocess.PIPE, text=True)
        for share in shares
    ]
    told = [process.communicate()[0] for process in running]
    assert not any(process.returncode for process in running)
    return sum(map(float, told))


def batch(jobs: list[Job], options: argparse.Namespace) -> None:
    """Make the reports as `pii batch` does: forked children, index, manifest."""
    from piilib.report.batch import run_batch

    made = run_batch(jobs, options.out, workers=options.jobs)
    assert made.good, "a report failed"


def loop(jobs: list[Job], options: argparse.Namespace) -> None:
    """Make the reports by the command lines, one after another."""
    papermill, jupyter = (shutil.which(p, path=str(Path(sys.executable).parent)) for p in TOOLS)
    assert papermill is not None, "no papermill beside this Python"
    assert jupyter is not None, "no jupyter beside this Python"
    for job in jobs:
        kept = options.out / f"{job.province}.ipynb"
        given = [x for name, value in parameters_of(job).items() for x in ("-p", name, str(value))]
        quiet = {"check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run([papermill, notebook_of(job), kept, *given], **quiet)  # type: ignore[call-overload]
        convert = [jupyter, "nbconvert", "--to", "html", "--no-input", kept]
        subprocess.run(convert, **quiet)  # type: ignore[call-overload]


TOOLS = ("papermill", "jupyter")


def plain(jobs: list[Job], options: argparse.Namespace) -> None:
    """Run the code cells in this process, the first report unmeasured; print CPU seconds."""
    cells = json.loads(notebook_of(jobs[0]).read_text(encoding="utf-8"))["cells"]
    first, *others = ("".join(c["source"]) for c in cells if c["cell_type"] == "code")

    def run(job: Job) -> None:
        names: dict[str, object] = {"__name__": "__main__"}
        exec(first, names)
        names |= parameters_of(job)
        for code in others:
            exec(code, names)

    run(jobs[0])
    print(seconds(lambda: [run(job) for job in jobs]))


def seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


if __name__ == "__main__":
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as in the batch, on every side
    main()
