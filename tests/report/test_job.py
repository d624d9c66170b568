"""Jobs: what they are called, what they are made of and what they refuse."""

from pathlib import Path

import pytest

from piilib.errors import DataError
from piilib.report.batch_jobs import jobs_of
from piilib.report.job import (
    Job,
    check_job,
    job_of,
    notebook_of,
    page_of,
    parameters_of,
    title_of,
)
from report.batch_folder import PROCESSED, copy_data

PLACES = {
    ("diagnostic", "cao-bang", "published"): "2024/vi/cao-bang.html",
    ("overview", "", "published"): "2024/vi/overview.html",
    ("audit", "cao-bang", "published"): "2024/vi/cao-bang-audit.html",
    ("diagnostic", "cao-bang", "demo"): "demo/2024/vi/cao-bang.html",
}


@pytest.mark.parametrize(("what", "place"), PLACES.items())
def test_places(what, place) -> None:
    kind, province, data = what
    job = Job(kind, province, 2024, "vi", data)
    assert page_of(job, Path("out")) == Path("out", place)
    assert notebook_of(job).is_file()


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("diagnostic", ["province", "year", "lang", "data", "effort", "seed"]),
        ("audit", ["province", "year", "lang", "data", "seed"]),
        ("overview", ["year", "lang", "data", "seed"]),
    ],
)
def test_parameters_are_those_of_the_notebook(kind, expected) -> None:
    job = Job(kind, "" if kind == "overview" else "cao-bang", 2024, "vi", seed=3)
    assert list(parameters_of(job)) == expected
    assert parameters_of(job)["seed"] == 3


def test_a_folder_of_ones_own_is_named_to_the_notebook(tmp_path: Path) -> None:
    folder = copy_data(tmp_path / "data")
    job = Job("overview", "", 2024, "vi", data_dir=str(folder))
    assert parameters_of(job)["data"] == str(folder)
    same = Job("overview", "", 2024, "vi", data_dir=str(PROCESSED))
    assert parameters_of(same)["data"] == "published"


@pytest.mark.parametrize(
    ("kind", "vi", "en"),
    [
        (
            "diagnostic",
            "Chẩn đoán Chỉ số Đổi mới sáng tạo cấp địa phương 2024: Cao Bằng",
            "Provincial Innovation Index 2024: diagnostic of Cao Bang",
        ),
        (
            "audit",
            "Soát xét kế hoạch nâng cao PII của Cao Bằng",
            "Audit of the PII plan of Cao Bang",
        ),
        ("overview", "Bức tranh cả nước: PII 2024", "National overview: PII 2024"),
    ],
)
def test_titles(kind, vi, en) -> None:
    province = "" if kind == "overview" else "cao-bang"
    assert title_of(Job(kind, province, 2024, "vi")) == vi
    assert title_of(Job(kind, province, 2024, "en")) == en


WRONG = {
    "kind": (("diagnosis", "cao-bang", 2024, "vi"), {}, "found the kind 'diagnosis'"),
    "language": (("overview", "", 2024, "fr"), {}, "found the language 'fr'"),
    "province": (("overview", "cao-bang", 2024, "vi"), {}, "or '' for the overview"),
    "none": (("diagnostic", "", 2024, "vi"), {}, "a province's key"),
}


@pytest.mark.parametrize(("fields", "more", "message"), WRONG.values(), ids=WRONG)
def test_what_no_report_can_be(fields, more, message) -> None:
    with pytest.raises(DataError, match=message):
        Job(*fields, **more)


REFUSED = {
    "no data": (("overview", "", 2024), {"data": "nowhere"}, "no file or folder 'nowhere'"),
    "two folders": (
        ("overview", "", 2024),
        {"data": str(PROCESSED), "data_dir": str(PROCESSED)},
        "together",
    ),
    "a file for the overview": (
        ("overview", "", 2024),
        {"data": str(PROCESSED / "sheets.csv")},
        "or a data folder",
    ),
    "no scoreboard": (("overview", "", 2031), {}, "no scoreboard for 2031"),
    "merged": (("diagnostic", "bac-giang", 2025), {}, "part of 'bac-ninh'"),
    "no plan": (("audit", "ha-giang", 2024), {}, "no plan of 'ha-giang'"),
    "no sheet to audit": (("audit", "cao-bang", 2025), {}, "no sheet of 'cao-bang' for 2025"),
    "no efforts": (("diagnostic", "hue", 2024), {"effort": "nowhere.csv"}, "nowhere"),
}


@pytest.mark.parametrize(("fields", "more", "message"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused_before_anything_runs(fields, more, message) -> None:
    with pytest.raises(DataError, match=message):
        check_job(Job(*fields, "vi", **more))


def test_any_spelling_is_one_job() -> None:
    names = ("Cao Bằng", "tỉnh cao bằng", "cao-bang")
    assert len({job_of("diagnostic", name, 2024, "vi") for name in names}) == 1
    assert job_of("overview", "", 2024, "vi").name == "2024/vi/overview"


@pytest.mark.parametrize(("year", "count"), [(2024, 64), (2025, 35)])
def test_the_reports_of_a_year(year, count) -> None:
    jobs = jobs_of([year])
    assert len(jobs) == 2 * count
    assert len({job.name for job in jobs}) == 2 * count


def test_of_a_file_of_sheets_there_is_no_overview() -> None:
    jobs = jobs_of([2024], ["vi"], data=str(PROCESSED / "sheets.csv"))
    assert {job.kind for job in jobs} == {"diagnostic"}
    assert len(jobs) == 63


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (([2031],), "no scoreboard for 2031"),
        (([2024], ["vi"], ["Cao Băg"]), "did you mean 'cao-bang'"),
        (([2025], ["vi"], ["bac-giang"]), "'bac-giang' in 2025.*34 units"),
    ],
)
def test_what_a_run_cannot_be_of(asked, message) -> None:
    with pytest.raises(DataError, match=message):
        jobs_of(*asked)
