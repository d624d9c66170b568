"""The page and the log that say why a report could not be made."""

from __future__ import annotations

import traceback
from html import escape
from pathlib import Path
from typing import Final

from piilib.report.code_state import libraries
from piilib.report.job import Job, rests_on_simulated

_MARKS: Final = {"vi": "SỐ LIỆU MÔ PHỎNG", "en": "SIMULATED DATA"}
_WORDS: Final = {
    "vi": {
        "title": "Chưa lập được báo cáo",
        "why": "Lý do",
        "stands": "Bản lập trước đó vẫn giữ nguyên",
        "none": "Chưa có bản nào trước đó.",
        "again": "Lập lại riêng báo cáo này",
        "next": "Lần chạy “pii batch” sau sẽ thử lại; các báo cáo khác không bị ảnh hưởng.",
        "log": "Chi tiết",
    },
    "en": {
        "title": "The report could not be made",
        "why": "Reason",
        "stands": "The edition made before still stands",
        "none": "There is no edition from before.",
        "again": "To make this report alone",
        "next": "The next “pii batch” tries again; the other reports are not touched by this.",
        "log": "Details",
    },
}
_STYLE: Final = (
    "body{font:1rem/1.6 system-ui,sans-serif;color:#1f2933;max-width:46rem;margin:2rem auto;"
    "padding:0 1rem;overflow-wrap:anywhere}h1{font-size:1.5rem;color:#8a1c00}"
    "code,samp{background:#f4f6f8;padding:.1em .3em}a{color:#0b4f7d}"
    ".simulated{background:#8a4b00;color:#fff;padding:.25rem 1rem;font-weight:700}"
)


def failure_files(page: Path) -> tuple[Path, Path]:
    """Return where the page and the log of a failure go, beside the report's own place.

    Examples
    --------
    >>> [path.name for path in failure_files(Path("cao-bang.html"))]
    ['cao-bang.failed.html', 'cao-bang.failed.log']
    """
    return page.with_suffix(".failed.html"), page.with_suffix(".failed.log")


def command_of(job: Job) -> str:
    """Return the command that makes one report.

    Examples
    --------
    >>> command_of(Job("diagnostic", "cao-bang", 2024, "vi"))
    'pii report --province cao-bang --year 2024 --lang vi'
    """
    words = {"diagnostic": "report", "overview": "overview", "audit": "audit"}
    parts = ["pii", words[job.kind]]
    if job.province:
        parts += ["--province", job.province]
    parts += ["--year", str(job.year), "--lang", job.lang]
    for option in ("data", "data_dir", "effort"):
        value = getattr(job, option)
        if value not in ("", "published"):
            parts += [f"--{option.replace('_', '-')}", f"'{value}'" if " " in value else value]
    if job.seed:
        parts += ["--seed", str(job.seed)]
    return " ".join(parts)


def failure_page(job: Job, reason: str, *, earlier: str = "") -> bytes:
    """Write the page of a failure.

    Parameters
    ----------
    job : Job
    reason : str
        One line.
    earlier : str
        The file of the edition that still stands, beside this page; empty where there is none.

    Returns
    -------
    bytes
        One file that asks nothing of the network and bears no date.

    Examples
    --------
    >>> page = failure_page(Job("overview", "", 2024, "en"), "timed out <after> 600 s").decode()
    >>> "timed out &lt;after&gt; 600 s" in page
    True
    """
    say = _WORDS[job.lang]
    link = f'{say["stands"]}: <a href="{escape(earlier)}">{escape(earlier)}</a>'
    mark = f'<p class="simulated">{_MARKS[job.lang]}</p>' if rests_on_simulated(job) else ""
    title = f"{say['title']}: {escape(job.name)}"
    return (
        f'<!DOCTYPE html>\n<html lang="{job.lang}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n{mark}"
        f"<h1>{title}</h1>\n"
        f"<p>{say['why']}: <samp>{escape(reason)}</samp></p>\n"
        f"<p>{link if earlier else say['none']}</p>\n"
        f"<p>{say['again']}: <code>{escape(command_of(job))}</code></p>\n"
        f"<p>{say['next']}</p>\n"
        f'<p><a href="{escape(Path(job.name).name)}.failed.log">{say["log"]}</a></p>\n'
        "</main>\n</body>\n</html>\n"
    ).encode()


def failure_log(job: Job, error: BaseException, at: str) -> bytes:
    """Write the log of a failure: when, which report, with what, and the error with its causes.

    Examples
    --------
    >>> job = Job("overview", "", 2024, "en")
    >>> log = failure_log(job, OSError(28, "No space left on device"), "2026-01-01")
    >>> log.decode().splitlines()[0]
    '2026-01-01 2024/en/overview failed: OSError: [Errno 28] No space left on device'
    """
    lines = [
        f"{at} {job.name} failed: {reason_of(error)}",
        f"again: {command_of(job)}",
        *(f"{name} {version}" for name, version in libraries().items()),
        "",
        *traceback.format_exception(error),
    ]
    return "\n".join(lines).encode("utf-8", "backslashreplace") + b"\n"


def reason_of(error: BaseException) -> str:
    """Return an error as one line; one of ours is its own message.

    Examples
    --------
    >>> reason_of(ValueError("one  two"))
    'ValueError: one two'
    """
    text = " ".join(str(error).split())
    name = type(error).__name__
    if name in ("ReportError", "DataError"):
        return text
    return f"{name}: {text}" if text else name
