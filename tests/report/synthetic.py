"""Sheets that no province ever had: Cao Bằng's bounds with other values."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd

from piilib.data.sheet import Sheet, load_sheet
from piilib.data.tables import load_table
from piilib.index.framework import Framework
from piilib.index.scoring import method_framework, sheet_scores

#: What an indicator's value becomes: from its row (floats) and the sign of its direction.
Value = Callable[[pd.Series, float], float]

COLUMNS = ("province", "year", "code", "value", "lowest", "highest", "rank", "of", "source")


def highest(row: pd.Series, sign: float) -> float:
    """Return the best value of the country."""
    return float(row["highest"] if sign > 0 else row["lowest"])


def lowest(row: pd.Series, sign: float) -> float:
    """Return the worst value of the country."""
    return float(row["lowest"] if sign > 0 else row["highest"])


def between(share: float) -> Value:
    """Return the value at this share of the way from the worst to the best."""

    def value(row: pd.Series, sign: float) -> float:
        worst = lowest(row, sign)
        return worst + share * (highest(row, sign) - worst)

    return value


def published(row: pd.Series, sign: float) -> float:
    """Return the value as it is."""
    return float(row["value"])


def rows_of(year: int, *, key: str = "cao-bang", as_year: int | None = None) -> pd.DataFrame:
    """Return Cao Bằng's published rows of a year, as text, under this key and year."""
    table = load_table("sheets")
    rows = table[(table["province"] == "cao-bang") & (table["year"] == str(year))]
    return rows.assign(province=key, year=str(as_year or year))[list(COLUMNS)]


def changed(
    rows: pd.DataFrame,
    path: Path,
    value: Value = published,
    *,
    rank: str = "",
    without: tuple[str, ...] = (),
    also: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Give every indicator another value and every node above the score that follows.

    The indicators in `without` have no value; `also` puts text into value cells as it stands.
    The bounds of a node are widened where its score lies outside them. `path` is scratch.
    """
    year, key = int(rows["year"].iloc[0]), str(rows["province"].iloc[0])
    fw = method_framework(year, "official")
    rows = rows.set_index("code", drop=False)
    rows.to_csv(path, index=False)
    table = load_sheet(key, year, path).table
    for code in fw.indicators:
        x = value(table.loc[code], float(fw.table.at[code, "direction"]))
        rows.loc[code, "value"] = "" if code in without or x != x else f"{x:.4f}"
        _widen(rows, code, x)
    rows.to_csv(path, index=False)
    _rescore(rows, load_sheet(key, year, path), fw)
    for code, text in (also or {}).items():
        rows.loc[code, "value"] = text
    rows.loc["PII", "rank"], rows.loc["PII", "of"] = rank, "63" if rank else ""
    return rows.reset_index(drop=True)


def _rescore(rows: pd.DataFrame, sheet: Sheet, fw: Framework) -> None:
    scores = sheet_scores(sheet, fw)
    for code in rows.index.difference(list(fw.indicators)):
        rows.loc[code, "value"] = "" if scores[code] != scores[code] else f"{scores[code]:.2f}"
        _widen(rows, str(code), round(float(scores[code]), 2))


def _widen(rows: pd.DataFrame, code: str, x: float) -> None:
    """Move the printed bounds where a value lies outside them."""
    low, high = rows.at[code, "lowest"], rows.at[code, "highest"]
    if low and x < float(low):
        rows.loc[code, "lowest"] = f"{x:.2f}"
    if high and x > float(high):
        rows.loc[code, "highest"] = f"{x:.2f}"


def save(path: Path, *years: pd.DataFrame) -> Path:
    """Write a CSV file of sheets."""
    pd.concat(years).to_csv(path, index=False)
    return path
