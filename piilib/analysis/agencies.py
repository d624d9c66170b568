"""Levers by the agency that leads them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from piilib.analysis.levers import levers
from piilib.analysis.whatif import Anchor
from piilib.data.sheet import Sheet
from piilib.data.tables import Plan, has_plan, load_plan, load_table

#: How a plan names everybody at once, and the word for it here.
_EVERYBODY = ("tất cả các sở", "các sở, ngành", "các sở, ban, ngành", "các cơ quan, địa phương")
EVERYBODY = "*"
#: Best levers named for an agency.
_BEST = 3


def agencies(
    table: Sheet | Anchor | pd.DataFrame,
    data: str | Path | None = None,
    plan: Plan | None = None,
) -> pd.DataFrame:
    """Sum levers and targets by lead agency: a scorecard a row.

    Parameters
    ----------
    table : Sheet, Anchor or DataFrame
        The last: what `levers` returned.
    data : path, optional
    plan : Plan, optional
        Says who coordinates; for a sheet the default is the province's own.

    Returns
    -------
    DataFrame
        Index: lead agency, the largest net gain first. ``codes`` it leads, and their number
        ``indicators``; ``levers`` among them, and for one step on each lever: ``gain``, ``net``,
        ``effort``, ``gain_per_effort``; ``best``: its best lever, ``best_levers``: up to three.
        ``targets``: indicators with a target; ``target_gain``, ``target_net``: index points that
        meeting its targets would bring, at the year's bounds and net of the drift, harm included
        (NaN without a target); ``harmful``: targets that would lower the score. ``depends_on``:
        {agency that coordinates: codes}, where ``"*"`` is every department; ``supports``: codes
        that it coordinates for others.

    Examples
    --------
    >>> import piilib as pii
    >>> sheet = pii.load_sheet("cao-bang", 2024)
    >>> who = pii.agencies(sheet)
    >>> int(who["indicators"].sum()), who["net"].is_monotonic_decreasing
    (52, True)
    >>> who.loc["Sở Tài chính", "depends_on"]["Sở Khoa học và Công nghệ"]
    ['2.2.2', '2.2.3']
    """
    if not isinstance(table, pd.DataFrame):
        unit = (table.sheet if isinstance(table, Anchor) else table).unit
        folder = data if data is not None and Path(data).is_dir() else None
        if plan is None and has_plan(unit, folder):
            plan = load_plan(unit, folder)
        table = levers(table, plan=plan, data=data)
    helps = _helpers(plan, list(table.index), data)
    rows = {lead: _row(group, helps) for lead, group in table.groupby("lead", sort=False)}
    for lead, row in rows.items():
        row["supports"] = sorted(code for code, names in helps.items() if lead in names)
    return pd.DataFrame.from_dict(rows, orient="index").sort_values("net", ascending=False)


def _row(group: pd.DataFrame, helps: dict[str, list[str]]) -> dict[str, object]:
    usable = group[group["eligible"]]
    total = usable["effort"].sum()
    asked = group[group["target"].notna()]
    depends: dict[str, list[str]] = {}
    for code in sorted(group.index):
        for name in helps.get(code, []):
            depends.setdefault(name, []).append(code)
    return {
        "codes": sorted(group.index),
        "indicators": len(group),
        "levers": len(usable),
        "gain": usable["gain"].sum(),
        "net": usable["net"].sum(),
        "effort": total,
        "gain_per_effort": usable["net"].sum() / total if total > 0 else np.nan,
        "best": usable.index[0] if len(usable) else "",
        "best_levers": list(usable.index[usable["net"] > 0][:_BEST]),
        "targets": len(asked),
        "target_gain": asked["target_gain"].sum() if len(asked) else np.nan,
        "target_net": asked["target_net"].sum() if len(asked) else np.nan,
        "harmful": sorted(asked.index[asked["target_gain"] < -1e-9]),
        "depends_on": depends,
    }


def _helpers(plan: Plan | None, codes: list[str], data: str | Path | None) -> dict[str, list[str]]:
    """Who coordinates each indicator; what names no known agency stands as printed."""
    if plan is None or "coordinating" not in plan.table.columns:
        return {}
    folder = data if data is not None and Path(data).is_dir() else None
    known = load_table("agencies", folder).set_index("spelling")["name_vi"]
    printed = plan.table["coordinating"].reindex(codes).fillna("")
    return {str(code): named(text, known) for code, text in printed.items() if text}


def named(text: str, known: pd.Series) -> list[str]:
    """Find the agencies that a printed list names.

    Parameters
    ----------
    text : str
        Such as "Sở NN&MT và UBND cấp xã".
    known : Series
        Index: spellings; values: usual names.

    Returns
    -------
    list of str
        Usual names in the order printed; `EVERYBODY` where all departments are meant; what is left
        of a list without a known name as printed.

    Examples
    --------
    >>> import pandas as pd
    >>> known = pd.Series({"Sở KH&CN": "Sở Khoa học và Công nghệ"})
    >>> named("Sở KH&CN, UBND cấp xã", known), named("Các sở, ngành và địa phương", known)
    (['Sở Khoa học và Công nghệ', 'UBND cấp xã'], ['*'])
    """
    places: dict[str, int] = {}
    rest = text
    for phrase in _EVERYBODY:
        if (at := rest.lower().find(phrase)) >= 0:
            places[EVERYBODY], rest = at, rest[:at]  # what follows belongs to the phrase
    for spelling in sorted(known.index, key=len, reverse=True):
        if (at := rest.find(spelling)) >= 0:
            places.setdefault(str(known[spelling]), at)
            rest = rest.replace(spelling, " " * len(spelling))
    for part in rest.replace(" và ", ",").split(","):
        if part.strip():
            places.setdefault(part.strip(), rest.find(part.strip()))
    return sorted(places, key=lambda name: places[name])
