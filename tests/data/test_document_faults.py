"""Each fault of a document is one message that names the cell; nothing is guessed."""

import datetime
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import needs

import piilib as pii
from piilib.data.document import read_document
from piilib.errors import DataError

from .documents import (
    APPENDIX,
    SWAP,
    Table,
    add,
    appendix,
    check_cells,
    check_plan,
    check_sheets,
    read,
    table,
    to_xlsx,
)

#: With one row of headings and a title: the row of 1.1.1, and columns (codes in a column).
ROW, CODE, NAME = 4, 1, 2
HIGH, LOW, OWN, HIGH4, LOW4, OWN4, TARGET = 3, 4, 5, 6, 7, 8, 9


def made_with(change: Callable[[Table], None]) -> Table:
    made = table(heads="one")
    assert made.rows[ROW][CODE] == "1.1.1"
    change(made)
    return made


def put(r: int, c: int, text: str) -> Callable[[Table], None]:
    def change(made: Table) -> None:
        made.rows[r][c] = text

    return change


def refuses(words: str, made: Table, **options: object) -> None:
    with pytest.raises(DataError) as caught:
        read([made], **options)
    assert re.search(words, str(caught.value)), str(caught.value)
    assert "\n" not in str(caught.value)


def drop(r: int) -> Callable[[Table], None]:
    def change(made: Table) -> None:
        del made.rows[r], made.codes[r]

    return change


def again(made: Table) -> None:
    made.rows.insert(ROW, list(made.rows[ROW]))
    made.codes.insert(ROW, "1.1.1")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (again, r"'1.1.1' a second time: bảng 1!R5C\d+ \(first bảng 1!R4C\d+\); expected each"),
        (drop(ROW), r"no value of 1.1.1 \(cao-bang 2023\); expected a row for each of the 52"),
        (put(ROW, CODE, "9.9.9"), r"'9.9.9' \(9.9.9\) in bảng 1!R4C1 beside 'Chính sách KHCN"),
        (put(ROW, OWN, "99,00"), r"'99,00' in bảng 1!R4C5 \(cao-bang 1.1.1\); expected a value "
         r"between '15,16' in bảng 1!R4C4 .* and '47,00' in bảng 1!R4C3 .*value_2023"),
        (put(ROW, OWN, "1,00"), "'1,00' in bảng 1!R4C5"),
        (put(ROW, HIGH, "15,00"), r"the highest '15,00' in bảng 1!R4C3 .* below the lowest"),
        (put(ROW, LOW, ""), r"'' in bảng 1!R4C4 \(cao-bang 1.1.1\); expected the national lowest"),
        (put(ROW, HIGH4, "n/a"), r"'n/a' in bảng 1!R4C6 .*; expected the national highest of"),
        (put(2, OWN, "135,49"), r"'135,49' in bảng 1!R2C5 \(cao-bang 1\); expected a score of 1"),
        (put(2, TARGET, "145,00"), r"'145,00' in bảng 1!R2C9 .*; expected a target score of 1 on"),
        (put(ROW, OWN, "38.33"), r"'38.33' in bảng 1!R4C5; expected one decimal mark in"),
        (put(ROW, OWN, "38,3,3"), "column 'value 2023': found '38,3,3' in bảng 1!R4C5; expected"),
        (put(ROW, OWN, "38,33%"), r"'38,33%' in bảng 1!R4C5; expected a number without %: 1.1.1"),
        (put(ROW, OWN, "2025-01-02"), "'2025-01-02' in bảng 1!R4C5; expected a number"),
        (put(ROW, OWN, "≥ 38,33"), "'≥ 38,33' in bảng 1!R4C5; expected a number"),
        (put(ROW, TARGET, "tăng"), "column 'target 2026': found 'tăng' in bảng 1!R4C9"),
        (put(78, OWN, "64/63"), "column 'rank': found '64/63' in bảng 1!R78C5; expected a rank"),
        (put(1, OWN4, "Kết quả của tỉnh Cao Bằng năm 2023"), r"'Giá trị/Điểm số .* in bảng 1!R1C5 "
         r"and 'Kết quả .* in bảng 1!R1C8, which could both be the value of 2023"),
        (put(1, OWN4, "Của tỉnh 2023-2024"), r"'Của tỉnh 2023-2024' in bảng 1!R1C8, which states"),
        (put(1, OWN, ""), "no value of 1.1.1, .* 2023"),
        (put(1, LOW, "Cao nhất/thấp nhất 2023"), r"no lowest of 1.1.1, 1.1.2"),
        (put(1, OWN, "Của tỉnh Lạng Sơn năm 2023"), "several provinces|headings"),
    ],
)  # fmt: skip
def test_a_fault(change: Callable[[Table], None], words: str) -> None:
    made = made_with(change)
    if "Lạng" in made.rows[1][OWN]:
        made.rows[1][OWN4] = made.rows[1][OWN].replace("2023", "2024")
        words = "lang-son in the headings and cao-bang in the titles; expected one province"
    refuses(words, made, kind="sheet" if "of 1.1.1, " in words else None)


def test_a_row_of_figures_without_a_code() -> None:
    made = made_with(put(ROW, CODE, ""))
    made.rows[ROW][NAME] = "Một chỉ số khác"
    refuses(r"'47,00' in bảng 1!R4C3, in a row without a code \('1'\); expected a code or", made)


def test_the_name_alone_says_the_code_and_a_wrong_one_is_refused() -> None:
    check_sheets(read([made_with(put(ROW, CODE, ""))]))
    refuses(
        r"'1.1.3' \(1.1.3\) in bảng 1!R4C1 beside 'Chính sách KHCN.* \(1.1.1\) in bảng 1!R4C2",
        made_with(put(ROW, CODE, "1.1.3")),
    )
    made = made_with(put(ROW, CODE, "1.1.9"))
    made.rows[ROW][NAME] = "Tên đã đổi"
    refuses(r"'1.1.9' in bảng 1!R4C1; expected a code of the framework", made)


def test_a_kind_that_does_not_fit_its_code() -> None:
    made = table(codes="name", heads="one")
    made.rows[ROW][0] = "Trụ cột 1.1.1. Chính sách"
    refuses("'Trụ cột 1.1.1. Chính sách' in bảng 1!R4C0; expected a code of one part", made)


def test_a_value_in_a_merged_cell() -> None:
    made = table(heads="one")
    made.merges.append((ROW, HIGH, ROW, LOW))
    refuses("'47,00' in bảng 1!R4C4, a cell merged with another; expected one value", made)


# --- 1.255 ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("others", "expected"), [("45,28", 1255.0), ("45.28", 1.255)], ids=["comma", "point"]
)
def test_a_point_before_three_digits_is_decided_by_its_column(others: str, expected: float) -> None:
    rows = [["Mã", "Mục tiêu 2026"], ["1.1.1", "1.255"], ["1.1.2", others]]
    made = Table("bảng 1", rows, codes=["", "1.1.1", "1.1.2"])
    document = read([made], province="cao-bang")
    assert document.plan is not None
    assert document.plan.table["target"].tolist() == [expected, 45.28]


def test_a_point_before_three_digits_that_nothing_decides() -> None:
    rows = [["Mã", "Mục tiêu 2026"], ["5.2.2", "1.255"], ["1.1.2", "45"]]
    made = Table("bảng 1", rows, codes=["", "1.1.1", "1.1.2"])
    refuses(
        "'1.255' in bảng 1!R1C1, which may be 1255 or 1.255; expected", made, province="cao-bang"
    )


# --- whose, and which year ------------------------------------------------------------------------


def test_the_province() -> None:
    bare = table(title="", words="plain")
    refuses("no province named; expected province= ", bare)
    check_sheets(read([bare], province="Cao Bằng"))
    check_sheets(read([table()], province="cao-bang"))
    refuses(
        "cao-bang in the headings; expected 'lang-son', which was", table(), province="Lạng Sơn"
    )
    refuses("no province 'Cao Băg'", table(), province="Cao Băg")
    both = table(title="So sánh tỉnh Cao Bằng và tỉnh Lạng Sơn", words="plain")
    refuses("several provinces: cao-bang, lang-son", both)
    check_sheets(read([both], province="cao-bang"))
    other = table(title="Kế hoạch của tỉnh Lạng Sơn")
    refuses("cao-bang in the headings and lang-son in the titles", other)


def test_a_unit_that_did_not_exist_that_year() -> None:
    made = table(words="plain", title="")
    for row in made.rows[:2]:
        row[:] = [text.replace("2024", "2025") for text in row]
    refuses("'ha-giang' in 2025; expected a unit of that year", made, province="ha-giang")


def test_the_year() -> None:
    bare = table(heads="bare", years=[2024], plan=False, title="PII tỉnh Cao Bằng")
    refuses("no year of the column 'highest' of bảng 1!R2C3; expected a year in its heading", bare)
    check_sheets(read([bare], year=2024), [2024])
    refuses("values of 2023, 2024; expected 2025, which was asked for", table(), year=2025)
    titled = table(heads="bare", years=[2024], plan=False, title="PII Cao Bằng năm 2024")
    refuses("values of 2024; expected 2023, which was asked for", titled, year=2023)


def test_the_title_of_a_plan_does_not_date_its_results() -> None:
    made = table(heads="one", years=[2024])
    made.rows[1] = [text.replace(" năm 2024", "") for text in made.rows[1]]
    assert "NĂM 2026" in made.rows[0][0]
    refuses("no year of the column 'highest' of bảng 1!R2C3", made)
    check_sheets(read([made], year=2024), [2024])


def test_a_year_dates_results_before_targets() -> None:
    made = table(heads="one", years=[2024], title="PII tỉnh Cao Bằng")
    made.rows[1] = [re.sub(" năm 20[0-9]{2}", "", text) for text in made.rows[1]]
    refuses("targets for no year; expected one year in the heading", made, year=2024)
    plan = read([made], year=2026, kind="plan").plan
    assert plan is not None
    assert plan.year == 2026
    check_sheets(read([made], year=2024, kind="sheet"), [2024])
    dated = table(heads="one", title="PII tỉnh Cao Bằng")
    dated.rows[1] = [text.replace(" năm 2026", "") for text in dated.rows[1]]
    document = read([dated], year=2026)
    check_sheets(document)
    check_plan(document)


def test_targets_of_two_years() -> None:
    made = table(heads="one")
    made.rows[1][10] = "Mục tiêu năm 2030"
    made.meaning[10] = ("target", 2030)
    refuses("targets for 2026 and 2030; expected one year", made)
    made.rows[-1][9] = made.rows[-1][10] = ""
    for row in made.rows[2:]:
        row[10] = ""
    plan = read([made], kind="plan", year=2026).plan
    assert plan is not None
    assert plan.table["target"].notna().sum() == 75
    refuses("targets for 2026; expected 2028", made, kind="plan", year=2028)


def test_an_unknown_kind_and_nothing_to_read(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="kind='panel'; expected one of sheet, plan, scoreboard"):
        read_document(APPENDIX, kind="panel")
    refuses("rows of codes from bảng 1!R0C0 on, below no heading", headless())
    plan = table(order=range(6), plan=False)
    refuses("no table with targets or agencies", plan, kind="plan")
    no_bounds = table(order=(2, 5), plan=False)
    refuses("no lowest of 1.1.1", no_bounds)


def headless() -> Table:
    made = Table("bảng 1", [])
    for row in appendix()[:9]:
        add(made, [row["code"], row["name_vi"], row["own_2024"]], row["code"])
    return made


def test_an_empty_form_is_refused() -> None:
    made = table()
    for r, code in enumerate(made.codes):
        if code:
            made.rows[r][OWN] = made.rows[r][OWN4] = ""
    refuses(r"no value of any indicator \(cao-bang 2023\), the first cell bảng 1!R5C5 empty", made)


# --- codes that Excel changed ---------------------------------------------------------------------


def mangled(code: str) -> object:
    """Give what a cell holds after 1.1.1 was typed into it under day-month settings."""
    parts = [int(part) for part in code.split(".")]
    if len(parts) == 3:
        return datetime.date(2000 + parts[2], parts[1], parts[0])
    return float(code) if len(parts) == 2 else parts[0]


def test_codes_that_became_dates_and_numbers_are_mended_by_their_order(tmp_path: Path) -> None:
    openpyxl = needs("openpyxl")
    made = table(codes="only", heads="one")
    for row in made.rows[2:]:
        row[1] = row[1] and f"({row[0]} ở đây) tên khác"  # no official name to go by
    made.rows[-2][1], made.rows[-1][1] = "Tổng điểm", "Xếp hạng"
    path = to_xlsx([made], tmp_path / "x.xlsx")
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    for r, code in enumerate(made.codes, 1):
        if code and code[0].isdigit():
            cell = sheet.cell(r, 1)
            cell.value = mangled(code)
            cell.number_format = "0.00" if code.count(".") == 1 else "General"
            if code.count(".") == 2:
                cell.number_format = "dd/mm/yyyy"
    book.save(path)
    document = read_document(path)
    check_sheets(document)
    check_plan(document)
    assert len([note for note in document.notes if "read as the code" in note]) == 16 + 52


@pytest.mark.parametrize("text", ["01/02/2001", "2001-02-01", "1,2,1"])
def test_one_mangled_code(text: str) -> None:
    made = made_with(put(8, CODE, text))
    assert made.codes[8] == "1.2.1"
    made.rows[8][NAME] = "Tên khác"
    document = read([made])
    check_sheets(document)
    check_cells(document, [made])
    assert f"{text!r} in bảng 1!R8C1: read as the code 1.2.1" in document.notes


def test_a_mangled_code_that_the_order_does_not_decide() -> None:
    rows = [["Mã", "Mục tiêu 2026"], ["2001-02-01", "7,5"], ["3.2.2", "45,00"]]
    made = Table("bảng 1", rows, codes=["", "1.2.1", "3.2.2"])
    refuses(
        "'2001-02-01' in bảng 1!R1C0, a code that the program turned into a date or a number; "
        "expected one of 1.2.1, 2.1.1, typed as text",
        made,
        province="cao-bang",
    )


# --- the swap of 3.2.2 ----------------------------------------------------------------------------


def test_the_raw_appendix_is_refused_with_its_cell() -> None:
    with pytest.raises(DataError) as caught:
        pii.read_document(APPENDIX, province="cao-bang")
    assert str(caught.value).startswith(
        "appendix.csv, column 'highest 2023': found the highest '0,16' in dòng 28, cột 5 (cao-bang "
        "3.2.2) below the lowest '100,00' in dòng 28, cột 6 (cao-bang 3.2.2); expected lowest ≤ "
        "highest; if the document misprints it"
    )
    assert str(SWAP) in str(caught.value)


def test_the_raw_appendix_with_its_correction() -> None:
    document = pii.read_document(APPENDIX, province="cao-bang", corrections=SWAP)
    check_sheets(document)
    check_plan(document)
    swapped = document.cells.query("code == '3.2.2' and year == 2023").set_index("column")
    assert swapped.loc[["highest", "lowest"], ["value", "printed"]].values.tolist() == [
        ["100.00", "0,16"],
        ["0.16", "100,00"],
    ]
    assert document.corrections[["code", "old", "new"]].values.tolist() == [
        ["3.2.2", "0,16", "100,00"],
        ["3.2.2", "100,00", "0,16"],
    ]


def test_the_raw_appendix_in_a_year_without_the_swap() -> None:
    check_sheets(pii.read_document(APPENDIX, province="cao-bang", year=2024), [2024])


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"3.2.2": {"highest_2022": "1"}}, "a correction of 'highest_2022' of '3.2.2'"),
        ({"3.2.9": {"highest_2023": "1"}}, "a correction of 'highest_2023' of '3.2.9'"),
        ({"3.2.2": "swap"}, "corrections that are no mapping"),
        ({"3.2.2": {"highest_2023": "x", "lowest_2023": "0,16"}}, "'x' in dòng 28, cột 5"),
    ],
)
def test_a_correction_that_does_not_fit(given: dict[str, dict[str, str]], words: str) -> None:
    with pytest.raises(DataError, match=words):
        pii.read_document(APPENDIX, province="cao-bang", corrections=given)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ('3.2.2,highest_2023,"0,17","100,00",swapped',
         "found '0,16' in dòng 28, cột 5 .*; expected '0,17', which the correction says"),
        ('3.2.2,highest_2023,"0,16","100,00",', "c.csv, row 2, column 'reason': found no reason"),
    ],
)  # fmt: skip
def test_a_file_of_corrections_that_does_not_fit(row: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text(f"code,column,printed,read_as,reason\n{row}\n", encoding="utf-8")
    with pytest.raises(DataError, match=words):
        pii.read_document(APPENDIX, province="cao-bang", corrections=path)


@pytest.mark.parametrize("role", ["lead", "coordinating"])
def test_a_figure_where_an_agency_should_stand_is_refused(role: str) -> None:
    made = table(heads="one")
    column = next(c for c, found in enumerate(made.meaning) if found and found[0] == role)
    made.rows[ROW][column] = "4,96"
    refuses(r"found '4,96' in bảng 1!R4C\d+, under .*; expected the name of an agency", made)
