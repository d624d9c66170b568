"""Tables of HTML pages, well made and not."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from piilib.data.grid import Cell
from piilib.data.grid_child import read_here
from piilib.data.grid_html import read_html
from piilib.errors import DataError

from .grid_files import only, texts

TABLES = {
    "plain": (
        "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>",
        [["a", "b"], ["c", ""]],
    ),
    "no end tags": ("<table><tr><td>a<td>b<tr><td>c<td>d</table>", [["a", "b"], ["c", "d"]]),
    "nothing closed": ("<table><tr><td>a<td>b", [["a", "b"]]),
    "no row": ("<table><td>a<td>b</table>", [["a", "b"]]),
    "groups": (
        "<table><thead><tr><th>a</thead><tbody><tr><td>b</tbody></table>",
        [["a"], ["b"]],
    ),
    "spans": (
        "<table><tr><td rowspan=2>a<td colspan=2>b<tr><td>c<td>d</table>",
        [["a", "b", "b"], ["a", "c", "d"]],
    ),
    "all rows": (
        "<table><tr><td rowspan=0>a<td>b<tr><td>c<tr><td>d</table>",
        [["a", "b"], ["a", "c"], ["a", "d"]],
    ),
    "rows beyond the end": ("<table><tr><td rowspan=9>a<td>b</table>", [["a", "b"]]),
    "nonsense spans": (
        "<table><tr><td colspan=x rowspan=-1>a<td colspan=''>b</table>",
        [["a", "b"]],
    ),
    "references": ("<table><tr><td>B&#7857;ng &amp; &lt;1&gt;&nbsp;</table>", [["Bằng & <1>"]]),
    "lines": ("<table><tr><td>a<br>b<p>c</p>d<b>e</b></table>", [["a b c de"]]),
    "scripts": (
        "<table><tr><td>a<script>'<td>x'</script><style>y</style><td>b</table>",
        [["a", "b"]],
    ),
    "comments": ("<table><!-- <tr><td>x --><tr><td>a</table>", [["a"]]),
    "outside": ("x<table>y<tr>z<td>a</td>u</tr>v</table>w", [["a"]]),
}


@pytest.mark.parametrize("name", TABLES)
def test_a_table(name):
    page, expected = TABLES[name]
    assert texts(only(f"<!DOCTYPE html><html>{page}</html>".encode(), "x.html")) == expected


def test_places_and_merged_cells():
    grid = only(b"<table></table><table><tr><td colspan=2>a</table>", "x.htm")
    assert grid.name == "bảng 2"
    assert grid.rows[0] == (
        Cell("a", "bảng 2, hàng 1, cột 1"),
        Cell("a", "bảng 2, hàng 1, cột 2", merged=True),
    )


def test_tables_in_each_other():
    page = "<table><tr><td>a<table><tr><td>b</table>c<td>d</table>"
    grids = read_html(page.encode())
    assert [texts(grid) for grid in grids] == [[["ac", "d"]], [["b"]]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings(encoding):
    page = "<html><table><tr><td>Cao Bằng</table>".encode(encoding)
    assert texts(only(page, "x.html")) == [["Cao Bằng"]]


@pytest.mark.parametrize(
    ("charset", "data", "text"),
    [("windows-1258", b"B\xe3\xccng", "Bằng"), ("windows-1252", b"caf\xe9 r\xeave", "café rêve")],
)
def test_a_declared_encoding(charset, data, text):
    page = b"<html><meta charset='%s'><table><tr><td>%s</table>" % (charset.encode(), data)
    assert texts(only(page, "x.html")) == [[text]]


@pytest.mark.parametrize(
    ("page", "message"),
    [
        ("<html><p>no</p>", "no table that holds a text"),
        ("<table>" * 60, "50 in each other"),
        ("<table></table>" * 2_100, "more than 2,000 tables"),
        ("<table><tr><td colspan=500>a" + "<td colspan=500>a" * 2, "cột 501"),
        ("<table>" + "<tr><td rowspan=20000 colspan=500>a" * 20, "hàng 2, cột 501"),
        ("<table>" + "<tr><td rowspan=20000 colspan=500>a" * 2_000, "at most 650,000"),
    ],
)
def test_a_page_beyond_reason_is_refused(page, message):
    with pytest.raises(DataError, match=message):
        read_here(f"<html>{page}".encode(), Path("x.html"))


@given(st.lists(st.sampled_from(
    ["<table>", "</table>", "<tr>", "</tr>", "<td>", "<td rowspan=3>", "<td colspan=2>", "</td>",
     "a", "<p>", "<script>", "</script>", "<!--", "-->", "&amp", "<", "<td", "\0"]
), max_size=40).map("".join))  # fmt: skip
def test_any_soup_gives_rectangles_or_one_error(page):
    try:
        grids = read_here(f"<html>{page}".encode(), Path("x.html"))
    except DataError:
        return
    for grid in grids:
        assert len({len(row) for row in grid.rows}) == 1
        assert any(cell.text for row in grid.rows for cell in row)
