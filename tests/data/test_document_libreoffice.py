"""The appendix as LibreOffice itself writes it, in every format, is read cell for cell."""

import subprocess
from pathlib import Path

import pytest
from conftest import needs

from piilib.data.document import read_document

from .documents import check_plan, check_sheets, cut, table, to_docx, to_xlsx


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Settings of LibreOffice, made once: its first start is the slow one."""
    return tmp_path_factory.mktemp("profile").as_uri()


def saved_by_libreoffice(source: Path, kind: str, profile: str) -> Path:
    out = source.parent / "out"
    command = [str(needs("soffice")), "--headless", f"-env:UserInstallation={profile}"]
    command += ["--convert-to", kind, "--outdir", str(out), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return out / f"{source.stem}.{kind}"


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods", "html"])
def test_a_spreadsheet_that_libreoffice_saved(kind, tmp_path, profile):
    needs("openpyxl")
    made = to_xlsx([table()], tmp_path / "appendix.xlsx", numbers=False)
    document = read_document(saved_by_libreoffice(made, kind, profile))
    check_sheets(document)
    check_plan(document)


@pytest.mark.parametrize("kind", ["docx", "doc", "odt", "html"])
def test_a_text_that_libreoffice_saved(kind, tmp_path, profile):
    needs("docx")
    made = to_docx(cut(table(), 30, repeat=True), tmp_path / "appendix.docx")
    document = read_document(saved_by_libreoffice(made, kind, profile))
    check_sheets(document)
    check_plan(document)


def test_numbers_that_libreoffice_stores_as_numbers(tmp_path, profile):
    needs("openpyxl")
    made = to_xlsx([table()], tmp_path / "appendix.xlsx", numbers=True)
    check_sheets(read_document(saved_by_libreoffice(made, "xls", profile)))
