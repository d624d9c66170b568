"""`pii diff`: what it prints, and its exit codes."""

import csv
import io
import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from piilib.analysis import edition_diff
from piilib.cli import main
from piilib.data.diff import table_of

PROCESSED = Path(__file__).resolve().parents[1] / "data" / "processed"


def diff(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["diff", *map(str, arguments)])


@pytest.fixture
def new(tmp_path: Path) -> Path:
    """Copy the committed tables and change one value and a name."""
    folder = Path(shutil.copytree(PROCESSED, tmp_path / "new" / "processed"))
    sheets = folder / "sheets.csv"
    text = sheets.read_text(encoding="utf-8")
    sheets.write_text(
        text.replace("cao-bang,2024,1.1.1,45.28", "cao-bang,2024,1.1.1,46.28"), encoding="utf-8"
    )
    with (folder / "names.csv").open("a", encoding="utf-8") as file:
        file.write("cao-bang,Cao Bang city,other\n")
    return folder.parent


def test_exit_code_0_where_nothing_differs(tmp_path: Path) -> None:
    shutil.copytree(PROCESSED, tmp_path / "same")
    done = diff(PROCESSED, tmp_path / "same")
    assert (done.exit_code, done.output) == (0, "data: equal\nresults: equal\n")


def test_a_table_for_the_terminal(new: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The results are those of tests/analysis/test_edition_diff.py."""
    fits = ("scores", "changed", "province=cao-bang, year=2024, code=1.1", "fits", "true", "false")
    monkeypatch.setattr(edition_diff, "edition_diff", lambda old, new, tables: table_of([fits]))
    done = diff(PROCESSED, new)
    assert done.exit_code == 1
    lines = done.stdout.splitlines()
    assert lines[0] == "data: 3 difference(s)"
    assert "    ~ province=cao-bang, year=2024, code=1.1.1 value: 45.28 → 46.28" in lines
    assert "    + spelling=Cao Bang city key: cao-bang" in lines
    assert lines[-3:] == [
        "results: 1 difference(s)",
        "  scores: 1 changed",
        "    ~ province=cao-bang, year=2024, code=1.1 fits: true → false",
    ]


def test_json_and_csv_hold_the_same(new: Path) -> None:
    done = diff(PROCESSED, new, "--data-only", "--format", "json")
    assert done.exit_code == 1
    rows = json.loads(done.stdout)
    assert list(rows) == ["data"]
    told = list(
        csv.DictReader(io.StringIO(diff(PROCESSED, new, "--data-only", "--format", "csv").stdout))
    )
    assert told == [{"part": "data", **row} for row in rows["data"]]
    assert told[-1] == {
        "part": "data", "table": "sheets", "change": "changed", "column": "value",
        "key": "province=cao-bang, year=2024, code=1.1.1", "old": "45.28", "new": "46.28",
    }  # fmt: skip


def test_formats_of_nothing() -> None:
    done = diff(PROCESSED, PROCESSED, "--format", "csv")
    assert (done.exit_code, done.stdout) == (0, "part,table,change,key,column,old,new\n")
    assert json.loads(diff(PROCESSED, PROCESSED, "--format", "json").stdout) == {
        "data": [], "results": [],
    }  # fmt: skip


def test_a_long_table_is_cut_and_says_so(tmp_path: Path) -> None:
    new = Path(shutil.copytree(PROCESSED, tmp_path / "new"))
    names = (new / "names.csv").read_text(encoding="utf-8").splitlines()
    (new / "names.csv").write_text("\n".join(names[:-50]) + "\n", encoding="utf-8")
    done = diff(PROCESSED, new)
    assert done.exit_code == 1
    assert "    … 60 more; --format csv has all" in done.stdout.splitlines()
    assert "results: equal" in done.stdout


def test_published_folders(tmp_path: Path) -> None:
    for name, page in (("old", "1f"), ("new", "2e")):
        (tmp_path / name).mkdir()
        report = {"html": {"sha256": page}, "inputs": {}}
        text = json.dumps({"reports": {"2024/vi/cao-bang": report}})
        (tmp_path / name / "manifest.json").write_text(text, encoding="utf-8")
    assert diff(tmp_path / "old", tmp_path / "old").output == "reports: equal\n"
    done = diff(tmp_path / "old", tmp_path / "new")
    assert done.exit_code == 1
    assert done.stdout.splitlines()[-1] == "    ~ 2024/vi/cao-bang page: 1f → 2e"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "Missing argument 'OLD'"),
        ((PROCESSED,), "Missing argument 'NEW'"),
        ((PROCESSED, "none"), "no folder 'none'"),
        (("none", PROCESSED), "no folder 'none'"),
        ((PROCESSED, "."), "no framework.csv"),
        ((PROCESSED, PROCESSED, "--format", "xml"), "'xml' is not one of"),
    ],
)
def test_wrong_input(
    arguments: tuple[object, ...], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = diff(*arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert words in done.stderr


def test_data_and_reports_are_not_compared(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"reports": {}}', encoding="utf-8")
    done = diff(tmp_path, PROCESSED)
    assert done.exit_code == 2
    assert "no manifest.json in" in done.stderr
