"""The committed data, whatever the environment says, and a good CSV of sheets."""

import csv
import io
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RAW = ROOT / "data" / "raw"
PROCESSED = ROOT / "data" / "processed"

Table = list[list[str]]


@pytest.fixture(autouse=True)
def committed_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PIILIB_DATA", raising=False)
    monkeypatch.chdir(ROOT)


def rows(path: Path) -> list[dict[str, str]]:
    """Read a CSV without the library's own reader."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def as_text(table: Table) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(table)
    return out.getvalue()


def good_table() -> Table:
    """Give the sheet of Cao Bằng for 2024, its header first, the province by its name."""
    with (PROCESSED / "sheets.csv").open(encoding="utf-8", newline="") as file:
        header, *body = csv.reader(file)
    return [header, *(["Cao Bằng", *row[1:]] for row in body if row[1] == "2024")]
