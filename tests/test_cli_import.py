"""`pii import`: what it shows, its exit codes, and that a refusal writes nothing."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import piilib as pii
from piilib.cli import main

ROOT = Path(__file__).resolve().parents[1]
PROCESSED = ROOT / "data" / "processed"
APPENDIX = ROOT / "data" / "raw" / "cao-bang-kh-3372" / "2025-10-28" / "appendix.csv"
CORRECTIONS = """code,column,printed,read_as,reason
3.2.2,highest_2023,"0,16","100,00",printed in each other's place
3.2.2,lowest_2023,"100,00","0,16",printed in each other's place
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder, with the committed tables."""
    monkeypatch.setenv("PIILIB_DATA", str(PROCESSED))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "c.csv").write_text(CORRECTIONS, encoding="utf-8")
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["import", *arguments])


GOOD = (str(APPENDIX), "--province", "Cao Bằng", "--corrections", "c.csv", "--to", "to")


def written(folder: Path) -> list[str]:
    return sorted(p.name for p in (folder / "to").rglob("*") if p.is_file())


def test_what_is_understood_is_shown_and_written(here: Path) -> None:
    done = run(*GOOD, "--date", "2025-10-28")
    assert (done.exit_code, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[:3] == ["kind      plan", "province  cao-bang", "years     2023, 2024, 2026"]
    table = [line.split() for line in lines]
    assert ["column", "year", "heading", "place", "values", "empty"] in table
    assert ["value", "2023", "own_2023", "dòng", "1,", "cột", "7", "75", "1"] in table
    assert ["target", "2026", "target_2026", "dòng", "1,", "cột", "11", "76", "0"] in table
    assert ["1.1.1", "60.00", "47.00", "15.16", "38.33", "52.51", "25.16", "45.28"] in table
    assert ["2023", "3.2.2", "highest", "0,16", "100,00", "dòng", "28,", "cột", "5"] in table
    folder = Path("to", "raw", "cao-bang-appendix", "2025-10-28")
    names = ["sheets.csv", "plan.csv", "goals.csv", "corrections.csv", "source.yml"]
    assert lines[-6:] == ["written:", *(f"  {folder / name}" for name in names)]
    assert written(here) == sorted(names)
    for year in (2023, 2024):  # what --data takes
        assert pii.load_sheet("cao-bang", year, folder / "sheets.csv").rank == 63


def test_a_dry_run_writes_nothing(here: Path) -> None:
    done = run(*GOOD, "--dry-run")
    assert done.exit_code == 0
    assert "would be written:" in done.stdout
    assert written(here) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((str(APPENDIX), "--to", "to"), "appendix.csv: found no province named; expected prov"),
        ((str(APPENDIX), "--to", "to", "--province", "cao-bang"),
         "appendix.csv, column 'highest 2023': found the highest '0,16' in dòng 28, cột 5"),
        ((*GOOD, "--year", "2025"), "values of 2023, 2024; expected 2025"),
        ((*GOOD, "--kind", "panel"), "'panel' is not one of"),
        ((*GOOD, "--kind", "scoreboard"), "no row of a province|scores of the years"),
        ((*GOOD, "--date", "28/10/2025"), "the date '28/10/2025'; expected a date such as"),
        ((*GOOD, "--source", "../x"), "the source '../x'; expected small letters"),
        (("nothing.xlsx", "--province", "cao-bang"), "nothing.xlsx"),
        ((*GOOD[:4], "none.csv", "--to", "to"), "no file 'none.csv'"),
        ((), "Missing argument 'FILE'"),
    ],
)  # fmt: skip
def test_a_refusal_writes_nothing(arguments: tuple[str, ...], words: str, here: Path) -> None:
    done = run(*arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert re.search(words, done.stderr)
    assert isinstance(done.exception, SystemExit)
    assert not (here / "to").exists()


def test_nothing_is_replaced(here: Path) -> None:
    run(*GOOD, "--date", "2025-10-28")
    before = {path: path.stat().st_mtime_ns for path in (here / "to").rglob("*")}
    again = run(*GOOD, "--date", "2025-10-28")
    assert (again.exit_code, again.stdout) == (2, "")
    assert again.stderr.startswith("pii: found a folder ")
    assert {path: path.stat().st_mtime_ns for path in (here / "to").rglob("*")} == before


@pytest.mark.parametrize(
    ("arguments", "name", "lines"),
    [
        (("plan", "--province", "Cao Bằng", "--year", "2026", "--out", "p.csv"), "p.csv", 77),
        (("scoreboard", "--year", "2025", "--out", "s.csv"), "s.csv", 35),
    ],
)
def test_forms(arguments: tuple[str, ...], name: str, lines: int, here: Path) -> None:
    done = CliRunner().invoke(main, ["template", *arguments])
    assert (done.exit_code, done.stdout, done.stderr) == (0, f"{name}\n", "")
    assert len((here / name).read_text(encoding="utf-8").splitlines()) == lines
    again = CliRunner().invoke(main, ["template", *arguments])
    assert (again.exit_code, again.stdout) == (2, "")
