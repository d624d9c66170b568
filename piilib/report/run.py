"""Runs a notebook by papermill and puts its page in place, or leaves everything as it was."""

from __future__ import annotations

import ast
import os
import re
import sys
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nbformat
import papermill
from jupyter_client.manager import AsyncKernelManager
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError
from traitlets.config import Config

from piilib.report.batch_files import write_whole
from piilib.report.child import STEADY
from piilib.report.executed import refuse_lost, refuse_silence, tidy
from piilib.report.export import ReportError, on_page, to_html
from piilib.report.numbers import Lang

__all__ = ["Pages", "ReportError", "make_pages", "run_report"]


@dataclass(frozen=True)
class Pages:
    """What a run of a notebook gives.

    Attributes
    ----------
    html : str
        The page.
    notebook : str
        The executed notebook, without times and paths.
    figures, tables : int
        How many the page has.
    """

    html: str
    notebook: str
    figures: int
    tables: int


def run_report(
    notebook: Path,
    html: Path,
    *,
    parameters: Mapping[str, Any],
    lang: Lang,
    title: str,
    footer: str = "",
    description: str = "",
    keep_notebook: Path | None = None,
) -> Path:
    """Run a notebook with these parameters and make its page.

    The notebook runs in a kernel of its own, in the working directory of this process. The page,
    and the notebook where it is kept, appear complete or not at all: an older file of the same
    name stays until the new one replaces it in one step.

    Parameters
    ----------
    notebook : Path
        The notebook; it is not changed.
    html : Path
        Where the page goes. Missing folders are made.
    parameters : mapping
        Values for the cell tagged "parameters", which must name every one of them.
    lang, title, footer, description : str
        See `piilib.report.export.to_html`.
    keep_notebook : Path, optional
        Where the executed notebook goes, if it is wanted.

    Returns
    -------
    Path
        `html`.

    Raises
    ------
    ReportError
        If the notebook cannot be read or run, or its page is faulty. One line: the notebook, the
        cell and the last line of the error; for a `piilib.DataError` its own message, which names
        the file and the row.
    """
    pages = make_pages(
        notebook,
        parameters=parameters,
        lang=lang,
        title=title,
        footer=footer,
        description=description,
    )
    files = {html: pages.html.encode()}
    if keep_notebook is not None:
        files[keep_notebook] = pages.notebook.encode()
    try:
        write_whole(files)
    except OSError as error:
        raise _told(notebook, error) from error
    return html


def make_pages(
    notebook: Path,
    *,
    parameters: Mapping[str, Any],
    lang: Lang,
    title: str,
    footer: str = "",
    description: str = "",
    engine: str = "kernel",
) -> Pages:
    """Run a notebook with these parameters and make its page, in memory.

    Parameters
    ----------
    notebook, parameters, lang, title, footer, description
        As for `run_report`.
    engine : {"kernel", "fork"}
        What runs the cells: a kernel of their own, which is the reference, or this very process
        (`piilib.report.fork_engine`), which must then be a child made for this one notebook.

    Returns
    -------
    Pages
        The same for both engines, byte for byte.

    Raises
    ------
    ReportError
        As for `run_report`; also if a cell that ends in an expression shows nothing, or a figure
        or table of the notebook is not on the page.
    """
    try:
        nb = _execute(notebook, dict(parameters), engine)
        tidy(nb, notebook)
        refuse_silence(nb)
        page = to_html(nb, lang=lang, title=title, footer=footer, description=description)
        shown = copy(nb)
        shown.cells = on_page(nb, lang)
        figures, tables = refuse_lost(shown, page)
        kept: str = nbformat.writes(nb)  # type: ignore[no-untyped-call]
        return Pages(page, kept, figures, tables)
    except ReportError as error:
        if error.ename == "DataError":
            raise
        raise ReportError(f"{notebook.name}: {error}", error.ename) from None
    except Exception as error:
        raise _told(notebook, error) from error


def _told(notebook: Path, error: Exception) -> ReportError:
    name = type(error).__name__
    return ReportError(f"{notebook.name}: {name}: {_last_line(str(error))}", name)


def _execute(notebook: Path, parameters: dict[str, Any], engine: str) -> NotebookNode:
    source: NotebookNode = nbformat.read(notebook, as_version=4)  # type: ignore[no-untyped-call]
    _refuse_unknown(source, parameters)
    if engine == "fork":
        import piilib.report.fork_engine  # noqa: F401  (makes itself known to papermill)

        return _run(source, parameters, engine_name="fork")
    with TemporaryDirectory(prefix="pii-") as folder:
        return _run(
            source,
            parameters,
            config=_channels(Path(folder)),
            kernel_manager_class=_Manager,
            # The kernel warns that others on this machine could listen (it is alone on loopback),
            # and calls the interrupt that ends it an error. What fails in a cell is told anyway.
            # Neither start-up files nor the history of the user's own IPython take part.
            extra_arguments=[
                "--log-level=CRITICAL",
                f"--ipython-dir={folder}",
                "--HistoryManager.enabled=False",
            ],
        )


class _Manager(AsyncKernelManager):
    """Starts a kernel in the environment that every notebook runs in."""

    async def start_kernel(  # type: ignore[override]
        self, **options: Any
    ) -> None:
        """Start the kernel."""
        await super().start_kernel(env={**os.environ, **STEADY}, **options)


def _channels(folder: Path) -> Config:
    """Connect to the kernel by sockets in a folder of its own, where the system has them.

    Ports are found free first and taken later: of kernels that start side by side, one may find
    its port gone and die.
    """
    config = Config()
    if sys.platform != "win32":
        config.KernelManager.transport = "ipc"
        config.KernelManager.connection_file = str(folder / "kernel.json")
    return config


def _run(source: NotebookNode, parameters: dict[str, Any], **engine: Any) -> NotebookNode:
    try:
        executed: NotebookNode = papermill.execute_notebook(
            source,
            None,
            parameters,
            kernel_name="python3",
            language="python",
            progress_bar=False,
            log_output=False,
            report_mode=False,
            request_save_on_cell_execute=False,
            autosave_cell_every=0,
            **engine,
        )
    except PapermillExecutionError as error:
        raise _failure(source, error) from None
    return executed


def _refuse_unknown(source: NotebookNode, parameters: dict[str, Any]) -> None:
    """Refuse a parameter that the notebook does not have; papermill would pass over it."""
    cells = [c.source for c in source.cells if "parameters" in c.metadata.get("tags", ())]
    nodes = (node for cell in cells for node in ast.walk(ast.parse(cell)))
    known = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    if unknown := [name for name in parameters if name not in known]:
        where = f"it has {', '.join(sorted(known))}" if known else "no cell is tagged 'parameters'"
        raise ReportError(f"no parameter {', '.join(unknown)}; {where}")


def _failure(source: NotebookNode, error: PapermillExecutionError) -> ReportError:
    """Name the cell by its place in the source, where the injected cell is not counted."""
    if error.ename == "DataError":
        return ReportError(error.evalue, "DataError")
    places = (i for i, cell in enumerate(source.cells, 1) if cell.source == error.source)
    cell = next((f"cell {place}" for place in places), "the parameters")
    line = next(iter(error.source.strip().splitlines()), "")
    # A kernel and a shell of this process name the file of a cell each in their own way.
    told = re.sub(r"\((?:<ipython-input-\S+>|\d+\.py), line", "(line", _last_line(error.evalue))
    return ReportError(f"{cell} ({line[:60]}): {error.ename}: {told}", error.ename)


def _last_line(text: str) -> str:
    return next(iter(text.strip().splitlines()[-1:]), "")
