"""The reports that a run is to make."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from piilib.data.lookup import data_dir
from piilib.data.provinces import basis_of, province_names, resolve
from piilib.data.read import read_rows
from piilib.errors import DataError
from piilib.report.formats import formats_of
from piilib.report.job import Job


def jobs_of(
    years: Sequence[int],
    languages: Sequence[str] = ("vi", "en"),
    provinces: Iterable[str] = (),
    **choices: Any,
) -> list[Job]:
    """List the reports of a run: every province's diagnostic and the national overview.

    Parameters
    ----------
    years : sequence of int
        Editions of the index.
    languages : sequence of {"vi", "en"}
    provinces : iterable of str
        Keys or any spelling. Where some are named the overview is left out; empty: all of the year.
    **choices
        ``data``, ``data_dir``, ``effort``, ``seed`` and ``formats`` of `Job`.

    Returns
    -------
    list of Job
        By year, language and province, each once. There is no overview of a file of sheets.

    Raises
    ------
    DataError
        If the data are not there, a year has no scoreboard, or a province is none of that year.

    Examples
    --------
    >>> jobs = jobs_of([2025], ["vi"])
    >>> len(jobs), jobs[0].name, jobs[-1].name
    (35, '2025/vi/overview', '2025/vi/vinh-long')
    >>> [job.name for job in jobs_of([2024], ["en"], ["Cao Bằng"])]
    ['2024/en/cao-bang']
    """
    data = str(choices.get("data", "published"))
    named = data not in ("published", "demo")
    if named and not Path(data).exists():
        raise DataError(f"no file or folder {data!r}", "'published', 'demo' or an existing path")
    own_folder = named and Path(data).is_dir()
    folder = data_dir(data if own_folder else choices.get("data_dir") or None)
    _refuse_unknown_years(years, folder)
    asked = list(provinces)
    found: dict[Job, None] = {}
    for year in years:
        keys = _keys(year, asked, folder)
        for lang in languages:
            if not asked and (own_folder or not named):
                found[Job("overview", "", year, lang, **_own("overview", choices))] = None  # type: ignore[arg-type]
            own = _own("diagnostic", choices)
            found |= {Job("diagnostic", key, year, lang, **own): None for key in keys}  # type: ignore[arg-type]
    return list(found)


def _own(kind: str, choices: Mapping[str, Any]) -> dict[str, Any]:
    """Keep the formats that a kind of report has, and the page, which the index links."""
    asked = ("html", *choices.get("formats", ()))
    return {**choices, "formats": formats_of(kind, asked)}


def _keys(year: int, asked: Sequence[str], folder: Path) -> list[str]:
    units = province_names(basis_of(year), folder)
    keys = sorted({resolve(name, folder) for name in asked}) if asked else sorted(units)
    for key in keys:
        if key not in units:
            raise DataError(f"{key!r} in {year}", f"one of the {len(units)} units of that year")
    return keys


def _refuse_unknown_years(years: Sequence[int], folder: Path) -> None:
    known = {row["year"] for row in read_rows(folder / "scoreboard.csv", ["year"])}
    for year in years:
        if str(year) not in known:
            raise DataError(
                f"no scoreboard for {year}",
                f"one of {', '.join(sorted(known))}",
                file=folder / "scoreboard.csv",
            )
