"""Scorecards of agencies: sums by hand, dependencies as the plan's appendix prints them."""

import dataclasses

import pandas as pd
import pytest

import piilib as pii
from piilib.analysis.agencies import EVERYBODY, named


@pytest.fixture(scope="module")
def plan():
    return pii.load_plan("cao-bang")


@pytest.fixture(scope="module")
def table(plan):
    return pii.levers(pii.load_sheet("cao-bang", 2024), draws=50, plan=plan)


@pytest.fixture(scope="module")
def who(table, plan):
    return pii.agencies(table, plan=plan)


def test_every_indicator_has_one_lead(table, who):
    codes = [code for row in who["codes"] for code in row]
    assert sorted(codes) == sorted(table.index)
    assert who["indicators"].sum() == 52
    assert (who["codes"].map(len) == who["indicators"]).all()


def test_what_targets_bring_is_their_sum(table, who):
    for lead, row in who.iterrows():
        asked = table[(table["lead"] == lead) & table["target"].notna()]
        assert row["targets"] == len(asked)
        assert row["target_gain"] == pytest.approx(asked["target_gain"].sum())
        assert row["target_net"] == pytest.approx(asked["target_net"].sum())
    # 4.1.2's target lowers the score, and it is all that its bank leads
    bank = who.loc["Ngân hàng Chính sách xã hội tỉnh Cao Bằng"]
    assert bank["harmful"] == ["4.1.2"]
    assert -0.33 < bank["target_gain"] < -0.27
    assert bank["best_levers"] == []


def test_best_levers_come_first_by_points_for_effort(table, who):
    for lead, row in who.iterrows():
        usable = table[(table["lead"] == lead) & table["eligible"] & (table["net"] > 0)]
        assert row["best_levers"] == list(usable.index[:3])


def test_dependencies_of_the_appendix(who):
    """Appendix of plan 3372: coordinating agencies of the Department of Finance's indicators."""
    finance = who.loc["Sở Tài chính"]
    assert finance["depends_on"] == {
        EVERYBODY: ["1.1.3", "1.2.1", "1.2.4"],
        "Sở Giáo dục và Đào tạo": ["2.1.3"],
        "Sở Khoa học và Công nghệ": ["2.2.2", "2.2.3"],
    }
    assert finance["supports"] == ["5.1.3", "5.3.2"]
    assert who.loc["Sở Xây dựng", "supports"] == ["3.1.1"]
    assert who.loc["Sở Tư pháp", "depends_on"] == {"Công an tỉnh": ["1.1.2"], EVERYBODY: ["1.1.2"]}


def test_without_a_plan_there_are_neither_targets_nor_dependencies(plan):
    sheet = pii.load_sheet("cao-bang", 2024)
    bare = dataclasses.replace(plan, table=plan.table.drop(columns="coordinating"))
    who = pii.agencies(sheet, plan=bare)
    assert all(row == {} for row in who["depends_on"])
    found = pii.agencies(pii.levers(sheet, draws=50).assign(target=float("nan")))
    assert (found["targets"] == 0).all()
    assert found["target_gain"].isna().all()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("Sở KH&CN", ["S"]),
        ("Sở KH&CN và UBND cấp xã", ["S", "UBND cấp xã"]),
        ("UBND cấp xã, Sở KH&CN", ["UBND cấp xã", "S"]),
        ("Sở Nội vụ và các cơ quan, địa phương trên địa bàn tỉnh", ["N", EVERYBODY]),
        ("Tất cả các sở, ban, ngành, UBND cấp xã", [EVERYBODY]),
        ("Các sở, ngành và địa phương thuộc tỉnh", [EVERYBODY]),
    ],
)
def test_printed_lists_are_taken_apart(text, expected):
    known = pd.Series({"Sở KH&CN": "S", "Sở Khoa học và Công nghệ": "S", "Sở Nội vụ": "N"})
    assert named(text, known) == expected
