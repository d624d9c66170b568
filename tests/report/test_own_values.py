"""A province's own 52 values without published scores: the template, and the page it gives."""

from pathlib import Path

import pytest
from click.testing import CliRunner

import piilib as pii
from piilib.cli import main
from piilib.data.sheet_template import sheet_template, write_sheet_template
from piilib.report import diagnostic as report
from piilib.report.prepare import Diagnostic
from report.reading import tables, text


def filled(path: Path, groups: bool = False) -> Path:
    """Fill a template of Hà Giang with the values of Cao Bằng, in the reader's own program."""
    openpyxl = pytest.importorskip("openpyxl")
    values = pii.load_sheet("cao-bang", 2024).table["value"]
    write_sheet_template(path, "Hà Giang", 2024)
    book = openpyxl.load_workbook(path)
    for row in book.active.iter_rows(min_row=2):
        code = row[2].value
        if (groups or code.count(".") == 2) and values[code] == values[code]:
            row[3].value = float(values[code])
    book.save(path)
    return path


@pytest.fixture(scope="module")
def d(tmp_path_factory: pytest.TempPathFactory) -> Diagnostic:
    path = filled(tmp_path_factory.mktemp("own") / "sheet.xlsx")
    return report.prepare("ha-giang", 2024, "vi", data=str(path), draws=200)


def test_the_template_has_the_published_bounds() -> None:
    rows = {row["code"]: row for row in sheet_template("ha-giang", 2024)}
    assert len(rows) == 76
    assert (rows["1.1.1"]["lowest"], rows["1.1.1"]["highest"]) == ("25.16", "52.51")
    assert {row["value"] for row in rows.values()} == {""}
    assert {row["province"] for row in rows.values()} == {"ha-giang"}
    later = {row["code"]: row for row in sheet_template("ha-noi", 2025)}
    assert {row["lowest"] for row in later.values()} == {""}
    with pytest.raises(pii.DataError, match="a unit of that year"):
        sheet_template("ha-giang", 2025)


def test_template_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("openpyxl")
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["template", "sheet", "--province", "Hà Giang"])
    assert done.output == "ha-giang-2024.xlsx\n"
    again = CliRunner().invoke(main, ["template", "sheet", "--province", "Hà Giang"])
    assert again.exit_code == 2
    out = ["template", "sheet", "--province", "ha-giang", "--out", "t.csv"]
    assert CliRunner().invoke(main, out).exit_code == 0
    assert CliRunner().invoke(main, ["check", "t.csv"]).output == "no findings\n"


def test_a_workbook_prints_as_it_shows(tmp_path: Path) -> None:
    """A figure of the workbook has the decimals of its cell: 28,9 shown as 28.90 is ± 0.005."""
    sheet = pii.load_sheet("ha-giang", 2024, filled(tmp_path / "a.xlsx", groups=True))
    known = pii.load_sheet("cao-bang", 2024)
    assert sheet.score == known.score
    assert not sheet.recomputed
    both = ["lowest", "highest"]
    assert sheet.half[both].equals(known.half.loc[sheet.half.index, both])


def test_what_was_not_published_is_an_interval_that_holds_the_truth(d: Diagnostic) -> None:
    """Cao Bằng's published scores lie in the intervals that its values alone give."""
    assert d.sheet is not None
    known = pii.load_sheet("cao-bang", 2024).table["value"]
    groups = [code for code in known.index if code.count(".") < 2]
    assert set(groups) <= d.sheet.recomputed
    for code in groups:
        low, high = (d.sheet.table.at[code, "value"] + s * d.sheet.half.at[code, "value"]
                     for s in (-1, 1))  # fmt: skip
        assert low - 0.005 <= known[code] <= high + 0.005, code
    assert len(pii.reconcile(d.sheet)) == 0


def test_no_recomputed_score_is_told_as_published(d: Diagnostic) -> None:
    words = text(str(report.first_screen(d)) + str(report.position(d)))
    assert "Tính lại từ các giá trị trong phiếu theo cách tính suy luận: 22,10–25,97" in words
    assert "23,9" not in words
    assert "không phải điểm công bố" in text(str(report.warning(d)))
    assert "chưa đối chiếu được" in text(str(report.reconcile_text(d)))
    (rows,) = (
        t for key, t in tables(report.profile_table(d)._repr_html_()).items() if "profile" in key
    )
    assert all("–" in row["2024"] for row in rows)


def test_gains_do_not_need_published_scores(d: Diagnostic) -> None:
    """One more application is worth as much as where the scores are known, within its doubt."""
    assert d.levers is not None
    known = pii.levers(pii.load_sheet("cao-bang", 2024), draws=200)
    for code in ("1.1.1", "3.1.2"):
        assert d.levers.at[code, "gain"] == pytest.approx(known.at[code, "gain"], abs=0.02)


def test_rows_of_groups_may_be_left_out(tmp_path: Path) -> None:
    rows = ["province,year,code,value,lowest,highest"]
    known = pii.load_sheet("cao-bang", 2024).table
    for code, row in known.iterrows():
        if str(code).count(".") == 2:
            value = "" if row["value"] != row["value"] else f"{row['value']:.2f}"
            rows.append(f"lang-son,2024,{code},{value},{row['lowest']:.2f},{row['highest']:.2f}")
    path = tmp_path / "own.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    d = report.prepare("lang-son", 2024, "en", data=str(path), draws=100)
    assert "no chart" in str(report.profile_chart(d))
    assert "by the inferred method" in str(report.first_screen(d))
