"""From a province's name to a finished report."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from piilib.data.panel import load_panels
from piilib.index.framework_file import load_framework
from piilib.report.batch_files import write_whole
from piilib.report.formats import check_formats, formats_of
from piilib.report.index_words import node_name
from piilib.report.job import (
    Job,
    check_job,
    job_of,
    notebook_folder,
    notebook_of,
    page_of,
    parameters_of,
    title_of,
)
from piilib.report.numbers import Lang
from piilib.report.report_error import ReportError
from piilib.report.run import run_report

__all__ = [
    "make_audit",
    "make_formats",
    "make_index",
    "make_overview",
    "make_report",
    "notebook_folder",
]

INDEX_NOTEBOOK = "07_build_an_index.ipynb"


def make_report(
    province: str,
    year: int,
    lang: str = "vi",
    *,
    data: str = "published",
    data_dir: Path | None = None,
    effort: str = "",
    out: Path = Path("reports"),
    seed: int = 0,
) -> tuple[Path, bool]:
    """Run the diagnostic notebook for one province and write its HTML.

    Input is checked before anything runs, so that a fault is one message and no file is
    touched.

    Parameters
    ----------
    province : str
        Key or any spelling.
    year : int
    lang : {"vi", "en"}
    data : str
        ``"published"``, ``"demo"`` (simulated), a data folder or a CSV of sheets.
    data_dir : Path, optional
        Folder of the other tables.
    effort : str
        Own table of efforts; empty for the default.
    out : Path
        The report goes to ``out/<year>/<lang>/<key>.html``; one that rests on simulated data to
        ``out/demo/<year>/<lang>/<key>.html``.
    seed : int

    Returns
    -------
    Path, bool
        The report, and whether the province's sheet was in hand.

    Raises
    ------
    DataError
        If the input is wrong.
    ReportError
        If the notebook fails.
    """
    given: dict[str, Any] = {"data": data, "data_dir": data_dir, "effort": effort, "seed": seed}
    (page,), complete = make_formats(province, year, lang, ("html",), out=out, **given)
    return page, complete


def make_formats(
    province: str,
    year: int,
    lang: str = "vi",
    formats: Sequence[str] = ("html",),
    *,
    kind: str = "diagnostic",
    data_dir: Path | None = None,
    out: Path = Path("reports"),
    **choices: Any,
) -> tuple[list[Path], bool]:
    """Make a report in several formats; either all files appear or none.

    Parameters
    ----------
    province, year, lang, data_dir, out
        As for `make_report`.
    formats : sequence of {"html", "pdf", "docx", "pptx", "slides", "xlsx"}
        Those that there are not for the kind are left out.
    kind : {"diagnostic", "audit", "overview"}
    **choices
        ``data``, ``effort``, ``seed`` of `make_report`.

    Returns
    -------
    list of Path, bool
        The files, and whether the province's sheet was in hand.

    Raises
    ------
    DataError
        If the input is wrong, or what writes a format is not installed.
    ReportError
        If the notebook fails.
    """
    kept = formats_of(kind, formats)
    given = {"data_dir": _text(data_dir), "formats": kept, **choices}
    job = job_of(kind, province, year, lang, **given)
    complete = check_job(job)
    page = page_of(job, out)
    if kept == ("html",):
        return [_run(job, page)], complete
    check_formats(kept)
    return _write(job, page), complete


def _write(job: Job, page: Path) -> list[Path]:
    """Make a job in a child of this process and write what it gives."""
    from piilib.report.worker import make

    made = make(job)
    files = {page.with_name(page.stem + end): content for end, content in made.files.items()}
    if "html" in job.formats:
        files = {page: made.html} | files
    try:
        write_whole(files)
    except OSError as error:
        raise ReportError(f"{page.name}: {type(error).__name__}: {error}") from error
    return list(files)


def make_audit(
    province: str,
    year: int,
    lang: str = "vi",
    *,
    data: str = "published",
    path: Path | None = None,
    seed: int = 0,
) -> Path:
    """Run the audit notebook for one province's plan and write its HTML.

    Parameters
    ----------
    province, year, lang, data, seed
        As for `make_report`.
    path : Path, optional
        The page; ``reports/<year>/<lang>/<key>-audit.html`` unless given.

    Raises
    ------
    DataError
        If the input is wrong, or the province's plan or sheet is not in the data.
    ReportError
        If the notebook fails.
    """
    job = job_of("audit", province, year, lang, data=data, seed=seed)
    check_job(job)
    return _run(job, path or page_of(job, Path("reports")))


def make_index(
    panel: str, lang: str = "vi", *, framework: str = "", out: Path, **choices: Any
) -> Path:
    """Run the notebook on a user's own index and write its page.

    Parameters
    ----------
    panel, framework : str
        Files; see `piilib.report.own_index.prepare`, as for the rest of the choices.
    lang : {"vi", "en"}
    out : Path
        The page goes to ``out/<lang>/<the panel's name>.html``.

    Returns
    -------
    Path

    Raises
    ------
    DataError
        If a file is wrong.
    ReportError
        If the notebook fails, or a choice is wrong.
    """
    language: Lang = "en" if lang == "en" else "vi"
    load_panels(panel)
    name = Path(panel).stem
    if framework:
        fw = load_framework(framework)
        name_of = node_name(fw, fw.root, language)
    else:
        name_of = name
    files = {
        role: str(Path(file).resolve()) if file else ""
        for role, file in (("panel", panel), ("framework", framework))
    }
    title = f"Chỉ số tổng hợp: {name_of}" if language == "vi" else f"Composite index: {name_of}"
    return run_report(
        notebook_folder() / INDEX_NOTEBOOK,
        out / language / f"{name}.html",
        parameters={**files, "lang": language, **choices},
        lang=language,
        title=title,
    )


def make_overview(
    year: int,
    lang: str = "vi",
    *,
    data: str = "published",
    data_dir: Path | None = None,
    out: Path = Path("reports"),
    seed: int = 0,
) -> Path:
    """Run the national overview and write its page to ``out/<year>/<lang>/overview.html``.

    ``data`` is ``"published"``, ``"demo"`` (then below ``out/demo``) or a data folder.

    Raises
    ------
    DataError
        If there is no scoreboard of the year.
    ReportError
        If the notebook fails.
    """
    given = {"data": data, "data_dir": _text(data_dir), "seed": seed}
    job = job_of("overview", "", year, lang, **given)
    check_job(job)
    return _run(job, page_of(job, out))


def _text(folder: Path | None) -> str:
    return "" if folder is None else str(folder)


def _run(job: Job, page: Path) -> Path:
    """Run the notebook of a job that has been checked, and write its page."""
    return run_report(
        notebook_of(job), page, parameters=parameters_of(job), lang=job.lang, title=title_of(job)
    )
