"""A kernel and a forked child give the same bytes; what an executed notebook must show."""

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode, v4

from piilib.report.executed import refuse_lost, refuse_silence, tidy
from piilib.report.export import ReportError
from piilib.report.job import Job, Made
from piilib.report.worker import Order, make
from tests.report.tiny import code, order

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="the fork engine wants Linux"),
    pytest.mark.usefixtures("warmed"),
]

#: Cells with the outputs that each must leave: type, name or MIME types, and a part of the text.
CELLS = {
    "value": ("word = 'Chào'\nword", [("execute_result", "text/plain", "'Chào'")]),
    "parameter": ("name", [("execute_result", "text/plain", "'Cao Bằng'")]),
    "silent": ("word;", []),
    "nothing": ("pass", []),
    "streams": (
        "import sys\nprint('a')\nprint('b', file=sys.stderr)\nprint('c')",
        [("stream", "stdout", "a\nc\n"), ("stream", "stderr", "b\n")],
    ),
    "html": (
        "from IPython.display import HTML, display, clear_output\nHTML('<p>one</p>')",
        [("execute_result", "text/html", "<p>one</p>")],
    ),
    "display between": (
        "print('before')\ndisplay(HTML('<p>two</p>'))\nprint('after')",
        [
            ("stream", "stdout", "before\n"),
            ("display_data", "text/html", "<p>two</p>"),
            ("stream", "stdout", "after\n"),
        ],
    ),
    "update": (
        "handle = display(1, display_id='x')\nhandle.update(2)",
        [("display_data", "text/plain", "2")],
    ),
    "clear": ("print('gone')\nclear_output()\nprint('left')", [("stream", "stdout", "left\n")]),
    "address": ("object()", [("execute_result", "text/plain", "<object at 0x…>")]),
    "warning": (
        "import warnings\nwarnings.warn('mind')",
        [("stream", "stderr", "cell:2: UserWarning: mind")],
    ),
    "set": ("list({'a', 'b', 'c', 'd', 'e', 'f'})", [("execute_result", "text/plain", "'a'")]),
    "main": (
        "import __main__\n__name__, __main__.word",
        [("execute_result", "text/plain", "('__main__', 'Chào')")],
    ),
    "history": ("Out[3], In[4]", [("execute_result", "text/plain", "('Chào', 'name')")]),
    "await": (
        "import asyncio\nawait asyncio.sleep(0, 'slept')",
        [("execute_result", "text/plain", "'slept'")],
    ),
    "magic": ("%precision 2\n3.14159", [("execute_result", "text/plain", "3.14")]),
    "image": (
        "import numpy as np\nfrom matplotlib import pyplot as plt\nplt.plot(np.arange(3));",
        [("display_data", "image/png", "iVBOR")],
    ),
    "threads": (
        "import os\nos.environ['OPENBLAS_NUM_THREADS'], os.environ['PYTHONHASHSEED']",
        [("execute_result", "text/plain", "('1', '0')")],
    ),
}


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Made]:
    folder = tmp_path_factory.mktemp("both")
    # A picture without a word for it is refused on a page; this cell is not on it.
    todo = order(
        folder, "all", "name = 'ai'", *(cell for cell, _ in CELLS.values()), name="Cao Bằng"
    )
    nb = nbformat.read(todo.notebook, 4)
    nb.cells[1 + list(CELLS).index("image")].metadata["tags"] = ["hide"]
    nbformat.write(nb, todo.notebook)
    return {engine: make(todo, engine=engine) for engine in ("fork", "kernel")}


def test_a_kernel_and_a_fork_give_the_same_bytes(both: dict[str, Made]) -> None:
    assert both["fork"].notebook == both["kernel"].notebook
    assert both["fork"].html == both["kernel"].html


@pytest.mark.parametrize("engine", ["fork", "kernel"])
@pytest.mark.parametrize("name", CELLS)
def test_every_output_is_there(name: str, engine: str, both: dict[str, Made]) -> None:
    nb = nbformat.reads(both[engine].notebook.decode(), 4)
    source, expected = CELLS[name]
    (cell,) = (cell for cell in nb.cells if cell.source == source)
    assert len(cell.outputs) == len(expected)
    for output, (kind, what, text) in zip(cell.outputs, expected, strict=True):
        assert output.output_type == kind
        if kind == "stream":
            assert output.name == what
        found = output.text if kind == "stream" else output.data[what]
        assert text in found


def test_the_notebook_that_ran_is_kept(both: dict[str, Made]) -> None:
    nb = nbformat.reads(both["fork"].notebook.decode(), 4)
    injected = nb.cells[1]
    assert injected.metadata.tags == ["injected-parameters"]
    assert injected.id == "injected-parameters"
    assert injected.source == '# Parameters\nname = "Cao B\\u1eb1ng"\n'  # as papermill writes it
    assert nb.metadata.papermill == {"input_path": "all.ipynb", "parameters": {"name": "Cao Bằng"}}
    counts = [c.execution_count for c in nb.cells if c.cell_type == "code"]
    assert counts == list(range(1, len(CELLS) + 3))


FAILURES = {
    "broken code": ("x = {}\nx['điểm']", "cell 2 (x = {}): KeyError: 'điểm'", "KeyError"),
    "broken syntax": ("1 +", "cell 2 (1 +): SyntaxError: invalid syntax (line 1)", "SyntaxError"),
    "exit": ("import sys; sys.exit(3)", "cell 2 (import sys; sys.exit(3)): SystemExit: 3", None),
    "data error": (
        "from piilib.errors import DataError\n"
        "raise DataError('abc', 'a number', file='sheet.csv', row=12, column='value')",
        "sheet.csv, row 12, column 'value': found abc; expected a number",
        "DataError",
    ),
    "no picture": (
        "from IPython.display import HTML\nHTML('<img src=\"data:,\">')",
        "the page has a picture without alternative text",
        "",
    ),
}


@pytest.mark.parametrize(("cell", "message", "ename"), FAILURES.values(), ids=FAILURES)
def test_both_tell_a_failure_alike(
    cell: str, message: str, ename: str | None, tmp_path: Path
) -> None:
    todo = order(tmp_path, "chao", "name = 'ai'", cell)
    told = []
    for engine in ("fork", "kernel"):
        with pytest.raises(ReportError) as caught:
            make(todo, engine=engine)
        told.append((str(caught.value), caught.value.ename))
    assert told[0] == told[1]
    prefix = "" if ename == "DataError" else "chao.ipynb: "
    assert told[0][0].startswith(f"{prefix}{message}")
    assert ename is None or told[0][1] == ename


def test_a_process_runs_one_notebook_only(tmp_path: Path) -> None:
    """A second shell in one process would show nothing, without an error."""
    todo = order(tmp_path, "x", "a = 1", "a")
    script = f"""
import sys
from pathlib import Path
from piilib.report.run import make_pages
said = sys.stdout
for _ in range(2):
    make_pages(Path({todo.notebook!r}), parameters={{}}, lang="en", title="x", engine="fork")
    print(1, file=said)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.stdout == "1\n"
    assert done.returncode == 1


def test_a_real_report_is_the_same_by_both() -> None:
    job = Job("diagnostic", "bac-ninh", 2024, "en")
    fork, kernel = (make(job, engine=engine) for engine in ("fork", "kernel"))
    assert fork.notebook == kernel.notebook
    assert fork.html == kernel.html
    assert (fork.complete, fork.figures, fork.tables) == (False, 3, 4)
    assert (kernel.figures, kernel.tables) == (3, 4)


def test_an_unknown_parameter_is_refused(tmp_path: Path) -> None:
    todo = order(tmp_path, "x", "a = 1", "a", b=2)
    with pytest.raises(ReportError, match=r"x\.ipynb: no parameter b; it has a"):
        make(todo)


def shown(source: str, *outputs: NotebookNode) -> NotebookNode:
    cell = code(source)
    cell.outputs = list(outputs)
    return v4.new_notebook(cells=[v4.new_markdown_cell("#"), cell])


HTML = v4.new_output("execute_result", {"text/html": "<p>a</p>"}, execution_count=1)
LOST_FIGURE = v4.new_output("execute_result", {"text/plain": "Chart(key='a')"}, execution_count=1)
LOST_TABLE = v4.new_output(
    "execute_result", {"text/plain": "Table(key='a')", "text/html": "<p></p>"}, execution_count=1
)


@pytest.mark.parametrize(
    "source", ["x = 1", "x;", "x ;  # quiet", "'Chào';", "x = (1,\n2)", "", "%magic", "# a"]
)
def test_what_shows_nothing_may_be_silent(source: str) -> None:
    refuse_silence(shown(source))


@pytest.mark.parametrize("source", ["x", "y = 1\nx", "f(\n1\n)", "x; y", "'Chào' + ';'", "x  # ;"])
def test_what_shows_may_not_be_silent(source: str) -> None:
    with pytest.raises(ReportError, match=r"^cell 2 \(.*\) shows nothing; expected its value"):
        refuse_silence(shown(source))
    refuse_silence(shown(source, HTML))


@pytest.mark.parametrize(("output", "what"), [(LOST_FIGURE, "figure"), (LOST_TABLE, "table")])
def test_a_figure_must_show_as_one(output: NotebookNode, what: str) -> None:
    with pytest.raises(ReportError, match=f"shows no {what} though its value is one"):
        refuse_silence(shown("x", output))


def test_a_page_may_lose_nothing() -> None:
    parts = {"text/html": '<figure class="chart"></figure><table></table><table></table>'}
    nb = shown("x", v4.new_output("display_data", parts))
    assert refuse_lost(nb, parts["text/html"]) == (1, 2)
    with pytest.raises(ReportError, match="the page has 0 figures; expected 1"):
        refuse_lost(nb, "<table></table><table></table>")
    with pytest.raises(ReportError, match="the page has 1 tables; expected 2"):
        refuse_lost(nb, '<figure class="chart"></figure><table></table>')


def stream(name: str, text: str) -> NotebookNode:
    return v4.new_output("stream", name=name, text=text)


def test_streams_are_joined_between_displays() -> None:
    parts = [stream("stderr", "1"), stream("stdout", "2"), stream("stderr", "3"), HTML]
    nb = shown("x", *parts, stream("stdout", "4"), stream("stdout", "5"))
    nb.metadata.papermill = {}
    tidy(nb, Path("x.ipynb"))
    kept = [(o.get("name"), o.get("text")) for o in nb.cells[1].outputs]
    assert kept == [("stdout", "2"), ("stderr", "13"), (None, None), ("stdout", "45")]


def test_an_order_is_what_a_job_is_made_into(tmp_path: Path) -> None:
    made = make(Order(order(tmp_path, "x", "a = 1", "a").notebook, {"a": 7}, "vi", "Bảy"))
    page = made.html.decode()
    assert "<title>Bảy</title>" in page
    assert (made.complete, made.figures, made.tables) == (True, 0, 0)
    assert made.cpu > 0
