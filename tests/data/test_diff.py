"""What differs between two data folders, and between two published ones."""

import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from piilib.data.diff import COLUMNS, KEYS, diff_tables, key_parts, key_text
from piilib.data.diff_published import diff_published, is_published
from piilib.data.schema import SCHEMAS
from piilib.errors import DataError

PROCESSED = Path(__file__).resolve().parents[2] / "data" / "processed"
FIRST = "province=cao-bang, year=2024, code=1.1.1"


def rows(table: pd.DataFrame) -> list[tuple[str, ...]]:
    return [tuple(row) for row in table.to_numpy().tolist()]


@pytest.fixture
def new(tmp_path: Path) -> Path:
    """Give a copy of the committed tables."""
    return Path(shutil.copytree(PROCESSED, tmp_path / "new"))


def edit(folder: Path, table: str, change: Callable[[list[str]], list[str]]) -> None:
    path = folder / f"{table}.csv"
    lines = change(path.read_text(encoding="utf-8").splitlines())
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def replaced(old: str, new: str) -> Callable[[list[str]], list[str]]:
    def change(lines: list[str]) -> list[str]:
        assert sum(old in line for line in lines) == 1
        return [line.replace(old, new) for line in lines]

    return change


def test_equal_folders_have_no_difference(new: Path) -> None:
    found = diff_tables(PROCESSED.parent, new)  # the folder above `processed` will do
    assert (len(found), tuple(found.columns)) == (0, COLUMNS)


@pytest.mark.parametrize(
    ("table", "change", "expected"),
    [
        ("sheets", replaced("cao-bang,2024,1.1.1,45.28", "cao-bang,2024,1.1.1,46.28"),
         [("changed", FIRST, "value", "45.28", "46.28")]),
        ("sheets", replaced("cao-bang,2024,1.1.1,45.28", "cao-bang,2024,1.1.1,45.280"),
         [("precision", FIRST, "value", "45.28", "45.280")]),
        ("sheets", replaced("cao-bang,2024,1.1.1,45.28", "cao-bang,2024,1.1.1,"),
         [("changed", FIRST, "value", "45.28", "")]),
        ("treatments", replaced("2.2.1,2024,", "2.2.1,2025,"), None),
        ("scoreboard", lambda lines: [line for line in lines if not line.startswith("ha-noi,")],
         None),
        ("names", lambda lines: [*lines, "cao-bang,Cao Bang city,other"],
         [("added", "spelling=Cao Bang city", "key", "", "cao-bang"),
          ("added", "spelling=Cao Bang city", "kind", "", "other")]),
        ("effort", lambda lines: [lines[0] + ",note", *(f"{line}," for line in lines[1:])],
         [("column added", "", "note", "", "")]),
        ("goals", lambda lines: [*lines, lines[1]],
         [("added", "province=cao-bang, place=I.1, what=rank, 2026-2030 #2", column, "", value)
          for column, value in (("printed", "≤ 30 (trên 34 tỉnh, thành phố)"), ("value", "30"),
                                ("of", "34"))]),
    ],
)  # fmt: skip
def test_one_change(table: str, change: Any, expected: Any, new: Path) -> None:
    edit(new, table, change)
    found = diff_tables(PROCESSED, new)
    assert set(found["table"]) == {table}
    if expected is not None:
        assert rows(found.drop(columns="table")) == expected
    # Seen from the other side what was added is removed, and the values change places.
    back = diff_tables(new, PROCESSED)
    other = {"added": "removed", "removed": "added", "column added": "column removed"}
    turned = found.assign(change=found["change"].replace(other), old=found["new"], new=found["old"])
    assert sorted(rows(back)) == sorted(rows(turned))


def test_a_row_with_another_key_is_one_removed_and_one_added(new: Path) -> None:
    edit(new, "treatments", replaced("2.2.1,2024,", "2.2.1,2025,"))
    found = diff_tables(PROCESSED, new)
    keys = found.groupby("change")["key"].unique().map(list).to_dict()
    assert keys == {"removed": ["code=2.2.1, year=2024"], "added": ["code=2.2.1, year=2025"]}


def test_tables_of_ones_own_come_and_go(new: Path) -> None:
    (new / "mine.csv").write_text("a,b\n1,2\n1,2\n", encoding="utf-8")
    (new / "empty.csv").write_text("a,b\n", encoding="utf-8")
    (new / "goals.csv").unlink()
    found = diff_tables(PROCESSED, new)
    assert rows(found[found["table"].isin(["mine", "empty"])]) == [
        ("empty", "table added", "", "", "", ""),
        ("mine", "table added", "", "", "", ""),
        ("mine", "added", "a=1, b=2", "", "", ""),
        ("mine", "added", "a=1, b=2 #2", "", "", ""),
    ]
    gone = found[found["table"] == "goals"]
    assert gone["change"].tolist()[0] == "table removed"
    assert set(gone["change"][1:]) == {"removed"}


@settings(max_examples=15)
@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_and_columns_does_not_matter(chance: random.Random) -> None:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        for name in ("sheets", "goals", "facts", "framework"):
            table = pd.read_csv(PROCESSED / f"{name}.csv", dtype=str, keep_default_na=False)
            table = table.sample(frac=1, random_state=chance.randrange(2**32))
            columns = chance.sample(list(table.columns), len(table.columns))
            table[columns].to_csv(Path(folder) / f"{name}.csv", index=False)
        found = diff_tables(PROCESSED, folder)
    assert set(found["change"]) <= {"table removed", "removed"}
    assert not {"sheets", "goals", "facts", "framework"} & set(found["table"])


@pytest.mark.parametrize("name", sorted(path.stem for path in PROCESSED.glob("*.csv")))
def test_keys_name_each_committed_row_once(name: str) -> None:
    table = pd.read_csv(PROCESSED / f"{name}.csv", dtype=str, keep_default_na=False)
    assert not table.duplicated(list(KEYS[name])).any()
    unique = SCHEMAS[name].unique
    assert unique is None or set(unique) == set(KEYS[name])


def test_a_key_can_be_taken_apart() -> None:
    key = key_text(province="cao-bang", year=2024, what="score, 2026-2030")
    parts = key_parts(key)
    assert (parts["province"], parts["year"]) == ("cao-bang", "2024")


def test_wrong_folders(new: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no folder"):
        diff_tables(PROCESSED, tmp_path / "none")
    with pytest.raises(DataError, match=r"no framework\.csv"):
        diff_tables(PROCESSED, tmp_path)
    (new / "SIMULATED.txt").write_text("x", encoding="utf-8")
    with pytest.raises(DataError, match=r"simulated tables in .*new"):
        diff_tables(PROCESSED, new)
    (new / "SIMULATED.txt").unlink()
    (new / "goals.csv").write_text("a,b\n1\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"goals\.csv, row 2"):
        diff_tables(PROCESSED, new)


# --- published folders ----------------------------------------------------------------------------


def report(page: str = "1f", **fields: Any) -> dict[str, Any]:
    usual = {"complete": True, "figures": 8, "tables": 6, "revision": 0, "outcome": "made"}
    return {**usual, "html": {"sha256": page}, "inputs": {"sheets.csv": "aa"}, **fields}


def published(folder: Path, reports: dict[str, Any], **rest: Any) -> Path:
    folder.mkdir()
    whole = {"piilib": "0.1.0", "code": "c1", "libraries": {"numpy": "2.0"}, **rest}
    text = json.dumps({**whole, "reports": reports})
    (folder / "manifest.json").write_text(text, encoding="utf-8")
    return folder


def test_published_folders(tmp_path: Path) -> None:
    name = "2024/vi/cao-bang"
    old = published(
        tmp_path / "old", {name: report(seconds=1.0, made="2026"), "2023/vi/x": report()}
    )
    changed = report("2e", revision=1, inputs={"sheets.csv": "bb"}, seconds=2.0, made="2027")
    new = published(
        tmp_path / "new", {name: changed, "2025/vi/y": report()}, libraries={"numpy": "2.1"}
    )
    assert is_published(old)
    assert len(diff_published(old, old)) == 0
    assert rows(diff_published(old, new)) == [
        ("versions", "changed", "", "numpy", "2.0", "2.1"),
        ("reports", "removed", "2023/vi/x", "", "", ""),
        ("reports", "changed", name, "page", "1f", "2e"),
        ("reports", "changed", name, "revision", "0", "1"),
        ("reports", "added", "2025/vi/y", "", "", ""),
        ("inputs", "changed", name, "sheets.csv", "aa", "bb"),
    ]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"reports": []}', '{"reports": {"a": 1}}'])
def test_what_is_no_manifest(text: str, tmp_path: Path) -> None:
    good = published(tmp_path / "good", {})
    bad = published(tmp_path / "bad", {})
    (bad / "manifest.json").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=r"manifest\.json: found what is no manifest"):
        diff_published(good, bad)
    with pytest.raises(DataError, match=r"no manifest\.json"):
        diff_published(good, tmp_path)
