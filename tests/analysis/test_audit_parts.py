"""Parts of the audit: comparing years, names, numbers and files."""

import csv
import io
import json
import unicodedata
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from piilib.analysis.audit import files
from piilib.analysis.audit.case import Limits, make_case
from piilib.analysis.audit.comparison import (
    best_of,
    bounds_ratio,
    raised_floor,
    reached_in,
    rescaled_by,
    reused,
)
from piilib.analysis.audit.consequence import gain_draws, node_draws, node_weight
from piilib.analysis.audit.finding import COLUMNS, Finding, Points, findings_table, written
from piilib.analysis.audit.wording import differing, normal, parts, words
from piilib.analysis.whatif import what_if

from .conftest import tiny_sheet

NAN = float("nan")


def two(old: tuple[float, float, float], new: tuple[float, float, float]):
    return tiny_sheet({"a1": old}, 2023), tiny_sheet({"a1": new}, 2024)


@pytest.mark.parametrize(
    ("old", "new", "factor"),
    [
        ((-0.16, -0.16, 0.21), (-15.7, -15.7, 20.56), 100.0),
        ((0.10, 0.00, 29.30), (0.10, 0.00, 29.30), 1.0),
        ((0.00, 0.00, 0.06), (0.00, 0.00, 0.67), 1.0),  # nothing but the highest is other than 0
        ((2.0, 1.0, 3.0), (20.0, 10.0, 30.0), 10.0),
        ((20.0, 10.0, 30.0), (0.02, 0.01, 0.03), 0.001),
        ((2.0, 1.0, 3.0), (20.0, 10.0, 31.0), 1.0),
        ((NAN, 1.0, 3.0), (20.0, 10.0, 30.0), 1.0),
    ],
)
def test_rescaled(old, new, factor):
    before, now = two(old, new)
    assert rescaled_by(before, now, "a1") == factor
    same = old == new
    assert reused(before, now, "a1") == (same or factor != 1.0)


@pytest.mark.parametrize(
    ("old", "new", "least", "most"),
    [
        ((0.0, 0.0, 0.06), (0.0, 0.0, 0.67), 8.0, 11.2),
        ((4.4, -12.9, 7.0), (3.77, 0.05, 100.0), 14.0, 14.3),
        ((1.0, 0.0, 5.0), (1.0, 0.0, 5.0), 1.0, 1.0),
        ((1.0, 0.0, 9.0), (1.0, 0.0, 3.0), 2.9, 3.0),
    ],
)
def test_ratio_of_bounds(old, new, least, most):
    before, now = two(old, new)
    assert least <= bounds_ratio(before, now, "a1") <= most
    assert bounds_ratio(now, before, "a1") == pytest.approx(bounds_ratio(before, now, "a1"))


@pytest.mark.parametrize(
    ("old", "new", "raised"),
    [
        ((108.29, 24.08, 115.24), (207.04, 104.67, 300.95), True),
        ((1.0, 0.0, 10.0), (9.0, 7.9, 20.0), False),
        ((1.0, 0.0, 10.0), (9.0, 8.0, 20.0), True),
        ((1.0, 1.0, 1.0), (9.0, 8.0, 20.0), False),  # no range to compare with
    ],
)
def test_raised_floor(old, new, raised):
    assert raised_floor(*two(old, new), "a1") == raised


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("Số DN KH&CN/1.000 DN", "Số doanh nghiệp khoa học và công nghệ/1.000 doanh nghiệp", 0),
        ("Tỷ lệ chi (%)", "Tỉ lệ chi", 0),
        ("Lan toả tri thức", "Lan tỏa tri thức", 0),
        ("Hạ tầng ICT", "Hạ tầng công nghệ thông tin và truyền thông - ICT", 0),
        ("Đóng góp trong GDP cả nước (%)", "Đóng góp trong GRDP cả nước", 2),
        ("Dịch vụ hỗ trợ", "Quy mô thị trường", 8),
    ],
)
def test_names(one, other, apart):
    only, more = differing(one, other)
    assert len(only) + len(more) == apart
    composed = unicodedata.normalize("NFD", one)
    assert differing(composed, other) == (only, more)


@pytest.mark.parametrize(
    ("name", "base"),
    [
        ("Đơn/10.000 dân", "10000 dân"),
        ("Sản phẩm/tổng số xã", "tổng số xã"),
        ("Mật độ DN bình quân trên 1.000 dân", "1000 dân"),
        ("Hạ tầng số", ""),
    ],
)
def test_denominators_of_names(name, base):
    assert parts(normal(name))[1] == base


def test_the_words_of_two_denominators():
    assert words("1000 doanh nghiệp của địa phương") == words("1000 doanh nghiệp")
    assert words("10000 dân") != words("1000 dân")


@given(st.floats(-1e6, 1e6))
def test_a_written_number_reads_back(x):
    text = written(x, "vi", 2).replace("−", "-").replace(".", "").replace(",", ".")
    assert float(text) == pytest.approx(x, abs=0.00501)
    english = written(x, "en", 2).replace("−", "-").replace(",", "")
    assert float(english) == float(text)


@pytest.mark.parametrize(
    ("x", "vi"), [(0.09, "0,09"), (800.0, "800"), (1255.81, "1.255,81"), (0.00621, "0,0062"),
                  (-0.16, "−0,16"), (NAN, "–"), (-0.0, "0")]
)  # fmt: skip
def test_as_many_decimals_as_needed(x, vi):
    assert written(x, "vi") == vi


@given(st.lists(st.floats(-5, 5) | st.just(NAN), max_size=8))
def test_the_order_of_findings(points):
    found = [
        Finding("PA101", "note", str(i), "", "", "", "", "", Points(x, x, x))
        for i, x in enumerate(points)
    ]
    table = findings_table(found, [str(i) for i in range(len(points))])
    assert sorted(table["code"]) == sorted(str(i) for i in range(len(points)))
    assert table["pii_points"].fillna(0).clip(upper=0).round(9).is_monotonic_increasing


# --- consequences ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def case(plan, sheets, base):
    return make_case(plan, list(sheets.values()), Limits(), "en", None, base)


@pytest.mark.parametrize(
    "changes", [{"4.1.2": 0.09}, {"6.1.1": 0.5}, {"1.1.1": 50.0, "6.3.2": 0.0}, {"7.2.1": 7.0}]
)
def test_points_are_those_of_the_what_if(case, base, changes):
    draws = gain_draws(case, changes)
    effect = what_if(base, changes).loc["PII"]
    low, middle, high = np.quantile(draws, (0.05, 0.5, 0.95))
    assert middle == pytest.approx(effect["gain"], abs=1e-9)
    assert (low, high) == pytest.approx((effect["gain_low"], effect["gain_high"]), abs=1e-9)


def test_nodes_are_clipped(case):
    worst = {code: case.value(code, "lowest") for code in case.fw.children("3.1")}
    fall = node_draws(case, worst)["3.1"]
    assert (case.value("3.1") + fall >= -1e-9).all()
    best = {code: case.value(code, "highest") for code in case.fw.children("6.3")}
    assert (case.value("6.3") + node_draws(case, best)["6.3"] <= 100 + 1e-9).all()


@pytest.mark.parametrize(
    ("node", "weight"),
    [("PII", 1), ("6", 1 / 4), ("1", 1 / 10), ("6.1", 1 / 12), ("3.1", 1 / 20), ("4.1.2", 1 / 80)],
)
def test_weights_of_nodes(case, node, weight):
    assert node_weight(case, node) == pytest.approx(weight, abs=1e-9)


def test_the_best_of_comparable_years(case):
    assert best_of(case, "2.1.3") == (27.85, 2023)
    assert best_of(case, "5.2.2") == (1255.81, 2024)  # 2023 was counted otherwise
    assert best_of(case, "4.1.2")[0] == 0.0  # less is better
    assert reached_in(case, "2.1.3") == (27.85, 2023)
    assert reached_in(case, "6.3.2") == (5.67, 2024)


# --- files ----------------------------------------------------------------------------------------

ROW = {
    "rule": "PA103", "severity": "error", "code": "4.1.2", "place": "=cmd|' /C calc'!A0",
    "found": "-0.3", "expected": "@x", "message": "Điểm <b>thấp</b> & cao", "mend": "+1 bậc",
    "pii_points": -0.3, "pii_low": -0.32, "pii_high": -0.27, "condition": "\tx",
}  # fmt: skip


@pytest.fixture
def table() -> pd.DataFrame:
    blank = ROW | {"severity": "note", "code": "PII", "pii_points": NAN, "pii_low": NAN}
    return pd.DataFrame([ROW, blank | {"pii_high": NAN}], columns=list(COLUMNS))


def test_csv_is_harmless(table):
    rows = list(csv.DictReader(io.StringIO(files.as_csv(table))))
    assert rows[0]["place"].startswith("'=")
    assert rows[0]["expected"] == "'@x"
    assert rows[0]["mend"] == "'+1 bậc"
    assert rows[0]["condition"] == "'\tx"
    assert (rows[0]["found"], rows[0]["pii_points"]) == ("-0.3", "-0.3")
    assert rows[1]["pii_points"] == ""


def test_json(table):
    rows = json.loads(files.as_json(table))
    assert rows[0] == ROW
    assert rows[1]["pii_points"] is None


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_terminal(table, lang, form):
    long = "Đường đến điểm cao " * 12
    wide = table.assign(message=unicodedata.normalize(form, long), place="Phụ lục")
    lines = files.terminal(wide, lang).splitlines()
    assert max(map(files.cells_wide, lines)) <= 100
    starts = {line.index("Phụ lục:") for line in lines if "Phụ lục:" in line}
    assert len(starts) == 1
    assert lines[0][starts.pop() :] in ("Nội dung", "What is wrong")
    numbers = {files.cells_wide(line[: line.index("0,30")]) for line in lines if "0,30" in line}
    assert len(numbers) <= 1


def test_excel(table, tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    path = tmp_path / "audit.xlsx"
    files.write_excel(replace_text(table), path)
    sheet = openpyxl.load_workbook(path).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][:3] == ("Mã", "Mức", "Chỉ số")
    assert rows[1][3].startswith("'=")
    assert rows[1][8] == -0.3
    assert rows[2][8] is None
    assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)


def replace_text(table: pd.DataFrame) -> pd.DataFrame:
    """Put a control sign into a message, which a workbook may not hold."""
    return table.assign(message=table["message"] + "\x07")


def test_a_case_works_a_thing_out_once(case):
    fresh, calls = replace(case, memo={}), []
    for _ in range(2):
        assert fresh.once(("x",), lambda: calls.append(1) or 5) == 5
    assert calls == [1]
