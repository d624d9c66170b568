"""Published figures that follow from one another: the aggregation, recomputed."""

import numpy as np
import pytest

from piilib.data.tables import load_scoreboard
from piilib.index.aggregation import up_the_tree
from piilib.index.framework import Framework
from piilib.index.reconcile import reconcile


def top_of_the_tree(*leaves: str) -> Framework:
    """Give the official tree cut off at some level."""
    table = Framework.official(2024, inferred=False).table
    return Framework(table[table["level"].isin(["index", "subindex", *leaves])])


def aggregated(scores: dict[str, float], fw: Framework) -> dict[str, float]:
    values = np.array([scores[code] for code in fw.indicators])
    return {code: float(score) for code, score in up_the_tree(values, fw).items()}


def published(unit: str, year: int) -> dict[str, float]:
    """Give one unit's published scores below the index."""
    table = load_scoreboard(year).pillars
    mine = table[(table["key"] == unit) & table["score"].notna()]
    return dict(zip(mine["code"], mine["score"], strict=True))


def index_score(unit: str, year: int) -> float:
    return float(load_scoreboard(year).table.at[unit, "score"])


# Plan 3372/KH-UBND of Cao Bằng, appendix: pillars, and the index printed as 22,18 and 23,95.
@pytest.mark.parametrize(
    ("year", "pillars", "inputs", "outputs", "index", "printed"),
    [
        (2023, (35.49, 37.90, 12.59, 19.00, 12.27, 18.23, 23.58), 23.45, 20.905, 22.1775, 22.18),
        (2024, (42.20, 31.08, 25.35, 14.69, 23.39, 26.98, 14.13), 27.342, 20.555, 23.9485, 23.95),
    ],
)
def test_cao_bang_from_its_pillars(sheets, year, pillars, inputs, outputs, index, printed):
    fw = top_of_the_tree("pillar")
    sheet = sheets[year]
    assert tuple(sheet.table.loc[list(fw.indicators), "value"]) == pillars
    scores = aggregated(dict(zip(fw.indicators, pillars, strict=True)), fw)
    assert scores["IN"] == pytest.approx(inputs, abs=1e-9)
    assert scores["OUT"] == pytest.approx(outputs, abs=1e-9)
    assert scores["PII"] == pytest.approx(index, abs=1e-9)
    assert abs(scores["PII"] - printed) < 0.005
    assert sheet.score == printed
    assert (sheet.rank, sheet.of) == (63, 63)
    row = reconcile(sheet, "plain").loc["PII"]
    assert row["recomputed"] == pytest.approx(index, abs=1e-9)
    assert row["fits"]


@pytest.mark.parametrize("year", [2023, 2024])
@pytest.mark.parametrize("pillar", list("1234567"))
def test_cao_bang_pillars_from_their_subpillars(sheets, year, pillar):
    sheet = sheets[year]
    groups = Framework.official(year).children(pillar)
    mean = sheet.table.loc[list(groups), "value"].mean()
    assert abs(mean - sheet.table.at[pillar, "value"]) < 0.01
    row = reconcile(sheet, "plain").loc[pillar]
    assert row["recomputed"] == pytest.approx(mean, abs=1e-9)
    assert row["fits"]


# Plan 279/KH-UBND of Bắc Ninh gives the pillars of 2024; the press those of 2025.
@pytest.mark.parametrize(
    ("year", "pillars", "inputs", "outputs", "index", "printed"),
    [
        (
            2024,
            (45.92, 39.67, 60.75, 51.12, 51.97, 23.45, 48.08),
            49.886,
            35.765,
            42.8255,
            {"IN": 49.89, "OUT": 35.76, "PII": 42.83},
        ),
        (
            2025,
            (59.17, 39.99, 62.30, 47.43, 56.40, 28.74, 60.20),
            53.058,
            44.47,
            48.764,
            {"PII": 48.76},
        ),
    ],
)
def test_bac_ninh_from_its_pillars(year, pillars, inputs, outputs, index, printed):
    fw = top_of_the_tree("pillar")
    known = published("bac-ninh", year)
    assert tuple(known[code] for code in fw.indicators) == pillars
    scores = aggregated(known, fw)
    assert scores["IN"] == pytest.approx(inputs, abs=1e-9)
    assert scores["OUT"] == pytest.approx(outputs, abs=1e-9)
    assert scores["PII"] == pytest.approx(index, abs=1e-9)
    assert index_score("bac-ninh", year) == printed["PII"]
    for code, score in printed.items():
        assert abs(scores[code] - score) <= 0.005 + 0.005  # both are rounded
        assert known.get(code, printed["PII"]) == score


@pytest.mark.parametrize(
    ("unit", "year", "inputs", "outputs", "printed"),
    [
        ("ha-tinh", 2023, 44.18, 23.35, 33.76),
        ("soc-trang", 2023, 34.27, 29.35, 31.81),
        ("tay-ninh", 2023, 36.18, 33.60, 34.89),
        ("binh-dinh", 2024, 43.48, 32.28, 37.88),
        ("thanh-hoa", 2024, 42.25, 30.85, 36.55),
        ("bac-ninh", 2024, 49.89, 35.76, 42.83),
        ("hue", 2025, 51.50, 47.23, 49.37),
        ("khanh-hoa", 2025, 46.80, 46.28, 46.54),
    ],
)
def test_index_from_published_input_and_output(unit, year, inputs, outputs, printed):
    known = published(unit, year)
    assert (known["IN"], known["OUT"]) == (inputs, outputs)
    score = aggregated(known, top_of_the_tree())["PII"]
    assert index_score(unit, year) == printed
    assert abs(score - printed) <= 0.005 + 0.005 + 1e-9


def test_khanh_hoa_pillars_from_their_subpillars():
    known = published("khanh-hoa", 2025)
    fw = Framework.official(2025, inferred=False)
    for pillar in ("1", "2"):
        mean = np.mean([known[code] for code in fw.children(pillar)])
        assert abs(mean - known[pillar]) <= 0.005 + 1e-9


def test_pillars_that_are_the_national_highest_in_another_document(sheets):
    assert published("bac-ninh", 2024)["5"] == 51.97 == sheets[2024].table.at["5", "highest"]
    assert published("bac-giang", 2023)["7"] == 66.21 == sheets[2023].table.at["7", "highest"]
    assert published("ha-noi", 2023)["4"] == 77.81 == sheets[2023].table.at["4", "highest"]


@pytest.mark.parametrize("year", [2023, 2024])
@pytest.mark.parametrize("end", ["lowest", "highest"])
def test_bounds_of_a_pillar_lie_within_those_of_its_subpillars(sheets, year, end):
    """No unit is the best, or the worst, of every sub-pillar by more than all of them."""
    table = sheets[year].table
    fw = Framework.official(year)
    for pillar in "1234567":
        mean = table.loc[list(fw.children(pillar)), end].mean()
        gap = table.at[pillar, end] - mean
        assert gap <= 0.01 if end == "highest" else gap >= -0.01
