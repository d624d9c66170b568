"""A method's choices by indicator and by level, and every choice against a slow recomputation."""

import math
from functools import cache

import numpy as np
import pandas as pd
import pytest

from piilib.errors import DataError
from piilib.index.aggregation import Aggregation
from piilib.index.framework import Framework
from piilib.index.method import Method
from piilib.index.normalisation import Normalisation
from piilib.index.treatment import Treatment

NAN = np.nan

#: A random panel of four levels, nine indicators, 22 units.
TREE = {
    "T": ["P", "Q"], "P": ["S1", "S2"], "Q": ["S3", "S4"],
    "S1": ["a", "b", "c"], "S2": ["d", "e"], "S3": ["f", "g", "h"], "S4": ["i"],
}  # fmt: skip
WEIGHT = {
    "T": 1, "P": 3, "Q": 2, "S1": 2, "S2": 1, "S3": 1, "S4": 4,
    "a": 1, "b": 2, "c": 3, "d": 1, "e": 1, "f": 2, "g": 5, "h": 1, "i": 1,
}  # fmt: skip
LESS = ("b", "g", "i")
CODES = "abcdefghi"
ORDER = ["T", "P", "S1", "a", "b", "c", "S2", "d", "e", "Q", "S3", "f", "g", "h", "S4", "i"]
PARENT = {child: parent for parent, children in TREE.items() for child in children}
COLUMNS = ["code", "parent", "weight", "direction"]
ROWS = [(c, PARENT.get(c, ""), WEIGHT[c], -1 if c in LESS else 1) for c in ORDER]
FW = Framework.from_frame(pd.DataFrame(ROWS, columns=COLUMNS))


def random_panel() -> pd.DataFrame:
    """Long tails on both sides, ties, one value in eight missing; u3 has every value."""
    rng = np.random.default_rng(11)
    values = np.round(rng.lognormal(3, [0.3, 0.6, 1, 1.5, 1.5, 0.1, 0.8, 1.2, 1], (22, 9)), 1)
    values[rng.random(values.shape) < 1 / 8] = NAN
    values[1:3, 3] = 600, 6000  # fail even when the top one is moved to the next
    values[4:6, 4] = 1500  # move together
    values[:, 5] = 60 - values[:, 5]
    values[7, 5] = 2
    values[3] = [20.1, 19.5, 22.2, 30.3, 21.0, 41.7, 18.4, 25.0, 14.9]
    return pd.DataFrame(values, [f"u{i}" for i in range(22)], list(CODES))


PANEL = random_panel()
UNITS = PANEL.index.tolist()


class RefusedError(Exception):
    """What cannot be computed slowly: by loops and dicts, with nothing of the package."""


def slow_moments(x):
    n, mean = len(x), sum(x) / len(x)
    if n < 4 or min(x) == max(x):
        return None
    m2, m3, m4 = (sum((v - mean) ** k for v in x) / n for k in (2, 3, 4))
    skew = m3 / m2**1.5 * math.sqrt(n * (n - 1)) / (n - 2)
    return skew, ((n + 1) * (m4 / m2**2 - 3) + 6) * (n - 1) / ((n - 2) * (n - 3))


def slow_passes(x, limit):
    found = slow_moments(x)
    return found is None or abs(found[0]) < limit or found[1] < 3.5


def slow_log(x, form):
    low, high = min(x), max(x)
    tail = (high - low) / 100
    if form == "log_gii":
        f = 1
        while high * f < 10:
            f *= 10
        return [math.log((high * f - 1) * (v - low) / (high - low) + 1) for v in x]
    if form == "log_plus" and slow_moments(x)[0] <= 0:
        return [-math.log(high + tail - v) for v in x]
    shift = 1.0 if form == "log_shift" else tail
    return [math.log(v - low + shift) for v in x]


def slow_treated(x, rule, most=1):
    if rule == "cap":
        return [min(max(v, 10), 56) for v in x]
    if rule == "boxcox":
        return [2 * (math.sqrt(v - min(x) + 1) - 1) for v in x]
    if rule.startswith("log"):
        return slow_log(x, rule)
    limit = 2.25 if rule == "gii" else 2.0
    moved, done = list(x), 0
    while rule != "none" and not slow_passes(moved, limit) and done < most:
        top = max(moved) if slow_moments(moved)[0] >= 0 else min(moved)
        rest = [v for v in moved if v != top]
        following = max(rest) if top > rest[0] else min(rest)
        done = moved.count(top)
        moved = [following if v == top else v for v in moved]
    if rule in ("none", "winsorise") or slow_passes(moved, limit):
        return moved
    return slow_log(x, {"coin": "log", "gii": "log_gii"}[rule])


def slow_normalised(given, code, rule):
    """Scores of the units of one indicator that have a value."""
    x = {u: -v if code in LESS else v for u, v in given.items()}
    n, low, high, mean = len(x), min(x.values()), max(x.values()), sum(x.values()) / len(x)
    below = {u: sum(w < v for w in x.values()) for u, v in x.items()}
    if rule == "fracmax" and high == 0:
        raise RefusedError
    sd = math.sqrt(sum((v - mean) ** 2 for v in x.values()) / (n - 1))
    post_low, post_high = (-40, -2) if code in LESS else (2, 40)
    formula = {
        "minmax": lambda u: 1 + 99 * (x[u] - low) / (high - low),
        "zscore": lambda u: 50 + 10 * (x[u] - mean) / sd,
        "rank": lambda u: below[u] + 1,
        "borda": lambda u: below[u],
        "percentile": lambda u: below[u] / (n - 1),
        "dist2max": lambda u: (x[u] - low) / (high - low),
        "dist2ref": lambda u: (x[u] - low) / (x["u3"] - low),
        "dist2target": lambda u: (x[u] - low) / (1000 - low),
        "fracmax": lambda u: x[u] / high,
        "goalposts": lambda u: 1 + 99 * min(max((x[u] - post_low) / (post_high - post_low), 0), 1),
    }[rule]
    return {u: formula(u) for u in x}


@cache
def slow_scores_of_indicators(treatment, normalisation):
    scores = {}
    for code in CODES:
        given = {u: v for u, v in PANEL[code].items() if not math.isnan(v)}
        treated = dict(zip(given, slow_treated(list(given.values()), treatment), strict=True))
        scores[code] = slow_normalised(treated, code, normalisation)
    return scores


def slow_mean(pairs, p):
    """Mean of power p of (score, weight); p = 0 is the geometric one."""
    pairs = [(s, w) for s, w in pairs if w > 0]
    if not pairs:
        return None
    if any(s < 0 or (s == 0 and p <= 0) for s, _ in pairs) and p != 1:
        raise RefusedError
    total = sum(w for _, w in pairs)
    if p == 0:
        return math.prod(s ** (w / total) for s, w in pairs)
    return (sum(w * s**p for s, w in pairs) / total) ** (1 / p)


def slow_copeland(children, weight):
    units = {u for child in children for u in children[child]}
    score = dict.fromkeys(units, 0)
    for u in units:
        for v in units - {u}:
            won = lost = 0  # whole numbers, so a half is a half
            for c in children:
                if u in children[c] and v in children[c]:
                    won += weight[c] * (children[c][u] > children[c][v])
                    lost += weight[c] * (children[c][u] < children[c][v])
            score[u] += (won > lost) - (won < lost)
    return score


def slow_nodes(scores, powers, weight, threshold):
    """Scores of every node; powers by level, None for Copeland."""
    nodes = dict(scores)
    for level, names in enumerate((("S1", "S2", "S3", "S4"), ("P", "Q"), ("T",))):
        for node in names:
            children = {c: nodes[c] for c in TREE[node]}
            if powers[level] is None:
                found = slow_copeland(children, weight)
            else:
                found = {
                    u: slow_mean([(s[u], weight[c]) for c, s in children.items() if u in s],
                                 powers[level])
                    for u in UNITS
                }  # fmt: skip
            counts = {u: sum(u in s for s in children.values()) for u in found}
            enough = {u: counts[u] / len(children) >= threshold for u in found}
            nodes[node] = {u: s for u, s in found.items() if s is not None and enough[u]}
    return nodes


TREATMENTS = {
    "cap": Treatment("cap", lower=10, upper=56),
    "boxcox": Treatment("boxcox", power=0.5),
    **{rule: Treatment(rule, 1) for rule in ("coin", "gii", "winsorise")},
    **{rule: rule for rule in ("none", "log", "log_plus", "log_shift", "log_gii")},
}
NORMALISATIONS = {
    "minmax": Normalisation("minmax", range=(1, 100)),
    "zscore": Normalisation("zscore", mean=50, sd=10),
    "dist2ref": Normalisation("dist2ref", reference="u3"),
    "dist2target": Normalisation(
        "dist2target", target={c: -1000 if c in LESS else 1000 for c in CODES}
    ),
    "goalposts": Normalisation("goalposts", (1, 100), goalposts=dict.fromkeys(CODES, (2, 40))),
    **{rule: rule for rule in ("rank", "borda", "percentile", "dist2max", "fracmax")},
}
#: The choice, its powers by level (lowest first), weights that replace the tree's, threshold.
AGGREGATIONS = [
    ("arithmetic", (1, 1, 1), {}, 0),
    ("geometric", (0, 0, 0), {"b": 7, "Q": 9}, 0),
    ("harmonic", (-1, -1, -1), {"d": 0, "S3": 5}, 0),
    (Aggregation("generalised", p=0.5), (0.5, 0.5, 0.5), {}, 0),
    (Aggregation(threshold=0.7), (1, 1, 1), {"a": 5}, 0.7),
    ("copeland", (None, None, None), {"c": 4}, 0),
    # Shares of a half, so that exact ties of the means stay exact.
    (["copeland", "arithmetic", "copeland"], (None, 1, None), {"S1": 1, "S4": 1}, 0),
    (["harmonic", "geometric", "arithmetic"], (-1, 0, 1), {}, 0),
]


@pytest.mark.filterwarnings("ignore:the fraction of the maximum of:UserWarning")
@pytest.mark.parametrize("treatment", TREATMENTS)
@pytest.mark.parametrize("normalisation", NORMALISATIONS)
def test_against_a_slow_recomputation(treatment, normalisation):
    # Every other one, so that all pairs of two choices are met, not all triples.
    first = (list(TREATMENTS).index(treatment) + list(NORMALISATIONS).index(normalisation)) % 2
    for aggregation, powers, weights, threshold in AGGREGATIONS[first::2]:
        method = Method(TREATMENTS[treatment], NORMALISATIONS[normalisation], aggregation, weights)
        try:
            indicators = slow_scores_of_indicators(treatment, normalisation)
            slow = slow_nodes(indicators, powers, {**WEIGHT, **weights}, threshold)
        except RefusedError:
            with pytest.raises(DataError, match=r"the score|a maximum of 0 of"):
                method.score(PANEL, FW)
            continue
        result = method.score(PANEL, FW)
        expected = pd.DataFrame({c: pd.Series(slow[c], dtype=float) for c in ORDER}, index=UNITS)
        pd.testing.assert_frame_equal(result.scores, expected, rtol=1e-9, atol=1e-9)
        for code in ORDER:
            scored = result.scores[code].dropna()
            slack = 1e-12 * scored.abs().max()  # what arithmetic alone makes of a tie
            by_place = [1 + (scored > score + slack).sum() for score in scored]
            assert result.ranks[code].dropna().tolist() == by_place


def test_the_random_panel_puts_every_rule_to_work():
    """Else agreement above would say little."""
    applied = {
        rule: Method(TREATMENTS[rule]).score(PANEL, FW).treatment_report["applied"]
        for rule in ("coin", "gii", "winsorise", "cap")
    }
    assert {"none", "winsorise", "log"} == set(applied["coin"])
    assert {"none", "winsorise", "log_gii"} == set(applied["gii"])
    assert {"none", "winsorise"} == set(applied["winsorise"])
    assert {"none", "cap"} == set(applied["cap"])
    assert applied["winsorise"]["f"] == "winsorise"  # the lower side
    assert 10 < PANEL.isna().sum().sum() < 30


@pytest.fixture
def fw() -> Framework:
    """T of A (a, and b where less is better) and of c."""
    rows = [
        ("T", "", 1, 1),
        ("A", "T", 1, 1),
        ("a", "A", 1, 1),
        ("b", "A", 1, -1),
        ("c", "T", 1, 1),
    ]
    return Framework.from_frame(pd.DataFrame(rows, columns=COLUMNS))


@pytest.fixture
def panel() -> pd.DataFrame:
    values = {"c": [3.0, 1.0, 5.0, 5.0], "b": [10.0, 40.0, 20.0, 10.0], "a": [0.0, 2.0, 4.0, 100.0]}
    return pd.DataFrame(values, index=["z", "x", "y", "w"])


def test_a_choice_for_each_indicator(fw, panel):
    result = Method(
        {"a": Treatment("cap", upper=4), "c": "none"},
        {"b": "rank", "c": Normalisation("zscore", mean=10)},
    ).score(panel, fw)
    assert result.treated["a"].tolist() == [0, 2, 4, 4]
    assert result.treated["b"].tolist() == panel["b"].tolist()
    sd = (11 / 3) ** 0.5  # mean 3.5: deviations −0.5 −2.5 1.5 1.5
    expected = {"a": [0, 50, 100, 100], "b": [3, 1, 2, 3],
                "c": [10 - 0.5 / sd, 10 - 2.5 / sd, 10 + 1.5 / sd, 10 + 1.5 / sd]}  # fmt: skip
    assert result.normalised.columns.tolist() == ["a", "b", "c"]
    for code, scores in expected.items():
        np.testing.assert_allclose(result.normalised[code], scores, rtol=1e-12)
    np.testing.assert_allclose(result.scores["A"], [1.5, 25.5, 51, 51.5])
    assert result.scores.index.tolist() == ["z", "x", "y", "w"]  # as given, not sorted
    assert result.ranks["c"].tolist() == [3, 4, 1, 1]
    report = result.treatment_report
    assert report["applied"].to_dict() == {"a": "cap", "b": "none", "c": "none"}
    assert report.at["a", "units"] == ("w",)


def test_a_rule_for_each_level(fw, panel):
    method = Method("none", Normalisation("minmax", range=(1, 100)), ["harmonic", "geometric"])
    scores = method.score(panel, fw).scores
    np.testing.assert_allclose(scores["A"], 2 / (1 / scores["a"] + 1 / scores["b"]))
    np.testing.assert_allclose(scores["T"], (scores["A"] * scores["c"]) ** 0.5)
    assert scores.at["z", "A"] == pytest.approx(2 / (1 + 1 / 100))


def test_points_of_a_tie_and_what_was_done_stand_in_the_report(fw):
    panel = pd.DataFrame({"a": [*range(1, 20), 100, 100], "b": range(21), "c": range(21)})
    report = Method({"a": Treatment("coin", 1), "b": "log"}).score(panel, fw).treatment_report
    assert report["rule"].tolist() == ["coin", "log", "none"]
    assert report["applied"].tolist() == ["winsorise", "log", "none"]
    assert report["points"].tolist() == [2, 21, 0]
    assert report["units"].tolist() == [(19, 20), (), ()]
    moments = report.loc["a", ["skewness_before", "kurtosis_before", "skewness_after"]]
    np.testing.assert_allclose(moments.astype(float), [2.77059, 6.78184, -0.10252], atol=1e-5)
    assert report["passes"].tolist() == [True, True, True]
    failing = Method({"a": Treatment("winsorise", 0)}).score(panel, fw).treatment_report
    assert failing["passes"].tolist() == [False, True, True]


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"aggregation": ["arithmetic"]}, "1 aggregations; expected one, or 2, one a level of the "
         "tree, lowest first"),
        ({"aggregation": "geometric"}, "the score 0 of 'a' for 'z'; expected a score above 0 for "
         "the geometric mean of 'A' (a normalisation on a positive range, as "
         "Normalisation('minmax', range=(1, 100)), or the arithmetic mean)"),
        ({"aggregation": ["arithmetic", "harmonic"]}, "the score 0 of 'c' for 'x'"),
        ({"normalisation": {"A": "rank"}}, "a normalisation of 'A'; expected codes of indicators"),
        ({"weights": {"a": -1}}, "the weight -1 of 'a'; expected a weight of 0 or more"),
        ({"weights": {"a": NAN}}, "the weight nan of 'a'; expected a weight of 0 or more"),
        ({"treatment": {"a": Treatment("log_gii", factor=0.001)}}, "column 'a': found the highest "
         "value 100 times the factor 0.001 is not above 1"),
    ],
)  # fmt: skip
def test_choices_that_cannot_be_met_name_the_place(fw, panel, choice, message):
    with pytest.raises(DataError) as error:
        Method(**choice).score(panel, fw)
    assert message in str(error.value)


UNKNOWN = {
    "treatment": {"a": "trim"},
    "normalisation": {"b": "x"},
    "aggregation": ["copeland", "x"],
}


@pytest.mark.parametrize("part", UNKNOWN)
def test_an_unknown_choice_is_refused_before_there_is_a_panel(part):
    with pytest.raises(DataError, match=f"the {part} '(trim|x)'; expected .*one of "):
        Method(**{part: UNKNOWN[part]})
