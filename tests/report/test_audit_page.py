"""The audit's page: its words are the library's findings, in both languages; no plan, no page."""

import re
from dataclasses import replace

import pandas as pd
import pytest

import piilib as pii
from piilib.report import plan_audit as report
from piilib.report.numbers import number
from piilib.report.table import Table

from .reading import tables


@pytest.fixture(scope="module", params=["vi", "en"])
def d(request):
    return report.prepare("cao-bang", 2024, request.param, draws=200)


@pytest.fixture(scope="module")
def english():
    return report.prepare("cao-bang", 2024, "en", draws=200)


def test_the_counts_are_those_of_the_findings(english):
    found = english.audit
    said = str(report.audit_text(english))
    for severity in ("error", "warning", "note"):
        assert f"{(found['severity'] == severity).sum()} {severity}s" in said
    assert f"{found['rule'].nunique()} rules found something" in said
    by_hand = pii.audit(english.plan, english.sheets, lang="en")
    pd.testing.assert_frame_equal(found, by_hand)


def test_the_targets_of_most_concern_come_first(english):
    said = re.search(r"hard to reach: (.*?)\.</p>", str(report.audit_text(english)))[1]
    named = re.findall(r"(\d\.\d\.\d) \(−([\d.]+)\)", said)
    assert named[0] == ("7.1.2", "2.17")  # 12.5 times today's value
    points = [float(x) for _, x in named]
    assert points == sorted(points, reverse=True)
    assert len({code for code, _ in named}) == len(named) == 5


def test_every_finding_stands_in_one_table(d):
    made = [report.audit_table(d, severity) for severity in ("error", "warning", "note")]
    assert sum(len(table.rows) for table in made) == len(d.audit)
    keys = [table.key for table in made]
    assert len(set(keys)) == 3
    first = report.audit_table(d)
    assert len(first.rows) == 12
    assert first.rows[0]["message"].startswith(str(d.audit.iloc[0]["message"]))


def test_the_harmful_target_has_its_loss_and_its_condition(english):
    rows = tables(report.audit_table(english, "error")._repr_html_())["audit-error"]
    (row,) = [row for row in rows if row["Code"] == "PA103"]
    assert row["Place"] == "Appendix, 4.1.2"
    assert row["PII points"].startswith("−0.30 (−0.32 to −0.27")
    assert "direction" in row["Finding"]


def test_four_levels_of_goals(english):
    """Section 5.9 of the inversion: 6.1 asks 20 and its targets come to 8.4–11.5."""
    table = report.levels_table(english)
    rows = {row["node"].split()[0]: row for row in table.rows}
    implied = {code: table.cell(row, table.columns[-1]) for code, row in rows.items()}
    assert (rows["6.1"]["goal"], implied["6.1"]) == (20.0, "8.4–11.5")
    assert (rows["1"]["goal"], rows["1"]["children"]) == (45.0, 52.5)
    assert (rows["3.1"]["goal"], rows["3.1"]["text"]) == (40.0, 30.0)
    assert implied["1.1"] == "91.7"
    said = str(report.audit_summary(english))
    for figure in ("30.00", "36.75", "34.92", "44.0", "53.4"):
        assert figure in said


def test_the_proposal_is_worth_what_is_said(english):
    table = pii.corrected_plan(english.plan, english.sheets, lang="en")
    root = table.loc["PII"]
    said = str(report.proposal_text(english))
    for name in ("gain", "old_gain"):
        assert number(root["value"] + root[name], 2, "en") in said
    own = table.loc[[c for c in table.index if c in english.fw.indicators]]
    assert f"changes {own['changed'].sum()} of {len(own)} targets" in said
    assert len(report.proposal_table(english).rows) == len(own)
    assert report.proposal_groups(english).rows[-1]["target"] > 30.0


def test_verdicts_add_up_to_the_targets(english):
    said = str(report.feasibility_text(english))
    numbers = [
        int(x) for x in re.findall(r"(\d+) (?=reachable|beyond|above|harmful|no change)", said)
    ]
    assert sum(numbers) == int(re.search(r"Of (\d+) indicator", said)[1]) == 52


def test_agencies_in_conflict(english):
    rows = report.agencies_conflicts(english).rows
    assert len(rows) == english.audit["rule"].str.startswith("PA5").sum()
    assert any(row["node"].startswith("3.2.2") for row in rows)


def test_a_plan_without_findings(d):
    clean = replace(d)
    clean.__dict__["audit"] = d.audit.iloc[:0]
    assert "PA" not in str(report.audit_text(clean))
    assert report.audit_table(clean) == ""
    assert "<table" not in str(report.agencies_conflicts(clean))


def test_without_a_plan_the_page_says_so():
    none = report.prepare("bac-ninh", 2024, "vi", draws=200)
    assert "Chưa có kế hoạch" in str(report.audit_summary(none))
    for name in ("audit_table", "levels_table", "feasibility_table", "proposal_table"):
        made = getattr(report, name)(none)
        assert not isinstance(made, Table)
        assert made == ""
