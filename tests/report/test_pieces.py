"""The cells of a notebook run here, and what they show kept as objects."""

from pathlib import Path

import nbformat
import pytest
from nbformat import v4

from piilib.report.block import Html, paragraphs
from piilib.report.pieces import run_cells


def notebook(folder: Path, *cells: nbformat.NotebookNode) -> Path:
    path = folder / "x.ipynb"
    nbformat.write(v4.new_notebook(cells=list(cells)), path)
    return path


def code(source: str, *tags: str) -> nbformat.NotebookNode:
    return v4.new_code_cell(source, metadata={"tags": list(tags)})


def prose(source: str, *tags: str) -> nbformat.NotebookNode:
    return v4.new_markdown_cell(source, metadata={"tags": list(tags)})


START = "from piilib.report.block import Html, paragraphs"


def test_pieces_in_order_and_in_one_language(tmp_path: Path) -> None:
    path = notebook(
        tmp_path,
        prose("# Ẩn", "hide"),
        code("who = 'ai'", "parameters"),
        code(f"{START}\ntext = paragraphs(who)"),
        prose("## Mục\n\nMột câu\nhai dòng.\n\nCâu nữa.", "lang-vi"),
        prose("## Section\n\nA line.", "lang-en"),
        code("text"),
        code("text", "hide"),
        code("Html()"),
        code("text", "extra"),
    )
    pieces, names = run_cells(path, {"who": "tôi"}, "vi")
    assert [(p.level, p.text) for p in pieces[:3]] == [
        (2, "Mục"),
        (0, "Một câu hai dòng."),
        (0, "Câu nữa."),
    ]
    assert [p.shown for p in pieces[3:]] == [paragraphs("tôi")] * 2
    assert [p.tags for p in pieces[3:]] == [frozenset(), frozenset({"extra"})]
    assert names["who"] == "tôi"
    english, _ = run_cells(path, {}, "en")
    assert [p.text for p in english[:2]] == ["Section", "A line."]
    assert english[2].shown == Html("<p>ai</p>")


def test_what_is_neither_text_table_nor_chart_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match=r"'1 \+ 1' shows a int"):
        run_cells(notebook(tmp_path, code("1 + 1")), {}, "vi")
