"""Slides in one HTML file: nothing lost, nothing overfull, reveal.js as it was published."""

import hashlib
import re

import pytest

from piilib.report.block import Html, bullets, cards, notice, paragraphs
from piilib.report.briefing_deck import deck
from piilib.report.briefing_text import point, speaker
from piilib.report.chart import draw, figure, style
from piilib.report.pieces import Piece
from piilib.report.slides import VENDOR, to_slides
from piilib.report.table import Column, Table

from .browser import violations
from .reading import text

LONG = "Một phát hiện dài, có số 12,5 và lý do, để ô này phải xuống dòng vài lần. " * 2


@style()
def chart():
    fig = figure(8, 4)
    fig.subplots().barh(["a", "b"], [1, 2])
    return draw(fig, key="x", title="Tiêu đề hình", alt="Hai thanh.", source="nguồn", kind="loại")


def table(count, words=LONG):
    rows = [{"code": f"hàng {i}", "said": words, "x": i / 10} for i in range(count)]
    columns = (Column("code", "Mã"), Column("said", "Nội dung"), Column("x", "Điểm", "number"))
    return Table("t", "Bảng dài", columns, rows, "nguồn", "loại", note="Ghi chú của bảng.")


@pytest.fixture(scope="module")
def pieces():
    return [
        Piece(shown=paragraphs("Mở đầu")),
        Piece(2, "Bảng"),
        Piece(shown=point("Bảng có 23 hàng") + bullets(["một điểm"]) + speaker("Nguồn: a", "b")),
        Piece(shown=table(23)),
        Piece(2, "Hình"),
        Piece(0, "Một **đoạn** văn, `mã`. " + LONG * 4),
        Piece(shown=cards([("Điểm", "23,95", "+1,77"), ("Hạng", "63/63", "")])),
        Piece(shown=chart()),
        Piece(2, "Trống"),
        Piece(shown=speaker("Không có gì để chiếu.")),
        Piece(2, "Ít chữ"),
        Piece(shown=notice("Thiếu phiếu <số liệu> & </script><script>x</script>", "warning")),
    ]


@pytest.fixture(scope="module")
def page(pieces):
    return to_slides(pieces, title="Bài <trình bày>", simulated="SỐ LIỆU MÔ PHỎNG")


def test_the_vendored_files_are_those_named():
    listed = re.findall(r"^([0-9a-f]{64})  (\S+)", (VENDOR / "VENDOR").read_text(), re.M)
    assert {name for _, name in listed} == {"LICENSE", "notes.js", "reveal.css", "reveal.js"}
    for digest, name in listed:
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == digest, name
    version = re.search(r"^version: (\S+)$", (VENDOR / "VENDOR").read_text(), re.M)[1]
    assert f"`{version}`" in (VENDOR / "reveal.js").read_text(encoding="utf-8")
    assert "Permission is hereby granted, free of charge" in (VENDOR / "LICENSE").read_text()


def test_a_long_table_is_carried_on_with_every_row_once(pieces):
    found = deck(pieces, title="Bài")
    parts = [slide for slide in found if slide.kicker == "Bảng"]
    assert len(parts) == parts[0].parts > 1
    assert [slide.heading for slide in parts][:2] == [f"Bảng ({i}/{len(parts)})" for i in (1, 2)]
    rows = [row["code"] for slide in parts for t in slide.tables for row in t.rows]
    assert rows == [f"hàng {i}" for i in range(23)]
    assert [bool(slide.texts) for slide in parts] == [True] + [False] * (len(parts) - 1)
    assert all(slide.notes == ("Nguồn: a", "b") for slide in parts)
    assert parts[1].tables[0].caption == "Bảng dài (tiếp)"
    sizes = [len(slide.tables[0].rows) for slide in parts[1:]]
    assert max(sizes) - min(sizes) <= 1  # no last slide with one row
    titles = [slide.title for slide in parts]
    assert len(set(titles)) == len(titles)
    assert titles[1].startswith("Bảng có 23 hàng: hàng ")


def test_a_slide_without_anything_to_show_is_left_out(pieces):
    assert [s.kicker or s.title for s in deck(pieces, title="Bài") if s.part == 1] == [
        "Bài",
        "Bảng",
        "Hình",
        "Ít chữ",
    ]


def test_nothing_is_lost_and_nothing_runs(pieces, page):
    said = text(page.split("</style>")[1].split("<script>")[0])
    for words in (
        "Bài <trình bày>",
        "hàng 22",
        "2,20",
        "Một đoạn văn, mã.",
        "Thiếu phiếu <số liệu>",
    ):
        assert words in said
    assert page.count("</script>") == 1
    assert page.count("SỐ LIỆU MÔ PHỎNG") == page.count("<section")
    assert page == to_slides(pieces, title="Bài <trình bày>", simulated="SỐ LIỆU MÔ PHỎNG")
    assert not re.search(r'(?:src|href)="(?!#)', page.split("<script>")[0])


def test_in_a_browser(page, chromium, tmp_path):
    """Every slide within its height, the keyboard moves on, the notes can be opened."""
    path = tmp_path / "slides.html"
    path.write_text(page, encoding="utf-8")
    view = chromium.new_page(viewport={"width": 1280, "height": 720})
    faults, asked = [], []
    view.on("console", lambda m: faults.append(m.text) if m.type == "error" else None)
    view.on("pageerror", lambda error: faults.append(str(error)))
    view.on("request", lambda request: asked.append(request.url))
    view.goto(path.as_uri())
    view.wait_for_function("Reveal.isReady()")
    count = view.evaluate("Reveal.getTotalSlides()")
    for place in range(count):
        over = view.evaluate(
            "() => { const slide = Reveal.getCurrentSlide().querySelector('.slide');"
            " const body = slide.querySelector('.body'), end = body.getBoundingClientRect().bottom;"
            " return [Reveal.getIndices().h, slide.scrollHeight, ...[...body.children]"
            ".filter(e => e.getBoundingClientRect().bottom > end + 1).map(e => e.outerHTML)]; }"
        )
        assert over == [place, 720]
        assert violations(view) == [], place
        view.keyboard.press("ArrowRight")
    view.goto(path.as_uri() + "#/2")
    view.reload()
    view.wait_for_function("Reveal.isReady() && Reveal.getIndices().h === 2")
    with view.expect_popup() as popup:
        view.keyboard.press("s")
    popup.value.close()
    view.close()
    assert faults == []
    assert {re.sub(r"[?#].*", "", address) for address in asked} == {path.as_uri()}


def test_on_a_phone(page, chromium, tmp_path):
    """A page to read: words of their usual size, nothing too wide, the address opens its slide."""
    path = tmp_path / "slides.html"
    path.write_text(page, encoding="utf-8")
    view = chromium.new_page(viewport={"width": 390, "height": 844})
    view.goto(path.as_uri() + "#/2")
    at = "document.querySelectorAll('.slides > section')[{}].getBoundingClientRect().top"
    view.wait_for_function(f"Math.abs({at.format(2)}) < 2 && scrollY > 400")
    view.evaluate("location.hash = '#/3'")
    view.wait_for_function(f"Math.abs({at.format(3)}) < 2")
    assert view.evaluate("document.documentElement.scrollWidth") == 390
    small = view.evaluate(
        "() => [...document.querySelectorAll('.slides *')].filter(e => !e.closest('svg, .notes')"
        " && e.innerText && e.getBoundingClientRect().height"
        " && parseFloat(getComputedStyle(e).fontSize) < 14).map(e => e.outerHTML)"
    )
    assert small == []
    shown = view.evaluate("document.body.innerText")
    for words in ("hàng 22", "Một phát hiện dài", "23,95", "Hai thanh."):
        assert words in shown
    head = "getComputedStyle(document.querySelector('td'), '::before').content"
    assert view.evaluate(head) == '"Nội dung: "'
    assert violations(view) == []
    view.set_viewport_size({"width": 844, "height": 390})  # turned: slides again
    view.wait_for_function("Reveal.isReady()")
    assert view.evaluate("Reveal.getIndices().h") == 3
    view.close()


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_language_of_the_page(lang):
    page = to_slides([Piece(2, "A"), Piece(shown=table(2))], title="B", lang=lang)
    assert f'<html lang="{lang}">' in page
    assert {"vi": "Nguồn: loại", "en": "Source: loại"}[lang] in page


def test_html_cells_and_tables_in_text_are_kept():
    columns = (Column("a", "Mã"), Column("b", "Nội dung", "html"))
    one = Table("u", "Bảng", columns, [{"a": "x", "b": Html("<b>đậm</b> &amp; thường")}], "s", "k")
    inside = Html(one._repr_html_())
    for shown in (one, inside):
        (_, slide) = deck([Piece(2, "A"), Piece(shown=shown)], title="B")
        (found,) = slide.tables
        page = to_slides([Piece(2, "A"), Piece(shown=shown)], title="B")
        assert found.caption == "Bảng"
        assert "đậm &amp; thường</td>" in page
