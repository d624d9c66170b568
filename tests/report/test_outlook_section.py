"""The rank outlook of a report: its sentences are its figures."""

import re

import pytest

import piilib as pii
from piilib.report import diagnostic as report
from piilib.report.outlook_section import chance_sentence
from piilib.report.summary import first_screen


@pytest.fixture(scope="module")
def own():
    return report.prepare("cao-bang", 2024, "en", draws=2000)


def test_the_first_screen_answers_the_goal_with_ranges(own):
    said = chance_sentence(own)
    assert said in str(first_screen(own)).replace("&#39;", "'")
    found = re.findall(r"(\d+)% \((\d+)–(\d+)%\)", said)
    assert len(found) == 2
    for (pooled, low, high), outlook in zip(found, own.outlooks.values(), strict=True):
        table = outlook.chances(30).loc["mean"].loc[30]["probability"]
        assert float(pooled) == pytest.approx(100 * table["pooled"], abs=0.51)
        assert float(low) == pytest.approx(100 * table["1.5"], abs=0.51)
        assert float(high) == pytest.approx(100 * table["3.3"], abs=0.51)
        assert float(low) < float(pooled) < float(high)


def test_the_sentences_and_the_chart_agree_with_the_library(own):
    text = report.outlook_text(own)
    nothing = pii.rank_outlook(pii.load_sheet("cao-bang", 2024), draws=2000)
    needed = [nothing.needed_score(30, level) for level in (0.5, 0.8, 0.95)]
    assert "50%: {:.1f}, 80%: {:.1f}, 95%: {:.1f}".format(*needed) in text
    chart = report.outlook_chart(own)
    share = own.outlooks["plan"].probability(30)
    assert f"{100 * share:.0f}% (the plan, reached in part)" in chart.title
    assert len(report.outlook_table(own).rows) == 9


def test_a_province_without_a_goal_or_sheet_and_a_merged_one():
    d = report.prepare("ha-giang", 2024, "vi", draws=500)
    text = report.outlook_text(d)
    assert "của Tuyên Quang (sau hợp nhất, gồm Hà Giang)" in text
    assert "Không làm gì thêm" in text
    assert "Theo kế hoạch" not in text
    assert chance_sentence(d) == ""
    assert [row["rank"] for row in report.outlook_table(d).rows] == [5, 10, 15, 20, 25, 30]


def test_other_years_say_why_there_is_none():
    d = report.prepare("cao-bang", 2023, "en", draws=200)
    assert "a report of 2023 has none" in report.outlook_text(d)
    assert report.outlook_chart(d) == ""
