"""What `pii import` wrote reaches the processed tables by `make data`."""

import shutil
from pathlib import Path

import pytest

import piilib as pii
from piilib.data.build import build
from piilib.data.diff import diff_tables

DATA = Path(__file__).resolve().parents[2] / "data"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DATA, tmp_path / "data"))


def board(data: Path, score: str, date: str, **options: str) -> None:
    """Import a scoreboard of one province."""
    document = data.parent / f"board-{date}.csv"
    document.write_text(f'Tỉnh,Điểm số 2024,Xếp hạng 2024\nHà Giang,"{score}",60\n', "utf-8")
    pii.import_document(document, data=data, date=date, source="board", **options)


def changes(data: Path) -> set[tuple[str, str, str, str]]:
    found = diff_tables(DATA, data)
    assert set(found["table"]) == {"scoreboard", "sources"}
    found = found[found["table"] == "scoreboard"]
    return {tuple(row) for row in found[["change", "key", "column", "new"]].to_numpy().tolist()}


def test_a_scoreboard_is_added_and_a_later_one_replaces_it(data: Path) -> None:
    assert "ha-giang" not in set(pii.load_scoreboard(2024, data).table["score"].dropna().index)
    board(data, "25,10", "2025-01-31")
    build(data)
    added = {row for row in changes(data) if row[0] == "added"}
    key = "key=ha-giang, year=2024"
    assert {("added", key, "score", "25.10"), ("added", key, "rank", "60")} <= added
    assert {row[0] for row in changes(data)} == {"added"}
    board(data, "26,20", "2025-03-01", reason="corrected by the ministry")
    build(data)
    assert ("added", key, "score", "26.20") in changes(data)
    assert pii.load_scoreboard(2024, data).table.at["ha-giang", "score"] == 26.2


def test_a_sheet_of_a_province_and_year_is_replaced_whole(data: Path) -> None:
    lines = (data / "processed" / "sheets.csv").read_text(encoding="utf-8").splitlines()
    folder = data / "raw" / "own" / "2026-12-01"
    folder.mkdir(parents=True)
    text = "\n".join([lines[0], *(one for one in lines if one.startswith("cao-bang,2024,"))])
    text = text.replace("cao-bang,2024,1.1.1,45.28", "cao-bang,2024,1.1.1,46.28")
    (folder / "sheets.csv").write_text(f"{text}\n", encoding="utf-8")
    (folder / "source.yml").write_text(about(folder / "sheets.csv", "pii import"), "utf-8")
    build(data)
    found = diff_tables(DATA, data)
    found = found[found["table"] == "sheets"]
    assert found[["key", "column", "old", "new"]].to_numpy().tolist() == [
        ["province=cao-bang, year=2024, code=1.1.1", "value", "45.28", "46.28"]
    ]
    # What somebody else put there is a source with columns of its own, not a processed table.
    (folder / "source.yml").write_text(about(folder / "sheets.csv", "an analyst"), "utf-8")
    build(data)
    assert set(diff_tables(DATA, data)["table"]) == {"sources"}


def about(file: Path, who: str) -> str:
    import hashlib

    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    return (
        f"publisher: x\ntitle: y\ndate: 2026-12-01\naddress: z\nlicence: own\n"
        f"transcribed_by: {who}\nfiles:\n  {file.name}: {digest}\n"
    )
