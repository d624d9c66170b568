"""A sheet of a province whose denominators are not in the data."""

from pathlib import Path

import numpy as np
import pandas as pd

from piilib.analysis.levers import levers
from piilib.data.sheet import load_sheet


def test_a_denominator_that_is_not_in_the_data_is_said(sheets, tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    rows = pd.read_csv(sheets[2024].file, dtype=str)
    rows.replace({"province": {"cao-bang": "ha-giang"}}).to_csv(own, index=False)
    table = levers(load_sheet("ha-giang", 2024, own), draws=100, data=own)
    assert table.at["6.1.1", "denominator_missing"]
    assert np.isnan(table.at["6.1.1", "more"])
    assert not table.at["1.1.1", "denominator_missing"]
