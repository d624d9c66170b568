"""What was published of a ranking, one fact a row, and the conditions that it puts on scores."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pandas as pd

from piilib.data.lookup import data_dir
from piilib.data.provinces import provinces, resolve
from piilib.data.read import Row, number, read_rows, whole
from piilib.data.tables import basis_of, load_scoreboard
from piilib.errors import DataError

#: Half of the last printed decimal of a score.
HALF = 0.005
KINDS = ("score", "rank", "mean", "highest", "lowest", "count", "stay")
_STAY = re.compile(r"@(\d{4}):rank:(\d+)-(\d+)(?:!(.*))?")
_COUNT = re.compile(r"count:(\d+)-(\d+)")


@dataclass(frozen=True)
class Fact:
    """One published fact about the scores or ranks of a year.

    Attributes
    ----------
    year : int
    kind : str
        ``"score"``: the unit's score lies in [low, high]. ``"rank"``: 1 + the units of ``group``
        above it. ``"mean"``, ``"highest"``, ``"lowest"``: simple mean, largest, smallest score
        of ``group``. ``"count"``: how many of ``units`` have a rank in ``band``. ``"stay"``: every
        unit whose rank in the year ``since`` lies in ``band``, ``units`` excepted, has a rank in
        [low, high].
    units : tuple of str
        Whom it is about.
    group : tuple of str
        Among whom it is counted; empty for all units.
    low, high : float
        Score points or ranks; both ends belong to it.
    band : (int, int)
    since : int
    note, address : str
        Where it comes from.
    """

    year: int
    kind: str
    units: tuple[str, ...]
    group: tuple[str, ...]
    low: float
    high: float
    band: tuple[int, int] = (0, 0)
    since: int = 0
    note: str = ""
    address: str = ""

    def __str__(self) -> str:
        ends = f"{self.low:g}" if self.low == self.high else f"{self.low:g} to {self.high:g}"
        who = ", ".join(self.units)
        among = f" among {', '.join(self.group)}" if self.group else ""
        band = f"ranks {self.band[0]}-{self.band[1]}"
        said = {
            "score": f"score of {who} in {self.year}: {ends}",
            "rank": f"rank of {who} in {self.year}{among}: {ends}",
            "count": f"units of {who} in {band} of {self.year}: {ends}",
            "stay": f"rank in {self.year} of the units in {band} of {self.since}"
            f" except {who or 'none'}: {ends}",
        }
        return said.get(
            self.kind, f"{self.kind} score of {', '.join(self.group)} in {self.year}: {ends}"
        )


def published_facts(
    years: Sequence[int], data: str | Path | None = None
) -> tuple[list[Fact], pd.DataFrame]:
    """Read every published fact about the index of some years.

    Parameters
    ----------
    years : sequence of int
        Years of one basis (63 or 34 units).
    data : path, optional
        The data folder: ``scoreboard.csv``, ``regions.csv`` and ``facts.csv`` are read.

    Returns
    -------
    facts : list of Fact
        What can be imposed on the scores of the index.
    unused : DataFrame
        Columns ``year``, ``fact``, ``reason``: rows of ``facts.csv`` that say nothing about them.

    Raises
    ------
    DataError
        With file and row, for a row that cannot be read.

    Examples
    --------
    >>> facts, unused = published_facts([2024])
    >>> str(facts[0])
    'score of ha-noi in 2024: 60.755 to 60.765'
    """
    facts: list[Fact] = []
    for year in years:
        facts += _of_scoreboard(year, data) + _of_regions(year, data)
    path = data_dir(data) / "facts.csv"
    columns = ["year", "unit", "scope", "kind", "low", "high", "note", "address"]
    unused = []
    for row in read_rows(path, columns):
        if whole(row, "year", path) not in years:
            continue
        reason = _why_not(row, years)
        if reason:
            said = f"{row['unit']}: {row['kind']} {row['low']} to {row['high']} ({row['scope']})"
            unused.append({"year": int(row["year"]), "fact": said, "reason": reason})
        else:
            facts.append(_of_row(row, path, data))
    return facts, pd.DataFrame(unused, columns=["year", "fact", "reason"])


def _of_scoreboard(year: int, data: str | Path | None) -> list[Fact]:
    path = data_dir(data) / "scoreboard.csv"
    load_scoreboard(year, data)  # refuses what cannot be read
    facts = []
    for row in read_rows(path, ["key", "year", "score", "rank", "status", "address"]):
        if whole(row, "year", path) != year:
            continue
        score, _ = number(row, "score", path)
        rank = whole(row, "rank", path)
        source = partial(Fact, year, note=row["status"], address=row["address"])
        if score == score:
            half = _half(row["status"])
            ends = round(score - half, 6), round(score + half, 6)
            facts.append(
                source(kind="score", units=(row["key"],), group=(), low=ends[0], high=ends[1])
            )
        if rank is not None:
            facts.append(source(kind="rank", units=(row["key"],), group=(), low=rank, high=rank))
    return facts


def _half(status: str) -> float:
    """Half-width of a score: 0.005, or what its status says (``so ± 0.05``)."""
    said = re.search(r"± ?(\d+\.\d+)", status)
    return float(said.group(1)) if said else HALF


def _of_regions(year: int, data: str | Path | None) -> list[Fact]:
    path = data_dir(data) / "regions.csv"
    units = provinces(basis_of(year), data)
    facts = []
    for row in read_rows(path, ["region_key", "year", "score", "low", "high", "address"]):
        if whole(row, "year", path) == year:
            group = tuple(units.index[units["region_key"] == row["region_key"]])
            ends = number(row, "low", path)[0], number(row, "high", path)[0]
            note = f"mean of {row['region_key']}; a simple mean of its units is assumed"
            facts.append(Fact(year, "mean", (), group, *ends, note=note, address=row["address"]))
    return facts


def _why_not(row: Row, years: Sequence[int]) -> str:
    """Say why a row puts no condition on the scores; empty if it does."""
    if row["scope"].startswith("indicator"):
        return "about indicators, not about the index"
    if row["scope"].startswith("unnamed"):
        return "the units among which it is counted are not named"
    stay = _STAY.fullmatch(row["unit"])
    if stay and int(stay.group(1)) not in years:
        return f"needs the ranks of {stay.group(1)}, which this prior does not hold"
    return ""


def _of_row(row: Row, path: Path, data: str | Path | None) -> Fact:
    year = int(row["year"])
    group = _group(row, path, data)
    low, high = number(row, "low", path)[0], number(row, "high", path)[0]
    make = partial(
        Fact, year, group=group, low=low, high=high, note=row["note"], address=row["address"]
    )
    stay, count = _STAY.fullmatch(row["unit"]), _COUNT.fullmatch(row["kind"])
    if stay:
        band, since = (int(stay.group(2)), int(stay.group(3))), int(stay.group(1))
        spared = _keys(stay.group(4) or "", data)
        return make(kind="stay", units=spared, band=band, since=since)
    units = _keys(row["unit"], data)
    if count:
        band = int(count.group(1)), int(count.group(2))
        return make(kind="count", units=units, band=band)
    if row["kind"] not in KINDS:
        expected = f"one of {', '.join(KINDS)}"
        raise DataError(repr(row["kind"]), expected, file=path, row=int(row["_row"]), column="kind")
    return make(kind=row["kind"], units=units)


def _group(row: Row, path: Path, data: str | Path | None) -> tuple[str, ...]:
    """Read among whom a fact is counted; empty for the whole country."""
    scope, _, named = row["scope"].partition(":")
    units = provinces(basis_of(int(row["year"])), data)
    if scope in ("country63", "country34"):
        return ()
    if scope == "units":
        return _keys(named, data)
    found = tuple(units.index[units["region_key"] == named]) if scope == "region" else ()
    if not found:
        expected = "country63, country34, region:KEY, units:KEY;KEY or unnamed:NUMBER"
        raise DataError(
            repr(row["scope"]), expected, file=path, row=int(row["_row"]), column="scope"
        )
    return found


def _keys(names: str, data: str | Path | None) -> tuple[str, ...]:
    return tuple(resolve(name, data) for name in names.split(";") if name.strip())


def regional_change(
    facts: Sequence[Fact], years: Sequence[int], regions: Mapping[str, str]
) -> pd.Series:
    """Change of each unit's regional mean between two years.

    Parameters
    ----------
    facts : sequence of Fact
    years : sequence of int
        Two years, earlier first; with one, the change is 0.
    regions : mapping
        Region of every unit.

    Returns
    -------
    Series
        By unit, in score points; where a region's mean is not published in both years, the mean
        change of the other units' regions (0 if no region has one).
    """
    change = pd.Series(float("nan"), index=list(regions))
    if len(years) == 2:
        means = {(f.year, f.group): (f.low + f.high) / 2 for f in facts if f.kind == "mean"}
        for (year, group), mean in means.items():
            if year == years[0] and (years[1], group) in means:
                change[list(group)] = means[years[1], group] - mean
    usual = float(change.mean()) if change.notna().any() else 0.0
    return change.fillna(usual)
