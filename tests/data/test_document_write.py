"""What an import writes: tables that the library reads, whole or not at all, with the reasons."""

import csv
import hashlib
import shutil
from pathlib import Path

import pandas as pd
import pytest
import yaml
from conftest import needs

import piilib as pii
from piilib.data.build import source_files
from piilib.data.document import read_document
from piilib.data.import_write import harmless
from piilib.data.plan_template import (
    scoreboard_template,
    write_plan_template,
    write_scoreboard_template,
)
from piilib.data.schema import SCHEMAS
from piilib.data.sheet_template import write_sheet_template
from piilib.errors import DataError

from .conftest import PROCESSED, rows
from .documents import APPENDIX, SWAP, appendix, table, to_csv

WHY = "of 63 provinces the highest cannot be below the lowest"


def imported(to: Path, **options: object) -> dict[str, Path]:
    given = {"corrections": SWAP, "reason": WHY, "date": "2025-10-28", "province": "cao-bang"}
    files = pii.import_document(APPENDIX, to=to, **(given | options))
    return {path.name: path for path in files}


def inside(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def test_the_appendix_is_written_and_read_back(tmp_path: Path) -> None:
    files = imported(tmp_path)
    names = ["sheets.csv", "plan.csv", "goals.csv", "corrections.csv", "source.yml"]
    assert list(files) == names
    folder = tmp_path / "raw" / "cao-bang-appendix" / "2025-10-28"
    assert sorted(path.name for path in folder.iterdir()) == sorted(names)
    assert {path.parent for path in files.values()} == {folder}
    for year in (2023, 2024):
        sheet = pii.load_sheet("cao-bang", year, files["sheets.csv"])
        known = pii.load_sheet("cao-bang", year)
        pd.testing.assert_frame_equal(sheet.table, known.table)
        pd.testing.assert_frame_equal(sheet.half, known.half)
        assert (sheet.rank, sheet.of) == (63, 63)
    cells = [(r["year"], r["code"], r["value"]) for r in rows(files["sheets.csv"])]
    known_cells = [(r["year"], r["code"], r["value"]) for r in rows(PROCESSED / "sheets.csv")]
    assert sorted(cells) == sorted(known_cells)


def test_the_plan_is_read_back_from_a_folder(tmp_path: Path) -> None:
    files = imported(tmp_path)
    data = tmp_path / "processed"
    shutil.copytree(PROCESSED, data)
    for name in ("plan.csv", "goals.csv", "sheets.csv"):
        shutil.copyfile(files[name], data / name)
    plan, known = pii.load_plan("cao-bang", data), pii.load_plan("cao-bang")
    columns = ["target", "lead", "coordinating", "name"]
    pd.testing.assert_frame_equal(plan.table[columns], known.table[columns])
    document = pii.read_document(APPENDIX, province="cao-bang", corrections=SWAP)
    assert document.plan is not None
    pd.testing.assert_frame_equal(
        plan.table, document.plan.table[plan.table.columns], check_index_type=False
    )
    goals = plan.goals.set_index("what")["value"]
    assert goals.to_dict() == {"score": "30.00", "rank": "30"}
    for name in ("sheets", "plan", "goals"):
        SCHEMAS[name].validate(pd.DataFrame(rows(data / f"{name}.csv")), lazy=True)


def test_the_sidecar(tmp_path: Path) -> None:
    files = imported(tmp_path, publisher="UBND", title="Kế hoạch", address="https://x.vn")
    about = yaml.safe_load(files["source.yml"].read_text(encoding="utf-8"))
    assert about["publisher"] == "UBND"
    assert about["title"] == "Kế hoạch"
    assert about["address"] == "https://x.vn"
    assert about["transcribed_by"] == "pii import"
    assert about["version"] == pii.__version__
    assert about["date"].isoformat() == "2025-10-28"
    digest = hashlib.sha256(APPENDIX.read_bytes()).hexdigest()
    assert about["input"] == {"name": "appendix.csv", "sha256": digest}
    assert [folder for folder, _ in source_files(tmp_path / "raw")] == [files["sheets.csv"].parent]


def test_corrections_keep_what_is_printed_and_why(tmp_path: Path) -> None:
    found = rows(imported(tmp_path)["corrections.csv"])
    columns = ("against", "year", "code", "column", "old", "new", "place", "reason")
    assert [tuple(row[c] for c in columns) for row in found] == [
        ("document", "2023", "3.2.2", "highest", "0,16", "100,00", "dòng 28, cột 5", WHY),
        ("document", "2023", "3.2.2", "lowest", "100,00", "0,16", "dòng 28, cột 6", WHY),
    ]


def test_a_correction_needs_a_reason(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"2 value\(s\) read otherwise than is printed .* 3.2.2"):
        imported(tmp_path, reason=" ")
    assert inside(tmp_path) == []


def changed(folder: Path) -> Path:
    """The appendix with another value of 1.1.1 in 2024."""
    found = appendix()
    found[2]["own_2024"] = "46,00"
    return to_csv(table(rows=found), folder / "x.csv")


def test_values_that_differ_from_the_data_need_a_reason_and_keep_the_old(tmp_path: Path) -> None:
    path, to = changed(tmp_path), tmp_path / "to"
    with pytest.raises(
        DataError, match=r"1 value\(s\) .* value 2024 of 1.1.1: '45.28', now '46.00'"
    ):
        pii.import_document(path, to=to)
    assert not to.exists()
    files = {p.name: p for p in pii.import_document(path, to=to, reason="đính chính 5/11/2025")}
    (row,) = rows(files["corrections.csv"])
    assert (row["against"], row["old"], row["new"]) == ("data", "45.28", "46.00")
    assert row["reason"] == "đính chính 5/11/2025"
    # A later import is compared with this one.
    again = pii.import_document(path, to=to, source="again")
    assert "corrections.csv" not in [p.name for p in again]


def test_the_same_values_as_in_the_data_correct_nothing(tmp_path: Path) -> None:
    path = to_csv(table(), tmp_path / "x.csv")
    names = [p.name for p in pii.import_document(path, to=tmp_path / "to")]
    assert names == ["sheets.csv", "plan.csv", "goals.csv", "source.yml"]


def test_the_date_of_the_title_and_the_name_of_the_folder(tmp_path: Path) -> None:
    path = to_csv(table(), tmp_path / "Kế hoạch 3372 (bản chính).csv")
    first = pii.import_document(path, to=tmp_path / "to")[0]
    assert first.parts[-3:-1] == ("cao-bang-ke-hoach-3372-ban-chinh", "2025-10-28")


def test_nothing_is_replaced_and_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    planned = imported(tmp_path, dry_run=True)
    assert inside(tmp_path) == []
    assert imported(tmp_path) == planned
    before = inside(tmp_path)
    with pytest.raises(
        DataError, match=r"found a folder .*2025-10-28'; expected a new --source or"
    ):
        imported(tmp_path)
    assert inside(tmp_path) == before


@pytest.mark.parametrize("fault", ["date", "source", "disk", "file"])
def test_a_refusal_leaves_nothing(
    fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options: dict[str, object] = {}
    if fault == "date":
        options["date"] = "28/10/2025"
    elif fault == "source":
        options["source"] = "../x"
    elif fault == "file":
        (tmp_path / "raw").write_text("x", encoding="utf-8")
    else:

        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("piilib.data.import_write.os.rename", full)
    with pytest.raises(DataError, match=r"a date such as|small letters|folder that can be written"):
        imported(tmp_path, **options)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] in ([], [tmp_path / "raw"])


def test_texts_that_a_spreadsheet_would_run_are_neutralised(tmp_path: Path) -> None:
    found = appendix()
    found[2]["lead_vi"] = "=HYPERLINK(1)"
    found[3]["lead_vi"] = "@Sở"
    found[4]["coordinating_vi"] = "- Sở Y tế"
    path = to_csv(table(rows=found), tmp_path / "x.csv")
    files = {p.name: p for p in pii.import_document(path, to=tmp_path / "to")}
    plan = {row["code"]: row for row in rows(files["plan.csv"])}
    assert plan["1.1.1"]["lead"] == "'=HYPERLINK(1)"
    assert plan["1.1.2"]["lead"] == "'@Sở"
    assert plan["1.1.3"]["coordinating"] == "'- Sở Y tế"
    sheets = {(r["year"], r["code"]): r for r in rows(files["sheets.csv"])}
    assert sheets["2023", "7.1.4"]["value"] == "-0.16"
    assert [harmless(text) for text in ("-1", " =1", "", 5)] == ["-1", "' =1", "", 5]


# --- scoreboards ----------------------------------------------------------------------------------


def board(folder: Path, *lines: str, head: str = "STT,Tỉnh/Thành phố,Điểm số,Xếp hạng") -> Path:
    path = folder / "board.csv"
    text = "\n".join(["KẾT QUẢ PII NĂM 2024,,,", head, *lines]) + "\n"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_scoreboard(tmp_path: Path) -> None:
    path = board(tmp_path, '1,TP. Hà Nội,"60,76",1', '2,Hải Phòng,"58,5",2', "63,Cao Bằng,,63/63")
    document = pii.read_document(path)
    assert (document.kind, document.scoreboard.year, document.scoreboard.basis) == (
        "scoreboard", 2024, 63,
    )  # fmt: skip
    table = document.scoreboard.table
    assert table.shape[0] == 63
    assert table.loc["ha-noi", ["score", "rank"]].tolist() == [60.76, 1.0]
    assert table["score"].count() == 2
    assert table["rank"].count() == 3
    files = {p.name: p for p in pii.import_document(path, to=tmp_path / "to", date="2025-01-31")}
    data = tmp_path / "processed"
    shutil.copytree(PROCESSED, data)
    shutil.copyfile(files["scoreboard.csv"], data / "scoreboard.csv")
    again = pii.load_scoreboard(2024, data).table[["score", "rank"]]
    pd.testing.assert_frame_equal(again, table[["score", "rank"]])
    SCHEMAS["scoreboard"].validate(pd.DataFrame(rows(files["scoreboard.csv"])), lazy=True)
    assert [r["score"] for r in rows(files["scoreboard.csv"])] == ["60.76", "58.5", ""]
    assert [r["province_vi"] for r in rows(files["scoreboard.csv"])][:2] == ["Hà Nội", "Hải Phòng"]


def test_scores_of_pillars(tmp_path: Path) -> None:
    head = "Tỉnh,Điểm PII,Trụ cột 1,1. x"
    path = board(tmp_path, 'Hà Nội,"60,76","70,10",', head=head.replace(",1. x", ",Ghi chú"))
    document = read_document(path)
    assert document.scoreboard is not None
    assert document.scoreboard.pillars[["key", "code", "score"]].values.tolist() == [
        ["ha-noi", "1", 70.10]
    ]
    files = [p.name for p in pii.import_document(path, to=tmp_path / "to", date="2025-01-31")]
    assert files == ["scoreboard.csv", "pillars.csv", "source.yml"]


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (
            ['1,Hà Nội,"60,76",1', '2,Ha Noi,"58,5",2'],
            "'ha-noi'.*a second time|'PII'|a second time",
        ),
        (['1,Hà Nộ,"60,76",1'], "'Hà Nộ' in dòng 3, cột 2; expected .* did you mean 'ha-noi'"),
        (['1,Hà Nội,"160,76",1'], r"'160,76' in dòng 3, cột 3 \(ha-noi PII\); expected a score on"),
        (['1,Hà Nội,"60,76",64'], "'64' in dòng 3, cột 4 .* a rank up to 63"),
        (['1,Hà Nội,"60,76",2', '2,Huế,"58,5",1'], "'60,76' in .* ranked 2, above '58,5' in .*"),
        (['1,Hà Nội,"60,76",x1'], "'x1' in dòng 3, cột 4; expected a rank"),
        (["1,Hà Nội,60x,1"], "'60x' in dòng 3, cột 3; expected a number"),
    ],
)
def test_a_wrong_scoreboard(lines: list[str], words: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=words):
        read_document(board(tmp_path, *lines))


def test_a_scoreboard_of_another_year_or_none(tmp_path: Path) -> None:
    path = board(tmp_path, 'Hà Giang,"30,00",1', head="Tỉnh,Điểm 2025,Thứ hạng 2025")
    with pytest.raises(DataError, match=r"'ha-giang' in the row of .* one of the 34 units of 2025"):
        read_document(path)
    path.write_text("Tỉnh,Điểm,Hạng\nHà Nội,60,1\n", encoding="utf-8")
    with pytest.raises(DataError, match="no year of dòng 2, cột 2"):
        read_document(path)
    scoreboard = read_document(path, year=2023).scoreboard
    assert scoreboard is not None
    assert scoreboard.year == 2023


# --- forms ----------------------------------------------------------------------------------------


def fill(path: Path, values: dict[str, dict[str, str]], key: str) -> Path:
    """Fill columns of a form in, by the text of the column `key`."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as file:
            header, *body = csv.reader(file)
        for line in body:
            for name, texts in values.items():
                line[header.index(name)] = texts.get(line[header.index(key)], "")
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, *body])
        return path
    openpyxl = needs("openpyxl")
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    header = [cell.value for cell in sheet[1]]
    for row in sheet.iter_rows(min_row=2):
        for name, texts in values.items():
            text = texts.get(row[header.index(key)].value, "")
            cell = row[header.index(name)]
            cell.value = (
                float(text) if text.replace(".", "").lstrip("-").isdigit() else text or None
            )
    book.save(path)
    return path


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_the_form_of_a_plan_is_read_back(suffix: str, tmp_path: Path) -> None:
    path = write_plan_template(tmp_path / f"plan{suffix}", "Cao Bằng", 2026)
    known = rows(PROCESSED / "plan.csv")
    fields = ("target", "lead", "coordinating")
    fill(path, {f: {r["code"]: r[f] for r in known} for f in fields}, "code")
    document = read_document(path)
    assert (document.kind, document.sheets) == ("plan", ())
    assert document.plan is not None
    expected = pii.load_plan("cao-bang").table[list(fields)]
    pd.testing.assert_frame_equal(document.plan.table[list(fields)], expected)
    assert (document.plan.unit, document.plan.year) == ("cao-bang", 2026)


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_the_form_of_a_scoreboard_is_read_back(suffix: str, tmp_path: Path) -> None:
    path = write_scoreboard_template(tmp_path / f"board{suffix}", 2024)
    known = [r for r in rows(PROCESSED / "scoreboard.csv") if r["year"] == "2024"]
    fill(path, {f: {r["key"]: r[f] for r in known} for f in ("score", "rank")}, "key")
    document = read_document(path)
    assert document.scoreboard is not None
    expected = pii.load_scoreboard(2024).table[["score", "rank"]]
    pd.testing.assert_frame_equal(document.scoreboard.table[["score", "rank"]], expected)


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_the_form_of_a_sheet_is_read_back(suffix: str, tmp_path: Path) -> None:
    path = write_sheet_template(tmp_path / f"sheet{suffix}", "Lạng Sơn", 2024)
    known = [r for r in rows(PROCESSED / "sheets.csv") if r["year"] == "2024"]
    made_up = {r["code"]: r["lowest"] for r in known}
    fill(path, {"value": made_up}, "code")
    (sheet,) = read_document(path).sheets
    assert (sheet.unit, sheet.year) == ("lang-son", 2024)
    pd.testing.assert_frame_equal(
        sheet.table, pii.load_sheet("lang-son", 2024, path).table, check_index_type=False
    )


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_an_empty_form_is_refused(suffix: str, tmp_path: Path) -> None:
    for path in (
        write_plan_template(tmp_path / f"plan{suffix}", "Cao Bằng", 2026),
        write_scoreboard_template(tmp_path / f"board{suffix}", 2024),
        write_sheet_template(tmp_path / f"sheet{suffix}", "Cao Bằng", 2024),
    ):
        with pytest.raises(DataError, match=r"no table with|no row of a province|no value of any"):
            read_document(path)


def test_forms_refuse(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="'ha-giang' in 2026; expected a unit of that year"):
        write_plan_template(tmp_path / "x.csv", "Hà Giang", 2026)
    with pytest.raises(DataError, match="the year 24"):
        scoreboard_template(24)
    path = write_scoreboard_template(tmp_path / "x.csv", 2025)
    with pytest.raises(DataError, match="a name that is free"):
        write_scoreboard_template(path, 2025)
