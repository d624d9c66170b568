"""Pillar scores of all units: every published figure holds in every draw."""

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import pytest

import piilib as pii
from piilib.analysis import pillar_completion
from piilib.analysis.convergence import rank_rhat
from piilib.analysis.pillar_completion import node_facts
from piilib.errors import DataError

PILLARS = list("1234567")
WEIGHTS = pd.Series([0.1] * 5 + [0.25] * 2, index=PILLARS)


@pytest.fixture(scope="module")
def index():
    """A quarter of the draws: 250, which take a few seconds a year."""
    whole = {year: pii.complete_scoreboard(year) for year in (2023, 2024, 2025)}
    return {year: replace(c, scores=c.scores.iloc[::4]) for year, c in whole.items()}


@pytest.fixture(scope="module")
def pillars(index):
    return {year: pii.complete_pillars(index[year]) for year in index}


@pytest.mark.parametrize(("year", "facts"), [(2023, 33), (2024, 29), (2025, 15)])
def test_every_draw_satisfies_every_published_figure(pillars, year, facts):
    assert len(pillars[year].facts) == facts
    assert (pillars[year].facts["satisfied"] == 1.0).all()


@pytest.mark.parametrize("year", [2023, 2024, 2025])
def test_pillars_give_the_drawn_index(pillars, index, year):
    scores = pillars[year].scores
    mean = sum(scores[code] * WEIGHTS[code] for code in PILLARS)
    assert np.abs(mean.to_numpy() - index[year].scores.to_numpy()).max() <= 0.01
    for node, parts in (("IN", "12345"), ("OUT", "67")):
        np.testing.assert_allclose(scores[node], sum(scores[p] for p in parts) / len(parts))


def test_facts_checked_by_hand(pillars):
    """Some figures written out again from the sources, without the library's reading."""
    for year, lowest, highest in ((2023, 27.85, 77.16), (2024, 28.30, 77.59)):
        first = pillars[year].scores["1"]
        np.testing.assert_allclose(first.max(axis=1), highest, atol=0.0051)
        np.testing.assert_allclose(first.min(axis=1), lowest, atol=0.0051)
    ranks = {n: pillars[2024].scores[n].rank(axis=1, ascending=False) for n in PILLARS}
    for node, rank in (("1", 31), ("2", 16), ("3", 21), ("4", 29), ("5", 42), ("6", 13), ("7", 19)):
        assert (ranks[node]["lam-dong"] == rank).all()
    assert (pillars[2023].scores["IN"].idxmax(axis=1) == "ha-noi").all()
    assert (pillars[2023].scores["OUT"].idxmax(axis=1) == "ha-noi").all()
    assert (pillars[2024].scores["3", "cao-bang"] - 25.35).abs().max() <= 0.005 + 1e-9


def test_chains_have_forgotten_their_starts(pillars):
    """Four quarters of the draws, each draw a chain of its own, have one distribution."""
    for year in (2023, 2024):
        values = pillars[year].scores.to_numpy()[:248]
        free = values.std(axis=0) > 0.02
        quarters = np.stack([values[quarter::4][:, free] for quarter in range(4)])
        assert rank_rhat(quarters).max() < 1.05


def test_longer_chains_give_the_same(index, pillars, monkeypatch):
    """Three times as many sweeps move no quantile by more than its error."""
    slow = partial(pillar_completion.draw_nodes, sweeps=50)
    monkeypatch.setattr(pillar_completion, "draw_nodes", slow)
    monkeypatch.setenv("PIILIB_CACHE", "")
    longer = pii.complete_pillars(index[2025]).scores
    short = pillars[2025].scores
    far = (longer.mean() - short.mean()).abs() / (short.std() / np.sqrt(125) + 0.01)
    assert far.max() < 5.5


def test_unpublished_scores_have_wide_intervals_and_published_ones_none(pillars):
    known, unknown = (pillars[2024].interval(unit) for unit in ("bac-ninh", "ha-giang"))
    assert (known["high"] - known["low"]).max() <= 0.02
    assert (unknown["high"] - unknown["low"])[PILLARS].between(10, 45).all()


def test_scores_held_back_are_found(index):
    """Published pillars of one unit at a time, given its index alone."""
    inside = {0.5: 0, 0.9: 0}
    count = 0
    facts = node_facts(2023).query("not node.str.contains('[.]')", engine="python")
    few = replace(index[2023], scores=index[2023].scores.iloc[::4])
    for unit in ("ninh-binh", "bac-giang", "tay-ninh"):
        kept = facts[facts["unit"] != unit]
        found = pii.complete_pillars(few, facts=kept)
        for fact in facts[(facts["unit"] == unit) & facts["score"].notna()].itertuples():
            count += 1
            for level in inside:
                ends = found.interval(unit, level).loc[fact.node]
                inside[level] += bool(ends["low"] <= fact.score <= ends["high"])
    assert count == 10
    assert inside[0.9] >= 7
    assert inside[0.5] <= 8


def test_one_seed_one_answer():
    c = pii.complete_scoreboard(2025)
    few = replace(c, scores=c.scores.iloc[:60])
    first, again, other = (pii.complete_pillars(few, seed).scores for seed in (0, 0, 1))
    pd.testing.assert_frame_equal(first, again)
    assert not first.equals(other)


def test_a_contradiction_is_named():
    c = pii.complete_scoreboard(2025)
    few = replace(c, scores=c.scores.iloc[:20])
    wrong = pd.DataFrame(
        [["hue", "IN", 90.0, np.nan, ""], ["hue", "OUT", 80.0, np.nan, ""]],
        columns=["unit", "node", "score", "rank", "address"],
    )
    with pytest.raises(DataError, match=r"hue with .*IN 90\.00 to 90\.00"):
        pii.complete_pillars(few, facts=wrong)
