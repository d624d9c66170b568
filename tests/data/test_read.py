"""Reading cells and tables: numbers as printed, efforts, plans, scoreboards, context, checks."""

import math
import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from unicodedata import normalize

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from piilib.data import (
    has_plan,
    load_context,
    load_effort,
    load_plan,
    load_scoreboard,
    load_sheet,
    load_table,
    provinces,
)
from piilib.data.check import check_tables
from piilib.data.read import from_vietnamese, number, read_rows, whole, write_rows
from piilib.data.schema import SCHEMAS, validate
from piilib.errors import DataError

from .conftest import PROCESSED


@pytest.mark.parametrize(
    ("printed", "canonical"),
    [
        ("1.255,81", "1255.81"),
        ("5.359,15", "5359.15"),
        ("12.345.678", "12345678"),
        ("1.000", "1000"),
        ("38,33", "38.33"),
        ("28,90", "28.90"),
        ("0,05", "0.05"),
        ("100", "100"),
        ("1255,81", "1255.81"),
        ("-15,70", "-15.70"),
        ("\u221215,70", "-15.70"),
        (" 2,30\u00a0", "2.30"),
        *((mark, "") for mark in ("n/a", "N/A", "–", "—", "-", "", "x", "...")),
    ],
)
def test_a_number_as_vietnamese_documents_print_it(printed: str, canonical: str) -> None:
    assert from_vietnamese(printed) == canonical


@pytest.mark.parametrize(
    "printed",
    ["11.84", "1,255.81", "0.160", "1.25,5", "1 255,81", "12,", ",5", "--5", "≥ 30", "38,3x", "٣"],
)
def test_what_vietnamese_documents_do_not_print_is_an_error(printed: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        from_vietnamese(printed)
    assert caught.value.args == (printed,)


@given(st.integers(-(10**9), 10**9), st.integers(0, 99))
def test_a_printed_number_comes_back(units: int, hundredths: int) -> None:
    printed = f"{units:,}".replace(",", ".") + f",{hundredths:02d}"
    assert from_vietnamese(printed) == f"{units}.{hundredths:02d}"


@pytest.mark.parametrize(
    ("cell", "value", "half"),
    [
        ("28.90", 28.9, 0.005),
        ("2.3", 2.3, 0.05),
        ("5", 5.0, 0.5),
        ("0.00", 0.0, 0.005),
        ("-15.70", -15.7, 0.005),
        ("1255.81", 1255.81, 0.005),
        ("0.001", 0.001, 0.0005),
    ],
)
def test_half_a_unit_of_the_last_decimal(cell: str, value: float, half: float) -> None:
    read = number({"x": cell, "_row": "2"}, "x", Path("f.csv"))
    assert read == (value, pytest.approx(half, rel=1e-12))


def test_an_empty_cell_is_not_a_number() -> None:
    row = {"x": "", "_row": "2"}
    assert all(map(math.isnan, number(row, "x", Path("f.csv"))))
    assert whole(row, "x", Path("f.csv")) is None


def test_the_half_units_of_a_sheet() -> None:
    sheet = load_sheet("cao-bang", 2024)
    assert sheet.half.index.equals(sheet.table.index)
    assert sheet.half["value"].notna().equals(sheet.table["value"].notna())
    assert sheet.half.max().max() == pytest.approx(0.005)
    assert math.isnan(load_sheet("cao-bang", 2023).table.at["3.2.2", "value"])


WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"))


@given(st.lists(st.tuples(WORDS, WORDS)))
def test_what_is_written_is_read_again(cells: list[list[str]]) -> None:
    wanted = [{"a": "x", "b": "y"}]
    for a, b in cells:
        wanted.append({"a": normalize("NFC", a).strip() + "!", "b": normalize("NFC", b).strip()})
    with TemporaryDirectory() as folder:
        write_rows(Path(folder) / "f.csv", ["a", "b"], wanted)
        read = read_rows(Path(folder) / "f.csv", ["a", "b"])
    assert [{"a": row["a"], "b": row["b"]} for row in read] == wanted


Spoil = Callable[[pd.DataFrame], pd.DataFrame | None]


def change(code: str, column: str, text: str) -> Spoil:
    def spoil(table: pd.DataFrame) -> None:
        table.loc[table["code"] == code, column] = text

    return spoil


@pytest.mark.parametrize(
    ("spoil", "place", "message"),
    [
        (change("1.1.2", "code", "9.9.9"), ", row 3, column 'code'", "'9.9.9'; expected one of"),
        (change("1.1.2", "code", "1.1"), ", row 3, column 'code'", "'1.1'; expected one of the 52"),
        (change("1.1.2", "code", "1.1.1"), ", row 3, column 'code'", "second time .first in row 2"),
        (lambda t: t[t["code"] != "1.1.2"], "", "no row for 1.1.2; expected all 52"),
        (change("1.1.2", "kind", "count"), ", row 3, column 'kind'", "'count'; .* index-survey,"),
        (change("1.1.2", "step", "0"), ", row 3, column 'step'", "'0'; expected a positive"),
        (change("1.1.2", "step", "-1"), ", row 3, column 'step'", "'-1'; expected a positive"),
        (change("1.1.2", "step", ""), ", row 3, column 'step'", "''; expected a positive"),
        (change("1.1.2", "step", "0,25"), ", row 3, column 'step'", "'0,25'; .* here 0.25"),
        (change("1.1.2", "difficulty", "6"), ", row 3, column 'difficulty'", "'6'; .* 1 to 5"),
        (change("1.1.2", "difficulty", "0.9"), ", row 3, column 'difficulty'", "1 to 5"),
        (change("1.1.2", "lag_years", "-1"), ", row 3, column 'lag_years'", "0 or more"),
        (change("1.1.2", "reason_vi", ""), ", row 3, column 'reason_vi'", "''; expected a reason"),
        (change("1.1.2", "reason_en", " "), ", row 3, column 'reason_en'", "''; expected a reason"),
        (lambda t: t.drop(columns="kind"), ", row 1", "expected also kind"),
    ],
)
def test_a_fault_in_the_efforts_is_named(
    spoil: Spoil, place: str, message: str, tmp_path: Path
) -> None:
    table = pd.read_csv(PROCESSED / "effort.csv", dtype=str, keep_default_na=False)
    spoilt = spoil(table)
    (table if spoilt is None else spoilt).to_csv(tmp_path / "own.csv", index=False)
    with pytest.raises(DataError, match=f"^own.csv{place}: found .*{message}"):
        load_effort(tmp_path / "own.csv")


def test_the_committed_efforts() -> None:
    table = load_effort()
    assert len(table) == 52
    assert (table["step"] > 0).all()
    assert table["difficulty"].between(1, 5).all()
    assert list(table.index[table["kind"] == "excluded"]) == ["4.1.2", "4.2.3"]
    assert list(table.index[table["kind"] == "growth"]) == ["7.1.1", "7.1.4", "7.2.1"]
    with pytest.raises(DataError, match="no file"):
        load_effort("no-such.csv")


def test_the_plan_keeps_text_and_appendix_apart() -> None:
    plan = load_plan("Cao Bằng")
    assert (plan.unit, plan.year) == ("cao-bang", 2026)
    assert plan.table.shape == (75, 14)
    both = plan.table[["target_text", "target"]]
    differ = both[both["target_text"].notna() & (both["target_text"] != both["target"])]
    assert differ.T.to_dict("list") == {
        "1.2.3": [85, 86],
        "2.1.1": [6.5, 6.6],
        "2.2.2": [0.5, 1],
        "3.1": [30, 40],
        "4.2": [30, 40],
        "7.2.4": [0.68, 0.7],
    }
    silent = plan.table.index[plan.table["target_text"].isna()]
    assert [c for c in silent if len(c) == 5] == ["2.1.3", "2.2.3", "4.2.1", "6.3.3", "7.2.1"]
    assert plan.table.at["2.2.3", "lead"] == "Sở Tài chính"
    assert plan.table.at["2.2.3", "lead_text"] == "Sở Khoa học và Công nghệ"
    goals = plan.goals.set_index("what")["printed"]
    assert (goals["score"], goals["rank"]) == ("≥ 30,00", "≤ 30/34")


def test_no_plan() -> None:
    assert has_plan("cao-bang")
    assert not has_plan("ha-noi")
    with pytest.raises(DataError, match=r"^plan.csv: found no plan of 'ha-noi'; expected"):
        load_plan("ha-noi")


@pytest.mark.parametrize(
    ("year", "basis", "scores", "ranks"),
    [(2023, 63, 25, 32), (2024, 63, 15, 17), (2025, 34, 10, 11)],
)
def test_a_scoreboard(year: int, basis: int, scores: int, ranks: int) -> None:
    board = load_scoreboard(year)
    assert (board.year, board.basis, len(board.table)) == (year, basis, basis)
    assert board.table.index.equals(provinces(basis).index)
    assert board.table[["score", "rank"]].notna().sum().tolist() == [scores, ranks]
    assert board.table["rank"].dropna().between(1, basis).all()


def test_an_unknown_year_lists_the_years() -> None:
    with pytest.raises(
        DataError, match=r"no scoreboard for 1999; expected one of 2023, 2024, 2025"
    ):
        load_scoreboard(1999)


def test_the_context_of_a_province_and_a_year() -> None:
    table = load_context("Cao Bằng", 2024)
    assert table.at["communes", "value"] == 161
    assert table.at["population", "low"] < table.at["population", "value"]
    assert load_context("cao-bang", 1999).empty


def test_every_table_reads_as_text() -> None:
    assert {path.stem for path in PROCESSED.glob("*.csv")} == set(SCHEMAS)
    for name in SCHEMAS:
        table = load_table(name)
        assert "_row" not in table
        assert all(isinstance(cell, str) for cell in table.to_numpy().ravel())


def test_the_committed_data_have_no_findings() -> None:
    assert check_tables(PROCESSED) == []
    validate(PROCESSED)


@pytest.mark.parametrize(
    ("table", "old", "new", "finding"),
    [
        ("sheets", ",38.33,", ",38.3x,", "row 5, column 'value': found '38.3x'; expected a number"),
        ("sheets", ",38.33,", ",58.33,", "row 5, column 'value': found 58.33 (1.1.1); expected"),
        ("scoreboard", "hai-phong,Hải Phòng,2023", "ha-noi,Hải Phòng,2023",
         "row 4, column 'key, year': found 'ha-noi'; expected no second row"),
        ("scoreboard", "2023,50.70,4,", "2023,50.70,4th,", "row 5, column 'rank': found '4th'"),
        ("framework", "1,IN,pillar,", "1,IN,column,", "row 4, column 'level': found 'column'"),
        ("treatments", "7.2.1,2024,cap", "7.2.1,24,cap", "row 27, column 'year': found '24'"),
        ("plan", "1.2.3,86.00,", 'X.2.3,86.00,', "row 10, column 'code': found 'X.2.3'"),
        ("context", "tay-ninh,2022,63,population", "Tay Ninh,2022,63,population",
         "row 53, column 'province': found 'Tay Ninh'; expected a province's key"),
        ("effort", "1.1.2,index-survey,0.25,", "1.1.2,index-survey,-0.25,",
         "row 3, column 'step': found '-0.25'; expected a positive number"),
        ("regions", "2024,43.10,", '2024,"43,10",', "row 5, column 'score': found '43,10'"),
        ("names", "key,spelling,kind", "key,name,kind", "row 1: found the columns key, name, kind"),
    ],
)  # fmt: skip
def test_a_seeded_fault_is_found_with_row_and_column(
    table: str, old: str, new: str, finding: str, tmp_path: Path
) -> None:
    folder = tmp_path / "processed"
    shutil.copytree(PROCESSED, folder)
    path = folder / f"{table}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")
    found = check_tables(tmp_path)
    assert len(found) == 1
    assert found[0].startswith(f"{table}.csv, {finding}")


@pytest.mark.parametrize(
    ("table", "old", "new", "load", "message"),
    [
        ("scoreboard", "hai-phong,Hải Phòng,2023", "ha-noi,Hải Phòng,2023",
         lambda folder: load_scoreboard(2023, folder), "row 4, column 'key': .* second time"),
        ("scoreboard", "hai-phong,Hải Phòng,2023", "ha-tay,Hà Tây,2023",
         lambda folder: load_scoreboard(2023, folder), "row 4, column 'key': found 'ha-tay'"),
        ("plan", "2026,1.2.3,", "2026,1.2.2,",
         lambda folder: load_plan("cao-bang", folder), "row 10, column 'code': .* second time"),
        ("context", "cao-bang,2024,63,firms", "cao-bang,2024,63,communes",
         lambda folder: load_context("cao-bang", 2024, folder), "'quantity': .* second time"),
    ],
)  # fmt: skip
def test_a_repeated_or_unknown_row_is_refused_when_read(
    table: str, old: str, new: str, load: Callable[[Path], object], message: str, tmp_path: Path
) -> None:
    shutil.copytree(PROCESSED, tmp_path, dirs_exist_ok=True)
    path = tmp_path / f"{table}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")
    with pytest.raises(DataError, match=f"^{table}.csv, .*{message}"):
        load(tmp_path)


def test_the_first_of_many_findings_is_raised_with_their_number(tmp_path: Path) -> None:
    shutil.copytree(PROCESSED, tmp_path, dirs_exist_ok=True)
    path = tmp_path / "treatments.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",2023,", ",23,"), encoding="utf-8")
    with pytest.raises(DataError, match=r"^treatments.csv, row 2, column 'year': .*and 11 more"):
        validate(tmp_path)
