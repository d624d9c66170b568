"""The chart: its words, its ids, its bytes and its numbers."""

import re
from collections.abc import Callable
from xml.etree import ElementTree

import matplotlib
import pytest
from matplotlib.figure import Figure

from piilib.report.chart import Chart, draw, figure, number_ticks, style

WORDS = {
    "title": "Cao Bằng < Bắc Kạn",
    "alt": "Hai thanh: 23,95 & 26,10.",
    "source": "Phụ lục",
    "kind": "Bảng số liệu của tỉnh",
}


@style()
def bars() -> Figure:
    fig = figure(6, 3)
    axes = fig.subplots()
    axes.barh(["Cao Bằng", "Bắc Kạn"], [23.95, 26.1])
    axes.scatter([1, 2], [0, 1])
    axes.set_title("Đổi mới sáng tạo", fontweight="bold")
    number_ticks(axes.xaxis)
    return fig


def chart(key: str = "position", **changes: str) -> Chart:
    return draw(bars(), key=key, **{**WORDS, **changes})


def test_figure_and_caption() -> None:
    html = chart()._repr_html_()
    assert html.startswith(
        '<figure class="chart" id="position">\n'
        '<figcaption id="position-caption">Cao Bằng &lt; Bắc Kạn</figcaption>\n'
    )
    assert html.endswith(
        '<p class="source"><span class="kind">Bảng số liệu của tỉnh</span> Phụ lục</p>\n</figure>'
    )


def test_svg_says_what_it_is() -> None:
    svg = chart().svg
    assert 'role="img" aria-labelledby="position-title position-desc"' in svg
    assert '<title id="position-title">Cao Bằng &lt; Bắc Kạn</title>' in svg
    assert '<desc id="position-desc">Hai thanh: 23,95 &amp; 26,10.</desc>' in svg


def test_svg_fits_a_page() -> None:
    svg = chart().svg
    assert svg.startswith("<svg ")
    assert 'viewBox="0 0 432 216"' in svg
    assert "width:100%;height:auto" in svg
    for unwanted in ("<?xml", "<!DOCTYPE", "<!--", "<style", "<metadata", "<text"):
        assert unwanted not in svg
    ElementTree.fromstring(svg)


def test_every_id_and_every_reference_carries_the_key() -> None:
    svg = chart("levers").svg
    ids = set(re.findall(r'\bid="([^"]*)"', svg))
    references = set(re.findall(r'href="#([^"]*)"|url\(#([^)]*)\)', svg))
    assert all(name.startswith("levers-") for name in ids)
    assert references
    assert {first or second for first, second in references} <= ids


def test_two_charts_share_no_id() -> None:
    one, two = (set(re.findall(r'\bid="([^"]*)"', chart(key).svg)) for key in ("one", "two"))
    assert not one & two


def test_two_draws_are_the_same_bytes() -> None:
    fig = bars()
    first, second = (draw(fig, key="position", **WORDS).svg for _ in range(2))
    assert first == second == chart().svg


def test_text_is_escaped() -> None:
    nasty = "<script>x</script>"
    html = chart(title=nasty, alt=nasty, source=nasty, kind=nasty)._repr_html_()
    assert "<script" not in html
    assert html.count("&lt;script&gt;") == 5


@pytest.mark.parametrize("name", ["title", "alt"])
@pytest.mark.parametrize("text", ["", " \n"])
def test_a_chart_that_says_nothing_is_refused(name: str, text: str) -> None:
    with pytest.raises(ValueError, match=f"'position' has an empty {name}"):
        chart(**{name: text})


@pytest.mark.parametrize("key", ["", "Vị trí", "2024", 'a"b'])
def test_a_key_that_is_no_id_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="chart key"):
        chart(key)


def test_repr_is_short() -> None:
    assert len(repr(chart())) < 300


def test_png() -> None:
    assert chart().png(dpi=50).startswith(b"\x89PNG")
    with pytest.raises(ValueError, match="without its figure"):
        Chart("position", "Tên", "Lời", "Nguồn", "Loại", "<svg/>").png()


def test_style_is_taken_back() -> None:
    names = ("font.size", "svg.hashsalt", "axes.grid", "axes.prop_cycle")
    before = [matplotlib.rcParams[name] for name in names]
    chart()
    assert [matplotlib.rcParams[name] for name in names] == before
    with pytest.raises(RuntimeError, match="with style"):
        figure()


def tick_labels(values: list[float], set_up: Callable[..., None]) -> list[str]:
    with style():
        axes = figure().subplots()
        axes.set_xticks(values)
        set_up(axes.xaxis)
        return [label.get_text() for label in axes.get_xticklabels()]


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        ([0, 10, 20], ["0", "10", "20"]),
        ([0, 0.25, 0.5], ["0,00", "0,25", "0,50"]),
        ([-0.5, 0, 1000], ["−0,5", "0,0", "1.000,0"]),
    ],
)
def test_ticks_have_a_decimal_comma(values: list[float], labels: list[str]) -> None:
    assert tick_labels(values, number_ticks) == labels


def test_ticks_in_english_with_given_decimals() -> None:
    assert tick_labels([0, 1], lambda axis: number_ticks(axis, 1, "en")) == ["0.0", "1.0"]
