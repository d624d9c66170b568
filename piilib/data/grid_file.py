"""Read the tables of an office file as grids of cells, in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

from piilib.data import grid_child
from piilib.data.grid import Cell, Grid
from piilib.data.grid_office import convert
from piilib.errors import DataError

_SMALLER = "a smaller file, or one that its program saved; open it there and save it again"


class Limits(NamedTuple):
    """What the process that reads may use: bytes of memory, seconds of processor and of wait."""

    memory: int = 1_500_000_000
    seconds: int = 100
    wait: float = 200.0


def read_grids(path: str | Path) -> list[Grid]:
    r"""Read the tables of a workbook, a document, a page or a text file, safely.

    Parameters
    ----------
    path : path
        .xlsx, .xlsm, .xls, .docx, .html, .htm, .csv, .tsv or .txt; .doc, .odt and .ods where
        LibreOffice is installed. The content must be what the suffix says.

    Returns
    -------
    list of Grid
        Every worksheet or table that holds a text, in the file's order. A cell says where it
        stands, and whether the file stores it as a number. Numbers of a workbook read as their
        cells show them, with a decimal point and no separators of thousands (30 in the format
        0.00 is "30.00"); dates are ISO; a percentage is text as a Vietnamese document prints it,
        "12,5%". Merged areas repeat their text.

    Raises
    ------
    DataError
        One clear message, with the cell or line where it is known: for what cannot be read (PDF,
        pictures, archives, files with a password), a damaged or hostile file, one too large
        (50 MB, 20,000 rows, 500 columns or 650,000 cells), a formula that was never computed, or
        text in a legacy font (TCVN3, VNI).

    Notes
    -----
    The file is read in another process with at most 1.5 GB of memory and 100 s of processor
    time, which starts in about a fifth of a second. Macros, external links and pictures are never
    looked at; an archive is checked before it is opened; nothing is written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "x.csv")
    ...     _ = path.write_text("Tỉnh;2024\nCao Bằng;23,95\n", encoding="utf-8")
    ...     grids = read_grids(path)
    >>> grids[0].rows[1]
    (Cell(text='Cao Bằng', place='dòng 2, cột 1', numeric=False, merged=False),
     Cell(text='23,95', place='dòng 2, cột 2', numeric=False, merged=False))
    """
    return _grids(Path(path), Limits())


def _grids(path: Path, limits: Limits) -> list[Grid]:
    _check_file(path)
    got = _ask(path, path, limits)
    if "convert" in got:
        with tempfile.TemporaryDirectory(prefix="pii-", ignore_cleanup_errors=True) as folder:
            got = _ask(convert(path, got["convert"], Path(folder)), path, limits)
    if "error" in got:
        found, expected, row, column = got["error"]
        raise DataError(found, expected, file=path, row=row, column=column)
    return [
        Grid(
            name,
            tuple(
                tuple(Cell(text, place, bool(n), bool(m)) for text, place, n, m in row)
                for row in rows
            ),
        )
        for name, rows in got["grids"]
    ]


def _check_file(path: Path) -> None:
    if path.is_dir():
        raise DataError(f"a folder {str(path)!r}", "a file")
    if not path.exists():
        raise DataError(f"no file {str(path)!r}", "an existing file")
    if not path.is_file():
        raise DataError(f"{str(path)!r}, which is no ordinary file", "a file")


def _ask(path: Path, named: Path, limits: Limits) -> dict[str, Any]:
    """Let a process of its own read a file; what goes wrong with it is one error."""
    program = Path(grid_child.__file__)
    request = {
        "path": str(path.absolute()),
        "sys_path": [str(place) for place in sys.path],
        "folder": str(program.parent),
        "memory": limits.memory,
        "seconds": limits.seconds,
        "smaller": _SMALLER,
    }
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-X", "utf8", str(program)],
            input=json.dumps(request).encode(), capture_output=True, timeout=limits.wait,
            check=False, creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise DataError(
            f"a file whose reading takes more than {limits.wait:g} s", _SMALLER, file=named
        ) from None
    try:
        got = json.loads(done.stdout)
    except ValueError:
        got = None
    if done.returncode == 0 and isinstance(got, dict):
        return got
    raise DataError(_ending(done, limits), _SMALLER, file=named)


def _ending(done: subprocess.CompletedProcess[bytes], limits: Limits) -> str:
    """Say how a process ended that gave no answer."""
    said = done.stderr.decode("utf-8", errors="replace").strip().splitlines()
    if done.returncode < 0:
        return (
            f"a file whose reading was ended by the system (signal {-done.returncode}: more than "
            f"{limits.seconds} s of processor time, or of its memory)"
        )
    return f"a file that cannot be read ({said[-1][:200] if said else 'no reason given'})"
