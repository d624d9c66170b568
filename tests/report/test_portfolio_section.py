"""The portfolio of a report: its sentences are its figures, and what was promised holds."""

import re

import pytest

import piilib as pii
from piilib.report import diagnostic as report
from piilib.report.numbers import number


@pytest.fixture(scope="module")
def own():
    return report.prepare("cao-bang", 2024, "en", draws=2000)


def test_the_sentences_are_the_librarys_figures(own):
    text = str(report.portfolio_text(own))
    base = pii.anchor(pii.load_sheet("cao-bang", 2024))
    best, goal = pii.best_portfolio(base, 10), pii.least_effort(base, 30.0)
    for found in (best, goal):
        assert f"{number(found.effort, 1, 'en')} years of effort on {len(found.table)}" in text
        assert f"+{found.net:.2f} points" in text
    assert goal.score >= 30.0
    assert "The goal of 30.00 points: at least" in text


def test_the_portfolio_for_the_rank_keeps_its_promise(own):
    found = own.portfolios["rank"]
    assert found.status == "optimal"
    assert own.rank_portfolio_outlook.probability(30) >= 0.8 - 0.005
    assert found.effort < own.portfolios["goal"].effort or found.score > 30.0


def test_the_frontier_rises_and_bears_the_portfolios(own):
    table = own.frontier
    assert table["net"].is_monotonic_increasing
    assert table["effort"].is_monotonic_increasing
    chart = report.frontier_chart(own)
    half, most = (float(x) for x in re.match(r"(\d+) of (\d+) years", chart.title).groups())
    assert most == round(table["effort"].iloc[-1])
    inside = pii.best_portfolio(own.base, half + 1.0, year=2026).net
    assert inside == pytest.approx(table["net"].iloc[-1] / 2, abs=0.15)
    rows = report.portfolio_table(own).rows
    assert len(rows) == len(own.portfolios["goal"].table)


def test_the_table_gives_its_totals_and_names_what_it_counts(own):
    """5.2.1: 30.65 today and 28.77 needed, for the country's highest fell by 12.46."""
    table, found = report.portfolio_table(own), own.portfolios["goal"]
    assert f"{found.effort:.1f} years of effort on {len(table.rows)} indicators" in table.note
    assert f"+{found.net:.2f} points" in table.note
    assert {row["unit"] for row in table.rows} == {"units", "steps"}
    steps = next(column for column in table.columns if column.key == "steps")
    assert all(not table.cell(row, steps).endswith(".0") for row in table.rows)
    fell = next(row for row in table.rows if row["node"].startswith("5.2.1"))
    assert fell["needed"] < fell["value"]
    assert "where they fell, it can lie below" in table.note


def test_without_a_plan_or_without_a_sheet(tmp_path):
    none = report.prepare("ha-giang", 2024, "vi", draws=200)
    assert report.portfolio_text(none) == report.frontier_chart(none) == ""
    assert report.portfolio_table(none) == ""
    text = pii.load_sheet("cao-bang", 2024).file.read_text(encoding="utf-8")
    own = tmp_path / "my.csv"
    own.write_text(text.replace("cao-bang,", "lang-son,"), encoding="utf-8")
    d = report.prepare("lang-son", 2024, "vi", data=str(own), draws=200)
    assert list(d.portfolios) == ["budget"]
    said = str(report.portfolio_text(d))
    assert "Mục tiêu" not in said
    assert "Ngân sách 10 năm" in said
    assert "Nhiều điểm nhất với 10 năm" in report.portfolio_table(d).caption


def test_a_goal_beyond_reach_is_said_to_be(own, monkeypatch):
    d = report.prepare("cao-bang", 2024, "vi", draws=200)
    far = pii.least_effort(d.base, 45.0, year=2026)
    d.__dict__["portfolios"] = {**d.portfolios, "goal": far}
    said = str(report.portfolio_text(d))
    assert "Mục tiêu 45,00 điểm: không đạt được đến PII 2026" in said
    assert number(far.missing, 2, "vi") in said
