"""data/processed is what data/raw makes, and a fault in data/raw is named before anything moves."""

import hashlib
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from piilib.data.build import build, main, source_files, source_folder
from piilib.errors import DataError

from .conftest import PROCESSED, RAW, ROOT, rows

SIDECARS = sorted(RAW.glob("*/*/source.yml"))
FILES = sorted(path for path in RAW.glob("*/*/*") if path.name != "source.yml")
APPENDIX = "cao-bang-kh-3372/2025-10-28/appendix.csv"
TEXT = "cao-bang-kh-3372/2025-10-28/text.csv"
CORRECTIONS = "piilib/2026-11-21/corrections.csv"


def name(path: Path) -> str:
    return path.relative_to(RAW).as_posix()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Copy data/raw, with an old table under processed that must not be touched."""
    shutil.copytree(RAW, tmp_path / "data" / "raw")
    (tmp_path / "data" / "processed").mkdir()
    (tmp_path / "data" / "processed" / "old.csv").write_text("kept", encoding="utf-8")
    return tmp_path / "data"


def untouched(data: Path) -> bool:
    return [path.name for path in (data / "processed").iterdir()] == ["old.csv"]


def change(file: Path, old: str, new: str, *, sign: bool = True) -> None:
    """Replace the one place of `old`, and renew the checksum in source.yml beside it."""
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    before = hashlib.sha256(file.read_bytes()).hexdigest()
    file.write_text(text.replace(old, new), encoding="utf-8", newline="\n")
    if sign:
        sidecar = file.parent / "source.yml"
        signed = sidecar.read_text(encoding="utf-8")
        after = hashlib.sha256(file.read_bytes()).hexdigest()
        sidecar.write_text(signed.replace(before, after), encoding="utf-8")


def test_a_rebuild_gives_the_committed_tables_byte_for_byte(tmp_path: Path) -> None:
    written = build(ROOT / "data", tmp_path)
    assert {path.name for path in written} == {path.name for path in PROCESSED.iterdir()}
    assert [p.name for p in written if p.read_bytes() != (PROCESSED / p.name).read_bytes()] == []


def test_the_command_replaces_what_is_stale(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(data)]) == 0
    assert capsys.readouterr().out.startswith("21 tables written")
    assert not (data / "processed" / "old.csv").exists()


def test_every_source_is_signed_and_every_file_is_listed() -> None:
    assert len(SIDECARS) == 8
    assert (
        sorted(folder / file for folder, about in source_files(RAW) for file in about["files"])
        == FILES
    )


@pytest.mark.parametrize("path", SIDECARS, ids=name)
def test_a_source_says_where_it_is_from(path: Path) -> None:
    about = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert {"date", "address"} <= set(about)  # null where there is none
    for key in ("publisher", "title", "licence", "transcribed_by", "notes"):
        assert len(about[key].strip()) > 5
    assert about["files"]
    assert all(re.fullmatch("[0-9a-f]{64}", digest) for digest in about["files"].values())
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", path.parent.name)


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_changed_byte_is_found(path: Path, data: Path) -> None:
    file = data / "raw" / path.relative_to(RAW)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    with pytest.raises(DataError, match=f"^{path.name}: found sha256 .*; expected") as caught:
        build(data)
    assert caught.value.file == file
    assert untouched(data)


@pytest.mark.parametrize(
    ("file", "old", "new", "place"),
    [
        (APPENDIX, '"38,33"', '"38,3x"', "appendix.csv, row 4, column 'own_2023': found '38,3x'"),
        (APPENDIX, '"52,51"', "52.51", "appendix.csv, row 4, column 'highest_2024': found '52.51'"),
        (APPENDIX, '"86,00"', "86.0", "appendix.csv, row 10, column 'target_2026': found '86.0'"),
        (TEXT, "trên 85,,", "trên 8x5,,",
         "text.csv, row 14, column 'target_printed': found 'trên 8x5'"),
        (CORRECTIONS, ',highest_2023,"0,16"', ',highest_2023,"0,17"', "corrections.csv, row 2: "),
        (CORRECTIONS, "appendix.csv,27,lowest", "text.csv,27,lowest", "corrections.csv, row 3: "),
        ("press/2026-11-21/scores.csv", "Hà Nội,2023,62.86,1", "Hà Nội,2023,62.86,1st",
         "scoreboard.csv, row 2, column 'rank': found '1st'; expected a rank"),
        ("press/2026-11-21/scores.csv", "Hà Nội,2023,62.86", "Hà Nam Nội,2023,62.86",
         "scores.csv, row 2, column 'province_vi': found no province 'Hà Nam Nội'"),
        ("piilib/2026-11-21/framework.csv", "PII,,index,", "PII,,indx,",
         "framework.csv, row 2, column 'level': found 'indx'; expected one of index,"),
    ],
)  # fmt: skip
def test_a_wrong_cell_is_named_and_the_old_tables_stay(
    file: str, old: str, new: str, place: str, data: Path
) -> None:
    change(data / "raw" / file, old, new)
    with pytest.raises(DataError, match=f"^{re.escape(place)}"):
        build(data)
    assert untouched(data)


def drop(path: str) -> Callable[[Path], None]:
    return lambda raw: (raw / path).unlink()


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (drop(APPENDIX), "source.yml: found the files"),
        (drop("press/2026-11-21/source.yml"), "no source.yml in press/2026-11-21"),
        (lambda raw: (raw / "press" / "2026-11-21" / "new.csv").write_text("a,b\n"), "'new.csv'"),
        (lambda raw: shutil.rmtree(raw / "press"), "no dated folder of the source 'press'"),
        (lambda raw: change(next(raw.glob("press/*/source.yml")), "licence:", "terms:", sign=False),
         "source.yml: found no licence"),
    ],
    ids=["file gone", "sidecar gone", "file not listed", "source gone", "no licence"],
)  # fmt: skip
def test_a_raw_folder_that_is_not_whole_is_refused(
    spoil: Callable[[Path], object], message: str, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil(data / "raw")
    assert main([str(data)]) == 2
    said = capsys.readouterr().err
    assert message in said
    assert said.count("\n") == 1
    assert untouched(data)


def test_the_newest_edition_of_a_source_counts(data: Path) -> None:
    folder = data / "raw" / "press" / "2027-01-31"
    folder.mkdir()
    assert source_folder(data / "raw", "press") == folder


def test_the_misprint_of_3_2_2_is_kept_as_printed_and_put_right() -> None:
    printed = next(row for row in rows(RAW / APPENDIX) if row["code"] == "3.2.2")
    assert (printed["highest_2023"], printed["lowest_2023"], printed["own_2023"]) == (
        "0,16",
        "100,00",
        "n/a",
    )
    notes = rows(RAW / CORRECTIONS)
    assert [(note["row"], note["column"], note["printed"], note["read_as"]) for note in notes] == [
        ("27", "highest_2023", "0,16", "100,00"),
        ("27", "lowest_2023", "100,00", "0,16"),
    ]
    assert all("each other's place" in note["reason"] for note in notes)
    read = next(
        r for r in rows(PROCESSED / "sheets.csv") if (r["year"], r["code"]) == ("2023", "3.2.2")
    )
    assert (read["value"], read["lowest"], read["highest"]) == ("", "0.16", "100.00")
