"""Sheets of Cao Bằng, calibrated once, and a tiny province for cases worked by hand."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd
import pytest

from piilib.analysis.calibration import Calibration
from piilib.analysis.completion import complete_scoreboard
from piilib.analysis.levers import levers
from piilib.analysis.rank_outlook import rank_outlook
from piilib.analysis.whatif import Anchor, anchor
from piilib.data.sheet import Sheet, load_sheet
from piilib.data.tables import Plan, load_plan
from piilib.index.framework import Framework

VALUES = ["value", "lowest", "highest"]


@pytest.fixture(scope="session")
def sheets() -> dict[int, Sheet]:
    return {year: load_sheet("cao-bang", year) for year in (2023, 2024)}


@pytest.fixture(scope="session")
def base(sheets) -> Anchor:
    return anchor(sheets[2024])


@pytest.fixture(scope="session")
def table(base) -> pd.DataFrame:
    return levers(base, draws=4000)


@pytest.fixture(scope="session")
def plan() -> Plan:
    return load_plan("cao-bang")


def tree() -> Framework:
    """T is the mean of A and b; A is the mean of a1 and a2."""
    rows = [("T", ""), ("A", "T"), ("a1", "A"), ("a2", "A"), ("b", "T")]
    frame = pd.DataFrame(rows, columns=["code", "parent"]).assign(weight=1, direction=1)
    return Framework.from_frame(frame)


def tiny_sheet(rows: dict[str, tuple[float, float, float]], year: int = 2024) -> Sheet:
    table = pd.DataFrame.from_dict(rows, orient="index", columns=VALUES)
    return Sheet("cao-bang", year, table, table * 0 + 0.005, None, None, "by hand")


@pytest.fixture
def tiny() -> Callable[..., Anchor]:
    """Make an anchor whose draws and moved bounds are given, one draw."""

    def make(
        rows: dict[str, tuple[float, float, float]],
        shifts: dict[str, tuple[float, float]] | None = None,
    ) -> Anchor:
        fw = tree()
        codes = fw.indicators
        sheet = tiny_sheet(rows)
        value, low, high = (
            sheet.table.loc[list(codes), [c]].to_numpy(dtype=float).T.copy() for c in VALUES
        )
        drawn = Calibration(codes, value, low, high, np.ones(len(codes)), pd.Series(dtype=int))
        moves = {code: (shifts or {}).get(code, (0.0, 0.0)) for code in codes}
        drift = pd.DataFrame.from_dict(
            moves, orient="index", columns=["low_shift", "high_shift"]
        ).assign(moved=True, reason="")
        column = {code: i for i, code in enumerate(codes)}
        return Anchor(sheet, fw, drawn, drift, pd.DataFrame(), column)

    return make


@pytest.fixture(scope="module")
def completed():
    return complete_scoreboard(2024)


@pytest.fixture(scope="module")
def look(completed):
    """Make outlooks that rest on a completion read once."""
    return partial(rank_outlook, completion=completed)


@pytest.fixture(scope="module")
def nothing(sheets, look):
    return look(sheets[2024])
