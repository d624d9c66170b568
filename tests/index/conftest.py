"""The two published sheets of Cao Bằng, read once."""

import pytest

from piilib.data.sheet import Sheet, load_sheet


@pytest.fixture(scope="session")
def sheets() -> dict[int, Sheet]:
    return {year: load_sheet("cao-bang", year) for year in (2023, 2024)}
