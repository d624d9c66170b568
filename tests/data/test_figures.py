"""Known figures of the documents, typed in: counts, sums and cells with their place."""

import re
import unicodedata
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from .conftest import PROCESSED, RAW, rows

TABLES = {path.stem: rows(path) for path in PROCESSED.glob("*.csv")}
APPENDIX = {row["row"]: row for row in rows(next(RAW.glob("cao-bang-kh-3372/*/appendix.csv")))}

COUNTS = {
    "agencies": 30,
    "context": 57,
    "corrections": 2,
    "decisions": 46,
    "definitions": 52,
    "effort": 52,
    "facts": 32,
    "framework": 78,
    "goals": 16,
    "indicators": 17,
    "invited": 56,
    "names": 493,
    "pillars": 69,
    "plan": 75,
    "provinces": 97,
    "regions": 12,
    "scoreboard": 62,
    "sheets": 152,
    "sources": 8,
    "tiles": 101,
    "treatments": 28,
}

#: The columns that name a row of a table.
KEYS = {
    "sheets": ("year", "code"),
    "plan": ("code",),
    "goals": ("what",),
    "scoreboard": ("year", "key"),
    "pillars": ("year", "key", "code"),
    "regions": ("year", "region_key"),
    "provinces": ("basis", "key"),
    "context": ("year", "province", "quantity"),
    "treatments": ("year", "code"),
    "decisions": ("part", "stt"),
    "indicators": ("year", "key", "code"),
    "definitions": ("code",),
    "effort": ("code",),
    "framework": ("code",),
}


def cell(table: str, key: str, column: str) -> str:
    """Give the cell of the one row that `key` names, such as ("sheets", "2024 6.1.1", "value")."""
    found = [r[column] for r in TABLES[table] if " ".join(r[k] for k in KEYS[table]) == key]
    assert len(found) == 1
    return found[0]


def test_every_table_has_its_rows() -> None:
    assert {name: len(table) for name, table in TABLES.items()} == COUNTS


# Sums over the appendix of Kế hoạch 3372/KH-UBND: value, lowest and highest of a year. In 2023 the
# highest and lowest of 3.2.2 are each in the other's place there (0,16 and 100,00).
@pytest.mark.parametrize(
    ("year", "level", "count", "value", "lowest", "highest"),
    [
        ("2023", 3, 52, "745.02", "446.42", "2536.52"),
        ("2024", 3, 52, "1586.57", "567.99", "9388.92"),
        ("2023", 2, 16, "348.65", "151.78", "1266.99"),
        ("2024", 2, 16, "406.02", "170.28", "1285.43"),
        ("2023", 1, 7, "159.06", "100.59", "486.72"),
        ("2024", 1, 7, "177.82", "102.72", "481.71"),
    ],
)
def test_the_sheets_add_up(
    year: str, level: int, count: int, value: str, lowest: str, highest: str
) -> None:
    mine = [
        row
        for row in TABLES["sheets"]
        if row["year"] == year and row["code"] != "PII" and len(row["code"].split(".")) == level
    ]
    assert len(mine) == count
    for column, total in (("value", value), ("lowest", lowest), ("highest", highest)):
        assert sum(Decimal(row[column] or 0) for row in mine) == Decimal(total)


# The appendix (target) and section II.2.2 of the text: b (target_text) and a (score_text).
@pytest.mark.parametrize(
    ("column", "level", "count", "total"),
    [
        ("target", 3, 52, "2163.95"),
        ("target", 2, 16, "585.00"),
        ("target", 1, 7, "270.00"),
        ("target_text", 3, 47, "1878.83"),
        ("target_text", 2, 16, "565.0"),
        ("score_text", 3, 5, "453"),
    ],
)
def test_the_targets_add_up(column: str, level: int, count: int, total: str) -> None:
    mine = [
        Decimal(row[column])
        for row in TABLES["plan"]
        if row[column] and len(row["code"].split(".")) == level
    ]
    assert (len(mine), sum(mine)) == (count, Decimal(total))


# Row and column of the appendix of Kế hoạch 3372/KH-UBND, and what is printed there.
@pytest.mark.parametrize(
    ("row", "printed_in", "printed", "table", "key", "column", "read"),
    [
        (1, "own_2023", "35,49", "sheets", "2023 1", "value", "35.49"),
        (2, "highest_2024", "83,49", "sheets", "2024 1.1", "highest", "83.49"),
        (3, "own_2024", "45,28", "sheets", "2024 1.1.1", "value", "45.28"),
        (14, "own_2023", "0,27", "sheets", "2023 2.1.2", "value", "0.27"),
        (15, "own_2024", "23,74", "sheets", "2024 2.1.3", "value", "23.74"),
        (17, "highest_2023", "64,47", "sheets", "2023 2.2.1", "highest", "64.47"),
        (27, "own_2023", "n/a", "sheets", "2023 3.2.2", "value", ""),
        (27, "highest_2023", "0,16", "sheets", "2023 3.2.2", "lowest", "0.16"),
        (27, "lowest_2023", "100,00", "sheets", "2023 3.2.2", "highest", "100.00"),
        (27, "own_2024", "11,84", "sheets", "2024 3.2.2", "value", "11.84"),
        (31, "highest_2024", "849,67", "sheets", "2024 4.1.1", "highest", "849.67"),
        (37, "highest_2024", "28,90", "sheets", "2024 4.2.2", "highest", "28.90"),
        (38, "lowest_2023", "0,13", "sheets", "2023 4.2.3", "lowest", "0.13"),
        (46, "highest_2024", "1.255,81", "sheets", "2024 5.2.2", "highest", "1255.81"),
        (46, "own_2024", "666,67", "sheets", "2024 5.2.2", "value", "666.67"),
        (47, "highest_2024", "5.359,15", "sheets", "2024 5.2.3", "highest", "5359.15"),
        (49, "lowest_2023", "-0,02", "sheets", "2023 5.3.1", "lowest", "-0.02"),
        (54, "own_2024", "0,02", "sheets", "2024 6.1.1", "value", "0.02"),
        (57, "own_2023", "62,52", "sheets", "2023 6.2.1", "value", "62.52"),
        (61, "highest_2024", "59,39", "sheets", "2024 6.3", "highest", "59.39"),
        (64, "own_2024", "28,00", "sheets", "2024 6.3.3", "value", "28.00"),
        (65, "lowest_2024", "14,13", "sheets", "2024 7", "lowest", "14.13"),
        (67, "lowest_2024", "97,57", "sheets", "2024 7.1.1", "lowest", "97.57"),
        (70, "own_2024", "-15,70", "sheets", "2024 7.1.4", "value", "-15.70"),
        (72, "lowest_2023", "-12,90", "sheets", "2023 7.2.1", "lowest", "-12.90"),
        (75, "own_2023", "0,66", "sheets", "2023 7.2.4", "value", "0.66"),
        (76, "own_2023", "22,18", "sheets", "2023 PII", "value", "22.18"),
        (76, "own_2024", "23,95", "sheets", "2024 PII", "value", "23.95"),
        (1, "target_2026", "45,00", "plan", "1", "target", "45.00"),
        (9, "target_2026", "86,00", "plan", "1.2.3", "target", "86.00"),
        (17, "target_2026", "15,00", "plan", "2.2.1", "target", "15.00"),
        (23, "target_2026", "1,00", "plan", "3.1.1", "target", "1.00"),
        (46, "target_2026", "800,00", "plan", "5.2.2", "target", "800.00"),
        (75, "target_2026", "0,70", "plan", "7.2.4", "target", "0.70"),
        (28, "lead_vi", "Sở TN&MT", "plan", "3.2.3", "lead", "Sở TN&MT"),
        (32, "lead_vi", "Ngân hàng chính sách xã hội tỉnh Cao Bằng", "plan", "4.1.2", "lead",
         "Ngân hàng chính sách xã hội tỉnh Cao Bằng"),
        (33, "coordinating_vi", "Hiệp hội Doanh nghiệp tỉnh", "plan", "4.1.3", "coordinating",
         "Hiệp hội Doanh nghiệp tỉnh"),
    ],
)  # fmt: skip
def test_a_cell_of_the_appendix(
    row: int, printed_in: str, printed: str, table: str, key: str, column: str, read: str
) -> None:
    assert APPENDIX[str(row)][printed_in] == printed
    assert cell(table, key, column) == read


@pytest.mark.parametrize(
    ("table", "key", "column", "read"),
    [
        # Kế hoạch 3372/KH-UBND, text II.2.2.b and a; III.2.1, III.2.4 with III.2.5, III.2.12
        ("plan", "1.2.3", "target_text", "85"),
        ("plan", "1.2.1", "target_text", "7.5"),
        ("plan", "2.1.1", "target_text", "6.5"),
        ("plan", "2.2.2", "target_text", "0.5"),
        ("plan", "3.1", "target_text", "30"),
        ("plan", "4.2", "target_text", "30"),
        ("plan", "7.2.4", "target_text", "0.68"),
        ("plan", "2.1.3", "target_text", ""),
        ("plan", "2.1.3", "score_text", "99"),
        ("plan", "4.2.1", "score_text", "90"),
        ("plan", "6.3.3", "score_text", "80"),
        ("plan", "4.2", "name_text", "Quy mô thị trường"),
        ("plan", "2.2.3", "lead_text", "Sở Khoa học và Công nghệ"),
        ("plan", "3.2.2", "lead_text", "Sở Công thương; Ban Quản lý Khu kinh tế tỉnh"),
        ("plan", "4.1.3", "lead_text", "Hiệp hội Doanh nghiệp tỉnh"),
        # the same: closing rows of the appendix, I.1, II.2.1
        ("sheets", "2023 PII", "rank", "63"),
        ("sheets", "2024 PII", "of", "63"),
        ("goals", "score", "value", "30.00"),
        ("goals", "rank", "value", "30"),
        ("goals", "rank", "of", "34"),
        ("goals", "rank, 2026-2030", "printed", "≤ 30 (trên 34 tỉnh, thành phố)"),
        ("goals", "places", "value", "04"),
        ("goals", "indicators led by the Department of Finance, count", "agency", "Sở Tài chính"),
        ("goals", "indicators led by the Department of Finance, count", "value", "07"),
        ("goals", "section numbers", "printed", "I, II, III, III"),
        ("plan", "2.1.3", "rank_text", "1"),
        ("plan", "4.2.1", "rank_text", "3"),
        ("plan", "4.2.1", "place_text", "II.2.2.a"),
        ("plan", "3.2.2", "place_lead_text", "III.2.4; III.2.5"),
        ("plan", "4.1.3", "review_text", "Thống kê tỉnh Cao Bằng"),
        ("plan", "4.2", "name", "Dịch vụ hỗ trợ"),
        ("plan", "4.1.2", "rank_target", ""),
        # newspapers, each row with its address
        ("scoreboard", "2023 ha-noi", "score", "62.86"),
        ("scoreboard", "2023 ho-chi-minh", "rank", "2"),
        ("scoreboard", "2023 ha-giang", "score", "26.14"),
        ("scoreboard", "2023 thanh-hoa", "score", ""),
        ("scoreboard", "2023 thanh-hoa", "rank", "30"),
        ("scoreboard", "2023 long-an", "score", "44.95"),
        ("scoreboard", "2023 long-an", "rank", ""),
        ("scoreboard", "2024 ba-ria-vung-tau", "score", "50.67"),
        ("scoreboard", "2024 bac-ninh", "score", "42.83"),
        ("scoreboard", "2024 hue", "rank", "13"),
        ("scoreboard", "2024 cao-bang", "score", "23.95"),
        ("scoreboard", "2025 ha-noi", "score", "65.68"),
        ("scoreboard", "2025 gia-lai", "rank", "21"),
        ("scoreboard", "2025 dak-lak", "score", "34.80"),
        ("pillars", "2023 ninh-binh 3", "score", "64.05"),
        ("pillars", "2024 thanh-hoa OUT", "score", "30.85"),
        ("pillars", "2025 national max 2", "score", "85.27"),
        ("indicators", "2025 khanh-hoa 1.1.1", "value", "47.59"),
        # Kế hoạch 279/KH-UBND (Bắc Ninh), table in II.2.a and footnote 1; appendix
        ("pillars", "2024 bac-ninh 2", "score", "39.67"),
        ("pillars", "2024 bac-ninh 6", "score", "23.45"),
        ("pillars", "2024 bac-ninh IN", "score", "49.89"),
        ("pillars", "2024 bac-ninh OUT", "score", "35.76"),
        ("definitions", "1.1.2", "data_source_vi", "Nguồn từ PCI và VCCI"),
        ("definitions", "3.2.3", "code_printed", "3.3.3"),
        # plan of Bắc Giang (July 2024), I.2.1
        ("pillars", "2023 bac-giang 1", "score", "67.23"),
        ("pillars", "2023 bac-giang 3", "rank", "5"),
        ("pillars", "2023 bac-giang 7", "score", "66.21"),
        # regional means
        ("regions", "2023 red-river-delta", "score", "45.17"),
        ("regions", "2023 northern-midlands-and-mountains", "score", "32.19"),
        ("regions", "2024 northern-midlands-and-mountains", "score", "32.03"),
        ("regions", "2024 mekong-river-delta", "score", "33.69"),
        ("regions", "2023 central-highlands", "low", "32.715"),
        # Nghị quyết 202/2025/QH15
        ("provinces", "63 ha-giang", "merged_into", "tuyen-quang"),
        ("provinces", "63 ba-ria-vung-tau", "merged_into", "ho-chi-minh"),
        ("provinces", "63 cao-bang", "merged_into", "cao-bang"),
        ("provinces", "34 can-tho", "members", "can-tho;hau-giang;soc-trang"),
        # denominators
        ("context", "2022 tay-ninh population", "value", "1188800"),
        ("context", "2025 khanh-hoa grdp_bn_vnd", "value", "188921.2"),
        ("context", "2023 bac-kan population", "value", "326504"),
        ("context", "2024 cao-bang communes", "value", "161"),
        ("context", "2025 cao-bang communes", "value", "56"),
        ("context", "2024 cao-bang new_firms", "value", "125"),
        # inferred: what the published sub-pillars allow
        ("treatments", "2024 7.2.1", "value", "7.35"),
        ("treatments", "2024 6.1.1", "low", "0.31"),
        ("treatments", "2024 6.3.2", "high", "7.34"),
        ("treatments", "2023 4.1.2", "rule", "reversed"),
        # Quyết định 1139/QĐ-UBND, Phụ lục I
        ("decisions", "2030 11", "target_printed", "≥ 20"),
        ("decisions", "2030 11", "pii_code", "5.3.2"),
        ("decisions", "2030 12", "target_printed", "> 0,7"),
        ("decisions", "2030 13", "target_printed", "Phấn đấu 2%"),
        ("decisions", "2030 16", "target_printed", "10"),
        ("decisions", "2045 2", "target_printed", "≤ 30"),
        ("decisions", "2030 12", "value", "0.7"),
        ("decisions", "2030 13", "value", "2"),
        ("decisions", "2030 18", "value", "6"),
        ("decisions", "2030 10", "value", ""),
        ("decisions", "2045 2", "pii_code", "PII"),
        ("effort", "1.2.3", "step", "1.2"),
        ("effort", "4.1.2", "kind", "excluded"),
    ],
)
def test_a_cell_of_the_text_the_press_and_the_rest(
    table: str, key: str, column: str, read: str
) -> None:
    assert cell(table, key, column) == read


def test_the_63_provinces_by_region() -> None:
    regions = Counter(row["region_key"] for row in TABLES["provinces"] if row["basis"] == "63")
    assert regions == {
        "red-river-delta": 11,
        "southeast": 6,
        "north-central-and-central-coast": 14,
        "mekong-river-delta": 13,
        "central-highlands": 5,
        "northern-midlands-and-mountains": 14,
    }
    assert {row["region_key"]: int(row["provinces"]) for row in TABLES["regions"]} == regions


def test_every_province_is_a_member_of_the_unit_it_merged_into() -> None:
    old = {r["key"]: r["merged_into"] for r in TABLES["provinces"] if r["basis"] == "63"}
    new = {r["key"]: r["members"].split(";") for r in TABLES["provinces"] if r["basis"] == "34"}
    assert (len(old), len(new)) == (63, 34)
    assert {member: unit for unit, members in new.items() for member in members} == old
    assert sum(map(len, new.values())) == 63
    # 11 units were left as they were; 23 are made of two or three
    assert Counter(map(len, new.values())) == {1: 11, 2: 17, 3: 6}


def test_the_framework_is_a_tree_of_78_nodes() -> None:
    levels = Counter(row["level"] for row in TABLES["framework"])
    assert levels == {"indicator": 52, "subpillar": 16, "pillar": 7, "subindex": 2, "index": 1}
    parents = {row["code"]: row["parent"] for row in TABLES["framework"]}
    assert [code for code, parent in parents.items() if parent not in {*parents, ""}] == []
    assert all(parents[c] == c.rpartition(".")[0] for c in parents if "." in c)
    assert [code for code in "1234567" if parents[code] == "OUT"] == ["6", "7"]


def test_where_the_indicators_come_from() -> None:
    """Footnote 2 of Kế hoạch 279/KH-UBND prints the totals."""
    printed = {"central statistics": 20, "other index": 11, "ministry": 8, "province": 13}
    kinds = [r["source_kind"] for r in TABLES["framework"] if r["level"] == "indicator"]
    assert Counter(kinds) == printed
    counts = rows(next(RAW.glob("bac-ninh-kh-279/*/source_counts.csv")))
    assert {row["source_kind"]: int(row["count"]) for row in counts} == printed


def test_18_free_numbers_in_15_capped_indicators() -> None:
    caps = [row for row in TABLES["treatments"] if row["rule"] == "cap"]
    assert len({row["code"] for row in caps}) == 15
    assert sum(int(row["free_numbers"]) for row in TABLES["treatments"]) == 18
    assert all(float(c["low"]) <= float(c["value"]) <= float(c["high"]) for c in caps)
    others = [(r["rule"], r["year"], r["code"]) for r in TABLES["treatments"] if r["rule"] != "cap"]
    assert others == [
        ("reversed", "2023", "4.1.2"),
        ("reversed", "2024", "4.1.2"),
        ("unidentified", "2023", "6.1.2"),
        ("unidentified", "2024", "6.1.2"),
    ]


def test_codes_keys_and_agencies_are_known_in_every_table() -> None:
    codes = {row["code"] for row in TABLES["framework"]}
    keys = {row["key"] for row in TABLES["provinces"]} | {"national max"}
    for table in TABLES.values():
        for row in table:
            assert row.get("code", "PII") in codes
            assert row.get("key", row.get("province", "cao-bang")) in keys
    agencies = {row["spelling"] for row in TABLES["agencies"]}
    leads = {name for r in TABLES["plan"] for name in (r["lead"], *r["lead_text"].split("; "))}
    assert leads - agencies == {""}


def test_ranks_and_scores_go_together() -> None:
    for year, units in (("2023", 63), ("2024", 63), ("2025", 34)):
        board = [row for row in TABLES["scoreboard"] if row["year"] == year]
        ranks = [int(row["rank"]) for row in board if row["rank"]]
        assert len(set(ranks)) == len(ranks)
        assert max(ranks) <= units
        both = sorted(
            (int(r["rank"]), -float(r["score"])) for r in board if r["rank"] and r["score"]
        )
        assert [score for _, score in both] == sorted(score for _, score in both)


@pytest.mark.parametrize(
    "path", [*PROCESSED.glob("*.csv"), *RAW.glob("*/*/*")], ids=lambda path: path.name
)
def test_a_file_is_composed_unicode_with_unix_line_ends(path: Path) -> None:
    text = path.read_bytes().decode("utf-8")
    assert unicodedata.is_normalized("NFC", text)
    assert re.search("[\r\ufeff\u200b\u00a0\x00]", text) is None
    assert text.endswith("\n")
