"""A framework and a panel of one's own: read right, or refused by name."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

import piilib as pii
from piilib.cli import main
from piilib.index.framework_file import write_framework_template

FRAMEWORK = """code,parent,weight,direction,name_vi
I,,1,1,Chung
A,I,1,1,Một
a,A,2,1,
b,A,1,-1,
c,I,1,1,
"""
PANEL = "unit,a,b,c\nHuế,1,2.5,\nĐắk Lắk,1e-05,-3,4\n"


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def workbook(path: Path, rows: list[list[object]], merge: str = "") -> Path:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    if merge:
        book.active.merge_cells(merge)
    book.save(path)
    return path


def test_panel(tmp_path: Path) -> None:
    panel = pii.load_panel(written(tmp_path, "p.csv", PANEL))
    expected = pd.DataFrame(
        {"a": [1, 1e-5], "b": [2.5, -3], "c": [np.nan, 4]},
        index=pd.Index(["Huế", "Đắk Lắk"], name="unit"),
    )
    pd.testing.assert_frame_equal(panel, expected)


def test_what_pandas_writes_is_read_back_exactly(tmp_path: Path) -> None:
    values = np.random.default_rng(0).lognormal(0, 6, (20, 3))
    values[3, 1] = np.nan
    panel = pd.DataFrame(values, [f"u{i}" for i in range(20)], ["x", "y", "z"])
    panel.to_csv(tmp_path / "p.csv")
    read = pii.load_panel(tmp_path / "p.csv").rename_axis(None)
    pd.testing.assert_frame_equal(read, panel, check_exact=True)


def test_years(tmp_path: Path) -> None:
    path = written(tmp_path, "p.csv", "unit,year,a\nx,2024,3\ny,2024,4\nx,2023,1\n")
    panels = pii.load_panels(path)
    assert list(panels) == [2023, 2024]
    assert panels[2023].to_dict() == {"a": {"x": 1.0}}
    assert pii.load_panel(path).to_dict() == {"a": {"x": 3.0, "y": 4.0}}
    assert pii.load_panel(path, 2023).shape == (1, 1)
    with pytest.raises(pii.DataError, match="no year 2022; expected 2023, 2024"):
        pii.load_panel(path, 2022)


def test_a_workbook_reads_as_its_csv(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["unit", "year", "a", "b", None],
        ["Huế", 2024, 1, 2.5],
        [None, None, None, None],
        ["Đắk Lắk", 2024, None, -3.25],
    ]
    read = pii.load_panel(workbook(tmp_path / "p.xlsx", rows))
    csv = pii.load_panel(
        written(tmp_path, "p.csv", "unit,year,a,b\nHuế,2024,1,2.5\nĐắk Lắk,2024,,-3.25\n")
    )
    pd.testing.assert_frame_equal(read, csv)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("unit,a\nx,1\nx,2\n", "p.csv, row 3, column 'unit': found 'x' again; expected each unit"),
        ("unit,a\nx,1\n,2\n", "row 3, column 'unit': found no name"),
        ('unit,a\nx,"1,5"\n', "row 2, column 'a': found '1,5'; expected .* here 1.5"),
        ("unit,a\nx,n/a\n", "row 2, column 'a': found 'n/a'; expected an empty cell"),
        ("unit,a\nx,1e999\n", "row 2, column 'a': found '1e999'"),
        ("unit;a\nx;1\n", "row 1: found a header separated by ';'"),
        ("unit,a,\nx,1,\n", "row 1: found a column without a heading"),
        ("unit,a,a\nx,1,1\n", "the column 'a' twice"),
        ("unit\nx\n", "one column, 'unit'"),
        ("unit,a\nx,1,2\n", "row 2: found 3 cells; expected 2"),
        ("unit,year,a\nx,24,1\n", "row 2, column 'year': found '24'; expected a year"),
        ("unit,year,a\nx,,1\n", "row 2, column 'year': found ''"),
        ("unit,a\nHue\u0302\u0301,1\n", "decomposed Unicode"),
        ("unit,a\n", "a header and no rows"),
        ("", "an empty file"),
    ],
)
def test_a_faulty_panel(tmp_path: Path, text: str, message: str) -> None:
    path = written(tmp_path, "p.csv", text)
    with pytest.raises(pii.DataError, match=message):
        pii.load_panel(path)
    done = CliRunner().invoke(main, ["index", "--panel", str(path), "--out", str(tmp_path / "out")])
    assert done.exit_code == 2
    assert done.output.count("\n") == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("rows", "merge", "message"),
    [
        ([["unit", "a"], ["x", "1,5"]], "", "row 2, column 'a': found '1,5'"),
        ([["unit", "a"], ["x", True]], "", "row 2, column 'a': found 'True'"),
        ([["unit", "a"], ["x", 1], ["x", 2]], "", "row 3, column 'unit': found 'x' again"),
        ([["unit", "a"], ["x", 1], ["y", 1]], "A2:A3", "merged cells A2:A3"),
        ([["unit", "a"]], "", r"1 row\(s\)"),
    ],
)
def test_a_faulty_workbook(
    tmp_path: Path, rows: list[list[object]], merge: str, message: str
) -> None:
    with pytest.raises(pii.DataError, match=message):
        pii.load_panel(workbook(tmp_path / "p.xlsx", rows, merge))


def test_no_workbook(tmp_path: Path) -> None:
    pytest.importorskip("openpyxl")
    with pytest.raises(pii.DataError, match="no file"):
        pii.load_panel(tmp_path / "p.xlsx")
    with pytest.raises(pii.DataError, match="no workbook"):
        pii.load_panel(written(tmp_path, "p.xlsx", "unit,a\nx,1\n"))


def test_framework(tmp_path: Path) -> None:
    fw = pii.load_framework(written(tmp_path, "f.csv", FRAMEWORK))
    assert fw.indicators == ("a", "b", "c")
    assert fw.effective_weights().round(6).to_dict() == {"a": 0.333333, "b": 0.166667, "c": 0.5}
    assert fw.table.at["b", "direction"] == -1
    assert fw.table.at["A", "name_vi"] == "Một"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("a,A,2,1", 'a,A,"2,5",1', "f.csv, row 4, column 'weight': found '2,5'"),
        ("b,A,1,-1", "b,A,1,giảm", "f.csv, row 5, column 'direction': found 'giảm'"),
        ("b,A,1,-1", "b,A,1,2", "f.csv.*direction"),
        ("c,I", "c,Z", "f.csv.*Z"),
        ("code,", "ma,", "f.csv, row 1: found the columns ma"),
    ],
)
def test_a_faulty_framework(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in FRAMEWORK
    with pytest.raises(pii.DataError, match=message):
        pii.load_framework(written(tmp_path, "f.csv", FRAMEWORK.replace(old, new)))


def test_the_template_of_a_panel_can_be_used_as_it_stands(tmp_path: Path) -> None:
    panel = written(tmp_path, "p.csv", "unit,year,INDEX,b\nx,2024,0,5\ny,2024,2,6\nz,2024,1,9\n")
    out = write_framework_template(tmp_path / "f.csv", panel)
    fw = pii.load_framework(out)
    assert fw.indicators == ("INDEX", "b")
    result = pii.Method().score(pii.load_panel(panel), fw)
    # by hand: INDEX 0, 100, 50 and b 0, 25, 100
    assert result.scores[fw.root].to_dict() == {"x": 0.0, "y": 62.5, "z": 75.0}


def test_the_template_without_a_panel_is_the_tree_of_the_pii(tmp_path: Path) -> None:
    fw = pii.load_framework(write_framework_template(tmp_path / "f.csv"))
    assert fw.indicators == pii.Framework.official(inferred=False).indicators


def test_template_command_never_writes_over_a_file(tmp_path: Path) -> None:
    panel = written(tmp_path, "p.csv", PANEL)
    out = tmp_path / "f.csv"
    arguments = ["template", "framework", "--panel", str(panel), "--out", str(out)]
    assert CliRunner().invoke(main, arguments).output == f"{out}\n"
    before = out.read_bytes()
    again = CliRunner().invoke(main, arguments)
    assert again.exit_code == 2
    assert "expected a name that is free" in again.output
    assert out.read_bytes() == before
    arguments[-1] = str(tmp_path / "nowhere" / "f.csv")
    assert CliRunner().invoke(main, arguments).exit_code == 2
