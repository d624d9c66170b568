"""From a province's name to a finished report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from piilib.data.lookup import data_dir as find_data
from piilib.data.lookup import is_simulated
from piilib.data.panel import load_panels
from piilib.data.provinces import provinces, resolve
from piilib.data.sheet import load_sheet, sheet_years
from piilib.data.tables import basis_of, load_effort, load_plan, load_scoreboard
from piilib.errors import DataError
from piilib.index.framework_file import load_framework
from piilib.report.index_words import node_name
from piilib.report.numbers import Lang
from piilib.report.run import run_report

NOTEBOOK = "01_province_diagnostic.ipynb"
OVERVIEW_NOTEBOOK = "02_national_overview.ipynb"
AUDIT_NOTEBOOK = "03_plan_audit.ipynb"
INDEX_NOTEBOOK = "07_build_an_index.ipynb"
_PACKAGE = Path(__file__).resolve().parent.parent


def notebook_folder() -> Path:
    """Find the notebooks: those of the checkout, else those shipped with the package."""
    for folder in (_PACKAGE.parent / "notebooks", _PACKAGE / "_notebooks"):
        if (folder / NOTEBOOK).is_file():
            return folder
    raise DataError("no notebooks", "a complete installation of piilib")


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
    language: Lang = "en" if lang == "en" else "vi"
    folder, source = _checked_data(data, data_dir)
    key = resolve(province, folder)
    complete = _check(key, year, folder, source, effort)
    names = provinces(basis_of(year), folder)
    name = str(names.at[key, f"name_{language}"])
    title = (
        f"Chẩn đoán Chỉ số Đổi mới sáng tạo cấp địa phương {year}: {name}"
        if language == "vi"
        else f"Provincial Innovation Index {year}: diagnostic of {name}"
    )
    path = run_report(
        notebook_folder() / NOTEBOOK,
        _place(out, year, language, key, folder),
        parameters={
            "province": key,
            "year": year,
            "lang": language,
            "data": data if source is not None else _published(folder),
            "effort": effort,
            "seed": seed,
        },
        lang=language,
        title=title,
    )
    return path, complete


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
    language: Lang = "en" if lang == "en" else "vi"
    folder, source = _checked_data(data, None)
    key = resolve(province, folder)
    load_plan(key, folder)
    if not _check(key, year, folder, source, ""):
        raise DataError(f"no sheet of {key!r} for {year}", "a province whose sheet is in the data")
    name = str(provinces(basis_of(year), folder).at[key, f"name_{language}"])
    title = (
        f"Soát xét kế hoạch nâng cao PII của {name}"
        if language == "vi"
        else f"Audit of the PII plan of {name}"
    )
    return run_report(
        notebook_folder() / AUDIT_NOTEBOOK,
        path or _place(Path("reports"), year, language, f"{key}-audit", folder),
        parameters={
            "province": key,
            "year": year,
            "lang": language,
            "data": data if source is not None else _published(folder),
            "seed": seed,
        },
        lang=language,
        title=title,
    )


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
    language: Lang = "en" if lang == "en" else "vi"
    folder, source = _checked_data(data, data_dir)
    if source is not None and not source.is_dir():
        raise DataError(f"the file {data!r}", "'published', 'demo' or a data folder")
    load_scoreboard(year, folder)
    title = (
        f"Bức tranh cả nước: PII {year}" if language == "vi" else f"National overview: PII {year}"
    )
    return run_report(
        notebook_folder() / OVERVIEW_NOTEBOOK,
        _place(out, year, language, "overview", folder),
        parameters={
            "year": year,
            "lang": language,
            "data": data if source is not None else _published(folder),
            "seed": seed,
        },
        lang=language,
        title=title,
    )


def _published(folder: Path) -> str:
    """Name the tables for the notebook, whose working directory is another."""
    return "published" if folder == find_data() else str(folder)


def _checked_data(data: str, data_dir: Path | None) -> tuple[Path, Path | None]:
    if data == "published":
        return find_data(data_dir), None
    if data_dir is not None:
        raise DataError(
            "--data and --data-dir together",
            "one of them (beside a CSV of sheets, PIILIB_DATA names the other tables' folder)",
        )
    from piilib.report.prepare import named_data  # brings the whole analysis with it

    path = named_data(data)
    if path is None or not path.exists():
        raise DataError(f"no file or folder {data!r}", "'published', 'demo' or an existing path")
    return find_data(path if path.is_dir() else None), path


def _place(out: Path, year: int, lang: Lang, name: str, folder: Path) -> Path:
    """Where a page goes: what rests on simulated tables never beside what was published."""
    base = out / "demo" if is_simulated(folder) else out
    return base / str(year) / lang / f"{name}.html"


def _check(key: str, year: int, folder: Path, source: Path | None, effort: str) -> bool:
    """Check everything the notebook will read; True if the province's sheet is there."""
    units = provinces(basis_of(year), folder).index
    if key not in units:
        merged = provinces(63, folder).at[key, "merged_into"]
        raise DataError(f"{key!r} in {year}", f"a unit of that year; it is part of '{merged}'")
    load_scoreboard(year, folder)
    load_effort(effort or None, folder)
    years = sheet_years(key, source or folder)
    if year in years:
        load_sheet(key, year, source or folder)
        if year - 1 in years:
            load_sheet(key, year - 1, source or folder)
    elif source is not None and source.is_file():
        load_sheet(key, year, source)
    return year in years
