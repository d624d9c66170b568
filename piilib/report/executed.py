"""What is kept of an executed notebook, and whether it shows all that it says it shows."""

from __future__ import annotations

import ast
import re
from itertools import groupby
from pathlib import Path
from typing import Final

from nbformat import NotebookNode

from piilib.report.report_error import ReportError

__all__ = ["FIGURE", "TABLE", "refuse_lost", "refuse_silence", "tidy"]

#: How a chart and a table begin on the page.
FIGURE: Final = '<figure class="chart"'
TABLE: Final = "<table"

_STREAMS: Final = ("stdout", "stderr")
# A kernel's cells are files named after its process, those of a shell after their content.
_CELL_FILE: Final = re.compile(r"\S*[/\\]ipykernel_\d+[/\\]\d+\.py|<ipython-input-\d+-\w+>")
_ADDRESS: Final = re.compile(r"\bat 0x[0-9a-fA-F]{6,}")


def tidy(nb: NotebookNode, notebook: Path) -> None:
    """Take out of an executed notebook what differs from run to run.

    These are times, the paths of this machine, the id of the cell with the parameters, addresses
    of objects, and the order in which two streams were read. The same notebook with the same
    parameters then gives the same bytes.

    Parameters
    ----------
    nb : nbformat.NotebookNode
        The notebook as papermill leaves it; it is changed.
    notebook : Path
        Where it came from; only the name is kept.

    Examples
    --------
    >>> from nbformat import v4
    >>> nb = v4.new_notebook(metadata={"papermill": {"start_time": "2024-12-31T23:59:59"}})
    >>> tidy(nb, Path("/tmp/chao.ipynb"))
    >>> dict(nb.metadata.papermill)
    {'input_path': 'chao.ipynb', 'parameters': {}}
    """
    parameters = nb.metadata.papermill.get("parameters", {})
    nb.metadata.papermill = {"input_path": notebook.name, "parameters": parameters}
    for cell in nb.cells:
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        if "injected-parameters" in cell.metadata.get("tags", ()):
            cell.id = "injected-parameters"
        if cell.cell_type == "code":
            cell.outputs = _tidy_outputs(cell.outputs)


def _tidy_outputs(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Join what stands side by side of one stream, standard output first."""
    found = []
    for streams, group in groupby(outputs, lambda output: output.output_type == "stream"):
        run = list(group)
        found += _joined(run) if streams else [_without_address(output) for output in run]
    return found


def _joined(run: list[NotebookNode]) -> list[NotebookNode]:
    joined = []
    for name in _STREAMS:
        if parts := [output for output in run if output.name == name]:
            text = "".join(output.text for output in parts)
            parts[0].text = _ADDRESS.sub("at 0x…", _CELL_FILE.sub("cell", text))
            joined.append(parts[0])
    return joined


def _without_address(output: NotebookNode) -> NotebookNode:
    text = output.get("data", {}).get("text/plain")
    if isinstance(text, str):
        output.data["text/plain"] = _ADDRESS.sub("at 0x…", text)
    return output


def refuse_silence(nb: NotebookNode) -> None:
    r"""Refuse a notebook in which a cell shows nothing though its code says that it shows.

    A notebook states by its code what it expects: a cell whose last line is an expression shows
    its value; a semicolon after it says that it does not. A value that is a `Chart` or `Table`
    must show as a figure or a table. So a display that is broken, which raises no error, is
    found, and nothing has to be counted by hand for a province without a sheet, whose cells show
    a remark in the place of a figure.

    Parameters
    ----------
    nb : nbformat.NotebookNode
        The executed notebook.

    Raises
    ------
    ReportError
        If a cell shows nothing, or not what its value is.

    Examples
    --------
    >>> from nbformat import v4
    >>> refuse_silence(v4.new_notebook(cells=[v4.new_code_cell("x = 1\nx")]))
    Traceback (most recent call last):
        ...
    piilib.report.report_error.ReportError: cell 1 (x) shows nothing; expected its value ...
    """
    source = (c for c in nb.cells if "injected-parameters" not in c.metadata.get("tags", ()))
    for place, cell in enumerate(source, start=1):
        if cell.cell_type != "code" or not (shown := _shown_by(cell.source)):
            continue
        where = f"cell {place} ({shown[:60]})"
        if not cell.outputs:
            raise ReportError(f"{where} shows nothing; expected its value (or a ';' after it)")
        for output in cell.outputs:
            _refuse_other(output, where)


def _refuse_other(output: NotebookNode, where: str) -> None:
    data = output.get("data", {})
    plain, html = str(data.get("text/plain", "")), str(data.get("text/html", ""))
    for begin, mark, what in (("Chart(", FIGURE, "figure"), ("Table(", TABLE, "table")):
        if plain.startswith(begin) and mark not in html:
            raise ReportError(f"{where} shows no {what} though its value is one")


def _shown_by(code: str) -> str:
    """Return the expression that ends a cell; empty if it ends otherwise or shows nothing."""
    try:
        last = ast.parse(code).body[-1:]
    except SyntaxError:  # a magic, which only IPython reads
        return ""
    if not last or not isinstance(last[0], ast.Expr):
        return ""
    text = ast.get_source_segment(code, last[0]) or ""
    after = code.encode()[_end(code, last[0]) :].decode()
    return "" if after.lstrip().startswith(";") else " ".join(text.split())


def _end(code: str, node: ast.Expr) -> int:
    lines = code.encode().splitlines(keepends=True)
    last, column = node.end_lineno or 1, node.end_col_offset or 0
    return sum(map(len, lines[: last - 1])) + column


def refuse_lost(nb: NotebookNode, page: str) -> tuple[int, int]:
    """Refuse a page that lost a figure or a table of its notebook.

    Parameters
    ----------
    nb : nbformat.NotebookNode
        The cells that are to be on the page, with their outputs.
    page : str
        The page.

    Returns
    -------
    int, int
        Figures and tables on the page.

    Raises
    ------
    ReportError
        If the page has fewer, or more, than the notebook shows.

    Examples
    --------
    >>> from nbformat import v4
    >>> refuse_lost(v4.new_notebook(), "<p>nothing</p>")
    (0, 0)
    """
    html = [
        str(output.get("data", {}).get("text/html", ""))
        for cell in nb.cells
        for output in cell.get("outputs", ())
    ]
    counts = []
    for mark, what in ((FIGURE, "figures"), (TABLE, "tables")):
        expected, found = sum(text.count(mark) for text in html), page.count(mark)
        if found != expected:
            raise ReportError(f"the page has {found} {what}; expected {expected}, as the notebook")
        counts.append(found)
    return counts[0], counts[1]
