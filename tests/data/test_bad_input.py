"""One fault in a good CSV of sheets: one message with its place, and nothing is written."""

import unicodedata
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from piilib.cli import main
from piilib.data.check import check_sheets
from piilib.data.sheet import load_sheet, sheet_years
from piilib.errors import DataError

from .conftest import Table, as_text, good_table

#: Lines of the file: the header is line 1, PII line 2, pillar 1, sub-pillar 1.1, indicator 1.1.1.
GOOD = good_table()
LINE = {row[2]: number for number, row in enumerate(GOOD, 1)}
FILE = "own_sheets.csv"


class Fault(NamedTuple):
    """A way to spoil the good table, and what the message must then say."""

    name: str
    spoil: Callable[[Table], bytes | str | None]
    row: int | None
    column: str | None
    found: str
    expected: str


def cell(code: str, column: str, text: str, found: str, expected: str, at: str = "") -> Fault:
    """Put one text into one cell."""

    def spoil(table: Table) -> None:
        table[LINE[code] - 1][GOOD[0].index(column)] = text

    name = f"{column} {text[:20]!r}"
    return Fault(name, spoil, LINE[code], at or column, found, expected)


def swapped(table: Table) -> None:
    row = table[LINE["1.1.1"] - 1]
    row[4], row[5] = row[5], row[4]


def cp1258(table: Table) -> bytes:
    """Encode as Vietnamese Windows does: tones on the vowel are characters of their own."""
    for row in table[1:]:
        row[0], row[-1] = "Cao Bă\u0300ng", ""
    return as_text(table).encode("cp1258")


def without(column: str) -> Callable[[Table], None]:
    def spoil(table: Table) -> None:
        place = table[0].index(column)
        for row in table:
            del row[place]

    return spoil


POINT = "a number with a decimal point"
HOLES = "an empty cell where there is no value"
RANGE = "between the lowest 25.16 and the highest 52.51"
BOUNDS = "the national lowest and highest of every indicator"

FAULTS = [
    cell("1.1.1", "value", "45,28", "'45,28'", f"{POINT}, here 45.28"),
    cell("5.2.2", "highest", "1.255,81", "'1.255,81'", f"{POINT}, here 1255.81"),
    cell("1.1.1", "value", "n/a", "'n/a'", HOLES),
    cell("1.1.1", "highest", "–", "'–'", HOLES),
    *(
        cell("1.1.1", "value", text, repr(text), POINT)
        for text in ("inf", "nan", "1e3", "+45", "45.", ".5", "1 255.81", "0x1F", "٤٥", "9" * 400)
    ),
    cell("1.1.1", "value", "52.52", "52.52 (1.1.1)", RANGE),
    cell("1.1.1", "value", "25.15", "25.15 (1.1.1)", RANGE),
    cell("1.1", "value", "101", "'101'", "the published score of 1.1 on 0-100"),
    cell("1.1", "highest", "100.01", "'100.01'", "the published score of 1.1 on 0-100"),
    cell("1.1", "lowest", "-0.5", "'-0.5'", "the published score of 1.1 on 0-100"),
    cell("1.1.1", "lowest", "", "an empty cell", BOUNDS),
    cell("1.1.1", "highest", "", "an empty cell", BOUNDS),
    cell("1.1.1", "code", "1.1.9", "'1.1.9'", "a code of the framework; did you mean '1.1."),
    cell("PII", "code", "pii", "'pii'", "did you mean 'PII'?"),
    cell("1.1.1", "province", "Cao Băg", "'Cao Băg'", "did you mean 'cao-bang'?"),
    cell("1.1.1", "province", "Atlantis", "no province 'Atlantis'", "a province's key"),
    cell("1.1.1", "province", "Cao Ba\u0306\u0300ng", "decomposed Unicode (NFD)", "'Cao Bằng'"),
    cell("1.1.1", "year", "2024a", "'2024a'", "a whole number"),
    cell("1.1.1", "year", "2024.0", "'2024.0'", "a whole number"),
    cell("1.1.1", "year", "9" * 5000, "'999", "a whole number"),
    cell("1.1.1", "year", "24", "'24'", "a year"),
    cell("1.1.1", "year", "", "''", "a year"),
    cell("PII", "rank", "64", "rank 64 of 63", "a rank from 1"),
    cell("PII", "rank", "0", "rank 0 of 63", "a rank from 1"),
    cell("PII", "of", "sixty", "'sixty'", "a whole number"),
    Fault("bounds swapped", swapped, LINE["1.1.1"], "highest",
          "highest 25.16 below lowest 52.51 (1.1.1)", "are the two columns swapped?"),
    Fault("a code missing", lambda t: t.pop(LINE["6.1.1"] - 1) and None, None, "code",
          "no row for 6.1.1 (cao-bang 2024)", "a row for each of the 52 indicators"),
    Fault("a row twice", lambda t: t.append(t[LINE["7.2.4"] - 1]), LINE["7.2.4"] + 1, "code",
          f"'7.2.4' of cao-bang 2024 a second time (first in row {LINE['7.2.4']})", "once"),
    Fault("empty", lambda t: "", None, None, "an empty file", "a header and at least one row"),
    Fault("blank lines", lambda t: "\n \n", None, None, "an empty file", "a header"),
    Fault("header only", lambda t: as_text(t[:1]), None, None, "a header and no rows", "one row"),
    Fault("semicolons", lambda t: as_text(t).replace(",", ";"), 1, None,
          "a header separated by ';'", "commas"),
    Fault("tabs", lambda t: as_text(t).replace(",", "\t"), 1, None, "the columns", "also province"),
    Fault("cp1258", cp1258, 2, None, "text that is not UTF-8", "'CSV UTF-8'"),
    Fault("utf-16", lambda t: as_text(t).encode("utf-16"), 1, None, "not UTF-8", "'CSV UTF-8'"),
    Fault("binary", lambda t: b"PK\x03\x04\x00\x00\x08", None, None, "a binary file", "a CSV file"),
    Fault("no value column", without("value"), 1, None, "the columns province, year, code, lowest",
          "also value"),
    Fault("a column twice", lambda t: [row.append(row[3]) for row in t] and None, 1, None,
          "the column 'value' twice", "each column once"),
    Fault("a cell short", lambda t: t[LINE["1.1.1"] - 1].pop() and None, LINE["1.1.1"], None,
          "8 cells", "9 cells as in the header"),
    Fault("a cell more", lambda t: t[LINE["1.1.1"] - 1].append("x"), LINE["1.1.1"], None,
          "10 cells", "9 cells as in the header"),
    Fault("an open quote", lambda t: as_text(t)[:-1] + '"', LINE["7.2.4"], None,
          "", "a CSV file"),
]  # fmt: skip


def spoilt(fault: Fault, folder: Path) -> Path:
    table = good_table()
    given = fault.spoil(table)
    content = as_text(table) if given is None else given
    path = folder / FILE
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def report(*arguments: str) -> list[str]:
    return ["report", "--province", "cao-bang", "--year", "2024", *arguments]


each_fault = pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)


@each_fault
def test_a_fault_is_named_with_its_place(fault: Fault, tmp_path: Path) -> None:
    path = spoilt(fault, tmp_path)
    with pytest.raises(DataError) as caught:
        load_sheet("cao-bang", 2024, path)
    error, message = caught.value, str(caught.value)
    assert (error.file, error.row, error.column) == (path, fault.row, fault.column)
    assert fault.found in error.found
    assert fault.expected in error.expected
    place = [FILE]
    place += [f"row {fault.row}"] * (fault.row is not None)
    place += [f"column {fault.column!r}"] * (fault.column is not None)
    assert message == f"{', '.join(place)}: found {error.found}; expected {error.expected}"
    assert len(message.splitlines()) == 1
    assert unicodedata.is_normalized("NFC", error.expected)


@each_fault
def test_the_command_says_so_and_writes_nothing(
    fault: Fault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("the notebook must not run")

    monkeypatch.setattr("piilib.report.make.run_report", never)
    out = tmp_path / "out"
    path = spoilt(fault, tmp_path)
    done = CliRunner().invoke(main, report("--data", str(path), "--out", str(out)))
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(f"pii: {FILE}")
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr
    assert not out.exists()
    assert [entry.name for entry in tmp_path.iterdir()] == [FILE]
    checked = CliRunner().invoke(main, ["check", str(path)])
    assert checked.exit_code == 2
    assert checked.stdout.startswith(FILE)


def test_the_good_table_is_good(tmp_path: Path) -> None:
    path = tmp_path / FILE
    path.write_text(as_text(GOOD), encoding="utf-8")
    sheet = load_sheet("Cao Bằng", 2024, path)
    assert (sheet.unit, sheet.score, sheet.rank, sheet.of) == ("cao-bang", 23.95, 63, 63)
    assert sheet.table.shape == (76, 3)
    assert check_sheets([path]) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("\n", "\n\n").encode(),
        lambda text: text.rstrip("\n").encode(),
        lambda text: text.replace(",", " , ").encode(),
        lambda text: text.replace("Cao Bằng", "Tỉnh Cao Bằng").encode(),
        lambda text: text.replace("Cao Bằng", "Cao Bang").encode(),
    ],
    ids=["BOM", "CRLF", "both", "blank-lines", "no-last-line-end", "spaces", "tỉnh", "plain"],
)
def test_what_excel_and_people_do_to_a_file_is_accepted(
    change: Callable[[str], bytes], tmp_path: Path
) -> None:
    path = tmp_path / FILE
    path.write_bytes(change(as_text([row[:-1] for row in GOOD])))
    good = load_sheet("cao-bang", 2024)
    sheet = load_sheet("cao-bang", 2024, path)
    assert sheet.table.equals(good.table)
    assert sheet.half.equals(good.half)


@pytest.mark.parametrize("name", ["Thừa Thiên Huế", "TP. Huế", "hue"])
def test_a_province_under_any_of_its_names(name: str, tmp_path: Path) -> None:
    path = tmp_path / FILE
    path.write_text(as_text([GOOD[0], *([name, *row[1:]] for row in GOOD[1:])]), encoding="utf-8")
    assert load_sheet("hue", 2024, path).unit == "hue"
    assert sheet_years("hue", path) == [2024]
    with pytest.raises(DataError, match=rf"{FILE}: found no sheet of 'cao-bang' .* rows of"):
        load_sheet("cao-bang", 2024, path)
    with pytest.raises(DataError, match=r"no sheet of 'hue' for 2023; expected .* 2024"):
        load_sheet("hue", 2023, path)


def test_a_file_that_cannot_be_read_or_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    with pytest.raises(DataError, match=r"no file .*none\.csv"):
        load_sheet("cao-bang", 2024, tmp_path / "none.csv")
    (tmp_path / FILE).touch()
    monkeypatch.setattr(Path, "read_bytes", locked)
    with pytest.raises(DataError, match="Permission denied"):
        load_sheet("cao-bang", 2024, tmp_path / FILE)


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz") / FILE


def read(path: Path) -> None:
    """Read a file in every way; anything but a DataError fails the test."""
    assert all(line.startswith(FILE) for line in check_sheets([path]))
    with suppress(DataError):
        sheet_years("cao-bang", path)
        load_sheet("cao-bang", 2024, path)


@given(content=st.one_of(st.binary(), st.text().map(lambda text: text.encode("utf-8", "replace"))))
@settings(max_examples=150, deadline=None)
def test_no_content_brings_anything_but_a_data_error(content: bytes, fuzzed: Path) -> None:
    fuzzed.write_bytes(content)
    with pytest.raises(DataError):
        load_sheet("cao-bang", 2024, fuzzed)
    read(fuzzed)


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_no_damage_to_a_good_file_brings_anything_but_a_data_error(
    data: st.DataObject, fuzzed: Path
) -> None:
    good = as_text(GOOD).encode()
    start = data.draw(st.integers(0, len(good)))
    stop = data.draw(st.integers(start, min(start + 40, len(good))))
    scrap = data.draw(
        st.one_of(
            st.binary(max_size=20), st.text(max_size=20).map(lambda t: t.encode("utf-8", "replace"))
        )
    )
    fuzzed.write_bytes(good[:start] + scrap + good[stop:])
    read(fuzzed)
