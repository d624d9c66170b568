"""Pillars of a province without a sheet: what is published, and intervals."""

import re

import pytest

from piilib.report import diagnostic as report


def prepared(province, lang="vi", year=2024):
    return report.prepare(province, year, lang, draws=50)


def test_intervals_where_nothing_is_published():
    d = prepared("ha-giang")
    chart = report.profile_chart(d)
    assert chart.title.startswith("2024: 0/7 điểm trụ cột đã công bố")
    table = report.profile_table(d)
    rows = re.findall(r"<tr>\s*<th scope=\"row\".*?</tr>", table, re.DOTALL)
    assert len(rows) == 7
    ends = re.findall(r"([\d,]+)–([\d,]+)", rows[0])[-1]
    low, high = (float(end.replace(",", ".")) for end in ends)
    assert 28.30 <= low < high <= 77.59
    assert "Chưa có điểm trụ cột nào" in table


def test_points_where_all_are_published():
    d = prepared("bac-ninh", "en")
    chart = report.profile_chart(d)
    assert chart.title == "2024: all 7 pillar scores have been published"
    assert "45.92" in chart.alt
    assert "pillar-intervals-table" not in report.profile_table(d)


@pytest.mark.parametrize(("province", "known"), [("thanh-hoa", 2), ("lam-dong", 0)])
def test_some_published(province, known):
    d = prepared(province)
    assert f"{known}/7 điểm trụ cột đã công bố" in report.profile_chart(d).title
