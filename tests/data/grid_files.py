"""Small office files for the tests of the readers, and what a grid says."""

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from piilib.data.grid import Grid
from piilib.data.grid_child import read_here

TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/{}" ContentType="application/vnd.openxmlformats-officedocument.{}+xml"/>'
    "</Types>"
)
RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}'
RELATION = (
    '<Relationship Id="{}" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships/{}" Target="{}"/>'
)
SHEET_SPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
WORD_SPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def texts(grid: Grid) -> list[list[str]]:
    """Texts of a grid's cells."""
    return [[cell.text for cell in row] for row in grid.rows]


def only(data: bytes, name: str) -> Grid:
    """Read a file with one table."""
    (grid,) = read_here(data, Path(name))
    return grid


def packed(members: Mapping[str, str | bytes]) -> bytes:
    """Make an archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def relations(*rows: tuple[str, str, str]) -> str:
    """Write a part of relationships: id, kind and target of each."""
    return RELATIONS.format("".join(RELATION.format(*row) for row in rows)) + "</Relationships>"


def workbook(sheet: str, *, shared: str = "", styles: str = "", head: str = "") -> bytes:
    """Make an .xlsx from the inside of a worksheet, and other parts where they are given."""
    links = [("r1", "worksheet", "worksheets/sheet1.xml")]
    links += [("r2", "sharedStrings", "sharedStrings.xml")] if shared else []
    links += [("r3", "styles", "styles.xml")] if styles else []
    book = (
        f"<workbook {SHEET_SPACE} xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/"
        f"relationships'>{head}<sheets><sheet name='Sheet1' sheetId='1' r:id='r1'/></sheets>"
        "</workbook>"
    )
    parts = {
        "[Content_Types].xml": TYPES.format("xl/workbook.xml", "spreadsheetml.sheet.main"),
        "_rels/.rels": relations(("r1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": book,
        "xl/_rels/workbook.xml.rels": relations(*links),
        "xl/worksheets/sheet1.xml": f"<worksheet {SHEET_SPACE}>{sheet}</worksheet>",
    }
    if shared:
        parts["xl/sharedStrings.xml"] = f"<sst {SHEET_SPACE}>{shared}</sst>"
    if styles:
        parts["xl/styles.xml"] = f"<styleSheet {SHEET_SPACE}>{styles}</styleSheet>"
    return packed(parts)


def document(body: str, head: str = "") -> bytes:
    """Make a .docx from the inside of its body."""
    return packed(
        {
            "[Content_Types].xml": TYPES.format(
                "word/document.xml", "wordprocessingml.document.main"
            ),
            "_rels/.rels": relations(("r1", "officeDocument", "word/document.xml")),
            "word/document.xml": f"{head}<w:document {WORD_SPACE}><w:body>{body}</w:body>"
            "</w:document>",
        }
    )


def cell(text: str, settings: str = "") -> str:
    """Write a cell of a Word table with one paragraph."""
    return f"<w:tc><w:tcPr>{settings}</w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>"


def row(*cells: str, settings: str = "") -> str:
    """Write a row of a Word table."""
    return f"<w:tr><w:trPr>{settings}</w:trPr>{''.join(cells)}</w:tr>"


def table(*rows: str) -> str:
    """Write a Word table."""
    return f"<w:tbl>{''.join(rows)}</w:tbl>"


# --- old workbooks --------------------------------------------------------------------------------


def _record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _long_text(text: str) -> bytes:
    return struct.pack("<HB", len(text), 1) + text.encode("utf-16-le")


def _xls_cell(i: int, j: int, value: object, style: int) -> bytes:
    place = struct.pack("<HHH", i, j, style)
    if isinstance(value, bool):
        return _record(0x205, place + struct.pack("<BB", value, 0))
    if isinstance(value, float | int):
        return _record(0x203, place + struct.pack("<d", value))
    return _record(0x204, place + _long_text(str(value)))


def xls_stream(
    rows: Sequence[Sequence[object]],
    formats: Sequence[str] = (),
    merged: Sequence[tuple[int, int, int, int]] = (),
    from_1904: bool = False,
) -> bytes:
    """Write the records of a BIFF8 workbook with one sheet.

    A cell is a value, or a value and the number of its format, from 1; an area is its first row,
    last row, first column and last column, from 0.
    """
    body = _record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0))
    for i, cells in enumerate(rows):
        for j, found in enumerate(cells):
            value, style = found if isinstance(found, tuple) else (found, 0)
            if value is not None:
                body += _xls_cell(i, j, value, style)
    if merged:
        areas = b"".join(struct.pack("<HHHH", *area) for area in merged)
        body += _record(0xE5, struct.pack("<H", len(merged)) + areas)
    body += _record(0x0A, b"")
    font = struct.pack("<HHHHHBBBBBB", 200, 0, 0x7FFF, 400, 0, 0, 0, 0, 0, 5, 0) + b"Arial"
    head = _record(0x809, struct.pack("<HHHHII", 0x600, 0x05, 0, 0, 0, 0))
    head += _record(0x42, struct.pack("<H", 1200)) + _record(0x22, struct.pack("<H", from_1904))
    head += 5 * _record(0x31, font)
    for number, code in enumerate(formats, 164):
        head += _record(0x41E, struct.pack("<H", number) + _long_text(code))
    for number in (0, *range(164, 164 + len(formats))):
        head += _record(0xE0, struct.pack("<HHH", 0, number, 1) + bytes(14))
    start = len(head) + 4 + 8 + 6 + 4
    head += _record(0x85, struct.pack("<IHBB", start, 0, 6, 0) + b"Sheet1") + _record(0x0A, b"")
    assert len(head) == start
    return head + body


def ole(stream: bytes, name: str = "Workbook") -> bytes:
    """Put a stream into an OLE container: a header, one table of sectors, a directory, the rest."""
    stream = stream.ljust(4096, b"\0")
    count = -(-len(stream) // 512)
    end, free = 0xFFFFFFFE, 0xFFFFFFFF
    chain = [0xFFFFFFFD, end, *range(3, count + 2), end]
    assert len(chain) <= 128
    sectors = struct.pack("<128I", *chain, *[free] * (128 - len(chain)))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack(
        "<HHHHH6xIIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, end, 0, end, 0, 0
    )
    header += struct.pack("<108I", *[free] * 108)
    directory = _entry("Root Entry", 5, 1, end, 0) + _entry(name, 2, free, 2, len(stream))
    return header + sectors + directory.ljust(512, b"\0") + stream.ljust(512 * count, b"\0")


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    raw = name.encode("utf-16-le") + b"\0\0"
    none = 0xFFFFFFFF
    tail = struct.pack("<HBBIII36xII4x", len(raw), kind, 1, none, none, child, start, size)
    return raw.ljust(64, b"\0") + tail
