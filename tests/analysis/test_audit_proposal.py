"""The corrected plan and the table of feasibility."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import piilib as pii
from piilib.analysis.audit.targets import REASONS

from .audit_plans import clean_plan, later_sheet, smaller, with_cells


@pytest.fixture(scope="module")
def years(sheets) -> list[pii.Sheet]:
    return list(sheets.values())


@pytest.fixture(scope="module")
def new(plan, years, base) -> pd.DataFrame:
    return pii.corrected_plan(plan, years, lang="en", base=base)


@pytest.fixture(scope="module")
def far(plan, years, base) -> pd.DataFrame:
    return pii.feasibility(plan, years, base=base)


@pytest.mark.parametrize(
    ("code", "target", "reason"),
    [
        ("4.1.2", 0.07, "harmful"),  # held today
        ("1.1.1", 52.51, "best"),  # 45.28 + 2 × 4 is more
        ("2.1.3", 23.80, "best"),
        ("6.3.2", 7.33, "cap"),  # 5.67 + 3 × 0.81 is more
        ("1.1.2", 7.12, "pace"),  # 6.62 + 2 × 0.25
        ("6.3.1", 2.97, "pace"),  # 2.28 + 3 × 0.23
        ("7.1.1", 105.57, "pace"),  # 101.57 + 2 × 2
        ("3.1.1", 0.44, "no year left"),  # its data come two years late
        ("7.1.4", 0.20, "unit"),  # percent or ratio: not guessed
        ("6.2.1", 100.0, "kept"),  # 85.74 + 3 × 8.1 is more
        ("6.2.4", 0.01, "kept"),
        ("1.2.4", 6.00, "kept"),
    ],
)
def test_proposed_targets(code, target, reason, new):
    assert new.at[code, "target"] == pytest.approx(target, abs=1e-9)
    assert new.at[code, "reason_code"] == reason
    assert new.at[code, "reason"].startswith(REASONS[reason][1])
    assert new.at[code, "changed"] == (new.at[code, "target"] != new.at[code, "old"])


def test_a_target_whose_unit_is_open_brings_no_points(plan, years, base, new):
    """−15.70 to 0.20 would be 1.37 points, if it were a percentage: not counted."""
    row = new.loc["7.1.4"]
    assert row["old_gain"] == pytest.approx(1.37, abs=0.01)
    assert np.isnan([row["gain"], row["given_up"]]).all()
    table = plan.table.copy()
    table.loc["7.1.4", "target"] = np.nan
    without = pii.corrected_plan(replace(plan, table=table), years, lang="en", base=base)
    assert new.at["PII", "gain"] == pytest.approx(without.at["PII", "gain"], abs=1e-9)


@pytest.mark.parametrize(("code", "there"), [("6.2.4", 2 / 56), ("7.1.2", 0.11 * 161 / 56)])
def test_a_new_denominator_is_said(code, there, new):
    """161 communes became 56: two geographical indications alone are 0.036 a commune."""
    said = f"on the old denominator 161; on 56 it is {there:.3f}"
    assert new.at[code, "reason"].endswith(said)


def test_the_harmful_target_is_points_regained(new):
    row = new.loc["4.1.2"]
    assert row["old_gain"] == pytest.approx(-0.30, abs=0.02)
    assert row["gain"] == 0.0
    assert row["given_up"] == -row["old_gain"]


def test_points_never_exceed_those_of_the_old_target_but_for_harm(new):
    indicators = new[new["reason_code"] != "from the targets"].drop(["4.1.2", "7.1.4"])
    assert (indicators["given_up"] <= 1e-9).all()
    assert (indicators["gain"] >= -1e-9).all()
    for prefix in ("", "old_"):
        low, middle, high = (indicators[f"{prefix}gain{end}"] for end in ("_low", "", "_high"))
        assert (low <= middle + 1e-9).all()
        assert (middle <= high + 1e-9).all()


def test_the_index_follows_from_the_new_targets(new):
    assert new.index[-1] == "PII"
    row = new.loc["PII"]
    assert (row["value"], row["old"]) == (23.95, 30.0)
    assert row["target"] == pytest.approx(23.95 + row["gain"], abs=0.011)
    assert row["old_gain"] > 25  # the targets of the plan, on paper
    assert 5 < row["gain"] < 10
    parts = new.loc[[str(i) for i in range(1, 8)], "gain"]
    assert row["gain"] == pytest.approx((parts[:5].mean() + parts[5:].mean()) / 2, abs=0.05)


def test_the_corrected_plan_has_no_finding_of_targets_or_groups_left(plan, years, base, new):
    table = plan.table.copy()
    table["target"] = new["target"].reindex(table.index)
    again = pii.audit(replace(plan, table=table), years, base=base)
    rules = again.groupby("rule")["code"].agg(set)
    for rule in ("PA101", "PA102", "PA103", "PA104", "PA107", "PA109"):
        assert rule not in rules
    assert rules["PA108"] == {"5.3.1", "6.1.2", "7.1.4"}  # from nothing, however little is asked


def test_below_what_was_reached(sheets):
    now = later_sheet(sheets[2024])
    spoilt = with_cells(clean_plan(now), {("1.2.3", "target"): 70.0})
    new = pii.corrected_plan(spoilt, [smaller(now), now], draws=20)
    assert new.at["1.2.3", "target"] == pytest.approx(81.98 + 1.2)  # reached + a step
    assert new.at["1.2.3", "reason_code"] == "below reached"
    assert new.at["1.2.3", "reason"] == REASONS["below reached"][0]


def test_a_clean_plan_is_kept(sheets):
    now = later_sheet(sheets[2024])
    new = pii.corrected_plan(clean_plan(now), now, draws=20)
    indicators = new[new["reason_code"] != "from the targets"]
    assert set(indicators["reason_code"]) == {"kept"}
    assert not indicators["changed"].any()


def test_a_plan_without_targets(plan, sheets, base):
    none = replace(plan, table=plan.table.assign(target=np.nan))
    new = pii.corrected_plan(none, sheets[2024], base=base)
    assert (new["gain"] == 0).all()
    assert len(pii.feasibility(none, sheets[2024], base=base)) == 0


@pytest.mark.parametrize(
    ("code", "verdict", "needed", "possible"),
    [
        ("1.1.1", "above the best", 3.68, 2),  # (60 − 45.28)/4
        ("4.1.2", "harmful", 0.0, 2),
        ("6.2.4", "no change", 0.0, 0),
        ("6.2.1", "reachable", 1.76, 3),  # (100 − 85.74)/8.1
        ("5.3.2", "beyond the pace", 98.0, 0),  # (10 − 0.2)/0.1, data two years late
        ("7.2.3", "beyond the pace", 12.8, 2),  # (5 − 2.44)/0.2
        ("4.2.3", "beyond the pace", 434.5, 0),  # (5 − 0.22)/0.011
    ],
)
def test_feasibility(code, verdict, needed, possible, far):
    row = far.loc[code]
    assert row["verdict"] == verdict
    assert row["steps_needed"] == pytest.approx(needed, abs=0.05)
    assert row["steps_possible"] == possible


def test_feasibility_against_the_country(far):
    assert len(far) == 52
    assert far.at["2.1.3", "best_year"] == 2023
    assert far.at["2.1.3", "of_best"] == pytest.approx(30 / 27.85)
    assert far.at["4.2.3", "times"] == pytest.approx(5 / 0.22)
    assert np.isnan(far.at["6.1.2", "times"])
    counts = far["verdict"].value_counts()
    assert counts["above the best"] == 6
    assert counts["harmful"] == 1
    assert counts["no change"] == 2
