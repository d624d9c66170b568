"""`pii batch`: options and settings, what is said and written, exit codes, speed."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from report.batch_folder import copy_data, edit, failing, quick, read_code_again, tree
from test_cli_light import HEAVY, MAIN, imported

from piilib import cli_batch
from piilib.cli import main
from piilib.report import worker
from piilib.report.batch import Outcome
from piilib.report.batch_files import alone
from piilib.report.job import Job, Made


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[tuple[Job, float, int]]:
    """Make reports in no time, and remember which."""
    found = []

    def make(job: Job, *, seconds: float, memory: int) -> Made:
        found.append((job, seconds, memory))
        return quick(job)

    @contextmanager
    def warm() -> Iterator[None]:
        yield

    monkeypatch.setattr(worker, "make", make)
    monkeypatch.setattr(worker, "warm", warm)
    monkeypatch.chdir(tmp_path)
    return found


def pii(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["batch", *arguments])


def test_a_year(asked) -> None:
    done = pii("--year", "2025", "--lang", "vi")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == f"35 made, 0 unchanged, 0 failed: {Path('reports', 'index.html')}\n"
    assert {job.kind for job, *_ in asked} == {"overview", "diagnostic"}
    assert {(seconds, memory) for _, seconds, memory in asked} == {(600, 4_000_000_000)}
    assert Path("reports/2025/vi/hue.html").is_file()


def test_both_languages_and_2024_unless_told_otherwise(asked) -> None:
    pii("--province", "Cao Bằng", "--province", "ha-noi")
    assert sorted(job.name for job, *_ in asked) == [
        f"2024/{lang}/{key}" for lang in ("en", "vi") for key in ("cao-bang", "ha-noi")
    ]


def test_a_demonstration_goes_to_a_folder_of_its_own(asked) -> None:
    done = pii("--data", "demo", "--province", "hue", "--lang", "vi")
    assert done.stdout.endswith(f"{Path('reports', 'demo', 'index.html')}\n")
    assert [p.name for p in Path("reports").iterdir()] == ["demo"]
    assert Path("reports/demo/2024/vi/hue.html").is_file()


@pytest.mark.parametrize("option", ["--quiet", "--verbose", ""])
def test_what_is_said(option, asked, monkeypatch) -> None:
    lost = {"2024/vi/hue": RuntimeError("01.ipynb: cell 2: no")}
    monkeypatch.setattr(worker, "make", lambda job, **limits: failing(lost)(job))
    options = ["--province", "hue", "--province", "cao-bang", "--lang", "vi", "--log", "a/b.log"]
    done = pii(*options, *([option] if option else []))
    assert done.exit_code == 1
    failed = "pii: failed 2024/vi/hue: RuntimeError: 01.ipynb: cell 2: no\n"
    made = "pii: made 2024/vi/cao-bang in 0.2 s\n"
    assert sorted(done.stderr.splitlines(True)) == sorted(
        [failed, made] if option == "--verbose" else [failed]
    )
    assert (done.stdout == "") == (option == "--quiet")
    log = Path("a/b.log").read_text(encoding="utf-8")
    assert "ERROR failed 2024/vi/hue: RuntimeError: 01.ipynb: cell 2: no" in log
    assert "INFO made 2024/vi/cao-bang in 0.2 s" in log
    assert "1 made, 0 unchanged, 1 failed" in log
    monkeypatch.setattr(worker, "make", lambda job, **limits: quick(job))
    again = pii(*options)
    assert (again.exit_code, again.stderr) == (0, "")
    assert again.stdout.startswith("1 made, 1 unchanged, 0 failed: ")
    assert Path("a/b.log").read_text(encoding="utf-8").startswith(log)


def test_on_a_terminal_a_bar_counts(capsys) -> None:
    watch = cli_batch.Watch(bar=True)
    watch.start(2)
    for province in ("hue", "ha-noi"):
        watch.done(Outcome(Job("diagnostic", province, 2024, "vi"), "made", Path("x.html")))
    watch.close()
    said = capsys.readouterr().err
    assert "2/2" in said
    assert "2024/vi/ha-noi" in said


def test_settings_and_what_the_command_says_before_them(asked, tmp_path) -> None:
    (tmp_path / "etc").mkdir()
    Path("etc/pii.toml").write_text(
        'years = [2023, 2025]\nlanguages = ["en"]\nprovinces = ["Huế"]\nfolder = "out"\n'
        'timeout = 5\nmemory = 700\nlog = "pii.log"\njobs = 1\n',
        encoding="utf-8",
    )
    done = pii("--config", "etc/pii.toml", "--year", "2024")
    assert done.exit_code == 0, done.output
    assert [(j.name, s, m) for j, s, m in asked] == [("2024/en/hue", 5, 700_000_000)]
    assert (tmp_path / "etc" / "out" / "index.html").is_file()
    assert (tmp_path / "etc" / "pii.log").is_file()
    asked.clear()
    assert pii("--config", "etc/pii.toml").exit_code == 0
    assert {job.name for job, *_ in asked} == {"2023/en/hue", "2025/en/hue"}


WRONG: dict[str, tuple[tuple[str, ...], str]] = {
    "year": (("--year", "2031"), "no scoreboard for 2031"),
    "province": (("--province", "Cao Băg"), "did you mean 'cao-bang'"),
    "merged": (("--year", "2025", "--province", "bac-giang"), "'bac-giang' in 2025"),
    "data": (("--data", "nowhere"), "no file or folder"),
    "data folder": (("--data-dir", "nowhere"), "no framework.csv"),
    "two data": (("--data", "demo", "--data-dir", "."), "together"),
    "effort": (("--effort", "nowhere.csv"), "a file that can be read"),
    "settings": (("--config", "nowhere.toml"), "a file of settings"),
    "loud and quiet": (("--quiet", "--verbose"), "together"),
    "jobs": (("--jobs", "0"), "0 is not in the range"),
    "format": (("--format", "xyz"), "is not"),
}


@pytest.mark.parametrize(("arguments", "message"), WRONG.values(), ids=WRONG)
def test_a_wrong_command_writes_nothing(arguments, message, asked, tmp_path) -> None:
    done = pii(*arguments)
    assert done.exit_code == 2
    assert message in done.stderr
    assert done.stdout == ""
    assert list(tmp_path.iterdir()) == []
    assert asked == []


def test_of_two_batches_the_second_is_refused(asked) -> None:
    with alone(Path("reports")):
        done = pii("--province", "hue")
    assert done.exit_code == 2
    assert "another batch at work in 'reports'" in done.stderr
    assert asked == []


def test_force_makes_all_again(asked) -> None:
    options = ("--province", "hue", "--lang", "vi")
    assert pii(*options).stdout.startswith("1 made, 0 unchanged")
    assert pii(*options).stdout.startswith("0 made, 1 unchanged")
    assert pii(*options, "--force").stdout.startswith("1 made, 0 unchanged")


def test_a_year_that_is_unchanged_takes_no_time_and_no_heavy_import(asked, tmp_path) -> None:
    """The command in a process of its own, imports included: 2 s on a machine that is free."""
    data = str(copy_data(tmp_path / "tables"))
    arguments = ["batch", "--data", data, "--out", str(tmp_path / "out")]
    read_code_again()
    assert CliRunner().invoke(main, arguments).stdout.startswith("128 made")
    before = tree(tmp_path / "out")
    start = time.perf_counter()
    modules, said = imported(tmp_path, MAIN, *arguments)
    assert time.perf_counter() - start < 10
    assert said.startswith("0 made, 128 unchanged, 0 failed: ")
    assert sorted(modules & {*HEAVY, "jinja2", "babel"}) == []
    assert tree(tmp_path / "out") == before


def test_a_changed_sheet_is_seen_by_the_command(asked, tmp_path) -> None:
    data = copy_data(tmp_path / "tables")
    options = ("--data", str(data), "--province", "hue", "--province", "cao-bang", "--lang", "vi")
    assert pii(*options).stdout.startswith("2 made")
    where = {"province": "cao-bang", "year": "2024", "code": "1.1.1"}
    edit(data, "sheets", where, value="45.29")
    assert pii(*options).stdout.startswith("1 made, 1 unchanged")
