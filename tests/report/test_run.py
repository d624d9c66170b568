"""The papermill driver, on tiny notebooks for every way to fail."""

import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import NotebookNode, v4

from piilib.report.run import ReportError, run_report

PARAMETERS = v4.new_code_cell('name = "ai"', metadata={"tags": ["parameters"]})
GREETING = v4.new_code_cell("from IPython.display import HTML\nHTML(f'<p>Chào {name}</p>')")


def save(path: Path, *cells: NotebookNode) -> Path:
    nbformat.write(v4.new_notebook(cells=list(cells)), path)
    return path


def run(notebook: Path, html: Path, **options: Any) -> Path:
    options = {"parameters": {}, "lang": "vi", "title": "Chào", **options}
    return run_report(notebook, html, **options)


def files(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.rglob("*") if p.is_file())


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    (tmp_path / "notebooks").mkdir()
    return save(tmp_path / "notebooks" / "chao.ipynb", PARAMETERS, GREETING)


def test_it_works(notebook: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    before = notebook.read_bytes()
    html = tmp_path / "reports" / "2024" / "cao-bang.html"
    kept = tmp_path / "executed" / "cao-bang.ipynb"
    assert run(notebook, html, parameters={"name": "Cao Bằng"}, keep_notebook=kept) == html
    assert "<p>Chào Cao Bằng</p>" in html.read_text(encoding="utf-8")
    assert files(html.parent) == ["cao-bang.html"]
    assert notebook.read_bytes() == before
    assert capfd.readouterr() == ("", "")

    text = kept.read_text(encoding="utf-8")
    assert files(kept.parent) == ["cao-bang.ipynb"]
    assert nbformat.reads(text, 4).metadata.papermill.parameters == {"name": "Cao Bằng"}
    assert str(tmp_path) not in text


@pytest.mark.skipif(sys.platform == "win32", reason="no local sockets")
def test_the_kernel_takes_no_port_that_another_could_take(tmp_path: Path) -> None:
    """Of three reports made side by side one once lost its port between finding and taking it."""
    asked = "import ipykernel\nipykernel.get_connection_info(unpack=True)['transport']"
    notebook = save(tmp_path / "x.ipynb", PARAMETERS, v4.new_code_cell(asked))
    run(notebook, tmp_path / "x.html", keep_notebook=tmp_path / "kept.ipynb")
    executed = nbformat.read(tmp_path / "kept.ipynb", 4)
    assert executed.cells[-1].outputs[0].data["text/plain"] == "'ipc'"


def test_without_parameters_the_defaults_stand(notebook: Path, tmp_path: Path) -> None:
    assert "Chào ai" in run(notebook, tmp_path / "x.html").read_text(encoding="utf-8")


FAILURES = {
    "broken code": (
        v4.new_code_cell("x = {}\nx['điểm']"),
        {},
        "chao.ipynb: cell 2 (x = {}): KeyError: 'điểm'",
    ),
    "broken syntax": (
        v4.new_code_cell("1 +"),
        {},
        "chao.ipynb: cell 2 (1 +): SyntaxError: invalid syntax",
    ),
    "data error": (
        v4.new_code_cell(
            "from piilib.errors import DataError\n"
            "raise DataError('abc', 'a number', file='sheet.csv', row=12, column='value')"
        ),
        {},
        "sheet.csv, row 12, column 'value': found abc; expected a number",
    ),
    "dead kernel": (
        v4.new_code_cell("import os; os._exit(1)"),
        {},
        "chao.ipynb: DeadKernelError: Kernel died",
    ),
    "unknown parameter": (
        GREETING,
        {"nmae": "x"},
        "chao.ipynb: no parameter nmae; it has name",
    ),
    "faulty page": (
        v4.new_markdown_cell("![](x.png)"),
        {},
        "chao.ipynb: the page has a picture without alternative text",
    ),
}


@pytest.mark.parametrize(("cell", "parameters", "message"), FAILURES.values(), ids=FAILURES)
def test_a_failure_is_one_line_and_leaves_nothing(
    cell: NotebookNode, parameters: dict[str, str], message: str, notebook: Path, tmp_path: Path
) -> None:
    save(notebook, PARAMETERS, cell)
    html = tmp_path / "reports" / "x.html"
    html.parent.mkdir()
    html.write_text("the report of last year")
    with pytest.raises(ReportError) as caught:
        run(notebook, html, parameters=parameters, keep_notebook=tmp_path / "reports" / "x.ipynb")
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)
    assert html.read_text() == "the report of last year"
    assert files(html.parent) == ["x.html"]
    assert [p.name for p in html.parent.iterdir()] == ["x.html"]


def test_a_data_error_is_marked(notebook: Path, tmp_path: Path) -> None:
    save(notebook, FAILURES["data error"][0])
    with pytest.raises(ReportError) as caught:
        run(notebook, tmp_path / "x.html")
    assert caught.value.ename == "DataError"


def test_parameters_want_a_tagged_cell(notebook: Path, tmp_path: Path) -> None:
    save(notebook, GREETING)
    with pytest.raises(ReportError, match="no parameter name; no cell is tagged 'parameters'"):
        run(notebook, tmp_path / "x.html", parameters={"name": "x"})


@pytest.mark.parametrize("content", [None, "not a notebook"])
def test_a_notebook_that_cannot_be_read(content: str | None, tmp_path: Path) -> None:
    notebook = tmp_path / "none.ipynb"
    if content is not None:
        notebook.write_text(content)
    with pytest.raises(ReportError, match=r"none\.ipynb: "):
        run(notebook, tmp_path / "x.html")
