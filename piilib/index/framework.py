"""The framework: the tree of nodes, their weights, directions and known treatments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from piilib.data.lookup import data_dir
from piilib.data.read import file_state, read_rows
from piilib.errors import DataError
from piilib.index.check import read_number, refuse_weights, shown

REQUIRED = ("code", "parent", "weight", "direction")
#: Years for which treatments were inferred from a sheet; they are never carried to another.
INFERRED_YEARS = (2023, 2024)


@dataclass(frozen=True)
class Framework:
    """A tree of nodes from indicators up to one index.

    Attributes
    ----------
    table : DataFrame
        Index: code, every parent before its children. Columns ``parent`` (empty for the
        root), ``weight`` (within its group, any scale), ``direction`` (+1: more is better,
        −1: less is better) and whatever else was given (``name_*``, ``unit_*`` …).

    Examples
    --------
    >>> import pandas as pd
    >>> import piilib as pii
    >>> fw = pii.Framework.from_frame(pd.DataFrame({
    ...     "code": ["T", "A", "a", "b", "c"], "parent": ["", "T", "A", "A", "T"],
    ...     "weight": [1, 1, 3, 1, 1], "direction": [1, 1, 1, -1, 1]}))
    >>> fw.indicators, fw.children("A")
    (('a', 'b', 'c'), ('a', 'b'))
    >>> fw.effective_weights().to_dict()
    {'a': 0.375, 'b': 0.125, 'c': 0.5}
    >>> float(pii.Framework.official(2024).effective_weights()["6.1.1"].round(4))
    0.0417
    """

    table: pd.DataFrame

    @classmethod
    def from_frame(cls, frame: pd.DataFrame) -> Framework:
        """Make a framework from a table with a row a node.

        Parameters
        ----------
        frame : DataFrame
            Columns ``code``, ``parent``, ``weight``, ``direction`` and any others. The root's
            parent is empty or missing.

        Raises
        ------
        DataError
            If a column is missing or stands twice, a code is missing or repeated, a parent is
            unknown, there is not exactly one root, a weight is not a positive number (text is read
            as one where it can be), a direction is not ±1 or the parents form a ring.
        """
        table = frame.reset_index() if "code" not in frame.columns else frame.copy()
        missing = [name for name in REQUIRED if name not in table.columns]
        if missing:
            raise DataError(
                f"the columns {', '.join(map(str, table.columns))}", f"also {', '.join(missing)}"
            )
        twice = table.columns[table.columns.duplicated()]
        if len(twice):
            raise DataError(f"the column {str(twice[0])!r} twice", "each column once")
        table["code"] = table["code"].astype(str)
        table["parent"] = table["parent"].fillna("").astype(str)
        given = {name: table[name] for name in ("weight", "direction")}
        for name, cells in given.items():
            table[name] = pd.Series([read_number(cell) for cell in cells], table.index, dtype=float)
        _check(table, given)
        table = table.set_index("code").astype({"direction": int})
        return cls(table.loc[_tree_order(table["parent"])])

    @classmethod
    def official(
        cls, year: int = 2024, inferred: bool = True, data: str | Path | None = None
    ) -> Framework:
        """Return the tree of the PII: 52 indicators, 16 sub-pillars, 7 pillars.

        Parameters
        ----------
        year : int
            The edition.
        inferred : bool
            With what is inferred of the official method: 4.1.2 reversed, and caps on some
            indicators (columns ``cap``, ``cap_low``, ``cap_high``, ``evidence``). Of the 32
            published sub-pillar scores of Cao Bằng the method then fits 32, **of which 20
            with no free number**; the other 12 rest on fitted caps. False: every direction
            +1, no caps.
        data : path, optional
            The data folder.

        Raises
        ------
        DataError
            If treatments are asked for a year in which none were inferred.
        """
        folder = data_dir(data)
        fw = cls(_official_table(folder / "framework.csv").copy())
        if not inferred:
            return fw
        if year not in INFERRED_YEARS:
            raise DataError(
                f"inferred treatments for {year}",
                f"{' or '.join(map(str, INFERRED_YEARS))} (caps fitted to one year are not "
                "carried to another), or inferred=False",
            )
        files = folder / "framework.csv", folder / "treatments.csv"
        return cls(_read_treated(*files, year, tuple(map(file_state, files))).copy())

    @cached_property
    def indicators(self) -> tuple[str, ...]:
        """Codes of the indicators (nodes without children), tree order."""
        parents = set(self.table["parent"])
        return tuple(code for code in self.table.index if code not in parents)

    @cached_property
    def root(self) -> str:
        """Code of the index itself."""
        return str(self.table.index[0])

    def children(self, node: str) -> tuple[str, ...]:
        """Codes of a node's immediate children; empty for an indicator."""
        return self._children.get(node, ())

    @cached_property
    def _children(self) -> dict[str, tuple[str, ...]]:
        groups: dict[str, list[str]] = {}
        for code, parent in self.table["parent"].items():
            if parent:
                groups.setdefault(str(parent), []).append(str(code))
        return {node: tuple(codes) for node, codes in groups.items()}

    def ancestors(self, node: str) -> tuple[str, ...]:
        """Codes from a node's parent up to the root."""
        path = []
        parent = self._parents[node]
        while parent:
            path.append(parent)
            parent = self._parents[parent]
        return tuple(path)

    @cached_property
    def _parents(self) -> dict[str, str]:
        return {str(code): str(parent) for code, parent in self.table["parent"].items()}

    @cached_property
    def groups(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Every group as (node, children), the lowest first: the order of aggregation."""
        return tuple(
            (node, self._children[node])
            for node in reversed(self.table.index)
            if node in self._children
        )

    @cached_property
    def levels(self) -> dict[str, int]:
        """Level of every node: 1 for an indicator, else one more than its highest child."""
        level = dict.fromkeys(self.indicators, 1)
        for node, children in self.groups:
            level[node] = 1 + max(level[child] for child in children)
        return level

    def at_level(self, level: str | int) -> tuple[str, ...]:
        """Codes of one level, tree order.

        Parameters
        ----------
        level : str or int
            ``"indicator"``, its number (1 for indicators, counted upwards), or a word of the
            table's column ``level``.
        """
        if level == "indicator" or level == 1:
            return self.indicators
        if isinstance(level, int):
            found = tuple(str(c) for c in self.table.index if self.levels[str(c)] == level)
        else:
            known = self.table["level"] if "level" in self.table.columns else pd.Series(dtype=str)
            found = tuple(str(c) for c in known.index[known == level])
        if not found:
            raise DataError(f"the level {level!r}", f"'indicator' or 1 to {self.levels[self.root]}")
        return found

    def shares(self, weights: Mapping[str, float] | None = None) -> pd.Series:
        """Each node's share of its group, summing to 1 within every group.

        Parameters
        ----------
        weights : mapping, optional
            Weights that replace those of the table for the nodes it names.
        """
        if weights is None:
            return self._own_shares.copy()
        refuse_weights(weights)
        return self._shares(weights)

    @cached_property
    def _own_shares(self) -> pd.Series:
        return self._shares({})

    def _shares(self, weights: Mapping[str, float]) -> pd.Series:
        given = self.table["weight"].astype(float).copy()
        for node, weight in weights.items():
            if node not in given.index:
                raise DataError(f"a weight for {node!r}", "codes of the framework")
            given[node] = float(weight)
        total = given.groupby(self.table["parent"]).transform("sum")
        for parent in dict.fromkeys(self.table.loc[total <= 0, "parent"]):
            if not given.get(parent, 1.0) == 0:
                raise DataError(
                    f"weights in {parent!r} that sum to 0",
                    "a positive sum, or its own weight 0 too",
                )
        return given / total.where(total > 0, 1.0)

    def effective_weights(self, weights: Mapping[str, float] | None = None) -> pd.Series:
        """Share of the index that each indicator carries; sums to 1.

        The product of the shares within groups from the top. A large value means that one
        score point of the indicator moves the index more.
        """
        share = self.shares(weights)
        effective = {self.root: 1.0}
        for code in self.table.index[1:]:
            effective[code] = effective[self.table.at[code, "parent"]] * share[code]
        return pd.Series(effective).loc[list(self.indicators)]


def _official_table(path: Path) -> pd.DataFrame:
    """Read the bare tree; the same file is read once."""
    return _read_official(path, file_state(path))


@lru_cache(maxsize=8)
def _read_official(path: Path, state: object) -> pd.DataFrame:
    table = pd.DataFrame(read_rows(path, [*REQUIRED, "level"])).drop(columns="_row")
    table["weight"] = table["weight"].astype(float)
    table["direction"] = table["direction"].astype(int)
    return Framework.from_frame(table).table


@lru_cache(maxsize=8)
def _read_treated(path: Path, treatments: Path, year: int, state: object) -> pd.DataFrame:
    return _with_treatments(_official_table(path), treatments, year)


def _check(table: pd.DataFrame, given: Mapping[str, pd.Series]) -> None:
    codes = table["code"]
    if (codes.isna() | (codes == "")).any():
        raise DataError("a row without a code", "a code in every row")
    if codes.duplicated().any():
        raise DataError(f"the code {codes[codes.duplicated()].iloc[0]!r} twice", "each code once")
    unknown = sorted(set(table["parent"]) - set(codes) - {""})
    if unknown:
        raise DataError(f"the parent {unknown[0]!r}", "a code of the table")
    roots = codes[table["parent"] == ""].tolist()
    if len(roots) != 1:
        raise DataError(f"{len(roots)} nodes without a parent: {roots}", "exactly one")
    for name, good, expected in (
        ("weight", (table["weight"] > 0) & np.isfinite(table["weight"]), "a number above 0"),
        ("direction", table["direction"].isin([1, -1]), "1 or -1"),
    ):
        if not good.all():
            found = shown(given[name][~good].iloc[0])
            raise DataError(f"the {name} {found} of {codes[~good].iloc[0]!r}", expected)


def _tree_order(parent: pd.Series) -> list[str]:
    """Order codes parents first, depth first, as the table lists them."""
    children: dict[str, list[str]] = {}
    for code, above in parent.items():
        children.setdefault(str(above), []).append(str(code))
    order: list[str] = []
    waiting = list(children[""])
    while waiting:
        code = waiting.pop(0)
        order.append(code)
        waiting[:0] = children.get(code, [])
    if len(order) != len(parent):
        ring = sorted(set(map(str, parent.index)) - set(order))
        raise DataError(f"a ring of parents among {', '.join(ring)}", "a tree")
    return order


def _with_treatments(table: pd.DataFrame, path: Path, year: int) -> pd.DataFrame:
    table = table.copy()
    table[["cap", "cap_low", "cap_high"]] = np.nan
    table["evidence"] = table["unidentified"] = ""
    for row in read_rows(path, ["code", "year", "rule", "value", "low", "high", "evidence"]):
        if row["year"] != str(year):
            continue
        table.at[row["code"], "evidence"] = row["evidence"]
        if row["rule"] == "reversed":
            table.at[row["code"], "direction"] = -1
        elif row["rule"] == "unidentified":
            table.at[row["code"], "unidentified"] = "true"
        elif row["rule"] == "cap":
            table.loc[row["code"], ["cap", "cap_low", "cap_high"]] = [
                float(row[column]) for column in ("value", "low", "high")
            ]
    return table
