"""Tables of Word documents: merged, nested, broken, changed with tracking."""

import io
from pathlib import Path

import pytest
from conftest import needs

from piilib.data.grid import Cell
from piilib.data.grid_child import read_here
from piilib.errors import DataError

from .grid_files import cell, document, only, row, table, texts


def test_a_document_that_python_docx_wrote():
    made = needs("docx").Document()
    made.add_paragraph("PHỤ LỤC")
    inside = made.add_table(3, 3)
    inside.cell(0, 0).text = "Chỉ số\nthành phần"
    inside.cell(0, 0).merge(inside.cell(1, 1))
    inside.cell(2, 0).text, inside.cell(2, 2).text = "Ba\u0306\u0300ng\u00a0", "1.255,81"
    file = io.BytesIO()
    made.save(file)
    grid = only(file.getvalue(), "x.docx")
    assert grid.name == "bảng 1"
    assert texts(grid) == [
        ["Chỉ số thành phần"] * 2 + [""],
        ["Chỉ số thành phần"] * 2 + [""],
        ["Bằng", "", "1.255,81"],
    ]
    assert [[c.merged for c in line] for line in grid.rows[:2]] == [
        [False, True, False],
        [True, True, False],
    ]
    assert grid.rows[2][2] == Cell("1.255,81", "bảng 1, hàng 3, cột 3")


def test_spans_and_columns_left_out_before_a_row():
    made = document(
        table(
            row(cell("a", '<w:gridSpan w:val="2"/>'), cell("b", '<w:vMerge w:val="restart"/>')),
            row(cell("c"), cell("d"), cell("", "<w:vMerge/>")),
            row(cell("e"), cell("f", '<w:vMerge w:val="restart"/>'),
                settings='<w:gridBefore w:val="1"/>'),
        )
    )  # fmt: skip
    grid = only(made, "x.docx")
    assert texts(grid) == [["a", "a", "b"], ["c", "d", "b"], ["", "e", "f"]]
    assert grid.rows[1][2].merged
    assert not grid.rows[2][2].merged


def test_a_cell_that_continues_nothing_keeps_its_own_text():
    assert texts(only(document(table(row(cell("a", "<w:vMerge/>")))), "x.docx")) == [["a"]]


def test_tables_in_each_other_and_in_content_controls():
    inner = table(row(cell("trong")))
    outer = table(row(f"<w:tc><w:p><w:r><w:t>ngoài</w:t></w:r></w:p>{inner}<w:p/></w:tc>"))
    control = "<w:sdt><w:sdtPr/><w:sdtContent>{}</w:sdtContent></w:sdt>"
    last = table(control.format(row(control.format(cell("ba")))))
    grids = read_here(document(outer + table(row(cell(""))) + control.format(last)), Path("x.docx"))
    assert [(grid.name, texts(grid)) for grid in grids] == [
        ("bảng 1", [["ngoài"]]),
        ("bảng 2", [["trong"]]),
        ("bảng 4", [["ba"]]),  # the third holds no text
    ]


def test_a_table_broken_over_pages_stands_as_it_is():
    page = table(row(cell("Mã"), cell("Giá trị")), row(cell("1.1"), cell("2,5")))
    grids = read_here(document(page + "<w:p/>" + page), Path("x.docx"))
    assert [texts(grid) for grid in grids] == [[["Mã", "Giá trị"], ["1.1", "2,5"]]] * 2


RUN = "<w:r>{}<w:t>{}</w:t></w:r>"
MARKS = {
    "deleted": ("<w:del><w:r><w:delText>cũ</w:delText></w:r></w:del>", ""),
    "deleted as plain text": ("<w:del><w:r><w:t>cũ</w:t></w:r></w:del>", ""),
    "moved away": ("<w:moveFrom><w:r><w:t>cũ</w:t></w:r></w:moveFrom>", ""),
    "inserted": ("<w:ins><w:r><w:t>mới</w:t></w:r></w:ins>", "mới"),
    "moved here": ("<w:moveTo><w:r><w:t>mới</w:t></w:r></w:moveTo>", "mới"),
    "link": ("<w:hyperlink><w:r><w:t>mới</w:t></w:r></w:hyperlink>", "mới"),
    "field": ("<w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:t>7</w:t></w:r>", "7"),
    "text box": ("<w:r><w:pict><w:txbxContent><w:p><w:r><w:t>hộp</w:t></w:r></w:p>"
                 "</w:txbxContent></w:pict></w:r>", ""),
    "hidden": (RUN.format("<w:rPr><w:vanish/></w:rPr>", "ẩn"), ""),
    "not hidden": (RUN.format('<w:rPr><w:vanish w:val="0"/></w:rPr>', "rõ"), "rõ"),
    "signs": ("<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:noBreakHyphen/>"
              "<w:softHyphen/><w:t>d</w:t></w:r>", "a b c-d"),
    "split runs": (RUN.format("", "23,") + RUN.format("", "95"), "23,95"),
}  # fmt: skip


@pytest.mark.parametrize("mark", MARKS)
def test_what_a_reader_sees(mark):
    content, seen = MARKS[mark]
    made = table(row(f"<w:tc><w:p>{content}</w:p></w:tc>", cell("x")))
    assert texts(only(document(made), "x.docx")) == [[seen, "x"]]


def test_a_deleted_row_is_passed_over():
    made = table(row(cell("a")), row(cell("b"), settings="<w:del/>"), row(cell("c")))
    assert texts(only(document(made), "x.docx")) == [["a"], ["c"]]


def test_paragraphs_of_a_cell_are_kept_apart():
    made = "<w:tc><w:p><w:r><w:t>một</w:t></w:r></w:p><w:p><w:r><w:t>hai</w:t></w:r></w:p></w:tc>"
    assert texts(only(document(table(row(made))), "x.docx")) == [["một hai"]]


def test_a_span_without_end_is_bounded():
    with pytest.raises(DataError, match="bảng 1, hàng 1, cột 5"):
        only(document(table(row(cell("a", '<w:gridSpan w:val="99999"/>')))), "x.docx")


@pytest.mark.parametrize("depth", [60, 5_000])
def test_tables_without_end_in_each_other_are_refused(depth):
    body = "<w:tbl><w:tr><w:tc>" * depth + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * depth
    with pytest.raises(DataError, match="nested more than 50 deep"):
        only(document(body), "x.docx")


def test_a_document_without_tables_is_refused():
    with pytest.raises(DataError, match="no table that holds a text"):
        only(document("<w:p><w:r><w:t>Kế hoạch</w:t></w:r></w:p>"), "x.docx")
