"""Notebook 06: what is tested, what is fitted, what stays open."""

import pytest

from piilib.errors import DataError
from piilib.index.reconcile import fit_counts
from piilib.report import method_check as report
from report.reading import tables, text


@pytest.fixture(scope="module")
def m() -> report.MethodCheck:
    return report.prepare("cao-bang", "en", draws=300)


def test_the_fit_is_never_told_without_what_was_tested(m: report.MethodCheck) -> None:
    words = text(str(report.summary(m)))
    assert "plain min-max gives 18 of them, and 20 with changes that need no free number" in words
    assert "32 of 32 fit with the fewest changes, of which 20 with no free number" in words
    assert "4.1.2 (reversed)" in words


def test_every_sub_pillar_year_is_there(m: report.MethodCheck) -> None:
    rows = tables(report.reconcile_table(m)._repr_html_())["sub-pillar-years"]
    assert len(rows) == 32
    failing = {r["Sub-pillar"].split()[0] for r in rows if "plain" not in r["Account"]}
    assert {"2.2", "4.1", "4.2", "5.1", "6.3"} <= failing
    assert {row["Method of the reports"] for row in rows} == {"fits"}


@pytest.mark.parametrize(
    ("reading", "plain", "reversed_"),
    [("adopted", 18, 20), ("not negative", 17, 19), ("not pinned", 19, 21)],
)
def test_other_readings(m: report.MethodCheck, reading: str, plain: int, reversed_: int) -> None:
    counts = fit_counts(m.sheets, reading=reading)
    assert (counts["plain"], counts["reversed"], counts["total"]) == (plain, reversed_, 32)
    rows = tables(report.readings_table(m)._repr_html_())["readings"]
    assert [str(plain), str(reversed_), "32"] in [list(row.values())[1:] for row in rows]


def test_caps_and_what_is_open(m: report.MethodCheck) -> None:
    rows = {
        row["Indicator"].split()[0]: row
        for row in tables(report.treatments_table(m)._repr_html_())["treatments"]
    }
    assert rows["7.2.1"]["Cap 2024"] == "7.27–7.43"
    assert rows["6.3.2"]["Cap 2024"] == "7.27–7.29"
    assert "plain min-max" in rows["4.1.2"]["Refuted outright"]
    assert "logarithm" in rows["5.2.3"]["Fits in no least set"]
    assert "6.1.2" in str(report.open_text(m))
    groups = {
        r["Sub-pillar"].split()[0] for r in tables(report.open_table(m)._repr_html_())["open"]
    }
    assert groups == {"2.2", "4.2", "5.1", "5.2", "6.1", "6.3", "7.1", "7.2"}


def test_the_conclusion_under_other_methods(m: report.MethodCheck) -> None:
    rows = tables(report.alternatives_table(m)._repr_html_())["alternatives"]
    assert rows[0]["In common, first 10"] == "10"
    assert len(rows) == 3
    words = str(report.alternatives_text(m))
    assert "1.1.1" in words
    assert "under every method" in words


def test_a_province_without_a_sheet() -> None:
    with pytest.raises(DataError, match="pii template sheet --province bac-ninh"):
        report.prepare("bac-ninh")


def test_measured_coverage_is_what_the_intervals_say(m: report.MethodCheck) -> None:
    """As measured by `make calibration`: 50 ± 5 and 90 ± 3 % on simulated scoreboards."""
    rows = tables(report.calibration_table(m)._repr_html_())["calibration"]
    assert len(rows) == 10
    simulated = {row["Interval"]: row for row in rows if row["Rests on"] == "simulated"}
    assert float(simulated["50%"]["Coverage"].rstrip("%")) == pytest.approx(50, abs=5)
    assert float(simulated["90%"]["Coverage"].rstrip("%")) == pytest.approx(90, abs=3)
    assert all(float(row["Median width"]) > 0 for row in rows)
    held = [row for row in rows if row["Held back"] == "score, rank and regional mean"]
    assert [row["Count"] for row in held] == ["15", "15"]
