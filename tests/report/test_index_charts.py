"""Charts of a user's own index: what titles say, what is refused, whether the text fits."""

from collections.abc import Callable
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.text import Annotation, Text

from piilib.errors import DataError
from piilib.index.framework import Framework
from piilib.index.method import Method, Result
from piilib.index.normalisation import Normalisation
from piilib.index.treatment import Treatment
from piilib.report.chart import Chart
from piilib.report.index_charts import (
    contributions_chart,
    correlation_chart,
    distribution_chart,
    framework_chart,
)
from piilib.report.index_words import fit, node_label, text_width
from piilib.report.robustness_charts import (
    leave_one_out_chart,
    rank_change_chart,
    rank_interval_chart,
    sobol_chart,
)

NAN = np.nan
SOBOL = [f"{order}_order{end}" for order in ("first", "total") for end in ("", "_low", "_high")]


def tree(*rows: tuple[str, str, float, int]) -> Framework:
    return Framework.from_frame(
        pd.DataFrame(rows, columns=["code", "parent", "weight", "direction"])
    )


def flat(count: int, **weights: float) -> Framework:
    codes = [f"i{k}" for k in range(count)]
    return tree(("T", "", 1, 1), *((code, "T", weights.get(code, 1), 1) for code in codes))


@pytest.fixture
def fw() -> Framework:
    """Effective weights a1 1/6, a2 1/2, b1 1/3."""
    return tree(
        ("T", "", 1, 1),
        ("A", "T", 2, 1),
        ("a1", "A", 1, 1),
        ("a2", "A", 3, -1),
        ("B", "T", 1, 1),
        ("b1", "B", 1, 1),
    )


@pytest.fixture
def panel() -> pd.DataFrame:
    return pd.DataFrame(
        {"a1": [1.0, 2, 3], "a2": [10.0, 50, 90], "b1": [4.0, NAN, 0]}, index=["x", "y", "z"]
    )


# Framework


@pytest.mark.parametrize(
    ("lang", "title"),
    [
        ("vi", "Trọng số thực của 3 chỉ số: từ 16,67% đến 50,00% (a2), gấp 3,0 lần"),
        (
            "en",
            "Effective weights of 3 indicators run from 16.67% to 50.00% (a2), 3.0 times as much",
        ),
    ],
)
def test_framework(fw, lang, title):
    chart = framework_chart(fw, lang=lang)
    assert chart.title == title
    assert chart.key == "framework"
    assert ("66,67%" if lang == "vi" else "66.67%") in chart.alt
    words = drawn(chart)
    assert [word for word in words if word.endswith("%")] == [
        p if lang == "vi" else p.replace(",", ".")
        for p in ("100,00%", "66,67%", "16,67%", "50,00%", "33,33%", "33,33%")
    ]


@pytest.mark.parametrize(
    ("made", "title"),
    [
        (flat(4), "The 4 indicators carry the same effective weight: 25.00% each"),
        (flat(1), "The index is a single indicator"),
        (tree(("T", "", 1, 1)), "The index is a single indicator"),
        (
            flat(5, i0=2, i1=2, i2=2, i3=2),
            "Effective weights of 5 indicators run from 11.11% to 22.22% (4 indicators), "
            "2.0 times as much",
        ),
        (
            flat(2, i0=1.01),
            "Effective weights of 2 indicators run from 49.75% to 50.25% (i0)",
        ),
    ],
)
def test_framework_says_what_holds(made, title):
    assert framework_chart(made, lang="en").title == title


def test_framework_with_other_weights(fw):
    # A and B are equal, a2 has all of A, so a1 carries nothing and no ratio can be said.
    title = framework_chart(fw, weights={"a1": 0, "A": 1}, lang="en").title
    assert title == "Effective weights of 3 indicators run from 0.00% to 50.00% (a2 and b1)"


# Distribution


def test_treatment_that_caps_one_point(fw, panel):
    result = Method(treatment={"a2": Treatment("cap", upper=60.0)}).score(panel, fw)
    chart = distribution_chart(panel, result, lang="en")
    assert chart.title == "Treatment changed 1 of 3 indicators: 1 value of z moved"
    assert "a2: moved z, skewness 0.00 → −1.46" in chart.alt
    assert [word for word in drawn(chart) if ":" in word] == ["a2: moved z"]
    vi = distribution_chart(panel, result)
    assert vi.title == "Xử lý ngoại lệ thay đổi 1/3 chỉ số: dời 1 giá trị của z"
    assert "−1,46" in vi.alt


def test_treatment_that_changes_nothing(fw, panel):
    result = Method().score(panel, fw)
    chart = distribution_chart(panel, result, lang="en")
    assert chart.title == "Treatment changed no value of the 3 indicators"
    assert [word for word in drawn(chart) if ":" in word] == [
        f"{code}: unchanged" for code in ("a1", "a2", "b1")
    ]


def test_transformation_moves_no_single_unit(fw, panel):
    result = Method(treatment={"a1": "log", "a2": Treatment("cap", upper=60.0)}).score(panel, fw)
    title = "Treatment changed 2 of 3 indicators: 1 value of z moved; 1 indicator transformed as a "
    assert distribution_chart(panel, result, lang="en").title == title + "whole"
    chosen = distribution_chart(panel, result, ["a1", "b1"], lang="en")
    assert chosen.title == (
        "Treatment changed 1 of 2 indicators chosen: 1 indicator transformed as a whole"
    )


def test_at_most_twelve_are_drawn_the_most_skewed():
    made = flat(14)
    values = pd.DataFrame({f"i{k}": [0.0, 1, 2, 3, 10 + 5 * k] for k in range(14)})
    result = Method(treatment=Treatment("cap", upper=8.0)).score(values, made)
    chart = distribution_chart(values, result, lang="en")
    assert chart.title == (
        "Treatment changed 14 of 14 indicators: 14 values of 4 moved (the 12 most skewed drawn)"
    )
    assert [word.split(":")[0] for word in drawn(chart) if ": " in word] == [
        f"i{k}" for k in range(2, 14)
    ]


def test_a_constant_and_an_empty_indicator_are_drawn():
    values = pd.DataFrame({"i0": [1.0, 1, 1], "i1": [NAN] * 3, "i2": [0.0, 1, 2]})
    result = Method().score(pd.DataFrame({c: [0.0, 1, 2] for c in values}), flat(3))
    blank = Result(values, values, result.scores, result.ranks, result.treatment_report)
    chart = distribution_chart(values, blank)
    assert chart.title == "Xử lý ngoại lệ không đổi giá trị nào của 3 chỉ số"


def test_a_panel_of_other_units_is_refused(fw, panel):
    result = Method().score(panel, fw)
    with pytest.raises(DataError, match="without the unit 'z'"):
        distribution_chart(panel.drop(index="z"), result)
    with pytest.raises(DataError, match="without the indicator 'a2'"):
        distribution_chart(panel.drop(columns="a2"), result)
    with pytest.raises(DataError, match="the indicator 'c9'"):
        distribution_chart(panel, result, ["c9"])


# Correlations


def long(*rows: tuple[str, str, float, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["a", "b", "r", "p"])


@pytest.mark.parametrize(
    ("table", "title"),
    [
        (
            long(("i0", "i1", 0.9, 0.01), ("i0", "i2", -0.7, 0.04), ("i1", "i2", -0.2, 0.6)),
            "1 of 3 pairs are significantly negative; strongest: i0 and i1 (r = 0.90)",
        ),
        (
            long(("i0", "i1", 0.5, 0.2), ("i0", "i2", -0.5, 0.2), ("i1", "i2", NAN, NAN)),
            "0 of 2 pairs are significantly negative; all are equally strong, |r| = 0.50",
        ),
        (
            long(("i0", "i1", 0.5, 0.2), ("i0", "i2", -0.5, 0.2), ("i1", "i2", 0.1, 0.9)),
            "0 of 3 pairs are significantly negative; strongest: 2 pairs with |r| = 0.50",
        ),
        (long(("i0", "i1", -0.5, 0.04)), "Correlation of i0 and i1: −0.50 (significant)"),
        (long(("i0", "i1", -0.5, 0.05)), "Correlation of i0 and i1: −0.50 (not significant)"),
        (long(("i0", "i1", NAN, NAN)), "No pair has a correlation"),
    ],
)
def test_correlations_say_what_holds(table, title):
    assert correlation_chart(table, flat(3), lang="en").title == title


def test_a_square_table_knows_no_significance():
    square = pd.DataFrame([[1, 0.6, -0.3], [0.6, 1, 0.2], [-0.3, 0.2, 1]])
    square.index = square.columns = ["i0", "i1", "i2"]
    chart = correlation_chart(square, flat(3))
    assert chart.title == "1/3 cặp tương quan âm; mạnh nhất: i0 và i1 (r = 0,60)"
    assert {"0,60", "−0,30", "0,20"} <= set(drawn(chart))
    assert not any("×" in word for word in drawn(chart))


def test_pairs_that_are_not_significant_are_crossed():
    table = long(("i0", "i1", 0.9, 0.01), ("i0", "i2", -0.1, 0.7), ("i1", "i2", 0.2, 0.5))
    chart = correlation_chart(table, flat(3), lang="en")
    assert any("× not significant (p ≥ 0.05)" in word for word in drawn(chart))
    axes = chart.figure.axes[0]
    crosses = [patch for patch in axes.patches if not patch.get_fill()]
    assert len(crosses) == 1
    # Two strokes of two points a cross, two crosses: all in the row of i2, the lower one.
    vertices = crosses[0].get_path().vertices
    assert len(vertices) == 8
    assert (np.round(vertices[:, 1]) == 1).all()


def test_nodes_with_those_above_make_a_rectangle(fw):
    table = long(("a1", "A", 0.8, 0.01), ("a2", "A", 0.7, 0.01), ("b1", "B", 1.0, 0.0))
    axes = correlation_chart(table, fw).figure.axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["a1", "a2", "b1"]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["A", "B"]


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (long(("i0", "q", 0.1, 0.1)), "a correlation of 'q'"),
        (long(("i0", "i1", 1.2, 0.1)), "the correlation 1.2"),
        (long(("i0", "i1", 0.1, 0.1), ("i1", "i0", 0.1, 0.1)), "a pair twice"),
        (long(("i0", "i0", 1.0, 0.1)), "with itself"),
        (long()[["a", "b"]], "also r"),
        (pd.DataFrame({"i0": [1.0, 0.2], "i1": [0.3, 1.0]}, index=["i0", "i1"]), "not symmetric"),
        (pd.DataFrame({"i0": [1.0]}, index=["i0"]), "no pair"),
        (pd.DataFrame({"r": [1.0]}), "columns a, b, r and p"),
    ],
)
def test_correlations_that_are_none_are_refused(table, message):
    with pytest.raises(DataError, match=message):
        correlation_chart(table, flat(3))


# Contributions


def test_contributions(fw, panel):
    # A = 75 50 25, B = 100 – 0, T = (2A + B)/3 = 250/3 50 50/3: parts of A 50 50 50/3.
    chart = contributions_chart(Method().score(panel, fw), fw, lang="en")
    assert chart.title == "x leads (83.33); A is the largest part in 3 of the 3 units drawn"
    assert "A 38.89; B 11.11" in chart.alt
    bars = chart.figure.axes[0].patches
    np.testing.assert_allclose(
        [bar.get_width() for bar in bars], [50, 50, 50 / 3, 100 / 3, 0, 0], atol=1e-9
    )
    np.testing.assert_allclose([bar.get_x() for bar in bars[3:]], [50, 50, 50 / 3], atol=1e-9)


def result_of(made: Framework, rows: list[list[float]], units: str, **method: Any) -> Result:
    """Score on goalposts of 0 and 100, so that values are scores."""
    values = pd.DataFrame(rows, columns=list(made.indicators), index=list(units), dtype=float)
    bounds = dict.fromkeys(made.indicators, (0.0, 100.0))
    rule = Normalisation("goalposts", goalposts=bounds)
    return Method(normalisation=rule, **method).score(values, made)


@pytest.mark.parametrize(
    ("rows", "units", "title"),
    [
        ([[60, 40]], "x", "x scores 50.00; i0 is the largest part"),
        (
            [[60, 40], [40, 60]],
            "xy",
            "Every unit scores 50.00; i0 and i1 are each the largest part in 1 of the 2 units "
            "drawn",
        ),
        (
            [[60, 40], [40, 60], [10, 20]],
            "xyz",
            "x and y lead (50.00); i1 is the largest part in 2 of the 3 units drawn",
        ),
        ([[50, 50], [20, 20]], "xy", "x leads (50.00); no part is larger than all others"),
    ],
)
def test_contributions_say_what_holds(rows, units, title):
    made = flat(2)
    assert contributions_chart(result_of(made, rows, units), made, lang="en").title == title


def test_contributions_of_one_part():
    made = flat(1)
    title = contributions_chart(result_of(made, [[60], [40]], "xy"), made).title
    assert title == "x dẫn đầu (60,00); toàn bộ từ i0"


def test_contributions_need_the_arithmetic_mean_and_its_weights(fw, panel):
    made = flat(2)
    rows = [[60.0, 40.0], [40.0, 70.0]]
    with pytest.raises(DataError, match="do not add up"):
        contributions_chart(result_of(made, rows, "xy", aggregation="geometric"), made)
    other = result_of(made, rows, "xy", weights={"i0": 3.0})
    with pytest.raises(DataError, match="weights of the method"):
        contributions_chart(other, made)
    assert contributions_chart(other, made, weights={"i0": 3.0}, lang="en").title == (
        "x leads (55.00); i0 is the largest part in 2 of the 2 units drawn"
    )
    with pytest.raises(DataError, match="top=0"):
        contributions_chart(Method().score(panel, fw), fw, top=0)


def test_beyond_seven_parts_the_smallest_are_one():
    made = flat(9)
    rows = [[90.0, 10, 80, 70, 60, 50, 40, 20, 30], [0.0] * 9]
    chart = contributions_chart(result_of(made, rows, "xy"), made, top=1, lang="en")
    assert [t.get_text().strip() for t in chart.figure.legends[0].get_texts()] == [
        "i0", "i2", "i3", "i4", "i5", "i6", "3 others",
    ]  # fmt: skip
    assert chart.figure.axes[0].patches[-1].get_width() == pytest.approx(60 / 9)


def test_negative_parts_go_left():
    made = flat(2)
    values = pd.DataFrame({"i0": [0.0, 1, 2], "i1": [5.0, 1, 0]}, index=list("xyz"))
    chart = contributions_chart(Method(normalisation="zscore").score(values, made), made)
    for bar in chart.figure.axes[0].patches:
        assert bar.get_x() == pytest.approx(0.0)
    assert {bar.get_width() > 0 for bar in chart.figure.axes[0].patches} == {True, False}


# Rank intervals


def intervals(*rows: tuple[float, float, float]) -> pd.DataFrame:
    return pd.DataFrame(
        rows, columns=["low", "median", "high"], index=list("uvwxyz")[: len(rows)], dtype=float
    )


@pytest.mark.parametrize(
    ("table", "title"),
    [
        (
            intervals((1, 1, 1), (2, 3, 4), (2, 2, 4)),
            "The ranks of 2 of 3 units are uncertain by more than 1 place; u is firmly first (90%)",
        ),
        (
            intervals((1, 1, 2), (1, 2, 2), (3, 3, 3)),
            "The ranks of 0 of 3 units are uncertain by more than 1 place; none are firmly first "
            "(90%)",
        ),
        (
            intervals((1, 1, 1), (2, 2, 2)),
            "No rank varies within the 90% intervals of the 2 units",
        ),
        (intervals((1, 1, 1)), "There is only one unit (u)"),
    ],
)
def test_rank_intervals_say_what_holds(table, title):
    nominal = pd.Series(np.arange(1.0, len(table) + 1), table.index)
    assert rank_interval_chart(table, nominal, lang="en").title == title


def test_rank_intervals_in_vietnamese_with_own_limits():
    table = intervals((1, 2, 3), (1, 1, 2), (3, 3, 6), (3, 4, 6))
    nominal = pd.Series([2.0, 1, 3, 4], table.index)
    chart = rank_interval_chart(table, nominal, 0.955, places=2, top=3)
    assert chart.title == (
        "Hạng của 2/4 đơn vị dao động quá 2 bậc; v và u chắc chắn ở 3 hạng đầu (95,5%)"
    )
    assert "Đứng đầu: v 1–2; u 1–3" in chart.alt
    assert "mô phỏng" in chart.kind


@pytest.mark.parametrize(
    ("table", "nominal", "probability", "message"),
    [
        (intervals((1, 1, 1)), pd.Series({"q": 1.0}), 0.9, "no nominal rank of 'u'"),
        (intervals((2, 1, 3)), pd.Series({"u": 1.0}), 0.9, "outside the interval of 'u'"),
        (intervals((1, NAN, 3)), pd.Series({"u": 1.0}), 0.9, "a missing rank of 'u'"),
        (intervals((1, 1, 1)), pd.Series({"u": 1.0}), 90, "probability=90"),
        (intervals(), pd.Series(dtype=float), 0.9, "without a row"),
    ],
)
def test_rank_intervals_that_are_none_are_refused(table, nominal, probability, message):
    with pytest.raises(DataError, match=message):
        rank_interval_chart(table, nominal, probability)


# Sobol'


def sobol(**factors: tuple[float, float, float] | None) -> pd.DataFrame:
    rows = {
        name: [0.1, 0.0, 0.2, *total, False] if total else [NAN] * 6 + [True]
        for name, total in factors.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=[*SOBOL, "constant"])


@pytest.mark.parametrize(
    ("table", "title"),
    [
        (
            sobol(weights=(0.2, 0.1, 0.3), treatment=(0.7, 0.6, 0.8)),
            "The result depends most on treatment of outliers (total effect 0.70)",
        ),
        (
            sobol(weights=(0.7, 0.5, 0.9), other=(0.6, 0.4, 0.8), treatment=(0.1, 0.0, 0.2)),
            "The strongest effect is one of weights and other: their intervals overlap",
        ),
        (
            sobol(weights=(0.5, 0.3, 0.7), treatment=(0.4, 0.2, 0.6)),
            "Which choice matters most cannot be told: the intervals overlap",
        ),
        (
            sobol(weights=(0.1, -0.1, 0.3), treatment=(0.0, -0.1, 0.1)),
            "No choice has a largest effect that can be told from 0",
        ),
        (sobol(weights=None, treatment=None), "The result is the same whatever is chosen"),
        (
            sobol(weights=None, treatment=(1.0, 0.9, 1.1)),
            "The result depends most on treatment of outliers (total effect 1.00)",
        ),
    ],
)
def test_sobol_says_what_holds(table, title):
    assert sobol_chart(table, lang="en").title == title


def test_sobol_in_vietnamese():
    chart = sobol_chart(sobol(weights=None, normalisation=(0.7, 0.6, 0.8)))
    assert chart.title == "Kết quả phụ thuộc nhiều nhất vào chuẩn hóa (tác động toàn phần 0,70)"
    assert {"0,70 (0,60–0,80)", "kết quả không đổi"} <= set(drawn(chart))


def test_sobol_refuses_a_missing_figure():
    table = sobol(weights=(0.7, 0.6, 0.8))
    with pytest.raises(DataError, match="also total_order_low"):
        sobol_chart(table.drop(columns="total_order_low"))
    with pytest.raises(DataError, match="without the column 'constant'"):
        sobol_chart(table.drop(columns="constant"))
    with pytest.raises(DataError, match="a missing index of 'weights'"):
        sobol_chart(table.assign(total_order=NAN))


# Rank changes


def changes(old: list[float], new: list[float]) -> pd.DataFrame:
    table = pd.DataFrame({"rank_p": old, "rank_q": new}, index=list("uvwxyz")[: len(old)])
    return table.assign(rank_change=table["rank_p"] - table["rank_q"])


@pytest.mark.parametrize(
    ("table", "title"),
    [
        (
            changes([1, 2, 3], [2, 3, 1]),
            "p → q: 3 of 3 units change rank; furthest: w, up 2 places",
        ),
        (
            changes([1, 2, 3], [2, 1, 3]),
            "p → q: 2 of 3 units change rank; furthest: u and v, 1 place each",
        ),
        (
            changes([1, 1, 3], [1, 2, 3]),
            "p → q: 1 of 3 units changes rank; furthest: v, down 1 place",
        ),
        (
            changes([1, 2, 3, 4, 5, NAN], [3, 4, 5, 6, 5, 1]),
            "p → q: 4 of 5 units change rank; furthest: 4 units, down 2 places each",
        ),
        (
            changes([1.5, 1.5], [1, 2]),
            "p → q: 2 of 2 units change rank; furthest: u and v, 0.5 places each",
        ),
        (changes([1], [1]), "No unit changes rank between p and q"),
    ],
)
def test_rank_changes_say_what_holds(table, title):
    assert rank_change_chart(table, "p", "q", lang="en").title == title


def test_rank_changes_in_vietnamese():
    chart = rank_change_chart(changes([1, 2, 3], [2, 3, 1]), "p", "q", top=1)
    assert chart.title == "p → q: 3/3 đơn vị đổi hạng; xa nhất: w, lên 2 bậc"
    assert "+2 (3 → 1)" in drawn(chart)
    assert "−1 (1 → 2)" not in drawn(chart)


def test_rank_changes_of_the_wrong_sign_are_refused():
    table = changes([1, 2], [2, 1])
    with pytest.raises(DataError, match=r"the rank change 1 of 'u'.*positive: moved up"):
        rank_change_chart(table.assign(rank_change=-table["rank_change"]), "p", "q")
    with pytest.raises(DataError, match="also rank_s"):
        rank_change_chart(table, "p", "s")
    with pytest.raises(DataError, match="no unit with both ranks"):
        rank_change_chart(table.assign(rank_p=NAN), "p", "q")


# Leave one out


@pytest.mark.parametrize(
    ("table", "title"),
    [
        (
            {"a": [1, -2, 0], "b": [0, 0, 0], "c": [NAN] * 3},
            "Ranks move most without a: by 1.00 places on average, 2 at most",
        ),
        (
            {"a": [1, -1, 0], "b": [0, -1, 1], "c": [0, 0, 0]},
            "Ranks move most without a and b: by 0.67 places each on average, 1 at most",
        ),
        (
            {"a": [1, -1, 0], "b": [0, -1, 1]},
            "Leaving out any one moves ranks alike: by 0.67 places on average",
        ),
        ({"a": [0, 0, NAN], "b": [0, 0, 0]}, "Leaving out any one of 2 changes no rank"),
        ({"a": [1, 0, -1]}, "Leaving out a moves ranks by 0.67 places on average"),
    ],
)
def test_leave_one_out_says_what_holds(table, title):
    frame = pd.DataFrame(table, index=list("xyz"), dtype=float)
    assert leave_one_out_chart(frame, lang="en").title == title


def test_leave_one_out_bars_are_means_of_absolute_changes():
    frame = pd.DataFrame({"b": [0.0, 0, 1], "a": [1.0, -3, NAN]}, index=list("xyz"))
    chart = leave_one_out_chart(frame)
    assert [bar.get_width() for bar in chart.figure.axes[0].patches] == pytest.approx([2, 1 / 3])
    assert chart.title == "Hạng đổi nhiều nhất khi bỏ a: trung bình 2,00 bậc, tối đa 3"
    assert "2,00 (tối đa 3: y)" in drawn(chart)


def test_leave_one_out_refuses_what_has_no_rank():
    with pytest.raises(DataError, match="no rank without a node"):
        leave_one_out_chart(pd.DataFrame({"a": [NAN]}))
    with pytest.raises(DataError, match="a node twice, or none"):
        leave_one_out_chart(pd.DataFrame(index=["x"]))


# All of them


def drawn(chart: Chart) -> list[str]:
    """Every text in the picture."""
    assert chart.figure is not None
    texts = chart.figure.findobj(Text)
    return [t.get_text().strip() for t in texts if t.get_visible() and t.get_text().strip()]


def named(count: int) -> Framework:
    """Four groups with long names, with pairs of dollar signs, which are no formula."""
    rows = [("T", "", 1, 1, "Chỉ số chung"), *(
        (f"G{g}", "T", 1, 1, f"Nhóm {g}: {'môi trường ' * 9}") for g in range(min(4, count))
    )]  # fmt: skip
    rows += [
        (f"G{k % 4}.{k}", f"G{k % 4}", 1 + k % 3, 1, f"Thu nhập ($) trên đầu người ($) {'ữ' * 70}")
        for k in range(count)
    ]
    columns = ["code", "parent", "weight", "direction", "name_vi"]
    return Framework.from_frame(pd.DataFrame(rows, columns=columns))


@cache
def every_chart(units: int, count: int, lang: Any) -> list[Chart]:
    rng = np.random.default_rng(0)
    made = named(count)
    values = pd.DataFrame(
        np.exp(rng.normal(size=(units, count))),
        columns=list(made.indicators),
        index=[f"Đơn vị hành chính cấp tỉnh có tên rất dài {k}" for k in range(units)],
    )
    result = Method(treatment="coin").score(values, made)
    ranks = result.ranks["T"]
    low, high = (ranks - 2).clip(lower=1), (ranks + 5).clip(upper=units)
    table = pd.DataFrame({"low": low, "median": ranks, "high": high})
    other = ranks.iloc[::-1].set_axis(ranks.index)
    moves = pd.DataFrame({"rank_p": ranks, "rank_q": other, "rank_change": ranks - other})
    out = pd.DataFrame(dict.fromkeys(made.indicators, ranks - other))
    factors = sobol(
        normalisation=(0.7, 0.6, 0.8), weights=None, **{"một lựa chọn " * 5: (0, -1, 1)}
    )
    return [
        framework_chart(made, lang=lang),
        distribution_chart(values, result, fw=made, lang=lang),
        correlation_chart(values.corr(), made, lang=lang),
        contributions_chart(result, made, lang=lang),
        rank_interval_chart(table, ranks, lang=lang),
        sobol_chart(factors, lang=lang),
        rank_change_chart(moves, "p", "q", lang=lang),
        leave_one_out_chart(out, fw=made, lang=lang),
    ]


@pytest.mark.parametrize(("units", "count", "lang"), [(63, 52, "vi"), (3, 3, "en"), (20, 14, "vi")])
def test_no_text_is_cut_off_and_no_row_runs_into_another(units, count, lang):
    for chart in every_chart(units, count, lang):
        fig = chart.figure
        fig.canvas.draw()
        width, height = fig.get_size_inches()
        boxes = [fig.get_tightbbox()]
        notes = (t for t in fig.findobj(Annotation) if t.get_text())
        boxes += [t.get_window_extent().transformed(fig.dpi_scale_trans.inverted()) for t in notes]
        for box in boxes:
            room = (box.x0, box.y0, width - box.x1, height - box.y1)
            assert min(room) > -0.01, (chart.key, room)
        assert_apart(fig, chart.key)


def assert_apart(fig: Any, key: str) -> None:
    for axes in fig.axes:
        for labels in (axes.get_yticklabels(), axes.get_xticklabels()):
            boxes = [t.get_window_extent() for t in labels if t.get_text() and t.get_visible()]
            for one, two in pairwise(boxes):
                apart = one.x1 <= two.x0 or two.x1 <= one.x0 or one.y1 <= two.y0 or two.y1 <= one.y0
                assert apart or not axes.axison, (key, one, two)


def test_every_chart_has_its_own_key_words_and_size():
    charts = every_chart(63, 52, "vi")
    assert len({chart.key for chart in charts}) == len({chart.alt for chart in charts}) == 8
    for chart in charts:
        assert chart.source == "Tính bằng piilib từ bảng số liệu đã cho"
        assert chart.figure.get_size_inches()[0] <= 13
        assert len(chart.svg) < 500_000
        assert "nan" not in (chart.title + chart.alt).lower()


@pytest.mark.parametrize("make", [framework_chart])
def test_words_that_are_given_are_printed(fw, make: Callable[..., Chart]):
    chart = make(fw, source="Nguồn A", kind="Loại B", key="own", lang="en")
    assert (chart.source, chart.kind, chart.key) == ("Nguồn A", "Loại B", "own")
    with pytest.raises(ValueError, match="'vi' or 'en'"):
        make(fw, lang="fr")


@pytest.mark.parametrize(
    ("columns", "lang", "label"),
    [
        ({"name_vi": "Thể chế", "name_en": "Institutions"}, "en", "T Institutions"),
        ({"name_vi": "Thể chế", "short_vi": "TC"}, "vi", "T TC"),
        ({"name_en": "Institutions"}, "vi", "T Institutions"),
        ({"name_en": NAN}, "en", "T"),
        ({"name_en": "T"}, "en", "T"),
    ],
)
def test_names(columns, lang, label):
    frame = pd.DataFrame([{"code": "T", "parent": "", "weight": 1, "direction": 1, **columns}])
    assert node_label(Framework.from_frame(frame), "T", lang) == label


@settings(max_examples=60)
@given(st.text(st.characters(codec="latin-1", categories=["L", "N", "S", "P", "Zs"]), max_size=60))
def test_a_label_fits(text):
    label = fit(text, 80).replace(r"\$", "$")
    assert len(label) <= 1 or text_width(label, 10.5) <= 80
    plain = " ".join(text.split())
    assert label == plain or (label.endswith("…") and plain.startswith(label[:-1]))


def test_a_chart_that_leaves_rows_out_says_so():
    moves = pd.DataFrame(np.eye(100), columns=[f"c{i}" for i in range(100)])
    assert any("80 of 100 rows drawn" in w for w in drawn(leave_one_out_chart(moves, lang="en")))
    nominal = pd.Series(range(1, 101), [f"u{i}" for i in range(100)], dtype=float)
    table = pd.DataFrame({"low": nominal, "median": nominal, "high": nominal})
    chart = rank_interval_chart(table, nominal)
    assert any("vẽ 80 trên 100 dòng" in words for words in drawn(chart))
    assert not any("dòng" in w for w in drawn(rank_interval_chart(table[:9], nominal[:9])))
