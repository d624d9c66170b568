"""Strict reading of CSV files: every fault is named by file, row and column."""

from __future__ import annotations

import csv
import io
import re
import textwrap
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from piilib.errors import DataError

Row = dict[str, str]

#: A number with a decimal point; bounded, so that it is finite and an `int` can be made of it.
NUMBER = r"-?[0-9]{1,15}(\.[0-9]{1,30})?"
_PLAIN = re.compile(NUMBER)
_WHOLE = re.compile(r"-?[0-9]{1,15}")
_WITH_COMMA = re.compile(r"-?[0-9]{1,3}(\.[0-9]{3})*,[0-9]+|-?[0-9]+,[0-9]+")
_VIETNAMESE = re.compile(r"-?([1-9][0-9]{0,2}(\.[0-9]{3})+|[0-9]+)(,[0-9]+)?")
#: What a spreadsheet may read as a number, and no more than a number.
_SIGNED = re.compile(r"[+-]?[0-9.,]+")
#: What Vietnamese tables print where there is no value.
MISSING_MARKS = frozenset({"", "n/a", "N/A", "NA", "-", "–", "—", "x", "..."})


def read_rows(path: str | Path, columns: Sequence[str], optional: Sequence[str] = ()) -> list[Row]:
    """Read a UTF-8, comma-separated file with a header.

    Parameters
    ----------
    path : path
        The file.
    columns : sequence of str
        Columns that must be there.
    optional : sequence of str
        Columns that may be there; absent ones read as empty.

    Returns
    -------
    list of dict
        A row each, every cell as text, with the key ``"_row"`` for the line's number.

    Raises
    ------
    DataError
        If the file is absent, empty, not UTF-8, not comma-separated, has decomposed (NFD)
        text, lacks a column or has a line of another length.
    """
    path = Path(path)
    kept = _rows(path, tuple(columns), tuple(optional), file_state(path))
    return [dict(row) for row in kept]


def file_state(path: Path) -> tuple[int, ...] | None:
    """Return what changes when a file does; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


@lru_cache(maxsize=64)
def _rows(
    path: Path, columns: tuple[str, ...], optional: tuple[str, ...], state: object
) -> list[Row]:
    """Read a file; the same file is read once, as one report asks for it many times."""
    text = _text(path)
    first = text.splitlines()[0]
    if "," not in first and ";" in first:
        raise DataError("a header separated by ';'", "commas between the columns", file=path, row=1)
    reader = csv.reader(io.StringIO(text), strict=True)
    try:
        header = [cell.strip() for cell in next(reader)]
        check_header(header, columns, optional, path)
        rows = []
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            rows.append(make_row(header, cells, optional, path, reader.line_num))
    except csv.Error as error:
        raise DataError(str(error), "a CSV file", file=path, row=reader.line_num) from error
    if not rows:
        raise DataError("a header and no rows", "at least one row", file=path)
    return rows


def _text(path: Path) -> str:
    if not path.is_file():
        raise DataError(f"no file {str(path)!r}", "an existing CSV file")
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise DataError(f"{error.strerror}: {str(path)!r}", "a file that can be read") from error
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise DataError(
            "text that is not UTF-8", "a file saved as 'CSV UTF-8'", file=path, row=line
        ) from error
    if "\x00" in text:
        raise DataError("a binary file", "a CSV file saved as 'CSV UTF-8'", file=path)
    if not text.strip():
        raise DataError("an empty file", "a header and at least one row", file=path)
    return text


def check_header(
    header: Sequence[str], columns: Sequence[str], optional: Sequence[str], path: Path
) -> None:
    """Refuse a header that lacks a column or has one twice."""
    missing = [name for name in columns if name not in header]
    if missing:
        raise DataError(
            f"the columns {textwrap.shorten(', '.join(header), 200, placeholder=' …')}",
            f"also {', '.join(missing)}",
            file=path,
            row=1,
        )
    repeated = sorted({name for name in header if header.count(name) > 1})
    if repeated:
        raise DataError(f"the column {repeated[0]!r} twice", "each column once", file=path, row=1)


def make_row(
    header: Sequence[str], cells: Sequence[str], optional: Sequence[str], path: Path, line: int
) -> Row:
    """Join a line with its header; `DataError` for another length or decomposed Unicode."""
    if len(cells) != len(header):
        raise DataError(
            f"{len(cells)} cells", f"{len(header)} cells as in the header", file=path, row=line
        )
    if not unicodedata.is_normalized("NFC", "\n".join(cells)):
        _refuse_decomposed(header, cells, path, line)
    row = dict.fromkeys(optional, "")
    row.update(zip(header, map(str.strip, cells), strict=True))
    row["_row"] = str(line)
    return row


def _refuse_decomposed(
    header: Sequence[str], cells: Sequence[str], path: Path, line: int
) -> None:
    for name, cell in zip(header, cells, strict=True):
        composed = unicodedata.normalize("NFC", cell)
        if composed != cell:
            raise DataError(
                f"{cell!r} in decomposed Unicode (NFD)",
                f"composed Unicode (NFC): {composed!r}",
                file=path,
                row=line,
                column=name,
            )


def number(row: Mapping[str, str], column: str, path: Path) -> tuple[float, float]:
    """Read a number with a decimal point, and half a unit of its last printed decimal.

    Returns
    -------
    value, half : float
        Both NaN where the cell is empty.

    Raises
    ------
    DataError
        If the cell is not a number, has a decimal comma or says "n/a".
    """
    cell = row[column]
    if cell == "":
        return float("nan"), float("nan")
    if _PLAIN.fullmatch(cell):
        decimals = len(cell.partition(".")[2])
        return float(cell), 0.5 * 10.0**-decimals
    expected = "a number with a decimal point"
    if _WITH_COMMA.fullmatch(cell):
        expected += f", here {cell.replace('.', '').replace(',', '.')}"
    elif cell in MISSING_MARKS:
        expected = "an empty cell where there is no value"
    raise DataError(repr(cell), expected, file=path, row=int(row["_row"]), column=column)


def whole(row: Mapping[str, str], column: str, path: Path) -> int | None:
    """Read a whole number, or None where the cell is empty."""
    cell = row[column]
    if cell == "":
        return None
    if not _WHOLE.fullmatch(cell):
        raise DataError(
            repr(cell), "a whole number", file=path, row=int(row["_row"]), column=column
        )
    return int(cell)


def from_vietnamese(printed: str) -> str:
    """Turn a number as Vietnamese documents print it into canonical text.

    ``"1.255,81"`` becomes ``"1255.81"`` and keeps its two decimals; marks of absence
    ("n/a", "–") become the empty string. ``"11.84"`` is refused: a point stands only between
    thousands.

    Raises
    ------
    ValueError
        If it is neither.

    Examples
    --------
    >>> from_vietnamese("1.255,81"), from_vietnamese("n/a")
    ('1255.81', '')
    """
    cell = printed.strip().replace("\u2212", "-")
    if cell in MISSING_MARKS:
        return ""
    if not _VIETNAMESE.fullmatch(cell):
        raise ValueError(printed)
    return cell.replace(".", "").replace(",", ".")


def write_rows(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> None:
    """Write rows as UTF-8 CSV with Unix line ends, in the order given."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


def harmless(cell: object) -> object:
    """Put an apostrophe before a text that a spreadsheet would take for a formula.

    Examples
    --------
    >>> harmless("=1+1"), harmless("-0.16"), harmless("> 99"), harmless(-5.2)
    ("'=1+1", '-0.16', '> 99', -5.2)
    """
    if not isinstance(cell, str) or _SIGNED.fullmatch(cell):
        return cell
    begins = cell[:1] in ("\t", "\r") or cell.lstrip()[:1] in tuple("=+-@")
    return f"'{cell}" if begins else cell


def free_place(path: str | Path) -> Path:
    """Return a path where a new file can be written; `DataError` if one is there, or no folder."""
    path = Path(path)
    if path.exists():
        raise DataError(f"a file {str(path)!r}", "a name that is free")
    if not path.parent.is_dir():
        raise DataError(f"no folder {str(path.parent)!r}", "an existing folder")
    return path


@contextmanager
def new_file(path: str | Path) -> Iterator[Path]:
    """Give a place to write a new file, which appears at its own when it is whole.

    Raises
    ------
    DataError
        As `free_place`.
    """
    path = free_place(path)
    with TemporaryDirectory(dir=path.parent, prefix=".pii-") as folder:
        waiting = Path(folder) / path.name
        yield waiting
        waiting.rename(path)
