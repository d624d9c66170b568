"""Every rule of the audit: silent on a clean plan, and fires where one thing is spoilt."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import piilib as pii
from piilib.analysis.audit import rules_agencies
from piilib.analysis.audit.case import Case
from piilib.analysis.whatif import Anchor
from piilib.data.sheet import Sheet
from piilib.data.tables import Plan

from .audit_plans import (
    all_findings,
    case_of,
    clean_plan,
    fired,
    found_by,
    later_sheet,
    smaller,
    with_cells,
    with_figures,
    with_goals,
)

A = {"place": "Phụ lục"}


@pytest.fixture(scope="module")
def now(sheets) -> Sheet:
    return later_sheet(sheets[2024])


@pytest.fixture(scope="module")
def before(now) -> Sheet:
    return smaller(now)


@pytest.fixture(scope="module")
def plan(now) -> Plan:
    return clean_plan(now)


@pytest.fixture(scope="module")
def anchored(plan, now) -> Anchor:
    return case_of(plan, now).base


@pytest.fixture(scope="module")
def clean_2024(sheets, base) -> Plan:
    return clean_plan(sheets[2024], base)


@pytest.fixture
def check(plan, now, before, anchored) -> Callable[..., Case]:
    """Make the case of the clean plan, spoilt or not, beside two clean sheets."""

    def make(spoilt: Plan = plan, **limits: float) -> Case:
        return case_of(spoilt, before, now, base=anchored, **limits)

    return make


# --- a clean plan ---------------------------------------------------------------------------------


def test_no_false_alarm_on_a_clean_plan(check, plan):
    assert plan.table["target"].notna().sum() > 50
    assert len(plan.goals) == 1
    assert all_findings(check()) == []


def test_no_false_alarm_beside_the_sheet_of_2024(clean_2024, sheets, base):
    assert clean_2024.table["target"].notna().sum() > 30
    assert all_findings(case_of(clean_2024, sheets[2024], base=base)) == []


def test_no_false_alarm_on_a_plan_of_appendix_targets_only(check, plan):
    bare = replace(plan, table=plan.table[["target"]], goals=plan.goals[["what", "value"]])
    assert all_findings(check(bare)) == []


def test_a_clean_plan_gives_an_empty_table_with_all_columns(plan, now, before, anchored):
    table = pii.audit(plan, [before, now], base=anchored)
    assert len(table) == 0
    assert {"rule", "severity", "code", "message", "pii_points"} <= set(table.columns)
    assert table["pii_points"].dtype == float


# --- one cell of the plan spoilt ------------------------------------------------------------------

CELLS = [
    ("PA101", "1.1.1", {("1.1.1", "target"): 60.0}),  # highest 52.51
    ("PA102", "1.1.2", {("1.1.2", "target"): 10.5}),  # the scale ends at 10
    ("PA103", "4.1.2", {("4.1.2", "target"): 0.09}),  # from 0.07, less being better
    ("PA105", "3.1.2", {("3.1.2", "target"): 2.84}),
    ("PA105", "6.3.3", {("6.3.3", "target"): 28.0}),
    ("PA106", "1.2.3", {("1.2.3", "target"): 81.5}),  # from 81.98
    ("PA106", "1.1", {("1.1", "target"): 40.0}),
    ("PA107", "2.2.4", {("2.2.4", "target"): 0.33}),  # from 0.11
    ("PA108", "6.1.2", {("6.1.2", "target"): 0.02}),  # from 0
    ("PA109", "7.2.2", {("7.2.2", "target"): 42.0}),  # 3.54 steps of 0.5, time for 2
    ("PA306", "5.1.3", {("5.1.3", "target"): 0.15}),
    ("PA307", "5.3.1", {("5.3.1", "target"): 0.01}),
    ("PA401", "1.2.3", {("1.2.3", "target_text"): 85.0}),
    ("PA402", "4.2.1", {("4.2.1", "score_text"): 90.0, ("4.2.1", "target"): 220.0}),
    ("PA405", "4.2", {("4.2", "name_text"): "Quy mô thị trường"}),
    ("PA405", "4.2.3", {("4.2.3", "name_text"): "Đóng góp trong GRDP cả nước"}),
    ("PA406", "6.2.1", {("6.2.1", "name_text"): "Đơn đăng ký nhãn hiệu/1.000 doanh nghiệp"}),
    ("PA501", "2.2.3", {("2.2.3", "lead_text"): "Sở Khoa học và Công nghệ"}),
    ("PA502", "3.2.3", {("3.2.3", "lead"): "Sở TN&MT"}),
    ("PA503", "1.2.1", {("1.2.1", "lead"): ""}),
    ("PA504", "1.2.1", {("1.2.1", "lead_text"): ""}),
    ("PA505", "1.2.3", {("1.2.3", "lead_text"): "Sở Nội vụ; Sở Công thương"}),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "code", "cells"), CELLS, ids=lambda x: str(x)[:40])
def test_a_spoilt_cell_is_found(rule, code, cells, check, plan):
    case = check(with_cells(plan, cells))
    assert fired(case, rule) == [code]
    (finding,) = found_by(case, rule)
    assert finding.place
    assert finding.found
    assert finding.expected
    assert finding.message.endswith(".")
    assert finding.mend.endswith(".")
    if not np.isnan(finding.points.middle):
        assert finding.points.low <= finding.points.middle <= finding.points.high
        assert finding.condition


NEAR = [
    ("PA101", {("1.1.1", "target"): 52.51}),
    ("PA102", {("1.1.2", "target"): 10.0}),
    ("PA103", {("4.1.2", "target"): 0.06}),
    ("PA105", {("3.1.2", "target"): 2.85}),
    ("PA106", {("1.2.3", "target"): 81.98}),
    ("PA107", {("2.2.4", "target"): 0.32}),
    ("PA109", {("7.2.2", "target"): 41.23}),
    ("PA401", {("1.2.3", "target_text"): np.nan}),
    ("PA402", {("4.2.1", "score_text"): 58.0, ("4.2.1", "target"): 220.0}),
    ("PA405", {("6.2.3", "name_text"): "Đơn đăng ký kiểu dáng công nghiệp/10.000 dân"}),
    ("PA406", {("5.3.3", "name_text"): "Số doanh nghiệp có ISO/1.000 doanh nghiệp"}),
    ("PA501", {("1.2.3", "lead_text"): ""}),
    ("PA502", {("3.2.3", "lead"): "Sở NN&MT", ("3.2.3", "lead_text"): "Sở NN&MT"}),
    ("PA503", {("4.1.2", "lead"): ""}),  # no target, so nobody has to lead
    ("PA504", {("1.2.1", "lead_text"): "", ("1.2.1", "review_text"): "Thống kê tỉnh"}),
    ("PA505", {("5.2.3", "lead_text"): "Sở Công thương; Sở Công Thương"}),  # two spellings
]  # fmt: skip


@pytest.mark.parametrize(("rule", "cells"), NEAR, ids=lambda x: str(x)[:40])
def test_what_is_just_within_bounds_is_not_found(rule, cells, check, plan):
    assert fired(check(with_cells(plan, cells)), rule) == []


def test_a_target_above_an_inferred_cap(clean_2024, sheets, base):
    for target, found in ((7.4, ["6.3.2"]), (7.33, [])):  # the cap is 7.33, the highest 17.21
        spoilt = with_cells(clean_2024, {("6.3.2", "target"): target})
        assert fired(case_of(spoilt, sheets[2024], base=base), "PA104") == found


# --- thresholds -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "cells", "limit", "found"),
    [
        ("PA107", {("2.2.4", "target"): 0.2}, {"jump": 1.8}, ["2.2.4"]),
        ("PA107", {("2.2.4", "target"): 0.2}, {"jump": 1.9}, []),
        ("PA109", {("7.2.2", "target"): 42.0}, {"pace": 4}, []),
        ("PA109", {("6.2.1", "target"): 115.0}, {"pace_counts": 4}, []),
        ("PA109", {("6.2.1", "target"): 115.0}, {"pace_counts": 3}, ["6.2.1"]),
    ],
)
def test_thresholds_of_targets(rule, cells, limit, found, check, plan):
    spoilt = with_cells(plan, cells)
    code, _ = next(iter(cells))
    assert [x for x in fired(check(spoilt, **limit), rule) if x == code] == found


@pytest.mark.parametrize(
    ("name", "value"),
    [("jump", 1.0), ("jump", -3), ("ratio", 1), ("pace", 0), ("leap", np.nan), ("apart", "x")],
)
def test_a_threshold_that_is_none_is_refused(name, value, plan, now, anchored):
    with pytest.raises(pii.DataError, match="threshold"):
        pii.audit(plan, now, base=anchored, **{name: value})


# --- goals ----------------------------------------------------------------------------------------


def test_a_group_apart_from_its_children(check, plan):
    goal = float(plan.table.at["3", "target"])
    found = fired(check(with_cells(plan, {("3", "target"): goal - 0.02})), "PA201")
    assert found == ["3"]
    assert fired(check(with_cells(plan, {("3", "target"): goal + 0.004})), "PA201") == []


def test_the_points_of_a_group_apart_from_its_children(check, plan):
    spoilt = with_cells(plan, {("4", "target"): float(plan.table.at["4", "target"]) + 7.5})
    (found,) = found_by(check(spoilt), "PA201")
    assert found.points.middle == pytest.approx(-0.75, abs=0.002)  # 7.5 × 1/10


def test_a_goal_missed_though_all_targets_are_met(check, plan):
    goal = float(plan.table.at["6.1", "target"])
    spoilt = with_cells(plan, {("6.1", "target"): goal + 12.0})
    (found,) = [x for x in found_by(check(spoilt), "PA202") if x.code == "6.1"]
    assert found.severity == "error"
    assert found.points.middle == pytest.approx(-1.0, abs=0.01)  # 6.1 is a twelfth of the index


def test_a_goal_missed_under_one_method_is_a_warning(clean_2024, sheets, base):
    case = case_of(clean_2024, sheets[2024], base=base)
    plain, official = (float(part["6.3"]) for part in case.implied)
    assert official > plain + 1
    spoilt = with_cells(clean_2024, {("6.3", "target"): (plain + official) / 2})
    (found,) = found_by(case_of(spoilt, sheets[2024], base=base), "PA202")
    assert (found.code, found.severity) == ("6.3", "warning")
    assert found.points.low < 0 < found.points.high


def test_stated_goal_against_the_levels(check, plan):
    stated = float(plan.goals["value"].iloc[0])
    for gap, severity in ((1.0, "error"), (-1.0, "warning")):
        goals = plan.goals.assign(value=f"{stated + gap:.2f}")
        (found,) = found_by(check(replace(plan, goals=goals)), "PA203")
        assert found.severity == severity
        assert found.points.middle == pytest.approx(-gap, abs=0.2)
    near = replace(plan, goals=plan.goals.assign(value=f"{stated + 0.3:.2f}"))
    assert fired(check(near), "PA203") == []
    assert fired(check(near, apart=0.2), "PA203") == ["PII"]


def test_targets_far_beyond_a_groups_goal(check, plan):
    goal = float(plan.table.at["1.2", "target"])
    lower = with_cells(plan, {("1.2", "target"): goal - 15.5})
    assert fired(check(lower), "PA204") == ["1.2"]
    assert fired(check(lower, overshoot=16), "PA204") == []


@pytest.mark.parametrize(
    ("rank", "of", "places", "found"),
    [
        ("30", "34", "4", []),  # from 34 of 34
        ("30", "34", "5", ["PII"]),
        ("30", "63", "4", ["PII"]),  # another scale
        ("30", "34", "", []),  # one goal only
    ],
)
def test_two_goals_of_rank(rank, of, places, found, check, plan):
    spoilt = with_goals(
        plan,
        A | {"what": "rank", "printed": rank, "value": rank, "of": of},
        A | {"what": "places", "printed": places, "value": places},
    )
    assert fired(check(spoilt), "PA205") == found


@pytest.mark.parametrize(
    ("printed", "found"), [("2026 - 2030", ["PII"]), ("2026 - 2027", []), ("2027", [])]
)
def test_targets_for_one_year_only(printed, found, check, plan):
    assert plan.year == 2027
    spoilt = with_goals(plan, A | {"what": "period of the plan", "printed": printed})
    assert fired(check(spoilt), "PA206") == found


def test_a_rise_that_rests_on_few_jumps(check, plan):
    jumps = {(code, "target"): x for code, x in {"6.1.1": 2.5, "2.2.3": 0.46}.items()}
    case = check(with_cells(plan, jumps))
    assert fired(case, "PA207") == ["PII"]
    (found,) = found_by(case, "PA207")
    assert found.points.middle < -3  # 96 points of a twelfth of a half, at least
    assert fired(check(with_cells(plan, {("2.2.3", "target"): 0.04})), "PA207") == []


def test_an_empty_column_of_ranks(check, plan):
    assert fired(check(with_cells(plan, {("1.1.1", "rank_target"): np.nan})), "PA208") == ["PII"]
    assert fired(check(with_cells(plan, {("1.1.1", "rank_target"): 20.0})), "PA208") == []


# --- the sheets -----------------------------------------------------------------------------------


def sheet_case(plan, old, new, base, **limits) -> Case:
    return case_of(plan, old, new, base=base, **limits)


@pytest.mark.parametrize(
    ("code", "old", "limits", "found"),
    [
        ("7.1.4", (-0.16, -0.16, 0.21), {}, ["7.1.4"]),  # a ratio, then percent
        ("5.2.2", (35.19, 0.0, 135.83), {}, ["5.2.2"]),  # the highest is 9 times
        ("5.2.2", (35.19, 0.0, 135.83), {"ratio": 10}, []),
        ("4.2.1", (90.0, 24.08, 115.24), {}, ["4.2.1"]),  # lowest 104.67: near the old highest
        ("6.2.1", (62.52, 39.2, 278.7), {}, []),
    ],
)
def test_a_changed_definition(code, old, limits, found, plan, now, before, anchored):
    case = sheet_case(plan, with_figures(before, code, *old), now, anchored, **limits)
    assert fired(case, "PA301") == found


def test_a_definition_that_is_known_to_have_changed(sheets, base, clean_2024):
    case = sheet_case(clean_2024, sheets[2023], sheets[2024], base)
    assert "6.3.2" in fired(case, "PA301")  # its highest only doubled
    assert fired(case_of(clean_2024, sheets[2024], base=base), "PA301") == []


def test_a_target_in_the_old_unit(plan, now, before, anchored):
    old = with_figures(before, "7.1.4", -0.16, -0.16, 0.21)
    for target, severity, points in ((0.2, "error", True), (5.0, "warning", False)):
        case = sheet_case(with_cells(plan, {("7.1.4", "target"): target}), old, now, anchored)
        (found,) = found_by(case, "PA301")
        assert found.severity == severity
        assert (found.points.middle == pytest.approx(-1.71, abs=0.01)) is points


def test_data_reused(plan, now, before, anchored):
    row = now.table.loc["2.1.1", ["value", "lowest", "highest"]]
    case = sheet_case(plan, with_figures(before, "2.1.1", *row), now, anchored)
    assert fired(case, "PA302") == ["2.1.1"]
    (found,) = found_by(case, "PA302")
    assert found.points.middle < 0
    other = with_figures(before, "2.1.1", row.iloc[0], row.iloc[1], row.iloc[2] - 0.01)
    assert fired(sheet_case(plan, other, now, anchored), "PA302") == []


def test_a_leap_of_ones_own(plan, now, before, anchored):
    old = with_figures(before, "6.3.3", 0.57, 0.0, 27.0)
    assert fired(sheet_case(plan, old, now, anchored), "PA303") == ["6.3.3"]
    assert fired(sheet_case(plan, old, now, anchored, leap=99), "PA303") == []


def test_swapped_bounds(plan, now, before, anchored, sheets, base, clean_2024):
    turned = with_figures(before, "3.2.2", np.nan, 100.0, 0.16)
    assert fired(sheet_case(plan, turned, now, anchored), "PA304") == ["3.2.2"]
    # as printed in the plan of Cao Bằng and put right in the data
    case = sheet_case(clean_2024, sheets[2023], sheets[2024], base)
    assert fired(case, "PA304") == ["3.2.2"]


@pytest.mark.parametrize(("target", "severity"), [(0.01, "error"), (0.05, "warning")])
def test_a_denominator_that_changes(target, severity, clean_2024, sheets, base):
    spoilt = with_cells(clean_2024, {("6.2.4", "target"): target})
    found = found_by(case_of(spoilt, sheets[2024], base=base), "PA305")
    # 2 geographical indications over 161 communes, then over 56: 0.0357
    assert [(x.code, x.severity) for x in found] == [("6.2.4", severity)]
    assert "0.036" in found[0].message
    calm = case_of(spoilt, sheets[2024], base=base, denominator=0.7)
    assert fired(calm, "PA305") == []


# --- the text -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "cells", "kept", "lost"),
    [
        # scores at the made-up bounds: 3.1.2 (2.84 − 2.56)/1.41 = 19.9, 6.3.3 = 100
        ("3.1.2", {"score_text": 15.0}, [], []),
        ("3.1.2", {"score_text": 50.0}, ["3.1.2"], ["3.1.2"]),
        ("3.1.2", {"score_text": 5.0}, [], ["3.1.2"]),  # more than 10 points below every year
        ("6.3.3", {"score_text": 95.0, "rank_text": 1.0}, [], []),
        ("3.1.2", {"score_text": 15.0, "rank_text": 1.0}, ["3.1.2"], []),
    ],
)
def test_scores_to_be_kept(code, cells, kept, lost, check, plan):
    spoilt = with_cells(plan, {(code, column): x for column, x in cells.items()})
    case = check(spoilt)
    assert (fired(case, "PA403"), fired(case, "PA404")) == (kept, lost)


def test_a_wrong_code_is_guessed_from_its_siblings(check, plan):
    (found,) = found_by(check(with_cells(plan, {("6.3.1", "score_text"): 98.0})), "PA404")
    assert "6.3.3 (2025)" in found.message


def test_units_of_the_text(check, plan):
    unit = A | {"what": "unit of the text's targets"}
    assert fired(check(with_goals(plan, unit | {"printed": "điểm"})), "PA407") == ["PII"]
    assert fired(check(with_goals(plan, unit | {"printed": "đơn vị"})), "PA407") == []


@pytest.mark.parametrize(("printed", "found"), [("I, II, III, III", ["PII"]), ("I, II, III", [])])
def test_section_numbers(printed, found, check, plan):
    spoilt = with_goals(plan, A | {"what": "section numbers", "printed": printed})
    assert fired(check(spoilt), "PA408") == found


def test_the_points_of_another_denominator(check, plan):
    """A target per firm read per person: marks that are already there, so the gain is lost."""
    name = "Số lượng sản phẩm OCOP 4 sao trở lên/10.000 dân"
    (found,) = found_by(check(with_cells(plan, {("7.1.2", "name_text"): name})), "PA406")
    assert np.isnan(found.points.middle)  # the population of 2025 is not in hand


# --- agencies and decisions -----------------------------------------------------------------------


@pytest.mark.parametrize(("stated", "found"), [("4", []), ("5", ["PII"]), ("", [])])
def test_counts_of_an_agency(stated, found, check, plan):
    led = (plan.table["lead"] == "Sở Nội vụ").sum()
    assert led == 4
    row = {"what": "count", "agency": "Sở Nội vụ", "value": stated, "place": "III"}
    assert fired(check(with_goals(plan, row)), "PA506") == found


@pytest.mark.parametrize(
    ("target", "ahead", "short"),
    [(9.9, [], ["2.2.1"]), (10.0, ["2.2.1"], []), (15.0, ["2.2.1"], [])],
)
def test_another_decision(target, ahead, short, check, plan):
    """Quyết định 1139: 10 people per 10,000 by 2030."""
    case = check(with_cells(plan, {("2.2.1", "target"): target}))
    assert (fired(case, "PA601"), fired(case, "PA602")) == (ahead, short)


def test_another_decision_on_the_rank(check, plan):
    """Quyết định 1139: rank 30 or better by 2045."""
    for rank, ahead in (("30", ["PII"]), ("32", [])):
        row = A | {"what": "rank", "value": rank, "of": "34"}
        assert fired(check(with_goals(plan, row)), "PA601") == ahead


def test_a_decision_is_of_one_province_only(plan, now, anchored):
    case = case_of(plan, now, base=anchored)
    assert len(case.optional("decisions")) == 46
    other = replace(case, plan=replace(case.plan, unit="ha-noi"), memo={})
    assert list(rules_agencies.ahead_of_decision(other)) == []
    assert len(other.optional("decisions")) == 0


# --- what is refused ------------------------------------------------------------------------------


def test_wrong_input(plan, now, before, anchored, base):
    with pytest.raises(pii.DataError, match="no sheet"):
        pii.audit(plan, [])
    with pytest.raises(pii.DataError, match="a sheet of ha-noi"):
        pii.audit(plan, replace(now, unit="ha-noi"))
    with pytest.raises(pii.DataError, match="one sheet a year"):
        pii.audit(plan, [now, now])
    with pytest.raises(pii.DataError, match="'fr'"):
        pii.audit(plan, now, lang="fr")
    with pytest.raises(pii.DataError, match="an anchor of cao-bang 2024"):
        pii.audit(plan, now, base=base)
    with pytest.raises(pii.DataError, match=r"'9\.9\.9'"):
        pii.audit(replace(plan, table=plan.table.rename({"1.1.1": "9.9.9"})), now)
    with pytest.raises(pii.DataError, match="without targets"):
        pii.audit(replace(plan, table=plan.table[["lead"]]), now)


def test_sheets_may_come_in_any_order(plan, now, before, anchored):
    spoilt = with_cells(plan, {("1.1.1", "target"): 60.0})
    one, other = (pii.audit(spoilt, s, base=anchored) for s in ([before, now], [now, before]))
    assert one.equals(other)
    assert len(one) > 0


def test_an_indicator_without_a_value_raises_no_alarm_and_no_error(plan, now, before, anchored):
    old = with_figures(now, "3.2.2", np.nan, 0.0, 100.0)
    case = case_of(with_cells(plan, {("3.2.2", "target"): 30.0}), before, old)
    assert [one.rule for one in all_findings(case) if one.code == "3.2.2"] == []


CODES = [*pii.Framework.official(2024).table.index]
CELLS_OF_A_PLAN = {
    "target": st.floats(-100, 2000) | st.just(np.nan),
    "target_text": st.floats(-100, 2000) | st.just(np.nan),
    "score_text": st.floats(0, 100) | st.just(np.nan),
    "rank_text": st.sampled_from([1.0, 3.0, np.nan]),
    "rank_target": st.sampled_from([5.0, np.nan]),
    "lead": st.sampled_from(["", "Sở TN&MT", "Sở Y tế", "Sở Nội vụ; Sở Xây dựng"]),
    "lead_text": st.sampled_from(["", "Sở NN&MT", "a; b; c"]),
    "name": st.sampled_from(["", "Số DN/1.000 dân", "(%)", "/"]),
    "name_text": st.sampled_from(["", "Số đơn/tổng số xã", "Số DN / 1.000 DN"]),
}


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_plan_is_audited(data, plan, now, before, anchored):
    """Columns present or absent, cells empty or odd: findings, never an error."""
    columns = data.draw(st.sets(st.sampled_from(sorted(CELLS_OF_A_PLAN)))) | {"target"}
    codes = data.draw(st.lists(st.sampled_from(CODES), unique=True, max_size=12))
    cells = {c: [data.draw(CELLS_OF_A_PLAN[c]) for _ in codes] for c in sorted(columns)}
    odd = replace(plan, table=pd.DataFrame(cells, index=codes))
    goals = data.draw(st.sampled_from([plan.goals, pd.DataFrame(), plan.goals[["what"]]]))
    lang = data.draw(st.sampled_from(["vi", "en"]))
    table = pii.audit(replace(odd, goals=goals), [before, now], lang=lang, base=anchored)
    assert table["severity"].isin(["error", "warning", "note"]).all()
    assert table["code"].isin(CODES).all()
    known = table[table["pii_points"].notna()]
    assert (known["pii_low"] <= known["pii_points"] + 1e-9).all()
    assert (known["pii_points"] <= known["pii_high"] + 1e-9).all()
    new = pii.corrected_plan(odd, [before, now], base=anchored)
    assert not (new["reason_code"] == "").any()
