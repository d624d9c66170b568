"""The record of 2023 to 2024: own progress, and what the country's progress took of it."""

import pytest

from piilib.analysis.change import indicator_changes, node_changes


@pytest.fixture(scope="module")
def record(sheets):
    return indicator_changes(sheets[2023], sheets[2024], method="plain")


def totals(rows):
    """Give index points at the bounds of 2023, and with those that really applied."""
    real = rows["score_now"] - rows["score_before"]
    return (rows["own"] * rows["weight"]).sum(), (real * rows["weight"]).sum()


def test_the_comparable_rises(record):
    """+8.4 at the bounds of 2023 and +6.1 in fact, less what 7.1.2 adds to both."""
    rises = record[record["comparable"] & (record["own"] > 0)]
    assert len(rises) == 19
    frozen, real = totals(rises)
    assert frozen == pytest.approx(8.4, abs=0.1)
    assert real == pytest.approx(6.1, abs=0.1)


def test_twenty_rises_with_ocop_products(record):
    """Counted as comparable, 7.1.2 is the twentieth: then +8.4 and +6.1 to the digit."""
    rises = record[(record["comparable"] | (record.index == "7.1.2")) & (record["own"] > 0)]
    assert len(rises) == 20
    frozen, real = totals(rises)
    assert (f"{frozen:.1f}", f"{real:.1f}") == ("8.4", "6.1")
    without = rises.drop("6.3.3")  # from next to nothing to the national highest
    frozen, real = totals(without)
    assert (f"{frozen:.1f}", f"{real:.1f}") == ("5.7", "3.4")


def test_rises_of_indices(record):
    """The eight that are indices or surveys: +4.1 and +2.3."""
    codes = ["1.1.1", "1.1.3", "1.2.1", "1.2.3", "1.2.4", "3.1.2", "3.2.1", "3.2.3"]
    rises = record.loc[codes]
    assert rises["comparable"].all()
    assert (rises["own"] > 0).all()
    frozen, real = totals(rises)
    assert (f"{frozen:.1f}", f"{real:.1f}") == ("4.1", "2.3")


@pytest.mark.parametrize(
    ("code", "before", "now", "frozen", "real"),
    [("1.2.3", 77.55, 81.98, 31, -5.0), ("1.1.1", 38.33, 45.28, 21.8, 0.8)],
)
def test_the_country_moved_too(record, code, before, now, frozen, real):
    row = record.loc[code]
    assert (row["before"], row["now"]) == (before, now)
    assert row["own"] == pytest.approx(frozen, abs=0.5 if frozen == 31 else 0.05)
    assert row["own"] + row["bounds"] == pytest.approx(real, abs=0.05)
    assert row["own"] + row["bounds"] == pytest.approx(row["score_now"] - row["score_before"])


def test_pci_by_hand(record):
    """1.1.3: 4.95 of 4.59 to 7.04, then 6.16 of 4.56 to 7.81."""
    row = record.loc["1.1.3"]
    assert row["score_before"] == pytest.approx(100 * 0.36 / 2.45)
    assert row["score_now"] == pytest.approx(100 * 1.60 / 3.25)
    assert row["own"] == pytest.approx(100 * 1.21 / 2.45)
    assert row["bounds"] == pytest.approx(100 * (1.60 / 3.25 - 1.57 / 2.45))


def test_what_cannot_be_compared(record):
    redefined = ["4.2.1", "5.2.2", "5.2.3", "6.1.2", "6.3.2", "7.1.2", "7.1.4", "7.2.1"]
    assert record.index[~record["comparable"]].tolist() == ["3.2.2", *redefined]
    assert len(record) == 52


def test_official_scores_differ_where_there_is_a_cap(sheets, record):
    official = indicator_changes(sheets[2023], sheets[2024])
    assert official.at["6.1.1", "score_now"] == pytest.approx(100 * 0.02 / 0.617)
    assert official.at["1.1.1", "own"] == record.at["1.1.1", "own"]
    assert official.at["4.1.2", "own"] == -record.at["4.1.2", "own"] > 0  # less is better


def test_published_nodes(sheets):
    changes = node_changes(sheets[2023], sheets[2024])
    assert len(changes) == 1 + 7 + 16
    assert changes.loc["PII", ["before", "now"]].tolist() == [22.18, 23.95]
    assert changes.at["PII", "change"] == pytest.approx(1.77)
    assert changes.at["6.3", "change"] == pytest.approx(22.71)
    assert changes.at["7.1", "change"] == pytest.approx(-11.82)
