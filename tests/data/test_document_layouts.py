"""The appendix of Cao Bằng, laid out in many ways, is read cell for cell as it is committed."""

from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from conftest import needs
from hypothesis import example, given, settings
from hypothesis import strategies as st

from piilib.data.document import read_document
from piilib.data.grid import Cell, Grid
from piilib.errors import DataError

from .documents import (
    TITLE,
    WORDS,
    Table,
    add,
    appendix,
    check_cells,
    check_plan,
    check_sheets,
    cut,
    mutations,
    read,
    table,
    to_csv,
    to_docx,
    to_xlsx,
)

CODES = ("column", "name", "stt", "only")


def check_all(tables: list[Table], **options: Any) -> None:
    document = read(tables, **options)
    check_sheets(document)
    check_plan(document)
    # 76 or 75 rows × 10 columns, and three ranks; blank ranks of the plan count as cells.
    assert check_cells(document, tables) == 762


@pytest.mark.parametrize("heads", ["one", "two"])
@pytest.mark.parametrize("codes", CODES)
def test_headings_and_codes(codes: str, heads: str) -> None:
    check_all([table(heads=heads, codes=codes)])


@pytest.mark.parametrize("words", WORDS)
def test_vietnamese_without_diacritics_and_english(words: str) -> None:
    check_all([table(words=words)])


@pytest.mark.parametrize("codes", CODES)
@pytest.mark.parametrize("repeat", [True, False], ids=["heading repeated", "heading once"])
def test_a_table_broken_over_pages(repeat: bool, codes: str) -> None:
    pages = cut(table(codes=codes), 17, repeat)
    assert len(pages) == 5
    check_all(pages)


def test_a_heading_repeated_in_the_middle_of_one_table() -> None:
    made = table(heads="one")
    for at in (30, 60):
        made.rows.insert(at, list(made.rows[1]))
        made.codes.insert(at, "")
    check_all([made])


def test_one_sheet_a_year_with_the_year_in_its_name() -> None:
    tables = [
        table(order=(1, 0, 2), heads="bare", years=[2023], name="2023", plan=False),
        table(order=(5, 3, 4), heads="bare", years=[2024], name="PII 2024", plan=False),
    ]
    document = read(tables)
    check_sheets(document)
    assert check_cells(document, tables) == 2 * (76 * 3 + 1)
    assert document.plan is None


def test_one_sheet_a_year_with_the_year_in_its_title() -> None:
    title = "Kết quả PII tỉnh Cao Bằng năm 2024 (ngày 31 tháng 12 năm 2025)"
    made = table(heads="bare", years=[2024], title=title, plan=False)
    check_sheets(read([made]), [2024])


def test_values_in_one_table_and_targets_in_another() -> None:
    tables = [table(order=range(6), plan=False), table(order=(8, 6, 9, 7), name="bảng 2", years=[])]
    document = read(tables)
    check_sheets(document)
    check_plan(document)
    assert check_cells(document, tables) == 762


def test_rows_that_number_the_columns_sections_and_blanks_are_passed_over() -> None:
    made = table(numbered=True)
    width = len(made.rows[0])
    made.rows.insert(40, [""] * width)
    made.codes.insert(40, "")
    made.rows.insert(60, ["ĐẦU RA ĐỔI MỚI SÁNG TẠO (kết quả)", *[""] * (width - 1)])
    made.codes.insert(60, "")
    made.merges.append((60, 0, 60, width - 1))
    add(made, ["Ghi chú: số liệu làm tròn", *[""] * (width - 1)], "")
    document = read([made])
    check_sheets(document)
    check_plan(document)
    assert [note.rpartition(" (")[0] for note in document.notes] == [
        "row 'ĐẦU RA ĐỔI MỚI SÁNG TẠO (kết quả)'",
        "row 'Ghi chú: số liệu làm tròn'",
    ]


def merged_totals(codes: str) -> Table:
    """As the appendix prints it: score and rank stand below highest, lowest and own.

    An agency also stands once beside two indicators.
    """
    made = table(codes=codes)
    first = next(i for i, found in enumerate(made.meaning) if found)
    for code in ("PII", "RANK"):
        r = made.codes.index(code)
        for c in (first, first + 3):
            made.rows[r][c], made.rows[r][c + 2] = made.rows[r][c + 2], ""
            made.merges.append((r, c, r, c + 2))
    r, c = made.codes.index("2.1.1"), made.meaning.index(("lead", 0))
    assert made.rows[r][c] == made.rows[r + 1][c]
    made.rows[r + 1][c] = ""
    made.merges.append((r, c, r + 1, c))
    return made


@pytest.mark.parametrize("codes", CODES)
def test_totals_and_agencies_in_merged_cells(codes: str) -> None:
    document = read([merged_totals(codes)])
    check_sheets(document)
    check_plan(document)


@pytest.mark.parametrize("form", ["docx", "openpyxl"])
def test_merged_cells_of_real_files(form: str, tmp_path: Path) -> None:
    needs(form)
    made = [merged_totals("stt")]
    to = to_docx if form == "docx" else to_xlsx
    document = read_document(to(made, tmp_path / ("x.docx" if form == "docx" else "x.xlsx")))
    check_sheets(document)
    check_plan(document)


def test_a_table_of_other_things_before_it_is_passed_over() -> None:
    head = Table(
        "bảng 0", [["ỦY BAN NHÂN DÂN TỈNH CAO BẰNG", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"]]
    )
    head.codes, head.meaning = [""], [None, None]
    document = read([head, table(title="", words="plain")])
    check_sheets(document)
    assert "bảng 0: no table of indicators, passed over" in document.notes


def test_columns_that_are_not_read_are_named() -> None:
    made = table()
    for r, code in enumerate(made.codes):
        made.rows[r].append("tăng" if code else "")
    made.rows[2][-1] = "So với năm 2023"
    document = read([made])
    check_sheets(document)
    assert [note for note in document.notes if "So với" in note] == [
        "column 'PHÂN CÔNG NHIỆM VỤ / So với năm 2023' (bảng 1!R2C13): passed over"
    ]


def test_the_column_of_another_province_is_not_read() -> None:
    made = table(title="", order=(0, 1, 2), years=[2023], plan=False)
    for r in range(len(made.rows)):
        made.rows[r].append("12,34" if made.codes[r] else "")
    made.rows[1][-1] = "Giá trị/Điểm số của tỉnh Lạng Sơn năm 2023"
    made.meaning.append(None)
    with pytest.raises(
        DataError, match="several provinces: cao-bang, lang-son; expected province="
    ):
        read([made])
    document = read([made], province="cao-bang")
    check_sheets(document, [2023])
    check_cells(document, [made])
    assert any("of another province" in note for note in document.notes)


def test_a_year_picks_its_sheet() -> None:
    document = read([table()], year=2023)
    check_sheets(document, [2023])
    check_plan(document)
    assert read([table()], kind="plan").sheets == ()
    assert read([table()], kind="sheet").plan is None


def test_values_without_bounds_beside_a_plan_make_no_sheet() -> None:
    document = read([table(order=(5, 6, 7, 8, 9))])
    check_plan(document)
    assert document.sheets == ()
    assert "the value of 2024: without the two others, no sheet" in document.notes


LAYOUTS = st.fixed_dictionaries(
    {
        "order": st.permutations(range(10)),
        "words": st.sampled_from(sorted(WORDS)),
        "heads": st.sampled_from(["one", "two"]),
        "codes": st.sampled_from(CODES),
        "title": st.sampled_from(["Kế hoạch của tỉnh Cao Bằng", TITLE]),
        "numbered": st.booleans(),
    }
)


@settings(max_examples=25, deadline=None)
@example({"codes": "column"}, 25, False, False)  # a last page with the totals alone
@given(LAYOUTS, st.integers(9, 90), st.booleans(), st.booleans())
def test_any_layout_gives_the_same(
    layout: dict[str, Any], every: int, repeat: bool, upwards: bool
) -> None:
    rows = appendix()[::-1] if upwards else appendix()
    check_all(cut(table(rows=rows, **layout), every, repeat))


# --- real files -----------------------------------------------------------------------------------


@pytest.mark.parametrize("numbers", [True, False], ids=["numbers", "texts"])
def test_a_workbook(numbers: bool, tmp_path: Path) -> None:
    needs("openpyxl")
    path = to_xlsx(
        [table(codes="stt", order=(2, 1, 0, 5, 3, 4, 8, 9, 6, 7))], tmp_path / "x.xlsx", numbers
    )
    document = read_document(path)
    check_sheets(document)
    check_plan(document)
    row = document.cells.query("code == '3.2.2' and column == 'highest' and year == 2024").iloc[0]
    assert (row["value"], row["place"]) == ("100.00", "bảng 1!H30")


def test_a_workbook_with_a_sheet_a_year(tmp_path: Path) -> None:
    needs("openpyxl")
    tables = [
        table(heads="bare", years=[year], name=str(year), plan=False) for year in (2023, 2024)
    ]
    check_sheets(read_document(to_xlsx(tables, tmp_path / "x.xlsx", True)))


@pytest.mark.parametrize("repeat", [True, False])
def test_a_word_file_over_pages(repeat: bool, tmp_path: Path) -> None:
    needs("docx")
    path = to_docx(cut(table(codes="name"), 40, repeat), tmp_path / "x.docx")
    document = read_document(path)
    check_sheets(document)
    check_plan(document)
    assert document.titles == (TITLE,)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_csv(separator: str, tmp_path: Path) -> None:
    document = read_document(to_csv(table(), tmp_path / "x.csv", separator))
    check_sheets(document)
    check_plan(document)


# --- fuzzing --------------------------------------------------------------------------------------


def fuzz(n: int, seed: int) -> int:
    """Damage the appendix n times: what is read is right, or it is refused; count the refusals."""
    refused = 0
    for what, tables in islice(mutations(seed), n):
        try:
            document = read(tables)
        except DataError:
            refused += 1
        else:
            assert check_cells(document, tables) > 0, what
    return refused


def test_damaged_documents_are_refused_or_read_right() -> None:
    assert 60 < fuzz(200, seed=0) < 180


def test_grids_of_nothing_are_refused() -> None:
    blank = Grid("bảng 1", ((Cell("", "R0C0"), Cell("", "R0C1")),))
    for grids in ([], [blank], [Grid("bảng 1", ())]):
        from piilib.data.document import document_of

        with pytest.raises(DataError, match=r"no province named|no table with"):
            document_of(grids, Path("x.docx"))
