"""What a change of the data does to results: scores, reconciliation and levers of two editions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from piilib.analysis.levers import levers
from piilib.data.diff import Difference, diff_tables, key_parts, key_text, refuse_mixed, table_of
from piilib.data.lookup import data_dir
from piilib.data.provinces import resolve
from piilib.data.sheet import load_sheet, sheets_in
from piilib.index.own_scores import with_scores
from piilib.index.reconcile import reconcile
from piilib.index.scoring import method_framework

#: Tables that these results rest on. The last three say whose row each is.
RESTS_ON = ("framework", "treatments", "effort", "sheets", "plan", "context")
_OWN = RESTS_ON[3:]
#: What is compared, of `reconcile` and of `levers`; ``place`` is that in the recommended order.
SCORES = ("published", "recomputed", "fits")
LEVERS = ("place", "group", "gain_per_effort", "why_not")


def edition_diff(
    old: str | Path,
    new: str | Path,
    draws: int = 10_000,
    seed: int = 0,
    tables: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Compare the results of every province whose sheet is in both of two data folders.

    Parameters
    ----------
    old, new : path
        Data folders; see `piilib.data.diff.diff_tables`.
    draws : int
        Redraws of step and difficulty behind the groups of levers. Both sides are computed anew, by
        this version of piilib and with one seed, so that only data can make a difference.
    seed : int
    tables : DataFrame, optional
        `diff_tables` of the two, if in hand.

    Returns
    -------
    DataFrame
        Columns as those of `diff_tables`; empty where no result differs. ``table``: ``"sheets"``
        (a sheet that only one folder has), ``"scores"`` (``published`` and ``recomputed`` index
        points of a node, and ``fits``: whether they agree within rounding) or ``"levers"``
        (``place`` in the recommended order, 1 the best; ``group`` A, B, C; ``gain_per_effort`` in
        index points per year, large where effort pays; ``why_not`` it is no lever). ``key``:
        province, year, code. Where the new folder has a later year of a province, its last year in
        the one is compared with its last in the other and ``year`` reads ``"2023 to 2024"``.
        Numbers are told to four decimals, and differ if those do.

    Raises
    ------
    DataError
        If a folder, a table or a sheet is wrong.

    Notes
    -----
    Provinces for which nothing that the results rest on has changed are not computed. Intervals of
    provinces without a sheet and rank outlooks are not compared.

    Examples
    --------
    >>> from piilib.data.lookup import data_dir
    >>> len(edition_diff(data_dir(), data_dir()))
    0
    """
    before, after = (_Edition(data_dir(folder), draws, seed) for folder in (old, new))
    refuse_mixed(before.folder, after.folder)
    parted = diff_tables(before.folder, after.folder) if tables is None else tables
    touched = _touched(parted, after.folder)
    found: list[Difference] = []
    years = before.years(), after.years()
    for unit in sorted({**years[0], **years[1]}):
        pair = years[0].get(unit, []), years[1].get(unit, [])
        found += _sheets(unit, *pair)
        for first, last in _to_compare(*pair, touched=None in touched or unit in touched):
            found += _of_unit(
                unit, first, last, before.results(unit, first), after.results(unit, last)
            )
    return table_of(found)


@dataclass(frozen=True)
class _Edition:
    """A data folder, and the results of its sheets as texts, each computed once."""

    folder: Path
    draws: int
    seed: int
    _known: dict[tuple[str, int], dict[str, pd.DataFrame]] = field(default_factory=dict)

    def years(self) -> dict[str, list[int]]:
        """List the years of every province whose sheet is here, ascending."""
        found: dict[str, list[int]] = {}
        for unit, year in sorted(sheets_in(self.folder / "sheets.csv", self.folder)):
            found.setdefault(unit, []).append(year)
        return found

    def results(self, unit: str, year: int) -> dict[str, pd.DataFrame]:
        """Return the compared columns of each table of results; index: code."""
        if (unit, year) not in self._known:
            self._known[unit, year] = self._compute(unit, year)
        return self._known[unit, year]

    def _compute(self, unit: str, year: int) -> dict[str, pd.DataFrame]:
        sheet = load_sheet(unit, year, self.folder)
        sheet = with_scores(sheet, method_framework(year, "official", self.folder))
        ordered = levers(sheet, draws=self.draws, seed=self.seed, data=self.folder)
        place = pd.Series(range(1, len(ordered) + 1), index=ordered.index, dtype=float)
        ordered["place"] = place.where(ordered["eligible"])
        gain = ordered["gain_per_effort"].where(ordered["eligible"])
        scores = reconcile(sheet, data=self.folder)[list(SCORES)].astype(object)
        for node in sorted(sheet.recomputed):  # never published: the middle of what values give
            scores.loc[node] = [float("nan"), float(sheet.table.at[node, "value"]), ""]
        return {
            "scores": scores.map(_shown),
            "levers": ordered.assign(gain_per_effort=gain)[list(LEVERS)].map(_shown),
        }


def _shown(value: object) -> str:
    if isinstance(value, float):
        return "" if value != value else f"{round(value, 4) + 0.0:.4f}".rstrip("0").rstrip(".")
    return str(value).lower() if isinstance(value, bool | np.bool_) else str(value)


def _touched(parted: pd.DataFrame, folder: Path) -> set[str | None]:
    """Find the provinces whose results may differ; None stands for all of them."""
    rows = parted[parted["table"].isin(RESTS_ON) & (parted["key"] != "")]
    own = rows["table"].isin(_OWN)
    names = {key_parts(key).get("province", "") for key in rows.loc[own, "key"]}
    everyone: set[str | None] = set() if own.all() else {None}
    return everyone | {resolve(name, folder) for name in names if name}


def _sheets(unit: str, old: list[int], new: list[int]) -> Iterator[Difference]:
    for year in sorted({*old, *new}):
        if (year in old) != (year in new):
            change = "added" if year in new else "removed"
            yield "sheets", change, key_text(province=unit, year=year), "", "", ""


def _to_compare(old: list[int], new: list[int], *, touched: bool) -> list[tuple[int, int]]:
    """Pair the years of two editions: each with itself, and the last ones where they differ."""
    same = [(year, year) for year in old if year in new] if touched else []
    later = bool(old and new) and new[-1] > old[-1]
    return [*same, (old[-1], new[-1])] if later else same


def _of_unit(
    unit: str,
    first: int,
    last: int,
    old: dict[str, pd.DataFrame],
    new: dict[str, pd.DataFrame],
) -> Iterator[Difference]:
    year = str(first) if first == last else f"{first} to {last}"
    for name in old:
        before, after = old[name], new[name]
        for code in dict.fromkeys((*before.index, *after.index)):
            key = key_text(province=unit, year=year, code=code)
            for column in before.columns:
                pair = tuple(str(t[column].get(code, "")) for t in (before, after))
                if pair[0] != pair[1]:
                    yield name, _change(code, before, after), key, column, pair[0], pair[1]


def _change(code: object, before: pd.DataFrame, after: pd.DataFrame) -> str:
    if code not in before.index:
        return "added"
    return "changed" if code in after.index else "removed"
