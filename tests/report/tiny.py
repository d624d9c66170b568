"""Tiny notebooks for what runs notebooks."""

import textwrap
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode, v4

from piilib.report.worker import Order


def code(source: str, **metadata: Any) -> NotebookNode:
    return v4.new_code_cell(textwrap.dedent(source).strip(), metadata=metadata)


def order(folder: Path, stem: str, /, *cells: str, **parameters: Any) -> Order:
    """Write a notebook of these cells, the first of which has the parameters, and order it."""
    first, *others = cells
    nb = v4.new_notebook(cells=[code(first, tags=["parameters"]), *map(code, others)])
    for place, cell in enumerate(nb.cells):
        cell.id = f"c{place}"
    path = folder / f"{stem}.ipynb"
    nbformat.write(nb, path)
    return Order(str(path), parameters, "en", stem)
