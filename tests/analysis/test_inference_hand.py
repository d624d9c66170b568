"""Small frameworks whose method is known, worked by hand or drawn."""

import dataclasses
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from piilib.analysis.inference import CANDIDATES, Evidence, Inference, infer_method
from piilib.analysis.inference_fits import Query, Slot, limits, options, scores_of
from piilib.data.sheet import VALUES, Sheet
from piilib.errors import DataError
from piilib.index.framework import Framework
from piilib.index.method import Method

NAN = np.nan
HALF = (0.005, 0.005, 0.005)


def tree(*codes: str, weights: tuple[float, ...] | None = None, directions=None) -> Framework:
    """T from the codes given."""
    frame = pd.DataFrame({"code": ["T", *codes], "parent": ["", *["T"] * len(codes)]})
    frame["weight"] = [1.0, *(weights or (1.0,) * len(codes))]
    frame["direction"] = [1, *(directions or (1,) * len(codes))]
    return Framework.from_frame(frame)


def sheet(rows: dict[str, tuple[float, float, float]], year: int = 2024, half=0.005) -> Sheet:
    table = pd.DataFrame.from_dict(rows, orient="index", columns=VALUES).astype(float)
    return Sheet("here", year, table, table * 0 + half, None, None, "by hand")


def infer(rows, *codes, **more) -> Inference:
    return infer_method(sheet(rows), framework=tree(*codes), **more)


#: a is capped at 11: (3 − 1)/(11 − 1) = 20. b is plain: 50. T = 35.
CAPPED = {"T": (35.0, NAN, NAN), "a": (3, 1, 101), "b": (5, 0, 10)}


def test_a_known_cap_is_found_with_its_interval():
    found = infer(CAPPED, "a", "b", candidates=("cap", "reversed"))
    assert found.tested == {"total": 1, "plain": 0, "no_free_number": 0}
    assert found.fitted == {"explained": 1, "indicators": 1, "free_numbers": 1}
    caps = found.sets.set_index("code")
    assert set(caps["treatment"]) == {"cap"}
    # b is 49.90 to 50.10, so a is 2·34.995 − 50.10 = 19.89 to 2·35.005 − 49.90 = 20.11.
    b_low, b_high = 100 * 4.99 / 10, 100 * 5.01 / 10
    low = 1.005 + 100 * (2.995 - 1.005) / (2 * 35.005 - b_low)
    high = 0.995 + 100 * (3.005 - 0.995) / (2 * 34.995 - b_high)
    assert (caps.at["a", "low"], caps.at["a", "high"]) == pytest.approx((low, high), rel=1e-6)
    assert low < 11 < high
    # Or b is capped: a is 2 of 100 and b 68, its cap 5/0.68.
    assert caps.at["b", "low"] < 5 / 0.68 < caps.at["b", "high"]
    assert set(found.indicators["status"]) == {"one of several"}


def test_evidence_decides_between_two():
    evidence = pd.DataFrame({"node": ["b"], "year": [2024], "high": [51.0]})
    found = infer(CAPPED, "a", "b", candidates=("cap", "reversed"), evidence=evidence)
    assert found.indicators["status"].tolist() == ["fitted", "not needed"]
    assert found.indicators["ruled_out"].tolist() == ["none; reversed", "reversed; cap"]
    row = found.treatments.loc[("a", 2024)]
    assert row["cap_low"] < 11 < row["cap_high"]
    assert row["cap"] == pytest.approx(11.0, abs=0.01)
    assert row["possible"] == "cap"
    scored = Method("official").score(
        pd.DataFrame({"a": [1.0, 3, 101], "b": [0.0, 5, 10]}), found.framework(2024)
    )
    assert scored.scores.at[1, "T"] == pytest.approx(35.0, abs=0.01)


def test_joint_caps_share_the_total():
    """a and b score 20 and 40 of caps 11 and 3.5; either's range is what the other leaves."""
    rows = {"T": (30.0, NAN, NAN), "a": (3, 1, 101), "b": (2, 1, 201)}
    evidence = [Evidence("a", 2024, 15, 25), Evidence("b", 2024, 30, 90)]
    found = infer(rows, "a", "b", candidates=("cap",), evidence=evidence)
    table = found.treatments.droplevel("year")
    assert table["joint"].tolist() == [True, True]
    assert table["joint_with"].tolist() == ["b", "a"]
    assert found.fitted["free_numbers"] == 2
    # a scores 15 to 25, so b 35 to 45 (±0.01): caps 1 + 2/0.25 = 9 and 1 + 1/0.45 = 3.22.
    assert table.at["a", "cap_low"] == pytest.approx(9, abs=0.05)
    assert table.at["a", "cap_high"] == pytest.approx(1 + 2 / 0.15, abs=0.1)
    assert table.at["b", "cap_low"] == pytest.approx(1 + 1 / 0.45, abs=0.03)
    assert table.at["b", "cap_high"] == pytest.approx(1 + 1 / 0.35, abs=0.04)
    # The two numbers of the framework meet the score together.
    fw = found.framework(2024).table
    got = (200 / (fw.at["a", "cap"] - 1) + 100 / (fw.at["b", "cap"] - 1)) / 2
    assert got == pytest.approx(30.0, abs=0.3)


@pytest.mark.parametrize(
    ("score", "value", "expected"),
    [
        (30.0, 6.0, ("none", 1)),
        (70.0, 6.0, ("reversed", 1)),
        # ln(1 + 100·0.3)/ln 101
        (100 * math.log(31) / math.log(101), 6.0, ("log", 1)),
        # highest 20, f = 1: ln(19·0.3 + 1)/ln 20
        (100 * math.log(6.7) / math.log(20), 6.0, ("log_gii", 1)),
    ],
)
def test_a_treatment_without_a_number(score, value, expected):
    rows = {"T": (round(score, 2), NAN, NAN), "a": (value, 0, 20)}
    kinds = ("reversed", "log", "log_gii")
    found = infer(rows, "a", candidates=kinds)
    row = found.indicators.loc["a"]
    assert (row["treatment"], row["sets"]) == expected
    assert row["status"] == "tested"
    assert found.tested == {"total": 1, "plain": int(expected[0] == "none"), "no_free_number": 1}
    others = {"none", *kinds} - {expected[0]}
    assert set(row["ruled_out"].split("; ")) == others
    assert set(row["impossible"].split("; ")) >= others - {"reversed"}
    assert found.framework(2024).table.at["a", "direction"] == (
        -1 if expected[0] == "reversed" else 1
    )


def test_the_frameworks_direction_is_the_plain_one():
    rows = {"T": (70.0, NAN, NAN), "a": (3.0, 0, 10)}
    found = infer_method(sheet(rows), framework=tree("a", directions=(-1,)))
    assert found.indicators.at["a", "directions"] == "-1"
    assert found.indicators.at["a", "treatment"] == "none"


def test_a_floor():
    """Values under 2 are set to 2: (4 − 2)/(10 − 2) = 25, plain 40."""
    rows = {"T": (25.0, NAN, NAN), "a": (4, 0, 10)}
    found = infer(rows, "a")
    assert found.sets["treatment"].tolist() == ["floor"]
    row = found.treatments.loc[("a", 2024)]
    assert (row["treatment"], row["floor"]) == ("floor", pytest.approx(2.0, abs=0.01))
    # (4.005 − f)/(9.995 − f) ≥ 0.24995 and (3.995 − f)/(10.005 − f) ≤ 0.25005
    assert row["cap_high"] == pytest.approx((4.005 - 0.24995 * 9.995) / 0.75005, abs=1e-6)
    assert row["cap_low"] == pytest.approx((3.995 - 0.25005 * 10.005) / 0.74995, abs=1e-6)
    assert found.indicators.at["a", "status"] == "fitted"
    assert np.isnan(found.framework(2024).table.at["a", "cap"])


def test_a_reversed_indicator_may_be_capped_too():
    """Capped at 11 it scores 20, reversed 80; plain 2 and 98."""
    rows = {"T": (80.0, NAN, NAN), "a": (3, 1, 101)}
    found = infer(rows, "a", candidates=("cap", "reversed"))
    assert found.groups.loc[("T", 2024), "departures"] == 1  # a cap at 3.5 does it alone
    told = infer_method(
        sheet(rows), framework=tree("a", directions=(-1,)), candidates=("cap", "reversed")
    )
    row = told.treatments.loc[("a", 2024)]
    assert row["cap_low"] < 11 < row["cap_high"]


def test_one_cap_serves_the_years_that_reuse_the_figures():
    rows = {year: dict(CAPPED, b=(b, 0, 10)) for year, b in ((2023, 5), (2024, 8))}
    rows[2024]["T"] = (50.0, NAN, NAN)  # (20 + 80)/2
    sheets = [sheet(rows[year], year) for year in (2024, 2023)]
    found = infer_method(sheets, framework=tree("a", "b"), candidates=("cap",))
    assert found.years == (2023, 2024)
    assert found.groups["free_numbers"].tolist() == [1, 0]
    assert found.groups["status"].tolist() == ["fitted", "fitted"]
    row = found.sets.iloc[0]
    assert (row["code"], row["years"]) == ("a", (2023, 2024))
    assert row["low"] < 11 < row["high"]
    assert found.indicators.at["a", "status"] == "tested"
    apart = infer_method(sheets, framework=tree("a", "b"), candidates=("cap",), reused=False)
    assert apart.groups["free_numbers"].tolist() == [1, 1]
    # Two years that contradict each other about the same data: 20 and 40 points.
    wrong = [sheet(dict(rows[2024], T=(60.0, NAN, NAN))), sheets[1]]
    one = infer_method(wrong, framework=tree("a", "b"), candidates=("cap",), max_departures=1)
    assert "unexplained" in set(one.groups["status"])


def test_an_unused_year_says_nothing_and_a_missing_value_is_skipped():
    before = sheet({"T": (20.0, NAN, NAN), "a": (NAN, 0, 10), "b": (2, 0, 10)}, 2023)
    after = sheet({"T": (NAN, NAN, NAN), "a": (5, 0, 10), "b": (4, 0, 10)}, 2024)
    found = infer_method([before, after], framework=tree("a", "b"))
    assert found.groups["status"].tolist() == ["plain", "no published score"]
    assert np.isnan(found.groups.loc[("T", 2024), "published"])
    assert found.indicators["status"].tolist() == ["no published score", "tested"]
    assert found.treatments.loc[("a", 2023), "treatment"] == ""
    assert found.tested == {"total": 1, "plain": 1, "no_free_number": 1}
    never = infer_method(before, framework=tree("a", "b"))
    assert never.indicators.at["a", "status"] == "no value"
    assert Framework(found.framework(2024).table).indicators == ("a", "b")


def test_nothing_published_at_all():
    found = infer({"a": (5, 0, 10), "b": (4, 0, 10)}, "a", "b")
    assert found.groups["status"].tolist() == ["no published score"]
    assert set(found.indicators["status"]) == {"no published score"}
    assert found.tested["total"] == 0
    assert found.fitted == {"explained": 0, "indicators": 0, "free_numbers": 0}
    assert found.sets.empty
    told = infer({"a": (5, 0, 10), "b": (4, 0, 10)}, "a", "b", evidence=[Evidence("a", 2024, 90)])
    assert told.sets["code"].unique().tolist() == ["a"]


def test_a_contradiction_is_unexplained_with_what_is_lacking():
    """a and b are the lowest, so nothing but a reversal gives them points."""
    rows = {"T": (30.0, NAN, NAN), "a": (1, 1, 10), "b": (2, 2, 10)}
    found = infer(rows, "a", "b")
    row = found.groups.loc[("T", 2024)]
    assert (row["status"], row["sets"]) == ("unexplained", 0)
    assert np.isnan(row["departures"])
    assert row["residual"] == pytest.approx(100 / 2 - 30.005)  # one reversed; both give 100
    without = infer(rows, "a", "b", candidates=("cap", "floor", "log", "log_gii"))
    assert without.groups["residual"].tolist() == [pytest.approx(29.995)]
    assert set(without.indicators["status"]) == {"unexplained"}
    assert without.framework(2024).table["cap"].isna().all()
    assert without.fitted["explained"] == 0


def test_evidence_that_contradicts_the_sheet_is_unexplained():
    """a is the lowest, scores 0 or, reversed, 100; the evidence says 40 to 60, of weight ½."""
    rows = {"T": (25.0, NAN, NAN), "a": (1, 1, 10), "b": (5, 0, 10)}
    found = infer(rows, "a", "b", evidence=Evidence("a", 2024, 40, 60), max_departures=1)
    assert found.groups["status"].tolist() == ["unexplained"]
    assert found.groups["residual"].iloc[0] >= 40 / 2
    assert found.groups["fits_plain"].tolist() == [True]  # by the sheet alone
    node = infer(rows, "a", "b", evidence=Evidence("T", 2024, 24, 25), max_departures=0)
    assert node.groups["status"].tolist() == ["plain"]


def test_the_lowest_says_nothing_of_a_cap():
    rows = {"T": (25.0, NAN, NAN), "a": (0, 0, 10), "b": (5, 0, 10)}
    found = infer(rows, "a", "b")
    assert found.indicators["status"].tolist() == ["not identified", "tested"]
    row = found.treatments.loc[("a", 2024)]
    assert (row["widest_low"], row["widest_high"]) == (0, 10)
    assert not row["identified"]


def test_groups_beside_indicators():
    """T is the mean of the group A (published) and b; A is the mean of a."""
    frame = pd.DataFrame(
        [("T", ""), ("A", "T"), ("a", "A"), ("b", "T")], columns=["code", "parent"]
    ).assign(weight=1, direction=1)
    fw = Framework.from_frame(frame)
    rows = {"T": (45.0, NAN, NAN), "A": (30.0, NAN, NAN), "a": (3, 0, 10), "b": (3, 0, 90)}
    found = infer_method(sheet(rows), framework=fw, candidates=("cap",))
    assert found.groups["status"].to_dict() == {("T", 2024): "fitted", ("A", 2024): "plain"}
    low, high = found.treatments.loc[("b", 2024), ["cap_low", "cap_high"]]
    assert low < 5 < high  # 60 points
    rows["A"] = (NAN, NAN, NAN)
    silent = infer_method(sheet(rows), framework=fw)
    assert set(silent.groups["status"]) == {"no published score"}


def test_weights_count():
    rows = {"T": (27.5, NAN, NAN), "a": (2, 0, 10), "b": (5, 0, 10)}
    fw = tree("a", "b", weights=(3.0, 1.0))
    assert infer_method(sheet(rows), framework=fw).tested["plain"] == 1
    assert infer(rows, "a", "b").tested["plain"] == 0


BAD = {"T": (30.0, NAN, NAN), "a": (3, 0, 10)}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"sheets": []}, "no sheet"),
        ({"sheets": [sheet(BAD), sheet(BAD)]}, "two sheets of here for 2024"),
        (
            {"sheets": [sheet(BAD), dataclasses.replace(sheet(BAD, 2023), unit="there")]},
            "sheets of here and there",
        ),
        ({"framework": tree("a", "b")}, "no 'b' in the sheet of here 2024"),
        ({"candidates": ("winsorise",)}, "found the candidate 'winsorise'; expected 'cap'"),
        ({"candidates": ("square",)}, "the candidate 'square'"),
        ({"max_departures": -1}, "max_departures=-1"),
        ({"max_departures": 1.5}, "max_departures=1.5"),
        ({"evidence": [Evidence("x", 2024, 1)]}, "evidence about 'x'"),
        ({"evidence": [Evidence("a", 2020, 1)]}, "evidence about a in 2020"),
        ({"evidence": pd.DataFrame({"node": ["a"]})}, "expected also year"),
        ({"evidence": pd.DataFrame({"node": ["a"], "year": ["x"]})}, "the year 'x' of evidence"),
        (
            {"evidence": pd.DataFrame({"node": ["a"], "year": [2024], "low": ["1,5"]})},
            "expected 0 ≤ low ≤ high",
        ),
        (
            {"sheets": sheet({**BAD, "a": (NAN, 0, 10)}), "evidence": [Evidence("a", 2024, 1)]},
            "a in 2024, which has no value",
        ),
    ],
)
def test_wrong_use(arguments, message):
    with pytest.raises(DataError, match=message):
        infer_method(**{"sheets": sheet(BAD), "framework": tree("a")} | arguments)


@pytest.mark.parametrize(("low", "high"), [(50, 40), (-1, 20), (0, 101), (NAN, 20), ("a", 20)])
def test_evidence_is_in_score_points(low, high):
    with pytest.raises(DataError, match="a 2024; expected 0 ≤ low ≤ high ≤ 100"):
        Evidence("a", 2024, low, high)


def test_the_framework_of_another_year():
    found = infer(BAD, "a")
    with pytest.raises(DataError, match="the year 2023; expected one of 2024"):
        found.framework(2023)


@pytest.mark.parametrize("kind", ["cap", "floor"])
@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("asked", [(20.0, 30.0), (0.0, 10.0), (60.0, 100.0), (44.9, 45.0)])
@pytest.mark.parametrize("printed", [(3.0, 1.0, 9.0), (0.02, 0.0, 0.3), (-0.5, -1.0, -0.2)])
def test_limits_against_a_grid(kind, turned, asked, printed):
    """Every number of a fine grid is inside where it is consistent, and outside where not."""
    found = options(printed, HALF, 1, CANDIDATES)
    slot = Slot("a", (2024,), printed, HALF, 1, found)
    low, high = limits([Query(slot, turned, kind, asked)])[0]
    grid = np.linspace(printed[1] + 0.006, printed[2] - 0.006, 80)
    for number in grid:
        least, most = scores_of(slot, turned, kind, number)
        if least <= asked[1] and most >= asked[0]:
            assert low - 1e-7 <= number <= high + 1e-7
        else:
            assert number <= low + 1e-7 or number >= high - 1e-7
        assert least <= most + 1e-9
        assert found[turned, kind][0] - 1e-9 <= least
        assert most <= found[turned, kind][1] + 1e-9


# A sheet drawn with known treatments: the truth must be among what is found.


def true_score(kind: str, turned: bool, x: float, low: float, high: float, number: float) -> float:
    share = (x - low) / (high - low)
    if kind == "cap":
        share = (min(x, number) - low) / (number - low)
    elif kind == "floor":
        share = (max(x, number) - number) / (high - number)
    elif kind == "log":
        share = math.log((x - low + 0.01 * (high - low)) / (0.01 * (high - low))) / math.log(101)
    elif kind == "log_gii":
        steep = high * 10.0 ** max(0, math.ceil(1 - math.log10(high))) - 1
        share = math.log(steep * share + 1) / math.log(steep + 1)
    return 100 * (1 - share if turned else share)


@st.composite
def indicators(draw: st.DrawFn) -> dict[str, object]:
    low = draw(st.floats(-5, 20))
    high = low + draw(st.floats(0.5, 60))
    x = low + draw(st.floats(0, 1)) * (high - low)
    number = low + draw(st.floats(0.05, 0.95)) * (high - low)
    kind = draw(st.sampled_from(["none", "none", "cap", "floor", "log", "log_gii"]))
    assume(kind != "log_gii" or high > 0.2)
    printed = tuple(round(v, 2) for v in (x, low, high))
    # The rule of reading: printed alike and not 0, the unit is the lowest.
    assume(printed[0] != printed[1] or printed[0] == 0 or x == low)
    return {
        "x": x, "low": low, "high": high, "number": number, "kind": kind,
        "turned": draw(st.booleans()) and draw(st.booleans()), "printed": printed,
    }  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(st.lists(indicators(), min_size=1, max_size=3), st.data())
def test_the_truth_is_among_what_is_found(drawn, data):
    """Known treatments: found with the number in its interval, or something simpler is."""
    departures = sum((d["kind"] != "none") + d["turned"] for d in drawn)
    assume(departures <= 2)
    keys = ("kind", "turned", "x", "low", "high", "number")
    score = sum(true_score(*(d[key] for key in keys)) for d in drawn) / len(drawn)
    codes = [f"i{k}" for k in range(len(drawn))]
    rows = {"T": (round(score, 2), NAN, NAN)} | {
        code: d["printed"] for code, d in zip(codes, drawn, strict=True)
    }
    found = infer(rows, *codes)
    group = found.groups.loc[("T", 2024)]
    assert group["status"] != "unexplained"
    assert group["departures"] <= departures
    assert group["residual"] == 0
    if group["departures"] == departures:
        check_truth(found, dict(zip(codes, drawn, strict=True)))
    for code, d in zip(codes, drawn, strict=True):
        if d["kind"] == "cap" and departures == 1:
            row = found.treatments.loc[(code, 2024)]
            assert row["widest_low"] - 0.006 <= d["number"] <= row["widest_high"] + 0.006


@settings(max_examples=40, deadline=None)
@given(
    value=st.floats(0.05, 0.9),
    top=st.floats(5, 500),
    cap=st.floats(0.02, 0.95),
    others=st.lists(st.floats(0, 10), min_size=2, max_size=2),
)
def test_a_cap_over_two_years_is_in_its_interval(value, top, cap, others):
    """The capped indicator is reused, the other one measured again."""
    assume(round(others[0], 2) != round(others[1], 2))  # printed alike it would be reused too
    x, number = value * top, cap * top
    sheets = []
    for year, other in zip((2023, 2024), others, strict=True):
        score = (true_score("cap", False, x, 0, top, number) + 10 * other) / 2
        rows = {"T": (round(score, 2), NAN, NAN), "a": (round(x, 2), 0, round(top, 2))}
        sheets.append(sheet(rows | {"b": (round(other, 2), 0, 10)}, year))
    found = infer_method(sheets, framework=tree("a", "b"), candidates=("cap", "reversed"))
    departures = found.groups["departures"].iloc[0]
    assert departures <= 1
    own = found.sets[(found.sets["code"] == "a") & (found.sets["treatment"] == "cap")]
    row = found.treatments.loc[("a", 2024)]
    assert row["widest_low"] - 0.006 <= number <= row["widest_high"] + 0.006
    if departures == 1:
        assert own["years"].tolist() == [(2023, 2024)]
        assert own["low"].iloc[0] - 0.006 <= number <= own["high"].iloc[0] + 0.006


def check_truth(found: Inference, truth: dict[str, dict[str, object]]) -> None:
    wanted = {(c, "reversed") for c, d in truth.items() if d["turned"]}
    wanted |= {(c, d["kind"]) for c, d in truth.items() if d["kind"] != "none"}
    if not wanted:
        assert found.sets.empty
        return
    same = [
        one
        for _, one in found.sets.groupby("set")
        if set(zip(one["code"], one["treatment"], strict=True)) == wanted
    ]
    assert len(same) == 1
    for row in same[0].itertuples():
        if row.treatment in ("cap", "floor"):
            # Ends at the printed lowest and highest are as wide as their rounding.
            assert row.low - 0.006 <= truth[row.code]["number"] <= row.high + 0.006
