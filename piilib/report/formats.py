"""The files beside a page: PDF, Word, slides, PowerPoint and Excel, of the page's own figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

from piilib.errors import DataError
from piilib.report.job import (
    FORMATS,
    Job,
    notebook_folder,
    notebook_of,
    parameters_of,
    place_of,
    rests_on_simulated,
    title_of,
)

# Nothing here imports pandas or an office library at the top: see `piilib.report.job`.

#: What is added to the page's name without its ending.
SUFFIX: Final = {
    "html": ".html",
    "pdf": ".pdf",
    "docx": ".docx",
    "pptx": ".pptx",
    "slides": "-slides.html",
    "xlsx": ".xlsx",
}
#: Slides are of the briefing, which only a province has.
_BRIEFED: Final = frozenset({"pptx", "slides"})
#: The package that writes each format, whose version is part of what a file was made with.
_WRITERS: Final = {
    "pdf": "playwright",
    "docx": "python-docx",
    "pptx": "python-pptx",
    "xlsx": "openpyxl",
}
#: The notebook of the slides.
BRIEFING: Final = "05_seminar_briefing.ipynb"
BRIEFING_TITLE: Final = {
    "vi": "Nâng cao PII của {}: nên làm gì trước",
    "en": "Raising the PII of {}: what to do first",
}


def formats_of(kind: str, asked: Iterable[str]) -> tuple[str, ...]:
    """Keep the formats that there are for a kind of report, in one order, the page first.

    Examples
    --------
    >>> formats_of("overview", ["slides", "docx"]), formats_of("diagnostic", ["slides", "html"])
    (('docx',), ('html', 'slides'))
    """
    wanted = set(asked)
    return tuple(
        name
        for name in FORMATS
        if name in wanted and (kind == "diagnostic" or name not in _BRIEFED)
    )


def writers(formats: Sequence[str]) -> dict[str, str]:
    """Return the versions of the packages that write these formats; "none" for one that is absent.

    Examples
    --------
    >>> writers(["html"])
    {}
    """
    found = {}
    for name in (_WRITERS[name] for name in formats if name in _WRITERS):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "none"
    return found


def files_of(job: Job) -> dict[str, bytes]:
    """Make the files beside a page, in this process; the PDF alone is printed by `printed`.

    Parameters
    ----------
    job : Job
        One whose input has been checked; its `formats` say which.

    Returns
    -------
    dict
        From what is added to the page's name to the contents. The same job has the same bytes.

    Raises
    ------
    DataError
        If what writes a format is not installed.

    Examples
    --------
    >>> files_of(Job("diagnostic", "cao-bang", 2024, "vi"))
    {}
    """
    made: dict[str, bytes] = {}
    wanted = [name for name in job.formats if name not in ("html", "pdf")]
    if {"docx", "xlsx"} & set(wanted):
        made |= _papers(job, wanted)
    if _BRIEFED & set(wanted):
        made |= _briefing(job, wanted)
    return {SUFFIX[name]: made[name] for name in wanted}


def _words(job: Job) -> dict[str, Any]:
    from piilib.report.simulated import MARKS

    mark = MARKS[job.lang] if rests_on_simulated(job) else ""
    return {"title": title_of(job), "lang": job.lang, "simulated": mark}


def printed(job: Job, html: bytes) -> dict[str, bytes]:
    """Print a page as PDF where the job asks for it, by a browser.

    Returns
    -------
    dict
        As `files_of`.

    Raises
    ------
    DataError
        If there is no browser, or nothing to talk to it.

    Examples
    --------
    >>> printed(Job("diagnostic", "cao-bang", 2024, "vi"), b"<p>x</p>")
    {}
    """
    if "pdf" not in job.formats:
        return {}
    from piilib.report.pdf import to_pdf

    return {SUFFIX["pdf"]: to_pdf(html, lang=job.lang, title=title_of(job))}


def _papers(job: Job, wanted: Sequence[str]) -> dict[str, bytes]:
    from piilib.report.pieces import run_cells
    from piilib.report.prepare import Diagnostic

    pieces, names = run_cells(notebook_of(job), parameters_of(job), job.lang)
    made = {}
    if "docx" in wanted:
        from piilib.report.word import to_docx

        made["docx"] = to_docx(pieces, place=place_of(job), **_words(job))
    if "xlsx" in wanted:
        from piilib.report.excel import to_xlsx

        d = names.get("d")
        made["xlsx"] = to_xlsx(pieces, d=d if isinstance(d, Diagnostic) else None, **_words(job))
    return made


def _briefing(job: Job, wanted: Sequence[str]) -> dict[str, bytes]:
    from piilib.report.pieces import run_cells

    pieces, _ = run_cells(briefing_notebook(), parameters_of(job), job.lang)
    words = _words(job) | {"title": BRIEFING_TITLE[job.lang].format(place_of(job))}
    made = {}
    if "slides" in wanted:
        from piilib.report.slides import to_slides

        made["slides"] = to_slides(pieces, **words).encode()
    if "pptx" in wanted:
        from piilib.report.powerpoint import to_pptx

        made["pptx"] = to_pptx(pieces, **words)
    return made


def briefing_notebook() -> Path:
    """Return the notebook of the slides.

    Examples
    --------
    >>> briefing_notebook().name
    '05_seminar_briefing.ipynb'
    """
    return notebook_folder() / BRIEFING


def check_formats(formats: Sequence[str]) -> None:
    """Refuse a format that cannot be written here, before anything runs.

    Raises
    ------
    DataError
        If the package that writes it is not installed.

    Examples
    --------
    >>> check_formats(["html"])
    """
    for name, package in _WRITERS.items():
        if name in formats and writers([name])[package] == "none":
            extra = "pdf" if name == "pdf" else "office"
            raise DataError(
                f"the format {name!r} and no {package}", f"pip install 'piilib[{extra}]'"
            )
