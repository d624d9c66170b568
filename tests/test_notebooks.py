"""Every notebook: thin, free of outputs, and running top to bottom without a word on stderr."""

import ast
import os
import subprocess
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SECONDS = 400
#: What each notebook is given on a command line, and what one of its outputs then says.
COMMANDS = {
    "01_province_diagnostic": (  # with a sheet: test_pages
        {
            "province": "bac-ninh",
            "year": "2024",
            "lang": "en",
            "draws": "500",
        },  # a sheet: test_pages
        "Bac Ninh scores 42.83",
    ),
    "02_national_overview": (
        {"year": "2024", "lang": "en", "draws": "1000"},
        "Published scores",
    ),
    "03_plan_audit": (
        {"province": "cao-bang", "lang": "en"},
        "The plan for 2026 states 30.00 points",
    ),
    "04_what_if": (
        {"province": "cao-bang", "lang": "en", "draws": "500"},
        "The 10 levers that give most PII",
    ),
    "05_seminar_briefing": (
        {"province": "bac-ninh", "lang": "en", "draws": "500"},
        "Bac Ninh scores 42.83",
    ),
    "06_method_check": (
        {"draws": "500"},
        "Kế hoạch 3372/KH-UBND",
    ),
    "07_build_an_index": (
        {"lang": "en", "aggregation": "geometric", "draws": "500"},
        "There is no panel yet",
    ),
}

pytestmark = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)


def test_there_are_notebooks(path: Path) -> None:
    assert path.suffix == ".ipynb"
    assert ROOT / "notebooks" / "01_province_diagnostic.ipynb" in NOTEBOOKS


def read(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)


def code(path: Path) -> Iterator[tuple[int, ast.Module]]:
    """Give the place and the syntax tree of every code cell."""
    for place, cell in enumerate(read(path).cells, 1):
        if cell.cell_type == "code":
            yield place, ast.parse(cell.source)


def tagged(path: Path, tag: str) -> list[int]:
    """Return the places of the cells with a tag."""
    cells = read(path).cells
    return [i for i, cell in enumerate(cells, 1) if tag in cell.metadata.get("tags", ())]


def test_valid(path: Path) -> None:
    notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    nbformat.validate(notebook)
    assert notebook.nbformat == 4
    ids = [cell.id for cell in notebook.cells]
    assert len(ids) == len(set(ids))
    assert path.read_text(encoding="utf-8").endswith("}\n")


def test_no_output_is_committed(path: Path) -> None:
    for cell in read(path).cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None
        assert set(cell.metadata) <= {"tags"}
    assert set(read(path).metadata) <= {"kernelspec", "language_info"}


def test_one_cell_of_parameters(path: Path) -> None:
    (place,) = tagged(path, "parameters")
    (tree,) = (tree for at, tree in code(path) if at == place)
    assert all(isinstance(statement, ast.Assign) for statement in tree.body)
    assert next(at for at, _ in code(path)) == place  # nothing runs before it


def test_thin(path: Path) -> None:
    """Nothing is defined here, and only piilib is imported."""
    for place, tree in code(path):
        for node in ast.walk(tree):
            assert not isinstance(
                node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda
            ), place
            modules = []
            if isinstance(node, ast.Import):
                modules = [name.name for name in node.names]
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, place
                modules = [str(node.module)]
            assert {name.split(".")[0] for name in modules} <= {"piilib"}, place


def test_both_languages_in_pairs(path: Path) -> None:
    """A Vietnamese cell has its English one right after it, a heading of the same level."""
    vi, en = tagged(path, "lang-vi"), tagged(path, "lang-en")
    assert vi
    assert en == [place + 1 for place in vi]
    cells = read(path).cells
    for place in vi:
        pair = cells[place - 1 : place + 1]
        assert [cell.cell_type for cell in pair] == ["markdown", "markdown"]
        marks = [cell.source.split(" ")[0] for cell in pair]
        assert marks[0] == marks[1]
        assert pair[0].source != pair[1].source
        assert pair[0].source.count("\n\n") == pair[1].source.count("\n\n")


def test_prose_without_a_language_is_hidden_from_readers(path: Path) -> None:
    for place, cell in enumerate(read(path).cells, 1):
        if cell.cell_type == "markdown":
            assert {"hide", "lang-vi", "lang-en"} & set(cell.metadata.get("tags", ())), place


def check_run(done: nbformat.NotebookNode) -> None:
    """Every cell ran once, in order; none wrote to stderr, and the last has its output."""
    cells = [cell for cell in done.cells if cell.cell_type == "code"]
    counts = [cell.execution_count for cell in cells]
    assert counts == list(range(1, len(cells) + 1))
    for place, cell in enumerate(cells, 1):
        for output in cell.outputs:
            assert output.output_type != "error", place
            assert output.get("name") != "stderr", (place, output.text)
    assert cells[-1].outputs


def test_runs_by_the_papermill_command(path: Path, tmp_path: Path) -> None:
    """As README says, in an empty folder; those that have a command, in the other language."""
    given, result = COMMANDS[path.stem]
    command = [Path(sysconfig.get_path("scripts"), "papermill"), path, "out.ipynb", "-k", "python3"]
    for name, value in given.items():
        command += ["-p", name, value]
    environment = {k: v for k, v in os.environ.items() if k != "PIILIB_DATA"}
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=SECONDS
    )
    assert done.returncode == 0, done.stderr
    executed = nbformat.read(tmp_path / "out.ipynb", as_version=4)
    cell = next(c for c in executed.cells if "injected-parameters" in c.metadata.get("tags", ()))
    assert all(value in cell.source for value in given.values())
    outputs = [o for c in executed.cells if c.cell_type == "code" for o in c.outputs]
    check_run(executed)
    assert any(result in str(o.get("data", "")) for o in outputs)
    assert [p.name for p in tmp_path.iterdir()] == ["out.ipynb"]
