"""What the plan of Cao Bằng adds up to, level by level."""

import numpy as np
import pytest

from piilib.analysis.plan import (
    implied_by,
    plan_levels,
    plan_table,
    plan_total,
    stated_goal,
    target_scores,
)
from piilib.index.framework import Framework
from piilib.index.scoring import method_framework

#: Sub-pillar, its published score in 2024, its goal, and what its indicators' targets imply at
#: the bounds of 2024: min-max with 4.1.2 reversed, and the rule set with caps.
SUBPILLARS = [
    ("1.1", 45.69, 55, 91.7, 91.7),
    ("1.2", 38.71, 50, 61.4, 61.4),
    ("2.1", 42.82, 50, 60.3, 60.3),
    ("2.2", 19.34, 45, 63.5, 100.0),
    ("3.1", 21.62, 40, 83.3, 83.3),
    ("3.2", 29.07, 40, 49.1, 49.1),
    ("4.1", 9.84, 15, 16.4, 29.2),
    ("4.2", 19.54, 40, 40.3, 73.4),
    ("5.1", 15.39, 25, 24.5, 38.1),
    ("5.2", 45.10, 50, 44.9, 60.6),
    ("5.3", 9.69, 20, 41.8, 62.2),
    ("6.1", 1.62, 20, 8.4, 11.5),
    ("6.2", 19.94, 25, 22.0, 22.0),
    ("6.3", 59.39, 60, 54.5, 71.2),
    ("7.1", 5.72, 20, 48.9, 48.9),
    ("7.2", 22.54, 30, 30.6, 46.3),
]
#: Pillar, its goal, the mean of its sub-pillars' goals, implied as above.
PILLARS = [
    ("1", 45, 52.50, 76.5, 76.5),
    ("2", 50, 47.50, 61.9, 80.1),
    ("3", 40, 40.00, 66.2, 66.2),
    ("4", 35, 27.50, 28.4, 51.3),
    ("5", 35, 31.67, 37.1, 53.6),
    ("6", 35, 35.00, 28.3, 34.9),
    ("7", 30, 25.00, 39.7, 47.6),
]


@pytest.fixture(scope="module")
def implied(sheets, plan):
    return {
        name: target_scores(sheets[2024], plan, method_framework(2024, name))
        for name in ("reversed", "official")
    }


@pytest.mark.parametrize(
    ("level", "score", "tolerance"),
    [
        ("stated", 30.00, 1e-9),
        ("pillars", 36.75, 1e-9),
        ("subpillars", 34.92, 0.005),
        ("indicators_plain", 44.0, 0.05),
        ("indicators_official", 53.4, 0.05),
    ],
)
def test_levels(sheets, plan, level, score, tolerance):
    assert plan_levels(sheets[2024], plan)[level] == pytest.approx(score, abs=tolerance)


@pytest.mark.parametrize("row", SUBPILLARS, ids=[row[0] for row in SUBPILLARS])
def test_subpillars(sheets, plan, implied, row):
    code, published, goal, plain, official = row
    assert sheets[2024].table.at[code, "value"] == published
    assert plan.table.at[code, "target"] == goal
    assert implied["reversed"][code] == pytest.approx(plain, abs=0.06)
    assert implied["official"][code] == pytest.approx(official, abs=0.06)


@pytest.mark.parametrize("row", PILLARS, ids=[row[0] for row in PILLARS])
def test_pillars(plan, implied, row):
    code, goal, mean, plain, official = row
    assert plan.table.at[code, "target"] == goal
    children = list(Framework.official(2024).children(code))
    assert plan.table.loc[children, "target"].mean() == pytest.approx(mean, abs=0.005)
    assert implied["reversed"][code] == pytest.approx(plain, abs=0.06)
    assert implied["official"][code] == pytest.approx(official, abs=0.06)


def test_input_and_output_of_the_pillar_goals(plan):
    goals = [plan.table.at[code, "target"] for code in "1234567"]
    assert np.mean(goals[:5]) == 41.0
    assert np.mean(goals[5:]) == 32.5
    assert implied_by("pillar", plan, Framework.official(2024)) == (41.0 + 32.5) / 2


def test_goals_missed_even_if_all_their_indicators_are_met(implied, plan):
    goals = plan.table["target"]
    missed = {
        name: {code for code, *_ in SUBPILLARS if scores[code] < goals[code]}
        for name, scores in implied.items()
    }
    assert missed["official"] == {"6.1", "6.2"}
    assert missed["reversed"] == {"6.1", "6.2", "5.1", "5.2", "6.3"}


def test_scores_are_clipped(implied):
    for scores in implied.values():
        assert scores.between(0, 100).all()


def test_an_indicator_without_a_target_stays(sheets, plan):
    fw = method_framework(2024, "official")
    none = plan.__class__(
        plan.unit, plan.year, plan.table.assign(target=np.nan), plan.goals, plan.source
    )
    score = target_scores(sheets[2024], none, fw)["PII"]
    assert score == pytest.approx(23.85, abs=0.005)  # published 23.95: 6.2.4's rounding


@pytest.mark.parametrize(
    ("what", "column", "expected"),
    [("score", "value", 30.0), ("rank", "value", 30.0), ("rank", "of", 34.0)],
)
def test_stated_goals(plan, what, column, expected):
    assert stated_goal(plan, what, column) == expected


def test_a_goal_that_is_not_stated(plan):
    assert np.isnan(stated_goal(plan, "happiness"))


def test_total(base, plan):
    totals = plan_total(base, plan)
    assert set(totals) == {"gain", "net"}
    for middle, low, high in totals.values():
        assert np.isfinite([middle, low, high]).all()
        assert low < middle < high
    assert totals["net"][0] < totals["gain"][0]
    # Anchored on 23.95, near the 53.4 − 23.85 of the printed numbers.
    assert totals["gain"][0] == pytest.approx(53.4 - 23.85, abs=1.0)


def test_table(base, plan, table):
    found = plan_table(base, plan, table)
    assert found.index.tolist() == list(base.fw.indicators)
    assert found.index[found["harmful"]].tolist() == ["4.1.2"]
    assert found.index[found["no_change"]].tolist() == ["6.2.4", "6.3.3"]
    above = ["1.1.1", "1.1.2", "2.1.3", "2.2.2", "2.2.3", "3.1.1"]
    assert found.index[found["above_highest"]].tolist() == above
    above = ["2.2.1", "2.2.4", "4.2.3", "5.2.2", "5.3.2", "6.3.2"]
    assert found.index[found["above_cap"]].tolist() == above
