"""Reading in a process of its own: its limits, and that it never takes the parent down."""

import multiprocessing
import os
import subprocess
import sys
from pathlib import Path

import pytest

from piilib.data import grid_child, grid_file
from piilib.data.grid import Grid
from piilib.data.grid_child import read_here
from piilib.data.grid_file import Limits, read_grids
from piilib.errors import DataError

from .grid_files import cell, document, ole, row, table, texts, workbook, xls_stream

FILES = {
    "a.xlsx": workbook('<sheetData><row r="1"><c r="A1"><v>1.5</v></c></row></sheetData>'),
    "a.docx": document(table(row(cell("Bằng"), cell("b", '<w:gridSpan w:val="2"/>')))),
    "a.xls": ole(xls_stream([["Bằng", 2.5]])),
    "a.html": "<html><table><tr><td>Bằng</table>".encode(),
    "a.csv": "Tỉnh;Số\nBằng;1,5\n".encode(),
    "-rf Cao Bằng 'x'.csv": b"a,b\n",
}


def refused(path: Path, limits: Limits | None = None) -> DataError:
    with pytest.raises(DataError) as caught:
        grid_file._grids(path, limits or Limits())
    assert "\n" not in str(caught.value)
    return caught.value


@pytest.mark.parametrize("name", FILES)
def test_the_same_tables_as_in_this_process(name, tmp_path):
    path = tmp_path / name
    path.write_bytes(FILES[name])
    found = read_grids(path)
    assert found == read_here(FILES[name], path)
    assert all(isinstance(grid, Grid) and isinstance(grid.rows[0], tuple) for grid in found)
    assert read_grids(str(path)) == found
    assert [p.name for p in tmp_path.iterdir()] == [name]


def test_a_relative_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("a.csv").write_bytes(FILES["a.csv"])
    assert texts(read_grids("a.csv")[0]) == [["Tỉnh", "Số"], ["Bằng", "1,5"]]


def test_an_error_keeps_its_file_and_row(tmp_path):
    path = tmp_path / "x.csv"
    path.write_bytes(b'a,b\n1,2\n"x,3\n')
    error = refused(path)
    assert (error.file, error.row, error.column) == (path, 3, None)
    assert str(error).startswith("x.csv, row 3: found a row that cannot be divided into cells")


def test_what_is_no_file(tmp_path):
    assert "no file" in refused(tmp_path / "x.csv").found
    assert "a folder" in refused(tmp_path).found


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with a name are of POSIX")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "x.csv")
    assert "which is no ordinary file" in refused(tmp_path / "x.csv").found


def test_a_file_beyond_the_limit_of_size(monkeypatch):
    monkeypatch.setattr(grid_child, "MAX_FILE", 10)
    with pytest.raises(DataError, match="a file of more than"):
        read_here(b"a,b\n" * 3, Path("x.csv"))


def test_the_process_loads_nothing_heavy(tmp_path):
    """What it costs to start is what is imported; seconds would depend on the machine."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(FILES["a.xlsx"])
    seen = tmp_path / "seen"
    program = tmp_path / "watched.py"
    source = Path(grid_child.__file__).read_text(encoding="utf-8")
    last = f"\nPath({str(seen)!r}).write_text(' '.join(sorted(sys.modules)))\n"
    program.write_text(source + last, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grid_file.subprocess, "run", rerouted(program))
        assert texts(read_grids(path)[0]) == [["1.5"]]
    modules = set(seen.read_text().split())
    assert "piilib.data.grid_excel" in modules
    assert not modules & {"pandas", "numpy", "scipy", "openpyxl", "docx", "lxml", "matplotlib"}


def rerouted(program: Path):
    """Run another program in place of the reading one."""
    run = subprocess.run

    def instead(command, **settings):
        return run([*command[:-1], str(program)], **settings)

    return instead


PROGRAMS = {
    "dies": ("import os; os.abort()", "ended by the system"),
    "raises": ("raise RuntimeError('no luck')", "(RuntimeError: no luck)"),
    "says nothing": ("", "no reason given"),
    "says nonsense": ("print('{')", "no reason given"),
    "says a number": ("print(7)", "no reason given"),
    "never ends": ("import time; time.sleep(60)", "takes more than 1.5 s"),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_process_that_fails_is_one_error(name, tmp_path, monkeypatch):
    code, message = PROGRAMS[name]
    program, path = tmp_path / "program.py", tmp_path / "x.csv"
    program.write_text(code)
    path.write_bytes(FILES["a.csv"])
    monkeypatch.setattr(grid_file.subprocess, "run", rerouted(program))
    error = refused(path, Limits(wait=1.5))
    assert message in error.found
    assert error.file == path


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the address space")
def test_memory_is_limited(tmp_path):
    path = tmp_path / "x.csv"
    path.write_bytes(b"1,2,3,4,5,6,7,8,9,10\n" * 10_000)
    assert len(read_grids(path)[0].rows) == 10_000
    assert "takes more than 60 MB of memory" in refused(path, Limits(memory=60_000_000)).found


@pytest.mark.skipif(sys.platform == "win32", reason="Windows limits no processor time")
def test_processor_time_is_limited(tmp_path):
    path = tmp_path / "x.csv"
    path.write_bytes((b"1," * 30 + b"1\n") * 20_000)
    error = refused(path, Limits(seconds=1))
    assert "more than 1 s of processor time" in error.found


def _read(path: str, queue) -> None:
    queue.put([grid.name for grid in read_grids(path)])


def test_it_works_in_a_daemonic_process(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(FILES["a.csv"])
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    process = context.Process(target=_read, args=(str(path), queue), daemon=True)
    process.start()
    assert queue.get(timeout=60) == ["bảng 1"]
    process.join()
    queue.close()
