"""The calculator inside the report: the library's numbers, by hand, by keyboard and on paper."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from nbformat import v4

import piilib as pii
from piilib.analysis.effort import effort, prices
from piilib.analysis.lever_parts import position, spans
from piilib.analysis.plan import plan_total
from piilib.analysis.whatif import QUANTILES, new_values, score_changes
from piilib.report.calculator import calculator
from piilib.report.calculator_data import calculator_data, rank_steps
from piilib.report.diagnostic import Diagnostic, prepare
from piilib.report.export import to_html
from piilib.report.numbers import number
from report.browser import visit
from report.reading import tables, text
from report.synthetic import changed, rows_of, save

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

#: Indicators that have no value on the odd sheet.
WITHOUT = ("3.1.1", "4.1.3", "6.1.1")
EVALUATE = "(all) => JSON.stringify(JSON.parse(all).map((x) => piiCalculator.evaluate(x)))"
BAR = ".calc-bar"
ENDS = ("low", "gain", "high", "netLow", "net", "netHigh")


@pytest.fixture(scope="module")
def own() -> Diagnostic:
    return prepare("cao-bang", 2024, "vi", draws=200)


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Diagnostic:
    folder = tmp_path_factory.mktemp("odd")
    years = [
        changed(rows_of(year, key="ha-giang"), folder / "scratch.csv", without=WITHOUT)
        for year in (2023, 2024)
    ]
    path = save(folder / "own.csv", *years)
    d = prepare("ha-giang", 2024, "en", data=str(path), draws=100)
    d.__dict__["portfolios"] = {}  # not what is looked at here
    return d


def write(d: Diagnostic, path: Path, name: str) -> Path:
    """Write a page that holds the calculator alone."""
    shown = v4.new_output("display_data", data={"text/html": calculator(d)._repr_html_()})
    cells = [v4.new_markdown_cell("## PII"), v4.new_markdown_cell("## 1"), v4.new_code_cell("")]
    cells[-1].outputs = [shown]
    file = path / f"{name}.html"
    file.write_text(to_html(v4.new_notebook(cells=cells), lang=d.lang, title=d.name), "utf-8")
    return file


@pytest.fixture(scope="module")
def files(own: Diagnostic, odd: Diagnostic, tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("pages")
    return {"own": write(own, folder, "own"), "odd": write(odd, folder, "odd")}


@pytest.fixture(scope="module")
def windows(chromium: "Browser", files: dict[str, Path]) -> Iterator[dict[str, "Page"]]:
    pages = {}
    for name, path in files.items():
        pages[name] = chromium.new_page()
        pages[name].goto(path.as_uri())
    yield pages
    for page in pages.values():
        page.close()


@pytest.fixture
def page(windows: dict[str, "Page"]) -> "Page":
    """Cao Bằng's calculator with nothing changed and every pillar unfolded."""
    window = windows["own"]
    window.evaluate("piiCalculator.use({}, '')")
    window.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    return window


def evaluated(window: "Page", asked: list[dict[str, float]]) -> list[dict[str, Any]]:
    """Evaluate all scenarios by the page's own function in one call."""
    found: list[dict[str, Any]] = json.loads(window.evaluate(EVALUATE, json.dumps(asked)))
    return found


# --- the numbers ----------------------------------------------------------------------------------


def scenarios(d: Diagnostic, count: int, seed: int) -> list[dict[str, float]]:
    """Draw scenarios over all indicators: inside and far beyond the bounds, and on them."""
    rng = np.random.default_rng(seed)
    assert d.base is not None
    printed = d.base.sheet.table.loc[list(d.base.fw.indicators)].dropna()
    drawn = []
    for _ in range(count):
        some = rng.choice(len(printed), rng.integers(1, len(printed) + 1), replace=False)
        changes = {}
        for code, row in printed.iloc[some].iterrows():
            span = row["highest"] - row["lowest"]
            free = round(float(row["lowest"] + rng.uniform(-0.5, 1.5) * span), 3)
            exact = [float(row[name]) for name in ("value", "lowest", "highest")]
            changes[str(code)] = free if rng.random() < 0.8 else exact[rng.integers(3)]
        drawn.append(changes)
    return drawn


def expected(d: Diagnostic, asked: list[dict[str, float]]) -> tuple[dict[str, Any], Any]:
    """Compute scenarios with the library's parts, all at once.

    Returns for every node an array of shape (six ends, scenarios), and the efforts, (scenarios,
    indicators).
    """
    base = d.base
    assert base is not None
    value, now = (
        np.stack([new_values(base, changes) for changes in asked]),
        base.calibration.scores(),
    )
    here = base.calibration.scores(value) - now
    touched = np.array([[code in changes for code in base.column] for changes in asked])
    moved = np.where(touched[:, None, :], base.moved_scores(value) - now, now * 0.0)
    ends: dict[str, list[Any]] = {node: [] for node, _ in base.fw.groups}
    ends |= {code: [] for code in base.column}
    for delta in (here, moved):
        flat = score_changes(base, delta.reshape(-1, delta.shape[-1]))
        for node, change in flat.items():
            draws = np.nan_to_num(change).reshape(len(asked), -1)
            ends[node] += list(np.quantile(draws, QUANTILES, axis=1))
    size, price, gamma = prices(base.effort, list(base.fw.indicators))
    end = (value - base.calibration.low) / spans(base)[0]
    end = np.where(base.calibration.direction < 0, 1.0 - end, end)
    end = np.minimum(end, np.maximum(position(base), 1.0))
    spent = np.median(effort(position(base), end, size, price, spans(base)[0], gamma), axis=1)
    return {node: np.array(found) for node, found in ends.items()}, spent


@pytest.mark.parametrize(("name", "count"), [("own", 400), ("odd", 100)])
def test_random_scenarios_are_the_librarys(
    name: str, count: int, windows: dict[str, "Page"], request: pytest.FixtureRequest
) -> None:
    d: Diagnostic = request.getfixturevalue(name)
    asked = scenarios(d, count, seed=8)
    found = evaluated(windows[name], asked)
    known = set(d.fw.indicators) - (set(WITHOUT) if name == "odd" else set())
    assert {code for changes in asked for code in changes} == known
    worst, dearest = 0.0, 0.0
    wanted, efforts = expected(d, asked)
    column = {code: i for i, code in enumerate(d.fw.indicators)}
    for k, (changes, answer) in enumerate(zip(asked, found, strict=True)):
        nodes = [n for n in wanted if n in changes or n not in column]
        got = np.array([[answer["nodes"][node][key] for key in ENDS] for node in nodes])
        gap = np.abs(got - [wanted[node][:, k] for node in nodes])
        worst = max(worst, float(gap.max()))
        spent = np.array([answer["spent"][code] for code in changes])
        right = efforts[k, [column[code] for code in changes]]
        dearest = max(dearest, float((np.abs(spent - right) / (1.0 + right)).max()))
    assert dearest < 2e-3
    assert 0.0 < worst < 0.01


@pytest.mark.parametrize("name", ["own", "odd"])
def test_what_if_itself_says_the_same(
    name: str, windows: dict[str, "Page"], request: pytest.FixtureRequest
) -> None:
    d: Diagnostic = request.getfixturevalue(name)
    asked = [*scenarios(d, 12, seed=3), {"4.1.2": 5.0, "7.1.1": -40.0, "1.1.1": 1e6}]
    columns = {"new": "new", "gain": "gain", "gain_low": "low", "gain_high": "high"}
    if name == "own":
        columns |= {"net": "net", "net_low": "netLow", "net_high": "netHigh"}
    for changes, answer in zip(asked, evaluated(windows[name], asked), strict=True):
        table = pii.what_if(d.base, changes)[list(columns)].dropna()
        got = pd.DataFrame(answer["nodes"]).T.loc[table.index, list(columns.values())]
        assert np.abs(got.to_numpy(dtype=float) - table.to_numpy()).max() < 0.01


def test_the_reversed_indicator_rises_as_it_falls(windows: dict[str, "Page"]) -> None:
    down, up = evaluated(windows["own"], [{"4.1.2": 0.0}, {"4.1.2": 1e3}])
    assert down["nodes"]["PII"]["gain"] > 0 > up["nodes"]["PII"]["gain"]


def test_the_plan_costs_and_gives_what_the_plan_section_says(
    own: Diagnostic, windows: dict[str, "Page"]
) -> None:
    asked = calculator_data(own)["presets"]
    assert len(asked["plan"]) == 52
    plan, portfolio = evaluated(windows["own"], [asked["plan"], asked["portfolio"]])
    assert own.base is not None
    assert own.plan is not None
    assert own.levers is not None
    for name, key in (("gain", "gain"), ("net", "net")):
        total = plan_total(own.base, own.plan)[name][0]
        assert plan["nodes"]["PII"][key] == pytest.approx(total, abs=0.01)
    wanted = own.levers["target_effort"].sum()
    assert plan["effort"] == pytest.approx(wanted, rel=2e-3)
    best = own.portfolios["budget"]
    assert portfolio["nodes"]["PII"]["gain"] == pytest.approx(best.gain, abs=0.01)


def test_the_rank_is_that_of_the_drawn_scoreboard(
    own: Diagnostic, windows: dict[str, "Page"]
) -> None:
    """Others stay as drawn; ties take the better rank; today's is the published one."""
    found = evaluated(windows["own"], [{}, *scenarios(own, 60, seed=5)])
    others = own.completion.scores.drop(columns="cao-bang").to_numpy()
    places = set()
    for answer in found:
        score = answer["nodes"]["PII"]["new"]
        ranks = 1 + (others > score).sum(axis=1)
        wanted = np.quantile(ranks, [0.05, 0.5, 0.95], method="inverted_cdf")
        assert answer["rank"] == wanted.tolist()
        places.add(answer["rank"][1])
    assert found[0]["rank"] == [63, 63, 63]
    assert len(places) > 5


def test_where_all_scores_are_known_the_rank_is_one_number() -> None:
    d = prepare("hue", 2025, "vi")
    steps = rank_steps(d)
    known = d.scoreboard.table["score"].drop("hue").dropna()
    assert steps["of"] == (34 if steps["low"] != steps["high"] else len(known) + 1)
    assert steps["low"] <= steps["middle"] <= steps["high"]


def test_it_is_small(own: Diagnostic) -> None:
    assert len(calculator(own)) < 110_000
    folder = Path(pii.__file__).parent / "report" / "templates"
    assert (folder / "calculator.js").stat().st_size < 25_000


# --- typing, sliding, pressing --------------------------------------------------------------------


def bar(window: "Page") -> float:
    """Read the index off the bar."""
    found = re.search(r"([\d.,]+) \(", window.inner_text(BAR))
    assert found
    return float(found[1].replace(",", "."))


def score_of(d: Diagnostic, changes: dict[str, float]) -> float:
    return float(pii.what_if(d.base, changes).at["PII", "new"])


@pytest.mark.parametrize("typed", ["0,5", "0,50", " 0,5 "])
def test_a_decimal_comma_typed_by_hand(page: "Page", own: Diagnostic, typed: str) -> None:
    field = page.get_by_label("Giá trị thử của 6.1.1", exact=False)
    field.fill("")
    field.press_sequentially(typed)
    assert bar(page) == pytest.approx(score_of(own, {"6.1.1": 0.5}), abs=0.006)
    field.press("Tab")
    assert field.input_value() == "0,50"
    row = page.locator("tr[data-code='6.1.1']")
    assert "Riêng chỉ số này: +" in row.inner_text()
    assert float(page.inner_text("td[data-node='6.1']").replace(",", ".")) > 20
    assert "→" in page.inner_text("span[data-node='6']")
    row.get_by_role("button").click()
    assert bar(page) == 23.95


@pytest.mark.parametrize(
    ("lang", "typed", "wanted"),
    [
        ("vi", "1.234,5", 1234.5), ("vi", "-2,5", -2.5), ("vi", "−2", -2), ("vi", "12", 12),
        ("vi", "0.5", None), ("vi", "1,234.5", None), ("vi", "1,2,3", None), ("vi", "12,", None),
        ("vi", "abc", None), ("vi", "", None), ("vi", "5%", None), ("vi", "1e3", None),
        ("en", "1,234.5", 1234.5), ("en", "0.5", 0.5), ("en", "0,5", None), ("en", "1.2.3", None),
    ],
)  # fmt: skip
def test_numbers_are_read_as_they_are_written(
    windows: dict[str, "Page"], lang: str, typed: str, wanted: float | None
) -> None:
    window = windows["own" if lang == "vi" else "odd"]
    assert window.evaluate("(x) => piiCalculator.parse(x)", typed) == wanted


@pytest.mark.parametrize("x", [0.0, -0.001, 1234.5, -3.14159, 0.125, 99.995])
def test_numbers_are_written_as_in_the_report(windows: dict[str, "Page"], x: float) -> None:
    for name, lang in (("own", "vi"), ("odd", "en")):
        for signed in (False, True):
            got = windows[name].evaluate("([x, s]) => piiCalculator.number(x, 3, s)", [x, signed])
            assert got == number(x, 3, lang, signed=signed)  # type: ignore[arg-type]


def test_wrong_text_is_answered_beside_the_field(page: "Page", own: Diagnostic) -> None:
    field = page.locator("#try-1-1-1")
    field.fill("49,28")
    good = bar(page)
    field.fill("bốn mươi")
    field.press("Tab")
    note = page.locator("#try-1-1-1-note")
    assert field.get_attribute("aria-invalid") == "true"
    assert field.get_attribute("aria-describedby") == "try-1-1-1-note"
    assert "không phải là số" in note.inner_text()
    assert "49,28" in note.inner_text()
    assert bar(page) == good == pytest.approx(score_of(own, {"1.1.1": 49.28}), abs=0.006)
    field.fill("50")
    assert field.get_attribute("aria-invalid") == "false"


def test_the_buttons_set_the_scenario(page: "Page", own: Diagnostic) -> None:
    presets = calculator_data(own)["presets"]
    for name, key in (("Kế hoạch 2026", "plan"), ("Danh mục 10 năm công sức", "portfolio")):
        page.get_by_role("button", name=name).click()
        assert bar(page) == pytest.approx(score_of(own, presets[key]), abs=0.006)
    rows = page.locator(".calc-scenario tbody tr")
    assert rows.count() == len(presets["portfolio"])
    status(page, "Danh mục 10 năm công sức PII")
    page.get_by_role("button", name="Hiện nay", exact=True).click()
    assert (bar(page), rows.count()) == (23.95, 0)
    assert "hạng 63/63" in page.inner_text(BAR)


def test_an_arrow_key_moves_the_slider(page: "Page", own: Diagnostic) -> None:
    slider = page.get_by_label("Thanh trượt: 1.1.1", exact=False)
    page.locator("#try-1-1-1").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineWidth") == "3px"
    page.keyboard.press("ArrowRight")
    x = page.evaluate("piiCalculator.changes['1.1.1']")
    assert 45.28 < x < 45.9
    assert slider.get_attribute("aria-valuetext") == f"{number(x)} điểm"
    assert page.input_value("#try-1-1-1") == number(x)
    page.keyboard.press("End")
    assert page.evaluate("piiCalculator.changes['1.1.1']") == 52.51
    assert bar(page) == pytest.approx(score_of(own, {"1.1.1": 52.51}), abs=0.006)


# --- the scenario outside the page ----------------------------------------------------------------


def test_a_link_reopens_the_scenario(
    page: "Page", chromium: "Browser", files: dict[str, Path]
) -> None:
    wanted = {"1.1.1": 49.2802, "6.1.1": 0.5, "7.1.1": -3.0}
    page.evaluate("(x) => piiCalculator.use(x, '')", wanted)
    page.get_by_role("button", name="Chép liên kết").click()
    address = page.evaluate("location.href")
    other = chromium.new_page()
    try:
        other.goto(address)
        assert other.evaluate("piiCalculator.changes") == wanted
        assert bar(other) == bar(page)
        other.goto(address.replace("cao-bang-2024", "ha-giang-2024"))
        status(other, "Không mở")
        assert other.evaluate("piiCalculator.changes") == wanted
    finally:
        other.close()


REFUSED = {
    "{": "{",
    "a list": "[]",
    "nothing": "null",
    "another unit": ("cao-bang", "ha-giang"),
    "another year": ("2024", "2023"),
    "simulated": ("false", "true"),
    "another version": ('scenario": 1', 'scenario": 2'),
    "an unknown code": ("1.1.1", "9.9.9"),
    "no number": ("49.5", '"x"'),
}


def status(window: "Page", start: str) -> None:
    """Wait until the calculator has told something."""
    window.wait_for_function(
        "(start) => document.querySelector('[role=status]').textContent.startsWith(start)",
        arg=start,
    )


def test_a_file_keeps_the_scenario_and_a_faulty_one_is_refused(
    page: "Page", tmp_path: Path
) -> None:
    wanted = {"1.1.1": 49.5, "6.1.1": 0.5}
    page.evaluate("(x) => piiCalculator.use(x, '')", wanted)
    with page.expect_download() as download:
        page.get_by_role("button", name="Lưu tệp").click()
    path = tmp_path / "scenario.json"
    download.value.save_as(path)
    assert download.value.suggested_filename == "cao-bang-2024-scenario.json"
    content = path.read_text(encoding="utf-8")
    assert json.loads(content)["changes"] == wanted
    page.evaluate("piiCalculator.use({}, '')")
    page.set_input_files("#calculator input[type=file]", path)
    status(page, "Đã mở")
    assert page.evaluate("piiCalculator.changes") == wanted
    for name, fault in REFUSED.items():
        bad = fault if isinstance(fault, str) else content.replace(*fault)
        assert bad != content, name
        path.write_text(bad, encoding="utf-8")
        page.evaluate("document.querySelector('[role=status]').textContent = ''")
        page.set_input_files("#calculator input[type=file]", path)
        status(page, "Không mở")
        assert page.evaluate("piiCalculator.changes") == wanted, name


def test_the_scenario_as_text_and_on_paper(page: "Page", own: Diagnostic) -> None:
    page.evaluate("piiCalculator.use({'6.1.1': 0.5}, '')")
    said = page.evaluate("piiCalculator.text()")
    score = number(score_of(own, {"6.1.1": 0.5}))
    assert said.startswith("Cao Bằng, PII 2024")
    assert f"PII, theo mốc 2024: {score} (+" in said
    assert "0,02 → 0,50" in said
    assert "#scenario=cao-bang-2024;6.1.1=0.5" in said
    assert "không phải dự báo" in said
    for allowed in (True, False):
        page.evaluate(
            "(ok) => { Object.defineProperty(navigator, 'clipboard', {configurable: true, value:"
            " {writeText: async (x) => { if (!ok) throw 1; window.copied = x; }}});"
            " document.execCommand = () => { window.copied = document.activeElement.value;"
            " return true; }; window.copied = ''; }",
            allowed,
        )
        page.get_by_role("button", name="Chép thành chữ").click()
        page.wait_for_function("window.copied !== ''")
        assert page.evaluate("window.copied") == said
    page.evaluate("window.print = () => {}")
    page.get_by_role("button", name="In", exact=True).click()
    page.emulate_media(media="print")
    assert score in page.inner_text("body")
    assert "Trụ cột" not in page.inner_text("body")
    assert page.locator(".calculator").is_visible() is False
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator(".calc-paper").count() == 0
    assert page.locator(".calc-panel").is_visible() is False
    page.emulate_media(media="screen")


def test_simulated_data_keep_their_mark(
    chromium: "Browser", tmp_path_factory: pytest.TempPathFactory
) -> None:
    d = prepare("lai-chau", 2024, "en", data="demo", draws=100)
    d.__dict__["portfolios"] = {}
    window = chromium.new_page()
    try:
        window.goto(write(d, tmp_path_factory.mktemp("demo"), "demo").as_uri())
        window.evaluate("window.print = () => {}; piiCalculator.use({'1.1.1': 50}, '')")
        window.locator("summary").nth(1).click()
        unrounded = window.locator("#try-1-1-2")
        unrounded.fill(unrounded.input_value())
        assert window.evaluate("piiCalculator.changes") == {"1.1.1": 50}
        assert window.evaluate("piiCalculator.text()").startswith("SIMULATED DATA\n")
        window.get_by_role("button", name="Print").click()
        assert window.text_content(".calc-paper").startswith("SIMULATED DATA")
        assert "SIMULATED DATA" in window.inner_text(".calculator .source")
    finally:
        window.close()


# --- without a script, and for everybody ----------------------------------------------------------


def test_without_a_script_the_tables_stand(
    chromium: "Browser", files: dict[str, Path], own: Diagnostic
) -> None:
    html = files["own"].read_text(encoding="utf-8")
    rows = [row for part in tables(html).values() for row in part]
    assert own.sheet is not None
    scores = own.sheet.table["value"].drop(["PII", *"1234567"])
    assert [row["2024"] for row in rows] == [number(x) for x in scores]
    context = chromium.new_context(java_script_enabled=False)
    try:
        window = context.new_page()
        window.goto(files["own"].as_uri())
        assert window.locator("input, button").count() == 0
        window.locator("summary").first.click()
        assert window.locator("tr[data-code='1.1.1']").inner_text().split("\t")[1:4] == [
            "45,28", "25,16", "52,51",
        ]  # fmt: skip
    finally:
        context.close()


@pytest.mark.parametrize(("name", "width"), [("own", 1280), ("odd", 390)])
def test_nothing_is_wrong_in_chromium(
    chromium: "Browser", files: dict[str, Path], tmp_path: Path, name: str, width: int
) -> None:
    html = files[name].read_text(encoding="utf-8")
    unfolded = tmp_path / "page.html"
    unfolded.write_text(html.replace('<details class="calc-pillar">', "<details open>"), "utf-8")
    assert visit(chromium, unfolded, width) == {
        "errors": [], "requests": [], "overflow": 0, "violations": [],
    }  # fmt: skip


def test_a_missing_value_is_said_to_be(windows: dict[str, "Page"]) -> None:
    window = windows["odd"]
    for code in WITHOUT:
        cell = window.locator(f"tr[data-code='{code}'] .calc-try")
        assert cell.text_content() == "No value, so nothing to try."
    assert "–" in text(window.content())
