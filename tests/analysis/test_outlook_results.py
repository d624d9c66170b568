"""The rank outlook where results of 2025 are in hand, and the scale of 34 units."""

import csv
import dataclasses
import shutil

import numpy as np
import pandas as pd
import pytest

from piilib.analysis.merger import merge_scores
from piilib.analysis.outlook_scale import fit_scale
from piilib.data.lookup import data_dir
from piilib.data.tables import load_scoreboard
from piilib.errors import DataError


def test_a_published_unit_starts_from_its_result(look):
    found = look("Đắk Lắk", draws=2000)
    assert found.facts[["base_year", "result_rank", "steps"]].tolist() == [2025.0, 24.0, 1.0]
    assert found.scores["2.25"].std() < look("lai-chau", draws=2000).scores["2.25"].std()
    low, high = found.ranks["pooled"].quantile([0.05, 0.95])
    assert low < 24 < high
    with pytest.raises(DataError, match="a year after 2025"):
        look("dak-lak", 2025)


def test_a_result_on_a_sheet_replaces_the_start(sheets, nothing, look):
    table = sheets[2024].table.copy()
    table.loc["PII", "value"] = 31.0
    own = dataclasses.replace(sheets[2024], year=2025, table=table, rank=30, of=34)
    found = look(own)
    assert found.facts[["base_year", "result_score", "result_rank"]].tolist() == [2025, 31.0, 30]
    assert found.probability(30) > 0.35 > nothing.probability(30)
    assert abs(found.ranks["pooled"].median() - 30) <= 1
    assert look(own, gain=3.0).probability(30) > found.probability(30) + 0.1
    unranked = look(dataclasses.replace(own, rank=None))
    assert unranked.probability(30) == pytest.approx(found.probability(30), abs=0.15)


def test_rank_30_on_the_norms_of_2025(completed):
    """From rank 24 (34.80) and the spacing of merged scores of 2024: about 31.4 (29.6 to 33.0)."""
    merged = merge_scores(completed.scores).to_numpy()
    board = load_scoreboard(2025).table[["score", "rank"]].dropna()
    scale = fit_scale(
        merged, board["rank"].to_numpy(dtype=int), board["score"].to_numpy(), np.zeros(len(merged))
    )
    found = scale.to_34(-np.sort(-merged, axis=1)[:, 29])
    np.testing.assert_allclose(np.quantile(found, [0.05, 0.5, 0.95]), [29.6, 31.4, 33.0], atol=0.2)


def test_scores_on_the_scale_of_34_units(nothing):
    found = [nothing.on_34(score) for score in (24.0, 28.0, 32.0, 45.0)]
    for part in ("low", "median", "high"):
        assert pd.Series([one[part] for one in found]).is_monotonic_increasing
    assert found[0]["extrapolated"] > 0.99
    assert found[-1]["extrapolated"] == 0.0
    bare = dataclasses.replace(
        nothing, _futures=dataclasses.replace(nothing._futures, published=None)
    )
    with pytest.raises(DataError, match="no published result"):
        bare.on_34(30.0)


@pytest.fixture(scope="module")
def before_2025(tmp_path_factory):
    """Copy the data without the results of 2025."""
    folder = shutil.copytree(data_dir(), tmp_path_factory.mktemp("data") / "processed")
    path = folder / "scoreboard.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    year = rows[0].index("year")
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(row for row in rows if row[year] != "2025")
    return folder


def test_without_results_of_2025(look, before_2025, sheets):
    found = look(sheets[2024], data=before_2025)
    assert found.probability(30, tau=2.25) == pytest.approx(0.27, abs=0.02)
    with pytest.raises(DataError, match="no published result"):
        found.on_34(30.0)
    assert look("ha-noi", draws=50, data=before_2025).facts["base_year"] == 2024
    table = sheets[2024].table.copy()
    own = dataclasses.replace(sheets[2024], year=2025, table=table, rank=30, of=34)
    with pytest.raises(DataError, match="cao-bang in 2025 and 1 ranks"):
        look(own, draws=50, data=before_2025)


def test_data_may_be_the_file_of_sheets(look, sheets, plan):
    file = data_dir() / "sheets.csv"
    found = look(sheets[2024], plan=plan, draws=200, data=file)
    assert found.probability(30) == look(sheets[2024], plan=plan, draws=200).probability(30)


def test_later_years(look, nothing):
    later = look("cao-bang", 2030)
    assert later.facts["steps"] == 6
    assert later.probability(30) > nothing.probability(30)
