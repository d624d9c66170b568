"""Where the tables are: the argument, PIILIB_DATA, the nearest data/ upwards, the shipped copy."""

from pathlib import Path

import pytest

from piilib.data import lookup
from piilib.data.lookup import data_dir
from piilib.errors import DataError

from .conftest import PROCESSED


def tables(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "framework.csv").touch()
    return folder


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    """Make all four places, the working directory two folders below the third."""
    made = {
        "argument": tables(tmp_path / "argument"),
        "variable": tables(tmp_path / "variable"),
        "nearest": tables(tmp_path / "work" / "data" / "processed"),
        "shipped": tables(tmp_path / "shipped"),
    }
    here = tmp_path / "work" / "notebooks" / "deep"
    here.mkdir(parents=True)
    monkeypatch.chdir(here)
    monkeypatch.setenv("PIILIB_DATA", str(made["variable"]))
    monkeypatch.setattr(lookup, "SHIPPED", made["shipped"])
    return made


def test_the_order(
    places: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert data_dir(places["argument"]) == places["argument"]
    assert data_dir() == places["variable"]
    monkeypatch.delenv("PIILIB_DATA")
    assert data_dir() == places["nearest"]
    nearer = tables(Path.cwd().parent / "data" / "processed")
    assert data_dir() == nearer
    monkeypatch.chdir(tmp_path)
    assert data_dir() == places["shipped"]


def test_without_a_shipped_copy_the_checkout_s_own(
    places: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PIILIB_DATA")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(lookup, "SHIPPED", tmp_path / "nothing")
    assert data_dir() == PROCESSED


@pytest.mark.parametrize("empty", ["", None])
def test_an_empty_variable_is_none(
    empty: str | None, places: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIILIB_DATA", "")
    assert data_dir(empty) == places["nearest"]


def test_a_folder_with_processed_inside_and_a_relative_one(
    places: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert data_dir(places["nearest"].parent) == places["nearest"]
    assert data_dir("../../data") == places["nearest"]
    monkeypatch.setenv("PIILIB_DATA", "../../data")
    assert data_dir() == places["nearest"]


@pytest.mark.parametrize("given", ["argument", "variable"])
def test_a_folder_that_was_named_and_has_no_tables_is_an_error(
    given: str, places: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing = tmp_path / "nothing"
    if given == "variable":
        monkeypatch.setenv("PIILIB_DATA", str(nothing))
    with pytest.raises(DataError, match=r"no framework\.csv in '.*nothing' .*data/README\.md"):
        data_dir(nothing if given == "argument" else None)


def test_no_tables_anywhere_is_an_error(
    places: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PIILIB_DATA")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(lookup, "SHIPPED", tmp_path / "nothing")
    monkeypatch.setattr(lookup, "__file__", str(tmp_path / "site" / "piilib" / "data" / "x.py"))
    with pytest.raises(DataError, match=r"no framework\.csv"):
        data_dir()
