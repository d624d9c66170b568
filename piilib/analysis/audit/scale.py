"""What the label of an indicator's unit says of its scale."""

from __future__ import annotations

import re

import numpy as np

from piilib.analysis.audit.case import Case

_ENDS = re.compile(r"\((\d+)\s*[–-]\s*(\d+)\)")
#: Words of a unit whose base the documents leave open.
_OPEN = ("chưa rõ", "không công bố")


def unit_of(case: Case, code: str) -> str:
    """Vietnamese unit of a node, as the framework has it; empty where it has none."""
    return str(case.fw.table.loc[code].get("unit_vi", ""))


def scale_end(case: Case, code: str) -> float:
    """Upper end of a scale such as "điểm PCI (0–10)"; NaN where the unit names none."""
    found = _ENDS.search(unit_of(case, code))
    return float(found[2]) if found else np.nan


def base_is_open(case: Case, code: str) -> bool:
    """Tell whether it is not known what a share or a count is divided by."""
    return any(words in unit_of(case, code) for words in _OPEN)


def labelled_otherwise(case: Case, code: str) -> bool:
    """Tell whether the name says percent and the figures are ratios."""
    name = str(case.fw.table.loc[code].get("name_vi", ""))
    return "(%)" in name and unit_of(case, code).startswith("lần ")
