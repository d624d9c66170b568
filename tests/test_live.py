"""What-if, live: the library's figures under every slider, in time, and words in both languages."""

import re
import time

import numpy as np
import pytest
from conftest import needs
from report.synthetic import rows_of, save

import piilib as pii
from piilib.errors import DataError
from piilib.report import live
from piilib.report.live_widgets import read_number
from piilib.report.numbers import number

needs("ipywidgets")


@pytest.fixture(scope="module")
def d():
    return live.prepare("cao-bang", 2024, "vi", draws=100)


@pytest.fixture(scope="module")
def view(d):
    return live.calculator(d)


@pytest.fixture(autouse=True)
def from_today(request):
    if "view" in request.fixturenames:
        request.getfixturevalue("view").choose("today")


def same(found, expected):
    """The library's table is a part of the scenario's, to 1e-9."""
    part = found.loc[expected.index, expected.columns]
    assert np.abs((part - expected).to_numpy()).max() < 1e-9


def test_random_scenarios_are_those_of_the_library(d):
    """Within the bounds, beyond them, at them, the reversed 4.1.2 and today's value."""
    rng = np.random.default_rng(0)
    table = d.sheet.table.loc[list(d.fw.indicators)]
    for size in (1, 1, 2, 3, 8, 52):
        changes = {}
        for code in rng.choice(table.index, size, replace=False):
            value, low, high = table.loc[code]
            u = rng.uniform(-0.3, 1.4)
            changes[str(code)] = float(rng.choice([low + u * (high - low), value, high]))
        same(live.scenario(d.base, changes), pii.what_if(d.base, changes))
    assert live.scenario(d.base, {"4.1.2": 0.0}).at["PII", "gain"] > 0.1
    assert live.scenario(d.base, {"4.1.2": 0.09}).at["PII", "gain"] < -0.1


def test_nothing_changed_is_the_published_score(d):
    found = live.scenario(d.base, {})
    assert found.index.tolist() == ["PII"]
    assert found.loc["PII", ["published", "new", "gain", "net", "effort"]].tolist() == [
        23.95,
        23.95,
        0.0,
        0.0,
        0.0,
    ]


def test_a_missing_value_is_left_out_and_cannot_be_tried(tmp_path):
    rows = rows_of(2024)
    rows.loc[rows["code"] == "5.3.1", "value"] = ""
    path = tmp_path / "sheet.csv"
    save(path, rows)
    base = pii.anchor(pii.load_sheet("cao-bang", 2024, path), draws=50, data=path)
    changes = {"5.3.2": 5.0, "6.1.1": 0.1}
    same(live.scenario(base, changes), pii.what_if(base, changes))
    with pytest.raises(DataError, match=r"5\.3\.1, which has no value"):
        live.scenario(base, {"5.3.1": 0.1})


def test_effort_is_that_of_the_levers(d):
    """One step costs what the table of levers says; a change for the worse costs nothing."""
    targets = d.levers["target"].dropna()
    for code in ("1.1.1", "3.1.2", "6.1.1", "6.3.2"):
        found = live.scenario(d.base, {code: float(targets[code])})
        assert found.at["PII", "effort"] == pytest.approx(d.levers.at[code, "target_effort"])
    worse = live.scenario(d.base, {"1.1.1": 40.0})
    assert worse.at["PII", "effort"] == 0.0
    assert worse.at["PII", "gain"] < 0


def test_a_slider_moves_every_number_in_time(d, view):
    """From the slider to the figures on the page, in the processor's time, which no load moves."""
    spent = []
    for x in (0.3, 0.5, 0.8, 0.1, 0.5):
        start = time.process_time()
        view.sliders["6.1.1"].value = x
        spent.append(time.process_time() - start)
    assert np.median(spent) < 0.05
    expected = pii.what_if(d.base, {"6.1.1": 0.5})
    same(view.found, expected)
    top = expected.loc["PII"]
    ends = f"{number(top['gain_low'])}–{number(top['gain_high'])}"
    assert f"theo mốc 2024: {number(top['new'])} điểm (+3,56" in view.index.value
    assert f"khoảng 90%: {ends}" in view.index.value
    assert view.fields["6.1.1"].value == "0,50"
    names = re.findall(r'<th scope="row" class="left">(\S+)', view.result.value)
    assert names == ["Chỉ", "Đầu", "6", "6.1", "6.1.1"]


def test_fifty_changes_are_still_in_time(view):
    view.choose("plan")
    assert len(view.changes) == len(view.sliders) == 52
    start = time.process_time()
    view.sliders["1.1.1"].value = 50.0
    assert time.process_time() - start < 0.1
    assert view.changes["1.1.1"] == pytest.approx(50.0, abs=0.2)


def test_a_handle_put_on_its_step_is_no_move(view):
    """A page rounds the places of handles; today's value must not change by it."""
    for code, slider in view.sliders.items():
        steps = (slider.value - slider.min) / slider.step
        assert steps == pytest.approx(round(steps), abs=1e-6), code
        slider.value = slider.value + 0.4 * slider.step
    assert view.changes == {}


def test_a_value_is_typed_with_a_comma(view):
    view.fields["6.1.1"].value = "0,5"
    assert view.changes == {"6.1.1": 0.5}
    assert view.sliders["6.1.1"].value == 0.5
    view.fields["6.1.1"].value = "9,75"  # beyond the slider
    assert view.changes == {"6.1.1": 9.75}
    before = view.index.value
    view.fields["6.1.1"].value = "0.5"
    assert view.changes == {"6.1.1": 9.75}
    assert view.index.value == before
    assert "hãy viết như 1,5" in str(view.widget.children[2].children[5].children[1].children[2])


@pytest.mark.parametrize("text", [" ", "abc", "nan", "1.5", "0,5,5", "inf"])
def test_what_is_no_vietnamese_number(text):
    with pytest.raises(ValueError, match=re.escape(text)):
        read_number(text, "vi")


def test_ready_scenarios(d, view):
    view.buttons["portfolio"].click()
    best = pii.best_portfolio(d.base, d.budget)
    assert set(view.changes) == set(best.table.index)
    assert view.found.at["PII", "gain"] == pytest.approx(best.gain, abs=0.005)
    view.buttons["plan"].click()
    same(view.found, pii.what_if(d.base, view.changes))
    assert len(view.sliders) == 52
    view.buttons["today"].click()
    assert view.changes == {}
    assert view.result.value == ""


def test_any_indicator_can_be_added(d):
    view = live.calculator(d)
    assert len(view.sliders) == 10
    assert len(view.adding.options) == 53
    view.adding.value = "4.1.2"
    view.sliders["4.1.2"].value = 0.0
    assert view.found.at["PII", "gain"] > 0.1


def test_without_a_page_there_is_a_table(view):
    bundle = view._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    rows = re.findall(r'<th scope="row" class="left">([\d.]+)', bundle["text/html"])
    assert rows == list(view.sliders)[:10]


def test_a_province_without_a_sheet_says_what_is_missing():
    d = live.prepare("lang-son", 2024, "en", draws=100)
    assert "pii template sheet --province lang-son" in live.opening(d)
    assert live.calculator(d) == ""
    assert live.presets_table(d) == ""


def test_simulated_data_carry_their_mark():
    d = live.prepare("lao-cai", 2024, "en", data="demo", draws=100)
    assert "SIMULATED DATA" in live.opening(d)
    assert "SIMULATED DATA" in live.presets_table(d).source
    assert "SIMULATED DATA" in live.calculator(d).widget.children[0].children[0].value


def test_without_ipywidgets_it_says_what_to_install(d, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "ipywidgets", None)
    with pytest.raises(DataError, match=r"piilib\[lab\]"):
        live.calculator(d)
