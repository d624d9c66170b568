"""`pii audit`: what it prints and writes, and its exit codes."""

import csv
import io
import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from piilib.analysis.audit import files
from piilib.cli import main

ROOT = Path(__file__).resolve().parents[1]
PROCESSED = ROOT / "data" / "processed"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder, with the committed tables."""
    monkeypatch.setenv("PIILIB_DATA", str(PROCESSED))
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    return work


def audit(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["audit", *arguments])


def own_folder(folder: Path, targets: dict[str, str]) -> Path:
    """Copy the tables, the plan having these targets only and no text version."""
    own = folder / "own"
    shutil.copytree(PROCESSED, own)
    rows = list(csv.DictReader(io.StringIO((own / "plan.csv").read_text(encoding="utf-8"))))
    keep = ("province", "year", "code", "target", "target_text", "lead", "coordinating",
            "lead_text", "source")  # fmt: skip
    with (own / "plan.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, keep, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        for row in rows:
            blank = {"target_text": "", "lead_text": "", "lead": ""}
            writer.writerow(row | blank | {"target": targets.get(row["code"], "")})
    goals = own / "goals.csv"
    header, first = goals.read_text(encoding="utf-8").splitlines()[:2]
    goals.write_text(f"{header}\n{first}\n", encoding="utf-8")
    return own


def test_a_table_for_the_terminal() -> None:
    done = audit("--province", "Cao Bằng")
    assert (done.exit_code, done.stderr) == (1, "")  # errors were found
    lines = done.stdout.splitlines()
    assert max(map(files.cells_wide, lines)) <= 100
    assert lines[0].startswith("Mã     Mức")
    assert "không cộng lại được" in " ".join(lines[-2:])
    assert any(line.startswith("PA103  lỗi       4.1.2        −0,30") for line in lines)


def test_json_to_standard_output() -> None:
    done = audit("--province", "cao-bang", "--lang", "en", "--format", "json")
    assert done.exit_code == 1
    rows = json.loads(done.stdout)
    assert {"PA101", "PA203", "PA304", "PA602"} <= {row["rule"] for row in rows}
    assert [row["place"] for row in rows if row["rule"] == "PA103"] == ["Appendix, 4.1.2"]


@pytest.mark.parametrize("name", ["f.csv", "f.html", "f.json"])
def test_a_file_by_its_name(name: str, here: Path, tmp_path: Path) -> None:
    own = own_folder(tmp_path, {"1.1.1": "60.00"})
    done = audit("--province", "cao-bang", "--data", str(own), "--out", name)
    assert (done.exit_code, done.stdout) == (1, f"{name}\n")
    text = (here / name).read_text(encoding="utf-8")
    assert "PA101" in text
    assert text.startswith({"f.csv": "rule,", "f.html": "<!DOCTYPE", "f.json": "["}[name])


def test_a_workbook(here: Path, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    own = own_folder(tmp_path, {"1.1.1": "60.00"})
    done = audit(
        "--province", "cao-bang", "--data", str(own), "--format", "xlsx", "--out", "a.xlsx"
    )
    assert done.exit_code == 1
    sheet = openpyxl.load_workbook(here / "a.xlsx").active
    assert sheet["A1"].value == "Mã"


def test_exit_code_0_where_nothing_is_an_error(tmp_path: Path) -> None:
    own = own_folder(tmp_path, {"1.2.4": "6.00"})
    done = audit("--province", "cao-bang", "--data", str(own), "--format", "csv", "--lang", "en")
    assert done.exit_code == 0
    rules = [row["rule"] for row in csv.DictReader(io.StringIO(done.stdout))]
    assert "PA101" not in rules
    assert "PA304" in rules  # a note


def test_one_year_of_sheets(tmp_path: Path) -> None:
    own = own_folder(tmp_path, {"1.2.4": "6.00"})
    done = audit("--province", "cao-bang", "--data", str(own), "--year", "2023", "--format", "json")
    assert done.exit_code == 0
    assert "PA301" not in {row["rule"] for row in json.loads(done.stdout)}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "Missing option '--province'"),
        (("--province", "Cao Băg"), "did you mean 'cao-bang'?"),
        (("--province", "ha-noi"), "no plan of 'ha-noi'"),
        (("--province", "cao-bang", "--year", "2031"), "no sheet of 'cao-bang' for 2031"),
        (("--province", "cao-bang", "--lang", "fr"), "'fr' is not one of"),
        (("--province", "cao-bang", "--format", "pdf"), "'pdf' is not one of"),
        (("--province", "cao-bang", "--format", "xlsx"), "--format xlsx without --out"),
        (("--province", "cao-bang", "--out", "none/a.csv"), "no folder"),
        (("--province", "cao-bang", "--data", "none.csv"), "no file"),
    ],
)
def test_wrong_input(arguments: tuple[str, ...], words: str, here: Path) -> None:
    done = audit(*arguments)
    assert done.exit_code == 2
    assert words in done.stderr
    assert list(here.iterdir()) == []


def test_never_over_a_file(here: Path) -> None:
    (here / "mine.csv").write_text("mine", encoding="utf-8")
    done = audit("--province", "cao-bang", "--out", "mine.csv")
    assert done.exit_code == 2
    assert (here / "mine.csv").read_text(encoding="utf-8") == "mine"
