"""The appendix of Cao Bằng in many layouts: as grids, workbooks, Word files and CSV."""

import csv
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from piilib.data.document import Document, document_of
from piilib.data.document_corrections import load_corrections
from piilib.data.grid import Cell, Grid
from piilib.data.sheet import load_sheet
from piilib.data.tables import load_plan

ROOT = Path(__file__).resolve().parents[2]
APPENDIX = ROOT / "data" / "raw" / "cao-bang-kh-3372" / "2025-10-28" / "appendix.csv"
SWAP = {"3.2.2": {"highest_2023": "100,00", "lowest_2023": "0,16"}}
TITLE = (
    "TỔNG HỢP PHÂN CÔNG NHIỆM VỤ CẢI THIỆN CHỈ SỐ ĐỔI MỚI SÁNG TẠO CẤP ĐỊA PHƯƠNG (PII) CỦA TỈNH "
    "CAO BẰNG NĂM 2026 (Kèm theo Kế hoạch số 3372/KH-UBND ngày 28 tháng 10 năm 2025)"
)
#: What is read: role, year and the column of the appendix.
VALUES = (
    ("highest", 2023, "highest_2023"),
    ("lowest", 2023, "lowest_2023"),
    ("value", 2023, "own_2023"),
    ("highest", 2024, "highest_2024"),
    ("lowest", 2024, "lowest_2024"),
    ("value", 2024, "own_2024"),
    ("target", 2026, "target_2026"),
    ("target_rank", 2026, "target_rank_2026"),
    ("lead", 0, "lead_vi"),
    ("coordinating", 0, "coordinating_vi"),
)
#: Stacked headings (super-heading, heading) of each column, in several wordings.
WORDS = {
    "printed": {
        "highest": ("Kết quả giá trị/điểm số năm {}", "Cao nhất"),
        "lowest": ("Kết quả giá trị/điểm số năm {}", "Thấp nhất"),
        "value": ("Kết quả giá trị/điểm số năm {}", "Giá trị/Điểm số của tỉnh Cao Bằng"),
        "target": ("Mục tiêu năm {}", "Điểm số"),
        "target_rank": ("Mục tiêu năm {}", "Xếp hạng"),
        "lead": ("PHÂN CÔNG NHIỆM VỤ", "Cơ quan đầu mối, chủ trì thực hiện"),
        "coordinating": ("PHÂN CÔNG NHIỆM VỤ", "Cơ quan phối hợp thực hiện"),
    },
    "plain": {
        "highest": ("Nam {}", "LON NHAT"),
        "lowest": ("Nam {}", "NHO NHAT"),
        "value": ("Nam {}", "Gia tri"),
        "target": ("Chi tieu {}", "Diem"),
        "target_rank": ("Chi tieu {}", "Thu hang"),
        "lead": ("Phan cong", "Don vi chu tri"),
        "coordinating": ("Phan cong", "Don vi phoi hop"),
    },
    "english": {
        "highest": ("Results {}", "National maximum"),
        "lowest": ("Results {}", "National minimum"),
        "value": ("Results {}", "Own value"),
        "target": ("Target {}", "Score"),
        "target_rank": ("Target {}", "Rank"),
        "lead": ("Agencies", "Lead agency"),
        "coordinating": ("Agencies", "Coordinating agencies"),
    },
}
LABEL = {
    "printed": ("STT", "Mã chỉ số", "Trụ cột/Nhóm chỉ số/Chỉ số thành phần"),
    "plain": ("TT", "Ma so", "Chi so"),
    "english": ("No.", "Code", "Indicator"),
}


@dataclass
class Table:
    """Texts and merged areas (first row, first column, last row, last column)."""

    name: str
    rows: list[list[str]]
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    #: Code of each row, "" for headings and titles; (role, year) of each column or None.
    codes: list[str] = field(default_factory=list)
    meaning: list[tuple[str, int] | None] = field(default_factory=list)


def appendix(swapped: bool = False) -> list[dict[str, str]]:
    """Give the rows of the appendix, 3.2.2 put right unless asked as it is printed."""
    with APPENDIX.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    if not swapped:
        rows[26] |= SWAP["3.2.2"]
    for row, code in zip(rows[-2:], ("PII", "RANK"), strict=True):
        row["code"] = code
    return rows


def table(
    *,
    order: Sequence[int] = tuple(range(10)),
    words: str = "printed",
    heads: str = "two",
    codes: str = "column",
    title: str = TITLE,
    years: Sequence[int] = (2023, 2024),
    rows: Sequence[dict[str, str]] | None = None,
    name: str = "bảng 1",
    numbered: bool = False,
    plan: bool = True,
) -> Table:
    """Lay the appendix out.

    `heads`: "two" rows with merged super-headings, "one" row, or "bare" (years left to the name).
    `codes`: "column", "name" (in front of the name), "stt" (as printed: running numbers of
    indicators, codes of groups, in one heading over two columns), "only" (codes in STT).
    """
    wanted = [VALUES[i] for i in order]
    wanted = [v for v in wanted if v[1] in years or (plan and v[1] in (2026, 0))]
    labels = {"column": (0, 1, 2), "name": (2,), "stt": (0, 0, 2), "only": (0, 2)}[codes]
    left = [LABEL[words][i] for i in labels]
    width = len(left) + len(wanted)
    made = Table(name, [])
    made.meaning = [None] * len(left) + [(role, year) for role, year, _ in wanted]
    if title:
        add(made, [title, *[""] * (width - 1)], "")
        made.merges.append((0, 0, 0, width - 1))
    _headings(made, left, wanted, words, heads)
    if numbered:
        add(made, [f"({i + 1})" for i in range(width)], "")
    for row in appendix() if rows is None else rows:
        add(made, [*_label(row, codes), *(row[column] for *_, column in wanted)], row["code"])
    return made


def add(made: Table, texts: list[str], code: str) -> None:
    made.rows.append(texts)
    made.codes.append(code)


def _headings(
    made: Table, left: list[str], wanted: Sequence[tuple[str, int, str]], words: str, heads: str
) -> None:
    pairs = [tuple(text.format(year) for text in WORDS[words][role]) for role, year, _ in wanted]
    first = len(made.rows)
    if heads == "one":
        joined = [f"{leaf} ({upper})" for upper, leaf in pairs]
        add(made, [*left, *joined], "")
    elif heads == "bare":
        add(made, [*left, *(leaf for _, leaf in pairs)], "")
    else:
        n = len(left)
        uppers = [upper for upper, _ in pairs]
        starts = [i for i, text in enumerate(uppers) if i == 0 or uppers[i - 1] != text]
        tops = [text if i in starts else "" for i, text in enumerate(uppers)]
        add(made, [*left, *tops], "")
        add(made, ["" for _ in left] + [leaf for _, leaf in pairs], "")
        for i in starts:
            end = next((j for j in starts if j > i), len(uppers))
            if end - i > 1:
                made.merges.append((first, n + i, first, n + end - 1))
        done = 0
        while done < n:  # equal labels stand under one heading over two columns
            last = done + 1 if done + 1 < n and left[done] == left[done + 1] else done
            made.rows[first][done + 1 : last + 1] = [""] * (last - done)
            made.merges.append((first, done, first + 1, last))
            done = last + 1


def _label(row: dict[str, str], codes: str) -> list[str]:
    code, name = row["code"], row["name_vi"]
    if code in ("PII", "RANK"):
        return {"column": ["", "", name], "name": [name], "stt": ["", "", name]}.get(
            codes, ["", name]
        )
    coded = name if re.search(r"[1-7]\.", name) else f"Chỉ số {code}. {name}"
    short = re.sub(r"^(Trụ cột|Nhóm chỉ số) [0-9.]+ ", "", name)
    return {
        "column": [row["stt"], code, short],
        "name": [coded],
        "stt": [row["stt"] or code, code if row["stt"] else "", name],
        "only": [code, short],
    }[codes]


def cut(made: Table, every: int, repeat: bool) -> list[Table]:
    """Break a table into pages, with the heading on each or on the first only."""
    top = next(i for i, code in enumerate(made.codes) if code)
    heading = [i for i in range(top) if not made.rows[i][0].startswith("TỔNG HỢP")]
    pages = []
    for start in range(top, len(made.rows), every):
        page = Table(f"bảng {len(pages) + 1}", [], meaning=made.meaning)
        keep = list(range(top)) if not pages else heading if repeat else []
        for i in [*keep, *range(start, min(start + every, len(made.rows)))]:
            add(page, list(made.rows[i]), made.codes[i])
        shift = keep[0] if keep else 0
        page.merges = [
            (r - shift, c, s - shift, d) for r, c, s, d in made.merges if keep and r >= shift
        ]
        pages.append(page)
    return pages


def to_grid(made: Table) -> Grid:
    """Expand the merged areas, as the readers of files do."""
    inside = {
        (r, c): (area[0], area[1])
        for area in made.merges
        for r in range(area[0], area[2] + 1)
        for c in range(area[1], area[3] + 1)
    }
    rows = []
    for r, texts in enumerate(made.rows):
        cells = []
        for c, text in enumerate(texts):
            first = inside.get((r, c), (r, c))
            shown = made.rows[first[0]][first[1]] if first != (r, c) else text
            cells.append(Cell(shown, f"{made.name}!R{r}C{c}", False, first != (r, c)))
        rows.append(tuple(cells))
    return Grid(made.name, tuple(rows))


def to_xlsx(tables: Sequence[Table], path: Path, numbers: bool = False) -> Path:
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    for made in tables:
        sheet = book.create_sheet(made.name)
        for r, texts in enumerate(made.rows, 1):
            for c, text in enumerate(texts, 1):
                if text:
                    _fill(sheet.cell(r, c), text, numbers)
        for r, c, s, d in made.merges:
            sheet.merge_cells(start_row=r + 1, start_column=c + 1, end_row=s + 1, end_column=d + 1)
    book.save(path)
    return path


def _fill(cell: Any, text: str, numbers: bool) -> None:
    plain = text.replace(".", "").replace(",", ".")
    if numbers and re.fullmatch(r"-?[0-9.]+,[0-9]+", text):
        cell.value, cell.number_format = float(plain), "0.00"
    else:
        cell.value, cell.number_format = text, "@"


def to_docx(tables: Sequence[Table], path: Path) -> Path:
    from docx import Document as Word

    word = Word()
    for made in tables:
        grid = word.add_table(len(made.rows), len(made.rows[0]))
        cells = grid._cells
        for r, texts in enumerate(made.rows):
            for c, text in enumerate(texts):
                if text:
                    cells[r * len(texts) + c].text = text
        for r, c, s, d in made.merges:
            grid.cell(r, c).merge(grid.cell(s, d))
        word.add_paragraph("")
    word.save(str(path))
    return path


def to_csv(made: Table, path: Path, separator: str = ",") -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=separator).writerows(made.rows)
    return path


def read(tables: Sequence[Table], **options: Any) -> Document:
    """Read tables as grids."""
    given = options.pop("corrections", None)
    grids = [to_grid(made) for made in tables]
    return document_of(grids, Path("x.docx"), corrections=load_corrections(given), **options)


def check_sheets(document: Document, years: Sequence[int] = (2023, 2024)) -> None:
    """Every value, every printed decimal and the rank are those of the committed sheets."""
    assert [sheet.year for sheet in document.sheets] == list(years)
    for sheet in document.sheets:
        known = load_sheet("cao-bang", sheet.year)
        assert (sheet.unit, sheet.rank, sheet.of) == ("cao-bang", known.rank, known.of)
        pd.testing.assert_frame_equal(sheet.table, known.table)
        pd.testing.assert_frame_equal(sheet.half, known.half)


def check_plan(document: Document) -> None:
    """Every target and agency is that of the committed plan."""
    assert document.plan is not None
    known = load_plan("cao-bang")
    assert (document.plan.unit, document.plan.year) == ("cao-bang", 2026)
    columns = ["target", "lead", "coordinating"]
    pd.testing.assert_frame_equal(document.plan.table[columns], known.table[columns])
    goals = document.plan.goals.set_index("what")
    assert goals.loc["score", ["printed", "value"]].tolist() == ["≥ 30,00", "30.00"]
    assert goals.loc["rank", ["printed", "value", "of"]].tolist() == ["≤ 30/34", "30", "34"]


def check_cells(document: Document, tables: Sequence[Table]) -> int:
    """Every cell read stands where its table has this node, this column and this text."""
    by_name = {made.name: made for made in tables}
    for row in document.cells.itertuples():
        name, _, at = str(row.place).rpartition("!R")
        r, c = (int(part) for part in at.split("C"))
        made = by_name[name]
        ranks = {"rank": "value", "target_rank": "target"}
        meaning = made.meaning[c]
        if made.codes[r] == "RANK":
            assert (row.code, row.column) in (("PII", "rank"), ("PII", "target_rank"))
            assert meaning in ((ranks[row.column], row.year), (row.column, row.year))
        else:
            assert (made.codes[r], meaning) == (row.code, (row.column, row.year))
        assert made.rows[r][c] == row.printed
        if re.fullmatch(r"(≥ )?-?[0-9.]+(,[0-9]+)?", row.printed) and "rank" not in row.column:
            plain = row.printed.removeprefix("≥ ").replace(".", "").replace(",", ".")
            assert row.value == plain
    return len(document.cells)


def mutations(seed: int) -> Iterator[tuple[str, list[Table]]]:
    """Damage the appendix, a fault or a harmless change at a time, without end."""
    rng = random.Random(seed)
    kinds = [_swap_columns, _drop_cell, _garble_number, _shift_row, _drop_row, _twice, _garble_code]
    kinds += [_garble_heading, _swap_rows, _blank_column]
    while True:
        made = table(
            heads=rng.choice(["one", "two"]),
            words=rng.choice(list(WORDS)),
            codes=rng.choice(["column", "name", "stt", "only"]),
            order=rng.sample(range(10), 10) if rng.random() < 0.3 else range(10),
        )
        kind = rng.choice(kinds)
        kind(made, rng)
        every = rng.choice([20, 40, 200])
        yield kind.__name__, cut(made, every, rng.random() < 0.7)


def _body(made: Table, rng: random.Random) -> int:
    return rng.choice([i for i, code in enumerate(made.codes) if code])


def _value(made: Table, rng: random.Random) -> int:
    return rng.choice([i for i, found in enumerate(made.meaning) if found])


def _swap_columns(made: Table, rng: random.Random) -> None:
    a, b = _value(made, rng), _value(made, rng)
    if made.merges[1:]:  # merged headings cannot be cut: exchange whole columns of one super
        same = [
            i for i, f in enumerate(made.meaning) if f and f[1] == (made.meaning[a] or ("", 0))[1]
        ]
        b = rng.choice(same)
        if any(area[0] == area[2] and (area[1] == a or area[1] == b) for area in made.merges[1:]):
            return
    for texts in made.rows[1:]:
        texts[a], texts[b] = texts[b], texts[a]
    made.meaning[a], made.meaning[b] = made.meaning[b], made.meaning[a]


def _drop_cell(made: Table, rng: random.Random) -> None:
    made.rows[_body(made, rng)][_value(made, rng)] = ""


def _garble_number(made: Table, rng: random.Random) -> None:
    r, c = _body(made, rng), _value(made, rng)
    text = made.rows[r][c]
    changed = [
        text.replace(",", "."),
        text.replace(",", ""),
        text.replace(",", ",,"),
        text + "0" + text,
        text.replace("0", "O"),
        text.replace("1", "l"),
        text + " điểm",
        f"({text})",
        f"{text}-{text}",
        "#REF!",
        "=A1",
        "2025-01-02",
    ]
    made.rows[r][c] = rng.choice(changed)


def _shift_row(made: Table, rng: random.Random) -> None:
    texts = made.rows[_body(made, rng)]
    first = next(i for i, found in enumerate(made.meaning) if found)
    texts[first:] = [*texts[first + 1 :], ""]


def _drop_row(made: Table, rng: random.Random) -> None:
    r = _body(made, rng)
    del made.rows[r], made.codes[r]


def _twice(made: Table, rng: random.Random) -> None:
    r = _body(made, rng)
    made.rows.insert(r, list(made.rows[r]))
    made.codes.insert(r, made.codes[r])


def _garble_code(made: Table, rng: random.Random) -> None:
    texts = made.rows[_body(made, rng)]
    where = [i for i, found in enumerate(made.meaning) if not found and texts[i]]
    c = rng.choice(where)
    wrong = ["9.9.9", "1.1.1", "2001-01-01", "7", "", "1.10", "x", texts[c][1:], texts[c] + "1"]
    texts[c] = rng.choice(wrong)


def _garble_heading(made: Table, rng: random.Random) -> None:
    r = rng.choice([i for i, code in enumerate(made.codes) if not code and i > 0])
    c = rng.choice([i for i, text in enumerate(made.rows[r]) if text])
    text = made.rows[r][c]
    at = rng.choice([i for i, sign in enumerate(text) if not sign.isdigit()])
    made.rows[r][c] = rng.choice([text[:at] + text[at + 1 :], "", text[:at] + "x" + text[at + 1 :]])


def _swap_rows(made: Table, rng: random.Random) -> None:
    a, b = _body(made, rng), _body(made, rng)
    made.rows[a], made.rows[b] = made.rows[b], made.rows[a]
    made.codes[a], made.codes[b] = made.codes[b], made.codes[a]


def _blank_column(made: Table, rng: random.Random) -> None:
    c = _value(made, rng)
    for r, code in enumerate(made.codes):
        if code:
            made.rows[r][c] = ""
