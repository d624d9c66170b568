"""Every section of the diagnostic, for provinces with much, little and nothing in hand."""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import piilib as pii
from piilib.analysis.change import node_changes
from piilib.index.scoring import method_framework, sheet_scores
from piilib.report import diagnostic
from piilib.report.chart import Chart
from piilib.report.diagnostic import Diagnostic, prepare
from report.reading import drawn, lines, tables, text
from report.synthetic import between, changed, highest, lowest, rows_of, save

SECTIONS = [name for name in diagnostic.__all__ if name not in ("Diagnostic", "prepare")]
PILLARS = ["1", "2", "3", "4", "5", "6", "7"]
#: Growth rates, an indicator whose direction is inferred, and one out of the province's hands.
NEVER = {"7.1.1", "7.1.4", "7.2.1", "4.1.2", "4.2.3"}
INDICATOR = re.compile(r"(?<![\d.,])[1-7]\.\d\.\d(?![\d.])")
SCRIPT = "<script>alert(1)</script>"

#: Published provinces: what is in hand differs from much to almost nothing.
PROVINCES = [
    ("cao-bang", 2024),  # two sheets and a plan
    ("cao-bang", 2023),  # no sheet of the year before
    ("bac-ninh", 2024),  # a score and pillars, no sheet
    ("lang-son", 2024),  # nothing of its own
    ("ba-ria-vung-tau", 2024),  # a name full of marks
    ("hue", 2025),  # 34 units, no treatments inferred
]


#: What is computed of a province, whatever the language.
SHARED = (
    "completion", "completed", "pillars", "outlooks", "reconciled", "drivers", "problem",
    "portfolios", "frontier",
)  # fmt: skip


@cache
def prepared(key: str, year: int, lang: str) -> Diagnostic:
    """Prepare a province; in English with the figures of the Vietnamese one, computed once.

    `test_pages.py` makes both pages whole, each from nothing.
    """
    if lang == "vi":
        return prepare(key, year, lang)
    d = prepared(key, year, "vi")
    english = replace(d, lang="en")
    for name in SHARED:
        if name in ("problem", "portfolios", "frontier", "reconciled") and d.base is None:
            continue
        english.__dict__[name] = getattr(d, name)
    return english


@pytest.fixture(scope="module")
def vi() -> Diagnostic:
    return prepared("cao-bang", 2024, "vi")


@pytest.fixture(scope="module")
def en() -> Diagnostic:
    return prepared("cao-bang", 2024, "en")


@pytest.fixture(params=["vi", "en"])
def either(request: pytest.FixtureRequest, vi: Diagnostic, en: Diagnostic) -> Diagnostic:
    return {"vi": vi, "en": en}[request.param]


@cache
def _shown(name: str, key: str, year: int, lang: str) -> Any:
    return getattr(diagnostic, name)(prepared(key, year, lang))


def shown(d: Diagnostic, name: str) -> Any:
    """Return what a section shows; drawn once for a published province."""
    if d is prepared(d.key, d.year, d.lang):
        return _shown(name, d.key, d.year, d.lang)
    return getattr(diagnostic, name)(d)


def markup(d: Diagnostic, name: str) -> str:
    return str(shown(d, name)._repr_html_())


def title(d: Diagnostic, name: str) -> str:
    chart = shown(d, name)
    assert isinstance(chart, Chart)
    return chart.title


def words(d: Diagnostic, *names: str) -> str:
    return "\n".join(text(markup(d, name)) for name in names or SECTIONS)


def number(x: float, lang: str, decimals: int = 2) -> str:
    """Write a number here, so as not to trust the code under test."""
    written = f"{abs(x):,.{decimals}f}"
    if lang == "vi":
        written = written.translate(str.maketrans(",.", ".,"))
    return f"−{written}" if x < 0 else written


def plus(x: float, lang: str, decimals: int = 2) -> str:
    return ("+" if round(x, decimals) > 0 else "") + number(x, lang, decimals)


def say(d: Diagnostic, vi: str, en: str) -> str:
    return vi if d.lang == "vi" else en


# --- every section, every kind of province --------------------------------------------------------

#: What only a program says, or a sentence with a hole in it.
UNREADABLE = re.compile(
    r"\bnan\b|\bNone\b|\binf\b|Traceback|\bDataFrame\b|\bTrue\b|\bFalse\b|np\.float"
    r"|[;,:(]\s*[.;]|\(\s*\)|  |\{|\}"
)


def faults(content: str) -> list[str]:
    return [content[max(0, m.start() - 40) : m.end() + 20] for m in UNREADABLE.finditer(content)]


def test_faults_are_seen() -> None:
    assert len(faults("0/7 trụ cột tăng; . nan điểm, None, () {x}")) == 6
    assert faults("Thống kê: information (một), Nông Lâm.") == []


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize(("key", "year"), PROVINCES)
def test_every_section_of_every_kind_of_province(key: str, year: int, lang: str) -> None:
    d = prepared(key, year, lang)
    for name in SECTIONS:
        html = markup(d, name)
        assert faults(text(html)) == [], name
        assert not re.search(r"<script|<(p|li|td)>\s*</\1>", html), name
        content = shown(d, name)
        if isinstance(content, Chart):
            assert [w for w in drawn(content) if faults(w)] == [], name


@pytest.mark.parametrize(("key", "year"), PROVINCES)
def test_no_two_elements_share_an_id_or_a_description(key: str, year: int) -> None:
    html = "".join(markup(prepared(key, year, "vi"), name) for name in SECTIONS)
    for pattern in (r'\sid="([^"]*)"', r"<desc[^>]*>([^<]*)", r"<caption[^>]*>(.*?)</caption>"):
        found = re.findall(pattern, html)
        assert len(found) == len(set(found)), pattern


@pytest.mark.parametrize(("key", "year", "name"), [
    ("cao-bang", 2024, "Cao Bằng"),
    ("bac-ninh", 2024, "Bắc Ninh"),
    ("lang-son", 2024, "Lạng Sơn"),
    ("ba-ria-vung-tau", 2024, "Bà Rịa - Vũng Tàu"),
    ("hue", 2025, "Huế"),
])  # fmt: skip
def test_the_province_is_named_with_its_marks(key: str, year: int, name: str) -> None:
    assert name in words(prepared(key, year, "vi"), "position")
    assert name not in words(prepared(key, year, "en"), "position", "first_screen")


# --- the language ---------------------------------------------------------------------------------

ENGLISH = re.compile(
    r"\b(the|of|and|points|scores|levers|bounds|drift|years|targets|with|from|than|is|are|not"
    r"|pillars|indicators|department|group|none|rank|change|today|notes)\b",
    re.IGNORECASE,
)
VIETNAMESE = re.compile(
    r"\b(điểm|tỉnh|chỉ số|trụ cột|nhóm|mốc|cả nước|công sức|đòn bẩy|không|và|của|mục tiêu"
    r"|cao nhất|thấp nhất|năm|hạng|chủ trì|số liệu)\b",
    re.IGNORECASE,
)
#: Names of files are the same in both languages.
FILE = re.compile(r"\b\w+\.csv\b")
#: Names of documents and where they are; these stay as their publisher wrote them.
DOCUMENTS = ("sources", "press_addresses")
#: What quotes the plan, in its own language.
QUOTES = ("audit_table",)
POINT = re.compile(r"(?<![\d.,])(\d+\.\d{2}|\d{2,}\.\d)(?![\d.])")
COMMA = re.compile(r"(?<![\d.,])\d+,\d{1,2}(?![\d,])")


def spoken(d: Diagnostic, *without: str) -> str:
    """Everything the page says in its own words, what is drawn in charts included."""
    left_out = (*DOCUMENTS, *without)
    parts = [words(d, *(name for name in SECTIONS if name not in left_out))]
    charts = (shown(d, name) for name in SECTIONS)
    parts += [word for chart in charts if isinstance(chart, Chart) for word in drawn(chart)]
    return FILE.sub("", "\n".join(parts))


@pytest.mark.parametrize(("key", "year"), PROVINCES)
def test_a_vietnamese_page_is_vietnamese(key: str, year: int) -> None:
    content = spoken(prepared(key, year, "vi"))
    assert sorted({m[0] for m in ENGLISH.finditer(content)}) == []
    assert sorted({m[0] for m in POINT.finditer(content.replace("piilib 0.1.0", ""))}) == []
    assert VIETNAMESE.search(content)


@pytest.mark.parametrize(("key", "year"), PROVINCES)
def test_an_english_page_is_english(key: str, year: int) -> None:
    content = spoken(prepared(key, year, "en"), *QUOTES)
    assert sorted({m[0] for m in VIETNAMESE.finditer(content)}) == []
    assert sorted({m[0] for m in COMMA.finditer(content)}) == []
    assert ENGLISH.search(content)


def test_a_wrong_decimal_sign_would_be_seen() -> None:
    assert [m[0] for m in POINT.finditer("23.95 và 14.7, mục 1.1.1, nhóm 2.2, ngày 1.234")] == [
        "23.95",
        "14.7",
    ]
    assert [m[0] for m in COMMA.finditer("23,95 in 1,234 of 1.1, 2.2")] == ["23,95"]


# --- the first screen -----------------------------------------------------------------------------


def test_the_first_screen_says_what_was_published(either: Diagnostic) -> None:
    """Appendix of plan 3372/KH-UBND; stated goals in its text, part I; PII 2025 in the press."""
    d, said = either, lines(markup(either, "first_screen"))
    for figure in (23.95, 22.18, 36.75, 34.92):
        assert any(number(figure, d.lang) in line for line in said), figure
    for figure in (44.0, 53.4):
        assert any(number(figure, d.lang, 1) in line for line in said), figure
    for exact in ("63/63", "≤ 30/34", number(23.95, d.lang)):
        assert exact in said
    assert any(line.startswith("2023: 63/63") for line in said)
    assert any(plus(23.95 - 22.18, d.lang) in line for line in said)
    assert any(f"≥ {number(30, d.lang)}" in line for line in said)
    assert say(d, "chưa có", "none") in said  # its own result of 2025


def test_the_change_is_that_of_the_published_pillars(either: Diagnostic) -> None:
    d = either
    before = {"1": 35.49, "2": 37.90, "3": 12.59, "4": 19.00, "5": 12.27, "6": 18.23, "7": 23.58}
    now = {"1": 42.20, "2": 31.08, "3": 25.35, "4": 14.69, "5": 23.39, "6": 26.98, "7": 14.13}
    change = {code: now[code] - before[code] for code in now}
    up, down = max(change, key=change.__getitem__), min(change, key=change.__getitem__)
    assert (up, down) == ("3", "7")
    said = lines(markup(d, "first_screen"))
    first = next(line for line in said if say(d, "/7 trụ cột", "of 7 pillars") in line)
    rising = sum(x > 0 for x in change.values())
    assert say(d, f"{rising}/7 trụ cột", f"{rising} of 7 pillars") in first
    assert f"{d.node(up)} ({plus(change[up], d.lang)})" in first
    assert f"{d.node(down)} ({plus(change[down], d.lang)})" in first


@pytest.fixture(scope="module")
def levers() -> pd.DataFrame:
    """What the library gives for the same question."""
    return pii.levers(pii.load_sheet("cao-bang", 2024))


def test_the_five_levers_are_those_of_the_library(either: Diagnostic, levers: pd.DataFrame) -> None:
    d, (rows,) = either, tables(markup(either, "first_screen")).values()
    first = levers[levers["eligible"]].head(5)
    assert [next(iter(row.values())).split()[0] for row in rows] == list(first.index)
    for row, (_, lever) in zip(rows, first.iterrows(), strict=True):
        cells = list(row.values())
        assert cells[1:4] == [
            plus(lever["gain"], d.lang),
            plus(lever["net"], d.lang),
            number(lever["effort"], d.lang, 1),
        ]
        assert cells[4] == lever["group"]
        assert cells[6] == d.agency(lever["lead"], short=True)
    total = words(d, "first_screen")
    assert plus(first["gain"].sum(), d.lang) in total
    assert plus(first["net"].sum(), d.lang) in total
    assert number(first["effort"].sum(), d.lang, 1) in total
    assert plus(levers["standing"].sum(), d.lang) in total


def test_the_decisions_are_those_levers_by_agency(either: Diagnostic, levers: pd.DataFrame) -> None:
    first = levers[levers["eligible"]].head(5)
    said = lines(markup(either, "first_screen").split("<h3>")[-1])
    for lead, group in first.groupby("lead"):
        (line,) = [x for x in said if x.startswith(either.agency(str(lead)))]
        assert INDICATOR.findall(line) == list(group.index)


def test_what_the_plan_adds_up_to(either: Diagnostic) -> None:
    """Worked out here from the targets: pillars are equal in input and output, these in the PII."""
    target = pii.load_plan("cao-bang").table["target"]
    sub = {
        p: sum(t for code, t in target.items() if re.fullmatch(rf"{p}\.\d", str(code)))
        / sum(1 for code in target.index if re.fullmatch(rf"{p}\.\d", str(code)))
        for p in PILLARS
    }

    def index(pillar: Any) -> float:
        return float(sum(pillar[p] for p in "12345") / 10 + sum(pillar[p] for p in "67") / 4)

    assert round(index(target), 2) == 36.75
    assert round(index(sub), 2) == 34.92
    sheet = pii.load_sheet("cao-bang", 2024)
    met = replace(sheet, table=sheet.table.assign(value=target.reindex(sheet.table.index)))
    for method, expected in (("reversed", 44.0), ("official", 53.4)):
        total = sheet_scores(met, method_framework(2024, method))["PII"]
        assert round(total, 1) == expected
        assert number(total, either.lang, 1) in words(either, "first_screen")
    apart = {p: (target[p], sub[p]) for p in PILLARS if abs(target[p] - sub[p]) > 0.005}
    said = words(either, "plan_text")
    for p, pair in apart.items():
        assert f"{p} ({' / '.join(number(x, either.lang) for x in pair)})" in said
    assert f"{len(apart)} " in lines(markup(either, "first_screen"))[-1]


# --- chart titles against the figures they stand over ---------------------------------------------


def test_title_of_the_position(either: Diagnostic) -> None:
    known = pii.load_scoreboard(2024).table["score"]
    gap = known.max() - known["cao-bang"]
    assert round(gap, 2) == 36.81
    assert number(gap, either.lang) in title(either, "position_chart")
    assert f"{known.notna().sum()} " in words(either, "position")


def test_title_of_the_profile(either: Diagnostic) -> None:
    table = pii.load_sheet("cao-bang", 2024).table.loc[PILLARS]
    bottom = list(table.index[table["value"] == table["lowest"]])
    place = (table["value"] - table["lowest"]) / (table["highest"] - table["lowest"])
    assert (bottom, place.idxmax()) == (["3", "7"], "6")
    said = title(either, "profile_chart")
    assert say(either, "2/7 trụ cột", "2 of 7 pillars") in said
    assert all(either.node(code, short=True) in said for code in [*bottom, "6"])


def test_title_of_the_change(either: Diagnostic) -> None:
    sheets = [pii.load_sheet("cao-bang", year) for year in (2023, 2024)]
    share = {p: 0.1 if p in "12345" else 0.25 for p in PILLARS}
    points = node_changes(*sheets)["change"].loc[PILLARS] * pd.Series(share)
    said = title(either, "change_chart")
    for code, expected in (("6", 2.1875), ("7", -2.3625)):
        assert points[code] == pytest.approx(expected)
        assert f"{either.node(code, short=True)} " in said
        assert plus(points[code], either.lang) in said
    assert (points.idxmax(), points.idxmin()) == ("6", "7")
    assert points.sum() == pytest.approx(23.95 - 22.18, abs=0.005)


def test_title_of_the_reconciliation(either: Diagnostic) -> None:
    sheet = pii.load_sheet("cao-bang", 2024)
    groups = [code for code in sheet.table.index if re.fullmatch(r"\d\.\d", code)]
    fits = {
        m: int(pii.reconcile(sheet, m).loc[groups, "fits"].sum()) for m in ("reversed", "official")
    }
    assert fits == {"reversed": 9, "official": 16}
    said = [int(x) for x in re.findall(r"\d+", title(either, "reconcile_chart"))]
    assert said == ([2024, 9, 16, 16, 16] if either.lang == "vi" else [2024, 9, 16, 16])
    last = lines(markup(either, "reconcile_text"))[-1]
    numbers = re.findall(r"\d+", re.sub(r"4\.1\.2|2023–2024", "", last))
    assert [int(x) for x in numbers] == [18, 32, 20, 32, 32, 20]


def test_title_of_the_strengths(either: Diagnostic) -> None:
    fw = method_framework(2024, "official")
    scores = sheet_scores(pii.load_sheet("cao-bang", 2024), fw)[list(fw.indicators)].dropna()
    numbers = [int((scores >= 50).sum()), len(scores), int((scores < 10).sum())]
    said = [int(x) for x in re.findall(r"\d+", title(either, "strengths_chart"))]
    assert said == [numbers[0], numbers[1], 50, numbers[2], 10, 8, 8]


def test_title_of_the_levers(either: Diagnostic, levers: pd.DataFrame) -> None:
    usable = levers[levers["eligible"] & (levers["net"] > 0)]
    shares = [100 * usable.head(10)[c].sum() / usable[c].sum() for c in ("net", "effort")]
    assert re.findall(r"\d+(?=%)", title(either, "levers_chart")) == [f"{x:.0f}" for x in shares]


def test_title_of_the_agencies(either: Diagnostic, levers: pd.DataFrame) -> None:
    usable = levers[levers["eligible"]]
    net = usable.groupby("lead")["net"].sum().sort_values(ascending=False)
    leads = usable.head(10)["lead"].value_counts()
    said = title(either, "agencies_chart")
    assert said.startswith(either.agency(net.index[0]))
    assert plus(net.iloc[0], either.lang) in said
    assert re.search(rf"{leads.iloc[0]} (trong|of the first) 10 ", said)


def test_title_of_the_plan(either: Diagnostic) -> None:
    assert re.findall(r"\d+[.,]?\d*", title(either, "plan_chart")) == [
        "30",
        number(34.9, either.lang, 1),
        number(53.4, either.lang, 1),
    ]


# --- what may never be recommended ----------------------------------------------------------------


def recommended(d: Diagnostic) -> set[str]:
    """Codes that the page puts forward: rows of levers, decisions, the text and title on them."""
    html = markup(d, "first_screen")
    found = {
        code
        for key, rows in (tables(html) | tables(markup(d, "levers_table"))).items()
        for row in rows
        for code in INDICATOR.findall(next(iter(row.values())))
        if key in ("five-levers", "levers-table")
    }
    decisions = html.split("<h3>")[-1]
    for part in (decisions, markup(d, "levers_text"), markup(d, "levers_chart")):
        found |= set(INDICATOR.findall(text(part)))
    return found


def test_growth_and_excluded_indicators_are_never_put_forward(either: Diagnostic) -> None:
    found = recommended(either)
    assert len(found) > 30
    assert found & NEVER == set()
    assert set(INDICATOR.findall(words(either, "not_levers"))) >= NEVER
    best = tables(markup(either, "agencies_table"))["agencies-table"]
    named = " ".join(list(row.values())[-1] for row in best)
    assert set(INDICATOR.findall(named)) & NEVER == set()


# --- text from data is text -----------------------------------------------------------------------


def test_text_from_data_is_escaped(vi: Diagnostic) -> None:
    assert vi.sheet is not None
    assert vi.before is not None
    assert vi.plan is not None
    assert vi.base is not None
    assert vi.levers is not None
    board = vi.scoreboard
    d = replace(
        vi,
        sheet=replace(vi.sheet, source=SCRIPT),
        plan=replace(vi.plan, source=SCRIPT, table=vi.plan.table.assign(lead=SCRIPT)),
        levers=vi.levers.assign(lead=SCRIPT),
        base=replace(vi.base, effort=vi.base.effort.assign(reason_vi=SCRIPT, step_unit_vi=SCRIPT)),
        names=vi.names.assign(name_vi=SCRIPT + vi.names["name_vi"]),
        scoreboard=replace(board, table=board.table.assign(address=SCRIPT)),
        effort_file="",
        data=f"/x/{SCRIPT}.csv".replace("/script", "script"),
    )
    seen = set()
    for name in SECTIONS:
        html = str(getattr(diagnostic, name)(d)._repr_html_())
        assert "<script" not in html, name
        if "&lt;script&gt;" in html:
            seen.add(name)
    assert {
        "agencies_chart", "agencies_table", "assumptions", "first_screen", "foot", "levers_table",
        "plan_chart", "plan_targets", "position", "position_chart", "press_addresses",
        "profile_table", "reconcile_chart",
    } <= seen  # fmt: skip


# --- plans with other goals -----------------------------------------------------------------------


def planned(d: Diagnostic, **goals: tuple[str, str]) -> Diagnostic:
    """Return the diagnostic of a plan that states these goals (what: value, of) alone."""
    assert d.plan is not None
    rows = [
        {"place": "I", "what": what, "printed": f"≤ {value}", "value": value, "of": of}
        for what, (value, of) in goals.items()
    ]
    table = pd.DataFrame(rows, columns=["place", "what", "printed", "value", "of"])
    return replace(d, plan=replace(d.plan, goals=table))


PLANNED = ("first_screen", "plan_text", "plan_chart", "plan_targets")


def test_the_goals_on_the_page_are_those_of_the_plan(either: Diagnostic) -> None:
    d = planned(either, rank=("25", "34"), score=("41.5", ""))
    said = words(d, *PLANNED)
    assert "≤ 25/34" in said
    assert number(41.5, d.lang) in said
    assert not re.search(r"30/34|30 of 34|≥ 30|nêu (từ )?30|states 30", said)


def test_a_plan_that_states_no_goal(either: Diagnostic) -> None:
    said = words(planned(either), *PLANNED)
    assert faults(said) == []
    assert not re.search(r"/34|≥ –|≤ –|30 of 34|nêu (từ )?\d|states \d", said)
    assert number(36.75, either.lang) in said


def test_a_plan_without_some_targets(vi: Diagnostic) -> None:
    assert vi.plan is not None
    assert vi.sheet is not None
    assert vi.base is not None
    table = vi.plan.table.copy()
    table.loc[["1.1.1", "6.1.1"], "target"] = float("nan")
    plan = replace(vi.plan, table=table)
    found = pii.levers(vi.base, draws=400, plan=plan)
    said = words(replace(vi, plan=plan, levers=found), *PLANNED)
    assert faults(said) == []
    assert "trên 50 mục tiêu" in said


def test_levers_said_to_have_stood_still_did(either: Diagnostic) -> None:
    for name in ("first_screen", "caveats"):
        for line in re.findall(r".*(?:không tiến|did not gain).*", words(either, name)):
            assert not re.search(r"\(\+", line), name


# --- sheets that no province ever had -------------------------------------------------------------

Make = Callable[[Path], tuple[pd.DataFrame, ...]]

#: Cao Bằng's bounds with other values. The last year is the one reported.
SYNTHETIC: dict[str, Make] = {
    "all at the highest": lambda t: (
        changed(rows_of(2023), t),
        changed(rows_of(2024), t, highest, rank="1"),
    ),
    "at the lowest for two years": lambda t: (
        changed(rows_of(2023), t, lowest, rank="63"),
        changed(rows_of(2024), t, lowest, rank="63"),
    ),
    "everything falling": lambda t: (
        changed(rows_of(2023), t, between(0.6)),
        changed(rows_of(2024), t, between(0.4), rank="30"),
    ),
    "the national leader, rising": lambda t: (
        changed(rows_of(2023), t, between(0.7)),
        changed(rows_of(2024), t, between(0.9), rank="1"),
    ),
    "three values missing": lambda t: (
        rows_of(2023),
        changed(rows_of(2024), t, without=("4.1.2", "5.1.1", "6.1.1"), rank="63"),
    ),
    "unchanged": lambda t: (rows_of(2024, as_year=2023), rows_of(2024)),
    "another province, one year": lambda t: (rows_of(2024, key="ha-giang"),),
}


@pytest.fixture(scope="module", params=list(SYNTHETIC))
def odd(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Diagnostic:
    """A diagnostic of such a sheet, in Vietnamese and English by turns."""
    folder = tmp_path_factory.mktemp("odd")
    frames = SYNTHETIC[request.param](folder / "scratch.csv")
    path = save(folder / "own.csv", *frames)
    lang = ("vi", "en")[list(SYNTHETIC).index(request.param) % 2]
    return prepare(frames[-1]["province"].iloc[0], 2024, lang, data=str(path), draws=400)


@pytest.fixture(scope="module")
def page(odd: Diagnostic) -> dict[str, Any]:
    """Every section of the odd sheet, shown once."""
    return {name: getattr(diagnostic, name)(odd) for name in SECTIONS}


def told(page: dict[str, Any], *names: str) -> str:
    return "\n".join(text(page[name]._repr_html_()) for name in names or SECTIONS)


def titled(page: dict[str, Any], name: str) -> str:
    return page[name].title if isinstance(page[name], Chart) else ""


def pillar_changes(d: Diagnostic) -> pd.Series | None:
    assert d.sheet is not None
    if d.before is None:
        return None
    return d.sheet.table.loc[PILLARS, "value"] - d.before.table.loc[PILLARS, "value"]


def useful(d: Diagnostic) -> pd.DataFrame:
    assert d.levers is not None
    return d.levers[d.levers["eligible"] & (d.levers["net"] > 0)]


def test_odd_sheets_read_well(page: dict[str, Any]) -> None:
    for name, content in page.items():
        html = content._repr_html_()
        assert faults(text(html)) == [], name
        assert not re.search(r"<script|<(p|li|td)>\s*</\1>", html), name
        if isinstance(content, Chart):
            assert [w for w in drawn(content) if faults(w)] == [], name


def test_odd_sheets_keep_to_their_language(odd: Diagnostic, page: dict[str, Any]) -> None:
    said = FILE.sub("", told(page, *(name for name in SECTIONS if name not in DOCUMENTS)))
    foreign = {"vi": ENGLISH, "en": VIETNAMESE}[odd.lang]
    assert sorted({m[0] for m in foreign.finditer(said)}) == []


def test_ups_and_downs_are_said_where_there_are_some(odd: Diagnostic, page: dict[str, Any]) -> None:
    changes = pillar_changes(odd)
    said = titled(page, "change_chart") + told(page, "first_screen", "change_text")
    down = any(
        word in said for word in ("kéo xuống", "takes most", "giảm nhiều nhất", "largest fall")
    )
    up = any(word in said for word in ("kéo lên", "adds most", "tăng nhiều nhất", "largest rise"))
    assert up == (changes is not None and bool((changes > 0).any()))
    assert down == (changes is not None and bool((changes < 0).any()))
    if changes is not None:
        rising = int((changes > 0).sum())
        assert say(odd, f"{rising}/7 trụ cột", f"{rising} of 7 pillars") in told(
            page, "first_screen"
        )


def test_the_verb_fits_the_change(odd: Diagnostic, page: dict[str, Any]) -> None:
    said = told(page, "change_text")
    if odd.before is None or odd.sheet is None:
        assert not re.search(r"Điểm PII (tăng|giảm)|The PII (rose|fell)", said)
        return
    change = round(odd.sheet.score - odd.before.score, 2)
    assert bool(re.search(r"Điểm PII tăng|The PII rose", said)) == (change > 0)
    assert bool(re.search(r"Điểm PII giảm|The PII fell", said)) == (change < 0)


def test_levers_are_spoken_of_where_there_are_some(odd: Diagnostic, page: dict[str, Any]) -> None:
    count = len(useful(odd))
    first = told(page, "first_screen")
    five, ten = min(count, 5), min(count, 10)
    assert bool(re.search(r"đòn bẩy dưới đây|levers below", first)) == (count > 0)
    assert ("five-levers" in tables(page["first_screen"]._repr_html_())) == (count > 0)
    assert isinstance(page["levers_chart"], Chart) == (count > 0)
    assert isinstance(page["agencies_chart"], Chart) == (count > 0)
    said = told(page, "levers_text", "levers_chart", "agencies_chart")
    assert bool(re.search(r"đòn bẩy đầu|[Tt]he first \d+ levers", said)) == (count > 0)
    if count:
        assert re.search(rf"^(The )?{five} (đòn bẩy|levers)", first, re.MULTILINE)
        assert {int(x) for x in re.findall(r"(\d+) đòn bẩy đầu|first (\d+) levers", said)
                for x in x if x} == {ten}  # fmt: skip
        shares = [int(x) for x in re.findall(r"\d+(?=%)", titled(page, "levers_chart"))]
        assert all(0 < x <= 100 for x in shares)
        assert shares == [
            round(100 * useful(odd).head(10)[c].sum() / useful(odd)[c].sum())
            for c in ("net", "effort")
        ]


def test_what_may_never_be_put_forward_is_not(odd: Diagnostic, page: dict[str, Any]) -> None:
    shown_ = {key: page[key]._repr_html_() for key in ("first_screen", "levers_table")}
    found = {
        code
        for html in shown_.values()
        for rows in tables(html).values()
        for row in rows
        for code in INDICATOR.findall(next(iter(row.values())))
    }
    found |= set(INDICATOR.findall(text(shown_["first_screen"].split("<h3>")[-1])))
    found |= set(INDICATOR.findall(told(page, "levers_text", "levers_chart")))
    assert found & NEVER == set()
    assert odd.levers is not None
    assert found <= set(odd.levers.index[odd.levers["eligible"]])


def test_the_leader_leads_and_nobody_else(odd: Diagnostic, page: dict[str, Any]) -> None:
    assert odd.sheet is not None
    others = odd.scoreboard.table["score"].drop(odd.key).max()
    leads = odd.sheet.score >= others
    said = told(page, "position")
    assert bool(re.search(r"cao nhất trong|the highest of the published", said)) == leads
    behind = f"{number(others - odd.sheet.score, odd.lang)} "
    for part in (said, titled(page, "position_chart")):
        assert (behind in part) == (not leads)
    assert bool(re.search(r"dẫn đầu|the leader", titled(page, "position_chart"))) == (not leads)


def test_above_or_below_the_region(odd: Diagnostic, page: dict[str, Any]) -> None:
    assert odd.sheet is not None
    gap = odd.sheet.score - 32.03  # the mean of Northern Midlands and Mountains, 2024
    said = told(page, "position")
    assert bool(re.search(r"Cao hơn trung bình|above the mean", said)) == (gap > 0)
    assert bool(re.search(r"Thấp hơn trung bình|below the mean", said)) == (gap < 0)
    assert number(abs(gap), odd.lang) in said


def test_published_scores_are_counted_as_published(odd: Diagnostic, page: dict[str, Any]) -> None:
    """A reader's own sheet is no published score."""
    count = int(odd.scoreboard.table["score"].notna().sum())
    said = re.findall(r"Mới có (\d+) trên 63|Only (\d+) of 63", told(page, "position"))
    assert [int(x) for pair in said for x in pair if x] == [count]


def test_lowest_and_best_placed_pillars(odd: Diagnostic, page: dict[str, Any]) -> None:
    assert odd.sheet is not None
    table = odd.sheet.table.loc[PILLARS]
    bottom = int((table["value"] == table["lowest"]).sum())
    place = (table["value"] - table["lowest"]) / (table["highest"] - table["lowest"])
    said = titled(page, "profile_chart")
    assert bool(re.search(r"[Tt]hấp nhất cả nước|[Ll]owest of the country", said)) == (bottom > 0)
    if bottom:
        assert say(odd, f"{bottom}/7 trụ cột", f"{bottom} of 7 pillars") in said
    if place.max() == place.min():  # nowhere better than elsewhere
        assert not re.search(r"tốt nhất|[Bb]est placed", said)
    else:
        assert odd.node(str(place.idxmax()), short=True) in said


def test_strengths_are_strengths(odd: Diagnostic, page: dict[str, Any]) -> None:
    assert odd.sheet is not None
    fw = method_framework(2024, "official")
    scores = sheet_scores(odd.sheet, fw)[list(fw.indicators)].dropna()
    said = told(page, "strengths_text")
    numbers = [int(x) for x in re.findall(r"\d+", titled(page, "strengths_chart"))]
    assert {int((scores >= 50).sum()), len(scores), int((scores < 10).sum())} <= set(numbers)
    if scores.max() < 1:
        assert not re.search(r"Mạnh nhất|Strongest", said)
    assert "1 indicators" not in said
    lost = re.search(r"đã mất hơn 20 điểm|lost over 20 points", said)
    assert not lost or odd.before is not None


def test_caps_are_called_a_fit_only_where_they_fit_something(
    odd: Diagnostic, page: dict[str, Any]
) -> None:
    assert odd.sheet is not None
    sheets = [s for s in (odd.before, odd.sheet) if s is not None]
    fits = {
        method: sum(
            int(table.loc[[c for c in table.index if re.fullmatch(r"\d\.\d", c)], "fits"].sum())
            for table in (pii.reconcile(sheet, method) for sheet in sheets)
        )
        for method in ("reversed", "official")
    }
    said = re.search(r"phần còn lại dựa vào mức trần|the others rest on caps", told(page))
    assert bool(said) == (fits["official"] > fits["reversed"])


def test_with_one_year_nothing_is_called_net_of_a_drift(
    odd: Diagnostic, page: dict[str, Any]
) -> None:
    said = told(page, "first_screen", "levers_table", "agencies_table", "plan_text")
    chart = page["levers_chart"]
    said += "\n".join(drawn(chart)) if isinstance(chart, Chart) else ""
    net = re.search(r"vượt xu hướng|net of the (common )?drift|nếu mốc|if bounds move", said, re.I)
    assert not net or odd.before is not None


def test_a_plan_is_spoken_of_where_there_is_one(odd: Diagnostic, page: dict[str, Any]) -> None:
    assert isinstance(page["plan_chart"], Chart) == (odd.plan is not None)
    assert bool(re.search(r"Kế hoạch 2026 nêu|The plan for 2026", told(page))) == (
        odd.plan is not None
    )
    assert bool(re.search("30/34", told(page, "first_screen"))) == (odd.plan is not None)


def test_the_foot_names_the_readers_own_file(odd: Diagnostic, page: dict[str, Any]) -> None:
    said = told(page, "foot")
    assert re.search(r"own\.csv [0-9a-f]{12}", said)
    assert f"--province {odd.key} --year 2024 --lang {odd.lang} --data own.csv" in said
