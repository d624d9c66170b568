"""Everything for a seminar on one province, in one folder with a page of contents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from piilib.data.tables import has_plan
from piilib.report.batch_files import write_whole
from piilib.report.formats import SUFFIX, check_formats, formats_of
from piilib.report.job import (
    FORMATS,
    Job,
    base_of,
    check_job,
    job_of,
    place_of,
    rests_on_simulated,
    source_of,
    title_of,
)
from piilib.report.numbers import Lang, number
from piilib.report.simulated import MARKS
from piilib.report.template import TEMPLATES

#: What each file of a report is for, in the words of the page of contents.
WHAT: Final[dict[str, dict[Lang, str]]] = {
    "html": {
        "vi": "Mở bằng trình duyệt, không cần mạng; gửi được qua thư điện tử",
        "en": "Opens in a browser, without a network; can be sent by e-mail",
    },
    "pdf": {"vi": "Để in và lưu hồ sơ", "en": "For print and for the files"},
    "docx": {
        "vi": "Văn bản Word theo thể thức Nghị định 30/2020/NĐ-CP; phần để trống do đơn vị điền",
        "en": "A Word paper in the form of Decree 30/2020/NĐ-CP; blanks are for the agency",
    },
    "pptx": {
        "vi": "PowerPoint: bảng, biểu đồ sửa được, kèm ghi chú cho người trình bày",
        "en": "PowerPoint with editable tables and charts, and speaker notes",
    },
    "slides": {
        "vi": "Trang chiếu mở bằng trình duyệt; phím mũi tên để chuyển trang",
        "en": "Slides for a browser; arrow keys turn them",
    },
    "xlsx": {
        "vi": "Mọi bảng số liệu, và trang tính lại PII bằng công thức để kiểm tra",
        "en": "Every table, and a sheet that recomputes the PII by formulas, to check us",
    },
}
#: The words of the page itself.
TEXT: Final[dict[Lang, dict[str, str]]] = {
    "vi": {
        "title": "Tài liệu hội thảo",
        "intro": "Mọi tệp dùng chung một lần tính; số liệu trong các tệp là như nhau.",
        "file": "Tệp",
        "what": "Dùng để",
        "size": "Cỡ (kB)",
        "foot": "Soạn bằng piilib; không phải ấn phẩm của Bộ Khoa học và Công nghệ.",
    },
    "en": {
        "title": "Seminar papers",
        "intro": "All files rest on one computation; their figures are the same.",
        "file": "File",
        "what": "For",
        "size": "Size (kB)",
        "foot": "Prepared with piilib; not a publication of the Ministry of Science and"
        " Technology.",
    },
}


def make_pack(
    province: str,
    year: int,
    languages: Sequence[str] = ("vi", "en"),
    *,
    out: Path = Path("reports"),
    **choices: Any,
) -> tuple[Path, bool]:
    """Make every paper on a province: the diagnostic, the audit of its plan, slides, tables.

    Parameters
    ----------
    province : str
        Key or any spelling.
    year : int
    languages : sequence of {"vi", "en"}
    out : Path
        The pack goes to ``out/seminar/<key>-<year>``, one on simulated data below ``out/demo``.
    **choices
        ``data``, ``data_dir``, ``effort`` and ``seed`` as for `piilib.report.make.make_report`.

    Returns
    -------
    Path, bool
        The page of contents, and whether the province's sheet was in hand. Either all files
        appear or none; there is no audit without a plan and a sheet.

    Raises
    ------
    DataError
        If the input is wrong, or what writes a format is not installed.
    ReportError
        If a notebook fails.
    """
    from piilib.report.worker import make, warm  # brings papermill

    check_formats(FORMATS)
    first = job_of("diagnostic", province, year, languages[0], **choices)
    complete = check_job(first)
    folder = base_of(first, out) / "seminar" / f"{first.province}-{year}"
    files: dict[Path, bytes] = {}
    reports: dict[Lang, list[tuple[Job, dict[str, Path]]]] = {}
    with warm():
        for job in _jobs(first, languages, complete, choices):
            made = make(job)
            contents = {SUFFIX["html"]: made.html, **made.files}
            stem = job.name.rpartition("/")[2]
            paths = {end: folder / job.lang / f"{stem}{end}" for end in contents}
            files |= {paths[end]: content for end, content in contents.items()}
            reports.setdefault(job.lang, []).append((job, paths))
    index = folder / "index.html"
    write_whole(files | {index: _contents(first, reports, files, folder).encode()})
    return index, complete


def _jobs(
    first: Job, languages: Sequence[str], complete: bool, choices: Mapping[str, Any]
) -> Iterator[Job]:
    kinds = ["diagnostic"]
    if complete and has_plan(first.province, source_of(first)[0]):
        kinds.append("audit")
    for lang in dict.fromkeys(languages):
        for kind in kinds:
            own = {**choices, "formats": formats_of(kind, FORMATS)}
            yield job_of(kind, first.province, first.year, lang, **own)


def _contents(
    first: Job,
    reports: Mapping[Lang, list[tuple[Job, dict[str, Path]]]],
    files: Mapping[Path, bytes],
    folder: Path,
) -> str:
    """Write the page of contents: a part for each language, a table for each report."""
    names = {end: name for name, end in SUFFIX.items()}
    parts = []
    for lang, made in reports.items():
        tables = [
            {
                "title": title_of(job),
                "rows": [
                    {
                        "href": path.relative_to(folder).as_posix(),
                        "name": path.name,
                        "what": WHAT[names[end]][lang],
                        "size": number(len(files[path]) / 1000, 0, lang),
                    }
                    for end, path in paths.items()
                ],
            }
            for job, paths in made
        ]
        mark = MARKS[lang] if rests_on_simulated(first) else ""
        parts.append(
            {
                "lang": lang,
                "say": TEXT[lang],
                "tables": tables,
                "mark": mark,
                "place": place_of(made[0][0]),
            }
        )
    return TEMPLATES.get_template("pack.html.j2").render(parts=parts, year=first.year)
