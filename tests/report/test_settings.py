"""The file of settings: what it may hold, and one message for what it may not."""

from pathlib import Path

import pytest

from piilib.errors import DataError
from piilib.report.settings import read_settings

GOOD = """
years = [2023, 2024]
languages = ["vi"]
provinces = ["Cao Bằng", "ha-noi"]
formats = ["html"]
jobs = 2
folder = "published"
data = "demo"
effort = "own/effort.csv"
seed = 1
timeout = 300
memory = 2000
log = "/var/log/pii.log"
scheduler = "tcp://host:8786"
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "pii.toml"


def test_all_that_it_may_hold(path: Path) -> None:
    path.write_text(GOOD, encoding="utf-8")
    found = read_settings(path)
    assert found["years"] == [2023, 2024]
    assert found["provinces"] == ["Cao Bằng", "ha-noi"]
    assert found["folder"] == str(path.parent / "published")
    assert found["effort"] == str(path.parent / "own" / "effort.csv")
    assert found["log"] == str(Path("/var/log/pii.log"))
    assert found["data"] == "demo"
    assert found["timeout"] == 300


@pytest.mark.parametrize("text", ["", "\ufeff# nothing\n"])
def test_it_may_hold_nothing(text: str, path: Path) -> None:
    path.write_text(text, encoding="utf-8")
    assert read_settings(path) == {}


def test_data_of_ones_own_lie_beside_it(path: Path) -> None:
    path.write_text('data = "sheets.csv"', encoding="utf-8")
    assert read_settings(path)["data"] == str(path.parent / "sheets.csv")


WRONG = {
    "year = [2024]": "the key 'year'; expected one of years, ",
    "[batch]\nyears = [2024]": "the key 'batch'",
    "years = 2024": "column 'years': found 2024; expected a list of years",
    "years = []": r"column 'years': found \[\]",
    "years = [24]": r"column 'years': found \[24\]",
    "years = [true]": "column 'years'",
    'languages = ["fr"]': "column 'languages'",
    'languages = "vi"': "column 'languages'",
    'provinces = [""]': "column 'provinces'",
    'formats = ["odt"]': "column 'formats'",
    "jobs = 0": "column 'jobs': found 0",
    "jobs = 1.5": "column 'jobs'",
    "jobs = true": "column 'jobs': found True",
    "folder = ''": "column 'folder'",
    "data = 1": "column 'data'",
    "seed = -1": "column 'seed'",
    "timeout = 0": "column 'timeout'",
    "memory = 1": "column 'memory'",
    "years = [2024": "no TOML",
    "jobs = 1\njobs = 2": "no TOML",
}


@pytest.mark.parametrize(("text", "message"), WRONG.items())
def test_what_it_may_not_hold_is_one_message(text: str, message: str, path: Path) -> None:
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=message) as caught:
        read_settings(path)
    assert str(caught.value).startswith("pii.toml")
    assert "\n" not in str(caught.value)


def test_a_file_that_cannot_be_read(path: Path) -> None:
    with pytest.raises(DataError, match="a file of settings"):
        read_settings(path)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DataError, match="not UTF-8"):
        read_settings(path)
