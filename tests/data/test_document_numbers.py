"""Numbers as documents print them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from piilib.data.document_headings import column_of, provinces_in, role_of, years_in
from piilib.data.document_numbers import (
    bare,
    canonical,
    column_style,
    fold,
    is_missing,
    mark_of,
    rank_and_of,
    tidy,
)
from piilib.data.grid import Cell
from piilib.errors import DataError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.255,81", "1255.81"),
        ("5.359,15", "5359.15"),
        ("45,28", "45.28"),
        ("30,00", "30.00"),
        ("63", "63"),
        ("-0,16", "-0.16"),
        ("\u22120,16", "-0.16"),
        ("–0,16", "-0.16"),
        ("+0,21", "0.21"),
        ("12,5%", "12.5"),
        ("12,5 %", "12.5"),
        ("\u00a045,28\u202f", "45.28"),
        ("1\u00a0255,81", "1255.81"),
        ("４５，２８", "45.28"),
        ("45,28*", "45.28"),
        ("45,28 (1)", "45.28"),
        ("45,28(2)**", "45.28"),
        ("45,28²", "45.28"),
        ("45,28 [3]", "45.28"),
        ("1.255", "1255"),
        ("0,000", "0.000"),
        ("n/a", ""),
        ("N/A", ""),
        ("–", ""),
        ("…", ""),
        ("", ""),
        ("Chưa có số liệu", ""),
    ],
)
def test_a_cell_of_a_column_with_decimal_commas(text: str, expected: str) -> None:
    assert canonical(Cell(text, "A1"), "comma") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1,255.81", "1255.81"), ("1.255", "1.255"), ("1,255", "1255"), ("45.28", "45.28")],
)
def test_a_cell_of_a_column_with_decimal_points(text: str, expected: str) -> None:
    assert canonical(Cell(text, "A1"), "point") == expected


@pytest.mark.parametrize(
    "text",
    ["45.28", "45,2,8", "4528x", "1.25,81", "01.255,81", ".5", "5,", "(1)", "*", "- 5", "1 255",
     "12,5 điểm", "#REF!", "2025-01-02", "63/63", "≥ 30,00", "1e5", "٤٥", "²", "1" * 16,
     "--5", "1-2", "45,28 (a)"],
)  # fmt: skip
def test_what_is_no_number_of_such_a_column(text: str) -> None:
    with pytest.raises(DataError, match="in Sheet1!B7; expected"):
        canonical(Cell(text, "Sheet1!B7"), "comma")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("≥ 30,00", "30.00"),
        (">= 30", "30"),
        ("trên 7,5", "7.5"),
        ("Tối thiểu 7,5%", "7.5"),
        ("≤ 2", "2"),
    ],
)
def test_a_target(text: str, expected: str) -> None:
    assert canonical(Cell(text, "A1"), "comma", target=True) == expected


def test_a_number_of_a_workbook_needs_no_reading() -> None:
    assert canonical(Cell("1.255", "A1", numeric=True), "comma") == "1.255"
    assert canonical(Cell("1255.81", "A1", numeric=True), "") == "1255.81"
    assert column_style([Cell("1.25", "A1", numeric=True), Cell("3,5", "A2")]) == "comma"


@pytest.mark.parametrize("text", ["1.255", "1,255", "-12.000"])
def test_two_readings_that_nothing_decides(text: str) -> None:
    with pytest.raises(DataError, match=r"in A1, which may be -?\d+ or -?\d+\.\d+; expected"):
        canonical(Cell(text, "A1"), "")
    assert mark_of(text) == "either"


def test_mixed_decimal_marks_name_the_cell_of_the_fewer() -> None:
    cells = [Cell("1,5", "A1"), Cell("2,5", "A2"), Cell("3.5", "A3"), Cell("4.500", "A4")]
    with pytest.raises(DataError, match=r"found '3\.5' in A3; .* as in '1,5' \(A1\)"):
        column_style(cells)


@given(st.decimals(-(10**12), 10**12, places=2), st.sampled_from(["comma", "point"]))
def test_what_is_printed_is_read_back(number: object, style: str) -> None:
    english = f"{number:,.2f}"
    printed = english if style == "point" else english.translate({44: 46, 46: 44})
    cell = Cell(printed, "A1")
    assert canonical(cell, column_style([cell])) == f"{number:.2f}"


@given(st.text(max_size=12))
def test_any_text_is_read_or_refused(text: str) -> None:
    for style in ("comma", "point", ""):
        try:
            read = canonical(Cell(text, "A1"), style, target=True)  # type: ignore[arg-type]
        except DataError:
            continue
        assert read == "" or float(read) == float(read)
    assert tidy(tidy(text)) == tidy(text)
    assert fold(fold(text)) == fold(text)
    assert bare(text) is not None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("63/63", ("63", "63")),
        ("≤ 30/34", ("30", "34")),
        ("7", ("7", "")),
        ("07", ("7", "")),
        ("Thứ 5", ("5", "")),
        ("30 trên 34", ("30", "34")),
        ("n/a", ("", "")),
    ],
)
def test_a_rank(text: str, expected: tuple[str, str]) -> None:
    assert rank_and_of(Cell(text, "A1"), target=True) == expected


@pytest.mark.parametrize("text", ["64/63", "0", "5,5", "2026-06-10", "y", "-3", "1/2/3"])
def test_no_rank(text: str) -> None:
    with pytest.raises(DataError, match="in A1; expected a rank such as 30"):
        rank_and_of(Cell(text, "A1"), target=True)


def test_marks_of_absence() -> None:
    assert all(is_missing(text) for text in ("", "n/a", "-", "–", "—", "x", "...", "Không có"))
    assert not any(is_missing(text) for text in ("0", "0,00", "#REF!", "không"))


# --- headings -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stack", "role", "years"),
    [
        (["STT"], "stt", ()),
        (["Mã số"], "code", ()),
        (["Trụ cột/Nhóm chỉ số/Chỉ số thành phần"], "name", ()),
        (["Chỉ tiêu"], "name", ()),
        (["Chỉ tiêu 2026"], "target", (2026,)),
        (["Mục tiêu năm 2026", "Xếp hạng"], "target_rank", (2026,)),
        (["Kết quả năm 2023", "Lớn nhất"], "highest", (2023,)),
        (["Thấp nhất", "2024"], "lowest", (2024,)),
        (["Giá trị lớn nhất cả nước 2023"], "highest", (2023,)),
        (["Cao nhất vùng 2023"], "", (2023,)),
        (["Trung bình cả nước 2023"], "", (2023,)),
        (["Năm 2024"], "value", (2024,)),
        (["own_2023"], "value", (2023,)),
        (["target_rank_2026"], "target_rank", (2026,)),
        (["Cao Bằng"], "value", ()),
        (["So với 2023"], "", (2023,)),
        (["Cao nhất/Thấp nhất"], "?", ()),
        (["Cơ quan chủ trì, phối hợp"], "?", ()),
        (["Cơ quan đầu mối, chủ trì thực hiện"], "lead", ()),
        (["Đơn vị tính"], "", ()),
        (["Vốn SXKD bình quân hằng năm"], "", ()),
        ([], "", ()),
    ],
)
def test_headings(stack: list[str], role: str, years: tuple[int, ...]) -> None:
    column = column_of(0, stack, "A1")
    assert (column.role, column.years) == (role, years)
    assert role_of([text.upper() for text in stack], bool(column.provinces)) == role
    assert role_of([fold(text) for text in stack], bool(column.provinces)) == role


def test_years_of_dates_and_periods_do_not_count() -> None:
    assert years_in("KH 3372/2025/KH-UBND, 28/10/2025, giai đoạn 2026 - 2030, năm 2024") == (2024,)
    assert years_in("12024 và 20245") == ()


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("Giá trị của tỉnh Cao Bằng", {"cao-bang"}),
        ("TP. HỒ CHÍ MINH", {"ho-chi-minh"}),
        ("Thừa Thiên Huế", {"hue"}),
        ("tinh Ha Giang", {"ha-giang"}),
        ("bảng Cao Bằngx", set()),
        ("Sở Khoa học và Công nghệ", set()),
    ],
)
def test_provinces_of_a_text(text: str, keys: set[str]) -> None:
    assert provinces_in(text) == keys
