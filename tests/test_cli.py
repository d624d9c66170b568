"""The `pii` command: what it prints, its exit codes, and that a refusal writes nothing."""

import csv
import io
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from piilib import __version__
from piilib.cli import main
from piilib.report.run import ReportError

ROOT = Path(__file__).resolve().parents[1]
PROCESSED = ROOT / "data" / "processed"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder, with the committed tables."""
    monkeypatch.setenv("PIILIB_DATA", str(PROCESSED))
    work = tmp_path / "a" / "b" / "work"
    work.mkdir(parents=True)
    monkeypatch.chdir(work)
    return work


def pii(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def edited(folder: Path, table: str, old: str, new: str) -> Path:
    """Copy the tables with one place changed."""
    shutil.copytree(PROCESSED, folder / "own")
    path = folder / "own" / f"{table}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")
    return folder / "own"


def test_version_and_help() -> None:
    assert pii("--version").output == f"pii, version {__version__}\n"
    help_text = pii("--help")
    assert help_text.exit_code == 0
    assert "Exit codes: 0 good; 1 it ran and something needs a look; 2" in " ".join(
        help_text.output.split()
    )
    for command in ("report", "levers", "check", "lab"):
        assert f"\n  {command} " in help_text.output
        assert pii(command, "-h").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "Usage:"),
        (("nothing",), "No such command 'nothing'"),
        (("report",), "Missing option '--province'"),
        (("report", "--province", "cao-bang", "--lang", "fr"), "'fr' is not one of"),
        (("report", "--province", "cao-bang", "--year", "last"), "not a valid integer"),
        (("report", "--province", "cao-bang", "--format", "odt"), "'odt' is not"),
    ],
)
def test_a_wrong_command_line(arguments: tuple[str, ...], words: str, here: Path) -> None:
    done = pii(*arguments)
    assert done.exit_code == 2
    assert words in done.stderr
    assert files(here) == []


def test_check_of_good_data() -> None:
    for arguments in ((), ("--data-dir", str(PROCESSED)), (str(PROCESSED / "sheets.csv"),)):
        done = pii("check", *arguments)
        assert (done.exit_code, done.stdout, done.stderr) == (0, "no findings\n", "")


def test_check_of_bad_data(tmp_path: Path) -> None:
    own = edited(tmp_path, "sheets", ",38.33,", ',"38,33",')
    place = "sheets.csv, row 5, column 'value': found '38,33'; expected a number with a decimal"
    for arguments in (("--data-dir", str(own)), (str(own / "sheets.csv"),)):
        done = pii("check", *arguments)
        assert (done.exit_code, done.stderr) == (2, "pii: 1 finding(s)\n")
        assert done.stdout.startswith(place)


def test_check_lists_the_first_fault_of_every_sheet(tmp_path: Path) -> None:
    own = edited(tmp_path, "sheets", ",38.33,", ",58.33,")
    path = own / "sheets.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(",2024,6.1.1,0.02,", ",2024,6.1.1,,2,"), encoding="utf-8")
    assert pii("check", str(path)).stdout.startswith("sheets.csv, row 132: found 10 cells")
    path.write_text(text.replace(",2024,6.1.1,0.02,", ",2024,6.1.1,n/a,"), encoding="utf-8")
    done = pii("check", str(path), str(tmp_path / "none.csv"))
    assert done.exit_code == 2
    assert [line.partition(":")[0] for line in done.stdout.splitlines()] == [
        "sheets.csv, row 5, column 'value'",
        "sheets.csv, row 132, column 'value'",
        "found no file '" + str(tmp_path / "none.csv") + "'; expected an existing CSV file",
    ]


def test_levers_as_csv() -> None:
    done = pii("levers", "--province", "Cao Bằng", "--format", "csv")
    assert (done.exit_code, done.stderr) == (0, "")
    table = list(csv.DictReader(io.StringIO(done.stdout)))
    assert len(table) == 52
    assert len({row["code"] for row in table}) == 52
    assert {"gain", "net", "effort", "gain_per_effort", "p_top", "group"} <= set(table[0])
    eligible = [float(row["gain_per_effort"]) for row in table if row["eligible"] == "True"]
    assert eligible == sorted(eligible, reverse=True)


def test_levers_as_a_table_from_an_own_csv() -> None:
    done = pii("levers", "--province", "cao-bang", "--data", str(PROCESSED / "sheets.csv"))
    assert (done.exit_code, done.stderr) == (0, "")
    header, *lines = done.stdout.splitlines()
    assert header.split() == ["code", "gain", "net", "effort", "per", "year", "P(10)", "group"]
    assert 30 <= len(lines) <= 52


REFUSED = [
    (("--province", "caobang"), "found no province 'caobang'; .* did you mean 'cao-bang'?"),
    (("--province", "../../x"), "found no province '../../x'; expected a province's key"),
    (("--province", "/etc/passwd"), "found no province '/etc/passwd'"),
    (("--province", "../../cao-bang"), "found no province '../../cao-bang'"),
    (("--province", ""), "found no province ''"),
    (("--province", "cao-bang", "--year", "1999"), "for 1999; expected one of .*2023, 2024"),
    (("--province", "ha-noi", "--data", "none.csv"), "none.csv"),
    (("--province", "cao-bang", "--data", "no/folder"), "folder"),
    (("--province", "cao-bang", "--effort", "none.csv"), "found no file .*none.csv"),
]


@pytest.mark.parametrize(("arguments", "words"), REFUSED)
@pytest.mark.parametrize("command", ["report", "levers"])
def test_what_is_wrong_is_one_line_and_writes_nothing(
    command: str, arguments: tuple[str, ...], words: str, tmp_path: Path
) -> None:
    refuses(words, tmp_path, command, *arguments)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--province", "ha-giang", "--year", "2025"), "'ha-giang' in 2025; .* 'tuyen-quang'"),
        (("--province", "Bình Dương", "--year", "2025"), "'binh-duong' in 2025; .* 'ho-chi-minh'"),
        (("--province", "ha-noi", "--data", str(PROCESSED / "sheets.csv")),
         "sheets.csv: found no sheet of 'ha-noi' for 2024"),
        (("--province", "cao-bang", "--data", str(PROCESSED / "sheets.csv"), "--year", "2025"),
         "for 2025; expected one of the years 2023, 2024"),
        (("--province", "cao-bang", "--data-dir", "nowhere"), "no framework.csv in .*nowhere"),
        (("--province", "cao-bang", "--data", str(PROCESSED), "--data-dir", str(PROCESSED)),
         "--data and --data-dir together"),
        (("--province", "cao-bang", "--effort", str(PROCESSED / "sheets.csv")),
         "sheets.csv, row 1: found the columns province, year"),
    ],
)  # fmt: skip
def test_a_report_that_cannot_be_made(
    arguments: tuple[str, ...], words: str, tmp_path: Path
) -> None:
    refuses(words, tmp_path, "report", *arguments)


def refuses(words: str, folder: Path, *arguments: str) -> None:
    before = files(folder)
    done = pii(*arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert re.search(words, done.stderr)
    assert done.stderr.startswith("pii: ")
    assert done.stderr.count("\n") == 1
    assert isinstance(done.exception, SystemExit)
    assert files(folder) == before


@pytest.mark.parametrize(
    ("table", "old", "new", "words"),
    [
        ("effort", "1.1.2,index-survey,0.25,", "1.1.2,index-survey,0,",
         "effort.csv, row 3, column 'step': found '0'"),
        ("sheets", ",45.28,", ",95.28,", "sheets.csv, row 81, column 'value': found 95.28"),
        ("sheets", ",38.33,", ",98.33,", "sheets.csv, row 5, column 'value': found 98.33"),
        ("scoreboard", "ha-noi,Hà Nội,2024", "ha-tay,Hà Nội,2024",
         "scoreboard.csv, row 36, column 'key': found 'ha-tay'"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("option", ["--data", "--data-dir"])
def test_a_fault_in_a_data_folder_is_found_before_the_notebook_runs(
    option: str, table: str, old: str, new: str, words: str, tmp_path: Path
) -> None:
    own = edited(tmp_path, table, old, new)
    refuses(words, tmp_path, "report", "--province", "cao-bang", option, str(own))


@pytest.fixture
def notebook(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """Stand in for the notebook: note what it is given, and fail where told to."""
    given: dict[str, object] = {}

    def run_report(notebook: Path, html: Path, **options: object) -> Path:
        if "error" in given:
            raise given["error"]  # type: ignore[misc]
        given.update(options, notebook=notebook.name, html=html)
        return html

    monkeypatch.setattr("piilib.report.make.run_report", run_report)
    return given


@pytest.mark.parametrize(("ename", "code"), [("", 1), ("KeyError", 1), ("DataError", 2)])
def test_a_notebook_that_fails_is_one_line(
    ename: str, code: int, notebook: dict[str, object], here: Path
) -> None:
    notebook["error"] = ReportError("01.ipynb: cell 3 (levers): KeyError: 'x'", ename)
    done = pii("report", "--province", "cao-bang")
    assert (done.exit_code, done.stdout) == (code, "")
    assert done.stderr == "pii: 01.ipynb: cell 3 (levers): KeyError: 'x'\n"
    assert isinstance(done.exception, SystemExit)
    assert files(here) == []


@pytest.mark.parametrize(
    ("arguments", "html", "title"),
    [
        (("--province", "Cao Bằng"), "reports/2024/vi/cao-bang.html",
         "Chẩn đoán Chỉ số Đổi mới sáng tạo cấp địa phương 2024: Cao Bằng"),
        (("--province", "Cao Bang", "--lang", "en", "--out", "x", "--year", "2023"),
         "x/2023/en/cao-bang.html", "Provincial Innovation Index 2023: diagnostic of Cao Bang"),
    ],
)  # fmt: skip
def test_a_report_goes_to_year_language_and_key(
    arguments: tuple[str, ...], html: str, title: str, notebook: dict[str, object]
) -> None:
    done = pii("report", *arguments, "--seed", "7")
    assert (done.exit_code, done.stdout, done.stderr) == (0, f"{Path(html)}\n", "")
    assert notebook["html"] == Path(html)
    assert notebook["title"] == title
    assert notebook["notebook"] == "01_province_diagnostic.ipynb"
    parameters = notebook["parameters"]
    assert isinstance(parameters, dict)
    assert (parameters["province"], parameters["data"]) == ("cao-bang", "published")
    assert (parameters["effort"], parameters["seed"]) == ("", 7)


def test_the_data_asked_for_reach_the_notebook(
    notebook: dict[str, object], here: Path, tmp_path: Path
) -> None:
    own = edited(tmp_path, "effort", "index-survey,0.25,", "index-survey,0.26,")
    asked = {
        ("--data", "../../../own"): str(own),
        ("--data-dir", str(own)): str(own),
        ("--data", str(own / "sheets.csv")): str(own / "sheets.csv"),
        ("--data-dir", str(PROCESSED)): "published",
    }
    for arguments, data in asked.items():
        assert pii("report", "--province", "cao-bang", *arguments).exit_code == 0
        parameters = notebook["parameters"]
        assert isinstance(parameters, dict)
        assert parameters["data"] == data
    pii("report", "--province", "cao-bang", "--effort", "../../../own/effort.csv")
    assert notebook["parameters"]["effort"] == str(own / "effort.csv")  # type: ignore[index]


def test_a_province_without_a_sheet_needs_a_look(notebook: dict[str, object]) -> None:
    done = pii("report", "--province", "ha-noi")
    assert (done.exit_code, done.stdout) == (1, f"{Path('reports/2024/vi/ha-noi.html')}\n")
    assert done.stderr == (
        "pii: made without the province's sheet; the report says how to supply it\n"
    )
