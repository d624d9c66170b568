"""What a notebook shows, as objects: Word, slides and Excel are made of the page's own pieces."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import nbformat

from piilib.report.block import Html
from piilib.report.chart import Chart
from piilib.report.numbers import Lang
from piilib.report.table import Table

Shown: TypeAlias = Html | Table | Chart


@dataclass(frozen=True)
class Piece:
    """A heading, a paragraph of the notebook's prose, or what a cell shows.

    Attributes
    ----------
    level : int
        Of a heading, 1 to 6; 0 for the rest.
    text : str
        The heading, or the paragraph with its Markdown; empty where something is shown.
    shown : Html, Table or Chart, optional
        What the cell shows.
    tags : frozenset of str
        The cell's tags.

    Examples
    --------
    >>> Piece(2, "Vị thế").shown is None
    True
    """

    level: int = 0
    text: str = ""
    shown: Shown | None = None
    tags: frozenset[str] = frozenset()


def run_cells(
    notebook: Path, parameters: Mapping[str, Any], lang: Lang
) -> tuple[list[Piece], dict[str, Any]]:
    """Run a notebook's cells in this process and keep what they show, before it becomes HTML.

    Parameters
    ----------
    notebook : Path
    parameters : mapping
        Values for the cell tagged "parameters".
    lang : {"vi", "en"}
        Prose of the other language is left out, as on the page.

    Returns
    -------
    list of Piece, dict
        The pieces in order, and the names that the cells have set (``d`` is what a report was
        prepared from). An empty `Html` is left out.

    Raises
    ------
    TypeError
        If a cell shows something that is neither text, a table nor a chart.
    DataError
        As the cells raise it.

    Examples
    --------
    >>> from piilib.report.job import Job, notebook_of, parameters_of
    >>> job = Job("diagnostic", "lang-son", 2024, "en")
    >>> pieces, names = run_cells(notebook_of(job), parameters_of(job), job.lang)
    >>> pieces[0].text, names["d"].key
    ('Summary for leaders', 'lang-son')
    """
    source: Any = nbformat.read(notebook, as_version=4)  # type: ignore[no-untyped-call]
    names: dict[str, Any] = {"__name__": "__main__"}
    pieces: list[Piece] = []
    for cell in source.cells:
        tags = frozenset(cell.metadata.get("tags", ()))
        if cell.cell_type == "code":
            found = _run(cell.source, names)
            if "parameters" in tags:
                names.update(parameters)
            if "hide" not in tags and found is not None and str(found):
                pieces.append(Piece(shown=_known(found, cell.source), tags=tags))
        elif cell.cell_type == "markdown" and not tags & {"hide", _OTHER[lang]}:
            pieces += _prose(cell.source, tags)
    return pieces, names


_OTHER: dict[Lang, str] = {"vi": "lang-en", "en": "lang-vi"}


def _run(code: str, names: dict[str, Any]) -> object:
    """Run a cell; return the value of its last line where that is an expression."""
    tree = ast.parse(code)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "<cell>", "exec"), names)
    if not isinstance(last, ast.Expr):
        return None
    found: object = eval(compile(ast.Expression(last.value), "<cell>", "eval"), names)
    return found


def _known(found: object, code: str) -> Shown:
    if isinstance(found, Html | Table | Chart):
        return found
    raise TypeError(
        f"the cell {code!r} shows a {type(found).__name__}; expected text, table, chart"
    )


def _prose(source: str, tags: frozenset[str]) -> Iterator[Piece]:
    for block in source.strip().split("\n\n"):
        marks, _, text = block.partition(" ")
        if set(marks) == {"#"}:
            yield Piece(len(marks), text.strip(), tags=tags)
        else:
            yield Piece(0, " ".join(block.split()), tags=tags)
