"""Facts read from files, and facts that contradict each other."""

import shutil

import numpy as np
import pytest

from piilib.analysis.completion import complete_scoreboard
from piilib.analysis.completion_facts import Fact, published_facts, regional_change
from piilib.analysis.completion_start import contradiction, find_scores
from piilib.analysis.completion_system import System, rank
from piilib.data.lookup import data_dir
from piilib.data.provinces import provinces
from piilib.errors import DataError

BOTH, UNUSED = published_facts((2023, 2024))


def fact(kind, units="", low=0.0, high=None, year=1, group="", **more):
    high = low if high is None else high
    return Fact(year, kind, tuple(units), tuple(group), low, high, **more)


def test_counts_of_what_was_published():
    # counted in scoreboard.csv, regions.csv and facts.csv
    found = {(f.year, f.kind): 0 for f in BOTH}
    for one in BOTH:
        found[one.year, one.kind] += 1
    assert found == {
        (2023, "score"): 25, (2024, "score"): 15,
        (2023, "rank"): 32 + 3 + 4, (2024, "rank"): 17 + 5 + 3,
        (2023, "mean"): 6, (2024, "mean"): 6, (2024, "stay"): 1,
    }  # fmt: skip
    assert set(UNUSED["reason"]) == {"about indicators, not about the index"}


@pytest.mark.parametrize(
    ("year", "kind", "unit", "low", "high"),
    [
        (2024, "score", "cao-bang", 23.945, 23.955),
        (2023, "score", "long-an", 44.90, 45.00),  # from a change printed to one decimal
        (2024, "rank", "cao-bang", 63, 63),
        (2023, "rank", "dong-thap", 11, 30),
        (2024, "rank", "vinh-long", 31, 50),
    ],
)
def test_single_facts(year, kind, unit, low, high):
    ends = [(f.low, f.high) for f in BOTH if (f.year, f.kind, f.units) == (year, kind, (unit,))]
    assert (low, high) in ends


def test_the_sixteen_that_stay():
    (stay,) = [f for f in BOTH if f.kind == "stay"]
    assert stay.units == ("bac-giang", "dong-thap", "tien-giang", "vinh-long")
    assert (stay.since, stay.band, stay.low, stay.high) == (2023, (11, 30), 1, 30)
    assert "ranks 11-30 of 2023" in str(stay)


def test_regional_change():
    change = regional_change(BOTH, (2023, 2024), provinces(63)["region_key"].to_dict())
    assert change["cao-bang"] == pytest.approx(32.03 - 32.19)
    assert change["ha-noi"] == pytest.approx(42.77 - 45.17)
    fewer = [f for f in BOTH if not (f.kind == "mean" and "ha-noi" in f.group)]
    change = regional_change(fewer, (2023, 2024), provinces(63)["region_key"].to_dict())
    assert change["ha-noi"] == pytest.approx(change.drop("ha-noi").mean(), abs=0.2)


def test_unnamed_groups_are_not_used():
    _, unused = published_facts((2025,))
    assert sum("not named" in reason for reason in unused["reason"]) == 2
    _, unused = published_facts((2024,))
    assert sum("needs the ranks of 2023" in reason for reason in unused["reason"]) == 1


@pytest.mark.parametrize(
    ("column", "text", "message"),
    [
        ("kind", "place", "column 'kind'"),
        ("scope", "planet", "column 'scope'"),
        ("low", "ten", "column 'low'"),
        ("unit", "Atlantis", "Atlantis"),
    ],
)
def test_a_row_that_cannot_be_read(tmp_path, column, text, message):
    shutil.copytree(data_dir(), tmp_path / "processed")
    path = tmp_path / "processed" / "facts.csv"
    header, first, *rest = path.read_text(encoding="utf-8").splitlines()
    cells = first.split(",")
    cells[header.split(",").index(column)] = text
    path.write_text("\n".join([header, ",".join(cells), *rest]) + "\n", encoding="utf-8")
    with pytest.raises(DataError, match=message):
        published_facts((2024,), tmp_path / "processed")


CONTRADICTIONS = {
    "rank against score": (
        [fact("score", "a", 6), fact("score", "b", 3), fact("rank", "a", 2), fact("rank", "b", 1)],
        [2, 3, 0, 1],
        # either rank alone contradicts the two scores together with bounds of c
    ),
    "two ranks": ([fact("rank", "a", 1), fact("score", "b", 4), fact("rank", "c", 1)], None),
    "mean": (
        [fact("score", "a", 9), fact("mean", "", 1, 2, group="ab"), fact("rank", "c", 1)],
        None,
    ),
    "two scores": ([fact("score", "a", 6), fact("score", "c", 5), fact("score", "a", 7)], None),
    "count": ([fact("count", "ab", 2, band=(1, 1)), fact("score", "c", 1)], None),
    "group": (
        [fact("rank", "a", 1, group="ab"), fact("rank", "c", 1), fact("rank", "b", 2)],
        None,
    ),
    "highest": ([fact("highest", "", 2, 3, group="abc"), fact("score", "b", 5)], None),
    "lowest": ([fact("lowest", "", 6, 7, group="abc"), fact("score", "b", 5)], None),
}


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_a_contradiction_is_named_and_minimal(name):
    facts = CONTRADICTIONS[name][0]
    system = System.of("abc", [1], facts, [(0.0, 10.0)])
    assert find_scores(system) is None
    named = contradiction(system)
    assert named
    assert find_scores(system.only(named)) is None
    for one in named:
        rest = [other for other in named if other is not one]
        assert find_scores(system.only(rest)) is not None


def test_no_contradiction():
    system = System.of("abc", [1], [fact("rank", "a", 1)], [(0.0, 10.0)])
    assert contradiction(system) == []
    found = find_scores(system)
    assert found is not None
    assert system.feasible(found[None]).all()


def test_published_facts_with_an_error_are_refused(tmp_path):
    shutil.copytree(data_dir(), tmp_path / "processed")
    path = tmp_path / "processed" / "scoreboard.csv"
    text = path.read_text(encoding="utf-8")
    old = "gia-lai,Gia Lai,2025,37.66,21"
    assert old in text
    path.write_text(text.replace(old, "gia-lai,Gia Lai,2025,57.66,21"), encoding="utf-8")
    with pytest.raises(DataError, match=r"cannot all be true.*gia-lai"):
        complete_scoreboard(2025, draws=10, data=tmp_path / "processed")


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (fact("rank", "z", 1), "'z'"),
        (fact("rank", "a", 1, year=3), "a fact of 1"),
        (fact("rank", "ab", 1), "one unit"),
        (fact("score", "a", 2, 1), "lower end"),
    ],
)
def test_facts_that_make_no_sense(bad, message):
    with pytest.raises(DataError, match=message):
        System.of("abc", [1], [bad], [(0.0, 10.0)])


@pytest.mark.parametrize("one", BOTH, ids=str)
def test_every_published_fact_can_fail(one):
    """A draw that has it wrong is seen: scores in reverse order of the units' keys."""
    keys = list(provinces(63).index)
    system = System.of(keys, (2023, 2024), BOTH, [(0.0, 100.0)] * 2)
    shapes = [
        np.linspace(90, 10, 63),
        np.linspace(10, 90, 63),
        np.linspace(90, 10, 63)[::-1] ** 0.9,
    ]
    x = np.array([[np.roll(s, k), np.roll(s, -k)] for s in shapes for k in range(0, 63, 5)])
    assert not system.holds(one, x, rank(x)).all()
