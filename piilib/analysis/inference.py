"""Inference of the official method: the treatments that a unit's published scores allow.

A sheet prints the values of one unit, the national lowest and highest, and the scores of the
sub-pillars. Where plain min-max cannot give such a score within rounding, something was done to
an indicator. All sets of the fewest departures from plain min-max that are consistent with every
year are found, with the numbers that they need as intervals.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from piilib.analysis.inference_fits import KINDS
from piilib.analysis.inference_groups import Evidence, groups, read_evidence
from piilib.analysis.inference_search import search
from piilib.analysis.inference_tables import (
    Solved,
    group_table,
    indicator_table,
    set_table,
    treatment_table,
)
from piilib.data.sheet import Sheet
from piilib.errors import DataError
from piilib.index.check import shown
from piilib.index.framework import Framework

__all__ = ["CANDIDATES", "Evidence", "Inference", "infer_method"]

#: Departures from plain min-max that may be tried.
CANDIDATES = ("reversed", *KINDS)
_EXPLAINED = ("plain", "no free number", "fitted")


@dataclass(frozen=True)
class Inference:
    """What the sheets allow the method to be; see `infer_method` for the columns.

    Attributes
    ----------
    unit : str
    years : tuple of int
    indicators, treatments, groups, sets : DataFrame
    base : Framework
        Plain min-max, from which departures are counted.

    Examples
    --------
    >>> import piilib as pii
    >>> found = pii.infer_method([pii.load_sheet("cao-bang", year) for year in (2023, 2024)])
    >>> found.groups.loc[[("4.1", 2024), ("4.2", 2024)], ["published", "status", "sets"]]
                published          status  sets
    group year
    4.1   2024       9.84  no free number     1
    4.2   2024      19.54          fitted     6
    >>> columns = ["set", "code", "years", "low", "high"]
    >>> found.sets.loc[found.sets["group"] == "7.2", columns].round(2).reset_index(drop=True)
       set   code    years    low   high
    0    1  7.2.1  (2024,)   7.27   7.43
    1    2  7.2.2  (2024,)  42.01  42.10
    2    3  7.2.3  (2024,)   2.67   2.70
    """

    unit: str
    years: tuple[int, ...]
    indicators: pd.DataFrame
    treatments: pd.DataFrame
    groups: pd.DataFrame
    sets: pd.DataFrame
    base: Framework

    @property
    def tested(self) -> dict[str, int]:
        """Group-years without any free number.

        ``total`` published, ``plain`` that plain min-max gives, ``no_free_number`` that it or
        the preferred directions and logarithms give: only these are evidence.
        """
        table = self.groups[self.groups["published"].notna()]
        free = table["status"].isin(["plain", "no free number"])
        return {
            "total": len(table),
            "plain": int(table["fits_plain"].sum()),
            "no_free_number": int(free.sum()),
        }

    @property
    def fitted(self) -> dict[str, int]:
        """What the preferred sets explain, and with how many fitted numbers.

        ``explained`` group-years (`tested` among them); capped or floored ``indicators``;
        ``free_numbers``, their caps and floors. Never told without `tested` beside it.
        """
        chosen = self.treatments[self.treatments["treatment"].isin(["cap", "floor"])]
        return {
            "explained": int(self.groups["status"].isin(_EXPLAINED).sum()),
            "indicators": len(set(chosen.index.get_level_values("code"))),
            "free_numbers": int(self.groups["free_numbers"].sum()),
        }

    def framework(self, year: int) -> Framework:
        """Return the framework of a year under the preferred sets.

        Its table has the columns ``cap``, ``cap_low``, ``cap_high``, ``floor``, ``treatment``,
        ``evidence`` (the status) and ``unidentified``, so that ``Method(treatment="official")``
        and the calibration use the caps. A floor or logarithm is for the reader to apply.
        Where several sets are consistent this is one of them, and no more likely than another.

        Examples
        --------
        >>> import piilib as pii
        >>> found = infer_method(pii.load_sheet("cao-bang", 2024))
        >>> fw = found.framework(2024)
        >>> int(fw.table.at["4.1.2", "direction"]), fw.table.at["7.2.1", "treatment"]
        (-1, 'cap')
        """
        if year not in self.years:
            raise DataError(f"the year {shown(year)}", f"one of {', '.join(map(str, self.years))}")
        table = self.base.table.copy()
        rows = self.treatments.xs(year, level="year")
        codes = rows.index
        for column in ("cap", "cap_low", "cap_high", "floor"):
            table[column] = np.nan
            table.loc[codes, column] = rows[column]
        capped = table["cap"].notna()
        table.loc[~capped, ["cap_low", "cap_high"]] = np.nan
        table["treatment"] = rows["treatment"].reindex(table.index, fill_value="")
        table["evidence"] = self.indicators["status"].reindex(table.index, fill_value="")
        unknown = table["evidence"] == "not identified"
        table["unidentified"] = np.where(unknown, "true", "")
        turned = codes[rows["reversed"].to_numpy(dtype=bool)]
        table.loc[turned, "direction"] *= -1
        return Framework(table)


def infer_method(
    sheets: Sheet | Sequence[Sheet],
    *,
    framework: Framework | None = None,
    evidence: Evidence | Iterable[Evidence] | pd.DataFrame = (),
    candidates: Sequence[str] = CANDIDATES,
    max_departures: int = 3,
    reused: bool = True,
) -> Inference:
    """Find all simplest methods that are consistent with a unit's published scores.

    Parameters
    ----------
    sheets : Sheet or sequence of Sheet
        One unit, one sheet a year; two or more years say much more than one.
    framework : Framework, optional
        The tree with its directions; its caps are not looked at. By default the official tree
        with nothing inferred.
    evidence : Evidence, sequence of Evidence, or DataFrame
        What other sources say of scores: columns ``node``, ``year``, ``low``, ``high``.
    candidates : sequence of str
        Departures to be tried. ``"reversed"``: less is better, in all years. ``"cap"``: values
        above an unknown number are set to it; winsorising is a cap by another name, the number
        being the value that is left as the highest. ``"floor"``: likewise from below.
        ``"log"``: ln(x − min + 0.01·range). ``"log_gii"``:
        ln[(max·f − 1)(x − min)/(max − min) + 1], f as in `piilib.Treatment`.
    max_departures : int
        Most departures for a group. A cap or floor counts one for each number to be fitted, a
        reversed indicator one, a logarithm one (in all years, or in a single one).
    reused : bool
        Value, lowest and highest printed alike in several years are the same unrounded data,
        treated alike: one score and one cap serve those years.

    Returns
    -------
    Inference
        ``indicators`` (index: code): ``group``; ``status``; ``treatment`` in the preferred set
        ("none" where plain), ``directions`` in the consistent sets; ``sets_with``, ``sets`` (in
        how many of the consistent sets it departs); ``ruled_out`` (in no consistent set of the
        fewest departures; where plain fits, in none of a single departure), ``impossible``
        (refuted whatever is done to the rest of the group), both codes as in "none; log".

        ``treatments`` (index: code, year): ``value``, ``lowest``, ``highest``; in the preferred
        set ``treatment``, ``reversed``, ``cap`` or ``floor`` (one consistent number),
        ``cap_low``, ``cap_high`` (all that are consistent, of a cap or a floor, other numbers
        being free), ``joint``, ``joint_with`` (only their total with these is known);
        ``possible`` (treatments in the consistent sets); ``widest_low``, ``widest_high``
        (consistent caps in any of the sets, with this indicator capped as well);
        ``identified`` (False: every cap would do); ``same_data`` (years that reuse it).

        ``groups`` (index: group, year): ``published``; ``low``, ``high`` and ``fits_plain``
        under plain min-max; ``status`` ("plain", "no free number", "fitted", "unexplained",
        "no published score"); ``residual`` (points lacking in the nearest set tried: a large
        value means that no candidate explains the score); ``departures``, ``sets`` (of all
        years together); ``free_numbers`` (fitted; one that serves several years is counted in
        the first).

        ``sets`` (a row for each departure of each consistent set, the preferred set being 1):
        ``group``, ``set``, ``code``, ``years``, ``treatment``, ``low``, ``high``,
        ``same_in_all_years``, ``joint``.

    Raises
    ------
    DataError
        If there is no sheet, two of one year or of two units, a code is missing, a candidate is
        unknown, or evidence is about something that cannot be tested.

    Notes
    -----
    Codes of ``status``: "tested" (no free number, or one cap serving several published scores);
    "fitted" (a departure in every consistent set, with as many numbers as scores); "one of
    several" (in some sets only); "not needed" (in none, beside others that are fitted); "not
    identified" (every cap would do, as the value is printed as the lowest, or too coarsely);
    "no value"; "no published score"; "unexplained" (no set up to `max_departures`).

    A fitted number makes any score that is too low fit: that a set is consistent is no evidence
    for it. The preferred set (fewest departures that lean on rounding; the same treatment and cap
    in all years; a cap before a reversal before a floor before a logarithm; steady bounds and caps
    that cut off much) is a convention. Fewest departures is one too: the truth may hold more.

    Printed numbers are ± half a unit of the last decimal, see `piilib.index.interval`; the
    search is piilib's own, the treatments are those of COINr and the Global Innovation Index.

    Examples
    --------
    >>> import piilib as pii
    >>> found = pii.infer_method([pii.load_sheet("cao-bang", year) for year in (2023, 2024)])
    >>> found.tested, found.fitted  # never the second without the first
    ({'total': 32, 'plain': 18, 'no_free_number': 20},
     {'explained': 32, 'indicators': 11, 'free_numbers': 11})
    >>> found.indicators.loc["4.1.2", ["status", "treatment", "directions", "impossible"]].tolist()
    ['tested', 'reversed', '-1', 'none; cap; log; log_gii']
    >>> caps = found.treatments.loc[("7.2.1", 2024)]
    >>> f"{caps['cap_low']:.2f} to {caps['cap_high']:.2f}"
    '7.27 to 7.43'
    """
    given = _checked_sheets(sheets)
    fw = Framework.official(inferred=False) if framework is None else framework
    _check_codes(given, fw)
    kinds = _checked_candidates(candidates)
    if (
        isinstance(max_departures, bool)
        or not isinstance(max_departures, int)
        or max_departures < 0
    ):
        raise DataError(f"max_departures={shown(max_departures)}", "a whole number, 0 or more")
    known = groups(given, fw, read_evidence(evidence), kinds, reused)
    solved = [Solved(one, search(one.group, max_departures)) for one in known]
    years = tuple(sheet.year for sheet in given)
    order = list(fw.indicators)
    treatments = treatment_table(solved, given)
    return Inference(
        unit=given[0].unit,
        years=years,
        indicators=indicator_table(solved, given).loc[order],
        treatments=treatments.loc[[(code, year) for code in order for year in years]],
        groups=group_table(solved, years),
        sets=set_table(solved),
        base=fw,
    )


def _checked_sheets(sheets: Sheet | Sequence[Sheet]) -> list[Sheet]:
    given = [sheets] if isinstance(sheets, Sheet) else list(sheets)
    if not given:
        raise DataError("no sheet", "one sheet or more of one unit")
    units = dict.fromkeys(sheet.unit for sheet in given)
    if len(units) > 1:
        raise DataError(f"sheets of {' and '.join(units)}", "sheets of one unit")
    given = sorted(given, key=lambda sheet: sheet.year)
    for before, after in pairwise(given):
        if before.year == after.year:
            raise DataError(f"two sheets of {after.unit} for {after.year}", "one sheet a year")
    return given


def _check_codes(sheets: Sequence[Sheet], fw: Framework) -> None:
    for sheet in sheets:
        missing = [code for code in fw.indicators if code not in sheet.table.index]
        if missing:
            raise DataError(
                f"no {missing[0]!r} in the sheet of {sheet.unit} {sheet.year}",
                "every indicator of the framework (without a value where it has none)",
            )


def _checked_candidates(candidates: Sequence[str]) -> tuple[str, ...]:
    if isinstance(candidates, str):
        candidates = (candidates,)
    for name in candidates:
        if name == "winsorise":
            raise DataError("the candidate 'winsorise'", "'cap': the value that is left on top")
        if name not in CANDIDATES:
            known = ", ".join(CANDIDATES)
            raise DataError(f"the candidate {shown(name)}", f"some of {known}")
    return tuple(candidates)
