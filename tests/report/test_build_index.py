"""Notebook 07: a user's own panel from raw values to ranks, on one page."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

import piilib as pii
from piilib.report import build_index as report
from piilib.report.chart import Chart
from piilib.report.make import make_index
from piilib.report.run import ReportError
from piilib.report.table import Table
from report.browser import visit
from report.reading import lines, tables, text

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SMALL: dict[str, Any] = {"draws": 300, "sobol_draws": 32}
FRAMEWORK = """code,parent,weight,direction,name_vi,name_en
T,,1,1,Chỉ số thử,Trial index
G,T,2,1,Nhóm đầu,First group
H,T,1,1,Nhóm sau,Second group
a,G,1,1,A một,A one
b,G,3,-1,B hai,B two
c,H,1,1,C ba,C three
d,H,1,1,D bốn,D four
"""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A framework and a panel of 12 units in three years, made up."""
    folder = tmp_path_factory.mktemp("own")
    rng = np.random.default_rng(3)
    panels = []
    for year in (2022, 2023, 2024):
        values = pd.DataFrame(rng.lognormal(0, 1, (12, 4)), columns=list("abcd")).round(4)
        values.insert(0, "unit", [f"Tỉnh {i:02}" for i in range(1, 13)])
        values.insert(1, "year", year)
        panels.append(values)
    panel = pd.concat(panels)
    panel.iloc[-1, 3] = np.nan
    panel.to_csv(folder / "panel.csv", index=False)
    panel[panel["year"] == 2024].drop(columns="year").to_csv(folder / "one.csv", index=False)
    (folder / "fw.csv").write_text(FRAMEWORK, encoding="utf-8")
    return {name: str(folder / f"{name}.csv") for name in ("panel", "one", "fw")}


@pytest.fixture(scope="module")
def page(files: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_index(
        files["panel"],
        "vi",
        framework=files["fw"],
        out=tmp_path_factory.mktemp("pages"),
        other_treatments="none, coin",
        **SMALL,
    )


@pytest.fixture
def own(files: dict[str, str]) -> report.OwnIndex:
    return report.prepare(files["fw"], files["panel"], "en", "coin", **SMALL)


def test_the_page_agrees_with_the_library(page: Path, files: dict[str, str]) -> None:
    shown = {row["Đơn vị"]: row for row in tables(page.read_text(encoding="utf-8"))["ranking"]}
    fw, panel = pii.load_framework(files["fw"]), pii.load_panel(files["panel"])
    result = pii.Method().score(panel, fw)
    assert len(shown) == 12
    for unit, row in shown.items():
        assert row["Hạng"] == str(int(result.ranks.at[unit, "T"]))
        assert row["Điểm"] == f"{result.scores.at[unit, 'T']:.2f}".replace(".", ",")
    expected = pii.simulate_ranks(
        panel,
        fw,
        pii.Method(),
        300,
        0,
        methods={
            "treatment": ["none", "coin"],
            "normalisation": ["minmax", "zscore"],
            "aggregation": ["arithmetic", "geometric"],
        },
        leave_out=True,
    )
    low, high = expected.interval("Tỉnh 01", 0.9)
    assert shown["Tỉnh 01"]["Khoảng 90% của hạng"] == f"{low:.0f}–{high:.0f}"


def test_every_section_has_its_figures(page: Path) -> None:
    html = page.read_text(encoding="utf-8")
    assert html.count("<figure") == 10
    expected = {
        "statistics", "consistency", "ranking", "sobol", "agreement", "trends",
    }  # fmt: skip
    assert expected <= set(tables(html))
    words = text(html)
    assert "Chỉ số tổng hợp: Chỉ số thử" in words
    assert "12 đơn vị × 4 chỉ số, 1 ô trống (2,1%)" in words
    assert "Bảng số liệu của người dùng; mô phỏng" in words
    assert "No description has been provided" not in html


def test_in_a_browser(page: Path, chromium: "Browser") -> None:
    for width in (1280, 390):
        seen = visit(chromium, page, width)
        assert seen == {"errors": [], "requests": [], "overflow": 0, "violations": []}


def test_english_page_has_no_vietnamese(files: dict[str, str], tmp_path: Path) -> None:
    path = make_index(files["one"], "en", framework=files["fw"], out=tmp_path, **SMALL)
    html = path.read_text(encoding="utf-8")
    odd = [
        line
        for line in lines(html)
        if any(letter in line for letter in "ạảấầẩẫậắằẳẵặếềểễệịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹơưđĐ")
        and "Tỉnh" not in line
    ]
    assert odd == []
    assert "The panel has one year" in text(html)


def test_without_a_panel_the_page_says_how_to_supply_one() -> None:
    s = report.prepare(lang="en")
    assert "There is no panel yet" in report.inputs(s)
    assert "pii template framework" in report.inputs(s)
    assert isinstance(report.framework_chart(s), Chart)
    template = report.template_table(s)
    assert isinstance(template, Table)
    assert len(template.rows) == 78
    for section in (report.ranking_table, report.intervals_chart, report.sobol_table):
        assert "A panel is needed" in section(s)


def test_without_a_framework_a_warning_and_a_template(files: dict[str, str]) -> None:
    s = report.prepare("", files["one"], "en", **SMALL)
    assert "more being better; where that is not so the results below are wrong" in " ".join(
        report.inputs(s).split()
    )
    template = report.template_table(s)
    assert isinstance(template, Table)
    assert [row["code"] for row in template.rows] == ["INDEX", *"abcd"]
    assert report.template_table(report.prepare(files["fw"], files["one"], **SMALL)) == ""


def test_columns_of_the_pii_are_read_with_its_tree(tmp_path: Path) -> None:
    fw = pii.Framework.official(inferred=False)
    values = np.random.default_rng(0).uniform(1, 9, (6, 52))
    pd.DataFrame(values, list("uvwxyz"), list(fw.indicators)).to_csv(tmp_path / "p.csv")
    s = report.prepare("", str(tmp_path / "p.csv"), "en", **SMALL)
    assert s.fw.root == "PII"
    assert "52 indicators is used, more being better in each" in report.inputs(s)


def test_leader_and_chance(own: report.OwnIndex) -> None:
    words = str(report.summary(own))
    first = own.result.ranks["T"].idxmin()
    assert f"{first} leads ({own.result.scores.at[first, 'T']:.2f})" in words
    assert f"{100 * own.ranks.probability(first, 1):.0f}% of the draws" in words


def test_screening_and_imputation_are_listed(files: dict[str, str]) -> None:
    s = report.prepare(files["fw"], files["one"], "en", imputation="mean", **SMALL)
    table = report.preparation_table(s)
    assert isinstance(table, Table)
    (row,) = table.rows
    assert (row["unit"], row["what"]) == ("Tỉnh 12", "b B two")
    known = pii.load_panel(files["one"])["b"].mean()
    assert float(row["value"]) == pytest.approx(known, rel=1e-3)
    strict = report.prepare(files["fw"], files["one"], "en", min_share=0.9, **SMALL)
    assert len(strict.panel) == 11
    assert "left out" in str(report.preparation_table(strict)._repr_html_())
    assert report.preparation_table(report.prepare(files["fw"], files["one"], **SMALL)) == ""


def test_every_year_is_prepared_as_the_last_one(files: dict[str, str]) -> None:
    s = report.prepare(files["fw"], files["panel"], "en", imputation="mean", **SMALL)
    pd.testing.assert_frame_equal(s.years["2024"].scores, s.result.scores)
    assert s.years["2024"].normalised.notna().all(axis=None)


def test_what_the_choices_say(files: dict[str, str]) -> None:
    s = report.prepare(
        files["fw"],
        files["one"],
        "en",
        aggregation="arithmetic, geometric",
        normalisation="percentile",
        weights="0.25",
        leave_out=False,
        **SMALL,
    )
    words = " ".join(report.choices(s).split())
    assert "lowest level first: arithmetic mean, geometric mean" in words
    assert "weights ± 25%" in words
    assert "left out" not in words
    assert "no sum of parts" in report.parts_chart(s)


def test_results_are_written_whole(own: report.OwnIndex, tmp_path: Path) -> None:
    out = tmp_path / "results"
    assert "scores.csv" in report.save(own, str(out))
    scores = pd.read_csv(out / "scores.csv", index_col=0)
    pd.testing.assert_frame_equal(scores, own.result.scores, check_names=False)
    assert len(list(out.iterdir())) == 6
    assert report.save(own, "") == ""


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"unit": "Nowhere"}, "the unit 'Nowhere'; expected a unit of the panel"),
        ({"treatment": "coim"}, "coim"),
        ({"other_normalisations": "zscor"}, "zscor"),
        ({"weights": "many"}, "weights='many'"),
        ({"sobol_draws": 100}, "a power of two"),
        ({"imputation": "mode"}, "'mode'"),
    ],
)
def test_a_wrong_choice_is_named(
    files: dict[str, str], choices: dict[str, Any], message: str
) -> None:
    with pytest.raises(pii.DataError, match=message):
        report.summary(report.prepare(files["fw"], files["one"], "vi", **SMALL | choices))


def test_a_wrong_choice_is_one_line_and_no_page(files: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="coim") as caught:
        make_index(files["one"], framework=files["fw"], out=tmp_path, treatment="coim")
    assert caught.value.ename == "DataError"
    assert "\n" not in str(caught.value)
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []
