"""Text files: which encoding, which separator, and their cells."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from pathlib import Path

from piilib.data.grid import Grid
from piilib.data.grid_cells import MAX_COLUMNS, Found, check_count, clean, make_grid
from piilib.data.legacy_fonts import foreign_encoding, is_syllable, words
from piilib.errors import DataError

#: The first of these that divides most lines alike is the separator. In a file with decimal commas
#: both may divide every line; then the semicolon does.
SEPARATORS = ("\t", ";", ",")
_SAMPLE = 2_000
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = frozenset({"windows-1258", "windows-1252", "iso-8859-1", "cp1258", "latin-1"})
_CONTROL = re.compile("[\x00-\x08\x0e-\x19\x1b-\x1f]")
_SAVE = "text saved as 'CSV UTF-8'"


def decode(data: bytes, declared: str = "") -> str:
    r"""Turn the bytes of a text file into text.

    Parameters
    ----------
    data : bytes
        The whole file.
    declared : str
        The encoding that the file names itself, if any; it counts only where the bytes are not
        UTF-8 or UTF-16.

    Returns
    -------
    str
        UTF-8 (with or without a byte order mark), UTF-16 (either order, with or without), or
        Windows-1258, whose tones are characters of their own: not yet composed.

    Raises
    ------
    DataError
        If it is none of these, is in a legacy Vietnamese encoding, or is no text.

    Examples
    --------
    >>> decode("Cao Bằng".encode("utf-16")), decode(b"Cao B\xe3\xccng") == "Cao Bă\u0300ng"
    ('Cao Bằng', True)
    """
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), _utf16(data))
    try:
        text = data.decode(encoding or "utf-8")
    except UnicodeDecodeError as error:
        if encoding or _almost_utf8(data):
            name, line = encoding.upper() or "UTF-8", data[: error.start].count(b"\n") + 1
            raise DataError(f"damaged {name} in line {line}", _SAVE, row=line) from None
        text = _eight_bits(data, declared.lower())
    control = _CONTROL.search(text)
    if control is not None:
        line = text[: control.start()].count("\n") + 1
        raise DataError("a file that is no text", f"a text file; {_SAVE}", row=line)
    return text


def _utf16(data: bytes) -> str:
    """Name the order of UTF-16 without a mark, by where its zero bytes stand; else ""."""
    sample = data[:4096]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if max(even, odd) * 6 < len(sample) or min(even, odd) * 20 > max(even, odd):
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def _almost_utf8(data: bytes) -> bool:
    """Say whether most characters beyond ASCII are good UTF-8: one byte is wrong, not all."""
    text = data.decode("utf-8", errors="replace")
    wrong = text.count("\ufffd")
    return sum(not c.isascii() for c in text) - wrong > wrong


def _eight_bits(data: bytes, declared: str) -> str:
    """Decode a file with one byte for each character; `DataError` for a legacy font."""
    legacy = foreign_encoding(
        (line, str(i)) for i, line in enumerate(data.decode("latin-1").splitlines(), 1)
    )
    if declared in _DECLARED - {"windows-1258", "cp1258"} and legacy is None:
        return data.decode("cp1252", errors="replace")
    try:
        text = data.decode("cp1258")
    except UnicodeDecodeError as error:
        text, line = "", data[: error.start].count(b"\n") + 1
    else:
        wrong = next((i for i, x in enumerate(text.splitlines(), 1) if not _vietnamese(x)), 0)
        known = [is_syllable(word) for word in _bare_words(text)]
        if 2 * sum(known) >= len(known):
            return text
        line = wrong or 1
    if legacy is not None:
        name, found, place = legacy
        raise DataError(
            f"{found[:60]!r}, which is {name}",
            "Unicode: convert it (UniKey: Ctrl+Shift+F6) and save as 'CSV UTF-8'",
            row=int(place),
        )
    raise DataError("text that is neither UTF-8, UTF-16 nor Windows-1258", _SAVE, row=line)


def _bare_words(text: str) -> list[str]:
    found = (word.strip(" \"'“”‘’*…%₫") for word in words(text))
    return [word for word in found if any(c.isalpha() and not c.isascii() for c in word)]


def _vietnamese(line: str) -> bool:
    return all(is_syllable(word) for word in _bare_words(line))


# --- tables ---------------------------------------------------------------------------------------


def read_text(data: bytes, path: Path) -> list[Grid]:
    """Read a CSV file.

    Parameters
    ----------
    data : bytes
        The whole file.
    path : Path
        Its name; a first line ``sep=;``, which Excel writes, names the separator.

    Returns
    -------
    list of Grid
        One, "bảng 1", with places as "dòng 5, cột 3": the line in the file where the row begins.
        Nothing is taken for a number. Empty if no cell holds a text.

    Raises
    ------
    DataError
        See `decode`; also for a quote that is not closed.
    """
    text = decode(data)
    given = re.match(r"sep=(.)\r?\n", text)
    separator = given[1] if given else separator_of(text)
    found: dict[tuple[int, int], Found] = {}
    lines = {}
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    before, i = 0, 0
    try:
        for cells in reader:
            if given and before == 0:
                before = reader.line_num
                continue
            i += 1
            lines[i], before = before + 1, reader.line_num
            _keep(found, i, cells)
    except (csv.Error, ValueError) as error:
        raise DataError(
            f"a row that cannot be divided into cells ({error})",
            "quotes that are closed, and doubled inside a cell",
            row=before + 1,
        ) from None
    grid = make_grid("bảng 1", found, lambda i, j: f"dòng {lines[i]}, cột {j}")
    return [] if grid is None else [grid]


def _keep(found: dict[tuple[int, int], Found], i: int, cells: list[str]) -> None:
    for j, cell in enumerate(cells, 1):
        text = clean(cell)
        if text:
            found[i, j] = Found(text)
    check_count(len(found), "bảng 1")


def separator_of(text: str) -> str:
    r"""Return the separator that divides most lines into the same number of cells.

    Examples
    --------
    >>> separator_of("a;b\n1,5;2,5\n"), separator_of("a,b\n1,2\n")
    (';', ',')
    """
    shares = [_share(text, separator) for separator in SEPARATORS]
    return SEPARATORS[shares.index(max(shares))] if max(shares) > 0 else ","


def _share(text: str, separator: str) -> float:
    """Return the share of the lines that have the most frequent number of cells above one."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    counts: Counter[int] = Counter()
    try:
        for _, cells in zip(range(_SAMPLE), reader, strict=False):
            if any(cell.strip() for cell in cells):
                counts[len(cells)] += 1
    except csv.Error:
        return 0.0
    several = [number for size, number in counts.items() if 1 < size <= MAX_COLUMNS]
    return max(several, default=0) / max(counts.total(), 1)
