"""One report to be made: what it is of, its notebook, its parameters and where its page goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from piilib.data.lookup import data_dir, is_simulated
from piilib.data.provinces import basis_of, province_names, resolve
from piilib.errors import DataError

if TYPE_CHECKING:
    from piilib.report.numbers import Lang

# Nothing here imports pandas at the top: a batch with nothing to do must not wait for it.

#: Notebook of each kind of report.
NOTEBOOKS: Final = {
    "diagnostic": "01_province_diagnostic.ipynb",
    "overview": "02_national_overview.ipynb",
    "audit": "03_plan_audit.ipynb",
}
#: Formats in which reports are written; the page is the first.
FORMATS: Final = ("html", "pdf", "docx", "pptx", "slides", "xlsx")
_PACKAGE: Final = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Job:
    """A report to be made. It can be sent to another process or machine.

    Attributes
    ----------
    kind : {"diagnostic", "overview", "audit"}
    province : str
        The province's key; empty for the overview.
    year : int
        Edition of the index.
    lang : {"vi", "en"}
    data : str
        ``"published"``, ``"demo"`` (simulated), or the path of a data folder or CSV of sheets.
    data_dir : str
        Folder of the processed tables; empty: as `piilib.data_dir` finds it.
    effort : str
        Path of an own table of efforts; empty for the default.
    seed : int
    formats : tuple of str
        What is written; see `piilib.report.formats`.

    Examples
    --------
    >>> Job("diagnostic", "cao-bang", 2024, "vi").name
    '2024/vi/cao-bang'
    """

    kind: str
    province: str
    year: int
    lang: Lang
    data: str = "published"
    data_dir: str = ""
    effort: str = ""
    seed: int = 0
    formats: tuple[str, ...] = ("html",)

    def __post_init__(self) -> None:
        """Refuse what no notebook or page is for."""
        if self.kind not in NOTEBOOKS:
            raise DataError(f"the kind {self.kind!r}", f"one of {', '.join(NOTEBOOKS)}")
        if self.lang not in ("vi", "en"):
            raise DataError(f"the language {self.lang!r}", "'vi' or 'en'")
        if unknown := [name for name in self.formats if name not in FORMATS]:
            raise DataError(f"the format {unknown[0]!r}", f"one of {', '.join(FORMATS)}")
        if (self.kind == "overview") != (self.province == ""):
            raise DataError(
                f"the province {self.province!r} for the kind {self.kind!r}",
                "a province's key, or '' for the overview",
            )

    @property
    def name(self) -> str:
        """Where the page goes below its folder, without the ending: ``2024/vi/cao-bang``."""
        stem = {"overview": "overview", "audit": f"{self.province}-audit"}
        return f"{self.year}/{self.lang}/{stem.get(self.kind, self.province)}"


@dataclass(frozen=True)
class Made:
    """A report that was made, in memory.

    Attributes
    ----------
    html : bytes
        The page.
    notebook : bytes
        The executed notebook, without times and paths.
    complete : bool
        False: made without the province's sheet.
    figures, tables : int
        How many the page has.
    seconds : float
        Wall time.
    cpu : float
        User and system time of the process that made it.
    files : mapping
        The other formats: from what is added to the page's name to the contents.
    """

    html: bytes
    notebook: bytes
    complete: bool
    figures: int
    tables: int
    seconds: float
    cpu: float
    files: Mapping[str, bytes] = field(default_factory=dict)


def notebook_folder() -> Path:
    """Find the notebooks: those of the checkout, else those shipped with the package."""
    for folder in (_PACKAGE.parent / "notebooks", _PACKAGE / "_notebooks"):
        if (folder / NOTEBOOKS["diagnostic"]).is_file():
            return folder
    raise DataError("no notebooks", "a complete installation of piilib")


def notebook_of(job: Job) -> Path:
    """Return the notebook that makes a report.

    Examples
    --------
    >>> notebook_of(Job("overview", "", 2024, "vi")).name
    '02_national_overview.ipynb'
    """
    return notebook_folder() / NOTEBOOKS[job.kind]


def source_of(job: Job) -> tuple[Path, Path | None]:
    """Find the data of a report.

    Returns
    -------
    Path, Path or None
        The folder of processed tables, and the file or folder that was named (None for
        "published").

    Raises
    ------
    DataError
        If what was named is not there, or a folder is named twice.

    Examples
    --------
    >>> source_of(Job("overview", "", 2024, "vi"))[1] is None
    True
    """
    if job.data == "published":
        return data_dir(job.data_dir or None), None
    if job.data_dir:
        raise DataError(
            "--data and --data-dir together",
            "one of them (beside a CSV of sheets, PIILIB_DATA names the other tables' folder)",
        )
    path = _named(job.data)
    if not path.exists():
        raise DataError(
            f"no file or folder {job.data!r}", "'published', 'demo' or an existing path"
        )
    if job.kind == "overview" and not path.is_dir():
        raise DataError(f"the file {job.data!r}", "'published', 'demo' or a data folder")
    return data_dir(path if path.is_dir() else None), path


def _named(data: str) -> Path:
    if data != "demo":
        return Path(data)
    from piilib.analysis.demonstration_folder import demonstration_folder  # brings pandas

    return demonstration_folder()


def rests_on_simulated(job: Job) -> bool:
    """Tell whether a report rests on simulated tables, without making them.

    Examples
    --------
    >>> rests_on_simulated(Job("overview", "", 2024, "vi", "demo"))
    True
    """
    return job.data == "demo" or is_simulated(source_of(job)[0])


def parameters_of(job: Job) -> dict[str, Any]:
    """Return what the notebook is run with.

    Examples
    --------
    >>> parameters_of(Job("overview", "", 2024, "vi", "demo", seed=1))
    {'year': 2024, 'lang': 'vi', 'data': 'demo', 'seed': 1}
    """
    data = job.data
    if data == "published":
        # The notebook knows no --data-dir: a folder other than the one it would find is named.
        folder = data_dir(job.data_dir or None)
        data = "published" if folder == data_dir() else str(folder)
    found: dict[str, Any] = {"year": job.year, "lang": job.lang, "data": data}
    if job.kind != "overview":
        found = {"province": job.province, **found}
    if job.kind == "diagnostic":
        found["effort"] = job.effort
    return {**found, "seed": job.seed}


def title_of(job: Job) -> str:
    """Return the title of the page, in its language.

    Examples
    --------
    >>> title_of(Job("diagnostic", "cao-bang", 2024, "en"))
    'Provincial Innovation Index 2024: diagnostic of Cao Bang'
    """
    name = place_of(job)
    vi, en = {
        "diagnostic": (
            f"Chẩn đoán Chỉ số Đổi mới sáng tạo cấp địa phương {job.year}: {name}",
            f"Provincial Innovation Index {job.year}: diagnostic of {name}",
        ),
        "overview": (f"Bức tranh cả nước: PII {job.year}", f"National overview: PII {job.year}"),
        "audit": (
            f"Soát xét kế hoạch nâng cao PII của {name}",
            f"Audit of the PII plan of {name}",
        ),
    }[job.kind]
    return vi if job.lang == "vi" else en


def place_of(job: Job) -> str:
    """Return the official name of the report's province, in its language; "" for the overview.

    Examples
    --------
    >>> place_of(Job("diagnostic", "cao-bang", 2024, "vi"))
    'Cao Bằng'
    """
    if job.kind == "overview":
        return ""
    folder = data_dir(job.data_dir or None) if job.data == "demo" else source_of(job)[0]
    return province_names(basis_of(job.year), folder)[job.province][job.lang]


def base_of(job: Job, out: Path) -> Path:
    """Return the folder of a run: `out`, or ``out/demo`` where the tables are simulated.

    Examples
    --------
    >>> base_of(Job("overview", "", 2024, "vi", "demo"), Path("reports")).as_posix()
    'reports/demo'
    """
    return out / "demo" if rests_on_simulated(job) else out


def page_of(job: Job, out: Path) -> Path:
    """Return where the page goes: what rests on simulated tables never beside what is published.

    Examples
    --------
    >>> page_of(Job("audit", "cao-bang", 2024, "vi"), Path("reports")).as_posix()
    'reports/2024/vi/cao-bang-audit.html'
    """
    return base_of(job, out) / f"{job.name}.html"


def check_job(job: Job) -> bool:
    """Check everything that the notebook will read, before anything runs.

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
    >>> check_job(Job("diagnostic", "cao-bang", 2024, "vi"))
    True
    """
    from piilib.report.job_check import check  # brings pandas

    return check(job, *source_of(job))


def job_of(kind: str, province: str, year: int, lang: str, **choices: Any) -> Job:
    """Make a job from what a user wrote: any spelling of the province, any language but "en" is vi.

    Examples
    --------
    >>> job_of("diagnostic", "Cao Bằng", 2024, "vi").province
    'cao-bang'
    """
    first = Job("overview", "", year, "en" if lang == "en" else "vi", **choices)
    if kind == "overview":
        return first
    folder = _folder_of_names(first)
    return Job(kind, resolve(province, folder), year, first.lang, **choices)


def _folder_of_names(job: Job) -> Path:
    """Return the folder whose list of names holds; the demonstration copies the published one."""
    if job.data in ("published", "demo"):
        return data_dir(job.data_dir or None)
    return data_dir(job.data if Path(job.data).is_dir() else None)
