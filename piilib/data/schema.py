"""What every processed table must look like (pandera)."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from piilib.data.read import read_rows
from piilib.errors import DataError

NUMBER = r"-?\d+(\.\d+)?"
CODE = r"PII|IN|OUT|[1-7](\.\d(\.\d)?)?"
KEY = r"[a-z]+(-[a-z]+)*"
YEAR = r"20\d\d"


def _text(pattern: str | None = None, *, empty: bool = False) -> pa.Column:
    checks = []
    if pattern is not None:
        checks.append(pa.Check.str_matches(rf"^(?:{pattern}){'?' if empty else ''}$"))
    elif not empty:
        checks.append(pa.Check.str_length(min_value=1))
    return pa.Column(str, checks)


def _one_of(*values: str) -> pa.Column:
    return pa.Column(str, pa.Check.isin(values))


def _schema(columns: dict[str, pa.Column], unique: list[str] | None = None) -> pa.DataFrameSchema:
    return pa.DataFrameSchema(columns, unique=unique, strict=False)


LEVELS = ("index", "subindex", "pillar", "subpillar", "indicator")

SCHEMAS: dict[str, pa.DataFrameSchema] = {
    "framework": _schema(
        {
            "code": _text(CODE),
            "parent": _text(CODE, empty=True),
            "level": _one_of(*LEVELS),
            "name_vi": _text(),
            "name_en": _text(),
            "short_vi": _text(),
            "short_en": _text(),
            "weight": _text(NUMBER),
            "direction": _one_of("1", "-1"),
            "measured_yearly": _text("true|false", empty=True),
            "definition_changed_2024": _text("true|false", empty=True),
            "counted": _text("true|false", empty=True),
        },
        ["code"],
    ),
    "treatments": _schema(
        {
            "code": _text(CODE),
            "year": _text(YEAR),
            "rule": _one_of("reversed", "cap", "unidentified"),
            "value": _text(NUMBER, empty=True),
            "low": _text(NUMBER, empty=True),
            "high": _text(NUMBER, empty=True),
            "evidence": _text(),
        },
        ["code", "year"],
    ),
    "effort": _schema(
        {"code": _text(CODE), "step": _text(NUMBER), "reason_vi": _text(), "reason_en": _text()},
        ["code"],
    ),
    "context": _schema(
        {
            "province": _text(KEY),
            "year": _text(YEAR),
            "quantity": _text(),
            "value": _text(NUMBER),
            "low": _text(NUMBER, empty=True),
            "high": _text(NUMBER, empty=True),
            "status": _one_of("published", "integer reconstruction", "general knowledge"),
            "source": _text(),
        },
        ["province", "year", "quantity"],
    ),
    "agencies": _schema(
        {name: _text() for name in ("spelling", "name_vi", "name_en", "short_vi", "short_en")},
        ["spelling"],
    ),
    "provinces": _schema(
        {"basis": _one_of("63", "34"), "key": _text(KEY), "name_vi": _text(), "region_key": _text()},
        ["basis", "key"],
    ),
    "names": _schema({"key": _text(KEY), "spelling": _text()}, ["spelling"]),
    "facts": _schema({"year": _text(YEAR), "unit": _text(), "kind": _text()}),
    "regions": _schema({}),
    "decisions": _schema({"part": _text(YEAR), "name_vi": _text()}),
    "sheets": _schema(
        {
            "province": _text(KEY),
            "year": _text(YEAR),
            "code": _text(CODE),
            "value": _text(NUMBER, empty=True),
            "lowest": _text(NUMBER, empty=True),
            "highest": _text(NUMBER, empty=True),
        },
        ["province", "year", "code"],
    ),
    "plan": _schema(
        {
            "province": _text(KEY),
            "code": _text(CODE),
            "target": _text(NUMBER, empty=True),
            "target_text": _text(NUMBER, empty=True),
        },
        ["province", "year", "code"],
    ),
    "goals": _schema({"province": _text(KEY), "place": _text(), "printed": _text()}),
    "scoreboard": _schema(
        {
            "key": _text(KEY),
            "year": _text(YEAR),
            "score": _text(NUMBER, empty=True),
            "rank": _text(r"\d+", empty=True),
            "address": _text(),
        },
        ["key", "year"],
    ),
    "pillars": _schema(
        {
            "key": _text(),
            "year": _text(YEAR),
            "code": _text(CODE),
            "score": _text(NUMBER, empty=True),
            "rank": _text(r"\d+", empty=True),
        },
        ["key", "year", "code"],
    ),
    "indicators": _schema({"key": _text(KEY), "year": _text(YEAR), "code": _text(CODE)}),
    "definitions": _schema({"code": _text(CODE), "name_vi": _text()}, ["code"]),
    "sources": _schema({"source": _text(), "title": _text(), "sha256": _text()}, None),
}


def findings(folder: Path) -> list[str]:
    """List everything that is wrong with the processed tables of a folder.

    Returns
    -------
    list of str
        One line a finding, with file, row (the header is row 1) and column; empty where all is
        well.
    """
    found: list[str] = []
    for name, schema in SCHEMAS.items():
        path = folder / f"{name}.csv"
        try:
            rows = read_rows(path, [str(column) for column in schema.columns])
        except DataError as error:
            found.append(str(error))
            continue
        found.extend(_violations(path, pd.DataFrame(rows), schema))
    return found


def _violations(path: Path, table: pd.DataFrame, schema: pa.DataFrameSchema) -> list[str]:
    try:
        schema.validate(table, lazy=True)
    except pa.errors.SchemaErrors as errors:
        lines = []
        for _, case in errors.failure_cases.drop_duplicates(["index", "column"]).iterrows():
            index = case["index"]
            row = None if pd.isna(index) else int(table.at[int(index), "_row"])
            error = DataError(
                repr(case["failure_case"]),
                str(case["check"]),
                file=path,
                row=row,
                column=str(case["column"]),
            )
            lines.append(str(error))
        return lines
    return []


def validate(folder: Path) -> None:
    """Raise a `DataError` with the first finding, and say how many more there are."""
    found = findings(folder)
    if found:
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        raise DataError(found[0] + more, "valid tables")
