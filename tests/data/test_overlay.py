"""A folder that `pii import` wrote is read with all other tables round it."""

import csv
from pathlib import Path

import pytest
from conftest import needs

import piilib as pii
from piilib.data.lookup import data_dir
from piilib.data.overlay import is_imported

from .documents import table, to_xlsx


@pytest.fixture
def imported(tmp_path: Path) -> Path:
    needs("openpyxl")
    path = to_xlsx([table()], tmp_path / "appendix.xlsx")
    (first, *_) = pii.import_document(path, to=tmp_path / "own")
    return first.parent


def test_an_imported_document_is_a_data_folder(imported: Path) -> None:
    assert is_imported(imported)
    folder = data_dir(imported)
    assert (folder / "framework.csv").is_file()
    sheet, plan = pii.load_sheet("cao-bang", 2024, imported), pii.load_plan("cao-bang", imported)
    known = pii.load_sheet("cao-bang", 2024)
    assert sheet.score == 23.95
    assert sheet.table.equals(known.table)
    assert plan.table.loc["1.1.1", "target"] == 60.0
    assert len(pii.audit(plan, [sheet], data=imported)) > 20


def test_rows_of_the_same_province_and_year_are_replaced(imported: Path) -> None:
    path = imported / "sheets.csv"
    text = path.read_text(encoding="utf-8")
    assert text.count(",45.28,") == 1
    path.write_text(text.replace(",45.28,", ",46.00,"), encoding="utf-8")
    assert pii.load_sheet("cao-bang", 2024, imported).table.at["1.1.1", "value"] == 46.0
    assert pii.load_sheet("cao-bang", 2024).table.at["1.1.1", "value"] == 45.28
    with (data_dir(imported) / "sheets.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    keys = [(row["province"], row["year"], row["code"]) for row in rows]
    assert len(keys) == len(set(keys))


def test_the_same_folder_is_laid_over_once(imported: Path) -> None:
    first = data_dir(imported)
    stamp = (first / "sheets.csv").stat().st_mtime_ns
    assert data_dir(imported) == first
    assert (first / "sheets.csv").stat().st_mtime_ns == stamp


def test_a_folder_without_tables_is_refused_as_before(tmp_path: Path) -> None:
    (tmp_path / "source.yml").write_text("title: x\n", encoding="utf-8")
    with pytest.raises(pii.DataError, match=r"no framework\.csv"):
        data_dir(tmp_path)
