"""The plan of a document: the target of every node, who leads, and the stated goals."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from piilib.data.document_cells import Entry
from piilib.data.document_codes import Tree
from piilib.data.document_numbers import rank_and_of, tidy
from piilib.data.document_sheet import Cells, Read, each_once, read_numbers
from piilib.data.read import Row, number
from piilib.data.tables import Plan
from piilib.errors import DataError

#: What a table of targets does not say: it stands in the text of a plan. Numbers, then texts.
_TEXT_NUMBERS = ("target_text", "score_text", "rank_text")
_TEXT_WORDS = (
    "lead_text",
    "place_text",
    "name_text",
    "name_lead_text",
    "review_text",
    "place_lead_text",
)
#: The columns of ``plan.csv`` and of ``goals.csv``.
PLAN_COLUMNS = (
    "province",
    "year",
    "code",
    "target",
    "rank_target",
    "target_text",
    "score_text",
    "rank_text",
    "place_text",
    "name",
    "name_text",
    "name_lead_text",
    "lead",
    "coordinating",
    "lead_text",
    "review_text",
    "place_lead_text",
    "source",
)
GOAL_COLUMNS = ("province", "place", "what", "printed", "value", "of", "agency")
_KIND_AND_CODE = re.compile(
    r"((Trụ cột|Nhóm chỉ số|Chỉ số thành phần|Chỉ số)\s+)?[0-9](\.[0-9]){0,2}[.:]?\s+",
    re.IGNORECASE,
)


_OWN = ("target", "target_rank", "lead", "coordinating")


def plain_name(text: str) -> str:
    """Return a name as it is printed, without the code in front.

    Examples
    --------
    >>> plain_name("Nhóm chỉ số 1.1. Môi trường chính sách")
    'Môi trường chính sách'
    """
    found = _KIND_AND_CODE.match(tidy(text))
    return tidy(text)[found.end() :] if found else tidy(text)


def build_plan(
    unit: str, year: int, entries: Sequence[Entry], tree: Tree, source: str
) -> tuple[Plan, list[Read]]:
    """Check the targets and agencies of a document and make its plan.

    Parameters
    ----------
    unit : str
        The province's key.
    year : int
        The year that the targets are for.
    entries : sequence of Entry
        Cells of the columns "target" and "target_rank" of that year, "lead", "coordinating" and
        "name".
    tree : Tree
        The official tree.
    source : str
        The document's title.

    Returns
    -------
    plan : Plan
        As `piilib.load_plan` would read it; the plan's text (``target_text``, ``lead_text``) is
        not in a table and stays empty. The targets of the index are its goals.
    read : list of Read
        Its cells.

    Raises
    ------
    DataError
        If a code stands twice or the target of a score is outside 0-100; the cell is named.
    """
    targets = read_numbers([entry for entry in entries if entry.column == "target"], tree)
    others = [entry for entry in entries if entry.column in ("lead", "coordinating")]
    texts = [Read(entry, tidy(entry.cell.text)) for entry in others]
    named = {e.code: e for e in reversed(entries) if e.column == "name"}  # the first of each
    names = [Read(entry, plain_name(entry.cell.text)) for entry in named.values()]
    ranks = [entry for entry in entries if entry.column == "target_rank"]
    goals = [
        Read(entry, "/".join(rank_and_of(entry.cell, target=True)).strip("/")) for entry in ranks
    ]
    cells = each_once([*targets, *texts, *names, *goals])
    codes = [c for c in tree.levels if c != "PII" and any((c, column) in cells for column in _OWN)]
    rows = {code: _row(code, cells, tree) for code in codes}
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("code")
    return Plan(unit, year, table, _goals(cells), source), list(cells.values())


def _row(code: str, cells: Cells, tree: Tree) -> dict[str, object]:
    target = cells.get((code, "target"))
    row: Row = {"x": target.text if target else "", "_row": "0"}
    value = number(row, "x", Path())[0]
    if target and tree.levels[code] != "indicator" and not (value != value or 0 <= value <= 100):
        raise DataError(target.said, f"a target score of {code} on 0-100", column="target")
    rank = _text(cells, code, "target_rank").partition("/")[0]
    return {
        "target": value,
        **dict.fromkeys(_TEXT_NUMBERS, float("nan")),
        **dict.fromkeys(_TEXT_WORDS, ""),
        "lead": _text(cells, code, "lead"),
        "coordinating": _text(cells, code, "coordinating"),
        "rank_target": float(rank) if rank else float("nan"),
        "name": _text(cells, code, "name"),
    }


def _text(cells: Cells, code: str, column: str) -> str:
    return cells[code, column].text if (code, column) in cells else ""


def _goals(cells: Cells) -> pd.DataFrame:
    """Return the goals that stand in the rows of the index: its score and its rank."""
    rows = []
    score, rank = cells.get(("PII", "target")), cells.get(("PII", "target_rank"))
    if score and score.text:
        rows.append(_goal("score", score, score.text, ""))
    if rank and rank.text:
        place, _, of = rank.text.partition("/")
        rows.append(_goal("rank", rank, place, of))
    return pd.DataFrame(rows, columns=list(GOAL_COLUMNS[1:]))


def _goal(what: str, read: Read, value: str, of: str) -> dict[str, str]:
    place, printed = read.entry.cell.place, tidy(read.entry.cell.text)
    return {
        "place": place,
        "what": what,
        "printed": printed,
        "value": value,
        "of": of,
        "agency": "",
    }


def plan_rows(plan: Plan, read: Sequence[Read]) -> list[dict[str, object]]:
    """Write a plan as the rows of ``plan.csv``; numbers keep the decimals of the document."""
    cells = each_once(read)
    return [
        {
            **dict.fromkeys(PLAN_COLUMNS, ""),
            "province": plan.unit,
            "year": plan.year,
            "code": code,
            "target": _text(cells, code, "target"),
            "rank_target": _text(cells, code, "target_rank").partition("/")[0],
            **{name: plan.table.at[code, name] for name in ("lead", "coordinating", "name")},
            "source": plan.source,
        }
        for code in plan.table.index
    ]


def goal_rows(plan: Plan) -> list[dict[str, object]]:
    """Write the goals of a plan as the rows of ``goals.csv``."""
    return [{"province": plan.unit, **dict(row)} for row in plan.goals.to_dict("records")]
