"""The table: its structure, its numbers and its escaping."""

import dataclasses
import math

import pytest

from piilib.report.block import Html
from piilib.report.table import Column, Table

COLUMNS = (
    Column("name", "Chỉ số"),
    Column("score", "Điểm", "number"),
    Column("gain", "Tăng thêm", "signed", decimals=3),
    Column("range", "Khoảng 90%", "interval"),
    Column("chance", "Xác suất", "percent", decimals=0),
    Column("group", "Nhóm", align="center"),
)
ROW = {
    "name": "6.1.1 Sáng chế",
    "score": 1234.5,
    "gain": 0.135,
    "range": (0.2, 0.24),
    "chance": 0.76,
    "group": "A",
}
TABLE = Table("levers", "Đòn bẩy", COLUMNS, [ROW], "Phụ lục", "Bảng số liệu của tỉnh")


def html(**changes: object) -> str:
    return dataclasses.replace(TABLE, **changes)._repr_html_()  # type: ignore[arg-type]


def test_frame() -> None:
    text = html()
    assert text.startswith(
        '<div class="table-block">\n'
        '<div class="table-wrap" tabindex="0" role="region" aria-labelledby="levers-caption">\n'
        '<table id="levers">\n'
        '<caption id="levers-caption"><span>Đòn bẩy</span></caption>\n'
    )
    assert text.endswith(
        '<p class="source"><span class="kind">Bảng số liệu của tỉnh</span> Phụ lục</p>\n</div>'
    )
    assert '<th scope="col" class="left">Chỉ số</th>' in text
    assert '<th scope="col" class="right figures">Điểm</th>' in text


def test_row_in_vietnamese() -> None:
    assert (
        '<tr><th scope="row" class="left">6.1.1 Sáng chế</th>'
        '<td class="right figures">1.234,50</td>'
        '<td class="right figures">+0,135</td>'
        '<td class="right figures">0,20–0,24</td>'
        '<td class="right figures">76%</td>'
        '<td class="center">A</td></tr>'
    ) in html()


def test_row_in_english() -> None:
    text = html(lang="en")
    assert ">1,234.50<" in text
    assert ">0.20–0.24<" in text


@pytest.mark.parametrize("nothing", [None, math.nan])
@pytest.mark.parametrize("key", ["name", "score", "gain", "chance", "group"])
def test_what_is_not_known_is_a_dash(key: str, nothing: float | None) -> None:
    assert html(rows=[{**ROW, key: nothing}]).count(">–<") == 1


@pytest.mark.parametrize(
    ("value", "text"), [(2.0, "2"), (1.8, "1,8"), (1.96, "2"), (0.5, "0,5"), (None, "–")]
)
def test_whole_numbers_without_decimals(value: float | None, text: str) -> None:
    column = Column("score", "Bước", "number", 1, whole=True)
    assert f">{text}<" in html(columns=[COLUMNS[0], column], rows=[{**ROW, "score": value}])


def test_an_absent_interval_is_a_dash() -> None:
    row = {key: value for key, value in ROW.items() if key != "range"}
    assert html(rows=[row]).count(">–<") == 1


def test_row_header_may_be_another_column() -> None:
    assert '<td class="left">6.1.1 Sáng chế</td>' in html(row_header=5)
    assert '<th scope="row" class="center">A</th>' in html(row_header=5)


def test_note() -> None:
    assert '<p class="table-note">Ghi chú</p>' in html(note="Ghi chú")
    assert "table-note" not in html()


def test_everything_is_escaped() -> None:
    nasty = "<script>x</script>"
    text = html(caption=nasty, source=nasty, kind=nasty, note=nasty, rows=[{"name": nasty}])
    assert "<script" not in text
    assert text.count("&lt;script&gt;x&lt;/script&gt;") == 5


def test_html_column_takes_markup_alone() -> None:
    columns = [Column("name", "Tên", "html")]
    assert "<b>x</b>" in html(columns=columns, rows=[{"name": Html("<b>x</b>")}])
    with pytest.raises(TypeError, match="'name' holds HTML"):
        html(columns=columns, rows=[{"name": "<b>x</b>"}])


@pytest.mark.parametrize("changes", [{"key": "1 x"}, {"caption": " "}])
def test_a_table_without_a_name_is_refused(changes: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="table"):
        html(**changes)


def test_unknown_format_is_refused() -> None:
    with pytest.raises(ValueError, match="'euro'"):
        Column("price", "Giá", "euro")  # type: ignore[arg-type]
