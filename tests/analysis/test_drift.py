"""How the national bounds moved, and when that says nothing about the next year."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from piilib.analysis.drift import bound_drift
from piilib.analysis.whatif import anchor
from piilib.index.framework import Framework

from .conftest import tiny_sheet, tree

OLD = (50.0, 10.0, 90.0)


def drift(old, new, *, kind="index", years=1, changed="", cap=np.nan, gap=1):
    """Drift of a1 alone: (value, lowest, highest) of the year before and of now."""
    fw = tree()
    fw = Framework(fw.table.assign(cap=cap, definition_changed_2024=changed))
    rest = dict.fromkeys(("a2", "b"), (5.0, 0.0, 10.0))
    before = None if old is None else tiny_sheet({"a1": old, **rest}, 2024 - gap)
    kinds = pd.Series(kind, index=fw.indicators)
    row = bound_drift(before, tiny_sheet({"a1": new, **rest}), fw, kinds, years).loc["a1"]
    return row["low_shift"], row["high_shift"], bool(row["moved"]), row["reason"]


@pytest.mark.parametrize(
    ("what", "new", "choices", "expected"),
    [
        ("both bounds", (55.0, 12.0, 95.0), {}, (2.0, 5.0, True, "")),
        ("downwards", (55.0, 8.0, 85.0), {}, (-2.0, -5.0, True, "")),
        ("one bound", (55.0, 10.0, 95.0), {}, (0.0, 5.0, True, "")),
        ("three years", (55.0, 12.0, 95.0), {"years": 3}, (6.0, 15.0, True, "")),
        ("definition", (55.0, 12.0, 95.0), {"changed": "true"}, (0, 0, False, "definition")),
        ("not changed", (55.0, 12.0, 95.0), {"changed": "false"}, (2.0, 5.0, True, "")),
        ("growth", (55.0, 12.0, 95.0), {"kind": "growth"}, (0, 0, False, "growth")),
        ("same data", OLD, {}, (0, 0, False, "same data")),
        ("new value, same bounds", (55.0, 10.0, 90.0), {}, (0, 0, False, "same bounds")),
        # An inferred cap stays; the lowest moves.
        ("cap", (55.0, 12.0, 95.0), {"cap": 70.0}, (2.0, 0.0, True, "cap")),
        ("cap, lowest as it was", (55.0, 10.0, 95.0), {"cap": 70.0}, (0, 0, False, "cap")),
        # A bound that is the unit's own value moves with the unit.
        ("own lowest", (12.0, 12.0, 95.0), {}, (0.0, 5.0, True, "")),
        ("own highest", (95.0, 12.0, 95.0), {}, (2.0, 0.0, True, "")),
        ("own highest, lowest as it was", (95.0, 10.0, 95.0), {}, (0, 0, False, "own bound")),
        # 0.00 may be anybody's.
        ("lowest 0.00", (0.0, 0.0, 95.0), {}, (-10.0, 5.0, True, "")),
        # From 10-90 to 25-74 the range of 49 would narrow by 31 to 37 %, to 25-76 by 29 to 43 %.
        ("nearly crossing", (50.0, 25.0, 74.0), {}, (0, 0, False, "crossing")),
        ("not nearly crossing", (50.0, 25.0, 76.0), {}, (15.0, -14.0, True, "")),
        ("crossing", (50.0, 45.0, 55.0), {}, (0, 0, False, "crossing")),
        ("crossing a cap", (50.0, 40.0, 90.0), {"cap": 60.0}, (0, 0, False, "crossing")),
        ("no year before", (55.0, 12.0, 95.0), {"old": None}, (0, 0, False, "one year only")),
        ("two years before", (55.0, 12.0, 95.0), {"gap": 2}, (0, 0, False, "one year only")),
    ],
)
def test_rules(what, new, choices, expected):
    choices = dict(choices)
    got = drift(choices.pop("old", OLD), new, **choices)
    assert got == expected, what


def test_cao_bang(base):
    """What happens to each of the 52 bounds from 2023-24 on."""
    by_reason = base.drift.groupby("reason").groups
    assert {reason: set(codes) for reason, codes in by_reason.items() if reason} == {
        "definition": {"4.2.1", "5.2.2", "5.2.3", "6.1.2", "6.3.2", "7.1.2", "7.1.4", "7.2.1"},
        "growth": {"7.1.1"},
        "same data": {"2.1.2", "2.2.1", "3.1.1", "5.1.3", "5.3.2", "7.2.4"},
        "same bounds": {"4.1.2"},
        "own bound": {"6.3.3"},
        "cap": {"2.2.2", "2.2.4", "4.1.1", "4.2.2", "4.2.3", "6.1.1", "6.3.1"},
    }
    still = base.drift[~base.drift["moved"]]
    assert (still[["low_shift", "high_shift"]] == 0.0).all(axis=None)
    assert (still["reason"] != "").all()
    moving = base.drift[base.drift["moved"]]
    assert (moving[["low_shift", "high_shift"]] != 0.0).any(axis=1).all()


@pytest.mark.parametrize(
    ("code", "low", "high"),
    [("1.1.1", 10.00, 5.51), ("1.2.3", 5.33, 2.08), ("3.1.2", 0.39, 0.26), ("4.1.1", -0.46, 0.0)],
)
def test_shifts_of_cao_bang(base, code, low, high):
    assert base.drift.at[code, "low_shift"] == pytest.approx(low)
    assert base.drift.at[code, "high_shift"] == pytest.approx(high)


def test_moved_scores_use_the_moved_bounds(base):
    drawn, i = base.calibration, base.column["1.1.1"]
    moved = base.moved_scores(drawn.value)[:, i]
    low, high = drawn.low[:, i] + 10.00, drawn.high[:, i] + 5.51
    np.testing.assert_allclose(moved, 100 * (drawn.value[:, i] - low) / (high - low))


def test_nothing_moves_without_a_year_before(sheets):
    first = anchor(sheets[2023], draws=5)
    assert (first.drift["reason"] == "one year only").all()
    np.testing.assert_array_equal(
        first.moved_scores(first.calibration.value), first.calibration.scores()
    )


def test_a_sheet_from_nowhere_has_the_year_before_of_the_data(sheets):
    """A sheet made in memory, its file gone, is still set beside the data's own year before."""
    lost = dataclasses.replace(sheets[2024], file=sheets[2024].file.parent / "gone.csv")
    assert anchor(lost, draws=5).drift.at["1.1.1", "moved"]
