"""Checks what a report will read, so that a fault is one message and no file is touched."""

from __future__ import annotations

from pathlib import Path

from piilib.data.provinces import provinces
from piilib.data.sheet import load_sheet, sheet_years
from piilib.data.tables import basis_of, load_effort, load_plan, load_scoreboard
from piilib.errors import DataError
from piilib.report.job import Job


def check(job: Job, folder: Path, source: Path | None) -> bool:
    """Check everything that a report's notebook will read.

    Parameters
    ----------
    job : Job
    folder : Path
        The processed tables.
    source : Path, optional
        The data folder or file of sheets that was named.

    Returns
    -------
    bool
        Whether the province's sheet is in hand; True for the overview.

    Raises
    ------
    DataError
        If the input is wrong; for an audit, also if there is no plan or no sheet.

    Examples
    --------
    >>> from piilib.data.lookup import data_dir
    >>> check(Job("diagnostic", "bac-ninh", 2024, "vi"), data_dir(), None)
    False
    """
    if job.kind == "overview":
        load_scoreboard(job.year, folder)
        return True
    if job.kind == "audit":
        load_plan(job.province, folder)
    complete = _check_province(job, folder, source)
    if job.kind == "audit" and not complete:
        raise DataError(
            f"no sheet of {job.province!r} for {job.year}",
            "a province whose sheet is in the data",
        )
    return complete


def _check_province(job: Job, folder: Path, source: Path | None) -> bool:
    key, year = job.province, job.year
    if key not in provinces(basis_of(year), folder).index:
        merged = provinces(63, folder).at[key, "merged_into"]
        raise DataError(f"{key!r} in {year}", f"a unit of that year; it is part of '{merged}'")
    load_scoreboard(year, folder)
    load_effort(job.effort or None, folder)
    years = sheet_years(key, source or folder)
    if year in years:
        load_sheet(key, year, source or folder)
        if year - 1 in years:
            load_sheet(key, year - 1, source or folder)
    elif source is not None and source.is_file():
        load_sheet(key, year, source)
    return year in years
