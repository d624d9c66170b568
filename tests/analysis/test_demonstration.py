"""The demonstration panel holds what was published, and says that it is simulated."""

import numpy as np
import pandas as pd
import pytest

import piilib as pii
from piilib.index.scoring import value_scores

YEARS = (2023, 2024)


@pytest.fixture(scope="module")
def demo():
    return pii.demonstration()


@pytest.mark.parametrize("year", YEARS)
def test_published_highest_lowest_and_own_values_are_exact(demo, year):
    panel = demo.panels[year]
    printed = pii.load_sheet("cao-bang", year).table.loc[list(panel.columns)]
    assert panel.shape == (63, 52)
    assert (panel.max() == printed["highest"]).all()
    assert (panel.min() == printed["lowest"]).all()
    pd.testing.assert_series_equal(panel.loc["cao-bang"], printed["value"], check_names=False)
    missing = panel.isna().sum().sum()
    assert missing == printed["value"].isna().sum() == (1 if year == 2023 else 0)


def test_cells_by_hand(demo):
    """The appendix: 1.1.1 of 2024 is 45.28 between 25.16 and 52.51."""
    column = demo.panels[2024]["1.1.1"]
    assert (column["cao-bang"], column.min(), column.max()) == (45.28, 25.16, 52.51)


@pytest.mark.parametrize("year", YEARS)
def test_scores_are_those_of_the_completed_draw(demo, year):
    fw = pii.Framework.official(year)
    result = pii.Method(treatment="official").score(demo.panels[year], fw)
    wanted = demo.scores[year]
    assert list(wanted.columns) == [c for c in fw.table.index if c not in fw.indicators]
    far = (result.scores[wanted.columns] - wanted).abs().drop("cao-bang")
    assert far.max().max() <= 0.005
    board = pii.load_scoreboard(year).table
    for key, row in board.dropna(subset=["rank"]).iterrows():
        assert result.ranks.at[key, "PII"] == row["rank"]
    printed = board["score"].dropna().drop(["cao-bang", "long-an"], errors="ignore")
    assert (result.scores["PII"][printed.index] - printed).abs().max() <= 0.0101


@pytest.mark.parametrize("year", YEARS)
def test_group_extremes_are_reached(demo, year):
    """The country's highest and lowest of every pillar and sub-pillar, as the sheet prints them."""
    printed = pii.load_sheet("cao-bang", year).table
    for code in [c for c in printed.index if len(c) in (1, 3) and c[0].isdigit()]:
        scores = demo.scores[year][code]
        assert scores.max() == pytest.approx(printed.at[code, "highest"], abs=0.0051)
        assert scores.min() == pytest.approx(printed.at[code, "lowest"], abs=0.0051)


def test_leaders_are_as_published(demo):
    """2023: Hà Nội leads 14 indicators, TP Hồ Chí Minh 12, Bình Dương 7, five of them named."""
    fw = pii.Framework.official(2023)
    ranks = pii.Method(treatment="none").score(demo.panels[2023], fw).ranks[list(fw.indicators)]
    first = (ranks == 1).sum(axis=1)
    assert (first["ha-noi"], first["ho-chi-minh"], first["binh-duong"]) == (14, 12, 7)
    for code in ("5.1.3", "5.3.2", "6.3.1", "7.2.2", "7.2.3"):
        assert ranks.at["binh-duong", code] == 1
    for code in ("4.1.3", "5.3.1", "7.1.3"):
        assert ranks.at["thai-nguyen", code] == 1
    assert ((ranks == 1).sum() == 1).all()


def test_what_could_not_be_kept_is_named(demo):
    """Only the known province differs, by what the rounding of its printed values does."""
    assert set(demo.relaxed["unit"]) == {"cao-bang"}
    for year, table in demo.relaxed.groupby("year"):
        sheet = pii.load_sheet("cao-bang", year)
        own = value_scores(sheet.table["value"], sheet, pii.Framework.official(year))
        group = table.set_index("what").loc["6.2"]
        codes = [c for c in own.index if c.startswith("6.2.")]
        assert group["found"] == pytest.approx(own[codes].mean())
    assert (demo.relaxed["found"] - demo.relaxed["wanted"]).abs().max() < 1.5


def test_strength_of_the_common_factor_and_of_the_past(demo):
    assert demo.factor.within.low < demo.factor.within.value < demo.factor.within.high
    scores = []
    for year in YEARS:
        fw = pii.Framework.official(year)
        scores.append(pii.Method(treatment="official").score(demo.panels[year], fw).normalised)
    others = [table.drop("cao-bang").to_numpy().ravel() for table in scores]
    assert np.corrcoef(*others)[0, 1] == pytest.approx(demo.persistence, abs=0.2)


def test_one_seed_one_panel_and_every_seed_holds(demo):
    other, again = (pii.demonstration(seed=5) for _ in range(2))
    pd.testing.assert_frame_equal(other.panels[2024], again.panels[2024])
    assert not other.panels[2024].equals(demo.panels[2024])
    assert set(other.relaxed["unit"]) == {"cao-bang"}


def test_it_says_that_it_is_simulated(demo):
    for panel in demo.panels.values():
        assert "simulated" in panel.attrs["simulated"]
