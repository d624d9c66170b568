"""The PowerPoint file, read back: native tables and charts, alternative texts, notes, bounds."""

import io
import subprocess
import sys
import zipfile

import pytest
from conftest import needs

from piilib.errors import DataError
from piilib.report.block import bullets, cards, notice, paragraphs
from piilib.report.briefing_charts import Data, with_data
from piilib.report.briefing_fit import BODY_WIDTH
from piilib.report.briefing_text import point, speaker
from piilib.report.pieces import Piece
from piilib.report.powerpoint import to_pptx
from piilib.report.table import Column, Table

from .test_slides import LONG, chart, table

pptx = needs("pptx")

BARS = Data(
    "bar",
    ("một", "hai"),
    (("Tỉnh", (1.5, -2.25)), ("Cao nhất", (3.0, 4.0))),
    ("#0072B2", "#9aa5b1"),
)
SIGNED = Data(
    "bar",
    ("một", "hai"),
    (("Đóng góp", (1.5, -2.25)),),
    ("#0072B2",),
    signed=True,
    inks=("#009e73", "#d55e00"),
)
COLUMNS = Data(
    "column",
    tuple(str(i) for i in range(1, 35)),
    (("Xác suất", tuple(i / 10 for i in range(34))),),
    ("#0072B2",),
    x_title="Hạng",
    y_title="Xác suất (%)",
    decimals=0,
)
POINTS = Data(
    "scatter",
    ("1.1.1", "", "3.1.2"),
    (("Đòn bẩy", (0.3, 0.2, 0.29)),),
    ("#0072B2",),
    x=(2.0, 4.0, 2.2),
    x_title="Công sức",
    y_title="Điểm",
    inks=("#0072b2", "#d9eaf4", "#69aed6"),
)
MARK = "SỐ LIỆU MÔ PHỎNG"


@pytest.fixture(scope="module")
def pieces():
    drawn = chart()
    shown = [Piece(shown=paragraphs("Mở đầu"))]
    for name, data in (("Thanh", BARS), ("Dấu", SIGNED), ("Cột", COLUMNS), ("Điểm", POINTS)):
        shown += [Piece(2, name), Piece(shown=bullets(["ý một", LONG]))]
        shown.append(Piece(shown=with_data(drawn, data)))
    shown += [
        Piece(2, "Ảnh"),
        Piece(shown=cards([("Điểm", "23,95", "+1,77"), ("Hạng", "63/63", "")])),
        Piece(shown=drawn),
        Piece(2, "Bảng"),
        Piece(shown=point("Bảng có 14 hàng") + speaker("Nguồn: a", "b")),
        Piece(shown=table(14, "câu một\ncâu hai")),
        Piece(2, "Thiếu"),
        Piece(shown=notice(LONG, "warning")),
    ]
    return shown


@pytest.fixture(scope="module")
def data(pieces):
    return to_pptx(pieces, title="Bài trình bày", simulated=MARK)


@pytest.fixture(scope="module")
def slides(data):
    return {slide.shapes.title.text: slide for slide in pptx.Presentation(io.BytesIO(data)).slides}


def table_slides(slides):
    return [slide for title, slide in slides.items() if title.startswith("Bảng có 14 hàng")]


def charts(slide):
    return [shape.chart for shape in slide.shapes if shape.has_chart]


@pytest.mark.parametrize(("name", "given"), [("Thanh", BARS), ("Dấu", SIGNED), ("Cột", COLUMNS)])
def test_bars_are_native(slides, name, given):
    (found,) = charts(slides[name])
    plot = found.plots[0]
    assert tuple(plot.categories) == given.categories
    assert tuple((s.name, tuple(s.values)) for s in plot.series) == given.series
    assert found.has_legend == (len(given.series) > 1)
    assert plot.has_data_labels == (given is not COLUMNS)
    if plot.has_data_labels:
        assert plot.data_labels.number_format.startswith("[$-42A]")  # the decimal comma


def test_points_are_native_and_named(slides):
    (found,) = charts(slides["Điểm"])
    (series,) = found.plots[0].series
    assert tuple(series.values) == POINTS.series[0][1]
    xs = series._element.xpath("c:xVal//c:v")
    assert [float(x.text) for x in xs] == list(POINTS.x)
    labels = [t.text for t in series._element.xpath("c:dLbls//a:t")]
    assert labels == ["1.1.1", "3.1.2"]
    inks = series._element.xpath("c:dPt/c:marker/c:spPr/a:solidFill/a:srgbClr")
    assert [ink.get("val").lower() for ink in inks] == [ink[1:] for ink in POINTS.inks]


def test_bars_have_the_colours_of_their_meaning(slides):
    (series,) = charts(slides["Dấu"])[0].plots[0].series
    inks = series._element.xpath("c:dPt/c:spPr/a:solidFill/a:srgbClr")
    assert [ink.get("val").lower() for ink in inks] == ["009e73", "d55e00"]


def test_the_figures_can_be_edited(data):
    """Behind each chart stands its workbook."""
    openpyxl = needs("openpyxl")
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        books = sorted(name for name in file.namelist() if name.endswith(".xlsx"))
        assert len(books) == 4
        read = [openpyxl.load_workbook(io.BytesIO(file.read(name))).active for name in books]
    assert [(None, "Tỉnh", "Cao nhất"), ("một", 1.5, 3), ("hai", -2.25, 4)] in [
        list(sheet.values) for sheet in read
    ]


def test_what_has_no_figures_is_a_picture_with_words(slides):
    (picture,) = [shape for shape in slides["Ảnh"].shapes if shape.shape_type == 13]
    assert picture._element.xpath("./*/p:cNvPr")[0].get("descr") == "Hai thanh."
    assert picture.image.content_type == "image/png"


def test_tables_are_native_and_whole(data):
    file = pptx.Presentation(io.BytesIO(data))
    grids = [shape.table for slide in file.slides for shape in slide.shapes if shape.has_table]
    rows = [[cell.text for cell in row.cells] for grid in grids for row in list(grid.rows)[1:]]
    assert [row[:2] for row in rows] == [[f"hàng {i}", "câu một\ncâu hai"] for i in range(14)]
    assert [row[2] for row in rows[-2:]] == ["1,20", "1,30"]
    assert len(grids) > 1
    assert {tuple(cell.text for cell in grid.rows[0].cells) for grid in grids} == {
        ("Mã", "Nội dung", "Điểm")
    }


def test_every_slide(data):
    """Within its bounds, described, in a letter with Vietnamese, with notes, marked, numbered."""
    file = pptx.Presentation(io.BytesIO(data))
    assert (file.slide_width, file.slide_height) == (1280 * 9525, 720 * 9525)
    assert len(file.slide_layouts) == 2
    for place, slide in enumerate(file.slides, 1):
        words = []
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.top >= 0
            assert shape.left + shape.width <= file.slide_width, (place, shape.name)
            assert shape.top + shape.height <= file.slide_height, (place, shape.name)
            if shape.has_chart or shape.has_table or shape.shape_type == 13:
                assert shape._element.xpath("./*/p:cNvPr")[0].get("descr")
            if shape.has_text_frame:
                words.append(shape.text_frame.text)
        assert MARK in words
        assert slide.notes_slide.notes_text_frame.text.strip()
        letters = slide._element.xpath(".//a:rPr/a:latin")
        assert {letter.get("typeface") for letter in letters} == {"Arial"}
        assert slide._element.xpath(".//a:fld[@type='slidenum']")
    theme = zipfile.ZipFile(io.BytesIO(data)).read("ppt/theme/theme1.xml").decode()
    assert "Calibri" not in theme


def test_one_run_like_another(pieces, data):
    assert to_pptx(pieces, title="Bài trình bày", simulated=MARK) == data


def test_without_the_package(monkeypatch):
    monkeypatch.setitem(sys.modules, "pptx", None)
    with pytest.raises(DataError, match=r"piilib\[office\]"):
        to_pptx([], title="x")


def test_a_table_fills_the_slide_and_no_more(slides):
    (shape,) = [shape for shape in table_slides(slides)[0].shapes if shape.has_table]
    assert sum(column.width for column in shape.table.columns) == pytest.approx(
        BODY_WIDTH * 9525, abs=10
    )


@pytest.mark.parametrize(
    ("title", "size", "lines"),
    [("Một dòng", 31, 1), ("Một câu dài " * 8, 31, 2), ("Một câu dài " * 13, 26, 2)],
)
def test_the_section_stands_right_above_the_title(title, size, lines):
    """The title stands at the bottom of its field, in type of one size unless it is very long."""
    shown = [Piece(2, "Mục"), Piece(shown=point(title) + bullets(["ý"]))]
    slide = pptx.Presentation(io.BytesIO(to_pptx(shown, title="B"))).slides[1]
    (kicker,) = [s for s in slide.shapes if s.has_text_frame and s.text_frame.text == "Mục"]
    field = slide.shapes.title
    (run,) = field.text_frame.paragraphs[0].runs
    assert run.font.size.pt / 0.75 == pytest.approx(size, abs=0.1)
    top = (field.top + field.height) / 9525 - 1.2 * size * lines
    assert 0 <= top - (kicker.top + kicker.height) / 9525 <= 8


def test_libreoffice_opens_it(data, tmp_path):
    """One page a slide, the Vietnamese words searchable."""
    office, reader = needs("soffice"), needs("pdftotext")
    path = tmp_path / "x.pptx"
    path.write_bytes(data)
    home = f"-env:UserInstallation={(tmp_path / 'home').as_uri()}"
    command = [office, home, "--headless", "--convert-to", "pdf", "--outdir", tmp_path, path]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    if not (tmp_path / "x.pdf").exists() and "no export filter" in done.stderr:
        needs("libreoffice-impress")
    said = subprocess.run([reader, tmp_path / "x.pdf", "-"], capture_output=True, text=True).stdout
    assert said.count("\f") == len(pptx.Presentation(io.BytesIO(data)).slides)
    assert "Bảng có 14 hàng" in said
    assert "−2,25" in said
    assert "+1,50" in said


def test_the_source_stands_below_in_the_language():
    columns = (Column("a", "Mã"),)
    one = Table("u", "Bảng", columns, [{"a": "x"}], "s", "k", lang="en")
    file = pptx.Presentation(
        io.BytesIO(to_pptx([Piece(2, "A"), Piece(shown=one)], title="B", lang="en"))
    )
    assert "Source: k · s" in [s.text_frame.text for s in file.slides[1].shapes if s.has_text_frame]
