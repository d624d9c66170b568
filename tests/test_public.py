"""The public interface: every name is there, comes late, and takes its arguments by position."""

import ast
import importlib
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import piilib as pii

STUB = Path(pii.__file__).with_name("__init__.pyi")
IMPORTS = {
    alias.asname or alias.name: (node.module, alias.name)
    for node in ast.parse(STUB.read_text(encoding="utf-8")).body
    if isinstance(node, ast.ImportFrom)
    for alias in node.names
}


@pytest.fixture(scope="module")
def sheet() -> pii.Sheet:
    return pii.load_sheet("cao-bang", 2024)


def test_the_stub_names_something():
    assert {"Framework", "Method", "DataError", "load_sheet", "levers", "what_if"} <= set(IMPORTS)


@pytest.mark.parametrize("name", IMPORTS)
def test_every_name_of_the_stub(name):
    module, original = IMPORTS[name]
    there = getattr(importlib.import_module(f"piilib.{module}"), original)
    assert getattr(pii, name) is there
    assert name in pii.__all__
    assert name in dir(pii)
    assert there.__doc__


def test_an_unknown_name():
    with pytest.raises(AttributeError, match="piilib"):
        _ = pii.no_such_thing


def loaded_by(code: str, folder: Path) -> set[str]:
    """Top-level modules that a new interpreter has loaded after running `code`."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport json, sys; print(json.dumps(sorted(sys.modules)))"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    return {name.partition(".")[0] for name in json.loads(done.stdout)}


def test_import_alone_loads_neither_pandas_nor_numpy(tmp_path):
    loaded = loaded_by("import piilib; piilib.__version__; dir(piilib)", tmp_path)
    assert "piilib" in loaded
    assert loaded.isdisjoint({"pandas", "numpy", "scipy", "matplotlib"})


def test_a_name_loads_what_it_needs(tmp_path):
    assert "pandas" in loaded_by("import piilib; piilib.Framework", tmp_path)


def test_reconcile_by_position(sheet):
    table = pii.reconcile(sheet, method="official")
    pd.testing.assert_frame_equal(pii.reconcile(sheet, "official"), table)
    names = ["published", "recomputed", "residual", "low", "high", "fits"]
    assert table.columns[:6].tolist() == names
    assert table["fits"].all()
    assert not pii.reconcile(sheet, "plain")["fits"].all()


def test_what_if_by_position(sheet):
    effect = pii.what_if(sheet, {"6.1.1": 0.5})
    assert effect.index[-1] == "PII"
    assert effect.at["PII", "new"] > 23.95


def test_levers_by_position(sheet):
    table = pii.levers(sheet, effort=None, draws=10_000, seed=0)
    assert table.index.name is None
    assert len(table) == 52
    pd.testing.assert_frame_equal(pii.levers(sheet, None, 10_000, 0), table)
    assert pii.agencies(table)["indicators"].sum() == 52


def test_agencies_by_position(sheet):
    assert "best" in pii.agencies(sheet).columns


def test_tables_by_position():
    assert pii.load_plan("cao-bang").unit == "cao-bang"
    assert len(pii.load_scoreboard(2024).table) == 63
    assert len(pii.provinces(basis=63)) == 63
    assert len(pii.provinces(34)) == 34
    assert pii.provinces(basis=63).index[0] == "an-giang"
    assert len(pii.load_effort()) == 52


def test_spellings_reach_the_same_sheet(sheet):
    other = pii.load_sheet("Cao Bằng", 2024)
    pd.testing.assert_frame_equal(other.table, sheet.table)


@pytest.fixture(scope="module")
def panel() -> pd.DataFrame:
    """63 units × 52 indicators, made up, three cells missing."""
    rng = np.random.default_rng(0)
    codes = list(pii.Framework.official(2024).indicators)
    values = pd.DataFrame(
        rng.lognormal(size=(63, 52)), index=pii.provinces(basis=63).index, columns=codes
    )
    for unit, code in (("cao-bang", "3.2.2"), ("ha-noi", "5.2.1"), ("hue", "6.2.4")):
        values.loc[unit, code] = np.nan
    return values


def test_method_on_a_panel(panel):
    fw = pii.Framework.official(2024, inferred=True)
    method = pii.Method(
        treatment="none", normalisation="minmax", aggregation="arithmetic", weights=None
    )
    result = method.score(panel, fw)
    assert isinstance(result, pii.Result)
    for frame in (result.treated, result.normalised):
        assert frame.shape == (63, 52)
    for frame in (result.scores, result.ranks):
        assert frame.shape == (63, 52 + 16 + 7 + 2 + 1)
        assert frame.index.equals(panel.index)
    assert result.scores.min().min() == 0.0
    assert result.scores.max().max() == 100.0
    assert sorted(result.ranks["PII"]) == list(range(1, 64))
    means = result.scores[list("12345")].mean(axis=1), result.scores[["6", "7"]].mean(axis=1)
    np.testing.assert_allclose(result.scores["PII"], (means[0] + means[1]) / 2)
    # Less is better of 4.1.2, and of nothing else.
    for code in fw.indicators:
        best = panel[code].idxmin() if code == "4.1.2" else panel[code].idxmax()
        assert result.ranks.at[best, code] == 1


def test_a_what_if_on_the_method_is_replace_and_rebuild(panel):
    fw = pii.Framework.official(2024, inferred=True)
    method = pii.Method()
    plain = method.score(panel, fw)
    heavy = method.replace(weights={"6": 9}).score(panel, fw)
    np.testing.assert_allclose(
        heavy.scores["OUT"], 0.9 * plain.scores["6"] + 0.1 * plain.scores["7"]
    )
    pd.testing.assert_frame_equal(heavy.scores[["IN"]], plain.scores[["IN"]])
    capped = method.replace(treatment=pii.Treatment("cap", upper=2.0)).score(panel, fw)
    assert capped.treated.max().max() == 2.0
    assert capped.treatment_report["points"].sum() == (panel > 2.0).sum().sum()
    official = method.replace(treatment="official").score(panel / 10, fw)
    report = official.treatment_report
    assert (report["rule"] == "cap").sum() == 14
    assert report.loc["6.1.1", "upper"] == 0.617
    with pytest.raises(pii.DataError):
        method.replace(normalisation="no such")


def test_a_framework_of_ones_own():
    frame = pd.DataFrame(
        {"code": ["T", "a", "b"], "parent": ["", "T", "T"], "weight": 1, "direction": [1, 1, -1]}
    )
    fw = pii.Framework.from_frame(frame)
    assert fw.indicators == ("a", "b")
    assert fw.children("T") == ("a", "b")
    assert fw.table.index.tolist() == ["T", "a", "b"]
    assert fw.effective_weights().tolist() == [0.5, 0.5]


def test_errors_are_data_errors():
    with pytest.raises(pii.DataError, match="cao-bnag") as caught:
        pii.load_sheet("cao-bnag", 2024)
    assert isinstance(caught.value, ValueError)
