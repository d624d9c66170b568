"""Read a file's tables; as a program, in a process with limits of memory and time.

A hostile file can make any reader take all memory or never end. `piilib.data.grid_file` therefore
starts this module as a program: it reads a request from standard input, limits itself, and writes
the tables or one error to standard output, both as JSON.
"""

from __future__ import annotations

import sys

if __name__ == "__main__":  # as a program, found by its path: the package is not yet importable
    import json
    import types

    REQUEST = json.load(sys.stdin)
    sys.path[:] = REQUEST["sys_path"]
    # piilib.data itself would import pandas, which takes longer than most files.
    BARE = types.ModuleType("piilib.data")
    BARE.__path__ = [REQUEST["folder"]]
    sys.modules["piilib.data"] = BARE

import gc
import json
from pathlib import Path
from typing import Any

from piilib.data.grid import Grid
from piilib.data.grid_cells import check_size
from piilib.data.grid_kind import check_kind
from piilib.data.grid_office import TARGETS
from piilib.data.legacy_fonts import check_fonts
from piilib.errors import DataError

MAX_FILE = 50_000_000


class Convert(Exception):
    """The file is of a kind that LibreOffice must convert first; the argument names it."""


def read_here(data: bytes, path: Path) -> list[Grid]:
    r"""Read the tables of a file in this process, without its limits.

    Parameters
    ----------
    data : bytes
        The whole file.
    path : Path
        Its name, whose suffix counts.

    Returns
    -------
    list of Grid
        At least one.

    Raises
    ------
    DataError
        For every fault of the file.
    Convert
        If LibreOffice must convert it first.

    Examples
    --------
    >>> [grid.name for grid in read_here(b"a;b\n1;2\n", Path("x.csv"))]
    ['bảng 1']
    """
    if len(data) > MAX_FILE:
        raise DataError(
            f"a file of more than {MAX_FILE // 10**6} MB", "a smaller file: delete its pictures"
        )
    grids = _read(data, path)
    check_size(grids)
    check_fonts(grids)
    if not grids:
        raise DataError("no table that holds a text", "a file with a table")
    return grids


def _read(data: bytes, path: Path) -> list[Grid]:
    kind, archive = check_kind(data, path)
    if kind in TARGETS:
        raise Convert(kind)
    if kind == "xls":
        from piilib.data.grid_xls import read_xls

        return read_xls(data)
    if kind == "html":
        from piilib.data.grid_html import read_html

        return read_html(data)
    if archive is None:
        from piilib.data.grid_text import read_text

        return read_text(data, path)
    if kind == "xlsx":
        from piilib.data.grid_excel import read_workbook

        return read_workbook(archive)
    from piilib.data.grid_word import read_word

    return read_word(archive)


def answer(path: Path) -> dict[str, Any]:
    """Read a file and return its tables, or its one error, as JSON can hold them."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE + 1)
        grids = read_here(data, path)
    except Convert as request:
        return {"convert": str(request)}
    except DataError as error:
        return {"error": [error.found, error.expected, error.row, error.column]}
    except OSError as error:
        return {
            "error": [f"{error.strerror}: {str(path)!r}", "a file that can be read"] + [None] * 2
        }
    return {
        "grids": [
            [
                grid.name,
                [
                    [[c.text, c.place, int(c.numeric), int(c.merged)] for c in row]
                    for row in grid.rows
                ],
            ]
            for grid in grids
        ]
    }


def limit(memory: int, seconds: int) -> None:
    """Limit this process's address space (bytes) and processor time, where the system can."""
    try:
        import resource
    except ImportError:  # Windows: the parent's timeout remains
        return
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        value = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(what, (value, hard))
        except (ValueError, OSError):  # macOS refuses to limit the address space
            continue


def main(request: dict[str, Any]) -> None:
    """Answer one request on standard output."""
    out, sys.stdout = sys.stdout, sys.stderr
    gc.disable()  # a million small objects and no cycles; memory is limited anyway
    limit(request["memory"], request["seconds"])
    try:
        text = json.dumps(answer(Path(request["path"])), ensure_ascii=True, separators=(",", ":"))
    except MemoryError:
        most = f"more than {request['memory'] // 10**6} MB of memory"
        text = json.dumps(
            {"error": [f"a file whose reading takes {most}", request["smaller"], None, None]}
        )
    out.write(text)
    out.flush()


if __name__ == "__main__":
    main(REQUEST)
