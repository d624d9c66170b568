"""What there is to find in the plan of Cao Bằng, typed in by hand, with its figures."""

import numpy as np
import pandas as pd
import pytest

import piilib as pii

#: Rule, severity and the nodes it fires on; nothing else may be found.
EXPECTED = {
    # above the national maximum; 1.1.2 and 3.1.1 ask for the very end of their scales
    ("PA101", "error"): "1.1.1 1.1.2 2.1.3 2.2.2 2.2.3 3.1.1",
    ("PA103", "error"): "4.1.2",
    ("PA104", "warning"): "2.2.1 2.2.2 2.2.4 4.2.3 5.2.2 5.3.2 6.3.2",
    ("PA105", "warning"): "6.2.4",
    ("PA105", "note"): "6.3.3",
    ("PA107", "warning"): "2.2.1 2.2.2 2.2.3 2.2.4 4.2.2 4.2.3 5.1.3 5.2.3 5.3.2 7.1.2",
    ("PA108", "warning"): "5.3.1 6.1.2 7.1.4",
    ("PA109", "warning"): "1.1.3 1.2.2 1.2.3 2.1.1 2.1.2 3.1.2 3.2.1 3.2.2 3.2.3 4.1.1 4.1.3 4.1.4"
    " 4.2.1 5.1.1 5.1.2 5.2.1 5.2.2 5.3.3 6.3.1 6.3.2 7.1.1 7.1.3 7.2.1 7.2.2 7.2.3 7.2.4",
    ("PA201", "warning"): "1 2 4 5 7",
    ("PA202", "error"): "6 6.1 6.2",
    ("PA202", "warning"): "4 5.1 5.2 6.3",
    ("PA203", "warning"): "PII",
    ("PA204", "note"): "1.1 2.2 3.1 5.3 7.1",
    ("PA205", "warning"): "PII",
    ("PA206", "warning"): "PII",
    ("PA207", "warning"): "PII",
    ("PA208", "note"): "PII",
    ("PA301", "error"): "7.1.4",
    ("PA301", "warning"): "4.2.1 5.2.2 5.2.3 6.1.2 6.3.2 7.1.2 7.2.1",
    ("PA302", "warning"): "2.1.2 2.2.1 3.1.1 5.1.3 5.3.2 7.1.4 7.2.4",
    ("PA303", "warning"): "5.2.1 6.3.3",
    ("PA304", "note"): "3.2.2",
    ("PA305", "error"): "6.2.4",
    ("PA305", "warning"): "7.1.2",
    ("PA306", "note"): "2.1.2 5.1.3 5.3.2",
    ("PA307", "note"): "5.3.1 7.1.3",
    ("PA401", "error"): "1.2.3 2.1.1 2.2.2 3.1 4.2 7.2.4",
    ("PA402", "error"): "4.2.1 7.2.1",
    ("PA403", "warning"): "2.1.3 2.2.3 4.2.1 7.2.1",
    ("PA404", "warning"): "2.2.3 6.3.3",
    ("PA405", "note"): "2.2.1 4.2 4.2.3 5.2.2 6.2.2 7.1.2 7.2.2",
    ("PA406", "warning"): "5.2.2 6.2.1 6.2.2 6.2.4 7.1.2",
    ("PA407", "note"): "PII",
    ("PA408", "note"): "PII",
    ("PA501", "warning"): "2.2.3 4.1.2 4.1.3 4.2.3",
    ("PA502", "error"): "3.2.3 4.1.1",
    ("PA504", "warning"): "1.2.1 4.1.4 4.2.2 7.1.4",
    ("PA505", "warning"): "3.2.2",
    ("PA506", "warning"): "PII PII",
    ("PA601", "warning"): "2.2.1 7.2.4 PII",
    ("PA602", "note"): "2.2.3 5.3.2",
}

#: A finding and words that its figures must be written in.
FIGURES = [
    ("PA101", "2.1.3", "27.85, 2023"),  # not the 23.80 of 2024
    ("PA101", "3.1.1", "very end of the scale"),
    ("PA103", "4.1.2", "from 0.07 to 0.09"),
    ("PA107", "2.2.3", "50.0 times"),
    ("PA107", "5.3.2", "50.0 times"),
    ("PA107", "4.2.3", "22.7 times"),
    ("PA107", "5.1.3", "20.0 times"),
    ("PA107", "7.1.2", "12.5 times"),
    ("PA107", "2.2.2", "9.1 times"),
    ("PA107", "2.2.4", "9.1 times"),
    ("PA107", "2.2.1", "6.2 times"),
    ("PA107", "5.2.3", "5.1 times"),
    ("PA107", "4.2.2", "4.3 times"),
    ("PA201", "1", "45.00 differs from the mean of its groups' goals (52.50)"),
    ("PA201", "2", "50.00 differs from the mean of its groups' goals (47.50)"),
    ("PA201", "4", "35.00 differs from the mean of its groups' goals (27.50)"),
    ("PA201", "5", "35.00 differs from the mean of its groups' goals (31.67)"),
    ("PA201", "7", "30.00 differs from the mean of its groups' goals (25.00)"),
    ("PA202", "6", "28.3–34.9 points only, the goal is 35"),
    ("PA202", "6.1", "8.4–11.5 points only, the goal is 20"),
    ("PA202", "6.2", "22.0 points only, the goal is 25"),
    ("PA202", "5.1", "24.5–38.1"),
    ("PA202", "5.2", "44.9–60.6"),
    ("PA202", "6.3", "54.5–71.2"),
    (
        "PA203",
        "PII",
        "pillar goals 36.75; sub-pillar goals 34.92; indicator targets, no caps 44.02",
    ),
    ("PA203", "PII", "inferred caps 53.40"),
    ("PA204", "1.1", "91.7 points, far beyond the group's goal 55"),
    ("PA204", "3.1", "83.3 points, far beyond the group's goal 40"),
    ("PA204", "2.2", "63.5–100.0 points, far beyond the group's goal 45"),
    ("PA204", "7.1", "48.9 points, far beyond the group's goal 20"),
    ("PA205", "PII", "only from rank 34/34; today it is 63/63"),
    ("PA206", "PII", "2026–2030 but has targets for 2026 only"),
    ("PA207", "PII", "from 44.0–53.4 to 34.0–39.3"),
    ("PA207", "PII", "the 15 indicators"),  # 14 above the maximum or ×3, and 4.1.2
    ("PA208", "PII", "all 75 rows"),
    ("PA301", "7.1.4", "read in the old unit, is 20 in the new one"),
    ("PA301", "7.1.4", "times 100"),
    ("PA301", "5.2.3", "0 – 111.39; 2024: 0 – 5,359.15"),
    ("PA301", "4.2.1", "the lowest is near the old highest"),
    ("PA303", "6.3.3", "from 0.57 to 28"),
    ("PA304", "3.2.2", "Highest (0.16) and lowest (100) of 2023"),
    ("PA305", "6.2.4", "from 161 to 56 (2025)"),
    ("PA305", "6.2.4", "from 0.01 to 0.036, above the target 0.01"),
    ("PA305", "7.1.2", "from 0.08 to 0.232"),
    ("PA401", "1.2.3", "says 85, the appendix 86"),
    ("PA401", "2.1.1", "says 6.5, the appendix 6.6"),
    ("PA401", "2.2.2", "says 0.5, the appendix 1."),
    ("PA401", "3.1", "says 30, the appendix 40"),
    ("PA401", "4.2", "says 30, the appendix 40"),
    ("PA401", "7.2.4", "says 0.68, the appendix 0.7."),
    ("PA402", "4.2.1", "gives 58.8; about 281.3"),
    ("PA402", "7.2.1", "gives 67.8; about 6.25"),
    ("PA403", "4.2.1", "2024 has 52.2. It is true of 2023 only"),
    ("PA403", "2.1.3", "Not first: 23.74, the country's best is 23.8"),
    ("PA404", "2.2.3", "It fits 2.2.2 (2023): perhaps a wrong code"),
    ("PA404", "2.2.3", "2024: 2.2)"),  # as PA403 has it
    ("PA403", "2.2.3", "2024 has 2.2"),
    ("PA404", "6.3.3", "2023: 3.5; 2024: 100.0"),
    ("PA403", "2.1.3", "The first rank with more than 99 points is to be kept; 2024 has 99.5."),
    ("PA405", "4.2.3", "the appendix “Đóng góp trong GDP cả nước (%)”"),
    ("PA405", "7.1.2", "the text has “Số lượng sản phẩm OCOP/10.000 dân”, the appendix “Số lượng"),
    ("PA406", "6.2.2", "the text has “Đơn đăng ký nhãn hiệu tập thể/1.000 doanh nghiệp”"),
    ("PA406", "6.2.4", "chứng nhận bảo hộ/tổng số xã”"),
    ("PA408", "PII", "Section number III is used 2 times"),
    ("PA501", "4.1.3", "to Hiệp hội Doanh nghiệp tỉnh, the appendix to Thống kê tỉnh Cao Bằng"),
    ("PA502", "3.2.3", "it is now Sở Nông nghiệp và Môi trường"),
    ("PA505", "3.2.2", "Sở Công thương; Ban Quản lý Khu kinh tế tỉnh"),
    ("PA601", "2.2.1", "15 for 2026; Quyết định 1139/QĐ-UBND (09/7/2025) has 10 for 2030"),
    ("PA601", "PII", "19 years earlier"),
    ("PA602", "2.2.3", "0.5 for 2026; Quyết định 1139/QĐ-UBND (09/7/2025) has 2 for 2030"),
    ("PA602", "5.3.2", "10 for 2026; Quyết định 1139/QĐ-UBND (09/7/2025) has 20 for 2030"),
]

#: Index points: rule, node, median, tolerance.
POINTS = [
    ("PA103", "4.1.2", -0.30, 0.02),  # −24 score points of an eightieth
    ("PA201", "4", -0.75, 1e-9),  # 7.5 of a tenth
    ("PA201", "1", 0.75, 1e-9),
    ("PA201", "7", -1.25, 1e-9),  # 5 of a quarter
    ("PA202", "6.1", -0.84, 0.02),  # 10.1 of a twelfth
    ("PA202", "6.2", -0.25, 0.01),  # 3 of a twelfth
    ("PA301", "7.1.4", -1.71, 0.01),  # 98.5 − 43.8 score points of a 32nd
    ("PA301", "6.1.2", -3.54, 0.01),  # 100 − 14.9 of a 24th
    ("PA303", "6.3.3", -2.72, 0.01),  # 98 of a 36th
    ("PA401", "3.1", -0.50, 1e-9),  # 10 of a twentieth
    ("PA401", "2.2.2", 0.0, 1e-9),  # both beyond the cap
    ("PA105", "6.2.4", 0.0, 1e-9),
]


@pytest.fixture(scope="module")
def found(plan, sheets, base) -> pd.DataFrame:
    return pii.audit(plan, list(sheets.values()), lang="en", base=base)


def one(found: pd.DataFrame, rule: str, code: str) -> pd.Series:
    rows = found[(found["rule"] == rule) & (found["code"] == code)]
    assert len(rows) == 1
    return rows.iloc[0]


def test_the_findings_are_those_expected_and_no_others(found):
    got = found.groupby(["rule", "severity"])["code"].agg(lambda codes: " ".join(sorted(codes)))
    assert got.to_dict() == EXPECTED


@pytest.mark.parametrize(("rule", "code", "words"), FIGURES)
def test_figures(rule, code, words, found):
    assert words in one(found, rule, code)["message"]


@pytest.mark.parametrize(("rule", "code", "points", "tolerance"), POINTS)
def test_points(rule, code, points, tolerance, found):
    assert one(found, rule, code)["pii_points"] == pytest.approx(points, abs=tolerance)


def test_the_harmful_target_has_its_condition(found):
    row = one(found, "PA103", "4.1.2")
    assert -0.33 < row["pii_low"] <= row["pii_points"] <= row["pii_high"] < -0.26
    assert "direction is inferred" in row["condition"]
    assert row["mend"].startswith("Hold at 0.07")


def test_counts_of_two_agencies(found):
    rows = found[found["rule"] == "PA506"]
    assert sorted(zip(rows["found"], rows["expected"], strict=True)) == [("18", "17"), ("7", "9")]
    assert set(rows["place"]) == {"III.2.1", "III.2.2"}


def test_places(found):
    assert one(found, "PA401", "3.1")["place"] == "II.2.2.b(iii), 3.1; Appendix, 3.1"
    assert one(found, "PA505", "3.2.2")["place"] == "III.2.4; III.2.5, 3.2.2"
    assert one(found, "PA205", "PII")["place"] == "II.2.1"
    assert one(found, "PA407", "PII")["place"] == "II.2.2"


def test_the_dearest_come_first_and_points_lie_in_their_intervals(found):
    lost = found["pii_points"].fillna(0.0).clip(upper=0.0)
    assert lost.is_monotonic_increasing
    known = found[found["pii_points"].notna()]
    assert (known["pii_low"] <= known["pii_points"] + 1e-9).all()
    assert (known["pii_points"] <= known["pii_high"] + 1e-9).all()
    assert (known["condition"] != "").all()
    assert (found.loc[found["pii_points"].isna(), "condition"] == "").all()


def test_both_languages_say_the_same_of_the_same(plan, sheets, base, found):
    vi = pii.audit(plan, list(sheets.values()), base=base)
    same = ["rule", "severity", "code", "pii_points", "pii_low", "pii_high"]
    pd.testing.assert_frame_equal(vi[same], found[same])
    for column in ("message", "mend"):
        assert (vi[column] != "").all()
        assert (vi[column] != found[column]).all()
    assert one(vi, "PA103", "4.1.2")["place"] == "Phụ lục, 4.1.2"
    assert "từ 0,07 lên 0,09" in one(vi, "PA103", "4.1.2")["message"]
    for text in vi["message"]:
        assert not {" the ", " of ", " is "} & {f" {word} " for word in text.split()}


def test_every_indicator_of_a_message_is_free_of_nan(found):
    for column in ("place", "found", "expected", "message", "mend", "condition"):
        assert not found[column].str.contains("nan", regex=False).any()


def test_one_sheet_only(plan, sheets, base):
    table = pii.audit(plan, sheets[2024], base=base)
    rules = set(table["rule"])
    assert rules.isdisjoint({"PA301", "PA302", "PA303", "PA404"})
    assert {"PA101", "PA103", "PA203", "PA401"} <= rules
    expected = table[table["rule"] == "PA101"].set_index("code")["expected"]
    assert expected["2.1.3"] == "≤ 23,8"


def test_one_seed_gives_one_result(plan, sheets):
    one_, other = (pii.audit(plan, sheets[2024], draws=20, seed=3) for _ in range(2))
    pd.testing.assert_frame_equal(one_, other)
    assert np.isfinite(one_["pii_points"]).sum() > 50
