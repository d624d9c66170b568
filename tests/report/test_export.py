"""The page: what is in it, what is left out, what is refused, and how a browser finds it."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from conftest import needs
from nbformat import NotebookNode, v4

from piilib.report.block import Html, bullets, cards, notice
from piilib.report.chart import Chart, draw, figure, style
from piilib.report.export import ReportError, to_html
from piilib.report.table import Column, Table

if TYPE_CHECKING:
    from playwright.sync_api import Browser

TITLE = "Chẩn đoán PII 2024: Cao Bằng"


def shown(thing: Any, *tags: str) -> NotebookNode:
    """Make a code cell that has shown this."""
    data = {"text/html": thing._repr_html_(), "text/plain": repr(thing)}
    output = v4.new_output("display_data", data=data)
    return v4.new_code_cell("secret_code()", outputs=[output], metadata={"tags": list(tags)})


def text(source: str, *tags: str) -> NotebookNode:
    return v4.new_markdown_cell(source, metadata={"tags": list(tags)})


def said(name: str, words: str) -> NotebookNode:
    output = v4.new_output("stream", name=name, text=words)
    return v4.new_code_cell("secret_code()", outputs=[output])


def page(*cells: NotebookNode, lang: Any = "vi", **options: str) -> str:
    return to_html(v4.new_notebook(cells=list(cells)), lang=lang, title=TITLE, **options)


@style()
def chart(key: str, alt: str) -> Chart:
    fig = figure(8, 3)
    fig.subplots().barh(["Thể chế", "Vốn con người và nghiên cứu"], [42.2, 31.08])
    words = {"title": "Hai trụ cột", "source": "Phụ lục", "kind": "Bảng số liệu của tỉnh"}
    return draw(fig, key=key, alt=alt, **words)


def table(key: str = "wide", width: int = 12) -> Table:
    columns = [
        Column("name", "Chỉ số"),
        *(Column(str(i), f"Năm {i}", "number") for i in range(width)),
    ]
    row = {"name": "Đơn đăng ký sáng chế", **{str(i): 1000.5 * i for i in range(width)}}
    return Table(key, "Bảng rộng", columns, [row] * 3, "Phụ lục", "Bảng số liệu của tỉnh")


def test_head() -> None:
    html = page(text("Xin chào"), description="Một <câu>")
    assert html.startswith('<!DOCTYPE html>\n<html lang="vi">\n<head>\n<meta charset="utf-8">')
    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in html
    assert f"<title>{TITLE}</title>" in html
    assert '<meta name="description" content="Một &lt;câu&gt;">' in html
    assert '<a class="skip" href="#main">Đến nội dung chính</a>' in html
    assert '<html lang="en">' in page(text("Hello"), lang="en")


def test_nothing_comes_from_outside() -> None:
    html = page(text("$x$"), shown(table()), shown(chart("one", "A")))
    for unwanted in ("<script", "<link", "<iframe", "@import", "MathJax", "mermaid", "require"):
        assert unwanted not in html


def test_code_prompts_and_stderr_are_left_out() -> None:
    html = page(said("stderr", "quiet please"), said("stdout", "a < b"))
    assert "secret_code" not in html
    assert "quiet please" not in html
    assert '<pre tabindex="0">a &lt; b</pre>' in html


@pytest.mark.parametrize("tag", ["parameters", "injected-parameters", "hide", "lang-en"])
def test_cells_are_dropped_by_tag(tag: str) -> None:
    html = page(text("Giữ lại", "lang-vi"), text("Bỏ đi", tag), shown(notice("Bỏ đi"), tag))
    assert "Giữ lại" in html
    assert "Bỏ đi" not in html


def test_first_screen_ends_at_the_first_heading_after_it() -> None:
    html = page(text("Mở đầu"), text("## Đòn bẩy\n\nNội dung"))
    first, rest = html.split('<div class="body">')
    assert f"<h1>{TITLE}</h1>\n<p>Mở đầu</p>" in first
    assert '<h2 id="s-don-bay">Đòn bẩy</h2>' in rest


def test_first_screen_may_open_with_a_heading() -> None:
    html = page(text("## Tóm tắt"), text("Mở đầu"), text("## Đòn bẩy"))
    first, rest = html.split('<div class="body">')
    assert '<h2 id="s-tom-tat">Tóm tắt</h2>\n\n<p>Mở đầu</p>' in first
    assert '<li><a href="#s-don-bay">Đòn bẩy</a></li>' in first
    assert '<a href="#s-tom-tat">' not in html
    assert rest.lstrip().startswith("<h2")


def test_a_heading_of_the_first_level_replaces_the_title() -> None:
    assert re.findall(r"<h1.*?</h1>", page(text("# Cao Bằng"))) == [
        '<h1 id="s-cao-bang">Cao Bằng</h1>'
    ]


def test_heading_ids_are_unique_and_have_no_pilcrow() -> None:
    html = page(
        text("x"), text("## Đòn `bẩy` & Đầu vào"), text("## Đòn bẩy đầu vào\n\n### Đòn bẩy")
    )
    assert re.findall(r'<h[23] id="([^"]*)"', html) == [
        "s-don-bay-dau-vao",
        "s-don-bay-dau-vao-2",
        "s-don-bay",
    ]
    assert "Đòn bẩy &amp; Đầu vào</a></li>" in html
    assert "¶" not in html


def test_footer_is_escaped_unless_it_is_html() -> None:
    assert "<footer>a &lt; b</footer>" in page(text("x"), footer="a < b")
    assert "<footer><code>x</code></footer>" in page(text("x"), footer=Html("<code>x</code>"))


def test_the_notebook_is_not_changed() -> None:
    nb = v4.new_notebook(cells=[text("## Một"), text("Bỏ", "hide")])
    before = str(nb)
    to_html(nb, lang="vi", title=TITLE)
    assert str(nb) == before


def picture(metadata: dict[str, Any]) -> NotebookNode:
    output = v4.new_output("display_data", data={"image/png": "iVBORw0KGgo="}, metadata=metadata)
    return v4.new_code_cell("", outputs=[output])


def failed() -> NotebookNode:
    output = v4.new_output("error", ename="KeyError", evalue="'x'", traceback=["…"])
    return v4.new_code_cell("", outputs=[output])


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ([failed()], "cell 1: KeyError: 'x'"),
        ([said("stdout", "Traceback (most recent call last):")], "a traceback"),
        ([picture({})], "without alternative text"),
        ([text("No description has been provided for this image")], "without alternative text"),
        ([text("![Bản đồ](map.png)")], "outside the file"),
        ([text('<link href="https://example.org/x.css">')], "outside the file"),
        ([shown(chart("one", "A")), shown(chart("two", "A"))], "same alternative text twice: A"),
        ([shown(table("one")), shown(table("one"))], "same id twice: one"),
    ],
)
def test_faults_are_refused(cells: list[NotebookNode], message: str) -> None:
    with pytest.raises(ReportError, match=re.escape(message)):
        page(*cells)


def test_a_picture_with_alternative_text_is_shown() -> None:
    html = page(picture({"image/png": {"alt": "Bản đồ"}}))
    assert '<img src="data:image/png;base64,iVBORw0KGgo=" alt="Bản đồ">' in html


def test_links_may_lead_outside() -> None:
    assert 'href="https://example.org"' in page(text("[nguồn](https://example.org)"))


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with one of everything."""
    path = tmp_path_factory.mktemp("page") / "page.html"
    cells = [
        text("## Tóm tắt cho lãnh đạo"),
        shown(cards([("Vị trí", "63/63", "23,95 điểm"), ("Kế hoạch cộng lại", "30,4 điểm", "")])),
        shown(notice("Kết quả PII 2025 chưa có trong dữ liệu.", "warning")),
        text("## Vị thế\n\nXem [nguồn](https://example.org) và `pii levers`."),
        shown(chart("profile", "Hai trụ cột của tỉnh")),
        shown(table()),
        text("## Đòn bẩy"),
        shown(chart("levers", "Hai đòn bẩy")),
        shown(bullets(["Sở Khoa học và Công nghệ", "Sở Tài chính"])),
    ]
    path.write_text(page(*cells, footer="piilib · seed 0"), encoding="utf-8")
    return path


@pytest.mark.parametrize("width", [1280, 768, 390])
def test_in_a_browser(chromium: "Browser", sample: Path, width: int) -> None:
    from report.browser import visit

    assert visit(chromium, sample, width) == {
        "errors": [],
        "requests": [],
        "overflow": 0,
        "violations": [],
    }


def test_a_faulty_page_is_seen(chromium: "Browser", tmp_path: Path) -> None:
    from report.browser import visit

    path = tmp_path / "faulty.html"
    path.write_text(
        '<div style="width:3000px">x</div><img src="missing.png"><script>throw 1</script>'
    )
    seen = visit(chromium, path, 390)
    assert seen["overflow"] > 2000
    assert [Path(r).name for r in seen["requests"]] == ["missing.png"]
    assert any("missing.png" in v for v in seen["violations"])
    assert len(seen["errors"]) == 2


def test_on_paper_the_first_screen_has_a_page_of_its_own(
    chromium: "Browser", sample: Path, tmp_path: Path
) -> None:
    import subprocess

    from report.browser import pdf

    pdftotext = str(needs("pdftotext"))
    out = pdf(chromium, sample, tmp_path / "page.pdf")
    command = [pdftotext, "-layout", str(out), "-"]
    pages = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\f")
    assert "Tóm tắt cho lãnh đạo" in pages[0]
    assert "Vị thế" not in pages[0].replace("Vị trí", "")
    assert "Vị thế" in pages[1]


def test_a_heading_whose_cells_show_nothing_is_left_out() -> None:
    empty = v4.new_output("execute_result", {"text/html": "", "text/plain": "Html('')"})
    full = v4.new_output("execute_result", {"text/html": "<p>Có</p>"})
    cells = [
        v4.new_markdown_cell("## Trống"),
        v4.new_code_cell("a", outputs=[empty]),
        v4.new_markdown_cell("### Cũng trống"),
        v4.new_code_cell("b", outputs=[empty]),
        v4.new_markdown_cell("## Lời\n\nCó lời."),
        v4.new_code_cell("c", outputs=[empty]),
        v4.new_markdown_cell("## Đầy"),
        v4.new_markdown_cell("### Con"),
        v4.new_code_cell("d", outputs=[full]),
    ]
    html = to_html(v4.new_notebook(cells=cells), lang="vi", title="x")
    assert re.findall(r"<h\d[^>]*>([^<]+)</h\d>", html) == ["x", "Lời", "Đầy", "Con"]
