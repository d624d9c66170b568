"""Charts and tables of levers, scorecards, waterfall and drivers: their words are their figures."""

import re
from dataclasses import replace

import numpy as np
import pytest

import piilib as pii
from piilib.report import diagnostic as report
from piilib.report.lever_chart import _covers, _free_place, _shade
from piilib.report.numbers import number


@pytest.fixture(scope="module")
def own():
    return report.prepare("cao-bang", 2024, "en", draws=2000)


def test_strength_of_colour_follows_the_chance():
    shades = [sum(_shade(p)) for p in np.linspace(0.0, 1.0, 11)]
    assert (np.diff(shades) < 0).all()
    assert max(_shade(0.0)) < 1.0  # never white on white


def test_labels_do_not_cover_one_another():
    rng = np.random.default_rng(0)
    dots = [(float(x), float(y)) for x, y in rng.uniform(0.1, 0.9, (10, 2))]
    taken = []
    for x, y in sorted(dots, key=lambda p: -p[1]):
        box = _free_place(x, y, 0.2, taken, dots)
        assert not _covers(box, taken)
        assert box[0] >= 0.0
        assert box[2] <= 1.0
        taken.append(box)


def test_the_levers_chart_names_agencies_and_chances(own):
    chart = report.levers_chart(own)
    assert chart.figure is not None
    texts = [text.get_text() for axes in chart.figure.axes for text in axes.texts]
    first = own.levers[own.levers["eligible"]].head(10)
    for code, row in first.iterrows():
        assert f"{code} {own.agency(row['lead'], short=True)}" in texts
        assert f"{number(100 * row['p_top'], 0, 'en')}%" in chart.alt


def test_the_title_of_the_curves_is_the_highest_end(own):
    chart = report.curves_chart(own)
    found = re.search(r"(\d+) years.*most on (\S+) \(\+([\d.]+)\)", chart.title)
    years, code, most = found.groups()
    curves = pii.gain_curves(own.base, points=60).groupby("code")
    at = {c: float(np.interp(float(years), g["effort"], g["net"])) for c, g in curves}
    first = own.levers[own.levers["eligible"]].index[:6]
    assert code == max(first, key=lambda c: at[c])
    assert float(most) == pytest.approx(at[code], abs=0.02)


def test_the_reach_of_a_lever_by_hand(own):
    """1.1.1: 45.28, target 60, step 4, highest 52.51."""
    row = next(r for r in report.reach_table(own).rows if r["name"].startswith("1.1.1"))
    assert row["to_goal"] == pytest.approx((60 - 45.28) / 4)
    assert row["steps"] == pytest.approx((52.51 - 45.28) / 4, abs=0.01)
    assert row["gain"] == pytest.approx((100 - 100 * 20.12 / 27.35) / 60, abs=0.01)
    assert row["shows"] == "2026"
    heads = [c.heading for c in report.reach_table(own).columns]
    assert [h for h in heads if "points" in h.lower() and "year" in h] == [
        f"{way}: points/ year, 2024 bounds" for way in ("First step", "To the goal", "To the best")
    ]
    assert len(set(heads)) == len(heads)
    nothing_asked = [r for r in report.reach_table(own).rows if np.isnan(r["target"])]
    assert [r["name"][:5] for r in nothing_asked] == ["6.2.4"]  # its target is today's value


def test_scorecards_hold_every_indicator_once(own):
    rows = report.scorecards(own).rows
    codes = [code for row in rows for code in row["codes"].split(", ")]
    assert sorted(codes) == sorted(own.fw.indicators)
    assert sum(row["target_gain"] for row in rows) == pytest.approx(own.levers["target_gain"].sum())
    assert "4.1.2 lowers the score" in report.scorecards(own).note


def test_the_waterfall_ends_at_the_goal(own):
    title = report.waterfall_chart(own).title
    start, end, count, effort, half = re.search(
        r"From ([\d.]+) to ([\d.]+) takes (\d+) indicators and (\d+) years of effort; (\d+)", title
    ).groups()
    goal = own.portfolios["goal"]
    assert (start, end) == ("23.95", f"{goal.score:.2f}")
    assert int(count) == len(goal.table)
    assert float(effort) == pytest.approx(goal.effort, abs=0.5)
    change = pii.waterfall(own.base, goal)["change"].nlargest(int(half))
    assert change.sum() >= goal.net / 2 > change.iloc[:-1].sum()


def test_the_drivers_are_the_librarys(own):
    said = str(report.drivers_text(own))
    nothing = own.outlooks["nothing"].drivers(30, 256)
    assert "own fluctuation" in said
    assert f"Sobol' index {nothing['total_order'].max():.2f}".replace("'", "&#39;") in said
    low, high = (f"{100 * nothing.at['tau', c]:.0f}%" for c in ("p_low", "p_high"))
    assert f"moves the chance most, from {low} to {high}" in said
    rows = report.drivers_table(own).rows
    assert len(rows) == len(own.outlooks["plan"].drivers(30, 256))


def test_without_a_sheet_nothing_is_shown_and_without_drift_none_is_claimed(own):
    none = report.prepare("ha-giang", 2024, "vi", draws=200)
    for name in ("curves_chart", "reach_table", "scorecards", "waterfall_chart"):
        assert getattr(report, name)(none) == ""
    alone = replace(own, before=None)
    assert "beyond the common drift" not in report.portfolio_text(alone)
    assert "drift" not in report.scorecards(alone).caption
    assert all("drift" not in c.heading for c in report.portfolio_table(alone).columns)
