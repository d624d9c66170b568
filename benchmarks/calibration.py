"""Measure how often the intervals of completed scores hold the truth; keep the table.

Takes the better part of an hour on two cores: 500 scoreboards drawn from the prior, and every
published score held back in three ways; then the published pillar scores of a province.
"""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pandas as pd

from piilib.analysis.completion import complete_scoreboard
from piilib.analysis.completion_calibration import calibration_table
from piilib.analysis.pillar_coverage import pillar_coverage

YEAR, BOARDS = 2024, 500


def main(path: Path, boards: int = BOARDS) -> None:
    """Write the table for the year, a row for each kind of check and level."""
    with ProcessPoolExecutor() as workers:
        table = calibration_table(YEAR, simulated=boards, executor=workers)
    pillars = pillar_coverage([complete_scoreboard(year) for year in (YEAR - 1, YEAR)])
    table = pd.concat([table, pillars], ignore_index=True)
    table.insert(0, "year", YEAR)
    table.insert(1, "scoreboards", boards)
    table.round(6).to_csv(path, index=False, lineterminator="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
