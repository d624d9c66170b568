"""Damaged files: whatever bytes are changed, the answer is tables or one DataError."""

import io
import math
import random
import zipfile
from pathlib import Path

import pytest
from conftest import needs

from piilib.data.grid_cells import MAX_CELLS
from piilib.data.grid_child import Convert, read_here
from piilib.errors import DataError

from .grid_files import cell, document, ole, packed, row, table, workbook, xls_stream

SHEET = (
    '<sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" s="1"><v>1255.81</v></c></row>'
    '<row r="2"><c r="A2" t="inlineStr"><is><t>Cao Bằng</t></is></c><c r="B2"><f>1</f><v>2</v></c>'
    '</row></sheetData><mergeCells><mergeCell ref="A3:B4"/></mergeCells>'
)
STYLES = (
    '<numFmts><numFmt numFmtId="170" formatCode="#,##0.00"/></numFmts>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="170"/></cellXfs>'
)
INNER = table(row(cell("trong")))
SEEDS = {
    ".xlsx": workbook(SHEET, shared="<si><t>Tỉnh</t></si>", styles=STYLES),
    ".docx": document(
        table(
            row(cell("Tỉnh", '<w:gridSpan w:val="2"/>'), cell("b", '<w:vMerge w:val="restart"/>')),
            row(cell("c"), f"<w:tc>{INNER}<w:p/></w:tc>", cell("", "<w:vMerge/>")),
        )
    ),
    ".xls": ole(xls_stream([["Tỉnh", (30, 1)], ["Cao Bằng", (45657, 2)]], ["0.00", "dd/mm/yyyy"])),
    ".html": "<html><table><tr><td colspan=2>Tỉnh<tr><td>Bằng<td>1,5</table>".encode(),
    ".csv": 'Tỉnh;"Giá ""trị"""\nCao Bằng;1.255,81\n'.encode(),
}
PIECES = (
    b"", b"\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"<", b">", b"&#0;", b"&x;", b'"', b";",
    b"PK\x03\x04", b"</row>", b"<w:tbl>", b"99999999", b"-1", b"1e999", b"nan", b"\xcc",
)  # fmt: skip


def spoiled(data: bytes, rng: random.Random) -> bytes:
    """Change up to four places of some bytes: a bit, a piece, a cut, a repetition."""
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(data) + 1)
        to = min(len(data), at + rng.choice((0, 1, 4, 50)))
        way = rng.randrange(4)
        if way == 0 and at < len(data):
            data = data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1 :]
        elif way == 1:
            data = data[:at] + rng.choice(PIECES) + data[to:]
        elif way == 2:
            data = data[:at] + data[to:]
        else:
            data = data[:to] + data[at:to] * rng.choice((1, 2, 50)) + data[to:]
    return data


def spoiled_inside(data: bytes, rng: random.Random) -> bytes:
    """Change a member of an archive, which keeps its check sums right."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = rng.choice(sorted(members))
    members[name] = spoiled(members[name], rng)
    return packed(members)


def fuzz(n: int, seed: int = 0) -> dict[str, int]:
    """Read `n` damaged files; count those that still gave tables, and those refused.

    Any other outcome is raised, with the number of the case, which gives the file again.
    """
    counts = {"tables": 0, "refused": 0}
    for case in range(n):
        rng = random.Random(f"{seed}/{case}")
        suffix = rng.choice(sorted(SEEDS))
        inside = suffix in (".xlsx", ".docx") and rng.random() < 0.7
        data = (spoiled_inside if inside else spoiled)(SEEDS[suffix], rng)
        try:
            counts[outcome(data, f"x{suffix}")] += 1
        except Exception as error:
            raise AssertionError(f"case {case} of seed {seed} ({suffix})") from error
    return counts


def outcome(data: bytes, name: str) -> str:
    """Say whether a file gave tables, which are checked, or one error of one line."""
    try:
        grids = read_here(data, Path(name))
    except (DataError, Convert) as error:
        return "refused" if "\n" not in str(error) else "an error of several lines"
    check(grids)
    return "tables"


def check(grids) -> None:
    """Check what holds of every table."""
    assert grids
    for grid in grids:
        assert len({len(line) for line in grid.rows}) == 1
        assert len(grid.rows) * len(grid.rows[0]) <= MAX_CELLS
        cells = [c for line in grid.rows for c in line]
        assert any(c.text for c in cells)
        assert len({c.place for c in cells}) == len(cells)
        assert all(c.text == " ".join(c.text.split()) for c in cells)
        assert all(math.isfinite(float(c.text)) for c in cells if c.numeric)


def test_the_files_are_good_before_they_are_damaged():
    needs("xlrd")
    for suffix, data in SEEDS.items():
        check(read_here(data, Path(f"x{suffix}")))


@pytest.mark.parametrize("seed", [1, 2])
def test_damaged_files_give_tables_or_one_error(seed):
    needs("xlrd")
    counts = fuzz(900, seed)
    assert min(counts.values()) > 20  # both ways are seen
