"""Makes many reports: what is unchanged stays, what fails harms no other."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

from piilib.errors import DataError
from piilib.report.batch_files import alone, is_whole, state_of, sweep, write_whole
from piilib.report.batch_manifest import (
    Manifest,
    Record,
    failed_record,
    is_unchanged,
    made_record,
    now,
    read_manifest,
    stamp_of,
    write_manifest,
)
from piilib.report.failure import failure_files, failure_log, failure_page, reason_of
from piilib.report.job import Job, Made, base_of

Maker: TypeAlias = Callable[[Job], Made]

#: Limits of one report: seconds of wall time and bytes of memory.
SECONDS: Final = 600.0
MEMORY: Final = 4_000_000_000

_log = logging.getLogger("piilib.batch")


@dataclass(frozen=True)
class Outcome:
    """How one report of a run went.

    Attributes
    ----------
    job : Job
    outcome : {"made", "unchanged", "failed"}
    page : Path
        The report's place, whether or not there is one.
    error : str
        Why it failed, in one line.
    complete : bool
        False: made without the province's sheet.
    revision : int
        How often data have changed under the page since it was first made.
    seconds : float
        Wall time of making it.
    """

    job: Job
    outcome: Literal["made", "unchanged", "failed"]
    page: Path
    error: str = ""
    complete: bool = True
    revision: int = 0
    seconds: float = 0.0


@dataclass(frozen=True)
class Batch:
    """How a run went.

    Attributes
    ----------
    base : Path
        The folder with ``index.html`` and ``manifest.json``.
    outcomes : tuple of Outcome
        In the order of the jobs.
    faults : tuple of str
        Files of the run itself that could not be written.
    """

    base: Path
    outcomes: tuple[Outcome, ...]
    faults: tuple[str, ...] = ()

    def count(self, outcome: str) -> int:
        """Count the reports that went so."""
        return sum(one.outcome == outcome for one in self.outcomes)

    @property
    def good(self) -> bool:
        """Whether nothing needs a look."""
        return not self.faults and not self.count("failed")


def run_batch(
    jobs: Sequence[Job],
    out: Path,
    *,
    executor: Executor | None = None,
    workers: int = 1,
    maker: Maker | None = None,
    force: bool = False,
    seconds: float = SECONDS,
    memory: int = MEMORY,
    on_start: Callable[[int], None] | None = None,
    on_done: Callable[[Outcome], None] | None = None,
) -> Batch:
    """Make every report that is not yet as it would be made now.

    A report is unchanged, and not touched, where its inputs (see `piilib.report.inputs`), its
    parameters, the code of piilib and of the notebook, and the versions of Python and of the
    libraries are those it was made with, and its files are as they were written.

    Each page, with its executed notebook beside it, appears whole or not at all; the manifest is
    written after each. A report that fails leaves the edition before it, and a page and a log
    that say why; the next run tries it again.

    Parameters
    ----------
    jobs : sequence of Job
        All on published data, or all on simulated.
    out : Path
        Published reports, ``index.html`` and ``manifest.json`` go here, simulated ones below
        ``out/demo``.
    executor : concurrent.futures.Executor, optional
        Hands out the reports, on a cluster for instance; it stays open. Threads of this process
        that wait unless given.
    workers : int
        How many reports are made at a time, without an executor.
    maker : callable, optional
        Makes one report; `piilib.report.worker.make` unless given.
    force : bool
        Make those too that are unchanged.
    seconds, memory : float, int
        Limits of one report: wall time, and bytes of memory.
    on_start : callable, optional
        Told how many reports are to be made, before the first.
    on_done : callable, optional
        Told of each report that was made or failed, as it ends.

    Returns
    -------
    Batch

    Raises
    ------
    DataError
        Before anything is written: no job, both kinds of data, data that are not there, a folder
        that another batch holds or that cannot be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> made = Made(b"<p>x", b"{}", True, 0, 0, 0.0, 0.0)
    >>> jobs = [Job("diagnostic", "cao-bang", 2024, "vi")]
    >>> with TemporaryDirectory() as folder:
    ...     [run_batch(jobs, Path(folder), maker=lambda job: made).count("made") for _ in range(2)]
    [1, 0]
    """
    base = _one_base(jobs, out)
    stamps = {job: stamp_of(job) for job in jobs}
    with alone(base):
        run = _Run(base, stamps, read_manifest(base))
        due = [job for job in stamps if force or not run.stands(job)]
        if not due and run.is_tidy():
            return Batch(base, tuple(run.unchanged(job) for job in stamps))
        run.start()
        if on_start is not None:
            on_start(len(due))
        with _hands(executor, workers, maker, seconds, memory) as hand_out:
            for job, future in _results(due, hand_out):
                outcome = run.finish(job, future)
                if on_done is not None:
                    on_done(outcome)
        return run.end()


def _one_base(jobs: Sequence[Job], out: Path) -> Path:
    if not jobs:
        raise DataError("no report to make", "a year, a language and a province at least")
    kinds = {(job.data, job.data_dir): job for job in jobs}
    bases = {base_of(job, out) for job in kinds.values()}
    if len(bases) > 1:
        raise DataError("published and simulated data in one run", "one of them")
    return bases.pop()


def _results(
    due: Sequence[Job], hand_out: Callable[[Job], Future[Made]]
) -> Iterator[tuple[Job, Future[Made]]]:
    """Hand out the reports and give each as it ends."""
    waiting = {hand_out(job): job for job in due}
    # What the index needs is imported now, while this process has nothing to do.
    import piilib.report.batch_index

    if any(job.data == "demo" for job in due):
        import piilib.analysis.demonstration_folder  # noqa: F401

    try:
        for future in as_completed(list(waiting)):
            yield waiting.pop(future), future
    finally:
        for future in waiting:
            future.cancel()


@contextmanager
def _hands(
    executor: Executor | None, workers: int, maker: Maker | None, seconds: float, memory: int
) -> Iterator[Callable[[Job], Future[Made]]]:
    """Give what hands a report out: to the executor, else to threads of this process that wait."""
    with ExitStack() as stack:
        if maker is None:
            from piilib.report.worker import make, warm  # brings papermill

            maker = partial(make, seconds=seconds, memory=memory)
            if executor is None:
                stack.enter_context(warm())
        hand: Maker = maker
        if executor is None:
            executor = ThreadPoolExecutor(max(workers, 1), thread_name_prefix="report")
            stack.callback(executor.shutdown, wait=True, cancel_futures=True)
        pool = executor
        yield lambda job: pool.submit(hand, job)


class _Run:
    """A run at work in its folder: what stands there, and what becomes of it."""

    def __init__(self, base: Path, stamps: dict[Job, Record], manifest: Manifest) -> None:
        self.base, self.stamps, self.manifest = base, stamps, manifest
        self.reports: dict[str, Record] = manifest["reports"]
        self.faults: list[str] = []
        self.ended: dict[Job, Outcome] = {}

    def stands(self, job: Job) -> bool:
        return is_unchanged(self.reports.get(job.name), self.stamps[job], self.base)

    def is_tidy(self) -> bool:
        """Tell whether nothing is left to do for what stands: no old failure, pages in place."""
        failed = any(self.reports[job.name]["outcome"] == "failed" for job in self.stamps)
        pages = self.manifest.get("pages", {})
        return not failed and bool(pages) and all(is_whole(p, self.base) for p in pages.values())

    def unchanged(self, job: Job) -> Outcome:
        record = self.reports[job.name]
        return Outcome(
            job, "unchanged", self._page(job), "", record["complete"], record["revision"]
        )

    def start(self) -> None:
        folders = {self.base, *(self._page(job).parent for job in self.stamps)}
        sweep(folder for folder in folders if folder.is_dir())
        self.manifest["started"] = now()
        _log.debug("begun: %d reports in %s", len(self.stamps), self.base)
        self.manifest.pop("finished", None)

    def finish(self, job: Job, future: Future[Made]) -> Outcome:
        """Put a report in its place, or say why there is none."""
        try:
            outcome = self._store(job, future.result())
        except Exception as error:
            outcome = self._fail(job, error)
        self.ended[job] = outcome
        self._keep()
        return outcome

    def end(self) -> Batch:
        for job in self.stamps:
            if job not in self.ended:
                self.reports[job.name] |= {"outcome": "unchanged", "error": ""}
                self.ended[job] = self.unchanged(job)
                self._forget_failure(job)
        self._write_index()
        self.manifest["finished"] = now()
        self._keep()
        outcomes = tuple(self.ended[job] for job in self.stamps)
        return Batch(self.base, outcomes, tuple(dict.fromkeys(self.faults)))

    def _page(self, job: Job) -> Path:
        return self.base / f"{job.name}.html"

    def _store(self, job: Job, made: Made) -> Outcome:
        page = self._page(job)
        contents = {page.with_suffix(".ipynb"): made.notebook, page: made.html}
        others = {page.with_name(page.stem + end): each for end, each in made.files.items()}
        before = self.reports.get(job.name)
        write_whole(contents | others)
        self._forget_formats(before, others)
        states = (state_of(path, self.base, each) for path, each in contents.items())
        files: dict[str, Any] = dict(zip(("notebook", "html"), states, strict=True))
        files["files"] = {
            end: state_of(path, self.base, each)
            for (end, each), path in zip(made.files.items(), others, strict=True)
        }
        record = made_record(before, self.stamps[job], made, files)
        self.reports[job.name] = record
        self._forget_failure(job)
        _log.info("made %s in %.1f s", job.name, made.seconds)
        return Outcome(job, "made", page, "", made.complete, int(record["revision"]), made.seconds)

    def _forget_formats(self, before: Record | None, kept: Collection[Path]) -> None:
        """Take away the formats of the edition before that are not made again."""
        for state in (before or {}).get("files", {}).values():
            if (path := self.base / state["file"]) not in kept:
                path.unlink(missing_ok=True)

    def _fail(self, job: Job, error: Exception) -> Outcome:
        page, reason = self._page(job), reason_of(error)
        record = failed_record(self.reports.get(job.name), job, reason)
        self.reports[job.name] = record
        _log.error("failed %s: %s", job.name, reason)
        shown, log = failure_files(page)
        earlier = page.name if page.is_file() else ""
        pages = {
            shown: failure_page(job, reason, earlier=earlier),
            log: failure_log(job, error, str(record["failed"])),
        }
        self._try(lambda: write_whole(pages), shown)
        return Outcome(job, "failed", page, reason)

    def _forget_failure(self, job: Job) -> None:
        for path in failure_files(self._page(job)):
            path.unlink(missing_ok=True)

    def _write_index(self) -> None:
        from piilib.report.batch_index import index_pages

        pages = {
            self.base / name: text.encode()
            for name, text in index_pages(self.reports, self.base, next(iter(self.stamps))).items()
        }
        if self._try(lambda: write_whole(pages), self.base / "index.html"):
            states = (state_of(path, self.base, content) for path, content in pages.items())
            self.manifest["pages"] = {state["file"]: state for state in states}

    def _keep(self) -> None:
        self._try(lambda: write_manifest(self.base, self.manifest), self.base / "manifest.json")

    def _try(self, write: Callable[[], None], path: Path) -> bool:
        """Write what is not a report: where that fails the run goes on, and says so at its end."""
        try:
            write()
        except OSError as error:
            fault = f"{path.relative_to(self.base).as_posix()}: {error.strerror or error}"
            _log.error("cannot write %s", fault)
            self.faults.append(fault)
            return False
        return True
