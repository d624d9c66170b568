"""Paragraphs, lists, cards and notices, and that they escape what they are given."""

import pytest

from piilib.report.block import Html, bullets, cards, notice, paragraphs

NASTY = "<script>alert('x')</script> & Đổi mới"
ESCAPED = "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; Đổi mới"


def test_paragraphs_leave_out_what_is_empty() -> None:
    assert paragraphs("Một", "", "Hai")._repr_html_() == "<p>Một</p>\n<p>Hai</p>"


def test_bullets() -> None:
    assert bullets(["a", "b"]) == "<ul><li>a</li>\n<li>b</li></ul>"
    assert bullets([]) == ""


def test_cards() -> None:
    html = cards([("Hạng", "63/63", "năm 2024"), ("Điểm", "23,95", "")])
    assert html == (
        '<dl class="cards">'
        '<div class="card"><dt>Hạng</dt><dd class="card-value">63/63</dd>'
        '<dd class="card-note">năm 2024</dd></div>'
        '<div class="card"><dt>Điểm</dt><dd class="card-value">23,95</dd></div>'
        "</dl>"
    )
    assert cards([]) == ""


def test_notice() -> None:
    assert notice("Lưu ý") == '<div class="notice notice-info" role="note"><p>Lưu ý</p></div>'
    assert "notice-warning" in notice("Lưu ý", "warning")
    with pytest.raises(ValueError, match="'danger'"):
        notice("Lưu ý", "danger")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "html",
    [paragraphs(NASTY), bullets([NASTY]), cards([(NASTY, NASTY, NASTY)]), notice(NASTY)],
    ids=["paragraphs", "bullets", "cards", "notice"],
)
def test_text_is_escaped(html: Html) -> None:
    assert ESCAPED in html
    assert "<script" not in html


def test_html_passes_and_joins() -> None:
    bold = Html("<b>{}</b>").format("1 < 2")
    assert bullets([bold]) == "<ul><li><b>1 &lt; 2</b></li></ul>"
    assert isinstance(paragraphs("a") + bullets(["b"]), Html)
