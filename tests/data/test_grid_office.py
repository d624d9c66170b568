"""Old Word and OpenDocument files through LibreOffice, and through programs that fail like it."""

import os
import stat
import sys
import time
from pathlib import Path

import pytest

from conftest import needs

from piilib.data import grid_office
from piilib.data.grid_file import read_grids
from piilib.data.grid_office import TARGETS, convert, office_program
from piilib.errors import DataError

from .grid_files import cell, document, ole, packed, row, table, texts, workbook

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="its programs are shell scripts")

WORD = document(table(row(cell("Bằng"))))
BOOK = workbook('<sheetData><row r="1"><c r="A1"><v>7</v></c></row></sheetData>')
OPEN = "application/vnd.oasis.opendocument."
SOURCES = {
    "doc": ole(b"x", "WordDocument"),
    "odt": packed({"mimetype": OPEN + "text", "content.xml": "<a/>"}),
    "ods": packed({"mimetype": OPEN + "spreadsheet", "content.xml": "<a/>"}),
}


def pretend(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Put a program named soffice first on the path; its last argument is the file."""
    place = folder / "programs"
    place.mkdir()
    program = place / "soffice"
    program.write_text(f'#!/bin/sh\nfor last; do :; done\nout=$(dirname "$last")/out\n{script}\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{place}{os.pathsep}{os.environ['PATH']}")


def source(folder: Path, kind: str) -> Path:
    path = folder / f"-x y.{kind}"
    path.write_bytes(SOURCES[kind])
    return path


@pytest.mark.parametrize("kind", SOURCES)
def test_what_the_program_makes_is_read(kind, tmp_path, monkeypatch):
    path, target = source(tmp_path, kind), TARGETS[kind]
    made = tmp_path / "made"
    made.write_bytes(WORD if target == "docx" else BOOK)
    pretend(tmp_path, monkeypatch, f'mkdir "$out"; cp {made} "$out/input.{target}"')
    (grid,) = read_grids(path)
    assert texts(grid) == [["Bằng" if target == "docx" else "7"]]


@pytest.mark.parametrize("kind", SOURCES)
def test_without_the_program_the_message_says_what_to_do(kind, tmp_path, monkeypatch):
    monkeypatch.setattr(grid_office, "office_program", lambda: None)
    with pytest.raises(DataError, match="no LibreOffice to read it") as caught:
        read_grids(source(tmp_path, kind))
    assert f"save it as .{TARGETS[kind]}" in caught.value.expected


def test_the_program_gets_a_profile_of_its_own_and_no_network(tmp_path, monkeypatch):
    pretend(tmp_path, monkeypatch, f'echo "$@" "$http_proxy" "$HOME" > {tmp_path}/said')
    folder = tmp_path / "work"
    folder.mkdir()
    with pytest.raises(DataError, match="LibreOffice made nothing of it"):
        convert(source(tmp_path, "doc"), "doc", folder)
    said = (tmp_path / "said").read_text().split()
    assert {"--headless", "--convert-to", "docx", "http://127.0.0.1:9", str(folder)} <= set(said)
    assert f"-env:UserInstallation={(folder / 'profile').as_uri()}" in said
    settings = (folder / "profile" / "user" / "registrymodifications.xcu").read_text()
    assert '"DisableMacrosExecution" oor:op="fuse"><value>true' in settings
    assert str(folder / "input.doc") in said  # the copy: nothing is written beside the file


def test_a_program_that_never_ends_is_ended_with_what_it_started(tmp_path, monkeypatch):
    pretend(tmp_path, monkeypatch, f"sleep 60 & echo $! > {tmp_path}/started; wait")
    folder = tmp_path / "work"
    folder.mkdir()
    with pytest.raises(DataError, match=r"needed more than 0\.8 s"):
        convert(source(tmp_path, "doc"), "doc", folder, timeout=0.8)
    state = Path("/proc") / (tmp_path / "started").read_text().strip() / "stat"
    for _ in range(50):
        if not state.exists() or state.read_text().split()[2] == "Z":
            break
        time.sleep(0.1)
    else:
        pytest.fail("a process that LibreOffice started still runs")


def test_a_bomb_is_refused_before_the_program_sees_it(tmp_path, monkeypatch):
    pretend(tmp_path, monkeypatch, f"touch {tmp_path}/seen")
    path = tmp_path / "x.odt"
    path.write_bytes(packed({"mimetype": OPEN + "text", "content.xml": bytes(10_000_000)}))
    with pytest.raises(DataError, match="200 times its size"):
        read_grids(path)
    assert not (tmp_path / "seen").exists()


def test_libreoffice_itself(tmp_path):
    needs("soffice")
    for kind, made in (("odt", WORD), ("ods", BOOK)):
        given = tmp_path / f"input.{TARGETS[kind]}"
        given.write_bytes(made)
        folder = tmp_path / f"to-{kind}"
        (folder / "out").mkdir(parents=True)
        program = office_program()
        assert program is not None
        command = [
            program, "--headless", f"-env:UserInstallation={(folder / 'p').as_uri()}",
            "--convert-to", kind, "--outdir", str(folder / "out"), str(given),
        ]  # fmt: skip
        assert grid_office._run(command, folder, 120)
        assert texts(read_grids(folder / "out" / f"input.{kind}")[0])[0][0] in ("Bằng", "7")
