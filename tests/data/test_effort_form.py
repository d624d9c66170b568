"""The form for effort: written, filled in, read back, and every fault in it named."""

import csv
import datetime
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner
from conftest import needs
from hypothesis import given
from hypothesis import strategies as st

from piilib.cli import main
from piilib.data.effort_form import EffortForm, read_effort_form
from piilib.data.effort_form_cells import amount, day, is_effort_form, key_of
from piilib.data.effort_form_write import write_effort_form
from piilib.data.effort_tables import cost_table, effort_unit, load_effort, own_scores
from piilib.errors import DataError

openpyxl: Any = needs("openpyxl")

WHO, DAY = "Nguyễn Văn A", "5/11/2026"
#: Line of the headings and of 1.1.1, the first indicator.
HEADINGS, FIRST = 8, 9
Fill = Callable[[Path, dict[tuple[str, str], Any]], Path]


def fill_csv(path: Path, cells: dict[tuple[str, str], Any]) -> Path:
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))
    keys = [key_of(cell) for cell in lines[HEADINGS - 1]]
    rows = {key_of(line[0]) or line[0]: line for line in lines}
    for (row, column), value in cells.items():
        rows[row][keys.index(column) if column else 1] = str(value)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(lines)
    return path


def fill_xlsx(path: Path, cells: dict[tuple[str, str], Any]) -> Path:
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    keys = [key_of(cell.value) for cell in sheet[HEADINGS]]
    rows = {key_of(str(c.value)) or c.value: c.row for c in sheet["A"]}
    for (row, column), value in cells.items():
        sheet.cell(rows[row], keys.index(column) + 1 if column else 2).value = value
    book.save(path)
    return path


FILLS = {".csv": fill_csv, ".xlsx": fill_xlsx}
SIGNED: dict[tuple[str, str], Any] = {("who", ""): WHO, ("date", ""): DAY}


@pytest.fixture(params=FILLS)
def filled(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., Path]:
    """Write a form of Cao Bằng 2024, sign it, fill in some cells."""

    def make(cells: dict[tuple[str, str], Any] | None = None, name: str = "form") -> Path:
        path = tmp_path / f"{name}{request.param}"
        write_effort_form(path, "vi", "cao-bang", 2024)
        return FILLS[request.param](path, {**SIGNED, **(cells or {})})

    return make


@pytest.fixture
def signed(tmp_path: Path) -> Callable[..., Path]:
    """Write and sign a form as CSV, which is read fastest."""

    def make(cells: dict[tuple[str, str], Any] | None = None) -> Path:
        path = write_effort_form(tmp_path / "form.csv", "vi", "cao-bang", 2024)
        return fill_csv(path, {**SIGNED, **(cells or {})})

    return make


def test_an_empty_form_gives_the_defaults_exactly(filled):
    path = filled()
    form = read_effort_form(path)
    assert isinstance(form, EffortForm)
    assert (form.who, form.date, form.province) == (WHO, datetime.date(2026, 11, 5), "cao-bang")
    assert form.table.drop(columns=["own_reason", "natural_size"]).isna().all(axis=None)
    pd.testing.assert_frame_equal(own_scores(form), load_effort())
    pd.testing.assert_frame_equal(load_effort(path), load_effort())


def test_own_figures_replace_the_defaults(filled):
    path = filled(
        {
            ("1.1.1", "own_difficulty"): "4",
            ("1.1.1", "own_step"): "2,5",
            ("1.1.1", "own_reason"): "Chờ nghị quyết",
            ("1.2.1", "own_lag"): "0.5",
            ("department", ""): "Sở KH&CN",
        }
    )
    table, default = load_effort(path), load_effort()
    assert table.loc["1.1.1", ["difficulty", "step", "lag_years"]].tolist() == [4.0, 2.5, 1.0]
    assert table.loc["1.2.1", ["difficulty", "step", "lag_years"]].tolist() == [2.0, 0.25, 0.5]
    assert table.loc["1.1.1", "reason_vi"] == "Chờ nghị quyết"
    assert table.loc["1.1.1", "reason_en"] == "Chờ nghị quyết"
    assert WHO in table.loc["1.2.1", "reason_en"]
    signs = table.loc[["1.1.1", "1.2.1", "6.1.1"], ["own", "who", "date"]].to_numpy().tolist()
    assert signs == [
        ["difficulty step reason", WHO, "2026-11-05"],
        ["lag_years", WHO, "2026-11-05"],
        ["", "", ""],
    ]
    others = table.index.difference(["1.1.1", "1.2.1"])
    pd.testing.assert_frame_equal(table.loc[others], default.loc[others])
    assert read_effort_form(path).department == "Sở KH&CN"


def test_numbers_of_a_workbook_are_not_read_twice(tmp_path):
    """1.255 as a number is a number; only typed as text can it be a thousand."""
    path = write_effort_form(tmp_path / "form.xlsx")
    cells = {("1.1.1", "own_step"): 1.255, ("1.1.1", "own_difficulty"): 3}
    day_cell = {("date", ""): datetime.datetime(2026, 11, 5)}
    form = read_effort_form(fill_xlsx(path, {**SIGNED, **cells, **day_cell}))
    assert form.table.loc["1.1.1", ["own_step", "own_difficulty"]].tolist() == [1.255, 3.0]
    assert form.date == datetime.date(2026, 11, 5)


def test_a_saved_table_is_read_back(signed, tmp_path):
    costs = signed({("1.1.1", "cost"): "20", ("6.1.1", "cost"): "12,5"})
    for table in (own_scores(costs), cost_table(costs)):
        table.to_csv(tmp_path / "saved.csv", index_label="code")
        pd.testing.assert_frame_equal(load_effort(tmp_path / "saved.csv"), table)


def test_costs_by_hand(signed):
    """1.1.1: a step of 4 points at 20 a point; 6.1.1: 0.0182 is about one application."""
    form = read_effort_form(
        signed(
            {
                ("1.1.1", "cost"): "20",
                ("1.1.1", "lead_time"): "1,5",
                ("6.1.1", "cost"): "12.5",
                ("7.1.2", "cost"): "100",
                ("7.1.2", "own_size"): "0,0062",
            }
        )
    )
    table = cost_table(form)
    assert effort_unit(table) == "million VND"
    assert effort_unit(table.copy().loc[["1.1.1"]]) == "million VND"
    assert table.loc["1.1.1", ["difficulty", "natural_size", "lag_years"]].tolist() == [80, 1, 1.5]
    assert table.at["6.1.1", "natural_size"] == pytest.approx(10_000 / 548_200, rel=1e-5)
    assert table.at["6.1.1", "difficulty"] == pytest.approx(12.5 * 0.0182 * 54.82, rel=1e-5)
    assert table.at["7.1.2", "difficulty"] == pytest.approx(100 * 0.0124 / 0.0062)
    assert table.at["6.1.1", "lag_years"] == 1.0
    assert table["difficulty"].notna().sum() == 3
    assert table.at["1.1.1", "own"] == "cost lead_time"


def test_which_table_a_form_asks_for(signed, tmp_path):
    assert effort_unit(load_effort(signed({("1.1.1", "cost"): "20"}))) == "million VND"
    (tmp_path / "form.csv").unlink()
    both = {("1.1.1", "cost"): "20", ("1.1.1", "own_difficulty"): "3"}
    path = signed(both)
    with pytest.raises(DataError, match=r"^form.csv: found own difficulties and costs"):
        load_effort(path)
    for word, unit in (("năm", "years"), ("Triệu đồng", "million VND"), ("years", "years")):
        assert effort_unit(load_effort(fill_csv(path, {("use", ""): word}))) == unit


@pytest.mark.parametrize(
    ("cells", "place", "message"),
    [
        ({("who", ""): ""}, ", row 2, column 'who'", "an empty cell; expected the name"),
        ({("who", ""): "12"}, ", row 2, column 'who'", "'12'; expected the name"),
        ({("date", ""): ""}, ", row 4, column 'date'", "an empty cell; expected the day"),
        ({("date", ""): "31/2/2026"}, ", row 4, column 'date'", "'31/2/2026'"),
        ({("date", ""): "hôm nay"}, ", row 4, column 'date'", "'hôm nay'"),
        ({("use", ""): "đồng"}, ", row 7, column 'use'", "'đồng'; expected 'năm' or"),
        ({("year", ""): ""}, ", row 5", "both or neither"),
        ({("province", ""): "Cao Băg"}, ", row 5, column 'province'", "did you mean 'cao-bang'"),
        ({("year", ""): "2024,5"}, ", row 6, column 'year'", "a year"),
        ({("1.1.1", "own_difficulty"): "6"}, ", row 9, column 'own_difficulty'", "'6' for 1.1.1"),
        ({("1.1.1", "own_difficulty"): "0"}, ", row 9, column 'own_difficulty'", "from 1 to 5"),
        ({("1.1.1", "own_difficulty"): "2,5"}, ", row 9, column 'own_difficulty'", "a whole"),
        ({("1.1.1", "own_difficulty"): "khó"}, ", row 9, column 'own_difficulty'", "a number"),
        ({("1.1.2", "own_step"): "1.255"}, ", row 10, column 'own_step'", "1255, or 1.2550"),
        ({("1.1.2", "own_step"): "1,255"}, ", row 10, column 'own_step'", "reads in one way"),
        ({("1.1.2", "own_step"): "-1"}, ", row 10, column 'own_step'", "0 or more"),
        ({("1.1.2", "own_step"): "0"}, ", row 10, column 'own_step'", "more than 0"),
        ({("1.1.2", "own_lag"): "31"}, ", row 10, column 'own_lag'", "30 at most"),
        ({("1.1.2", "cost"): "0"}, ", row 10, column 'cost'", "more than 0"),
        ({("1.1.2", "lead_time"): "2"}, ", row 10, column 'lead_time'", "a cost beside it"),
        ({("1.1.2", "own_size"): "2"}, ", row 10, column 'own_size'", "a cost beside it"),
        ({("2.1.2", "cost"): "5"}, ", row 17, column 'own_size'", "one natural unit adds"),
        ({("1.1.1", "difficulty"): "3"}, ", row 9, column 'difficulty'", "2 as it was"),
        ({("1.1.1", "step"): ""}, ", row 9, column 'step'", "4 as it was"),
        ({("1.1.1", "kind"): "share"}, ", row 9, column 'kind'", "'index' as it was"),
        ({("1.1.1", "code"): "9.9.9"}, ", row 9, column 'code'", "'9.9.9'; expected one of the 52"),
        ({("1.1.1", "code"): ""}, ", row 9, column 'code'", "''; expected one of the 52"),
        ({("1.1.2", "code"): "1.1.1"}, ", row 10, column 'code'", "first in row 9"),
    ],
)
def test_a_fault_is_named_by_its_place(cells, place, message, signed):
    path = signed(cells)
    with pytest.raises(DataError, match=f"^form.csv{place}: found .*{message}"):
        load_effort(path)


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({("1.1.1", "own_difficulty"): 6}, "row 9, column 'own_difficulty': found 6 for 1.1.1"),
        ({("1.1.1", "own_difficulty"): True}, "row 9, column 'own_difficulty': found 'True'"),
        ({("1.1.1", "own_step"): datetime.datetime(2026, 5, 2)}, "not a date"),
        ({("1.1.1", "own_step"): "=1+1"}, "the formula '=1[+]1' without its value in K9"),
        ({("1.1.1", "step"): 5}, "row 9, column 'step': found 5.0 for 1.1.1"),
    ],
)
def test_a_fault_in_a_workbook(cells, message, tmp_path):
    path = fill_xlsx(write_effort_form(tmp_path / "form.xlsx"), {**SIGNED, **cells})
    with pytest.raises(DataError, match=rf"^form.xlsx.*{message}"):
        load_effort(path)


def swapped(path: Path, headings_too: bool) -> Path:
    """Put the columns of own step and own lag in each other's place."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))
    for line in lines[HEADINGS - 1 if headings_too else HEADINGS :]:
        line[10], line[11] = line[11], line[10]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(lines)
    return path


def test_columns_are_known_by_their_headings(signed):
    path = swapped(signed({("1.1.1", "own_step"): "35"}), headings_too=True)
    assert load_effort(path).at["1.1.1", "step"] == 35.0


def test_cells_under_another_heading_are_refused(signed):
    path = swapped(signed({("1.1.1", "own_step"): "35"}), headings_too=False)
    with pytest.raises(DataError, match=r"row 9, column 'own_lag': found '35'.*30 at most"):
        load_effort(path)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[own_step]", "", "row 8: found headings without own_step"),
        ("[own_step]", "[own_lag]", "row 8: found headings without own_step"),
        ("[unit]", "[unit],x [unit]", "row 8: found the column 'unit' twice"),
        ("[code]", "[codes]", "found no line of headings"),
    ],
)
def test_headings_that_were_changed(old, new, message, signed):
    path = signed()
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(DataError, match=rf"^form.csv.*{message}"):
        load_effort(path)


def test_a_row_that_is_missing_or_too_long(signed):
    path = signed()
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(x for x in lines if not x.startswith("6.1.1,")), encoding="utf-8")
    with pytest.raises(DataError, match=r"no row for 6\.1\.1; expected all 52 indicators"):
        load_effort(path)
    lines[FIRST - 1] += "2,5"
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(DataError, match="row 9: found 19 cells; expected 18 as the headings"):
        load_effort(path)


def test_as_a_spreadsheet_in_vietnamese_saves_it(signed):
    """Semicolons between cells, commas in numbers, text taken apart into letters and marks."""
    path = signed({("1.1.1", "own_step"): "2,5"})
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))
    step = [key_of(cell) for cell in lines[HEADINGS - 1]].index("step")
    for line in lines[FIRST - 1 :]:
        line[step] = line[step].replace(".", ",")
    width = len(lines[HEADINGS - 1])
    text = "\n".join(
        ";".join(f'"{cell}"' if ";" in cell else cell for cell in [*line, *[""] * width][:width])
        for line in lines
    )
    path.write_text("\ufeff" + unicodedata.normalize("NFD", text), encoding="utf-8")
    assert is_effort_form(path)
    form = read_effort_form(path)
    assert form.who == unicodedata.normalize("NFC", WHO)
    assert form.table.at["1.1.1", "own_step"] == 2.5


def test_files_that_are_no_form(tmp_path):
    (tmp_path / "other.csv").write_text("code,kind\n1.1.1,index\n", encoding="utf-8")
    (tmp_path / "empty.csv").write_text("", encoding="utf-8")
    (tmp_path / "bad.xlsx").write_bytes(b"PK no zip")
    with pytest.raises(DataError, match=r"'other\.csv'; expected a form"):
        read_effort_form(tmp_path / "other.csv")
    with pytest.raises(DataError, match=r"'empty\.csv'; expected a form"):
        read_effort_form(tmp_path / "empty.csv")
    with pytest.raises(DataError, match="no file"):
        read_effort_form(tmp_path / "none.csv")
    with pytest.raises(DataError, match="no workbook"):
        read_effort_form(tmp_path / "bad.xlsx")
    with pytest.raises(DataError, match=r"other\.csv, row 1: found the columns code, kind"):
        load_effort(tmp_path / "other.csv")


def test_a_table_of_efforts_as_a_workbook(tmp_path):
    book = openpyxl.Workbook()
    table = load_effort().reset_index(names="code")
    for row in [list(table.columns), *table.astype(object).to_numpy().tolist()]:
        book.worksheets[0].append([None if pd.isna(cell) else cell for cell in row])
    book.save(tmp_path / "own.xlsx")
    pd.testing.assert_frame_equal(load_effort(tmp_path / "own.xlsx"), load_effort())


def test_the_workbook(tmp_path):
    path = write_effort_form(tmp_path / "form.xlsx", "vi", "Cao Bằng", 2024)
    form, guide = openpyxl.load_workbook(path).worksheets
    rules = {rule.formula1: str(rule.sqref) for rule in form.data_validations.dataValidation}
    assert rules == {'"1,2,3,4,5"': "J9:J60", '"năm,triệu đồng"': "B7"}
    assert form["J8"].value == "Độ khó tự chấm 1–5 [own_difficulty]"
    assert form.freeze_panes == "C9"
    assert (form["A9"].value, form["E9"].value, form["G9"].value) == ("1.1.1", 4, 2)
    assert form["B5"].value == "cao-bang"
    assert form["B6"].value == 2024
    assert [form.cell(9, i).value for i in (10, 11, 12, 15, 16, 17, 18)] == [None] * 7
    scale = {row[0].value: row[1].value for row in guide.iter_rows()}
    assert all(scale[str(level)] for level in range(1, 6))
    assert "own_difficulty" in scale
    english = openpyxl.load_workbook(write_effort_form(tmp_path / "en.xlsx", "en")).worksheets
    assert [sheet.title for sheet in english] == ["PII", "Guide"]
    assert english[0]["A2"].value == "Scored by [who]"


def test_every_default_stands_in_the_form_with_its_reason(tmp_path):
    with write_effort_form(tmp_path / "f.csv", "en").open(encoding="utf-8-sig") as file:
        lines = list(csv.reader(file))[HEADINGS:]
    default = load_effort()
    assert [line[0] for line in lines] == list(default.index)
    assert [float(line[4]) for line in lines] == default["step"].tolist()
    assert [float(line[6]) for line in lines] == default["difficulty"].tolist()
    assert [line[8] for line in lines] == default["reason_en"].tolist()


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("form.xls", (), "ends in .xlsx or .csv"),
        ("form.csv", ("fr",), "the language 'fr'"),
        ("form.csv", ("vi", "cao-bang"), "both or neither"),
        ("form.csv", ("vi", "cao-bnag", 2024), "cao-bnag"),
        ("none/form.csv", (), "no folder"),
        ("there.csv", (), "a name that is free"),
    ],
)
def test_no_form_is_written(name, arguments, message, tmp_path):
    (tmp_path / "there.csv").write_text("mine", encoding="utf-8")
    with pytest.raises(DataError, match=message):
        write_effort_form(tmp_path / name, *arguments)
    assert [path.name for path in tmp_path.iterdir()] == ["there.csv"]
    assert (tmp_path / "there.csv").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2", 2.0),
        ("2,5", 2.5),
        ("2.5", 2.5),
        ("0,125", 0.125),
        ("0.0182", 0.0182),
        ("1.2550", 1.255),
        ("1.255,81", 1255.81),
        ("1,255.81", 1255.81),
        ("1.255.000", 1255000.0),
        ("1,255,000", 1255000.0),
    ],
)
def test_amounts(text, value):
    assert amount(text) == value


@pytest.mark.parametrize("text", ["1.255", "12,000", "-1", "1e3", "nan", "1.25.5", "1,2,3", "hai"])
def test_no_amounts(text):
    with pytest.raises(ValueError, match="a number"):
        amount(text)


@given(st.decimals(min_value=0, max_value=10**9, places=4))
def test_either_decimal_mark_reads_alike(number):
    """Four decimals are never thousands."""
    text = format(number, ".4f")
    assert amount(text) == amount(text.replace(".", ",")) == float(text)


@pytest.mark.parametrize("text", ["5/11/2026", "05-11-2026", "5.11.2026", "2026-11-05"])
def test_days(text):
    assert day(text) == datetime.date(2026, 11, 5)


@pytest.mark.parametrize("text", ["", "11/2026", "2026", "5/11-2026", "30/2/2026", 45000.0])
def test_no_days(text):
    with pytest.raises(ValueError):  # noqa: PT011 its reader writes the message
        day(text)


def test_units_of_effort_are_never_mixed():
    table = load_effort()
    assert effort_unit(table.drop(columns="effort_unit")) == "years"
    table.loc["1.1.1", "effort_unit"] = "million VND"
    with pytest.raises(DataError, match="'million VND' and 'years'; expected one unit"):
        effort_unit(table)
    with pytest.raises(DataError, match="efforts in 'days'"):
        effort_unit(table.assign(effort_unit="days"))


def test_a_form_without_a_cost_is_no_cost_table(signed):
    with pytest.raises(DataError, match=r"form.csv: found no cost"):
        cost_table(signed())


def test_the_command(tmp_path):
    run = CliRunner()
    made = run.invoke(main, ["template", "effort", "--out", str(tmp_path / "a.csv")])
    assert made.exit_code == 0
    again = run.invoke(main, ["template", "effort", "--out", str(tmp_path / "a.csv")])
    assert again.exit_code == 2
    run.invoke(main, ["template", "effort", "--out", str(tmp_path / "b.csv"), "--lang", "en"])
    fill_csv(tmp_path / "a.csv", {**SIGNED, ("1.1.1", "own_difficulty"): 1})
    fill_csv(tmp_path / "b.csv", {**SIGNED, ("1.1.1", "own_difficulty"): 3})
    done = run.invoke(main, ["effort", "compare", str(tmp_path / "a.csv"), str(tmp_path / "b.csv")])
    assert done.exit_code == 0
    assert "1.1.1            1         3          +2\n1 indicators scored by both" in done.output
