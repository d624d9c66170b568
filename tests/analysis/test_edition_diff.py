"""What changes of the data do to results."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import piilib as pii
from piilib.analysis import edition_diff as module
from piilib.analysis.edition_diff import RESTS_ON, edition_diff
from piilib.data import read
from piilib.data.diff import COLUMNS
from piilib.errors import DataError
from piilib.index import framework

PROCESSED = Path(__file__).resolve().parents[2] / "data" / "processed"
KEY = "province=cao-bang, year={}, code={}"
DRAWS = 100


@pytest.fixture
def new(tmp_path: Path) -> Path:
    """Give a copy of the committed tables."""
    return Path(shutil.copytree(PROCESSED, tmp_path / "new"))


def edit(folder: Path, table: str, change: Callable[[str], str]) -> None:
    path = folder / f"{table}.csv"
    before = path.read_text(encoding="utf-8")
    after = change(before)
    assert after != before
    path.write_text(after, encoding="utf-8")


def without(year: int) -> Callable[[str], str]:
    return lambda text: "".join(
        line for line in text.splitlines(keepends=True) if not line.startswith(f"cao-bang,{year},")
    )


def cells(found: pd.DataFrame, table: str, column: str) -> dict[str, tuple[str, str]]:
    rows = found[(found["table"] == table) & (found["column"] == column)]
    return {row["key"]: (row["old"], row["new"]) for row in rows.to_dict("records")}


def test_a_corrected_value_reaches_scores_and_levers(new: Path) -> None:
    """1.1 is the mean of four scores; 1.1.1 runs from 25.16 to 52.51: one point more is worth
    100/27.35/4 points there.
    """
    edit(
        new, "sheets", lambda t: t.replace("cao-bang,2024,1.1.1,45.28", "cao-bang,2024,1.1.1,46.28")
    )
    found = edition_diff(PROCESSED, new, draws=DRAWS)
    assert tuple(found.columns) == COLUMNS
    key = KEY.format(2024, "1.1")
    (old, later) = map(float, cells(found, "scores", "recomputed")[key])
    children = pii.Framework.official(2024).children("1.1")
    assert later - old == pytest.approx(100 / (52.51 - 25.16) / len(children), abs=1e-4)
    assert cells(found, "scores", "fits") == {key: ("true", "false")}
    # The place of the corrected indicator is that in the two tables of levers.
    place = cells(found, "levers", "place")[KEY.format(2024, "1.1.1")]
    for folder, told in zip((PROCESSED, new), place, strict=True):
        table = pii.levers(pii.load_sheet("cao-bang", 2024, folder), draws=DRAWS, data=folder)
        assert list(table.index).index("1.1.1") + 1 == int(told)
    # The other year stands as it was; its levers do not look ahead.
    assert not found["key"].str.contains("year=2023").any()


def test_a_new_year_is_compared_with_the_last_one(tmp_path: Path, new: Path) -> None:
    old = Path(shutil.copytree(PROCESSED, tmp_path / "old"))
    edit(old, "sheets", without(2024))
    found = edition_diff(old, new, draws=DRAWS)
    sheets = found[found["table"] == "sheets"]
    assert sheets[["change", "key"]].to_numpy().tolist() == [
        ["added", "province=cao-bang, year=2024"]
    ]
    published = cells(found, "scores", "published")
    assert published[KEY.format("2023 to 2024", "PII")] == ("22.18", "23.95")
    assert not found["key"].str.contains("year=2023,").any()
    back = edition_diff(new, old, draws=DRAWS)  # an older year is no later edition
    assert back["change"].tolist() == ["removed"]


def test_scores_that_were_never_published_are_compared_as_recomputed(
    tmp_path: Path, new: Path
) -> None:
    old = Path(shutil.copytree(PROCESSED, tmp_path / "old"))
    for folder in (old, new):  # the 52 values of 2024 alone
        edit(folder, "sheets", without(2023))
        lines = (folder / "sheets.csv").read_text(encoding="utf-8").splitlines()
        own = [lines[0], *(line for line in lines[1:] if line.split(",")[2].count(".") == 2)]
        (folder / "sheets.csv").write_text("\n".join(own) + "\n", encoding="utf-8")
    edit(new, "sheets", lambda text: text.replace("2024,1.1.1,45.28", "2024,1.1.1,46.28"))
    found = edition_diff(old, new, draws=DRAWS)
    before, after = map(float, cells(found, "scores", "recomputed")[KEY.format(2024, "PII")])
    assert after > before


def test_a_table_that_results_do_not_rest_on_costs_nothing(
    new: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(new, "names", lambda text: f"{text}cao-bang,Cao Bang city,other\n")
    monkeypatch.setattr(module, "levers", None)  # would fail if it were called
    assert len(edition_diff(PROCESSED, new)) == 0


@pytest.mark.parametrize("province", ["ha-noi", "Hà Nội"])
def test_another_province_costs_nothing(
    province: str, new: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(new, "context", lambda text: f"{text}{province},2024,63,firms,9,,,published,made up\n")
    monkeypatch.setattr(module, "levers", None)
    assert len(edition_diff(PROCESSED, new)) == 0


@pytest.mark.parametrize("table", ["treatments", "effort", "framework"])
def test_a_table_of_all_provinces_concerns_each(
    table: str, new: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr(
        module._Edition, "results", lambda self, unit, year: asked.append((unit, year)) or {}
    )
    edit(new, table, lambda text: text[: text.rindex("\n", 0, -1) + 1])  # without its last row
    edition_diff(PROCESSED, new)
    assert set(asked) == {("cao-bang", 2023), ("cao-bang", 2024)}


def test_results_rest_on_these_tables_and_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names are those of provinces and agencies; goals come with a plan and are not compared."""
    seen = set()
    text = read._text
    for kept in (read._rows, framework._read_official, framework._read_treated):
        kept.cache_clear()
    monkeypatch.setattr(read, "_text", lambda path: seen.add(path.stem) or text(path))
    edition = module._Edition(PROCESSED, DRAWS, 0)
    edition.results("cao-bang", 2024)
    assert {"framework", "sheets", "treatments"} <= seen
    assert seen <= {*RESTS_ON, "names", "agencies", "goals", "provinces"}


def test_simulated_data_are_not_compared_with_published(new: Path) -> None:
    (new / "SIMULATED.txt").write_text("x", encoding="utf-8")
    with pytest.raises(DataError, match="simulated tables in"):
        edition_diff(PROCESSED, new)
