"""The same figures in every format of one report, and what is asked for is what is written."""

import io
import re
import subprocess
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from conftest import needs

from piilib.cli import main
from piilib.errors import DataError
from piilib.report import formats
from piilib.report.formats import SUFFIX, check_formats, formats_of, writers
from piilib.report.job import FORMATS, Job, Made
from piilib.report.worker import make
from piilib.types import Array
from report.reading import tables, text

NUMBER = re.compile(r"(?<![\w.,])[+−-]?\d{1,3}(?:\.\d{3})*(?:,\d+)?(?![\w,])")
#: Tables of the page with the figures that matter most.
MAIN = ("profile-table", "reconcile-table", "levers-table", "portfolio-table", "outlook-table")


@pytest.fixture(scope="module")
def made(warmed: None) -> Made:
    for package in ("docx", "pptx", "openpyxl", "playwright.sync_api", "chromium"):
        needs(package)
    return make(Job("diagnostic", "cao-bang", 2024, "vi", formats=FORMATS))


@pytest.fixture(scope="module")
def page(made: Made) -> str:
    return made.html.decode()


@pytest.fixture(scope="module")
def rows(page: str) -> dict[str, list[list[str]]]:
    """Return the cells of the main tables of the page."""
    found = tables(page)
    return {key: [list(row.values()) for row in found[key]] for key in MAIN}


@pytest.fixture(scope="module")
def said_there(page: str) -> str:
    return text(page)


def numbers(said: str) -> set[str]:
    return {found.lstrip("+") for found in NUMBER.findall(said.replace("\u00a0", " "))}


def squeezed(said: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFC", said))


def test_every_format_is_there_in_its_place(made: Made) -> None:
    assert list(made.files) == [SUFFIX[name] for name in FORMATS if name != "html"]
    assert all(len(content) > 5_000 for content in made.files.values())
    starts = {".pdf": b"%PDF", ".docx": b"PK", ".pptx": b"PK", ".xlsx": b"PK"}
    assert all(made.files[end].startswith(start) for end, start in starts.items())


def test_word_has_the_tables_of_the_page(made: Made, rows: dict[str, list[list[str]]]) -> None:
    from docx import Document

    written = {
        tuple(squeezed(cell.text) for cell in row.cells)
        for table in Document(io.BytesIO(made.files[".docx"])).tables
        for row in table.rows
    }
    for key in MAIN:
        for row in rows[key]:
            assert tuple(map(squeezed, row)) in written, (key, row)


def test_the_pdf_has_the_figures_of_the_page(
    made: Made, rows: dict[str, list[list[str]]], tmp_path: Path
) -> None:
    needs("pdftotext")
    (tmp_path / "x.pdf").write_bytes(made.files[".pdf"])
    done = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "x.pdf", "-"], capture_output=True, check=True
    )
    printed = numbers(done.stdout.decode())
    for key in MAIN:
        wanted = {x for row in rows[key] for cell in row for x in numbers(cell)}
        assert len(wanted - printed) <= 0.01 * len(wanted), (key, wanted - printed)


def test_the_workbook_has_the_figures_of_the_page(
    made: Made, rows: dict[str, list[list[str]]]
) -> None:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(made.files[".xlsx"]), data_only=True)
    cells_of = (v for sheet in book for row in sheet.iter_rows(values_only=True) for v in row)
    values = np.array([v for v in cells_of if isinstance(v, int | float)], dtype=float)
    for key in MAIN:
        alone = [cell for row in rows[key] for cell in row if not re.search(r"[^\W\d_]", cell)]
        wanted = {x for cell in alone for x in numbers(cell)}
        lost = {x for x in wanted if not in_some_unit(x, values)}
        assert len(wanted) > 10
        assert len(lost) <= 0.02 * len(wanted), (key, lost)


def in_some_unit(printed: str, values: Array) -> bool:
    """Tell whether a printed number is one of the values, which may be shares of a percentage."""
    x = float(printed.replace("−", "-").replace(".", "").replace(",", "."))
    half = 0.5 * 10.0 ** -len(printed.partition(",")[2]) + 1e-9
    return bool((np.abs(values - x) <= half).any() or (np.abs(100 * values - x) <= half).any())


@pytest.mark.parametrize("end", [".pptx", "-slides.html"])
def test_slides_say_nothing_that_the_page_does_not(end: str, made: Made, said_there: str) -> None:
    """Every figure of two decimals on a slide stands on the page or in its audit."""
    said = slides_text(made.files[end], end)
    assert "23,95" in said
    assert "26%" in said.replace("\u00a0", "").replace(" %", "%")
    known = numbers(said_there)
    exact = {x for x in numbers(said) if re.search(r",\d\d$", x)}
    assert len(exact) > 10
    assert len(exact - known) <= 0.2 * len(exact), exact - known


def slides_text(content: bytes, end: str) -> str:
    if end == "-slides.html":
        return text(content.decode())
    from pptx import Presentation

    said = []
    for slide in Presentation(io.BytesIO(content)).slides:
        for shape in slide.shapes:
            if shape.has_text_frame:
                said.append(shape.text_frame.text)
            if shape.has_table:
                said += [cell.text for row in shape.table.rows for cell in row.cells]
    return "\n".join(said)


# --- what is asked for --------------------------------------------------------------------------


def test_formats_are_those_of_the_kind() -> None:
    assert formats_of("diagnostic", reversed(FORMATS)) == FORMATS
    assert formats_of("audit", FORMATS) == ("html", "pdf", "docx", "xlsx")
    with pytest.raises(DataError, match="found the format 'odt'; expected one of html, pdf"):
        Job("overview", "", 2024, "vi", formats=("odt",))


def test_a_writer_that_is_absent_is_named_before_anything_runs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(formats, "_WRITERS", {"docx": "python-docx-none"})
    assert writers(["docx", "pdf"]) == {"python-docx-none": "none"}
    with pytest.raises(DataError, match=r"'docx' and no python-docx-none; .*piilib\[office\]"):
        check_formats(["html", "docx"])
    result = CliRunner().invoke(
        main, ["report", "--province", "hue", "--format", "docx", "--out", str(tmp_path)]
    )
    assert result.exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_only_what_is_asked_for_is_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def fake(job: Job) -> Made:
        files = {SUFFIX[name]: name.encode() for name in job.formats if name != "html"}
        return Made(b"html", b"{}", True, 1, 1, 0.0, 0.0, files)

    monkeypatch.setattr("piilib.report.worker.make", fake)
    asked = ["--format", "docx", "--format", "pdf"]
    result = CliRunner().invoke(
        main, ["report", "--province", "Cao Bằng", *asked, "--out", str(tmp_path)]
    )
    assert result.exit_code == 0, result.output
    written = {path.name: path.read_bytes() for path in tmp_path.rglob("*.*") if path.is_file()}
    assert written == {"cao-bang.docx": b"docx", "cao-bang.pdf": b"pdf"}
    assert [Path(line).name for line in result.output.split()] == ["cao-bang.pdf", "cao-bang.docx"]
