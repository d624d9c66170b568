"""Hostile archives and XML: each refused in words before a reader takes memory for it."""

import io
import struct
import warnings
import zipfile
import zlib
from pathlib import Path

import pytest

from piilib.data import grid_guard
from piilib.data.grid_child import read_here
from piilib.data.grid_guard import open_archive
from piilib.errors import DataError

from .grid_files import cell, document, only, packed, row, table, texts, workbook

SHEET = "xl/worksheets/sheet1.xml"
GOOD = workbook('<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>')


def refused(data: bytes, name: str = "x.xlsx") -> str:
    with pytest.raises(DataError) as caught:
        read_here(data, Path(name))
    assert "\n" not in str(caught.value)
    return str(caught.value)


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def with_member(name: str, content: bytes) -> bytes:
    return packed({**members(GOOD), name: content})


def patched(data: bytes, name: str, **fields: int) -> bytes:
    """Change what the directory and the member's own header declare of a member."""
    places = {
        "flags": (8, 6, "<H"),
        "method": (10, 8, "<H"),
        "crc": (16, 14, "<I"),
        "packed": (20, 18, "<I"),
        "size": (24, 22, "<I"),
        "offset": (42, None, "<I"),
    }
    raw = bytearray(data)
    entry = data.rfind(name.encode()) - 46
    header = struct.unpack_from("<I", data, entry + 42)[0]
    for field, value in fields.items():
        central, local, form = places[field]
        struct.pack_into(form, raw, entry + central, value)
        if local is not None:
            struct.pack_into(form, raw, header + local, value)
    return bytes(raw)


def test_a_good_archive():
    archive = open_archive(GOOD)
    assert archive.read(SHEET) == members(GOOD)[SHEET]
    assert archive.has("XL/Workbook.xml")
    assert texts(only(GOOD, "x.xlsx")) == [["1"]]


def test_a_bomb_is_refused_by_its_ratio():
    bomb = with_member("xl/media/a.bin", bytes(10_000_000))
    assert len(bomb) < 20_000
    assert "'xl/media/a.bin', which inflates to more than 200 times its size" in refused(bomb)


def test_a_bomb_in_a_worksheet_is_refused_before_it_is_read():
    row_ = b'<row r="1"><c r="A1"><v>1</v></c></row>'
    assert "200 times" in refused(with_member(SHEET, row_ * 300_000))


def test_an_archive_in_an_archive_is_not_opened():
    inner = packed({"a.xml": bytes(1_000_000)})
    assert texts(only(with_member("xl/embeddings/a.zip", inner), "x.xlsx")) == [["1"]]


def test_a_total_beyond_the_limit_is_refused(monkeypatch):
    monkeypatch.setattr(grid_guard, "MAX_INFLATED", 2_000)
    assert "an archive that inflates to" in refused(with_member("a.bin", bytes(range(250)) * 10))


@pytest.mark.parametrize("size", [10, 10**6])
def test_a_lie_about_the_size_is_found(size):
    data = patched(GOOD, SHEET, size=size)
    assert "not of the size or check sum that it declares" in refused(data)


def test_a_lying_bomb_is_inflated_no_further_than_it_declares():
    bomb = patched(with_member("a.bin", bytes(100_000_000)), "a.bin", size=1_000)
    peak = []
    machine = zlib.decompressobj

    class Counting:
        def __init__(self, *args):
            self.inner = machine(*args)

        def decompress(self, *args):
            piece = self.inner.decompress(*args)
            peak.append(len(piece))
            return piece

        def __getattr__(self, name):
            return getattr(self.inner, name)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grid_guard.zlib, "decompressobj", Counting)
        assert "not of the size" in refused(bomb)
    assert sum(peak) < 1_000_000


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"crc": 1}, "not of the size or check sum"),
        ({"flags": 1}, "an encrypted archive"),
        ({"method": 12}, "in compression 12"),
        ({"offset": 0}, "overlaps another"),
        ({"offset": 5}, "no content of"),
        ({"offset": 10**8}, "no content of|damaged archive"),
        ({"packed": 10**6}, "overlaps|damaged archive"),
    ],
)
def test_a_false_entry_is_refused(fields, message):
    with pytest.raises(DataError, match=message):
        read_here(patched(GOOD, SHEET, **fields), Path("x.xlsx"))


def test_members_that_share_their_content_are_refused():
    """One compressed block under many names: a few kB that inflate to gigabytes."""
    data = with_member("a.bin", bytes(1_000_000))
    archive = zipfile.ZipFile(io.BytesIO(data))
    entry = archive.getinfo("a.bin")
    again = packed({f"b{i}.bin": b"" for i in range(3)})
    joined = bytearray(data[: archive.start_dir])
    entries = b""
    for info in [*archive.infolist(), *zipfile.ZipFile(io.BytesIO(again)).infolist()]:
        of = entry if info.filename.startswith("b") else info
        name = info.filename.encode()
        entries += struct.pack(
            "<4s4B4HL2L5H2L", b"PK\x01\x02", 20, 3, 20, 0, 0, of.compress_type, 0, 33, of.CRC,
            of.compress_size, of.file_size, len(name), 0, 0, 0, 0, 0, of.header_offset,
        ) + name  # fmt: skip
    count = len(archive.infolist()) + 3
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(entries), len(joined), 0)
    assert "overlaps another" in refused(bytes(joined) + entries + end)


def test_more_members_than_an_office_file_has():
    assert "more than 2,000 members" in refused(packed({f"{i}": "" for i in range(2_100)}))


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/../../x", "a\\b", "C:x", "a//b", "x" * 251])
def test_a_name_that_leads_outside_is_refused(name):
    assert "names inside the archive" in refused(with_member(name, b"x"))


@pytest.mark.parametrize("name", [SHEET, SHEET.upper()])
def test_a_name_twice_is_refused(name):
    file = io.BytesIO(GOOD)
    with zipfile.ZipFile(file, "a") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr(name, "other")
    assert "twice" in refused(file.getvalue())


@pytest.mark.parametrize("size", [10, 100, len(GOOD) - 30, len(GOOD) - 1])
def test_a_cut_archive_is_refused(size):
    assert "a damaged archive" in refused(GOOD[:size])


def test_a_reference_to_the_outside_is_not_followed():
    parts = members(GOOD)
    links = parts["xl/_rels/workbook.xml.rels"].decode()
    parts["xl/_rels/workbook.xml.rels"] = links.replace(
        'Target="worksheets/sheet1.xml"', 'Target="file:///etc/passwd" TargetMode="External"'
    )
    assert "the sheet 'Sheet1' and no content of it" in refused(packed(parts))
    parts["xl/_rels/workbook.xml.rels"] = links.replace("worksheets/", "../../../etc/")
    assert "an archive without 'etc/sheet1.xml'" in refused(packed(parts))


# --- XML ------------------------------------------------------------------------------------------

LAUGHS = "<!DOCTYPE x [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {b} '{f'&{a};' * 10}'>" for a, b in zip("abcdefghi", "bcdefghij", strict=True)
) + "]>"  # fmt: skip
OUTSIDE = "<!DOCTYPE x [<!ENTITY j SYSTEM 'file:///etc/passwd'>]>"
PLAIN = "<!DOCTYPE x>"


@pytest.mark.parametrize("head", [LAUGHS, OUTSIDE, PLAIN], ids=["laughs", "outside", "plain"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused(head, encoding):
    use = "" if head == PLAIN else "&j;"
    sheet = f"<sheetData><row><c t='inlineStr'><is><t>{use}</t></is></c></row></sheetData>"
    parts = members(GOOD)
    space = "xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'"
    xml = f"<?xml version='1.0' encoding='{encoding}'?>{head}<worksheet {space}>{sheet}</worksheet>"
    parts[SHEET] = xml.encode(encoding)
    assert f"a document type or an entity in '{SHEET}'" in refused(packed(parts))
    body = table(row(cell(use)))
    made = document(body, head=head)
    assert "a document type or an entity in 'word/document.xml'" in refused(made, "x.docx")


@pytest.mark.parametrize(
    "content", [b"", b"<a", b"\xff\xfe", b"<a></b>", b"<a>\x00</a>", b"<a b='1' b='2'/>",
                b"<?xml version='1.0' encoding='utf-7'?><a/>",
                b"<?xml version='1.0' encoding='no-such'?><a/>"]
)  # fmt: skip
@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "[Content_Types].xml", "_rels/.rels"])
def test_a_part_that_is_no_xml_is_named(content, part):
    message = refused(with_member(part, content))
    assert f"'{part}', which is no XML" in message or "no table" in message
