"""Tables of ``data/processed`` that come from a plan: sheets, targets, goals, decisions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from piilib.data.read import Row, from_vietnamese, read_rows
from piilib.errors import DataError

PLAN_SOURCE = "cao-bang-kh-3372"
DECISION_SOURCE = "cao-bang-qd-1139"
#: The words before the number of a target: "trên 7,5", "≥ 30,00".
_AT_LEAST = re.compile(r"^(trên|≥|≤)\s+")
#: A target of a decision that is one number: "≥ 20", "> 0,7", "Phấn đấu 2%".
SEMINAR_SOURCE = "cao-bang-hoi-thao"
#: The group of departments in the list of those invited.
_DEPARTMENTS = "Sở, ngành thuộc tỉnh"
_ONE_NUMBER = re.compile(r"(?:≥|>|≤|<|Phấn đấu)?\s*(\d[\d.,]*)%?")
#: The rank that the text asks for: "thứ nhất", "thứ 3 trở lên".
_ORDINAL = re.compile(r"thứ (nhất|\d+)(?: trở lên)?")


def source_folder(raw: Path, source: str) -> Path:
    """Return the newest dated folder of a source."""
    dated = sorted(folder for folder in (raw / source).glob("*") if folder.is_dir())
    if not dated:
        raise DataError(f"no dated folder of the source {source!r}", "raw/<source>/<date>/")
    return dated[-1]


def _appendix(raw: Path) -> tuple[Path, list[Row]]:
    """Rows of the appendix, with the documented corrections applied."""
    path = source_folder(raw, PLAN_SOURCE) / "appendix.csv"
    rows = read_rows(path, ["row", "code", "name_vi", "target_2026", "lead_vi"])
    notes = source_folder(raw, "piilib") / "corrections.csv"
    by_row = {row["row"]: row for row in rows}
    here = path.relative_to(raw).as_posix()
    for note in read_rows(notes, ["file", "row", "column", "printed", "read_as", "reason"]):
        row, column = by_row.get(note["row"], {}), note["column"]
        if note["file"] != here or row.get(column) != note["printed"]:
            raise DataError(
                f"{note['printed']!r} in {note['file']}, row {note['row']}, {column!r}",
                f"a cell of {here}, as it is printed there",
                file=notes,
                row=int(note["_row"]),
            )
        row[column] = note["read_as"]
    return path, rows


def read_printed(row: Row, column: str, path: Path, *, target: bool = False) -> str:
    """Read a number as printed; a target may say "trên" or "≥" before it."""
    printed = _AT_LEAST.sub("", row[column]) if target else row[column]
    try:
        return from_vietnamese(printed)
    except ValueError as error:
        raise DataError(
            repr(row[column]),
            "a number as Vietnamese documents print it",
            file=path,
            row=int(row["_row"]),
            column=column,
        ) from error


def sheet_rows(raw: Path, folder: Path) -> Iterator[dict[str, object]]:
    """Yield the sheets: a row for every published figure of a year."""
    path, rows = _appendix(raw)
    source = "Kế hoạch 3372/KH-UBND (28/10/2025), Phụ lục"
    total = next(row for row in rows if row["row"] == "76")
    ranking = next(row for row in rows if row["row"] == "77")
    for year in ("2023", "2024"):
        rank, _, of = ranking[f"own_{year}"].partition("/")
        yield {
            "province": "cao-bang",
            "year": year,
            "code": "PII",
            "value": read_printed(total, f"own_{year}", path),
            "rank": rank,
            "of": of,
            "source": source,
        }
        for row in rows:
            if row["code"]:
                yield {
                    "province": "cao-bang",
                    "year": year,
                    "code": row["code"],
                    "value": read_printed(row, f"own_{year}", path),
                    "lowest": read_printed(row, f"lowest_{year}", path),
                    "highest": read_printed(row, f"highest_{year}", path),
                    "source": source,
                }


def plan_rows(raw: Path, folder: Path) -> Iterator[dict[str, object]]:
    """Yield the plan: targets, ranks, names and agencies of the appendix and of the text."""
    path, rows = _appendix(raw)
    here = source_folder(raw, PLAN_SOURCE)
    said_in = here / "text.csv"
    text = {
        row["code"]: row
        for row in read_rows(
            said_in, ["code", "list", "target_printed", "rank_printed", "name_vi", "place"]
        )
    }
    led = _text_agencies(here)
    for row in rows:
        if not row["code"]:
            continue
        said = text.get(row["code"])
        target = read_printed(said, "target_printed", said_in, target=True) if said else ""
        improve = said is not None and said["list"] == "improve"
        yield {
            "province": "cao-bang",
            "year": "2026",
            "code": row["code"],
            "target": read_printed(row, "target_2026", path),
            "rank_target": row["target_rank_2026"],
            "target_text": target if improve else "",
            "score_text": "" if improve else target,
            "rank_text": _ordinal(said, said_in) if said else "",
            "place_text": said["place"] if said else "",
            "name": _HEADING.sub("", row["name_vi"]),
            "name_text": said["name_vi"] if said else "",
            "lead": row["lead_vi"],
            "coordinating": row["coordinating_vi"],
            **led.get(row["code"], {}),
            "source": "Kế hoạch 3372/KH-UBND (28/10/2025)",
        }


#: What stands before the name of a group in the appendix.
_HEADING = re.compile(r"^(Trụ cột|Nhóm chỉ số) [\d.]+ ")


def _ordinal(row: Row, path: Path) -> str:
    """Read the rank that the text asks for; empty where it asks for none."""
    if not row["rank_printed"]:
        return ""
    found = _ORDINAL.fullmatch(row["rank_printed"])
    if found is None:
        raise DataError(
            repr(row["rank_printed"]),
            "a rank such as 'thứ nhất' or 'thứ 3 trở lên'",
            file=path,
            row=int(row["_row"]),
            column="rank_printed",
        )
    return "1" if found[1] == "nhất" else found[1]


def _text_agencies(here: Path) -> dict[str, dict[str, object]]:
    """Who leads and who reviews the data of an indicator, by section III.2 of the text."""
    columns = ["code", "name_vi", "agency_vi", "role", "place"]
    roles = {"lead": "lead_text", "data review": "review_text"}
    found: dict[str, dict[str, object]] = {}
    for row in read_rows(here / "text_agencies.csv", columns):
        entry = found.setdefault(row["code"], {})
        for key, cell in (
            (roles[row["role"]], row["agency_vi"]),
            ("place_lead_text", row["place"]),
            ("name_lead_text", row["name_vi"]),
        ):
            cells = str(entry[key]).split("; ") if key in entry else []
            entry[key] = "; ".join([*cells, *([] if cell in cells else [cell])])
    return found


def goal_rows(raw: Path, folder: Path) -> Iterator[dict[str, object]]:
    """Yield the stated goals, each number with the agency of its section where it has one."""
    path = source_folder(raw, PLAN_SOURCE) / "goals.csv"
    agencies = read_rows(path.parent / "text_agencies.csv", ["agency_vi", "place"])
    of_place = {row["place"]: row["agency_vi"] for row in agencies}
    for row in read_rows(path, ["place", "what", "printed"]):
        numbers = re.findall(r"\d[\d.,]*", row["printed"])
        yield {
            "province": "cao-bang",
            "place": row["place"],
            "what": _GOALS.get(row["what"], row["what"]),
            "printed": row["printed"],
            "value": read_printed({**row, "printed": numbers[0]}, "printed", path)
            if numbers
            else "",
            "of": numbers[1] if len(numbers) > 1 and "rank" in row["what"] else "",
            "agency": of_place.get(row["place"], ""),
        }


#: The stated goals that the analysis reads, by the words of ``goals.csv``.
_GOALS = {
    "score goal 2026": "score",
    "rank goal 2026": "rank",
    "rank gain, at least": "places",
}


def decision_rows(raw: Path, folder: Path) -> Iterator[dict[str, object]]:
    """Yield the targets of another decision, with the number of those that are one number."""
    path = source_folder(raw, DECISION_SOURCE) / "targets.csv"
    for row in read_rows(path, ["part", "stt", "name_vi", "target_printed", "pii_code"]):
        found = _ONE_NUMBER.fullmatch(row["target_printed"])
        yield {
            "province": "cao-bang",
            **row,
            "value": read_printed({**row, "target_printed": found[1]}, "target_printed", path)
            if found
            else "",
            "source": "Quyết định 1139/QĐ-UBND (09/7/2025)",
        }


def invited_rows(raw: Path, folder: Path) -> Iterator[dict[str, object]]:
    """Who is invited to the province's seminar and who presents a paper, by usual names.

    The document names departments without the word "Sở", and an office by those who are to come.
    """
    path = source_folder(raw, SEMINAR_SOURCE) / "invited.csv"
    named = read_rows(folder / "agencies.csv", ["spelling", "name_vi"])
    usual = {row[column]: row["name_vi"] for column in ("spelling", "name_vi") for row in named}
    for row in read_rows(path, ["group", "name_vi", "role"]):
        bare = row["name_vi"].partition(" (")[0].rpartition(" của ")[2]
        spelled = [name for name in (row["name_vi"], bare, f"Sở {bare}") if name in usual]
        department = row["group"] == _DEPARTMENTS and not bare.startswith(("Ban ", "Thống kê "))
        other = f"Sở {bare}" if department else row["name_vi"]
        yield {
            "province": "cao-bang",
            "group_vi": row["group"],
            "agency": usual[spelled[0]] if spelled else other,
            "role": row["role"],
            "source": "Kế hoạch tổ chức hội thảo của UBND tỉnh Cao Bằng (8/2025)",
        }


def correction_rows(raw: Path, folder: Path) -> Iterator[dict[str, object]]:
    """Cells of the appendix that are read otherwise than they are printed."""
    _, rows = _appendix(raw)
    code = {row["row"]: row["code"] for row in rows}
    notes = source_folder(raw, "piilib") / "corrections.csv"
    for note in read_rows(notes, ["row", "column", "printed", "read_as", "reason"]):
        column, _, year = note["column"].partition("_")
        yield {
            "province": "cao-bang",
            "year": year,
            "code": code[note["row"]],
            "column": {"own": "value"}.get(column, column),
            "printed": read_printed(note, "printed", notes),
            "read_as": read_printed(note, "read_as", notes),
            "reason": note["reason"],
        }
