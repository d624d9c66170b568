"""What every processed table must look like (pandera)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from piilib.data.read import NUMBER, read_rows
from piilib.errors import DataError

CODE = r"PII|IN|OUT|[1-7](\.[1-9](\.[1-9])?)?"
KEY = r"[a-z]+(-[a-z]+)*"
YEAR = r"20[0-9]{2}"
RANK = r"[0-9]{1,2}"
FLAG = r"true|false"
#: What a reader of a finding is told that a cell should hold.
WORDS = {
    NUMBER: "a number with a decimal point",
    CODE: "a code such as PII, IN, 3, 3.2 or 3.2.1",
    KEY: "a province's key such as cao-bang",
    YEAR: "a year such as 2024",
    RANK: "a rank",
    FLAG: "true or false",
}
REPEATED = "multiple_fields_uniqueness"


def _text(pattern: str | None = None, *, empty: bool = False) -> pa.Column:
    checks = []
    if pattern is not None:
        expected = WORDS[pattern] + (" or nothing" if empty else "")
        whole = rf"^(?:{pattern}){'?' if empty else ''}$"
        checks.append(pa.Check.str_matches(whole, error=expected))
    elif not empty:
        checks.append(pa.Check.str_length(min_value=1, error="a text"))
    return pa.Column(str, checks)


def _one_of(*values: str) -> pa.Column:
    return pa.Column(str, pa.Check.isin(values, error=f"one of {', '.join(values)}"))


def _schema(columns: dict[str, pa.Column], unique: list[str] | None = None) -> pa.DataFrameSchema:
    return pa.DataFrameSchema(
        columns, unique=unique, report_duplicates="exclude_first", strict=False
    )


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
            "measured_yearly": _text(FLAG, empty=True),
            "definition_changed_2024": _text(FLAG, empty=True),
            "counted": _text(FLAG, empty=True),
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
        {
            "code": _text(CODE),
            "kind": _text(),
            "step": _text(NUMBER),
            "difficulty": _text(NUMBER),
            "lag_years": _text(NUMBER),
            "reason_vi": _text(),
            "reason_en": _text(),
        },
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
    "tiles": _schema(
        {
            "basis": _one_of("63", "34"),
            "key": _text(KEY),
            "part": _text(KEY, empty=True),
            "column": _text(NUMBER),
            "row": _text(NUMBER),
            "label_vi": _text(),
            "label_en": _text(),
        },
        ["basis", "column", "row"],
    ),
    "provinces": _schema(
        {
            "basis": _one_of("63", "34"),
            "key": _text(KEY),
            "name_vi": _text(),
            "name_en": _text(),
            "region_key": _text(KEY),
            "merged_into": _text(KEY, empty=True),
        },
        ["basis", "key"],
    ),
    "names": _schema({"key": _text(KEY), "spelling": _text()}, ["spelling"]),
    "facts": _schema({"year": _text(YEAR), "unit": _text(), "kind": _text()}),
    "regions": _schema(
        {
            "region_key": _text(KEY),
            "year": _text(YEAR),
            "score": _text(NUMBER),
            "low": _text(NUMBER),
            "high": _text(NUMBER),
        },
        ["region_key", "year"],
    ),
    "decisions": _schema(
        {
            "province": _text(KEY),
            "part": _text(YEAR),
            "name_vi": _text(),
            "value": _text(NUMBER, empty=True),
            "pii_code": _text(CODE, empty=True),
            "source": _text(),
        }
    ),
    "invited": _schema(
        {
            "province": _text(KEY),
            "group_vi": _text(),
            "agency": _text(),
            "role": _one_of("invited", "presents a paper"),
            "source": _text(),
        },
        ["province", "agency", "role"],
    ),
    "corrections": _schema(
        {
            "province": _text(KEY),
            "year": _text(YEAR),
            "code": _text(CODE),
            "column": _one_of("value", "lowest", "highest"),
            "printed": _text(NUMBER, empty=True),
            "read_as": _text(NUMBER, empty=True),
            "reason": _text(),
        },
        ["province", "year", "code", "column"],
    ),
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
            "year": _text(YEAR),
            "code": _text(CODE),
            "target": _text(NUMBER, empty=True),
            "target_text": _text(NUMBER, empty=True),
            "score_text": _text(NUMBER, empty=True),
            "rank_target": _text(RANK, empty=True),
            "rank_text": _text(RANK, empty=True),
        },
        ["province", "year", "code"],
    ),
    "goals": _schema(
        {
            "province": _text(KEY),
            "place": _text(),
            "what": _text(),
            "printed": _text(),
            "value": _text(NUMBER, empty=True),
            "of": _text(NUMBER, empty=True),
        }
    ),
    "scoreboard": _schema(
        {
            "key": _text(KEY),
            "year": _text(YEAR),
            "score": _text(NUMBER, empty=True),
            "rank": _text(RANK, empty=True),
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
            "rank": _text(RANK, empty=True),
        },
        ["key", "year", "code"],
    ),
    "indicators": _schema(
        {
            "key": _text(KEY),
            "year": _text(YEAR),
            "code": _text(CODE),
            "value": _text(NUMBER, empty=True),
            "lowest": _text(NUMBER, empty=True),
            "highest": _text(NUMBER, empty=True),
            "score": _text(NUMBER, empty=True),
        },
        ["key", "year", "code"],
    ),
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
    return [str(error) for error in _findings(folder)]


def validate(folder: Path) -> None:
    """Raise a `DataError` with the first finding, and say how many more there are."""
    found = list(_findings(folder))
    if found:
        first = found[0]
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        raise DataError(
            first.found,
            first.expected + more,
            file=first.file,
            row=first.row,
            column=first.column,
        )


def _findings(folder: Path) -> Iterator[DataError]:
    for name, schema in SCHEMAS.items():
        path = folder / f"{name}.csv"
        try:
            rows = read_rows(path, [str(column) for column in schema.columns])
        except DataError as error:
            yield error
        else:
            yield from _violations(path, pd.DataFrame(rows), schema)


def _violations(path: Path, table: pd.DataFrame, schema: pa.DataFrameSchema) -> Iterator[DataError]:
    try:
        schema.validate(table, lazy=True)
    except pa.errors.SchemaErrors as errors:
        unique = ", ".join(schema.unique or [])
        cases = errors.failure_cases
        repeated = cases["check"] == REPEATED
        cases = cases.assign(
            column=cases["column"].where(~repeated, unique),
            check=cases["check"].where(~repeated, f"no second row with the same {unique}"),
        )
        for _, case in cases.drop_duplicates(["index", "column"]).iterrows():
            yield DataError(
                repr(case["failure_case"]),
                str(case["check"]),
                file=path,
                row=int(table.at[int(case["index"]), "_row"]),
                column=str(case["column"]),
            )
