"""A data folder that a test may change, and reports that take no time to make."""

import csv
import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from piilib.report.code_state import code_digest
from piilib.report.inputs import inputs_of
from piilib.report.job import Job, Made

PROCESSED = Path(__file__).resolve().parents[2] / "data" / "processed"
PARTS = "*.part"


def copy_data(place: Path) -> Path:
    """Copy the processed tables."""
    return Path(shutil.copytree(PROCESSED, place))


def edit(folder: Path, table: str, where: dict[str, str], **cells: str) -> None:
    """Change cells of the rows of a table that hold these values; there must be one."""
    path = folder / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        names, *rows = csv.reader(file)
    found = [row for row in rows if all(row[names.index(k)] == v for k, v in where.items())]
    assert found, where
    for row in found:
        for name, value in cells.items():
            assert row[names.index(name)] != value, "a change that changes nothing"
            row[names.index(name)] = value
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([names, *rows])


def quick(job: Job) -> Made:
    """Make a page of what a report rests on: equal inputs give equal pages."""
    text = json.dumps([job.name, inputs_of(job)], sort_keys=True)
    page = f"<!DOCTYPE html><title>{job.name}</title>{hashlib.sha256(text.encode()).hexdigest()}"
    return Made(page.encode() + b"</html>", b"{}", job.province == "cao-bang", 1, 2, 0.25, 0.5)


def failing(names: dict[str, Exception]) -> Callable[[Job], Made]:
    """Return a maker that fails for some reports."""

    def make(job: Job) -> Made:
        if job.name in names:
            raise names[job.name]
        return quick(job)

    return make


def read_code_again() -> None:
    """Have this process hash the code as another will: it may have been edited since it began."""
    code_digest.cache_clear()


def tree(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Read every file of a folder, with its time; the lock is no part of what is published."""
    return {
        path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != ".pii-batch.lock"
    }


def manifest(base: Path) -> dict[str, Any]:
    """Read the manifest's reports."""
    found: dict[str, Any] = json.loads((base / "manifest.json").read_text(encoding="utf-8"))
    return dict(found["reports"])
