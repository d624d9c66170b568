"""The workbook of a report: the page's numbers as numbers, and formulas that give the index."""

import io
import re
import subprocess
import zipfile
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any

import numpy as np
import pytest

from piilib.analysis.whatif import what_if
from piilib.errors import DataError
from piilib.index.scoring import node_scores, value_scores
from piilib.report import diagnostic as report
from piilib.report.block import paragraphs
from piilib.report.excel import to_xlsx
from piilib.report.excel_cells import parts
from piilib.report.excel_formulas_words import GROUPS, INDICATORS, NAMES
from piilib.report.excel_names import sheet_names
from piilib.report.numbers import Lang
from piilib.report.pieces import Piece
from piilib.report.prepare import Diagnostic, prepare
from piilib.report.table import Column, Estimate, Table
from tests.conftest import needs

openpyxl: Any = needs("openpyxl")

TABLES = (
    "profile_table",
    "reconcile_table",
    "change_table",
    "levers_table",
    "reach_table",
    "one_more_table",
    "plan_targets",
    "portfolio_table",
    "sources",
)
#: New values of the what-if: within the range, reversed, beyond the cap, below the lowest.
CHANGES = {"1.1.1": 50.0, "4.1.2": 0.03, "6.1.1": 900.0, "7.2.1": -5.0, "2.1.2": 0.4}


@pytest.fixture(scope="module")
def ready() -> dict[str, Diagnostic]:
    vi = prepare("cao-bang", 2024, "vi", draws=100)
    return {
        "vi": vi,
        "en": replace(vi, lang="en"),
        "2023": prepare("cao-bang", 2023, "vi", draws=100),
        "demo": prepare("ha-giang", 2024, "vi", data="demo", draws=100),
    }


def pieces_of(d: Diagnostic) -> list[Piece]:
    made = [getattr(report, name)(d) for name in (TABLES if d.lang == "vi" else TABLES[:3])]
    return [
        Piece(2, d.say("Vị thế: ai đứng đâu", "Position: who stands where")),
        Piece(shown=report.position_chart(d)),
        Piece(0, "…"),
        *(Piece(shown=table) for table in made),
        Piece(shown=report.foot(d)),
    ]


@pytest.fixture(scope="module")
def books(ready: dict[str, Diagnostic]) -> dict[str, bytes]:
    found = {
        lang: to_xlsx(pieces_of(ready[lang]), title="T", lang=lang, d=ready[lang])
        for lang in ("vi", "en")
    }
    for name in ("2023", "demo"):
        table = Piece(shown=report.reconcile_table(ready[name]))
        found[name] = to_xlsx([table], title="T", lang="vi", d=ready[name])
    return found


@cache
def opened(data: bytes, *, values: bool = False) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data), data_only=values)


def as_printed(cells: list[Any], column: Column, lang: str) -> str:
    """Write the cells of a row that hold one column of the page as the page writes it."""
    texts = [displayed(cell.value, cell.number_format, lang) for cell in cells]
    if column.format != "estimate":
        return joined(texts, lang)
    if len(texts) == 2:
        return texts[0] if texts[0] == texts[1] else joined(texts, lang)
    wide = "–" not in texts[1:] and cells[2].value - cells[1].value >= column.narrow
    return f"{texts[0]} ({joined(texts[1:], lang)})" if wide else texts[0]


def displayed(value: Any, shape: str, lang: str) -> str:
    """What a spreadsheet shows, in the words of the page: an independent reading of the format."""
    if value is None:
        return "–"
    if isinstance(value, str):
        return value
    sections = [re.sub(r"\[\$-[0-9A-F]+\]", "", part) for part in shape.split(";")]
    number = Decimal(f"{value:.15g}")
    section = (
        sections[1] if number < 0 else sections[-1 if number == 0 and len(sections) > 2 else 0]
    )
    decimals = len(section.partition(".")[2].rstrip("%"))
    scaled = abs(number) * (100 if section.endswith("%") else 1)
    text = f"{scaled.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):,}"
    if "," not in section:
        text = text.replace(",", "")
    if lang == "vi":
        text = text.translate(str.maketrans(",.", ".,"))
    sign = section[0] if section[0] in "+" else "−" if "−" in section else ""
    return sign + text + ("%" if section.endswith("%") else "")


def joined(ends: list[str], lang: str) -> str:
    """Write one or two ends as the page writes a number or an interval."""
    if len(set(ends)) == 1 and (len(ends) == 1 or ends[0] == "–"):
        return ends[0]
    if "–" in ends:
        return f"≥ {ends[0]}" if ends[1] == "–" else f"≤ {ends[1]}"
    to = {"vi": " đến ", "en": " to "}[lang] if "−" in "".join(ends) else "–"
    return to.join(ends)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_cell_shows_what_the_page_prints(
    lang: Lang, books: dict[str, bytes], ready: dict[str, Diagnostic]
) -> None:
    d = ready[lang]
    book = opened(books[lang])
    names = [name for name in book.sheetnames if name[0].isdigit()]
    assert names[:2] == (
        ["1 Vị thế", "2 Bảy trụ cột"] if lang == "vi" else ["1 Position", "2 Seven pillars"]
    )
    assert all(len(name) <= 31 for name in names)
    assert len({name.partition(" ")[2] for name in names}) == len(names)
    tables = [piece.shown for piece in pieces_of(d) if isinstance(piece.shown, Table)]
    assert len(names) == len(tables) + 1  # and the figures of the chart
    typed = 0
    for name, table in zip(names[1:], tables, strict=True):
        sheet = book[name]
        assert sheet["A1"].value == table.caption
        assert (sheet.freeze_panes, sheet.print_title_rows) == ("B5", "$4:$4")
        wide = sum(column.width for column in sheet.column_dimensions.values())
        assert sheet.page_setup.orientation == ("portrait" if wide < 123 else "landscape")
        assert wide < 190
        assert sheet.page_setup.paperSize == 9
        heads = [cell.value for cell in sheet[4] if cell.value]
        assert len(set(heads)) == len(heads) == sum(len(parts(table, c)) for c in table.columns)
        assert sheet.auto_filter.ref.endswith(str(4 + len(table.rows)))
        for line, row in enumerate(table.rows, 5):
            shown = iter(sheet[line])
            for column in table.columns:
                cells = [next(shown) for _ in parts(table, column)]
                printed = as_printed(cells, column, lang)
                assert table.cell(row, column) in {printed} | (
                    {""} if cells[0].value is None else set()
                )
                numbers = [isinstance(cell.value, int | float) for cell in cells]
                assert column.format == "text" or all(
                    number or cell.value is None
                    for number, cell in zip(numbers, cells, strict=True)
                )
                typed += sum(numbers)
    assert typed > (1000 if lang == "vi" else 200)
    below = [cell.value for sheet in book for cell in sheet["A"] if isinstance(cell.value, str)]
    assert any(text.startswith("Nguồn: " if lang == "vi" else "Source: ") for text in below)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_spreadsheet_rounds_as_the_page(lang: Lang) -> None:
    values = (0.125, 2.675, -0.5, 1e-9, -0.004, 1234.565, 0.0, 6.71 - 1e-15, -12345.5, 0.995)
    shapes: tuple[Any, ...] = ("number", "signed", "percent")
    columns = [Column(f"{x}{n}", "A", x, n) for x in shapes for n in (0, 1, 2)]
    columns += [Column("interval", "A", "interval"), Column("open", "A", "interval")]
    rows = [
        {column.key: value for column in columns[:-2]}
        | {"interval": (value, value + 1), "open": (value, np.inf)}
        for value in values
    ]
    table = Table("t", "T", columns, [*rows, {}], "", "", lang)
    sheet = opened(to_xlsx([Piece(shown=table)], title="T", lang=lang))["1 T"]
    for line, row in enumerate(table.rows, 5):
        texts = [displayed(cell.value, cell.number_format, lang) for cell in sheet[line]]
        parts = [*([text] for text in texts[:-4]), texts[-4:-2], texts[-2:]]
        printed = [str(table.cell(row, column)) for column in columns]
        assert [joined(part, lang) for part in parts] == printed
    stored = [[cell.value for cell in sheet[line]] for line in range(5, 5 + len(values))]
    assert stored[7][2] == values[7]  # with all its digits
    assert [row[2] for row in stored] == pytest.approx(values, abs=0.00501)
    for place in (0, 3, 6):  # what is shown as zero is not lost: +0.00, 0.00 and 0.00 %
        assert stored[3][place] == values[3]
        assert stored[4][place] == values[4]


def test_an_estimate_is_three_numbers_and_an_interval_alone_two() -> None:
    """Full digits, the page's rounding in the format, and nothing where nothing is known."""
    columns = [Column("a", "A", "estimate", 2, narrow=0.02), Column("b", "B", "estimate", 1)]
    rows = [
        {"a": Estimate(0.22678, 0.20371, 0.24975), "b": Estimate(None, 8.4123, 11.51)},
        {"a": Estimate(-0.12345, -0.12349, -0.1234), "b": Estimate(None, 91.66, 91.68)},
        {"a": Estimate(np.nan, np.nan, np.nan)},
    ]
    table = Table("t", "T", columns, rows, "", "", "vi")
    said = [[table.cell(row, column) for column in columns] for row in rows]
    assert said == [["+0,23 (0,20–0,25)", "8,4–11,5"], ["−0,12", "91,7"], ["–", "–"]]
    sheet = opened(to_xlsx([Piece(shown=table)], title="T", lang="vi"))["1 T"]
    assert [cell.value for cell in sheet[4]] == ["A", "A: từ", "A: đến", "B: từ", "B: đến"]
    stored = [[cell.value for cell in sheet[line]] for line in (5, 6, 7)]
    assert stored == [
        [0.22678, 0.20371, 0.24975, 8.4123, 11.51],
        [-0.12345, -0.12349, -0.1234, 91.66, 91.68],
        [None] * 5,
    ]
    assert displayed(0.22678, sheet["A5"].number_format, "vi") == "+0,23"


@pytest.mark.parametrize(
    ("heads", "names"),
    [
        (["Mục tiêu của kế hoạch và giá trị của chúng"], ["1 Mục tiêu của kế hoạch"]),
        (["Scores of the many provinces of the country"], ["1 Scores of the many provinces"]),
        (["A: b", "The plan's [x]/y"], ["1 A", "2 The plan’s x y"]),
        (["Same", "Same"], ["1 Caption one", "2 Caption two"]),
    ],
)
def test_names_of_worksheets(heads: list[str], names: list[str]) -> None:
    captions = ("Caption one", "Caption two")
    tables = [Table(f"t{i}", captions[i], [], [], "", "") for i in range(len(heads))]
    assert sheet_names(list(zip(heads, tables, strict=True))) == names


def test_a_text_that_looks_like_a_formula_stays_a_text() -> None:
    texts = ["=1+1", "+cmd|x", "-2+3", "@SUM(A1)", "=HYPERLINK(1)", "a\x07b", "63/63", "1.1", "–"]
    table = Table("t", "T", [Column("a", "A")], [{"a": text} for text in texts], "=s", "")
    sheet = opened(to_xlsx([Piece(shown=table)], title="=T", lang="en"))["1 T"]
    cells = [sheet.cell(line, 1) for line in range(5, 5 + len(texts))]
    assert [cell.data_type for cell in cells] == ["s"] * len(texts)
    assert [cell.value for cell in cells] == [text.replace("\x07", " ") for text in texts]
    assert [bool(cell.quotePrefix) for cell in cells] == [True] * 5 + [False] * 4


@pytest.mark.parametrize(
    ("lang", "stored"),
    [
        (
            "vi",
            {"42,20": 42.2, "+1.234,5": 1234.5, "−0,24": -0.24, "2026": 2026, "0,0": 0.0}
            | dict.fromkeys(["1.1", "0,77–0,86", "007", "+0,24 (T)", "−0,00", "1,234.5"]),
        ),
        ("en", {"45.28": 45.28, "+1,234.5": 1234.5, "18": 18} | dict.fromkeys(["1.1", "2.1.3"])),
    ],
)
def test_numbers_that_a_page_holds_as_text(lang: Lang, stored: dict[str, float | None]) -> None:
    table = Table("t", "T", [Column("a", "A")], [{"a": text} for text in stored], "", "", lang)
    sheet = opened(to_xlsx([Piece(shown=table)], title="T", lang=lang))["1 T"]
    for line, (text, number) in enumerate(stored.items(), 5):
        cell = sheet.cell(line, 1)
        assert cell.value == (text if number is None else number)
        assert displayed(cell.value, cell.number_format, lang) == text


def with_new_values(data: bytes, changes: dict[str, float]) -> bytes:
    """Type new values into a workbook; written anew, it holds no results of formulas."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = next(
        book[name] for names in NAMES.values() for name in names if name in book.sheetnames
    )
    for row in sheet.iter_rows(min_row=6, max_row=57):
        if row[0].value in changes:
            row[13].value = changes[row[0].value]
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def calculated(books: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The workbooks recomputed by LibreOffice, their own results taken out before."""
    folder = tmp_path_factory.mktemp("excel")
    files = {name: with_new_values(books[name], {}) for name in ("2023", "demo")}
    files["new"] = with_new_values(books["vi"], CHANGES)
    for name, data in files.items():
        (folder / f"{name}.xlsx").write_bytes(data)
        sheets = [x for x in opened(data, values=True) if x.title in NAMES["vi"] + NAMES["en"]]
        assert [sheet["D4"].value for sheet in sheets] == [None, None]
    out = folder / "out"
    command = [str(needs("soffice")), "--headless", f"-env:UserInstallation=file://{folder}/lo"]
    command += ["--convert-to", "xlsx", "--outdir", str(out)]
    command += [str(folder / f"{name}.xlsx") for name in files]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return {name: opened((out / f"{name}.xlsx").read_bytes(), values=True) for name in files}


def column(book: Any, lang: str, sheet: int, place: int) -> dict[str, Any]:
    rows = book[NAMES[lang][sheet]].iter_rows(min_row=6, max_row=57 if sheet == 0 else 31)
    return {str(row[0].value): row[place - 1].value for row in rows}


@pytest.mark.parametrize("name", ["new", "2023", "demo"])
def test_formulas_give_the_scores_of_the_library(
    name: str, calculated: dict[str, Any], ready: dict[str, Diagnostic]
) -> None:
    d, book = ready["vi" if name == "new" else name], calculated[name]
    assert d.sheet is not None
    scores = node_scores(value_scores(d.sheet.table["value"], d.sheet, d.fw), d.fw)
    after = d.sheet.table["value"].copy()
    if name == "new":
        after.update(CHANGES)
    new = node_scores(value_scores(after, d.sheet, d.fw), d.fw)
    found = column(book, d.lang, 0, 10) | column(book, d.lang, 1, 4)
    changed = column(book, d.lang, 0, 15) | column(book, d.lang, 1, 17)
    assert len(found) == len(scores) == 78
    for node, score in scores.items():
        for cell, expected in ((found[str(node)], score), (changed[str(node)], new[node])):
            assert cell in ("", None) if np.isnan(expected) else abs(cell - expected) < 1e-9
    gains = [x for x in column(book, d.lang, 0, 16).values() if x not in ("", None)]
    assert len(gains) == (len(CHANGES) if name == "new" else 0)
    assert abs(sum(gains) - (new["PII"] - scores["PII"])) < 1e-9
    sheet = book[NAMES[d.lang][0]]
    assert sheet["D3"].value == d.sheet.score
    assert sheet["O4"].value == pytest.approx(sum(gains), abs=1e-9)


def test_scores_by_hand(calculated: dict[str, Any]) -> None:
    score, new = (column(calculated["new"], "vi", 0, place) for place in (10, 15))
    assert score["1.1.1"] == pytest.approx(100 * (45.28 - 25.16) / (52.51 - 25.16))
    assert score["4.1.2"] == pytest.approx(100 - 100 * 0.07 / 0.09)  # less is better
    assert score["6.1.1"] == pytest.approx(100 * 0.02 / 0.617)  # the cap, not the highest
    assert (new["6.1.1"], new["7.2.1"]) == (100, 0)


def test_a_change_in_the_file_is_the_what_if_of_the_library(
    calculated: dict[str, Any], ready: dict[str, Diagnostic]
) -> None:
    base = ready["vi"].base
    assert base is not None
    gain = calculated["new"][NAMES["vi"][0]]["O4"].value
    effect = what_if(base, CHANGES).loc["PII"]
    assert effect["gain_low"] - 0.02 <= gain <= effect["gain_high"] + 0.02


@pytest.mark.parametrize("name", ["new", "2023", "demo"])
def test_each_step_is_reconciled_as_on_the_page(
    name: str, calculated: dict[str, Any], ready: dict[str, Diagnostic]
) -> None:
    d, book = ready["vi" if name == "new" else name], calculated[name]
    table = d.reconciled["official"]
    steps, residuals, words = (column(book, "vi", 1, place) for place in (9, 11, 15))
    assert len(table) == 24
    for node, row in table.iterrows():
        assert steps[str(node)] == pytest.approx(row["recomputed"], abs=1e-9)
        assert residuals[str(node)] == pytest.approx(row["residual"], abs=1e-9)
        assert words[str(node)] == ("khớp" if row["fits"] else "không khớp")
    low, pii, high = (column(book, "vi", 1, place)["PII"] for place in (7, 4, 8))
    assert low < pii < high
    assert sum(v for k, v in column(book, "vi", 1, 16).items() if k.count(".")) == pytest.approx(1)


@pytest.mark.parametrize("name", ["2023", "demo"])
def test_no_error_and_the_results_that_are_kept_are_those_calculated(
    name: str, books: dict[str, bytes], calculated: dict[str, Any]
) -> None:
    kept, formulas = opened(books[name], values=True), opened(books[name])
    seen = 0
    for sheet in calculated[name]:
        for cells in sheet.iter_rows():
            for cell in cells:
                assert cell.data_type != "e", cell.coordinate
                place = formulas[sheet.title][cell.coordinate]
                if place.data_type == "f":
                    seen += 1
                    known = kept[sheet.title][cell.coordinate].value
                    if isinstance(cell.value, str | None):
                        assert (known or "") == (cell.value or "")
                    else:
                        assert known == pytest.approx(cell.value, abs=1e-9)
    assert seen == 52 * 4 + 26 * 11 + 4


def test_the_file_is_the_same_again_and_calculates_when_opened(
    books: dict[str, bytes], ready: dict[str, Diagnostic]
) -> None:
    table = Piece(shown=report.reconcile_table(ready["2023"]))
    assert to_xlsx([table], title="T", lang="vi", d=ready["2023"]) == books["2023"]
    book = opened(books["vi"])
    assert book.calculation.fullCalcOnLoad
    sheet = book[NAMES["vi"][0]]
    assert sheet.freeze_panes == "C6"
    assert [sheet[place].fill.fgColor.rgb for place in ("D6", "N6")] == ["00FFF4CC"] * 2
    noted = {cell.coordinate[0] for row in sheet.iter_rows() for cell in row if cell.comment}
    assert noted == {"G", "H"}
    with zipfile.ZipFile(io.BytesIO(books["vi"])) as archive:
        formulas = re.findall(r"<f>(.*?)</f>", archive.read("xl/worksheets/sheet2.xml").decode())
    names = {name for text in formulas for name in re.findall(r"([A-Z]+)\(", text)}
    assert names <= {"IF", "AND", "ISNUMBER", "MIN", "MAX", "SUMIF", "SUMPRODUCT"}


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_contents_lead_to_every_sheet(lang: Lang, books: dict[str, bytes]) -> None:
    book = opened(books[lang])
    first = book.worksheets[0]
    links = [c.hyperlink.location for row in first.iter_rows() for c in row if c.hyperlink]
    assert [x.strip("'").partition("'!")[0] for x in links] == book.sheetnames[1:]
    assert all(s["A2"].hyperlink.location == f"'{first.title}'!A1" for s in book.worksheets[1:])
    texts = [str(cell.value) for row in first.iter_rows() for cell in row if cell.value]
    said = ("không phải ấn phẩm của Bộ", "not a publication of the Ministry")[lang == "en"]
    assert sum(said in text for text in texts) == 1
    assert any(text.startswith("piilib ") for text in texts)  # versions and inputs
    assert {"vi": "Đơn vị", "en": "Units"}[lang] in texts


def test_nothing_english_on_the_vietnamese_sheets(books: dict[str, bytes]) -> None:
    vi, en = (
        {
            str(cell.value)
            for name in NAMES[lang]
            for row in opened(books[lang])[name].iter_rows()
            for cell in row
            if cell.data_type == "s" and (cell.row < 6 or cell.row > 57) and len(cell.value) > 3
        }
        for lang in ("vi", "en")
    )
    assert not {text for text in vi & en if not text.startswith(("Nguồn", "Source"))}
    assert len(vi) > len(INDICATORS) + len(GROUPS)


def test_simulated_data_carry_their_mark_on_every_sheet(books: dict[str, bytes]) -> None:
    for sheet in opened(books["demo"]):
        assert "SỐ LIỆU MÔ PHỎNG" in [sheet["A2"].value, sheet["A3"].value]
        assert sheet.oddHeader.center.text == "SỐ LIỆU MÔ PHỎNG"
    assert "MÔ PHỎNG" not in "".join(str(s["A3"].value) for s in opened(books["vi"]))


def test_a_province_without_a_sheet_has_no_formulas() -> None:
    d = prepare("bac-ninh", 2024, "en")
    data = to_xlsx([Piece(shown=report.position_chart(d))], title="T", lang="en", d=d)
    book = opened(data)
    assert book.sheetnames == ["Contents", "1 Position"]
    rows = [[cell.value for cell in row] for row in book.worksheets[1].iter_rows(min_row=5)]
    assert rows[0] == ["Hanoi", 60.76]
    empty = opened(to_xlsx([Piece(shown=paragraphs("x"))], title="T", lang="vi"))
    assert empty.sheetnames == ["Mục lục"]


def test_without_openpyxl_one_clear_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "openpyxl.styles", None)
    with pytest.raises(DataError, match=r"pip install 'piilib\[office\]'"):
        to_xlsx([], title="T", lang="vi")
