"""Values changed, anchored on the published scores."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from piilib.analysis import calibration
from piilib.analysis.levers import index_weights
from piilib.analysis.whatif import anchor, new_values, published_scores, what_if
from piilib.data.sheet import load_sheet
from piilib.errors import DataError

#: T 60, A 50, and indicators that score as their values, between 0 and 100.
ROWS = {
    "T": (60.0, np.nan, np.nan),
    "A": (50.0, np.nan, np.nan),
    "a1": (50.0, 0.0, 100.0),
    "a2": (52.0, 0.0, 100.0),
    "b": (70.0, 0.0, 100.0),
}


def gains(frame: pd.DataFrame, column: str = "gain") -> dict[str, float]:
    return {str(node): float(gain) for node, gain in frame[column].items()}


def test_a_change_by_hand(tiny):
    effect = what_if(tiny(ROWS), {"a1": 70.0})
    assert effect.index.tolist() == ["a1", "A", "T"]
    # The residual of A, published 50 where the model says 51, is carried.
    assert effect["published"].tolist() == [50.0, 50.0, 60.0]
    assert effect["new"].tolist() == [70.0, 60.0, 65.0]
    for column in ("gain", "gain_low", "gain_high", "net", "net_low", "net_high"):
        assert effect[column].tolist() == [20.0, 10.0, 5.0]


def test_changes_add_up(tiny):
    both = gains(what_if(tiny(ROWS), {"a1": 70.0, "b": 60.0}))
    assert both == {"a1": 20.0, "b": -10.0, "A": 10.0, "T": 0.0}


@pytest.mark.parametrize(
    ("value", "score"), [(100.0, 100.0), (170.0, 100.0), (-30.0, 0.0), (0.0, 0.0)]
)
def test_an_indicator_is_clipped(tiny, value, score):
    effect = what_if(tiny(ROWS), {"b": value})
    assert effect.at["b", "new"] == score
    assert effect.at["T", "gain"] == (score - 70.0) / 2


@pytest.mark.parametrize(
    ("published", "value", "gain"),
    [
        (95.0, 100.0, 5.0),  # 25 by the model
        (10.0, 0.0, -10.0),  # −25
    ],
)
def test_a_node_is_clipped_and_so_is_all_above_it(tiny, published, value, gain):
    effect = what_if(tiny(ROWS | {"A": (published, np.nan, np.nan)}), {"a1": value})
    assert gains(effect) == {"a1": value - 50.0, "A": gain, "T": gain / 2}
    assert effect.at["A", "new"] == value


def test_the_index_is_clipped_at_100(tiny):
    effect = what_if(tiny(ROWS | {"T": (99.0, np.nan, np.nan)}), {"b": 90.0})
    assert effect.loc["T", ["new", "gain"]].tolist() == [100.0, 1.0]


# Bounds 0 and 100 move to 10 and 120: half-way is 65.
MOVED = {"a1": (10.0, 20.0)}


def test_a_rise_that_only_keeps_pace_is_worth_nothing_net(tiny):
    effect = what_if(tiny(ROWS, MOVED), {"a1": 65.0})
    assert gains(effect) == {"a1": 15.0, "A": 7.5, "T": 3.75}
    assert gains(effect, "net") == pytest.approx({"a1": 0.0, "A": 0.0, "T": 0.0})


def test_standing_still_costs_where_the_bounds_move(tiny):
    effect = what_if(tiny(ROWS, MOVED), {"a1": 50.0})
    assert gains(effect) == {"a1": 0.0, "A": 0.0, "T": 0.0}
    lost = 100 * (50 - 10) / 110 - 50
    assert gains(effect, "net") == pytest.approx({"a1": lost, "A": lost / 2, "T": lost / 4})


def test_only_the_changed_indicator_drifts(tiny):
    effect = what_if(tiny(ROWS, {**MOVED, "b": (0.0, 40.0)}), {"a2": 62.0})
    assert gains(effect, "net") == {"a2": 10.0, "A": 5.0, "T": 2.5}


def test_a_value_that_prints_as_a_bound_is_that_bound(tiny):
    base = tiny(ROWS | {"b": (70.0, 20.0, 100.0)})
    base.calibration.high[:] = 100.004  # what stands behind the print
    base.calibration.low[0, base.column["b"]] = 19.997
    assert what_if(base, {"b": 100.0}).at["b", "new"] == 100.0
    assert what_if(base, {"b": 20.0}).at["b", "new"] == 0.0
    # 0.00 may be anything that prints so: it is taken as it stands.
    assert new_values(base, {"a1": 0.0})[0, base.column["a1"]] == 0.0


def test_published_scores_are_the_anchor(base, sheets):
    effect = what_if(base, {"6.1.1": 0.5})
    assert effect.index.tolist() == ["6.1.1", "6.1", "6", "OUT", "PII"]
    published = sheets[2024].table["value"]
    for node in ("6.1", "6", "PII"):
        assert effect.at[node, "published"] == published[node]
    assert effect.at["OUT", "published"] == pytest.approx(20.555)  # not published
    np.testing.assert_allclose(effect["new"], effect["published"] + effect["gain"])
    np.testing.assert_allclose(
        effect["gain"] / effect.at["6.1.1", "gain"], [1, 1 / 2, 1 / 6, 1 / 12, 1 / 24]
    )
    assert (effect["gain_low"] <= effect["gain"]).all()
    assert (effect["gain"] <= effect["gain_high"]).all()


@pytest.mark.parametrize("code", ["6.2.4", "6.1.1", "7.1.4", "6.3.3", "2.2.3"])
def test_a_value_that_prints_as_todays_changes_nothing(base, sheets, code):
    effect = what_if(base, {code: float(sheets[2024].table.at[code, "value"])})
    assert (effect[["gain", "gain_low", "gain_high"]] == 0.0).all(axis=None)
    np.testing.assert_array_equal(effect["new"], effect["published"])


def test_anchor_and_sheet_give_the_same(base, sheets):
    pd.testing.assert_frame_equal(
        what_if(sheets[2024], {"6.1.1": 0.5}), what_if(base, {"6.1.1": 0.5})
    )


@pytest.mark.parametrize(
    ("changes", "gain", "tolerance"),
    [
        ({"7.1.4": 5.0}, 1.78, 0.01),  # the national lowest back to growth of 5 %
        ({"6.3.3": 0.0}, -2.78, 0.005),  # all that the national highest has to lose
        ({"6.3.3": 28.0}, 0.0, 1e-12),
    ],
)
def test_known_changes_of_cao_bang(base, changes, gain, tolerance):
    assert what_if(base, changes).at["PII", "gain"] == pytest.approx(gain, abs=tolerance)


def test_the_best_in_the_country_scores_100(base, sheets):
    for code in ("1.1.1", "3.1.2", "2.1.1", "5.2.1"):
        best = float(sheets[2024].table.at[code, "highest"])
        assert what_if(base, {code: best}).at[code, "new"] == pytest.approx(100.0, abs=1e-9)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_plans_target_of_4_1_2_is_a_risk(sheets, base, seed):
    """Its score falls from about 24 to 0 if less is better: −0.28 to −0.32 index points."""
    start = base if seed == 0 else anchor(sheets[2024], seed=seed)
    effect = what_if(start, {"4.1.2": 0.09})
    assert effect.at["4.1.2", "new"] == pytest.approx(0.0, abs=1e-9)
    assert -0.32 <= effect.at["PII", "gain"] <= -0.28
    assert effect.at["PII", "gain_low"] >= -0.325
    assert effect.at["PII", "gain_high"] <= -0.26


def test_the_plain_method_reads_4_1_2_the_other_way(sheets, monkeypatch):
    monkeypatch.setattr(calibration, "_MOST_BATCHES", 1)  # it fits few of the groups
    effect = what_if(sheets[2024], {"4.1.2": 0.09}, "plain", draws=20)
    assert effect.at["PII", "gain"] > 0


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"6.1.9": 1.0}, r"a change of '6\.1\.9'; expected codes of indicators"),
        ({"6.1": 50.0}, r"a change of '6\.1'; expected codes of indicators"),
        ({"PII": 50.0}, "a change of 'PII'"),
        ({"6.1.1": float("nan")}, r"the new value nan of 6\.1\.1; expected a number"),
        ({"6.1.1": float("inf")}, r"the new value inf of 6\.1\.1; expected a number"),
        ({"6.1.1": "0.5"}, r"the new value '0\.5' of 6\.1\.1; expected a number"),
        ({"6.1.1": True}, r"the new value True of 6\.1\.1; expected a number"),
        ({"6.1.1": None}, r"the new value None of 6\.1\.1; expected a number"),
    ],
)
def test_changes_refused(base, changes, message):
    with pytest.raises(DataError, match=message):
        what_if(base, changes)


def test_nothing_to_start_from(sheets):
    start = anchor(sheets[2023], draws=10)
    with pytest.raises(DataError, match=r"a change of 3\.2\.2, which has no value in 2023"):
        what_if(start, {"3.2.2": 50.0})


@pytest.mark.parametrize("number", [np.float64(0.5), np.float32(0.5), np.int64(1), 1])
def test_every_kind_of_number(base, number):
    assert what_if(base, {"6.1.1": number}).at["PII", "gain"] > 0


def test_no_change_no_row(base):
    assert what_if(base, {}).empty


# One more of what is counted, Cao Bằng 2024, as intervals of index points.
@pytest.mark.parametrize(
    ("what", "code", "least", "most"),
    [
        ("patent application, read off the published 6.1", "6.1.1", 0.134, 0.136),
        ("plant variety, its cap unknown", "6.1.2", 0.11, np.inf),
        ("geographical indication", "6.2.4", 0.20, 0.24),
        ("enterprise of science and technology", "6.3.2", 0.305, 0.310),
    ],
)
def test_one_more_unit(table, what, code, least, most):
    row = table.loc[code]
    assert least <= row["more_low"] <= row["more"] <= row["more_high"] <= most, what
    assert not row["denominator_missing"]


def test_one_more_patent_application_and_enterprise_to_the_digit(table):
    assert f"{table.at['6.1.1', 'more']:.3f}" == "0.135"
    assert f"{table.at['6.3.2', 'more']:.2f}" == "0.31"


def test_ten_per_cent_more_of_the_share_of_gdp(base):
    drawn, i = base.calibration, base.column["4.2.3"]
    more = drawn.scores(drawn.value * 1.1)[:, i] - drawn.scores()[:, i]
    gain = index_weights(base)[i] * more
    assert gain.min() >= 0.006
    assert gain.max() <= 0.012


def test_a_missing_sibling_weighs_nothing_in_either_measure() -> None:
    """6.1.1 with 6.1.2 missing carries the whole of its group's weight, now and net."""
    sheet = load_sheet("cao-bang", 2024)
    table = sheet.table.copy()
    siblings = [code for code in table.index if code.startswith("6.1.") and code != "6.1.1"]
    table.loc[[*siblings, "6.1"], "value"] = np.nan
    base = anchor(replace(sheet, table=table), draws=20)
    effect = what_if(base, {"6.1.1": 0.05})
    assert (effect.loc["6.1.1", ["gain", "net"]] > 0).all()
    for measure in ("gain", "net"):
        assert effect.at["6.1", measure] == pytest.approx(effect.at["6.1.1", measure])


def test_a_group_without_any_value_stays_without_a_score() -> None:
    sheet = load_sheet("cao-bang", 2024)
    table = sheet.table.copy()
    table.loc[[code for code in table.index if code.startswith("6.1")], "value"] = np.nan
    assert np.isnan(published_scores(anchor(replace(sheet, table=table), draws=20))["6.1"])
