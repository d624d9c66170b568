"""Which tables a report rests on, and that what it does not rest on leaves its page as it was."""

from pathlib import Path

import pytest

from piilib.errors import DataError
from piilib.report.inputs import inputs_of, own_digest, sheet_digest
from piilib.report.job import Job
from piilib.report.worker import make
from report.batch_folder import PROCESSED, copy_data, edit

#: The reports that the changes below do or do not concern.
OF = {
    "own 2024": ("diagnostic", "cao-bang", 2024),
    "own 2023": ("diagnostic", "cao-bang", 2023),
    "audit": ("audit", "cao-bang", 2024),
    "other": ("diagnostic", "ha-giang", 2024),
    "bac-kan": ("diagnostic", "bac-kan", 2024),
    "overview": ("overview", "", 2024),
}
EVERY = set(OF)
OWN = {"own 2024", "own 2023", "audit"}
CHANGES = {
    "an indicator of 2024": (
        ("sheets", {"province": "cao-bang", "year": "2024", "code": "1.1.1"}, {"value": "45.29"}),
        {"own 2024", "audit"},
    ),
    "an indicator of 2023": (
        ("sheets", {"province": "cao-bang", "year": "2023", "code": "1.1.1"}, {"value": "41.11"}),
        OWN,
    ),
    "a pillar's score, which completes the others' pillars": (
        ("sheets", {"province": "cao-bang", "year": "2024", "code": "1"}, {"value": "42.21"}),
        {"own 2024", "audit", "other", "bac-kan"},
    ),
    "a plan": (("plan", {"province": "cao-bang", "code": "1.1.1"}, {"target": "61.00"}), OWN),
    "a goal": (("goals", {"province": "cao-bang", "place": "I.1"}, {"printed": "x"}), OWN),
    "another's context": (
        ("context", {"province": "bac-kan", "year": "2023"}, {"value": "326505"}),
        {"bac-kan"},
    ),
    "the scoreboard": (
        ("scoreboard", {"key": "ha-noi", "year": "2024"}, {"score": "60.77"}),
        EVERY,
    ),
    "efforts": (("effort", {"code": "1.1.1"}, {"difficulty": "3"}), EVERY),
    "names": (("names", {"spelling": "Tỉnh An Giang"}, {"kind": "x"}), EVERY),
}


@pytest.mark.parametrize(("change", "concerned"), CHANGES.values(), ids=CHANGES)
def test_a_change_concerns_only_what_rests_on_it(change, concerned, tmp_path: Path) -> None:
    folder = copy_data(tmp_path / "data")
    jobs = {
        name: Job(kind, province, year, "vi", data=str(folder))
        for name, (kind, province, year) in OF.items()
    }
    before = {name: inputs_of(job) for name, job in jobs.items()}
    table, where, cells = change
    edit(folder, table, where, **cells)
    changed = {name for name, job in jobs.items() if inputs_of(job) != before[name]}
    assert changed == concerned


def test_a_new_sheet_concerns_its_province_from_that_year_on(tmp_path: Path) -> None:
    folder = copy_data(tmp_path / "data")
    sheets = (folder / "sheets.csv").read_text(encoding="utf-8")
    added = [line for line in sheets.splitlines() if line.startswith("cao-bang,2024,")]
    jobs = {
        (key, year): Job("diagnostic", key, year, "vi", data=str(folder))
        for key in ("cao-bang", "ha-giang")
        for year in (2023, 2024)
    }
    before = {name: inputs_of(job) for name, job in jobs.items()}
    new = "\n".join(line.replace("cao-bang,", "Hà Giang,", 1) for line in added)
    (folder / "sheets.csv").write_text(f"{sheets}{new}\n", encoding="utf-8")
    changed = {name for name, job in jobs.items() if inputs_of(job) != before[name]}
    # Hà Giang's report of 2023 has no sheet: all sheets complete its pillars.
    assert changed == {("ha-giang", 2024), ("ha-giang", 2023)}
    assert "others' sheets" not in inputs_of(jobs["ha-giang", 2024])


def test_own_files_are_read_from_where_they_are_named(tmp_path: Path) -> None:
    own, effort = tmp_path / "my.csv", tmp_path / "e.csv"
    own.write_bytes(
        (PROCESSED / "sheets.csv").read_bytes().replace(b"cao-bang,", "Cao Bằng,".encode())
    )
    effort.write_bytes((PROCESSED / "effort.csv").read_bytes())
    job = Job("diagnostic", "cao-bang", 2024, "vi", str(own), effort=str(effort))
    found = inputs_of(job)
    assert "sheets.csv" not in found
    assert found["my.csv"] != "none"
    effort.write_text("x")
    assert inputs_of(job)["effort.csv"] != found["effort.csv"]
    effort.unlink()
    with pytest.raises(DataError, match="found No such file"):
        inputs_of(job)


def test_everything_in_a_demonstration_rests_on_everything() -> None:
    found = inputs_of(Job("diagnostic", "ha-giang", 2024, "vi", "demo"))
    assert set(found) == {path.name for path in PROCESSED.glob("*.csv")}
    assert found == inputs_of(Job("overview", "", 2023, "en", "demo"))


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"province,year\na\n", b"x,y\n1,2\n"])
def test_what_is_no_table_of_provinces_is_hashed_whole(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    assert own_digest(path, "cao-bang") == own_digest(path, "ha-noi")
    assert sheet_digest(path, "cao-bang", 2024) == own_digest(path, "cao-bang")


@pytest.mark.usefixtures("warmed")
def test_what_a_report_does_not_rest_on_leaves_its_bytes(tmp_path: Path) -> None:
    """Changes that concern another province alone, and the real page made before and after."""
    pages = []
    for place in ("before", "after"):
        folder = copy_data(tmp_path / place / "data")
        if place == "after":
            for name in ("an indicator of 2024", "a plan", "a goal"):
                (table, where, cells), _ = CHANGES[name]
                edit(folder, table, where, **cells)
            bound = {"province": "cao-bang", "year": "2024", "code": "1.1.2"}
            edit(folder, "sheets", bound, highest="9.99")
        made = make(Job("diagnostic", "ha-giang", 2024, "en", data=str(folder)))
        pages.append(made.html)
    assert not made.complete
    assert pages[0] == pages[1]
