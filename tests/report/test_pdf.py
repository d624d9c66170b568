"""The audit's page as a PDF: numbered, findable, whole, the same twice; and clean for axe-core."""

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from conftest import needs
from nbformat import v4

from piilib.errors import DataError
from piilib.report import pdf
from piilib.report.export import to_html
from piilib.report.job import Job, notebook_of, parameters_of, title_of
from piilib.report.pieces import run_cells

from .browser import visit
from .reading import tables

needs("playwright.sync_api")
needs("chromium")
JOB = Job("audit", "cao-bang", 2024, "vi")


def page_of(job):
    """Make a page of what the cells show, without a kernel."""
    cells = []
    for piece in run_cells(notebook_of(job), parameters_of(job), job.lang)[0]:
        if piece.shown is None:
            cells.append(v4.new_markdown_cell(f"{'#' * piece.level} {piece.text}".strip()))
        else:
            output = v4.new_output("execute_result", data={"text/html": piece.shown._repr_html_()})
            cells.append(v4.new_code_cell("", outputs=[output]))
    return to_html(v4.new_notebook(cells=cells), lang=job.lang, title=title_of(job))


@pytest.fixture(scope="module")
def page():
    return page_of(JOB)


@pytest.fixture(scope="module")
def printed(page, tmp_path_factory):
    path = tmp_path_factory.mktemp("pdf") / "audit.pdf"
    path.write_bytes(pdf.to_pdf(page, lang="vi", title=title_of(JOB)))
    return path


@pytest.fixture(scope="module")
def sheets(printed):
    """The text of every printed page."""
    command = [str(needs("pdftotext")), "-layout", printed, "-"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [" ".join(text.split()) for text in done.stdout.split("\f")[:-1]]


def test_every_page_has_its_number_and_the_title(sheets):
    assert len(sheets) > 8
    for place, text in enumerate(sheets, 1):
        assert text.endswith(f"{title_of(JOB)} Trang {place}/{len(sheets)}")


def test_the_contents_lead_to_the_headings(page, sheets):
    """Each heading stands on the page that the contents list gives."""
    contents = page.partition('<nav class="contents"')[2].partition("</nav>")[0]
    headings = re.findall(r"<li><a [^>]*>(.*?)</a>", contents)
    assert len(headings) == 8
    assert sheets[1].startswith("Nội dung")
    for place, heading in enumerate(headings, 1):
        (number,) = re.findall(rf"{place}\. {re.escape(heading)} (\d+)", sheets[1])
        assert heading in sheets[int(number) - 1]
        assert heading not in " ".join(sheets[2 : int(number) - 1])


def test_its_text_is_found_with_its_marks(page, sheets):
    said = "".join("".join(sheets).split())
    captions = re.findall(r"<caption[^>]*><span>(.*?)</span>", page)
    assert len(captions) == len(tables(page)) > 6
    assert [caption for caption in captions if "".join(caption.split()) not in said] == []
    assert "khôngphảiấnphẩmcủaBộKhoahọcvàCôngnghệ" in said


def test_outline_tags_fonts_and_language(printed):
    content = printed.read_bytes()
    assert b"/StructTreeRoot" in content
    assert b"/Lang (vi)" in content
    titles = [bytes.fromhex(t.decode()) for t in re.findall(rb"/Title <([0-9A-F]+)>", content)]
    outline = [t.decode("utf-16") for t in titles]
    assert "Bản mục tiêu đề nghị" in outline
    assert title_of(JOB) in outline
    files, fonts = (content.count(key) for key in (b"/FontFile2", b"/Subtype /CIDFontType2"))
    assert files >= 2
    assert files == fonts  # every font is inside


def test_the_same_bytes_again_in_another_thread(page, printed):
    """Where an event loop runs, as in a notebook; the dates are those of nobody's clock."""
    with ThreadPoolExecutor(1) as thread:
        again = thread.submit(pdf.to_pdf, page.encode(), lang="vi", title=title_of(JOB)).result()
    assert again == printed.read_bytes()
    assert again.count(b"(D:20240101000000") == 2
    assert b"/Creator (piilib)" in again


def test_nothing_is_fetched_and_no_script_runs(tmp_path):
    """The mark of simulated data stands on every page; a picture elsewhere is left alone."""
    image = tmp_path / "seen.svg"
    html = (
        "<html lang='en'><head><title>x</title><style>@page { size: A4;"
        " @top-center { content: 'SIMULATED DATA'; } }</style></head><body>"
        "<script>document.write('written')</script><img src='http://127.0.0.1:9/x.png' alt='x'>"
        f"<img src='{image.as_uri()}' alt='y'><p>one</p><p style='break-before: page'>two</p>"
        "</body></html>"
    )
    path = tmp_path / "x.pdf"
    path.write_bytes(pdf.to_pdf(html, lang="en", title='A "b" \\ </style> c'))
    done = subprocess.run([str(needs("pdftotext")), path, "-"], capture_output=True, text=True)
    pages = [" ".join(text.split()) for text in done.stdout.split("\f")[:-1]]
    assert len(pages) == 2
    assert all("SIMULATED DATA" in text for text in pages)
    assert all('A "b" \\ </style> c' in text for text in pages)
    assert "Page 2 of 2" in pages[1]
    assert "written" not in done.stdout


def test_what_is_missing_is_one_message(monkeypatch):
    html = "<html><head></head><body></body></html>"
    with pytest.raises(DataError, match="</head>"):
        pdf.to_pdf("<p>", lang="vi", title="x")
    with monkeypatch.context() as patch:
        patch.setattr(pdf, "NAMES", ("no-such-browser",))
        patch.setattr(pdf, "CHANNELS", ("no-such-channel",))
        with pytest.raises(DataError, match="on PATH as one of no-such-browser") as error:
            pdf.to_pdf(html, lang="vi", title="x")
        assert "\n" not in str(error.value)
    monkeypatch.setitem(sys.modules, "playwright.sync_api", None)
    with pytest.raises(DataError, match=r"piilib\[pdf\]"):
        pdf.to_pdf(html, lang="vi", title="x")


def test_the_audit_in_chromium(page, chromium, tmp_path: Path):
    path = tmp_path / "audit.html"
    path.write_text(page, encoding="utf-8")
    seen = visit(chromium, path)
    assert seen == {"errors": [], "requests": [], "overflow": 0, "violations": []}
