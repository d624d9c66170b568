"""The report as a Word document: read back, its words and numbers are those of the page."""

import io
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from conftest import needs

from piilib.errors import DataError
from piilib.report import diagnostic as report
from piilib.report.block import Html, bullets, cards, notice, paragraphs
from piilib.report.chart import Chart, draw, figure, style
from piilib.report.html_blocks import (
    Bullet,
    Cards,
    Cell,
    Grid,
    Notice,
    Paragraph,
    Run,
    blocks,
    linked,
    plain,
    prose,
)
from piilib.report.office_file import steady
from piilib.report.pieces import Piece
from piilib.report.simulated import MARKS, marked
from piilib.report.table import Column, Table
from piilib.report.word import to_docx
from piilib.report.word_widths import layout, layouts, unbroken

from .reading import _read

docx = needs("docx")
TITLE = "Chẩn đoán Chỉ số Đổi mới sáng tạo cấp địa phương 2024: Cao Bằng"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture(scope="module")
def pieces():
    """Every kind of piece, of the real report: cards, lists, narrow and wide tables, figures."""
    d = report.prepare("cao-bang", 2024, "vi", draws=200)
    shown = {
        "Tóm tắt cho lãnh đạo": (report.first_screen(d), report.warning(d)),
        "Vị thế": (report.position(d), report.position_chart(d)),
        "Bức tranh bảy trụ cột": (report.profile_chart(d), report.profile_table(d)),
        "Mục trống": (),
        "Đòn bẩy": (report.levers_text(d), report.levers_table(d), report.reach_table(d)),
        "Nguồn": (report.sources(d), report.press_addresses(d), report.foot(d)),
    }
    found = []
    for heading, parts in shown.items():
        found.append(Piece(2, heading))
        found += [Piece(shown=part) for part in parts]
        if heading == "Đòn bẩy":
            found += [Piece(3, "Thêm một đơn vị"), Piece(shown=report.one_more_table(d))]
    found.insert(-3, Piece(shown=Html("<input>"), tags=frozenset({"html-only"})))
    return found


@pytest.fixture(scope="module")
def made(pieces):
    return to_docx(pieces, title=TITLE, lang="vi", place="Cao Bằng")


@pytest.fixture(scope="module")
def document(made):
    return docx.Document(io.BytesIO(made))


def page(pieces):
    """Return the HTML of what is text or a table."""
    shown = [p.shown for p in pieces if p.shown and "html-only" not in p.tags]
    return [part._repr_html_() for part in shown if not isinstance(part, Chart)]


def captioned(document):
    """Give each table that has a caption, by it."""
    named = {}
    for table in document.tables:
        if (caption := table._tbl.tblPr.find(f"{W}tblCaption")) is not None:
            named[caption.get(f"{W}val")] = table
    return named


def test_every_cell_is_that_of_the_page(pieces, document):
    html = "\n".join(page(pieces))
    captions = dict(re.findall(r'<table id="([^"]+)">\s*<caption[^>]*><span>(.*?)</span>', html))
    expected = _read(html).tables
    found = captioned(document)
    assert sorted(found) == sorted(map(unescape, captions.values()))
    assert len(found) == 6
    for key, caption in captions.items():
        rows = [[c.text for c in row.cells] for row in found[unescape(caption)].rows]
        assert rows == expected[key]


def test_all_words_of_the_page_stand_in_the_document(pieces, document):
    body = "".join("".join(t.text or "" for t in document.element.iter(f"{W}t")).split())
    for part in (b for html in page(pieces) for b in blocks(html)):
        if isinstance(part, Grid):
            said = [part.caption, part.note, part.source, part.kind]
        elif isinstance(part, Cards):
            said = [text for card in part.items for text in (card.label, card.value, card.note)]
        else:
            said = [plain(part.runs)]
        for text in said:
            assert "".join(text.split()).rstrip(".") in body


def test_headings_are_numbered_and_an_empty_one_is_left_out(document):
    found = [(p.style.name, p.text) for p in document.paragraphs if "Heading" in p.style.name]
    assert [text for name, text in found if name == "Heading 1"] == [
        "Tóm tắt cho lãnh đạo",
        "Vị thế",
        "Bức tranh bảy trụ cột",
        "Đòn bẩy",
        "Nguồn",
    ]
    assert ("Heading 2", "Đề nghị quyết định") in found
    assert ("Heading 2", "Thêm một đơn vị") in found
    levels = document.part.numbering_part.element.findall(f".//{W}lvlText")
    assert [level.get(f"{W}val") for level in levels[:3]] == ["%1.", "%2.", "%3)"]


def test_captions_count_and_name_what_stands_beside_them(pieces, document):
    found = [p.text for p in document.paragraphs if p.style.name == "Caption"]
    charts = [p.shown for p in pieces if isinstance(p.shown, Chart)]
    figures = [text for text in found if text.startswith("Hình")]
    assert figures == [f"Hình {k}. {chart.title}" for k, chart in enumerate(charts, 1)]
    numbers = [int(re.match(r"Bảng (\d+)\. ", text)[1]) for text in found if text not in figures]
    assert numbers == [1, 2, 3, 4, 5, 6]
    codes = [field.text.split()[:2] for field in document.element.iter(f"{W}instrText")]
    assert codes.count(["SEQ", "Bảng"]) == 6
    assert codes.count(["SEQ", "Hình"]) == 2


def test_the_page_is_the_decrees(document):
    for section in document.sections:
        sides = sorted((round(section.page_width.mm), round(section.page_height.mm)))
        assert sides == [210, 297]
        across = section.page_width > section.page_height
        margins = [section.top_margin, section.right_margin]
        margins += [section.bottom_margin, section.left_margin]
        if across:  # the same page turned: what was left is on top
            margins = [margins[1], margins[2], margins[3], margins[0]]
        top, right, bottom, left = (round(margin.mm, 1) for margin in margins)
        assert 20 <= top <= 25
        assert 20 <= bottom <= 25
        assert 30 <= left <= 35
        assert 15 <= right <= 20
    assert {s.page_width > s.page_height for s in document.sections} == {True, False}


def test_type_and_language_are_set(document):
    fonts = {
        value
        for node in document.styles.element.iter(f"{W}rFonts")
        for value in node.attrib.values()
    }
    assert fonts == {"Times New Roman"}
    assert not list(document.element.iter(f"{W}rFonts"))
    defaults = document.styles.element.find(f"{W}docDefaults")
    assert defaults.find(f".//{W}sz").get(f"{W}val") == "26"
    assert defaults.find(f".//{W}lang").get(f"{W}val") == "vi-VN"
    body = document.styles["Body Text"].paragraph_format
    assert 10 <= body.first_line_indent.mm <= 12.7
    base = document.styles["Normal"].paragraph_format
    assert base.space_after.pt >= 6
    assert 1.0 <= base.line_spacing <= 1.5
    known = document.core_properties
    assert (known.title, known.language, known.author) == (TITLE, "vi-VN", "piilib")


def test_pictures_have_the_words_of_the_chart(pieces, document):
    charts = [p.shown for p in pieces if isinstance(p.shown, Chart)]
    found = [shape._inline.docPr for shape in document.inline_shapes]
    assert [node.get("descr") for node in found] == [chart.alt for chart in charts]
    assert len({node.get("id") for node in found}) == len(found) == 2
    for shape in document.inline_shapes:
        assert shape.width.mm <= 165.1


def test_rows_are_whole_and_heads_repeat(document):
    for caption, table in captioned(document).items():
        widths = [int(node.get(f"{W}w")) for node in table._tbl.tblGrid]
        assert min(widths) > 350, caption
        assert table.rows[0]._tr.trPr.find(f"{W}tblHeader") is not None
        for row in table.rows:
            assert len(row._tr.tc_lst) == len(widths)
            assert row._tr.trPr.find(f"{W}cantSplit") is not None


def test_the_head_leaves_number_day_and_signature_open(document):
    head, *_, end = document.tables
    left, right = ([cell.text for cell in row.cells] for row in head.rows)
    assert left[1].split("\n")[:2] == [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
    ]
    assert right == ["Số: ……/BC-……", "Cao Bằng, ngày …… tháng …… năm ……"]
    assert not re.search(r"\d", "".join([*left, *right, *(c.text for c in end.rows[0].cells)]))
    assert [p.text for p in document.paragraphs[:2]] == ["BÁO CÁO", TITLE]
    assert "Nơi nhận:" in end.rows[0].cells[0].text
    first = document.sections[0]
    assert first.different_first_page_header_footer
    assert "PAGE" in "".join(n.text for n in first.header._element.iter(f"{W}instrText"))
    assert not list(first.first_page_header._element.iter(f"{W}t"))


def test_addresses_are_links(document):
    targets = {rel.target_ref for rel in document.part.rels.values() if rel.is_external}
    assert "https://viet-jo.com/m/news/statistics/241231165538.html" in targets
    used = {node.get(node.nsmap["r"].join("{}") + "id") for node in links(document)}
    assert used == {name for name, rel in document.part.rels.items() if rel.is_external}


def links(document):
    anchor = f"{W}anchor"
    return [n for n in document.element.iter(f"{W}hyperlink") if n.get(anchor) is None]


def test_it_opens_in_libreoffice_and_its_contents_are_right(made, tmp_path: Path):
    soffice, pdftotext = needs("soffice"), needs("pdftotext")
    (tmp_path / "x.docx").write_bytes(made)
    home = f"-env:UserInstallation={(tmp_path / 'home').as_uri()}"
    asked = [soffice, home, "--headless", "--convert-to", "pdf", "x.docx"]
    subprocess.run(asked, cwd=tmp_path, check=True, capture_output=True, timeout=240)
    subprocess.run([pdftotext, "-layout", "x.pdf"], cwd=tmp_path, check=True)
    text = (tmp_path / "x.txt").read_text(encoding="utf-8")
    pages = [" ".join(page.split()) for page in text.split("\f")]
    assert "Những" in text or "những" in text
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM Độc lập" not in pages[1]
    assert "\ufffd" not in text
    assert "□" not in text
    assert "[Họ và tên]" in pages[-2]
    assert "Soạn bằng piilib" in pages[-2]  # the signature does not stand alone
    assert pages[0].startswith("[CƠ QUAN CHỦ QUẢN]")
    assert [page.split()[0] for page in pages[1:-1]] == [str(k) for k in range(2, len(pages))]
    listed = dict(re.findall(r"[IVX]+\. (\D+?) (\d+)(?= |$)", " ".join(pages)))
    for number, heading in (("II", "Vị thế"), ("IV", "Đòn bẩy"), ("V", "Nguồn")):
        assert f"{number}. {heading}" in pages[int(listed[heading]) - 1]


def small(simulated: bool = False, lang: str = "vi") -> list[Piece]:
    source = marked("piilib", lang, simulated)
    with style():
        drawing = figure(4, 2)
        drawing.subplots().plot([0, 1], [0, 1])
    words = {"title": "A rises", "alt": "From 0 to 1", "source": source, "kind": "test"}
    columns = (Column("a", "A"), Column("b", "B", "number"))
    rows = [{"a": "x", "b": 1.5}]
    return [
        Piece(2, "One"),
        Piece(shown=cards([("Score", "23.95", "")])),
        Piece(shown=bullets(["first", Html("<b>second</b>")])),
        Piece(2, "Two"),
        Piece(0, "See `pii audit`, **now**."),
        Piece(shown=draw(drawing, key="c", **words)),
        Piece(2, "Three"),
        Piece(shown=Table("t", "Values", columns, rows, source, "test", lang)),
    ]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_mark_of_simulated_data_is_on_every_page(lang):
    file = docx.Document(io.BytesIO(to_docx(small(True, lang), title="A", lang=lang)))
    for section in file.sections:
        for header in (section.header, section.first_page_header):
            assert MARKS[lang] in "".join(p.text for p in header.paragraphs)
    words = "\n".join(n.text or "" for n in file.element.iter(f"{W}t"))
    assert ("REPORT" in words) == (lang == "en") != ("BÁO CÁO" in words)


def test_the_same_pieces_give_the_same_bytes():
    first = to_docx(small(lang="en"), title="A", lang="en", place="Cao Bang", agency="S&T")
    assert first == to_docx(small(lang="en"), title="A", lang="en", place="Cao Bang", agency="S&T")
    assert "S&T" in [
        p.text for p in docx.Document(io.BytesIO(first)).tables[0].cell(0, 0).paragraphs
    ]
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}
        assert b"2000-01-01" in archive.read("docProps/core.xml")


def test_without_python_docx_there_is_one_clear_message(monkeypatch):
    monkeypatch.setitem(sys.modules, "docx", None)
    with pytest.raises(DataError, match=r"pip install 'piilib\[office\]'"):
        to_docx([], title="A", lang="en")


def test_a_wide_table_turns_the_page_and_a_long_word_is_not_cut(pieces):
    grids = {b.key: b for html in page(pieces) for b in blocks(html) if isinstance(b, Grid)}
    assert [key for key, grid in grids.items() if layout(grid).across] == ["levers-table"]
    narrow = layout(replace(grids["profile-table"], rows=()))
    assert narrow.points == 11
    assert sum(narrow.widths) == sum(layout(grids["profile-table"]).widths)


def grid(head: list[str], *rows: list[str]) -> Grid:
    cells = [tuple(Cell((Run(text),)) for text in row) for row in (head, *rows)]
    return Grid("a", "A", cells[0], tuple(cells[1:]), "", "", "")


@pytest.mark.parametrize(
    ("columns", "text", "expected"),
    [
        (3, "one two", (False, 11)),
        (5, "word " * 12, (False, 10)),  # tall rows, yet all can be read
        (7, "incomparable", (False, 9)),
        (7, "incomparables", (True, 10)),  # in 9 points they would fit, with nothing to spare
        (11, "incomparable", (True, 9)),
    ],
)
def test_the_page_turns_for_words_alone_not_for_tall_rows(columns, text, expected):
    found = layout(grid(["Head"] * columns, *([text] * columns for _ in range(70))))
    assert (found.across, found.points) == expected


def test_tables_of_one_head_look_alike():
    short, other = grid(["A", "B"], ["1", "2"]), grid(["A", "C"], ["1", "2"])
    tall = grid(["A", "B"], *(["1", "word " * 60] for _ in range(40)))
    found = layouts([short, other, tall])
    assert (found[0].points, found[0].widths) == (found[2].points, found[2].widths)
    assert layout(short) == layouts([short])[0] != found[0]
    assert found[1].points == layout(short).points == 11
    assert [len(each.lines) for each in found] == [2, 2, 41]


def test_a_page_lies_across_for_its_table_alone(document):
    parts, across = [[]], []
    for element in document.element.body:
        parts[-1].append(element)
        section = element if element.tag == f"{W}sectPr" else element.find(f"{W}pPr/{W}sectPr")
        if section is not None:
            across.append(section.find(f"{W}pgSz").get(f"{W}orient") == "landscape")
            parts.append([])
    assert across == [False, True, False]
    tags = [element.tag.rpartition("}")[2] for element in parts[1]]
    assert tags.count("tbl") == 1
    assert tags[tags.index("tbl") + 1 :] == ["p", "p"]  # its note and its source


def test_what_belongs_together_stands_on_one_page(document):
    body = list(document.element.body)
    listed = [p for p in document.paragraphs if p.style.name.startswith("toc ")]
    assert [p.paragraph_format.keep_with_next for p in listed] == [True] * (len(listed) - 1) + [
        None
    ]
    for table in captioned(document).values():
        kept = [row.cells[0].paragraphs[0].paragraph_format.keep_with_next for row in table.rows]
        assert all([*kept[:3], *kept[-2:]])  # the head and two rows, two rows and what is below
        assert all(kept) == (len(kept) < 8)  # a short one as a whole
    end = body.index(document.tables[-1]._tbl)
    before = [p for p in document.paragraphs if body.index(p._p) < end][::-1]
    kept = [p.paragraph_format.keep_with_next for p in before]
    together = kept.index(None)
    assert 300 <= sum(len(p.text) for p in before[:together]) < 1500


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("Again: pii audit --lang vi", False),
        ("Again, " + "a " * 35 + "pii audit --lang vi.", True),
        ("Again, " + "a " * 35 + "pii audit", False),  # no option, so no hyphen to break at
        ("Again, " + "a " * 95 + "pii audit --lang vi", False),  # on the third line, with room
        ("pii audit --province cao-bang --year 2024 --lang vi --format html --data x.csv", False),
    ],
)
def test_a_command_is_not_broken(text, broken):
    held = unbroken((Run(text[:3]), Run(text[3:], code=True)))
    assert plain(held).replace("\n", " ") == text
    assert ("\npii audit --" in plain(held)) == ("\n" in plain(held)) == broken
    assert [run.code for run in held] == [False, True]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (paragraphs("1 < 2", "b"), [Paragraph((Run("1 < 2"),)), Paragraph((Run("b"),))]),
        (
            Html("<ul><li>a\n <i>b</i><ul><li>c</li></ul></li></ul>"),
            [Bullet((Run("a "), Run("b", italic=True))), Bullet((Run("c"),), 1)],
        ),
        (notice("Care", "warning"), [Notice((Run("Care"),), True)]),
        (
            Html('<p>x <a href="https://a.vn">y</a> https://b.vn/c.</p>'),
            [
                Paragraph(
                    (
                        Run("x "),
                        Run("y", href="https://a.vn"),
                        Run(" "),
                        Run("https://b.vn/c", href="https://b.vn/c"),
                        Run("."),
                    )
                )
            ],
        ),
        (Html(), []),
        (Html("<p>{}</p>").format("KH&CN"), [Paragraph((Run("KH&CN"),))]),
    ],
)
def test_blocks_by_hand(html, expected):
    found = blocks(html)
    assert found == expected
    assert all(type(run.text) is str for part in found for run in part.runs)


def test_words_by_hand():
    assert prose("a **b** *c* `d` [e](https://f.vn)")[1::2] == (
        Run("b", bold=True),
        Run("c", italic=True),
        Run("d", code=True),
        Run("e", href="https://f.vn"),
    )
    assert [run.href for run in linked("none")] == [""]


@pytest.mark.parametrize("html", ["<p><svg>a</svg></p>", "<section>a</section>", "<p>a</ul>"])
def test_what_would_be_lost_is_refused(html):
    with pytest.raises(ValueError, match=r"expected"):
        blocks(html)


def archive(names: list[str], year: int, inside: bytes = b"") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name in names:
            content = inside or f"<x>{name}</x>".encode()
            if name == "docProps/core.xml":
                content = f'<dcterms:created x="y">{year}-01-02</dcterms:created>'.encode()
            file.writestr(zipfile.ZipInfo(name, (year, 1, 1, 0, 0, 0)), content)
    return buffer.getvalue()


def test_an_office_file_is_steady():
    names = ["word/a.xml", "[Content_Types].xml", "docProps/core.xml"]
    first, second = archive(names, 2001), archive(names[::-1], 2002)
    assert first != second
    assert steady(first) == steady(second)
    one, two = (archive(["ppt/b.xlsx"], 2001, inside) for inside in (first, second))
    assert steady(one) == steady(two)
    with pytest.raises(DataError, match=r"no office file"):
        steady(b"PK")
