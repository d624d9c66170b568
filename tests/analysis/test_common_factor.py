"""How alike indicators are: recovered from panels in which it is known."""

import numpy as np
import pandas as pd
import pytest

import piilib as pii
from piilib.analysis import common_factor as module
from piilib.analysis.common_factor import common_factor, national_bounds, within_weights
from piilib.errors import DataError


def extremes_of(within, between, rng):
    """Highest and lowest scores of a simulated panel, by the library's own method."""
    fw = pii.Framework.official(inferred=False)
    pillars = [fw.ancestors(code)[1] for code in fw.indicators]
    each = pd.DataFrame(rng.normal(size=(63, 7)), columns=list(fw.at_level("pillar")))
    panel = np.sqrt(between) * rng.normal(size=(63, 1)) + np.sqrt(within - between) * each[pillars]
    panel = panel.to_numpy() + np.sqrt(1 - within) * rng.normal(size=(63, 52))
    scores = pii.Method().score(pd.DataFrame(panel, columns=list(fw.indicators)), fw).scores
    return {
        "pillars": scores[list(fw.at_level("pillar"))].agg(["max", "min"]),
        "index": scores["PII"].agg(["max", "min"]),
    }


@pytest.mark.parametrize(("within", "between"), [(0.2, 0.1), (0.35, 0.05)])
def test_known_correlations_are_found(within, between, monkeypatch):
    rng = np.random.default_rng(7)
    found = []
    for _ in range(5):
        extremes = extremes_of(within, between, rng)
        ranges = tuple(
            float((extremes[name].loc["max"] - extremes[name].loc["min"]).mean())
            for name in ("pillars", "index")
        )
        monkeypatch.setattr(module, "_published_ranges", lambda year, data, r=ranges: r)
        found.append(common_factor(draws=40))
    assert np.mean([f.within.value for f in found]) == pytest.approx(within, abs=0.06)
    assert np.mean([f.between[0] for f in found]) == pytest.approx(between, abs=0.06)
    assert sum(f.within.low <= within <= f.within.high for f in found) >= 3
    assert sum(f.share.low - 1e-9 <= between / within <= f.share.high + 1e-9 for f in found) >= 3


def test_the_published_ranges_by_hand():
    """Highest less lowest pillar score of the appendix, and of the index, 2023 and 2024."""
    pillars = {
        2023: [77.16 - 27.85, 63.06 - 13.72, 82.47 - 12.59, 77.81 - 14.30, 56.85 - 8.40,
               63.16 - 3.19, 66.21 - 20.54],
        2024: [77.59 - 28.30, 62.64 - 15.45, 84.54 - 25.35, 80.15 - 7.10, 51.97 - 9.06,
               65.40 - 3.33, 59.42 - 14.13],
    }  # fmt: skip
    index = np.mean([62.86 - 22.18, 60.76 - 23.95])
    factor = common_factor(draws=40)
    mean = np.mean([np.mean(ranges) for ranges in pillars.values()])
    assert factor.within.observed == pytest.approx(mean)
    assert factor.share.observed == pytest.approx(index / mean)
    assert 0.1 < factor.within.low < factor.within.value < factor.within.high < 0.35
    value, low, high = factor.between
    assert 0 < low < value < high <= factor.within.value


def test_draws_spread_over_the_interval():
    factor = common_factor(draws=40)
    within, between = factor.draws(4_000, np.random.default_rng(0))
    assert factor.within.low <= within.min() < within.max() <= factor.within.high
    assert np.median(within) == pytest.approx(factor.within.value, abs=0.01)
    assert (between <= within).all()


def test_weights_of_levels_sum_to_one():
    fw = pii.Framework.official(2024)
    for name in ("pillar", "subpillar", "subindex"):
        np.testing.assert_allclose(within_weights(fw, name).sum(axis=1), 1.0)
    assert within_weights(fw, "subpillar").loc["1.2", "1.2.4"] == pytest.approx(1 / 4)


def test_a_year_without_a_sheet_is_refused():
    with pytest.raises(DataError, match="no sheet of 2025"):
        national_bounds(2025)
