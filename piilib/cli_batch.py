"""The part of the ``pii`` command that makes many reports."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from piilib.errors import DataError
from piilib.report.job import FORMATS

if TYPE_CHECKING:
    from piilib.report.batch import Batch, Outcome
    from piilib.report.job import Job

#: What holds where neither the command nor the file of settings says anything.
DEFAULTS: dict[str, Any] = {
    "years": [2024],
    "languages": ["vi", "en"],
    "provinces": [],
    "formats": ["html"],
    "jobs": 0,
    "folder": "reports",
    "data": "published",
    "data_dir": "",
    "effort": "",
    "seed": 0,
    "scheduler": "",
    "timeout": 600,
    "memory": 4000,
    "log": "",
}
_log = logging.getLogger("piilib.batch")


@click.command()
@click.option("--year", "years", type=int, multiple=True, help="Edition; repeatable.  [2024]")
@click.option("--lang", "languages", type=click.Choice(["vi", "en"]), multiple=True, help="[both]")
@click.option("--province", "provinces", multiple=True, help="Any spelling; repeatable.  [all]")
@click.option("--data", help="'published', 'demo' (simulated), a data folder, a CSV of sheets.")
@click.option("--data-dir", help="Folder of the processed tables.")
@click.option("--effort", help="An own table of efforts instead of effort.csv.")
@click.option("--seed", type=int)
@click.option("--out", "folder", help="Folder of the reports.  [reports]")
@click.option("--format", "formats", type=click.Choice(FORMATS), multiple=True, help="[html]")
@click.option("--jobs", type=click.IntRange(1), help="Reports at a time.  [one a processor]")
@click.option("--scheduler", help="Address of a Dask scheduler, tcp://…, whose workers make them.")
@click.option("--timeout", type=click.IntRange(1), help="Seconds that a report may take.  [600]")
@click.option("--memory", type=click.IntRange(500), help="MB that a report may take.  [4000]")
@click.option("--force", is_flag=True, help="Make reports that are unchanged, too.")
@click.option("--config", type=click.Path(dir_okay=False), help="Settings, such as pii.toml.")
@click.option("--log", help="A file to which every event is added, with its hour.")
@click.option("--quiet", is_flag=True, help="Say what failed, and nothing else.")
@click.option("--verbose", is_flag=True, help="Say every report.")
def batch(config: str | None, force: bool, quiet: bool, verbose: bool, **given: Any) -> None:
    """Make every province's report and the national overview.

    A report that is as it would be made now is not touched; one that fails leaves the edition
    before it, and the next run tries again. One without the province's sheet is made, and marked
    so in the index. What the command says goes before --config.

    Exit code 1 where a report failed (the index and a page beside it say why), 2 where the command
    or its input is wrong or another batch is at work in the folder: then nothing was written.
    """
    if quiet and verbose:
        raise DataError("--quiet and --verbose together", "one of them")
    chosen = _settings(config, given)
    jobs = _jobs(chosen)
    with _told(chosen["log"], quiet, verbose), _shown(quiet, verbose) as watch:
        found = _run(jobs, chosen, force, watch)
        _log.debug("ended: %s", summary(found))
    if not quiet:
        click.echo(summary(found))
    if not found.good:
        sys.exit(1)


def summary(found: Batch) -> str:
    """Say how a run went in one line."""
    counts = ", ".join(f"{found.count(word)} {word}" for word in ("made", "unchanged", "failed"))
    faults = "".join(f"; cannot write {fault}" for fault in found.faults)
    return f"{counts}: {found.base / 'index.html'}{faults}"


def _settings(config: str | None, given: dict[str, Any]) -> dict[str, Any]:
    """Put together what the command says, else the file, else the defaults."""
    from piilib.report.settings import read_settings

    said = {key: value for key, value in given.items() if value not in (None, ())}
    found = {**DEFAULTS, **(read_settings(config) if config else {}), **said}
    if found["data"] not in ("published", "demo"):
        found["data"] = str(Path(found["data"]).resolve())
    for key in ("data_dir", "effort"):
        if found[key]:
            found[key] = str(Path(found[key]).resolve())
    if found["data"] != "published" and found["data_dir"]:
        raise DataError("--data and --data-dir together", "one of them")
    return found


def _jobs(chosen: dict[str, Any]) -> list[Job]:
    from piilib.report.batch_jobs import jobs_of
    from piilib.report.formats import check_formats

    keys = ("data", "data_dir", "effort", "seed", "formats")
    check_formats(chosen["formats"])
    return jobs_of(
        list(dict.fromkeys(chosen["years"])),
        list(dict.fromkeys(chosen["languages"])),
        chosen["provinces"],
        **{key: chosen[key] for key in keys},
    )


def _run(jobs: list[Job], chosen: dict[str, Any], force: bool, watch: Watch) -> Batch:
    from piilib.report.batch import run_batch

    with ExitStack() as stack:
        executor = None
        if chosen["scheduler"]:
            from piilib.report.cluster import executor as connect

            executor = stack.enter_context(connect(chosen["scheduler"]))
        return run_batch(
            jobs,
            Path(chosen["folder"]),
            executor=executor,
            workers=chosen["jobs"] or _processors(),
            force=force,
            seconds=chosen["timeout"],
            memory=chosen["memory"] * 1_000_000,
            on_start=watch.start,
            on_done=watch.done,
        )


def _processors() -> int:
    here = getattr(os, "sched_getaffinity", None)
    return len(here(0)) if here else os.cpu_count() or 1


class Watch:
    """What is seen of a run: on a terminal a bar with the time left, else nothing."""

    def __init__(self, bar: bool) -> None:
        self._wanted = bar
        self._bar: Any = None

    def start(self, total: int) -> None:
        """Begin to count."""
        if self._wanted and total:
            from tqdm import tqdm

            self._bar = tqdm(total=total, unit="report", file=sys.stderr, dynamic_ncols=True)

    def done(self, outcome: Outcome) -> None:
        """Count a report."""
        if self._bar is not None:
            self._bar.set_postfix_str(outcome.job.name, refresh=False)
            self._bar.update()

    def close(self) -> None:
        """End the bar."""
        if self._bar is not None:
            self._bar.close()


@contextmanager
def _shown(quiet: bool, verbose: bool) -> Iterator[Watch]:
    """Show a bar where somebody looks, and let lines stand above it."""
    watch = Watch(sys.stderr.isatty() and not quiet and not verbose)
    try:
        yield watch
    finally:
        watch.close()


@contextmanager
def _told(path: str, quiet: bool, verbose: bool) -> Iterator[None]:
    """Send the lines of the run to stderr and, with the hour, to the log file."""
    handlers: list[logging.Handler] = [_Lines()]
    handlers[0].setLevel(logging.INFO if verbose else logging.ERROR)
    handlers[0].setFormatter(logging.Formatter("pii: %(message)s"))
    if path:
        handlers.append(_log_file(Path(path)))
    _log.setLevel(logging.DEBUG)
    _log.propagate = False
    for handler in handlers:
        _log.addHandler(handler)
    try:
        yield
    finally:
        for handler in handlers:
            _log.removeHandler(handler)
            handler.close()
        _log.propagate = True


class _Lines(logging.Handler):
    """Writes lines to stderr, above the bar where there is one."""

    def emit(self, record: logging.LogRecord) -> None:
        if "tqdm" in sys.modules:
            sys.modules["tqdm"].tqdm.write(self.format(record), file=sys.stderr)
        else:
            click.echo(self.format(record), err=True)


def _log_file(path: Path) -> logging.Handler:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = logging.FileHandler(path, encoding="utf-8")
    except OSError as error:
        raise DataError(
            f"{error.strerror}: {str(path)!r}", "a log file that can be written"
        ) from error
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    return handler
