"""Workbooks, new and old: what a cell shows, where it stands, what is refused."""

import datetime as dt
import io
from pathlib import Path

import pytest
from conftest import needs
from hypothesis import given, settings
from hypothesis import strategies as st

from piilib.data.grid import Cell
from piilib.data.grid_child import read_here
from piilib.data.grid_number import shown
from piilib.errors import DataError

from .grid_files import ole, only, texts, workbook, xls_stream

FORMATS = [
    (30, "0.00", "30.00", True),
    (1255.81, "#,##0.00", "1255.81", True),
    (1255.81, "General", "1255.81", True),
    (45.280000000000001, "General", "45.28", True),
    (1e20, "General", "100000000000000000000", True),
    (1e-7, "General", "0.0000001", True),
    (2.675, "0.00", "2.68", True),  # as Excel, whose digits are decimal; binary it is below
    (-2.5, "0", "-3", True),
    (-0.001, "0.00", "0.00", True),
    (-5, "0.00;(0.00)", "-5.00", True),
    (0, '0.0;-0.0;"không"', "0", True),
    (0.5, "0.##", "0.5", True),
    (3, "0.##", "3", True),
    (3.14159, "0.0##", "3.142", True),
    (3, "0.0##", "3.0", True),
    (12.3, '0.00" %"', "12.30", True),
    (12.3, r"0.00\ %", "1230,00%", False),
    (0.12, "0%", "12%", False),
    (0.125, "0.0%", "12,5%", False),
    (-0.125, "0.0%", "-12,5%", False),
    (1255810, "#,##0,", "1256", True),
    (5, "[Red]0.0", "5.0", True),
    (5, "#,##0.0\\ [$₫-42A]", "5.0", True),
    (7, '_(* #,##0.00_);_(* (#,##0.00);_(* "-"??_);_(@_)', "7.00", True),
    (150, "[>=100]0.0;0.00", "150.0", True),
    (50, "[>=100]0.0;0.00", "50.00", True),
    (0.3333, "# ?/?", "0.3333", True),
    (12345, "0.00E+00", "12345", True),
    (7, "@", "7", True),
    (7, ";;;", "", False),
    (45658, "dd/mm/yyyy", "2025-01-01", False),
    (45658.75, "dd/mm/yyyy", "2025-01-01", False),
    (45658.75, "dd/mm/yyyy hh:mm", "2025-01-01T18:00:00", False),
    (45658, "[$-42A]dd mmmm yyyy", "2025-01-01", False),
    (45658, '"ngày" d "tháng" m', "2025-01-01", False),
    (59, "dd/mm/yyyy", "1900-02-28", False),
    (61, "dd/mm/yyyy", "1900-03-01", False),
    (1, "dd/mm/yyyy", "1900-01-01", False),
    (0.5, "hh:mm", "12:00:00", False),
    (1.5, "[h]:mm", "36:00:00", False),
    (-1, "dd/mm/yyyy", "-1", True),
    (1e9, "dd/mm/yyyy", "1000000000", True),
]


@pytest.mark.parametrize(("value", "code", "text", "numeric"), FORMATS)
def test_a_number_as_its_cell_shows_it(value, code, text, numeric):
    assert shown(value, code) == (text, numeric)


def test_days_from_1904():
    assert shown(0, "yyyy-mm-dd", True) == ("1904-01-01", False)
    assert shown(45658, "yyyy-mm-dd", True)[0] == "2029-01-02"  # 1,462 days later


@given(st.floats(-1e12, 1e12), st.integers(0, 6))
def test_decimals_shown_are_within_half_a_unit(value, decimals):
    text, numeric = shown(value, "#,##0." + "0" * decimals if decimals else "#,##0")
    assert numeric
    assert abs(float(text) - value) <= 0.5 * 10.0**-decimals + abs(value) * 1e-14
    assert len(text.partition(".")[2]) == decimals


@given(st.text(max_size=30), st.floats(allow_nan=False, allow_infinity=False))
def test_any_format_gives_some_text(code, value):
    text, numeric = shown(value, code)
    assert not numeric or float(text) == float(text)


# --- .xlsx ----------------------------------------------------------------------------------------


def saved(fill) -> bytes:
    """Save a workbook that `fill` changed, by openpyxl."""
    book = needs("openpyxl").Workbook()
    book.active.title = "Sheet1"
    fill(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_a_workbook_that_openpyxl_wrote():
    def fill(book):
        sheet = book.active
        sheet.append(["Tỉnh", "Giá trị\nnăm 2024", "Tỷ lệ", "Ngày", "Đúng"])
        sheet.append(["Cao Ba\u0306\u0300ng", 30, 0.125, dt.date(2024, 12, 31), True])
        sheet["B2"].number_format, sheet["C2"].number_format = "0.00", "0.0%"

    grid = only(saved(fill), "x.xlsx")
    assert grid.name == "Sheet1"
    assert texts(grid) == [
        ["Tỉnh", "Giá trị năm 2024", "Tỷ lệ", "Ngày", "Đúng"],
        ["Cao Bằng", "30.00", "12,5%", "2024-12-31", "TRUE"],
    ]
    assert grid.rows[1][:2] == (Cell("Cao Bằng", "Sheet1!A2"), Cell("30.00", "Sheet1!B2", True))
    assert [cell.numeric for cell in grid.rows[1]] == [False, True, False, False, False]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.lists(
            st.one_of(
                st.none(),
                st.integers(-(10**9), 10**9),
                st.floats(-1e9, 1e9).map(lambda x: float(format(x, ".12g"))),
                st.text("aăâbcđêôơưẤộ .,-_0D1", min_size=1, max_size=12),
            ),
            min_size=1,
            max_size=5,
        ),
        min_size=1,
        max_size=6,
    ).filter(lambda rows: any(str(x or "").strip() for row in rows for x in row))
)
def test_what_openpyxl_writes_is_read_cell_for_cell(rows):
    def fill(book):
        for i, row in enumerate(rows, 1):
            for j, value in enumerate(row, 1):
                if value is not None:
                    book.active.cell(i, j, value)

    grid = only(saved(fill), "x.xlsx")
    places = {cell.place: cell for line in grid.rows for cell in line}
    for i, row in enumerate(rows, 1):
        for j, value in enumerate(row):
            cell = places.get(f"Sheet1!{'ABCDE'[j]}{i}", Cell("", ""))
            if isinstance(value, str) or value is None:
                assert (cell.text, cell.numeric) == (" ".join((value or "").split()), False)
            else:
                assert cell.numeric
                assert float(cell.text) == value


def test_merged_cells_repeat_their_text():
    def fill(book):
        sheet = book.active
        sheet["A1"], sheet["A2"], sheet["C3"] = "đầu", "gộp", "x"
        sheet.merge_cells("A1:C1")
        sheet.merge_cells("A2:B3")

    grid = only(saved(fill), "x.xlsx")
    assert texts(grid) == [["đầu"] * 3, ["gộp", "gộp", ""], ["gộp", "gộp", "x"]]
    assert [[cell.merged for cell in row] for row in grid.rows] == [
        [False, True, True],
        [False, True, False],
        [True, True, False],
    ]


def test_every_sheet_with_a_text_in_its_order_hidden_or_not():
    def fill(book):
        book.active["B2"] = 1
        book.create_sheet("trống")
        book.create_sheet("Biểu 2")["A1"] = "x"
        book["Biểu 2"].sheet_state = "hidden"
        book["Biểu 2"].row_dimensions[1].hidden = True

    grids = read_here(saved(fill), Path("x.xlsm"))
    assert [(grid.name, texts(grid)) for grid in grids] == [
        ("Sheet1", [["", ""], ["", "1"]]),
        ("Biểu 2", [["x"]]),
    ]
    assert grids[1].rows[0][0].place == "Biểu 2!A1"


def test_a_formula_that_was_never_computed_is_refused_with_its_cell():
    def fill(book):
        book.active["A1"], book.active["C5"] = 1, "=A1+1"

    with pytest.raises(DataError, match=r"formula in Sheet1!C5 .*computed and saved") as caught:
        only(saved(fill), "x.xlsx")
    assert "\n" not in str(caught.value)


def test_kinds_of_cells():
    sheet = """<sheetData><row r="2">
      <c r="A2"><f>1+1</f><v>2</v></c><c r="B2" t="str"><f>""</f><v></v></c>
      <c r="C2" t="str"><f>"a"</f><v>a</v></c><c r="D2" t="e"><v>#N/A</v></c>
      <c r="E2" t="inlineStr"><is><r><t>Cao </t></r><r><t>Bằng</t></r><rPh><t>no</t></rPh></is></c>
      <c r="F2" t="s"><v>0</v></c><c r="G2" t="d"><v>2024-12-31</v></c><c r="H2" s="1"/>
      <c><v>8</v></c></row><row><c><v>9</v></c></row></sheetData>"""
    grid = only(workbook(sheet, shared="<si><t>a_x000D_b_x0041_</t></si>"), "x.xlsx")
    assert texts(grid)[1] == ["2", "", "a", "#N/A", "Cao Bằng", "a bA", "2024-12-31", "", "8"]
    assert grid.rows[2][0] == Cell("9", "Sheet1!A3", True)


def test_numbers_of_a_workbook_from_1904_and_a_style_of_its_own():
    styles = (
        '<numFmts><numFmt numFmtId="170" formatCode="dd\\-mm\\-yyyy"/></numFmts>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="170"/><xf numFmtId="2"/></cellXfs>'
    )
    sheet = (
        '<sheetData><row r="1"><c r="A1" s="1"><v>0</v></c><c s="2"><v>3</v></c></row></sheetData>'
    )
    head = '<workbookPr date1904="1"/>'
    assert texts(only(workbook(sheet, styles=styles, head=head), "x.xlsx")) == [
        ["1904-01-01", "3.00"]
    ]


ONE = '<sheetData><row r="1"><c r="A1"><v>1</v></c>{}</row></sheetData>{}'
FAULTS = {
    "twice": (ONE.format('<c r="A1"><v>2</v></c>', ""), "cell Sheet1!A1 twice"),
    "no number": (ONE.format('<c r="B1"><v>1x</v></c>', ""), "'1x' stored as a number in Sheet1"),
    "nan": (ONE.format('<c r="B1"><v>nan</v></c>', ""), "'nan' stored as a number in Sheet1!B1"),
    "infinite": (ONE.format('<c r="B1"><v>9e999</v></c>', ""), "number in Sheet1!B1"),
    "no text": (ONE.format('<c r="B1" t="s"><v>7</v></c>', ""), "a text in Sheet1!B1 that the"),
    "name": (ONE.format('<c r="ZZZZ1"><v>1</v></c>', ""), "a cell named 'ZZZZ1'"),
    "column": (ONE.format('<c r="XFE1"><v>1</v></c>', ""), "a cell named 'XFE1'"),
    "far row": (ONE.format('<c r="A999999"><v>1</v></c>', ""), "text in Sheet1!A999999"),
    "far column": (ONE.format('<c r="XFD1"><v>1</v></c>', ""), "text in Sheet1!XFD1"),
    "row": ('<sheetData><row r="x"><c><v>1</v></c></row></sheetData>', "a row numbered 'x'"),
    "area": (ONE.format("", '<mergeCells><mergeCell ref="A1:"/><mergeCell ref="?"/></mergeCells>'),
             "a cell named '?'"),
    "not closed": ("<sheetData>", "is no XML"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_damaged_worksheet_names_the_cell(fault):
    sheet, message = FAULTS[fault]
    with pytest.raises(DataError) as caught:
        only(workbook(sheet), "x.xlsx")
    assert message in str(caught.value)


def test_a_title_merged_over_whole_columns_reaches_as_far_as_the_text():
    sheet = ONE.format(
        '<c r="C1"><v>2</v></c>', '<mergeCells><mergeCell ref="A1:A1048576"/></mergeCells>'
    )
    assert texts(only(workbook(sheet), "x.xlsx")) == [["1", "", "2"]]


def test_cells_that_are_only_formatted_take_no_place():
    sheet = (
        '<sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
        '<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>'
    )
    assert texts(only(workbook(sheet), "x.xlsx")) == [["1"]]


def test_a_workbook_without_any_text_is_refused():
    with pytest.raises(DataError, match="no table that holds a text"):
        only(workbook("<sheetData/>"), "x.xlsx")


# --- .xls -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrap", [ole, lambda stream: stream], ids=["in OLE", "bare"])
def test_an_old_workbook(wrap):
    needs("xlrd")
    rows = [
        ["Tỉnh", "Giá trị"],
        ["Cao Ba\u0306\u0300ng", (30, 1), (0.125, 2), (45657, 3), 1.5, True],
    ]
    stream = xls_stream(rows, ["0.00", "0.0%", "dd/mm/yyyy"], [(0, 0, 1, 2)])
    grid = only(wrap(stream), "x.xls")
    assert texts(grid) == [
        ["Tỉnh", "Giá trị", "Giá trị", "", "", ""],
        ["Cao Bằng", "30.00", "12,5%", "2024-12-31", "1.5", "TRUE"],
    ]
    assert grid.rows[0][2] == Cell("Giá trị", "Sheet1!C1", merged=True)
    assert [cell.numeric for cell in grid.rows[1]] == [False, True, False, False, True, False]


def test_an_old_workbook_from_1904():
    needs("xlrd")
    stream = xls_stream([[(0.0, 1)]], ["yyyy-mm-dd"], from_1904=True)
    assert texts(only(ole(stream), "x.xls")) == [["1904-01-01"]]


@pytest.mark.parametrize("size", [100, 200, 240, 255])
def test_a_cut_old_workbook_is_refused(size):
    needs("xlrd")
    stream = xls_stream([["a", 1]])
    with pytest.raises(DataError, match="a damaged workbook"):
        only(ole(stream[:size]), "x.xls")


def test_an_old_workbook_with_a_password_is_named():
    needs("xlrd")
    stream = xls_stream([["a", 1]])
    locked = stream[:20] + b"\x2f\x00\x06\x00" + bytes(6) + stream[20:]
    with pytest.raises(DataError, match="with a password"):
        only(ole(locked), "x.xls")
